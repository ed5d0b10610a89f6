"""From the boxes that a covering found to the list of stationary points: refined, each once, inside the domain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from strictsaddle.derive.derivatives import Derivation
from strictsaddle.derive.kernels import evaluate_rational
from strictsaddle.objective.domain import Box, Domain
from strictsaddle.stationary.krawczyk import Enclosure, refine
from strictsaddle.verdict import Interval

Array = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Listing:
    """Certified points, sorted by coordinates. `unsettled` holds those of which it could not be decided whether they lie in the
    domain or are the same as another one."""

    points: tuple[Enclosure, ...]
    unsettled: tuple[Enclosure, ...]


def list_points(derivation: Derivation, found: Array, domain: Domain) -> Listing:
    """Refine the (m, 2, 2, n) boxes of a Coverage and keep each stationary point of the domain once.

    Two enclosures are of the same point when one lies in the box in which the other's point is unique, and of two
    different points when they are disjoint.
    """
    kept: list[Enclosure] = []
    unsettled: list[Enclosure] = []
    for unique, tight in _without_repetition(found):
        enclosure = refine(derivation, unique, tight)
        if any(_within(enclosure.interval, other.unique) or _within(other.interval, enclosure.unique) for other in kept):
            continue
        if any(_overlap(enclosure.interval, other.interval) for other in kept):
            unsettled.append(enclosure)
            continue
        where = _membership(derivation, enclosure, domain)
        if where is True:
            kept.append(enclosure)
        elif where is None:
            unsettled.append(enclosure)
    kept.sort(key=lambda e: tuple(round(0.5 * (i.low + i.high), 9) for i in e.interval))
    return Listing(tuple(kept), tuple(unsettled))


def _without_repetition(found: Array) -> list[tuple[Array, Array]]:
    """Pairs (unique, tight), less those whose tight box lies in the unique box of an earlier one: the same point again."""
    taken: list[tuple[Array, Array]] = []
    for unique, tight in found:
        if not any(np.all(u[0] <= tight[0]) and np.all(tight[1] <= u[1]) for u, _ in taken):
            taken.append((unique, tight))
    return taken


def _within(inner: Sequence[Interval], outer: Array) -> bool:
    return all(low <= i.low and i.high <= high for i, low, high in zip(inner, outer[0], outer[1], strict=True))


def _overlap(a: Sequence[Interval], b: Sequence[Interval]) -> bool:
    return all(x.low <= y.high and y.low <= x.high for x, y in zip(a, b, strict=True))


def _membership(derivation: Derivation, enclosure: Enclosure, domain: Domain) -> bool | None:
    """Whether the point lies in the closed domain; None when that cannot be decided."""
    if not isinstance(domain, Box):
        return True
    straddling = False
    for i, low, high in zip(enclosure.interval, domain.lower, domain.upper, strict=True):
        if Fraction(i.high) < low or Fraction(i.low) > high:
            return False
        straddling = straddling or Fraction(i.low) < low or Fraction(i.high) > high
    if not straddling:
        return True
    exact = exact_point(derivation, enclosure)
    if exact is None:
        return None
    return all(low <= x <= high for x, low, high in zip(exact, domain.lower, domain.upper, strict=True))


def exact_point(derivation: Derivation, enclosure: Enclosure) -> tuple[Fraction, ...] | None:
    """The rational coordinates of the enclosed point, where rounding guesses them and exact arithmetic confirms g = 0."""
    for denominator in (1, 2, 10, 60, 1000):
        guess = tuple(Fraction(0.5 * (i.low + i.high)).limit_denominator(denominator) for i in enclosure.interval)
        if all(Fraction(low) <= x <= Fraction(high) for x, low, high in zip(guess, enclosure.unique[0], enclosure.unique[1],
                                                                            strict=True)):  # fmt: skip
            slope = evaluate_rational(derivation.gradient_tape, guess)
            if slope is not None and not any(slope):
                return guess
    return None
