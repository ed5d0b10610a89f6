"""The proof of a refutation: candidates for hints, of which the first that the checker accepts is kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from strictsaddle.arithmetic.evaluate import evaluate_rational
from strictsaddle.derive.derivatives import Derivation, derive
from strictsaddle.objective.objective import Objective
from strictsaddle.records.evidence import ExactPoint
from strictsaddle.records.verdict import Verdict, Witness
from strictsaddle.symmetry.known import KnownSymmetries

NEARLY_ZERO = 1e-5


def candidates(objective: Objective, verdict: Verdict) -> Iterator[dict[str, Any]]:
    """Hints for the verdict's witness, the strongest kinds first."""
    witness = verdict.definition_1.witness
    if witness is None:
        return
    if witness.exact is not None and not (witness.coordinates and not objective.domain.codimension):
        yield {"lemma": "witness", "kind": "field", **_field(witness.exact)}
    if witness.coordinates is not None:
        point = [Fraction(c) for c in witness.coordinates]
        if not objective.domain.codimension:
            yield {"lemma": "witness", "kind": "rational", "point": [str(x) for x in point]}
        else:
            yield from _with_multipliers(objective, point)
    if objective.domain.codimension:
        return
    yield from _enclosed(objective, derive(objective), witness)


def _field(point: ExactPoint) -> dict[str, Any]:
    from strictsaddle.certificates.algebraic import real_roots

    coordinates = [[str(c) for c in values] for values in point.coordinates]
    roots = real_roots(point.modulus)
    middle = float((point.root[0] + point.root[1]) / 2)
    number = int(np.argmin([abs(x - middle) for x in roots]))
    return {"point": {"modulus": list(point.modulus), "coordinates": coordinates}, "root": number}


def _with_multipliers(objective: Objective, point: Sequence[Fraction]) -> Iterator[dict[str, Any]]:
    """A rational point of spheres as one of the Lagrangian: mu = w.grad f / 2 on each."""
    slope = evaluate_rational(derive(objective).gradient_tape, point)
    if slope is None:
        return
    multipliers = [sum((point[i] * slope[i] for i in group), Fraction(0)) / 2 for group in objective.domain.groups]
    coordinates = [[str(x)] for x in (*multipliers, *point)]
    yield {"lemma": "witness", "kind": "field", "point": {"modulus": [0, 1], "coordinates": coordinates}, "root": 0}


def _enclosed(objective: Objective, derivation: Derivation, witness: Witness) -> Iterator[dict[str, Any]]:
    n = objective.dimension
    start = [0.5 * (side.low + side.high) for side in witness.point]
    base = {"lemma": "witness", "start": start}
    zeros = [k for k in range(n) if abs(start[k]) < NEARLY_ZERO]
    for fixed in ([], zeros) if zeros else ([],):
        free = _absent(derivation, fixed)
        if free:
            yield {
                **base,
                "kind": "free",
                "fixed": [[k, "0"] for k in fixed],
                "free": [[k, _short(start[k])] for k in free],
            }
    fields = KnownSymmetries.of(objective).local.generators
    for pins in _pins(fields, start):
        chosen = [fields[k] for k, _ in pins]
        yield {
            **base,
            "kind": "orbit",
            "fields": [[*[[str(x) for x in row] for row in f.matrix], [str(x) for x in f.shift]] for f in chosen],
            "pins": [[*map(str, row), str(sum((c * Fraction(x) for c, x in zip(row, start, strict=True)), Fraction(0)))]
                     for _, row in pins],
        }  # fmt: skip
    # the unknowns that a search held fixed are known as doubles
    held = [[k, str(Fraction(side.low))] for k, side in enumerate(witness.point) if side.low == side.high]
    yield {**base, "kind": "squares", "fixed": held}
    yield from _split(objective, start)


def _split(objective: Objective, start: Sequence[float]) -> Iterator[dict[str, Any]]:
    """Units 1 ... k of a hidden layer that have the same incoming weights, and outgoing ones in proportion."""
    network = objective.network
    if network is None:
        return
    for layer in range(1, network.layers):
        for count in range(network.widths[layer], 1, -1):
            outgoing = [[start[k] for k in network.outgoing(layer, unit)] for unit in range(1, count + 1)]
            total = [sum(column) for column in zip(*outgoing, strict=True)]
            most = max(range(len(total)), key=lambda j: abs(total[j]))
            if abs(total[most]) < NEARLY_ZERO:
                continue
            shares = [Fraction(values[most] / total[most]).limit_denominator(1000) for values in outgoing[1:]]
            merged = {
                k
                for unit in range(2, count + 1)
                for k in (*network.incoming(layer, unit), *network.outgoing(layer, unit))
            }
            smaller = dict(enumerate(start))
            smaller.update(zip(network.outgoing(layer, 1), total, strict=True))
            yield {
                "lemma": "witness",
                "kind": "split",
                "layer": layer,
                "shares": [str(share) for share in shares],
                "start": [x for k, x in smaller.items() if k not in merged],
            }


def _absent(derivation: Derivation, fixed: Sequence[int]) -> list[int]:
    """Unknowns that the gradient does not contain once the fixed ones are 0."""
    from strictsaddle.certify.square_system import substituted
    from strictsaddle.errors import InputError

    n = derivation.dimension
    others = [k for k in range(n) if k not in fixed]
    try:
        graph, nodes = substituted(
            derivation.graph,
            derivation.gradient,
            dict.fromkeys(fixed, Fraction(0)),
            {v: k for k, v in enumerate(others)},
        )
    except InputError:
        return []
    present = set().union(*(graph.variables_of(node) for node in nodes))
    return [k for position, k in enumerate(others) if position not in present]


def _pins(fields: Sequence[Any], start: Sequence[float]) -> Iterator[list[tuple[int, list[Fraction]]]]:
    """For a maximal independent set of fields at the point: their numbers, each with a unit row across which the flow goes."""
    velocities = [
        [
            sum(float(a) * x for a, x in zip(row, start, strict=True)) + float(b)
            for row, b in zip(f.matrix, f.shift, strict=True)
        ]
        for f in fields
    ]
    chosen: list[int] = []
    for k in range(len(fields)):
        trial = np.array([velocities[j] for j in [*chosen, k]])
        if np.linalg.svd(trial, compute_uv=False)[-1] > 1e-3 * max(1.0, float(np.abs(trial).max())):
            chosen.append(k)
    if not chosen:
        return
    from scipy.linalg import qr

    _, _, order = qr(np.array([velocities[k] for k in chosen]), pivoting=True, mode="economic")
    n = len(start)
    yield [(k, [Fraction(int(i == order[position])) for i in range(n)]) for position, k in enumerate(chosen)]


def _short(x: float) -> str:
    return str(Fraction(x).limit_denominator(10**6))
