"""Proving that no minimum but the known ones lies near a point, without a complete list of minima."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np
from flint import arb

from strictsaddle.arithmetic.arrays import Floats
from strictsaddle.arithmetic.exact import ball
from strictsaddle.arithmetic.outward import outward
from strictsaddle.covering.waves import Coverage, cover
from strictsaddle.definition_2.cover.cover import Thresholds
from strictsaddle.definition_2.cover.strong_convexity import bounding_box, convex_on_ball
from strictsaddle.definition_2.landscape.patch import flat
from strictsaddle.derive.derivatives import Derivation
from strictsaddle.execution.budget import Budget
from strictsaddle.execution.executor import Executor
from strictsaddle.records.events import Listener
from strictsaddle.records.verdict import StationaryPoint

BOXES = 50_000
BALL_BOXES = 5_000
TINY = 1e-290  # a positive number below which no epsilon or gamma that matters can be
LEAST_SHARE = 1e-12


def no_unknown_minimum(
    derivation: Derivation,
    known: Sequence[StationaryPoint],
    point: Sequence[arb],
    delta: Fraction,
    region: tuple[Floats, Floats] | None,
    *,
    pool: Executor,
    budget: Budget,
    listener: Listener,
) -> tuple[bool, int]:
    """Whether every local minimum within delta of any place in the balls `point` is one of `known`, and the boxes used.

    Proved by covering the bounding box of the ball (cut by `region`). A box of it is closed when g has no zero in it,
    when a direction of negative curvature is proved, or when it lies in a ball about a known minimum on which H > 0.
    """
    reach = ball(delta)
    lower = np.array([outward(x - reach).low for x in point])
    upper = np.array([outward(x + reach).high for x in point])
    radius = float(0.5 * (upper - lower).max())  # how large a convex ball is tried first: nothing is proved with it
    if not np.isfinite(radius) or radius <= 0.0:
        return False, 0
    if region is not None:
        lower, upper = np.maximum(lower, region[0]), np.minimum(upper, region[1])
    about = [
        minimum
        for minimum in known
        if all(i.low <= b and a <= i.high for i, a, b in zip(minimum.point, lower, upper, strict=True))
    ]
    centres = np.array([np.array(minimum.point).T for minimum in about]).reshape(len(about), 2, len(point))
    squares, patch = np.zeros(len(about)), flat(derivation)
    for k, box in enumerate(centres):
        square = 0.25 * radius * radius
        while square > LEAST_SHARE * radius * radius:
            ends = bounding_box(box, square * 1.0001, region)
            if convex_on_ball(patch, *ends, box, square * 1.0001, TINY, BALL_BOXES)[0]:
                squares[k] = square
                break
            square *= 0.25
    thresholds = Thresholds(
        patch,
        TINY,
        TINY,
        np.ascontiguousarray(np.moveaxis(centres, 1, 0)),
        squares,
    )
    within = replace(budget, max_boxes=BOXES)
    state, _, _ = cover(thresholds, Coverage.start(lower, upper), pool, within, listener)
    return state.closed, state.boxes
