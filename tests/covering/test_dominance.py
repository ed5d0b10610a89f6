"""Exponentials far out: the radius beyond which nothing is stationary, held against zeros that are known."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from flint import arb

import strictsaddle as ss
from strictsaddle.arithmetic.evaluate import evaluate_arb
from strictsaddle.arithmetic.exact import at_precision
from strictsaddle.arithmetic.tape import compile_tape
from strictsaddle.covering import dominance
from strictsaddle.covering.exponential_terms import Far, NotExponential, slope_of, terms_of
from strictsaddle.covering.infinity import Region, region
from strictsaddle.derive.derivatives import derive, forward
from strictsaddle.formula.expression import parse
from strictsaddle.formula.graph import Graph, Op


def radius(formula: str, variables: str = "x") -> float | None:
    derivation = derive(ss.Objective("f", variables, formula))
    charts = dominance.charts_of(derivation.graph, derivation.gradient, derivation.dimension)
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
    with pytest.raises(NotExponential):
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
    e = graph.unary(Op.EXP, graph.variable(0))
    node = graph.add(graph.mul(graph.variable(0), e), graph.sub(graph.constant(3), graph.mul(graph.constant(2), e)))
    assert len(terms_of(graph, node, 1)) == 2
    assert terms_of(graph, graph.sub(e, e), 1) == []


@pytest.mark.parametrize("op", ["tanh", "sigmoid", "softplus", "erf"])
@pytest.mark.parametrize("order", [0, 1, 2])
@pytest.mark.parametrize("slope", ["1", "-1", "3/2", "-1/2"])
@pytest.mark.parametrize("sign", [1, -1])
def test_far_out_functions_are_sums_of_terms(op: str, order: int, slope: str, sign: int) -> None:
    """Each is enclosed by its terms, in 60 digits, from the radius on."""
    graph = Graph()
    node = parse(f"{op}({slope}*w)", graph, ["w"])
    for _ in range(order):
        (node,) = forward(graph, [node], {0: graph.constant(1)})
    radius = 4.0
    terms = terms_of(graph, node, 1, Far(sign, radius))
    tape = compile_tape(graph, [node, *(term.rest for term in terms)], 1)
    with at_precision(400):
        for size in (4, 5, 8, 20):
            w = arb(sign * size)
            value, *rests = evaluate_arb(tape, [w])
            total = arb(0)
            for term, rest in zip(terms, rests, strict=True):
                exponent = sum((arb(c) * w ** int(e[0]) for e, c in term.exponent.terms()), arb(0))
                low, high = (arb(float(end)) for end in term.factor)
                total += rest * exponent.exp() * low.union(high)
            assert total.overlaps(value) and total.contains(value.mid())


def test_a_factor_that_is_too_tight_would_be_noticed() -> None:
    graph = Graph()
    node = parse("softplus(w)", graph, ["w"])
    terms = terms_of(graph, node, 1, Far(1, 4.0))
    assert any(term.factor != (1.0, 1.0) and 0.9 < term.factor[0] < 1.0 for term in terms)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("3*w", (1, 9)), ("-w/2", (-1, "1/4")), ("w/sqrt(2)", (1, "1/2")), ("-3*w/sqrt(2)", (-1, "9/2"))],
)
def test_slopes(text: str, expected: tuple[int, int | str]) -> None:
    graph = Graph()
    assert slope_of(graph, parse(text, graph, ["w"])) == (expected[0], Fraction(expected[1]))
    for other in ("w + 1", "w^2", "pi*w", "2"):
        assert slope_of(graph, parse(other, graph, ["w"])) is None
