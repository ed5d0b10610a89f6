"""Cells and their kinks."""

from __future__ import annotations

import pytest
from flint import fmpq_mpoly_ctx

import strictsaddle as ss
from strictsaddle.formula.expansion import NotPolynomial
from strictsaddle.formula.expression import parse
from strictsaddle.formula.graph import Graph
from strictsaddle.routes.piecewise.cells import Cells, TooManyCells, canonical, is_never_negative, sign_of
from strictsaddle.routes.piecewise.route import PiecewiseRoute


def test_cells() -> None:
    graph = Graph()
    node = parse("relu(2*x - 2) + abs(1 - x) + relu(relu(x) + y) + relu(x**2*y)", graph, ["x", "y"])
    cells = Cells.of(graph, node, 2)
    assert sorted(map(str, cells.kinks)) == ["x1", "x1 + x2", "x1 - 1", "x2"]
    assert not cells.is_smooth and len(cells.strata) == 23  # 3 points, 11 edges, 9 faces
    ring = fmpq_mpoly_ctx.get(["x1", "x2"], "degrevlex")
    x, y = ring.gens()
    assert (
        canonical(-2 * x + 2 * y)[1] == -1
        and sign_of(-3 * x**2 * y, {"x2": -1}) == 1
        and sign_of(ring.constant(0), {}) == 0
    )
    wide = Graph()
    with pytest.raises(TooManyCells):
        Cells.of(wide, parse(" + ".join(f"abs(x - {k})" for k in range(30)), wide, ["x"]), 1)
    rough = Graph()
    with pytest.raises(NotPolynomial):
        Cells.of(rough, parse("abs(x) + exp(x)", rough, ["x"]), 1)
    kinked, smooth = ss.Objective("k", "x", "abs(x)"), ss.Objective("k", "x", "x**2")
    assert kinked.graph.has_kinks(kinked.node) and not smooth.graph.has_kinks(smooth.node)
    assert PiecewiseRoute.name == "exact"


def test_polynomials_that_are_nowhere_negative() -> None:
    ring = fmpq_mpoly_ctx.get(["x1", "x2"], "degrevlex")
    x, y = ring.gens()
    for good in (x**2 + 1, x**2 + y**2, x**4 + x + 2, x**2 + x * y + y**2 + x + 1):
        assert is_never_negative(good)
    for bad in (x**2 - 2, x * y + 1, x**2 - y, x**2 + y**2 - 1, x**2 + 3 * x * y + y**2, x, x**4 + y**4 + 1):
        assert not is_never_negative(bad)
