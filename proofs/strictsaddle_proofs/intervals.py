"""Formulas over many boxes at once: NumPy intervals, each operation rounded outward.

IEEE addition, multiplication, division and square root are correctly rounded, so that the next double above or below is a bound.
exp, sin, cos, erf are evaluated from their series with a priori error bounds (Higham, Accuracy and Stability, 5.1: Horner's rule in
degree n errs by at most gamma_2n times the series of absolute values); all others come from these. No other function of NumPy is
believed. An interval that is not defined everywhere on a box is nan, and nothing is concluded from it; so is 0 times infinity.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import factorial
from typing import Any

import numpy as np

from strictsaddle_proofs.expression import Formulas

Array = Any  # a NumPy array of doubles or booleans
Pair = tuple[Array, Array]
INF, GREATEST = np.inf, float(np.finfo(float).max)
LN2_HIGH = float.fromhex("0x1.62e42feep-1")  # 32 bits: times an integer below 2^20 it is exact
LN2_LOW = float.fromhex("0x1.a39ef35793c76p-33")  # the rest, within 1e-25
HALF_PI = tuple(float.fromhex(h) for h in ("0x1.921fb544p+0", "0x1.0b4611a6p-34", "0x1.3198a2e037073p-69"))
GREATEST_ANGLE = 1e6
RELATIVE, ABSOLUTE = 2e-14, 2e-14  # of exp; of sin and cos. See the functions.


def _ulp(x: Array) -> Array:
    """At least the distance to the next double: |x| 2^-52 and something for numbers near 0."""
    found: Array = np.abs(x)
    found *= 2.0**-52
    found += 1e-300
    return found


def down(x: Array) -> Array:
    """A double below every real number that rounds to x; an infinite x is the greatest double below (above) which numbers may lie."""
    found = _ulp(x)
    np.subtract(x, found, out=found)
    return np.where(x == INF, GREATEST, found) if not np.isfinite(x.sum()) else found


def up(x: Array) -> Array:
    """A double above every real number that rounds to x."""
    found = _ulp(x)
    np.add(x, found, out=found)
    return np.where(x == -INF, -GREATEST, found) if not np.isfinite(x.sum()) else found


def bounds(value: Fraction) -> tuple[float, float]:
    """The doubles next to a fraction, below and above; itself twice where it is one."""
    try:
        near = float(value)
    except OverflowError:
        return (GREATEST, INF) if value > 0 else (-INF, -GREATEST)
    return (near if Fraction(near) <= value else float(np.nextafter(near, -INF)),
            near if Fraction(near) >= value else float(np.nextafter(near, INF)))  # fmt: skip


def add(a: Pair, b: Pair) -> Pair:
    return down(a[0] + b[0]), up(a[1] + b[1])


def times(a: Pair, b: Pair) -> Pair:
    p, q, r, s = a[0] * b[0], a[0] * b[1], a[1] * b[0], a[1] * b[1]
    return down(np.minimum(np.minimum(p, q), np.minimum(r, s))), up(np.maximum(np.maximum(p, q), np.maximum(r, s)))


def scaled(a: Pair, low: float, high: float) -> Pair:
    """The interval times a constant between low and high, which have one sign."""
    if low == high == -1.0:
        return -a[1], -a[0]
    if low < 0:
        return scaled((-a[1], -a[0]), -high, -low)
    if low == high:
        return down(a[0] * low), up(a[1] * low)
    return down(np.minimum(a[0] * low, a[0] * high)), up(np.maximum(a[1] * low, a[1] * high))


def reciprocal(a: Pair) -> Pair:
    """1/a, nan where a holds 0."""
    safe = (a[0] > 0) | (a[1] < 0)
    with np.errstate(all="ignore"):
        return np.where(safe, down(1.0 / a[1]), np.nan), np.where(safe, up(1.0 / a[0]), np.nan)


def power(a: Pair, exponent: int) -> Pair:
    """a ** exponent for exponent >= 1; an even power is not negative."""
    low, high = a
    if exponent % 2 == 0:
        low, high = np.maximum(np.maximum(a[0], -a[1]), 0.0), np.maximum(-a[0], a[1])
        if exponent == 2:
            return np.maximum(down(low * low), 0.0), up(high * high)
    return _one_sided(low, exponent, down), _one_sided(high, exponent, up)


def _one_sided(x: Array, exponent: int, outward: Callable[[Array], Array]) -> Array:
    """x ** exponent, rounded up or down, by repeated multiplication of absolute values."""
    size = np.abs(x)
    away = (x >= 0) if outward is up else (x < 0)  # where the absolute value must be rounded up
    result, base, rest = None, size, exponent
    while rest:
        if rest & 1:
            result = base if result is None else _rounded(result * base, away)
        rest >>= 1
        if rest:
            base = _rounded(base * base, away)
    assert result is not None  # the exponent is positive
    return np.where(x < 0, -result, result) if exponent % 2 else result


def _rounded(x: Array, away: Array) -> Array:
    return np.where(away, up(x), np.maximum(down(x), 0.0))


def _horner(r: Array, coefficients: Sequence[float]) -> Array:
    total = np.full_like(r, coefficients[-1])
    for c in reversed(coefficients[:-1]):
        total = total * r + c
    return total


EXP = [1.0 / factorial(k) for k in range(15)]


def exponential(x: Array) -> Pair:
    """Bounds of exp at points. x = k log 2 + r with |r| <= 0.35 up to the rounding of r, below 1e-15 in all; Taylor's remainder of degree
    14 is below 1e-18, Horner's error at most gamma_30 exp(0.35) < 5e-15: together below RELATIVE of the value, which is at least 0.7."""
    with np.errstate(all="ignore"):
        held = np.clip(x, -700.0, 700.0)
        k = np.rint(held / (LN2_HIGH + LN2_LOW))
        value = np.ldexp(_horner((held - k * LN2_HIGH) - k * LN2_LOW, EXP), k.astype(np.int64))
        low, high = value * (1 - RELATIVE), value * (1 + RELATIVE)
        low = np.where(x < -700.0, 0.0, low)  # still a lower bound where x > 700
        high = np.where(x > 700.0, INF, high)
    nan = np.isnan(x)
    return np.where(nan, np.nan, low), np.where(nan, np.nan, high)


def logarithm(x: Array) -> Pair:
    """Bounds of log at points x > 0, nan else: with any y, log x = y + log z for z = x exp(-y), and 1 - 1/z <= log z <= z - 1."""
    with np.errstate(all="ignore"):
        y = np.where((x > 1e-300) & (x < 1e300), np.log(x), np.nan)
        low, high = exponential(-y)
        z_low, z_high = down(x * low), up(x * high)
        below, above = down(y + down(1.0 - up(1.0 / z_low))), up(y + up(z_high - 1.0))
        below = np.where(x == INF, 690.0, np.where(x >= 1e300, 690.0, np.where((x > 0) & (x <= 1e-300), -INF, below)))
        above = np.where(x >= 1e300, INF, np.where((x >= 0) & (x <= 1e-300), -690.0, above))
    return np.where(x == 0, -INF, below), above


SIN = [(-1.0) ** k / factorial(2 * k + 1) for k in range(11)]
COS = [(-1.0) ** k / factorial(2 * k) for k in range(11)]


def sine(x: Array, shift: int = 0) -> Pair:
    """Bounds of sin(x + shift pi/2) at points. x = k pi/2 + r, |r| <= 0.8, k times each but the last part of pi/2 exact: r errs by less
    than 1e-15. Remainders below 1e-20, Horner's error below gamma_22 cosh(0.8) < 4e-15. Far out: [-1, 1]."""
    with np.errstate(all="ignore"):
        near = np.abs(x) <= GREATEST_ANGLE
        held = np.where(near, x, 0.0)
        k = np.rint(held / HALF_PI[0])
        r = ((held - k * HALF_PI[0]) - k * HALF_PI[1]) - k * HALF_PI[2]
        square, turn = r * r, (k.astype(np.int64) + shift) % 4
        value = np.where(turn % 2 == 0, r * _horner(square, SIN), _horner(square, COS)) * np.where(turn < 2, 1.0, -1.0)
    low, high = np.maximum(value - ABSOLUTE, -1.0), np.minimum(value + ABSOLUTE, 1.0)
    nan = np.isnan(x)
    return np.where(nan, np.nan, np.where(near, low, -1.0)), np.where(nan, np.nan, np.where(near, high, 1.0))


def _sine(a: Pair, shift: int) -> Pair:
    """sin(x + shift pi/2) over an interval: between its ends unless a crest or a trough may lie inside."""
    first, last = sine(a[0], shift), sine(a[1], shift)
    low, high = np.minimum(first[0], last[0]), np.maximum(first[1], last[1])
    with np.errstate(all="ignore"):
        turns = [(end + shift * np.pi / 2) / (2 * np.pi) for end in a]
        slack = 1e-9 * (1 + np.abs(turns[0]) + np.abs(turns[1])) * 1e-3 + 1e-9
        crest = np.floor(turns[1] + slack - 0.25) >= np.ceil(turns[0] - slack - 0.25)
        trough = np.floor(turns[1] + slack - 0.75) >= np.ceil(turns[0] - slack - 0.75)
        far = ~(np.abs(a[0]) <= GREATEST_ANGLE) | ~(np.abs(a[1]) <= GREATEST_ANGLE)
    nan = np.isnan(a[0]) | np.isnan(a[1])
    return (
        np.where(nan, np.nan, np.where(trough | far, -1.0, low)),
        np.where(nan, np.nan, np.where(crest | far, 1.0, high)),
    )


def sigmoid(x: Array) -> Pair:
    """Bounds of 1/(1 + exp(-x)) at points."""
    low, high = exponential(-np.abs(x))
    small_low, small_high = down(low / up(1.0 + low)), up(high / down(1.0 + high))
    big_low, big_high = down(1.0 / up(1.0 + high)), up(1.0 / down(1.0 + low))
    positive = x >= 0
    return np.where(positive, big_low, np.maximum(small_low, 0.0)), np.where(
        positive, np.minimum(big_high, 1.0), small_high
    )


def hyperbolic_tangent(x: Array) -> Pair:
    """Bounds of tanh at points: 1 - 2/(exp(2|x|) + 1), and x - x^3/3 <= tanh x <= x for x > 0."""
    size = np.abs(x)
    low, high = exponential(2.0 * size)
    cube = up(up(up(size * size) * size) / 2.9)
    below = np.maximum(np.maximum(down(1.0 - up(2.0 / down(low + 1.0))), down(size - cube)), 0.0)
    above = np.minimum(np.minimum(up(1.0 - down(2.0 / up(high + 1.0))), size), 1.0)
    below, above = np.where(np.isnan(x), np.nan, below), np.where(np.isnan(x), np.nan, above)
    return np.where(x < 0, -above, below), np.where(x < 0, -below, above)


def softplus(x: Array) -> Pair:
    """Bounds of max(x, 0) + log(1 + exp(-|x|)) at points."""
    low, high = exponential(-np.abs(x))
    below, above = logarithm(down(1.0 + low))[0], logarithm(up(1.0 + high))[1]
    rest = np.maximum(x, 0.0)
    return down(rest + np.maximum(below, 0.0)), up(rest + above)


def error_function(x: Array) -> Pair:
    """Bounds of erf at points: exp(-x^2) 2x/sqrt(pi) sum of (2x^2)^k/(2k+1)!!, all terms positive, cut after 120 for |x| <= 5 (ratio of
    the rest below 1/4, the rest below 1e-20); beyond, 1 - erf < exp(-25)."""
    with np.errstate(all="ignore"):
        size = np.minimum(np.abs(x), 5.0)
        square = size * size
        total = term = np.ones_like(size)
        for k in range(1, 121):
            term = term * (2.0 * square) / (2 * k + 1)
            total = total + term
        bell = exponential(-square)
        value = 2.0 / np.sqrt(np.pi) * size * total
        low, high = bell[0] * value * (1 - 1e-12), np.minimum(bell[1] * value * (1 + 1e-12), 1.0)
        high = np.where(np.abs(x) > 5.0, 1.0, high)
    low, high = np.where(np.isnan(x), np.nan, low - 1e-300), np.where(np.isnan(x), np.nan, high + 1e-300)
    return np.where(x < 0, -high, low), np.where(x < 0, -low, high)


def arc_tangent(x: Array) -> Pair:
    """Bounds of atan at points: with any y, atan x = y + atan((x - tan y)/(1 + x tan y)), and atan d is between d and d - d^3/3."""
    with np.errstate(all="ignore"):
        held = np.clip(x, -1e8, 1e8)
        y = np.arctan(held)
        s, c = sine(y), sine(y, 1)
        point = (held, held)
        tangent = times(s, reciprocal(c))
        rest = times(
            add(point, (-tangent[1], -tangent[0])), reciprocal(add((np.ones_like(x),) * 2, times(point, tangent)))
        )
        # atan d lies between d and d - d^3/3
        cubes = [np.abs(d) ** 3 * 0.34 for d in rest]
        first = np.where(rest[0] > 0, down(rest[0] - cubes[0]), rest[0])
        last = np.where(rest[1] < 0, up(rest[1] + cubes[1]), rest[1])
        low, high = down(y + first), up(y + last)
        low, high = np.where(x < -1e8, -1.5707963267948968, low), np.where(x > 1e8, 1.5707963267948968, high)
    return low, high


def _sinh(x: Array) -> Pair:
    size = np.abs(x)
    (a, b), (c, d) = exponential(size), exponential(-size)
    low, high = np.maximum(down(down(a - d) / 2), size), up(up(b - c) / 2)
    return np.where(x < 0, -high, low), np.where(x < 0, -low, high)


def _cosh(x: Array) -> Pair:
    (a, b), (c, d) = exponential(np.abs(x)), exponential(-np.abs(x))
    return np.maximum(down(down(a + c) / 2), 1.0), up(up(b + d) / 2)


def _root(x: Array) -> Pair:
    with np.errstate(all="ignore"):
        value = np.sqrt(x)
    return np.maximum(down(value), 0.0), up(value)


RISING: dict[str, Callable[[Array], Pair]] = {
    "exp": exponential, "log": logarithm, "sqrt": _root, "atan": arc_tangent, "sinh": _sinh, "tanh": hyperbolic_tangent,
    "sigmoid": sigmoid, "softplus": softplus, "erf": error_function,
}  # fmt: skip
CREST = 0.5773502691896258  # 1/sqrt(3): where 2t(1 - t^2) is greatest, and, for 2t - 1 = tanh, p(1 - 2s)


def _even(a: Pair) -> Pair:
    """|a|."""
    low = np.maximum(np.maximum(a[0], -a[1]), 0.0)
    return np.where(np.isnan(a[0]), np.nan, low), np.maximum(np.abs(a[0]), np.abs(a[1]))


def rising(name: str, a: Pair) -> Pair:
    """A rising function over intervals, from its bounds at the ends; at a point once."""
    first = RISING[name](a[0])
    return first if a[0] is a[1] else (first[0], RISING[name](a[1])[1])


def function(name: str, a: Pair, known: Callable[[str, Pair], Pair] = rising) -> Pair:
    """name over intervals; nan where it is not defined, not smooth, or not known here. `known`: `rising` with a memory."""
    if name in RISING:
        return known(name, a)
    if name in ("sin", "cos"):
        return _sine(a, int(name == "cos"))
    if name == "cosh":
        b = _even(a)
        return _cosh(b[0])[0], _cosh(b[1])[1]
    if name == "tan":
        return times(_sine(a, 0), reciprocal(_sine(a, 1)))
    if name in ("tanh1", "sigmoid1"):  # 1 - t^2, and a quarter of that with t = tanh(x/2)
        t = _half_tanh(name, a, known)
        s = power(t, 2)
        one = np.maximum(down(1.0 - s[1]), 0.0), up(1.0 - s[0])
        return one if name == "tanh1" else (0.25 * one[0], 0.25 * one[1])
    if name in ("tanh2", "sigmoid2"):  # -2t(1 - t^2), and an eighth of that (p(1 - 2s) = -t(1 - t^2)/4)
        t = _half_tanh(name, a, known)
        ends = [scaled(times(x, _one_minus_square(x)), -2.0, -2.0) for x in ((t[0], t[0]), (t[1], t[1]))]
        low, high = np.minimum(ends[0][0], ends[1][0]), np.maximum(ends[0][1], ends[1][1])
        peak = 0.7698003589195011  # just above 4/(3 sqrt 3)
        low = np.where((t[0] <= CREST + 1e-9) & (t[1] >= CREST - 1e-9), -peak, low)
        high = np.where((t[0] <= -CREST + 1e-9) & (t[1] >= -CREST - 1e-9), peak, high)
        nan = np.isnan(t[0]) | np.isnan(t[1])
        low, high = np.where(nan, np.nan, low), np.where(nan, np.nan, high)
        return (low, high) if name == "tanh2" else (down(low / 8), up(high / 8))
    if name in ("abs", "relu", "sign", "step"):
        positive, negative = a[0] > 0, a[1] < 0
        certain = positive | negative
        signed = {"abs": (np.where(positive, a[0], -a[1]), np.where(positive, a[1], -a[0])),
                  "relu": (np.where(positive, a[0], 0.0), np.where(positive, a[1], 0.0)),
                  "sign": (np.where(positive, 1.0, -1.0),) * 2, "step": (np.where(positive, 1.0, 0.0),) * 2}[name]  # fmt: skip
        return np.where(certain, signed[0], np.nan), np.where(certain, signed[1], np.nan)
    return np.full_like(a[0], np.nan), np.full_like(a[0], np.nan)


def _half_tanh(name: str, a: Pair, known: Callable[[str, Pair], Pair]) -> Pair:
    """tanh, for the sigmoid's derivatives of half the argument: 2 sigmoid - 1."""
    if name.startswith("tanh"):
        return known("tanh", a)
    s = known("sigmoid", a)
    return down(2 * s[0] - 1), up(2 * s[1] - 1)


def _one_minus_square(x: Pair) -> Pair:
    s = power(x, 2)
    return down(1.0 - s[1]), up(1.0 - s[0])


class Program:
    """The nodes that some roots need, in order, with the doubles around their constants."""

    def __init__(self, formulas: Formulas, roots: Sequence[int]) -> None:
        self.roots = list(roots)
        self.steps: list[tuple[int, str, Any]] = []
        for node in formulas.reachable(roots):
            kind, *rest = formulas.nodes[node]
            if kind == "sum":
                data: Any = (bounds(rest[0]), [(k, *bounds(c)) for k, c in rest[1]])
            elif kind == "product":
                data = rest[0]
            else:
                data = rest
            self.steps.append((node, str(kind), data))

    def __call__(self, low: Array, high: Array) -> Pair:
        """The roots over the boxes that are the rows of low and high, (m, n): two arrays (m, roots)."""
        made: dict[int, Pair] = {}
        held: dict[tuple[str, int], Pair] = {}

        def known(name: str, a: Pair) -> Pair:
            key = name, argument
            if key not in held:
                held[key] = rising(name, a)
            return held[key]

        with np.errstate(all="ignore"):
            for node, kind, data in self.steps:
                if kind == "variable":
                    one = low[:, data[0]]
                    made[node] = one, (one if low is high else high[:, data[0]])
                elif kind == "sum":
                    made[node] = self._sum(data, made, len(low))
                elif kind == "product":
                    made[node] = self._product(data, made)
                elif kind == "pi":
                    made[node] = np.full(len(low), 3.1415926535897931), np.full(len(low), 3.1415926535897936)
                else:
                    argument = data[1]
                    made[node] = function(data[0], made[argument], known)
        shape = (len(low), len(self.roots))
        lows, highs = np.empty(shape), np.empty(shape)
        for k, root in enumerate(self.roots):
            lows[:, k], highs[:, k] = made[root]
        return lows, highs

    @staticmethod
    def _sum(data: Any, made: dict[int, Pair], count: int) -> Pair:
        (shift_low, shift_high), terms = data
        total: Pair | None = (
            None if shift_low == shift_high == 0 else (np.full(count, shift_low), np.full(count, shift_high))
        )
        for k, c_low, c_high in terms:
            part = made[k] if c_low == c_high == 1.0 else scaled(made[k], c_low, c_high)
            total = part if total is None else add(total, part)
        return (np.zeros(count), np.zeros(count)) if total is None else total

    @staticmethod
    def _product(factors: Sequence[tuple[int, int]], made: dict[int, Pair]) -> Pair:
        total: Pair | None = None
        for k, e in factors:
            part = made[k] if e == 1 else power(made[k] if e > 0 else reciprocal(made[k]), abs(e))
            total = part if total is None else times(total, part)
        assert total is not None  # a product has factors
        return total
