"""The elementary functions on rows of intervals; arguments, conventions and soundness as in
`arithmetic.interval_operations`.

Monotone functions take their bounds at the ends, from `arithmetic.exponentials` where they have them and else from
libival, whose functions are tight; the others are monotone between turning points that are named.
"""

from __future__ import annotations

from strictsaddle.arithmetic import libival
from strictsaddle.arithmetic.compilation import compiled, inlined
from strictsaddle.arithmetic.directed_rounding import (
    INFINITY,
    add_down,
    add_up,
    multiply_down,
    multiply_up,
    root_down,
    root_up,
)
from strictsaddle.arithmetic.exponentials import (
    exp_down,
    exp_up,
    log_down,
    log_up,
    sigmoid_down,
    sigmoid_up,
    softplus_down,
    softplus_up,
    tanh_down,
)
from strictsaddle.arithmetic.interval_operations import NAN, Row

sin, cos, tan, asin, acos = libival.sin, libival.cos, libival.tan, libival.asin, libival.acos
atan, sinh, cosh, erf = libival.atan, libival.sinh, libival.cosh, libival.erf


@compiled
def exp_row(low: Row, high: Row, al: Row, ah: Row) -> None:
    for j in range(low.shape[0]):
        undefined = al[j] != al[j]
        low[j] = NAN if undefined else exp_down(al[j])
        high[j] = NAN if undefined else exp_up(ah[j])


@compiled
def log_row(low: Row, high: Row, al: Row, ah: Row) -> None:
    for j in range(low.shape[0]):
        undefined = not (al[j] > 0.0)
        low[j] = NAN if undefined else log_down(al[j])
        high[j] = NAN if undefined else log_up(ah[j])


@compiled
def sin_row(low: Row, high: Row, al: Row, ah: Row) -> None:
    sin(al.ctypes, ah.ctypes, low.ctypes, high.ctypes, low.shape[0])


@compiled
def cos_row(low: Row, high: Row, al: Row, ah: Row) -> None:
    cos(al.ctypes, ah.ctypes, low.ctypes, high.ctypes, low.shape[0])


@compiled
def tan_row(low: Row, high: Row, al: Row, ah: Row) -> None:
    """No float is a pole, and next to one the tangent is far below the largest float: an infinite end tells of a
    pole inside."""
    tan(al.ctypes, ah.ctypes, low.ctypes, high.ctypes, low.shape[0])
    for j in range(low.shape[0]):
        pole = (low[j] == -INFINITY) | (high[j] == INFINITY)
        low[j] = NAN if pole else low[j]
        high[j] = NAN if pole else high[j]


@compiled
def asin_row(low: Row, high: Row, al: Row, ah: Row) -> None:
    asin(al.ctypes, ah.ctypes, low.ctypes, high.ctypes, low.shape[0])
    for j in range(low.shape[0]):
        undefined = not ((al[j] >= -1.0) & (ah[j] <= 1.0))
        low[j] = NAN if undefined else low[j]
        high[j] = NAN if undefined else high[j]


@compiled
def acos_row(low: Row, high: Row, al: Row, ah: Row) -> None:
    acos(al.ctypes, ah.ctypes, low.ctypes, high.ctypes, low.shape[0])
    for j in range(low.shape[0]):
        undefined = not ((al[j] >= -1.0) & (ah[j] <= 1.0))
        low[j] = NAN if undefined else low[j]
        high[j] = NAN if undefined else high[j]


@compiled
def atan_row(low: Row, high: Row, al: Row, ah: Row) -> None:
    atan(al.ctypes, ah.ctypes, low.ctypes, high.ctypes, low.shape[0])


@compiled
def sinh_row(low: Row, high: Row, al: Row, ah: Row) -> None:
    sinh(al.ctypes, ah.ctypes, low.ctypes, high.ctypes, low.shape[0])


@compiled
def cosh_row(low: Row, high: Row, al: Row, ah: Row) -> None:
    cosh(al.ctypes, ah.ctypes, low.ctypes, high.ctypes, low.shape[0])


@compiled
def tanh_row(low: Row, high: Row, al: Row, ah: Row) -> None:
    for j in range(low.shape[0]):
        undefined = al[j] != al[j]
        low[j] = NAN if undefined else tanh_down(al[j])
        high[j] = NAN if undefined else -tanh_down(-ah[j])


@compiled
def erf_row(low: Row, high: Row, al: Row, ah: Row) -> None:
    erf(al.ctypes, ah.ctypes, low.ctypes, high.ctypes, low.shape[0])


@compiled
def sqrt_row(low: Row, high: Row, al: Row, ah: Row) -> None:
    for j in range(low.shape[0]):
        undefined = not (al[j] >= 0.0)
        low[j] = NAN if undefined else root_down(al[j])
        high[j] = NAN if undefined else root_up(ah[j])


@compiled
def sigmoid_row(low: Row, high: Row, al: Row, ah: Row) -> None:
    for j in range(low.shape[0]):
        undefined = al[j] != al[j]
        low[j] = NAN if undefined else sigmoid_down(al[j])
        high[j] = NAN if undefined else sigmoid_up(ah[j])


@compiled
def softplus_row(low: Row, high: Row, al: Row, ah: Row) -> None:
    for j in range(low.shape[0]):
        undefined = al[j] != al[j]
        low[j] = NAN if undefined else softplus_down(al[j])
        high[j] = NAN if undefined else softplus_up(ah[j])


@compiled
def relu_row(low: Row, high: Row, al: Row, ah: Row) -> None:
    for j in range(low.shape[0]):
        low[j] = 0.0 if al[j] < 0.0 else al[j]
        high[j] = 0.0 if ah[j] < 0.0 else ah[j]


@compiled
def abs_row(low: Row, high: Row, al: Row, ah: Row) -> None:
    for j in range(low.shape[0]):
        lo, hi = al[j], ah[j]
        undefined = lo != lo
        least = lo if lo > 0.0 else (-hi if hi < 0.0 else 0.0)
        low[j] = NAN if undefined else least
        high[j] = NAN if undefined else (hi if hi > -lo else -lo)


@compiled
def step_row(low: Row, high: Row, al: Row, ah: Row, negative: float) -> None:
    """`negative` for x < 0 and 1 for x > 0; undefined at 0, where two one-sided derivatives differ."""
    for j in range(low.shape[0]):
        value = 1.0 if al[j] > 0.0 else (negative if ah[j] < 0.0 else NAN)
        low[j] = value
        high[j] = value


@compiled
def positive_row(low: Row, high: Row, al: Row, ah: Row) -> None:
    for j in range(low.shape[0]):
        low[j] = al[j] if al[j] > 0.0 else NAN
        high[j] = ah[j] if al[j] > 0.0 else NAN


@inlined
def down_to_zero(a: float, b: float) -> float:
    """A lower bound of a*b for a, b >= 0, not below 0."""
    p = multiply_down(a, b)
    return p if p > 0.0 else 0.0


@compiled
def tanh1_row(low: Row, high: Row, al: Row, ah: Row) -> None:
    """1 - t**2 for t in [-1, 1], as (1 - |t|)*(1 + |t|) so that nothing cancels; decreasing in |t|."""
    for j in range(low.shape[0]):
        lo, hi = al[j], ah[j]
        greatest = hi if hi > -lo else -lo
        least = lo if lo > 0.0 else (-hi if hi < 0.0 else 0.0)
        undefined = lo != lo
        low[j] = NAN if undefined else down_to_zero(add_down(1.0, -greatest), add_down(1.0, greatest))
        high[j] = NAN if undefined else multiply_up(add_up(1.0, -least), add_up(1.0, least))


TANH2_TURN_BELOW = 0.5773502691896257  # < 1/sqrt(3) <
TANH2_TURN_ABOVE = 0.5773502691896258
TANH2_GREATEST = 0.769800358919501  # >= 4/(3*sqrt(3))


@inlined
def tanh2_down(t: float) -> float:
    """A lower bound of -2*t*(1 - t**2) at t in [-1, 1]."""
    m = abs(t)
    inner = down_to_zero(down_to_zero(add_down(1.0, -m), add_down(1.0, m)), m)
    outer = multiply_up(multiply_up(add_up(1.0, -m), add_up(1.0, m)), m)
    return -2.0 * outer if t > 0.0 else 2.0 * inner


@compiled
def tanh2_row(low: Row, high: Row, al: Row, ah: Row) -> None:
    """c(t) = -2*t*(1 - t**2), odd, for t in [-1, 1]: it falls between the turning points +-1/sqrt(3), where it is
    -+4/(3*sqrt(3)), and rises outside them. So its range is spanned by its ends and the turning points between
    them."""
    for j in range(low.shape[0]):
        lo, hi = al[j], ah[j]
        p, q = tanh2_down(lo), tanh2_down(hi)
        least = p if p < q else q
        turns = (lo <= TANH2_TURN_ABOVE) & (hi >= TANH2_TURN_BELOW)
        least = -TANH2_GREATEST if turns else least
        p, q = -tanh2_down(-lo), -tanh2_down(-hi)
        greatest = p if p > q else q
        turns = (lo <= -TANH2_TURN_BELOW) & (hi >= -TANH2_TURN_ABOVE)
        greatest = TANH2_GREATEST if turns else greatest
        undefined = lo != lo
        low[j] = NAN if undefined else least
        high[j] = NAN if undefined else greatest


@compiled
def sigmoid1_row(low: Row, high: Row, al: Row, ah: Row) -> None:
    """s*(1 - s) for s in [0, 1]: rises up to 1/4 at s = 1/2, and falls from there."""
    for j in range(low.shape[0]):
        lo, hi = al[j], ah[j]
        p, q = down_to_zero(lo, add_down(1.0, -lo)), down_to_zero(hi, add_down(1.0, -hi))
        least = p if p < q else q
        p, q = multiply_up(lo, add_up(1.0, -lo)), multiply_up(hi, add_up(1.0, -hi))
        greatest = p if p > q else q
        greatest = 0.25 if ((lo <= 0.5) & (hi >= 0.5)) | (greatest > 0.25) else greatest
        undefined = lo != lo
        low[j] = NAN if undefined else least
        high[j] = NAN if undefined else greatest


SIGMOID2_TURN_BELOW = 0.2113248654051871  # < (3 - sqrt(3))/6 <
SIGMOID2_TURN_ABOVE = 0.21132486540518713
SIGMOID2_TURN2_BELOW = 0.7886751345948129  # < (3 + sqrt(3))/6 <
SIGMOID2_TURN2_ABOVE = 0.788675134594813
SIGMOID2_GREATEST = 0.09622504486493763  # >= sqrt(3)/18


@inlined
def sigmoid2_down(s: float) -> float:
    """A lower bound of s*(1 - s)*(1 - 2*s) at s in [0, 1]."""
    inner = down_to_zero(s, add_down(1.0, -s))
    outer = multiply_up(s, add_up(1.0, -s))
    w = add_down(1.0, -2.0 * s)
    return down_to_zero(inner, w) if w >= 0.0 else multiply_down(outer, w)


@inlined
def sigmoid2_up(s: float) -> float:
    """An upper bound of s*(1 - s)*(1 - 2*s) at s in [0, 1]."""
    inner = down_to_zero(s, add_down(1.0, -s))
    outer = multiply_up(s, add_up(1.0, -s))
    w = add_up(1.0, -2.0 * s)
    return multiply_up(outer, w) if w >= 0.0 else -down_to_zero(inner, -w)


@compiled
def sigmoid2_row(low: Row, high: Row, al: Row, ah: Row) -> None:
    """s*(1 - s)*(1 - 2*s) for s in [0, 1]: turning points (3 -+ sqrt(3))/6, where it is +-sqrt(3)/18; it rises
    outside them."""
    for j in range(low.shape[0]):
        lo, hi = al[j], ah[j]
        p, q = sigmoid2_down(lo), sigmoid2_down(hi)
        least = p if p < q else q
        least = -SIGMOID2_GREATEST if (lo <= SIGMOID2_TURN2_ABOVE) & (hi >= SIGMOID2_TURN2_BELOW) else least
        p, q = sigmoid2_up(lo), sigmoid2_up(hi)
        greatest = p if p > q else q
        greatest = SIGMOID2_GREATEST if (lo <= SIGMOID2_TURN_ABOVE) & (hi >= SIGMOID2_TURN_BELOW) else greatest
        undefined = lo != lo
        low[j] = NAN if undefined else least
        high[j] = NAN if undefined else greatest
