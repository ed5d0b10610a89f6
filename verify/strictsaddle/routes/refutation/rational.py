"""A rational stationary point at which H >= 0 is singular, in exact rationals (mathematics, 3a)."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from flint import arb, arb_mat, fmpq_mat

from strictsaddle.arithmetic.arrays import Floats
from strictsaddle.arithmetic.evaluate import evaluate_rational
from strictsaddle.arithmetic.exact import at_precision, ball, rational
from strictsaddle.arithmetic.outward import outward
from strictsaddle.certify.inertia import semidefinite_spectrum
from strictsaddle.derive.derivatives import Derivation
from strictsaddle.records.verdict import Witness

PRECISION = 192
DENOMINATORS = (1, 2, 4, 6, 10, 12, 60, 100, 1000)


def rational_inertia(matrix: Sequence[Sequence[Fraction]]) -> tuple[int, int, int]:
    """Numbers of negative, zero and positive eigenvalues of a symmetric rational matrix: Descartes' rule of signs is exact
    for its characteristic polynomial, all of whose roots are real."""
    entries = [[rational(x) for x in row] for row in matrix]
    coefficients = fmpq_mat(entries).charpoly().coeffs()
    zero = next(k for k, c in enumerate(coefficients) if c != 0)
    signs = [c > 0 for c in coefficients if c != 0]
    positive = sum(a != b for a, b in pairwise(signs))
    return len(matrix) - zero - positive, zero, positive


def exact_hessian(derivation: Derivation, point: Sequence[Fraction]) -> list[list[Fraction]] | None:
    """The Hessian at a rational point, where it is rational."""
    entries = evaluate_rational(derivation.hessian_tape, point)
    if entries is None:
        return None
    n, table, k = (
        derivation.dimension,
        [[Fraction(0)] * derivation.dimension for _ in range(derivation.dimension)],
        0,
    )
    for i in range(n):
        for j in range(i, n):
            table[i][j] = table[j][i] = entries[k]
            k += 1
    return table


def stationary_inertia(
    derivation: Derivation, point: Sequence[Fraction]
) -> tuple[list[list[Fraction]], int, int] | None:
    """The Hessian at a rational stationary point, with the numbers of its negative and zero eigenvalues; None where the point is
    not stationary, or something there is not rational."""
    slope = evaluate_rational(derivation.gradient_tape, point)
    if slope is None or any(slope):
        return None
    matrix = exact_hessian(derivation, point)
    if matrix is None:
        return None
    negative, zero, _ = rational_inertia(matrix)
    return matrix, negative, zero


def rational_witness(derivation: Derivation, point: Floats) -> Witness | None:
    """Round the point to small fractions and check g = 0, H >= 0, det H = 0 exactly."""
    tried = set()
    for denominator in DENOMINATORS:
        guess = tuple(Fraction(float(x)).limit_denominator(denominator) for x in point)
        if guess in tried or max(abs(float(g) - float(x)) for g, x in zip(guess, point, strict=True)) > 0.02:
            continue
        tried.add(guess)
        found = stationary_inertia(derivation, guess)
        if found is None:
            continue
        matrix, negative, zero = found
        if negative == 0 and zero > 0:
            with at_precision(PRECISION):
                spectrum = semidefinite_spectrum(arb_mat([[ball(x) for x in row] for row in matrix]), zero)
            return Witness(
                tuple(outward(arb(rational(x))) for x in guess), tuple(str(x) for x in guess),
                spectrum, zero,
                "in exact rational arithmetic the gradient is zero and the characteristic polynomial of the Hessian has no "
                "negative root and the root 0",
            )  # fmt: skip
    return None
