"""Signs of eigenvalues: enclosures hold the true ones, inertia is right or refused."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from flint import arb, arb_mat, ctx, fmpq, fmpq_mat, fmpq_poly, fmpz_poly
from hypothesis import given
from hypothesis import strategies as st

from strictsaddle.certify import inertia
from strictsaddle.certify.inertia import (
    Inertia,
    eigenvalue_enclosures,
    eigenvalue_intervals,
    inertia_from_signs,
    inertia_of_balls,
)
from strictsaddle.errors import Contradiction
from strictsaddle.execution.budget import Budget, OutOfTime
from strictsaddle.polynomials.number_field import FieldPoint


def symmetric(entries: Sequence[int], n: int) -> list[list[int]]:
    table = [[0] * n for _ in range(n)]
    values = iter(entries)
    for i in range(n):
        for j in range(i, n):
            table[i][j] = table[j][i] = next(values)
    return table


def exact_inertia(table: list[list[int]]) -> Inertia:
    """By diagonalisation over Q: completing squares (Lagrange), independent of characteristic polynomials."""
    rows = [[fmpq(x) for x in row] for row in table]
    n = len(rows)
    signs = []
    alive = list(range(n))
    while alive:
        pivot = next((i for i in alive if rows[i][i] != 0), None)
        if pivot is None:
            pair = next(((i, j) for i in alive for j in alive if i < j and rows[i][j] != 0), None)
            if pair is None:
                break
            i, j = pair  # add row and column j to i: the diagonal entry becomes 2 a_ij
            for k in range(n):
                rows[i][k] += rows[j][k]
            for k in range(n):
                rows[k][i] += rows[k][j]
            pivot = i
        signs.append(rows[pivot][pivot] > 0)
        alive.remove(pivot)
        for i in alive:
            factor = rows[i][pivot] / rows[pivot][pivot]
            for k in range(n):
                rows[i][k] -= factor * rows[pivot][k]
        for i in alive:
            rows[i][pivot] = rows[pivot][i] = fmpq(0)
    positive = sum(signs)
    return Inertia(len(signs) - positive, n - len(signs), positive)


matrices = st.integers(1, 5).flatmap(
    lambda n: st.lists(st.integers(-2, 2), min_size=n * (n + 1) // 2, max_size=n * (n + 1) // 2).map(
        lambda entries: symmetric(entries, n)
    )
)


@given(matrices)
def test_inertia_from_the_characteristic_polynomial(table: list[list[int]]) -> None:
    coefficients = fmpq_mat([[fmpq(x) for x in row] for row in table]).charpoly().coeffs()
    signs: list[int | None] = [(c > 0) - (c < 0) for c in coefficients]
    assert inertia_from_signs(signs) == exact_inertia(table)


@given(matrices)
def test_inertia_of_balls_is_right_or_refused(table: list[list[int]]) -> None:
    truth = exact_inertia(table)
    fuzzy = arb_mat([[arb(x, 1e-9) for x in row] for row in table])
    found = inertia_of_balls(fuzzy)
    if truth.zero:
        assert found is None
    else:
        assert found in (None, truth)
        assert inertia_of_balls(arb_mat(table)) == truth


@given(matrices)
def test_enclosures_hold_the_eigenvalues_in_order(table: list[list[int]]) -> None:
    before, ctx.prec = ctx.prec, 128
    try:
        balls = eigenvalue_enclosures(arb_mat(table))
    finally:
        ctx.prec = before
    expected = np.linalg.eigvalsh(np.array(table, dtype=float))
    tolerance = 1e-12 * (1 + float(np.abs(expected).max()))
    for ball, value in zip(balls, expected, strict=True):
        assert float(ball.rad()) < tolerance  # multiple eigenvalues are enclosed tightly as well
        assert abs(float(ball.mid()) - value) < 2 * tolerance
    intervals = eigenvalue_intervals(balls, exact_inertia(table))
    signs = [(low >= 0) - (high <= 0) for low, high in intervals]
    assert signs == sorted(signs)


def test_enclosures_of_known_eigenvalues() -> None:
    """The second differences have eigenvalues 2 - 2cos(k pi/(n+1)), and a matrix that is off by 1e-6 has others."""
    before, ctx.prec = ctx.prec, 128
    try:
        n = 6
        table = [[2 if i == j else -1 if abs(i - j) == 1 else 0 for j in range(n)] for i in range(n)]
        balls = eigenvalue_enclosures(arb_mat(table))
        true = [2 - 2 * (arb.pi() * k / (n + 1)).cos() for k in range(1, n + 1)]
        assert all(ball.overlaps(value) for ball, value in zip(balls, true, strict=True))
        shifted = eigenvalue_enclosures(
            arb_mat(table) + arb_mat([[arb("1e-6") * int(i == j) for j in range(n)] for i in range(n)])
        )
        assert not any(ball.overlaps(value) for ball, value in zip(shifted, true, strict=True))
    finally:
        ctx.prec = before


@pytest.mark.parametrize(
    "signs, expected",
    [
        ([1, -1, 1], Inertia(0, 0, 2)),
        ([-1, None, 1], Inertia(1, 0, 1)),
        ([1, None, 1], None),
        ([None, 1, 1], None),
        ([-1, None, None, 1], None),
        ([0, -1, 1], Inertia(0, 1, 1)),
        ([0, 0, 1], Inertia(0, 2, 0)),
    ],
)
def test_unknown_signs(signs: list[int | None], expected: Inertia | None) -> None:
    assert inertia_from_signs(signs) == expected


@pytest.mark.parametrize(
    "inertia, kind",
    [
        (Inertia(0, 0, 2), "local_minimum"),
        (Inertia(2, 0, 0), "local_maximum"),
        (Inertia(1, 0, 1), "strict_saddle"),
        (Inertia(1, 1, 0), "strict_saddle"),
        (Inertia(0, 1, 1), "degenerate"),
        (Inertia(0, 2, 0), "degenerate"),
    ],
)
def test_kinds(inertia: Inertia, kind: str) -> None:
    assert inertia.kind == kind


def test_wide_balls_are_refused() -> None:
    assert inertia_of_balls(arb_mat([[arb(1, 2), 0], [0, 1]])) is None


def test_a_characteristic_polynomial_over_a_field_keeps_its_deadline() -> None:
    """The square root of 2 times the identity, in Q[t]/(t^2 - 2): (x - t)^2."""
    t = fmpq_poly([0, 1])
    point = FieldPoint(fmpz_poly([-2, 0, 1]), (t,))
    matrix = [[t, fmpq_poly([0])], [fmpq_poly([0]), t]]
    assert point.characteristic_polynomial(matrix, Budget.of(60)) == [fmpq_poly([2]), -2 * t, fmpq_poly([1])]
    with pytest.raises(OutOfTime):
        point.characteristic_polynomial(matrix, Budget.of(-1))


def test_enclosures_of_one_eigenvalue_that_do_not_meet_are_a_contradiction(monkeypatch: pytest.MonkeyPatch) -> None:
    """Never a choice: one of two proofs is wrong, and nobody knows which."""
    matrix = arb_mat([[arb(1, 1e-9), arb(0)], [arb(0), arb(1, 1e-9)]])
    assert len(inertia.eigenvalue_enclosures(matrix)) == 2
    monkeypatch.setattr(inertia, "_by_rotation", lambda _: [arb(3), arb(4)])
    with pytest.raises(Contradiction):
        inertia.eigenvalue_enclosures(matrix)


def test_entries_next_to_the_largest_double() -> None:
    """Their sum is no double."""
    found = eigenvalue_enclosures(arb_mat([[arb(1.6e308)]]))
    assert len(found) == 1 and found[0].contains(arb(1.6e308)) and found[0] > 0
    pair = eigenvalue_enclosures(arb_mat([[arb(1.6e308), arb(0)], [arb(0), arb(-1.7e308)]]))
    assert pair[0].contains(arb(-1.7e308)) and pair[1].contains(arb(1.6e308))
