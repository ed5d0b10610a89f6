"""Parts of infinite candidate sets: signs of contents, minors that vary, solutions that are left open."""

from __future__ import annotations

import pytest
from flint import fmpq_mpoly_ctx
from kinked_objectives import checked

import strictsaddle as ss
from strictsaddle.formula.expression import parse
from strictsaddle.formula.graph import Graph
from strictsaddle.routes.piecewise.cells import Cells
from strictsaddle.routes.piecewise.parts import is_impossible, split
from strictsaddle.routes.piecewise.plane import Plane


@pytest.mark.parametrize("formula", ["relu(x - 9)**2 - x**2*y", "-abs(x)*y", "relu(x - 9)**2 - (x**2 - 2)**2*y"])
def test_a_line_that_falls_on_one_half_alone_is_not_closed(formula: str) -> None:
    """About (0, y) they fall for y > 0; for y < 0 these are minima without growth. (Of the last one about x^2 = 2.)"""
    assert checked(formula, "x y").definition_1.verdict == "not_strict_saddle"


def test_a_part_with_multiple_zeros_is_not_closed() -> None:
    x, y = fmpq_mpoly_ctx.get(["x1", "x2"], "degrevlex").gens()
    graph = Graph()
    cells = Cells.of(graph, parse("abs(x + 9) + y", graph, ["x", "y"]), 2)
    plane = Plane.of([], 2)
    assert plane is not None
    parts = split(cells, (1,), plane, [y * (y - 1), (x**2 - 2) ** 2], ss.Options().started())
    assert len(parts) == 2 and not any(part.closed for part in parts)


def test_a_kink_that_is_negative_on_a_plane() -> None:
    """x y - 1 is -y^2 - 1 where x = -y."""
    x, y = fmpq_mpoly_ctx.get(["x1", "x2"], "degrevlex").gens()
    graph = Graph()
    cells = Cells.of(graph, parse("abs(x*y - 1)", graph, ["x", "y"]), 2)
    plane = Plane.of([x + y], 2)
    assert plane is not None
    assert is_impossible(cells, (1,), plane) and not is_impossible(cells, (-1,), plane)
