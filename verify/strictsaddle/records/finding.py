"""What a route answers: the records that a verdict is made of, and the evidence for them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from strictsaddle.records.evidence import Evidence
from strictsaddle.records.terms import Interval, Proof, Scope, Sense
from strictsaddle.records.verdict import Continuum, Definition1, Stationary, Witness

Engine = Literal["exact", "interval", "none"]
NOTHING_LISTED = Stationary(False, (), ())


@dataclass(frozen=True)
class Finding:
    """`definition_1`: the answer, with its reason; `stationary`: the points that are known; `engine`: the kind of method that
    decided; `boxes`: that were used; `evidence`: for all of it."""

    definition_1: Definition1
    stationary: Stationary = NOTHING_LISTED
    engine: Engine = "none"
    boxes: int = 0
    evidence: tuple[Evidence, ...] = ()

    @classmethod
    def undecided(cls, scope: Scope, reason: str, stationary: Stationary = NOTHING_LISTED) -> Finding:
        return cls(Definition1("undecided", scope, "none", reason), stationary)

    @property
    def decided(self) -> bool:
        return self.definition_1.verdict != "undecided"

    def in_the_sense(self, sense: Sense, engine: Engine) -> Finding:
        """The same in another sense of the question (see `Definition1`), and by an engine whose reason is to be told."""
        return replace(self, definition_1=replace(self.definition_1, sense=sense), engine=engine)

    def after(self, earlier: Finding) -> Finding:
        """What both say, this one having been asked because the earlier one left the question open: its answer, the longer list, the
        continua that the earlier one knows, all the evidence, and both reasons where neither decides."""
        known = earlier.stationary
        stationary = replace(self.stationary, continua=known.continua or self.stationary.continua)
        if not stationary.complete and len(known.isolated) > len(stationary.isolated):
            stationary = replace(stationary, isolated=known.isolated, minima_complete=False)
        definition_1 = self.definition_1
        if not self.decided:
            by = "and by covering: " if self.engine == "interval" else ""
            reason = f"{earlier.definition_1.reason}; {by}{definition_1.reason}"
            definition_1 = replace(definition_1, reason=reason)
        boxes, evidence = earlier.boxes + self.boxes, earlier.evidence + self.evidence
        return replace(self, definition_1=definition_1, stationary=stationary, boxes=boxes, evidence=evidence)

    def refuted(self, witness: Witness, *, exact: bool = False) -> Finding:
        """The refutation by a proved witness, with the continuum on which it lies.

        exact: whether the proof is in a number field, where the coordinates are not rational."""
        proof: Proof = "exact" if exact or witness.coordinates is not None else "interval"
        continua = continua_through(witness) or self.stationary.continua
        definition_1 = Definition1("not_strict_saddle", self.definition_1.scope, proof, refutation(witness), witness)
        return replace(self, definition_1=definition_1, stationary=replace(self.stationary, continua=continua))


def refutation(witness: Witness) -> str:
    """The reason of a verdict that rests on a witness."""
    place = (
        ", ".join(witness.coordinates)
        if witness.coordinates
        else ", ".join(f"{0.5 * (i.low + i.high):.6g}" for i in witness.point)
    )
    about = "at" if witness.coordinates else "near"
    return f"the stationary point {about} ({place}) has a singular Hessian without negative eigenvalue: {witness.proof}"


def refuting_continuum(stationary: Stationary) -> Witness | None:
    """The witness that a listed continuum is whose Hessian is positive definite normal to it, if there is one."""
    for continuum in stationary.continua:
        if (
            continuum.dimension
            and continuum.index == 0
            and continuum.kind == "degenerate_minimum"
            and continuum.eigenvalues
        ):
            spectrum = (Interval(0.0, 0.0),) * continuum.dimension + continuum.eigenvalues
            proof = f"minima on {continuum.description}"
            return Witness(continuum.point, None, spectrum, continuum.dimension, proof, continuum.dimension)
    return None


def continua_through(witness: Witness) -> tuple[Continuum, ...]:
    """The manifold of stationary points that the proof of a witness shows, with H positive definite normal to it."""
    if witness.dimension is None or witness.dimension != witness.nullity:
        return ()
    normal = witness.eigenvalues[witness.dimension :]
    return (Continuum(witness.dimension, witness.point, 0, "degenerate_minimum", None, witness.proof, normal),)


def all_good(stationary: Stationary) -> str:
    """That all points of a list are nondegenerate or strict, in a sentence."""
    counts = stationary.counts
    words = {"local_minimum": "minimum", "strict_saddle": "strict saddle", "local_maximum": "maximum"}
    parts = []
    for key, word in words.items():
        if number := counts[key]:
            plural = word if number == 1 else {"minimum": "minima", "maximum": "maxima"}.get(word, word + "s")
            parts.append(f"{number} {plural}")
    total = sum(counts[key] for key in words)
    if not total:
        return "there is no stationary point"
    subject = f"all {total} stationary points are" if total > 1 else f"the {total} stationary point is"
    return f"{subject} nondegenerate or strict: {', '.join(parts)}"
