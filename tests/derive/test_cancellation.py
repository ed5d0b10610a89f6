"""Common factors cancelled: the same values wherever the original is defined."""

from __future__ import annotations

import math
import random

import pytest

from strictsaddle.arithmetic.evaluate import evaluate_float
from strictsaddle.arithmetic.tape import compile_tape
from strictsaddle.derive.cancellation import cancelled
from strictsaddle.formula.expression import parse
from strictsaddle.formula.graph import Graph
from strictsaddle.formula.printing import text

FORMULAS = [
    "x*(1/x)", "x/x^2 + y/x", "log(x) + x/x", "sqrt(x)*sqrt(x)", "sqrt(x^2)/x", "(x*y + x)/x", "1 - 1/x", "y - 2/x^2", "x/(x^2 + 1)",
    "exp(x*y)*log(x) + exp(x*y)", "(x - y)^3/(x - y)^5", "-x/(2*y) + 3*x/y", "sqrt(x*y)/sqrt(x)", "0*log(x) + y", "(sqrt(x))^3/x",
    "1/(1/x + 1/y)", "sqrt(4*x)/x", "x^2*y^3/(x*y)^2", "tanh(x)/tanh(x) + y", "sqrt(x)/(x*sqrt(x)) - 1/x",
]  # fmt: skip


@pytest.mark.parametrize("formula", FORMULAS)
@pytest.mark.parametrize("cleared", [False, True])
def test_values_are_the_same(formula: str, cleared: bool) -> None:
    graph, made = Graph(), Graph()
    node = parse(formula, graph, ["x", "y"])
    (other,) = cancelled(graph, [node], made, cleared=cleared)
    rng = random.Random(1)
    points = [[rng.uniform(-3, 3), rng.uniform(-3, 3)] for _ in range(60)]
    before = evaluate_float(compile_tape(graph, [node], 2), points)[:, 0]
    after = evaluate_float(compile_tape(made, [other], 2), points)[:, 0]
    defined = [k for k in range(60) if math.isfinite(before[k])]
    assert defined
    assert all(abs(before[k] - after[k]) <= 1e-9 * (1 + abs(before[k])) for k in defined)


@pytest.mark.parametrize(
    ("formula", "simple"),
    [("x*(1/x)", "1"), ("log(x) + x/x", "1 + log(x)"), ("sqrt(x)*sqrt(x)", "x"), ("x^2*y^3/(x*y)^2", "y")],
)
def test_what_is_cancelled_is_gone(formula: str, simple: str) -> None:
    graph, made = Graph(), Graph()
    (node,) = cancelled(graph, [parse(formula, graph, ["x", "y"])], made)
    assert text(made, node, ["x", "y"]) in (simple, " + ".join(reversed(simple.split(" + "))))


def test_the_root_of_a_square_is_no_power() -> None:
    """sqrt(x^2) is |x|, also where x is known to be positive only of another unknown."""
    graph, made = Graph(), Graph()
    (node,) = cancelled(graph, [parse("sqrt(x^2*y)", graph, ["x", "y"])], made, positive=(1,))
    value = evaluate_float(compile_tape(made, [node], 2), [[-2.0, 4.0]])[0, 0]
    assert value == 4.0
