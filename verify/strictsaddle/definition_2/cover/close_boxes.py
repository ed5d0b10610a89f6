"""The search over boxes for Definition 2, compiled: boxes from a stack are closed by one of the three conditions, or split.

The tests are those of `trichotomy`; as in `covering.explore`, the result depends on nothing but the arguments.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from strictsaddle.arithmetic.arrays import Bytes, Floats, Integers
from strictsaddle.arithmetic.compilation import compiled
from strictsaddle.arithmetic.entry import evaluate
from strictsaddle.arithmetic.evaluate import Program
from strictsaddle.covering.box_tests import outside, radii, upper_index
from strictsaddle.covering.boxes import RECORDS, copy_row, note, put_halves
from strictsaddle.definition_2.cover.trichotomy import (
    is_curved,
    least_square,
    lies_in_a_ball,
    shifted,
    side_to_cut,
    slope_is_large,
)

BATCH = 64
# Codes of the record, bytes in the order of the work, from which the tree of boxes can be told again. Of a batch come first,
# box by box from the top of the stack, OUTSIDE or TAKEN; then, for those taken, NEAR, LARGE or KEPT; then, for those kept,
# LARGE_BY_SLOPE, CURVED, TOO_SMALL, or SPLIT_BASE + k: split in the middle of coordinate k, the lower half on the stack first.
OUTSIDE, TAKEN, NEAR, LARGE, KEPT, LARGE_BY_SLOPE, CURVED, TOO_SMALL = 0, 1, 2, 3, 4, 5, 6, 7
SPLIT_BASE = 16
BOXES, STUCK, LEFT = 0, 1, 2  # fields of the counters; RECORDS is 4


class PatchPrograms(NamedTuple):
    """The interval programs of a `Patch`, and its numbers n and k. natural: of its natural domain, with so many outputs; none, 0, where
    that is the whole space, and then it is not run."""

    place_slope: Program
    shape: Program
    ambient: int
    slopes: int
    natural: Program
    outputs: int


class Conditions(NamedTuple):
    """What closes a box. square: epsilon^2 rounded up; gamma rounded up; c_lo, c_hi: (k, n) enclosures of the balls' centres,
    radius_squared: (k,) rounded down; half_spaces: rows c, where nothing outside of c.w >= 0 needs a proof."""

    square: float
    gamma: float
    c_lo: Floats
    c_hi: Floats
    radius_squared: Floats
    half_spaces: Floats
    least_width: float


class Closed(NamedTuple):
    """What is written. counters: see above; stuck: (., 2, m), boxes that nothing closes and that are too small to split; record:
    bytes."""

    counters: Integers
    stuck: Floats
    record: Bytes


@compiled
def close_boxes(
    patch: PatchPrograms,
    stack_lo: Floats,
    stack_hi: Floats,
    top: int,
    limit: int,
    conditions: Conditions,
    closed: Closed,
) -> None:
    """Work on the first `top` boxes of the stack for at most about `limit` boxes, depth first. On return the first counters[LEFT] rows
    of the stack are still open."""
    place_slope, shape, ambient, slopes, natural, outputs = patch
    square, gamma, c_lo, c_hi, radius_squared, half_spaces, least_width = conditions
    counters, stuck, record = closed
    n, m = ambient, stack_lo.shape[1]
    at = upper_index(m)
    triangle = m * (m + 1) // 2
    first, second = slopes * m, slopes * m + triangle
    lo, hi, mid, rad = np.empty((BATCH, m)), np.empty((BATCH, m)), np.empty((BATCH, m)), np.empty((BATCH, m))
    p_lo, p_hi = np.empty((BATCH, n + slopes)), np.empty((BATCH, n + slopes))
    s_lo, s_hi = np.empty((BATCH, second + triangle)), np.empty((BATCH, second + triangle))
    h_lo, h_hi = np.empty(triangle), np.empty(triangle)
    middle, q, vector = np.empty((m, m)), np.empty((m, m)), np.empty(m)
    r_lo, r_hi = np.empty((BATCH, outputs)), np.empty((BATCH, outputs))
    while top > 0 and counters[BOXES] < limit:
        full = counters[STUCK] + BATCH >= stuck.shape[0] or counters[RECORDS] + 3 * BATCH + top >= record.size
        if full or top + 2 * BATCH >= stack_lo.shape[0]:
            break
        count = 0
        while top > 0 and count < BATCH:
            top -= 1
            counters[BOXES] += 1
            if outside(half_spaces, stack_lo, stack_hi, top):
                note(record, counters, OUTSIDE)
                continue
            note(record, counters, TAKEN)
            copy_row(lo, count, stack_lo, top)
            copy_row(hi, count, stack_hi, top)
            count += 1
        evaluate(place_slope, count, lo, hi, p_lo, p_hi)
        if outputs > 0:
            evaluate(natural, count, lo, hi, r_lo, r_hi)
        kept = 0
        for b in range(count):
            if lies_in_a_ball(p_lo[b, :n], p_hi[b, :n], c_lo, c_hi, radius_squared):
                note(record, counters, NEAR)
                continue
            large = outputs > 0 and least_square(r_lo[b], r_hi[b]) >= square
            if large or least_square(p_lo[b, n:], p_hi[b, n:]) >= square:
                note(record, counters, LARGE)
                continue
            note(record, counters, KEPT)
            copy_row(lo, kept, lo, b)
            copy_row(hi, kept, hi, b)
            radii(lo[kept], hi[kept], mid[kept], rad[kept])
            kept += 1
        if kept == 0:
            continue
        evaluate(place_slope, kept, mid, mid, p_lo, p_hi)
        evaluate(shape, kept, lo, hi, s_lo, s_hi)
        for b in range(kept):
            j_lo, j_hi = s_lo[b, :first], s_hi[b, :first]
            if slope_is_large(p_lo[b, n:], p_hi[b, n:], j_lo, j_hi, rad[b], square):
                note(record, counters, LARGE_BY_SLOPE)
                continue
            shifted(s_lo[b, first:second], s_hi[b, first:second], s_lo[b, second:], s_hi[b, second:], gamma, h_lo, h_hi)
            if is_curved(h_lo, h_hi, at, middle, q, vector):
                note(record, counters, CURVED)
                continue
            side = side_to_cut(lo[b], hi[b], j_lo, j_hi, least_width)
            if side < 0:
                note(record, counters, TOO_SMALL)
                copy_row(stuck[counters[STUCK]], 0, lo, b)
                copy_row(stuck[counters[STUCK]], 1, hi, b)
                counters[STUCK] += 1
                continue
            note(record, counters, SPLIT_BASE + side)
            cut = 0.5 * lo[b, side] + 0.5 * hi[b, side]
            top = put_halves(stack_lo, stack_hi, top, lo, hi, b, side, cut)
    counters[LEFT] = top
