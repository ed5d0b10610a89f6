"""A number in a report never claims more digits than are proved."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strictsaddle.records.terms import Interval
from strictsaddle_reports.numerals import shown

numbers = st.floats(allow_nan=False, allow_infinity=False)


def claimed(text: str) -> tuple[Fraction, Fraction]:
    """The interval that a shown number stands for: one unit of its last digit on each side, or what brackets say."""
    if text.startswith("["):
        low, high = text[1:-1].split(", ")
        return Fraction(low), Fraction(high)
    if text.startswith("0 ± "):
        return -Fraction(text[4:]), Fraction(text[4:])
    value = Fraction(text)
    mantissa, _, exponent = text.partition("e")
    if "." not in mantissa and not exponent:
        return value, value
    unit = Fraction(10) ** (int(exponent or 0) - len(mantissa.partition(".")[2]))
    return value - unit, value + unit


@given(numbers, numbers, st.integers(2, 17))
def test_the_enclosure_lies_in_what_is_claimed(a: float, b: float, digits: int) -> None:
    low, high = claimed(shown(Interval(min(a, b), max(a, b)), digits))
    assert low <= Fraction(min(a, b))
    assert Fraction(max(a, b)) <= high


@given(numbers, st.integers(0, 60), st.integers(2, 17))
def test_nearly_exact_enclosures_too(value: float, ulps: int, digits: int) -> None:
    high = value
    for _ in range(ulps):
        high = math.nextafter(high, math.inf)
    if math.isfinite(high):
        below, above = claimed(shown(Interval(value, high), digits))
        assert below <= Fraction(value) <= Fraction(high) <= above


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (0.0, 0.0, "0"),
        (-2.0, -2.0, "-2"),
        (0.5, 0.5, "0.5"),
        (1e300, 1e300, "1.000000000e300"),
        (0.1, 0.1, "0.1000000000"),
        (1.41421356237, 1.41421356238, "1.414213562"),
        (1.31, 1.38, "1.3"),
        (1.0, 2.0, "[1, 2]"),
        (-1e-17, 1.5e-17, "0 ± 2e-17"),
        (-0.25, 1.0, "[-0.25, 1]"),
        (-math.inf, 1.0, "[-∞, 1]"),
        (123456789012.0, 123456789012.5, "1.234567890e11"),
    ],
)
def test_examples(low: float, high: float, text: str) -> None:
    assert shown(Interval(low, high)) == text


def test_a_wide_enclosure_gets_no_more_digits() -> None:
    """The twin: 1.414 is all that this enclosure proves."""
    assert shown(Interval(1.4139, 1.4145)) == "1.414"
    assert shown(Interval(1.33, 1.36)) in ("1.3", "1.4")
