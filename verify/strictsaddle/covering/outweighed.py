"""Compiled: in which boxes one term of a sum of exponentials outweighs all that may have the other sign (see `dominance`)."""

from __future__ import annotations

import math

from strictsaddle.arithmetic.arrays import Flags, Floats, Integers
from strictsaddle.arithmetic.compilation import compiled

SLACK = 1e-9  # of logarithms and their sums, far above their rounding
LARGE = 700.0  # of logarithms


@compiled
def mark_outweighed(
    closed: Flags,
    low: Floats,
    high: Floats,
    t: Floats,
    first: Integers,
    least: Floats,
    most: Floats,
    powers: Integers,
    exponents: Integers,
    pair: Integers,
    degrees: Integers,
) -> None:
    """Mark in `closed` (B,) the boxes in which some component has no zero.

    low, high (B, outputs): enclosures of the terms, and of q for pairs of exponents; t (B,): the largest t of each box; first
    (components + 1,): where the terms of each component begin; least, most, powers, exponents: of each term; pair, degrees (E, E): the
    output of q, and d."""
    for b in range(low.shape[0]):
        for c in range(first.shape[0] - 1):
            for k in range(first[c], first[c + 1]):
                positive = low[b, k] > 0.0
                if not positive and not high[b, k] < 0.0:
                    continue
                size = (low[b, k] if positive else -high[b, k]) * least[k]
                total = 0.0
                for j in range(first[c], first[c + 1]):
                    bound = -low[b, j] if positive else high[b, j]
                    if j == k or bound <= 0.0:
                        continue
                    e, f = exponents[k], exponents[j]
                    q = high[b, pair[e, f]]
                    total += ratio(bound * most[j], size, powers[k] - powers[j], q, degrees[e, f], t[b])
                    if not total < 1.0:
                        break
                if total < 1.0 - SLACK:
                    closed[b] = True
                    break
            if closed[b]:
                break


@compiled
def ratio(opposing: float, size: float, power: int, q: float, degree: int, t: float) -> float:
    """An upper bound of (opposing/size) sup over 0 < s <= t of s^power exp(q s^-degree); infinite where there is none."""
    if not math.isfinite(opposing) or not math.isfinite(q) or not size > 0.0:
        return math.inf
    at = t
    if degree > 0 and q < 0.0:
        if power < 0:
            at = min(t, (degree * -q / -power) ** (1.0 / degree))
        # at a maximum in the inside a neighbour's value differs by what is of second order in its rounding
        growth = q * at ** float(-degree)
    elif (degree > 0 and q > 0.0) or power < 0:
        return math.inf
    else:
        growth = q if degree == 0 else 0.0
    if not at > 0.0 or not opposing > 0.0:
        return math.inf
    log = power * math.log(at) + growth + math.log(opposing) - math.log(size)
    if not log < LARGE:
        return math.inf
    slack = SLACK * (1.0 + abs(log) + abs(growth))
    return math.inf if slack != slack else math.exp(log + slack) * (1.0 + SLACK)
