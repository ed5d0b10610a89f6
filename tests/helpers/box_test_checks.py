"""Checkers of the box tests, in exact rationals: they know nothing of how the tests are computed.

Systems are affine, g(w) = A w - b with dyadic A and b, so that the one zero is known exactly; boxes lie about it, far
and near, down to the neighbouring doubles. What a test claims of such a box is compared with where the zero is.
"""

from __future__ import annotations

import inspect
import math
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from flint import fmpq, fmpq_mat

from strictsaddle.arithmetic import approximate_algebra
from strictsaddle.arithmetic.tape import outward
from strictsaddle.covering import box_tests, krawczyk_tests

Array = Any
Rows = list[list[Fraction]]


def mutant(function: Any, old: str, new: str, **replaced: Any) -> Callable[..., Any]:
    """The function with a piece of its source replaced, as plain Python; `replaced` are other globals for it."""
    source = inspect.getsource(function.py_func)
    assert old in source
    space = {**vars(sys.modules[function.py_func.__module__]), "compiled": lambda f: f, **replaced}
    exec(source.replace(old, new), space)
    made: Callable[..., Any] = space[function.py_func.__name__]
    return made


def unrounded(x: float) -> float:
    return x


def inertia(matrix: Rows) -> tuple[int, int, int]:
    """Numbers of negative, zero and positive eigenvalues, by symmetric elimination with exact pivots (Sylvester)."""
    a = [list(row) for row in matrix]
    n, counts = len(a), [0, 0, 0]
    while n:
        pivot = next((i for i in range(n) if a[i][i]), None)
        if pivot is None:
            pair = next(((i, j) for i in range(n) for j in range(i) if a[i][j]), None)
            if pair is None:
                counts[1] += n
                break
            i, j = pair  # add row and column j to i: a congruence that makes a pivot
            a[i] = [x + y for x, y in zip(a[i], a[j], strict=True)]
            for row in a:
                row[i] += row[j]
            pivot = i
        value = a[pivot][pivot]
        counts[2 if value > 0 else 0] += 1
        rest = [i for i in range(n) if i != pivot]
        a = [[a[i][j] - a[i][pivot] * a[pivot][j] / value for j in rest] for i in rest]
        n -= 1
    return counts[0], counts[1], counts[2]


def triangle(low: Rows, high: Rows) -> tuple[Array, Array]:
    n = len(low)
    places = [(i, j) for i in range(n) for j in range(i, n)]
    return np.array([float(low[i][j]) for i, j in places]), np.array([float(high[i][j]) for i, j in places])


def symmetric_intervals(seed: int, count: int) -> Iterator[tuple[Rows, Rows, list[Rows]]]:
    """Interval matrices of dyadic ends with members of them: corners, random ones, and, where the matrix is built
    about a
    singular one, that one."""
    rng = np.random.default_rng(seed)
    for k in range(count):
        n = int(rng.integers(1, 5))
        factor = [
            [Fraction(int(x), 8) for x in row] for row in rng.integers(-16, 17, size=(n, n if k % 3 else max(1, n - 1)))
        ]
        sign = -1 if k % 7 == 6 else 1
        middle = [[sign * sum((a * b for a, b in zip(r, s, strict=True)), Fraction(0)) for s in factor] for r in factor]
        size = Fraction(int(rng.integers(0, 17)), 2 ** int(rng.integers(3, 50)))
        if k % 3:  # also shifted: near to singular, by as little as a rounding error
            shift = Fraction(int(rng.integers(-4, 5)), 2 ** int(rng.integers(0, 44)))
            middle = [[x + (shift if i == j else 0) for j, x in enumerate(row)] for i, row in enumerate(middle)]
        rounded = [[Fraction(float(x)) for x in row] for row in middle]
        low = [[Fraction(float(x - size)) for x in row] for row in rounded]
        high = [[Fraction(float(x + size)) for x in row] for row in rounded]
        members = [low, high]
        if all(a <= x <= b for p, q, r in zip(low, middle, high, strict=True) for a, x, b in zip(p, q, r, strict=True)):
            members.append(middle)
        for _ in range(4):
            chosen = [[Fraction(0)] * n for _ in range(n)]
            for i in range(n):
                for j in range(i, n):
                    part = Fraction(int(rng.integers(0, 9)), 8)
                    chosen[i][j] = chosen[j][i] = low[i][j] + part * (high[i][j] - low[i][j])
            members.append(chosen)
        yield low, high, members


@dataclass(frozen=True)
class Affine:
    """g(w) = A w - b on a box; `zero` solves it. Arrays are what the tests take."""

    matrix: Rows
    zero: tuple[Fraction, ...]
    lo: Array
    hi: Array
    m: Array
    r: Array
    h_lo: Array
    h_hi: Array
    at: Array
    y: Array

    @property
    def holds_zero(self) -> bool:
        return all(
            Fraction(a) <= z <= Fraction(b)
            for a, z, b in zip(self.lo.tolist(), self.zero, self.hi.tolist(), strict=True)
        )

    def gradient(self, low: list[Fraction], high: list[Fraction]) -> tuple[Array, Array]:
        """The tightest doubles around g over the box [low, high]."""
        ends = []
        for row in self.matrix:
            level = sum((a * z for a, z in zip(row, self.zero, strict=True)), Fraction(0))
            least = sum((a * (x if a > 0 else y) for a, x, y in zip(row, low, high, strict=True)), -level)
            most = sum((a * (y if a > 0 else x) for a, x, y in zip(row, low, high, strict=True)), -level)
            ends.append((outward(least)[0], outward(most)[1]))
        return np.array([e[0] for e in ends]), np.array([e[1] for e in ends])

    def at_middle(self, block: Array | None = None) -> tuple[Array, Array]:
        """g with the unknowns of the block (all when left out) at their midpoints, the others anywhere in the box."""
        chosen = range(len(self.zero)) if block is None else set(block.tolist())
        low, high = [Fraction(x) for x in self.lo.tolist()], [Fraction(x) for x in self.hi.tolist()]
        for k in chosen:
            low[k] = high[k] = Fraction(float(self.m[k]))
        return self.gradient(low, high)


def affine_systems(seed: int, count: int) -> Iterator[Affine]:
    """Systems with boxes about, beside and within rounding errors of the zero."""
    rng = np.random.default_rng(seed)
    made = 0
    while made < count:
        n = int(rng.integers(1, 4))
        raw = rng.integers(-12, 13, size=(n, n))
        matrix = [[Fraction(int(raw[min(i, j), max(i, j)]), 4) for j in range(n)] for i in range(n)]
        exact = fmpq_mat([[fmpq(x.numerator, x.denominator) for x in row] for row in matrix])
        if exact.det() == 0:
            continue
        zero = tuple(
            Fraction(int(p), int(q)) for p, q in zip(rng.integers(-30, 31, n), rng.integers(1, 30, n), strict=True)
        )
        scale = 2.0 ** -int(rng.integers(0, 54))
        lo, hi = np.empty(n), np.empty(n)
        for k, z in enumerate(zero):
            below, above = outward(z)
            if made % 4 == 0:  # the doubles around the zero, or the next ones: only roundings decide
                lo[k], hi[k] = below, above
                if rng.integers(2):
                    lo[k], hi[k] = (
                        (above, math.nextafter(above, math.inf))
                        if rng.integers(2)
                        else (math.nextafter(below, -math.inf), below)
                    )
            else:
                a, b = sorted(float(z) + scale * x for x in rng.uniform(-1, 1.2, 2))
                lo[k], hi[k] = (a, a) if made % 17 == 5 else (a, b)
        m, r = np.empty(n), np.empty(n)
        box_tests.radii(lo, hi, m, r)
        less, more = (Fraction(int(k), 8) for k in rng.integers(0, 5, 2))  # A need not be in the middle
        h_lo, h_hi = triangle([[x - less for x in row] for row in matrix], [[x + more for x in row] for row in matrix])
        inverse = exact.inv()
        y = np.array([[float(int(inverse[i, j].p) / int(inverse[i, j].q)) for j in range(n)] for i in range(n)])
        if made % 3 == 1:  # any Y will do for the proofs
            y *= rng.uniform(0.4, 1.2, (n, n))
        made += 1
        yield Affine(matrix, zero, lo, hi, m, r, h_lo, h_hi, box_tests.upper_index(n), y)


def krawczyk_violations(krawczyk: Callable[..., Any], seed: int, count: int) -> list[str]:
    """False claims of a Krawczyk test."""
    found = []
    for s in affine_systems(seed, count):
        c_lo, c_hi = s.at_middle()
        new_lo, new_hi = np.empty(s.lo.size), np.empty(s.lo.size)
        state = krawczyk(s.lo, s.hi, s.m, s.r, c_lo, c_hi, s.h_lo, s.h_hi, s.at, s.y, new_lo, new_hi)
        found += _judged(s, state, new_lo, new_hi)
    return found


def block_violations(narrow_block: Callable[..., Any], seed: int, count: int) -> list[str]:
    """False claims of the Newton test of a block."""
    found = []
    rng = np.random.default_rng(seed)
    for s in affine_systems(seed, count):
        n = s.lo.size
        block = np.array(sorted(rng.permutation(n)[: int(rng.integers(1, n + 1))]), dtype=np.int64)
        p_lo, p_hi = s.at_middle(block)
        new_lo, new_hi, work, y = np.empty(n), np.empty(n), np.empty((n, n)), np.empty((n, n))
        state, _ = narrow_block(block, s.lo, s.hi, s.m, p_lo, p_hi, s.h_lo, s.h_hi, s.at, work, y, new_lo, new_hi)
        found += _judged(s, state, new_lo, new_hi)
    return found


def _judged(s: Affine, state: int, new_lo: Array, new_hi: Array) -> list[str]:
    if state == krawczyk_tests.INSIDE and not s.holds_zero:
        return [f"claims the zero {s.zero} in {s.lo} {s.hi}"]
    if s.holds_zero:
        if state == krawczyk_tests.EMPTY:
            return [f"loses the zero {s.zero} of {s.lo} {s.hi}"]
        ends = zip(new_lo.tolist(), s.zero, new_hi.tolist(), strict=True)
        if not all(Fraction(a) <= z <= Fraction(b) for a, z, b in ends):
            return [f"cuts off the zero {s.zero} of {s.lo} {s.hi}"]
    return []


def mean_value_violations(tighten: Callable[..., Any], seed: int, count: int) -> list[str]:
    """False exclusions, or enclosures of g that miss values of it."""
    found = []
    for s in affine_systems(seed, count):
        c_lo, c_hi = s.at_middle()
        g_lo, g_hi = np.full(s.lo.size, -np.inf), np.full(s.lo.size, np.inf)
        if tighten(c_lo, c_hi, s.h_lo, s.h_hi, s.r, g_lo, g_hi, s.at) and s.holds_zero:
            found.append(f"loses the zero {s.zero} of {s.lo} {s.hi}")
    return found


def definite_violations(definite: Callable[..., Any], seed: int, count: int) -> list[str]:
    """Interval matrices that are said to be positive definite and hold a matrix that is not."""
    found = []
    for low, high, members in symmetric_intervals(seed, count):
        n = len(low)
        h_lo, h_hi = triangle(low, high)
        at = box_tests.upper_index(n)
        middle = np.array([[float(low[i][j] + high[i][j]) / 2 for j in range(n)] for i in range(n)])
        q = np.empty((n, n))
        if not approximate_algebra.cholesky(middle.copy(), q):
            approximate_algebra.eigen(middle, q)
        if definite(h_lo, h_hi, at, q) and any(inertia(member)[:2] != (0, 0) for member in members):
            found.append(f"{low} {high}")
    return found


def curved_violations(curved: Callable[..., Any], seed: int, count: int) -> list[str]:
    """Interval matrices that are said to have a negative eigenvalue and hold a matrix without one."""
    found = []
    for low, high, members in symmetric_intervals(seed, count):
        h_lo, h_hi = triangle(low, high)
        if curved(h_lo, h_hi, box_tests.upper_index(len(low))) and any(inertia(member)[0] == 0 for member in members):
            found.append(f"{low} {high}")
    return found
