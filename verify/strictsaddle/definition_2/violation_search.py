"""The search for a point that violates Definition 2, for one objective and one set of constants after another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
from flint import arb

from strictsaddle.arithmetic.arrays import Floats
from strictsaddle.arithmetic.exact import ball, ball_between
from strictsaddle.arithmetic.outward import nearest_double
from strictsaddle.definition_2.descent import descend, starts
from strictsaddle.definition_2.goodness import Balls, middles
from strictsaddle.definition_2.landscape.landscape import Landscape
from strictsaddle.definition_2.unknown_minima import no_unknown_minimum
from strictsaddle.definition_2.violation import Constants, Violation, certified, distance, short
from strictsaddle.execution.budget import Budget
from strictsaddle.execution.executor import Executor
from strictsaddle.records.events import Listener
from strictsaddle.records.terms import Interval, Proof
from strictsaddle.records.verdict import StationaryPoint, Verdict

FARTHEST = 1e3
DISTANCES = 60
SHELLS = 6
MOST_ORIGINS = 8
IsFar = Callable[[Sequence[arb]], tuple[str, Proof] | None]


class ViolationSearch:
    """Looks for violations among the known points and by descent. `boxes`: used for proofs that a point is far from
    every minimum."""

    def __init__(
        self,
        landscape: Landscape,
        known: Verdict,
        balls: Balls,
        rng: np.random.Generator,
        *,
        pool: Executor,
        budget: Budget,
        listener: Listener,
    ) -> None:
        self.landscape, self.known, self.balls, self.rng = landscape, known, balls, rng
        self.points, self.minima = balls.points, balls.minima
        self.pool, self.budget, self.listener = pool, budget, listener
        self.boxes = 0

    def middles(self, points: Sequence[StationaryPoint]) -> Floats:
        return middles(points, self.landscape.dimension)

    @property
    def list_is_complete(self) -> bool:
        """Whether the list of minima is proved complete on the whole domain that the user gave: every stationary point is
        isolated, listed and of a settled kind."""
        listed = self.known.stationary
        whole = self.known.definition_1.scope == self.landscape.scope_of_points
        return listed.complete and not listed.continua and whole

    def reach(self) -> float:
        """The largest coordinate of any stationary point that is known."""
        places = [i for p in self.points for i in p.point] + [
            i for c in self.known.stationary.continua for i in c.point
        ]
        return max((max(abs(i.low), abs(i.high)) for i in places), default=1.0)

    def known_point(self, constants: Constants) -> Violation | None:
        """A stationary point that violates the definition."""
        found = self.known.definition_1.witness
        if self.known.definition_1.verdict == "not_strict_saddle" and found is not None:
            why = "it is stationary, its Hessian is singular and has no negative eigenvalue: "
            why += "the definition fails for every choice of constants"
            return Violation(found.point, Interval(0.0, 0.0), Interval(0.0, 0.0), why)
        for point in self.points:
            least = point.eigenvalues[0] if point.eigenvalues else Interval(float("-inf"), 0.0)
            if point.kind in ("local_minimum", "undecided") or not np.isfinite(least.low):
                continue
            if Fraction(least.low) > -constants.gamma:
                why = "it is a stationary point, no good minimum, and its least eigenvalue is above -gamma"
                return Violation(point.point, Interval(0.0, 0.0), least, why)
        for k, point in enumerate(self.minima):
            state = self.balls.goodness(k, constants.alpha, constants.delta)
            if state.good is not False:
                continue
            why = f"it is a minimum, and H >= alpha I does not hold on its ball of radius 2 delta: {state.why}"
            least = point.eigenvalues[0] if point.eigenvalues else Interval(0.0, float("inf"))
            if self.landscape.balls_are_convex(2 * nearest_double(constants.delta)):
                return Violation(point.point, Interval(0.0, 0.0), least, why, crowded=state.crowded)
            # another minimum's good ball might hold this one
            others = self.far(constants)([ball_between(*i) for i in point.point])
            if others is not None:
                return Violation(
                    point.point, Interval(0.0, 0.0), least, f"{why}; and {others[0]}", others[1], state.crowded
                )
        return None

    def score(self, constants: Constants, good: Floats) -> Any:
        """Below 1 where all three conditions are violated: the largest of |g|/epsilon, -least/gamma and
        delta/distance."""
        gamma, epsilon, delta = (nearest_double(x) for x in (constants.gamma, constants.epsilon, constants.delta))

        def value(points: Floats) -> Floats:
            norms, least = self.landscape.sizes(points)
            near = np.full(len(points), -np.inf)
            if len(good):
                gaps = np.min(np.linalg.norm(points[:, None, :] - good[None], axis=2), axis=1)
                near = delta / np.maximum(gaps, 1e-300)
            with np.errstate(over="ignore"):
                return np.array(np.maximum(np.maximum(norms / epsilon, -least / gamma), near))

        return value

    def far(self, constants: Constants) -> IsFar:
        """The proof that an exact point is not within delta of any good minimum, for `certified`."""
        listed = "it is farther than delta from every minimum of the complete list that is good"

        def is_far(point: Sequence[arb]) -> tuple[str, Proof] | None:
            for k, minimum in enumerate(self.minima):
                if distance(point, minimum.point) > ball(constants.delta):
                    continue
                if self.balls.goodness(k, constants.alpha, constants.delta).good is not False:
                    return None
            proof = self.known.definition_1.proof if self.list_is_complete else "none"
            if proof in ("exact", "interval"):
                return listed, "interval"
            if self._no_unknown_minimum(point, constants.delta):
                return (
                    "it is farther than delta from every known minimum that is good, and a covering shows that no other "
                    "minimum is near",
                    "interval",
                )
            return (listed, "modular") if proof == "modular" else None

        return is_far

    def _no_unknown_minimum(self, point: Sequence[arb], delta: Fraction) -> bool:
        if self.landscape.objective.domain.groups:
            return False
        alone, used = no_unknown_minimum(
            self.landscape.derivation,
            self.minima,
            point,
            delta,
            self.landscape.outer,
            pool=self.pool,
            budget=self.budget,
            listener=self.listener,
        )
        self.boxes += used
        return alone

    def near(self, places: Floats, constants: Constants, score: Any, radius: float, rounds: int) -> Violation | None:
        """Descend from the places and certify the best of what is found."""
        return self._descended(places, constants, score, radius, rounds, self.far(constants))

    def _descended(
        self, places: Floats, constants: Constants, score: Any, radius: float, rounds: int, is_far: IsFar
    ) -> Violation | None:
        points, values = descend(
            score,
            places,
            radius,
            self.rng,
            rounds=rounds,
            project=self.landscape.inside,
            enough=0.9,
            budget=self.budget,
        )

        def test(place: Floats) -> Violation | None:
            return certified(self.landscape, self.landscape.inside(place[None])[0], constants, is_far)

        for point, value in list(zip(points, values, strict=True))[:3]:
            if value < 1.0:
                found = short(point, test)
                if found is not None:
                    return found
        return None

    def without_list(self, constants: Constants) -> Violation | None:
        """A violation that needs no list of minima, because its least eigenvalue is below alpha."""
        alpha, gamma, epsilon = (nearest_double(x) for x in (constants.alpha, constants.gamma, constants.epsilon))

        def score(points: Floats) -> Floats:
            norms, least = self.landscape.sizes(points)
            with np.errstate(over="ignore"):
                return np.array(np.maximum(np.maximum(norms / epsilon, -least / gamma), least / alpha))

        begin = self.landscape.everywhere(4000, self.rng)
        if begin is not None:
            return self._descended(begin, constants, score, 0.5, 40, lambda _: None)
        n = self.landscape.dimension
        begin = np.concatenate([starts(np.zeros((1, n)), 1.0, reach, self.rng, 1000) for reach in (1.0, 4.0, 16.0)])
        found = self._descended(begin, constants, score, 0.5, 40, lambda _: None)
        return found or self._far_out(constants, score, lambda _: None)

    def _distant(self) -> Floats:
        """Points from 1 to FARTHEST away: along the axes through 0 and through known points, where what decays in some
        direction is smallest, and in random directions."""
        n = self.landscape.dimension
        radii = np.geomspace(1.0, FARTHEST, DISTANCES)
        axes = np.concatenate([np.eye(n), -np.eye(n)])
        origins = np.concatenate([np.zeros((1, n)), self.middles(self.points)[:MOST_ORIGINS]])
        along = origins[:, None, None] + radii[None, :, None, None] * axes[None, None]
        directions = self.rng.standard_normal((20 * DISTANCES, n))
        directions /= np.linalg.norm(directions, axis=1, keepdims=True)
        return np.concatenate([along.reshape(-1, n), np.tile(radii, 20)[:, None] * directions])

    def far_out(self, constants: Constants, score: Any) -> Violation | None:
        """A violation far from all known points, where no proof bounds the search."""
        return self._far_out(constants, score, self.far(constants))

    def _far_out(self, constants: Constants, score: Any, is_far: IsFar) -> Violation | None:
        distant = self._distant()
        sizes = np.abs(distant).max(axis=1)
        for low, high in pairwise(np.geomspace(1.0, FARTHEST * 1.001, SHELLS + 1)):
            here = self.landscape.inside(distant[(sizes >= low) & (sizes < high)])
            found = self._descended(here, constants, score, 0.05 * float(low), 40, is_far) if len(here) else None
            if found is not None:
                return found
        return None

    def everywhere(self, constants: Constants) -> Violation | None:
        """A violation anywhere, by descent from points all over the domain."""
        good = [p for k, p in enumerate(self.minima) if self.balls.goodness(k, constants.alpha, constants.delta).good]
        reach = 1.5 * self.reach() + 4.0 * nearest_double(constants.delta) + 0.5
        begin = starts(self.middles(self.points), nearest_double(constants.delta), reach, self.rng)
        more = self.landscape.everywhere(3000, self.rng)
        if more is not None:
            begin = np.concatenate([begin, more])
        return self.near(begin, constants, self.score(constants, self.middles(good)), 0.1 * reach, 60)
