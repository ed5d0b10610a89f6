"""Sums and products of doubles rounded outward, against exact rationals."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strictsaddle.arithmetic.outward_doubles import down, magnitude, product, scaled, up

doubles = st.floats(-1e100, 1e100)
pairs = st.tuples(doubles, doubles).map(sorted)


@given(doubles, doubles)
def test_a_rounded_sum_lies_between(x: float, y: float) -> None:
    assert Fraction(down(x + y)) <= Fraction(x) + Fraction(y) <= Fraction(up(x + y))


@given(doubles, pairs)
def test_a_scaled_interval_holds_all_products(a: float, side: list[float]) -> None:
    low, high = scaled(a, *side)
    assert all(Fraction(low) <= Fraction(a) * Fraction(x) <= Fraction(high) for x in side)


@given(pairs, pairs)
def test_a_product_holds_all_corners(one: list[float], other: list[float]) -> None:
    low, high = product(*one, *other)
    corners = [Fraction(x) * Fraction(y) for x in one for y in other]
    assert Fraction(low) <= min(corners) and max(corners) <= Fraction(high)


def test_what_is_not_rounded_would_be_noticed() -> None:
    """The twin: a plain sum is not below the exact one."""
    x, y = 0.1, 0.2
    assert Fraction(x + y) > Fraction(x) + Fraction(y) and Fraction(down(x + y)) < Fraction(x) + Fraction(y)


@pytest.mark.parametrize(("side", "largest"), [((-3.0, 2.0), 3.0), ((1.0, 2.0), 2.0), ((-2.0, -1.0), 2.0)])
def test_magnitude(side: tuple[float, float], largest: float) -> None:
    assert magnitude(*side) == largest and magnitude(float("nan"), 1.0) != magnitude(float("nan"), 1.0)
