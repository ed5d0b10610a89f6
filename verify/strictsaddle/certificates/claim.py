"""What a certificate claims: an objective as text or as a network's data, with exact numbers; and what the verdict says of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from strictsaddle.errors import NotYetError
from strictsaddle.formula.printing import formula
from strictsaddle.objective.architecture import Network
from strictsaddle.objective.objective import Objective
from strictsaddle.records.terms import Interval
from strictsaddle.records.verdict import Definition1, Stationary

SCHEMA = "strictsaddle/claim/1"
MOST_TEXT = 1_000_000
SLACK = 1e-10  # by which boxes of points are widened, relative to the point: room for the checker's own enclosures


def about(objective: Objective) -> dict[str, Any]:
    """The objective as claims have it; the same for equal questions. Raises NotYetError for what the format does not know."""
    domain = objective.domain
    if domain.equations:
        raise NotYetError("certificates know no equalities yet, other than unit spheres", where="--certificate")
    found: dict[str, Any] = {"variables": list(objective.variables), "domain": domain.to_dict()}
    if objective.network is not None:
        return {**found, "network": described(objective.network)}
    text = formula(objective.graph, objective.node, objective.variables, MOST_TEXT)
    if text is None:
        raise NotYetError("the formula is too long for a certificate", where="--certificate")
    return {**found, "expression": text}


def described(network: Network) -> dict[str, Any]:
    """The network with its data, in the checker's keys."""
    return {
        "widths": list(network.widths),
        "activations": list(network.activations),
        "loss": network.loss,
        "bias": network.bias,
        "ridge": [str(value) for value in network.ridge],
        "inputs": [[str(value) for value in row] for row in network.inputs],
        "targets": [[str(value) for value in row] for row in network.targets],
    }


def claim_of(objective: Objective, answer: Definition1, stationary: Stationary, listed: bool) -> dict[str, Any]:
    """What is claimed of Definition 1. listed: whether the list of stationary points is claimed with it."""
    return {
        "schema": SCHEMA,
        "definition": "1",
        "objective": about(objective),
        "verdict": answer.verdict,
        "scope": answer.scope,
        "stationary": points_of(stationary) if listed else None,
        "witness": None if answer.witness is None else widened(answer.witness.point),
        "modulo_symmetry": None,
    }


def points_of(stationary: Stationary) -> list[dict[str, Any]]:
    """The listed points, sorted, each with a box a little larger than what is known."""
    return [{"box": widened(p.point), "index": p.index, "nullity": p.nullity} for p in stationary.isolated]


def widened(point: Sequence[Interval]) -> list[list[float]]:
    found = []
    for side in point:
        room = SLACK * max(1.0, abs(side.low), abs(side.high))
        found.append([side.low - room, side.high + room])
    return found
