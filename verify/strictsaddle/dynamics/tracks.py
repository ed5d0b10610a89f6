"""One path from a saddle on: value, gradient and index along it, and the stationary points that it passes near, certified where that can be
(the picture of Dauphin et al. 2014, with points that are proved to be stationary)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from strictsaddle.arithmetic.arrays import Floats
from strictsaddle.certify.krawczyk import isolate, refine
from strictsaddle.certify.spectrum import classified
from strictsaddle.derive.derivatives import derive
from strictsaddle.dynamics.listed import Nearest, middle
from strictsaddle.dynamics.optimisers.optimiser import Optimiser, Settings
from strictsaddle.dynamics.problem import Problem
from strictsaddle.dynamics.simulate import described, trace
from strictsaddle.objective.objective import Objective
from strictsaddle.records.escape import NearCritical, Track
from strictsaddle.records.verdict import StationaryPoint

SAMPLES = 300
MOST_UNKNOWNS = 12  # with which a point is certified
MOST_OPEN = 5  # points near which none is certified
REACH = 0.25  # of the distance to the nearest other listed point: nearer counts as near


def track(
    problem: Problem, objective: Objective, nearest: Nearest, optimiser: Optimiser, settings: Settings, start: Floats, *, saddle: int,
    steps: int, seed: int,
) -> tuple[Track, list[NearCritical]]:  # fmt: skip
    """A path of so many steps, and the points of it at which the gradient was least for a while."""
    at, points = trace(problem, optimiser, settings, start, steps=steps, samples=min(SAMPLES, steps), seed=seed)
    finite = np.isfinite(points).all(axis=1)
    stop = len(points) if finite.all() else int(np.argmin(finite))
    at, points = at[:stop], points[:stop]
    values, slopes, eigenvalues = described(problem, points)
    indices = (eigenvalues < 0).sum(axis=1)
    path = Track(saddle, optimiser.name, *(tuple(x.tolist()) for x in (at, values, slopes, indices)))
    near = []
    for k in range(1, len(points) - 1):
        if slopes[k] < slopes[k - 1] and slopes[k] <= slopes[k + 1] and slopes[k] < 0.1 * slopes.max():
            found, distance = certified(problem, objective, nearest, points[k])
            numbers = int(at[k]), float(values[k]), float(slopes[k]), int(indices[k])
            near.append(NearCritical(saddle, optimiser.name, *numbers, found, distance))
    return path, _closest(near)


def _closest(near: Sequence[NearCritical]) -> list[NearCritical]:
    """One of each certified point, where the path came nearest to it, and of the others the flattest few."""
    best: dict[object, NearCritical] = {}
    for one in near:
        key = None if one.certified is None else one.certified.point
        if key is not None and (key not in best or (one.distance or 0.0) < (best[key].distance or 0.0)):
            best[key] = one
    others = sorted((one for one in near if one.certified is None), key=lambda one: one.gradient_norm)
    return sorted([*best.values(), *others[:MOST_OPEN]], key=lambda one: one.step)


def certified(
    problem: Problem, objective: Objective, nearest: Nearest, point: Floats
) -> tuple[StationaryPoint | None, float | None]:
    """A listed point that is near, or on R^n one that is proved to exist near `point`, with the distance."""
    if (listed := nearest.to(point, REACH)) is not None:
        return nearest.known[listed[0]], listed[1]
    if problem.groups or problem.dimension > MOST_UNKNOWNS or objective.graph.has_kinks(objective.node):
        return None, None
    derivation = derive(objective)
    boxes = isolate(derivation, point)
    if boxes is None:
        return None, None
    found = classified(derivation, refine(derivation, boxes[0], boxes[1]))
    return found, float(np.linalg.norm(middle(found.point) - point))
