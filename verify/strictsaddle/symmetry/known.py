"""An objective's symmetries, as the routes use them: smaller searches, completed lists, orbits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any, TypeVar

import numpy as np

from strictsaddle.arithmetic.arrays import Floats
from strictsaddle.certify.alone import alone
from strictsaddle.execution.budget import OutOfTime, current, in_time_or
from strictsaddle.objective.objective import Objective
from strictsaddle.records.verdict import ContinuousSymmetry, SignedPermutations, Stationary, StationaryPoint, Symmetry
from strictsaddle.symmetry.completion import MOST_POINTS, completed
from strictsaddle.symmetry.continuous.fields import ContinuousSymmetries, find_continuous
from strictsaddle.symmetry.discrete.fundamental_domain import inequalities
from strictsaddle.symmetry.discrete.signed_permutations import (
    SignedPermutationGroup,
    find_signed_permutations,
    trivial_group,
)
from strictsaddle.symmetry.orbits import orbits

Found = TypeVar("Found")
SHARE = 0.25  # of the time that is left, for each search for symmetries


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
        if objective.domain.where:  # which a symmetry of the formula may break; none is looked for
            return cls(objective, trivial_group(objective), none, none)
        local = _in_time(lambda: find_continuous(objective, on_domain=False), none)
        on_domain = local if objective.domain.everything else _in_time(lambda: find_continuous(objective), none)
        group = _in_time(lambda: find_signed_permutations(objective), trivial_group(objective))
        return cls(objective, group, on_domain, local)

    @cached_property
    def record(self) -> Symmetry:
        """The record that verdicts carry."""
        flows = tuple(field.words(self.objective.variables) for field in self.fields.generators)
        most = None if self.objective.domain.where else in_time_or(None, lambda: self.fields.most(self.objective))
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
        return self.local.matrices

    def completed(
        self, points: Sequence[StationaryPoint], unique: Sequence[Floats], most: int = MOST_POINTS
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


def _in_time(find: Callable[[], Found], otherwise: Found) -> Found:
    """What is found within SHARE of the time that is left."""
    try:
        with current().share(SHARE).enforced():
            return find()
    except OutOfTime:
        return otherwise
