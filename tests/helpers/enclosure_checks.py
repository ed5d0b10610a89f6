"""The checker: does a row of an operation contain the operation's value at points of its arguments?

It knows nothing of how the operation is computed. The value comes from exact rationals or from Arb at 200 bits; a
violation is a value that is certainly outside, or a defined result where the operation is undefined at a point.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import flint
import numpy as np
from adversarial_floats import Floats, floats, intervals, members
from flint import arb

ROW = 64
Exact = Callable[..., Any]


def in_rows(operation: Callable[..., None], arguments: list[Floats], scalars: tuple[Any, ...] = ()) -> list[Floats]:
    """Both ends of the operation's results on arguments of any length, taken in rows as the interpreter takes them."""
    m = len(arguments[0])
    low, high = np.empty(m), np.empty(m)
    for start in range(0, m, ROW):
        part = slice(start, min(start + ROW, m))
        pieces = [np.ascontiguousarray(argument[part]) for argument in arguments]
        zl, zh = np.empty(len(pieces[0])), np.empty(len(pieces[0]))
        operation(zl, zh, *pieces, *scalars)
        low[part], high[part] = zl, zh
    return [low, high]


def outside(low: float, high: float, value: Any) -> bool:
    """Whether a rational (None: undefined) is not in [low, high], where nan ends allow everything."""
    if np.isnan(low) and np.isnan(high):
        return False
    return value is None or not (low <= value <= high)


def ball_outside(low: float, high: float, value: arb) -> bool:
    """Whether a ball is certainly not in [low, high], or undefined where [low, high] is not."""
    if np.isnan(low) and np.isnan(high):
        return False
    if value.is_nan():
        return True
    return bool(value < arb(low)) or bool(value > arb(high)) or bool(np.isnan(low) or np.isnan(high))


def violations_of_arithmetic(
    operation: Callable[..., None],
    exact: Exact,
    m: int,
    seed: int = 0,
    operands: int = 2,
    scalars: tuple[Any, ...] = (),
) -> list[str]:
    """What `operation` gets wrong on m tuples of adversarial intervals, against exact rationals."""
    rng = np.random.default_rng(seed)
    boxes = [intervals(rng, m) for _ in range(operands)]
    low, high = in_rows(operation, [end for box in boxes for end in box], scalars)
    found = []
    points = [members(rng, *box) for box in boxes]
    for chosen in itertools.product(*points):
        for j, values in enumerate(zip(*(column.tolist() for column in chosen), strict=True)):
            if outside(low[j], high[j], exact(*map(Fraction, values))):
                ends = [[float(end[j]) for end in box] for box in boxes]
                found.append(f"{values} of {ends} not in [{low[j]!r}, {high[j]!r}]")
    return found


def violations_of_function(
    operation: Callable[..., None],
    value: Callable[[arb], arb],
    m: int,
    seed: int = 0,
    *,
    largest: float = np.inf,
    domain: tuple[float, float] = (-np.inf, np.inf),
    bits: int = 200,
) -> list[str]:
    """What `operation` gets wrong on m adversarial intervals (inside `domain`), against Arb."""
    rng = np.random.default_rng(seed)
    low, high = intervals(rng, m, largest)
    low, high = np.clip(low, *domain), np.clip(high, *domain)
    out_low, out_high = in_rows(operation, [low, high])
    found = []
    precision = flint.ctx.prec
    flint.ctx.prec = bits
    try:
        for points in members(rng, low, high):
            for j, x in enumerate(points.tolist()):
                if ball_outside(out_low[j], out_high[j], value(arb(x))):
                    found.append(f"{x!r} of [{low[j]!r}, {high[j]!r}] not in [{out_low[j]!r}, {out_high[j]!r}]")
    finally:
        flint.ctx.prec = precision
    return found


def widest_ulps(operation: Callable[..., None], m: int, *, seed: int = 0, domain: tuple[float, float]) -> float:
    """The greatest width of a result on thin intervals, relative to 2**-52 of it."""
    rng = np.random.default_rng(seed)
    x = np.clip(floats(rng, m, 1e6), *domain)
    low, high = in_rows(operation, [x, x])
    size = np.maximum(np.maximum(np.abs(low), np.abs(high)), 2.0**-1000)
    return float(np.nanmax((high - low) / size) * 2.0**52)
