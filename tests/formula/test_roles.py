"""What a formula is algebraic in, and in which unknowns it is periodic."""

from __future__ import annotations

from fractions import Fraction

import pytest

from strictsaddle.formula.expression import parse
from strictsaddle.formula.graph import Graph
from strictsaddle.formula.roles import NotAlgebraic, periods_of, roles_of


def roles(formula: str, variables: str = "x y") -> dict[str, str]:
    graph, names = Graph(), variables.split()
    found = roles_of(graph, [parse(formula, graph, names)])
    return {names[k]: role for k, role in found.roles.items()}


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("x/(1 + y^2)", {"x": "plain", "y": "plain"}),
        ("tanh(2*x) + y", {"x": "exponential", "y": "plain"}),
        ("exp(x/2 - y/3)", {"x": "exponential", "y": "exponential"}),
        ("cos(x) + sin(2*x + pi/2)*y", {"x": "angle", "y": "plain"}),
        ("cos(2*pi*x)", {"x": "turn"}),
        ("x^(1/3)*y", {"x": "plain", "y": "plain"}),
        ("sqrt(exp(x) + 1)", {"x": "exponential"}),
        ("log(x)^2 + y", {"x": "logarithm", "y": "plain"}),
    ],
)
def test_roles(formula: str, expected: dict[str, str]) -> None:
    assert roles(formula) == expected


@pytest.mark.parametrize(
    "formula",
    [
        "x*exp(x)",
        "exp(x^2)",
        "exp(x + 1)",
        "sin(x) + tanh(x)",
        "log(2*x)",
        "x*log(x)",
        "erf(x)",
        "cos(x + 1)",
        "cos(x) + cos(pi*x)",
        "relu(x)",
        "sin(pi/3 + x)",
    ],
)
def test_what_is_not_algebraic(formula: str) -> None:
    with pytest.raises(NotAlgebraic):
        roles(formula)


def test_units_are_common_divisors() -> None:
    graph = Graph()
    found = roles_of(graph, [parse("exp(x/2) + exp(x/3)", graph, ["x"])])
    assert found.units == {0: Fraction(1, 6)} and found.multiple(0, Fraction(1, 2)) == 3


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("sin(x) + cos(3*x)*exp(y)", {0: (Fraction(1), False)}),
        ("cos(2*pi*x) + tan(y/2)", {0: (Fraction(2), True), 1: (Fraction(1, 2), False)}),
        ("exp(cos(x))/(2 + sin(x + 1))", {0: (Fraction(1), False)}),
        ("x + sin(x)", {}),
        ("sin(x^2)", {}),
        ("sin(x*y) + cos(x)", {}),
        ("cos(x) + cos(pi*x)", {}),
        ("cos(log(x) + y) + sin(y)", {1: (Fraction(1), False)}),
    ],
)
def test_periods(formula: str, expected: dict[int, tuple[Fraction, bool]]) -> None:
    graph = Graph()
    assert periods_of(graph, parse(formula, graph, ["x", "y"])) == expected
