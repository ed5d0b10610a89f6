"""The instructions of a tape on rationals, as long as the results are rational."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

from strictsaddle.arithmetic.tape import Instruction

_ONE_AT_ZERO = (Instruction.EXP, Instruction.COS, Instruction.COSH)
_ZERO_AT_ZERO = (
    Instruction.SIN, Instruction.TAN, Instruction.ASIN, Instruction.ATAN, Instruction.SINH, Instruction.TANH,
    Instruction.ERF,
)  # fmt: skip


class NotRational(ArithmeticError):
    """The result of an instruction is irrational, or undefined."""


def rational_value(
    op: Instruction, a: int, b: int, registers: list[Fraction], constants: Sequence[Fraction]
) -> Fraction:
    """The result of one instruction. Raises NotRational."""
    if op is Instruction.CONSTANT:
        return constants[a]
    if op is Instruction.PI:
        raise NotRational("pi")
    x = registers[a]
    match op:
        case Instruction.ADD:
            return x + registers[b]
        case Instruction.SUB:
            return x - registers[b]
        case Instruction.MUL:
            return x * registers[b]
        case Instruction.DIV:
            return _quotient(x, registers[b])
        case Instruction.ADD_CONSTANT:
            return x + constants[b]
        case Instruction.SUBTRACT_FROM:
            return constants[b] - x
        case Instruction.TIMES_CONSTANT:
            return x * constants[b]
        case Instruction.DIVIDE_INTO:
            return _quotient(constants[b], x)
        case Instruction.POW:
            return x**b
        case _:
            return _function(op, x)


def _quotient(x: Fraction, y: Fraction) -> Fraction:
    if y == 0:
        raise NotRational("division by zero")
    return x / y


def _function(op: Instruction, x: Fraction) -> Fraction:
    match op:
        case Instruction.NEG:
            return -x
        case Instruction.RELU:
            return max(x, Fraction(0))
        case Instruction.ABS:
            return abs(x)
        case Instruction.STEP if x != 0:
            return Fraction(int(x > 0))
        case Instruction.SIGN if x != 0:
            return Fraction(1 if x > 0 else -1)
        case Instruction.POSITIVE if x > 0:
            return x
        case Instruction.SQRT if x >= 0:
            p, q = math.isqrt(x.numerator), math.isqrt(x.denominator)
            if p * p == x.numerator and q * q == x.denominator:
                return Fraction(p, q)
        case Instruction.TANH1_OF:
            return 1 - x * x
        case Instruction.TANH2_OF:
            return -2 * x * (1 - x * x)
        case Instruction.SIGMOID1_OF:
            return x * (1 - x)
        case Instruction.SIGMOID2_OF:
            return x * (1 - x) * (1 - 2 * x)
        case Instruction.SIGMOID if x == 0:
            return Fraction(1, 2)
        case Instruction.LOG if x == 1:
            return Fraction(0)
        case Instruction.ACOS if x == 1:
            return Fraction(0)
    # By Lindemann and Weierstrass these are transcendental at any other rational; erf is not known to be irrational
    # there, but no rational value of it is known either.
    if x == 0 and op in _ONE_AT_ZERO:
        return Fraction(1)
    if x == 0 and op in _ZERO_AT_ZERO:
        return Fraction(0)
    raise NotRational(op.name)
