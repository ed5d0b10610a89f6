"""Objectives whose Hessian is a constant rational matrix: there H >= alpha I is decided exactly, equality included."""

from __future__ import annotations

from fractions import Fraction

from flint import fmpq, fmpq_mat

from strictsaddle.derive.derivatives import Derivation, upper_triangle


def constant_hessian(derivation: Derivation) -> fmpq_mat | None:
    """The Hessian when it is the same rational matrix everywhere, else None."""
    n = derivation.dimension
    table = [[fmpq(0)] * n for _ in range(n)]
    for i, j in upper_triangle(n):
        value = derivation.graph.value(derivation.hessian[i][j])
        if value is None:
            return None
        table[i][j] = table[j][i] = fmpq(value.numerator, value.denominator)
    return fmpq_mat(table)


def at_least(matrix: fmpq_mat, alpha: Fraction) -> bool:
    """Whether the symmetric matrix minus alpha I has no negative eigenvalue.

    All roots of its characteristic polynomial are real, and none is negative exactly when the signs of the
    coefficients alternate (Descartes' rule for p(-x)).
    """
    n = matrix.nrows()
    shift = fmpq(alpha.numerator, alpha.denominator)
    shifted = matrix - fmpq_mat([[shift if i == j else fmpq(0) for j in range(n)] for i in range(n)])
    coefficients = list(shifted.charpoly().coeffs())
    coefficients += [fmpq(0)] * (n + 1 - len(coefficients))
    return all(c == 0 or (c > 0) == ((n - k) % 2 == 0) for k, c in enumerate(coefficients))
