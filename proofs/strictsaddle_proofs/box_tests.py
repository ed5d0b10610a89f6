"""Tests that close many boxes at once: no zero of the gradient, negative curvature, positive definiteness; and Krawczyk's contraction.

Matrices are held as a middle M and a radius R, entry by entry. With u = 2^-53, a product of matrices in doubles errs by at most
(n + 2) u times the product of absolute values, whatever the order of summation (Higham 3.5); each bound below takes 4 (n + 4) u, and a
factor 1 + 1e-10 for the rounding of the bound itself. Where entries are beyond GREATEST nothing is concluded, so that nothing overflows;
what underflows is less than TINY, which is added wherever something multiplies it. Nothing is concluded from nan.
"""

from __future__ import annotations

from copy import copy
from typing import Any

import numpy as np

from strictsaddle_proofs.balls import Derivatives
from strictsaddle_proofs.intervals import Array, Pair, Program, down, up

UNIT = 2.0**-53
SAFE, TINY = 1 + 1e-10, 1e-290
GREATEST = 1e100  # of entries that linear algebra is done with: products of three of them do not overflow


def middle_and_radius(low: Array, high: Array) -> Pair:
    """m and r with [low, high] inside m ± r, m inside [low, high]."""
    with np.errstate(invalid="ignore"):  # of boxes that were found empty
        middle = np.clip(0.5 * low + 0.5 * high, low, high)
    radius = np.where(low < high, np.maximum(up(middle - low), up(high - middle)), 0.0)
    return middle, radius


class Tests:
    """The gradient and the Hessian of a formula over boxes, (m, n) each."""

    def __init__(self, derivatives: Derivatives) -> None:
        n = self.n = derivatives.n
        self.gradient = Program(derivatives.formulas, derivatives.gradient)
        upper = [(i, j) for i in range(n) for j in range(i, n)]
        self.hessian = Program(derivatives.formulas, [derivatives.hessian[i][j] for i, j in upper])
        self.place = np.zeros((n, n), dtype=np.int64)
        for k, (i, j) in enumerate(upper):
            self.place[i, j] = self.place[j, i] = k

    def no_zero(self, low: Array, high: Array) -> Array:
        """Whether some component of the gradient's enclosure does not hold 0."""
        g_low, g_high = self.gradient(low, high)
        return np.any((g_low > 0) | (g_high < 0), axis=1)

    def local(self, low: Array, high: Array) -> Local:
        return Local(self, low, high)


class Local:
    """What is known about each of m boxes once its Hessian is enclosed."""

    def __init__(self, tests: Tests, low: Array, high: Array) -> None:
        self.tests, self.low, self.high = tests, low, high
        self.centre, self.radius = middle_and_radius(low, high)
        self.slope = tests.gradient(self.centre, self.centre)
        h_low, h_high = (side[:, tests.place] for side in tests.hessian(low, high))
        with np.errstate(all="ignore"):
            self.diagonal = np.diagonal(h_high, axis1=1, axis2=2)
            self.size = np.maximum(np.abs(h_low), np.abs(h_high))
            self.middle = 0.5 * h_low + 0.5 * h_high
            self.spread = np.maximum(up(h_high - self.middle), up(self.middle - h_low))
            self.bounded = (self.size < GREATEST).all(axis=(1, 2))
            for side in (*self.slope, low, high):
                self.bounded &= (np.abs(side) < GREATEST).all(axis=1)
        # placeholders, so that linear algebra runs; nothing is concluded where `bounded` is false
        self.middle = np.where(self.bounded[:, None, None], self.middle, np.eye(tests.n))
        self.spread = np.where(self.bounded[:, None, None], self.spread, 1.0)

    def shifted(self, low: float, high: float) -> Local:
        """The same with H + s for the Hessian, s any number between low and high times the identity."""
        other = copy(self)
        one = np.eye(self.tests.n)
        with np.errstate(all="ignore"):
            moved = self.middle + one * (0.5 * low + 0.5 * high)
            other.spread = up(self.spread + one * ((high - low) * SAFE + 4 * UNIT * np.abs(moved) + TINY))
            other.middle = moved
            other.diagonal = up(self.diagonal + high)
            other.bounded = (
                self.bounded & (np.abs(moved) < GREATEST).all(axis=(1, 2)) & (other.spread < GREATEST).all(axis=(1, 2))
            )
        return other

    def is_steep(self, square_high: float) -> Array:
        """Whether |g|^2 >= square_high all over the box: with u the slope at the middle, |g| |u| >= u.g >= u.g(m) - |u'H(X)| r."""
        with np.errstate(all="ignore"):
            u, radius = middle_and_radius(*self.slope)
            along = np.einsum("mi,mij->mj", u, self.middle)
            size = np.abs(u)
            noise = self.spread + 8 * (self.tests.n + 4) * UNIT * np.abs(self.middle) + TINY
            reach = np.einsum("mj,mj->m", np.abs(along) + np.einsum("mi,mij->mj", size, noise), self.radius)
            norm = np.einsum("mi,mi->m", u, u)
            least = norm * (1 - 1e-10) - (np.einsum("mi,mi->m", size, radius) + reach) * SAFE - TINY
            return (least > 1e-120) & (least * least * (1 - 1e-10) > square_high * norm * SAFE) & self.bounded

    def mean_value(self) -> Array:
        """g(X) lies in g(m) + H(X)(X - m): whether a component of that does not hold 0."""
        with np.errstate(all="ignore"):
            reach = np.einsum("mij,mj->mi", self.size, self.radius) * SAFE + TINY
            apart = (down(self.slope[0] - reach) > 0) | (up(self.slope[1] + reach) < 0)
        return np.any(apart, axis=1) & self.bounded

    def _congruent(self, vectors: Array) -> Pair:
        """V'HV for the columns of V, as middle and radius."""
        n = self.tests.n
        middle = np.einsum("mia,mij,mjb->mab", vectors, self.middle, vectors, optimize=True)
        size = np.abs(vectors)
        noise = self.spread + 8 * (n + 4) * UNIT * np.abs(self.middle) + TINY
        return middle, np.einsum("mia,mij,mjb->mab", size, noise, size, optimize=True) * SAFE + TINY

    def _eigenvectors(self) -> Array:
        scale = 1.0 / np.maximum(np.abs(self.middle).max(axis=(1, 2), keepdims=True), 1e-300)
        return np.linalg.eigh(np.nan_to_num(self.middle * scale))[1]

    def saddle(self) -> Array:
        """Whether v'Hv < 0 on the whole box, for v a unit vector or an approximate eigenvector: no minimum, and a negative eigenvalue
        at each stationary point."""
        middle, radius = self._congruent(self._eigenvectors()[:, :, :1])
        return (np.any(self.diagonal < 0, axis=1) | (up(middle + radius)[:, 0, 0] < 0)) & self.bounded

    def definite(self) -> Array:
        """Whether H is positive definite on the whole box: V'HV has a positive diagonal that dominates its rows (Gershgorin; V is
        nonsingular then)."""
        middle, radius = self._congruent(self._eigenvectors())
        least = np.diagonal(middle - radius, axis1=1, axis2=2)
        rest = (np.abs(middle) + radius) * (1 - np.eye(self.tests.n))
        return np.all(least > rest.sum(axis=2) * SAFE + TINY, axis=1) & self.bounded

    def contracted(self, block: Array | None = None) -> tuple[Array, Array, Array]:
        """Krawczyk's operator K = m - Y g(m) + (1 - Y H(X))(X - m): every zero of g in X lies in K. Returns low and high of X
        intersected with K, and whether that is empty. With `block` (numbers of unknowns) the same in these alone, the others anywhere in
        X."""
        n, index = self.tests.n, np.arange(self.tests.n) if block is None else block
        k = len(index)
        part = np.ix_(np.arange(len(self.low)), index, index)
        middle, spread = self.middle[part], self.spread[part]
        slope = self.slope
        if block is not None:
            inner_low, inner_high = self.low.copy(), self.high.copy()
            inner_low[:, index] = inner_high[:, index] = self.centre[:, index]
            g_low, g_high = self.tests.gradient(inner_low, inner_high)
            slope = g_low[:, index], g_high[:, index]
        low, high = self.low.copy(), self.high.copy()
        with np.errstate(all="ignore"):
            y, good = inverses(middle)
            g, g_radius = middle_and_radius(*slope)
            good &= self.bounded & (np.abs(g) < GREATEST).all(axis=1) & (g_radius < GREATEST).all(axis=1)
            noise, size = 8 * (n + 4) * UNIT, np.abs(y)
            step = np.einsum("mij,mj->mi", y, g)
            step_error = np.einsum("mij,mj->mi", size, g_radius + noise * np.abs(g) + TINY) + TINY
            defect = (
                np.abs(np.eye(k) - y @ middle)
                + size @ (spread + noise * np.abs(middle) + TINY)
                + noise * np.eye(k)
                + TINY
            )
            centre = self.centre[:, index]
            moved = centre - step
            for _ in range(3 if block is not None else 1):
                ends = low[:, index], high[:, index]
                radius = np.maximum(up(ends[1] - centre), up(centre - ends[0]))
                reach = (np.einsum("mij,mj->mi", defect, radius) + step_error) * SAFE + TINY
                reach = reach + noise * (np.abs(centre) + np.abs(step))
                low[:, index] = np.where(good[:, None], np.fmax(ends[0], down(moved - reach)), ends[0])
                high[:, index] = np.where(good[:, None], np.fmin(ends[1], up(moved + reach)), ends[1])
        empty = np.any(low > high, axis=1) & good
        return low, high, empty

    def side_to_split(self) -> Array:
        """For each box the unknown whose width times the slopes of the gradient is greatest."""
        with np.errstate(all="ignore"):
            weight = np.where(self.bounded[:, None], self.size.sum(axis=1), 1.0) * (self.high - self.low)
        return np.argmax(np.where(np.isfinite(weight), weight, 0.0), axis=1)


def inverses(matrices: Array) -> tuple[Any, Array]:
    """Approximate inverses (m, k, k), and where there are any."""
    try:
        found = np.linalg.inv(matrices)
    except np.linalg.LinAlgError:  # one of them is singular
        found = np.full_like(matrices, np.nan)
        for b, matrix in enumerate(matrices):
            try:
                found[b] = np.linalg.inv(matrix)
            except np.linalg.LinAlgError:
                continue
    good: Any = (np.abs(found) < GREATEST).all(axis=(1, 2))
    return np.where(good[:, None, None], found, 0.0), good
