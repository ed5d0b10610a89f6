"""The instructions of a tape on Arb balls. Balls may be wide: monotone functions are taken at both ends, powers do not
lose their sign but for a rounding, and what is undefined at some point of a ball is nan."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from flint import arb

from strictsaddle.arithmetic.exact import ball
from strictsaddle.arithmetic.tape import Instruction

_NAN = arb("nan")


def power(x: arb, exponent: int) -> arb:
    """x**exponent. Not by `**`, which gives nan for a ball around 0; even powers are taken of |x|, and so are never
    negative."""
    if not x.is_finite():
        return x if x.is_nan() else _unbounded_power(x, exponent)
    if exponent % 2 == 0:
        least, greatest = x.abs_lower(), x.abs_upper()
        return _product(least, exponent).union(_product(greatest, exponent))
    return _product(x.lower(), exponent).union(_product(x.upper(), exponent))


def _product(x: arb, exponent: int) -> arb:
    result = arb(1)
    for bit in bin(exponent)[2:]:
        result = result * result
        if bit == "1":
            result = result * x
    return result


def _unbounded_power(x: arb, exponent: int) -> arb:
    result = x
    for _ in range(exponent - 1):
        result = result * x
    return result


def _defined(x: arb, condition: bool, value: Callable[[], arb]) -> arb:
    return value() if condition else _NAN


def _sigmoid(x: arb) -> arb:
    """Monotone, so by its ends; each in the form that does not overflow."""
    return _sigmoid_at(x.lower()).union(_sigmoid_at(x.upper())) if x.is_finite() else _bounded(x, 0, 1)


def _bounded(x: arb, low: int, high: int) -> arb:
    return _NAN if x.is_nan() else arb(low).union(arb(high))


def _sigmoid_at(x: arb) -> arb:
    if x >= 0:
        return 1 / (1 + (-x).exp())
    e = x.exp()
    return e / (1 + e)


def _softplus(x: arb) -> arb:
    if not x.is_finite():
        return _NAN if x.is_nan() else (1 + x.exp()).log()
    return _softplus_at(x.lower()).union(_softplus_at(x.upper()))


def _softplus_at(x: arb) -> arb:
    return x + (-x).exp().log1p() if x >= 0 else x.exp().log1p()


def _tanh(x: arb) -> arb:
    return x.lower().tanh().union(x.upper().tanh()) if x.is_finite() else _bounded(x, -1, 1)


def _step(x: arb, negative: int) -> arb:
    return arb(1) if x > 0 else arb(negative) if x < 0 else _NAN


def _relu(x: arb) -> arb:
    if x >= 0:
        return x
    if x <= 0:
        return arb(0)
    return arb(0).union(x.upper()) if not x.is_nan() else x


def _absolute(x: arb) -> arb:
    if x.is_nan() or x >= 0:
        return x
    return -x if x <= 0 else arb(0).union(x.abs_upper())


_FUNCTIONS: dict[Instruction, Callable[[arb], arb]] = {
    Instruction.NEG: lambda x: -x,
    Instruction.EXP: lambda x: x.exp(),
    Instruction.LOG: lambda x: x.log() if x > 0 else _NAN,
    Instruction.SQRT: lambda x: x.sqrt() if x >= 0 else _NAN,
    Instruction.SIN: lambda x: x.sin(),
    Instruction.COS: lambda x: x.cos(),
    Instruction.TAN: lambda x: x.tan(),
    Instruction.ASIN: lambda x: x.asin() if x >= -1 and x <= 1 else _NAN,
    Instruction.ACOS: lambda x: x.acos() if x >= -1 and x <= 1 else _NAN,
    Instruction.ATAN: lambda x: x.atan(),
    Instruction.SINH: lambda x: x.sinh(),
    Instruction.COSH: lambda x: x.cosh(),
    Instruction.TANH: _tanh,
    Instruction.SIGMOID: _sigmoid,
    Instruction.SOFTPLUS: _softplus,
    Instruction.ERF: lambda x: x.erf(),
    Instruction.RELU: _relu,
    Instruction.ABS: _absolute,
    Instruction.STEP: lambda x: _step(x, 0),
    Instruction.SIGN: lambda x: _step(x, -1),
    Instruction.POSITIVE: lambda x: x if x > 0 else _NAN,
    Instruction.TANH1_OF: lambda t: 1 - power(t, 2),
    Instruction.TANH2_OF: lambda t: -2 * t * (1 - power(t, 2)),
    Instruction.SIGMOID1_OF: lambda s: s * (1 - s),
    Instruction.SIGMOID2_OF: lambda s: s * (1 - s) * (1 - 2 * s),
}


def ball_value(op: Instruction, a: int, b: int, registers: list[arb], constants: Sequence[Fraction]) -> arb:
    """The result of one instruction."""
    if op is Instruction.CONSTANT:
        return ball(constants[a])
    if op is Instruction.PI:
        return arb.pi()
    x = registers[a]
    if op is Instruction.ADD:
        return x + registers[b]
    if op is Instruction.SUB:
        return x - registers[b]
    if op is Instruction.MUL:
        return x * registers[b]
    if op is Instruction.DIV:
        return x / registers[b]
    if op is Instruction.ADD_CONSTANT:
        return x + ball(constants[b])
    if op is Instruction.SUBTRACT_FROM:
        return ball(constants[b]) - x
    if op is Instruction.TIMES_CONSTANT:
        return x * ball(constants[b])
    if op is Instruction.DIVIDE_INTO:
        return ball(constants[b]) / x
    if op is Instruction.POW:
        return power(x, b)
    return _FUNCTIONS[op](x)
