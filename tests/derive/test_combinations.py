"""Sums and differences of components: they are that, and are made where something cancels."""

from __future__ import annotations

import random
from itertools import pairwise

import numpy as np
import pytest

import strictsaddle as ss
from strictsaddle.arithmetic.evaluate import evaluate_float
from strictsaddle.arithmetic.tape import compile_tape
from strictsaddle.derive.combinations import combinations_of
from strictsaddle.derive.derivatives import derive


@pytest.mark.parametrize(
    ("formula", "count"),
    [
        ("atan(x)^2 + atan(y-x)^2", 1),
        ("sin(x) + (x-y)^2 + cos(y)", 1),
        ("exp(x)*y^2 + cos(y)", 0),
        ("3*(x-y)^2 + 2*(x+y)^4 + x", 2),
        ("(x-y)^4", 0),  # their sum is 0, which tells nothing
    ],
)
def test_they_vanish_where_the_gradient_does(formula: str, count: int) -> None:
    derivation = derive(ss.Objective("f", "x y", formula))
    made = combinations_of(derivation.graph, derivation.gradient)
    assert len(made) == count
    rng = random.Random(1)
    points = np.array([[rng.uniform(-2, 2), rng.uniform(-2, 2)] for _ in range(20)])
    x, y = evaluate_float(compile_tape(derivation.graph, derivation.gradient, 2), points).T
    for node in made:
        values = evaluate_float(compile_tape(derivation.graph, [node], 2), points)[:, 0]
        assert np.allclose(values, x + y) or np.allclose(values, x - y)


def test_a_sum_that_is_too_long_is_not_cut_short() -> None:
    """sinh(s) + s cosh(s) has the derivatives cosh and -cosh among its summands, which cancel: a walk that is cut short there has as few
    summands as are allowed, and is another function."""
    bends = [f"atan({k}*(x-100))" for k in range(1, 63)]
    middle = [*bends[:20], "(x-100)*cosh(x-100)", bends[20]]
    formula = f"-1954*x + {' + '.join(middle)} - sinh(x-100) + {' + '.join(bends[21:])} + exp(x+y) - y"
    objective = ss.Objective("f", "x y", formula)
    derivation = derive(objective)
    points = np.array([[100.0, -100.0], [100.5, -100.5]])
    x, y = evaluate_float(compile_tape(derivation.graph, derivation.gradient, 2), points).T
    for node in combinations_of(derivation.graph, derivation.gradient):
        values = evaluate_float(compile_tape(derivation.graph, [node], 2), points)[:, 0]
        assert np.allclose(values, x + y) or np.allclose(values, x - y)
    verdict = ss.check(objective, workers=1, budget=5)
    assert verdict.definition_1.verdict != "strict_saddle" and not verdict.stationary.complete


def test_long_gradients_are_left_alone() -> None:
    names = [f"x{k}" for k in range(9)]
    derivation = derive(ss.Objective("f", names, " + ".join(f"({a} - {b})^4" for a, b in pairwise(names))))
    assert combinations_of(derivation.graph, derivation.gradient) == []
