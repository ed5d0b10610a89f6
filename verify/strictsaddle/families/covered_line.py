"""The line of a parameter of any formula, cut by a covering of unknowns and parameter together.

Where every box over a part J of the line is closed as regular or empty, no stationary point is degenerate for any value in J: each is a
good minimum, a maximum or a strict saddle. Where moreover no stationary point lies beyond the region that is searched, the numbers of
points of each index are the same for all values in J, as in `candidates`: the zeros over J are a covering of J. What is left over is
projected to the line and makes its cuts. Boxes of negative curvature that are not known to be regular leave the verdict, but not the list.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from strictsaddle.arithmetic.arrays import Floats
from strictsaddle.arithmetic.evaluate import evaluate_interval
from strictsaddle.arithmetic.tape import compile_tape, outward
from strictsaddle.covering.compile_ahead import compile_ahead
from strictsaddle.covering.families.question import (
    LEAST_SHARE,
    DegenerateZeros,
    FamilyDerivation,
    derive_family,
    left_over,
    start_of,
    strict_boxes,
)
from strictsaddle.covering.infinity import radius_of_charts, unbounded_radius
from strictsaddle.covering.ridge_bounds import ridge_bound
from strictsaddle.covering.waves import cover
from strictsaddle.derive.definedness import conditions_on
from strictsaddle.errors import Contradiction
from strictsaddle.execution.budget import Budget, postpone
from strictsaddle.execution.executor import executor
from strictsaddle.execution.options import Options
from strictsaddle.families.lists import At, examined
from strictsaddle.objective.family import Family, simplest_between
from strictsaddle.records.events import Event, Listener, Progress
from strictsaddle.records.sweep import Cut, Piece, Why
from strictsaddle.records.terms import Answer, Interval, Proof, weakest

SLABS = 16
SHARE = 0.7  # of the time, for the covering
CLOSE = 2.0**-13  # of the range: spans of boxes that are left over are one cut when they are that close
MOST_CUTS = 60  # beyond, the whole line is left open


@dataclass(frozen=True)
class Known:
    """What a covering found out over a box of parameters. `boxes`: how many; `strict`, `left`: the boxes (m, 2, n + k) that are not closed;
    `everything`: whether the region holds every stationary point, and none on its boundary; `reason`: why nothing was covered, else
    empty; `borderless`: whether the natural domain is the whole space, for every value."""

    boxes: int
    strict: Floats
    left: Floats
    everything: bool
    whole: bool
    reason: str = ""
    borderless: bool = False


def region_of(family: Family, derivation: FamilyDerivation) -> tuple[Floats, Floats, bool, bool, str]:
    """Ends (n,) of a box of unknowns; whether it holds every stationary point of the domain for all values of the parameters; whether none
    is on its boundary; and why not."""
    n = family.dimension
    if family.domain.ends is not None:
        lower = np.array([outward(low)[0] for low in family.domain.ends[0]])
        upper = np.array([outward(high)[1] for high in family.domain.ends[1]])
        return lower, upper, True, False, ""
    member = family.member({p.name: p.low for p in family.parameters})
    network = member.network
    if network is not None and len(family.parameters) == 1 and family.parameters[0].low > 0:
        bound = ridge_bound(network)  # every step of it falls as the one ridge of all parameters grows
        if not isinstance(bound, str):
            ends = np.array(bound) * (1.0 + 1e-9)
            return -ends, ends, True, True, ""
    radius = unbounded_radius(derivation, unknowns=range(n)) or radius_of_charts(derivation)
    if radius is None:
        why = "no proof was found that nothing is stationary far away for all values of the parameter"
        return np.full(n, -1.0), np.full(n, 1.0), False, False, why
    # under conditions points may leave across their border, which the covering does not look at
    return np.full(n, -radius), np.full(n, radius), True, not family.domain.where, ""


def covered(
    family: Family, options: Options, budget: Budget, tell: Listener, slabs: int = SLABS, least: float = LEAST_SHARE
) -> Known:
    """Search the whole box of parameters for degenerate stationary points. least: sides of parameters are not split below this share of
    their ranges."""
    seconds = compile_ahead(tell, families=True)
    postpone(seconds)
    budget = budget.earlier(-seconds)
    sides = family.joint.dimension
    nothing = np.empty((0, 2, sides))
    if family.joint.graph.has_kinks(family.joint.node):
        return Known(0, nothing, nothing, False, False, "the formula may not be twice differentiable everywhere")
    derivation = derive_family(family)
    if not defined_for_all(family, derivation):
        return Known(
            0,
            nothing,
            nothing,
            False,
            False,
            "it is not proved that the formula is defined for every value of the parameter",
        )
    tell(Progress("looking for a bound on the stationary points", 0.0))
    lower, upper, everything, inside, why = region_of(family, derivation)
    if not everything:
        return Known(0, nothing, nothing, False, False, why)
    found = conditions_on(replace(derivation, objective=family.joint))
    inside = inside and not found.edges  # across which points may leave as well
    borderless = not (found.positive or found.nonzero or found.edges or found.closed or family.domain.where)
    widths = np.concatenate([upper - lower, [float(p.high - p.low) for p in family.parameters]])
    question = DegenerateZeros.of(derivation, widths, least)

    def heard(event: Event) -> None:
        if isinstance(event, Progress):  # `found` would count boxes
            event = Progress(event.phase, event.seconds, event.boxes, event.rate, event.open_share)
        tell(event)

    with executor(options.processes) as pool:
        state, _, _ = cover(question, start_of(lower, upper, family, slabs), pool, budget.share(SHARE), heard,
                            phase="covering unknowns and parameters")  # fmt: skip
    return Known(state.boxes, strict_boxes(state), left_over(state), inside, True, borderless=borderless)


def defined_for_all(family: Family, derivation: FamilyDerivation) -> bool:
    """Whether what the formula asks of the parameters alone holds, with room, for all of their values: no derivative by an unknown tells of
    it. (log(p), 1/p, sqrt(p).)"""
    n, graph = family.dimension, derivation.graph
    found = conditions_on(replace(derivation, objective=family.joint))
    alone = {
        node for node in (*found.positive, *found.nonzero, *found.edges, *found.closed)
        if all(k >= n for k in graph.variables_of(node))
    }  # fmt: skip
    if not alone:
        return True
    nodes = sorted(alone)
    ends = [
        [0.0] * n + [outward(getattr(p, end))[k] for p in family.parameters] for k, end in ((0, "low"), (1, "high"))
    ]
    low, high = evaluate_interval(compile_tape(graph, nodes, derivation.dimension), [ends[0]], [ends[1]])
    signed = set(found.nonzero) - {*found.positive, *found.edges, *found.closed}
    return all(
        a > 0 or (node in signed and b < 0) for node, a, b in zip(nodes, low[0].tolist(), high[0].tolist(), strict=True)
    )


def cut_line(
    family: Family, options: Options, budget: Budget, tell: Listener
) -> tuple[tuple[Piece, ...], tuple[Cut, ...], int, str]:
    """Pieces, cuts, the number of boxes, and why there are no pieces where there are none."""
    (parameter,) = family.parameters
    n = family.dimension
    known = covered(family, options, budget, tell)
    if known.reason:
        return (), (unknown(parameter.low, parameter.high, known.reason),), known.boxes, known.reason
    strict = [(float(box[0, n]), float(box[1, n])) for box in known.strict]
    left = [(float(box[0, n]), float(box[1, n])) for box in known.left]
    spans = joined([*strict, *left], CLOSE * float(parameter.high - parameter.low))
    if len(spans) > MOST_CUTS:
        spans = [(outward(parameter.low)[0], outward(parameter.high)[1])]
    low_end, high_end = Fraction(outward(parameter.low)[1]), Fraction(outward(parameter.high)[0])
    borders: list[tuple[Fraction, Fraction]] = []
    start = parameter.low
    gaps: list[tuple[Fraction, Fraction]] = []
    for least, greatest in spans:
        first = parameter.low if least <= float(low_end) else Fraction(least)
        last = parameter.high if greatest >= float(high_end) else Fraction(greatest)
        gaps.append((start, first))
        borders.append((first, last))
        start = last
    gaps.append((start, parameter.high))
    checks = len(gaps) + len(borders)
    pieces: list[Piece | None] = []
    for low, high in gaps:
        if low >= high:
            pieces.append(None)
            continue
        checks -= 1
        at = examined(
            family, {parameter.name: simplest_between(low, high)}, options, budget.share(1.0 / (checks + 1)), tell
        )
        pieces.append(_piece(family, low, high, at, known.everything))
    cuts: list[Cut] = []
    for k, (low, high) in enumerate(borders):
        open_inside = any(a <= float(high) and b >= float(low) for a, b in left)
        sides = (pieces[k], pieces[k + 1])
        share = budget.share(1.0 / (checks + 1))
        cuts.append(_cut(family, low, high, sides, open_inside, known.borderless, options, share, tell))
    kept = tuple(piece for piece in pieces if piece is not None)
    return kept, tuple(cuts), known.boxes, "" if kept else "no part of the line was covered within the budget"


def joined(spans: Sequence[tuple[float, float]], gap: float = 0.0) -> list[tuple[float, float]]:
    """The intervals, those that touch or are no farther apart than `gap` joined, ascending."""
    found: list[tuple[float, float]] = []
    for low, high in sorted(spans):
        if found and low <= found[-1][1] + gap:
            found[-1] = (found[-1][0], max(found[-1][1], high))
        else:
            found.append((low, high))
    return found


def _ends(low: Fraction, high: Fraction) -> tuple[Interval, Interval]:
    return Interval(*outward(low)), Interval(*outward(high))


def _piece(family: Family, low: Fraction, high: Fraction, at: At, everything: bool) -> Piece:
    ends = _ends(low, high)
    if at.verdict.definition_1.verdict == "not_strict_saddle":
        raise Contradiction(f"{family.parameters[0].name} = {at.values} is refuted and proved")
    counts = at.counts if everything and at.verdict.definition_1.verdict == "strict_saddle" else None
    proof: Proof = "interval" if counts is None else weakest("interval", at.verdict.definition_1.proof)
    reason = "no stationary point is degenerate for any value in the piece"
    reason += "; the list at one value holds for all" if counts is not None else ""
    (value,) = at.values.values()
    return Piece(*ends, "strict_saddle", counts, proof, reason, str(value), at.verdict.stationary.isolated)


def _cut(family: Family, low: Fraction, high: Fraction, sides: tuple[Piece | None, Piece | None], open_inside: bool, borderless: bool,
         options: Options, budget: Budget, tell: Listener) -> Cut:  # fmt: skip
    """What is left over between two values. borderless: whether points can be lost by degenerating alone, the region being whole."""
    (parameter,) = family.parameters
    value = Interval(outward(low)[0], outward(high)[1])
    counts = [piece.counts for piece in sides if piece is not None]
    differ = len(counts) == 2 and None not in counts and counts[0] != counts[1]
    changes = differ and borderless
    verdict: Answer = "undecided" if open_inside else "strict_saddle"
    proof: Proof = "none" if open_inside else "interval"
    reason = "boxes of unknowns and parameter are left over there"
    if changes:
        reason = "the list of stationary points is another one on the other side, so one is degenerate at some value in this interval"
    elif differ:
        reason = (
            "the list of stationary points is another one on the other side: one is degenerate, or leaves the domain"
        )
    if not open_inside:
        reason += "; each stationary point that may be degenerate has a negative curvature"
        return Cut(value, None, "degenerate" if changes else "undecided", verdict, proof, reason)
    guess = simplest_between(low, high) if low < high else low
    at = examined(family, {parameter.name: guess}, options, budget, tell)
    why: Why = "degenerate" if changes else "undecided"
    if at.verdict.definition_1.verdict == "not_strict_saddle":
        answer = at.verdict.definition_1
        reason = f"at {parameter.name} = {guess} it is refuted: {answer.reason}"
        return Cut(
            value, None, "degenerate", verdict, proof, reason, None, answer.witness, None, str(guess), answer.proof
        )
    return Cut(value, None, why, verdict, proof, reason)


def unknown(low: Fraction, high: Fraction, why: str) -> Cut:
    return Cut(Interval(outward(low)[0], outward(high)[1]), None, "undecided", "undecided", "none", why)


def is_over_all(known: Known) -> bool:
    """Whether nothing is left over: the objective is strict-saddle for all values."""
    return known.whole and not len(known.left)


def lists_are_one(known: Known) -> bool:
    """Whether the numbers of stationary points of each index are the same for all values."""
    return is_over_all(known) and known.everything and not len(known.strict)
