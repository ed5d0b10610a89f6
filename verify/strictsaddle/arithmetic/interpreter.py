"""The interval interpreter of tapes: compiled once a machine, not once an objective.

Boxes are taken BATCH at a time. Each register holds one interval a box of the batch, so that an instruction is one
loop over contiguous rows, which becomes vector instructions, and a batch's registers stay in the processor's
nearest cache.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from strictsaddle.arithmetic import elementary_rows as elementary
from strictsaddle.arithmetic import interval_operations as arithmetic
from strictsaddle.arithmetic import restricted_rows as restricted
from strictsaddle.arithmetic.compilation import spliced
from strictsaddle.arithmetic.directed_rounding import is_ieee
from strictsaddle.arithmetic.tape import Instruction

BATCH = 64
PI_LOW = math.pi  # 3.141592653589793 < pi < 3.1415926535897936
PI_HIGH = math.nextafter(math.pi, 4.0)

Array = Any
VARIABLE, CONSTANT, PI, STORE = (int(k) for k in list(Instruction)[:4])
ADD, SUB, MUL, DIV = (int(k) for k in list(Instruction)[4:8])
ADD_CONSTANT, SUBTRACT_FROM, TIMES_CONSTANT, DIVIDE_INTO = (int(k) for k in list(Instruction)[8:12])
NEG, POW, EXP, LOG, SQRT, SIN, COS, TAN = (int(k) for k in list(Instruction)[12:20])
ASIN, ACOS, ATAN, SINH, COSH, TANH, SIGMOID, SOFTPLUS = (int(k) for k in list(Instruction)[20:28])
ERF, RELU, ABS, STEP, SIGN, POSITIVE = (int(k) for k in list(Instruction)[28:34])
TANH1_OF, TANH2_OF, SIGMOID1_OF, SIGMOID2_OF = (int(k) for k in list(Instruction)[34:38])
DIV_WITHIN, LOG_WITHIN, SQRT_WITHIN, TAN_WITHIN = (int(k) for k in list(Instruction)[38:42])
ASIN_WITHIN, ACOS_WITHIN, POSITIVE_WITHIN, OUTSIDE, OUTSIDE_EDGE = (int(k) for k in list(Instruction)[42:47])

add_rows, subtract_rows = arithmetic.add_rows, arithmetic.subtract_rows
multiply_rows, divide_rows = arithmetic.multiply_rows, arithmetic.divide_rows
add_constant_row, subtract_from_row = arithmetic.add_constant_row, arithmetic.subtract_from_row
times_constant_row, divide_into_row = arithmetic.times_constant_row, arithmetic.divide_into_row
constant_row, negate_row, power_row = arithmetic.constant_row, arithmetic.negate_row, arithmetic.power_row
exp_row, log_row, sqrt_row, sin_row = (
    elementary.exp_row,
    elementary.log_row,
    elementary.sqrt_row,
    elementary.sin_row,
)
cos_row, tan_row, asin_row, acos_row = (
    elementary.cos_row,
    elementary.tan_row,
    elementary.asin_row,
    elementary.acos_row,
)
atan_row, sinh_row, cosh_row = elementary.atan_row, elementary.sinh_row, elementary.cosh_row
tanh_row, sigmoid_row, softplus_row = elementary.tanh_row, elementary.sigmoid_row, elementary.softplus_row
erf_row, relu_row, abs_row = elementary.erf_row, elementary.relu_row, elementary.abs_row
step_row, positive_row = elementary.step_row, elementary.positive_row
tanh1_row, tanh2_row = elementary.tanh1_row, elementary.tanh2_row
sigmoid1_row, sigmoid2_row = elementary.sigmoid1_row, elementary.sigmoid2_row
divide_within_row, log_within_row, root_within_row = (
    restricted.divide_within_row,
    restricted.log_within_row,
    restricted.root_within_row,
)
tan_within_row, asin_within_row, acos_within_row = (
    restricted.tan_within_row,
    restricted.asin_within_row,
    restricted.acos_within_row,
)
positive_within_row, outside_row = restricted.positive_within_row, restricted.outside_row


@spliced
def run_tape(
    op: Array, dst: Array, a: Array, b: Array, constant_low: Array, constant_high: Array, n_registers: int,
    low: Array, high: Array, out_low: Array, out_high: Array,
) -> None:  # fmt: skip
    """Enclose the tape's outputs on m boxes. Callable from other compiled code; holds no lock and no state.

    op ... n_registers: as in `Tape`. low, high: (m, n), the boxes' ends, C-contiguous, low <= high, infinite ends
    allowed. out_low, out_high: (m, n_outputs), C-contiguous, written: for each box an interval that contains the
    output's value at every real point of the box, or [nan, nan] when some operation is undefined at some point of
    it (or of what was enclosed on the way).
    """
    m = low.shape[0]
    if not is_ieee(float(n_registers)):  # no rounding argument holds: nothing is claimed
        out_low[:, :] = np.nan
        out_high[:, :] = np.nan
        return
    lo = np.empty((n_registers, BATCH))
    hi = np.empty((n_registers, BATCH))
    for start in range(0, m, BATCH):
        n = min(BATCH, m - start)
        for k in range(op.shape[0]):
            code = op[k]
            x = a[k]
            y = b[k]
            if code == STORE:
                zl, zh = lo[x], hi[x]
                column = dst[k]
                for j in range(n):
                    out_low[start + j, column] = zl[j]
                    out_high[start + j, column] = zh[j]
                continue
            zl, zh = lo[dst[k], :n], hi[dst[k], :n]
            if code == VARIABLE:
                for j in range(n):
                    zl[j] = low[start + j, x]
                    zh[j] = high[start + j, x]
            elif code == CONSTANT:
                constant_row(zl, zh, constant_low[x], constant_high[x])
            elif code == PI:
                constant_row(zl, zh, PI_LOW, PI_HIGH)
            elif code == ADD:
                add_rows(zl, zh, lo[x, :n], hi[x, :n], lo[y, :n], hi[y, :n])
            elif code == SUB:
                subtract_rows(zl, zh, lo[x, :n], hi[x, :n], lo[y, :n], hi[y, :n])
            elif code == MUL:
                multiply_rows(zl, zh, lo[x, :n], hi[x, :n], lo[y, :n], hi[y, :n])
            elif code == DIV:
                divide_rows(zl, zh, lo[x, :n], hi[x, :n], lo[y, :n], hi[y, :n])
            elif code == ADD_CONSTANT:
                add_constant_row(zl, zh, lo[x, :n], hi[x, :n], constant_low[y], constant_high[y])
            elif code == SUBTRACT_FROM:
                subtract_from_row(zl, zh, lo[x, :n], hi[x, :n], constant_low[y], constant_high[y])
            elif code == TIMES_CONSTANT:
                times_constant_row(zl, zh, lo[x, :n], hi[x, :n], constant_low[y], constant_high[y])
            elif code == DIVIDE_INTO:
                divide_into_row(zl, zh, lo[x, :n], hi[x, :n], constant_low[y], constant_high[y])
            elif code == DIV_WITHIN:
                divide_within_row(zl, zh, lo[x, :n], hi[x, :n], lo[y, :n], hi[y, :n])
            elif code == POW:
                power_row(zl, zh, lo[x, :n], hi[x, :n], y)
            else:
                apply_function(code, zl, zh, lo[x, :n], hi[x, :n])


@spliced
def apply_function(code: int, zl: Array, zh: Array, xl: Array, xh: Array) -> None:
    """The instructions of one operand."""
    if code == NEG:
        negate_row(zl, zh, xl, xh)
    elif code == TANH:
        tanh_row(zl, zh, xl, xh)
    elif code == TANH1_OF:
        tanh1_row(zl, zh, xl, xh)
    elif code == TANH2_OF:
        tanh2_row(zl, zh, xl, xh)
    elif code == EXP:
        exp_row(zl, zh, xl, xh)
    elif code == LOG:
        log_row(zl, zh, xl, xh)
    elif code == SQRT:
        sqrt_row(zl, zh, xl, xh)
    elif code == SIN:
        sin_row(zl, zh, xl, xh)
    elif code == COS:
        cos_row(zl, zh, xl, xh)
    elif code == TAN:
        tan_row(zl, zh, xl, xh)
    elif code == ASIN:
        asin_row(zl, zh, xl, xh)
    elif code == ACOS:
        acos_row(zl, zh, xl, xh)
    elif code == ATAN:
        atan_row(zl, zh, xl, xh)
    elif code == SINH:
        sinh_row(zl, zh, xl, xh)
    elif code == COSH:
        cosh_row(zl, zh, xl, xh)
    elif code == SIGMOID:
        sigmoid_row(zl, zh, xl, xh)
    elif code == SOFTPLUS:
        softplus_row(zl, zh, xl, xh)
    elif code == ERF:
        erf_row(zl, zh, xl, xh)
    elif code == RELU:
        relu_row(zl, zh, xl, xh)
    elif code == ABS:
        abs_row(zl, zh, xl, xh)
    elif code == STEP:
        step_row(zl, zh, xl, xh, 0.0)
    elif code == SIGN:
        step_row(zl, zh, xl, xh, -1.0)
    elif code == POSITIVE:
        positive_row(zl, zh, xl, xh)
    elif code == SIGMOID1_OF:
        sigmoid1_row(zl, zh, xl, xh)
    elif code == SIGMOID2_OF:
        sigmoid2_row(zl, zh, xl, xh)
    elif code == LOG_WITHIN:
        log_within_row(zl, zh, xl, xh)
    elif code == SQRT_WITHIN:
        root_within_row(zl, zh, xl, xh)
    elif code == TAN_WITHIN:
        tan_within_row(zl, zh, xl, xh)
    elif code == ASIN_WITHIN:
        asin_within_row(zl, zh, xl, xh)
    elif code == ACOS_WITHIN:
        acos_within_row(zl, zh, xl, xh)
    elif code == POSITIVE_WITHIN:
        positive_within_row(zl, zh, xl, xh)
    elif code == OUTSIDE:
        outside_row(zl, zh, xl, xh, 1.0)
    elif code == OUTSIDE_EDGE:
        outside_row(zl, zh, xl, xh, 0.0)
    else:
        for j in range(zl.shape[0]):  # no such instruction: nothing is claimed
            zl[j] = np.nan
            zh[j] = np.nan
