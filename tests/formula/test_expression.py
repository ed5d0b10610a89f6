"""The parser reads what Python would read, exactly, and evaluates nothing."""

from __future__ import annotations

import math
import re
from fractions import Fraction

import pytest
from formula_steps import approximate, rationals, value
from hypothesis import given
from hypothesis import strategies as st

from strictsaddle.errors import InputError
from strictsaddle.formula.expression import FUNCTIONS, MAXIMAL_LENGTH, parse, place, rational
from strictsaddle.formula.graph import Graph

NAMES = ["x", "y"]


LITERALS = {"A": "2", "B": "0.5", "C": "3e-1", "D": ".25", "E": "7.", "F": "1"}


def extended(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    operator = st.sampled_from(["+", "-", "*", "/", " - ", " * "])
    return st.one_of(
        st.tuples(children, operator, children).map("".join),
        children.map(lambda text: f"({text})"),
        st.tuples(st.sampled_from("+-"), children).map("".join),
        st.tuples(children, st.sampled_from(["**2", "**-1", "**+3", "**0"])).map("".join),
    )


# Numbers are letters until they are parsed. Towers are left out: x**2**-1 is no rational operation.
formulas = st.recursive(st.sampled_from([*NAMES, *LITERALS]), extended, max_leaves=8).filter(
    lambda text: not re.search(r"\*\*[-+]?\d\*\*", text)
)


def spelt(formula: str) -> str:
    return re.sub("[A-F]", lambda match: LITERALS[match.group()], formula)


@given(formulas, rationals, rationals)
def test_agrees_with_python(formula: str, x: Fraction, y: Fraction) -> None:
    try:
        expected = eval(formula, {name: Fraction(text) for name, text in LITERALS.items()} | {"x": x, "y": y})
    except ZeroDivisionError:
        expected = None
    graph = Graph()
    try:
        node = parse(spelt(formula), graph, NAMES)
    except InputError as error:
        assert "division by zero" in error.what
        assert expected is None
    else:
        assert value(graph, node, [x, y]) == expected


@given(formulas)
def test_caret_is_power(formula: str) -> None:
    graph, text = Graph(), spelt(formula)
    try:
        assert parse(text, graph, NAMES) == parse(text.replace("**", "^"), graph, NAMES)
    except InputError as error:
        assert "division by zero" in error.what


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("-x**2", -4),
        ("2**3**2", 512),
        ("-2**-2", Fraction(-1, 4)),
        ("2 - 3 - 4", -5),
        ("12/3/2", 2),
        ("--x", 2),
        ("x*-y", -6),
        ("0.1 + 0.2", Fraction(3, 10)),
        ("lam*x", Fraction(2, 3)),
        (" ( x )\n+\ty ", 5),
    ],
)
def test_values(text: str, expected: Fraction) -> None:
    graph = Graph()
    node = parse(text, graph, NAMES, {"lam": Fraction(1, 3)})
    assert value(graph, node, [Fraction(2), Fraction(3)]) == expected


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_functions(name: str) -> None:
    reference = {
        "sigmoid": lambda t: 1 / (1 + math.exp(-t)),
        "softplus": lambda t: math.log(1 + math.exp(t)),
        "relu": lambda t: max(t, 0.0),
        "abs": abs,
    }
    graph = Graph()
    node = parse(f"{name}(x/4 + pi/10) * pi", graph, NAMES)
    expected = reference.get(name, getattr(math, name, None))
    assert expected is not None
    assert approximate(graph, node, [1.0, 0.0]) == pytest.approx(expected(0.25 + math.pi / 10) * math.pi)


@pytest.mark.parametrize(
    ("exponent", "expected"),
    [("0.5", 2.0), ("3/2", 8.0), ("(-1/2)", 0.5), ("(1/3)", 4 ** (1 / 3)), ("y", 64.0)],
)
def test_powers_that_are_no_integers(exponent: str, expected: float) -> None:
    graph = Graph()
    node = parse(f"x**({exponent})", graph, NAMES)
    assert approximate(graph, node, [4.0, 3.0]) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("text", "what", "where", "fragment", "remedy"),
    [
        ("x + z", "unknown name", "line 1, column 5", "z", "Variables are x, y"),
        ("x +\n  lamda", "unknown name", "line 2, column 3", "lamda", "Did you mean lam? "),
        ("tahn(x)", "unknown function", "line 1, column 1", "tahn", "Did you mean tanh? "),
        ("x(y)", "unknown function", "line 1, column 1", "x", "Write a * (b) for a product."),
        ("exp", "a function without its argument", "line 1, column 1", "exp", "Write exp(...)."),
        ("2 x", "an operator is missing", "line 1, column 3", "x", "Write a * b"),
        ("x + ", "ends too early", "line 1, column 5", "x +", ""),
        ("(x + y", "never closed", "line 1, column 1", "(x + y", ""),
        ("x + y)", "without an opening one", "line 1, column 6", "y)", ""),
        ("exp(x, y)", "one argument", "line 1, column 6", "x, y", ""),
        ("x.real", "no expression contains", "line 1, column 2", "x.real", "Allowed are"),
        ("x; y", "no expression contains", "line 1, column 2", "x; y", ""),
        ("__import__('os')", "no expression contains", "line 1, column 12", "__import__('os')", ""),
        ("1/0", "division by zero", "line 1, column 2", "1/0", ""),
        ("x/(y - y)", "division by zero", "line 1, column 2", "x/(y", ""),
        ("log(-1)", "log of -1", "line 1, column 1", "log(-1)", ""),
        ("x**1001", "exponent", "line 1, column 2", "x**1001", ""),
        ("1e9999", "decimal exponent", "line 1, column 1", "1e9999", ""),
        ("", "empty", "", "", ""),
        (" \n ", "empty", "", "", ""),
        ("x*", "ends too early", "line 1, column 3", "x*", ""),
        ("x**", "ends too early", "line 1, column 4", "x**", ""),
        ("x y", "an operator is missing", "line 1, column 3", "y", ""),
        ("x²", "unknown name", "line 1, column 1", "x²", ""),
        ("lambda: x", "no expression contains", "line 1, column 7", "lambda: x", ""),
    ],
)
def test_errors_say_where(text: str, what: str, where: str, fragment: str, remedy: str) -> None:
    with pytest.raises(InputError) as caught:
        parse(text, Graph(), NAMES, {"lam": Fraction(1)})
    error = caught.value
    assert what in error.what
    assert error.where == where
    assert fragment in error.fragment
    assert remedy in error.remedy


@pytest.mark.parametrize(
    "text",
    [
        "(" * 1000 + "x" + ")" * 1000,
        "exp(" * 1000 + "x" + ")" * 1000,
        "2**" * 1000 + "2",
        "x**-" * 1000 + "1",
    ],
)
def test_deep_nesting_is_an_error(text: str) -> None:
    with pytest.raises(InputError, match="nested more than"):
        parse(text, Graph(), NAMES)


def test_signs_and_sums_may_be_long() -> None:
    """What is long without being nested is no trouble."""
    graph = Graph()
    assert parse("-" * 10_000 + "x", graph, NAMES) == graph.variable(0)
    node = parse("+".join(["x*y"] * 10_000), graph, NAMES)
    assert value(graph, node, [Fraction(1), Fraction(2)]) == 20_000


@pytest.mark.parametrize("text", ["x+" * 500_000 + "x", "(" * 1_000_000, "9" * 1_000_000, "x" * 1_000_000])
def test_a_million_characters_are_an_error(text: str) -> None:
    with pytest.raises(InputError, match=f"more than {MAXIMAL_LENGTH:,}") as caught:
        parse(text, Graph(), NAMES)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1/3", Fraction(1, 3)),
        ("-0.25", Fraction(-1, 4)),
        ("1e-3", Fraction(1, 1000)),
        (" 2.5E+1 / 5 ", Fraction(5)),
        ("+.5", Fraction(1, 2)),
        ("3.", Fraction(3)),
        ("0.1000000000000000055511151231257827", Fraction("0.1000000000000000055511151231257827")),
    ],
)
def test_rational(text: str, expected: Fraction) -> None:
    assert rational(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nan",
        "inf",
        "-Infinity",
        "1/0",
        "1e1000000",
        "0x10",
        "1_000",
        "1/2/3",
        "1/-2",
        "٣",
        "9" * 5000,
        "1 2",
    ],
)
def test_not_a_rational(text: str) -> None:
    with pytest.raises(InputError):
        rational(text)


@given(st.text(max_size=40))
def test_any_text_is_parsed_or_refused(text: str) -> None:
    try:
        parse(text, Graph(), NAMES)
    except InputError as error:
        assert "\n" not in str(error)


def test_place_counts_from_one() -> None:
    assert place("ab\ncd", 0) == "line 1, column 1"
    assert place("ab\ncd", 4) == "line 2, column 2"
