"""From Arb balls to outward-rounded intervals of doubles."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from flint import arb, ctx, fmpq

from strictsaddle.arithmetic.exact import at_precision
from strictsaddle.records.terms import Interval


def nearest_double(value: Fraction) -> float:
    """The double next to a rational, infinite for those beyond all doubles: an approximation, for searches that prove nothing."""
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def scaled_doubles(rows: Sequence[Sequence[Fraction]]) -> Any:
    """The array (rows, columns) of the doubles next to the entries divided by the largest of them: an approximation up to a factor."""
    import numpy as np

    entries = [(i, j, x) for i, row in enumerate(rows) for j, x in enumerate(row) if x]
    largest = max((abs(x) for _, _, x in entries), default=Fraction(1))
    result = np.zeros((len(rows), len(rows[0]) if rows else 0))
    for i, j, x in entries:
        result[i, j] = float(x / largest)
    return result


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
    with at_precision(max(ctx.prec, 128)):
        return outward(arb(value))
