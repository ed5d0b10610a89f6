"""Gradient and Hessian of a polynomial as one matrix of coefficients times the vector of its monomials.

The same two arrays serve batches of complex doubles with rounding bounds, and Arb balls of any precision.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from flint import acb, acb_mat, arb, arb_mat, fmpq, fmpq_mat

from strictsaddle.derive.polynomials import PolynomialSystem

Array = np.ndarray[Any, np.dtype[Any]]
UNIT = 2.0**-53
LEAST_RATIO = 960  # 2^-960 of the largest coefficient: below, doubles lose digits, and soon all of them
UNDERFLOW = 1e-290  # far above what is lost where results of a few thousand operations are below the normal doubles


@dataclass(frozen=True)
class MonomialForm:
    """Row 0 of `coefficients` is f, rows 1 ... n its gradient, then the upper triangle of its Hessian row by
    row; of a system that is no gradient (`symmetric` is False) all of its Jacobian matrix.

    `exponents` has shape (monomials, n). `floats` are the coefficients divided by a positive number to stay in range;
    `has_doubles`: all of them are, and each has a relative error of one rounding. Where it is False nothing may be proved with
    `floats`.
    """

    dimension: int
    exponents: Array
    coefficients: fmpq_mat
    floats: Array
    degree: int
    has_doubles: bool = True
    symmetric: bool = True

    @classmethod
    def of(cls, system: PolynomialSystem) -> MonomialForm:
        n, symmetric = system.dimension, system.symmetric
        hessian = system.hessian
        rows = [system.f, *system.gradient, *(hessian[i][j] for i in range(n) for j in range(i * symmetric, n))]
        place: dict[tuple[int, ...], int] = {}
        for row in rows:
            for exponents in row.monoms():
                place.setdefault(tuple(int(e) for e in exponents), len(place))
        if not place:
            place[(0,) * n] = 0
        coefficients = fmpq_mat(len(rows), len(place))
        # Stationary points and signs do not change when f is divided by a positive number: its largest
        # coefficient.
        largest = max((abs(c) for row in rows[1 : n + 1] for c in row.coeffs()), default=1)
        floats, least = np.zeros((len(rows), len(place))), fmpq(1, 2**LEAST_RATIO)
        has_doubles = True
        for number, row in enumerate(rows):
            for exponents, coefficient in row.terms():
                column = place[tuple(int(e) for e in exponents)]
                coefficients[number, column] = coefficient
                ratio = coefficient / largest
                floats[number, column] = float(arb(ratio))
                has_doubles = has_doubles and (number == 0 or abs(ratio) >= least)
        table = np.array(list(place), dtype=np.int64).reshape(len(place), n)
        return cls(n, table, coefficients, floats, int(table.sum(axis=1).max(initial=0)), has_doubles, symmetric)

    def doubles(self, points: Array) -> tuple[Array, Array, Array, Array]:
        """Gradient (m, n) and Hessian (m, n, n) of f divided by a positive constant, at complex points (m,
        n), in doubles; and for each entry a bound of its error.

        Error: a monomial takes at most degree + n complex products, each with relative error below 3u; the
        coefficient has one rounding, and a real inner product of M terms an error of at most M u times that
        of the absolute values, for the real and the imaginary part (Higham 2002, 3.1 and 3.6). Twice their
        sum, to cover what is of second order. What underflow takes away is multiplied by what comes after it, at most by
        the same monomial of max(1, |w_i|).
        """
        n = self.dimension
        values = self._monomials(points)
        sizes = np.abs(values)
        rows = self.floats[1:]
        result = (values.real @ rows.T) + 1j * (values.imag @ rows.T)
        factor = 2.0 * UNIT * (3 * (self.degree + n) + 2 * len(self.exponents) + 8)
        error = factor * (sizes @ np.abs(rows).T) + self._underflow(points)[:, None]
        return result[:, :n], self._square(result[:, n:]), error[:, :n], self._square(error[:, n:])

    def real_doubles(self, point: Array) -> tuple[float, Array, Array]:
        """f, gradient (n,) and Hessian (n, n) divided by a positive constant, at a real point (n,):
        approximations."""
        values = self.floats @ self._monomials(np.asarray(point, dtype=np.float64)[None, :])[0]
        n = self.dimension
        return float(values[0]), values[1 : n + 1], self._square(values[None, n + 1 :])[0]

    def hessian_variation(self, points: Array, radius: Array) -> Array:
        """A bound of |H_ij(z + d) - H_ij(z)| / r over |d_k| <= r, (m, n, n), for points (m, n) and radii r >
        0 (m,).

        Mean value theorem on the polynomial with absolute coefficients: sum_k |d_k H_ij| at |z| + r.
        """
        n = self.dimension
        # Larger sizes give larger bounds; these are large enough for no monomial to underflow.
        sizes = np.maximum((np.abs(points) + radius[:, None]) * (1 + 1e-12), 2.0 ** (-800.0 / (self.degree + 1)))
        values = self._monomials(sizes)
        growth = values * ((1.0 / sizes) @ self.exponents.T)
        return self._square(growth @ np.abs(self.floats[n + 1 :]).T) * (1 + 1e-8) + UNDERFLOW

    def _underflow(self, points: Array) -> Array:
        """A bound of what underflow changes in a sum of coefficients times monomials, (m,)."""
        largest: Array = self._monomials(np.maximum(np.abs(points), 1.0)).max(axis=1, initial=1.0)
        return UNDERFLOW * largest

    def _monomials(self, points: Array) -> Array:
        result = np.ones((len(points), len(self.exponents)), dtype=points.dtype)
        for i in range(self.dimension):
            powers = np.ones((len(points), int(self.exponents[:, i].max(initial=0)) + 1), dtype=points.dtype)
            for k in range(1, powers.shape[1]):
                powers[:, k] = powers[:, k - 1] * points[:, i]
            result *= powers[:, self.exponents[:, i]]
        return result

    def _square(self, upper: Array) -> Array:
        n = self.dimension
        if not self.symmetric:
            return upper.reshape(len(upper), n, n)
        result = np.empty((len(upper), n, n), dtype=upper.dtype)
        rows, columns = np.triu_indices(n)
        result[:, rows, columns] = upper
        result[:, columns, rows] = upper
        return result

    def real_balls(self, point: Sequence[arb]) -> tuple[arb, list[arb], arb_mat]:
        """f, its gradient and its Hessian on a box of real balls, at the present precision."""
        column = arb_mat([[value] for value in self._ball_monomials(point, arb(1))])
        result = arb_mat(self.coefficients) * column
        n = self.dimension
        return result[0, 0], [result[i + 1, 0] for i in range(n)], arb_mat(self._table(result))

    def complex_balls(self, point: Sequence[acb]) -> tuple[list[acb], acb_mat]:
        """Gradient and Hessian on a box of complex balls, at the present precision."""
        column = acb_mat([[value] for value in self._ball_monomials(point, acb(1))])
        result = acb_mat(self.coefficients) * column
        return [result[i + 1, 0] for i in range(self.dimension)], acb_mat(self._table(result))

    def _table(self, result: Any) -> list[list[Any]]:
        n = self.dimension
        if not self.symmetric:
            return [[result[n + 1 + i * n + j, 0] for j in range(n)] for i in range(n)]
        table: list[list[Any]] = [[None] * n for _ in range(n)]
        for position, (i, j) in enumerate(zip(*np.triu_indices(n), strict=True)):
            table[i][j] = table[j][i] = result[n + 1 + position, 0]
        return table

    def _ball_monomials(self, point: Sequence[Any], one: Any) -> list[Any]:
        # Products, not powers: a power of a ball that holds 0 may be nan.
        powers = []
        for i in range(self.dimension):
            row = [one]
            for _ in range(int(self.exponents[:, i].max(initial=0))):
                row.append(row[-1] * point[i])
            powers.append(row)
        values = []
        for exponents in self.exponents.tolist():
            value = one
            for row, exponent in zip(powers, exponents, strict=True):
                if exponent:
                    value = row[exponent] if value is one else value * row[exponent]
            values.append(value)
        return values
