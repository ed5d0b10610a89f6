"""Definition 2 of Ge, Huang, Jin and Yuan: the constants that convergence theorems consume, certified, refuted, or
the best ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from strictsaddle.certificates.certificate import Certificate
from strictsaddle.definition_1 import check as definition_1
from strictsaddle.errors import EngineError, InputError
from strictsaddle.execution.budget import Stopwatch
from strictsaddle.execution.options import Method, Options
from strictsaddle.loading import as_objective
from strictsaddle.objective.numbers import Number, exact
from strictsaddle.objective.objective import Objective
from strictsaddle.records.definition_2 import Constants, Definition2, Violation
from strictsaddle.records.events import Event, Finished, Listener, Ready, silent
from strictsaddle.records.finding import NOTHING_LISTED
from strictsaddle.records.terms import Interval
from strictsaddle.records.verdict import Definition1, Resources, StationaryPoint, Verdict

if TYPE_CHECKING:
    from strictsaddle.covering.checkpoint import Checkpoint
    from strictsaddle.definition_2.examination import Decision, Examination
    from strictsaddle.definition_2.frontier import Best
    from strictsaddle.definition_2.violation import Constants as Asked

NAMES = ("alpha", "gamma", "epsilon", "delta")
SHARE = 0.5  # of the budget that the list of stationary points may take
LEAST_BUDGET = 1e-3
LISTING = 10.0  # seconds for that list when the constants are refuted already


def constants(
    objective: Objective | str | Path,
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
        decimal). Norms and distances are Euclidean, in the unknowns as they are given.
    method, workers, seed, listener: as for `check`, which finds the stationary points first.
    budget: seconds for everything; max_boxes: boxes for each of the two coverings.
    checkpoint: a file from which an interrupted run goes on; the covering that lists stationary points keeps its own
        beside it (FILE.points).

    Returns the verdict of `check` with `definition_2` filled in: "holds", "fails" with a
    certified point that violates all three conditions, or "undecided" with what is left. On R^n a proof on a box that the
    program chose leaves them undecided, and the reason tells it: the constants are about the whole domain. With fewer than four
    constants `frontier` lists the best values, each row proved, and the constants are those of one row that holds.

    Raises InputError for constants that are not positive numbers, and for a file that is no checkpoint of this
    objective.
    """
    given = {"alpha": alpha, "gamma": gamma, "epsilon": epsilon, "delta": delta}
    return examine(
        as_objective(objective), given, Options(method, budget, max_boxes, workers, checkpoint, seed), listener
    )


def examine(
    objective: Objective, asked: Mapping[str, Number | None], options: Options, listener: Listener = silent
) -> Verdict:
    """The same with the constants by name, and the options as one record."""
    from strictsaddle.covering.checkpoint import Checkpoint
    from strictsaddle.definition_2.certificate import written
    from strictsaddle.definition_2.examination import Decision, Examination
    from strictsaddle.definition_2.violation import Constants as Asked
    from strictsaddle.derive.definedness import require_some_domain
    from strictsaddle.execution.executor import executor

    objective.require_no_equalities("constants")
    objective.require_no_conditions("constants")
    require_some_domain(objective)
    given = {name: _positive(name, asked.get(name)) for name in NAMES}

    def passed_on(event: Event) -> None:
        if not isinstance(event, Finished):
            listener(event)

    listener(Ready())
    watch, budget = Stopwatch(), options.started()
    four = None if None in given.values() else Asked(*(value or Fraction(0) for value in given.values()))
    path = options.checkpoint
    saved = None if path is None else Checkpoint(path, objective, passed_on, purpose="constants", several=True)
    violation, share = None, None
    with executor(options.processes) as pool, _saved_when_interrupted(saved):

        def examination(known: Verdict, checkpoint: Checkpoint | None = None) -> Examination:
            return Examination(
                objective,
                known,
                pool=pool,
                budget=budget,
                listener=passed_on,
                seed=options.start,
                checkpoint=checkpoint,
            )

        if four is not None:
            violation = examination(_unknown(objective)).violations.without_list(four)
            if violation is not None:  # decided; the list of stationary points is only for the reader
                share = LISTING
        if (left := budget.left()) is not None:
            left = max(left, LEAST_BUDGET)
            share = min(share or left, SHARE * left)
        points = None if path is None else f"{path}.points"
        known = definition_1.examine(objective, replace(options, budget=share, checkpoint=points), passed_on)
        examined = examination(known, saved)
        try:
            if violation is not None and known.definition_1.verdict != "not_strict_saddle":
                found = as_record(examined, examined.failed(violation), given)
            else:
                found = _answer(examined, four, given)
        except EngineError as error:  # the workers died again and again: nothing is claimed
            nothing_claimed = Decision("undecided", examined.scope_of_points, "none", str(error))
            found = as_record(examined, nothing_claimed, given)
    if saved is not None:
        saved.save()
    took = Resources(known.resources.engine, round(watch.seconds, 3), known.resources.boxes + examined.boxes)
    verdict = replace(known, definition_2=found, resources=took)
    verdict = replace(verdict, certificate=Certificate(objective, verdict, written))
    listener(Finished(verdict))
    return verdict


def at_delta(objective: Objective, delta: str, options: Options) -> Definition2 | None:
    """The best constants at this delta, with Theorem 6, where some hold; None where none are found, and on domains that have no method."""
    if objective.domain.where or objective.domain.codimension:
        return None
    found = examine(objective, {"delta": delta}, options).definition_2
    return found if found is not None and found.verdict == "holds" else None


def _unknown(objective: Objective) -> Verdict:
    """The verdict before anything is known."""
    nothing = Definition1("undecided", "global", "none", "not asked yet")
    return Verdict(objective.to_dict(), nothing, NOTHING_LISTED, Resources("none", 0.0), {})


def out_of_time(
    objective: Objective,
    constants: Mapping[str, Number | None],
    why: str,
    points: Sequence[StationaryPoint],
    seconds: float,
) -> Verdict:
    """The verdict where time ran out in the middle of something: nothing is claimed about the constants."""
    verdict = definition_1.out_of_time(objective, why, points, seconds)
    given = {name: None if (value := constants.get(name)) is None else exact(value) for name in NAMES}
    return replace(
        verdict, definition_2=Definition2("undecided", _shown(given), verdict.definition_1.scope, "none", why)
    )


def _shown(values: Mapping[str, Fraction | None]) -> Constants:
    return Constants(**{name: None if value is None else str(value) for name, value in values.items()})


@contextmanager
def _saved_when_interrupted(checkpoint: Checkpoint | None) -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        if checkpoint is not None:
            checkpoint.save()
        raise


def exit_code(*verdicts: Verdict) -> int:
    """0 the constants hold for all, 1 they fail for one, 3 otherwise."""
    found = {None if verdict.definition_2 is None else verdict.definition_2.verdict for verdict in verdicts}
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


def _answer(examination: Examination, four: Asked | None, given: Mapping[str, Fraction | None]) -> Definition2:
    from strictsaddle.definition_2.frontier import Best, best_constants
    from strictsaddle.definition_2.theorem6 import theorem_6

    if four is None:
        best = best_constants(examination, given)
        return as_record(examination, best.decision, best.constants, best)
    decision = examination.decide(four)
    smoothness = examination.smoothness(four.delta) if decision.verdict == "holds" else None
    follows = None if smoothness is None else theorem_6(smoothness, examination.landscape.dimension, four)
    return as_record(examination, decision, given, Best(decision, given, (), (), follows))


def as_record(
    examination: Examination, decision: Decision, constants: Mapping[str, Fraction | None], best: Best | None = None
) -> Definition2:
    """The answer as verdicts carry it; `best` has the rows and what follows from the constants."""
    from strictsaddle.covering.checkpoint import RESUMED

    violation, worst = decision.violation, decision.worst
    delta = constants["delta"]
    resumed = RESUMED if examination.checkpoint is not None and examination.checkpoint.resumed else ""
    crowded = "" if delta is None or decision.verdict == "holds" else examination.crowded(delta, decision)
    witness = None if violation is None else Violation(
        violation.point, violation.gradient_norm, violation.least_eigenvalue, examination.nearest_minimum(violation)
    )  # fmt: skip
    return Definition2(
        decision.verdict, _shown(constants), decision.scope, decision.proof,
        "; ".join(filter(None, (decision.reason, crowded, resumed))), witness,
        None if worst is None else tuple(Interval(float(low), float(high)) for low, high in worst.T),
        *((), (), None) if best is None else (tuple(best.alphas), tuple(best.frontier), best.theorem_6),
    )  # fmt: skip
