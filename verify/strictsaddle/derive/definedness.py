"""Where a formula is defined: everywhere on its domain, nowhere, or it is not known."""

from __future__ import annotations

import numpy as np

from strictsaddle.arithmetic.arrays import Floats
from strictsaddle.arithmetic.evaluate import evaluate_interval
from strictsaddle.arithmetic.tape import compile_tape, outward
from strictsaddle.derive.derivatives import derive
from strictsaddle.errors import InputError
from strictsaddle.formula.expansion import polynomial
from strictsaddle.formula.graph import Op
from strictsaddle.formula.printing import text
from strictsaddle.objective.domain import Euclidean
from strictsaddle.objective.objective import Objective

PARTIAL = frozenset({Op.LOG, Op.SQRT, Op.DIV, Op.ASIN, Op.ACOS})


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


def is_defined_everywhere(objective: Objective) -> bool:
    """Whether f and its gradient are proved to be defined on all of the domain."""
    if polynomial(objective.graph, objective.node, objective.dimension) is not None:
        return True
    derivation = derive(objective.on(Euclidean()))
    return not any(
        np.isnan(end).any()
        for tape in (derivation.value_tape, derivation.gradient_tape)
        for end in evaluate_interval(tape, *ends_of(objective))
    )


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
