"""Is an objective strict-saddle for every value of its parameters in a box? One answer for all of them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from strictsaddle.covering.families.question import derive_family
from strictsaddle.execution.budget import Budget
from strictsaddle.execution.options import Options
from strictsaddle.families import covered_line
from strictsaddle.families.branches import over_interval
from strictsaddle.families.budgeted import answered
from strictsaddle.families.line import described
from strictsaddle.families.line import sweep as swept
from strictsaddle.families.lists import At, examined
from strictsaddle.objective.family import Family, Values
from strictsaddle.records.events import Listener, PointFound, silent
from strictsaddle.records.finding import NOTHING_LISTED
from strictsaddle.records.sweep import Cut, Piece, Sweep
from strictsaddle.records.terms import Proof, weakest
from strictsaddle.records.verdict import Definition1, Resources, Stationary, StationaryPoint, Verdict
from strictsaddle.version import VERSIONS

SLABS = 4  # of the first of several parameters
NOTHING_ELSE = "no stationary point is degenerate, appears or disappears for any other"


def check_family(family: Family, options: Options = Options(), listener: Listener = silent) -> Verdict:  # noqa: B008  # frozen
    """The verdict on all members of a family at once: strict-saddle if every one is, not strict-saddle if one is refuted. The points that
    are listed enclose those of every member, where all members have the same list."""
    work = _along_one if len(family.parameters) == 1 else _over_box
    return answered(family, options, listener, work, out_of_time)


def out_of_time(family: Family, why: str, seconds: float) -> Verdict:
    """The verdict where nothing is known."""
    made = _verdict(family, Definition1("undecided", family.domain.scope, "none", why), NOTHING_LISTED, "none", 0)
    return replace(made, resources=Resources("none", seconds))


def _along_one(family: Family, options: Options, budget: Budget, tell: Listener) -> Verdict:
    left = budget.left()
    line = swept(family, replace(options, budget=None if left is None else max(left, 1e-3)), tell)
    (parameter,) = family.parameters
    engine, boxes = line.resources.engine, line.resources.boxes
    every = f"for every {parameter.name} from {parameter.low} to {parameter.high}"
    for cut in line.cuts:
        if cut.witness is not None and cut.refuted_at is not None:
            place = f"at {parameter.name} = {cut.exact} " if cut.exact else ""
            root = f"at a root of {cut.polynomial} " if cut.polynomial else ""
            reason = f"not {every}: {place}{root}{cut.reason}"
            answer = Definition1("not_strict_saddle", family.domain.scope, cut.refuted_by, reason, cut.witness)
            return _verdict(family, answer, NOTHING_LISTED, engine, boxes)
    parts: list[Piece | Cut] = [*line.pieces, *line.cuts]
    strict = all(part.verdict == "strict_saddle" for part in parts)
    if strict and line.pieces:
        return _strict(family, line, budget, tell, every)
    if not line.pieces:
        refuted = _refuted_in_the_middle(family, options, budget, tell, engine, boxes)
        if refuted is not None:
            return refuted
    unknown = next((cut for cut in line.cuts if cut.verdict == "undecided"), None)
    why = "the time budget ran out"
    if unknown is not None:
        place = f"{parameter.name} in [{unknown.value.low:.6g}, {unknown.value.high:.6g}]"
        why = f"about {place} nothing is proved: {unknown.reason}"
    return _verdict(family, Definition1("undecided", family.domain.scope, "none", why), NOTHING_LISTED, engine, boxes)


def _strict(family: Family, line: Sweep, budget: Budget, tell: Listener, every: str) -> Verdict:
    parts: list[Piece | Cut] = [*line.pieces, *line.cuts]
    proof: Proof = weakest(*(part.proof for part in parts))
    stationary = NOTHING_LISTED
    reason = f"{every}: no stationary point is degenerate"
    if len(line.pieces) == 1 and not line.cuts and line.pieces[0].counts is not None:
        (piece,) = line.pieces
        name = family.parameters[0].name
        assert piece.at is not None
        points = _enclosed(family, {name: Fraction(piece.at)}, piece.points, budget)
        if points is not None:
            trust = (f"the list at {name} = {piece.at} is complete, and {NOTHING_ELSE} value",)
            stationary = Stationary(True, trust, points)
            for point in points:
                tell(PointFound(point))
        count = len(piece.points)
        reason += "; there is one stationary point" if count == 1 else f"; there are {count} stationary points"
    elif line.cuts:
        reason += " without a negative curvature"
        lists = [part.counts for part in parts if part.counts is not None]
        if any(found != lists[0] for found in lists):
            reason += "; their number is not the same for all values"
    answer = Definition1("strict_saddle", family.domain.scope, proof, reason)
    return _verdict(family, answer, stationary, line.resources.engine, line.resources.boxes)


def _over_box(family: Family, options: Options, budget: Budget, tell: Listener) -> Verdict:
    """Several parameters: one covering of all, and the list in the middle."""
    known = covered_line.covered(family, options, budget, tell, SLABS)
    names = ", ".join(f"{p.name} from {p.low} to {p.high}" for p in family.parameters)
    if not covered_line.is_over_all(known):
        refuted = _refuted_in_the_middle(family, options, budget, tell, "interval", known.boxes)
        if refuted is not None:
            return refuted
        why = known.reason or "boxes of unknowns and parameters are left over"
        answer = Definition1("undecided", family.domain.scope, "none", why)
        return _verdict(family, answer, NOTHING_LISTED, "interval", known.boxes)
    reason = f"for every {names}: no stationary point is degenerate without a negative curvature"
    answer = Definition1("strict_saddle", family.domain.scope, "interval", reason)
    stationary = NOTHING_LISTED
    if covered_line.lists_are_one(known):
        at = examined(family, family.middle, options, budget, tell)
        if at.counts is not None:
            points = _enclosed(family, family.middle, at.verdict.stationary.isolated, budget)
            if points is not None:
                trust = (f"the list at one choice of values is complete, and {NOTHING_ELSE} choice",)
                stationary = Stationary(True, trust, points)
    return _verdict(family, answer, stationary, "interval", known.boxes)


def _refuted_in_the_middle(
    family: Family, options: Options, budget: Budget, tell: Listener, engine: Any, boxes: int
) -> Verdict | None:
    """A refutation at one choice of values refutes the claim about all."""
    at: At = examined(family, family.middle, options, budget.at_least(0.5), tell)
    answer = at.verdict.definition_1
    if answer.verdict != "not_strict_saddle":
        return None
    shown = ", ".join(f"{name} = {value}" for name, value in family.middle.items())
    return _verdict(
        family,
        replace(answer, reason=f"not for every value: at {shown}, {answer.reason}"),
        NOTHING_LISTED,
        engine,
        boxes,
    )


def _enclosed(
    family: Family, at: Values, points: Sequence[StationaryPoint], budget: Budget
) -> tuple[StationaryPoint, ...] | None:
    """The points over all values; None where a branch is not enclosed."""
    derivation = derive_family(family)
    found = []
    for point in points:
        budget.require()
        hull = over_interval(derivation, family.parameters, at, point)
        if hull is None:
            return None
        found.append(hull.record(point))
    return tuple(found)


def _verdict(family: Family, answer: Definition1, stationary: Stationary, engine: Any, boxes: int) -> Verdict:
    record = described(family)
    ranges = " ".join(f"{p.name}={p.text}" for p in family.parameters)
    record["digest"] = (
        "sha256:" + hashlib.sha256(f"{record['digest']} {family.domain.to_dict()} {ranges}".encode()).hexdigest()
    )
    return Verdict(record, answer, stationary, Resources(engine, 0.0, boxes), VERSIONS)
