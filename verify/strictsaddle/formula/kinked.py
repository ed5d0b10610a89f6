"""Functions with kinks, made of relu and abs: activations, losses and penalties that the field has names for."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from strictsaddle.formula.graph import Graph, Op

LEAK = Fraction(1, 100)  # the slope of leaky_relu below 0, where none is given
HALF = Fraction(1, 2)


def greatest(graph: Graph, arguments: Sequence[int]) -> int:
    """max(a, b, ...): b + relu(a - b) for two."""
    result = arguments[0]
    for other in arguments[1:]:
        result = graph.add(other, graph.unary(Op.RELU, graph.sub(result, other)))
    return result


def least(graph: Graph, arguments: Sequence[int]) -> int:
    """min(a, b, ...): b - relu(b - a) for two."""
    result = arguments[0]
    for other in arguments[1:]:
        result = graph.sub(other, graph.unary(Op.RELU, graph.sub(other, result)))
    return result


def leaky_relu(graph: Graph, x: int, slope: int | None = None) -> int:
    """x for x > 0, and slope x below: relu(x) - slope relu(-x)."""
    slope = graph.constant(LEAK) if slope is None else slope
    return graph.sub(graph.unary(Op.RELU, x), graph.mul(slope, graph.unary(Op.RELU, graph.neg(x))))


def hinge(graph: Graph, margin: int) -> int:
    """max(0, 1 - margin)."""
    return graph.unary(Op.RELU, graph.sub(graph.constant(1), margin))


def half_square(graph: Graph, x: int) -> int:
    """x^2/2."""
    return graph.mul(graph.constant(HALF), graph.power(x, 2))


def excess(graph: Graph, size: int, bound: Fraction) -> int:
    """max(0, size - bound)^2 / 2."""
    return half_square(graph, graph.unary(Op.RELU, graph.sub(size, graph.constant(bound))))


def huber(graph: Graph, x: int, d: Fraction = Fraction(1)) -> int:
    """x^2/2 for |x| <= d, d |x| - d^2/2 beyond."""
    return graph.sub(graph.sub(half_square(graph, x), excess(graph, x, d)), excess(graph, graph.neg(x), d))


def scad(graph: Graph, x: int, lam: Fraction, a: Fraction) -> int:
    """Fan and Li's penalty: lam |x| up to lam, constant beyond a lam; a > 2."""
    size = graph.unary(Op.ABS, x)
    bend = graph.sub(excess(graph, size, a * lam), excess(graph, size, lam))
    return graph.add(graph.mul(graph.constant(lam), size), graph.mul(graph.constant(1 / (a - 1)), bend))


def mcp(graph: Graph, x: int, lam: Fraction, gamma: Fraction) -> int:
    """Zhang's penalty: lam |x| - x^2/(2 gamma), constant beyond gamma lam."""
    size = graph.unary(Op.ABS, x)
    bend = graph.mul(graph.constant(1 / gamma), graph.sub(excess(graph, size, gamma * lam), half_square(graph, x)))
    return graph.add(graph.mul(graph.constant(lam), size), bend)
