"""Following zeros of a gradient while the coefficients of the polynomial move: approximations in compiled doubles.

The coefficients go along a segment, c(t) = (1 - t) c(0) + t c(1), complex; a zero x(t) of the gradient g(., t) with
a nonsingular Hessian H goes with them, x' = -H^-1 dg/dt (Davidenko). Fourth-order Runge-Kutta steps predict, Newton
corrects, and the step is as long as the corrector stays short (Sommese and Wampler 2005, 2.3). Nothing here is a
proof: what arrives are candidates.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from strictsaddle.arithmetic.compilation import compiled
from strictsaddle.derive.monomial_form import MonomialForm

Array = np.ndarray[Any, np.dtype[Any]]

FIRST_STEP = 0.05
SHORTEST_STEP = 1e-7
MOST_STEPS = 2000
FAR = 1e7  # a zero of that size is on its way to infinity
CLOSE = 1e-3  # a corrector's first step, relative to the point: longer ones might lead to another path
SETTLED = 1e-9
STUCK = 1e-5  # as far as rounding lets it come, where the Hessian is badly conditioned


@dataclass(frozen=True)
class Family:
    """The gradient and Hessian of a polynomial whose monomials are multiplied by complex numbers, one for each class.

    `factors` (monomials, degree): the unknowns whose product is a monomial of a derivative, filled up with n, which
    stands for 1. Row r of the derivatives (n of the gradient, then the upper triangle of the Hessian) has the terms
    pointers[r] ... pointers[r + 1] - 1, each a coefficient, the number of its monomial and the class of the monomial
    of f that it comes from. `count`: of the classes.
    """

    dimension: int
    factors: Array
    pointers: Array
    columns: Array
    coefficients: Array
    classes: Array
    count: int

    @classmethod
    def of(cls, form: MonomialForm, class_of: dict[tuple[int, ...], int]) -> Family:
        """class_of: the class of each monomial of f, by its exponents."""
        n = form.dimension
        exponents = form.exponents
        degree = max(1, int(exponents.sum(axis=1).max(initial=1)))
        factors = np.full((len(exponents), degree), n, dtype=np.int64)
        for m, row in enumerate(exponents.tolist()):
            product = [i for i, e in enumerate(row) for _ in range(e)]
            factors[m, : len(product)] = product
        pairs = [(i, -1) for i in range(n)] + [(i, j) for i in range(n) for j in range(i, n)]
        pointers, columns, coefficients, classes = [0], [], [], []
        for number, (i, j) in enumerate(pairs, start=1):
            for m in np.flatnonzero(form.floats[number]).tolist():
                origin = exponents[m].copy()
                origin[i] += 1
                if j >= 0:
                    origin[j] += 1
                columns.append(m)
                coefficients.append(form.floats[number, m])
                classes.append(class_of[tuple(origin.tolist())])
            pointers.append(len(columns))
        return cls(
            n, factors, np.array(pointers, dtype=np.int64), np.array(columns, dtype=np.int64),
            np.array(coefficients, dtype=np.float64), np.array(classes, dtype=np.int64), 1 + max(class_of.values(), default=0),
        )  # fmt: skip

    def follow(self, points: Array, start: Array, end: Array) -> tuple[Array, Array]:
        """Where the zeros (m, n) at the multipliers `start` (count,) arrive at `end`, and whether they did, (m,)."""
        return _follow_all(
            np.ascontiguousarray(points, dtype=np.complex128), start.astype(np.complex128), end.astype(np.complex128),
            self.factors, self.pointers, self.columns, self.coefficients, self.classes,
        )  # fmt: skip

    def columns_at(self, point: Array) -> Array:
        """The matrix (n, count) whose product with the multipliers is the gradient at the point (n,)."""
        values = np.append(point, 1.0)[self.factors].prod(axis=1)
        terms = self.coefficients * values[self.columns]
        result = np.zeros((self.dimension, self.count), dtype=np.complex128)
        for i in range(self.dimension):
            row = slice(self.pointers[i], self.pointers[i + 1])
            np.add.at(result[i], self.classes[row], terms[row])
        return result

    def newton(self, points: Array, multipliers: Array, steps: int) -> tuple[Array, Array]:
        """Newton's method with bounded steps from points (m, n): where it ends, and whether it converged, (m,)."""
        return _newton_all(
            np.ascontiguousarray(points, dtype=np.complex128), multipliers.astype(np.complex128), steps,
            self.factors, self.pointers, self.columns, self.coefficients, self.classes,
        )  # fmt: skip


@compiled
def _evaluate(
    x: Array, start: Array, end: Array, t: float, factors: Array, pointers: Array, columns: Array, coefficients: Array,
    classes: Array, g: Array, rate: Array, h: Array,
) -> None:  # fmt: skip
    """The gradient at x, its derivative in t, and the Hessian."""
    n = len(x)
    speeds = end - start
    multipliers = start + t * speeds
    values = np.empty(len(factors), dtype=np.complex128)
    for m in range(len(factors)):
        value = 1.0 + 0.0j
        for k in range(factors.shape[1]):
            i = factors[m, k]
            if i == n:
                break
            value *= x[i]
        values[m] = value
    for i in range(n):
        total, change = 0.0j, 0.0j
        for k in range(pointers[i], pointers[i + 1]):
            term = coefficients[k] * values[columns[k]]
            total += term * multipliers[classes[k]]
            change += term * speeds[classes[k]]
        g[i] = total
        rate[i] = change
    row = n
    for i in range(n):
        for j in range(i, n):
            total = 0.0j
            for k in range(pointers[row], pointers[row + 1]):
                total += coefficients[k] * values[columns[k]] * multipliers[classes[k]]
            h[i, j] = total
            h[j, i] = total
            row += 1


@compiled
def _solve(matrix: Array, right: Array, other: Array) -> bool:
    """Gaussian elimination with row pivoting, in place: both right sides become the solutions. Whether it could be done."""
    n = len(right)
    for c in range(n):
        best, pivot = 0.0, c
        for r in range(c, n):
            size = abs(matrix[r, c].real) + abs(matrix[r, c].imag)
            if size > best:
                best, pivot = size, r
        if not best > 1e-200:
            return False
        if pivot != c:
            for k in range(c, n):
                matrix[c, k], matrix[pivot, k] = matrix[pivot, k], matrix[c, k]
            right[c], right[pivot] = right[pivot], right[c]
            other[c], other[pivot] = other[pivot], other[c]
        inverse = 1.0 / matrix[c, c]
        for r in range(c + 1, n):
            factor = matrix[r, c] * inverse
            if factor != 0.0:
                for k in range(c + 1, n):
                    matrix[r, k] -= factor * matrix[c, k]
                right[r] -= factor * right[c]
                other[r] -= factor * other[c]
    for c in range(n - 1, -1, -1):
        first, second = right[c], other[c]
        for k in range(c + 1, n):
            first -= matrix[c, k] * right[k]
            second -= matrix[c, k] * other[k]
        inverse = 1.0 / matrix[c, c]
        right[c], other[c] = first * inverse, second * inverse
    return True


@compiled
def _size(x: Array) -> float:
    largest = 0.0
    for i in range(len(x)):
        largest = max(largest, abs(x[i].real) + abs(x[i].imag))
    return largest


@compiled
def _follow(
    x: Array, start: Array, end: Array, factors: Array, pointers: Array, columns: Array, coefficients: Array,
    classes: Array,
) -> bool:  # fmt: skip
    """Follow the zero x from t = 0 to 1, in place. Whether it arrived, close to a nonsingular zero."""
    n = len(x)
    g, rate = np.empty(n, dtype=np.complex128), np.empty(n, dtype=np.complex128)
    h = np.empty((n, n), dtype=np.complex128)
    slopes = np.empty((4, n), dtype=np.complex128)
    point, t, step = np.empty(n, dtype=np.complex128), 0.0, FIRST_STEP
    _evaluate(x, start, end, t, factors, pointers, columns, coefficients, classes, g, rate, h)
    if not _solve(h, g, rate):
        return False
    slopes[0] = -rate
    for _ in range(MOST_STEPS):
        if t >= 1.0:
            return True
        step = min(step, 1.0 - t)
        good = True
        for stage in range(1, 4):
            ahead = step if stage == 3 else 0.5 * step
            for i in range(n):
                point[i] = x[i] + ahead * slopes[stage - 1, i]
            _evaluate(point, start, end, t + ahead, factors, pointers, columns, coefficients, classes, g, rate, h)
            good = _solve(h, g, rate)
            if not good:
                break
            for i in range(n):
                slopes[stage, i] = -rate[i]
        if good:
            for i in range(n):
                point[i] = x[i] + step / 6.0 * (slopes[0, i] + 2.0 * slopes[1, i] + 2.0 * slopes[2, i] + slopes[3, i])
            good, before = False, np.inf
            for round_ in range(5):
                _evaluate(point, start, end, t + step, factors, pointers, columns, coefficients, classes, g, rate, h)
                if not _solve(h, g, rate):
                    break
                for i in range(n):
                    point[i] -= g[i]
                moved, size = _size(g), 1.0 + _size(point)
                if not moved < (CLOSE if round_ == 0 else 1e-2) * size:
                    break
                if moved < SETTLED * size or (moved < STUCK * size and moved > 0.5 * before):
                    good = True
                    break
                before = moved
        if good:
            for i in range(n):
                x[i] = point[i]
                slopes[0, i] = -rate[i]  # from where the last correction began, as near as it was short
            t = 1.0 if step >= 1.0 - t else t + step
            step *= 1.6
            if not _size(x) < FAR:
                return False
        else:
            step *= 0.4
            if step < SHORTEST_STEP:
                return False
    return False


@compiled
def _follow_all(
    points: Array, start: Array, end: Array, factors: Array, pointers: Array, columns: Array, coefficients: Array,
    classes: Array,
) -> tuple[Array, Array]:  # fmt: skip
    result, arrived = points.copy(), np.zeros(len(points), dtype=np.bool_)
    for m in range(len(points)):
        arrived[m] = _follow(result[m], start, end, factors, pointers, columns, coefficients, classes)
    return result, arrived


@compiled
def _newton_all(
    points: Array, multipliers: Array, steps: int, factors: Array, pointers: Array, columns: Array, coefficients: Array,
    classes: Array,
) -> tuple[Array, Array]:  # fmt: skip
    n = points.shape[1]
    result, converged = points.copy(), np.zeros(len(points), dtype=np.bool_)
    g, rate = np.empty(n, dtype=np.complex128), np.empty(n, dtype=np.complex128)
    h = np.empty((n, n), dtype=np.complex128)
    for m in range(len(points)):
        x = result[m]
        for _ in range(steps):
            _evaluate(x, multipliers, multipliers, 0.0, factors, pointers, columns, coefficients, classes, g, rate, h)
            if not _solve(h, g, rate):
                break
            moved, size = _size(g), 1.0 + _size(x)
            if not moved < 1e30 or size > FAR:
                break
            shorter = min(1.0, size / moved) if moved > 0.0 else 1.0
            for i in range(n):
                x[i] -= shorter * g[i]
            if moved < SETTLED * size:
                converged[m] = True
                break
    return result, converged
