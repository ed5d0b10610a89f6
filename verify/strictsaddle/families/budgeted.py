"""A question about a family, answered within its budget and with its own random numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from strictsaddle.execution.budget import Budget, OutOfTime, Stopwatch
from strictsaddle.execution.options import Options
from strictsaddle.objective.family import Family
from strictsaddle.polynomials.drawn_primes import drawing_from
from strictsaddle.records.events import Listener, Ready
from strictsaddle.records.sweep import Plane, Sweep
from strictsaddle.records.verdict import Verdict

Answer = TypeVar("Answer", Sweep, Plane, Verdict)


def answered(
    family: Family, options: Options, listener: Listener, work: Callable[[Family, Options, Budget, Listener], Answer],
    out_of_time: Callable[[Family, str, float], Answer],
) -> Answer:  # fmt: skip
    """What `work` finds, or `out_of_time(family, why, seconds)` where the budget does not suffice, with the time that it took."""
    listener(Ready())
    watch, budget = Stopwatch(), options.started()
    with drawing_from(options.seed, "" if options.seed is None else family.joint.digest), budget.enforced():
        try:
            made = work(family, options, budget, listener)
        except OutOfTime as why:
            made = out_of_time(family, str(why), 0.0)
    return replace(made, resources=replace(made.resources, seconds=round(watch.seconds, 3)))
