"""Parameters of the zoo: exact values, ranges, and messages that help."""

from __future__ import annotations

from fractions import Fraction

import pytest

from strictsaddle.errors import InputError
from strictsaddle.zoo.entry import Parameter

WHOLE = Parameter("d", Fraction(2), "dimension", Fraction(2), Fraction(6), integer=True)
POSITIVE = Parameter("w", Fraction(1), "weight", Fraction(0), above=True)
FREE = Parameter("a", Fraction(1), "anything")


@pytest.mark.parametrize(
    ("parameter", "given", "value"),
    [
        (WHOLE, "2", Fraction(2)),
        (WHOLE, 6, Fraction(6)),
        (POSITIVE, "1e-30", Fraction(1, 10**30)),
        (POSITIVE, 0.1, Fraction(1, 10)),
        (FREE, "-7/3", Fraction(-7, 3)),
    ],
)
def test_values_are_exact(parameter: Parameter, given: str | int | float, value: Fraction) -> None:
    assert parameter.read(given) == value


@pytest.mark.parametrize(
    ("parameter", "given"),
    [
        (WHOLE, "1"),
        (WHOLE, "7"),
        (WHOLE, "5/2"),
        (POSITIVE, "0"),
        (POSITIVE, "-1"),
        (FREE, "nan"),
        (FREE, "a"),
        (FREE, True),
    ],
)
def test_what_does_not_fit_is_refused(parameter: Parameter, given: str | bool) -> None:
    with pytest.raises(InputError, match=f"parameter {parameter.name}"):
        parameter.read(given)


def test_ranges_read_as_sentences() -> None:
    assert WHOLE.range == "whole numbers from 2 to 6"
    assert POSITIVE.range == "numbers above 0"
    assert FREE.range == "all numbers"
