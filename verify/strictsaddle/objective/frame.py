"""An orthogonal change of variables in which an objective is simpler: f(w) = g(A w) on the same spheres.

A is an isometry of the product of spheres, so f and g have the same stationary points, values and Riemannian spectra up to A. Whoever
offers a frame claims nothing: it counts once `holds` has proved it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from strictsaddle.objective.domain import Spheres

if TYPE_CHECKING:
    from strictsaddle.objective.objective import Objective

Matrix = tuple[tuple[Fraction, ...], ...]


@dataclass(frozen=True, eq=False)
class Frame:
    """`straight` is g, `matrix` is A, (n, n)."""

    straight: Objective
    matrix: Matrix

    @classmethod
    def of_blocks(cls, straight: Objective, block: Matrix) -> Frame:
        """The same matrix on each sphere, whose unknowns stand one sphere after the other."""
        d = len(block)
        n = straight.dimension
        rows = [[block[i % d][j % d] if i // d == j // d else Fraction(0) for j in range(n)] for i in range(n)]
        return cls(straight, tuple(tuple(row) for row in rows))

    def holds(self, objective: Objective) -> bool:
        """Whether it is proved that f(w) = g(A w) as polynomials, that A is orthogonal, and that it maps each sphere to itself."""
        domain, n = objective.domain, objective.dimension
        if not isinstance(domain, Spheres) or self.straight.domain != domain or self.straight.dimension != n:
            return False
        return self._keeps_spheres(domain, n) and self._is_orthogonal(n) and self._is_identity(objective)

    def _keeps_spheres(self, domain: Spheres, n: int) -> bool:
        sphere = {i: number for number, group in enumerate(domain.groups) for i in group}
        shape = len(self.matrix) == n and all(len(row) == n for row in self.matrix)
        return shape and all(
            sphere.get(i) == sphere.get(j) for i, row in enumerate(self.matrix) for j, x in enumerate(row) if x
        )

    def _is_orthogonal(self, n: int) -> bool:
        return all(
            sum((a * b for a, b in zip(self.matrix[i], self.matrix[j], strict=True)), Fraction(0)) == int(i == j)
            for i in range(n)
            for j in range(i + 1)
        )

    def _is_identity(self, objective: Objective) -> bool:
        from flint import fmpq, fmpq_mpoly_ctx

        from strictsaddle.objective.expansion import NotPolynomial, expand

        n = objective.dimension
        context = fmpq_mpoly_ctx.get([f"x{k + 1}" for k in range(n)], "degrevlex")
        unknowns = context.gens()
        forms = [
            sum((fmpq(x.numerator, x.denominator) * unknowns[j] for j, x in enumerate(row) if x), context.constant(0))
            for row in self.matrix
        ]
        try:
            turned = expand(self.straight.graph, self.straight.node, n, forms)
            return bool(turned == expand(objective.graph, objective.node, n))
        except NotPolynomial:
            return False

    def back(self, point: Sequence[Fraction]) -> tuple[Fraction, ...]:
        """w = A^T v."""
        columns = zip(*self.matrix, strict=True)
        return tuple(sum((a * v for a, v in zip(column, point, strict=True)), Fraction(0)) for column in columns)

    def box_back(self, ends: Sequence[tuple[Fraction, Fraction]]) -> tuple[tuple[Fraction, Fraction], ...]:
        """The least box around all A^T v with v in a box."""
        found = []
        for column in zip(*self.matrix, strict=True):
            sides = [(a * low, a * high) for a, (low, high) in zip(column, ends, strict=True)]
            found.append((sum(map(min, sides), Fraction(0)), sum(map(max, sides), Fraction(0))))
        return tuple(found)
