"""Sums of squares with a common zero and unknowns to spare; and sums that are no such thing."""

from __future__ import annotations

import numpy as np
import pytest

import strictsaddle as ss
from strictsaddle.classify.interpolation import even_powers, interpolation_witness
from strictsaddle.derive.derivatives import derive
from strictsaddle.objective.objective import Objective
from strictsaddle.verdict import Witness


def witness(expression: str, variables: str, *near: float) -> Witness | None:
    return interpolation_witness(derive(Objective("case", variables, expression)), np.array(near))


@pytest.mark.parametrize(
    ("expression", "powers"),
    [
        ("(x - y)**2 + 3*(exp(x) - 2)**4 + 7", [2, 4]),
        ("(x - y)**2/5 - 1", [2]),
        ("(x - y)**2 - (x + y)**2", None),
        ("(x - y)**2 + x", None),
        ("(x - y)**3", None),
        ("-2*(x - y)**2", None),
        ("(x - y)**2*(1 + x**2) + (exp(x) - 2)**4/(2 + y**2)", [2, 4]),
        ("(x - y)**2*(x**2 - 1)", None),
        ("exp(x)*((x - y)**2 + 3)", None),
        ("2*((x - y)**2 + 3)", [2]),
    ],
)
def test_what_counts_as_a_sum_of_even_powers(expression: str, powers: list[int] | None) -> None:
    objective = Objective("case", "x y", expression)
    found = even_powers(objective.graph, objective.node)
    assert (None if found is None else sorted(exponent for _, exponent in found)) == powers


def test_nullity_is_what_the_squares_leave() -> None:
    found = witness("(exp(x + y) - 2)**2 + (sin(z) - x/3)**2", "x y z", 0.3, 0.4, 0.1)
    assert found is not None and found.nullity == 1
    fourth = witness("(exp(x + y) - 2)**4 + (sin(z) - x/3)**2", "x y z", 0.3, 0.4, 0.1)
    assert fourth is not None and fourth.nullity == 2
    x, y, _ = (0.5 * (i.low + i.high) for i in found.point)
    assert abs(np.exp(x + y) - 2) < 1e-9


@pytest.mark.parametrize(
    ("expression", "variables", "near"),
    [
        ("(exp(x + y) + 1/1000)**2", "x y", (-7.0, 0.0)),  # small, never 0
        ("(exp(x) - 2)**2 + (sin(y))**2", "x y", (0.7, 0.0)),  # as many squares as unknowns: H > 0
        ("(exp(x + y) - 2)**2 + (exp(x + y) - 3)**2", "x y", (0.4, 0.4)),  # no common zero
        ("(x**2 + y**2)**2 + 0*exp(x)", "x y", (0.0, 0.0)),  # a zero at which the gradient vanishes: not pinned
    ],
)
def test_no_witness(expression: str, variables: str, near: tuple[float, ...]) -> None:
    assert witness(expression, variables, *near) is None


def test_a_network_that_fits_its_data_with_parameters_to_spare() -> None:
    data = ([[1], [2]], [[1], [-1]])
    for width, nullity in ((2, 2), (12, 22)):
        verdict = ss.check(ss.network([1, width, 1], "tanh", data=data, bias=False), budget=60)
        assert (verdict.definition_1.verdict, verdict.definition_1.scope) == ("not_strict_saddle", "global")
        assert verdict.definition_1.witness is not None and verdict.definition_1.witness.nullity == nullity
        assert verdict.modulo_symmetry is not None
        assert verdict.modulo_symmetry.verdict == "not_strict_saddle"
