"""Which nodes of a formula are positive, or not negative, wherever they are defined: as far as the formula shows it."""

from __future__ import annotations

from fractions import Fraction

from strictsaddle.formula.graph import Graph, Op

POSITIVE = frozenset({Op.PI, Op.EXP, Op.COSH, Op.SIGMOID, Op.SOFTPLUS, Op.TANH1, Op.SIGMOID1, Op.POSITIVE})
NOT_NEGATIVE = frozenset({Op.ABS, Op.RELU, Op.STEP, Op.SQRT})


def visible_signs(graph: Graph, node: int) -> tuple[set[int], set[int]]:
    """The nodes below `node` (it included) that are certainly positive, and those that are certainly not negative."""
    positive: set[int] = set()
    least: set[int] = set()  # not negative; holds the positive ones too
    for k in graph.reachable([node]):
        op, left, right = graph.ops[k], graph.left[k], graph.right[k]
        if op is Op.CONST:
            value: Fraction = graph.constants[left]
            above, not_below = value > 0, value >= 0
        elif op is Op.ADD:
            not_below = left in least and right in least
            above = not_below and (left in positive or right in positive)
        elif op in (Op.MUL, Op.DIV):
            not_below = left in least and right in least
            above = left in positive and right in positive
        elif op is Op.POW:
            not_below = right % 2 == 0 or left in least
            above = left in positive
        elif op is Op.SQRT:
            above, not_below = left in positive, True
        else:
            above, not_below = op in POSITIVE, op in POSITIVE or op in NOT_NEGATIVE
        if above:
            positive.add(k)
        if above or not_below:
            least.add(k)
    return positive, least
