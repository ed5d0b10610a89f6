"""Directed rounding out of the machine's rounding to nearest, for use inside compiled loops.

Everything here is a few branch-free IEEE 754 operations, so that loops over rows of boxes become vector
instructions. None is compiled with fast-math: LLVM then neither reassociates nor contracts, and each line means one
correctly rounded operation.

The pattern is always the same. r = RN(exact) is computed, and then the sign of exact - r from an error term that is
itself exact. A lower bound is r where exact >= r, and the float below r where exact < r: the greatest float <=
exact, the tightest lower bound there is. Where the error term may be inexact (results below TINY) or overflow
(above HUGE) the bound is moved without asking, which costs an ulp and no more.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from numba import types
from numba.extending import intrinsic

from strictsaddle.arithmetic.compilation import inlined

TINY = 2.0**-960  # above this an error term of a product, quotient or root (2**-106 of it) is no denormal number
HUGE = 2.0**1020  # below this no intermediate step of an error term overflows
INFINITY = float("inf")
LARGEST = 1.7976931348623157e308
SMALLEST = 5e-324


def _fma(typing_context: Any, a: Any, b: Any, c: Any) -> Any:
    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.fma(*arguments)

    return types.float64(types.float64, types.float64, types.float64), code


def _bits(typing_context: Any, x: Any) -> Any:
    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.bitcast(arguments[0], context.get_value_type(types.int64))

    return types.int64(types.float64), code


def _from_bits(typing_context: Any, k: Any) -> Any:
    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.bitcast(arguments[0], context.get_value_type(types.float64))

    return types.float64(types.int64), code


_intrinsic: Any = intrinsic
# a*b + c rounded once; the 64 bits of a float as an integer; the float that has these bits.
fma: Callable[[float, float, float], float] = _intrinsic(_fma)
bits: Callable[[float], int] = _intrinsic(_bits)
from_bits: Callable[[int], float] = _intrinsic(_from_bits)


@inlined
def is_ieee(x: float) -> bool:
    """Whether this thread rounds to nearest and keeps denormal numbers, asked with some x in [1, 2**30] that the
    compiler does not know. Both are settings of the processor that any library loaded into the process may have
    changed."""
    return (x + x * 2.0**-60 == x) & (x - x * 2.0**-60 == x) & (x * 2.0**-1022 * 2.0**-40 > 0.0)


@inlined
def below(x: float) -> float:
    """The greatest float < x, for x other than nan and -inf.

    Floats of one sign are ordered like their bits, so the neighbour is one step of the integer; at +-0 it is
    -SMALLEST, and below +inf it is LARGEST.
    """
    k = bits(x)
    step = from_bits(k - 1 if k >= 0 else k + 1)
    return -SMALLEST if x == 0.0 else step


@inlined
def above(x: float) -> float:
    """The least float > x, for x other than nan and +inf."""
    return -below(-x)


@inlined
def add_down(a: float, b: float) -> float:
    """The greatest float <= a + b, or one ulp less beyond HUGE. a and b are lower ends: never +inf.

    Knuth's TwoSum gives the error of RN(a + b) exactly, denormal numbers included (a sum of floats is a multiple of
    SMALLEST), unless a step overflows, which needs |s| > HUGE. An end at -inf stays; a sum that overflows to +inf
    becomes LARGEST.
    """
    s = a + b
    t = s - a
    error = (a - (s - t)) + (b - t)
    moved = (error < 0.0) | (s > HUGE) | ((s < -HUGE) & (s > -INFINITY))
    return below(s) if moved else s


@inlined
def add_up(a: float, b: float) -> float:
    """The least float >= a + b, or one ulp more beyond HUGE. a and b are upper ends: never -inf."""
    return -add_down(-a, -b)


@inlined
def product(a: float, b: float) -> float:
    """RN(a*b), with 0*inf = 0: the end inf of an interval is a bound of real numbers, and 0 times each of them is 0.

    nan operands give 0 too: whoever calls restores them.
    """
    p = a * b
    return 0.0 if p != p else p


@inlined
def product_error(a: float, b: float, p: float) -> float:
    """A number with the sign of a*b - p, for p = RN(a*b) with |p| >= TINY or a*b = 0.

    a*b - p is a float as long as it does not underflow (Dekker), and then the fused operation returns it. When p
    overflowed from finite operands the result is -p: infinite, and with the right sign. When an operand is infinite
    p = a*b, and the result is nan, which has no sign.
    """
    return fma(a, b, -p)


@inlined
def multiply_down(a: float, b: float) -> float:
    """The greatest float <= a*b, or one ulp less below TINY; 0 for 0*inf. Not for nan."""
    p = product(a, b)
    tiny = (abs(p) < TINY) & (a != 0.0) & (b != 0.0)
    return below(p) if (product_error(a, b, p) < 0.0) | tiny else p


@inlined
def multiply_up(a: float, b: float) -> float:
    """The least float >= a*b, or one ulp more below TINY; 0 for 0*inf. Not for nan."""
    return -multiply_down(-a, b)


@inlined
def divide_down(a: float, b: float) -> float:
    """The greatest float <= a/b, or one ulp less below TINY, for b != 0; 0 for inf/inf. Not for nan.

    With q = RN(a/b) the remainder a - q*b is a float unless it underflows, which |a| and |q| >= TINY exclude, and
    a/b - q has the sign of remainder/b. A quotient by +-inf is 0, the limit, and not moved.
    """
    q = a / b
    q = 0.0 if q != q else q
    remainder = fma(-q, b, a)
    less = ((remainder < 0.0) & (b > 0.0)) | ((remainder > 0.0) & (b < 0.0))
    tiny = ((abs(q) < TINY) | (abs(a) < TINY)) & (a != 0.0) & (abs(b) < INFINITY)
    return below(q) if less | tiny else q


@inlined
def divide_up(a: float, b: float) -> float:
    """The least float >= a/b, or one ulp more below TINY, for b != 0; 0 for inf/inf. Not for nan."""
    return -divide_down(-a, b)


@inlined
def root_down(x: float) -> float:
    """The greatest float <= sqrt(x) for x >= 0, or one ulp less below TINY.

    With s = RN(sqrt(x)) the remainder x - s*s is a float unless it underflows, which x >= TINY excludes.
    """
    s = math.sqrt(x)
    return below(s) if (fma(-s, s, x) < 0.0) | ((x < TINY) & (x > 0.0)) else s


@inlined
def root_up(x: float) -> float:
    """The least float >= sqrt(x) for x >= 0, or one ulp more below TINY."""
    s = math.sqrt(x)
    return above(s) if (fma(-s, s, x) > 0.0) | ((x < TINY) & (x > 0.0)) else s
