"""A polynomial over Q with its gradient and Hessian."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from flint import fmpq, fmpq_mpoly, fmpq_mpoly_ctx

from strictsaddle.formula.expansion import expand
from strictsaddle.formula.graph import Graph


@dataclass(frozen=True)
class PolynomialSystem:
    """A polynomial f in `dimension` variables with its gradient and Hessian, all over Q."""

    f: fmpq_mpoly
    dimension: int

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


def system(graph: Graph, node: int, n: int) -> PolynomialSystem:
    """The objective of a graph node as a polynomial system. Raises NotPolynomial."""
    return PolynomialSystem(expand(graph, node, n), n)
