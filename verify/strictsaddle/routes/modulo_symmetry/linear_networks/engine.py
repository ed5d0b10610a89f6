"""Strict-saddle modulo symmetry for deep linear networks, through one point on each orbit that matters (`network_orbits`).

Each is judged on its enclosure. What that does not settle, or a system that msolve does not solve, is left to the slice through
all unknowns.
"""

from __future__ import annotations

from strictsaddle.certify.krawczyk import hessian
from strictsaddle.derive.derivatives import derive
from strictsaddle.derive.polynomials import PolynomialSystem
from strictsaddle.errors import EngineError
from strictsaddle.execution.budget import UNLIMITED, Budget
from strictsaddle.objective.objective import Objective
from strictsaddle.records.terms import Answer
from strictsaddle.routes.modulo_symmetry.judge import FoundOrbit, found_orbit, judged
from strictsaddle.routes.modulo_symmetry.linear_networks.orbits import network_orbits
from strictsaddle.routes.modulo_symmetry.linear_networks.recognise import linear_network
from strictsaddle.symmetry.continuous.fields import ContinuousSymmetries
from strictsaddle.symmetry.orbits import tangents

SMALL = 3  # inputs and outputs of networks for which the slice is no faster
SHARE = 0.5  # of the time, for wider ones


def modulo_linear_network(
    objective: Objective,
    polynomials: PolynomialSystem,
    symmetries: ContinuousSymmetries,
    *,
    budget: Budget = UNLIMITED,
) -> tuple[Answer, str, tuple[FoundOrbit, ...]] | str:
    """ "strict_saddle" with the reason and the orbits; a sentence where the objective is no such network on R^n, or the answer is
    not settled here.

    polynomials: the objective's; symmetries: all there are; budget: of msolve."""
    network = linear_network(objective, polynomials)
    if network is None:
        return "the objective is no deep linear network with squared loss, as far as its form tells"
    share = 1.0 if max(network.widths[0], network.widths[-1]) <= SMALL else SHARE
    budget = budget.share(share)
    try:
        found = network_orbits(network, budget)
    except EngineError as error:
        return error.what
    if isinstance(found, str):
        return found
    derivation = derive(objective)
    kinds: list[str | None] = []
    listed: list[FoundOrbit] = []
    for point in found.points:
        if budget.is_over:
            return "there was no time left to judge all stationary points of the linear network"
        matrix, tangent = hessian(derivation, point), tangents(symmetries, point)
        kinds.append(judged(matrix, tangent))
        if kinds[-1] is None:
            return "a stationary point's normal Hessian is too close to singular to be decided"
        listed += found_orbit(matrix, tangent, point)
    return (
        "strict_saddle",
        (
            f"{found.scope} holds one of {len(kinds)} stationary points at which the layers of the linear network share their singular "
            f"values, out of {found.complex_count} complex solutions for these and their vectors: {kinds.count('minimum')} with a "
            f"Hessian that is positive definite normal to the orbit, {kinds.count('saddle')} with a negative eigenvalue; {found.trust}"
        ),
        tuple(listed),
    )
