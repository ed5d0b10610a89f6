"""A symmetric matrix over the number field of a point: its inertia, exactly, and enclosures of its eigenvalues that agree with it."""

from __future__ import annotations

from collections.abc import Sequence

from flint import arb_mat, fmpq_poly

from strictsaddle.arithmetic.exact import at_precision
from strictsaddle.certify.inertia import Inertia, eigenvalue_enclosures, eigenvalue_intervals, inertia_from_signs
from strictsaddle.execution.budget import UNLIMITED, Budget
from strictsaddle.polynomials.number_field import FieldPoint
from strictsaddle.records.terms import Interval


def exact_inertia_of(
    point: FieldPoint, embedding: int, matrix: Sequence[Sequence[fmpq_poly]], budget: Budget = UNLIMITED
) -> Inertia:
    """The inertia at a real embedding: nullity is the number of vanishing lowest coefficients of the characteristic polynomial (the matrix
    is symmetric), and Descartes' rule is exact because all eigenvalues are real. Raises OutOfTime when the time is over."""
    coefficients = point.characteristic_polynomial(matrix, budget)
    inertia = inertia_from_signs([point.sign(c, embedding) for c in coefficients])
    assert inertia is not None  # all signs are known
    return inertia


def spectrum_of(
    point: FieldPoint, embedding: int, matrix: Sequence[Sequence[fmpq_poly]], inertia: Inertia, precision: int
) -> tuple[Interval, ...]:
    """The eigenvalues at a real embedding, ascending, enclosed at so many bits and cut at 0 as the inertia says."""
    with at_precision(precision):
        balls = arb_mat([[point.embed(entry, embedding, precision).real for entry in row] for row in matrix])
        return eigenvalue_intervals(eigenvalue_enclosures(balls), inertia)
