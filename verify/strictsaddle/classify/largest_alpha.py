"""For each delta the largest alpha with H >= alpha I on the 2 delta-balls of all minima, proved and refuted."""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from fractions import Fraction
from typing import Any

from flint import ctx

from strictsaddle.classify.definition2 import Examination
from strictsaddle.classify.exact_hessian import at_least
from strictsaddle.classify.violating import PRECISION, ball, distance
from strictsaddle.derive.outward import outward
from strictsaddle.events import Progress

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
LEAST_DELTAS = 3  # rows with a positive alpha that are looked for


def rounded(value: float | Fraction, up: bool, digits: int = 4) -> Fraction:
    """A decimal of a few digits at or below (above) the value."""
    if not isinstance(value, Fraction):
        value = Fraction(value)
    context = Context(prec=40, rounding=ROUND_CEILING if up else ROUND_FLOOR)
    exact = context.divide(Decimal(value.numerator), Decimal(value.denominator))
    return Fraction(Context(prec=digits, rounding=ROUND_CEILING if up else ROUND_FLOOR).plus(exact))


def largest_alphas(examination: Examination, given: Mapping[str, Fraction | None]) -> list[dict[str, Any]]:
    """For each delta the largest alpha that is proved on the 2 delta-balls of all minima, and one that is refuted."""
    if given["delta"] is not None:
        deltas = [given["delta"]]
        first = smallest = given["delta"]
    else:
        gap = min(examination.separation(k) for k in range(len(examination.minima)))
        if not math.isfinite(gap):
            gap = 2.0 * max(1.0, examination.reach())
        deltas = [rounded(Fraction(part) * Fraction(gap) / 2, up=False, digits=2) for part in DELTAS]
        first, smallest = deltas[0], deltas[0] / 10**6
    rows: list[dict[str, Any]] = []
    while deltas:
        delta = deltas.pop(0)
        if not deltas and given["delta"] is None and len(rows) < LEAST_DELTAS and delta > smallest:
            deltas.append(rounded(min(delta, first) / 4, up=False, digits=2))  # the balls so far were too large
            first = deltas[0]
        if examination.limits.reached(examination.boxes) is not None:
            break
        refuted = _refuted_alpha(examination, delta)
        if refuted is None or refuted <= 0:
            continue
        proved = None
        exact = [given["alpha"]] if given["alpha"] is not None else []
        tries: list[Fraction] = exact or [rounded(refuted * Fraction(m), up=False) for m in MARGINS]
        if examination.balls.constant is not None and not exact:
            tries.insert(0, refuted)
        for alpha in tries:
            if examination.limits.reached(examination.boxes) is not None:
                break
            if all(examination.balls.goodness(k, alpha, delta).good for k in range(len(examination.minima))):
                proved = alpha
                break
        shown = None if examination.balls.constant is not None and proved == refuted else refuted
        gap_here = None if proved is None or exact else float((refuted - proved) / refuted)
        rows.append(
            {
                "delta": str(delta),
                "alpha": None if proved is None else str(proved),
                "refuted_alpha": None if shown is None else str(shown),
                "gap": gap_here,
            }
        )
        examination.listener(Progress("strong convexity about the minima", 0.0, examination.boxes))
    return sorted(rows, key=lambda row: Fraction(row["delta"]))


def _refuted_alpha(examination: Examination, delta: Fraction) -> Fraction | None:
    """An alpha at which H >= alpha I certainly fails on the 2 delta-ball of some minimum (or, for a constant Hessian
    with a rational least eigenvalue, that eigenvalue itself, which holds)."""
    found: list[Fraction] = []
    seen: set[int] = set()
    before, ctx.prec = ctx.prec, PRECISION
    try:
        for k, minimum in enumerate(examination.minima):
            if minimum.orbit is not None and examination.known.stationary.complete:
                if minimum.orbit in seen:
                    continue
                seen.add(minimum.orbit)
            _, place = examination.balls.least_in_ball(k, delta)
            point = examination.landscape.exact(place)
            sizes = examination.landscape.measure(point)
            if sizes is not None and distance(point, minimum.point) <= ball(2 * delta):
                found.append(Fraction(outward(sizes[1]).high))
    finally:
        ctx.prec = before
    if not found:
        return None
    value = min(found)
    if examination.balls.constant is not None:
        near = value.limit_denominator(10**6)
        close = abs(near - value) < Fraction(1, 10**12) * max(abs(value), Fraction(1))
        if close and at_least(examination.balls.constant, near):
            return near
    return rounded(value, up=True, digits=5)


def choose(alphas: list[dict[str, Any]], *, widest: bool) -> tuple[Fraction, Fraction] | None:
    """The row for the frontier: the largest delta, unless `widest` among those at which alpha is at least half of what
    it is for the smallest one. The larger delta, the larger gamma and epsilon may be."""
    proved = [(Fraction(row["alpha"]), Fraction(row["delta"])) for row in alphas if row["alpha"] is not None]
    if not proved:
        return None
    best = max(alpha for alpha, _ in proved)
    return max((pair for pair in proved if widest or 2 * pair[0] >= best), key=lambda pair: pair[1])
