"""Points with coordinates in a number field Q[t]/(p), and exact arithmetic at them.

A field element is a polynomial in t of degree below deg p. With p irreducible, an identity that holds modulo
p holds at all its roots at once, and a nonzero element is nonzero at every root. Rational points are the case
deg p = 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from flint import acb, acb_poly, arb, fmpq, fmpq_mat, fmpq_mpoly, fmpq_poly, fmpz_poly

from strictsaddle.arithmetic.exact import at_precision
from strictsaddle.derive.polynomials import PolynomialSystem
from strictsaddle.execution.budget import UNLIMITED, Budget


@dataclass(frozen=True)
class FieldPoint:
    """A conjugacy class of deg p points: `coordinates` are elements of Q[t]/(p), p = `modulus` irreducible
    over Q."""

    modulus: fmpz_poly
    coordinates: tuple[fmpq_poly, ...]
    _roots: dict[int, tuple[acb, ...]] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def rational(cls, values: Sequence[fmpq]) -> FieldPoint:
        return cls(fmpz_poly([0, 1]), tuple(fmpq_poly([value]) for value in values))

    @property
    def degree(self) -> int:
        return int(self.modulus.degree())

    @property
    def is_rational(self) -> bool:
        return all(value.degree() <= 0 for value in self.coordinates)

    def rational_coordinate(self, i: int) -> fmpq | None:
        """Coordinate i when it is rational: an element of positive degree is not, as the modulus is irreducible."""
        value = self.coordinates[i]
        return None if value.degree() > 0 else value[0]

    def evaluate(self, polynomial: fmpq_mpoly, powers: dict[tuple[int, int], fmpq_poly] | None = None) -> fmpq_poly:
        """The element that a polynomial in the coordinates is. `powers` keeps powers of coordinates between
        calls."""
        modulus = fmpq_poly(self.modulus)
        powers = {} if powers is None else powers
        total = fmpq_poly([0])
        for exponents, coefficient in polynomial.terms():
            term = fmpq_poly([coefficient])
            for i, exponent in enumerate(exponents):
                if exponent:
                    term = term * self._power(i, int(exponent), modulus, powers) % modulus
            total += term
        return total

    def _power(self, i: int, exponent: int, modulus: fmpq_poly, powers: dict[tuple[int, int], fmpq_poly]) -> fmpq_poly:
        found = powers.get((i, exponent))
        if found is None:
            value = self.coordinates[i]
            found = value if exponent == 1 else self._power(i, exponent - 1, modulus, powers) * value % modulus
            powers[i, exponent] = found
        return found

    def product(self, a: fmpq_poly, b: fmpq_poly) -> fmpq_poly:
        return a * b % fmpq_poly(self.modulus)

    def inverse(self, value: fmpq_poly) -> fmpq_poly:
        """1 / value. Raises ZeroDivisionError for 0."""
        if value.is_zero():
            raise ZeroDivisionError("zero has no inverse in the field")
        gcd, inverse, _ = value.xgcd(fmpq_poly(self.modulus))
        return inverse / gcd[0]

    def inverse_matrix(self, matrix: Sequence[Sequence[fmpq_poly]]) -> list[list[fmpq_poly]]:
        """The inverse of a nonsingular matrix. Raises ZeroDivisionError for a singular one."""
        n = len(matrix)
        rows = [[*row, *(fmpq_poly([int(i == j)]) for j in range(n))] for i, row in enumerate(matrix)]
        for column in range(n):
            k = next((k for k in range(column, n) if not rows[k][column].is_zero()), None)
            if k is None:
                raise ZeroDivisionError("the matrix is singular")
            rows[column], rows[k] = rows[k], rows[column]
            scale = self.inverse(rows[column][column])
            rows[column] = [self.product(value, scale) for value in rows[column]]
            for i in range(n):
                factor = rows[i][column]
                if i != column and not factor.is_zero():
                    rows[i] = [a - self.product(factor, b) for a, b in zip(rows[i], rows[column], strict=True)]
        return [row[n:] for row in rows]

    def is_stationary(self, system: PolynomialSystem) -> bool:
        """Whether the gradient vanishes at all conjugates of the point, exactly."""
        powers: dict[tuple[int, int], fmpq_poly] = {}
        return all(self.evaluate(g, powers).is_zero() for g in system.gradient)

    def roots(self, precision: int) -> tuple[acb, ...]:
        """Enclosures of all roots of the modulus, always in the same order; real ones have imaginary part
        exactly 0."""
        if precision not in self._roots:
            with at_precision(precision):
                self._roots[precision] = self._ordered(complex_roots(self.modulus))
        return self._roots[precision]

    def _ordered(self, roots: list[acb]) -> tuple[acb, ...]:
        """In the order of the first enclosures that were computed. Raises ArithmeticError if that is
        ambiguous."""
        if not self._roots:
            return tuple(roots)
        result = []
        for earlier in next(iter(self._roots.values())):
            near = [root for root in roots if root.overlaps(earlier)]
            if len(near) != 1:
                raise ArithmeticError("enclosures of roots at two precisions do not match")
            result.append(near[0])
        return tuple(result)

    def real_embeddings(self) -> list[int]:
        """The numbers of the real roots in `roots`."""
        return [k for k, root in enumerate(self.roots(128)) if root.imag.is_zero()]

    def embed(self, value: fmpq_poly, embedding: int, precision: int) -> acb:
        """The complex number that an element is at one root of the modulus."""
        with at_precision(precision):
            if value.degree() <= 0:
                return acb(arb(value[0]))
            return acb_poly(value)(self.roots(precision)[embedding])

    def sign(self, value: fmpq_poly, embedding: int) -> int:
        """The sign of an element at a real root. Raises ArithmeticError when 16384 bits do not show it."""
        if value.is_zero():
            return 0
        precision = 128
        while precision <= 16384:
            ball = self.embed(value, embedding, precision).real
            if ball > 0:
                return 1
            if ball < 0:
                return -1
            precision *= 2
        raise ArithmeticError("the sign of an algebraic number could not be seen")

    def characteristic_polynomial(
        self, matrix: Sequence[Sequence[fmpq_poly]], budget: Budget = UNLIMITED
    ) -> list[fmpq_poly]:
        """Coefficients of det(xI - M), lowest first, for a square matrix over the field (Faddeev and
        LeVerrier; FLINT's own where all entries are rational).

        Raises OutOfTime when the time is over.
        """
        n = len(matrix)
        if all(entry.degree() <= 0 for row in matrix for entry in row):
            rational = fmpq_mat([[entry[0] for entry in row] for row in matrix])
            return [fmpq_poly([c]) for c in rational.charpoly().coeffs()]
        modulus = fmpq_poly(self.modulus)
        coefficients = [fmpq_poly([0])] * n + [fmpq_poly([1])]
        power: list[list[fmpq_poly]] = [[fmpq_poly([0])] * n for _ in range(n)]
        for k in range(1, n + 1):
            budget.require()
            shifted = [[power[i][j] + (coefficients[n - k + 1] if i == j else 0) for j in range(n)] for i in range(n)]
            power = [
                [sum((matrix[i][m] * shifted[m][j] for m in range(n)), fmpq_poly([0])) % modulus for j in range(n)]
                for i in range(n)
            ]
            trace = sum((power[i][i] for i in range(n)), fmpq_poly([0]))
            coefficients[n - k] = trace * fmpq(-1, k)
        return coefficients


def complex_roots(polynomial: fmpz_poly) -> list[acb]:
    """Disjoint enclosures of the roots of a squarefree polynomial, at the present precision; those of real roots have
    imaginary part exactly 0 (Arb's arb_fmpz_poly_complex_roots)."""
    pairs: Any = polynomial.complex_roots()  # pairs of root and multiplicity, which the stubs do not know
    return [acb(root) for root, _ in pairs]


def reduced(numerator: fmpz_poly, denominator: fmpz_poly, modulus: fmpz_poly) -> fmpq_poly | None:
    """numerator / denominator in Q[t]/(modulus); None when the denominator is not invertible there."""
    p = fmpq_poly(modulus)
    gcd, inverse, _ = (fmpq_poly(denominator) % p).xgcd(p)
    if gcd.degree() != 0:
        return None
    return (fmpq_poly(numerator) % p) * (inverse / gcd[0]) % p
