"""A stratum that is not settled leaves the whole question open."""

from __future__ import annotations

import pytest
from kinked_objectives import checked

from strictsaddle.errors import EngineError
from strictsaddle.routes.piecewise import route
from strictsaddle.routes.piecewise.local import Local


def test_a_point_that_is_not_decided_leaves_the_question_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(route, "examined", lambda *_: Local("open", "too many kinks meet"))
    found = checked("abs(x) + y**2", "x y")
    assert found.definition_1.verdict == "undecided" and not found.stationary.complete


def test_a_stratum_that_was_not_searched_leaves_the_question_open(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise EngineError("msolve failed")

    monkeypatch.setattr(route, "candidates", fails)
    found = checked("abs(x) + y**2", "x y")
    assert found.definition_1.verdict == "undecided" and not found.stationary.complete


def test_a_cusp_is_left_open() -> None:
    """About 0 it does not grow quadratically; nothing is said of points at which a kink's gradient is 0."""
    assert checked("abs(x**2 - y**3) + x**4 + y**4", "x y").definition_1.verdict != "strict_saddle"
