"""The Krawczyk operator on one box, compiled: in all unknowns, or in some with the others anywhere in the box.

Notation, rounding and what nan does are those of `box_tests`. (`krawczyk` is the same test in Arb balls, for listing.)
"""

from __future__ import annotations

import numpy as np

from strictsaddle.arithmetic.approximate_algebra import inverse
from strictsaddle.arithmetic.arrays import Floats, Integers
from strictsaddle.arithmetic.compilation import compiled
from strictsaddle.arithmetic.entry import evaluate
from strictsaddle.arithmetic.evaluate import Program
from strictsaddle.arithmetic.outward_doubles import down, magnitude, scaled, up
from strictsaddle.covering.box_tests import radii

EMPTY, INSIDE, NEAR, NARROWED, KEPT = 0, 1, 2, 3, 4
INFLATION = 0.125  # how far a box is enlarged for the second try of the Krawczyk test, a share of its widths
SHRUNK = 0.8  # a side shorter than this share of itself counts as narrowed
LEAST_SLACK = 1e-12  # well above rounding errors, so that boxes as small as these are not too small for the test


@compiled
def krawczyk(
    lo: Floats,
    hi: Floats,
    m: Floats,
    r: Floats,
    c_lo: Floats,
    c_hi: Floats,
    h_lo: Floats,
    h_hi: Floats,
    at: Integers,
    y: Floats,
    new_lo: Floats,
    new_hi: Floats,
) -> int:
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
    block: Integers,
    lo: Floats,
    hi: Floats,
    m: Floats,
    p_lo: Floats,
    p_hi: Floats,
    h_lo: Floats,
    h_hi: Floats,
    at: Integers,
    work: Floats,
    y: Floats,
    new_lo: Floats,
    new_hi: Floats,
) -> tuple[int, bool]:
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


@compiled
def newton(
    gradient: Program,
    hessian: Program,
    lo: Floats,
    hi: Floats,
    mid: Floats,
    rad: Floats,
    c_lo: Floats,
    c_hi: Floats,
    h_lo: Floats,
    h_hi: Floats,
    at: Integers,
    y: Floats,
    larger: Floats,
    new_lo: Floats,
    new_hi: Floats,
) -> int:
    """The Krawczyk test on a box, and on a slightly larger one where that may succeed; returns the test's state.

    INSIDE: `larger` (2, n) is a box that holds exactly one stationary point, new_lo and new_hi enclose it. NARROWED:
    all stationary points of the box lie in new_lo, new_hi.
    """
    n = lo.size
    state = krawczyk(lo, hi, mid, rad, c_lo, c_hi, h_lo, h_hi, at, y, new_lo, new_hi)
    for i in range(n):
        larger[0, i], larger[1, i] = lo[i], hi[i]
    if state != NEAR:
        return state
    x_lo, x_hi, x_mid, x_rad = np.empty((1, n)), np.empty((1, n)), np.empty((1, n)), np.empty(n)
    g_lo, g_hi, k_lo, k_hi = np.empty((1, n)), np.empty((1, n)), np.empty(n), np.empty(n)
    hx_lo, hx_hi = np.empty((1, h_lo.size)), np.empty((1, h_lo.size))
    for i in range(n):
        slack = 2.0 * INFLATION * (hi[i] - lo[i]) + 4.0 * LEAST_SLACK * max(1.0, abs(mid[i]))
        x_lo[0, i], x_hi[0, i] = down(lo[i] - slack), up(hi[i] + slack)
    radii(x_lo[0], x_hi[0], x_mid[0], x_rad)
    evaluate(gradient, 1, x_mid, x_mid, g_lo, g_hi)
    evaluate(hessian, 1, x_lo, x_hi, hx_lo, hx_hi)
    second = krawczyk(x_lo[0], x_hi[0], x_mid[0], x_rad, g_lo[0], g_hi[0], hx_lo[0], hx_hi[0], at, y, k_lo, k_hi)
    if second == EMPTY:
        return EMPTY
    if second == INSIDE:
        for i in range(n):
            larger[0, i], larger[1, i] = x_lo[0, i], x_hi[0, i]
            new_lo[i], new_hi[i] = k_lo[i], k_hi[i]
        return INSIDE
    return NARROWED if shrunk(lo, hi, new_lo, new_hi) else NEAR


@compiled
def shrunk(lo: Floats, hi: Floats, new_lo: Floats, new_hi: Floats) -> bool:
    """Whether some side has become clearly shorter."""
    for i in range(lo.size):  # noqa: SIM110 (numba compiles no generators)
        if new_hi[i] - new_lo[i] < SHRUNK * (hi[i] - lo[i]) - LEAST_SLACK * max(1.0, abs(lo[i])):
            return True
    return False
