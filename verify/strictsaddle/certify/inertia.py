"""Signs of the eigenvalues of a symmetric matrix that is known as a matrix of balls.

Two independent ways. Eigenvalue enclosures come from Arb's verified eigensolver, which also encloses
clusters. Where one of them holds zero, the characteristic polynomial decides: all roots of it are real, so
Descartes' rule of signs is an equality, and the number of positive eigenvalues is the number of sign changes
of its coefficients.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from flint import arb, arb_mat

from strictsaddle.arithmetic.outward import outward
from strictsaddle.errors import Contradiction
from strictsaddle.records.terms import Interval, Kind


class Inertia(NamedTuple):
    """Numbers of negative, zero and positive eigenvalues."""

    negative: int
    zero: int
    positive: int

    @property
    def kind(self) -> Kind:
        """The kind of a stationary point whose Hessian has this inertia. Singular with a negative eigenvalue
        is a strict saddle; singular without one is degenerate."""
        if self.negative == 0:
            return "degenerate" if self.zero else "local_minimum"
        return "strict_saddle" if self.zero or self.positive else "local_maximum"


def eigenvalue_enclosures(matrix: arb_mat) -> list[arb]:
    """Balls around the n eigenvalues of the symmetric matrix, ascending: the k-th holds the k-th eigenvalue.

    They hold the eigenvalues of every symmetric matrix inside `matrix` (n, n). Arb's eigensolver is very
    tight where eigenvalues are apart, `_by_rotation` where they are multiple; the k-th ball is in both.
    """
    try:
        balls = [value.real for value in matrix.eig(multiple=True)]
    except ValueError:
        return _by_rotation(matrix)
    # A bijection pairs balls with eigenvalues, so the k-th eigenvalue is at least the k-th lower end and at
    # most the k-th upper end.
    result = _between([ball.lower() for ball in balls], [ball.upper() for ball in balls])
    if all(ball.rad() < 1e-18 * (1 + abs(ball).upper()) for ball in result):
        return result
    both = []
    for a, b in zip(result, _by_rotation(matrix), strict=True):
        if not a.overlaps(b):
            raise Contradiction("two enclosures of one eigenvalue have no point in common")
        try:
            both.append(a.intersection(b))
        except ValueError:  # they only touch, within rounding
            both.append(a.union(b))
    return both


def _between(lows: list[arb], highs: list[arb]) -> list[arb]:
    return [low.union(high) for low, high in zip(sorted(lows, key=_exactly), sorted(highs, key=_exactly), strict=True)]


def _by_rotation(matrix: arb_mat) -> list[arb]:
    """Enclosures from approximate eigenvectors Q in doubles, good for multiple eigenvalues too.

    By Weyl's inequality the k-th eigenvalue of B = Q'HQ differs from the k-th diagonal entry, in order, by at
    most the norm of the rest of B. By Ostrowski's theorem it is the k-th eigenvalue of H times a number in [1
    - d, 1 + d], d = |Q'Q - I| (Horn and Johnson, 4.5.9).
    """
    import numpy as np

    n = matrix.nrows()
    middle = np.array([[float(matrix[i, j].mid()) for j in range(n)] for i in range(n)])
    everything = [_spectrum_bound(matrix)] * n
    if not np.isfinite(middle).all():
        return everything
    # Halves before the sum, which may be too large for a double; any Q would do for the proof.
    q = arb_mat(np.linalg.eigh(0.5 * middle + 0.5 * middle.T)[1].tolist())
    identity = arb_mat([[arb(int(i == j)) for j in range(n)] for i in range(n)])
    defect = _norm_bound(q.transpose() * q - identity)
    if not defect < 0.5:
        return everything
    rotated = q.transpose() * matrix * q
    diagonal = [rotated[i, i] for i in range(n)]
    rest = arb_mat([[arb(0) if i == j else rotated[i, j] for j in range(n)] for i in range(n)])
    slack = arb(0, _norm_bound(rest))
    stretch = 1 + arb(0, defect)
    values = _between([value.lower() for value in diagonal], [value.upper() for value in diagonal])
    return [(value + slack) / stretch for value in values]


class _exactly:
    """Order of exact real balls."""

    def __init__(self, value: arb) -> None:
        self.value = value

    def __lt__(self, other: _exactly) -> bool:
        return bool(self.value < other.value)


def _norm_bound(matrix: arb_mat) -> arb:
    """An upper bound of the spectral norm of a symmetric matrix: its greatest row sum."""
    n = matrix.nrows()
    bound = arb(0)
    for i in range(n):
        row = arb(0)
        for j in range(n):
            row += abs(matrix[i, j]).upper()
        bound = arb.max(bound, row).upper()
    return bound


def _spectrum_bound(matrix: arb_mat) -> arb:
    return arb(0, _norm_bound(matrix))


def inertia_of_balls(matrix: arb_mat) -> Inertia | None:
    """The inertia that every symmetric matrix inside `matrix` has, when that can be seen at its precision and
    it is nonsingular; else None."""
    coefficients = matrix.charpoly().coeffs()
    while len(coefficients) <= matrix.nrows():
        coefficients.append(arb(0))
    return inertia_from_signs([_sign(c) for c in coefficients])


def _sign(ball: arb) -> int | None:
    return 1 if ball > 0 else -1 if ball < 0 else 0 if ball.is_exact() and ball.is_zero() else None


def inertia_from_signs(signs: Sequence[int | None]) -> Inertia | None:
    """The inertia from the signs of the characteristic polynomial's coefficients, lowest first; None stands
    for an unknown sign.

    A single unknown sign between opposite known ones changes nothing: whatever it is, there is one change.
    With two of them there may be three. The lowest coefficients must be known.
    """
    n = len(signs) - 1
    nullity = next((k for k, sign in enumerate(signs) if sign != 0), n)
    known = signs[nullity:]
    if not known or known[0] is None or known[-1] is None:
        return None
    positive = 0
    before, unknown = known[0], 0
    for sign in known[1:]:
        if sign is None:
            unknown += 1
        elif sign != 0:
            if unknown > 1 or (unknown == 1 and sign == before):
                return None
            positive += sign != before
            before, unknown = sign, 0
    return Inertia(n - nullity - positive, nullity, positive)


def eigenvalue_intervals(balls: Sequence[arb], inertia: Inertia | None) -> tuple[Interval, ...]:
    """The balls as outward-rounded doubles, cut at zero where the proved inertia says on which side an
    eigenvalue is."""
    intervals = [outward(ball) for ball in balls]
    if inertia is None:
        return tuple(intervals)
    result = []
    for k, interval in enumerate(intervals):
        if k < inertia.negative:
            result.append(Interval(interval.low, min(interval.high, 0.0)))
        elif k < inertia.negative + inertia.zero:
            result.append(Interval(0.0, 0.0))
        else:
            result.append(Interval(max(interval.low, 0.0), interval.high))
    return tuple(result)


def semidefinite_spectrum(matrix: arb_mat, nullity: int) -> tuple[Interval, ...]:
    """The eigenvalues of a positive semidefinite matrix of which so many are 0; () where enclosures do not separate them."""
    found = eigenvalue_enclosures(matrix)
    positive = tuple(outward(value) for value in found if value > 0)
    return (Interval(0.0, 0.0),) * nullity + positive if len(positive) == len(found) - nullity else ()
