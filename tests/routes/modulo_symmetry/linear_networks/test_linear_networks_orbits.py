"""One point on each orbit of a deep linear network: what theorems say of them, and the slice through all weights as a witness."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

import pytest
from flint import arb, arb_mat, ctx, fmpq, fmpq_mat

import strictsaddle as ss
from strictsaddle.arithmetic.evaluate import evaluate_arb
from strictsaddle.derive.derivatives import derive
from strictsaddle.derive.polynomials import system
from strictsaddle.errors import EngineError
from strictsaddle.execution.budget import UNLIMITED, Budget
from strictsaddle.objective.objective import Objective
from strictsaddle.records.verdict import Definition1
from strictsaddle.routes.modulo_symmetry import slice as orbit_slice
from strictsaddle.routes.modulo_symmetry.engine import examine, modulo_symmetry
from strictsaddle.routes.modulo_symmetry.linear_networks import engine as modulo_linear_network
from strictsaddle.routes.modulo_symmetry.linear_networks import orbits as network_orbits
from strictsaddle.routes.modulo_symmetry.linear_networks.orbits import NetworkOrbits
from strictsaddle.routes.modulo_symmetry.linear_networks.recognise import LinearNetwork, linear_network
from strictsaddle.routes.modulo_symmetry.slice import PROVED

FAILS = Definition1("not_strict_saddle", "global", "exact", "there are continua of minima")
INPUTS = [[3, 1, 0], [-1, 2, 1], ["1/2", -2, 1], [1, 1, -2], [-2, "3/2", 1]]
TARGETS = [[3, 2, -1], [-1, 1, 2], [1, -3, 0], [2, 1, 1], [-2, "-1/2", 3]]


@pytest.fixture(autouse=True)
def precision() -> Iterator[None]:
    before, ctx.prec = ctx.prec, 192
    yield
    ctx.prec = before


def made(widths: list[int], ridge: Any = 0) -> Objective:
    data = ([row[: widths[0]] for row in INPUTS], [row[: widths[-1]] for row in TARGETS])
    return ss.network(widths, "linear", data=data, bias=False, ridge=ridge)


def recognised(objective: Objective) -> LinearNetwork:
    found = linear_network(objective, system(objective.graph, objective.node, objective.dimension))
    assert found is not None
    return found


def orbits(network: LinearNetwork) -> NetworkOrbits:
    found = network_orbits.network_orbits(network, UNLIMITED)
    assert not isinstance(found, str)
    return found


def values(objective: Objective, found: NetworkOrbits) -> list[arb]:
    tape = derive(objective).value_tape
    return [arb(evaluate_arb(tape, list(point))[0]) for point in found.points]


@pytest.mark.parametrize(
    "widths, count", [([3, 3, 3], 8), ([3, 2, 3], 7), ([3, 1, 3], 4), ([2, 3, 3], 4), ([3, 3, 1], 2)]
)
def test_without_ridge_orbits_are_sets_of_eigenvectors(widths: list[int], count: int) -> None:
    """Baldi and Hornik: f is c - (sum of the eigenvalues chosen), and the gradient vanishes."""
    objective = made(widths)
    network = recognised(objective)
    found = orbits(network)
    assert len(found.points) == count and found.trust == PROVED
    explained = network.cross * network.gram.inv() * network.cross.transpose()
    eigenvalues = [x.real for x in arb_mat(explained).eig(multiple=True) if x.real > arb("1e-20")]
    sums = [sum(chosen, arb(0)) for rank in range(min(widths) + 1) for chosen in combinations(eigenvalues, rank)]
    reached = values(objective, found)
    left = [reached[0] - value for value in reached]
    assert all(float(x.rad()) < 1e-40 for x in left)
    assert all(len([x for x in left if x.overlaps(wanted)]) == 1 for wanted in sums) and len(sums) == len(left)
    tape = derive(objective).gradient_tape
    assert all(g.contains(0) for point in found.points for g in map(arb, evaluate_arb(tape, list(point))))


def test_multiple_eigenvalues_are_left_to_others() -> None:
    one, two = fmpq_mat([[1, 0], [0, 1]]), fmpq_mat([[2, 0], [0, 1]])
    found = network_orbits.network_orbits(LinearNetwork((2, 2, 2), one, one, (fmpq(0), fmpq(0))), UNLIMITED)
    assert isinstance(found, str) and "multiple eigenvalue" in found
    assert len(orbits(LinearNetwork((2, 2, 2), one, two, (fmpq(0), fmpq(0)))).points) == 4
    nothing = LinearNetwork((2, 2, 2), one, one - one, (fmpq(0), fmpq(0)))  # 0 may be multiple
    assert len(orbits(nothing).points) == 1


def test_dependent_inputs_without_ridge_are_left_to_others() -> None:
    singular = fmpq_mat([[1, 1], [1, 1]])
    found = network_orbits.network_orbits(LinearNetwork((2, 2, 2), singular, singular, (fmpq(0), fmpq(0))), UNLIMITED)
    assert isinstance(found, str) and "dependent" in found


@pytest.mark.parametrize("ridges", [(0, 1), (0, 0, 0), (1, 0, 1), (-1, 1)])
def test_ridges_without_a_method(ridges: tuple[int, ...]) -> None:
    identity = fmpq_mat([[1, 0], [0, 2]])
    network = LinearNetwork((2,) * (len(ridges) + 1), identity, identity, tuple(map(fmpq, ridges)))
    assert isinstance(network_orbits.network_orbits(network, UNLIMITED), str)


@pytest.mark.slow
@pytest.mark.parametrize(
    "widths, ridge",
    [
        ([2, 2, 2], 0), ([2, 2, 2], "1/10"), ([2, 2, 1], ["1/10", "1/5"]), ([1, 2, 2], "1/10"), ([2, 2, 2, 2], "1/10"),
        ([1, 2, 2, 1], ["1/10", "1/5", "3/10"]), ([2, 1, 2], 0),
    ],
)  # fmt: skip
def test_the_slice_through_all_weights_agrees(widths: list[int], ridge: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """It meets an orbit several times; the orbits are the same, and so are their signs."""
    objective = made(widths, ridge)
    tape = derive(objective).value_tape

    def kinds() -> set[tuple[str, int, int]]:
        answer, found = examine(objective, FAILS, budget=Budget.of(120))
        assert answer.verdict == "strict_saddle"
        assert ("share their singular values" in answer.reason) == by_rank
        return {
            (arb(evaluate_arb(tape, list(o.point))[0]).str(10, radius=False), o.signs.dimension, o.signs.index)
            for o in found
        }

    by_rank = True
    new = kinds()
    monkeypatch.setattr(modulo_linear_network, "linear_network", lambda *_: None)
    by_rank = False
    assert new == kinds()


@pytest.mark.parametrize(
    "widths, ridge, minima, orbits_found",
    [
        ([3, 3, 3], "1/10", 1, 8),
        ([3, 3, 3], ["1/10", "1/5"], 1, 4),
        ([3, 3, 3], 0, 1, 8),
        ([3, 2, 2], ["1/100", "1/7"], 1, 4),
        ([3, 2, 2, 2], ["1/10", "1/5", "3/10"], 3, 9),
        ([2, 3, 3, 3], "1/10", 3, 9),
        pytest.param([3, 3, 3, 2], ["1/10", "1/5", "3/10"], 3, 9, marks=pytest.mark.slow),
        pytest.param([3, 3, 3, 3], "1/10", 3, 9, marks=pytest.mark.slow),
        pytest.param([3, 3, 3, 3], ["1/10", "1/5", "3/10"], 3, 9, marks=pytest.mark.slow),
    ],
)
def test_networks_that_are_too_wide_for_the_slice(
    widths: list[int], ridge: Any, minima: int, orbits_found: int
) -> None:
    answer = modulo_symmetry(made(widths, ridge), FAILS, budget=Budget.of(400))
    assert answer.verdict == "strict_saddle"
    assert f"one of {orbits_found} stationary points" in answer.reason
    assert f" {minima} with a Hessian that is positive definite" in answer.reason


def test_a_completeness_that_is_not_proved_is_not_called_so(monkeypatch: pytest.MonkeyPatch) -> None:
    network = recognised(made([2, 2, 2], "1/10"))
    assert orbits(network).trust == PROVED
    monkeypatch.setattr(orbit_slice, "proved_complete", lambda *_: False)
    assert "modulo the primes" in orbits(network).trust


def test_what_is_not_settled_goes_to_the_slice(monkeypatch: pytest.MonkeyPatch) -> None:
    objective = made([2, 2, 2], "1/10")

    def late(*_: Any) -> None:
        raise EngineError("msolve did not finish")

    for wrong in (late, lambda *_: "no method"):
        monkeypatch.setattr(modulo_linear_network, "network_orbits", wrong)
        answer = modulo_symmetry(objective, FAILS)
        assert answer.verdict == "strict_saddle" and "meets a slice" in answer.reason


@pytest.mark.parametrize(
    "widths, verdict",
    [
        ([2, 3, 3], "not_strict_saddle"),
        ([3, 3, 2], "not_strict_saddle"),
        ([2, 3, 2], "strict_saddle"),
        ([3, 2, 2], "strict_saddle"),
        ([3, 3, 1], "strict_saddle"),
    ],
)
def test_more_units_than_the_rank_of_the_targets_without_ridge(widths: list[int], verdict: str) -> None:
    """With h units, d inputs, e outputs and targets of rank r < h the least minima have nullity (h - r)(d + e) + r² and orbits
    of GL(h) of dimension h² - (h - r)²; these are equal for d = e = r alone. With one output there is more symmetry."""
    answer = modulo_symmetry(made(widths), FAILS)
    assert answer.verdict == verdict
    if verdict == "not_strict_saddle":
        assert "nullity 9, while the orbit has dimension 8" in answer.reason


def test_a_flat_direction_is_not_covered_up() -> None:
    """Targets of rank 1 through two units: the minima have more flat directions than the symmetry explains."""
    low = ss.network([2, 2, 2], "linear", data=([[1, 0], [0, 1]], [[1, 0], [0, 0]]), bias=False)
    assert modulo_symmetry(low, FAILS).verdict == "not_strict_saddle"
    # With a ridge at which a singular value is about to leave 0: the Hessian there is singular.
    edge = ss.network([1, 2, 1], "linear", data=([[1]], [[1]]), bias=False, ridge=1)
    assert modulo_symmetry(edge, FAILS).verdict == "not_strict_saddle"
    past = ss.network([1, 2, 1], "linear", data=([[1]], [[1]]), bias=False, ridge="1001/1000")
    assert modulo_symmetry(past, FAILS).verdict == "strict_saddle"
