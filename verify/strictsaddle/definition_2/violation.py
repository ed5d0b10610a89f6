"""Points that violate Definition 2: found in floating point, then certified in Arb balls.

A point w with |g(w)| < epsilon and least eigenvalue > -gamma refutes the constants when it is not within delta of a
good minimum (one whose 2 delta-ball has H >= alpha I). Three proofs of that, each sound by itself:

* the least eigenvalue at w is below alpha: then w is in no 2 delta-ball on which H >= alpha I, let alone in the
  delta-ball;
* w is stationary, but not a good minimum: a convex ball on which H >= alpha I > 0 holds one stationary point, its
  centre;
* w is farther than delta from every good minimum, and the minima are all known (or there is no unknown one within
  delta of w).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import arb

from strictsaddle.arithmetic.arrays import Floats
from strictsaddle.arithmetic.exact import at_precision, ball
from strictsaddle.arithmetic.outward import outward
from strictsaddle.definition_2.landscape.landscape import Landscape
from strictsaddle.records.terms import Interval, Proof

PRECISION = 128


@dataclass(frozen=True)
class Constants:
    """The four numbers of Definition 2, exact and positive."""

    alpha: Fraction
    gamma: Fraction
    epsilon: Fraction
    delta: Fraction


@dataclass(frozen=True)
class Violation:
    """A certified point with a small gradient, without enough negative curvature, near no good minimum."""

    point: tuple[Interval, ...]
    gradient_norm: Interval
    least_eigenvalue: Interval
    why: str
    proof: Proof = "interval"
    crowded: bool = False  # it is a minimum with another stationary point within 2 delta


def distance(point: Sequence[arb], other: Sequence[Interval]) -> arb:
    """The distance between a point and an enclosed one, in the Euclidean norm."""
    total = arb(0)
    for x, i in zip(point, other, strict=True):
        gap = x - arb(i.low).union(arb(i.high))
        total += gap * gap
    low, high = total.lower(), total.upper()
    return (low if low > 0 else arb(0)).sqrt().union(high.sqrt())


def certified(
    landscape: Landscape,
    place: Floats,
    constants: Constants,
    is_far: Callable[[Sequence[arb]], tuple[str, Proof] | None],
) -> Violation | None:
    """The violation at the point for which the doubles `place` stand, when it can be proved there.

    `is_far` proves that an exact point is not within delta of a good minimum and says how, and with what kind of proof,
    or returns None.
    """
    if not np.isfinite(place).all():
        return None
    with at_precision(PRECISION):
        point = landscape.exact(place)
        sizes = landscape.measure(point)
        if sizes is None:
            return None
        norm, least = sizes
        if not (norm < ball(constants.epsilon) and least > -ball(constants.gamma)):
            return None
        if least < ball(constants.alpha):
            far: tuple[str, Proof] | None = (
                "its least eigenvalue is below alpha, so it is in no ball on which H >= alpha I",
                "interval",
            )
        else:
            far = is_far(point)
        if far is None:
            return None
        return Violation(tuple(outward(x) for x in point), outward(norm), outward(least), *far)


def short(place: Floats, test: Callable[[Floats], Violation | None]) -> Violation | None:
    """The violation at the shortest decimals near `place` for which the test still proves one, if it does at
    `place`."""
    itself = test(place)
    if itself is None:
        return None
    for digits in (1, 2, 3, 4, 6, 9):
        found = test(np.round(place, digits))
        if found is not None:
            return found
    return itself
