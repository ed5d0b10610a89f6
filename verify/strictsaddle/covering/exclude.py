"""Proving that a system of equations has no zero far away: boxes closed by interval evaluation alone.

Boxes may have infinite ends. A box is closed when some component's enclosure over it does not hold zero; else its
widest side is split, an unbounded side at 0 or at twice its finite end.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from strictsaddle.arithmetic.compilation import compiled, inlined
from strictsaddle.arithmetic.entry import evaluate
from strictsaddle.arithmetic.evaluate import interval_program
from strictsaddle.arithmetic.tape import Tape
from strictsaddle.covering.box_tests import excludes_zero
from strictsaddle.covering.explore import copy_row

Array = np.ndarray[Any, np.dtype[np.float64]]
LEAST_WIDTH = 1e-6
GREATEST = 1e30


@inlined
def _cut(low: Any, high: Any, floor: Any) -> Any:
    """Where to split [low, high], and how wide it counts (an unbounded side counts as the wider the nearer its end
    is)."""
    if low == -np.inf and high == np.inf:
        return 0.0, np.inf
    if high == np.inf:
        end = max(2.0 * low, floor)
        return end, 1e200 / (1.0 + end)
    if low == -np.inf:
        end = min(2.0 * high, -floor)
        return end, 1e200 / (1.0 - end)
    return 0.5 * low + 0.5 * high, high - low


@compiled
def _exclude(system: Any, outputs: Any, stack_lo: Any, stack_hi: Any, top: Any, limit: Any, floor: Any) -> Any:
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
            best, most, where = -1, 0.0, 0.0
            for i in range(n):
                middle, width = _cut(lo[b, i], hi[b, i], floor)
                if width > most and lo[b, i] < middle < hi[b, i]:
                    best, most, where = i, width, middle
            if best < 0 or most < LEAST_WIDTH or abs(where) > GREATEST:
                return -boxes - 1
            for half in range(2):
                copy_row(stack_lo, top, lo, b)
                copy_row(stack_hi, top, hi, b)
                if half == 0:
                    stack_hi[top, best] = where
                else:
                    stack_lo[top, best] = where
                top += 1
    return boxes


def excluded(
    system: Tape, outputs: int, lower: Array, upper: Array, limit: int, floor: float = 1.0
) -> tuple[bool, int]:
    """Whether the system (a tape with `outputs` outputs) is proved to have no zero in the boxes (rows of lower, upper).

    Returns that and the number of boxes used, at most about `limit`. `floor` is the first finite split of a half-line.
    """
    count, n = lower.shape
    stack_lo, stack_hi = np.empty((count + 20_000, n)), np.empty((count + 20_000, n))
    stack_lo[:count], stack_hi[:count] = lower, upper
    used = int(_exclude(interval_program(system), outputs, stack_lo, stack_hi, count, limit, floor))
    return used >= 0, abs(used)
