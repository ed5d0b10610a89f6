"""Enclosures of square roots and bases hold what they say, also where the matrix is known as balls only."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flint import arb, arb_mat, ctx, fmpq, fmpq_mat

from strictsaddle.routes.modulo_symmetry.linear_networks.ball_factors import (
    Unsettled,
    orthonormal_basis,
    positive,
    square_root,
)

# Symmetric and positive definite: square roots that are known exactly.
ROOTS = (
    fmpq_mat([[3]]),
    fmpq_mat([[2, 1], [1, 3]]),
    fmpq_mat([[5, 2, -1], [2, 4, 1], [-1, 1, 3]]),
    fmpq_mat([[1, 0], [0, fmpq(1, 1000)]]),
)


@pytest.fixture(autouse=True)
def precision() -> Iterator[None]:
    before, ctx.prec = ctx.prec, 192
    yield
    ctx.prec = before


def widened(matrix: fmpq_mat, radius: str) -> arb_mat:
    size = matrix.nrows()
    return arb_mat([[arb(matrix[i, j]) + arb(0, arb(radius)) for j in range(size)] for i in range(size)])


@pytest.mark.parametrize("radius", ["0", "1e-60", "1e-40", "1e-12"])
@pytest.mark.parametrize("root", ROOTS)
def test_the_root_is_enclosed(root: fmpq_mat, radius: str) -> None:
    found = square_root(widened(root * root, radius))
    assert found.contains(arb_mat(root))
    widest = max(float(found[i, j].rad()) for i in range(root.nrows()) for j in range(root.nrows()))
    assert widest <= 1e4 * max(float(arb(radius)), 1e-50)


def test_every_matrix_in_the_balls_has_its_root_enclosed() -> None:
    found = square_root(widened(ROOTS[1] * ROOTS[1], "1e-3"))
    moved = fmpq_mat([[fmpq(5) + fmpq(1, 1001), 5], [5, 10]])
    assert found.contains(square_root(arb_mat(moved)))
    assert not square_root(widened(ROOTS[1] * ROOTS[1], "1e-6")).overlaps(square_root(arb_mat(moved)))


@pytest.mark.parametrize("matrix", [[[1, 2], [2, 1]], [[0, 0], [0, 1]], [[-1]]])
def test_no_root_of_what_is_not_positive_definite(matrix: list[list[int]]) -> None:
    with pytest.raises(Unsettled):
        square_root(arb_mat(matrix))


def test_positive() -> None:
    assert positive(arb_mat([[2, 1], [1, 2]]))
    assert not positive(arb_mat([[1, 2], [2, 1]]))
    for matrix in (arb_mat([[1, 1], [1, 1]]), arb_mat([[arb(0, 1)]])):
        with pytest.raises(Unsettled):
            positive(matrix)


def test_basis_of_a_range() -> None:
    # The projection onto the plane orthogonal to (2, -1, 3).
    normal = fmpq_mat([[2], [-1], [3]])
    projection = fmpq_mat([[1, 0, 0], [0, 1, 0], [0, 0, 1]]) - normal * normal.transpose() / 14
    basis = orthonormal_basis(arb_mat(projection), 2)
    assert (basis.transpose() * basis).contains(arb_mat([[1, 0], [0, 1]]))
    assert (basis * basis.transpose()).contains(arb_mat(projection))
    with pytest.raises(Unsettled):
        orthonormal_basis(arb_mat(projection), 3)
