"""Sums of squares with a common zero and unknowns to spare; and sums that are no such thing."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import strictsaddle as ss
from strictsaddle.derive.derivatives import derive
from strictsaddle.errors import InputError
from strictsaddle.objective.domain import Box
from strictsaddle.objective.objective import Objective
from strictsaddle.records.verdict import Witness
from strictsaddle.routes.refutation.interpolation import even_powers, interpolation_witness


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


EDGES = [
    ("(y + sqrt(x)/1000)**2/10**12", "x y", [(0, "0.0004"), (0, 1)]),  # at x = 0 the slope in x is 10^-18, not 0
    ("(y + sqrt(x)/1000)**4", "x y", [(0, "0.0004"), (0, 1)]),
    ("(y + sqrt(x**2)/1000)**4", "x y", [("-0.0001", "0.0001"), (0, 1)]),  # a kink
    ("(y + x**(3/2))**2", "x y", [(0, "0.0004"), (0, 1)]),  # no second derivative
    ("(1000*y + asin(x))**2", "x y", [("0.9999", 1), (-1, 1)]),
]


@pytest.mark.parametrize(("expression", "variables", "box"), EDGES)
def test_a_zero_on_the_edge_of_where_f_is_smooth_refutes_nothing(
    expression: str, variables: str, box: list[tuple[Any, Any]]
) -> None:
    domain = Box(tuple(Fraction(low) for low, _ in box), tuple(Fraction(high) for _, high in box))
    try:
        objective = Objective("edge", variables, expression, domain=domain)
    except InputError:
        return  # a power that is no integer is refused when it is read
    verdict = ss.check(objective, max_boxes=20_000, workers=1)
    assert verdict.definition_1.verdict != "not_strict_saddle"
    assert not verdict.stationary.continua


def test_the_twin_away_from_the_edge_is_refuted() -> None:
    domain = Box((Fraction(1), Fraction(-1)), (Fraction(2), Fraction(1)))
    verdict = ss.check(Objective("inside", "x y", "(y + sqrt(x)/1000)**2", domain=domain), workers=1)
    assert verdict.definition_1.verdict == "not_strict_saddle"


def test_a_witness_on_a_face_claims_no_continuum_in_the_box() -> None:
    """x + y = 0 meets the box in a corner alone."""
    domain = Box((Fraction(0), Fraction(0)), (Fraction(1), Fraction(1)))
    verdict = ss.check(Objective("corner", "x y", "(exp(x + y) - 1)**2", domain=domain), method="interval", workers=1)
    assert verdict.definition_1.verdict == "not_strict_saddle"
    assert not verdict.stationary.continua
