"""The same judgement of a slice with multipliers and without."""

from __future__ import annotations

from fractions import Fraction

import pytest

import strictsaddle as ss
from strictsaddle.derive.polynomials import system
from strictsaddle.execution.budget import UNLIMITED
from strictsaddle.manifolds.riemannian import lagrangian
from strictsaddle.objective.domain import Box, Spheres
from strictsaddle.routes.modulo_symmetry.on_slice import at_rest, on_slice
from strictsaddle.symmetry.continuous.fields import find_continuous


def sliced(formula: str, variables: str, spheres: bool = False) -> str:
    domain = Spheres((tuple(range(len(variables.split()))),)) if spheres else None
    objective = ss.Objective("f", variables, formula, domain=domain)
    of_what = lagrangian(objective) if spheres else system(objective.graph, objective.node, objective.dimension)
    return on_slice(objective, of_what, find_continuous(objective), UNLIMITED).answer


@pytest.mark.parametrize(
    ("formula", "spheres", "answer"),
    [
        ("(x**2 + y**2 - 1)**2 + z**2", False, "strict_saddle"),
        ("(x**2 + y**2 - 1)**2 + z**4", False, "not_strict_saddle"),  # the twin: flat across the ring too
        ("z**2", True, "strict_saddle"),
        ("z**4", True, "not_strict_saddle"),
    ],
)
def test_flat_along_orbits_alone_or_across_them_too(formula: str, spheres: bool, answer: str) -> None:
    assert sliced(formula, "x y z", spheres) == answer


def test_fields_are_at_rest_in_the_multipliers() -> None:
    fields = find_continuous(ss.Objective("f", "x y", "x**2 + y**2"))
    lifted = at_rest(fields, 2)
    assert lifted.unknowns == 4 and at_rest(fields, 0) is fields
    (field,) = lifted.generators
    assert field.matrix[0] == field.matrix[1] == (0,) * 4 and field.matrix[2][3] == -field.matrix[3][2] != Fraction(0)


def test_an_orbit_that_may_miss_the_box_refutes_nothing_in_it() -> None:
    """The slice finds a point of each orbit, which need not lie in the box."""
    away = Box((Fraction(2),) * 3, (Fraction(3),) * 3)
    objective = ss.Objective("f", "x y z", "(x**2 + y**2 - 1)**2 + z**4", domain=away)
    of_what = system(objective.graph, objective.node, 3)
    found = on_slice(objective, of_what, find_continuous(objective, on_domain=False), UNLIMITED)
    assert found.answer == "undecided" and "may miss the box" in found.reason and found.witness is None
