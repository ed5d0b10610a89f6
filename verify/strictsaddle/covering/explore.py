"""One chunk of the branch and bound, compiled: boxes from a stack are closed by a test, narrowed, or split.

The search is depth first, so the stack stays short; a chunk takes the boxes it is given, works until they are all
closed or until its share of boxes is used up, and hands back what is still open. Its result depends on nothing but
its arguments, which makes the whole search the same for any number of workers.

Modes of a box are those of `box_tests`: a box that is not OPEN no longer matters for Definition 1 and is worked on only
to list the stationary points in it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from strictsaddle.arithmetic.approximate_algebra import inverse
from strictsaddle.arithmetic.arrays import Bytes, Flags, Floats, Integers
from strictsaddle.arithmetic.compilation import compiled
from strictsaddle.arithmetic.entry import evaluate
from strictsaddle.arithmetic.evaluate import Program
from strictsaddle.covering.box_tests import (
    OPEN,
    SADDLES,
    beyond,
    curvature,
    excludes_zero,
    middle_hessian,
    outside,
    radii,
    tighten_by_mean_value,
    upper_index,
)
from strictsaddle.covering.boxes import RECORDS, Stack, copy_row, note, put_halves
from strictsaddle.covering.krawczyk_tests import EMPTY, INSIDE, NARROWED, narrow_block, newton

BATCH = 64

# Codes of the record, bytes in the order of the work, from which the whole tree of boxes can be told again without a
# test. Of a batch come first, box by box from the top of the stack, OUTSIDE or TAKEN; then, for those taken, GRADIENT
# or KEPT; then, for those kept, what became of them: SADDLES or MINIMA may stand before, UNWANTED closes a box of saddles
# where none are listed, and SPLIT_BASE + k splits it in the middle of variable k: the lower half goes on the stack first.
# The ends of narrowed boxes, which depend on rounding, are kept beside the record, in their order.
RECORD_OUTSIDE, RECORD_GRADIENT, RECORD_MEAN_VALUE, RECORD_NEWTON = 0, 1, 2, 3
RECORD_SADDLES, RECORD_MINIMA, RECORD_POINT, RECORD_STUCK, RECORD_NARROWED, RECORD_UNLISTED = 4, 5, 6, 7, 8, 9
RECORD_BLOCK, RECORD_BLOCK_NARROWED, RECORD_TAKEN, RECORD_KEPT, RECORD_UNWANTED = 10, 11, 12, 13, 14
MOST_BYTES = 4  # of the record, for one box
SPLIT_BASE = 16

# Fields of the counters.
BOXES, POINTS, STUCK, UNLISTED, LEFT, UNLISTED_MINIMA, ENDS = 0, 1, 2, 3, 5, 6, 7  # RECORDS is 4


@compiled
def put_narrowed(stack: Stack, top: int, ends: Floats, counters: Integers, box: Floats, mode: int) -> int:
    """Put a narrowed box (2, n) on the stack, and keep its ends; the new top."""
    copy_row(stack.lower, top, box, 0)
    copy_row(stack.upper, top, box, 1)
    stack.mode[top] = mode
    copy_row(ends[counters[ENDS]], 0, box, 0)
    copy_row(ends[counters[ENDS]], 1, box, 1)
    counters[ENDS] += 1
    return top + 1


@compiled
def put_aside(record: Bytes, counters: Integers, stuck: Floats, lo: Floats, hi: Floats, b: int, mode: int) -> None:
    """Note that the box in row b of lo, hi, of that mode, is not worked on any further: it is stuck, or of known kind and not listed."""
    if mode == OPEN:
        note(record, counters, RECORD_STUCK)
        copy_row(stuck[counters[STUCK]], 0, lo, b)
        copy_row(stuck[counters[STUCK]], 1, hi, b)
        counters[STUCK] += 1
    else:
        note(record, counters, RECORD_UNLISTED)
        counters[UNLISTED] += 1
        if mode != SADDLES:
            counters[UNLISTED_MINIMA] += 1


@compiled
def is_small(lo: Floats, hi: Floats, least_width: float) -> bool:
    """Whether all sides are below least_width times the box's distance from 0 (1 at least)."""
    for i in range(lo.size):  # noqa: SIM110 (as above)
        if hi[i] - lo[i] > least_width * max(1.0, abs(lo[i]), abs(hi[i])):
            return False
    return True


@compiled
def side_to_split(lo: Floats, hi: Floats, h_lo: Floats, h_hi: Floats, at: Integers, determined: Flags) -> int:
    """The side k with the largest sum_i |dg_i/dw_k| times width; -1 when no side has a double strictly inside.

    Unknowns with determined[k] are wide only because the others are: they are split only when no other can be.
    """
    n = lo.size
    best, most = -1, -1.0
    for free in range(2):
        for k in range(n):
            width = hi[k] - lo[k]
            if (free == 0 and determined[k]) or not lo[k] < 0.5 * lo[k] + 0.5 * hi[k] < hi[k]:
                continue
            smear = 0.0
            for i in range(n):
                slope = max(-h_lo[at[i, k]], h_hi[at[i, k]])
                smear += min(slope, 1e100) * width if slope == slope else 1e100 * width
            if smear > most:
                best, most = k, smear
        if best >= 0:
            return best
    return best


class Asked(NamedTuple):
    """What is known of the stationary points, and wanted. half_spaces: rows c, c.w >= 0 where they are looked for. weights, level:
    sum_i weights[i] * w_i^2 <= level at each of them (weights all 0: nothing is known). block: unknowns in which the gradient is
    affine, or nearly so, whatever the others are (`block.determined_unknowns`); may be empty. least_width: see `is_small`; such boxes
    are not split any further. restricted: whether there is a natural domain smaller than the space (see `explore`). listing: whether all
    stationary points are to be listed (else SADDLES boxes are closed at once; minima are always listed)."""

    half_spaces: Floats
    weights: Floats
    level: float
    block: Integers
    least_width: float
    listing: bool
    restricted: bool


class Told(NamedTuple):
    """What is written. counters: see above. points: (., 2, 2, n), for each point found a box in which it is the only one, and one that
    encloses it tighter. stuck: (., 2, n) OPEN boxes that are too small to split. record: bytes; ends: (., 2, n), the narrowed
    boxes in their order."""

    counters: Integers
    points: Floats
    stuck: Floats
    record: Bytes
    ends: Floats


@compiled
def explore(
    gradient: Program, hessian: Program, restricted: Program, outputs: int, stack: Stack, top: int, limit: int, asked: Asked,
    told: Told,
) -> None:  # fmt: skip
    """Work on the first `top` boxes of the stack for at most about `limit` boxes.

    gradient, hessian: programs (`evaluate.interval_program`) for g (n outputs) and for the upper triangle of H. restricted: a program
    with so many `outputs`, all of whose enclosures hold 0 on a box with a stationary point (`derive.definedness`); not run unless asked.
    On return the first counters[LEFT] rows of the stack are still open.
    """
    stack_lo, stack_hi, stack_mode = stack
    half_spaces, weights, level, block, least_width, listing, natural = asked
    counters, point_boxes, stuck, record, ends = told
    n = stack_lo.shape[1]
    at = upper_index(n)
    triangle = n * (n + 1) // 2
    lo, hi, mode = np.empty((BATCH, n)), np.empty((BATCH, n)), np.empty(BATCH, dtype=np.uint8)
    mid, rad = np.empty((BATCH, n)), np.empty((BATCH, n))
    g_lo, g_hi, c_lo, c_hi = (
        np.empty((BATCH, n)),
        np.empty((BATCH, n)),
        np.empty((BATCH, n)),
        np.empty((BATCH, n)),
    )
    h_lo, h_hi = np.empty((BATCH, triangle)), np.empty((BATCH, triangle))
    middle, q, y, larger = np.empty((n, n)), np.empty((n, n)), np.empty((n, n)), np.empty((2, n))
    new, vector = np.empty((2, n)), np.empty(n)
    p_lo, p_hi, determined = np.empty((BATCH, n)), np.empty((BATCH, n)), np.zeros(n, dtype=np.bool_)
    part_lo, part_hi = np.empty((BATCH, n)), np.empty((BATCH, n))
    r_lo, r_hi = np.empty((BATCH, outputs)), np.empty((BATCH, outputs))
    capacity = stack_lo.shape[0]

    while top > 0 and counters[BOXES] < limit:
        if (counters[POINTS] + BATCH >= point_boxes.shape[0] or counters[STUCK] + BATCH >= stuck.shape[0]
                or top + 2 * BATCH >= capacity or counters[RECORDS] + MOST_BYTES * BATCH + top >= record.size):  # fmt: skip
            break
        count = 0
        while top > 0 and count < BATCH:
            top -= 1
            counters[BOXES] += 1
            if outside(half_spaces, stack_lo, stack_hi, top) or beyond(weights, level, stack_lo, stack_hi, top):
                note(record, counters, RECORD_OUTSIDE)
                continue
            note(record, counters, RECORD_TAKEN)
            copy_row(lo, count, stack_lo, top)
            copy_row(hi, count, stack_hi, top)
            mode[count] = stack_mode[top]
            count += 1
        evaluate(gradient, count, lo, hi, g_lo, g_hi)
        if natural:
            evaluate(restricted, count, lo, hi, r_lo, r_hi)
        kept = 0
        for b in range(count):
            if excludes_zero(g_lo, g_hi, b) or (natural and excludes_zero(r_lo, r_hi, b)):
                note(record, counters, RECORD_GRADIENT)
                continue
            note(record, counters, RECORD_KEPT)
            copy_row(lo, kept, lo, b)
            copy_row(hi, kept, hi, b)
            copy_row(g_lo, kept, g_lo, b)
            copy_row(g_hi, kept, g_hi, b)
            mode[kept] = mode[b]
            radii(lo[kept], hi[kept], mid[kept], rad[kept])
            kept += 1
        if kept == 0:
            continue
        evaluate(gradient, kept, mid, mid, c_lo, c_hi)
        evaluate(hessian, kept, lo, hi, h_lo, h_hi)
        if block.size:
            for b in range(kept):
                copy_row(part_lo, b, lo, b)
                copy_row(part_hi, b, hi, b)
                for k in block:
                    part_lo[b, k] = part_hi[b, k] = mid[b, k]
            evaluate(gradient, kept, part_lo, part_hi, p_lo, p_hi)
        for b in range(kept):
            if tighten_by_mean_value(c_lo[b], c_hi[b], h_lo[b], h_hi[b], rad[b], g_lo[b], g_hi[b], at):
                note(record, counters, RECORD_MEAN_VALUE)
                continue
            contracts = False
            if block.size:
                state, contracts = narrow_block(block, lo[b], hi[b], mid[b], p_lo[b], p_hi[b], h_lo[b], h_hi[b], at, q,
                                                y, new[0], new[1])  # fmt: skip
                if state == EMPTY:
                    note(record, counters, RECORD_BLOCK)
                    continue
                if state == NARROWED:
                    note(record, counters, RECORD_BLOCK_NARROWED)
                    top = put_narrowed(stack, top, ends, counters, new, mode[b])
                    continue
                for k in block:
                    determined[k] = contracts
            bounded = middle_hessian(h_lo[b], h_hi[b], at, middle)
            if bounded and mode[b] == OPEN:
                mode[b] = curvature(h_lo[b], h_hi[b], at, middle, q, vector)
                if mode[b] != OPEN:
                    note(record, counters, RECORD_SADDLES if mode[b] == SADDLES else RECORD_MINIMA)
                middle_hessian(h_lo[b], h_hi[b], at, middle)
            if mode[b] == SADDLES and not listing:
                note(record, counters, RECORD_UNWANTED)
                continue
            if bounded and inverse(middle, y):
                state = newton(gradient, hessian, lo[b], hi[b], mid[b], rad[b], c_lo[b], c_hi[b], h_lo[b], h_hi[b], at,
                               y, larger, new[0], new[1])  # fmt: skip
                if state == EMPTY:
                    note(record, counters, RECORD_NEWTON)
                    continue
                if state == INSIDE:
                    note(record, counters, RECORD_POINT)
                    copy_row(point_boxes[counters[POINTS], 0], 0, larger, 0)
                    copy_row(point_boxes[counters[POINTS], 0], 1, larger, 1)
                    copy_row(point_boxes[counters[POINTS], 1], 0, new, 0)
                    copy_row(point_boxes[counters[POINTS], 1], 1, new, 1)
                    counters[POINTS] += 1
                    continue
                if state == NARROWED:
                    note(record, counters, RECORD_NARROWED)
                    top = put_narrowed(stack, top, ends, counters, new, mode[b])
                    continue
            side = (
                -1
                if is_small(lo[b], hi[b], least_width)
                else side_to_split(lo[b], hi[b], h_lo[b], h_hi[b], at, determined)
            )
            if side < 0:
                put_aside(record, counters, stuck, lo, hi, b, mode[b])
                continue
            note(record, counters, SPLIT_BASE + side)
            cut = 0.5 * lo[b, side] + 0.5 * hi[b, side]
            stack_mode[top] = stack_mode[top + 1] = mode[b]
            top = put_halves(stack_lo, stack_hi, top, lo, hi, b, side, cut)
    counters[LEFT] = top
