"""The local algebra of a polynomial system at a zero: Taylor coefficients and multiplicity, over the zero's field."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import comb

from flint import fmpq_mat, fmpq_mpoly, fmpq_poly

from strictsaddle.polynomials.macaulay import Exponents, monomials_up_to
from strictsaddle.polynomials.number_field import FieldPoint

LARGEST_LOCAL_MATRIX = 400


def _monomials(n: int, degree: int) -> list[Exponents]:
    return [tuple(row) for row in monomials_up_to(n, degree).tolist()]


def local_multiplicity(equations: Sequence[fmpq_mpoly], n: int, point: FieldPoint, target: int) -> int:
    """A proved lower bound of the multiplicity of each conjugate of a common zero: the dimension of the local
    algebra modulo the (k+1)-st power of the maximal ideal, for growing k until it stays the same (then it is
    the multiplicity, by Nakayama's lemma), reaches `target`, or would need matrices larger than
    LARGEST_LOCAL_MATRIX."""
    best = 1
    for k, dimension in local_dimensions(equations, n, point):
        if dimension == best and k > 1:
            break
        best = max(best, dimension)
        if best >= target:
            break
    return best


def local_dimensions(equations: Sequence[fmpq_mpoly], n: int, point: FieldPoint) -> Iterator[tuple[int, int]]:
    """For k = 1, 2, ... k and the dimension of the local algebra modulo the (k+1)-st power of the maximal ideal, while matrices are not too
    large."""
    k = 1
    taylor = [Taylor(equation, n, point) for equation in equations]
    while comb(n + k, n) * point.degree <= LARGEST_LOCAL_MATRIX:
        columns = _monomials(n, k)
        place = {exponents: c for c, exponents in enumerate(columns)}
        rows = []
        for series in taylor:
            expansion = series.up_to(k)
            for shift in _monomials(n, k - 1):
                row = [fmpq_poly([0])] * len(columns)
                for exponents, value in expansion.items():
                    moved = tuple(a + b for a, b in zip(exponents, shift, strict=True))
                    if moved in place:
                        row[place[moved]] = value
                if not all(value.is_zero() for value in row):
                    rows.append(row)
        yield k, len(columns) - _rank(rows, len(columns), point)
        k += 1


class Taylor:
    """Taylor coefficients of a polynomial about a point, over the point's field."""

    def __init__(self, polynomial: fmpq_mpoly, n: int, point: FieldPoint) -> None:
        self.n, self.point = n, point
        self.derivatives: dict[Exponents, fmpq_mpoly] = {(0,) * n: polynomial}
        self.known: dict[Exponents, fmpq_poly] = {}

    def up_to(self, k: int) -> dict[Exponents, fmpq_poly]:
        for exponents in _monomials(self.n, k):
            if exponents not in self.known:
                self.known[exponents] = self.point.evaluate(self._derivative(exponents))
        return {e: value for e, value in self.known.items() if not value.is_zero()}

    def _derivative(self, exponents: Exponents) -> fmpq_mpoly:
        """The derivative of order `exponents` divided by the factorials."""
        found = self.derivatives.get(exponents)
        if found is None:
            i = next(i for i, e in enumerate(exponents) if e)
            lower = (*exponents[:i], exponents[i] - 1, *exponents[i + 1 :])
            found = self._derivative(lower).derivative(i) / exponents[i]
            self.derivatives[exponents] = found
        return found


def _rank(rows: Sequence[Sequence[fmpq_poly]], columns: int, point: FieldPoint) -> int:
    """The rank of a matrix over Q[t]/(p): that of the rational matrix of its multiplication blocks, divided
    by deg p."""
    if not rows:
        return 0
    degree = point.degree
    modulus = fmpq_poly(point.modulus)
    if degree == 1:
        return int(fmpq_mat([[value[0] for value in row] for row in rows]).rank())
    matrix = fmpq_mat(len(rows) * degree, columns * degree)
    for i, row in enumerate(rows):
        for j, value in enumerate(row):
            if value.is_zero():
                continue
            for k in range(degree):
                image = (value * fmpq_poly([0] * k + [1])) % modulus
                for m in range(degree):
                    matrix[i * degree + k, j * degree + m] = image[m]
    return int(matrix.rank()) // degree
