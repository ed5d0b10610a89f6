"""A second, naive meaning of formulas, against which the graph and everything built on it is tested."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from strictsaddle.errors import InputError
from strictsaddle.formula.graph import Graph, Op

rationals = st.fractions(min_value=-3, max_value=3, max_denominator=4)


def value(graph: Graph, root: int, point: Sequence[Fraction]) -> Fraction | None:
    """The exact value of rational operations at a rational point, None where the formula is undefined."""
    found: dict[int, Fraction | None] = {}
    for node in graph.reachable([root]):
        operands = [found[k] for k in graph.operands(node)]
        if any(operand is None for operand in operands):
            found[node] = None
            continue
        found[node] = _rational(graph, node, [x for x in operands if x is not None], point)
    return found[root]


def _rational(graph: Graph, node: int, operands: list[Fraction], point: Sequence[Fraction]) -> Fraction | None:
    op = graph.ops[node]
    if op is Op.CONST:
        return graph.value(node)
    if op is Op.VAR:
        return point[graph.left[node]]
    if op is Op.POW:
        return operands[0] ** graph.right[node]
    if op is Op.DIV:
        return operands[0] / operands[1] if operands[1] else None
    if op in (Op.ABS, Op.RELU):
        return abs(operands[0]) if op is Op.ABS else max(operands[0], Fraction(0))
    if op is Op.NEG:
        return -operands[0]
    a, b = operands
    return {Op.ADD: a + b, Op.SUB: a - b, Op.MUL: a * b}[op]


Steps = list[tuple[str, int, int]]
steps = st.lists(
    st.tuples(
        st.sampled_from(["add", "sub", "mul", "div", "neg", "power", "abs", "relu", "constant"]),
        st.integers(0, 30),
        st.integers(0, 30),
    ),
    min_size=1,
    max_size=14,
)
points = st.tuples(rationals, rationals)


def followed(steps: Steps, point: tuple[Fraction, ...]) -> tuple[Graph, list[int], list[Fraction | None]]:
    """Build the steps in a graph and compute them beside it, operation by operation, None where undefined."""
    graph = Graph()
    nodes = [graph.variable(0), graph.variable(1), graph.constant(0), graph.constant(2)]
    values: list[Fraction | None] = [point[0], point[1], Fraction(0), Fraction(2)]
    for name, i, j in steps:
        if name == "constant":
            nodes.append(graph.constant(Fraction(i - 15, j + 1)))
            values.append(Fraction(i - 15, j + 1))
            continue
        a, b = i % len(nodes), j % len(nodes)
        x, y = values[a], values[b]
        try:
            if name == "power":
                node = graph.power(nodes[a], j % 7 - 3)
            elif name in ("neg", "abs", "relu"):
                node = graph.unary(Op[name.upper()], nodes[a])
            else:
                node = getattr(graph, name)(nodes[a], nodes[b])
        except InputError:  # a division by the constant zero: the formula is defined nowhere
            assert name in ("div", "power")
            continue
        nodes.append(node)
        values.append(None if x is None else computed(name, x, y, j % 7 - 3))
    return graph, nodes, values


def computed(name: str, x: Fraction, y: Fraction | None, exponent: int) -> Fraction | None:
    if name == "power":
        return None if x == 0 and exponent < 0 else Fraction(x**exponent)
    if name in ("neg", "abs", "relu"):
        return {"neg": -x, "abs": abs(x), "relu": max(x, Fraction(0))}[name]
    if y is None:
        return None
    if name == "div":
        return x / y if y else None
    return {"add": x + y, "sub": x - y, "mul": x * y}[name]


FLOATS: dict[Op, Any] = {
    Op.ADD: lambda a, b: a + b, Op.SUB: lambda a, b: a - b, Op.MUL: lambda a, b: a * b, Op.DIV: lambda a, b: a / b,
    Op.NEG: lambda a: -a, Op.EXP: math.exp, Op.LOG: math.log, Op.SQRT: math.sqrt, Op.SIN: math.sin, Op.COS: math.cos,
    Op.TAN: math.tan, Op.ASIN: math.asin, Op.ACOS: math.acos, Op.ATAN: math.atan, Op.SINH: math.sinh,
    Op.COSH: math.cosh, Op.TANH: math.tanh, Op.SIGMOID: lambda a: 1 / (1 + math.exp(-a)),
    Op.SOFTPLUS: lambda a: math.log1p(math.exp(a)), Op.ERF: math.erf, Op.RELU: lambda a: max(a, 0.0), Op.ABS: abs,
}  # fmt: skip


def approximate(graph: Graph, root: int, point: Sequence[float]) -> float:
    """The value in floating point; raises ValueError or ZeroDivisionError where the formula is undefined."""
    found: dict[int, float] = {}
    for node in graph.reachable([root]):
        op = graph.ops[node]
        if op is Op.CONST:
            found[node] = float(graph.constants[graph.left[node]])
        elif op is Op.PI:
            found[node] = math.pi
        elif op is Op.VAR:
            found[node] = point[graph.left[node]]
        elif op is Op.POW:
            found[node] = found[graph.left[node]] ** graph.right[node]
        else:
            found[node] = FLOATS[op](*(found[k] for k in graph.operands(node)))
    return found[root]
