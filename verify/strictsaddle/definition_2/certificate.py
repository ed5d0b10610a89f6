"""The proof that four constants hold, or fail: good minima and a box beyond which the gradient is large; or a point."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from strictsaddle.certificates.claim import SCHEMA, about, widened
from strictsaddle.certificates.covering import is_outside_proved, is_polynomial, symmetry_of
from strictsaddle.certificates.file import no_certificate, packed
from strictsaddle.definition_2.landscape.growth import balanced, bounded
from strictsaddle.definition_2.landscape.landscape import Landscape
from strictsaddle.derive.definedness import is_restricted
from strictsaddle.derive.derivatives import derive
from strictsaddle.objective.objective import Objective
from strictsaddle.records.verdict import StationaryPoint, Verdict
from strictsaddle.symmetry.known import KnownSymmetries

NAMES = ("alpha", "gamma", "epsilon", "delta")
DENOMINATORS = tuple(10**k for k in range(16))


def written(objective: Objective, verdict: Verdict) -> bytes:
    """The certificate's bytes. Raises NotYetError where there is none."""
    assert verdict.definition_2 is not None
    if verdict.definition_2.verdict == "undecided":
        raise no_certificate("the constants are undecided")
    claim = claim_of(objective, verdict)
    proof = None if claim is None else proof_of(objective, verdict, claim)
    if claim is None or proof is None:
        raise no_certificate("its proof has steps that certificates do not know yet")
    return packed(claim, proof, {})


def claim_of(objective: Objective, verdict: Verdict) -> dict[str, Any] | None:
    """What is claimed; None where not all four constants are known."""
    found = verdict.definition_2
    assert found is not None
    values = {name: getattr(found.constants, name) for name in NAMES}
    if None in values.values():
        return None
    return {
        "schema": SCHEMA,
        "definition": "2",
        "objective": about(objective),
        "verdict": found.verdict,
        "scope": found.scope,
        "constants": values,
    }


def proof_of(objective: Objective, verdict: Verdict, claim: dict[str, Any]) -> dict[str, Any] | None:
    """The hints; None where the checker has no lemma for it."""
    if objective.domain.groups:
        return None
    constants = {name: Fraction(value) for name, value in claim["constants"].items()}
    if claim["verdict"] == "fails":
        return _violation(claim, verdict, constants)
    if is_restricted(derive(objective)):  # the checker knows no natural domains
        return None
    minima = [point for point in verdict.stationary.isolated if point.kind == "local_minimum"]
    good = _good(claim, minima, constants)
    region = _region(objective, constants["epsilon"])
    if region is None:
        return None
    root, outside = region
    if not is_outside_proved(claim["objective"], outside, root, constants["epsilon"]):
        return None
    proof: dict[str, Any] = {
        "lemma": "trichotomy",
        "minima": [{"box": widened(p.point), "index": p.index, "nullity": p.nullity} for p in good],
        "root": root,
        "outside": outside,
    }
    if len(good) == len(minima) and verdict.stationary.complete:
        symmetry = KnownSymmetries.of(objective)
        rows = [tuple(int(c) for c in row) for row in symmetry.half_spaces]
        if rows:
            proof["symmetry"] = symmetry_of(symmetry.group, rows, range(objective.dimension))
    return proof


def _violation(claim: dict[str, Any], verdict: Verdict, constants: dict[str, Fraction]) -> dict[str, Any] | None:
    """The point that violates all three conditions, with short coordinates where these do."""
    from strictsaddle_proofs.definition_2 import violation
    from strictsaddle_proofs.errors import Refused
    from strictsaddle_proofs.objective import Objective as Checked

    assert verdict.definition_2 is not None
    witness = verdict.definition_2.witness
    if witness is None:
        return None
    target = Checked.of(claim["objective"])
    middle = [Fraction(side.low) / 2 + Fraction(side.high) / 2 for side in witness.point]
    for denominator in (*DENOMINATORS, None):
        point = middle if denominator is None else [x.limit_denominator(denominator) for x in middle]
        proof = {"lemma": "violation", "point": [str(x) for x in point]}
        try:
            violation(target, proof, *(constants[name] for name in NAMES))
        except Refused:
            continue
        return proof
    return None


def _good(
    claim: dict[str, Any], minima: Sequence[StationaryPoint], constants: dict[str, Fraction]
) -> list[StationaryPoint]:
    """The minima that the checker finds to be good."""
    import numpy as np

    from strictsaddle_proofs.box_tests import Tests
    from strictsaddle_proofs.definition_2 import strongly_convex
    from strictsaddle_proofs.errors import Refused
    from strictsaddle_proofs.objective import Objective as Checked

    target = Checked.of(claim["objective"])
    tests, found = Tests(target.derivatives), []
    for point in minima:
        centre = (np.array([side.low for side in point.point]), np.array([side.high for side in point.point]))
        try:
            strongly_convex(target, tests, centre, constants["alpha"], 2 * constants["delta"], "")
        except Refused:
            continue
        found.append(point)
    return found


def _region(objective: Objective, epsilon: Fraction) -> tuple[list[list[float]], dict[str, Any]] | None:
    """A box beyond which |g| >= epsilon or the domain ends, and the kind of argument."""
    landscape = Landscape(objective)
    if landscape.outer is not None:
        return [[float(a), float(b)] for a, b in zip(*landscape.outer, strict=True)], {"kind": "box"}
    found = bounded(objective, landscape.derivation, epsilon)
    if isinstance(found, str):
        return None
    root = [[float(a), float(b)] for a, b in zip(found.lower, found.upper, strict=True)]
    if objective.network is not None and all(value > 0 for value in objective.network.ridge):
        return root, {"kind": "ridge"}
    if not is_polynomial(objective):
        return root, {"kind": "tails"}
    ends = [b for _, b in root]
    weights = [1] * len(ends) if len(set(ends)) == 1 else list(balanced(objective))
    return root, {"kind": "charts", "weights": weights, "size": ends[0] ** (1 / weights[0])}
