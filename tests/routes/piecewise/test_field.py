"""Linear algebra over the field of a point."""

from __future__ import annotations

import random

import numpy as np
from flint import fmpq_poly, fmpz_poly

from strictsaddle.polynomials.number_field import FieldPoint
from strictsaddle.routes.piecewise.field import RealField


def test_linear_algebra_over_a_field() -> None:
    """Keller's criterion against sampled directions; kernels over Q(sqrt 2)."""
    root = FieldPoint(fmpz_poly([-2, 0, 1]), (fmpq_poly([0, 1]),))
    field = RealField(root, next(k for k in root.real_embeddings() if root.roots(64)[k].real > 0))
    drawn = random.Random(2)
    for _ in range(60):
        size = drawn.randint(1, 3)
        entries = [[fmpq_poly([drawn.randint(-2, 2), drawn.randint(-1, 1)]) for _ in range(size)] for _ in range(size)]
        matrix = [[entries[min(i, j)][max(i, j)] for j in range(size)] for i in range(size)]
        real = np.array([[float(root.embed(x, field.embedding, 64).real.mid()) for x in row] for row in matrix])
        points = np.random.default_rng(0).dirichlet(np.ones(size) * 0.4, 4000)
        points = np.concatenate([points, np.eye(size)])
        least = np.min(np.einsum("ki,ij,kj->k", points, real, points))
        if field.is_copositive(matrix, strictly=True):
            assert least > 0
        if not field.is_copositive(matrix, strictly=False):
            assert least < 1e-3
        else:
            assert least > -1e-9
    kernel = field.kernel([[fmpq_poly([0, 1]), fmpq_poly([-2])]], 2)
    assert len(kernel) == 1 and field.dot([fmpq_poly([0, 1]), fmpq_poly([-2])], kernel[0]).is_zero()
    assert field.sign(fmpq_poly([-1, 1])) == 1 and field.sign(field.determinant([[fmpq_poly([0, 1])]])) == 1
