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


def test_long_gradients_are_left_alone() -> None:
    names = [f"x{k}" for k in range(9)]
    derivation = derive(ss.Objective("f", names, " + ".join(f"({a} - {b})^4" for a, b in pairwise(names))))
    assert combinations_of(derivation.graph, derivation.gradient) == []
