"""Interval arithmetic of two doubles an interval, for use inside the compiled tests of boxes.

Rounding. Every floating-point result r of one IEEE operation is replaced by `down(r)` or `up(r)`. |r| * 2**-52 is at
least one unit in the last place of r, so r - (|r| * 2**-52 + TINY) lies at or below the next double under r, and
rounding this difference to nearest is monotone, so the result is at most that double, hence at most the exact value;
TINY covers results that underflow. Infinities and nan never close a box: all decisions are comparisons that are false
for nan, and down(inf) is nan.
"""

from __future__ import annotations

import numpy as np

from strictsaddle.arithmetic.compilation import inlined

TINY = 1e-300
EPSILON = 2.0**-52


@inlined
def down(x: float) -> float:
    """A double that is at most every real number that rounds to x."""
    return x - (abs(x) * EPSILON + TINY)


@inlined
def up(x: float) -> float:
    """A double that is at least every real number that rounds to x."""
    return x + (abs(x) * EPSILON + TINY)


@inlined
def scaled(a: float, lo: float, hi: float) -> tuple[float, float]:
    """The product of the double a with the interval [lo, hi], outward. Zero times an unbounded interval is zero: the
    interval's members are real numbers."""
    if a == 0.0:
        return 0.0, 0.0
    if a > 0.0:
        return down(a * lo), up(a * hi)
    return down(a * hi), up(a * lo)


@inlined
def product(a_lo: float, a_hi: float, b_lo: float, b_hi: float) -> tuple[float, float]:
    """The product of two intervals, outward; nan when any product of ends is nan."""
    p, q, s, t = a_lo * b_lo, a_lo * b_hi, a_hi * b_lo, a_hi * b_hi
    if not (p == p and q == q and s == s and t == t):
        return np.nan, np.nan
    return down(min(min(p, q), min(s, t))), up(max(max(p, q), max(s, t)))


@inlined
def magnitude(lo: float, hi: float) -> float:
    """The largest absolute value in [lo, hi]; nan when either end is nan (max alone may drop a nan)."""
    if lo != lo or hi != hi:
        return np.nan
    return max(-lo, hi)
