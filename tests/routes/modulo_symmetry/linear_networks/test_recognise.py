"""Linear networks are recognised by what they are, coefficient by coefficient, not by what they are called."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from flint import fmpq

import strictsaddle as ss
from strictsaddle.derive.polynomials import PolynomialSystem, system
from strictsaddle.objective.domain import Box
from strictsaddle.objective.objective import Objective
from strictsaddle.routes.modulo_symmetry.linear_networks.recognise import LinearNetwork, identical, linear_network
from strictsaddle.zoo import get

INPUTS = [[3, 1], [-1, 2], ["1/2", -2], [1, 1], [-2, "3/2"], [1, 1]]
TARGETS = [[3, 2], [-1, 1], [1, -3], [2, 1], [-2, "-1/2"], [0, 1]]


def made(widths: list[int], ridge: Any = 0, **options: Any) -> Objective:
    data = ([row[: widths[0]] for row in INPUTS], [row[: widths[-1]] for row in TARGETS])
    options = {"activation": "linear", "bias": False, **options}
    return ss.network(widths, data=data, ridge=ridge, **options)


def polynomials(objective: Objective) -> PolynomialSystem:
    return system(objective.graph, objective.node, objective.dimension)


def recognised(objective: Objective) -> LinearNetwork | None:
    return linear_network(objective, polynomials(objective))


@pytest.mark.parametrize(
    "widths, ridge",
    [
        ([2, 2, 2], 0), ([2, 3, 1], "1/10"), ([1, 2, 2], ["1/10", "1/5"]), ([2, 2, 2, 2], "1/10"),
        ([1, 2, 3, 1], ["1/10", "1/5", "3/10"]),
    ],
)  # fmt: skip
def test_recognised(widths: list[int], ridge: Any) -> None:
    found = recognised(made(widths, ridge))
    assert found is not None
    assert found.widths == tuple(widths)
    assert found.ridges == tuple(
        fmpq(Fraction(x).numerator, Fraction(x).denominator)
        for x in (ridge if isinstance(ridge, list) else [ridge] * (len(widths) - 1))
    )


@pytest.mark.parametrize("name", ["deep-linear", "iris-linear"])
def test_recognised_in_the_zoo(name: str) -> None:
    objective = get(name, {"width": "2", "depth": "3"})
    found = recognised(objective)
    assert found is not None and found.widths == (1, 2, 2, 1)


@pytest.mark.parametrize(
    "objective",
    [
        made([2, 2, 2], {"W1": "1/10", "W2": "1/10", "W1_1_1": "1/5"}),
        made([1, 2, 2], bias=True),
        made([1, 2, 1], activation="quadratic", ridge="1/10"),
        made([2, 2, 2]).on(Box((Fraction(-1),) * 8, (Fraction(1),) * 8)),
        Objective("no network", "x y", "(x*y - 1)**2"),
    ],
)
def test_not_recognised(objective: Objective) -> None:
    assert recognised(objective) is None


def test_a_network_that_is_said_to_be_there_and_is_not() -> None:
    right, other = made([2, 2, 2], "1/10"), made([2, 2, 2], "1/5")
    wrong = Objective.from_graph("twin", right.variables, right.graph, right.node, network=other.network)
    assert recognised(right) is not None
    assert recognised(wrong) is None


def test_one_coefficient_changed_a_little() -> None:
    objective = made([2, 2, 2], "1/10")
    f, found = polynomials(objective).f, recognised(objective)
    assert found is not None and identical(found, f)
    x = f.context().gens()
    for term in (x[0] ** 2, x[0] * x[1], x[0] * x[4], x[0] ** 2 * x[4] ** 2, x[0] ** 4, x[3]):
        assert not identical(found, f + fmpq(1, 10**30) * term)
    assert identical(found, f + 1)  # the constant makes no difference to stationary points
