"""Have functions a common zero? By interval evaluation on all of R^n, boxes with infinite ends included."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from strictsaddle.covering.exclude import excluded
from strictsaddle.derive.definedness import Conditions, common_zeros
from strictsaddle.formula.graph import Graph

BOXES = 50_000


def have_no_common_zero(graph: Graph, nodes: Sequence[int], conditions: Conditions, n: int) -> bool:
    """Whether it is proved that the nodes, functions of n unknowns, have no common zero where the conditions hold."""
    tape = common_zeros(graph, nodes, conditions, n)
    ends = np.full((1, n), np.inf)
    return excluded(tape, tape.n_outputs, -ends, ends, BOXES)[0]
