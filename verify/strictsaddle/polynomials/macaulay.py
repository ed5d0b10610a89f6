"""Macaulay matrices of polynomial systems, in blocks of equal parity.

The matrix of degree d has as rows the products (monomial) * g_i of degree at most d and as columns the
monomials of degree at most d. Flips of signs that turn each g_i into plus or minus itself grade the monomials
by parities; every row is homogeneous for the grading, so the matrix falls into independent blocks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import gcd
from typing import Any

import numpy as np
from flint import fmpq_mpoly, fmpz_mat, nmod_mat

Array = np.ndarray[Any, np.dtype[Any]]
Exponents = tuple[int, ...]
Polynomial = dict[Exponents, int]


@dataclass(frozen=True)
class Block:
    """The rows and columns of one grade. `monomials` (columns, n) and `degrees` are those of the columns,
    degrees descending; `places[k]`, of shape (rows, terms), says in which columns the rows of the k-th
    polynomial have their entries `values[k]`, of shape (terms,)."""

    monomials: Array
    degrees: Array
    places: tuple[Array, ...]
    values: tuple[Array, ...]

    @property
    def shape(self) -> tuple[int, int]:
        return sum(len(places) for places in self.places), len(self.degrees)

    @property
    def effort(self) -> int:
        """About the number of multiplications of an elimination."""
        rows, columns = self.shape
        return rows * columns * min(rows, columns)

    def dense(self) -> Array:
        """The matrix, with Python's integers where they are large."""
        rows, columns = self.shape
        exact = any(values.dtype == object for values in self.values)
        matrix = np.zeros((rows, columns), dtype=object if exact else np.int64)
        start = 0
        for places, values in zip(self.places, self.values, strict=True):
            stop = start + len(places)
            matrix[np.arange(start, stop)[:, None], places] = values
            start = stop
        return matrix

    def pivots(self, prime: int) -> list[int]:
        """The pivot columns of the echelon form modulo the prime; `values` must be reduced already."""
        rows, columns = self.shape
        if rows == 0:
            return []
        echelon, rank = nmod_mat(rows, columns, self.dense().ravel().tolist(), prime).rref()
        found, column = [], 0
        for k in range(rank):
            while int(echelon[k, column]) == 0:
                column += 1
            found.append(column)
            column += 1
        return found

    def pivot_monomials(self, prime: int) -> list[Exponents]:
        return [tuple(row) for row in self.monomials[self.pivots(prime)].tolist()]

    def low_rows(self, degree: int) -> list[Polynomial]:
        """The rows of degree < `degree` in the echelon form over Q, with integer coefficients."""
        rows, columns = self.shape
        if rows == 0 or not (self.degrees < degree).any():
            return []
        echelon, _, rank = fmpz_mat(rows, columns, self.dense().ravel().tolist()).rref()
        found = []
        first = int(np.argmax(self.degrees < degree))
        for k in range(rank):
            if any(echelon[k, j] != 0 for j in range(first)):
                continue
            values = [int(echelon[k, j]) for j in range(first, columns)]
            leading = next(value for value in values if value)
            content = gcd(*values) if leading > 0 else -gcd(*values)
            found.append(
                {tuple(self.monomials[first + j].tolist()): value // content for j, value in enumerate(values) if value}
            )
        return found

    def rank_above(self, e: int) -> int:
        """The rank over Q of the columns of degree > e."""
        matrix = self.dense()[:, self.degrees > e]
        matrix = matrix[(matrix != 0).any(axis=1)]
        if matrix.size == 0:
            return 0
        rows, columns = matrix.shape
        return int(fmpz_mat(int(rows), int(columns), matrix.ravel().tolist()).rank())


def blocks(polynomials: Sequence[Polynomial], n: int, d: int, flips: Sequence[int]) -> list[Block]:
    """The blocks of the matrix of degree d of polynomials in n variables with integer coefficients, in a
    fixed order. `flips` as from `sign_flips`."""
    columns = monomials_up_to(n, d)
    columns = columns[np.lexsort((*columns.T, -columns.sum(axis=1)))]
    weights = (d + 1) ** np.arange(n, dtype=np.int64)
    keys, grades = columns @ weights, _grades(columns, flips)
    found = {int(grade): np.flatnonzero(grades == grade) for grade in np.unique(grades)}
    order = {grade: np.argsort(keys[members]) for grade, members in found.items()}
    places: dict[int, list[Array]] = {grade: [] for grade in found}
    values: dict[int, list[Array]] = {grade: [] for grade in found}
    for polynomial in polynomials:
        terms = np.array(list(polynomial), dtype=np.int64)
        coefficients = _integers(polynomial.values())
        shifts = monomials_up_to(n, d - int(terms.sum(axis=1).max()))
        row_grades = _grades(shifts + terms[0], flips)
        row_keys = (shifts @ weights)[:, None] + (terms @ weights)[None, :]
        for grade, members in found.items():
            wanted = row_keys[row_grades == grade]
            sorter = order[grade]
            found_at = sorter[np.searchsorted(keys[members], wanted, sorter=sorter).clip(max=len(members) - 1)]
            if not np.array_equal(keys[members][found_at], wanted):
                raise ArithmeticError("a polynomial is not homogeneous for the grading")
            places[grade].append(found_at)
            values[grade].append(coefficients)
    degrees = columns.sum(axis=1)
    return [
        Block(columns[members], degrees[members], tuple(places[g]), tuple(values[g])) for g, members in found.items()
    ]


def _integers(values: Any) -> Array:
    numbers = [int(value) for value in values]
    small = all(abs(number) < 2**62 for number in numbers)
    return np.array(numbers, dtype=np.int64 if small else object)


def monomials_up_to(n: int, degree: int) -> Array:
    """The exponents of all monomials of total degree at most `degree` in n variables, (m, n)."""
    if degree < 0:
        return np.zeros((0, n), dtype=np.int64)
    result = np.zeros((1, 0), dtype=np.int64)
    for _ in range(n):
        room = degree - result.sum(axis=1)
        heads = np.repeat(result, room + 1, axis=0)
        starts = np.repeat(np.cumsum(room + 1) - room - 1, room + 1)
        last = np.arange(len(heads)) - starts
        result = np.column_stack([heads, last])
    return result


def _grades(exponents: Array, flips: Sequence[int]) -> Array:
    result = np.zeros(len(exponents), dtype=np.int64)
    for k, flip in enumerate(flips):
        members = [i for i in range(exponents.shape[1]) if flip >> i & 1]
        result |= (exponents[:, members].sum(axis=1) & 1) << k
    return result


def sign_flips(polynomials: Sequence[fmpq_mpoly], n: int) -> list[int]:
    """A basis of the sets of variables, as bit masks, whose joint change of sign turns each polynomial into
    plus or minus itself."""
    rows: list[int] = []  # parities of differences of exponents within a polynomial: a flip must be orthogonal to them
    for polynomial in polynomials:
        parities = {sum((int(e) & 1) << i for i, e in enumerate(exponents)) for exponents in polynomial.monoms()}
        first = next(iter(polynomial.monoms()), (0,) * n)
        origin = sum((int(e) & 1) << i for i, e in enumerate(first))
        for parity in sorted(parities):
            row = parity ^ origin
            for pivot in rows:
                row = min(row, row ^ pivot)
            if row:
                rows.append(row)
    return kernel_of_parities(rows, n)


def kernel_of_parities(rows: Sequence[int], n: int) -> list[int]:
    """A basis of the vectors in F_2^n orthogonal to all rows, vectors written as bit masks."""
    # Eliminate in [rows^T | identity]: combinations of variables on which all rows vanish.
    work = [(sum(((row >> i) & 1) << k for k, row in enumerate(rows)), 1 << i) for i in range(n)]
    kernel = []
    while work:
        image, combination = work.pop()
        if image == 0:
            kernel.append(combination)
            continue
        low = image & -image
        work = [(a ^ image, b ^ combination) if a & low else (a, b) for a, b in work]
    return sorted(kernel)
