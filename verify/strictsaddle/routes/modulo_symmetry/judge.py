"""One stationary point modulo symmetry: the signs of its Hessian normal to its orbit, on an enclosure or over its number field."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from flint import arb, arb_mat, fmpq_mpoly, fmpq_poly

from strictsaddle.certify.inertia import eigenvalue_enclosures
from strictsaddle.certify.kernel import positive_definite
from strictsaddle.derive.polynomials import PolynomialSystem
from strictsaddle.polynomials.number_field import FieldPoint
from strictsaddle.routes.modulo_symmetry.records import OrbitSigns, orbit_signs
from strictsaddle.routes.modulo_symmetry.slice import field_image
from strictsaddle.symmetry.continuous.fields import ContinuousSymmetries
from strictsaddle.symmetry.orbits import normal_hessian

PRECISION = 192


class FoundOrbit(NamedTuple):
    """A stationary point, enclosed, and the signs of its Hessian normal to its orbit."""

    point: tuple[arb, ...]
    signs: OrbitSigns


def found_orbit(matrix: arb_mat, tangent: arb_mat, point: Sequence[arb]) -> tuple[FoundOrbit, ...]:
    """The orbit with its signs, where the enclosures settle them."""
    signs = orbit_signs(matrix, tangent)
    return () if signs is None else (FoundOrbit(tuple(point), signs),)


def judged(matrix: arb_mat, tangent: arb_mat) -> str | None:
    """ "minimum" when H + TTᵀ > 0 for all matrices that the balls hold, "saddle" when some v·Hv < 0 for them; else None."""
    if positive_definite(normal_hessian(matrix, tangent)):
        return "minimum"
    return "saddle" if eigenvalue_enclosures(matrix)[0] < 0 else None


def hessian_on_balls(polynomials: PolynomialSystem, point: Sequence[arb]) -> arb_mat:
    """The Hessian at all points of the balls."""
    n = polynomials.dimension
    return arb_mat([[_value(polynomials.hessian[i][j], point) for j in range(n)] for i in range(n)])


def _value(polynomial: fmpq_mpoly, point: Sequence[arb]) -> arb:
    total = arb(0)
    for exponents, coefficient in polynomial.terms():
        term = arb(coefficient)
        for w, exponent in zip(point, exponents, strict=True):
            for _ in range(int(exponent)):
                term *= w
        total += term
    return total


def exact_orbit_dimension(polynomials: PolynomialSystem, symmetries: ContinuousSymmetries, point: FieldPoint) -> int:
    """The rank of the fields at the point: TTᵀ is symmetric and real, so it is n less the multiplicity of its
    eigenvalue 0."""
    n, context = polynomials.dimension, polynomials.f.context()
    columns = [
        [point.evaluate(x) for x in field_image(field, context.gens(), context)] for field in symmetries.generators
    ]
    modulus = fmpq_poly(point.modulus)
    gram = [
        [sum((column[i] * column[j] for column in columns), fmpq_poly([0])) % modulus for j in range(n)]
        for i in range(n)
    ]
    coefficients = point.characteristic_polynomial(gram)
    return n - next(k for k, c in enumerate(coefficients) if c != fmpq_poly([0]))


def sentence(place: str, nullity: int, dimension: int | str) -> str:
    return (
        f"at the stationary point ({place}) the Hessian has no negative eigenvalue and nullity {nullity}, "
        f"while the orbit has dimension {dimension}"
    )
