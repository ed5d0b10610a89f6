"""Degenerate points at special angles, proved exactly, where a list is not to be had: solutions of the equations may be infinitely many.

Cosines and sines of the multiples of pi/6 are in Q(sqrt 3), those of the multiples of pi/4 in Q(sqrt 2). Multiples at which gradient and
Hessian look like those of a degenerate point are put into the equations over that field.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, product

import numpy as np
from flint import arb, fmpq, fmpq_poly, fmpz_poly

from strictsaddle.arithmetic.arrays import Floats
from strictsaddle.arithmetic.evaluate import evaluate_float
from strictsaddle.derive.derivatives import Derivation, upper_triangle
from strictsaddle.execution.budget import require_time
from strictsaddle.polynomials.number_field import FieldPoint
from strictsaddle.polynomials.zero_search import RealZero
from strictsaddle.routes.algebraic.points import Reader

MOST_PLACES = 300_000
MOST_TRIED = 60
SMALL = (
    1e-9  # of gradients and eigenvalues, which are of the order of 1 where angles alone are unknown; the field decides
)
HALF = fmpq(1, 2)
# of k pi/6, k pi/4 and k pi/2 the cosine as a + b t, t the root of the field's polynomial
Cosines = list[tuple[fmpq | int, fmpq | int]]
SIXTHS: Cosines = [
    (1, 0), (0, HALF), (HALF, 0), (0, 0), (-HALF, 0), (0, -HALF), (-1, 0), (0, -HALF), (-HALF, 0), (0, 0), (HALF, 0), (0, HALF),
]  # fmt: skip
EIGHTHS: Cosines = [(1, 0), (0, HALF), (0, 0), (0, -HALF), (-1, 0), (0, -HALF), (0, 0), (0, HALF)]
QUARTERS: Cosines = [(1, 0), (0, 0), (-1, 0), (0, 0)]
FIELDS = (
    (SIXTHS, 3, fmpz_poly([-3, 0, 1])), (EIGHTHS, 2, fmpz_poly([-2, 0, 1])), (QUARTERS, 1, fmpz_poly([-2, 0, 1])),
)  # fmt: skip


def degenerate_zeros(reader: Reader) -> Iterator[RealZero]:
    """Exact zeros of the equations at special angles, at which the Hessian looks singular and without a negative eigenvalue. Nothing where
    other unknowns than angles are in them."""
    places = reader.equations.places
    n, size = len(places), reader.system.dimension
    if reader.equalities or any(place.role != "angle" for place in places) or size != 2 * n:
        return
    for cosines, quarter, modulus in FIELDS:
        steps = len(cosines)
        if steps**n > MOST_PLACES:
            continue
        for numbers in islice(_candidates(reader, steps), MOST_TRIED):
            coordinates = [fmpq_poly([0])] * size
            for place, k in zip(places, numbers, strict=True):
                coordinates[place.place] = fmpq_poly(list(cosines[k % steps]))
                coordinates[place.place + 1] = fmpq_poly(list(cosines[(k - quarter) % steps]))
            point = FieldPoint(modulus, tuple(coordinates))
            if point.is_stationary(reader.system):
                embedding = next(k for k in point.real_embeddings() if point.roots(128)[k].real > 0)
                balls = tuple(point.embed(value, embedding, 256).real for value in point.coordinates)
                yield RealZero(balls, None, point, embedding)


def _candidates(reader: Reader, steps: int) -> Iterator[tuple[int, ...]]:
    """Multiples of a turn by `steps` for each angle, where the objective looks degenerate."""
    derivation = reader.derivation
    every = np.array(list(product(range(steps), repeat=derivation.dimension)), dtype=np.float64)
    require_time()
    scale = np.array([2 * np.pi / steps / float(arb(place.unit)) for place in reader.equations.places])
    points = every * scale
    slopes = evaluate_float(derivation.gradient_tape, points)
    with np.errstate(all="ignore"):
        flat = np.flatnonzero(np.max(np.abs(slopes), axis=1) < SMALL)
    for k in flat[_look_degenerate(derivation, points[flat])]:
        yield tuple(int(x) for x in every[k])


def _look_degenerate(derivation: Derivation, points: Floats) -> Floats:
    if not len(points):
        return np.zeros(0, dtype=bool)
    n = derivation.dimension
    entries = evaluate_float(derivation.hessian_tape, points)
    matrices = np.zeros((len(points), n, n))
    for column, (i, j) in enumerate(upper_triangle(n)):
        matrices[:, i, j] = matrices[:, j, i] = entries[:, column]
    least = np.linalg.eigvalsh(matrices)[:, 0]
    return np.array(np.abs(least) < SMALL)
