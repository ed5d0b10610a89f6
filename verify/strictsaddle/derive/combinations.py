"""Sums and differences of two components of a gradient in which something cancels: they vanish at stationary points as well.

Of u(x) + v(y - x) the components are u' - v' and v', and their sum is u'(x): where v' is small, only the sum tells that u' is not.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations

from strictsaddle.formula.graph import Graph, Op

MOST_COMPONENTS, MOST_SUMMANDS = 8, 60


def combinations_of(graph: Graph, gradient: Sequence[int]) -> list[int]:
    """New nodes of the graph: g_i + g_j and g_i - g_j, where they have fewer summands than g_i or g_j, or one of their common ones less."""
    if len(gradient) > MOST_COMPONENTS:
        return []
    sums = [whole for whole in (_summands(graph, node) for node in gradient) if whole is not None]
    found = []
    for a, b in combinations(sums, 2):
        for sign in (1, -1):
            total = {k: a.get(k, Fraction(0)) + sign * b.get(k, Fraction(0)) for k in (*a, *b)}
            left = {k: c for k, c in total.items() if c}
            if 0 < len(left) < len(total):
                found.append(graph.total([graph.mul(graph.constant(c), k) for k, c in left.items()]))
    return found


def _summands(graph: Graph, node: int) -> dict[int, Fraction] | None:
    """The node as a sum of constants times nodes; None where it has too many."""
    found: dict[int, Fraction] = {}
    waiting = [(node, Fraction(1))]
    while waiting:
        if len(found) > MOST_SUMMANDS:
            return None
        k, c = waiting.pop()
        op, left, right = graph.ops[k], graph.left[k], graph.right[k]
        if op is Op.ADD or op is Op.SUB:
            waiting += [(right, -c if op is Op.SUB else c), (left, c)]
        elif op is Op.NEG:
            waiting.append((left, -c))
        elif op is Op.MUL and (value := graph.value(left)) is not None:
            waiting.append((right, c * value))
        elif op is Op.MUL and (value := graph.value(right)) is not None:
            waiting.append((left, c * value))
        elif op is Op.DIV and (value := graph.value(right)) is not None and value:
            waiting.append((left, c / value))
        elif graph.value(k) != 0:
            found[k] = found.get(k, Fraction(0)) + c
    return {k: c for k, c in found.items() if c}
