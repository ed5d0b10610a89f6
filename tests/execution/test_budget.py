"""One clock for all layers."""

from __future__ import annotations

import time

import pytest

import strictsaddle as ss
from strictsaddle.execution.budget import Budget, OutOfTime, current, in_time_or, require_time


def test_an_inner_deadline_can_only_be_earlier() -> None:
    assert current().left() is None
    require_time()
    with Budget.of(100).enforced():
        with Budget.of(1000).enforced():
            left = current().left()
            assert left is not None and left <= 100
        with Budget.of(-1).enforced(), pytest.raises(OutOfTime):
            require_time()
        require_time()
    assert current().left() is None


def test_what_is_late_is_done_without() -> None:
    assert in_time_or("nothing", lambda: "something") == "something"
    with Budget.of(-1).enforced():
        assert in_time_or("nothing", lambda: require_time() or "something") == "nothing"


@pytest.mark.parametrize("n", [50, 90])
def test_symmetries_of_many_unknowns_keep_the_budget(n: int) -> None:
    """n(n-1) fields, and all permutations but of one unknown."""
    started = time.monotonic()
    verdict = ss.check(ss.Objective("flat", [f"x{k}" for k in range(n)], "x0**2"), budget=1, workers=1)
    assert time.monotonic() - started < 20  # it was minutes
    assert verdict.definition_1.verdict != "strict_saddle"
