"""The whole pipeline: derive, symmetries, stationary points, signs, verdict.

A polynomial goes to the exact engine; whatever else, and what that leaves open, to the interval engine. The first refutation
or complete list decides Definition 1; then points are grouped into orbits, and the question is asked modulo symmetry.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from strictsaddle.definition_1.plan import Limits, Method, by_covering, by_exact_engine, chosen_engine
from strictsaddle.errors import InputError, NotYetError
from strictsaddle.execution.deadline import OutOfTime, in_time_or, postpone, until
from strictsaddle.objective.domain import Box, Equalities, Euclidean, Spheres
from strictsaddle.objective.objective import Objective
from strictsaddle.records.events import Event, Finished, Listener, PointFound, Progress, Ready, Started, silent
from strictsaddle.records.verdict import (
    Definition1,
    Minimum,
    ModuloSymmetry,
    Resources,
    Scope,
    Stationary,
    StationaryPoint,
    Verdict,
    Witness,
)
from strictsaddle.version import __version__


def check(
    objective: Objective,
    *,
    method: Method = "auto",
    budget: float | None = None,
    max_boxes: int | None = None,
    workers: int | None = None,
    checkpoint: str | None = None,
    seed: int | None = None,
    listener: Listener = silent,
) -> Verdict:
    """Is the objective strict-saddle (Definition 1), and is it so modulo its continuous symmetry?

    Parameters
    ----------
    method: the engine; auto tries the exact one first on polynomials.
    budget: seconds after which the answer is `undecided`, with what is known by then. The time in which compiled code is made, once a
        machine, does not count.
    max_boxes: the same for the boxes of the covering.
    workers: processes for the covering, all cores when left out; the answer does not depend on it.
    checkpoint: a file from which an interrupted covering goes on, and to which it writes every few seconds.
    seed: of the random starts of the search for witnesses, 0 when left out, and of the primes of modular computations, which are drawn
        from the system's randomness when it is left out.
    listener: called with every event (see `events`), last with Finished.

    Raises InputError for options or an objective that make no sense (equalities that are empty or not regular
    among them), NotYetError for what no engine can do.
    """
    _require(method, budget, max_boxes, workers)
    from strictsaddle.polynomials.drawn_primes import drawing_from

    listener(Ready())
    started = time.monotonic()
    limits = Limits(None if budget is None else started + budget, max_boxes, workers, checkpoint, seed)
    points: list[StationaryPoint] = []

    def heard(event: Event) -> None:
        if isinstance(event, PointFound):
            points.append(event.point)
        listener(event)

    with drawing_from(seed, "" if seed is None else objective.digest), until(limits.deadline):
        try:
            verdict = _checked(objective, method, budget, limits, started, heard)
        except OutOfTime as why:
            verdict = out_of_time(objective, str(why), points, round(time.monotonic() - started, 3))
    listener(Finished(verdict))
    return verdict


def _compiled(limits: Limits, listener: Listener) -> Limits:
    """The limits once the kernels are compiled, which is nobody's budget."""
    from strictsaddle.covering.compile_ahead import compile_ahead

    seconds = compile_ahead(listener)
    postpone(seconds)
    return limits if limits.deadline is None else replace(limits, deadline=limits.deadline + seconds)


def out_of_time(objective: Objective, why: str, points: Sequence[StationaryPoint], seconds: float) -> Verdict:
    """The verdict where time ran out in the middle of something: undecided, with the points that are certified by then."""
    scope: Scope = "box" if isinstance(objective.domain, Box) else "global"
    return Verdict(
        objective=objective.to_dict(), definition_1=Definition1("undecided", scope, "none", why),
        stationary=Stationary(False, (), _each_once(points)), resources=Resources("none", seconds, 0),
        versions={"strictsaddle": __version__},
    )  # fmt: skip


def _each_once(points: Sequence[StationaryPoint]) -> tuple[StationaryPoint, ...]:
    """Those whose enclosures meet no other's: what several engines told of may be the same."""
    from strictsaddle.symmetry.box_index import BoxIndex

    kept: list[StationaryPoint] = []
    index = BoxIndex(len(points[0].point) if points else 0, 0.0)
    for point in points:
        if not index.meeting(point.point):
            index.add(point.point)
            kept.append(point)
    return tuple(kept)


def _checked(
    objective: Objective, method: Method, budget: float | None, limits: Limits, started: float, listener: Listener
) -> Verdict:
    from strictsaddle.definition_1.conclude import from_witness, refuted_by_continuum
    from strictsaddle.definition_1.minima import Minima
    from strictsaddle.definition_1.minimum import minimum
    from strictsaddle.derive.definedness import require_some_domain
    from strictsaddle.derive.derivatives import derive
    from strictsaddle.routes.modulo_symmetry.route import modulo as asked_modulo
    from strictsaddle.routes.refutation.continuum import continuum_through
    from strictsaddle.symmetry.known import KnownSymmetries

    engine, why = chosen_engine(objective, method)
    if engine == "interval":
        limits = _compiled(limits, listener)
    require_some_domain(objective)
    if isinstance(objective.domain, Equalities):
        return _under_equalities(objective, method, budget, started, listener)
    if _has_useful_frame(objective):
        left = None if budget is None else max(0.1, budget - (time.monotonic() - started))
        options = {"method": method, "budget": left, "max_boxes": limits.max_boxes, "workers": limits.workers,
                   "checkpoint": limits.checkpoint, "seed": limits.seed}  # fmt: skip
        return _in_its_frame(objective, options, started, listener)
    listener(Started(engine, why))
    symmetry = KnownSymmetries.of(objective)
    boxes = 0
    if engine == "exact":
        definition_1, stationary, engine = by_exact_engine(
            objective, symmetry, method, budget, limits.seed or 0, listener
        )
        if definition_1.verdict == "undecided" and method == "auto":
            engine, left_open, exact = "interval", definition_1.reason, stationary
            listener(Started(engine, left_open))
            limits = _compiled(limits, listener)
            definition_1, stationary, boxes = by_covering(objective, symmetry, limits.before_modulo(symmetry), listener)
            stationary = replace(stationary, continua=exact.continua or stationary.continua)
            if not stationary.complete and len(exact.isolated) > len(stationary.isolated):
                stationary = replace(stationary, isolated=exact.isolated, minima_complete=False)
            if definition_1.verdict == "undecided":
                definition_1 = replace(definition_1, reason=f"{left_open}; and by covering: {definition_1.reason}")
    else:
        definition_1, stationary, boxes = by_covering(objective, symmetry, limits.before_modulo(symmetry), listener)
    # What follows is about an answer that is there: where no time is left for a part of it, the answer is told without.
    late = ModuloSymmetry("undecided", symmetry.fields.name, len(symmetry.fields.generators), "the time budget ran out")
    nothing: tuple[ModuloSymmetry, Stationary, Witness | None] = (late, stationary, None)
    modulo, stationary, witness = in_time_or(
        nothing, lambda: asked_modulo(symmetry, definition_1, stationary, limits.deadline)
    )
    if definition_1.verdict == "undecided" and witness is not None:
        definition_1, stationary = from_witness(witness, stationary, definition_1.scope, exact=True)
    if isinstance(objective.domain, Euclidean):
        if definition_1.verdict == "undecided":
            definition_1 = refuted_by_continuum(stationary) or definition_1
        if definition_1.witness is not None and not stationary.continua:
            found = definition_1.witness
            through = in_time_or(None, lambda: continuum_through(derive(objective), found, symmetry.fields))
            stationary = replace(stationary, continua=() if through is None else (through,))
    stationary = in_time_or(stationary, lambda: symmetry.in_orbits(stationary))
    about_minima = Minima.of(stationary, definition_1.scope, objective.domain, symmetry.group).sentence
    if about_minima:
        definition_1 = replace(definition_1, reason=f"{definition_1.reason}; {about_minima}")
    least = in_time_or(
        Minimum(reason="the time budget ran out"),
        lambda: minimum(objective, stationary, definition_1, symmetry.group, limits.deadline),
    )
    verdict = Verdict(
        objective=_described(objective),
        definition_1=definition_1,
        stationary=stationary,
        resources=Resources(engine, round(time.monotonic() - started, 3), boxes),
        versions={"strictsaddle": __version__},
        modulo_symmetry=modulo,
        minimum=least,
        symmetry=in_time_or(None, lambda: symmetry.record),
    )
    return replace(verdict, resources=replace(verdict.resources, seconds=round(time.monotonic() - started, 3)))


def _under_equalities(
    objective: Objective, method: Method, budget: float | None, started: float, listener: Listener
) -> Verdict:
    """The exact engine alone, and no symmetry: neither of the others knows equalities."""
    from strictsaddle.definition_1.conclude import from_solution
    from strictsaddle.routes.exact import constrained as riemannian

    if method == "interval":
        raise NotYetError(
            "the interval engine takes no equalities yet, other than unit spheres", where="--method", fragment=method,
            remedy="Use --method exact; the objective must be a polynomial then.",
        )  # fmt: skip
    listener(Started("exact", "equalities are for Lagrange multipliers"))
    definition_1, stationary = from_solution(riemannian.solve(objective, budget=budget, listener=listener), None)
    seconds = round(time.monotonic() - started, 3)
    return Verdict(
        objective=objective.to_dict(), definition_1=definition_1, stationary=stationary,
        resources=Resources("exact", seconds, 0), versions={"strictsaddle": __version__},
    )  # fmt: skip


def _described(objective: Objective) -> dict[str, Any]:
    """The objective as verdicts carry it. `natural`: the question is about the points of R^n at which the formula is defined, as it is
    not proved that these are all."""
    from strictsaddle.derive.definedness import is_defined_everywhere

    record = objective.to_dict()
    if isinstance(objective.domain, Euclidean) and not is_defined_everywhere(objective):
        record["domain"] = {**record["domain"], "natural": True}
    return record


def _has_useful_frame(objective: Objective) -> bool:
    """Whether a frame is proved to hold, and the exact engine has no list of all points without it."""
    from strictsaddle.objective.frame import holds
    from strictsaddle.routes.exact.constrained import MOST_LISTED

    domain, frame = objective.domain, objective.frame
    if frame is None or not isinstance(domain, Spheres) or objective.dimension + domain.codimension <= MOST_LISTED:
        return False
    return holds(frame, objective)


def _in_its_frame(objective: Objective, options: dict[str, Any], started: float, listener: Listener) -> Verdict:
    """The check of the objective that this one is in its frame, carried back."""
    from strictsaddle.definition_1.frames import carried
    from strictsaddle.symmetry.known import KnownSymmetries

    assert objective.frame is not None
    straight = check(
        objective.frame.straight,
        **options,
        listener=lambda event: listener(event) if _is_about_progress(event) else None,
    )
    definition_1, stationary = carried(straight, objective.frame)
    for point in stationary.isolated:
        listener(PointFound(point))
    return Verdict(
        objective=objective.to_dict(),
        definition_1=definition_1,
        stationary=stationary,
        resources=replace(straight.resources, seconds=round(time.monotonic() - started, 3)),
        versions=straight.versions,
        modulo_symmetry=straight.modulo_symmetry,
        minimum=straight.minimum,
        symmetry=KnownSymmetries.of(objective).record,
    )


def _is_about_progress(event: Event) -> bool:
    return isinstance(event, (Started, Progress))


def check_events(
    objective: Objective,
    *,
    method: Method = "auto",
    budget: float | None = None,
    max_boxes: int | None = None,
    workers: int | None = None,
    checkpoint: str | None = None,
    seed: int | None = None,
) -> Iterator[Event]:
    """`check` as an iterator of its events; the last one is Finished and carries the verdict. Raises what `check` raises."""
    events: queue.SimpleQueue[Event | BaseException | None] = queue.SimpleQueue()

    def work() -> None:
        try:
            check(objective, method=method, budget=budget, max_boxes=max_boxes, workers=workers, checkpoint=checkpoint,
                  seed=seed, listener=events.put)  # fmt: skip
            events.put(None)
        except BaseException as error:  # handed to the consumer's thread, which raises it
            events.put(error)

    threading.Thread(target=work, daemon=True).start()
    while (event := events.get()) is not None:
        if isinstance(event, BaseException):
            raise event
        yield event


def _require(method: str, budget: float | None, max_boxes: int | None, workers: int | None) -> None:
    if method not in ("auto", "exact", "interval"):
        raise InputError("there is no such method", fragment=str(method), remedy="Methods are auto, exact, interval.")
    for name, value in (("budget", budget), ("max_boxes", max_boxes), ("workers", workers)):
        if value is not None and not 0 < value < float("inf"):
            raise InputError(f"{name} is not a positive number", fragment=str(value))
