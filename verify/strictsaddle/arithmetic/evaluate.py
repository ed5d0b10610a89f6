"""One tape, four arithmetics: floats, outward-rounded intervals, Arb balls, rationals.

From other compiled code call `entry.evaluate` and `point_interpreter.run_tape_at_points` directly, with what
`interval_program(tape)` and `point_program(tape)` give.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from strictsaddle.arithmetic.tape import Instruction, Tape

if TYPE_CHECKING:
    from flint import arb

Floats = NDArray[np.float64]
Program = Any  # a tuple; `run_tape` names its parts


def interval_program(tape: Tape) -> Program:
    """The leading arguments of `run_tape`: op, dst, a, b, constants' lower and upper ends, number of registers."""
    from strictsaddle.arithmetic.entry import attach

    attach()
    return interval_arguments(tape)


def interval_arguments(tape: Tape) -> Program:
    """The same for a process that compiles what takes them, and runs nothing."""
    return (tape.op, tape.dst, tape.a, tape.b, tape.constant_low, tape.constant_high, tape.n_registers)


def point_program(tape: Tape) -> Program:
    """The leading arguments of `run_tape_at_points`."""
    return (tape.op, tape.dst, tape.a, tape.b, tape.constant_low, tape.n_registers)


def evaluate_float(tape: Tape, points: ArrayLike) -> Floats:
    """The outputs at `points` (m, n), as (m, n_outputs); nan where undefined. Not rigorous."""
    # Numba takes a second to load: only when used.
    from strictsaddle.arithmetic.point_interpreter import run_tape_at_points

    rows = np.ascontiguousarray(points, dtype=np.float64)
    out = np.empty((len(rows), tape.n_outputs))
    op, dst, a, b, constants, n_registers = point_program(tape)
    run_tape_at_points(op, dst, a, b, constants, n_registers, rows, out)
    return out


def evaluate_interval(tape: Tape, low: ArrayLike, high: ArrayLike) -> tuple[Floats, Floats]:
    """Enclosures of the outputs on m boxes.

    low, high: (m, n), the boxes' ends, low <= high, infinite ends allowed. Returns two (m, n_outputs) arrays: an
    interval that contains the output's value at every real point of the box; or [nan, nan] when an operation is
    undefined somewhere on the box.
    """
    from strictsaddle.arithmetic.entry import evaluate

    lower = np.ascontiguousarray(low, dtype=np.float64)
    upper = np.ascontiguousarray(high, dtype=np.float64)
    out_low = np.empty((len(lower), tape.n_outputs))
    out_high = np.empty((len(lower), tape.n_outputs))
    evaluate(interval_program(tape), len(lower), lower, upper, out_low, out_high)
    return out_low, out_high


def evaluate_arb(tape: Tape, point: Sequence[arb]) -> list[arb]:
    """The outputs on the box that the n balls span, at the precision flint.ctx.prec; nan where undefined."""
    from strictsaddle.arithmetic.ball_operations import ball_value

    return _run(tape, list(point), ball_value)


def evaluate_rational(tape: Tape, point: Sequence[Fraction]) -> list[Fraction] | None:
    """The exact outputs at a rational point; None when some operation there is irrational or undefined."""
    from strictsaddle.arithmetic.rational_operations import NotRational, rational_value

    try:
        return _run(tape, [Fraction(x) for x in point], rational_value)
    except NotRational:
        return None


def _run(tape: Tape, point: list[Any], value: Any) -> list[Any]:
    registers: list[Any] = [None] * tape.n_registers
    outputs: list[Any] = [None] * tape.n_outputs
    rows = zip(tape.op.tolist(), tape.dst.tolist(), tape.a.tolist(), tape.b.tolist(), strict=True)
    for op, dst, a, b in rows:
        if op == Instruction.STORE:
            outputs[dst] = registers[a]
        elif op == Instruction.VARIABLE:
            registers[dst] = point[a]
        else:
            registers[dst] = value(Instruction(op), a, b, registers, tape.constants)
    return outputs


def warm_up() -> None:
    """Compile both interpreters, or load them from the cache on disk; a worker process calls it once."""
    from strictsaddle.arithmetic.tape import compile_tape
    from strictsaddle.formula.graph import Graph

    graph = Graph()
    tape = compile_tape(graph, [graph.variable(0)], 1)
    evaluate_interval(tape, [[0.0]], [[1.0]])
    evaluate_float(tape, [[0.0]])
