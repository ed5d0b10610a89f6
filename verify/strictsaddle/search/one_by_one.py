"""One value of a parameter after another."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from strictsaddle.definition_2 import constants
from strictsaddle.execution.options import Options
from strictsaddle.objective.numbers import Number
from strictsaddle.objective.objective import Objective
from strictsaddle.records.events import Listener, silent
from strictsaddle.records.verdict import Verdict

LEAST_BUDGET = 1e-3


def one_by_one(
    make: Callable[[Fraction], Objective],
    values: Sequence[Fraction],
    asked: Mapping[str, Number | None],
    options: Options,
    listener: Listener = silent,
) -> Iterator[Verdict]:
    """The constants (by name; None for those to be found) of make(value), for one value of a parameter after another, in this order.

    The budget is for all of them together: each gets an equal share of what is left.
    """
    whole = options.started()
    for number, value in enumerate(values):
        left = whole.left()
        share = None if left is None else max(left / (len(values) - number), LEAST_BUDGET)
        yield constants.examine(make(value), asked, replace(options, budget=share), listener)
