"""Objectives that go up for ever in one direction have no stationary point, and only those are said to."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import strictsaddle as ss
from strictsaddle.arithmetic.evaluate import evaluate_float
from strictsaddle.covering.ascent import ascent_direction
from strictsaddle.derive.derivatives import derive


def logistic(rows: list[list[str]], labels: list[int]) -> ss.Objective:
    """Logistic regression without a ridge, written out."""
    terms = [
        f"softplus(-({y})*({'+'.join(f'({x})*w{k}' for k, x in enumerate(row))}))"
        for row, y in zip(rows, labels, strict=True)
    ]
    return ss.Objective("logistic", [f"w{k}" for k in range(len(rows[0]))], " + ".join(terms))


SEPARABLE = [
    logistic([["1", "2"], ["3", "1"], ["-1", "-1/2"]], [1, 1, -1]),
    logistic([["1", "0"], ["1", "1"], ["1", "3"]], [-1, -1, 1]),
    ss.Objective("exponential", "x y", "exp(x) + exp(2*x + y) - exp(-y)"),
    ss.Objective("linear", "x y", "3*x - y/7"),
]
NOT_SEPARABLE = [
    logistic([["1", "0"], ["1", "1"], ["1", "3"]], [1, -1, 1]),
    logistic([["1"], ["-1"]], [1, 1]),
    ss.Objective("valley", "x", "exp(x) + exp(-x)"),
    ss.Objective("kink", "x", "exp(x) + relu(x)"),
    ss.Objective("square", "x", "x**2"),
]


@pytest.mark.parametrize("objective", SEPARABLE, ids=lambda o: o.name)
def test_a_direction_is_found_and_the_gradient_points_along_it(objective: ss.Objective) -> None:
    derivation = derive(objective)
    direction = ascent_direction(derivation)
    assert direction is not None
    points = np.random.default_rng(1).normal(size=(500, objective.dimension)) * 5
    slopes = evaluate_float(derivation.gradient_tape, points)
    assert np.all(slopes @ np.array([float(c) for c in direction]) > 0)
    assert all(isinstance(c, Fraction) for c in direction)


@pytest.mark.parametrize("objective", NOT_SEPARABLE, ids=lambda o: o.name)
def test_no_direction_where_a_stationary_point_or_a_kink_may_be(objective: ss.Objective) -> None:
    assert ascent_direction(derive(objective)) is None


def test_the_verdict_says_that_there_is_no_stationary_point() -> None:
    verdict = ss.check(SEPARABLE[0])
    assert (verdict.definition_1.verdict, verdict.definition_1.scope) == ("strict_saddle", "global")
    assert "no stationary point" in verdict.definition_1.reason
    assert verdict.stationary.complete and not verdict.stationary.isolated
    overlapping = ss.check(NOT_SEPARABLE[0], budget=20)
    assert "no stationary point" not in overlapping.definition_1.reason
