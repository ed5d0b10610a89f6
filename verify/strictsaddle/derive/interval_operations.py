"""Interval arithmetic on rows: each function takes the lower and upper ends of many intervals and writes those of the result.

Arguments: `low`, `high` are the row to write, `al`, `ah` (`bl`, `bh`) the operands' rows, all contiguous float64 arrays of one length,
and the written row is none of the operands'. An interval is lo <= hi with lo < inf and hi > -inf, its infinite ends standing for
all real numbers beyond; or [nan, nan], which means that the operation is undefined for some member, and stays nan from then on.

Soundness: a sum, product or quotient over a box takes its extreme values at corners, where `derive.rounding` bounds it; the
monotone pieces of each other function are named with it. The loops have no branches and no fast-math.
"""

from __future__ import annotations

from typing import Any

from strictsaddle.derive.rounding import (
    TINY,
    above,
    add_down,
    add_up,
    below,
    compiled,
    divide_down,
    divide_up,
    fma,
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


@compiled
def multiply_ends(al: float, ah: float, bl: float, bh: float) -> tuple[float, float]:
    """The product of [al, ah] and [bl, bh]: the least and the greatest of the products at the four corners.

    Of the corners whose rounded product is the least, m, one is the true minimum, since rounding is monotone; when none of
    them is below m by its error term, m is a lower bound, and otherwise the float below it is. Products that underflow have
    no error term: there the bound moves, but not past 0 when no member of the product is negative.
    """
    p, q, r, s = product(al, bl), product(al, bh), product(ah, bl), product(ah, bh)
    ep, eq = product_error(al, bl, p), product_error(al, bh, q)
    er, es = product_error(ah, bl, r), product_error(ah, bh, s)
    m, n = (p if p < q else q), (r if r < s else s)
    low = m if m < n else n
    m, n = (p if p > q else q), (r if r > s else s)
    high = m if m > n else n
    moved = ((p == low) & (ep < 0.0)) | ((q == low) & (eq < 0.0)) | ((r == low) & (er < 0.0))
    moved = moved | ((s == low) & (es < 0.0)) | (abs(low) < TINY)
    result_low = below(low) if moved else low
    moved = ((p == high) & (ep > 0.0)) | ((q == high) & (eq > 0.0)) | ((r == high) & (er > 0.0))
    moved = moved | ((s == high) & (es > 0.0)) | (abs(high) < TINY)
    result_high = above(high) if moved else high
    negative = ((al < 0.0) & (bh > 0.0)) | ((ah > 0.0) & (bl < 0.0))
    positive = ((ah > 0.0) & (bh > 0.0)) | ((al < 0.0) & (bl < 0.0))
    result_low = 0.0 if (result_low < 0.0) & (not negative) else result_low
    result_high = 0.0 if (result_high > 0.0) & (not positive) else result_high
    undefined = (al != al) | (bl != bl)
    return (NAN if undefined else result_low), (NAN if undefined else result_high)


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


@compiled
def divide_ends(al: float, ah: float, bl: float, bh: float) -> tuple[float, float]:
    """The quotient of [al, ah] by [bl, bh], undefined when 0 is in the denominator; else extreme at the corners.

    A corner inf/inf lies, as a limit, between corners with a finite end, and counts as 0, which is the limit of one of them.
    """
    p, q, r, s = divide_down(al, bl), divide_down(al, bh), divide_down(ah, bl), divide_down(ah, bh)
    m, n = (p if p < q else q), (r if r < s else s)
    low = m if m < n else n
    p, q, r, s = divide_up(al, bl), divide_up(al, bh), divide_up(ah, bl), divide_up(ah, bh)
    m, n = (p if p > q else q), (r if r > s else s)
    high = m if m > n else n
    undefined = (al != al) | (bl != bl) | ((bl <= 0.0) & (bh >= 0.0))
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


@compiled
def magnitudes(lo: float, hi: float) -> tuple[float, float]:
    """The least and the greatest |x| over [lo, hi]."""
    greatest = hi if hi > -lo else -lo
    least = lo if lo > 0.0 else (-hi if hi < 0.0 else 0.0)
    return least, greatest


@compiled
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


@compiled
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


@compiled
def cube_row(low: Row, high: Row, al: Row, ah: Row) -> None:
    """x**3 is monotone: |x|**3 of each end, rounded towards or away from 0 by its sign."""
    for j in range(low.shape[0]):
        x, y = abs(al[j]), abs(ah[j])
        square = multiply_down(x, x)
        inner = multiply_down(square if square > 0.0 else 0.0, x)
        inner = inner if inner > 0.0 else 0.0
        outer = multiply_up(multiply_up(x, x), x)
        undefined = al[j] != al[j]
        low[j] = NAN if undefined else (inner if al[j] >= 0.0 else -outer)
        square = multiply_down(y, y)
        inner = multiply_down(square if square > 0.0 else 0.0, y)
        inner = inner if inner > 0.0 else 0.0
        outer = multiply_up(multiply_up(y, y), y)
        high[j] = NAN if undefined else (outer if ah[j] >= 0.0 else -inner)


@compiled
def power_row(low: Row, high: Row, al: Row, ah: Row, exponent: int) -> None:
    """x**exponent, exponent >= 2: of |x| where even, and monotone where odd."""
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


@compiled
def root_down(x: float) -> float:
    """The greatest float <= sqrt(x) for x >= 0, or one ulp less below TINY (never below 0).

    s = RN(sqrt(x)), and the remainder x - s*s is a float unless it underflows, which x >= TINY excludes.
    """
    s = x**0.5 if x != x else _root(x)
    tiny = (x < TINY) & (x > 0.0)
    moved = (fma(-s, s, x) < 0.0) | tiny
    return below(s) if moved & (s > 0.0) else s


@compiled
def _root(x: float) -> float:
    return x**0.5


@compiled
def root_up(x: float) -> float:
    """The least float >= sqrt(x) for x >= 0, or one ulp more below TINY."""
    s = _root(x)
    tiny = (x < TINY) & (x > 0.0)
    moved = (fma(-s, s, x) > 0.0) | tiny
    return above(s) if moved else s
