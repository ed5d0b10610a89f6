"""Enclosures as decimal numbers that claim no more than is proved.

A number that is shown differs from the true one by at most one unit in its last digit. A number without a decimal
point and without an exponent is exact.
"""

from __future__ import annotations

import math
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from fractions import Fraction

from strictsaddle.records.terms import Interval

NOTE = "Every number is proved up to one unit in the last digit shown; whole numbers are exact."
_SMALLEST_PLAIN = -5  # 0.0000123 is still written out, 0.00000123 is not


def shown(interval: Interval, digits: int = 10) -> str:
    """The enclosed number with as many digits as are proved, at most `digits`; brackets where not even two are."""
    low, high = interval
    if not (math.isfinite(low) and math.isfinite(high)):
        return f"[{_end(low, ROUND_FLOOR)}, {_end(high, ROUND_CEILING)}]"
    if low == high:
        exactly = Decimal(low)
        if low == 0:
            return "0"
        if len(exactly.normalize(Context(prec=800)).as_tuple().digits) <= digits:
            return _exact(exactly)
    elif low <= 0 <= high:
        size = max(-low, high)
        if size < 1e-3:
            return f"0 ± {_end(size, ROUND_CEILING, 1)}"
        return f"[{_end(low, ROUND_FLOOR)}, {_end(high, ROUND_CEILING)}]"
    middle = (Fraction(low) + Fraction(high)) / 2
    leading = Decimal(max(abs(low), abs(high))).adjusted()
    for proved in range(digits, 1, -1):
        exponent = leading - proved + 1
        unit = Fraction(10) ** exponent
        count = round(middle / unit)
        if max(abs(count * unit - Fraction(low)), abs(count * unit - Fraction(high))) <= unit:
            return _decimal(count, exponent)
    return f"[{_end(low, ROUND_FLOOR)}, {_end(high, ROUND_CEILING)}]"


def _decimal(count: int, exponent: int) -> str:
    """count * 10**exponent, written so that the number of digits shows the accuracy."""
    number = Decimal(count).scaleb(exponent)
    if exponent < 0 and number.adjusted() >= _SMALLEST_PLAIN:
        return f"{number:f}"
    return f"{number:.{len(str(abs(count))) - 1}e}".replace("e+", "e")


def _exact(number: Decimal) -> str:
    plain = number.normalize(Context(prec=800))
    if _SMALLEST_PLAIN <= plain.adjusted() < 16:
        return f"{plain:f}"
    return f"{plain:e}".replace("e+", "e")


def _end(value: float, rounding: str, digits: int = 3) -> str:
    """An end of an interval, rounded outwards to a few digits."""
    if not math.isfinite(value):
        return {"inf": "∞", "-inf": "-∞"}.get(str(value), "?")
    rounded = Context(prec=digits, rounding=rounding).create_decimal(Decimal(value))
    return "0" if rounded == 0 else _exact(rounded)
