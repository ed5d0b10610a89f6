"""From a verdict with its evidence to a certificate: its bytes, or why there is none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from strictsaddle.errors import NotYetError
from strictsaddle.execution.options import Options
from strictsaddle.objective.objective import Objective
from strictsaddle.records.evidence import Ascent, BoxTree, ComplexZeros, Frame
from strictsaddle.records.terms import Interval

if TYPE_CHECKING:
    from strictsaddle.derive.polynomials import PolynomialSystem
    from strictsaddle.records.verdict import Verdict


@dataclass(frozen=True)
class Certificate:
    """The certificate of a verdict, made when it is first asked for.

    `make`: whose bytes it is; that of Definition 1 when left out. `data`: the bytes of the file; raises NotYetError where the verdict is
    not decided, or a step has no lemma yet. `digest`: of them.
    """

    objective: Objective
    verdict: Verdict = field(repr=False)
    make: Callable[[Objective, Verdict], bytes] | None = field(default=None, repr=False)

    @cached_property
    def data(self) -> bytes:
        return (self.make or definition_1)(self.objective, self.verdict)

    @property
    def digest(self) -> str:
        import hashlib

        return "sha256:" + hashlib.sha256(self.data).hexdigest()

    def write(self, path: str | Path) -> None:
        """Write the file, whole or not at all. Raises NotYetError as `data` does, OSError where it cannot be written."""
        import os
        import tempfile

        target = Path(path)
        handle, scratch = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(self.data)
            os.chmod(scratch, 0o644)
            os.replace(scratch, target)
        except BaseException:
            Path(scratch).unlink(missing_ok=True)
            raise


def foreseen(objective: Objective, options: Options, *, constants: bool = False) -> str | None:
    """Why no certificate can come out of this check, as far as that is known before it starts; None where one may."""
    if objective.domain.equations:
        return "certificates know no equalities yet, other than unit spheres"
    if objective.domain.groups and constants:
        return "constants on spheres have no certificates yet"
    return None


def no_certificate(why: str) -> NotYetError:
    return NotYetError(f"there is no certificate: {why}", where="--certificate")


def definition_1(objective: Objective, verdict: Verdict) -> bytes:
    answer = verdict.definition_1.verdict
    if answer == "undecided":
        raise no_certificate("the verdict is undecided")
    if any(isinstance(part, Frame) for part in verdict.evidence):
        raise no_certificate("the proof is in other coordinates, which certificates do not know yet")
    return _refutation(objective, verdict) if answer == "not_strict_saddle" else _proof(objective, verdict)


def _proof(objective: Objective, verdict: Verdict) -> bytes:
    from strictsaddle.certificates import algebraic, charts, covering
    from strictsaddle.certificates.claim import claim_of
    from strictsaddle.symmetry.known import KnownSymmetries

    for part in verdict.evidence:
        if isinstance(part, Ascent):
            proof: Any = {"lemma": "ascent", "direction": [str(x) for x in part.direction]}
            return packed(claim_of(objective, verdict, True), proof, {})
        if isinstance(part, ComplexZeros) and verdict.resources.engine == "exact":
            proof = algebraic.proof_of(_polynomials(objective), part)
            if proof is None:
                raise no_certificate(
                    "the number of complex stationary points was counted modulo primes, which no certificate shows"
                )
            return packed(claim_of(objective, verdict, True), proof, {})
    if verdict.resources.engine == "exact" and verdict.stationary.complete and not verdict.stationary.isolated:
        proof = algebraic.proof_of(_polynomials(objective), ComplexZeros((), ()))
        if proof is not None:
            return packed(claim_of(objective, verdict, True), proof, {})
    trees = [part for part in verdict.evidence if isinstance(part, BoxTree)]
    if trees and objective.domain.groups and verdict.resources.engine == "interval":
        on_spheres = charts.proof_of(objective, trees, KnownSymmetries.of(objective).group)
        if on_spheres is not None:
            return packed(claim_of(objective, verdict, False), *on_spheres)
    if len(trees) != 1 or objective.domain.groups or verdict.resources.engine != "interval":
        raise no_certificate("its proof has steps that certificates do not know yet")
    listed = verdict.stationary.complete and trees[0].listing
    found = covering.proof_of(objective, trees[0], KnownSymmetries.of(objective).group, listed)
    if found is None:
        raise no_certificate("the record of the search cannot be followed")
    return packed(claim_of(objective, verdict, listed), *found)


def _polynomials(objective: Objective) -> PolynomialSystem:
    """The objective, or the Lagrangian of one on spheres."""
    from strictsaddle.derive.polynomials import system
    from strictsaddle.manifolds.riemannian import lagrangian

    if objective.domain.groups:
        return lagrangian(objective)
    return system(objective.graph, objective.node, objective.dimension)


def _refutation(objective: Objective, verdict: Verdict) -> bytes:
    from strictsaddle.certificates.claim import claim_of, widened
    from strictsaddle.certificates.witness import candidates
    from strictsaddle_proofs.errors import Refused, Unchecked
    from strictsaddle_proofs.objective import Objective as Checked
    from strictsaddle_proofs.witness import check

    claim = claim_of(objective, verdict, False)
    target = Checked.of(claim["objective"])
    for proof in candidates(objective, verdict):
        try:
            _, point = check(target, proof)
        except (Refused, Unchecked):
            continue
        found = [
            Interval(float(x.lower()), float(x.upper())) for x in point
        ]  # near the verdict's, on the same continuum
        return packed({**claim, "witness": widened(found)}, proof, {})
    raise no_certificate("certificates do not know this kind of witness yet")


def packed(claim: dict[str, Any], proof: dict[str, Any], blobs: dict[str, bytes]) -> bytes:
    from strictsaddle_proofs import container

    return container.packed(claim, proof, blobs)
