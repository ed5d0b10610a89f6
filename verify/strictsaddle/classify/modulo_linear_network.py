"""Strict-saddle modulo symmetry for deep linear networks, through one point on each orbit that matters (`network_orbits`).

Each is judged on its enclosure. What that does not settle, or a system that msolve does not solve, is left to the slice through all unknowns.
"""

from __future__ import annotations

import time

from strictsaddle.classify.linear_networks import linear_network
from strictsaddle.classify.modulo_symmetry import FoundOrbit, found_orbit, judged
from strictsaddle.classify.network_orbits import network_orbits
from strictsaddle.derive.derivatives import derive
from strictsaddle.derive.polynomials import PolynomialSystem
from strictsaddle.errors import EngineError
from strictsaddle.objective.objective import Objective
from strictsaddle.stationary.krawczyk import hessian
from strictsaddle.symmetry.continuous import ContinuousSymmetries
from strictsaddle.symmetry.orbits import tangents
from strictsaddle.verdict import Answer


def modulo_linear_network(
    objective: Objective,
    polynomials: PolynomialSystem,
    symmetries: ContinuousSymmetries,
    *,
    time_limit: float | None = None,
) -> tuple[Answer, str, tuple[FoundOrbit, ...]] | None:
    """ "strict_saddle" with the reason and all orbits; None where the objective is no such network on R^n, or the answer is not
    settled here.

    polynomials: the objective's; symmetries: all there are; time_limit: seconds for msolve."""
    network = linear_network(objective, polynomials)
    if network is None:
        return None
    try:
        found = network_orbits(network, None if time_limit is None else time.monotonic() + time_limit)
    except EngineError:
        return None
    if isinstance(found, str):
        return None
    derivation = derive(objective)
    kinds: list[str | None] = []
    listed: list[FoundOrbit] = []
    for point in found.points:
        matrix, tangent = hessian(derivation, point), tangents(symmetries, point)
        kinds.append(judged(matrix, tangent))
        if kinds[-1] is None:
            return None
        listed += found_orbit(matrix, tangent, point)
    return (
        "strict_saddle",
        (
            f"the layers of a linear network are balanced on {found.scope}, which leaves {len(kinds)} "
            f"up to rotations of hidden units, out of {found.complex_count} complex solutions for singular values and vectors: "
            f"{kinds.count('minimum')} with a Hessian that is positive definite normal to the orbit, {kinds.count('saddle')} with a "
            f"negative eigenvalue; {found.trust}"
        ),
        tuple(listed),
    )
