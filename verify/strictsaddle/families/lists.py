"""The stationary points at one value of the parameter, by the ordinary check, as a piece or a cut quotes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from strictsaddle.definition_1 import check
from strictsaddle.execution.budget import Budget
from strictsaddle.execution.options import Options
from strictsaddle.objective.family import Family, Values
from strictsaddle.records.events import Listener, Progress, silent
from strictsaddle.records.verdict import Verdict

LEAST_BUDGET = 0.05


@dataclass(frozen=True)
class At:
    """The verdict at one choice of values."""

    values: Values
    verdict: Verdict

    @property
    def counts(self) -> Mapping[str, int] | None:
        """The numbers of stationary points by kind, where all are isolated and listed."""
        stationary = self.verdict.stationary
        return stationary.counts if stationary.complete and not stationary.continua else None


def examined(family: Family, values: Values, options: Options, budget: Budget, tell: Listener = silent) -> At:
    """The ordinary check at one choice of values, within the budget."""
    shown = ", ".join(f"{name} = {value}" for name, value in values.items())
    tell(Progress(f"all points at {shown}", 0.0))
    left = budget.left()
    seconds = None if left is None else max(left, LEAST_BUDGET)
    asked = replace(options, budget=seconds, checkpoint=None)
    return At(values, check.examine(family.member(values), asked))
