"""Tables of activations and losses, and their compositions with forms, against Arb; each with mutants that are caught."""

from __future__ import annotations

from fractions import Fraction
from math import factorial
from typing import Any

import numpy as np
import pytest
from box_test_checks import mutant
from flint import arb
from form_values import ball_value

from strictsaddle.arithmetic.exact import at_precision
from strictsaddle.covering.forms import composition as c
from strictsaddle.covering.forms import quadratic as q
from strictsaddle.covering.forms.function_table import NEAR, PIECES, WIDEST, Table, coefficients_at, function_table
from strictsaddle.covering.forms.layout import CAPS, loss_graph
from strictsaddle.formula.graph import Graph, Op
from strictsaddle.objective.layers import ACTIVATIONS

Function = tuple[Graph, int]


def activation(name: str) -> Function:
    graph = Graph()
    return graph, ACTIVATIONS[name](graph, graph.variable(0))


FUNCTIONS = {name: activation(name) for name in sorted(set(ACTIVATIONS) - {"relu", "leaky_relu"})} | {
    name: loss_graph(name) for name in CAPS
}


def derivatives(function: Function, x: float, count: int) -> list[arb]:
    """f(x), f'(x), ... in balls."""
    return [value * factorial(k) for k, value in enumerate(coefficients_at(*function, arb(x), count))]


def at(rng: Any, table: Table) -> float:
    """A point of the table: anywhere, or at or beside an end of a piece."""
    x = float(rng.uniform(table.low, table.high))
    kind = rng.integers(4)
    if kind == 0:
        x = float(rng.uniform(-2, 2))
    if kind > 1:
        step = 1.0 / PIECES if abs(x) < table.near else 1.0
        x = float(np.nextafter(np.round(x / step) * step, x if kind == 2 else np.inf))
    return min(max(x, table.low), table.high)


def value_violations(function: Function, table: Table, value_at: Any, seed: int = 1, count: int = 120) -> int:
    rng = np.random.default_rng(seed)
    bad = 0
    with at_precision(200):
        for _ in range(count):
            x = at(rng, table)
            true = derivatives(function, x, 3)
            for order in range(3):
                value, error = value_at(table, 0, order, x)
                bad += not abs(arb(value) - true[order]) <= arb(error)
    return bad


@pytest.mark.parametrize("name", FUNCTIONS)
def test_values_are_as_wrong_as_said_at_most(name: str) -> None:
    table = function_table([FUNCTIONS[name]], 24.0)
    assert table.near == NEAR and table.high == 24.0
    assert value_violations(FUNCTIONS[name], table, c.value_at) == 0
    # near 0 they are right up to a few units in the last place of the sizes of the terms
    assert np.median(table.errors[0, :, 0] / (1.0 + table.bounds[0, 0, 1:-1, 0])) < 1e-12


@pytest.mark.parametrize(
    "broken",
    [
        lambda t: t._replace(errors=t.errors * 1e-3),
        lambda t: t._replace(coefficients=t.coefficients[:, :, :9]),
        lambda t: t._replace(coefficients=np.roll(t.coefficients, 1, axis=1)),
    ],
)
def test_a_table_that_is_wrong_is_caught(broken: Any) -> None:
    table = function_table([FUNCTIONS["tanh"]], 24.0)
    assert value_violations(FUNCTIONS["tanh"], broken(table), c.value_at)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_bounds_of_derivatives_hold_between_any_two_points(name: str) -> None:
    function = FUNCTIONS[name]
    table = function_table([function], 20.0)
    rng = np.random.default_rng(3)
    for _ in range(60):
        low, high = sorted((at(rng, table), at(rng, table) if rng.integers(2) else 0.0))
        x = float(rng.choice([low, high, rng.uniform(low, high)]))
        true = derivatives(function, x, 5)
        wanted = [*true, arb(x) * true[1], 2 * true[2] + arb(x) * true[3]]
        # the second derivative of x f' is 2 f'' + x f'''
        for column, value in enumerate(wanted):
            assert abs(value).lower() <= arb(c.bound(table, 0, column, low, high)), (name, column, low, high, x)


def test_beyond_the_table_there_are_bounds_and_then_nothing() -> None:
    table = function_table([FUNCTIONS["tanh"]], 3000.0)
    assert table.high == WIDEST and table.outer == 3000.0
    assert c.bound(table, 0, 0, -2999.0, 2999.0) >= 1.0 and c.bound(table, 0, 1, 2100.0, 2900.0) < 1e-300
    assert c.bound(table, 0, 0, 0.0, 3000.5) == np.inf and c.bound(table, 0, 0, np.nan, 1.0) == np.inf
    assert c.value_at(table, 0, 0, 2048.5)[1] == np.inf and c.value_at(table, 0, 0, np.nan)[1] == np.inf


def test_a_function_without_a_series_is_refused() -> None:
    graph = Graph()
    with pytest.raises(NotImplementedError, match="RELU"):
        function_table([(graph, graph.unary(Op.RELU, graph.variable(0)))], 1.0)


def composition_violations(name: str, compose: Any, seed: int = 1, count: int = 60) -> int:
    """Compositions with forms of all sizes, at points of the forms."""
    function = FUNCTIONS[name]
    table = function_table([function], 40.0)
    rng = np.random.default_rng(seed)
    bad = 0
    for _ in range(count):
        n = int(rng.integers(1, 4))
        order = int(rng.integers(2))
        coefficients, sizes = np.zeros((4, 1 + n + n * (n + 1) // 2)), np.zeros((4, 3))
        scale = 10.0 ** rng.uniform(-5, 0.8)
        coefficients[0] = rng.standard_normal(coefficients.shape[1]) * scale
        coefficients[0, n + 1 :] *= rng.integers(2) * 0.3
        coefficients[0, 0] = rng.uniform(-4, 4)
        q.measure(coefficients, sizes, 0, n)
        sizes[0, q.ERROR] = scale * rng.integers(2) * 0.1
        hull = np.empty(4)
        compose(table, 0, order, coefficients, sizes, 0, 1, 2, n, hull)
        with at_precision(200):
            for _ in range(6):
                eps = rng.choice([-1.0, 1.0], n) if rng.integers(2) else rng.uniform(-1, 1, n)
                x = ball_value(coefficients[0], eps) + int(rng.integers(-1, 2)) * arb(float(sizes[0, q.ERROR]))
                true = coefficients_at(*function, x, 2)[order]
                gap = abs(true - ball_value(coefficients[1], eps))
                bad += not gap.lower() <= arb(float(sizes[1, q.ERROR]))
                bad += not (arb(hull[0]) <= true.upper() and true.lower() <= arb(hull[1]))
                if order == 1:
                    bad += not (arb(hull[2]) <= (x * true).upper() and (x * true).lower() <= arb(hull[3]))
    return bad


@pytest.mark.parametrize("name", FUNCTIONS)
def test_compositions_hold_every_value(name: str) -> None:
    assert composition_violations(name, c.compose) == 0


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("remainder = third * radius * radius * radius / 24.0 +", "remainder = 0.2 * third * radius * radius * radius / 24.0 +"),
        ("spread = 0.5 * (most - least) +", "spread = 0.3 * (most - least) +"),
        ("h * h / 8.0 * (second * radius * radius + 2.0 * abs(p_2))", "0.0"),
        ("sizes[x, ERROR] / radius + 4.0 * ROUNDING", "0.0"),
        ("hull[0], hull[1] = max(hull[0], lowest - between - wrong), min(hull[1], highest + between + wrong)",
         "hull[0], hull[1] = max(hull[0], lowest + 0.1), min(hull[1], highest - 0.1)"),
        ("hull[2], hull[3] = max(hull[2], least_times - between - wrong), min(hull[3], most_times + between + wrong)",
         "hull[2], hull[3] = max(hull[2], least_times + 0.1), min(hull[3], most_times - 0.1)"),
        ("slack = linear * UPWARD", "slack = 0.3 * linear * UPWARD"),
        ("hull[2] = max(hull[2], min(min(first, second), min(third, fourth)) - spread)", "hull[2] = max(first, third)"),
    ],
)  # fmt: skip
def test_unsound_compositions_are_caught(old: str, new: str) -> None:
    broken = mutant(c.compose, old, new)
    assert sum(composition_violations(name, broken, count=40) for name in ("tanh", "gaussian", "swish"))


def test_fractions_are_exact_in_a_series() -> None:
    graph = Graph()
    node = graph.mul(graph.constant(Fraction(1, 3)), graph.power(graph.variable(0), 3))
    assert derivatives((graph, node), 2.0, 4)[3].contains(2)
