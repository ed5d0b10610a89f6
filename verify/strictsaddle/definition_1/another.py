"""Asking for the verdict about another objective, from which that about this one follows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from strictsaddle.execution.budget import Budget
from strictsaddle.execution.options import Options
from strictsaddle.objective.objective import Objective
from strictsaddle.records.events import Event, Listener, Progress, Started
from strictsaddle.records.verdict import Verdict
from strictsaddle.routes.route import Case

Examine = Callable[[Objective, Options, Listener], Verdict]
LEAST_BUDGET = 0.1


def verdict_about(other: Objective, case: Case, budget: Budget, tell: Listener, examine: Examine) -> Verdict:
    """What `examine` says of another objective within the time that is left, with the options of the case. Of its events those about
    progress are told; its points are none of this objective's."""
    left = budget.left()
    options = replace(case.options, budget=None if left is None else max(LEAST_BUDGET, left))

    def passed_on(event: Event) -> None:
        if isinstance(event, (Started, Progress)):
            tell(event)

    return examine(other, options, passed_on)
