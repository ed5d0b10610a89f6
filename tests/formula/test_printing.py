"""What is shown can be read in again, and means the same."""

from __future__ import annotations

from fractions import Fraction

import pytest
from formula_steps import Steps, followed, points, rationals, steps, value
from hypothesis import given

from strictsaddle.formula.expression import parse
from strictsaddle.formula.graph import Graph, Op
from strictsaddle.formula.printing import formula, text

NAMES = ["x", "y"]


@given(steps, points)
def test_printed_formulas_parse_to_the_same_values(steps: Steps, point: tuple[Fraction, Fraction]) -> None:
    graph, nodes, values = followed(steps, point)
    shown = text(graph, nodes[-1], NAMES)
    again = Graph()
    assert value(again, parse(shown, again, NAMES), point) == values[-1], shown


@pytest.mark.parametrize(
    "shown",
    ["(x + y)**2", "-x**2", "2*x - 3*y", "x - (y - 1)", "x/(y/2 + 1)", "tanh(x*y) + pi", "1/2*x", "(-2)*x"],
)
def test_usual_notation(shown: str) -> None:
    graph = Graph()
    printed = text(graph, parse(shown, graph, NAMES), NAMES)
    again = Graph()
    assert sorted(text(again, parse(printed, again, NAMES), NAMES)) == sorted(printed)
    assert len(printed) <= len(shown) + 6


@given(rationals)
def test_constants_are_exact(constant: Fraction) -> None:
    graph = Graph()
    node = graph.add(graph.variable(0), graph.constant(constant))
    again = Graph()
    assert value(again, parse(text(graph, node, NAMES), again, NAMES), [Fraction(0)]) == constant


def test_long_formulas_are_shown_as_their_size() -> None:
    graph = Graph()
    node = graph.variable(0)
    for _ in range(12):
        node = graph.add(graph.mul(node, graph.variable(1)), graph.unary(Op.EXP, node))
    assert text(graph, node, NAMES) == "a formula of 38 operations in 2 unknowns"
    assert formula(graph, node, NAMES) is None
    assert formula(graph, graph.variable(0), NAMES, 1) == "x"
