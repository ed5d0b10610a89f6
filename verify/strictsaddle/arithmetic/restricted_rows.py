"""Functions with a smaller domain than the line, on rows of intervals, restricted to that domain: the result encloses the values at those
members of the operand at which the function is defined, whatever it is at the others. Arguments and conventions as in
`arithmetic.interval_operations`; nothing becomes nan that was no nan.

Where no member is in the domain the result is all of the line. `outside_row` tells of that.
"""

from __future__ import annotations

from strictsaddle.arithmetic.compilation import compiled
from strictsaddle.arithmetic.directed_rounding import INFINITY, divide_down, divide_up, root_down, root_up
from strictsaddle.arithmetic.elementary_rows import acos, asin, tan
from strictsaddle.arithmetic.exponentials import log_down, log_up
from strictsaddle.arithmetic.interval_operations import NAN, Row, divide_ends


@compiled
def log_within_row(low: Row, high: Row, al: Row, ah: Row) -> None:
    """For x > 0."""
    for j in range(low.shape[0]):
        undefined = al[j] != al[j]
        empty = not (ah[j] > 0.0)
        bottom = log_down(al[j]) if al[j] > 0.0 else -INFINITY
        low[j] = NAN if undefined else bottom
        high[j] = NAN if undefined else (INFINITY if empty else log_up(ah[j]))


@compiled
def root_within_row(low: Row, high: Row, al: Row, ah: Row) -> None:
    """For x >= 0."""
    for j in range(low.shape[0]):
        undefined = al[j] != al[j]
        empty = not (ah[j] >= 0.0)
        bottom = root_down(al[j]) if al[j] >= 0.0 else 0.0
        low[j] = NAN if undefined else (-INFINITY if empty else bottom)
        high[j] = NAN if undefined else (INFINITY if empty else root_up(ah[j]))


@compiled
def positive_within_row(low: Row, high: Row, al: Row, ah: Row) -> None:
    """x itself, for x > 0."""
    for j in range(low.shape[0]):
        undefined = al[j] != al[j]
        empty = not (ah[j] > 0.0)
        bottom = al[j] if al[j] > 0.0 else 0.0
        low[j] = NAN if undefined else (-INFINITY if empty else bottom)
        high[j] = NAN if undefined else (INFINITY if empty else ah[j])


@compiled
def divide_within_row(low: Row, high: Row, al: Row, ah: Row, bl: Row, bh: Row) -> None:
    """For denominators other than 0."""
    for j in range(low.shape[0]):
        undefined = (al[j] != al[j]) | (bl[j] != bl[j])
        if undefined:
            low[j] = NAN
            high[j] = NAN
        elif bl[j] > 0.0 or bh[j] < 0.0:
            low[j], high[j] = divide_ends(al[j], ah[j], bl[j], bh[j])
        elif (bl[j] == 0.0) != (bh[j] == 0.0):
            # denominators of one sign, as near to 0 as one likes; with both signs changed they are positive
            flip = bh[j] == 0.0
            xl, xh = (-ah[j] if flip else al[j]), (-al[j] if flip else ah[j])
            y = -bl[j] if flip else bh[j]
            low[j] = divide_down(xl, y) if xl >= 0.0 else -INFINITY
            high[j] = divide_up(xh, y) if xh <= 0.0 else INFINITY
        else:
            low[j] = -INFINITY
            high[j] = INFINITY


@compiled
def tan_within_row(low: Row, high: Row, al: Row, ah: Row) -> None:
    """All of the line where there is a pole (see `elementary_rows.tan_row`)."""
    tan(al.ctypes, ah.ctypes, low.ctypes, high.ctypes, low.shape[0])
    for j in range(low.shape[0]):
        pole = (low[j] == -INFINITY) | (high[j] == INFINITY)
        low[j] = -INFINITY if pole else low[j]
        high[j] = INFINITY if pole else high[j]


@compiled
def _all_of_the_line_beyond_one(low: Row, high: Row, al: Row, ah: Row) -> None:
    """Where no member of the operand is in [-1, 1]."""
    for j in range(low.shape[0]):
        empty = (al[j] > 1.0) | (ah[j] < -1.0)
        low[j] = -INFINITY if empty else low[j]
        high[j] = INFINITY if empty else high[j]


@compiled
def asin_within_row(low: Row, high: Row, al: Row, ah: Row) -> None:
    """For |x| <= 1. libival restricts by itself."""
    asin(al.ctypes, ah.ctypes, low.ctypes, high.ctypes, low.shape[0])
    _all_of_the_line_beyond_one(low, high, al, ah)


@compiled
def acos_within_row(low: Row, high: Row, al: Row, ah: Row) -> None:
    """For |x| <= 1."""
    acos(al.ctypes, ah.ctypes, low.ctypes, high.ctypes, low.shape[0])
    _all_of_the_line_beyond_one(low, high, al, ah)


@compiled
def outside_row(low: Row, high: Row, al: Row, ah: Row, open_end: float) -> None:
    """[1, 1] where no member is > 0 (`open_end` 1) or none is >= 0 (`open_end` 0); else [0, 1]."""
    for j in range(low.shape[0]):
        empty = (ah[j] < 0.0) | ((ah[j] == 0.0) & (open_end == 1.0))
        low[j] = 1.0 if empty else 0.0
        high[j] = 1.0
