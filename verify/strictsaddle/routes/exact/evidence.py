"""The evidence of the exact route: points over their number fields, isolating boxes, and the count that makes a list complete."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from flint import acb, arb, fmpq_poly, fmpz

from strictsaddle.arithmetic.exact import dyadic, fraction
from strictsaddle.polynomials.locate import Located
from strictsaddle.polynomials.number_field import FieldPoint
from strictsaddle.polynomials.zero_search import RealZero
from strictsaddle.records.evidence import ComplexZeros, Count, ExactPoint, FieldZero, IsolatedPoint, Side
from strictsaddle.records.verdict import StationaryPoint

PRECISION = 128  # bits of the interval that tells one root of a modulus from the others


def count_of(located: Located) -> tuple[Count | ComplexZeros, ...]:
    """Why the list is complete, with all that is on it; nothing where it is not."""
    if not located.complete or located.proof == "none":
        return ()
    simple = tuple(tuple(_middle(value, zero.real) for value in zero.box) for zero in located.simple)
    exact = tuple(
        FieldZero(_modulus(point), tuple(_coefficients(value) for value in point.coordinates), multiplicity)
        for point, multiplicity in located.exact
    )
    count = Count(located.complex_zeros, located.proof)
    if (ranks := located.ranks) is not None:
        stages = tuple((degree, tuple(tuple(p.items()) for p in found)) for degree, found in ranks.stages)
        count = replace(count, degree=ranks.degree, cut=ranks.cut, stages=stages)
    return count, ComplexZeros(simple, exact)


def _middle(value: acb, real: bool) -> tuple[Fraction, Fraction]:
    """Real and imaginary part, to a double."""
    return Fraction(float(value.real.mid())), Fraction(0 if real else float(value.imag.mid()))


def _modulus(exact: FieldPoint) -> tuple[int, ...]:
    return tuple(int(fmpz(c)) for c in exact.modulus.coeffs())


def point_of(zero: RealZero, point: StationaryPoint) -> ExactPoint | IsolatedPoint:
    """A listed point: exact where it is known so, else the box in which it was certified."""
    if zero.exact is not None:
        return exact_point_of(zero.exact, zero.embedding, point.index, point.nullity)
    assert zero.simple is not None  # a point that is not exact was certified in a box
    return IsolatedPoint(tuple(ends_of(value.real) for value in zero.simple.box), point.index, point.nullity)


def exact_point_of(exact: FieldPoint, embedding: int, index: int | None, nullity: int | None) -> ExactPoint:
    """A point over its number field, with the root that it is at."""
    root = exact.roots(PRECISION)[embedding].real
    coordinates = tuple(_coefficients(value) for value in exact.coordinates)
    return ExactPoint(_modulus(exact), coordinates, ends_of(root), index, nullity)


def ends_of(value: arb) -> Side:
    """The ends of a finite ball, exactly."""
    return dyadic(value.lower()), dyadic(value.upper())


def _coefficients(value: fmpq_poly) -> tuple[Fraction, ...]:
    return tuple(fraction(c) for c in value.coeffs())
