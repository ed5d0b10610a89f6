"""Proving that a system of equations has no zero far away: boxes closed by interval evaluation alone.

Boxes may have infinite ends. A box is closed when some component's enclosure over it does not hold zero; else its
widest side is split, an unbounded side at 0 or at twice its finite end.
"""

from __future__ import annotations

import numpy as np

from strictsaddle.arithmetic.arrays import Floats
from strictsaddle.arithmetic.compilation import compiled
from strictsaddle.arithmetic.entry import evaluate
from strictsaddle.arithmetic.evaluate import Program, interval_program
from strictsaddle.arithmetic.tape import Tape
from strictsaddle.covering.box_tests import excludes_zero
from strictsaddle.covering.boxes import copy_row, put_halves, widest_side

LEAST_WIDTH = 1e-6
GREATEST = 1e30


@compiled
def _exclude(
    system: Program, outputs: int, stack_lo: Floats, stack_hi: Floats, top: int, limit: int, floor: float
) -> int:
    """Number of boxes used when every box of the stack could be closed; minus that number when not."""
    batch = 64
    n = stack_lo.shape[1]
    lo, hi = np.empty((batch, n)), np.empty((batch, n))
    v_lo, v_hi = np.empty((batch, outputs)), np.empty((batch, outputs))
    boxes = 0
    while top > 0:
        if boxes >= limit or top + 2 * batch >= stack_lo.shape[0]:
            return -boxes - 1
        count = min(batch, top)
        top -= count
        boxes += count
        for b in range(count):
            copy_row(lo, b, stack_lo, top + b)
            copy_row(hi, b, stack_hi, top + b)
        evaluate(system, count, lo, hi, v_lo, v_hi)
        for b in range(count):
            if excludes_zero(v_lo, v_hi, b):
                continue
            best, where, most = widest_side(lo, hi, b, floor)
            if best < 0 or most < LEAST_WIDTH or abs(where) > GREATEST:
                return -boxes - 1
            top = put_halves(stack_lo, stack_hi, top, lo, hi, b, best, where)
    return boxes


def excluded(
    system: Tape, outputs: int, lower: Floats, upper: Floats, limit: int, floor: float = 1.0
) -> tuple[bool, int]:
    """Whether the system (a tape with `outputs` outputs) is proved to have no zero in the boxes (rows of lower, upper).

    Returns that and the number of boxes used, at most about `limit`. `floor` is the first finite split of a half-line.
    """
    count, n = lower.shape
    stack_lo, stack_hi = np.empty((count + 20_000, n)), np.empty((count + 20_000, n))
    stack_lo[:count], stack_hi[:count] = lower, upper
    used = int(_exclude(interval_program(system), outputs, stack_lo, stack_hi, count, limit, floor))
    return used >= 0, abs(used)
