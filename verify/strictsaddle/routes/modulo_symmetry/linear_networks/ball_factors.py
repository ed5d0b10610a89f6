"""Factors of matrices that are known as matrices of balls: orthonormal bases of ranges, square roots.

The square root S of a positive definite matrix M is enclosed from any symmetric T with all eigenvalues at least m > 0:

    ||S - T|| <= ||M - T²|| / m    in Frobenius' norm.

For E = S - T it is M - T² = S² - T² = SE + ET. The inner product with E is tr(EᵀSE) + tr(ETEᵀ) >= m ||E||², as S >= 0 and T >= m;
and it is at most ||M - T²|| ||E||.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from flint import arb, arb_mat, fmpq

from strictsaddle.certify.inertia import eigenvalue_enclosures
from strictsaddle.certify.kernel import positive_definite

NEWTON_STEPS = 4  # from doubles to several hundred bits


class Unsettled(Exception):
    """The enclosures are too wide to tell."""


class Factors(NamedTuple):
    """U (outputs, r) and V (inputs, r) with orthonormal columns, T (r, r) symmetric and positive definite."""

    u: arb_mat
    t: arb_mat
    v: arb_mat


def balls(x: fmpq) -> arb:
    """A rational number as a ball."""
    return arb(x)


def orthonormal_basis(projection: arb_mat, rank: int) -> arb_mat:
    """Of the range of an orthogonal projection of known rank that the balls hold, an orthonormal basis as columns: so many columns
    of it, by Gram and Schmidt. Raises Unsettled."""
    size = projection.nrows()
    columns = [[projection[i, j] for i in range(size)] for j in range(size)]
    chosen: list[list[arb]] = []
    for _ in range(rank):
        squares = [_dot(column, column) for column in columns]
        best = max(range(size), key=lambda j: float(squares[j].mid()))
        if not squares[best] > 0:
            raise Unsettled
        length = squares[best].sqrt()
        unit = [x / length for x in columns[best]]
        chosen.append(unit)
        columns = [[x - along * e for x, e in zip(c, unit, strict=True)] for c in columns for along in (_dot(c, unit),)]
    return arb_mat([[vector[i] for vector in chosen] for i in range(size)])


def _dot(a: list[arb], b: list[arb]) -> arb:
    return sum((x * y for x, y in zip(a, b, strict=True)), arb(0))


def positive(matrix: arb_mat) -> bool:
    """Whether the symmetric matrix is positive definite, or has a negative eigenvalue. Raises Unsettled."""
    if positive_definite(matrix):
        return True
    if eigenvalue_enclosures(matrix)[0] < 0:
        return False
    raise Unsettled


def square_root(matrix: arb_mat) -> arb_mat:
    """The positive definite square root of the positive definite matrix that the balls hold. Raises Unsettled."""
    size = matrix.nrows()
    middle = np.array([[float(matrix[i, j].mid()) for j in range(size)] for i in range(size)])
    if not np.isfinite(middle).all():
        raise Unsettled
    values, vectors = np.linalg.eigh(0.5 * (middle + middle.T))
    if not values[0] > 0:
        raise Unsettled
    root = _newton(matrix, (vectors * np.sqrt(values)) @ vectors.T)
    least = arb(0.5 * float(np.sqrt(values[0])))
    if not positive_definite(root - _identity(size) * least):
        raise Unsettled
    difference = matrix - root * root
    squares = sum((difference[i, j].abs_upper() ** 2 for i in range(size) for j in range(size)), arb(0))
    radius = arb(0, (squares.upper().sqrt() / least).upper())
    return arb_mat([[root[i, j] + radius for j in range(size)] for i in range(size)])


def _newton(matrix: arb_mat, start: np.ndarray[Any, np.dtype[np.float64]]) -> arb_mat:
    """A symmetric matrix of exact numbers near the square root, by Newton's steps E with TE + ET = M - T²; nothing is proved
    of it."""
    size = matrix.nrows()
    root = _mirrored(start.tolist())
    for _ in range(NEWTON_STEPS):
        rest = matrix - root * root
        target = arb_mat([[rest[i, j].mid()] for i in range(size) for j in range(size)])
        both = [
            [root[i, k] * int(j == m) + root[m, j] * int(i == k) for k in range(size) for m in range(size)]
            for i in range(size)
            for j in range(size)
        ]
        try:
            step = arb_mat(both).solve(target)
        except ZeroDivisionError:
            raise Unsettled from None
        root = _mirrored([[(root[i, j] + step[i * size + j, 0]).mid() for j in range(size)] for i in range(size)])
    return root


def _mirrored(entries: Sequence[Sequence[float | arb]]) -> arb_mat:
    """The symmetric matrix with these entries on and above the diagonal."""
    size = len(entries)
    return arb_mat([[entries[min(i, j)][max(i, j)] for j in range(size)] for i in range(size)])


def _identity(size: int) -> arb_mat:
    return arb_mat([[arb(int(i == j)) for j in range(size)] for i in range(size)])
