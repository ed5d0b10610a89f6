"""What a polynomial with a continuous symmetry is asked before msolve: does a point on an orbit, or a rational one, refute?

Stationary points come in orbits then, as a rule, and a list of isolated ones is not to be had: the run of msolve on the
whole system would be wasted. A minimum that the symmetry moves refutes Definition 1 by itself (mathematics, 4).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from strictsaddle.arithmetic.arrays import Floats
from strictsaddle.arithmetic.evaluate import evaluate_float
from strictsaddle.derive.derivatives import Derivation
from strictsaddle.derive.polynomials import system as polynomial_system
from strictsaddle.execution.budget import Budget, require_time
from strictsaddle.objective.domain import Euclidean
from strictsaddle.objective.objective import Objective
from strictsaddle.records.verdict import Witness
from strictsaddle.routes.exact.continua import small_vectors, witness_near
from strictsaddle.routes.refutation.lines_and_orbits import orbit_witness
from strictsaddle.routes.refutation.rational import rational_witness
from strictsaddle.routes.refutation.refute import STARTS, Suspects
from strictsaddle.symmetry.continuous.fields import ContinuousSymmetries

FEW_STARTS = 6
MOST_ATTEMPTS = 3
MOVED = 1e-3  # length of a field at a point, from which on the symmetry is taken to move it; nothing is claimed by it


@dataclass(frozen=True)
class FirstLook:
    """`witness`: proved, or None. `minimum`: a proved one on an orbit of minima, or None. `on_orbits`: whether stationary points seem
    to lie on orbits of positive dimension (in floating point: it tells what to try next, nothing more)."""

    witness: Witness | None
    minimum: Witness | None
    on_orbits: bool


def look_first(derivation: Derivation, fields: ContinuousSymmetries, seed: int = 0) -> FirstLook:
    """Rational points with small coordinates, then approximate stationary points, of an objective on all of R^n."""
    n = derivation.dimension
    witness = next(_rational_witnesses(derivation), None)
    matrices = fields.matrices
    suspects = Suspects(derivation, matrices, Euclidean(), seed, STARTS if witness is None else FEW_STARTS)
    minimum = _minimum(derivation, suspects, fields)
    witness = witness or minimum
    if witness is None:
        everywhere = np.full(n, np.inf)
        witness, _ = suspects.refutation(-everywhere, everywhere)
    points = [suspect.point for suspect in suspects.points]
    if witness is not None:
        points.append(np.array([0.5 * (i.low + i.high) for i in witness.point]))
    return FirstLook(witness, minimum, any(_rank(fields, point) for point in points))


def exact_witness(objective: Objective, near: Witness, budget: Budget) -> Witness | None:
    """A witness with coordinates in a number field, on the continuum on which `near` lies."""
    system = polynomial_system(objective.graph, objective.node, objective.dimension)
    point = np.array([0.5 * (i.low + i.high) for i in near.point])
    found, _ = witness_near(system, point, budget)
    return found[0] if found else None


def _minimum(derivation: Derivation, suspects: Suspects, fields: ContinuousSymmetries) -> Witness | None:
    """A minimum on an orbit, from the lowest of the suspects that look like one."""
    flat = [s for s in suspects.points if s.degenerate and 0 < _rank(fields, s.point) <= s.flat]
    points = np.array([s.point for s in flat]).reshape(-1, derivation.dimension)
    values = evaluate_float(derivation.value_tape, points)[:, 0]
    matrices = fields.matrices
    found = (orbit_witness(derivation, flat[k], matrices) for k in np.argsort(values)[:MOST_ATTEMPTS])
    return next((witness for witness in found if witness is not None), None)


def _rational_witnesses(derivation: Derivation) -> Iterator[Witness]:
    vectors = np.array(small_vectors(derivation.dimension), dtype=np.float64)
    slopes = evaluate_float(derivation.gradient_tape, vectors)
    for k in np.flatnonzero(np.max(np.abs(slopes), axis=1) < 1e-9):
        witness = rational_witness(derivation, vectors[k])
        if witness is not None:
            yield witness


def _rank(fields: ContinuousSymmetries, point: Floats) -> int:
    """The dimension of the orbit, approximately: the rank of the fields at the point."""
    require_time()
    rows = fields.approximate[:, :-1] @ point + fields.approximate[:, -1]
    return int(np.linalg.matrix_rank(rows, MOVED * max(1.0, float(np.max(np.abs(point))))))
