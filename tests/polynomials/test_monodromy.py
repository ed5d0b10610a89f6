"""Zeros by loops of coefficients: the same list as msolve's, and never a longer or a wrongly whole one."""

from __future__ import annotations

import itertools
import time

import numpy as np
import pytest
from flint import acb

from strictsaddle.derive import polynomials
from strictsaddle.derive.monomial_form import MonomialForm
from strictsaddle.derive.polynomials import PolynomialSystem
from strictsaddle.errors import EngineError
from strictsaddle.execution.budget import UNLIMITED, Budget
from strictsaddle.networks.network import network
from strictsaddle.objective.objective import Objective
from strictsaddle.polynomials import locate as algebraic
from strictsaddle.polynomials.certification import certify
from strictsaddle.polynomials.completeness import Comparison
from strictsaddle.polynomials.locate import Located, locate
from strictsaddle.polynomials.modular_count import Count
from strictsaddle.polynomials.monodromy import Flips, Monodromy, flipped
from strictsaddle.polynomials.path_tracking import Family


def system_of(variables: str, text: str) -> PolynomialSystem:
    objective = Objective("test", variables, text)
    return polynomials.system(objective.graph, objective.node, objective.dimension)


def linear_network(widths: list[int], seed: int = 0) -> Objective:
    """With a ridge of its own for each weight."""
    random = np.random.default_rng(seed)
    inputs = random.integers(-9, 10, size=(widths[0] + 2, widths[0])).tolist()
    targets = random.integers(-9, 10, size=(widths[0] + 2, widths[-1])).tolist()
    names = [
        f"W{layer}_{i}_{j}"
        for layer in range(1, len(widths))
        for i in range(1, widths[layer] + 1)
        for j in range(1, widths[layer - 1] + 1)
    ]
    ridge = {name: f"{1 + k}/10" for k, name in enumerate(names)}
    return network(widths, "linear", data=(inputs, targets), bias=False, ridge=ridge)


def as_system(objective: Objective) -> PolynomialSystem:
    return polynomials.system(objective.graph, objective.node, objective.dimension)


def points(located: Located) -> set[tuple[float, ...]]:
    return {tuple(round(float(ball.mid()), 7) + 0.0 for ball in zero.balls) for zero in located.zeros}


@pytest.fixture
def loops_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(algebraic, "MOST_PARAMETRISED", 1)


# following paths


@pytest.mark.slow
def test_a_turn_of_the_coefficient_swaps_the_two_roots() -> None:
    """f = x^3/3 - c x has the zeros +-sqrt(c)."""
    system = system_of("x", "x^3/3 - x")
    family = Family.of(MonomialForm.of(system), {(3,): 0, (1,): 1})
    corners = [1.0, 1j, -1.0, -1j, 1.0]
    here = np.array([[1.0 + 0j], [-1.0 + 0j]])
    for a, b in itertools.pairwise(corners):
        here, arrived = family.follow(here, np.array([1.0, a]), np.array([1.0, b]))
        assert arrived.all()
    assert np.allclose(here, [[-1.0], [1.0]])


def test_what_arrives_at_a_double_zero_is_not_proved() -> None:
    """c = 0: both roots meet, and the Hessian is singular."""
    system = system_of("x", "x^3/3 - x")
    family = Family.of(MonomialForm.of(system), {(3,): 0, (1,): 1})
    end, _ = family.follow(np.array([[1.0 + 0j]]), np.array([1.0, 1.0]), np.array([1.0, 0.0]))
    assert abs(end[0, 0]) < 0.1
    assert certify(MonomialForm.of(system_of("x", "x^3/3")), [[acb(0)], [acb(end[0, 0].real)]], 128) == [None, None]


def test_a_path_to_infinity_does_not_count_as_arrived() -> None:
    system = system_of("x", "x^3/3 - x")
    family = Family.of(MonomialForm.of(system), {(3,): 0, (1,): 1})
    _, arrived = family.follow(np.array([[1.0 + 0j]]), np.array([1.0, 1.0]), np.array([0.0, 1.0]))
    assert not arrived.any()


def test_the_matrix_of_the_family_is_its_gradient() -> None:
    system = as_system(linear_network([2, 2, 1]))
    form = MonomialForm.of(system)
    classes = {tuple(int(e) for e in m): k % 3 for k, m in enumerate(system.f.monoms())}
    family = Family.of(form, classes)
    point = np.linspace(-1, 1, system.dimension) + 0.3j
    gradient = form.doubles(point[None, :])[0][0]
    assert np.allclose(family.columns_at(point) @ np.ones(3), gradient)


# flips


def test_an_orbit_has_each_point_once() -> None:
    system = system_of("a b c d", "(a*b + c*d - 1)^2 + (a^2 + 2*b^2 + 3*c^2 + 5*d^2)/10")
    flips = Flips(system.f, 4)
    assert len(flips.basis) == 2
    generic = np.array([1 + 1j, 2, 3, 4j])
    orbit = {tuple(flipped(generic, flip)) for flip in flips.images(generic)}
    assert len(orbit) == flips.orbit_size(generic) == 4
    assert flips.orbit_size(np.array([1 + 1j, 2, 0, 0])) == 2
    assert flips.orbit_size(np.zeros(4, dtype=complex)) == 1
    assert {tuple(np.round(flips.canonical(np.array(point)), 12)) for point in orbit} == {
        tuple(np.round(flips.canonical(generic), 12))
    }


def test_the_fixed_spaces_are_those_of_a_network_with_units_switched_off() -> None:
    system = as_system(linear_network([1, 2, 1]))  # W1_1_1, W1_2_1, W2_1_1, W2_1_2
    spaces = sorted(Flips(system.f, 4).fixed_spaces())
    assert spaces == [[], [0, 1, 2, 3], [0, 2], [1, 3]]


# the list


POLYNOMIALS = [
    ("x y", "x^4/4 - x^2/2 + y^2/6 + x*y/5"),
    ("a b", "(a*b - 1)^2 + (a^2 + 2*b^2)/10"),
    ("a b c d", "(a*b + c*d - 1)^2 + (a^2 + 2*b^2 + 3*c^2 + 5*d^2)/10"),
    ("x y", "(x^2 + y - 11)^2 + (x + y^2 - 7)^2"),
    ("x y z", "x^4 + y^4 + z^4 - 3*x*y*z + x - y/3 + z/7"),
    ("x y z", "(x*y*z - 1)^2 + (x^2 + 2*y^2 + 3*z^2)/10"),
]


@pytest.mark.parametrize("variables, text", POLYNOMIALS)
def test_the_list_is_msolves(variables: str, text: str, request: pytest.FixtureRequest) -> None:
    system = system_of(variables, text)
    truth = locate(system)
    request.getfixturevalue("loops_for_all")
    located = locate(system)
    assert truth.complete and located.complete
    assert points(located) == points(truth)
    assert located.complex_zeros == truth.complex_zeros


def test_a_network_with_a_ridge_for_each_weight() -> None:
    """225 complex points, as msolve lists them too."""
    told = []
    located = locate(as_system(linear_network([2, 2, 2])), report=lambda found, count: told.append((found, count)))
    assert (located.complete, located.proof, located.complex_zeros) == (True, "modular", 225)
    assert len(located.zeros) == 17
    assert any("modulo the primes" in line for line in located.trust)
    assert told[-1] == (225, 225) and told[0][0] < 225


def test_equal_runs_are_equal() -> None:
    system = as_system(linear_network([2, 2, 1]))
    form = MonomialForm.of(system)

    def run() -> list[complex]:
        search = Monodromy(system, form)
        search.run(10**6, UNLIMITED)
        return sorted(search.zeros.ravel().tolist(), key=lambda z: (z.real, z.imag))

    assert run() == run()


# never a wrongly whole one


def with_count(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    def no_parametrisation(*arguments: object, **options: object) -> None:
        raise EngineError("no time is left for msolve")

    monkeypatch.setattr(algebraic, "count_zeros", lambda *arguments, **options: Count(count, (5, 7)))
    monkeypatch.setattr(algebraic.msolve, "solve", no_parametrisation)


@pytest.mark.usefixtures("loops_for_all")
def test_a_count_that_is_too_large_leaves_the_list_open(monkeypatch: pytest.MonkeyPatch) -> None:
    with_count(monkeypatch, 6)
    located = locate(system_of("x y", "(x*y - 1)^2 + (x^2 + y^2)/10"), prove_completeness=False)
    assert located.complex_zeros == 5
    assert not located.complete and located.proof == "none"
    assert "5 of 6" in located.reason


@pytest.mark.usefixtures("loops_for_all")
def test_a_count_that_is_too_small_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The zeros come one orbit at a time: with 224 as the target all 225 are found."""
    with_count(monkeypatch, 224)
    with pytest.raises(EngineError, match="below the number proved"):
        locate(as_system(linear_network([2, 2, 2])), prove_completeness=False)


@pytest.mark.usefixtures("loops_for_all")
def test_a_singular_zero_is_left_to_msolve() -> None:
    """The origin counts four times, and no path ends there as at a simple zero."""
    located = locate(system_of("x y", "x^3 - 3*x*y^2 + (x^2 + y^2)^2"))
    assert (located.complete, located.proof) == (True, "exact")
    assert len(located.zeros) == 4


@pytest.mark.usefixtures("loops_for_all")
def test_without_time_nothing_is_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    with_count(monkeypatch, 225)
    started = time.monotonic()
    with pytest.raises(EngineError):
        locate(as_system(linear_network([2, 2, 2])), budget=Budget.of(1e-6))
    assert time.monotonic() - started < 30


def test_what_is_not_proved_is_looked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A point near no zero takes the place of one: the search for the last zeros would end too soon."""
    run = Monodromy.run
    invented = np.array([0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.07, 0.08 + 0j])

    def disturbed(self: Monodromy, target: int, *rest: object) -> None:
        if not len(self.zeros):
            self._add(invented[None, :], np.array([True]))
        run(self, target, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(Monodromy, "run", disturbed)
    located = locate(as_system(linear_network([2, 2, 2])))
    assert (located.complete, located.complex_zeros) == (True, 225)


def test_more_points_than_can_be_told_apart_are_not_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*arguments: object) -> None:
        raise AssertionError("followed")

    monkeypatch.setattr(algebraic, "MOST_FOLLOWED", 200)
    monkeypatch.setattr(algebraic, "_by_loops", fails)
    monkeypatch.setattr(algebraic.msolve, "solve", lambda *arguments, **options: algebraic.msolve.NoSolution())
    monkeypatch.setattr(algebraic, "compared", lambda *arguments: Comparison("doubtful"))
    with pytest.raises(EngineError, match="contradicts"):
        locate(as_system(linear_network([2, 2, 2])))
