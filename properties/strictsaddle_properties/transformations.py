"""The same problem in other clothes: f after a linear change of variables, scaled, shifted, renamed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from strictsaddle.formula.graph import Graph
from strictsaddle.objective.domain import Box, Domain, Euclidean, Spheres
from strictsaddle.objective.objective import Objective
from strictsaddle.symmetry.discrete.permutation_group import SignedPermutation

Matrix = Sequence[Sequence[Fraction]]


def rewritten(
    objective: Objective,
    variable: Callable[[Graph, int], int],
    outside: Callable[[Graph, int], int],
    domain: Domain,
    note: str,
) -> Objective:
    """f with a node in place of each variable, `outside` applied to the whole, on another domain."""
    old, new = objective.graph, Graph()
    (node,) = old.mapped([objective.node], new, lambda i: variable(new, i))
    node = outside(new, node)
    return Objective.from_graph(f"{objective.name}, {note}", objective.variables, new, node, {}, domain)


def _as_it_is(graph: Graph, node: int) -> int:
    return node


def permuted(objective: Objective, element: SignedPermutation) -> Objective:
    """w -> f(Pw), on the domain of all w with Pw in the domain of f."""

    def variable(graph: Graph, i: int) -> int:
        node = graph.variable(element.images[i])
        return node if element.signs[i] > 0 else graph.neg(node)

    domain = objective.domain
    if isinstance(domain, Box):
        lower, upper = list(domain.lower), list(domain.upper)
        for i, (j, sign) in enumerate(zip(element.images, element.signs, strict=True)):
            ends = (domain.lower[i], domain.upper[i])
            lower[j], upper[j] = ends if sign > 0 else (-ends[1], -ends[0])
        domain = Box(tuple(lower), tuple(upper))
    elif isinstance(domain, Spheres):
        domain = Spheres(tuple(tuple(element.images[i] for i in group) for group in domain.groups))
    return rewritten(objective, variable, _as_it_is, domain, "unknowns permuted")


def changed(objective: Objective, matrix: Matrix) -> Objective:
    """w -> f(Qw) for an orthonormal Q. Where there are spheres Q must not mix them; boxes are not turned."""

    def variable(graph: Graph, i: int) -> int:
        return graph.total(graph.mul(graph.constant(q), graph.variable(j)) for j, q in enumerate(matrix[i]) if q)

    assert isinstance(objective.domain, (Euclidean, Spheres))
    return rewritten(objective, variable, _as_it_is, objective.domain, "unknowns rotated")


def scaled(objective: Objective, factor: Fraction) -> Objective:
    """factor * f."""
    return rewritten(
        objective,
        Graph.variable,
        lambda graph, node: graph.mul(graph.constant(factor), node),
        objective.domain,
        "scaled",
    )


def shifted(objective: Objective, constant: Fraction) -> Objective:
    """f + constant."""
    return rewritten(
        objective,
        Graph.variable,
        lambda graph, node: graph.add(node, graph.constant(constant)),
        objective.domain,
        "shifted",
    )


def renamed(objective: Objective, names: Sequence[str]) -> Objective:
    """The same formula in unknowns of other names."""
    return Objective.from_graph(
        f"{objective.name}, renamed", names, objective.graph, objective.node, {}, objective.domain
    )
