"""From a rational parametrisation to approximate points, and to exact points over its irreducible factors."""

from __future__ import annotations

from dataclasses import dataclass

from flint import acb, acb_poly, ctx, fmpz_poly

from strictsaddle.polynomials.msolve import RationalParametrisation
from strictsaddle.polynomials.number_field import FieldPoint, complex_roots, reduced

HIGHEST_PRECISION = 16_384
HIGHEST_FIELD_DEGREE = 48


@dataclass(frozen=True)
class ParametrisedZeros:
    """For each root t of the modulus the point that the parametrisation gives, as balls; real roots have
    imaginary part 0.

    Exact up to the balls' radii if the parametrisation is right, which is not assumed anywhere.
    """

    parametrisation: RationalParametrisation
    roots: tuple[acb, ...]
    points: tuple[tuple[acb, ...], ...]
    precision: int


def evaluate(parametrisation: RationalParametrisation, accuracy: int = 50) -> ParametrisedZeros:
    """The points to about `accuracy` bits (less where HIGHEST_PRECISION does not suffice)."""
    before = ctx.prec
    # Coefficients of many digits cancel in these evaluations; roughly as many extra bits as the degree needs.
    precision = accuracy + 32 + parametrisation.modulus.degree() // 2
    try:
        while True:
            ctx.prec = precision
            roots = tuple(complex_roots(parametrisation.modulus))
            points = _points(parametrisation, roots)
            worst = min((_accuracy(value) for point in points for value in point), default=accuracy)
            if worst >= accuracy or precision >= HIGHEST_PRECISION:
                return ParametrisedZeros(parametrisation, roots, points, max(53, min(precision, 4 * accuracy)))
            precision *= 2
    finally:
        ctx.prec = before


def _accuracy(value: acb) -> int:
    """Correct bits relative to max(1, |value|)."""
    return int(min(value.real.rel_one_accuracy_bits(), value.imag.rel_one_accuracy_bits()))


def _points(parametrisation: RationalParametrisation, roots: tuple[acb, ...]) -> tuple[tuple[acb, ...], ...]:
    derivative = acb_poly(parametrisation.modulus.derivative())
    numerators = [acb_poly(numerator) for numerator in parametrisation.numerators]
    points: list[tuple[acb, ...]] = []
    upper: dict[tuple[float, float], tuple[acb, ...]] = {}
    for root in roots:
        key = (float(root.real.mid()), -float(root.imag.mid()))
        conjugate = upper.get(key) if not root.imag.is_zero() else None
        if conjugate is not None:  # half of the evaluations are conjugates of others
            points.append(tuple(value.conjugate() for value in conjugate))
            continue
        slope = derivative(root)
        point = tuple(
            numerator(root) / (slope * divisor)
            for numerator, divisor in zip(numerators, parametrisation.divisors, strict=True)
        )
        points.append(point)
        upper[float(root.real.mid()), float(root.imag.mid())] = point
    return tuple(points)


def factor_of_root(modulus: fmpz_poly, root: acb) -> fmpz_poly | None:
    """The irreducible factor over Q of the modulus that has this root; None when its ball does not tell."""
    found = [factor for factor, _ in modulus.factor()[1] if acb_poly(factor)(root).contains(0)]
    return found[0] if len(found) == 1 else None


def exact_point(parametrisation: RationalParametrisation, factor: fmpz_poly) -> FieldPoint | None:
    """The conjugate points at the roots of an irreducible factor of the modulus, to be verified; None when
    the field's degree is beyond HIGHEST_FIELD_DEGREE or a denominator vanishes there."""
    if factor.degree() > HIGHEST_FIELD_DEGREE:
        return None
    slope = parametrisation.modulus.derivative()
    coordinates = []
    for numerator, divisor in zip(parametrisation.numerators, parametrisation.divisors, strict=True):
        value = reduced(numerator, slope * divisor, factor)
        if value is None:
            return None
        coordinates.append(value)
    return FieldPoint(factor, tuple(coordinates))
