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

import numpy as np

from strictsaddle.arithmetic.approximate_algebra import eigen
from strictsaddle.arithmetic.arrays import Floats, Integers
from strictsaddle.arithmetic.compilation import compiled, inlined
from strictsaddle.arithmetic.outward_doubles import down, magnitude, product, scaled, up

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
