"""Where a formula stops being defined, bends or is only smooth along the domain: points there are no less stationary, and no claim may
leave them out. Beside each case stands one that differs in the one thing that matters, and is decided."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest

import strictsaddle as ss
from strictsaddle.objective.domain import Box, Domain, Equalities, Euclidean
from strictsaddle.records.verdict import Verdict


def checked(formula: str, variables: str, domain: Domain, budget: float = 20, **more: str) -> Verdict:
    return ss.check(ss.Objective("f", variables, formula, domain=domain), workers=1, budget=budget, **more)


def on(*equations: str) -> Equalities:
    return Equalities(equations)


@pytest.mark.parametrize(
    ("formula", "variables", "domain"),
    [
        ("x^4", "x", Euclidean(("1 > abs(x)",))),  # a condition may bend at a stationary point
        ("x^4", "x", Euclidean(("1 + relu(x) > 0",))),
        ("(1 - cos(x))^2", "x", Euclidean(("x > 4",))),  # the first period has no point, the next one has
        ("(1 - cos(x))^2 + 0*log(x)", "x", Euclidean()),
        ("(1 - cos(x))^2 + 0*sqrt(x - 4)", "x", Euclidean()),
        ("x^(5/2)", "x y", on("x - y^2")),  # |y|^5 along the curve
        ("(1 - x^2)^(5/2)", "x y", on("x^2 + y^2 - 1")),
        ("(1 - x^2)^(5/2) + 0*exp(x)", "x y", on("x^2 + y^2 - 1")),
        ("abs(x)*abs(x)", "x y", on("x - y^2")),  # y^4
        ("relu(x)^2 + 0*exp(x)", "x y", on("x - y^2")),
        ("y + 0*exp(x)", "x y", on("sqrt(1 - x^2) - y^2")),
    ],
)
def test_a_degenerate_point_is_not_overlooked(formula: str, variables: str, domain: Domain) -> None:
    verdict = checked(formula, variables, domain)
    assert verdict.definition_1.verdict != "strict_saddle"
    assert not verdict.stationary.complete or verdict.stationary.counts["degenerate"]


@pytest.mark.parametrize(
    ("formula", "variables", "domain"),
    [
        ("x^2", "x", Euclidean(("1 > abs(x)",))),
        ("1 - cos(x)", "x", Euclidean()),
        ("1 - cos(x)", "x", Euclidean(("cos(x) > -1/2",))),
        ("x^(5/2)", "x y", on("x - y^2 - 1")),
        ("(2 - x^2)^(5/2)", "x y", on("x^2 + y^2 - 1")),
        ("3*x + 2*y", "x y", on("sqrt(x*y) - 10")),
        ("sqrt(x^2 + y^2)", "x y", on("(x-2)^2 + y^2 - 1")),
    ],
)
def test_and_its_twin_is_decided(formula: str, variables: str, domain: Domain) -> None:
    verdict = checked(formula, variables, domain)
    assert verdict.definition_1.verdict == "strict_saddle", verdict.definition_1.reason


def test_no_list_of_infinitely_many_points_is_complete() -> None:
    verdict = checked("cos(x)", "x", Euclidean(("0 > x",)))
    assert not verdict.stationary.complete


def test_the_value_is_that_at_the_point_not_a_period_before() -> None:
    verdict = checked("sin(x) + x/2", "x", Box((Fraction(-10),), (Fraction(10),)))
    assert verdict.stationary.complete
    found = {round(p.point[0].low, 3): p.value for p in verdict.stationary.isolated}
    assert len(found) == 6
    for place, value in found.items():
        assert value is not None
        assert math.isclose(0.5 * (value.low + value.high), math.sin(place) + place / 2, abs_tol=1e-5)


def test_a_root_that_is_zero_along_a_domain_is_no_root_there() -> None:
    verdict = checked("x^2 + y^2 + exp(x)", "x y", on("sqrt(1 - x^2) - y"))
    assert verdict.definition_1.verdict == "undecided"
    assert "a root or a bend" in verdict.definition_1.reason
    twin = checked("x^2 + y^2 + exp(x)", "x y", on("sqrt(1 + x^2) - y"))
    assert twin.definition_1.verdict == "strict_saddle"


def test_a_continuum_survives_a_linear_equality() -> None:
    verdict = checked("-log(1 + (x - y)^2) + z", "x y z", on("z - 1"))
    plain = checked("-log(1 + (x - y)^2)", "x y", Euclidean())
    assert len(verdict.stationary.continua) == len(plain.stationary.continua)
    assert not verdict.stationary.complete or verdict.stationary.continua or verdict.stationary.isolated
    for found in verdict.stationary.continua:
        assert len(found.point) == 3
        assert found.point[2].low <= 1 <= found.point[2].high


@pytest.mark.parametrize(
    ("formula", "variables"),
    [
        ("sin(sqrt(x))", "x"),
        ("exp(sqrt(x)) - x", "x"),
        ("sqrt(x^2 + y^2)^4", "x y"),
        ("log(sqrt(x) - 1) + y^2", "x y"),
    ],
)
def test_a_root_at_the_edge_costs_nothing(formula: str, variables: str) -> None:
    assert checked(formula, variables, Euclidean(), budget=4).definition_1.verdict in (
        "strict_saddle",
        "undecided",
        "not_strict_saddle",
    )


@pytest.mark.parametrize(
    ("formula", "equality"),
    [
        ("(x+1)^2", "y - sqrt(x)^2"),
        ("(x+1)^4", "y - sqrt(x)^4"),
        ("y^4", "x^2 - 1 + 0*asin(y-5)"),
        ("x^4", "y - x^2/x"),
        ("(y+1)^4", "x - 1 + 0*log(y)"),
        ("(y+1)^4", "x - y^3 + 0*atan(1/(y+1))"),
    ],
)
def test_where_an_equality_is_not_defined_no_point_is_feasible(formula: str, equality: str) -> None:
    verdict = checked(formula, "x y", on(equality))
    assert verdict.stationary.isolated == ()
    assert verdict.definition_1.verdict != "not_strict_saddle"


def test_where_it_is_they_are_listed() -> None:
    verdict = checked("(y-1)^4", "x y", on("x - 1 + 0*log(y)"))
    assert verdict.definition_1.verdict == "not_strict_saddle"
    assert [round(side.low, 6) for side in verdict.stationary.isolated[0].point] == [1, 1]


@pytest.mark.parametrize("formula", ["x^4*(1 + abs(x)) + 0*log(x + 1)", "abs(x)^5 + 0*log(x + 1)", "x^4 + 0*abs(x)"])
def test_a_bend_is_not_divided_away(formula: str) -> None:
    verdict = checked(formula, "x", Euclidean())
    assert verdict.definition_1.verdict != "strict_saddle"
    assert not verdict.stationary.complete or verdict.stationary.counts["degenerate"]
