"""Boxes of R^n in which a stationary point on a product of spheres is the only one.

Let w and w' be stationary and in a box W. Their multipliers are mu_g = w_g . grad_g f / 2, so both lie in the enclosure M of that over W,
and 0 = grad L(z) - grad L(z') = A (z - z') with a matrix A of the convex hull of the Hessians of the Lagrangian over M x W. Where
an interval matrix around these is proved to hold no singular one, z = z'.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from flint import arb, arb_mat

from strictsaddle.arithmetic.arrays import Floats
from strictsaddle.arithmetic.exact import at_precision
from strictsaddle.derive.monomial_form import MonomialForm
from strictsaddle.objective.domain import Domain

PRECISION = 128
EXPONENTS = (20, 30, 40)  # of the half-sides 2^-k that are tried


def isolating_box(form: MonomialForm, domain: Domain, point: Sequence[arb]) -> Floats | None:
    """A box (2, n) about the stationary point `point` (n balls) with no other one in it; None where none is proved.

    `form` is that of the Lagrangian, multipliers first.
    """
    middle = np.array([float(x.mid()) for x in point])
    for exponent in EXPONENTS:
        low, high = middle - 2.0**-exponent, middle + 2.0**-exponent
        inside = all(arb(a) < x and x < arb(b) for a, x, b in zip(low, point, high, strict=True))
        if inside and has_at_most_one(form, domain, [arb(a).union(arb(b)) for a, b in zip(low, high, strict=True)]):
            return np.array([low, high])
    return None


def has_at_most_one(form: MonomialForm, domain: Domain, box: Sequence[arb]) -> bool:
    """Whether it is proved that at most one stationary point lies in a box of n balls."""
    with at_precision(PRECISION):
        return nonsingular(form.real_balls([*multipliers(form, domain, box), *box])[2])


def multipliers(form: MonomialForm, domain: Domain, box: Sequence[arb]) -> list[arb]:
    """Enclosures of the multipliers of all stationary points in a box."""
    k = domain.codimension
    _, slopes, _ = form.real_balls([*(arb(0) for _ in range(k)), *box])  # with multipliers 0 those of f
    return [sum((box[i] * slopes[k + i] for i in group), arb(0)) / 2 for group in domain.groups]


def nonsingular(matrix: arb_mat) -> bool:
    """Whether no matrix within the balls is singular: |I - R A| < 1 in the row sum norm for an approximate inverse R of the middle."""
    n = matrix.nrows()
    middle = np.array([[float(matrix[i, j].mid()) for j in range(n)] for i in range(n)])
    if not np.all(np.isfinite(middle)):
        return False
    try:
        inverse = np.linalg.inv(middle)
    except np.linalg.LinAlgError:
        return False
    if not np.all(np.isfinite(inverse)):
        return False
    product = arb_mat(inverse.tolist()) * matrix
    for i in range(n):
        total = sum((abs(product[i, j] - int(i == j)) for j in range(n)), arb(0))
        if not total < 1:
            return False
    return True
