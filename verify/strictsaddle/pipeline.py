"""The whole pipeline: derive, symmetries, stationary points, signs, verdict.

A polynomial goes to the exact engine; whatever else, and what that leaves open, to the interval engine. The first refutation
or complete list decides Definition 1; then points are grouped into orbits, and the question is asked modulo symmetry.
"""

from __future__ import annotations

import os
import queue
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from strictsaddle import __version__
from strictsaddle.errors import InputError
from strictsaddle.events import Event, Finished, Listener, Started, silent
from strictsaddle.objective.domain import Box, Euclidean, Spheres
from strictsaddle.objective.objective import Objective
from strictsaddle.verdict import Definition1, Resources, Stationary, Verdict

Method = Literal["auto", "exact", "interval"]


def check(
    objective: Objective,
    *,
    method: Method = "auto",
    budget: float | None = None,
    max_boxes: int | None = None,
    workers: int | None = None,
    checkpoint: str | None = None,
    seed: int = 0,
    listener: Listener = silent,
) -> Verdict:
    """Is the objective strict-saddle (Definition 1), and is it so modulo its continuous symmetry?

    Parameters
    ----------
    method: the engine; auto tries the exact one first on polynomials.
    budget: seconds after which the answer is `undecided`, with what is known by then.
    max_boxes: the same for the boxes of the covering.
    workers: processes for the covering, all cores when left out; the answer does not depend on it.
    checkpoint: a file from which an interrupted covering goes on, and to which it writes every few seconds.
    seed: of the random starts of the search for witnesses.
    listener: called with every event (see `events`), last with Finished.

    Raises InputError for options or an objective that make no sense, NotYetError for what no engine can do.
    """
    started = time.monotonic()
    _require(method, budget, max_boxes, workers)
    from strictsaddle.classify.definition1 import from_covering, from_solution
    from strictsaddle.classify.known_symmetries import KnownSymmetries

    deadline = None if budget is None else started + budget
    engine, why = _engine(objective, method)
    listener(Started(engine, why))
    symmetry = KnownSymmetries.of(objective)
    boxes = 0
    definition_1, stationary = _undecided(objective, why)
    if engine == "exact":
        definition_1, stationary = from_solution(_exactly(objective, budget, listener), _box(objective))
    if engine == "interval" or (
        definition_1.verdict == "undecided" and method == "auto" and not isinstance(objective.domain, Spheres)
    ):
        if engine == "exact":
            engine = "interval"
            listener(Started(engine, definition_1.reason))
        found = _by_covering(objective, symmetry, deadline, max_boxes, workers, checkpoint, seed, listener)
        earlier, exact_points = definition_1, stationary
        definition_1, stationary = from_covering(found)
        boxes = found.boxes
        if definition_1.verdict == "undecided" and earlier.reason:
            definition_1 = replace(definition_1, reason=f"{earlier.reason}; covering: {definition_1.reason}" if why != earlier.reason else definition_1.reason)
        if not stationary.complete and exact_points.continua:
            stationary = replace(stationary, continua=exact_points.continua)
    stationary = symmetry.in_orbits(stationary)
    verdict = Verdict(
        objective=objective.to_dict(),
        definition_1=definition_1,
        stationary=stationary,
        resources=Resources(engine, round(time.monotonic() - started, 3), boxes),
        versions={"strictsaddle": __version__},
        modulo_symmetry=symmetry.modulo(definition_1, deadline),
        symmetry=symmetry.record,
    )
    verdict = replace(verdict, resources=replace(verdict.resources, seconds=round(time.monotonic() - started, 3)))
    listener(Finished(verdict))
    return verdict


def check_events(
    objective: Objective,
    *,
    method: Method = "auto",
    budget: float | None = None,
    max_boxes: int | None = None,
    workers: int | None = None,
    checkpoint: str | None = None,
    seed: int = 0,
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


def _engine(objective: Objective, method: Method) -> tuple[Literal["exact", "interval"], str]:
    """The engine to begin with, and why, in a sentence."""
    if isinstance(objective.domain, Spheres):
        if method == "interval":
            from strictsaddle.errors import NotYetError

            raise NotYetError("the interval engine does not work on spheres yet", remedy="Use --method exact or auto.")
        return "exact", "polynomials on spheres are solved exactly"
    if method != "auto":
        return method, "as asked for"
    from strictsaddle.derive.polynomials import NotPolynomial, expand

    try:
        expand(objective.graph, objective.node, objective.dimension)
    except NotPolynomial as reason:
        return "interval", f"not a polynomial: {reason}"
    return "exact", "the objective is a polynomial with rational coefficients"


def _box(objective: Objective) -> Box | None:
    return objective.domain if isinstance(objective.domain, Box) else None


def _undecided(objective: Objective, why: str) -> tuple[Definition1, Stationary]:
    scope: Literal["global", "box"] = "box" if isinstance(objective.domain, Box) else "global"
    return Definition1("undecided", scope, "none", why), Stationary(False, (), ())


def _exactly(objective: Objective, budget: float | None, listener: Listener):  # type: ignore[no-untyped-def]
    if isinstance(objective.domain, Spheres):
        from strictsaddle.classify import riemannian

        return riemannian.solve(objective, budget=budget, listener=listener)
    from strictsaddle.classify import algebraic

    return algebraic.solve(objective.on(Euclidean()), budget=budget, listener=listener)


def _by_covering(objective, symmetry, deadline, max_boxes, workers, checkpoint, seed, listener):  # type: ignore[no-untyped-def]
    from strictsaddle.classify.enclosing import enclose
    from strictsaddle.parallel import executor
    from strictsaddle.stationary.checkpoint import Checkpoint
    from strictsaddle.stationary.covering import Limits

    kept = Checkpoint(checkpoint, objective) if checkpoint is not None else None
    with executor(workers or os.cpu_count() or 1) as pool:
        return enclose(objective, pool=pool, limits=Limits(deadline, max_boxes), listener=listener, symmetry=symmetry, seed=seed,
                       checkpoint=kept)  # fmt: skip
