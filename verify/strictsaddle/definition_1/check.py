"""Is the objective strict-saddle (Definition 1)? Routes are asked until one decides; then orbits, minima, the question modulo symmetry."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from strictsaddle.certificates.certificate import Certificate
from strictsaddle.execution.budget import Budget, OutOfTime, Stopwatch, in_time_or, postpone
from strictsaddle.execution.options import Method, Options
from strictsaddle.loading import as_objective
from strictsaddle.objective.numbers import Number
from strictsaddle.objective.objective import Objective
from strictsaddle.records.events import Event, Finished, Listener, PointFound, Ready, Started, silent
from strictsaddle.records.evidence import Evidence, Invariance
from strictsaddle.records.finding import Finding
from strictsaddle.records.verdict import Minimum, Resources, Stationary, StationaryPoint, Verdict
from strictsaddle.routes.route import Case
from strictsaddle.version import VERSIONS


def check(
    objective: Objective | str | Path,
    *,
    box: tuple[Number, Number] | None = None,
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
    objective: an Objective; or what `load` takes, such as "tensor-eq5", "net.toml" or "x**4 - x**2"; or a SymPy expression.
    box: (low, high) limits every unknown; the claim is then about that box.
    method, budget, max_boxes, workers, checkpoint, seed: see `execution.options.Options`.
    listener: called with every event (see `records.events`), last with Finished.

    Raises InputError for options or an objective that make no sense (equalities that are empty or not regular
    among them), NotYetError for what no route can do.
    """
    found = as_objective(objective, box)
    return examine(found, Options(method, budget, max_boxes, workers, checkpoint, seed), listener)


def examine(objective: Objective, options: Options, listener: Listener = silent) -> Verdict:
    """The same with the options as one record."""
    from strictsaddle.polynomials.drawn_primes import drawing_from

    listener(Ready())
    watch, budget = Stopwatch(), options.started()
    points: list[StationaryPoint] = []

    def heard(event: Event) -> None:
        if isinstance(event, PointFound):
            points.append(event.point)
        listener(event)

    with drawing_from(options.seed, "" if options.seed is None else objective.digest), budget.enforced():
        try:
            verdict = _examined(Case(objective, options), budget, heard)
        except OutOfTime as why:
            verdict = out_of_time(objective, str(why), points, 0.0)
    verdict = replace(verdict, resources=replace(verdict.resources, seconds=round(watch.seconds, 3)))
    verdict = replace(verdict, certificate=Certificate(objective, verdict))
    listener(Finished(verdict))
    return verdict


def _examined(case: Case, budget: Budget, tell: Listener) -> Verdict:
    from strictsaddle.definition_1 import linear_equalities
    from strictsaddle.definition_1.frames import has_useful_frame, in_its_frame
    from strictsaddle.definition_1.linear_equalities import on_plane
    from strictsaddle.definition_1.plan import covers_first
    from strictsaddle.definition_1.translations import across_translations, carried
    from strictsaddle.derive.definedness import require_some_domain

    if covers_first(case):
        budget = _compiled(case, budget, tell)  # before intervals are asked for anything
    require_some_domain(case.objective)
    if has_useful_frame(case.objective):
        return in_its_frame(case, budget, tell, examine)
    if case.not_polynomial is not None and (plane := on_plane(case.objective)) is not None:
        return linear_equalities.carried(case, plane, budget, tell, examine)
    if (across := across_translations(case)) is not None:
        return carried(case, across, budget, tell, examine)
    finding, kinks = _asked(case, budget, tell)
    bare = case.objective.domain.equations or _has_strata(finding)  # of which nothing below knows
    verdict = _verdict(case, finding) if bare else _completed(case, finding, budget)
    if kinks and verdict.definition_1.verdict == "undecided":
        verdict = replace(verdict, definition_1=replace(verdict.definition_1, sense="piecewise"))
    return verdict


def _has_strata(finding: Finding) -> bool:
    """Whether it is the answer of the piecewise route: then points have no Hessians."""
    return finding.definition_1.sense == "piecewise" or any(p.stratum is not None for p in finding.stationary.isolated)


def _asked(case: Case, budget: Budget, tell: Listener) -> tuple[Finding, bool]:
    """What the routes find, one after the other, until one decides, and whether one met kinks at which the objective may not be smooth."""
    from strictsaddle.definition_1.plan import plan

    finding: Finding | None = None
    kinks = False
    for route, share, why in plan(case):
        tell(Started(route.name, why if finding is None else finding.definition_1.reason))
        if route.compiled and finding is not None:  # for the first one it is done
            budget = _compiled(case, budget, tell)
        found = route.run(case, budget.share(share) if share < 1.0 else budget, tell)
        kinks = kinks or found.definition_1.sense == "piecewise"
        if finding is None or finding.engine == "none":  # of a route that had nothing to say
            finding = found
        elif not (kinks and found.engine == "none"):
            finding = found.after(finding)
        if finding.decided:
            break
    assert finding is not None
    return finding, kinks


def _completed(case: Case, finding: Finding, budget: Budget) -> Verdict:
    """The verdict with all that follows from an answer: where no time is left for a part of it, it is told without."""
    from strictsaddle.definition_1.minima import Minima
    from strictsaddle.definition_1.minimum import minimum
    from strictsaddle.routes.modulo_symmetry.route import ask, unasked
    from strictsaddle.routes.refutation.continuum import with_continua

    objective, symmetry = case.objective, case.symmetry
    modulo, finding = in_time_or((unasked(symmetry), finding), lambda: ask(symmetry, finding, budget))
    finding = with_continua(case, finding)
    stationary = in_time_or(finding.stationary, lambda: symmetry.in_orbits(finding.stationary))
    finding = replace(finding, stationary=stationary)
    definition_1 = finding.definition_1
    if about := Minima.of(stationary, definition_1.scope, objective.domain, symmetry.group).sentence:
        definition_1 = replace(definition_1, reason=f"{definition_1.reason}; {about}")
    late = Minimum(reason="the time budget ran out")
    least = in_time_or(late, lambda: minimum(objective, stationary, definition_1, symmetry.group, budget))
    finding = replace(finding, definition_1=definition_1, evidence=(*finding.evidence, *_invariance(case)))
    verdict = replace(_verdict(case, finding), objective=_described(objective), modulo_symmetry=modulo, minimum=least)
    return replace(verdict, symmetry=in_time_or(None, lambda: symmetry.record))


def _verdict(case: Case, finding: Finding) -> Verdict:
    resources = Resources(finding.engine, 0.0, finding.boxes)
    return Verdict(
        case.objective.to_dict(),
        finding.definition_1,
        finding.stationary,
        resources,
        VERSIONS,
        evidence=finding.evidence,
    )


def _invariance(case: Case) -> tuple[Evidence, ...]:
    group, fields = case.symmetry.group, case.symmetry.fields.generators
    if group.order == 1 and not fields:
        return ()
    permutations = tuple(tuple(zip(g.images, g.signs, strict=True)) for g in group.generators)
    return (Invariance(group.order, permutations, tuple((*field.matrix, field.shift) for field in fields)),)


def _compiled(case: Case, budget: Budget, tell: Listener) -> Budget:
    """The budget once the kernels are compiled, which is nobody's."""
    from strictsaddle.covering.compile_ahead import compile_ahead
    from strictsaddle.covering.forms.question import is_suited

    network = case.objective.network
    seconds = compile_ahead(tell, forms=network is not None and is_suited(network))
    postpone(seconds)
    return budget.earlier(-seconds)


def out_of_time(objective: Objective, why: str, points: Sequence[StationaryPoint], seconds: float) -> Verdict:
    """The verdict where time ran out in the middle of something: undecided, with the points that are certified by then."""
    from strictsaddle.symmetry.box_index import each_once

    finding = Finding.undecided(objective.domain.scope, why, Stationary(False, (), each_once(points)))
    verdict = _verdict(Case(objective), finding)
    return replace(verdict, resources=Resources("none", seconds))


def _described(objective: Objective) -> dict[str, Any]:
    """The objective as verdicts carry it. `natural`: the question is about the points of R^n at which the formula is defined, as it is
    not proved that these are all."""
    from strictsaddle.derive.definedness import is_defined_everywhere

    record = objective.to_dict()
    if objective.domain.everything and not is_defined_everywhere(objective):
        record["domain"] = {**record["domain"], "natural": True}
    return record


def check_events(
    objective: Objective | str | Path,
    *,
    box: tuple[Number, Number] | None = None,
    method: Method = "auto",
    budget: float | None = None,
    max_boxes: int | None = None,
    workers: int | None = None,
    checkpoint: str | None = None,
    seed: int | None = None,
) -> Iterator[Event]:
    """`check` as an iterator of its events; the last one is Finished and carries the verdict. Raises what `check` raises."""
    found = as_objective(objective, box)
    events: queue.SimpleQueue[Event | BaseException | None] = queue.SimpleQueue()

    def work() -> None:
        try:
            examine(found, Options(method, budget, max_boxes, workers, checkpoint, seed), events.put)
            events.put(None)
        except BaseException as error:  # handed to the consumer's thread, which raises it
            events.put(error)

    threading.Thread(target=work, daemon=True).start()
    while (event := events.get()) is not None:
        if isinstance(event, BaseException):
            raise event
        yield event
