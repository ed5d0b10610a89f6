"""Is a function other than 0 wherever the equalities hold? By interval evaluation on all of R^n, boxes with infinite ends included."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from strictsaddle.arithmetic.tape import compile_restricted_tape
from strictsaddle.covering.exclude import excluded
from strictsaddle.derive.cancellation import cancelled
from strictsaddle.derive.definedness import Conditions
from strictsaddle.derive.zero_factors import zero_factors
from strictsaddle.formula.graph import Graph

BOXES = 50_000


def is_apart_from_zero(graph: Graph, node: int, equalities: Sequence[int], conditions: Conditions, n: int) -> bool:
    """Whether it is proved that the node and the equalities, functions of n unknowns, have no common zero where the conditions hold."""
    made = Graph()
    count = 1 + len(equalities)
    first = count + len(conditions.positive)
    asked = (*conditions.positive, *conditions.edges, *conditions.closed)
    nodes = cancelled(graph, [node, *equalities, *asked], made)
    system = [zero_factors(made, k) for k in nodes[:count]]
    tape = compile_restricted_tape(made, system, nodes[count:first], nodes[first:], n)
    ends = np.full((1, n), np.inf)
    return excluded(tape, tape.n_outputs, -ends, ends, BOXES)[0]
