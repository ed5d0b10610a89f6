"""The tests that close one box, compiled: mean value, negative curvature, positive definiteness.

A box X has midpoint m and half-widths r (rounded up, so that X lies in m ± r). `h_lo`, `h_hi` enclose the Hessian on X,
`g_lo`, `g_hi` the gradient on X and `c_lo`, `c_hi` the gradient at m.

Rounding is that of `outward_doubles`.

Modes of a box: OPEN, nothing is known of it; SADDLES, its Hessian is proved to have a negative eigenvalue at each of
its points; MINIMA, its Hessian is proved positive definite.
"""

from __future__ import annotations

import numpy as np

from strictsaddle.arithmetic.approximate_algebra import cholesky, eigen
from strictsaddle.arithmetic.arrays import Floats, Integers
from strictsaddle.arithmetic.compilation import compiled
from strictsaddle.arithmetic.outward_doubles import down, magnitude, product, scaled, up

OPEN, SADDLES, MINIMA = 0, 1, 2

# An eigenvector is worth its computation only where the Hessian's enclosure is no wider than this (squares of Frobenius
# norms); nothing but time depends on it.
PLAUSIBLE = 0.25


@compiled
def upper_index(n: int) -> Integers:
    """Position of entry (i, j) in the upper triangle stored row after row, as an (n, n) table."""
    table = np.empty((n, n), dtype=np.int64)
    k = 0
    for i in range(n):
        for j in range(i, n):
            table[i, j] = k
            table[j, i] = k
            k += 1
    return table


@compiled
def radii(lo: Floats, hi: Floats, m: Floats, r: Floats) -> None:
    """Fill m with midpoints inside [lo, hi] and r with radii such that [lo, hi] lies in m ± r."""
    for i in range(lo.size):
        m[i] = min(max(0.5 * lo[i] + 0.5 * hi[i], lo[i]), hi[i])
        r[i] = max(up(m[i] - lo[i]), up(hi[i] - m[i])) if lo[i] < hi[i] else 0.0


@compiled
def tighten_by_mean_value(
    c_lo: Floats, c_hi: Floats, h_lo: Floats, h_hi: Floats, r: Floats, g_lo: Floats, g_hi: Floats, at: Integers
) -> bool:
    """Intersect the gradient's enclosure with g(m) + H(X)(X - m). True when some component cannot be zero."""
    n = r.size
    for i in range(n):
        spread = 0.0
        for j in range(n):
            k = at[i, j]
            spread = up(spread + up(magnitude(h_lo[k], h_hi[k]) * r[j]))
        low, high = down(c_lo[i] - spread), up(c_hi[i] + spread)
        # a nan bound (a Hessian without a bound) compares false and leaves the natural enclosure as it is
        if low > g_lo[i]:
            g_lo[i] = low
        if high < g_hi[i]:
            g_hi[i] = high
        if g_lo[i] > 0.0 or g_hi[i] < 0.0:
            return True
    return False


@compiled
def diagonal_is_negative(h_hi: Floats, at: Integers) -> int:
    """Whether some coordinate direction has negative curvature on all of X (v = a unit vector)."""
    for i in range(at.shape[0]):
        if h_hi[at[i, i]] < 0.0:
            return i
    return -1


@compiled
def minor_is_negative(h_lo: Floats, h_hi: Floats, at: Integers) -> bool:
    """Whether some 2 x 2 principal minor is negative on all of X: then the Hessian has a negative eigenvalue at each
    point of X, if not along one and the same vector."""
    n = at.shape[0]
    for i in range(n):
        for j in range(i + 1, n):
            k = at[i, j]
            # the least |h_ij|; 0 when the entry may vanish, nan stays and proves nothing
            least = h_lo[k] if h_lo[k] > 0.0 else -h_hi[k] if h_hi[k] < 0.0 else 0.0
            first, second = h_hi[at[i, i]], h_hi[at[j, j]]
            # A negative diagonal entry is itself negative curvature: the minor need only be negative for the others.
            known = least > 0.0 and first == first and second == second
            if known and down(least * least) > up(max(first, 0.0) * max(second, 0.0)):
                return True
    return False


@compiled
def curvature_is_negative(v: Floats, h_lo: Floats, h_hi: Floats, at: Integers) -> bool:
    """Whether v'H(w)v < 0 for all w in X, for a vector v of doubles."""
    n = v.size
    total = 0.0
    for i in range(n):
        for j in range(i, n):
            weight_lo, weight_hi = down(v[i] * v[j]), up(v[i] * v[j])
            if i != j:
                weight_lo, weight_hi = 2.0 * weight_lo, 2.0 * weight_hi
            k = at[i, j]
            _, high = product(weight_lo, weight_hi, h_lo[k], h_hi[k])
            total = up(total + high)
    return total < 0.0


@compiled
def is_positive_definite(h_lo: Floats, h_hi: Floats, at: Integers, q: Floats) -> bool:
    """Whether every symmetric matrix within the bounds is positive definite.

    T = Q'HQ is enclosed, and is positive definite when its diagonal dominates (Gershgorin). Then H is too: if x'Hx <= 0
    for some x != 0, then x is not in the range of Q (else T would not be definite), so Q would be singular; but a
    singular Q has a y != 0 with Qy = 0, hence y'Ty = 0, against T > 0. So T > 0 itself proves Q non-singular.
    """
    n = at.shape[0]
    half_lo, half_hi = np.empty((n, n)), np.empty((n, n))
    for i in range(n):
        for j in range(n):
            low, high = 0.0, 0.0
            for k in range(n):
                p_lo, p_hi = scaled(q[k, j], h_lo[at[i, k]], h_hi[at[i, k]])
                low, high = down(low + p_lo), up(high + p_hi)
            half_lo[i, j], half_hi[i, j] = low, high
    margin = np.empty(n)
    for i in range(n):
        low = 0.0
        for k in range(n):
            low = down(low + scaled(q[k, i], half_lo[k, i], half_hi[k, i])[0])
        if not low > 0.0:
            return False
        margin[i] = low
    for i in range(n):
        for j in range(i + 1, n):
            low, high = 0.0, 0.0
            for k in range(n):
                p_lo, p_hi = scaled(q[k, i], half_lo[k, j], half_hi[k, j])
                low, high = down(low + p_lo), up(high + p_hi)
            size = magnitude(low, high)
            margin[i] = down(margin[i] - size)
            margin[j] = down(margin[j] - size)
    for i in range(n):  # noqa: SIM110 (Numba compiles no generators)
        if not margin[i] > 0.0:
            return False
    return True


@compiled
def outside(half_spaces: Floats, lower: Floats, upper: Floats, b: int) -> bool:
    """Whether box b lies strictly outside one of the half-spaces c.w >= 0 (rows of small integers)."""
    for row in range(half_spaces.shape[0]):
        total = 0.0
        for i in range(lower.shape[1]):
            total = up(total + scaled(half_spaces[row, i], lower[b, i], upper[b, i])[1])
        if total < 0.0:
            return True
    return False


@compiled
def beyond(weights: Floats, level: float, lower: Floats, upper: Floats, b: int) -> bool:
    """Whether sum_i weights[i] * w_i^2 > level for all w in box b; weights >= 0."""
    total = 0.0
    for i in range(weights.size):
        if weights[i] > 0.0:
            least = lower[b, i] if lower[b, i] > 0.0 else -upper[b, i] if upper[b, i] < 0.0 else 0.0
            total = down(total + down(weights[i] * down(least * least)))
    return total > level


@compiled
def excludes_zero(g_lo: Floats, g_hi: Floats, b: int) -> bool:
    """Whether some component of enclosure b cannot be zero."""
    for i in range(g_lo.shape[1]):  # noqa: SIM110 (Numba compiles no generators)
        if g_lo[b, i] > 0.0 or g_hi[b, i] < 0.0:
            return True
    return False


@compiled
def middle_hessian(h_lo: Floats, h_hi: Floats, at: Integers, middle: Floats) -> bool:
    """Fill `middle` with the midpoint of the Hessian's enclosure. False when it is unbounded."""
    n = at.shape[0]
    for i in range(n):
        for j in range(n):
            middle[i, j] = 0.5 * (h_lo[at[i, j]] + h_hi[at[i, j]])
            if not abs(middle[i, j]) < 1e300:
                return False
    return True


@compiled
def curvature(h_lo: Floats, h_hi: Floats, at: Integers, middle: Floats, q: Floats, vector: Floats) -> int:
    """The mode that the Hessian's enclosure proves for a box (OPEN: none). Overwrites middle, q and vector."""
    n = at.shape[0]
    if diagonal_is_negative(h_hi, at) >= 0 or minor_is_negative(h_lo, h_hi, at):
        return SADDLES
    least, spread, size = np.inf, 0.0, 0.0
    for i in range(n):
        least = min(least, h_lo[at[i, i]])
        for j in range(n):
            radius = 0.5 * (h_hi[at[i, j]] - h_lo[at[i, j]])
            spread += radius * radius
            size += middle[i, j] * middle[i, j]
    if least > 0.0:
        # on a copy: the entries are needed again when the matrix is not positive definite
        for i in range(n):
            for j in range(n):
                q[i, j] = middle[i, j]
        if cholesky(q.copy(), q):
            return MINIMA if is_positive_definite(h_lo, h_hi, at, q) else OPEN
    if spread > PLAUSIBLE * size:
        return OPEN
    values = eigen(middle, q)
    lowest = 0
    for i in range(1, n):
        if values[i] < values[lowest]:
            lowest = i
    if values[lowest] < 0.0:
        for i in range(n):
            vector[i] = q[i, lowest]
        return SADDLES if curvature_is_negative(vector, h_lo, h_hi, at) else OPEN
    return OPEN
