"""Proving that H >= alpha I on a ball: a covering of the ball, not of its bounding box, by boxes on which H - alpha I
> 0."""

from __future__ import annotations

from typing import Any

import numpy as np

from strictsaddle.derive.compilation import compiled
from strictsaddle.derive.entry import evaluate
from strictsaddle.derive.kernels import interval_program
from strictsaddle.derive.tape import Tape
from strictsaddle.stationary.box_tests import down, eigen, is_positive_definite, up, upper_index
from strictsaddle.stationary.trichotomy import copied_row, nearest

Array = np.ndarray[Any, np.dtype[np.float64]]
BATCH = 64
LEAST_WIDTH = 1e-6  # of the ball's diameter


@compiled
def _is_at_least(h_lo: Any, h_hi: Any, alpha: Any, at: Any, middle: Any, q: Any) -> Any:
    """Whether H - alpha I > 0 for every symmetric H within the bounds, which are overwritten."""
    n = at.shape[0]
    for i in range(n):
        k = at[i, i]
        h_lo[k], h_hi[k] = down(h_lo[k] - alpha), up(h_hi[k] - alpha)
        if not h_lo[k] > 0.0:
            return False
    for i in range(n):
        for j in range(n):
            middle[i, j] = 0.5 * (h_lo[at[i, j]] + h_hi[at[i, j]])
            if not abs(middle[i, j]) < 1e300:
                return False
    eigen(middle, q)
    return is_positive_definite(h_lo, h_hi, at, q)


@compiled
def _cover(
    hessian: Any,
    stack_lo: Any,
    stack_hi: Any,
    top: Any,
    limit: Any,
    c_lo: Any,
    c_hi: Any,
    radius_squared: Any,
    alpha: Any,
    least_width: Any,
    failed: Any,
) -> Any:
    """Number of boxes used when H >= alpha I is proved on the ball; else minus that number, and `failed` (2, n) is a
    box that could not be closed."""
    n = stack_lo.shape[1]
    at = upper_index(n)
    lo, hi = np.empty((BATCH, n)), np.empty((BATCH, n))
    h_lo, h_hi = np.empty((BATCH, n * (n + 1) // 2)), np.empty((BATCH, n * (n + 1) // 2))
    middle, q = np.empty((n, n)), np.empty((n, n))
    boxes = 0
    while top > 0:
        if boxes >= limit or top + 2 * BATCH >= stack_lo.shape[0]:
            copied_row(failed, 0, stack_lo, top - 1)
            copied_row(failed, 1, stack_hi, top - 1)
            return -boxes - 1
        count = 0
        while top > 0 and count < BATCH:
            top -= 1
            boxes += 1
            if nearest(stack_lo[top], stack_hi[top], c_lo, c_hi) > radius_squared:
                continue
            copied_row(lo, count, stack_lo, top)
            copied_row(hi, count, stack_hi, top)
            count += 1
        evaluate(hessian, count, lo, hi, h_lo, h_hi)
        for b in range(count):
            if _is_at_least(h_lo[b], h_hi[b], alpha, at, middle, q):
                continue
            side = 0
            for i in range(1, n):
                if hi[b, i] - lo[b, i] > hi[b, side] - lo[b, side]:
                    side = i
            cut = 0.5 * lo[b, side] + 0.5 * hi[b, side]
            if not (lo[b, side] < cut < hi[b, side] and hi[b, side] - lo[b, side] > least_width):
                copied_row(failed, 0, lo, b)
                copied_row(failed, 1, hi, b)
                return -boxes - 1
            for half in range(2):
                copied_row(stack_lo, top, lo, b)
                copied_row(stack_hi, top, hi, b)
                if half == 0:
                    stack_hi[top, side] = cut
                else:
                    stack_lo[top, side] = cut
                top += 1
    return boxes


def convex_on_ball(
    hessian: Tape,
    centre: Array,
    radius_squared: float,
    alpha: float,
    limit: int,
    region: tuple[Array, Array] | None = None,
) -> tuple[bool, int, Array | None]:
    """Whether H >= alpha I is proved on every ball whose centre lies in the box `centre` (2, n).

    radius_squared and alpha must have been rounded up. `region` (lower, upper) cuts the balls where the domain is a
    box. Returns that, the boxes used (at most about `limit`), and where it is not proved a box (2, n) that could not
    be closed.
    """
    n = centre.shape[1]
    radius = float(np.nextafter(np.sqrt(radius_squared), np.inf)) * (1.0 + 1e-12)
    lower, upper = np.nextafter(centre[0] - radius, -np.inf), np.nextafter(centre[1] + radius, np.inf)
    if region is not None:
        lower, upper = np.maximum(lower, region[0]), np.minimum(upper, region[1])
    stack_lo, stack_hi = np.empty((8192, n)), np.empty((8192, n))
    stack_lo[0], stack_hi[0] = lower, upper
    failed = np.empty((2, n))
    used = int(
        _cover(
            interval_program(hessian),
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
