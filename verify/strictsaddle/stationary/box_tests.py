"""The tests that close one box, compiled: mean value, negative curvature, positive definiteness, Krawczyk.

A box X has midpoint m and half-widths r (rounded up, so that X lies in m ± r). `h_lo`, `h_hi` enclose the Hessian on X,
`g_lo`, `g_hi` the gradient on X and `c_lo`, `c_hi` the gradient at m.

Rounding. Every floating-point result r of one IEEE operation is replaced by `down(r)` or `up(r)`. |r| * 2**-52 is at
least one unit in the last place of r, so r - (|r| * 2**-52 + TINY) lies at or below the next double under r, and
rounding this difference to nearest is monotone, so the result is at most that double, hence at most the exact value;
TINY covers results that underflow. Infinities and nan never close a box: all decisions are comparisons that are false
for nan, and down(inf) is nan.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from strictsaddle.derive.compilation import compiled, inlined

TINY = 1e-300
EPSILON = 2.0**-52


@inlined
def down(x: Any) -> Any:
    """A double that is at most every real number that rounds to x."""
    return x - (abs(x) * EPSILON + TINY)


@inlined
def up(x: Any) -> Any:
    """A double that is at least every real number that rounds to x."""
    return x + (abs(x) * EPSILON + TINY)


@inlined
def scaled(a: Any, lo: Any, hi: Any) -> Any:
    """The product of the double a with the interval [lo, hi], outward. Zero times an unbounded interval is zero: the
    interval's members are real numbers."""
    if a == 0.0:
        return 0.0, 0.0
    if a > 0.0:
        return down(a * lo), up(a * hi)
    return down(a * hi), up(a * lo)


@inlined
def product(a_lo: Any, a_hi: Any, b_lo: Any, b_hi: Any) -> Any:
    """The product of two intervals, outward; nan when any product of ends is nan."""
    p, q, s, t = a_lo * b_lo, a_lo * b_hi, a_hi * b_lo, a_hi * b_hi
    if not (p == p and q == q and s == s and t == t):
        return np.nan, np.nan
    return down(min(min(p, q), min(s, t))), up(max(max(p, q), max(s, t)))


@inlined
def magnitude(lo: Any, hi: Any) -> Any:
    """The largest absolute value in [lo, hi]; nan when either end is nan (max alone may drop a nan)."""
    if lo != lo or hi != hi:
        return np.nan
    return max(-lo, hi)


@compiled
def upper_index(n: Any) -> Any:
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
def radii(lo: Any, hi: Any, m: Any, r: Any) -> Any:
    """Fill m with midpoints inside [lo, hi] and r with radii such that [lo, hi] lies in m ± r."""
    for i in range(lo.size):
        m[i] = min(max(0.5 * lo[i] + 0.5 * hi[i], lo[i]), hi[i])
        r[i] = max(up(m[i] - lo[i]), up(hi[i] - m[i])) if lo[i] < hi[i] else 0.0


@compiled
def tighten_by_mean_value(c_lo: Any, c_hi: Any, h_lo: Any, h_hi: Any, r: Any, g_lo: Any, g_hi: Any, at: Any) -> Any:
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
def diagonal_is_negative(h_hi: Any, at: Any) -> Any:
    """Whether some coordinate direction has negative curvature on all of X (v = a unit vector)."""
    for i in range(at.shape[0]):
        if h_hi[at[i, i]] < 0.0:
            return i
    return -1


@compiled
def minor_is_negative(h_lo: Any, h_hi: Any, at: Any) -> Any:
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
def curvature_is_negative(v: Any, h_lo: Any, h_hi: Any, at: Any) -> Any:
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
def eigen(a: Any, q: Any) -> Any:
    """Approximate eigenvalues (returned, unordered) and eigenvectors (columns of q) of the symmetric matrix a, which
    is overwritten: cyclic Jacobi rotations. Needs no rigour: whoever uses q proves what he needs."""
    n = a.shape[0]
    for i in range(n):
        for j in range(n):
            q[i, j] = 1.0 if i == j else 0.0
    for _ in range(12):
        off, size = 0.0, 0.0
        for i in range(n):
            size += abs(a[i, i])
            for j in range(i + 1, n):
                off += abs(a[i, j])
        if not off > 1e-9 * size:
            break
        for i in range(n - 1):
            for j in range(i + 1, n):
                if a[i, j] == 0.0:
                    continue
                theta = (a[j, j] - a[i, i]) / (2.0 * a[i, j])
                t = 1.0 / (abs(theta) + np.sqrt(theta * theta + 1.0))
                if theta < 0.0:
                    t = -t
                c = 1.0 / np.sqrt(t * t + 1.0)
                s = t * c
                for k in range(n):
                    x, y = a[k, i], a[k, j]
                    a[k, i], a[k, j] = c * x - s * y, s * x + c * y
                for k in range(n):
                    x, y = a[i, k], a[j, k]
                    a[i, k], a[j, k] = c * x - s * y, s * x + c * y
                for k in range(n):
                    x, y = q[k, i], q[k, j]
                    q[k, i], q[k, j] = c * x - s * y, s * x + c * y
    return np.diag(a).copy()


@compiled
def cholesky(a: Any, q: Any) -> Any:
    """Whether the symmetric matrix a (overwritten) looks positive definite; then q becomes about inv(L)' for a = LL',
    so that
    q'aq is about the identity. Needs no rigour, as `eigen`."""
    n = a.shape[0]
    for j in range(n):
        pivot = a[j, j]
        for k in range(j):
            pivot -= a[j, k] * a[j, k]
        if not pivot > 0.0:
            return False
        a[j, j] = np.sqrt(pivot)
        for i in range(j + 1, n):
            total = a[i, j]
            for k in range(j):
                total -= a[i, k] * a[j, k]
            a[i, j] = total / a[j, j]
    for j in range(n):  # column j of inv(L), which is row j of q
        for i in range(n):
            if i < j:
                q[j, i] = 0.0
                continue
            total = 1.0 if i == j else 0.0
            for k in range(j, i):
                total -= a[i, k] * q[j, k]
            q[j, i] = total / a[i, i]
    return True


@compiled
def is_positive_definite(h_lo: Any, h_hi: Any, at: Any, q: Any) -> Any:
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
def inverse(a: Any, y: Any) -> Any:
    """Approximate inverse of a (overwritten) into y by Gauss-Jordan with row pivots; False when singular. No rigour."""
    n = a.shape[0]
    for i in range(n):
        for j in range(n):
            y[i, j] = 1.0 if i == j else 0.0
    for k in range(n):
        best = k
        for i in range(k + 1, n):
            if abs(a[i, k]) > abs(a[best, k]):
                best = i
        if not abs(a[best, k]) > 1e-290:
            return False
        if best != k:
            for j in range(n):
                a[k, j], a[best, j] = a[best, j], a[k, j]
                y[k, j], y[best, j] = y[best, j], y[k, j]
        pivot = 1.0 / a[k, k]
        for j in range(n):
            a[k, j] *= pivot
            y[k, j] *= pivot
        for i in range(n):
            if i != k:
                factor = a[i, k]
                if factor != 0.0:
                    for j in range(n):
                        a[i, j] -= factor * a[k, j]
                        y[i, j] -= factor * y[k, j]
    return True


EMPTY, INSIDE, NEAR, NARROWED, KEPT = 0, 1, 2, 3, 4
INFLATION = 0.125  # how far a box is enlarged for the second try of the Krawczyk test, a share of its widths
SHRUNK = 0.8  # a side shorter than this share of itself counts as narrowed
LEAST_SLACK = 1e-12  # well above rounding errors, so that boxes as small as these are not too small for the test


@compiled
def krawczyk(
    lo: Any, hi: Any, m: Any, r: Any, c_lo: Any, c_hi: Any, h_lo: Any, h_hi: Any, at: Any, y: Any, new_lo: Any,
    new_hi: Any,
) -> Any:  # fmt: skip
    """The Krawczyk operator K(X) = m - Y g(m) + (I - Y H(X))(X - m); K(X) intersected with X goes to new_lo, new_hi.

    Every zero of g in X lies in K(X). EMPTY: K(X) misses X, so X has no zero. INSIDE: K(X) lies in the interior of X,
    so X holds exactly one zero (and every matrix in H(X) is non-singular). The others prove nothing: NEAR: K(X)
    sticks out of X by less than INFLATION of its widths, so a slightly larger box may succeed; NARROWED: the
    intersection is clearly smaller than X; KEPT: it is not.
    The intersection uses sides that are narrowed already for those that come after; INSIDE does not.
    Source: Krawczyk 1969; Neumaier, Interval methods for systems of equations, theorem 5.1.8.
    """
    n = m.size
    inside, near, narrowed = True, True, False
    for i in range(n):
        low, high = 0.0, 0.0
        for j in range(n):
            p_lo, p_hi = scaled(y[i, j], c_lo[j], c_hi[j])
            low, high = down(low + p_lo), up(high + p_hi)
        spread, less = 0.0, 0.0
        for j in range(n):
            e_lo, e_hi = (-1.0, -1.0) if i == j else (0.0, 0.0)
            for k in range(n):
                p_lo, p_hi = scaled(y[i, k], h_lo[at[k, j]], h_hi[at[k, j]])
                e_lo, e_hi = down(e_lo + p_lo), up(e_hi + p_hi)
            size = magnitude(e_lo, e_hi)
            spread = up(spread + up(size * r[j]))
            # zeros of g in X have their coordinates j < i in the sides that are narrowed already
            radius = max(up(new_hi[j] - m[j]), up(m[j] - new_lo[j])) if j < i else r[j]
            less = up(less + up(size * min(radius, r[j])))
        low, high = down(m[i] - high), up(m[i] - low)
        k_lo, k_hi = down(low - spread), up(high + spread)
        if not (k_lo > lo[i] and k_hi < hi[i]):
            inside = False
        slack = INFLATION * (hi[i] - lo[i]) + LEAST_SLACK * max(1.0, abs(m[i]))
        if not (k_lo > lo[i] - slack and k_hi < hi[i] + slack):
            near = False
        k_lo, k_hi = down(low - less), up(high + less)
        if k_lo > hi[i] or k_hi < lo[i]:
            return EMPTY
        new_lo[i] = k_lo if k_lo > lo[i] else lo[i]
        new_hi[i] = k_hi if k_hi < hi[i] else hi[i]
        if new_hi[i] - new_lo[i] < SHRUNK * (hi[i] - lo[i]) - LEAST_SLACK * max(1.0, abs(m[i])):
            narrowed = True
    if inside:
        return INSIDE
    return NEAR if near else NARROWED if narrowed else KEPT


@compiled
def narrow_block(
    block: Any, lo: Any, hi: Any, m: Any, p_lo: Any, p_hi: Any, h_lo: Any, h_hi: Any, at: Any, work: Any, y: Any,
    new_lo: Any, new_hi: Any,
) -> Any:  # fmt: skip
    """The Krawczyk operator for the unknowns `block` (numbers) alone, all others anywhere in X.

    p_lo, p_hi enclose the gradient on the box with the unknowns of the block at their midpoints m. Every zero of g in
    X lies in new_lo, new_hi, which differ from lo, hi in the block only. Returns EMPTY, NARROWED or KEPT, and whether
    the operator contracts, so that the block is determined by the others.
    For a zero w: 0 = g_S(w) = g_S(w with m in S) + A (w_S - m_S) with A in H_SS(X), so w_S lies in
    m_S - Y p_S + (I - Y H_SS(X))(X_S - m_S) for any matrix Y.
    """
    size = block.size
    for i in range(lo.size):
        new_lo[i], new_hi[i] = lo[i], hi[i]
    for i in range(size):
        for j in range(size):
            k = at[block[i], block[j]]
            work[i, j] = 0.5 * (h_lo[k] + h_hi[k])
            if not abs(work[i, j]) < 1e300:
                return KEPT, False
    if not inverse(work[:size, :size], y[:size, :size]):
        return KEPT, False
    contracts = True
    for i in range(size):
        norm = 0.0
        for j in range(size):
            e_lo, e_hi = (-1.0, -1.0) if i == j else (0.0, 0.0)
            for k in range(size):
                q_lo, q_hi = scaled(y[i, k], h_lo[at[block[k], block[j]]], h_hi[at[block[k], block[j]]])
                e_lo, e_hi = down(e_lo + q_lo), up(e_hi + q_hi)
            work[i, j] = magnitude(e_lo, e_hi)
            norm += work[i, j]
        if not norm < 0.9:
            contracts = False
    for _ in range(3):
        for i in range(size):
            low, high, spread = 0.0, 0.0, 0.0
            for j in range(size):
                q_lo, q_hi = scaled(y[i, j], p_lo[block[j]], p_hi[block[j]])
                low, high = down(low + q_lo), up(high + q_hi)
                b = block[j]
                radius = max(up(new_hi[b] - m[b]), up(m[b] - new_lo[b]))
                spread = up(spread + up(work[i, j] * radius))
            b = block[i]
            k_lo, k_hi = down(down(m[b] - high) - spread), up(up(m[b] - low) + spread)
            if k_lo > new_hi[b] or k_hi < new_lo[b]:
                return EMPTY, contracts
            new_lo[b] = k_lo if k_lo > new_lo[b] else new_lo[b]
            new_hi[b] = k_hi if k_hi < new_hi[b] else new_hi[b]
    for i in range(size):
        b = block[i]
        if new_hi[b] - new_lo[b] < SHRUNK * (hi[b] - lo[b]) - LEAST_SLACK * max(1.0, abs(m[b])):
            return NARROWED, contracts
    return KEPT, contracts
