"""Gradient and Hessian by algorithmic differentiation inside the expression graph.

The gradient is one reverse pass over the objective's graph; the Hessian is one forward pass over the gradient's
graph for each unknown. Both only add nodes to the graph, and equal subexpressions stay one node, so the work is
proportional to the size of the network times the number of unknowns. The rules are written for intervals: the
derivatives of tanh and sigmoid are operations of their own, whose ranges over a box are exact, and no rule widens
the domain of the function it differentiates (1/x as the derivative of log x stays undefined for x <= 0).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from strictsaddle.execution.budget import require_time
from strictsaddle.formula.graph import LEAVES, Graph, Op

if TYPE_CHECKING:
    from strictsaddle.arithmetic.tape import Tape
    from strictsaddle.objective.objective import Objective
from strictsaddle.formula.positivity import NOT_NEGATIVE, POSITIVE


def gradient(graph: Graph, node: int, n: int) -> list[int]:
    """The n nodes of the partial derivatives of `node` by the variables 0 ... n-1, added to `graph`.

    Reverse mode: the adjoint of each node is the sum over its uses. The derivatives of relu and abs are the step
    and sign functions, undefined at 0, and theirs are 0 where they are defined.
    """
    return reverse(graph, {node: graph.constant(1)}, n)


def reverse(graph: Graph, seeds: dict[int, int], n: int) -> list[int]:
    """The n nodes of the gradient of the sum over seeds of (seed's node, held constant) * (value of the key node)."""
    contributions: dict[int, list[int]] = {node: [seed] for node, seed in seeds.items()}
    result = [graph.constant(0)] * n
    nodes = graph.reachable(list(seeds))
    varying: set[int] = set()
    for node in nodes:
        if graph.ops[node] is Op.VAR or not varying.isdisjoint(graph.operands(node)):
            varying.add(node)
    for node in reversed(nodes):
        terms = contributions.pop(node, None)
        if terms is None or node not in varying:  # what is constant has no derivative to speak of, sqrt(0) included
            continue
        adjoint = graph.total(terms)
        if graph.ops[node] is Op.VAR:
            if graph.left[node] < n:
                result[graph.left[node]] = adjoint
            continue
        for position, operand in enumerate(_arguments(graph, node)):
            if operand in varying:
                contributions.setdefault(operand, []).append(_along(graph, node, position, adjoint))
    return result


def hessian(graph: Graph, gradient_nodes: Sequence[int], n: int) -> list[list[int]]:
    """The full symmetric n x n matrix of nodes of second derivatives, the upper triangle computed and mirrored.

    Forward mode: column j is the directional derivative of the gradient's nodes along the j-th unit vector.
    """
    matrix = [[graph.constant(0)] * n for _ in range(n)]
    for j in range(n):
        require_time()
        column = forward(graph, gradient_nodes[: j + 1], {j: graph.constant(1)})
        for i in range(j + 1):
            matrix[i][j] = matrix[j][i] = column[i]
    return matrix


def forward(graph: Graph, nodes: Sequence[int], direction: dict[int, int]) -> list[int]:
    """The nodes of the derivatives of `nodes` along `direction`: number of a variable -> node of its rate of
    change."""
    tangent: dict[int, int] = {}
    zero = graph.constant(0)
    for node in graph.reachable(list(nodes)):
        op, left = graph.ops[node], graph.left[node]
        if op is Op.VAR and left in direction:
            tangent[node] = direction[left]
        elif op not in LEAVES:
            terms = [
                _along(graph, node, position, tangent[operand])
                for position, operand in enumerate(_arguments(graph, node))
                if operand in tangent
            ]
            if terms:
                tangent[node] = graph.total(terms)
    return [tangent.get(node, zero) for node in nodes]


def _arguments(graph: Graph, node: int) -> tuple[int, ...]:
    """What `node` is differentiated by: its operands, save that log cosh is one function."""
    return (graph.left[graph.left[node]],) if _is_log_cosh(graph, node) else graph.operands(node)


def _is_log_cosh(graph: Graph, node: int) -> bool:
    return graph.ops[node] is Op.LOG and graph.ops[graph.left[node]] is Op.COSH


def _along(graph: Graph, node: int, position: int, rate: int) -> int:
    """`rate` times the derivative of `node` by its argument number `position`."""
    op, a, b = graph.ops[node], graph.left[node], graph.right[node]
    if op is Op.ADD or op is Op.POSITIVE:
        return rate
    if op is Op.SUB:
        return rate if position == 0 else graph.neg(rate)
    if op is Op.NEG:
        return graph.neg(rate)
    if op is Op.MUL:
        return graph.mul(rate, b if position == 0 else a)
    if op is Op.DIV:
        if position == 0:
            return graph.div(rate, b)
        return graph.neg(graph.div(graph.mul(rate, a), graph.power(b, 2)))
    if op is Op.POW:
        return graph.mul(graph.mul(graph.constant(b), rate), graph.power(a, b - 1))
    if _is_log_cosh(graph, node):  # tanh, rather than a quotient of two unbounded functions
        return graph.mul(rate, graph.unary(Op.TANH, graph.left[a]))
    if op in _DIVISORS:
        return graph.div(rate, _DIVISORS[op](graph, a, node))
    return graph.mul(rate, _FACTORS[op](graph, a, node))


def _one(graph: Graph) -> int:
    return graph.constant(1)


def _cosine_distance(graph: Graph, a: int) -> int:
    """sqrt(1 - a**2)."""
    return graph.unary(Op.SQRT, graph.sub(_one(graph), graph.power(a, 2)))


def _gaussian(graph: Graph, a: int) -> int:
    """2/sqrt(pi) * exp(-a**2), the derivative of erf."""
    height = graph.div(graph.constant(2), graph.unary(Op.SQRT, graph.pi()))
    return graph.mul(height, graph.unary(Op.EXP, graph.neg(graph.power(a, 2))))


def _third_tanh(graph: Graph, a: int) -> int:
    """The third derivative of tanh: s*(4 - 6*s) with s = 1 - tanh(a)**2."""
    s = graph.unary(Op.TANH1, a)
    return graph.mul(s, graph.sub(graph.constant(4), graph.mul(graph.constant(6), s)))


def _third_sigmoid(graph: Graph, a: int) -> int:
    """The third derivative of the sigmoid: s*(1 - 6*s) with s its first."""
    s = graph.unary(Op.SIGMOID1, a)
    return graph.mul(s, graph.sub(_one(graph), graph.mul(graph.constant(6), s)))


def _zero_where_defined(graph: Graph, a: int, node: int) -> int:
    """The derivative of the step and sign functions: 0, and undefined where they are."""
    return graph.mul(graph.constant(0), node)


def positive(graph: Graph, node: int) -> int:
    """`node`, or unless its form shows that it is positive, the node that is undefined where it is not positive."""
    return node if _sign_is_known(graph, node, strict=True, depth=8) else graph.unary(Op.POSITIVE, node)


def positive_by_form(graph: Graph, node: int) -> bool:
    """Whether the form of `node` alone shows that it is > 0 wherever it is defined."""
    return _sign_is_known(graph, node, strict=True, depth=8)


def not_negative_by_form(graph: Graph, node: int) -> bool:
    """Whether the form of `node` alone shows that it is >= 0 wherever it is defined."""
    return _sign_is_known(graph, node, strict=False, depth=60)


def _sign_is_known(graph: Graph, node: int, strict: bool, depth: int) -> bool:
    """Whether the form of `node` shows that it is > 0 (`strict`) or >= 0 wherever it is defined."""
    op, a, b = graph.ops[node], graph.left[node], graph.right[node]
    value = graph.value(node)
    if value is not None:
        return value > 0 or (value == 0 and not strict)
    if op in POSITIVE:
        return True
    if not strict and ((op is Op.POW and b % 2 == 0) or op in NOT_NEGATIVE):
        return True
    if depth == 0:
        return False
    if op in (Op.MUL, Op.DIV):
        return all(_sign_is_known(graph, k, strict, depth - 1) for k in (a, b))
    if op is Op.POW:
        return _sign_is_known(graph, a, strict, depth - 1)
    if op is Op.ADD:
        weak = all(_sign_is_known(graph, k, False, depth - 1) for k in (a, b))
        return weak and (not strict or any(_sign_is_known(graph, k, True, depth - 1) for k in (a, b)))
    return False


# Where the derivative is 1/divisor(argument, node): one quotient is tighter than a reciprocal and a product.
_DIVISORS: dict[Op, Callable[[Graph, int, int], int]] = {
    Op.LOG: lambda g, a, node: positive(g, a),
    Op.SQRT: lambda g, a, node: g.mul(g.constant(2), node),
    Op.ASIN: lambda g, a, node: _cosine_distance(g, a),
    Op.ACOS: lambda g, a, node: g.neg(_cosine_distance(g, a)),
    Op.ATAN: lambda g, a, node: g.add(_one(g), g.power(a, 2)),
}
_FACTORS: dict[Op, Callable[[Graph, int, int], int]] = {
    Op.EXP: lambda g, a, node: node,
    Op.SIN: lambda g, a, node: g.unary(Op.COS, a),
    Op.COS: lambda g, a, node: g.neg(g.unary(Op.SIN, a)),
    Op.TAN: lambda g, a, node: g.add(_one(g), g.power(node, 2)),
    Op.SINH: lambda g, a, node: g.unary(Op.COSH, a),
    Op.COSH: lambda g, a, node: g.unary(Op.SINH, a),
    Op.TANH: lambda g, a, node: g.unary(Op.TANH1, a),
    Op.TANH1: lambda g, a, node: g.unary(Op.TANH2, a),
    Op.TANH2: lambda g, a, node: _third_tanh(g, a),
    Op.SIGMOID: lambda g, a, node: g.unary(Op.SIGMOID1, a),
    Op.SIGMOID1: lambda g, a, node: g.unary(Op.SIGMOID2, a),
    Op.SIGMOID2: lambda g, a, node: _third_sigmoid(g, a),
    Op.SOFTPLUS: lambda g, a, node: g.unary(Op.SIGMOID, a),
    Op.ERF: lambda g, a, node: _gaussian(g, a),
    Op.RELU: lambda g, a, node: g.unary(Op.STEP, a),
    Op.ABS: lambda g, a, node: g.unary(Op.SIGN, a),
    Op.STEP: _zero_where_defined,
    Op.SIGN: _zero_where_defined,
}


@dataclass(frozen=True, eq=False)
class Derivation:
    """An objective's value, gradient and Hessian as nodes of one graph (a copy: the objective's own is never
    changed).

    The tapes are compiled when first asked for. `value_tape` has 1 output, `gradient_tape` n, `hessian_tape` the
    n(n+1)/2 entries of the upper triangle row by row (`upper_triangle` gives their places), `gradient_hessian_tape`
    the gradient's n and then those.
    """

    objective: Objective
    graph: Graph = field(repr=False)
    value: int
    gradient: list[int]
    hessian: list[list[int]]

    @property
    def dimension(self) -> int:
        return len(self.gradient)

    def _tape(self, outputs: list[int]) -> Tape:
        from strictsaddle.arithmetic.tape import compile_tape

        return compile_tape(self.graph, outputs, self.dimension)

    def _triangle(self) -> list[int]:
        return [self.hessian[i][j] for i, j in upper_triangle(self.dimension)]

    @cached_property
    def value_tape(self) -> Tape:
        return self._tape([self.value])

    @cached_property
    def gradient_tape(self) -> Tape:
        return self._tape(self.gradient)

    @cached_property
    def hessian_tape(self) -> Tape:
        return self._tape(self._triangle())

    @cached_property
    def gradient_hessian_tape(self) -> Tape:
        return self._tape(self.gradient + self._triangle())


def upper_triangle(n: int) -> list[tuple[int, int]]:
    """The places (i, j), i <= j, of a symmetric n x n matrix in the order in which tapes put them out."""
    return [(i, j) for i in range(n) for j in range(i, n)]


_KEPT = 16
_known: dict[tuple[str, str], Derivation] = {}


def derive(objective: Objective) -> Derivation:
    """The derivation of `objective`; the last few are kept, by the formula's digest and the objective's name."""
    key = (objective.digest, objective.name)
    found = _known.pop(key, None)
    if found is None:
        graph, value = copied(objective.graph, objective.node)
        first = gradient(graph, value, objective.dimension)
        second = hessian(graph, first, objective.dimension)
        found = Derivation(objective, graph, value, first, second)
        if len(_known) >= _KEPT:
            del _known[next(iter(_known))]
    _known[key] = found
    return found


def copied(graph: Graph, node: int) -> tuple[Graph, int]:
    """A new graph that holds what `node` depends on, and the node's number in it."""
    made = Graph()
    place: dict[int, int] = {}
    for k in graph.reachable([node]):
        op, left, right = graph.ops[k], graph.left[k], graph.right[k]
        if op is Op.CONST:
            place[k] = made.constant(graph.constants[left])
        elif op is Op.VAR:
            place[k] = made.variable(left)
        else:  # as it stands, not simplified again
            place[k] = made._node(op, place.get(left, -1), right if op is Op.POW else place.get(right, -1))
    return made, place[node]


def sympy_gradient(derivation: Derivation) -> list[Any]:
    """The gradient as SymPy expressions in real symbols, one a variable."""
    from strictsaddle.formula.from_sympy import to_sympy

    names = derivation.objective.variables
    return [to_sympy(derivation.graph, node, names) for node in derivation.gradient]


def sympy_hessian(derivation: Derivation) -> list[list[Any]]:
    """The Hessian as rows of SymPy expressions in real symbols."""
    from strictsaddle.formula.from_sympy import to_sympy

    names = derivation.objective.variables
    done = {node: to_sympy(derivation.graph, node, names) for row in derivation.hessian for node in row}
    return [[done[node] for node in row] for row in derivation.hessian]
