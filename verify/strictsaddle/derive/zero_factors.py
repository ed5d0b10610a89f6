"""Equations without the factors that are never zero: intervals that reach to infinity cannot tell exp(-x) or 1 - tanh² from 0."""

from __future__ import annotations

from collections.abc import Collection

from strictsaddle.derive.derivatives import positive_by_form
from strictsaddle.formula.graph import Graph, Op


def zero_factors(graph: Graph, node: int, never: Collection[int] = ()) -> int:
    """A node of `graph` that is 0 wherever `node` is defined and 0.

    Left out are denominators, powers, constants, factors that are positive wherever they are defined, and nodes that are `never` 0. The
    result may be defined, and 0, where `node` is not.
    """
    if node in never or positive_by_form(graph, node):
        return graph.constant(1)
    op, left, right = graph.ops[node], graph.left[node], graph.right[node]
    if op is Op.NEG or (op is Op.POW and right > 0) or (op is Op.DIV and graph.value(left) is None):
        return zero_factors(graph, left, never)
    if op is Op.MUL:
        for factor, other in ((left, right), (right, left)):
            value = graph.value(factor)
            if positive_by_form(graph, factor) or (value is not None and value != 0):
                return zero_factors(graph, other, never)
        return graph.mul(zero_factors(graph, left, never), zero_factors(graph, right, never))
    return node
