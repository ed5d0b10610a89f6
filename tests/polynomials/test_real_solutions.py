"""All real solutions of a system, exact; and exact points of a parametrisation."""

from __future__ import annotations

import pytest
from flint import fmpq_mpoly_ctx

import strictsaddle as ss
from strictsaddle.derive import polynomials
from strictsaddle.execution.budget import UNLIMITED
from strictsaddle.objective.domain import Spheres
from strictsaddle.polynomials import msolve
from strictsaddle.polynomials.parametrisation import evaluate, exact_point
from strictsaddle.polynomials.real_solutions import real_solutions
from strictsaddle.routes.exact import continua
from strictsaddle.routes.exact.search.fixed_spaces import FixedSpace
from strictsaddle.routes.exact.search.sliced_points import sliced_points
from strictsaddle.symmetry.discrete.permutation_group import SignedPermutation

CONTEXT = fmpq_mpoly_ctx.get(["x1", "x2"], "degrevlex")
X, Y = CONTEXT.gens()


@pytest.mark.parametrize(
    ("equations", "outcome", "points"),
    [
        ([X**2 - 2, Y - X], "finite", 1),  # one class of two conjugate points
        ([X**2 + 1, Y - X], "finite", 0),
        ([X * Y - 1, X * Y - 2], "none", 0),
        ([X * Y], "infinite", 0),
    ],
)
def test_real_solutions(equations: list[object], outcome: str, points: int) -> None:
    found = real_solutions(equations, 2)  # type: ignore[arg-type]
    assert (found.outcome, len(found.points)) == (outcome, points)
    for point in found.points:
        assert all(point.evaluate(equation).is_zero() for equation in equations)


def test_points_of_a_parametrisation_are_solutions() -> None:
    answer = msolve.solve([X**2 - 3, Y - X - 1], 2)
    assert isinstance(answer, msolve.RationalParametrisation)
    assert len(evaluate(answer).points) == 2
    ((factor, _),) = answer.modulus.factor()[1]
    point = exact_point(answer, factor)
    assert point is not None and point.evaluate(Y - X - 1).is_zero() and not point.evaluate(Y - X).is_zero()


def test_points_on_slices_of_a_continuum_are_stationary() -> None:
    objective = ss.Objective("ring", "x y", "(x**2 + y**2 - 1)**2")
    system = polynomials.system(objective.graph, objective.node, 2)
    found = list(sliced_points(system, 0, budget=UNLIMITED))
    assert found and all(point.is_stationary(system) for point in found)


def test_a_fixed_space_is_what_an_element_leaves() -> None:
    swap = SignedPermutation((1, 0, 2), (1, 1, -1))
    space = FixedSpace.of([swap], 3)
    assert (space.dimension, space.signs) == (1, (1, 1, 0)) and space.places[0] == space.places[1]
    assert space.meets(Spheres(((0, 1),)))
    assert not FixedSpace.of([SignedPermutation((0, 1), (-1, -1))], 2).meets(Spheres(((0, 1),)))


def test_small_vectors_begin_with_the_origin() -> None:
    assert continua.small_vectors(2)[0] == (0, 0) and len(set(continua.small_vectors(2))) == 9
