"""What all questions about families have in common: readiness is told, time is kept, and a budget that ends leaves an answer."""

from __future__ import annotations

from typing import Any

from flint import fmpq_mpoly_ctx

import strictsaddle as ss
from strictsaddle.execution.budget import Budget, OutOfTime
from strictsaddle.execution.options import Options
from strictsaddle.families import line
from strictsaddle.families.budgeted import answered
from strictsaddle.loading.families import family_of
from strictsaddle.objective.family import Family
from strictsaddle.polynomials.drawn_primes import drawn_primes
from strictsaddle.records.events import Event, Ready, silent
from strictsaddle.records.sweep import Sweep


def family() -> Family:
    return family_of(ss.Objective("p", "x", "x**2*lam + x**4", {"lam": 1}), {"lam": (1, 2)})


def test_a_budget_that_ends_leaves_the_answer_for_that() -> None:
    def work(_: Family, __: Options, ___: Budget, ____: Any) -> Sweep:
        raise OutOfTime("the time budget ran out")

    heard: list[Event] = []
    made = answered(family(), Options(), heard.append, work, line.out_of_time)
    assert not made.pieces and made.cuts[0].reason == "the time budget ran out" and made.cuts[0].verdict == "undecided"
    assert isinstance(heard[0], Ready) and made.resources.seconds >= 0.0


def test_random_numbers_are_those_of_the_seed() -> None:
    unknown = fmpq_mpoly_ctx.get(["x1"], "degrevlex").gens()[0]
    drawn: list[list[int] | None] = []

    def work(asked: Family, _: Options, __: Budget, ___: Any) -> Sweep:
        drawn.append(drawn_primes(2, [unknown]))
        return line.out_of_time(asked, "", 7.0)

    seconds = [answered(family(), Options(seed=3), silent, work, line.out_of_time).resources.seconds for _ in "ab"]
    assert drawn[0] == drawn[1] and max(seconds) < 7.0
