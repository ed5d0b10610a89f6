"""The tests that close boxes, against exact rationals; each with a mutant that the same checker must catch."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from box_test_checks import (
    block_violations,
    curved_violations,
    definite_violations,
    inertia,
    krawczyk_violations,
    mean_value_violations,
    mutant,
    symmetric_intervals,
    unrounded,
)

from strictsaddle.arithmetic import approximate_algebra
from strictsaddle.covering import box_tests as b
from strictsaddle.covering import krawczyk_tests

COUNT = 1500
MUTANT_COUNT = 1500


def plain_scaled(a: float, lo: float, hi: float) -> tuple[float, float]:
    return (a * lo, a * hi) if a >= 0 else (a * hi, a * lo)


def test_the_checker_s_inertia() -> None:
    from fractions import Fraction as F

    assert inertia([[F(0), F(1)], [F(1), F(0)]]) == (1, 0, 1)
    assert inertia([[F(1), F(1)], [F(1), F(1)]]) == (0, 1, 1)
    assert inertia([[F(-2)]]) == (1, 0, 0)


def test_krawczyk_claims_only_what_is_true() -> None:
    assert krawczyk_violations(krawczyk_tests.krawczyk, 1, COUNT) == []


@pytest.mark.parametrize(
    ("old", "new", "replaced"),
    [
        ("spread = up(spread + up(size * r[j]))", "pass", {}),
        ("less = up(less + up(size * min(radius, r[j])))", "pass", {}),
        ("k_lo, k_hi = down(low - less), up(high + less)", "k_lo, k_hi = low - less, high + less",
         {"down": unrounded, "up": unrounded, "scaled": plain_scaled}),
        ("if k_lo > hi[i] or k_hi < lo[i]:", "if k_lo > lo[i]:", {}),
    ],
)  # fmt: skip
def test_unsound_krawczyk_tests_are_caught(old: str, new: str, replaced: dict[str, Any]) -> None:
    assert krawczyk_violations(mutant(krawczyk_tests.krawczyk, old, new, **replaced), 1, MUTANT_COUNT)


def test_the_block_s_test_keeps_every_zero() -> None:
    assert block_violations(krawczyk_tests.narrow_block, 2, COUNT) == []


@pytest.mark.parametrize(
    ("old", "new", "replaced"),
    [
        ("spread = up(spread + up(work[i, j] * radius))", "pass", {}),
        ("radius = max(", "radius = 0.0 * max(", {}),
        ("k_lo, k_hi = down(down(m[b] - high) - spread), up(up(m[b] - low) + spread)",
         "k_lo, k_hi = m[b] - high - spread, m[b] - low + spread",
         {"down": unrounded, "up": unrounded, "scaled": plain_scaled}),
    ],
)  # fmt: skip
def test_unsound_block_tests_are_caught(old: str, new: str, replaced: dict[str, Any]) -> None:
    assert block_violations(mutant(krawczyk_tests.narrow_block, old, new, **replaced), 2, MUTANT_COUNT)


def test_the_mean_value_test_loses_no_zero() -> None:
    assert mean_value_violations(b.tighten_by_mean_value, 3, COUNT) == []


def test_a_mean_value_test_without_its_spread_is_caught() -> None:
    unsound = mutant(b.tighten_by_mean_value, "magnitude(h_lo[k], h_hi[k]) * r[j]", "0.0")
    assert mean_value_violations(unsound, 3, MUTANT_COUNT)


def test_positive_definite_means_every_member() -> None:
    assert definite_violations(b.is_positive_definite, 4, COUNT) == []


def test_unsound_tests_of_definiteness_are_caught() -> None:
    def by_midpoint(h_lo: Any, h_hi: Any, at: Any, q: Any) -> bool:
        return bool(np.linalg.eigvalsh((0.5 * (h_lo + h_hi))[at])[0] > 0)

    assert definite_violations(by_midpoint, 4, MUTANT_COUNT)
    without_rows = mutant(b.is_positive_definite, "margin[j] = down(margin[j] - size)", "pass")
    assert definite_violations(without_rows, 4, MUTANT_COUNT)


def test_positive_definite_is_often_proved() -> None:
    proved = 0
    for low, high, _ in symmetric_intervals(5, 300):
        n = len(low)
        at = b.upper_index(n)
        h_lo = np.array([float(low[i][j]) for i in range(n) for j in range(i, n)])
        h_hi = np.array([float(high[i][j]) for i in range(n) for j in range(i, n)])
        q = np.empty((n, n))
        if approximate_algebra.cholesky((0.5 * (h_lo + h_hi))[at], q):
            proved += bool(b.is_positive_definite(h_lo, h_hi, at, q))
    assert proved > 80


@pytest.mark.parametrize("curved", [lambda lo, hi, at: b.diagonal_is_negative(hi, at) >= 0, b.minor_is_negative])
def test_negative_curvature_means_every_member(curved: Any) -> None:
    assert curved_violations(curved, 6, COUNT) == []


def test_negative_curvature_along_a_vector() -> None:
    vectors = np.random.default_rng(7)

    def along(h_lo: Any, h_hi: Any, at: Any) -> bool:
        values, q = np.linalg.eigh((0.5 * (h_lo + h_hi))[at])
        v = q[:, 0] if values[0] < 0 else vectors.normal(size=len(at))
        return bool(b.curvature_is_negative(np.ascontiguousarray(v), h_lo, h_hi, at))

    assert curved_violations(along, 7, COUNT) == []


def test_an_unsound_minor_is_caught() -> None:
    singular = mutant(b.minor_is_negative, "down(least * least) > up(", "least * least >= (")
    assert curved_violations(singular, 6, MUTANT_COUNT)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_nothing_is_claimed_of_what_is_unbounded_or_undefined(bad: float) -> None:
    n = 2
    at = b.upper_index(n)
    for k in range(3):
        h_lo, h_hi = np.array([2.0, 0.5, 2.0]), np.array([2.0, 0.5, 2.0])
        h_lo[k], h_hi[k] = (bad, bad) if np.isnan(bad) else (-bad, bad)
        assert not b.is_positive_definite(h_lo, h_hi, at, np.eye(n))
        assert not b.curvature_is_negative(np.array([1.0, 0.0]), h_lo - 3.0, h_hi + 3.0, at)
        assert not b.minor_is_negative(h_lo, h_hi, at)
        lo, hi = np.array([-1.0, -1.0]), np.array([1.0, 1.0])
        m, r, new = np.zeros(n), np.ones(n), np.empty((2, n))
        far = np.array([9.0, 9.0])
        state = krawczyk_tests.krawczyk(lo, hi, m, r, far, far, h_lo, h_hi, at, np.ones((n, n)), new[0], new[1])
        assert state not in (krawczyk_tests.EMPTY, krawczyk_tests.INSIDE) and np.array_equal(new, [lo, hi])
        g_lo, g_hi = np.full(n, -1.0), np.full(n, 1.0)
        excluded = b.tighten_by_mean_value(far, far, h_lo, h_hi, r, g_lo, g_hi, at)
        assert excluded == (k != 1), "only a row without the bad entry may exclude"


def test_degenerate_boxes_hold_no_interior() -> None:
    lo = hi = np.array([0.5, 0.25])
    m, r, new = np.empty(2), np.empty(2), np.empty((2, 2))
    b.radii(lo, hi, m, r)
    assert np.array_equal(m, lo) and not r.any()
    zero, at = np.zeros(2), b.upper_index(2)
    identity = np.array([1.0, 0.0, 1.0])
    state = krawczyk_tests.krawczyk(lo, hi, m, r, zero, zero, identity, identity, at, np.eye(2), new[0], new[1])
    assert state == krawczyk_tests.NEAR, "the zero is on it: it must go on to a larger box, and not be dropped"
