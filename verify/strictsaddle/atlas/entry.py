"""One row examined: the columns of the table."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any

from strictsaddle.atlas.network_rows import NetworkRow
from strictsaddle.atlas.theorems import Row, contradicts, theorem
from strictsaddle.definition_1 import check
from strictsaddle.execution.options import Options
from strictsaddle.records.verdict import Verdict
from strictsaddle.reformulation.diagnosis import diagnose
from strictsaddle.routes.route import Case
from strictsaddle.version import __version__


@dataclass(frozen=True)
class Entry:
    """Every column; None for what is not known or does not apply. `verdict`: of the whole domain, or undecided; `why`: codes of what fails
    (`reformulation.records.Cause`); `least_alpha`, `least_gamma`: lower bounds of curvature at minima and at the other points; `gap`: the
    largest difference of a spurious minimum's value from the least one, rounded up; `against`: empty, or the theorem that the verdict
    contradicts; `certificate`: digest of the certificate, where the proof that decided has one."""

    key: str
    group: str
    activation: str | None
    loss: str | None
    regularisation: str | None
    data: str | None
    hidden: str | None
    bias: bool | None
    unknowns: int
    verdict: str
    proof: str
    modulo_symmetry: str | None
    symmetry: str | None
    continuous: int | None
    why: str
    minima: int | None
    global_minima: int | None
    spurious_minima: int | None
    gap: float | None
    saddles: int | None
    maxima: int | None
    degenerate: int | None
    least_alpha: float | None
    least_gamma: float | None
    attained: bool | None
    infimum: float | None
    theorem: str
    against: str
    reason: str
    seconds: float
    digest: str
    certificate: str | None
    version: str

    @property
    def decided(self) -> bool:
        return self.verdict != "undecided"

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of(cls, record: dict[str, Any]) -> Entry:
        """From what `to_dict` gave."""
        return cls(**{field.name: record[field.name] for field in fields(cls)})


def examined(row: Row, options: Options) -> Entry:
    """Check a row and fill in its columns."""
    objective = row.objective()
    verdict = check.examine(objective, options)
    answer, least, stationary = verdict.definition_1, verdict.minimum, verdict.stationary
    minima = [p for p in stationary.isolated if p.kind == "local_minimum"]
    others = [p for p in stationary.isolated if p.kind != "local_minimum"]
    modulo = None if verdict.modulo_symmetry is None else verdict.modulo_symmetry.verdict
    found = diagnose(objective, verdict, Case(objective).symmetry)
    group = verdict.symmetry.signed_permutations.order if verdict.symmetry is not None else None
    continuous = verdict.symmetry.continuous.dimension if verdict.symmetry is not None else None
    gap = None
    if minima and stationary.minima_complete and least is not None and least.spurious_minima:
        gap = max(p.value.high for p in minima) - min(p.value.low for p in minima)
    certificate = verdict.certificate.at_hand if answer.verdict != "undecided" else None
    curved = stationary.minima_complete
    columns = _of_network(row) if isinstance(row, NetworkRow) else dict.fromkeys(NETWORK_COLUMNS)
    return Entry(
        key=row.key, group=row.group, **columns,
        unknowns=objective.dimension, verdict=answer.verdict, proof=answer.proof, modulo_symmetry=modulo,
        symmetry=None if group is None else str(group), continuous=continuous,
        why=" ".join(cause for cause in found.causes if cause not in ("none", "undecided")),
        minima=len(minima) if stationary.minima_complete and not stationary.continua else None,
        global_minima=None if least is None else least.global_minima, spurious_minima=None if least is None else least.spurious_minima,
        gap=gap, saddles=_count(verdict, "strict_saddle"), maxima=_count(verdict, "local_maximum"),
        degenerate=_count(verdict, "degenerate"),
        least_alpha=min((p.eigenvalues[0].low for p in minima if p.eigenvalues), default=None) if curved else None,
        least_gamma=min((-p.eigenvalues[0].high for p in others if p.eigenvalues), default=None) if stationary.complete else None,
        attained=None if least is None else least.attained,
        infimum=None if least is None or least.value is None else 0.5 * (least.value.low + least.value.high),
        theorem=theorem(row).reference, against=contradicts(row, answer.verdict, modulo),
        reason=answer.reason, seconds=verdict.resources.seconds, digest=objective.digest,
        certificate=None if certificate is None else verdict.certificate.digest, version=__version__,
    )  # fmt: skip


NETWORK_COLUMNS = ("activation", "loss", "regularisation", "data", "hidden", "bias")


def _of_network(row: NetworkRow) -> dict[str, Any]:
    return {**{name: getattr(row, name) for name in NETWORK_COLUMNS}, "hidden": "-".join(map(str, row.hidden))}


def _count(verdict: Verdict, kind: str) -> int | None:
    """How many points of a kind there are, where all are listed."""
    return verdict.stationary.counts[kind] if verdict.stationary.complete else None
