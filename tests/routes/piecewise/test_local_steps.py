"""Steps of the local decision that a wrong claim could slip through: each is about an objective for which it matters."""

from __future__ import annotations

import pytest
from flint import fmpq
from kinked_objectives import HIGH, STRICT, checked

from strictsaddle.formula.expression import parse
from strictsaddle.formula.graph import Graph
from strictsaddle.polynomials.number_field import FieldPoint
from strictsaddle.routes.piecewise.cells import Cells
from strictsaddle.routes.piecewise.local import examined


def test_curved_kinks_that_touch_are_left_open() -> None:
    """|y - x^2| + |y + x^2| - x^2 >= x^2; its pieces' Hessians alone say the opposite."""
    graph = Graph()
    cells = Cells.of(graph, parse("abs(y - x**2) + abs(y + x**2) - x**2", graph, ["x", "y"]), 2)
    assert examined(cells, (0, 0), FieldPoint.rational([fmpq(0), fmpq(0)]), 0).kind == "open"


def test_a_flat_direction_that_a_ray_makes_negative() -> None:
    """x y + y^4 for x > 0: 0 along both axes to second order, and negative between them."""
    found = checked("relu(x)*y + y**4 + relu(-x)**2", "x y")
    assert found.definition_1.verdict == "strict_saddle" and found.stationary.counts[STRICT] == 1


def test_a_saddle_beside_a_kink() -> None:
    """x y has a diagonal of zeros."""
    found = checked("abs(z) + x*y", "x y z")
    assert found.definition_1.verdict == "strict_saddle"
    assert {kind: count for kind, count in found.stationary.counts.items() if count} == {STRICT: 1}


def test_a_point_that_is_left_upwards_is_no_maximum() -> None:
    """|x| rises from 0, though each piece is concave."""
    found = checked("abs(x) - x**2 - y**2", "x y")
    assert {kind: count for kind, count in found.stationary.counts.items() if count} == {STRICT: 1, HIGH: 2}


WALLS = ("x + z", "z - x", "y + z", "z - y")  # the cone of all four has four rays in three dimensions


@pytest.mark.parametrize(
    ("formula", "kinds"),
    [
        ("x**2 + y**2 + z**2 + " + " + ".join(f"relu({wall})**2" for wall in WALLS), ("open", "good")),
        # x^2 + y^2 - z^2/10 on that cone, and positive on all others
        ("3*x**2 + 3*y**2 + 39/10*z**2 - " + " - ".join(f"relu({wall})**2" for wall in WALLS), ("open", "strict")),
    ],
)
def test_a_cone_with_more_rays_than_dimensions(formula: str, kinds: tuple[str, ...]) -> None:
    graph = Graph()
    cells = Cells.of(graph, parse(formula, graph, ["x", "y", "z"]), 3)
    assert len(cells.kinks) == 4
    assert examined(cells, (0, 0, 0, 0), FieldPoint.rational([fmpq(0)] * 3), 0).kind in kinds
