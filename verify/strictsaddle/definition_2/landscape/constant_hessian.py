"""Objectives whose Hessian is a constant rational matrix: there Definition 2 is decided exactly, equality included."""

from __future__ import annotations

from fractions import Fraction

from flint import fmpq, fmpq_mat

from strictsaddle.arithmetic.exact import fraction, rational
from strictsaddle.derive.derivatives import Derivation, upper_triangle
from strictsaddle.formula.expansion import polynomial


def constant_hessian(derivation: Derivation) -> fmpq_mat | None:
    """The Hessian when it is the same rational matrix everywhere, else None."""
    n = derivation.dimension
    table = [[fmpq(0)] * n for _ in range(n)]
    for i, j in upper_triangle(n):
        value = derivation.graph.value(derivation.hessian[i][j])
        if value is None:
            return None
        table[i][j] = table[j][i] = rational(value)
    return fmpq_mat(table)


def at_least(matrix: fmpq_mat, alpha: Fraction) -> bool:
    """Whether the symmetric matrix minus alpha I has no negative eigenvalue.

    All roots of its characteristic polynomial are real, and none is negative exactly when the signs of the
    coefficients alternate (Descartes' rule for p(-x)).
    """
    return all(c == 0 or (c > 0) == even for c, even in _coefficients(matrix, alpha))


def above(matrix: fmpq_mat, alpha: Fraction) -> bool:
    """Whether the symmetric matrix minus alpha I is positive definite: the same, with no coefficient 0."""
    return all(c != 0 and (c > 0) == even for c, even in _coefficients(matrix, alpha))


def _coefficients(matrix: fmpq_mat, alpha: Fraction) -> list[tuple[fmpq, bool]]:
    """Of the characteristic polynomial of matrix - alpha I, each with whether its sign in (x - a)(x - b)... is +."""
    n = matrix.nrows()
    shift = rational(alpha)
    shifted = matrix - fmpq_mat([[shift if i == j else fmpq(0) for j in range(n)] for i in range(n)])
    coefficients = list(shifted.charpoly().coeffs())
    coefficients += [fmpq(0)] * (n + 1 - len(coefficients))
    return [(c, (n - k) % 2 == 0) for k, c in enumerate(coefficients)]


def holds_exactly(derivation: Derivation, alpha: Fraction, gamma: Fraction, epsilon: Fraction, delta: Fraction) -> str:
    """Why Definition 2 holds, in a sentence, for an objective with a constant Hessian H and g = H w + b; nothing where
    these arguments do not prove it.

    * Least eigenvalue of H at most -gamma: every point satisfies the second condition.
    * The least |g| of all w is the distance of b from the range of H: the first condition, when that is epsilon.
    * H >= alpha I > 0: the minimum w* = -H^-1 b is the only one, and outside of its delta-ball |g| = |H(w - w*)| is at
      least the least eigenvalue times delta. On a box w* must lie in it.
    """
    matrix = constant_hessian(derivation)
    slope = None if matrix is None else _slope_at_zero(derivation)
    if matrix is None or slope is None:
        return ""
    if not above(matrix, -gamma):
        return "the Hessian is constant, and its least eigenvalue is at most -gamma"
    if _least_norm_squared(matrix, slope) >= rational(epsilon * epsilon):
        return "the gradient is an affine function of w, and its least norm is at least epsilon"
    if not (at_least(matrix, alpha) and at_least(matrix, epsilon / delta)):
        return ""
    minimum = matrix.solve(-slope)
    if not derivation.objective.domain.contains([fraction(minimum[k, 0]) for k in range(minimum.nrows())]):
        return ""
    return (
        "the Hessian is constant and at least alpha I, and its least eigenvalue times delta, which is what |g| exceeds "
        "outside of the delta-ball of the minimum, is at least epsilon"
    )


def _slope_at_zero(derivation: Derivation) -> fmpq_mat | None:
    """b of g = H w + b as a column; None where the objective is no polynomial (and may be undefined somewhere)."""
    objective = derivation.objective
    n = derivation.dimension
    value = polynomial(objective.graph, objective.node, n)
    if value is None:
        return None
    terms = {tuple(int(e) for e in m): c for m, c in value.to_dict().items()}
    units = [tuple(int(i == k) for i in range(n)) for k in range(n)]
    return fmpq_mat([[fmpq(int(c.p), int(c.q))] for c in (terms.get(u, fmpq(0)) for u in units)])


def _least_norm_squared(matrix: fmpq_mat, slope: fmpq_mat) -> fmpq:
    """min over w of |H w + b|^2: b's squared length on the kernel of H, which is orthogonal to its range."""
    reduced, rank = matrix.rref()
    n = matrix.nrows()
    pivots = [next(j for j in range(n) if reduced[i, j] != 0) for i in range(rank)]
    free = [j for j in range(n) if j not in pivots]
    if not free:
        return fmpq(0)
    kernel = fmpq_mat(n, len(free))
    for column, j in enumerate(free):
        kernel[j, column] = fmpq(1)
        for i, pivot in enumerate(pivots):
            kernel[pivot, column] = -reduced[i, j]
    # the projection of b to the columns of K: |K c|^2 with (K'K) c = K'b is b'K c
    right = kernel.transpose() * slope
    return (right.transpose() * (kernel.transpose() * kernel).solve(right))[0, 0]
