"""Inertias and eigenvalues over Q(sqrt 2), held against those in doubles."""

from __future__ import annotations

import random

import numpy as np
from flint import fmpq_poly, fmpz_poly

from strictsaddle.polynomials.exact_spectrum import exact_inertia_of, spectrum_of
from strictsaddle.polynomials.number_field import FieldPoint


def test_matrices_of_known_rank_over_a_field() -> None:
    """v v' - w w' with v, w over the field: at most one positive and one negative eigenvalue, the others 0."""
    point = FieldPoint(fmpz_poly([-2, 0, 1]), (fmpq_poly([0, 1]),))
    drawn = random.Random(8)
    for _ in range(30):
        v, w = ([fmpq_poly([drawn.randint(-2, 2), drawn.randint(-1, 1)]) for _ in range(3)] for _ in range(2))
        matrix = [[point.product(v[i], v[j]) - point.product(w[i], w[j]) for j in range(3)] for i in range(3)]
        for embedding in point.real_embeddings():
            real = np.array([[float(point.embed(x, embedding, 64).real.mid()) for x in row] for row in matrix])
            values = np.linalg.eigvalsh(real)
            inertia = exact_inertia_of(point, embedding, matrix)
            assert inertia.negative == np.sum(values < -1e-9) and inertia.zero == np.sum(abs(values) <= 1e-9) >= 1
            spectrum = spectrum_of(point, embedding, matrix, inertia, 96)
            assert all(side.low - 1e-9 <= x <= side.high + 1e-9 for side, x in zip(spectrum, values, strict=True))
            zeros = spectrum[inertia.negative : inertia.negative + inertia.zero]
            assert all(side.low == side.high == 0.0 for side in zeros)
            assert all(side.high <= 0.0 for side in spectrum[: inertia.negative])
