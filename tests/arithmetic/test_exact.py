"""Exact numbers into balls and back, and the precision of balls."""

from __future__ import annotations

from fractions import Fraction

import pytest
from flint import arb, ctx, fmpq
from hypothesis import given
from hypothesis import strategies as st

from strictsaddle.arithmetic.exact import at_precision, ball, ball_between, balls_of, fraction, rational
from strictsaddle.arithmetic.outward import nearest_double, outward, outward_rational, scaled_doubles
from strictsaddle.records.terms import Interval


@given(st.fractions())
def test_there_and_back(value: Fraction) -> None:
    assert fraction(rational(value)) == value
    assert ball(value).contains(arb(rational(value)))


def test_precision_holds_inside_and_is_put_back_whatever_happens() -> None:
    before = ctx.prec
    with at_precision(300):
        third = ball(Fraction(1, 3))
        assert ctx.prec == 300 and third.rad() < arb(2) ** -290
        with pytest.raises(ZeroDivisionError), at_precision(20):
            assert ctx.prec == 20
            raise ZeroDivisionError
        assert ctx.prec == 300
    assert ctx.prec == before
    with at_precision(20):  # the twin: the same number is known less well
        assert ball(Fraction(1, 3)).rad() > third.rad()


def test_a_ball_around_an_interval_holds_both_ends() -> None:
    both = ball_between(-0.1, 0.3)
    assert both.contains(arb(-0.1)) and both.contains(arb(0.3)) and not both.contains(arb(0.4))
    (one,) = balls_of([Interval(1.0, 2.0)])
    assert one.contains(arb(1)) and one.contains(arb(2)) and not one.contains(arb(3))


@given(st.fractions())
def test_doubles_around_a_rational(value: Fraction) -> None:
    found = outward_rational(rational(value))
    assert Fraction(found.low) <= value <= Fraction(found.high)
    is_double = Fraction(nearest_double(value)) == value
    assert (found.low == found.high) is is_double


def test_a_ball_that_is_not_finite_is_the_whole_line() -> None:
    assert outward(arb("nan")) == (float("-inf"), float("inf"))
    assert nearest_double(Fraction(10) ** 400) == float("inf") and nearest_double(-(Fraction(10) ** 400)) == float(
        "-inf"
    )


def test_scaled_doubles_keep_what_doubles_would_lose() -> None:
    huge = Fraction(10) ** 400
    assert scaled_doubles([[huge, huge / 2], [Fraction(0), -huge]]).tolist() == [[1.0, 0.5], [0.0, -1.0]]
    assert fmpq(1, 3) == rational(Fraction(1, 3))
