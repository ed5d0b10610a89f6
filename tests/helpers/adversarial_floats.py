"""Arguments that break arithmetic that is nearly right: all exponents, denormals, signed zeros, ties, infinite ends."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
MOST = 1.7976931348623157e308
SPECIAL = np.array(
    [0.0, -0.0, 5e-324, -5e-324, 2.0**-1022, 2.0**-960, 2.0**-969, 1e-160, 1.5e-154, 2.0**-27, 2.0**-26, 1e-8, 0.25,
     0.5, 1 / np.sqrt(2), np.sqrt(2), 1.0, np.nextafter(1, 0), np.nextafter(1, 2), 1 / np.sqrt(3), 0.21132486540518713,
     np.pi, 2.0, 3.0, 10.0, 22.0, 700.0, 709.78, 745.13, 2.0**27 + 1, 2.0**53, 1e154, 1.34e154, 2.0**1020, 2.0**1023,
     1.7976931348623157e308]
)  # fmt: skip


@np.errstate(all="ignore")
def floats(rng: np.random.Generator, m: int, largest: float = np.inf) -> Floats:
    """m floats of all kinds and both signs, none beyond `largest`: everyday ones, all exponents, huge ones,
    where exp is a float, special ones and their neighbours."""
    everyday = rng.normal(size=m) * 10.0 ** rng.integers(-3, 4, m)
    top = 1023 if largest == np.inf else np.log2(largest)
    wide = rng.uniform(1, 2, m) * 2.0 ** rng.integers(-1070, int(top) + 1, m).astype(float)
    special = rng.choice(SPECIAL, m)
    special = np.nextafter(special, rng.choice([-np.inf, np.inf], m))
    exact = rng.choice(SPECIAL, m)
    whole = rng.integers(-20, 21, m).astype(float)
    huge = MOST * rng.uniform(0.1, 1, m)
    exponents = rng.uniform(0, 780, m)
    kind = rng.integers(0, 7, m)
    found = np.choose(kind, [everyday, wide, special, exact, whole, huge, exponents]) * rng.choice([-1.0, 1.0], m)
    found = np.where(np.isfinite(found), found, everyday)
    return np.clip(found, -min(largest, MOST), min(largest, MOST))


@np.errstate(all="ignore")
def intervals(rng: np.random.Generator, m: int, largest: float = np.inf) -> tuple[Floats, Floats]:
    """m intervals: thin, a few floats wide, of any two ends, and with infinite ends (where `largest` is infinite)."""
    one, other = floats(rng, m, largest), floats(rng, m, largest)
    width = np.abs(one) * 10.0 ** rng.uniform(-17, 0, m)
    near = one + np.where(np.isfinite(one + width), width, 0.0)
    kind = rng.integers(0, 4, m)
    end = np.choose(kind, [one, near, other, np.nextafter(one, np.inf)])
    end = np.where(np.abs(end) <= largest, end, one)
    low, high = np.minimum(one, end), np.maximum(one, end)
    low, high = np.clip(low, -MOST, MOST), np.clip(high, -MOST, MOST)
    if largest == np.inf:
        low = np.where(rng.random(m) < 0.03, -np.inf, low)
        high = np.where(rng.random(m) < 0.03, np.inf, high)
    return low, high


@np.errstate(all="ignore")
def members(rng: np.random.Generator, low: Floats, high: Floats) -> list[Floats]:
    """Points of the intervals: both ends (an infinite one replaced by something far out) and two inside."""
    a = np.where(np.isinf(low), np.minimum(np.where(np.isinf(high), 0.0, high), 0.0) - 1e3, low)
    b = np.where(np.isinf(high), np.maximum(a, 0.0) + 1e3, high)
    inside = []
    for _ in range(2):
        t = rng.random(len(a))
        point = a * (1 - t) + b * t
        inside.append(np.clip(point, a, b))
    return [a, b, *inside]
