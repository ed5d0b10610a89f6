"""Proving that N >= alpha G (in R^n: H >= alpha I) on a ball: a covering of the ball, not of its bounding box, by boxes
on which N - alpha G > 0."""

from __future__ import annotations

import numpy as np

from strictsaddle.arithmetic.approximate_algebra import eigen
from strictsaddle.arithmetic.arrays import Floats, Integers
from strictsaddle.arithmetic.compilation import compiled
from strictsaddle.arithmetic.entry import evaluate
from strictsaddle.arithmetic.evaluate import Program, interval_program
from strictsaddle.covering.box_tests import is_positive_definite, upper_index
from strictsaddle.covering.boxes import copy_row, put_halves
from strictsaddle.definition_2.cover.trichotomy import nearest, shifted
from strictsaddle.definition_2.landscape.patch import Patch

BATCH = 64
LEAST_WIDTH = 1e-6  # of the ball's diameter


@compiled
def _is_positive(h_lo: Floats, h_hi: Floats, at: Integers, middle: Floats, q: Floats) -> bool:
    """Whether every symmetric matrix within the bounds is positive definite."""
    m = at.shape[0]
    for i in range(m):
        if not h_lo[at[i, i]] > 0.0:
            return False
    for i in range(m):
        for j in range(m):
            middle[i, j] = 0.5 * (h_lo[at[i, j]] + h_hi[at[i, j]])
            if not abs(middle[i, j]) < 1e300:
                return False
    eigen(middle, q)
    return is_positive_definite(h_lo, h_hi, at, q)


@compiled
def _cover(
    place_slope: Program,
    shape: Program,
    ambient: int,
    slopes: int,
    stack_lo: Floats,
    stack_hi: Floats,
    top: int,
    limit: int,
    c_lo: Floats,
    c_hi: Floats,
    radius_squared: float,
    alpha: float,
    least_width: float,
    failed: Floats,
) -> int:
    """Number of boxes used when N >= alpha G is proved on the ball; else minus that number, and `failed` (2, m) is a
    box that could not be closed."""
    n, m = ambient, stack_lo.shape[1]
    at = upper_index(m)
    triangle = m * (m + 1) // 2
    first, second = slopes * m, slopes * m + triangle
    lo, hi = np.empty((BATCH, m)), np.empty((BATCH, m))
    p_lo, p_hi = np.empty((BATCH, n + slopes)), np.empty((BATCH, n + slopes))
    s_lo, s_hi = np.empty((BATCH, second + triangle)), np.empty((BATCH, second + triangle))
    h_lo, h_hi = np.empty(triangle), np.empty(triangle)
    middle, q = np.empty((m, m)), np.empty((m, m))
    boxes = 0
    while top > 0:
        if boxes >= limit or top + 2 * BATCH >= stack_lo.shape[0]:
            copy_row(failed, 0, stack_lo, top - 1)
            copy_row(failed, 1, stack_hi, top - 1)
            return -boxes - 1
        count = min(BATCH, top)
        top -= count
        boxes += count
        for b in range(count):
            copy_row(lo, b, stack_lo, top + b)
            copy_row(hi, b, stack_hi, top + b)
        evaluate(place_slope, count, lo, hi, p_lo, p_hi)
        kept = 0
        for b in range(count):
            if nearest(p_lo[b, :n], p_hi[b, :n], c_lo, c_hi) > radius_squared:
                continue
            copy_row(lo, kept, lo, b)
            copy_row(hi, kept, hi, b)
            kept += 1
        if kept == 0:
            continue
        evaluate(shape, kept, lo, hi, s_lo, s_hi)
        for b in range(kept):
            shifted(
                s_lo[b, first:second], s_hi[b, first:second], s_lo[b, second:], s_hi[b, second:], -alpha, h_lo, h_hi
            )
            if _is_positive(h_lo, h_hi, at, middle, q):
                continue
            side = 0
            for i in range(1, m):
                if hi[b, i] - lo[b, i] > hi[b, side] - lo[b, side]:
                    side = i
            cut = 0.5 * lo[b, side] + 0.5 * hi[b, side]
            if not (lo[b, side] < cut < hi[b, side] and hi[b, side] - lo[b, side] > least_width):
                copy_row(failed, 0, lo, b)
                copy_row(failed, 1, hi, b)
                return -boxes - 1
            top = put_halves(stack_lo, stack_hi, top, lo, hi, b, side, cut)
    return boxes


def convex_on_ball(
    patch: Patch,
    lower: Floats,
    upper: Floats,
    centre: Floats,
    radius_squared: float,
    alpha: float,
    limit: int,
) -> tuple[bool, int, Floats | None]:
    """Whether N >= alpha G is proved at all coordinates c in the box [lower, upper] (m,) with |w(c) - w*|^2 <=
    radius_squared, for every w* in the box `centre` (2, n).

    radius_squared and alpha must have been rounded up. Returns that, the boxes used (at most about `limit`), and where
    it is not proved a box (2, m) of coordinates that could not be closed.
    """
    m = lower.size
    radius = float(np.sqrt(radius_squared))
    stack_lo, stack_hi = np.empty((8192, m)), np.empty((8192, m))
    stack_lo[0], stack_hi[0] = lower, upper
    failed = np.empty((2, m))
    used = int(
        _cover(
            interval_program(patch.place_slope),
            interval_program(patch.shape),
            patch.ambient,
            patch.slopes,
            stack_lo,
            stack_hi,
            1,
            limit,
            centre[0],
            centre[1],
            radius_squared,
            alpha,
            LEAST_WIDTH * radius,
            failed,
        )
    )
    return used >= 0, abs(used), None if used >= 0 else failed


def bounding_box(
    centre: Floats, radius_squared: float, region: tuple[Floats, Floats] | None = None
) -> tuple[Floats, Floats]:
    """A box that holds the balls of that squared radius about every point of the box `centre` (2, n), cut by `region`
    (lower, upper) where the domain is a box."""
    radius = float(np.nextafter(np.sqrt(radius_squared), np.inf)) * (1.0 + 1e-12)
    lower, upper = np.nextafter(centre[0] - radius, -np.inf), np.nextafter(centre[1] + radius, np.inf)
    if region is not None:
        lower, upper = np.maximum(lower, region[0]), np.minimum(upper, region[1])
    return lower, upper
