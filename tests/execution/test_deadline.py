"""One clock for all layers."""

from __future__ import annotations

import time

import pytest

import strictsaddle as ss
from strictsaddle.execution.deadline import OutOfTime, in_time_or, require_time, time_left, until, within


def test_an_inner_deadline_can_only_be_earlier() -> None:
    assert time_left() is None
    require_time()
    with within(100):
        with within(1000):
            left = time_left()
            assert left is not None and left <= 100
        with until(time.monotonic() - 1), pytest.raises(OutOfTime):
            require_time()
        require_time()
    assert time_left() is None


def test_what_is_late_is_done_without() -> None:
    assert in_time_or("nothing", lambda: "something") == "something"
    with within(-1):
        assert in_time_or("nothing", lambda: require_time() or "something") == "nothing"


@pytest.mark.parametrize("n", [50, 90])
def test_symmetries_of_many_unknowns_keep_the_budget(n: int) -> None:
    """n(n-1) fields, and all permutations but of one unknown."""
    started = time.monotonic()
    verdict = ss.check(ss.Objective("flat", [f"x{k}" for k in range(n)], "x0**2"), budget=1, workers=1)
    assert time.monotonic() - started < 20  # it was minutes
    assert verdict.definition_1.verdict != "strict_saddle"
