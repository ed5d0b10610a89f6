"""The question modulo symmetry as `check` asks it: the answer, and the stationary points with the orbits that turned up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flint import arb

from strictsaddle.execution.budget import Budget
from strictsaddle.records.finding import Finding
from strictsaddle.records.verdict import ModuloSymmetry, Stationary
from strictsaddle.routes.modulo_symmetry.engine import examined, isolated_point
from strictsaddle.routes.modulo_symmetry.judge import FoundOrbit
from strictsaddle.routes.modulo_symmetry.records import continuum
from strictsaddle.symmetry.known import KnownSymmetries

SECONDS = 150.0  # where the user sets no budget
MOST_IMAGES = 5_000
MOST_CONTINUA = 50


def unasked(symmetry: KnownSymmetries) -> ModuloSymmetry:
    """The answer where there was no time for one."""
    fields = symmetry.fields
    return ModuloSymmetry("undecided", fields.name, len(fields.generators), "the time budget ran out")


def ask(symmetry: KnownSymmetries, finding: Finding, budget: Budget) -> tuple[ModuloSymmetry, Finding]:
    """Definition 1 modulo the continuous symmetry; and the finding with the orbits that turned up, refuted where it was open and an
    exact point that refutes it was among them."""
    budget = Budget.of(SECONDS) if budget.deadline is None else budget.at_least(1.0)
    answer, found, witness = examined(symmetry.objective, finding.definition_1, symmetry.fields, budget=budget)
    finding = replace(finding, stationary=_with_orbits(symmetry, finding.stationary, found, answer.group))
    if not finding.decided and witness is not None:
        finding = finding.refuted(witness, exact=True)
    return answer, finding


def _with_orbits(
    symmetry: KnownSymmetries, stationary: Stationary, found: Sequence[FoundOrbit], group: str
) -> Stationary:
    """The continua among the orbits, and, where nothing is listed yet, the isolated points."""
    objective = symmetry.objective
    domain = objective.domain
    continua = tuple(
        continuum(orbit.signs, orbit.point, group) for orbit in _different(symmetry, found) if orbit.signs.dimension
    )
    continua = tuple(one for one in continua if domain.surrounds(one.point))  # from a face it may leave the box at once
    if continua:
        stationary = replace(stationary, continua=continua)
    if not stationary.complete and not stationary.isolated:
        points = [isolated_point(objective, orbit) for orbit in found if not orbit.signs.dimension]
        stationary = replace(stationary, isolated=tuple(point for point in points if point is not None))
    return stationary


def _different(symmetry: KnownSymmetries, found: Sequence[FoundOrbit]) -> list[FoundOrbit]:
    """The orbits without those that look like images of others under the signed permutations, for brevity."""
    kept: list[FoundOrbit] = []
    images: set[tuple[float, ...]] = set()
    for orbit in found:
        start = _rounded(orbit.point)
        if start in images:
            continue
        kept.append(orbit)
        queue, images = [start], images | {start}
        while queue and len(images) < MOST_IMAGES:
            at = queue.pop()
            for element in symmetry.group.generators:
                image = tuple(s * at[j] + 0.0 for j, s in zip(element.images, element.signs, strict=True))
                if image not in images:
                    images.add(image)
                    queue.append(image)
    return kept[:MOST_CONTINUA]


def _rounded(point: Sequence[arb]) -> tuple[float, ...]:
    return tuple(round(float(x.mid()), 9) + 0.0 for x in point)
