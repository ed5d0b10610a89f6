"""SymPy in and out of the graph, exactly."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
import sympy
from formula_steps import Steps, approximate, followed, points, steps, value
from hypothesis import given, settings

from strictsaddle.errors import InputError
from strictsaddle.formula.expression import FUNCTIONS, parse
from strictsaddle.formula.from_sympy import from_callable, from_sympy, symbols, to_sympy
from strictsaddle.formula.graph import Graph
from strictsaddle.objective.objective import Objective

NAMES = ["x", "y"]
x, y = symbols(NAMES)


@settings(max_examples=50)
@given(steps, points)
def test_there_and_back(steps: Steps, point: tuple[Fraction, Fraction]) -> None:
    """SymPy cancels, so its formula may be defined at more points; where ours is defined, all three agree."""
    graph, nodes, values = followed(steps, point)
    if values[-1] is None:
        return
    expression = to_sympy(graph, nodes[-1], NAMES)
    if expression.has(sympy.zoo, sympy.nan):
        return
    numbers = {x: sympy.Rational(point[0]), y: sympy.Rational(point[1])}
    assert sympy.Rational(values[-1]) == sympy.nsimplify(expression.subs(numbers))
    again = Graph()
    assert value(again, from_sympy(expression, again, NAMES), point) in (values[-1], None)


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_every_function_comes_back(name: str) -> None:
    graph = Graph()
    node = parse(f"{name}(x/4 + 1/8)", graph, NAMES)
    again = Graph()
    back = from_sympy(to_sympy(graph, node, NAMES), again, NAMES)
    assert approximate(again, back, [1.0, 0.0]) == pytest.approx(approximate(graph, node, [1.0, 0.0]), rel=1e-14)


def test_floats_are_their_decimals() -> None:
    graph = Graph()
    node = from_callable(lambda x, y: 0.1 * x + y, graph, NAMES)
    assert value(graph, node, [Fraction(1), Fraction(0)]) == Fraction(1, 10)


def test_floats_of_high_precision_keep_it() -> None:
    graph = Graph()
    written = "0.1234567890123456789012345678901"
    node = from_sympy(sympy.Float(written, 31) * x, graph, NAMES)
    assert value(graph, node, [Fraction(1), Fraction(0)]) == Fraction(written)


def test_constants() -> None:
    graph = Graph()
    node = from_sympy(sympy.pi + sympy.E + sympy.sqrt(2) + sympy.Rational(1, 3), graph, NAMES)
    assert approximate(graph, node, []) == pytest.approx(float(sympy.pi + sympy.E + sympy.sqrt(2)) + 1 / 3)


@pytest.mark.parametrize(
    "function",
    [
        lambda x, y: sympy.gamma(x),
        lambda x, y: x + sympy.Symbol("z"),
        lambda x, y: x + sympy.I,
        lambda x, y: x < y,
        lambda x, y: (x, y),
        lambda x, y: None,
        lambda x, y: "x*y",
        lambda x, y: float("nan"),
        lambda x, y: x + float("inf"),
        lambda x, y: sympy.Matrix([x]),
        lambda x, y: sympy.Piecewise((x, x > 0), (y, True)),
        lambda x, y: object(),
    ],
)
def test_what_the_grammar_lacks(function: Any) -> None:
    with pytest.raises(InputError):
        Objective("f", "x y", function)


def test_errors_of_the_function_itself_are_its_own() -> None:
    with pytest.raises(ZeroDivisionError):
        Objective("f", "x y", lambda x, y: x + 1 / 0)
    with pytest.raises(TypeError):
        Objective("f", "x y", lambda x, y, z: x)
    with pytest.raises(InputError, match="returned ndarray"):  # one argument is an array of them all
        Objective("f", "x y", lambda x: x)
