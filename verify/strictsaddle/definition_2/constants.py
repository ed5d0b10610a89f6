"""Definition 2 of Ge, Huang, Jin and Yuan: the constants that convergence theorems consume, certified, refuted, or
the best ones."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from strictsaddle.definition_1.check import check
from strictsaddle.definition_1.plan import Method
from strictsaddle.errors import EngineError, InputError
from strictsaddle.objective.numbers import Number, exact
from strictsaddle.objective.objective import Objective
from strictsaddle.records.events import Event, Finished, Listener, Ready, silent
from strictsaddle.records.verdict import Definition1, Resources, Stationary, StationaryPoint, Verdict

if TYPE_CHECKING:
    from strictsaddle.definition_2.cover.checkpoint import DischargeCheckpoint
    from strictsaddle.definition_2.examination import Decision, Examination
    from strictsaddle.definition_2.violation import Constants

NAMES = ("alpha", "gamma", "epsilon", "delta")
SHARE = 0.5  # of the budget that the list of stationary points may take
LEAST_BUDGET = 1e-3
LISTING = 10.0  # seconds for that list when the constants are refuted already
_EMPTY = Verdict(
    {},
    Definition1("undecided", "global", "none", "not asked yet"),
    Stationary(False, (), ()),
    Resources("none", 0.0),
    {},
)


def constants(
    objective: Objective,
    *,
    alpha: Number | None = None,
    gamma: Number | None = None,
    epsilon: Number | None = None,
    delta: Number | None = None,
    method: Method = "auto",
    budget: float | None = None,
    max_boxes: int | None = None,
    workers: int | None = None,
    checkpoint: str | None = None,
    seed: int | None = None,
    listener: Listener = silent,
) -> Verdict:
    """Is the objective (alpha, gamma, epsilon, delta)-strict-saddle? With fewer than four constants: the best values
    of the rest.

    Parameters
    ----------
    alpha, gamma, epsilon, delta: positive numbers, taken exactly (text "1/3" and "0.1"; floats stand for their
        decimal). Norms and distances are Euclidean, in the unknowns as they are given. method, workers, seed,
        listener: as for `check`, which finds the stationary points first.
    budget: seconds for everything; max_boxes: boxes for each of the two coverings.
    checkpoint: a file from which an interrupted run goes on; the covering that lists stationary points keeps its own
        beside it (FILE.points).

    Returns the verdict of `check` with `definition_2` filled in (the layout of the JSON): "holds", "fails" with a
    certified point that violates all three conditions, or "undecided" with what is left. On R^n a proof on a box that the
    program chose leaves them undecided, and the reason tells it: the constants are about the whole domain. With fewer than four
    constants `frontier` lists the best values, each row proved, and the constants are those of one row that holds.

    Raises InputError for constants that are not positive numbers, and for a file that is no checkpoint of this
    objective.
    """
    from strictsaddle.derive.definedness import require_some_domain

    objective.require_no_equalities("constants")
    require_some_domain(objective)
    given = {name: _positive(name, value) for name, value in zip(NAMES, (alpha, gamma, epsilon, delta), strict=True)}

    def passed_on(event: Event) -> None:
        if not isinstance(event, Finished):
            listener(event)

    from strictsaddle.covering.waves import Limits
    from strictsaddle.definition_2.cover.checkpoint import DischargeCheckpoint
    from strictsaddle.definition_2.examination import Decision, Examination
    from strictsaddle.definition_2.violation import Constants
    from strictsaddle.execution.executor import executor

    listener(Ready())
    started = time.monotonic()
    limits = Limits(None if budget is None else started + budget, max_boxes)
    four = None if None in given.values() else Constants(*(value or Fraction(0) for value in given.values()))
    saved = None if checkpoint is None else DischargeCheckpoint(checkpoint, objective.digest, passed_on)
    violation, share = None, None
    with executor(workers or os.cpu_count() or 1) as pool, _saved_when_interrupted(saved):
        if four is not None:
            nothing = replace(_EMPTY, objective=objective.to_dict())
            violation = Examination(
                objective, nothing, pool=pool, limits=limits, listener=passed_on, seed=seed or 0
            ).violations.without_list(four)
            if violation is not None:  # decided; the list of stationary points is only for the reader
                share = LISTING
        if limits.deadline is not None:
            left = max(limits.deadline - time.monotonic(), LEAST_BUDGET)
            share = min(share or left, SHARE * left)
        known = check(
            objective,
            method=method,
            budget=share,
            max_boxes=max_boxes,
            workers=workers,
            checkpoint=None if checkpoint is None else f"{checkpoint}.points",
            seed=seed,
            listener=passed_on,
        )
        examination = Examination(
            objective, known, pool=pool, limits=limits, listener=passed_on, seed=seed or 0, checkpoint=saved
        )
        try:
            if violation is not None and known.definition_1.verdict != "not_strict_saddle":
                record = as_record(examination, examination.failed(violation), given)
            else:
                record = _record(examination, four, given)
        except EngineError as error:  # the workers died again and again: nothing is claimed
            nothing_claimed = Decision("undecided", examination.scope_of_points, "none", str(error))
            record = as_record(examination, nothing_claimed, given)
    if saved is not None:
        saved.save()
    took = Resources(
        known.resources.engine,
        round(time.monotonic() - started, 3),
        known.resources.boxes + examination.boxes,
    )
    verdict = replace(known, definition_2=record, resources=took)
    listener(Finished(verdict))
    return verdict


def out_of_time(
    objective: Objective,
    constants: Mapping[str, Number | None],
    why: str,
    points: Sequence[StationaryPoint],
    seconds: float,
) -> Verdict:
    """The verdict where time ran out in the middle of something: nothing is claimed about the constants."""
    from strictsaddle.definition_1 import check as pipeline

    verdict = pipeline.out_of_time(objective, why, points, seconds)
    record: dict[str, Any] = {
        "verdict": "undecided", "constants": {name: _shown(constants.get(name)) for name in NAMES},
        "scope": verdict.definition_1.scope, "proof": "none",
        "reason": why, "witness": None, "worst": None, "alphas": [], "frontier": [], "theorem_6": None,
    }  # fmt: skip
    return replace(verdict, definition_2=record)


def _shown(value: Number | None) -> str | None:
    return None if value is None else str(exact(value))


def sweep(
    make: Callable[[Fraction], Objective],
    values: Sequence[Fraction],
    *,
    budget: float | None = None,
    **options: Any,
) -> Iterator[Verdict]:
    """`constants` of make(value) for one value of a parameter after another, in this order.

    budget: seconds for all of them together; each gets an equal share of what is left. options: as for `constants`.
    """
    ends = None if budget is None else time.monotonic() + budget
    for number, value in enumerate(values):
        share = None if ends is None else max((ends - time.monotonic()) / (len(values) - number), 1e-3)
        yield constants(make(value), budget=share, **options)


@contextmanager
def _saved_when_interrupted(checkpoint: DischargeCheckpoint | None) -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        if checkpoint is not None:
            checkpoint.save()
        raise


def exit_code(*verdicts: Verdict) -> int:
    """0 the constants hold for all, 1 they fail for one, 3 otherwise."""
    found = {(verdict.definition_2 or {}).get("verdict") for verdict in verdicts}
    return 1 if "fails" in found else 0 if found == {"holds"} else 3


def _positive(name: str, value: Number | None) -> Fraction | None:
    if value is None:
        return None
    try:
        number = exact(value)
    except InputError as error:
        raise error.at(name) from None
    if number <= 0:
        raise InputError(
            f"{name} is not positive",
            where=name,
            fragment=str(value),
            remedy="All four constants are positive numbers.",
        )
    return number


def _record(examination: Examination, four: Constants | None, given: Mapping[str, Fraction | None]) -> dict[str, Any]:
    from strictsaddle.definition_2.theorem6 import theorem_6

    if four is not None:
        decision = examination.decide(four)
        smoothness = examination.smoothness(four.delta) if decision.verdict == "holds" else None
        follows = None if smoothness is None else theorem_6(smoothness, examination.landscape.dimension, four)
        return as_record(examination, decision, given, theorem_6=follows)
    from strictsaddle.definition_2.frontier import best_constants

    best = best_constants(examination, given)
    return as_record(examination, best.decision, best.constants, best.alphas, best.frontier, best.theorem_6)


def as_record(
    examination: Examination,
    decision: Decision,
    constants: Mapping[str, Fraction | None],
    alphas: list[dict[str, Any]] | None = None,
    frontier: list[dict[str, Any]] | None = None,
    theorem_6: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """The `definition_2` part of the JSON."""
    from strictsaddle.definition_2.cover.checkpoint import RESUMED

    violation, worst = decision.violation, decision.worst
    delta = constants["delta"]
    resumed = RESUMED if examination.checkpoint is not None and examination.checkpoint.resumed else ""
    crowded = "" if delta is None or decision.verdict == "holds" else examination.crowded(delta, decision.reason)
    witness = violation and {
        "point": violation.point,
        "gradient_norm": violation.gradient_norm,
        "least_eigenvalue": violation.least_eigenvalue,
        "distance_to_nearest_minimum": examination.nearest_minimum(violation),
    }
    return {
        "verdict": decision.verdict,
        "constants": {name: None if constants[name] is None else str(constants[name]) for name in NAMES},
        "scope": decision.scope,
        "proof": decision.proof,
        "reason": "; ".join(filter(None, (decision.reason, crowded, resumed))),
        "witness": witness,
        "worst": None if worst is None else [[float(low), float(high)] for low, high in worst.T],
        "alphas": alphas or [],
        "frontier": frontier or [],
        "theorem_6": theorem_6,
    }
