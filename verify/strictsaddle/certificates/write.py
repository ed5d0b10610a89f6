"""From a verdict with its evidence to a certificate: its bytes, or why there is none."""

from __future__ import annotations

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
    from strictsaddle.records.verdict import Verdict


@dataclass(frozen=True)
class Certificate:
    """The certificate of a verdict, made when it is first asked for.

    `data`: the bytes of the file; raises NotYetError where the verdict is not decided, or a step has no lemma yet. `digest`: of them.
    """

    objective: Objective
    verdict: Verdict = field(repr=False)

    @cached_property
    def data(self) -> bytes:
        return _written(self.objective, self.verdict)

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
    if objective.domain.groups and options.method == "interval":
        return "coverings of spheres have no certificates yet; --method exact has, for polynomials"
    return None


def _no(why: str) -> NotYetError:
    return NotYetError(f"there is no certificate: {why}", where="--certificate")


def _written(objective: Objective, verdict: Verdict) -> bytes:
    if verdict.definition_2 is not None:
        return _constants(objective, verdict)
    answer = verdict.definition_1.verdict
    if answer == "undecided":
        raise _no("the verdict is undecided")
    if any(isinstance(part, Frame) for part in verdict.evidence):
        raise _no("the proof is in other coordinates, which certificates do not know yet")
    return _refutation(objective, verdict) if answer == "not_strict_saddle" else _proof(objective, verdict)


def _constants(objective: Objective, verdict: Verdict) -> bytes:
    from strictsaddle.certificates import constants

    assert verdict.definition_2 is not None
    if verdict.definition_2.verdict == "undecided":
        raise _no("the constants are undecided")
    claim = constants.claim_of(objective, verdict)
    proof = None if claim is None else constants.proof_of(objective, verdict, claim)
    if claim is None or proof is None:
        raise _no("its proof has steps that certificates do not know yet")
    return _packed(claim, proof, {})


def _proof(objective: Objective, verdict: Verdict) -> bytes:
    from strictsaddle.certificates import algebraic, covering
    from strictsaddle.certificates.claim import claim_of
    from strictsaddle.derive.polynomials import system
    from strictsaddle.manifolds.riemannian import lagrangian
    from strictsaddle.symmetry.known import KnownSymmetries

    for part in verdict.evidence:
        if isinstance(part, Ascent):
            proof: Any = {"lemma": "ascent", "direction": [str(x) for x in part.direction]}
            return _packed(claim_of(objective, verdict, True), proof, {})
        if isinstance(part, ComplexZeros) and verdict.resources.engine == "exact":
            spheres = bool(objective.domain.groups)
            polynomials = (
                lagrangian(objective) if spheres else system(objective.graph, objective.node, objective.dimension)
            )
            proof = algebraic.proof_of(polynomials, part)
            if proof is None:
                raise _no(
                    "the number of complex stationary points was counted modulo primes, which no certificate shows"
                )
            return _packed(claim_of(objective, verdict, True), proof, {})
    trees = [part for part in verdict.evidence if isinstance(part, BoxTree)]
    if len(trees) != 1 or objective.domain.groups or verdict.resources.engine != "interval":
        raise _no("its proof has steps that certificates do not know yet")
    listed = verdict.stationary.complete and trees[0].listing
    found = covering.proof_of(objective, trees[0], KnownSymmetries.of(objective).group, listed)
    if found is None:
        raise _no("the record of the search cannot be followed")
    return _packed(claim_of(objective, verdict, listed), *found)


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
        return _packed({**claim, "witness": widened(found)}, proof, {})
    raise _no("certificates do not know this kind of witness yet")


def _packed(claim: dict[str, Any], proof: dict[str, Any], blobs: dict[str, bytes]) -> bytes:
    from strictsaddle_proofs.container import packed

    return packed(claim, proof, blobs)
