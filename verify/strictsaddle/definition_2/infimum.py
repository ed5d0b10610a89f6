"""The least gradient for a given gamma, or the least curvature for a given epsilon, as far as descents find it."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from strictsaddle.arithmetic.arrays import Floats
from strictsaddle.arithmetic.outward import nearest_double
from strictsaddle.definition_2.descent import descend, starts
from strictsaddle.definition_2.examination import Examination
from strictsaddle.definition_2.violation import Constants

SLACK = 1e-4  # how far inside the other conditions a refuting point is looked for, so that it can be certified


def infimum(
    examination: Examination,
    alpha: Fraction,
    delta: Fraction,
    *,
    gamma: Fraction | None = None,
    epsilon: Fraction | None = None,
    near: Floats | None = None,
) -> Floats | None:
    """Where |g| (gamma given) or the curvature -least (epsilon given) is least among the points that violate the
    other conditions, as far as descents find it; `near` (n,) is one more point to start from."""
    good = examination.middles(examination.good_minima(Constants(alpha, Fraction(1), Fraction(1), delta)))
    d = nearest_double(delta) * (1 + SLACK)
    scale = nearest_double(gamma if gamma is not None else epsilon or Fraction(1))

    def excess(points: Floats) -> tuple[Floats, Floats, Floats]:
        norms, least = examination.landscape.sizes(points)
        outside = np.zeros(len(points))
        if len(good):
            gaps = np.min(np.linalg.norm(points[:, None, :] - good[None], axis=2), axis=1)
            outside = np.maximum(0.0, (d - gaps) / d)
        return norms, least, outside

    def value(weight: float) -> Any:
        def score(points: Floats) -> Floats:
            norms, least, outside = excess(points)
            if gamma is not None:
                return np.array(norms + weight * (np.maximum(0.0, -least / scale - (1 - SLACK)) + outside))
            with np.errstate(invalid="ignore"):  # infinite sizes, where f is not defined
                return np.array(-least + weight * (np.maximum(0.0, norms / scale - (1 - SLACK)) + outside))

        return score

    reach = 1.5 * examination.reach() + 4.0 * d + 0.5
    begin = starts(examination.middles(examination.points), nearest_double(delta), reach, examination.rng)
    if near is not None:
        begin = np.concatenate(
            [
                near
                + np.outer(np.geomspace(1e-6, 1.0, 200), np.ones_like(near))
                * examination.rng.standard_normal((200, near.size)),
                near[None],
            ]
        )
    typical = examination.landscape.sizes(examination.landscape.inside(begin))
    size = (
        float(np.median(typical[0][np.isfinite(typical[0])]))
        if gamma is not None
        else float(np.median(np.abs(typical[1][np.isfinite(typical[1])])))
    )
    weight = 10.0 * max(size, 1e-6)
    project, budget = examination.landscape.inside, examination.budget
    points, _ = descend(value(weight), begin, 0.1 * reach, examination.rng, rounds=60, project=project, budget=budget)
    # again from what was found, with small steps: the minimum of a function with kinks is at the bottom of one; and
    # with a weight that no gain outweighs, in case all were drawn to where the other conditions hold by a little
    again, _ = descend(value(weight), points, 1e-2 * reach, examination.rng, rounds=60, project=project, budget=budget)
    begin = np.concatenate([again, begin])
    points, _ = descend(
        value(100.0 * weight), begin, 1e-2 * reach, examination.rng, rounds=60, project=project, budget=budget
    )

    def strictly(points: Floats) -> Floats:
        """What is looked for, and inf where the other conditions do not hold."""
        norms, least, outside = excess(points)
        feasible = np.isfinite(norms) & np.isfinite(least) & (outside < SLACK / 2)
        feasible &= (least > -scale) if gamma is not None else (norms < scale)
        return np.where(feasible, norms if gamma is not None else -least, np.inf)

    # no weight is right for all: at last among those alone that satisfy the other conditions, the known stationary
    # points with them
    begin = np.concatenate([points, begin, examination.middles(examination.points)])
    begin = begin[np.isfinite(strictly(project(begin)))]
    if not len(begin):
        return None
    points, _ = descend(strictly, begin, 1e-2 * reach, examination.rng, rounds=60, project=project, budget=budget)
    return np.array(points[0])
