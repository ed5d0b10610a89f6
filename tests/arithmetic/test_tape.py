"""Tapes: constants outward, registers shared without harm, outputs in order."""

from __future__ import annotations

import sys
from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from strictsaddle.arithmetic import evaluate as kernels
from strictsaddle.arithmetic.tape import Instruction, Tape, compile_tape, outward
from strictsaddle.formula.graph import Graph, Op


@given(
    st.fractions() | st.fractions(max_denominator=8) | st.floats(allow_nan=False, allow_infinity=False).map(Fraction)
)
def test_outward(value: Fraction) -> None:
    low, high = outward(value)
    assert low <= value <= high
    assert low == high if Fraction(low) == value else high == np.nextafter(low, np.inf)


def test_outward_beyond_floats() -> None:
    assert outward(Fraction(10) ** 400) == (sys.float_info.max, np.inf)
    assert outward(-(Fraction(10) ** 400)) == (-np.inf, -sys.float_info.max)
    assert outward(Fraction(1, 10**400)) == (0.0, 5e-324)
    assert outward(Fraction(-1, 10**400)) == (-5e-324, 0.0)


def reads(tape: Tape, k: int) -> list[int]:
    op = tape.op[k]
    if op <= Instruction.PI:
        return []
    return [tape.a[k], tape.b[k]] if Instruction.ADD <= op <= Instruction.DIV else [tape.a[k]]


def sum_of_squares(n: int) -> tuple[Graph, int]:
    graph = Graph()
    return graph, graph.total(graph.power(graph.variable(k), 2) for k in range(n))


def test_registers_are_shared_and_never_written_where_they_are_read() -> None:
    graph, root = sum_of_squares(40)
    tape = compile_tape(graph, [root], 40)
    assert tape.n_registers < 45 < len(tape)
    for k in range(len(tape)):
        if tape.op[k] != Instruction.STORE:
            assert 0 <= tape.dst[k] < tape.n_registers
            assert tape.dst[k] not in reads(tape, k)
    low, high = kernels.evaluate_interval(tape, np.full((1, 40), 2.0), np.full((1, 40), 3.0))
    assert (low[0, 0], high[0, 0]) == (160.0, 360.0)


def test_outputs_in_order_repeated_constant_and_plain() -> None:
    graph = Graph()
    x = graph.variable(1)
    half, doubled = graph.constant(Fraction(1, 2)), graph.mul(graph.constant(2), x)
    tape = compile_tape(graph, [doubled, half, x, doubled], 2)
    assert kernels.evaluate_float(tape, [[5.0, 3.0]]).tolist() == [[6.0, 0.5, 3.0, 6.0]]
    assert kernels.evaluate_rational(tape, [Fraction(5), Fraction(3)]) == [6, Fraction(1, 2), 3, 6]


def test_the_function_behind_a_derivative_is_computed_once() -> None:
    graph = Graph()
    x = graph.variable(0)
    tape = compile_tape(graph, [graph.unary(op, x) for op in (Op.TANH2, Op.TANH, Op.TANH1)], 1)
    assert (tape.op == Instruction.TANH).sum() == 1


def test_constants_are_folded_into_instructions() -> None:
    graph = Graph()
    x = graph.variable(0)
    three = graph.constant(3)
    nodes = [
        graph.add(x, three),
        graph.sub(x, three),
        graph.sub(three, x),
        graph.mul(three, x),
        graph.div(three, x),
    ]
    tape = compile_tape(graph, nodes, 1)
    assert Instruction.CONSTANT not in tape.op
    assert kernels.evaluate_float(tape, [[2.0]]).tolist() == [[5.0, -1.0, 1.0, 6.0, 1.5]]


def test_powers_of_powers() -> None:
    graph = Graph()
    x = graph.variable(0)
    tape = compile_tape(graph, [graph.power(x, k) for k in range(2, 14)], 1)
    low, high = kernels.evaluate_interval(tape, [[-2.0]], [[1.0]])
    for k in range(2, 14):
        expected = (0.0, 2.0**k) if k % 2 == 0 else ((-2.0) ** k, 1.0)
        assert (low[0, k - 2], high[0, k - 2]) == expected
