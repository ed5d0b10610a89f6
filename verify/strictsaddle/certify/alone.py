"""Is a listed point the only stationary point in its box of doubles, where the list is not complete?

On R^n, for w and w' stationary in a box W: 0 = g(w) - g(w') = A (w - w') with A among the Hessians over W, entry by entry. On
spheres the same for the pairs (w, mu) with the multipliers mu_g = w_g . grad_g f / 2, of both points in the enclosure of that
over W, and the bordered Hessians ((H - 2 mu, -2 w), (2 w^T, 0)). Where no matrix in these balls is singular, w = w'.
"""

from __future__ import annotations

from collections.abc import Sequence

from flint import arb, arb_mat

from strictsaddle.arithmetic.evaluate import evaluate_arb
from strictsaddle.arithmetic.exact import at_precision, balls_of
from strictsaddle.certify.isolation import nonsingular
from strictsaddle.certify.krawczyk import hessian
from strictsaddle.derive.derivatives import derive
from strictsaddle.objective.domain import Euclidean
from strictsaddle.objective.objective import Objective
from strictsaddle.records.verdict import StationaryPoint

PRECISION = 128


def alone(objective: Objective, points: Sequence[StationaryPoint]) -> list[bool]:
    """For each point whether its box is proved to hold no other stationary point."""
    domain = objective.domain
    if domain.equations:
        return [False] * len(points)
    derivation = derive(objective.on(Euclidean()))
    n = objective.dimension
    groups = domain.groups
    with at_precision(PRECISION):
        found = []
        for point in points:
            box = balls_of(point.point)
            inner = hessian(derivation, box)
            slopes = evaluate_arb(derivation.gradient_tape, box) if groups else []
            matrix = arb_mat(n + len(groups), n + len(groups))
            for i in range(n):
                for j in range(n):
                    matrix[i, j] = inner[i, j]
            for number, group in enumerate(groups):
                multiplier = sum((box[i] * slopes[i] for i in group), arb(0)) / 2
                for i in group:
                    matrix[i, i] -= 2 * multiplier
                    matrix[i, n + number], matrix[n + number, i] = -2 * box[i], 2 * box[i]
            found.append(nonsingular(matrix))
        return found
