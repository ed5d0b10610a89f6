"""What a point is, by its cells."""

from __future__ import annotations

import pytest
from flint import fmpq
from kinked_objectives import HIGH, STRICT, checked

import strictsaddle as ss
from strictsaddle.formula.expression import parse
from strictsaddle.formula.graph import Graph
from strictsaddle.polynomials.number_field import FieldPoint
from strictsaddle.routes.piecewise.cells import Cells
from strictsaddle.routes.piecewise.local import examined
from strictsaddle.routes.piecewise.stratum import candidates


def test_local_kinds_at_a_corner() -> None:
    """|x| + |y| + c x y about 0 is a good minimum whatever c is; x^2 + y^2 + |x - y| with a saddle added is none."""
    graph = Graph()
    cells = Cells.of(graph, parse("abs(x) + abs(y) - 5*x*y", graph, ["x", "y"]), 2)
    origin = FieldPoint.rational([fmpq(0), fmpq(0)])
    assert examined(cells, (0, 0), origin, 0).kind == "good"
    tilted = Graph()
    falling = Cells.of(tilted, parse("abs(x) + abs(y) - 2*x", tilted, ["x", "y"]), 2)
    assert examined(falling, (0, 0), origin, 0).kind == "moving"
    flat = Graph()
    saddle = Cells.of(flat, parse("abs(x)*x + y**2", flat, ["x", "y"]), 2)
    assert examined(saddle, (0,), origin, 0).kind == "strict"
    three = Graph()  # three lines through a point: dependent normals
    star = Cells.of(three, parse("abs(x) + abs(y) + abs(x + y) - x**2", three, ["x", "y"]), 2)
    assert examined(star, (0, 0, 0), origin, 0).kind == "good"
    assert candidates(star, (0, 0, 0), ss.Options().started(), 0).whole


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
