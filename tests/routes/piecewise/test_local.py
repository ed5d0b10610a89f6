"""What a point is, by its cells."""

from __future__ import annotations

from flint import fmpq

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
