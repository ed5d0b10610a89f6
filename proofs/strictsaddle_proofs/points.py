"""Listed stationary points: one in each box, with its inertia; and exact points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
from flint import arb, fmpq_mat

from strictsaddle_proofs.balls import Derivatives, between, exact, inertia, precision, refined
from strictsaddle_proofs.covering import uniqueness
from strictsaddle_proofs.errors import Refused, require
from strictsaddle_proofs.intervals import Array
from strictsaddle_proofs.objective import Objective

PRECISIONS = (128, 256, 1024)
MOST_POINTS = 20_000


@dataclass(frozen=True)
class Claimed:
    """A stationary point as the claim lists it: low and high (n,) of its box, negative and zero eigenvalues of the (Riemannian) Hessian."""

    low: Array
    high: Array
    index: int
    nullity: int

    @property
    def is_good(self) -> bool:
        """A nondegenerate minimum, or a negative eigenvalue."""
        return self.nullity == 0 or self.index > 0

    @property
    def home(self) -> list[Any]:
        """Balls that hold the box, and may hold more: where a search begins."""
        return [between(float(a), float(b)) for a, b in zip(self.low, self.high, strict=True)]

    def holds(self, point: Sequence[Any]) -> bool:
        """Whether all of the balls lie in the box."""
        ends = zip(point, self.low, self.high, strict=True)
        return all(bool(x >= arb(float(a)) and x <= arb(float(b))) for x, a, b in ends)  # doubles are met exactly


def claimed(given: Any, n: int) -> list[Claimed]:
    """The list of a claim. Raises Refused where it isn't one, or two boxes meet."""
    where = "stationary"
    require(isinstance(given, list) and len(given) <= MOST_POINTS, "not a list of points", where)
    found = []
    for entry in given:
        require(isinstance(entry, dict) and set(entry) == {"box", "index", "nullity"}, "not a point", where)
        box, index, nullity = entry["box"], entry["index"], entry["nullity"]
        require(isinstance(box, list) and len(box) == n and type(index) is type(nullity) is int, "not a point", where)
        require(
            all(isinstance(s, list) and len(s) == 2 and all(_is_double(x) for x in s) for s in box),
            "a box",
            where,
        )
        low, high = (np.array([float(s[k]) for s in box]) for k in (0, 1))
        require(np.isfinite(low).all() and np.isfinite(high).all() and np.all(low <= high), "a box", where)
        require(index >= 0 and nullity >= 0 and index + nullity <= n, "an inertia", where)
        found.append(Claimed(low, high, index, nullity))
    require(not _some_meet(found), "two boxes of the list meet", where)
    return found


def _is_double(x: Any) -> bool:
    return type(x) is float or (type(x) is int and abs(x) <= 2**53)


def _some_meet(points: Sequence[Claimed]) -> bool:
    """Whether two boxes have a point in common: along any coordinate only neighbours can, and the one is taken that tells most apart."""
    if not points:
        return False
    best = max(range(len(points[0].low)), key=lambda k: len({float(p.low[k]) for p in points}))
    order = sorted(points, key=lambda p: float(p.low[best]))
    for k, one in enumerate(order):
        for other in order[k + 1 :]:
            if other.low[best] > one.high[best]:
                break
            if np.all(other.low <= one.high) and np.all(one.low <= other.high):
                return True
    return False


def simple_point(objective: Objective, point: Claimed, where: str) -> list[Any]:
    """A tight enclosure of the one zero of the gradient in the box, which has the inertia that is claimed. Raises Refused else."""
    derivatives = objective.derivatives
    require(point.nullity == 0, "a singular Hessian is not shown by enclosures", where)
    for bits in PRECISIONS:
        with precision(bits):
            found = refined(derivatives, [x.mid() for x in point.home], point.home)
            if found is None or not point.holds(found):
                continue
            signs = inertia(derivatives.hessian_at(found))
            if signs is None:
                continue
            require(signs[0] == point.index, f"{signs[0]} negative eigenvalues, not {point.index}", where)
            uniqueness(derivatives, [(point.low, point.high)])
            require(objective.is_defined(found), "the formula is not defined there", where)
            return found
    raise Refused("no proof of a stationary point in the box, or of its inertia", where)


def lies_inside(objective: Objective, derivatives: Derivatives, point: Claimed, found: Sequence[Any]) -> bool:
    """Whether a proved point lies in the domain; on the border of a box exactly, where rounding guesses its coordinates."""
    inside = objective.contains(found)
    if inside is not None:
        return inside
    for denominator in (1, 2, 10, 60, 1000):
        guess = [Fraction(float(x.mid())).limit_denominator(denominator) for x in found]
        inside_box = all(
            Fraction(float(a)) <= q <= Fraction(float(b)) for a, q, b in zip(point.low, guess, point.high, strict=True)
        )
        if inside_box and objective.is_zero(derivatives.gradient, guess):
            return objective.contains_exactly(guess)
    return False


def rational_inertia(matrix: Sequence[Sequence[Fraction]]) -> tuple[int, int, int]:
    """Numbers of negative, zero and positive eigenvalues: Descartes' rule is exact where all roots are real."""
    coefficients = fmpq_mat([[exact(x) for x in row] for row in matrix]).charpoly().coeffs()
    zero = next(k for k, c in enumerate(coefficients) if c != 0)
    signs = [c > 0 for c in coefficients if c != 0]
    positive = sum(a != b for a, b in pairwise(signs))
    return len(matrix) - zero - positive, zero, positive
