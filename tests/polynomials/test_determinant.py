"""Determinants of polynomial matrices, held against those of numbers."""

from __future__ import annotations

import random

import pytest
from flint import fmpq, fmpq_mat, fmpq_mpoly_ctx

from strictsaddle.polynomials.determinant import TooManyTerms, determinant


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_at_points_it_is_the_determinant_of_numbers(n: int) -> None:
    drawn = random.Random(n)
    context = fmpq_mpoly_ctx.get(["x1", "x2"], "degrevlex")
    x, y = context.gens()
    for _ in range(20):
        rows = [
            [drawn.randint(-2, 2) * x + drawn.randint(-2, 2) * y**2 + drawn.choice((0, 0, 1)) for _ in range(n)]
            for _ in range(n)
        ]
        at = (fmpq(drawn.randint(-3, 3), 2), fmpq(drawn.randint(-3, 3)))
        numbers = fmpq_mat([[entry(*at) for entry in row] for row in rows])
        assert determinant(rows)(*at) == numbers.det()


def test_too_many_terms_are_told() -> None:
    context = fmpq_mpoly_ctx.get(["x1", "x2"], "degrevlex")
    x, y = context.gens()
    rows = [[x + 1, y], [y, x - y + 2]]
    assert len(determinant(rows)) > 3 and determinant(rows, 50) == determinant(rows)
    with pytest.raises(TooManyTerms):
        determinant(rows, 3)
