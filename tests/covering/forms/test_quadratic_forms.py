"""Sums, products and ranges of forms, against exact rationals; each with mutants that the same checker must catch."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from box_test_checks import mutant
from form_values import random_eps, value

from strictsaddle.covering.forms import quadratic as q

COUNT = 300


def forms(rng: Any, n: int, rows: int) -> tuple[Any, Any]:
    """Random forms of very different sizes, some parts of them 0."""
    columns = 1 + n + n * (n + 1) // 2
    coefficients = rng.standard_normal((rows, columns)) * 10.0 ** rng.integers(-6, 4, (rows, 1))
    coefficients *= rng.uniform(0, 1, (rows, columns)) > 0.2
    sizes = np.zeros((rows, 3))
    for f in range(rows):
        q.measure(coefficients, sizes, f, n)
        sizes[f, q.ERROR] = abs(rng.standard_normal()) * 10.0 ** rng.integers(-18, 1) * rng.integers(0, 2)
    return coefficients, sizes


def members(rng: Any, coefficients: Any, sizes: Any, eps: list[Fraction]) -> list[Fraction]:
    """A value of each form's function at eps, at an end of its error more often than not."""
    shares = [Fraction(int(rng.choice([-4, 4, 4, -4, 1])), 4) for _ in sizes]
    return [
        value(row, eps) + share * Fraction(float(size[q.ERROR]))
        for row, size, share in zip(coefficients, sizes, shares, strict=True)
    ]


def operation_violations(multiply: Any, add_multiple: Any, seed: int = 1) -> int:
    rng = np.random.default_rng(seed)
    bad = 0
    for _ in range(COUNT):
        n = int(rng.integers(1, 5))
        coefficients, sizes = forms(rng, n, 3)
        sizes[2] = 0.0
        coefficients[2] = 0.0
        product = bool(rng.integers(2))
        factor = float(rng.standard_normal())
        if product:
            multiply(coefficients, sizes, 0, 1, 2, n)
        else:
            coefficients[2], sizes[2] = coefficients[0], sizes[0]
            add_multiple(coefficients, sizes, factor, 1, 2)
        for _ in range(4):
            eps = random_eps(rng, n)
            first, second, _ = members(rng, coefficients, sizes, eps)
            true = first * second if product else first + Fraction(factor) * second
            bad += abs(true - value(coefficients[2], eps)) > Fraction(float(sizes[2, q.ERROR]))
    return bad


def test_products_and_sums_hold_what_they_stand_for() -> None:
    assert operation_violations(q.multiply, q.add_multiple) == 0


@pytest.mark.parametrize(
    ("function", "old", "new"),
    [
        ("multiply", "error = a1 * b2 + a2 * b1", "error = a1 * b2"),
        ("multiply", "+ a2 * b2 + whole_a * b_error", "+ whole_a * b_error"),
        ("multiply", "+ whole_a * b_error", ""),
        ("multiply", "+ 8.0 * ROUNDING * whole_a * whole_b", ""),
        ("multiply", "value += left * coefficients[b, m] + right * coefficients[a, m]", "pass"),
        (
            "add_multiple",
            "error = sizes[target, ERROR] + abs(factor) * sizes[source, ERROR]",
            "error = sizes[target, ERROR]",
        ),
        ("add_multiple", "8.0 * ROUNDING * (before + added)", "0.0"),
    ],
)
def test_unsound_operations_are_caught(function: str, old: str, new: str) -> None:
    operations = {"multiply": q.multiply, "add_multiple": q.add_multiple}
    operations[function] = mutant(operations[function], old, new)
    assert operation_violations(operations["multiply"], operations["add_multiple"])


def range_violations(range_over: Any, seed: int = 2) -> int:
    rng = np.random.default_rng(seed)
    bad = 0
    for _ in range(COUNT):
        n = int(rng.integers(1, 4))
        coefficients, sizes = forms(rng, n, 1)
        ends = np.sort(rng.integers(-64, 65, (2, n)) / 64, axis=0)
        low, high = range_over(coefficients, sizes, 0, ends[0], ends[1], n)
        for _ in range(6):
            eps = [Fraction(float(a)) + Fraction(int(rng.integers(0, 9)), 8) * (Fraction(float(b)) - Fraction(float(a)))
                   for a, b in ends.T]  # fmt: skip
            for sign in (-1, 1):
                true = value(coefficients[0], eps) + sign * Fraction(float(sizes[0, q.ERROR]))
                bad += not Fraction(low) <= true <= Fraction(high)
    return bad


def test_ranges_hold_every_value() -> None:
    assert range_violations(q.range_over) == 0


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("lower -= mixed", "pass"),
        ("reach = max(-low[k], high[k])", "reach = high[k]"),
    ],
)
def test_unsound_ranges_are_caught(old: str, new: str) -> None:
    broken = mutant(q.range_of_terms, old, new)
    assert range_violations(mutant(q.range_over, "return", "return", range_of_terms=broken))


def test_ranges_without_error_and_rounding_are_caught() -> None:
    assert range_violations(
        mutant(q.range_over, "slack = sizes[f, ERROR] * UPWARD + 2.0**-43 * total + FLOOR", "slack = 0.0")
    )


def test_a_vertex_that_is_forgotten_is_caught() -> None:
    flat = mutant(q.square_range, "if low < vertex < high:", "if False:")
    terms = mutant(q.range_of_terms, "return", "return", square_range=flat)
    assert range_violations(mutant(q.range_over, "return", "return", range_of_terms=terms))


def test_infinite_and_undefined_errors_stay() -> None:
    coefficients, sizes = np.ones((3, 3)), np.zeros((3, 3))
    for f in range(2):
        q.measure(coefficients, sizes, f, 1)
    sizes[0, q.ERROR] = np.inf
    q.multiply(coefficients, sizes, 0, 1, 2, 1)
    assert not sizes[2, q.ERROR] < np.inf
    coefficients[1] = 0.0
    q.measure(coefficients, sizes, 1, 1)
    q.multiply(coefficients, sizes, 0, 1, 2, 1)
    low, high = q.range_over(coefficients, sizes, 2, np.array([-1.0]), np.array([1.0]), 1)
    assert not (low > 0.0 or high < 0.0)
