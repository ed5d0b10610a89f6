"""Points with few coordinates other than 0, and boxes with one stationary point: candidates that exist for every number of spheres."""

from __future__ import annotations

from itertools import count
from types import SimpleNamespace

import pytest
from flint import arb

from strictsaddle import zoo
from strictsaddle.certify.isolation import has_at_most_one, isolating_box, multipliers
from strictsaddle.derive.monomial_form import MonomialForm
from strictsaddle.execution.budget import UNLIMITED, Budget
from strictsaddle.manifolds.riemannian import lagrangian
from strictsaddle.objective.domain import Spheres
from strictsaddle.objective.objective import Objective
from strictsaddle.routes.exact.search import sparse_points as module
from strictsaddle.routes.exact.search.search import ExactSearch
from strictsaddle.symmetry.discrete.signed_permutations import find_signed_permutations

PAIR = Spheres(((0, 1), (2, 3)))
NO_TIME_AT_ALL = 0.0  # a deadline that is long past


def searched(objective: Objective, budget: Budget = UNLIMITED) -> ExactSearch:
    domain = objective.domain
    assert isinstance(domain, Spheres)
    return ExactSearch(lagrangian(objective), domain, find_signed_permutations(objective), budget).run()


@pytest.mark.parametrize("d", [3, 4])
def test_candidates_of_eq4_are_stationary_and_hold_the_witness(d: int) -> None:
    """The degenerate saddle of d = 2 in one plane and components on the other spheres, in a field of degree 4."""
    objective = zoo.get("tensor-eq4", {"d": d})
    assert isinstance(objective.domain, Spheres)
    system = lagrangian(objective)
    found = list(module.sparse_points(system, objective.domain))
    assert all(point.is_stationary(system) for point in found)
    assert 4 in {point.degree for point in found}


def test_eq4_is_refuted_and_its_48_minima_are_listed() -> None:
    found = searched(zoo.get("tensor-eq4", {"d": 3}))
    assert found.witness is not None and found.witness.nullity == 1
    minima = [point for point in found.points if point.kind == "local_minimum"]
    assert len(minima) == 48 and {point.value for point in minima} == {(0.0, 0.0)}
    assert len({point.point for point in found.points}) == len(found.points)


def test_eq5_is_not_refuted() -> None:
    """The twin: the same search finds points and no witness."""
    found = searched(zoo.get("tensor-eq5", {"d": 3}))
    assert found.witness is None
    assert sum(point.kind == "local_minimum" for point in found.points) == 48


def test_the_outcome_does_not_depend_on_time_and_the_deadline_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    objective = zoo.get("tensor-eq4", {"d": 3})
    first = searched(objective)
    ticks = count()
    slow = SimpleNamespace(monotonic=lambda: float(next(ticks)))  # each look at the clock takes a second
    monkeypatch.setattr("strictsaddle.execution.budget.time", slow)
    again = searched(objective, budget=Budget(1e6))
    assert again.witness == first.witness and again.points == first.points
    late = searched(objective, budget=Budget(NO_TIME_AT_ALL))
    assert late.witness is None and not late.points


def test_few_systems_are_solved(monkeypatch: pytest.MonkeyPatch) -> None:
    """The work is counted."""
    calls: list[int] = []

    def counted(system: object, *, budget: Budget) -> list[object]:
        calls.append(1)
        return []

    monkeypatch.setattr(module, "exact_real_zeros", counted)
    monkeypatch.setattr(module, "MOST_SYSTEMS", 2)
    objective = zoo.get("tensor-eq5", {"d": 4})
    assert isinstance(objective.domain, Spheres)
    assert not list(module.sparse_points(lagrangian(objective), objective.domain))
    assert len(calls) == 2


def test_a_slope_out_of_the_support_is_no_support() -> None:
    """With a term that is linear in an unknown outside, points of the support are not stationary, and none is proposed."""
    spheres = Spheres(((0, 1, 2), (3, 4, 5)))
    names, even = "a b c x y z", "a**4 + 2*b**4 + 3*c**4 + (a*x + b*y + c*z)**2"
    straight = Objective("even", names, even, domain=spheres)
    tilted = Objective("tilted", names, even + " + a + b + c + x + y + z", domain=spheres)
    assert list(module.sparse_points(lagrangian(straight), spheres))
    assert not list(module.sparse_points(lagrangian(tilted), spheres))


def test_an_isolating_box_is_found_at_a_regular_point_only() -> None:
    """x^2 + 2 y^2 on circles: isolated at unit vectors; where f does not depend on the second circle, nowhere."""
    point = [arb(1), arb(0), arb(1), arb(0)]
    simple = Objective("simple", "a b x y", "a**2 + 2*b**2 + x**2 + 3*y**2", domain=PAIR)
    box = isolating_box(MonomialForm.of(lagrangian(simple)), PAIR, point)
    assert box is not None and (box[0] < [1, 0, 1, 0]).all() and (box[1] > [1, 0, 1, 0]).all()
    flat = Objective("flat", "a b x y", "a**2 + 2*b**2", domain=PAIR)
    assert isolating_box(MonomialForm.of(lagrangian(flat)), PAIR, point) is None


def test_two_stationary_points_in_a_box_are_not_one() -> None:
    """The twin: a box that holds two of them, and one about multipliers that are known."""
    form = MonomialForm.of(lagrangian(Objective("simple", "a b x y", "a**2 + 2*b**2 + x**2 + 3*y**2", domain=PAIR)))
    whole = [arb(0, 1.5) for _ in range(4)]
    assert not has_at_most_one(form, PAIR, whole)
    mu = multipliers(form, PAIR, [arb(0), arb(1), arb(1), arb(0)])
    assert mu[0].contains(2) and mu[1].contains(1)
