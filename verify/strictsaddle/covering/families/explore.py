"""One chunk of the branch and bound in unknowns and parameters, compiled: which boxes hold no degenerate stationary point?

A box is X x P, n unknowns and k parameters. With g = df/dw, H = d2f/dw2, M = d2f/dw dp, m and q the middles of X and P, every zero (w, p)
of g in the box satisfies

    0 = g(m, p) + A (w - m),  A in H(X x P),    g(m, p) in g(m, q) + M(m x P)(P - q),

so that the tests of one objective apply with an enclosure of g(m, p) over all p in the place of g(m). A box is closed when it has no zero;
when every matrix in H(X x P) is non-singular (REGULAR: positive definite, or contracted by an approximate inverse); or, unless lists
are wanted, when all have a negative eigenvalue. Boxes of the last kind that are too small to split any further are kept apart.

Source of the operator: Neumaier, Interval methods for systems of equations, section 5.4 (parameters).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from strictsaddle.arithmetic.approximate_algebra import inverse
from strictsaddle.arithmetic.arrays import Floats, Integers
from strictsaddle.arithmetic.compilation import compiled
from strictsaddle.arithmetic.entry import evaluate
from strictsaddle.arithmetic.evaluate import Program
from strictsaddle.arithmetic.outward_doubles import down, magnitude, scaled, up
from strictsaddle.covering.box_tests import (
    MINIMA,
    OPEN,
    SADDLES,
    curvature,
    excludes_zero,
    middle_hessian,
    radii,
    tighten_by_mean_value,
    upper_index,
)
from strictsaddle.covering.boxes import Stack, copy_row, put_halves
from strictsaddle.covering.krawczyk_tests import EMPTY, NARROWED, krawczyk

BATCH = 64
BOXES, STUCK, STRICT, LEFT = 0, 1, 2, 3  # fields of the counters
CONTRACTED = 0.95  # of norms of I - Y H: below 1 whatever rounding does


class Told(NamedTuple):
    """What is written. stuck, strict: (., 2, n + k) boxes that are too small to split: of which nothing is known, and with a negative
    curvature throughout."""

    counters: Integers
    stuck: Floats
    strict: Floats


@compiled
def is_regular(h_lo: Floats, h_hi: Floats, at: Integers, y: Floats) -> bool:
    """Whether |I - Y H| < 1 for every matrix H within the bounds, in the norm of row sums: then all of them are non-singular."""
    n = at.shape[0]
    for i in range(n):
        total = 0.0
        for j in range(n):
            e_lo, e_hi = (-1.0, -1.0) if i == j else (0.0, 0.0)
            for k in range(n):
                p_lo, p_hi = scaled(y[i, k], h_lo[at[k, j]], h_hi[at[k, j]])
                e_lo, e_hi = down(e_lo + p_lo), up(e_hi + p_hi)
            total = up(total + magnitude(e_lo, e_hi))
        if not total < CONTRACTED:
            return False
    return True


@compiled
def side_of_most(
    lo: Floats, hi: Floats, h_lo: Floats, h_hi: Floats, m_lo: Floats, m_hi: Floats, at: Integers, least: Floats
) -> int:
    """The side with the largest sum_i |dg_i/dz_side| times width among those wider than `least`; -1 when there is none."""
    n, sides = at.shape[0], lo.size
    k = sides - n
    best, most = -1, -1.0
    for side in range(sides):
        width = hi[side] - lo[side]
        if width <= least[side] or not lo[side] < 0.5 * lo[side] + 0.5 * hi[side] < hi[side]:
            continue
        smear = 0.0
        for i in range(n):
            if side < n:
                least_slope, slope = h_lo[at[i, side]], h_hi[at[i, side]]
            else:
                least_slope, slope = m_lo[i * k + side - n], m_hi[i * k + side - n]
            slope = max(-least_slope, slope)
            smear += min(slope, 1e100) * width if slope == slope else 1e100 * width
        if smear > most:
            best, most = side, smear
    return best


@compiled
def explore_family(
    gradient: Program, hessian: Program, mixed: Program, restricted: Program, outputs: int, n: int, stack: Stack, top: int, limit: int,
    least: Floats, listing: bool, told: Told,
) -> None:  # fmt: skip
    """Work on the first `top` boxes of the stack for at most about `limit` boxes.

    gradient, hessian, mixed: programs on n + k variables for g (n outputs), the upper triangle of H, and M row after row (n k). restricted:
    a program with so many `outputs`, all of whose enclosures hold 0 on a box with a stationary point (`derive.definedness`); not run where
    there are none. least: (n + k,), widths below which a side is not split. listing: whether boxes of negative curvature are looked into
    further. On return the first counters[LEFT] rows of the stack are still open.
    """
    stack_lo, stack_hi, _ = stack
    counters, stuck, strict = told
    sides = stack_lo.shape[1]
    k = sides - n
    at = upper_index(n)
    triangle = n * (n + 1) // 2
    lo, hi, mid, rad = (
        np.empty((BATCH, sides)),
        np.empty((BATCH, sides)),
        np.empty((BATCH, sides)),
        np.empty((BATCH, sides)),
    )
    g_lo, g_hi, c_lo, c_hi = np.empty((BATCH, n)), np.empty((BATCH, n)), np.empty((BATCH, n)), np.empty((BATCH, n))
    p_lo, p_hi = np.empty((BATCH, n)), np.empty((BATCH, n))
    part_lo, part_hi = np.empty((BATCH, sides)), np.empty((BATCH, sides))
    h_lo, h_hi = np.empty((BATCH, triangle)), np.empty((BATCH, triangle))
    m_lo, m_hi = np.empty((BATCH, n * k)), np.empty((BATCH, n * k))
    r_lo, r_hi = np.empty((BATCH, outputs)), np.empty((BATCH, outputs))
    w_lo, w_hi = np.empty((BATCH, n * k)), np.empty((BATCH, n * k))
    middle, q, y, vector, new = np.empty((n, n)), np.empty((n, n)), np.empty((n, n)), np.empty(n), np.empty((2, n))
    capacity = stack_lo.shape[0]
    while top > 0 and counters[BOXES] < limit:
        if (
            counters[STUCK] + BATCH >= stuck.shape[0]
            or counters[STRICT] + BATCH >= strict.shape[0]
            or top + 2 * BATCH >= capacity
        ):
            break
        count = 0
        while top > 0 and count < BATCH:
            top -= 1
            counters[BOXES] += 1
            copy_row(lo, count, stack_lo, top)
            copy_row(hi, count, stack_hi, top)
            count += 1
        evaluate(gradient, count, lo, hi, g_lo, g_hi)
        if outputs:
            evaluate(restricted, count, lo, hi, r_lo, r_hi)
        kept = 0
        for b in range(count):
            if excludes_zero(g_lo, g_hi, b) or (outputs and excludes_zero(r_lo, r_hi, b)):
                continue
            copy_row(lo, kept, lo, b)
            copy_row(hi, kept, hi, b)
            copy_row(g_lo, kept, g_lo, b)
            copy_row(g_hi, kept, g_hi, b)
            radii(lo[kept], hi[kept], mid[kept], rad[kept])
            kept += 1
        if kept == 0:
            continue
        for b in range(kept):
            for j in range(sides):
                part_lo[b, j] = mid[b, j] if j < n else lo[b, j]
                part_hi[b, j] = mid[b, j] if j < n else hi[b, j]
        evaluate(gradient, kept, mid, mid, c_lo, c_hi)
        evaluate(gradient, kept, part_lo, part_hi, p_lo, p_hi)
        evaluate(hessian, kept, lo, hi, h_lo, h_hi)
        evaluate(mixed, kept, part_lo, part_hi, m_lo, m_hi)
        evaluate(mixed, kept, lo, hi, w_lo, w_hi)
        for b in range(kept):
            for i in range(n):  # g(m, p) for all p: natural, and by the mean value in the parameters
                spread = 0.0
                for j in range(k):
                    spread = up(spread + up(magnitude(m_lo[b, i * k + j], m_hi[b, i * k + j]) * rad[b, n + j]))
                low, high = down(c_lo[b, i] - spread), up(c_hi[b, i] + spread)
                if low > p_lo[b, i]:
                    p_lo[b, i] = low
                if high < p_hi[b, i]:
                    p_hi[b, i] = high
            if tighten_by_mean_value(p_lo[b], p_hi[b], h_lo[b], h_hi[b], rad[b, :n], g_lo[b], g_hi[b], at):
                continue
            mode = OPEN
            if middle_hessian(h_lo[b], h_hi[b], at, middle):
                mode = curvature(h_lo[b], h_hi[b], at, middle, q, vector)
                if mode == MINIMA or (mode == SADDLES and not listing):
                    continue
                middle_hessian(h_lo[b], h_hi[b], at, middle)
                if inverse(middle, y):
                    if is_regular(h_lo[b], h_hi[b], at, y):
                        continue
                    state = krawczyk(lo[b, :n], hi[b, :n], mid[b, :n], rad[b, :n], p_lo[b], p_hi[b], h_lo[b], h_hi[b], at, y,
                                     new[0], new[1])  # fmt: skip
                    if state == EMPTY:
                        continue
                    if state == NARROWED:
                        copy_row(stack_lo, top, lo, b)
                        copy_row(stack_hi, top, hi, b)
                        for j in range(n):
                            stack_lo[top, j], stack_hi[top, j] = new[0, j], new[1, j]
                        top += 1
                        continue
            side = side_of_most(lo[b], hi[b], h_lo[b], h_hi[b], w_lo[b], w_hi[b], at, least)
            if side >= 0:
                top = put_halves(stack_lo, stack_hi, top, lo, hi, b, side, 0.5 * lo[b, side] + 0.5 * hi[b, side])
            elif mode == SADDLES:
                copy_row(strict[counters[STRICT]], 0, lo, b)
                copy_row(strict[counters[STRICT]], 1, hi, b)
                counters[STRICT] += 1
            else:
                copy_row(stuck[counters[STUCK]], 0, lo, b)
                copy_row(stuck[counters[STUCK]], 1, hi, b)
                counters[STUCK] += 1
    counters[LEFT] = top
