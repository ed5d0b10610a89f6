"""One chunk of the branch and bound, compiled: boxes from a stack are closed by a test, narrowed, or split.

The search is depth first, so the stack stays short; a chunk takes the boxes it is given, works until they are all closed or until
its share of boxes is used up, and hands back what is still open. Its result depends on nothing but its arguments, which
makes the whole search the same for any number of workers.

Modes of a box: OPEN, nothing is known of it; SADDLES, a vector of negative curvature is proved for all of it; MINIMA, its
Hessian is proved positive definite. A box that is not OPEN no longer matters for Definition 1 and is worked on only to list the
stationary points in it.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from strictsaddle.derive.kernels import run_tape
from strictsaddle.stationary.box_tests import (
    EMPTY,
    INFLATION,
    INSIDE,
    NARROWED,
    NEAR,
    curvature_is_negative,
    diagonal_is_negative,
    down,
    eigen,
    inverse,
    is_positive_definite,
    krawczyk,
    radii,
    scaled,
    tighten_by_mean_value,
    up,
)

BATCH = 64
OPEN, SADDLES, MINIMA = 0, 1, 2

# Codes of the record, one byte a box in the order in which the boxes are closed. Codes below SPLIT_BASE close a box or change it;
# SPLIT_BASE + k splits it in the middle of variable k (lower half second on the stack, so visited last).
RECORD_OUTSIDE, RECORD_GRADIENT, RECORD_MEAN_VALUE, RECORD_NEWTON = 0, 1, 2, 3
RECORD_SADDLES, RECORD_MINIMA, RECORD_POINT, RECORD_STUCK, RECORD_NARROWED, RECORD_UNLISTED = 4, 5, 6, 7, 8, 9
SPLIT_BASE = 16

# Fields of the counters.
BOXES, POINTS, STUCK, UNLISTED, RECORDS, LEFT = 0, 1, 2, 3, 4, 5


@njit(cache=True, nogil=True)
def outside(half_spaces, lo, hi):
    """Whether the box lies strictly outside one of the half-spaces c.w >= 0 (rows of small integers)."""
    for row in range(half_spaces.shape[0]):
        total = 0.0
        for i in range(lo.size):
            total = up(total + scaled(half_spaces[row, i], lo[i], hi[i])[1])
        if total < 0.0:
            return True
    return False


@njit(cache=True, nogil=True)
def explore(gradient, hessian, stack_lo, stack_hi, stack_mode, top, limit, least_width, listing, half_spaces,
            counters, point_x, point_box, stuck, record, volume):  # fmt: skip
    """Work on the first `top` boxes of the stack for at most `limit` boxes.

    gradient, hessian: run_tape arguments for g (n outputs) and for the upper triangle of H.
    stack_lo, stack_hi: (capacity, n); stack_mode: (capacity,). On return the first counters[LEFT] rows are still open.
    least_width: a box whose widths are all below least_width * max(1, |midpoint|) is not split any further.
    listing: whether stationary points are to be listed (else boxes that are not OPEN are closed at once).
    point_x, point_box: (., 2, n) for each point found, a box in which it is the only one, and one that encloses it tighter.
    stuck: (., 2, n) OPEN boxes that are too small to split. record: bytes. volume: one number, the share closed so far,
    informative only. Returns nothing; all results are in the arrays and `counters`.
    """
    n = stack_lo.shape[1]
    at = np.empty((n, n), dtype=np.int64)
    k = 0
    for i in range(n):
        for j in range(i, n):
            at[i, j] = k
            at[j, i] = k
            k += 1
    triangle = k
    lo, hi, mode = np.empty((BATCH, n)), np.empty((BATCH, n)), np.empty(BATCH, dtype=np.uint8)
    mid, rad = np.empty((BATCH, n)), np.empty((BATCH, n))
    g_lo, g_hi, c_lo, c_hi = np.empty((BATCH, n)), np.empty((BATCH, n)), np.empty((BATCH, n)), np.empty((BATCH, n))
    h_lo, h_hi = np.empty((BATCH, triangle)), np.empty((BATCH, triangle))
    x_lo, x_hi, x_mid, x_rad = np.empty((1, n)), np.empty((1, n)), np.empty((1, n)), np.empty(n)
    xc_lo, xc_hi, xh_lo, xh_hi = np.empty((1, n)), np.empty((1, n)), np.empty((1, triangle)), np.empty((1, triangle))
    middle, q, y = np.empty((n, n)), np.empty((n, n)), np.empty((n, n))
    new_lo, new_hi, vector = np.empty(n), np.empty(n), np.empty(n)
    capacity = stack_lo.shape[0]

    while top > 0 and counters[BOXES] < limit:
        if (counters[POINTS] + BATCH >= point_x.shape[0] or counters[STUCK] + BATCH >= stuck.shape[0]
                or top + 2 * BATCH >= capacity or counters[RECORDS] + 3 * BATCH >= record.size):  # fmt: skip
            break
        count = 0
        while top > 0 and count < BATCH:
            top -= 1
            counters[BOXES] += 1
            if half_spaces.shape[0] > 0 and outside(half_spaces, stack_lo[top], stack_hi[top]):
                record[counters[RECORDS]] = RECORD_OUTSIDE
                counters[RECORDS] += 1
                continue
            lo[count] = stack_lo[top]
            hi[count] = stack_hi[top]
            mode[count] = stack_mode[top]
            count += 1
        run_tape(gradient, lo[:count], hi[:count], g_lo[:count], g_hi[:count])
        kept = 0
        for b in range(count):
            closed = False
            for i in range(n):
                if g_lo[b, i] > 0.0 or g_hi[b, i] < 0.0:
                    closed = True
                    break
            if closed:
                record[counters[RECORDS]] = RECORD_GRADIENT
                counters[RECORDS] += 1
                continue
            if kept != b:
                lo[kept], hi[kept], mode[kept] = lo[b], hi[b], mode[b]
                g_lo[kept], g_hi[kept] = g_lo[b], g_hi[b]
            radii(lo[kept], hi[kept], mid[kept], rad[kept])
            kept += 1
        if kept == 0:
            continue
        run_tape(gradient, mid[:kept], mid[:kept], c_lo[:kept], c_hi[:kept])
        run_tape(hessian, lo[:kept], hi[:kept], h_lo[:kept], h_hi[:kept])
        for b in range(kept):
            if tighten_by_mean_value(c_lo[b], c_hi[b], h_lo[b], h_hi[b], rad[b], g_lo[b], g_hi[b], at):
                record[counters[RECORDS]] = RECORD_MEAN_VALUE
                counters[RECORDS] += 1
                continue
            bounded = True
            for i in range(n):
                for j in range(n):
                    middle[i, j] = 0.5 * (h_lo[b, at[i, j]] + h_hi[b, at[i, j]])
                    bounded = bounded and abs(middle[i, j]) < 1e300
            if mode[b] == OPEN and bounded:
                if diagonal_is_negative(h_hi[b], at) >= 0:
                    mode[b] = SADDLES
                else:
                    values = eigen(middle, q)
                    least = 0
                    for i in range(1, n):
                        if values[i] < values[least]:
                            least = i
                    if values[least] < 0.0:
                        for i in range(n):
                            vector[i] = q[i, least]
                        if curvature_is_negative(vector, h_lo[b], h_hi[b], at):
                            mode[b] = SADDLES
                    elif is_positive_definite(h_lo[b], h_hi[b], at, q):
                        mode[b] = MINIMA
                    for i in range(n):
                        for j in range(n):
                            middle[i, j] = 0.5 * (h_lo[b, at[i, j]] + h_hi[b, at[i, j]])
                if mode[b] != OPEN:
                    record[counters[RECORDS]] = RECORD_SADDLES if mode[b] == SADDLES else RECORD_MINIMA
                    counters[RECORDS] += 1
            if mode[b] != OPEN and not listing:
                continue
            narrowed = False
            if bounded and inverse(middle, y):
                state = krawczyk(lo[b], hi[b], mid[b], rad[b], c_lo[b], c_hi[b], h_lo[b], h_hi[b], at, y, new_lo, new_hi)
                if state == EMPTY:
                    record[counters[RECORDS]] = RECORD_NEWTON
                    counters[RECORDS] += 1
                    continue
                if state == NEAR:
                    for i in range(n):
                        slack = 2.0 * INFLATION * (hi[b, i] - lo[b, i]) + 1e-13 * abs(mid[b, i]) + 1e-200
                        x_lo[0, i], x_hi[0, i] = down(lo[b, i] - slack), up(hi[b, i] + slack)
                    radii(x_lo[0], x_hi[0], x_mid[0], x_rad)
                    run_tape(gradient, x_mid, x_mid, xc_lo, xc_hi)
                    run_tape(hessian, x_lo, x_hi, xh_lo, xh_hi)
                    state = krawczyk(x_lo[0], x_hi[0], x_mid[0], x_rad, xc_lo[0], xc_hi[0], xh_lo[0], xh_hi[0], at, y,
                                     new_lo, new_hi)  # fmt: skip
                    if state == EMPTY:
                        record[counters[RECORDS]] = RECORD_NEWTON
                        counters[RECORDS] += 1
                        continue
                    if state != INSIDE:  # new_lo, new_hi belong to the larger box
                        for i in range(n):
                            new_lo[i], new_hi[i] = max(new_lo[i], lo[b, i]), min(new_hi[i], hi[b, i])
                            if new_lo[i] > new_hi[i]:
                                new_lo[i], new_hi[i] = lo[b, i], hi[b, i]
                else:
                    x_lo[0], x_hi[0] = lo[b], hi[b]
                if state == INSIDE:
                    record[counters[RECORDS]] = RECORD_POINT
                    counters[RECORDS] += 1
                    p = counters[POINTS]
                    point_x[p, 0], point_x[p, 1] = x_lo[0], x_hi[0]
                    point_box[p, 0], point_box[p, 1] = new_lo, new_hi
                    counters[POINTS] += 1
                    continue
                if state == NARROWED:
                    narrowed = True
                    record[counters[RECORDS]] = RECORD_NARROWED
                    counters[RECORDS] += 1
                    lo[b], hi[b] = new_lo, new_hi
            small = True
            for i in range(n):
                if hi[b, i] - lo[b, i] > least_width * max(1.0, abs(mid[b, i])):
                    small = False
                    break
            if small:
                if mode[b] == OPEN:
                    record[counters[RECORDS]] = RECORD_STUCK
                    stuck[counters[STUCK], 0], stuck[counters[STUCK], 1] = lo[b], hi[b]
                    counters[STUCK] += 1
                else:
                    record[counters[RECORDS]] = RECORD_UNLISTED
                    counters[UNLISTED] += 1
                counters[RECORDS] += 1
                continue
            if narrowed:
                stack_lo[top], stack_hi[top], stack_mode[top] = lo[b], hi[b], mode[b]
                top += 1
                continue
            split, most = -1, -1.0
            for k in range(n):
                width = hi[b, k] - lo[b, k]
                if width <= 0.0 or not lo[b, k] < 0.5 * lo[b, k] + 0.5 * hi[b, k] < hi[b, k]:
                    continue
                smear = 0.0
                for i in range(n):
                    slope = max(-h_lo[b, at[i, k]], h_hi[b, at[i, k]])
                    if not slope < 1e100:
                        slope = 1e100
                    smear += slope * width
                if not smear > 0.0:
                    smear = 0.0
                if smear > most:
                    split, most = k, smear
            if split < 0:  # neighbouring doubles in every direction
                if mode[b] == OPEN:
                    record[counters[RECORDS]] = RECORD_STUCK
                    stuck[counters[STUCK], 0], stuck[counters[STUCK], 1] = lo[b], hi[b]
                    counters[STUCK] += 1
                else:
                    record[counters[RECORDS]] = RECORD_UNLISTED
                    counters[UNLISTED] += 1
                counters[RECORDS] += 1
                continue
            record[counters[RECORDS]] = SPLIT_BASE + split
            counters[RECORDS] += 1
            cut = 0.5 * lo[b, split] + 0.5 * hi[b, split]
            for half in range(2):
                stack_lo[top], stack_hi[top], stack_mode[top] = lo[b], hi[b], mode[b]
                if half == 0:
                    stack_hi[top, split] = cut
                else:
                    stack_lo[top, split] = cut
                top += 1
    counters[LEFT] = top
