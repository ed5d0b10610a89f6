"""An objective's symmetries, as the pipeline uses them: smaller searches, completed lists, orbits, the question modulo symmetry."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from flint import arb

from strictsaddle.classify.alone import alone
from strictsaddle.classify.modulo_symmetry import FoundOrbit, examined, isolated_point
from strictsaddle.classify.orbit_completion import MOST_POINTS, completed
from strictsaddle.classify.orbit_records import continuum
from strictsaddle.deadline import in_time_or, time_left
from strictsaddle.objective.domain import Box, Euclidean
from strictsaddle.objective.objective import Objective
from strictsaddle.symmetry.continuous import ContinuousSymmetries, find_continuous
from strictsaddle.symmetry.fundamental_domain import inequalities
from strictsaddle.symmetry.orbits import orbits
from strictsaddle.symmetry.signed_permutations import SignedPermutationGroup, find_signed_permutations, trivial_group
from strictsaddle.verdict import (
    ContinuousSymmetry,
    Definition1,
    ModuloSymmetry,
    SignedPermutations,
    Stationary,
    StationaryPoint,
    Symmetry,
    Witness,
)

Array = np.ndarray[Any, np.dtype[np.float64]]
Found = TypeVar("Found")
SHARE = 0.25  # of the time that is left, for each search for symmetries
SECONDS_MODULO = 150.0  # where the user sets no budget
MOST_IMAGES = 5_000
MOST_CONTINUA = 50


@dataclass(frozen=True)
class KnownSymmetries:
    """The proved symmetries of one objective. `local` are the formula's continuous ones, which hold locally even
    where the domain breaks them."""

    objective: Objective
    group: SignedPermutationGroup
    fields: ContinuousSymmetries
    local: ContinuousSymmetries

    @classmethod
    def of(cls, objective: Objective) -> KnownSymmetries:
        """Those that are found in a share of the time that is left. What is cut short is missing, which costs time or an answer
        later, and never makes one wrong."""
        n = objective.dimension
        none = ContinuousSymmetries(n, (), (), "unknown")
        local = _in_time(lambda: find_continuous(objective, on_domain=False), none)
        on_domain = (
            local if isinstance(objective.domain, Euclidean) else _in_time(lambda: find_continuous(objective), none)
        )
        group = _in_time(lambda: find_signed_permutations(objective), trivial_group(objective))
        return cls(objective, group, on_domain, local)

    @cached_property
    def record(self) -> Symmetry:
        """The record that verdicts carry."""
        flows = tuple(field.words(self.objective.variables) for field in self.fields.generators)
        most = in_time_or(None, lambda: self.fields.most(self.objective))
        return Symmetry(
            SignedPermutations(self.group.order, self.group.words),
            ContinuousSymmetry(self.fields.dimension, flows, most == len(flows)),
        )

    @cached_property
    def half_spaces(self) -> Any:
        """Rows c with c.w >= 0 that leave a point of each orbit, as floats (integers, so exact)."""
        n = self.objective.dimension
        rows = inequalities(self.group) if self.group.order > 1 else ()
        return np.array(rows, dtype=np.float64).reshape(len(rows), n)

    @property
    def matrices(self) -> tuple[tuple[tuple[Fraction, ...], ...], ...]:
        """The matrices A of the linear fields: g(w)'Aw = 0 for all w."""
        return tuple(field.matrix for field in self.local.linear)

    def completed(
        self, points: Sequence[StationaryPoint], unique: Sequence[Array], most: int = MOST_POINTS
    ) -> tuple[tuple[StationaryPoint, ...], bool]:
        """All images of the points under the group, each once, `most` at most; see `orbit_completion`."""
        return completed(self.group, points, unique, most)

    def in_orbits(self, stationary: Stationary) -> Stationary:
        """The same points with the numbers of their orbits."""
        if not stationary.isolated:
            return stationary
        points = stationary.isolated
        apart = None if stationary.complete or self.group.order == 1 else alone(self.objective, points)
        found = orbits([p.point for p in points], self.group, stationary.complete, apart)
        numbered = tuple(replace(p, orbit=k) for p, k in zip(stationary.isolated, found.numbers, strict=True))
        return replace(stationary, isolated=numbered)

    def modulo(
        self, definition_1: Definition1, stationary: Stationary, deadline: float | None
    ) -> tuple[ModuloSymmetry, Stationary, Witness | None]:
        """Definition 1 modulo the continuous symmetry, within the time that is left; the stationary points with the orbits that
        turned up; and an exact point that refutes Definition 1 itself, where one did."""
        left = SECONDS_MODULO if deadline is None else max(1.0, deadline - time.monotonic())
        answer, found, witness = examined(self.objective, definition_1, self.fields, time_limit=left)
        return answer, self._with_orbits(stationary, found, answer.group), witness

    def _with_orbits(self, stationary: Stationary, found: Sequence[FoundOrbit], group: str) -> Stationary:
        """The continua among the orbits, and, where nothing is listed yet, the isolated points."""
        domain = self.objective.domain
        continua = tuple(
            continuum(orbit.signs, orbit.point, group) for orbit in self._different(found) if orbit.signs.dimension
        )
        if isinstance(domain, Box):  # an orbit through a point of a face may leave the box at once
            continua = tuple(one for one in continua if domain.surrounds(one.point))
        if continua:
            stationary = replace(stationary, continua=continua)
        if not stationary.complete and not stationary.isolated:
            points = [isolated_point(self.objective, orbit) for orbit in found if not orbit.signs.dimension]
            stationary = replace(stationary, isolated=tuple(point for point in points if point is not None))
        return stationary

    def _different(self, found: Sequence[FoundOrbit]) -> list[FoundOrbit]:
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
                for element in self.group.generators:
                    image = tuple(s * at[j] + 0.0 for j, s in zip(element.images, element.signs, strict=True))
                    if image not in images:
                        images.add(image)
                        queue.append(image)
        return kept[:MOST_CONTINUA]


def _in_time(find: Callable[[], Found], otherwise: Found) -> Found:
    """What is found within SHARE of the time that is left."""
    left = time_left()
    return in_time_or(otherwise, find, None if left is None else SHARE * left)


def _rounded(point: Sequence[arb]) -> tuple[float, ...]:
    return tuple(round(float(x.mid()), 9) + 0.0 for x in point)
