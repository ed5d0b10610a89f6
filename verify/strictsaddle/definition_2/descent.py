"""Random descent of functions with kinks, and where to start it."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from strictsaddle.arithmetic.arrays import Floats
from strictsaddle.execution.budget import UNLIMITED, Budget

Score = Callable[[Floats], Floats]  # rows of points -> (m,), the smaller the better
KEPT = 40  # points that a descent improves at the same time
TRIES = 24  # steps tried from each of them in a round


def descend(
    score: Score,
    starts: Floats,
    radius: float,
    rng: np.random.Generator,
    *,
    rounds: int = 60,
    project: Callable[[Floats], Floats] = lambda points: points,
    enough: float = -math.inf,
    budget: Budget = UNLIMITED,
) -> tuple[Floats, Floats]:
    """Random descent from the best of the starts: points (m, n) and scores, best first. Ends early below `enough`, and
    when the time is over.

    It needs no derivative, and the scores here have kinks (a maximum, a least eigenvalue).
    """
    starts = project(starts)
    values = score(starts)
    order = np.argsort(values, kind="stable")[:KEPT]
    points, values = starts[order].copy(), values[order].copy()
    n = points.shape[1]
    reach = np.full(len(points), radius)
    steps = np.zeros_like(points)
    for _ in range(rounds):
        if not len(values) or values.min() < enough or budget.is_over:
            break
        tries = rng.standard_normal((len(points), TRIES, n)) * reach[:, None, None] / math.sqrt(n)
        tries[:, 0] = steps  # the last step that helped, once more
        tries[:, 1] = 2.0 * steps
        candidates = project((points[:, None, :] + tries).reshape(-1, n))
        found = score(candidates).reshape(len(points), TRIES)
        best = np.argmin(found, axis=1)
        rows = np.arange(len(points))
        better = found[rows, best] < values
        moved = candidates.reshape(len(points), TRIES, n)[rows, best]
        steps = np.where(better[:, None], moved - points, 0.0)
        points = np.where(better[:, None], moved, points)
        values = np.where(better, found[rows, best], values)
        length = np.linalg.norm(steps, axis=1) * 1.5
        reach = np.where(better, np.maximum(length, 0.5 * reach), 0.5 * reach)
    order = np.argsort(values, kind="stable")
    return points[order], values[order]


def starts(known: Floats, delta: float, reach: float, rng: np.random.Generator, count: int = 3000) -> Floats:
    """Points to start from: around and between the known stationary points (m, n), on spheres of radius delta, and
    everywhere."""
    n = known.shape[1]
    parts = [rng.uniform(-reach, reach, (count, n))]
    if len(known):
        some = known[rng.integers(len(known), size=count)]
        others = known[rng.integers(len(known), size=count)]
        parts.append(
            some + rng.uniform(0, 1, (count, 1)) * (others - some) + 0.02 * reach * rng.standard_normal((count, n))
        )
        directions = rng.standard_normal((count, n))
        directions /= np.linalg.norm(directions, axis=1, keepdims=True) + 1e-300
        parts.append(some + directions * delta * rng.choice([0.5, 1.0 + 1e-6, 1.1, 1.5, 2.0], (count, 1)))
        parts.append(some + directions * reach * np.exp(rng.uniform(-9, 0, (count, 1))))
        parts.append(known)
    return np.concatenate(parts)
