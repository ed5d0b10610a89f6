"""Exponentials far out: the radius beyond which nothing is stationary, held against zeros that are known."""

from __future__ import annotations

import math

import pytest

import strictsaddle as ss
from strictsaddle.covering import dominance
from strictsaddle.covering.infinity import Region, region
from strictsaddle.derive.derivatives import derive


def radius(formula: str, variables: str = "x") -> float | None:
    derivation = derive(ss.Objective("f", variables, formula))
    charts = dominance.charts_of(derivation)
    return next((r for r in (2.0, 8.0, 64.0) if dominance.is_excluded(charts, derivation.dimension, r)), None)


@pytest.mark.parametrize(
    ("formula", "variables"),
    [
        ("-exp(-x^2) - exp(-(x-3)^2)/2", "x"), ("exp(x) - x^2", "x"), ("cosh(x) - 2*x^2", "x"), ("x^5*exp(-x) + exp(2*x)", "x"),
        ("-exp(-x^2-y^2) - exp(-(x-3)^2-y^2)/2", "x y"), ("cosh(x) + cosh(y) - x*y/2", "x y"),
        ("x*exp(-x^2) + tanh(x)*exp(-2*x^2)", "x"), ("(exp(x) - 3*x)^2", "x"),
    ],
)  # fmt: skip
def test_nothing_is_far_out(formula: str, variables: str) -> None:
    assert radius(formula, variables) is not None


@pytest.mark.parametrize(
    ("formula", "zero"),
    [
        ("exp(-x^2) + x^2*10^(-60)", math.sqrt(60 * math.log(10))),  # 11.8
        ("exp(-x^2) + x^2*10^(-12)", math.sqrt(12 * math.log(10))),  # 5.3
        ("exp(x) - 10^20*x", 20 * math.log(10)),  # 46
        ("exp(x) - 10^30*x", 30 * math.log(10)),  # 69
        ("exp(2*x)/2 - 10^3*exp(x)", 3 * math.log(10)),  # 6.9
        ("exp(-x)*(x - 20)", 21.0),
        ("exp(-x)*(x - 100)", 101.0),
        ("x^9*exp(-x/9)", 81.0),
        ("exp(-x^2/2)*(x^2 - 400)", math.sqrt(402)),
    ],
)
def test_a_zero_is_never_beyond_the_radius(formula: str, zero: float) -> None:
    found = radius(formula)
    assert found is None or found > zero, (found, zero)
    if zero < 60:
        assert found is not None


def test_a_zero_in_a_direction_of_two_unknowns() -> None:
    """Along the middle of two equal wells there is a saddle, however far apart they are."""
    for distance in (3, 30, 300):
        found = radius(f"-exp(-x^2-y^2) - exp(-(x-{distance})^2-y^2)", "x y")
        assert found is None or found > distance


@pytest.mark.parametrize("formula", ["x^4 - x^2", "tanh(x) + x^2", "exp(tanh(x))"])
def test_without_exponentials_it_is_somebody_elses(formula: str) -> None:
    with pytest.raises(dominance.NotExponential):
        radius(formula)


def test_regions_use_it() -> None:
    objective = ss.Objective("f", "x y", "-exp(-x^2-y^2) - exp(-(x-3)^2-y^2)/2")
    found = region(objective, derive(objective))
    assert isinstance(found, Region) and found.everything and "exponential" in found.why
    verdict = ss.check(objective, workers=1)
    assert verdict.definition_1.verdict == "strict_saddle" and verdict.stationary.complete
    assert verdict.stationary.counts == {"local_minimum": 2, "strict_saddle": 1, "local_maximum": 0, "degenerate": 0}


def test_terms_with_one_exponent_are_one() -> None:
    derivation = derive(ss.Objective("f", "x", "exp(x) + x"))
    graph = derivation.graph
    e = graph.unary(dominance.Op.EXP, graph.variable(0))
    node = graph.add(graph.mul(graph.variable(0), e), graph.sub(graph.constant(3), graph.mul(graph.constant(2), e)))
    assert len(dominance.terms_of(graph, node, 1)) == 2
    assert dominance.terms_of(graph, graph.sub(e, e), 1) == []
