"""Where a formula is defined: everywhere on its domain, nowhere, or it is not known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
from flint import arb, fmpq

from strictsaddle.arithmetic.arrays import Floats
from strictsaddle.arithmetic.evaluate import evaluate_arb, evaluate_interval, evaluate_rational
from strictsaddle.arithmetic.exact import fraction
from strictsaddle.arithmetic.tape import Tape, compile_restricted_tape, compile_tape, outward
from strictsaddle.derive.cancellation import cancelled
from strictsaddle.derive.derivatives import Derivation, derive
from strictsaddle.derive.zero_factors import zero_factors
from strictsaddle.errors import InputError
from strictsaddle.formula.expansion import polynomial
from strictsaddle.formula.graph import NOT_SMOOTH, Graph, Op
from strictsaddle.formula.printing import text
from strictsaddle.objective.domain import Domain, Euclidean
from strictsaddle.objective.inequalities import inequality_nodes
from strictsaddle.objective.objective import Objective

PARTIAL = frozenset({Op.LOG, Op.SQRT, Op.DIV, Op.ASIN, Op.ACOS})
FAR_TOO_LARGE = Fraction(10**100)  # for a gradient
RESTRICTED = PARTIAL | {Op.TAN, Op.POSITIVE}


@dataclass(frozen=True)
class Conditions:
    """What a formula is defined under, or twice differentiable, as nodes of its graph: those of `positive` are > 0 and those of
    `nonzero` are not 0 wherever it is defined. Those of `edges` (under roots, and 1 - a^2 for arcs of a) are >= 0 there, and > 0 unless
    they have a minimum, which is 0. `closed`: >= 0 on the domain, whose conditions are among these. `bends`: where one of them is 0,
    relu or abs is not differentiable."""

    positive: tuple[int, ...] = ()
    nonzero: tuple[int, ...] = ()
    edges: tuple[int, ...] = ()
    closed: tuple[int, ...] = ()
    bends: tuple[int, ...] = ()

    def with_those_of(self, graph: Graph, nodes: Sequence[int]) -> Conditions:
        """These, and those of the nodes."""
        found = [conditions_of(graph, node) for node in nodes]
        return Conditions(
            (*self.positive, *(k for c in found for k in c.positive)),
            (*self.nonzero, *(k for c in found for k in c.nonzero)),
            (*self.edges, *(k for c in found for k in c.edges)),
            self.closed,
            (*self.bends, *(k for c in found for k in c.bends)),
        )

    def cancelled(self, graph: Graph, nodes: Sequence[int], into: Graph) -> tuple[list[int], list[int], list[int]]:
        """The nodes in another graph with common factors cancelled, and what is > 0 there, and what is >= 0: arguments of
        `compile_restricted_tape`."""
        made = cancelled(graph, [*nodes, *self.positive, *self.edges, *self.closed], into)
        first = len(nodes) + len(self.positive)
        return made[: len(nodes)], made[len(nodes) : first], made[first:]


def conditions_of(graph: Graph, node: int) -> Conditions:
    """The conditions of a node, some of them as new nodes of its graph."""
    positive: list[int] = []
    nonzero: list[int] = []
    edges: list[int] = []
    bends: list[int] = []
    for k in graph.reachable([node]):
        op, left = graph.ops[k], graph.left[k]
        if op is Op.LOG:
            positive.append(left)
        elif op is Op.SQRT:
            edges.append(left)
        elif op in (Op.ASIN, Op.ACOS):
            edges.append(graph.sub(graph.constant(1), graph.power(left, 2)))
        elif op is Op.DIV:
            nonzero.append(graph.right[k])
        elif op is Op.TAN:
            nonzero.append(graph.unary(Op.COS, left))
        elif op in NOT_SMOOTH:
            bends.append(left)
    once = [tuple(dict.fromkeys(nodes)) for nodes in (positive, nonzero, edges, bends)]
    return Conditions(once[0], once[1], once[2], (), once[3])


def conditions_on(derivation: Derivation) -> Conditions:
    """The conditions of an objective: of its formula, and of its domain."""
    graph, objective = derivation.graph, derivation.objective
    found = conditions_of(graph, derivation.value)
    asked = inequality_nodes(objective.domain, graph, objective.variables)
    inner = [conditions_of(graph, node) for node in (*asked.strict, *asked.closed)]
    return Conditions(
        (*found.positive, *asked.strict, *(node for c in inner for node in c.positive)),
        (*found.nonzero, *(node for c in inner for node in c.nonzero)),
        found.edges,
        (*asked.closed, *(node for c in inner for node in c.edges)),
        found.bends,
    )


def is_restricted(derivation: Derivation) -> bool:
    """Whether the domain has conditions, or it is not proved that the formula is defined everywhere."""
    if derivation.objective.domain.where:
        return True
    graph = derivation.graph
    partial = any(graph.ops[k] in RESTRICTED for k in graph.reachable([derivation.value, *derivation.gradient]))
    return partial and not _is_defined(derivation)


def restricted_gradient(derivation: Derivation) -> Tape | None:
    """A tape whose outputs have 0 in their enclosures on a box if the box has a stationary point of the formula's natural domain: the
    gradient, less factors that are never 0, restricted to where it is defined, and what tells that a box lies outside of the domain. None
    where the formula is proved to be defined everywhere, and the domain has no conditions."""
    if not is_restricted(derivation):
        return None
    graph, found, made = derivation.graph, conditions_on(derivation), Graph()
    plain, positive, edges = found.cancelled(graph, derivation.gradient, made)
    cleared = cancelled(graph, derivation.gradient, made, cleared=True)
    never = {*positive, *cancelled(graph, found.nonzero, made)}
    zeros = list(dict.fromkeys(zero_factors(made, node, never) for node in (*plain, *cleared)))
    return compile_restricted_tape(made, zeros, positive, edges, derivation.dimension)


def restricted_slopes(derivation: Derivation) -> Tape | None:
    """The same for the size of the gradient: its components, restricted to the natural domain, and then what is FAR_TOO_LARGE where a box
    lies outside. The sum of the squares of all outputs is at most |g|^2 wherever it is smaller than that number's square. None as above."""
    if not is_restricted(derivation):
        return None
    found, made = conditions_on(derivation), Graph()
    inner = tuple(node for node in found.edges if _is_positive_inside(derivation, node))
    rest = tuple(node for node in found.edges if node not in inner)
    found = replace(found, positive=(*found.positive, *inner), edges=rest)
    slopes, positive, edges = found.cancelled(derivation.graph, derivation.gradient, made)
    return compile_restricted_tape(made, slopes, positive, edges, derivation.dimension, FAR_TOO_LARGE)


def common_zeros(graph: Graph, nodes: Sequence[int], conditions: Conditions, n: int) -> Tape:
    """A tape whose outputs have 0 in their enclosures on a box if the nodes, functions of n unknowns, have a common zero in it where the
    conditions hold."""
    made = Graph()
    found, positive, edges = conditions.cancelled(graph, nodes, made)
    return compile_restricted_tape(made, [zero_factors(made, k, set(positive)) for k in found], positive, edges, n)


def _is_positive_inside(derivation: Derivation, node: int) -> bool:
    """Whether every box with a point around which `node` >= 0 holds a point at which it is > 0: a polynomial other than 0 is that
    somewhere on each open set, and boxes have no side of width 0."""
    ends = derivation.objective.domain.ends
    if ends is not None and any(low == high for low, high in zip(*ends, strict=True)):
        return False
    found = polynomial(derivation.graph, node, derivation.dimension)
    return found is not None and not found.is_zero()


def satisfied(derivation: Derivation, point: Sequence[arb], exact: Sequence[Fraction] | None = None) -> bool | None:
    """Whether the conditions of the domain hold on these balls, at the present precision, or at the exact point; None where it is open."""
    return holds_where(derivation.objective.domain, derivation.objective.variables, point, exact)


def holds_where(
    domain: Domain, variables: Sequence[str], point: Sequence[arb], exact: Sequence[Fraction] | None = None
) -> bool | None:
    """The same for a domain in these variables."""
    graph, n = Graph(), len(variables)
    asked = inequality_nodes(domain, graph, variables)
    nodes = [*asked.strict, *asked.closed]
    if not nodes:
        return True
    tape = compile_tape(graph, nodes, n)
    values: Sequence[Any] | None = None if exact is None else evaluate_rational(tape, exact)
    answer: bool | None = True
    for k, value in enumerate(evaluate_arb(tape, list(point)) if values is None else values):
        strict = k < len(asked.strict)
        if value < 0 or (strict and (value.is_zero() if values is None else value == 0)):
            return False
        if not (value > 0 or (not strict and value >= 0)):
            answer = None
    return answer


def ends_of(objective: Objective) -> tuple[Floats, Floats]:
    """A box, with infinite ends, that holds the domain: two arrays (1, n)."""
    n = objective.dimension
    lower, upper = np.full((1, n), -np.inf), np.full((1, n), np.inf)
    domain = objective.domain
    if domain.ends is not None:
        lower[0] = [outward(low)[0] for low in domain.ends[0]]
        upper[0] = [outward(high)[1] for high in domain.ends[1]]
    on_sphere = [k for group in domain.groups for k in group]
    lower[0, on_sphere], upper[0, on_sphere] = -1.0, 1.0
    return lower, upper


def reach_of(derivation: Derivation) -> tuple[Floats, Floats]:
    """A box, with infinite ends, that holds the natural domain: two arrays (1, n), from the conditions that are linear in one unknown."""
    lower, upper = ends_of(derivation.objective)
    found, n = conditions_on(derivation), derivation.dimension
    for node in (*found.positive, *found.edges, *found.closed):
        used = derivation.graph.variables_of(node)
        linear = polynomial(derivation.graph, node, n) if len(used) == 1 else None
        if linear is None or linear.total_degree() != 1:
            continue
        (k,) = used
        slope, constant = (
            fraction(linear.derivative(k).leading_coefficient()),
            fraction(linear.to_dict().get((0,) * n, fmpq(0))),
        )
        end = outward(-constant / slope)
        if slope > 0:
            lower[0, k] = max(lower[0, k], end[0])
        else:
            upper[0, k] = min(upper[0, k], end[1])
    return lower, upper


def is_defined_everywhere(objective: Objective) -> bool:
    """Whether f and its gradient are proved to be defined on all of the domain."""
    if polynomial(objective.graph, objective.node, objective.dimension) is not None:
        return True
    return _is_defined(derive(objective.on(Euclidean())), objective)


def _is_defined(derivation: Derivation, objective: Objective | None = None) -> bool:
    """Whether intervals show that value and gradient are defined on all of the domain."""
    ends = ends_of(objective or derivation.objective)
    tapes = (derivation.value_tape, derivation.gradient_tape)
    return not any(np.isnan(end).any() for tape in tapes for end in evaluate_interval(tape, *ends))


def require_some_domain(objective: Objective) -> None:
    """Raise InputError where interval evaluation of a part of the formula proves that it is defined nowhere on the domain."""
    graph = objective.graph
    partial = [node for node in graph.reachable([objective.node]) if graph.ops[node] in PARTIAL]
    if not partial:
        return
    arguments = [graph.right[node] if graph.ops[node] is Op.DIV else graph.left[node] for node in partial]
    low, high = evaluate_interval(compile_tape(graph, arguments, objective.dimension), *ends_of(objective))
    for node, below, above in zip(partial, low[0], high[0], strict=True):
        op = graph.ops[node]
        nowhere = {
            Op.LOG: above <= 0.0,
            Op.SQRT: above < 0.0,
            Op.DIV: below == above == 0.0,
            Op.ASIN: below > 1.0 or above < -1.0,
            Op.ACOS: below > 1.0 or above < -1.0,
        }[op]
        if nowhere:  # nan compares false
            raise InputError(
                "the formula is defined nowhere: what this is taken of never has a value for which it is defined",
                where="expression", fragment=text(graph, node, objective.variables),
                remedy="Correct the formula, or its domain.",
            )  # fmt: skip
