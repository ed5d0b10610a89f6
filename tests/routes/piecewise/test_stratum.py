"""Candidates of a stratum."""

from __future__ import annotations

import pytest

import strictsaddle as ss
from strictsaddle.formula.expression import parse
from strictsaddle.formula.graph import Graph
from strictsaddle.polynomials.real_solutions import RealSolutions
from strictsaddle.routes.piecewise import stratum
from strictsaddle.routes.piecewise.cells import Cells


@pytest.mark.parametrize("formula", ["abs(x) + x**2 + y**2", "abs(x**2 + y**2 - 1) + x"])
def test_a_list_that_may_lack_points_is_not_whole(formula: str, monkeypatch: pytest.MonkeyPatch) -> None:
    graph = Graph()
    cells = Cells.of(graph, parse(formula, graph, ["x", "y"]), 2)
    monkeypatch.setattr(stratum, "solutions_of_any_multiplicity", lambda *_, **__: RealSolutions("finite", (), "open"))
    for signs in ((1,), (0,)):
        found = stratum.candidates(cells, signs, ss.Options().started(), 0)
        assert not found.whole and found.proof == "none" and found.reason
