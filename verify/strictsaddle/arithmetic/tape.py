"""The tape: nodes of a graph as a straight-line program on a small set of registers.

One tape is evaluated in four arithmetics (see `arithmetic.evaluate`). An instruction is (op, dst, a, b); what dst, a and
b mean stands with each `Instruction`. A register is taken again once its value has been used for the last time, and
an instruction never writes to a register that it reads, so that evaluators may run it over whole rows at once.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from strictsaddle.formula.graph import Graph, Op


class Instruction(IntEnum):
    """What an instruction does. r[k] is register k, c[k] constant k."""

    VARIABLE = 0  # r[dst] = variable number a
    CONSTANT = 1  # r[dst] = c[a]
    PI = 2
    STORE = 3  # output number dst = r[a]
    ADD = 4  # r[dst] = r[a] + r[b], and so on
    SUB = 5
    MUL = 6
    DIV = 7
    ADD_CONSTANT = 8  # r[a] + c[b]
    SUBTRACT_FROM = 9  # c[b] - r[a]
    TIMES_CONSTANT = 10  # r[a] * c[b]
    DIVIDE_INTO = 11  # c[b] / r[a]
    NEG = 12  # of r[a], as all that follow
    POW = 13  # r[a] ** b, b an integer >= 2
    EXP = 14
    LOG = 15
    SQRT = 16
    SIN = 17
    COS = 18
    TAN = 19
    ASIN = 20
    ACOS = 21
    ATAN = 22
    SINH = 23
    COSH = 24
    TANH = 25
    SIGMOID = 26
    SOFTPLUS = 27
    ERF = 28
    RELU = 29
    ABS = 30
    STEP = 31
    SIGN = 32
    POSITIVE = 33
    TANH1_OF = 34  # 1 - t**2 of t = tanh(x) in r[a]
    TANH2_OF = 35  # -2*t*(1 - t**2) of t = tanh(x) in r[a]
    SIGMOID1_OF = 36  # s*(1 - s) of s = sigmoid(x) in r[a]
    SIGMOID2_OF = 37  # s*(1 - s)*(1 - 2*s) of s = sigmoid(x) in r[a]
    # At those members of a box at which they are defined, for intervals alone (`restricted_rows`):
    DIV_WITHIN = 38  # r[a] / r[b]
    LOG_WITHIN = 39
    SQRT_WITHIN = 40
    TAN_WITHIN = 41
    ASIN_WITHIN = 42
    ACOS_WITHIN = 43
    POSITIVE_WITHIN = 44
    OUTSIDE = 45  # 1 where r[a] is nowhere > 0, else [0, 1]
    OUTSIDE_EDGE = 46  # 1 where r[a] is nowhere >= 0, else [0, 1]


_SAME = {op: Instruction[op.name] for op in Op if op.name in Instruction.__members__}
_THROUGH = {  # derivatives are evaluated from the function's own value, which the tape nearly always has already
    Op.TANH1: (Op.TANH, Instruction.TANH1_OF),
    Op.TANH2: (Op.TANH, Instruction.TANH2_OF),
    Op.SIGMOID1: (Op.SIGMOID, Instruction.SIGMOID1_OF),
    Op.SIGMOID2: (Op.SIGMOID, Instruction.SIGMOID2_OF),
}
_WITH_CONSTANT = {
    Op.ADD: (Instruction.ADD_CONSTANT, Instruction.ADD_CONSTANT),
    Op.MUL: (Instruction.TIMES_CONSTANT, Instruction.TIMES_CONSTANT),
    Op.SUB: (Instruction.SUBTRACT_FROM, Instruction.ADD_CONSTANT),
    Op.DIV: (Instruction.DIVIDE_INTO, Instruction.TIMES_CONSTANT),
}


ONE = Fraction(1)
_WITHIN = {
    Op.LOG: Instruction.LOG_WITHIN,
    Op.SQRT: Instruction.SQRT_WITHIN,
    Op.TAN: Instruction.TAN_WITHIN,
    Op.ASIN: Instruction.ASIN_WITHIN,
    Op.ACOS: Instruction.ACOS_WITHIN,
    Op.POSITIVE: Instruction.POSITIVE_WITHIN,
}


@dataclass(frozen=True, eq=False)
class Tape:
    """A compiled program.

    op, dst, a, b: int32 arrays, one entry an instruction. constants: the exact rationals; constant_low and
    constant_high: float64 arrays around them, equal where the rational is a float. n_registers: how many registers
    it needs.
    """

    op: NDArray[np.int32]
    dst: NDArray[np.int32]
    a: NDArray[np.int32]
    b: NDArray[np.int32]
    constants: tuple[Fraction, ...]
    constant_low: NDArray[np.float64]
    constant_high: NDArray[np.float64]
    n_registers: int
    n_variables: int
    n_outputs: int

    def __len__(self) -> int:
        return len(self.op)


def outward(value: Fraction) -> tuple[float, float]:
    """The greatest float <= value and the least float >= value (infinite beyond the range of floats)."""
    try:
        nearest = float(value)  # correctly rounded
    except OverflowError:
        return (math.nextafter(math.inf, 0), math.inf) if value > 0 else (-math.inf, math.nextafter(-math.inf, 0))
    exact = Fraction(nearest)
    if exact == value:
        return nearest, nearest
    if exact < value:
        return nearest, math.nextafter(nearest, math.inf)
    return math.nextafter(nearest, -math.inf), nearest


class _Program:
    """Instructions on as many virtual registers as there are values, before registers are shared."""

    def __init__(self) -> None:
        self.rows: list[tuple[Instruction, int, int, int]] = []
        self.constants: dict[Fraction, int] = {}
        self.values = 0

    def constant(self, value: Fraction) -> int:
        return self.constants.setdefault(value, len(self.constants))

    def emit(self, op: Instruction, a: int = -1, b: int = -1) -> int:
        self.rows.append((op, self.values, a, b))
        self.values += 1
        return self.values - 1


def compile_restricted_tape(
    graph: Graph, outputs: Sequence[int], positive: Sequence[int], edges: Sequence[int], n_variables: int, told: Fraction = ONE
) -> Tape:  # fmt: skip
    """A tape for intervals alone, which encloses the outputs at those points of a box at which they are defined; after them an output for
    each node of `positive` and `edges`, which is `told` > 0 where that node is nowhere > 0 (>= 0 for an edge) in the box, else [0,
    told]."""
    return _compiled(graph, outputs, n_variables, (*positive,), (*edges,), within=True, told=told)


def compile_tape(graph: Graph, outputs: Sequence[int], n_variables: int) -> Tape:
    """The tape that puts out the nodes `outputs` of `graph`, in this order (an output may occur again).

    Constants are folded into the instructions that use them. Raises nothing; the graph is not changed.
    """
    return _compiled(graph, outputs, n_variables, (), (), within=False)


def _compiled(
    graph: Graph, outputs: Sequence[int], n_variables: int, positive: Sequence[int], edges: Sequence[int], *, within: bool,
    told: Fraction = ONE,
) -> Tape:  # fmt: skip
    program = _Program()
    place: dict[int, int] = {}  # node -> virtual register
    functions: dict[tuple[Op, int], int] = {}  # (function, argument) -> virtual register
    powers: dict[tuple[int, int], int] = {}  # (base, exponent) -> virtual register
    wanted: dict[int, list[int]] = {}
    for number, node in enumerate(outputs):
        wanted.setdefault(node, []).append(number)

    def register(node: int) -> int:
        """The register of a node; constants get one only where an instruction needs it there."""
        if node not in place:
            place[node] = program.emit(Instruction.CONSTANT, program.constant(graph.constants[graph.left[node]]))
        return place[node]

    def power(argument: int, exponent: int) -> int:
        """The register of a power; even ones as squares of smaller ones, which are as tight, and fast."""
        if (argument, exponent) not in powers:
            half = exponent > 2 and exponent % 2 == 0
            base = power(argument, exponent // 2) if half else register(argument)
            powers[argument, exponent] = program.emit(Instruction.POW, base, 2 if half else exponent)
        return powers[argument, exponent]

    def function(op: Op, argument: int) -> int:
        if (op, argument) not in functions:
            instruction = _WITHIN.get(op, _SAME[op]) if within else _SAME[op]
            functions[op, argument] = program.emit(instruction, register(argument))
        return functions[op, argument]

    for node in graph.reachable([*outputs, *positive, *edges]):
        op, left, right = graph.ops[node], graph.left[node], graph.right[node]
        if op is Op.VAR:
            place[node] = program.emit(Instruction.VARIABLE, left)
        elif op is Op.PI:
            place[node] = program.emit(Instruction.PI)
        elif op is Op.DIV and within and graph.value(right) is None:
            place[node] = program.emit(Instruction.DIV_WITHIN, register(left), register(right))
        elif op in _WITH_CONSTANT:
            first, second = graph.value(left), graph.value(right)
            if first is not None:
                place[node] = program.emit(_WITH_CONSTANT[op][0], register(right), program.constant(first))
            elif second is not None and not (op is Op.DIV and second == 0):
                folded = -second if op is Op.SUB else 1 / second if op is Op.DIV else second
                place[node] = program.emit(_WITH_CONSTANT[op][1], register(left), program.constant(folded))
            else:
                place[node] = program.emit(_SAME[op], register(left), register(right))
        elif op is Op.POW:
            place[node] = power(left, right)
        elif op in _THROUGH:
            inner, instruction = _THROUGH[op]
            place[node] = program.emit(instruction, function(inner, left))
        elif op is not Op.CONST:
            place[node] = function(op, left)
        for number in wanted.get(node, ()):
            program.rows.append((Instruction.STORE, number, register(node), -1))
    conditions = [(node, Instruction.OUTSIDE) for node in positive] + [
        (node, Instruction.OUTSIDE_EDGE) for node in edges
    ]
    for number, (node, instruction) in enumerate(conditions, start=len(outputs)):
        flag = program.emit(instruction, register(node))
        if told != 1:
            flag = program.emit(Instruction.TIMES_CONSTANT, flag, program.constant(told))
        program.rows.append((Instruction.STORE, number, flag, -1))
    return _allocated(program, n_variables, len(outputs) + len(conditions))


_READS_BOTH = frozenset({Instruction.ADD, Instruction.SUB, Instruction.MUL, Instruction.DIV, Instruction.DIV_WITHIN})
_READS_NONE = frozenset({Instruction.VARIABLE, Instruction.CONSTANT, Instruction.PI})


def _reads(row: tuple[Instruction, int, int, int]) -> set[int]:
    if row[0] in _READS_NONE:
        return set()
    return {row[2], row[3]} if row[0] in _READS_BOTH else {row[2]}


def _allocated(program: _Program, n_variables: int, n_outputs: int) -> Tape:
    """Map the virtual registers to as few as their lifetimes allow; values that are never read go."""
    last_use: dict[int, int] = {}
    for position, row in enumerate(program.rows):
        for register in _reads(row):
            last_use[register] = position
    home: dict[int, int] = {}
    free: list[int] = []
    n_registers = 0
    rows: list[tuple[int, int, int, int]] = []
    for position, row in enumerate(program.rows):
        op, dst, a, b = row
        if op is not Instruction.STORE:
            if dst not in last_use:
                continue
            if not free:
                free.append(n_registers)
                n_registers += 1
            home[dst] = free.pop()
            dst = home[dst]
        read = _reads(row)
        rows.append((int(op), dst, home[a] if a in read else a, home[b] if op in _READS_BOTH else b))
        # Only now: an instruction must not write where it reads.
        free.extend(home[register] for register in sorted(read) if last_use[register] == position)
    columns = np.array(rows, dtype=np.int32).reshape(-1, 4).T
    op_column, dst_column, a_column, b_column = (np.ascontiguousarray(column) for column in columns)
    pairs = np.array([outward(value) for value in program.constants], dtype=np.float64).reshape(-1, 2)
    return Tape(
        op_column, dst_column, a_column, b_column, tuple(program.constants),
        np.ascontiguousarray(pairs[:, 0]), np.ascontiguousarray(pairs[:, 1]),
        n_registers, n_variables, n_outputs,
    )  # fmt: skip
