"""For each delta the largest alpha with H >= alpha I on the 2 delta-balls of all minima, proved and refuted."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from fractions import Fraction
from typing import Any

from strictsaddle.arithmetic.exact import at_precision, ball
from strictsaddle.arithmetic.outward import outward
from strictsaddle.definition_2.examination import Examination
from strictsaddle.definition_2.landscape.constant_hessian import above, at_least
from strictsaddle.definition_2.violation import PRECISION, distance
from strictsaddle.records.definition_2 import AlphaOfMinimum, LargestAlpha
from strictsaddle.records.events import Progress

MARGINS = (
    "0.996",
    "0.98",
    "0.95",
    "0.8",
    "0.5",
    "0.1",
)  # of the refuted value: tried in turn until one is proved
# of half the distance from a minimum to the next stationary point
DELTAS = ("1/64", "1/16", "1/8", "1/4", "1/2", "3/4")
ALL_MINIMA, KNOWN_MINIMA = "all local minima", "the minima known"
LEAST_DELTAS = 3  # rows with a positive alpha that are looked for


def rounded(value: float | Fraction, up: bool, digits: int = 4) -> Fraction:
    """A decimal of a few digits at or below (above) the value."""
    if not isinstance(value, Fraction):
        value = Fraction(value)
    context = Context(prec=40, rounding=ROUND_CEILING if up else ROUND_FLOOR)
    exact = context.divide(Decimal(value.numerator), Decimal(value.denominator))
    return Fraction(Context(prec=digits, rounding=ROUND_CEILING if up else ROUND_FLOOR).plus(exact))


def largest_alphas(examination: Examination, given: Mapping[str, Fraction | None]) -> list[LargestAlpha]:
    """For each delta the largest alpha that is proved on the 2 delta-balls of all minima, and one that is refuted; in
    `minima` the same for one minimum of each orbit.

    `alpha` is a claim about all local minima, so it is None where the list of them is not complete; what is proved about those that
    are known is `known_alpha` then, and `about` says so."""
    if given["delta"] is not None:
        deltas = [given["delta"]]
        first = smallest = given["delta"]
    else:
        gap = min(examination.separation(k) for k in range(len(examination.minima)))
        if not math.isfinite(gap):
            gap = 2.0 * max(1.0, examination.reach())
        deltas = [rounded(Fraction(part) * Fraction(gap) / 2, up=False, digits=2) for part in DELTAS]
        first, smallest = deltas[0], deltas[0] / 10**6
    rows: list[LargestAlpha] = []
    half = examination.budget.share(0.5)  # the frontier needs time too
    while deltas:
        delta = deltas.pop(0)
        if not deltas and given["delta"] is None and len(rows) < LEAST_DELTAS and delta > smallest:
            deltas.append(rounded(min(delta, first) / 4, up=False, digits=2))  # the balls so far were too large
            first = deltas[0]
        enough = half.is_over and any(row.known_alpha is not None for row in rows)
        if enough or examination.budget.reached(examination.boxes) is not None:
            break
        found = [_largest(examination, k, delta, given["alpha"]) for k in _representatives(examination)]
        refuted = [one.refuted for one in found if one.refuted is not None]
        if len(refuted) < len(found) or min(refuted) <= 0:
            continue
        proved = [one.proved for one in found if one.proved is not None]
        whole = _Largest(
            -1, min(proved) if len(proved) == len(found) else None, min(refuted), all(one.exact for one in found)
        )
        known_alpha, refuted_alpha, apart = whole.shown(given["alpha"])
        all_known = examination.list_is_complete  # else another minimum may be less convex
        places = (examination.minima[one.number] for one in found)
        minima = tuple(
            AlphaOfMinimum(place.orbit, place.point, *one.shown(given["alpha"]))
            for one, place in zip(found, places, strict=True)
        )
        alpha, about = (known_alpha, ALL_MINIMA) if all_known else (None, KNOWN_MINIMA)
        rows.append(
            LargestAlpha(str(delta), alpha, refuted_alpha, apart if all_known else None, about, known_alpha, minima)
        )
        examination.listener(Progress("strong convexity about the minima", 0.0, examination.boxes))
    return sorted(rows, key=lambda row: Fraction(row.delta))


@dataclass(frozen=True)
class _Largest:
    """About minimum `number`: an alpha that is proved and one that is refuted. `exact`: the Hessian is constant with a
    rational least eigenvalue, so that both are this eigenvalue, which holds."""

    number: int
    proved: Fraction | None
    refuted: Fraction | None
    exact: bool

    def shown(self, asked: Fraction | None) -> tuple[str | None, str | None, float | None]:
        """alpha, refuted_alpha and gap of the record; no gap where one alpha was `asked` about."""
        shown = None if self.refuted is None or (self.exact and self.proved == self.refuted) else self.refuted
        gap = None
        if self.proved is not None and self.refuted is not None and asked is None:
            gap = float((self.refuted - self.proved) / self.refuted)
        return None if self.proved is None else str(self.proved), None if shown is None else str(shown), gap


def _representatives(examination: Examination) -> list[int]:
    """One minimum of each orbit; all of them where the orbits are not those of a complete list."""
    if not examination.known.stationary.complete:
        return list(range(len(examination.minima)))
    seen: dict[Any, int] = {}
    for k, minimum in enumerate(examination.minima):
        seen.setdefault(("alone", k) if minimum.orbit is None else minimum.orbit, k)
    return list(seen.values())


def _largest(examination: Examination, k: int, delta: Fraction, asked: Fraction | None) -> _Largest:
    """The largest alpha that is proved for minimum k, among a few below the one that is refuted; or the one that is
    asked about."""
    refuted, exact = _refuted_alpha(examination, k, delta)
    if refuted is None or refuted <= 0:
        return _Largest(k, None, refuted, exact)
    tries = [rounded(refuted * Fraction(m), up=False) for m in MARGINS] if asked is None else [asked]
    if exact and asked is None:
        tries.insert(0, refuted)
    for alpha in tries:
        if examination.budget.reached(examination.boxes) is not None:
            break
        if examination.balls.goodness(k, alpha, delta).good:
            return _Largest(k, alpha, refuted, exact)
    return _Largest(k, None, refuted, exact)


def _refuted_alpha(examination: Examination, k: int, delta: Fraction) -> tuple[Fraction | None, bool]:
    """An alpha at which H >= alpha I certainly fails on the 2 delta-ball of minimum k; or, and then True, for a constant
    Hessian with a rational least eigenvalue, that eigenvalue itself, which holds."""
    with at_precision(PRECISION):
        minimum = examination.minima[k]
        point = examination.landscape.exact(examination.balls.least_in_ball(k, delta)[1])
        sizes = examination.landscape.measure(point)
        if sizes is None or not distance(point, minimum.point) <= ball(2 * delta):
            return None, False
        value = Fraction(outward(sizes[1]).high)
    constant = examination.balls.constant
    if constant is not None:
        near = value.limit_denominator(10**6)
        if at_least(constant, near) and not above(constant, near):
            return near, True
    return rounded(value * (1 + Fraction(1, 10**9)) if value > 0 else value, up=True, digits=5), False


def choose(alphas: Sequence[LargestAlpha], *, widest: bool) -> tuple[Fraction, Fraction] | None:
    """The row for the frontier: the largest delta, unless `widest` among those at which alpha is at least half of what
    it is for the smallest one. The larger delta, the larger gamma and epsilon may be."""
    proved = [(Fraction(row.known_alpha), Fraction(row.delta)) for row in alphas if row.known_alpha is not None]
    if not proved:
        return None
    best = max(alpha for alpha, _ in proved)
    return max((pair for pair in proved if widest or 2 * pair[0] >= best), key=lambda pair: pair[1])
