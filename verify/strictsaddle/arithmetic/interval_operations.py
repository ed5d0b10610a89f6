"""Interval arithmetic on rows: each function takes the lower and upper ends of many intervals and writes those of
the result.

Arguments: `low`, `high` are the row to write, `al`, `ah` (`bl`, `bh`) the operands' rows, all contiguous float64
arrays of one length, and the written row is none of the operands'. An interval is lo <= hi with lo < inf and hi >
-inf, its infinite ends standing for all real numbers beyond; or [nan, nan], which means that the operation is
undefined for some member, and stays nan from then on.

Soundness: a sum, product or quotient over a box takes its extreme values at corners, where
`arithmetic.directed_rounding` bounds it; the monotone pieces of each other function are named with it. The loops have
no branches and no fast-math.
"""

from __future__ import annotations

from typing import Any

from strictsaddle.arithmetic.compilation import compiled, inlined
from strictsaddle.arithmetic.directed_rounding import (
    TINY,
    above,
    add_down,
    add_up,
    below,
    divide_down,
    divide_up,
    multiply_down,
    multiply_up,
    product,
    product_error,
)

NAN = float("nan")
Row = Any  # a contiguous float64 row


@compiled
def constant_row(low: Row, high: Row, cl: float, ch: float) -> None:
    for j in range(low.shape[0]):
        low[j] = cl
        high[j] = ch


@compiled
def add_rows(low: Row, high: Row, al: Row, ah: Row, bl: Row, bh: Row) -> None:
    for j in range(low.shape[0]):
        low[j] = add_down(al[j], bl[j])
        high[j] = add_up(ah[j], bh[j])


@compiled
def subtract_rows(low: Row, high: Row, al: Row, ah: Row, bl: Row, bh: Row) -> None:
    for j in range(low.shape[0]):
        low[j] = add_down(al[j], -bh[j])
        high[j] = add_up(ah[j], -bl[j])


@compiled
def add_constant_row(low: Row, high: Row, al: Row, ah: Row, cl: float, ch: float) -> None:
    for j in range(low.shape[0]):
        low[j] = add_down(al[j], cl)
        high[j] = add_up(ah[j], ch)


@compiled
def subtract_from_row(low: Row, high: Row, al: Row, ah: Row, cl: float, ch: float) -> None:
    for j in range(low.shape[0]):
        low[j] = add_down(cl, -ah[j])
        high[j] = add_up(ch, -al[j])


@inlined
def multiply_ends(al: float, ah: float, bl: float, bh: float) -> tuple[float, float]:
    """The product of [al, ah] and [bl, bh].

    x*[bl, bh] is least at bl for x >= 0 and at bh for x < 0, so the least product is the lesser of two, x = al and
    x = ah, and likewise the greatest. m, the lesser of their rounded values, is a lower bound unless a product that
    is rounded to m is below it by its error term; then the float below m is one. Products that underflow have no
    error term: there the bound moves, but not past 0 when no member of the product is negative.
    """
    x, y = (bl if al >= 0.0 else bh), (bl if ah >= 0.0 else bh)
    p, q = product(al, x), product(ah, y)
    low = p if p < q else q
    moved = ((p == low) & (product_error(al, x, p) < 0.0)) | ((q == low) & (product_error(ah, y, q) < 0.0))
    low = below(low) if moved | (abs(low) < TINY) else low
    negative = ((al < 0.0) & (bh > 0.0)) | ((ah > 0.0) & (bl < 0.0))
    low = 0.0 if (low < 0.0) & (not negative) else low
    x, y = (bh if al >= 0.0 else bl), (bh if ah >= 0.0 else bl)
    p, q = product(al, x), product(ah, y)
    high = p if p > q else q
    moved = ((p == high) & (product_error(al, x, p) > 0.0)) | ((q == high) & (product_error(ah, y, q) > 0.0))
    high = above(high) if moved | (abs(high) < TINY) else high
    positive = ((ah > 0.0) & (bh > 0.0)) | ((al < 0.0) & (bl < 0.0))
    high = 0.0 if (high > 0.0) & (not positive) else high
    undefined = (al != al) | (bl != bl)
    return (NAN if undefined else low), (NAN if undefined else high)


@compiled
def multiply_rows(low: Row, high: Row, al: Row, ah: Row, bl: Row, bh: Row) -> None:
    for j in range(low.shape[0]):
        low[j], high[j] = multiply_ends(al[j], ah[j], bl[j], bh[j])


@compiled
def times_constant_row(low: Row, high: Row, al: Row, ah: Row, cl: float, ch: float) -> None:
    if cl == ch and cl != 0.0:  # the constant is a float: one product an end
        for j in range(low.shape[0]):
            x = al[j] if cl > 0.0 else ah[j]
            y = ah[j] if cl > 0.0 else al[j]
            undefined = al[j] != al[j]
            low[j] = NAN if undefined else multiply_down(x, cl)
            high[j] = NAN if undefined else multiply_up(y, cl)
    else:
        for j in range(low.shape[0]):
            low[j], high[j] = multiply_ends(al[j], ah[j], cl, ch)


@inlined
def divide_ends(al: float, ah: float, bl: float, bh: float) -> tuple[float, float]:
    """The quotient of [al, ah] by [bl, bh], undefined when 0 is in the denominator.

    A negative denominator is made positive by changing both signs. Then the quotient increases with the numerator
    x, and x/[bl, bh] is least at bh for x >= 0 and at bl for x < 0, greatest the other way round.
    """
    flip = bh < 0.0
    xl, xh = (-ah if flip else al), (-al if flip else ah)
    yl, yh = (-bh if flip else bl), (-bl if flip else bh)
    low = divide_down(xl, yh if xl >= 0.0 else yl)
    high = divide_up(xh, yl if xh >= 0.0 else yh)
    undefined = (al != al) | (not (yl > 0.0))
    return (NAN if undefined else low), (NAN if undefined else high)


@compiled
def divide_rows(low: Row, high: Row, al: Row, ah: Row, bl: Row, bh: Row) -> None:
    for j in range(low.shape[0]):
        low[j], high[j] = divide_ends(al[j], ah[j], bl[j], bh[j])


@compiled
def divide_into_row(low: Row, high: Row, al: Row, ah: Row, cl: float, ch: float) -> None:
    for j in range(low.shape[0]):
        low[j], high[j] = divide_ends(cl, ch, al[j], ah[j])


@compiled
def negate_row(low: Row, high: Row, al: Row, ah: Row) -> None:
    for j in range(low.shape[0]):
        low[j] = -ah[j]
        high[j] = -al[j]


@inlined
def magnitudes(lo: float, hi: float) -> tuple[float, float]:
    """The least and the greatest |x| over [lo, hi]."""
    greatest = hi if hi > -lo else -lo
    least = lo if lo > 0.0 else (-hi if hi < 0.0 else 0.0)
    return least, greatest


@inlined
def power_down(x: float, exponent: int) -> float:
    """A lower bound of x**exponent for x >= 0: binary powers, each product rounded down, none negative."""
    result = 1.0
    base = x
    k = exponent
    while k > 0:
        if k & 1:
            result = multiply_down(result, base)
            result = result if result > 0.0 else 0.0
        k >>= 1
        if k:
            base = multiply_down(base, base)
            base = base if base > 0.0 else 0.0
    return result


@inlined
def power_up(x: float, exponent: int) -> float:
    """An upper bound of x**exponent for x >= 0: binary powers, each product rounded up."""
    result = 1.0
    base = x
    k = exponent
    while k > 0:
        if k & 1:
            result = multiply_up(result, base)
        k >>= 1
        if k:
            base = multiply_up(base, base)
    return result


@compiled
def square_row(low: Row, high: Row, al: Row, ah: Row) -> None:
    for j in range(low.shape[0]):
        least, greatest = magnitudes(al[j], ah[j])
        square = multiply_down(least, least)
        undefined = al[j] != al[j]
        low[j] = NAN if undefined else (square if square > 0.0 else 0.0)
        high[j] = NAN if undefined else multiply_up(greatest, greatest)


@inlined
def cube_down(x: float) -> float:
    """A lower bound of x**3: the square rounded down for x >= 0 and up for x < 0, times x rounded down."""
    square = multiply_down(x, x) if x >= 0.0 else multiply_up(x, x)
    square = square if square > 0.0 else 0.0
    cube = multiply_down(square, x)
    return 0.0 if (x >= 0.0) & (cube < 0.0) else cube


@compiled
def cube_row(low: Row, high: Row, al: Row, ah: Row) -> None:
    for j in range(low.shape[0]):
        undefined = al[j] != al[j]
        low[j] = NAN if undefined else cube_down(al[j])
        high[j] = NAN if undefined else -cube_down(-ah[j])


@compiled
def power_row(low: Row, high: Row, al: Row, ah: Row, exponent: int) -> None:
    """x**exponent, exponent >= 2: of |x| where even, and monotone where odd. 2 and 3 are the fast ones."""
    if exponent == 2:
        square_row(low, high, al, ah)
    elif exponent == 3:
        cube_row(low, high, al, ah)
    else:
        for j in range(low.shape[0]):
            lo, hi = al[j], ah[j]
            if lo != lo:
                low[j] = NAN
                high[j] = NAN
            elif exponent % 2 == 0:
                least, greatest = magnitudes(lo, hi)
                low[j] = power_down(least, exponent)
                high[j] = power_up(greatest, exponent)
            else:
                low[j] = power_down(lo, exponent) if lo >= 0.0 else -power_up(-lo, exponent)
                high[j] = power_up(hi, exponent) if hi >= 0.0 else -power_down(-hi, exponent)
