"""The symmetries of an objective: signed permutations, continuous groups, and the orbits of its stationary
points."""

from __future__ import annotations

from typing import TYPE_CHECKING

from strictsaddle.records.verdict import ContinuousSymmetry, SignedPermutations, Symmetry

if TYPE_CHECKING:
    from strictsaddle.objective.objective import Objective


def symmetries(objective: Objective) -> Symmetry:
    """Every symmetry found and proved, as the record that verdicts carry.

    `signed_permutations`: the order of the group and its generators in words; `continuous`: the dimension of
    the Lie algebra of linear fields and its basis as flows, followed by affine fields (translations), where
    there are any.
    """
    from strictsaddle.symmetry.continuous.fields import find_continuous
    from strictsaddle.symmetry.discrete.signed_permutations import find_signed_permutations

    group = find_signed_permutations(objective)
    fields = find_continuous(objective)
    return Symmetry(
        SignedPermutations(group.order, group.words),
        ContinuousSymmetry(fields.dimension, tuple(field.words(objective.variables) for field in fields.generators)),
    )
