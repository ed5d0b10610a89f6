"""What an unfinished covering tells of what it left open."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

import strictsaddle as ss
from strictsaddle.covering.infinity import Region
from strictsaddle.covering.search import Search
from strictsaddle.covering.unresolved import unresolved
from strictsaddle.derive.derivatives import derive


def test_open_boxes_are_counted_and_the_stuck_ones_come_first() -> None:
    derivation = derive(ss.Objective("f", "x y", "sin(x)*cos(y)"))
    search = Search.of(derivation, Region(np.full(2, -4.0), np.full(2, 4.0), False, ""), np.zeros((0, 2)))
    state = replace(search.start, stuck=np.zeros((1, 2, 2)))
    left = unresolved(search, state, "the time budget ran out", "closed by no test")
    assert left is not None and (left.regions, left.share) == (2, 1.0)
    assert [region.reason for region in left.first] == [
        "closed by no test", "nothing is proved here yet: the time budget ran out",
    ]  # fmt: skip


def test_a_closed_covering_has_left_nothing() -> None:
    derivation = derive(ss.Objective("f", "x y", "sin(x)*cos(y)"))
    search = Search.of(derivation, Region(np.full(2, -4.0), np.full(2, 4.0), False, ""), np.zeros((0, 2)))
    nothing = np.empty((0, 2))
    state = replace(search.start, open_lower=nothing, open_upper=nothing, open_mode=np.empty(0, dtype=np.uint8))
    assert unresolved(search, state, "", "") is None
    assert search.evidence(state) and not search.evidence(search.start)
