"""The budget of a check under equalities is one: what a step leaves is what the next one gets."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace

import pytest
from flint import fmpq_mpoly

import strictsaddle as ss
from strictsaddle.errors import EngineError
from strictsaddle.execution.budget import Budget
from strictsaddle.manifolds import regularity as module
from strictsaddle.manifolds.regularity import regularity
from strictsaddle.routes.exact import constrained as riemannian


class Clock:
    """A clock that goes only when a system takes its time."""

    def __init__(self) -> None:
        self.now = 100.0
        self.taken: list[float] = []

    def monotonic(self) -> float:
        return self.now

    def exhaust(self, equations: Sequence[fmpq_mpoly], n: int, *, budget: Budget) -> object:
        """A system that takes all the time it is given."""
        left = budget.left()
        assert left is not None
        self.taken.append(left)
        self.now += left
        raise EngineError("out of time")


def test_the_systems_share_one_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    monkeypatch.setattr("strictsaddle.execution.budget.time", SimpleNamespace(monotonic=clock.monotonic))
    monkeypatch.setattr(module, "real_solutions", clock.exhaust)
    objective = ss.Objective("three", "x y z u", "x", domain=ss.Equalities(("x*y - 1", "y*z - 1", "z*u - 1")))
    assert isinstance(objective.domain, ss.Equalities)
    assert regularity(objective.domain, objective.variables, budget=Budget(112.0)).proof == "open"
    assert len(clock.taken) == 3 and sum(clock.taken) == pytest.approx(9.0)  # a quarter is left for the list


def test_the_list_gets_what_regularity_left(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    limits: list[float | None] = []

    def slow(*args: object, budget: Budget) -> module.Regularity:
        clock.now += 7.0
        return module.Regularity("exact")

    def located(*args: object, budget: Budget) -> object:
        left = budget.left()
        assert left is not None
        limits.append(left)
        clock.now += left
        raise EngineError("out of time")

    monkeypatch.setattr("strictsaddle.execution.budget.time", SimpleNamespace(monotonic=clock.monotonic))
    monkeypatch.setattr(riemannian, "regularity", slow)
    monkeypatch.setattr(riemannian, "locate", located)
    objective = ss.Objective("hyperbola", "x y", "x + y", domain=ss.Equalities(("x*y - 1",)))
    riemannian.solve(objective, budget=Budget.of(10.0))
    assert limits == [pytest.approx(2.0)] and clock.now < 110.0
