"""Functions restricted to their domains: every value at a member of the domain is enclosed, and nothing else is asked."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from strictsaddle.arithmetic import restricted_rows as rows
from strictsaddle.arithmetic.evaluate import evaluate_interval
from strictsaddle.arithmetic.tape import compile_restricted_tape
from strictsaddle.formula.expression import parse
from strictsaddle.formula.graph import Graph

INF = math.inf
ENDS = [-INF, -1e300, -7.5, -1.0, -0.25, -5e-324, 0.0, 5e-324, 1e-200, 0.3, 1.0, 2.0, 1e10, INF]
FUNCTIONS: dict[str, tuple[Callable[[float], float], Callable[[float], bool]]] = {
    "log": (math.log, lambda x: x > 0),
    "sqrt": (math.sqrt, lambda x: x >= 0),
    "asin": (math.asin, lambda x: -1 <= x <= 1),
    "acos": (math.acos, lambda x: -1 <= x <= 1),
    "tan": (math.tan, lambda x: math.isfinite(x)),
}


def restricted(text: str, low: list[float], high: list[float], variables: str = "x") -> tuple[float, float]:
    graph = Graph()
    node = parse(text, graph, variables.split())
    tape = compile_restricted_tape(graph, [node], (), (), len(low))
    found = evaluate_interval(tape, [low], [high])
    return float(found[0][0, 0]), float(found[1][0, 0])


def boxes() -> list[tuple[float, float]]:
    return [(a, b) for a in ENDS for b in ENDS if a <= b and a < INF and b > -INF]


def members(low: float, high: float) -> list[float]:
    a, b = max(low, -1e6), min(high, 1e6)
    inner = [a + (b - a) * k / 16 for k in range(17)] if a <= b else []
    return [x for x in [*inner, *(e for e in ENDS if math.isfinite(e))] if low <= x <= high]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_values_at_members_of_the_domain_are_enclosed(name: str) -> None:
    function, inside = FUNCTIONS[name]
    for low, high in boxes():
        below, above = restricted(f"{name}(x)", [low], [high])
        assert not math.isnan(below) and not math.isnan(above)
        for x in members(low, high):
            if inside(x):
                slack = 1e-12 * max(1.0, abs(function(x)))
                assert below - slack <= function(x) <= above + slack, (name, low, high, x, below, above)


def test_quotients_by_what_may_be_zero() -> None:
    for a_low, a_high in boxes():
        for b_low, b_high in boxes():
            below, above = restricted("x/y", [a_low, b_low], [a_high, b_high], "x y")
            for a in members(a_low, a_high)[::4]:
                for b in members(b_low, b_high)[::4]:
                    if b and math.isfinite(a / b):
                        assert below - 1e-9 * abs(a / b) <= a / b <= above + 1e-9 * abs(a / b), (
                            a_low,
                            a_high,
                            b_low,
                            b_high,
                            a,
                            b,
                        )


def test_they_are_tight_where_that_matters() -> None:
    assert restricted("1/x", [0.0], [0.5]) == (2.0, INF)
    assert restricted("1/x", [-0.5], [0.0]) == (-INF, -2.0)
    assert restricted("-1/x^2", [-0.5], [0.5]) == (-INF, -4.0)
    assert restricted("log(x)", [-3.0], [1.0]) == (-INF, 0.0)
    assert restricted("sqrt(x)", [-3.0], [4.0]) == (0.0, 2.0)
    assert restricted("log(x)", [-3.0], [-1.0]) == (-INF, INF), "nothing is in the domain, so nothing is said"


@pytest.mark.parametrize(
    ("low", "high", "positive", "edge"),
    [
        (-2.0, -1.0, 1.0, 1.0),
        (-1.0, 0.0, 1.0, 0.0),
        (-1.0, 5e-324, 0.0, 0.0),
        (0.0, 0.0, 1.0, 0.0),
        (1.0, 2.0, 0.0, 0.0),
    ],
)
def test_a_box_outside_is_told(low: float, high: float, positive: float, edge: float) -> None:
    graph = Graph()
    x = graph.variable(0)
    tape = compile_restricted_tape(graph, [x], [x], [x], 1)
    found = evaluate_interval(tape, [[low]], [[high]])
    assert found[0][0].tolist() == [low, positive, edge] and found[1][0, 1:].tolist() == [1.0, 1.0]


def test_every_row_is_run_by_the_interpreter() -> None:
    names = {name for name in dir(rows) if name.endswith("_row") and "within" in name}
    assert names == {
        "log_within_row", "root_within_row", "positive_within_row", "divide_within_row", "tan_within_row", "asin_within_row",
        "acos_within_row",
    }  # fmt: skip
    assert not np.isnan(restricted("log(x) + sqrt(x) + asin(x) + acos(x) + tan(x) + 1/x", [-2.0], [2.0])).any()
