"""A polynomial over Q with its gradient and Hessian."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from flint import fmpq, fmpq_mpoly, fmpq_mpoly_ctx

from strictsaddle.formula.expansion import expand
from strictsaddle.formula.graph import Graph


@dataclass(frozen=True)
class PolynomialSystem:
    """A polynomial f in `dimension` variables with its gradient and Hessian, all over Q."""

    f: fmpq_mpoly
    dimension: int
    symmetric: ClassVar[bool] = True

    @cached_property
    def gradient(self) -> tuple[fmpq_mpoly, ...]:
        return tuple(self.f.derivative(i) for i in range(self.dimension))

    @cached_property
    def hessian(self) -> tuple[tuple[fmpq_mpoly, ...], ...]:
        """n rows of n second derivatives."""
        n, g = self.dimension, self.gradient
        upper = {(i, j): g[i].derivative(j) for i in range(n) for j in range(i, n)}
        return tuple(tuple(upper[min(i, j), max(i, j)] for j in range(n)) for i in range(n))

    def equations(self) -> tuple[fmpq_mpoly, ...]:
        """The components of the gradient that are not identically zero."""
        return tuple(g for g in self.gradient if not g.is_zero())

    def restricted(self, fixed: dict[int, fmpq], free: Sequence[int]) -> PolynomialSystem:
        """f with some variables fixed at rational values, as a system in the `free` ones (in that order)."""
        context = fmpq_mpoly_ctx.get([f"x{k + 1}" for k in range(len(free))], "degrevlex")
        unknowns = context.gens()
        place = {variable: unknowns[k] for k, variable in enumerate(free)}
        images = [place[i] if i in place else context.constant(fixed[i]) for i in range(self.dimension)]
        return PolynomialSystem(self.f.compose(*images, ctx=context), len(free))


@dataclass(frozen=True)
class SquareSystem(PolynomialSystem):
    """As many equations over Q as unknowns, which need not be a gradient: `gradient` are the equations, and `hessian` is their Jacobian
    matrix, (n, n), row i for equation i. `f` is 0 and means nothing."""

    rows: tuple[fmpq_mpoly, ...] = ()
    symmetric: ClassVar[bool] = False

    @classmethod
    def of(cls, rows: Sequence[fmpq_mpoly], n: int) -> SquareSystem:
        """n equations in n unknowns. Raises ValueError for another number of equations."""
        if len(rows) != n:
            raise ValueError(f"{len(rows)} equations in {n} unknowns")
        return cls(fmpq_mpoly_ctx.get([f"x{k + 1}" for k in range(n)], "degrevlex").constant(0), n, tuple(rows))

    @cached_property
    def gradient(self) -> tuple[fmpq_mpoly, ...]:
        return self.rows

    @cached_property
    def hessian(self) -> tuple[tuple[fmpq_mpoly, ...], ...]:
        return tuple(tuple(row.derivative(j) for j in range(self.dimension)) for row in self.rows)


def system(graph: Graph, node: int, n: int) -> PolynomialSystem:
    """The objective of a graph node as a polynomial system. Raises NotPolynomial."""
    return PolynomialSystem(expand(graph, node, n), n)
