"""A rational stationary point at which H >= 0 is singular, in exact rationals (mathematics, 3a)."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
from flint import arb, fmpq, fmpq_mat

from strictsaddle.derive.derivatives import Derivation
from strictsaddle.derive.kernels import evaluate_rational
from strictsaddle.derive.outward import outward
from strictsaddle.verdict import Interval, Witness

Array = np.ndarray[Any, np.dtype[np.float64]]
DENOMINATORS = (1, 2, 4, 6, 10, 12, 60, 100, 1000)


def rational_inertia(matrix: Sequence[Sequence[Fraction]]) -> tuple[int, int, int]:
    """Numbers of negative, zero and positive eigenvalues of a symmetric rational matrix: Descartes' rule of signs is exact
    for its characteristic polynomial, all of whose roots are real."""
    entries = [[fmpq(x.numerator, x.denominator) for x in row] for row in matrix]
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


def rational_witness(derivation: Derivation, point: Array) -> Witness | None:
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
            spectrum = np.linalg.eigvalsh(np.array([[float(x) for x in row] for row in matrix]))
            scale = 1e-12 * max(1.0, float(np.max(np.abs(spectrum))))
            eigenvalues = tuple(
                Interval(0.0, 0.0) if k < zero else _about(float(value), scale) for k, value in enumerate(spectrum)
            )
            return Witness(
                tuple(outward(arb(fmpq(x.numerator, x.denominator))) for x in guess), tuple(str(x) for x in guess),
                eigenvalues if zero == len(spectrum) else _checked_eigenvalues(matrix, zero, eigenvalues), zero,
                "in exact rational arithmetic the gradient is zero and the characteristic polynomial of the Hessian has no "
                "negative root and the root 0",
            )  # fmt: skip
    return None


def _about(value: float, scale: float) -> Interval:
    return Interval(value - scale, value + scale)


def _checked_eigenvalues(
    matrix: list[list[Fraction]], zero: int, guesses: tuple[Interval, ...]
) -> tuple[Interval, ...]:
    """The guessed enclosures where exact inertia of shifted matrices confirms them (Sylvester), else none at all."""
    n = len(matrix)

    def below(shift: Fraction) -> int:
        shifted = [[matrix[i][j] - (shift if i == j else 0) for j in range(n)] for i in range(n)]
        return rational_inertia(shifted)[0]

    for k in range(zero, n):
        if not (below(Fraction(guesses[k].low)) <= k < below(Fraction(guesses[k].high))):
            return ()
    return guesses
