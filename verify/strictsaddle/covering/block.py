"""Unknowns that the others determine: a block in which the gradient is affine.

Where f is quadratic in some unknowns, the Hessian's block for them does not depend on them, and where it is positive
definite they are a function of the others at every stationary point. The search then narrows them by a Newton test of
their own and hardly ever splits them: the output layer of a network, one factor of a factorisation. Any choice is
sound; a good one is fast.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from strictsaddle.derive.derivatives import Derivation

Numbers = np.ndarray[Any, np.dtype[np.int64]]


def determined_unknowns(derivation: Derivation) -> Numbers:
    """The numbers of the block's unknowns, ascending; empty where there is none, or where it would be all of them (the
    Newton test of all unknowns does the same then)."""
    n = derivation.dimension
    network = derivation.objective.network
    if network is not None and network.layers > 1:  # convex losses: not affine, but the block is positive definite
        chosen = list(network.output_parameters)
    else:
        chosen = max(_affine(derivation, range(n)), _affine(derivation, range(n - 1, -1, -1)), key=len)
    return np.array(sorted(chosen) if len(chosen) < n else [], dtype=np.int64)


def _affine(derivation: Derivation, order: range) -> list[int]:
    """Unknowns taken greedily in this order, as long as no second derivative by two of them contains one of them."""
    chosen: list[int] = []
    contained: set[int] = set()  # the unknowns in those second derivatives
    for k in order:
        entries = [derivation.hessian[k][other] for other in [*chosen, k]]
        if derivation.graph.value(derivation.hessian[k][k]) == 0:
            continue  # f is affine in it, and nothing determines it
        more = contained.union(*(derivation.graph.variables_of(entry) for entry in entries))
        if more.isdisjoint([*chosen, k]):
            chosen.append(k)
            contained = more
    return chosen
