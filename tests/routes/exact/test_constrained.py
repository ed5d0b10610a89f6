"""Definition 1 on products of spheres, decided exactly."""

from __future__ import annotations

from collections import Counter

import pytest

from strictsaddle import zoo
from strictsaddle.objective.domain import Spheres
from strictsaddle.objective.objective import Objective
from strictsaddle.records.events import Event, PointFound
from strictsaddle.records.verdict import StationaryPoint
from strictsaddle.routes.exact.constrained import solve
from strictsaddle.routes.exact.engine import Solution


def kinds(solution: Solution) -> dict[str, int]:
    return dict(Counter(point.kind for point in solution.points))


def norms(point: StationaryPoint, groups: tuple[tuple[int, ...], ...]) -> list[float]:
    return [sum(point.point[i].low ** 2 for i in group) for group in groups]


def test_eq5_in_two_dimensions_is_strict_saddle() -> None:
    found: list[Event] = []
    objective = zoo.get("tensor-eq5")
    solution = solve(objective, listener=found.append)
    assert solution.complete and not solution.witnesses
    assert kinds(solution) == {"local_minimum": 8, "strict_saddle": 16, "local_maximum": 8}
    assert {len(point.point) for point in solution.points} == {4}
    assert {len(point.eigenvalues) for point in solution.points} == {2}
    assert isinstance(objective.domain, Spheres)
    assert all(norm == pytest.approx(1) for p in solution.points for norm in norms(p, objective.domain.groups))
    assert sum(isinstance(event, PointFound) for event in found) == 32


def test_eq4_in_two_dimensions_is_not() -> None:
    """The twin: sixteen degenerate points, which higher order shows to be saddles, each of them a witness."""
    solution = solve(zoo.get("tensor-eq4"))
    assert solution.complete
    assert kinds(solution) == {
        "local_minimum": 8, "strict_saddle": 8, "local_maximum": 16, "degenerate_saddle": 16,
    }  # fmt: skip
    assert len(solution.witnesses) == 16
    witness = solution.witnesses[0]
    assert len(witness.point) == 4 and witness.nullity == 1
    assert witness.eigenvalues[0] == (0.0, 0.0) and witness.eigenvalues[1].low > 0


@pytest.mark.parametrize(("a", "b", "c"), [(1, 2, 3), (-3, 0, 1)])
def test_simple_eigenvalues_give_three_pairs(a: int, b: int, c: int) -> None:
    solution = solve(zoo.get("rayleigh-quotient", {"a": a, "b": b, "c": c}))
    assert kinds(solution) == {"local_minimum": 2, "strict_saddle": 2, "local_maximum": 2}
    assert solution.proof == "exact"


def test_a_double_least_eigenvalue_is_refuted() -> None:
    solution = solve(zoo.get("rayleigh-quotient", {"b": 1}))
    assert solution.status == "infinite"
    assert solution.witnesses[0].coordinates == ("1", "0", "0")


def test_a_double_greatest_eigenvalue_is_not_refuted() -> None:
    """The twin: the circle of maxima is no fault."""
    solution = solve(zoo.get("rayleigh-quotient", {"b": 3}))
    assert solution.status == "infinite" and not solution.witnesses


def test_a_constant_on_the_sphere_is_refuted() -> None:
    solution = solve(Objective("one", "x y", "x**2 + y**2", domain=Spheres(((0, 1),))))
    assert solution.witnesses


def test_free_unknowns_stay_free() -> None:
    """x on the circle with y, and z free: minima at x = 1, z = +-1, and so on."""
    solution = solve(Objective("mixed", "x y z", "-x + (z**2 - 1)**2", domain=Spheres(((0, 1),))))
    assert kinds(solution) == {"local_minimum": 2, "strict_saddle": 3, "local_maximum": 1}


def test_a_hessian_that_is_zero_is_degenerate_and_no_more_is_said() -> None:
    """y^4 on the circle is t^4 in the angle at (+-1, 0): a minimum, but a zero Hessian is not looked into further."""
    solution = solve(Objective("flat", "x y", "y**4", domain=Spheres(((0, 1),))))
    assert kinds(solution) == {"degenerate": 2, "local_maximum": 2}
    assert len(solution.witnesses) == 2


def test_a_degenerate_minimum_is_told_from_a_saddle() -> None:
    """On the circle times the line: z^2 + y^4 has degenerate minima at y = 0, z^2 + y^3 degenerate saddles."""
    circle = Spheres(((0, 1),))
    assert kinds(solve(Objective("flat", "x y z", "z**2 + y**4", domain=circle)))["degenerate_minimum"] == 2
    assert kinds(solve(Objective("turn", "x y z", "z**2 + y**3", domain=circle)))["degenerate_saddle"] == 2


def test_what_is_no_polynomial_is_left_undecided() -> None:
    solution = solve(Objective("wave", "x y", "sin(x)", domain=Spheres(((0, 1),))))
    assert solution.status == "failed" and "sin" in solution.reason
