"""Affine symmetries of sigmoid networks: a unit may be replaced by its complement.

sigmoid(-z) = 1 - sigmoid(z). So changing the sign of all that goes into a sigmoid unit, and of its outgoing weights w,
while adding each w to the bias of the unit that it goes to, leaves the network's output as it is: -w (1 - s) + (b + w)
= w s + b. Where the objective depends on the output alone (a ridge breaks it) this is a symmetry: an involution of the
parameters that is affine but not linear, one for each sigmoid unit that feeds units with biases.

Candidates come from the architecture; each is proved by substitution into the objective's normal form.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from flint import fmpq

from strictsaddle.formula.atoms import Atoms, Polynomial, added, scaled
from strictsaddle.formula.normal_form import Substitution, normal_form

if TYPE_CHECKING:
    from strictsaddle.networks.network import Network
    from strictsaddle.objective.objective import Objective


@dataclass(frozen=True)
class Complement:
    """w -> matrix w (n rows of n integers), which has the inverse itself; `words` say what it does."""

    matrix: tuple[tuple[int, ...], ...]
    words: str

    def __call__(self, point: tuple[Fraction, ...]) -> tuple[Fraction, ...]:
        return tuple(sum((a * w for a, w in zip(row, point, strict=True) if a), Fraction(0)) for row in self.matrix)


def find_complements(objective: Objective) -> tuple[Complement, ...]:
    """The units of a dense network on R^n that may be replaced by their complements, proved; none for others."""
    network = objective.network
    if network is None or network.kind != "dense" or not objective.domain.everything:
        return ()
    candidates = [
        found
        for layer in range(1, network.layers)
        if network.activations[layer - 1] == "sigmoid"
        for unit in network.units(layer)
        if (found := _candidate(network, layer, unit)) is not None
    ]
    if not candidates:
        return ()
    atoms = Atoms(objective.dimension)
    form = normal_form(atoms, objective.graph, objective.node)
    proved = []
    for candidate in candidates:
        images = [_row(atoms, row) for row in candidate.matrix]
        substitution = Substitution(atoms, images)
        same_conditions = {substitution.of_condition(condition) for condition in form.conditions} == form.conditions
        if substitution(form.polynomial) == form.polynomial and same_conditions:
            proved.append(candidate)
    return tuple(proved)


def _candidate(network: Network, layer: int, unit: int) -> Complement | None:
    """The map for one unit; None when a unit that it feeds has no bias."""
    n = len(network.variables)
    rows = [[int(i == j) for j in range(n)] for i in range(n)]
    into = [network.weight(layer, unit, source) for source in network.units(layer - 1)]
    own_offset = network.offset(layer, unit)
    for k in into + ([] if own_offset is None else [own_offset]):
        rows[k][k] = -1
    for target in network.units(layer + 1):
        outgoing, offset = network.weight(layer + 1, target, unit), network.offset(layer + 1, target)
        if offset is None:
            return None
        rows[outgoing][outgoing] = -1
        rows[offset][outgoing] = 1
    where = f" of layer {layer}" if network.layers > 2 else ""
    words = (
        f"replace hidden unit {unit}{where} by its complement, sigmoid(-z) = 1 - sigmoid(z): change the signs of all its "
        "weights, and add its outgoing weights to the biases they lead to"
    )
    return Complement(tuple(map(tuple, rows)), words)


def _row(atoms: Atoms, row: tuple[int, ...]) -> Polynomial:
    total: Polynomial = {}
    for k, a in enumerate(row):
        if a:
            total = added(total, scaled(atoms.variable(k), fmpq(a)))
    return total
