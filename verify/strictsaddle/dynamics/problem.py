"""What optimisers see of an objective on its domain: R^n, or a product of unit spheres with R^k.

On spheres gradients are projected to the tangent space, the Hessian is the Riemannian one, and a step is followed by the projection to the
spheres (Ge et al. 2015, Algorithm 2; Absil, Mahony, Sepulchre 2008, 3.6 and 5.3).
"""

from __future__ import annotations

from dataclasses import dataclass

import jax.numpy as jnp
from jax import Array

from strictsaddle.dynamics.functions import Function, Functions, functions_of, of_graph
from strictsaddle.formula.graph import Graph
from strictsaddle.objective.inequalities import inequality_nodes
from strictsaddle.objective.objective import Objective


@dataclass(frozen=True)
class Problem:
    """`functions` on the product of the unit spheres of the unknowns in each of `groups`, all other unknowns free, where all
    `conditions` (functions of w, an array) are >= 0."""

    functions: Functions
    groups: tuple[tuple[int, ...], ...] = ()
    conditions: Function | None = None

    @property
    def dimension(self) -> int:
        """The number of unknowns."""
        return self.functions.dimension

    @property
    def degrees_of_freedom(self) -> int:
        return self.dimension - len(self.groups)

    def value(self, w: Array) -> Array:
        return self.functions.value(w)

    def gradient(self, w: Array) -> Array:
        return self.tangent(w, self.functions.gradient(w))

    def row_gradient(self, w: Array, rows: Array) -> Array:
        """Of the data rows with these numbers alone; only where there are any."""
        assert self.functions.row_gradient is not None
        return self.tangent(w, self.functions.row_gradient(w, rows))

    def hessian(self, w: Array) -> Array:
        """The Riemannian Hessian as an (n, n) matrix that maps normal vectors to 0."""
        table = self.functions.hessian(w)
        if not self.groups:
            return table
        slope = self.functions.gradient(w)
        for group in self.groups:
            at = jnp.array(group)
            table = table.at[at, at].add(-(slope[at] @ w[at]))
        project = jnp.eye(self.dimension) - self.normals(w)
        return jnp.asarray(project @ table @ project)

    def normals(self, w: Array) -> Array:
        """The projection (n, n) to the normal space."""
        found = jnp.zeros((self.dimension, self.dimension))
        for group in self.groups:
            at = jnp.array(group)
            found = found.at[jnp.ix_(at, at)].add(jnp.outer(w[at], w[at]))
        return found

    def tangent(self, w: Array, v: Array) -> Array:
        """The part of v that is tangent to the spheres at w."""
        for group in self.groups:
            at = jnp.array(group)
            v = v.at[at].add(-(w[at] @ v[at]) * w[at])
        return v

    def inside(self, w: Array) -> Array:
        """Whether f is defined at w, and the conditions hold. A gradient may well be finite where f is not defined."""
        defined = jnp.isfinite(self.functions.value(w))
        return defined if self.conditions is None else defined & jnp.all(self.conditions(w) >= 0)

    def on_domain(self, w: Array) -> Array:
        """The nearest point of the spheres."""
        for group in self.groups:
            at = jnp.array(group)
            w = w.at[at].set(w[at] / jnp.linalg.norm(w[at]))
        return w


def problem_of(objective: Objective) -> Problem:
    """Raises NotYetError for equalities other than unit spheres."""
    objective.require_no_equalities("optimisers")
    return Problem(functions_of(objective), objective.domain.groups, _conditions(objective))


def _conditions(objective: Objective) -> Function | None:
    """What is >= 0 on a box, and under the conditions of the domain."""
    domain, graph = objective.domain, Graph()
    found = inequality_nodes(domain, graph, objective.variables)
    nodes = [*found.strict, *found.closed]
    if domain.ends is not None:
        for number, (low, high) in enumerate(zip(*domain.ends, strict=True)):
            x = graph.variable(number)
            nodes += [graph.sub(x, graph.constant(low)), graph.sub(graph.constant(high), x)]
    if not nodes:
        return None
    return lambda w: jnp.stack([jnp.asarray(side) for side in of_graph(graph, nodes, list(w))])
