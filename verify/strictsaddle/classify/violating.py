"""Points that violate Definition 2: found in floating point, then certified in Arb balls.

A point w with |g(w)| < epsilon and least eigenvalue > -gamma refutes the constants when it is not within delta of a
good minimum (one whose 2 delta-ball has H >= alpha I). Three proofs of that, each sound by itself:

* the least eigenvalue at w is below alpha: then w is in no 2 delta-ball on which H >= alpha I, let alone in the
  delta-ball;
* w is stationary, but not a good minimum: a ball on which H >= alpha I > 0 holds one stationary point, its centre;
* w is farther than delta from every good minimum, and the minima are all known (or there is no unknown one within
  delta of w).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from flint import arb, arb_mat, ctx, fmpq

from strictsaddle.classify.inertia import eigenvalue_enclosures
from strictsaddle.derive.derivatives import Derivation, upper_triangle
from strictsaddle.derive.kernels import evaluate_arb, evaluate_float
from strictsaddle.derive.outward import outward
from strictsaddle.verdict import Interval, Proof

Array = np.ndarray[Any, np.dtype[np.float64]]
Score = Callable[[Array], Array]  # rows of points -> (m,), the smaller the better
PRECISION = 128
KEPT = 40  # points that a descent improves at the same time
TRIES = 24  # steps tried from each of them in a round


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


class Landscape:
    """Norms of the gradient and least eigenvalues at many points, in floating point; inf where undefined. Points
    outside of `region` (lower, upper) are moved to its edge."""

    def __init__(self, derivation: Derivation, region: tuple[Array, Array] | None = None) -> None:
        self.derivation = derivation
        self.region = region
        n = derivation.dimension
        self._rows, self._columns = (np.array(part) for part in zip(*upper_triangle(n), strict=True))

    def inside(self, points: Array) -> Array:
        return points if self.region is None else np.clip(points, self.region[0], self.region[1])

    def hessians(self, points: Array) -> tuple[Array, Array]:
        """Gradients (m, n) and Hessians (m, n, n)."""
        n = self.derivation.dimension
        out = evaluate_float(self.derivation.gradient_hessian_tape, points)
        matrices = np.zeros((len(points), n, n))
        matrices[:, self._rows, self._columns] = out[:, n:]
        matrices[:, self._columns, self._rows] = out[:, n:]
        return out[:, :n], matrices

    def sizes(self, points: Array) -> tuple[Array, Array]:
        """|g| and the least eigenvalue of H, each (m,)."""
        slopes, matrices = self.hessians(points)
        good = (
            np.isfinite(slopes).all(axis=1)
            & np.isfinite(matrices).all(axis=(1, 2))
            & (np.abs(matrices).max(axis=(1, 2)) < 1e100)
        )
        norms, least = np.full(len(points), np.inf), np.full(len(points), np.inf)
        norms[good] = np.linalg.norm(slopes[good], axis=1)
        least[good] = np.linalg.eigvalsh(matrices[good])[:, 0]
        return norms, least


def descend(
    score: Score,
    starts: Array,
    radius: float,
    rng: np.random.Generator,
    *,
    rounds: int = 60,
    project: Callable[[Array], Array] = lambda points: points,
    enough: float = -math.inf,
) -> tuple[Array, Array]:
    """Random descent from the best of the starts: points (m, n) and scores, best first. Ends early below `enough`.

    It needs no derivative, and the scores here have kinks (a maximum, a least eigenvalue).
    """
    starts = project(starts)
    values = score(starts)
    order = np.argsort(values, kind="stable")[:KEPT]
    points, values = starts[order].copy(), values[order].copy()
    n = points.shape[1]
    reach = np.full(len(points), radius)
    steps = np.zeros_like(points)
    for _ in range(rounds):
        if not len(values) or values.min() < enough:
            break
        tries = rng.standard_normal((len(points), TRIES, n)) * reach[:, None, None] / math.sqrt(n)
        tries[:, 0] = steps  # the last step that helped, once more
        tries[:, 1] = 2.0 * steps
        candidates = project((points[:, None, :] + tries).reshape(-1, n))
        found = score(candidates).reshape(len(points), TRIES)
        best = np.argmin(found, axis=1)
        rows = np.arange(len(points))
        better = found[rows, best] < values
        moved = candidates.reshape(len(points), TRIES, n)[rows, best]
        steps = np.where(better[:, None], moved - points, 0.0)
        points = np.where(better[:, None], moved, points)
        values = np.where(better, found[rows, best], values)
        length = np.linalg.norm(steps, axis=1) * 1.5
        reach = np.where(better, np.maximum(length, 0.5 * reach), 0.5 * reach)
    order = np.argsort(values, kind="stable")
    return points[order], values[order]


def starts(known: Array, delta: float, reach: float, rng: np.random.Generator, count: int = 3000) -> Array:
    """Points to start from: around and between the known stationary points (m, n), on spheres of radius delta, and
    everywhere."""
    n = known.shape[1]
    parts = [rng.uniform(-reach, reach, (count, n))]
    if len(known):
        some = known[rng.integers(len(known), size=count)]
        others = known[rng.integers(len(known), size=count)]
        parts.append(
            some + rng.uniform(0, 1, (count, 1)) * (others - some) + 0.02 * reach * rng.standard_normal((count, n))
        )
        directions = rng.standard_normal((count, n))
        directions /= np.linalg.norm(directions, axis=1, keepdims=True) + 1e-300
        parts.append(some + directions * delta * rng.choice([0.5, 1.0 + 1e-6, 1.1, 1.5, 2.0], (count, 1)))
        parts.append(some + directions * reach * np.exp(rng.uniform(-9, 0, (count, 1))))
        parts.append(known)
    return np.concatenate(parts)


def ball(value: Fraction) -> arb:
    return arb(fmpq(value.numerator, value.denominator))


def measure(derivation: Derivation, point: Sequence[arb]) -> tuple[arb, arb] | None:
    """|g| and the least eigenvalue of H on a box of balls; None where not both are finite."""
    n = derivation.dimension
    slope = evaluate_arb(derivation.gradient_tape, list(point))
    entries = evaluate_arb(derivation.hessian_tape, list(point))
    if not all(value.is_finite() for value in slope + entries):
        return None
    table = [[arb(0)] * n for _ in range(n)]
    for (i, j), entry in zip(upper_triangle(n), entries, strict=True):
        table[i][j] = table[j][i] = entry
    norm = sum((value * value for value in slope), arb(0)).sqrt()
    if not norm.is_finite():  # a sum of squares whose ball reaches below 0
        norm = arb(0).union(sum((abs(value).upper() for value in slope), arb(0)).upper())
    return norm, eigenvalue_enclosures(arb_mat(table))[0]


def distance(point: Sequence[arb], other: Sequence[Interval]) -> arb:
    """The distance between a point and an enclosed one, in the Euclidean norm."""
    total = arb(0)
    for x, i in zip(point, other, strict=True):
        gap = x - arb(i.low).union(arb(i.high))
        total += gap * gap
    low, high = total.lower(), total.upper()
    return (low if low > 0 else arb(0)).sqrt().union(high.sqrt())


def certified(
    derivation: Derivation,
    place: Array,
    constants: Constants,
    is_far: Callable[[Sequence[arb]], tuple[str, Proof] | None],
) -> Violation | None:
    """The violation at the doubles `place`, when it can be proved there. `is_far` proves that an exact point is not
    within delta of a good minimum and says how, and with what kind of proof, or returns None."""
    if not np.isfinite(place).all():
        return None
    before, ctx.prec = ctx.prec, PRECISION
    try:
        point = [arb(float(x)) for x in place]
        sizes = measure(derivation, point)
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
        exact = tuple(Interval(float(x) + 0.0, float(x) + 0.0) for x in place)
        return Violation(exact, outward(norm), outward(least), *far)
    finally:
        ctx.prec = before


def short(place: Array, test: Callable[[Array], Violation | None]) -> Violation | None:
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
