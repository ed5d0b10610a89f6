"""A stack of boxes in compiled code: rows are copied, cut in two and put back, and what became of a box is noted."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from strictsaddle.arithmetic.arrays import Bytes, Floats, Integers
from strictsaddle.arithmetic.compilation import compiled, inlined


class Stack(NamedTuple):
    """Boxes, (capacity, n) each, of which the first so many rows are in use; and a mode for each, (capacity,)."""

    lower: Floats
    upper: Floats
    mode: Bytes


@compiled
def copy_row(target: Floats, i: int, source: Floats, j: int) -> None:
    """target[i] = source[j]."""
    for k in range(source.shape[1]):
        target[i, k] = source[j, k]


RECORDS = 4  # of all counters the field that counts the bytes of the record


@compiled
def note(record: Bytes, counters: Integers, code: int) -> None:
    """Write one byte of the record."""
    record[counters[RECORDS]] = code
    counters[RECORDS] += 1


@compiled
def put_halves(
    stack_lo: Floats, stack_hi: Floats, top: int, lo: Floats, hi: Floats, b: int, side: int, cut: float
) -> int:
    """Put both halves of the box in row b of lo, hi, split at `cut`, on the stack, the lower one first; the new top."""
    for half in range(2):
        copy_row(stack_lo, top, lo, b)
        copy_row(stack_hi, top, hi, b)
        if half == 0:
            stack_hi[top, side] = cut
        else:
            stack_lo[top, side] = cut
        top += 1
    return top


def halves(low: Floats, high: Floats, side: Integers, cut: Floats) -> tuple[Floats, Floats] | None:
    """Both halves of each box (rows), all lower ones first, split at `cut` across its side of the number `side`; None where a cut is at an
    end."""
    rows = np.arange(len(low))
    if np.any((cut <= low[rows, side]) | (cut >= high[rows, side])):
        return None
    first, second = high.copy(), low.copy()
    first[rows, side] = second[rows, side] = cut
    return np.concatenate([low, second]), np.concatenate([first, high])


@inlined
def cut_of(low: float, high: float, floor: float) -> tuple[float, float]:
    """Where to split [low, high], and how wide it counts: an unbounded side as the wider the nearer its end is, so that after some
    splits other sides have their turn. floor: the first finite split of a half-line."""
    if low == -np.inf and high == np.inf:
        return 0.0, np.inf
    if high == np.inf:
        end = max(2.0 * low, floor)
        return end, max(256.0 * floor / (1.0 + end), 2e-6)
    if low == -np.inf:
        end = min(2.0 * high, -floor)
        return end, max(256.0 * floor / (1.0 - end), 2e-6)
    return 0.5 * low + 0.5 * high, high - low


@compiled
def widest_side(lo: Floats, hi: Floats, b: int, floor: float) -> tuple[int, float, float]:
    """The side of the box in row b that counts as the widest and can be split, where to split it, and how wide it counts; -1 when
    there is none."""
    best, where, most = -1, 0.0, 0.0
    for i in range(lo.shape[1]):
        middle, width = cut_of(lo[b, i], hi[b, i], floor)
        if width > most and lo[b, i] < middle < hi[b, i]:
            best, where, most = i, middle, width
    return best, where, most
