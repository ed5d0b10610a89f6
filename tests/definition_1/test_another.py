"""The verdict about another objective: with the options and the time of this one, and of its events those about progress."""

from __future__ import annotations

import strictsaddle as ss
from strictsaddle.definition_1.another import LEAST_BUDGET, verdict_about
from strictsaddle.definition_1.check import examine
from strictsaddle.execution.budget import Budget
from strictsaddle.execution.options import Options
from strictsaddle.records.events import Event, Listener, PointFound, Progress, Started
from strictsaddle.records.verdict import Verdict
from strictsaddle.routes.route import Case


def test_options_and_time_are_those_of_the_case_and_its_points_are_not_told() -> None:
    case = Case(ss.Objective("f", "x", "x^2"), Options(method="exact", seed=7))
    told: list[Event] = []
    used: list[Options] = []

    def examined(objective: ss.Objective, options: Options, listener: Listener) -> Verdict:
        used.append(options)
        return examine(objective, options, listener)

    other = ss.Objective("g", "y z", "y^2 + (z - 1)^2")
    verdict = verdict_about(other, case, Budget.of(20.0), told.append, examined)
    assert verdict.definition_1.verdict == "strict_saddle" and len(verdict.stationary.isolated) == 1
    assert used[0].method == "exact" and used[0].seed == 7
    assert used[0].budget is not None and 0 < used[0].budget <= 20.0
    assert told and all(isinstance(event, (Started, Progress)) for event in told)
    assert not any(isinstance(event, PointFound) for event in told)
    verdict_about(other, case, Budget.of(1e-9), told.append, examined)
    assert used[1].budget == LEAST_BUDGET
