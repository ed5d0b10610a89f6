"""One instruction in exact rationals: a number, or no rational."""

from __future__ import annotations

from fractions import Fraction

import pytest

from strictsaddle.arithmetic import interpreter, libival, point_interpreter
from strictsaddle.arithmetic.rational_operations import NotRational, rational_value
from strictsaddle.arithmetic.tape import Instruction

X, Y = Fraction(2, 3), Fraction(-5, 7)


@pytest.mark.parametrize(
    ("op", "expected"),
    [
        (Instruction.ADD, X + Y), (Instruction.SUB, X - Y), (Instruction.MUL, X * Y), (Instruction.DIV, X / Y),
        (Instruction.ADD_CONSTANT, X + 4), (Instruction.SUBTRACT_FROM, 4 - X), (Instruction.TIMES_CONSTANT, 4 * X),
        (Instruction.DIVIDE_INTO, 4 / X),
    ],
)  # fmt: skip
def test_arithmetic(op: Instruction, expected: Fraction) -> None:
    constant = op.name.endswith(("CONSTANT", "FROM", "INTO"))
    assert rational_value(op, 0, 0 if constant else 1, [X, Y], [Fraction(4)]) == expected


def test_what_is_no_rational_is_refused() -> None:
    assert rational_value(Instruction.POW, 0, 3, [X], []) == X**3
    with pytest.raises(NotRational):
        rational_value(Instruction.PI, 0, 0, [], [])
    with pytest.raises(NotRational):
        rational_value(Instruction.DIV, 0, 1, [X, Fraction(0)], [])
    with pytest.raises(NotRational):
        rational_value(Instruction.EXP, 0, 0, [X], [])
    assert rational_value(Instruction.EXP, 0, 0, [Fraction(0)], []) == 1


@pytest.mark.parametrize("name", libival._NAMES)
def test_each_function_of_the_library_is_declared_under_its_own_name(name: str) -> None:
    assert getattr(libival, name).symbol == f"ival_{name}"


def test_values_at_points_are_those_of_the_functions() -> None:
    assert point_interpreter.function_value(interpreter.POW, 3.0, 5) == 243.0
    assert point_interpreter.function_value(interpreter.POW, 3.0, 4) == 81.0  # the twin: another exponent
