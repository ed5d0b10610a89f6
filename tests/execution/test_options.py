"""Options that make sense, and those that do not; what is left of a budget."""

from __future__ import annotations

import math
from typing import Any

import pytest

from strictsaddle.errors import InputError
from strictsaddle.execution.budget import UNLIMITED, Budget
from strictsaddle.execution.options import Options


@pytest.mark.parametrize(
    "given",
    [{"method": "guess"}, {"budget": 0}, {"budget": -1}, {"budget": math.inf}, {"max_boxes": 0}, {"workers": -2}],
)
def test_options_that_make_no_sense(given: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="method" if "method" in given else "positive"):
        Options(**given)


def test_defaults() -> None:
    options = Options()
    assert options.started() == UNLIMITED and options.start == 0 and options.processes >= 1
    assert Options(budget=100, max_boxes=7, workers=3, seed=5).start == 5


def test_a_budget_is_shared_and_never_grows() -> None:
    whole = Budget.of(100.0, 50)
    left = whole.left()
    assert left is not None and 99 < left <= 100
    half = whole.share(0.5).left()
    assert half is not None and 49 < half <= 50
    for smaller in (whole.at_most(10), whole.earlier(90), whole.at_most(10).at_most(20)):
        rest = smaller.left()
        assert rest is not None and rest <= 10.1
    assert whole.at_most(1000).deadline == whole.deadline
    assert whole.without(20).max_boxes == 30 and whole.without(70).max_boxes == 0
    assert UNLIMITED.share(0.1) == UNLIMITED.at_least(3) == UNLIMITED.earlier(5) == UNLIMITED


def test_what_is_over_is_over_but_for_a_moment_of_grace() -> None:
    over = Budget.of(-1.0)
    assert over.is_over and over.reached(0) == "the time budget ran out" and not over.at_least(5).is_over
    assert Budget(None, 10).reached(10) == "the limit of 10 boxes was reached" and Budget(None, 10).reached(9) is None


def test_boxes_that_are_left_by_number_and_by_rate() -> None:
    assert UNLIMITED.boxes_left(5, 5, 1.0) is None and Budget(None, 20).boxes_left(5, 5, 1.0) == 15
    soon = Budget.of(10.0, 10**9).boxes_left(2000, 2000, 1.0)
    assert soon is not None and 19_000 < soon <= 20_000
    assert Budget.of(-5.0).boxes_left(10, 10, 1.0) == 1000  # a last, small wave
