"""Numbers as users give them, and the rationals that they stand for."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from strictsaddle.errors import InputError
from strictsaddle.formula.expression import rational

Number = str | int | float | Fraction | Decimal


def exact(value: Number) -> Fraction:
    """The rational a number stands for; a float stands for the shortest decimal that Python prints for it.

    Raises InputError for nan, infinity, booleans and text that is no number.
    """
    if isinstance(value, bool) or not isinstance(value, (str, int, float, Fraction, Decimal)):
        raise InputError("not a number", fragment=repr(value))
    return Fraction(value) if isinstance(value, (int, Fraction)) else rational(str(value))
