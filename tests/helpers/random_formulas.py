"""Random formulas for Hypothesis, and a second, naive way to evaluate the graph: node by node in Arb."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

from flint import arb, fmpq
from hypothesis import strategies as st

from strictsaddle.errors import InputError
from strictsaddle.formula.graph import Graph, Op

N = 2
SMOOTH = [
    Op.EXP, Op.SIN, Op.COS, Op.ATAN, Op.SINH, Op.COSH, Op.TANH, Op.SIGMOID, Op.SOFTPLUS, Op.ERF,
]  # fmt: skip
PARTIAL = [Op.LOG, Op.SQRT, Op.TAN, Op.ASIN, Op.ACOS, Op.RELU, Op.ABS]
BINARY = [Op.ADD, Op.SUB, Op.MUL, Op.DIV]


@st.composite
def formulas(draw: st.DrawFn, functions: tuple[Op, ...] = tuple(SMOOTH), size: int = 7) -> tuple[Graph, int]:
    """A graph in N variables and its last node, of at most `size` operations."""
    graph = Graph()
    nodes = [graph.variable(k) for k in range(N)]
    nodes += [graph.constant(draw(st.fractions(-3, 3, max_denominator=7))) for _ in range(2)]
    if draw(st.booleans()):
        nodes.append(graph.pi())
    operations = [Op.ADD, Op.SUB, Op.MUL, Op.MUL, Op.DIV, Op.POW, *functions]
    for _ in range(draw(st.integers(1, size))):
        op = draw(st.sampled_from(operations))
        a, b = draw(st.sampled_from(nodes)), draw(st.sampled_from(nodes))
        try:
            nodes.append(_made(graph, op, a, b, draw))
        except InputError:  # log(-1), 1/0: no formula
            continue
    return graph, nodes[-1]


def _made(graph: Graph, op: Op, a: int, b: int, draw: st.DrawFn) -> int:
    if op is Op.POW:
        return graph.power(a, draw(st.sampled_from([2, 3, 4, 5, -1, -2])))
    if op in BINARY:
        return {Op.ADD: graph.add, Op.SUB: graph.sub, Op.MUL: graph.mul, Op.DIV: graph.div}[op](a, b)
    return graph.unary(op, a)


_NAN = arb("nan")


def _if(condition: bool, value: Callable[[], arb]) -> arb:
    return value() if condition else _NAN


_VALUES: dict[Op, Callable[[arb], arb]] = {
    Op.NEG: lambda x: -x,
    Op.EXP: lambda x: x.exp(),
    Op.LOG: lambda x: _if(x > 0, x.log),
    Op.SQRT: lambda x: _if(x >= 0, x.sqrt),
    Op.SIN: lambda x: x.sin(),
    Op.COS: lambda x: x.cos(),
    Op.TAN: lambda x: x.tan(),
    Op.ASIN: lambda x: _if(abs(x) <= 1, x.asin),
    Op.ACOS: lambda x: _if(abs(x) <= 1, x.acos),
    Op.ATAN: lambda x: x.atan(),
    Op.SINH: lambda x: x.sinh(),
    Op.COSH: lambda x: x.cosh(),
    Op.TANH: lambda x: x.tanh(),
    Op.SIGMOID: lambda x: 1 / (1 + (-x).exp()),
    Op.SOFTPLUS: lambda x: (1 + x.exp()).log(),
    Op.ERF: lambda x: x.erf(),
    Op.RELU: lambda x: x if x >= 0 else arb(0),
    Op.ABS: lambda x: abs(x),
    Op.STEP: lambda x: arb(1) if x > 0 else arb(0) if x < 0 else _NAN,
    Op.SIGN: lambda x: arb(1) if x > 0 else arb(-1) if x < 0 else _NAN,
    Op.TANH1: lambda x: 1 / x.cosh() / x.cosh(),
    Op.TANH2: lambda x: -2 * x.tanh() / x.cosh() / x.cosh(),
    Op.SIGMOID1: lambda x: 1 / (x / 2).cosh() / (x / 2).cosh() / 4,
    Op.SIGMOID2: lambda x: -(x / 2).tanh() / (x / 2).cosh() / (x / 2).cosh() / 4,
    Op.POSITIVE: lambda x: _if(x > 0, lambda: x),
}


def value_in_arb(graph: Graph, root: int, point: list[arb]) -> arb:
    """The value at a point of thin balls, nan where undefined or where the precision does not tell."""
    done: dict[int, Any] = {}
    for node in graph.reachable([root]):
        op = graph.ops[node]
        a, b = done.get(graph.left[node]), done.get(graph.right[node])
        exact = graph.value(node)
        if exact is not None:
            done[node] = arb(fmpq(exact.numerator, exact.denominator))
        elif op is Op.PI:
            done[node] = arb.pi()
        elif op is Op.VAR:
            done[node] = point[graph.left[node]]
        elif op is Op.POW:
            done[node] = a
            for _ in itertools.repeat(None, graph.right[node] - 1):
                done[node] = done[node] * a
        elif op in BINARY:
            done[node] = a + b if op is Op.ADD else a - b if op is Op.SUB else a * b if op is Op.MUL else a / b
        else:
            done[node] = _VALUES[op](a)
    found: arb = done[root]
    return found
