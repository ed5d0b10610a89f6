"""The tests of Definition 2 on one box, and the search that closes boxes by them, compiled.

A box X of coordinates (see `patch`: the place w(c), the slope s(c), the curvature N(c) in the metric G(c)) is closed by
any one of

* LARGE: |s(c)| >= epsilon on X, by the enclosures' squares, or by u.s(c) for the fixed direction u of the slope at the
  midpoint (|s| >= u.s / |u|, and u.s has a mean-value form);
* CURVED: v'(N(c) + gamma G(c))v <= 0 on X for a fixed vector v: the tangent vector that belongs to v has at most the
  curvature -gamma;
* NEAR: w(X) lies in one of the given balls, for every place of the ball's centre within its enclosure.

Rounding is that of `box_tests`: every number that decides has been rounded against the decision, and comparisons with
nan are false. Thresholds come in as doubles that have been rounded against the decision too.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from strictsaddle.arithmetic.approximate_algebra import eigen
from strictsaddle.arithmetic.arrays import Bytes, Floats, Integers
from strictsaddle.arithmetic.compilation import compiled, inlined
from strictsaddle.arithmetic.entry import evaluate
from strictsaddle.arithmetic.evaluate import Program
from strictsaddle.arithmetic.outward_doubles import down, magnitude, product, scaled, up
from strictsaddle.covering.box_tests import radii, upper_index
from strictsaddle.covering.boxes import copy_row, put_halves

BATCH = 64
# Codes of the record, bytes in the order of the work, from which the tree of boxes can be told again. Of a batch come first,
# box by box from the top of the stack, OUTSIDE or TAKEN; then, for those taken, NEAR, LARGE or KEPT; then, for those kept,
# LARGE_BY_SLOPE, CURVED, TOO_SMALL, or SPLIT_BASE + k: split in the middle of coordinate k, the lower half on the stack first.
OUTSIDE, TAKEN, NEAR, LARGE, KEPT, LARGE_BY_SLOPE, CURVED, TOO_SMALL = 0, 1, 2, 3, 4, 5, 6, 7
SPLIT_BASE = 16
BOXES, STUCK, LEFT, RECORDS = 0, 1, 2, 3  # fields of the counters
HUGE = 1e150  # squares of larger numbers may overflow; a lower bound may always be cut down to it


@inlined
def mignitude(lo: float, hi: float) -> float:
    """A lower bound of |x| for x in [lo, hi]; 0 when an end is nan."""
    least = lo if lo > 0.0 else -hi if hi < 0.0 else 0.0
    return min(least, HUGE) if lo <= hi else 0.0


@compiled
def least_square(g_lo: Floats, g_hi: Floats) -> float:
    """A lower bound of |g|^2 from the components' enclosures."""
    total = 0.0
    for i in range(g_lo.size):
        size = mignitude(g_lo[i], g_hi[i])
        total = max(down(total + max(down(size * size), 0.0)), 0.0)
    return total


@compiled
def farthest(lo: Floats, hi: Floats, c_lo: Floats, c_hi: Floats) -> float:
    """An upper bound of the squared distance between points of a box and of a centre's enclosure."""
    total = 0.0
    for i in range(lo.size):
        if not lo[i] <= hi[i]:
            return np.inf
        size = max(up(hi[i] - c_lo[i]), up(c_hi[i] - lo[i]))
        total = up(total + up(size * size))
    return total


@compiled
def nearest(lo: Floats, hi: Floats, c_lo: Floats, c_hi: Floats) -> float:
    """A lower bound of the squared distance between points of a box and of a centre's enclosure."""
    total = 0.0
    for i in range(lo.size):
        size = min(max(max(down(lo[i] - c_hi[i]), down(c_lo[i] - hi[i])), 0.0), HUGE)
        total = max(down(total + max(down(size * size), 0.0)), 0.0)
    return total


@compiled
def lies_in_a_ball(lo: Floats, hi: Floats, c_lo: Floats, c_hi: Floats, radius_squared: Floats) -> bool:
    """Whether the box lies in one of the balls (rows of c_lo, c_hi; squared radii rounded down)."""
    for k in range(radius_squared.size):  # noqa: SIM110 - Numba compiles no generators
        if farthest(lo, hi, c_lo[k], c_hi[k]) <= radius_squared[k]:
            return True
    return False


@compiled
def slope_is_large(m_lo: Floats, m_hi: Floats, j_lo: Floats, j_hi: Floats, r: Floats, square: float) -> bool:
    """Whether u.s(c) >= |u| sqrt(square) on the box for the midpoint's slope u.

    m_lo, m_hi: (k,), bounds of the slope at the midpoint; j_lo, j_hi: (k * m,), of its Jacobian on the box, row after
    row; r: (m,), half-widths."""
    k, m = m_lo.size, r.size
    u, norm, least = np.empty(k), 0.0, 0.0
    largest = 0.0
    for i in range(k):
        u[i] = 0.5 * (m_lo[i] + m_hi[i])
        largest = max(largest, abs(u[i]))
    if not 1e-150 < largest < HUGE:
        return False
    for i in range(k):
        u[i] /= largest
        norm = up(norm + up(u[i] * u[i]))
        least = down(least + scaled(u[i], m_lo[i], m_hi[i])[0])
    for j in range(m):
        low, high = 0.0, 0.0
        for i in range(k):
            p_lo, p_hi = scaled(u[i], j_lo[i * m + j], j_hi[i * m + j])
            low, high = down(low + p_lo), up(high + p_hi)
        least = down(least - up(magnitude(low, high) * r[j]))
    return 0.0 < least < HUGE and down(least * least) >= up(square * norm)


@compiled
def shifted(
    n_lo: Floats, n_hi: Floats, metric_lo: Floats, metric_hi: Floats, number: float, h_lo: Floats, h_hi: Floats
) -> None:
    """Bounds of N + number * G, entry by entry, to h_lo, h_hi."""
    for k in range(n_lo.size):
        low, high = scaled(number, metric_lo[k], metric_hi[k])
        if metric_lo[k] == metric_hi[k] == 1.0:
            low, high = number, number
        elif metric_lo[k] == metric_hi[k] == 0.0:
            low, high = 0.0, 0.0
        h_lo[k], h_hi[k] = down(n_lo[k] + low), up(n_hi[k] + high)


@compiled
def is_not_positive(v: Floats, h_lo: Floats, h_hi: Floats, at: Integers) -> bool:
    """Whether v'Hv <= 0 for every symmetric H within the bounds, for a vector v of doubles."""
    n = v.size
    total = 0.0
    for i in range(n):
        for j in range(i, n):
            weight_lo, weight_hi = down(v[i] * v[j]), up(v[i] * v[j])
            if i == j:
                weight_lo = max(weight_lo, 0.0)
            else:
                weight_lo, weight_hi = 2.0 * weight_lo, 2.0 * weight_hi
            k = at[i, j]
            total = up(total + product(weight_lo, weight_hi, h_lo[k], h_hi[k])[1])
    return total <= 0.0


@compiled
def is_curved(h_lo: Floats, h_hi: Floats, at: Integers, middle: Floats, q: Floats, vector: Floats) -> bool:
    """Whether a unit vector or the midpoint's least eigenvector v proves v'Hv <= 0 for every symmetric H = N + gamma G
    within the bounds. Overwrites middle, q and vector."""
    n = at.shape[0]
    for i in range(n):
        if h_hi[at[i, i]] <= 0.0:
            return True
    for i in range(n):
        for j in range(n):
            middle[i, j] = 0.5 * (h_lo[at[i, j]] + h_hi[at[i, j]])
            if not abs(middle[i, j]) < 1e300:
                return False
    values = eigen(middle, q)
    least = 0
    for i in range(1, n):
        if values[i] < values[least]:
            least = i
    if not values[least] < 0.0:
        return False
    for i in range(n):
        vector[i] = q[i, least]
    return is_not_positive(vector, h_lo, h_hi, at)


@compiled
def side_to_cut(lo: Floats, hi: Floats, j_lo: Floats, j_hi: Floats, least_width: float) -> int:
    """The side to split: the largest sum_i |ds_i/dc_k| times width among the sides that are not much shorter than the
    longest; -1 when the box is too small."""
    m = lo.size
    longest, small = 0.0, True
    for k in range(m):
        longest = max(longest, hi[k] - lo[k])
        if hi[k] - lo[k] > least_width * max(1.0, abs(lo[k]), abs(hi[k])):
            small = False
    if small:
        return -1
    best, most = -1, -1.0
    for k in range(m):
        width = hi[k] - lo[k]
        if not lo[k] < 0.5 * lo[k] + 0.5 * hi[k] < hi[k] or width < 0.1 * longest:
            continue
        smear = 1e-3 * width
        for i in range(k, j_lo.size, m):
            slope = max(-j_lo[i], j_hi[i])
            smear += min(slope, 1e100) * width if slope == slope else 1e100 * width
        if smear > most:
            best, most = k, smear
    return best


@compiled
def outside_all(half_spaces: Floats, lo: Floats, hi: Floats) -> bool:
    """Whether the box lies strictly outside one of the half-spaces c.w >= 0."""
    for row in range(half_spaces.shape[0]):
        total = 0.0
        for i in range(lo.size):
            total = up(total + scaled(half_spaces[row, i], lo[i], hi[i])[1])
        if total < 0.0:
            return True
    return False


@compiled
def noted(record: Bytes, counters: Integers, code: int) -> None:
    """Write one byte of the record."""
    record[counters[RECORDS]] = code
    counters[RECORDS] += 1


class PatchPrograms(NamedTuple):
    """The interval programs of a `Patch`, and its numbers n and k."""

    place_slope: Program
    shape: Program
    ambient: int
    slopes: int


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
    place_slope, shape, ambient, slopes = patch
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
    while top > 0 and counters[BOXES] < limit:
        full = counters[STUCK] + BATCH >= stuck.shape[0] or counters[RECORDS] + 3 * BATCH + top >= record.size
        if full or top + 2 * BATCH >= stack_lo.shape[0]:
            break
        count = 0
        while top > 0 and count < BATCH:
            top -= 1
            counters[BOXES] += 1
            if outside_all(half_spaces, stack_lo[top], stack_hi[top]):
                noted(record, counters, OUTSIDE)
                continue
            noted(record, counters, TAKEN)
            copy_row(lo, count, stack_lo, top)
            copy_row(hi, count, stack_hi, top)
            count += 1
        evaluate(place_slope, count, lo, hi, p_lo, p_hi)
        kept = 0
        for b in range(count):
            if lies_in_a_ball(p_lo[b, :n], p_hi[b, :n], c_lo, c_hi, radius_squared):
                noted(record, counters, NEAR)
                continue
            if least_square(p_lo[b, n:], p_hi[b, n:]) >= square:
                noted(record, counters, LARGE)
                continue
            noted(record, counters, KEPT)
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
                noted(record, counters, LARGE_BY_SLOPE)
                continue
            shifted(s_lo[b, first:second], s_hi[b, first:second], s_lo[b, second:], s_hi[b, second:], gamma, h_lo, h_hi)
            if is_curved(h_lo, h_hi, at, middle, q, vector):
                noted(record, counters, CURVED)
                continue
            side = side_to_cut(lo[b], hi[b], j_lo, j_hi, least_width)
            if side < 0:
                noted(record, counters, TOO_SMALL)
                copy_row(stuck[counters[STUCK]], 0, lo, b)
                copy_row(stuck[counters[STUCK]], 1, hi, b)
                counters[STUCK] += 1
                continue
            noted(record, counters, SPLIT_BASE + side)
            cut = 0.5 * lo[b, side] + 0.5 * hi[b, side]
            top = put_halves(stack_lo, stack_hi, top, lo, hi, b, side, cut)
    counters[LEFT] = top
