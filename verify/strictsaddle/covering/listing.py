"""From the boxes that a covering found to the list of stationary points: refined, each once, inside the domain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import arb

from strictsaddle.arithmetic.arrays import Floats
from strictsaddle.arithmetic.evaluate import evaluate_rational
from strictsaddle.arithmetic.exact import at_precision, rational
from strictsaddle.arithmetic.outward import outward
from strictsaddle.arithmetic.tape import compile_tape
from strictsaddle.certify.krawczyk import Enclosure, refine
from strictsaddle.certify.square_system import solve_square, substituted
from strictsaddle.derive.definedness import satisfied
from strictsaddle.derive.derivatives import Derivation, forward
from strictsaddle.errors import InputError
from strictsaddle.execution.budget import UNLIMITED, Budget
from strictsaddle.objective.domain import Domain, Ends
from strictsaddle.records.terms import Interval
from strictsaddle.symmetry.box_index import BoxIndex

PIECE = 4096  # boxes that are compared between two looks at the clock
FINE = 1024  # bits, where 128 do not tell a point from the boundary


@dataclass(frozen=True)
class Listing:
    """Certified points, sorted by coordinates. `unsettled` holds those of which it could not be decided whether they
    lie in the domain or are the same as another one; `unseen` counts the boxes for which there was no time."""

    points: tuple[Enclosure, ...]
    unsettled: tuple[Enclosure, ...]
    unseen: int = 0

    @property
    def whole(self) -> bool:
        """Whether every stationary point of the boxes and the domain is among `points`."""
        return not self.unsettled and not self.unseen


def list_points(derivation: Derivation, found: Floats, domain: Domain, budget: Budget = UNLIMITED) -> Listing:
    """Refine the (m, 2, 2, n) boxes of a Coverage and keep each stationary point of the domain once.

    Two enclosures are of the same point when one lies in the box in which the other's point is unique, and of two
    different points when they are disjoint.
    """
    kept: list[Enclosure] = []
    unsettled: list[Enclosure] = []
    index = BoxIndex(derivation.dimension, 0.0)  # of `kept`, with the same numbers
    boxes = _without_repetition(found, budget)
    for number, (unique, tight) in enumerate(boxes):
        if budget.is_over:
            return Listing(_sorted(kept), tuple(unsettled), len(boxes) - number)
        enclosure = refine(derivation, unique, tight)
        near = [kept[k] for k in index.meeting(enclosure.interval)]
        if any(
            _within(enclosure.interval, other.unique) or _within(other.interval, enclosure.unique) for other in near
        ):
            continue
        if near:
            unsettled.append(enclosure)
            continue
        where = _membership(derivation, enclosure, domain)
        if where is True:
            kept.append(enclosure)
            index.add(enclosure.interval)
        elif where is None:
            unsettled.append(enclosure)
    return Listing(_sorted(kept), tuple(unsettled))


def _sorted(enclosures: Sequence[Enclosure]) -> tuple[Enclosure, ...]:
    return tuple(sorted(enclosures, key=lambda e: tuple(round(0.5 * (i.low + i.high), 9) for i in e.interval)))


def _without_repetition(found: Floats, budget: Budget = UNLIMITED) -> list[tuple[Floats, Floats]]:
    """Pairs (unique, tight), less those whose tight box lies in the unique box of an earlier one: the same point
    again. When the time is over repetitions stay."""
    from scipy.spatial import cKDTree

    if not len(found):
        return []
    unique, tight = found[:, 0], found[:, 1]
    alive = np.ones(len(found), dtype=bool)
    tree = cKDTree(0.5 * tight[:, 0] + 0.5 * tight[:, 1])
    for start in range(0, len(found), PIECE):
        if budget.is_over:
            break
        piece = slice(start, start + PIECE)
        # centres in the box lie within its largest half-width of its middle, up to rounding
        reach = (0.5 * (unique[piece, 1] - unique[piece, 0])).max(axis=1) * (1.0 + 1e-9) + 1e-300
        near = tree.query_ball_point(0.5 * unique[piece, 0] + 0.5 * unique[piece, 1], reach, p=np.inf)
        for number, candidates in enumerate(near, start=start):
            if alive[number] and len(candidates) > 1:
                later = np.array([k for k in candidates if k > number], dtype=np.int64)
                same = np.all((unique[number, 0] <= tight[later, 0]) & (tight[later, 1] <= unique[number, 1]), axis=1)
                alive[later[same]] = False
    return [(unique[k], tight[k]) for k in np.flatnonzero(alive)]


def _within(inner: Sequence[Interval], outer: Floats) -> bool:
    return all(low <= i.low and i.high <= high for i, low, high in zip(inner, outer[0], outer[1], strict=True))


def _membership(derivation: Derivation, enclosure: Enclosure, domain: Domain) -> bool | None:
    """Whether the point lies in the closed domain; None when that cannot be decided."""
    if domain.ends is None:
        return _satisfied(derivation, enclosure) if domain.where else True
    answer = _between(enclosure, domain)
    if answer is not None:
        return answer
    exact = exact_point(derivation, enclosure)
    if exact is not None:
        return domain.contains(exact)
    answer = _between(refine(derivation, enclosure.unique, np.array(enclosure.interval).T, FINE), domain)
    if answer is not None:
        return answer
    return True if on_faces(derivation, enclosure, domain) else None


def _satisfied(derivation: Derivation, enclosure: Enclosure) -> bool | None:
    with at_precision(2 * FINE):
        answer = satisfied(derivation, enclosure.balls)
        if answer is None and (exact := exact_point(derivation, enclosure)) is not None:
            answer = satisfied(derivation, enclosure.balls, exact)
    return answer


def _ends(domain: Domain) -> Ends:
    assert domain.ends is not None
    return domain.ends


def _between(enclosure: Enclosure, domain: Domain) -> bool | None:
    """What the enclosure alone says: False when it lies outside, None when it meets the boundary."""
    inside = True
    with at_precision(2 * FINE):
        for ball, low, high in zip(enclosure.balls, *_ends(domain), strict=True):
            above = ball - arb(rational(low))
            below = arb(rational(high)) - ball
            if above < 0 or below < 0:
                return False
            inside = inside and bool(above >= 0) and bool(below >= 0)
    return True if inside else None


def on_faces(derivation: Derivation, enclosure: Enclosure, domain: Domain) -> bool:
    """Whether the point is proved to lie on the faces of the box that its enclosure meets, and between all others.

    With those coordinates put at their bounds some components of the gradient must vanish by their form and the others
    must have a zero (Krawczyk), which lies in the box where the point is the only one: then it is the point.
    """
    n = derivation.dimension
    lower, upper = _ends(domain)
    fixed: dict[int, Fraction] = {}
    for i, (side, low, high) in enumerate(zip(enclosure.interval, lower, upper, strict=True)):
        for bound in (low, high):
            if Fraction(side.low) <= bound <= Fraction(side.high):
                fixed[i] = bound
    others = [i for i in range(n) if i not in fixed]
    try:
        graph, nodes = substituted(derivation.graph, derivation.gradient, fixed, {v: k for k, v in enumerate(others)})
    except InputError:  # the substitution divides by zero or the like
        return False
    equations = [node for node in nodes if graph.value(node) != 0]
    if len(equations) != len(others):
        return False
    columns = [forward(graph, equations, {k: graph.constant(1)}) for k in range(len(others))]
    entries = [columns[j][i] for i in range(len(others)) for j in range(len(others))]
    middle = [0.5 * (enclosure.interval[i].low + enclosure.interval[i].high) for i in others]
    zero = solve_square(compile_tape(graph, equations, len(others)), compile_tape(graph, entries, len(others)), middle)
    if zero is None:
        return False
    place = {i: (bound, bound) for i, bound in fixed.items()}
    for i, ball in zip(others, zero, strict=True):
        side = outward(ball)
        place[i] = Fraction(side.low), Fraction(side.high)
    return all(
        max(Fraction(float(low)), lower[i]) <= place[i][0] and place[i][1] <= min(Fraction(float(high)), upper[i])
        for i, (low, high) in enumerate(zip(enclosure.unique[0], enclosure.unique[1], strict=True))
    )


def exact_point(derivation: Derivation, enclosure: Enclosure) -> tuple[Fraction, ...] | None:
    """The rational coordinates of the enclosed point, where rounding guesses them and exact arithmetic confirms g =
    0."""
    for denominator in (1, 2, 10, 60, 1000):
        guess = tuple(Fraction(0.5 * (i.low + i.high)).limit_denominator(denominator) for i in enclosure.interval)
        ends = zip(guess, enclosure.unique[0], enclosure.unique[1], strict=True)
        if all(Fraction(low) <= x <= Fraction(high) for x, low, high in ends):
            slope = evaluate_rational(derivation.gradient_tape, guess)
            if slope is not None and not any(slope):
                return guess
    return None
