"""Good minima: those on whose ball of radius 2 delta H >= alpha I, proved by covering the ball, refuted by a point in
it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from strictsaddle.arithmetic.arrays import Floats
from strictsaddle.arithmetic.exact import at_precision, ball, balls_of
from strictsaddle.arithmetic.outward import nearest_double
from strictsaddle.arithmetic.tape import outward
from strictsaddle.definition_2.descent import descend
from strictsaddle.definition_2.landscape.constant_hessian import at_least
from strictsaddle.definition_2.landscape.landscape import Landscape
from strictsaddle.definition_2.violation import PRECISION, distance
from strictsaddle.execution.budget import Budget
from strictsaddle.records.verdict import StationaryPoint

BALL_BOXES = 400_000
ONLY_ONE = "where H >= alpha I > 0 there is only one"
ATTAINED = 1e-6  # how close to a constant a size must come to be called equal to it in a reason
BOXES_A_SECOND = 100_000  # a cautious guess, for stopping in time


def middles(points: Sequence[StationaryPoint], n: int) -> Floats:
    """The centres of the points' enclosures, (m, n)."""
    return np.array([[0.5 * (i.low + i.high) for i in p.point] for p in points]).reshape(len(points), n)


@dataclass(frozen=True)
class Goodness:
    """Whether H >= alpha I on the 2 delta-ball of a minimum: True, False (then `why`; `crowded`: another stationary point is in it), or
    None for not decided."""

    good: bool | None
    why: str = ""
    crowded: bool = False


class Balls:
    """The balls about the minima of one objective, asked about one alpha and delta after another.

    points: all stationary points that are known; `complete`: whether their orbits are those of proved symmetries.
    """

    def __init__(
        self,
        landscape: Landscape,
        points: Sequence[StationaryPoint],
        complete: bool,
        budget: Budget,
        rng: np.random.Generator,
    ) -> None:
        self.landscape, self.points, self.complete = landscape, points, complete
        self.budget, self.rng = budget, rng
        self.minima = [point for point in points if point.kind == "local_minimum"]
        self.constant = landscape.constant
        self.boxes = 0
        self._least: dict[tuple[int, Fraction], tuple[float, Floats]] = {}
        self._goodness: dict[tuple[Any, Fraction, Fraction], Goodness] = {}

    def least_in_ball(self, k: int, delta: Fraction) -> tuple[float, Floats]:
        """The least eigenvalue on the 2 delta-ball of minimum k as far as a descent finds it, and where."""
        if (k, delta) not in self._least:
            self._least[k, delta] = self._descended(k, delta)
        return self._least[k, delta]

    def _descended(self, k: int, delta: Fraction) -> tuple[float, Floats]:
        centre, radius = (
            middles([self.minima[k]], self.landscape.dimension)[0],
            2.0 * nearest_double(delta) * (1.0 - 1e-9),
        )

        def project(points: Floats) -> Floats:
            """Into the domain, and where that is outside the ball, towards its centre (along a chord, or an arc)."""
            points = self.landscape.inside(points)
            outside = np.linalg.norm(points - centre, axis=1) > radius
            if outside.any():
                ends, low, high = points[outside], np.zeros(outside.sum()), np.ones(outside.sum())
                for _ in range(30):
                    share = 0.5 * (low + high)
                    tried = self.landscape.inside(centre + share[:, None] * (ends - centre))
                    within = np.linalg.norm(tried - centre, axis=1) <= radius
                    low, high = np.where(within, share, low), np.where(within, high, share)
                points[outside] = self.landscape.inside(centre + low[:, None] * (ends - centre))
            return points

        n = len(centre)
        directions = self.rng.standard_normal((400, n))
        directions /= np.linalg.norm(directions, axis=1, keepdims=True)
        begin = np.concatenate([centre + radius * directions, centre + 0.5 * radius * directions, centre[None]])
        if n == 1:
            begin = np.linspace(centre - radius, centre + radius, 401)
        places, values = descend(
            lambda w: self.landscape.sizes(w)[1],
            begin,
            0.3 * radius,
            self.rng,
            rounds=40,
            project=project,
            budget=self.budget,
        )
        return float(values[0]), places[0]

    def goodness(self, k: int, alpha: Fraction, delta: Fraction) -> Goodness:
        """Whether H >= alpha I on the 2 delta-ball of minimum k."""
        minimum = self.minima[k]
        same = minimum.orbit if minimum.orbit is not None and self.complete else (k,)
        key = (same, alpha, delta)
        if key not in self._goodness:
            for (other, larger, radius), known in self._goodness.items():  # H >= alpha I for a larger alpha is more
                if (other, radius) == (same, delta) and larger >= alpha and known.good:
                    return known
            if self.budget.reached(self.boxes) is not None:
                return Goodness(None)
            found = self._judge(k, alpha, delta)
            if found.good is None and self.budget.reached(self.boxes) is not None:
                return found  # for want of time: not worth remembering
            self._goodness[key] = found
        return self._goodness[key]

    def ball_boxes(self) -> int:
        """Boxes that one ball may take, in view of the time that is left."""
        left = self.budget.left()
        if left is None:
            return BALL_BOXES
        return int(min(BALL_BOXES, max(1000, left * BOXES_A_SECOND / 4)))

    def _judge(self, k: int, alpha: Fraction, delta: Fraction) -> Goodness:
        minimum, radius = self.minima[k], 2 * delta
        with at_precision(PRECISION):
            here = balls_of(minimum.point)
            alone = self.landscape.balls_are_convex(nearest_double(radius))
            for other in self.points if alone else ():
                if other is not minimum and distance(here, other.point) <= ball(radius):
                    what = "minimum" if other.kind == "local_minimum" else "stationary point"
                    return Goodness(False, f"that ball holds another {what}, and {ONLY_ONE}", crowded=True)
        if self.constant is not None:
            if at_least(self.constant, alpha):
                return Goodness(True)
            return Goodness(False, "the Hessian is constant, and its least eigenvalue is below alpha")
        least, place = self.least_in_ball(k, delta)
        if least < nearest_double(alpha) and (why := self._below(minimum, place, alpha, delta)):
            return Goodness(False, why)
        square, bound = outward(radius * radius)[1], outward(alpha)[1]
        box = np.array(minimum.point).T
        proved, used, failed = self.landscape.convex_about(box, square, bound, self.ball_boxes())
        self.boxes += used
        if proved:
            return Goodness(True)
        if failed is not None and (why := self._below(minimum, failed, alpha, delta)):
            return Goodness(False, why)
        if abs(least - nearest_double(alpha)) <= ATTAINED * nearest_double(alpha):
            where = ", ".join(f"{x:.6g}" for x in place)
            return Goodness(None, f"at ({where}) the least eigenvalue is alpha up to rounding")
        return Goodness(None)

    def _below(self, minimum: StationaryPoint, place: Floats, alpha: Fraction, delta: Fraction) -> str:
        """A sentence when the least eigenvalue at `place` is proved to be below alpha, in the 2 delta-ball; else
        nothing."""
        if not np.isfinite(place).all():
            return ""
        with at_precision(PRECISION):
            exact = self.landscape.exact(place)
            if not distance(exact, minimum.point) <= ball(2 * delta):
                return ""
            sizes = self.landscape.measure(exact)
            if sizes is None or not sizes[1] < ball(alpha):
                return ""
            shown = ", ".join(f"{x:.6g}" for x in place)
            return f"the least eigenvalue at ({shown}), within 2 delta of it, is {float(sizes[1]):.6g} < alpha"
