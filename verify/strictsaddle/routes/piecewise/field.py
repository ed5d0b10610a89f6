"""Linear algebra over the number field of a point, at one of its real embeddings: exact, with exact signs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from flint import fmpq_poly

from strictsaddle.polynomials.number_field import FieldPoint

Element = fmpq_poly
Vector = list[Element]
Matrix = list[Vector]
ZERO, ONE = fmpq_poly([0]), fmpq_poly([1])


@dataclass(frozen=True)
class RealField:
    """The field of a point at one real root of its modulus."""

    point: FieldPoint
    embedding: int

    def sign(self, value: Element) -> int:
        return self.point.sign(value, self.embedding)

    def times(self, a: Element, b: Element) -> Element:
        return self.point.product(a, b)

    def dot(self, a: Sequence[Element], b: Sequence[Element]) -> Element:
        return sum((self.times(x, y) for x, y in zip(a, b, strict=True)), ZERO)

    def form(self, a: Sequence[Element], matrix: Matrix, b: Sequence[Element]) -> Element:
        """a' M b."""
        return self.dot(a, [self.dot(row, b) for row in matrix])

    def reduced(self, rows: Sequence[Sequence[Element]]) -> tuple[Matrix, list[int]]:
        """The reduced row echelon form, without rows of zeros, and the columns of its pivots."""
        left = [list(row) for row in rows]
        found: Matrix = []
        pivots: list[int] = []
        for column in range(len(left[0]) if left else 0):
            k = next((k for k, row in enumerate(left) if not row[column].is_zero()), None)
            if k is None:
                continue
            row = left.pop(k)
            scale = self.point.inverse(row[column])
            row = [self.times(x, scale) for x in row]
            left = [self._less(other, row, other[column]) for other in left]
            found = [self._less(other, row, other[column]) for other in found]
            found.append(row)
            pivots.append(column)
        return found, pivots

    def _less(self, row: Vector, other: Vector, factor: Element) -> Vector:
        return row if factor.is_zero() else [x - self.times(factor, y) for x, y in zip(row, other, strict=True)]

    def kernel(self, rows: Sequence[Sequence[Element]], n: int) -> Matrix:
        """A basis of the vectors of length n that all rows annihilate."""
        reduced, pivots = self.reduced(rows) if rows else ([], [])
        basis = []
        for free in (j for j in range(n) if j not in pivots):
            vector = [ZERO] * n
            vector[free] = ONE
            for row, pivot in zip(reduced, pivots, strict=True):
                vector[pivot] = -row[free]
            basis.append(vector)
        return basis

    def determinant(self, matrix: Matrix) -> Element:
        if not matrix:
            return ONE
        total = ZERO
        for j, entry in enumerate(matrix[0]):
            if not entry.is_zero():
                minor = [[*row[:j], *row[j + 1 :]] for row in matrix[1:]]
                term = self.times(entry, self.determinant(minor))
                total = total + term if j % 2 == 0 else total - term
        return total

    def is_copositive(self, matrix: Matrix, *, strictly: bool) -> bool:
        """Whether x' M x > 0 (>= 0) for all x >= 0 other than 0: each principal submatrix for which the cofactors of the last row are all
        positive (not negative) has a positive (no negative) determinant (Keller's criterion; Hadeler 1983)."""
        n = len(matrix)
        for size in range(1, n + 1):
            for chosen in combinations(range(n), size):
                part = [[matrix[i][j] for j in chosen] for i in chosen]
                last = [self._cofactor(part, size - 1, j) for j in range(size)]
                signs = [self.sign(c) for c in last]
                if strictly and all(s > 0 for s in signs) and self.sign(self.determinant(part)) <= 0:
                    return False
                if not strictly and all(s >= 0 for s in signs) and self.sign(self.determinant(part)) < 0:
                    return False
        return True

    def _cofactor(self, matrix: Matrix, i: int, j: int) -> Element:
        minor = [[x for k, x in enumerate(row) if k != j] for r, row in enumerate(matrix) if r != i]
        value = self.determinant(minor)
        return value if (i + j) % 2 == 0 else -value
