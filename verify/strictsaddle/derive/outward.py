"""From Arb balls to outward-rounded intervals of doubles."""

from __future__ import annotations

import math

from flint import arb, ctx, fmpq

from strictsaddle.verdict import Interval


def outward(ball: arb) -> Interval:
    """The tightest doubles around a ball: low <= every member <= high. An unbounded ball, or nan, is all
    of the line."""
    if not ball.is_finite():
        return Interval(-math.inf, math.inf)
    lower, upper = ball.lower(), ball.upper()
    low, high = float(lower), float(upper)
    if not arb(low) <= lower:
        low = math.nextafter(low, -math.inf)
    if not arb(high) >= upper:
        high = math.nextafter(high, math.inf)
    return Interval(low + 0.0, high + 0.0)  # + 0.0 turns -0.0 into 0.0


def outward_rational(value: fmpq) -> Interval:
    """The doubles around a rational number: equal when it is a double itself."""
    before, ctx.prec = ctx.prec, max(ctx.prec, 128)
    try:
        return outward(arb(value))
    finally:
        ctx.prec = before
