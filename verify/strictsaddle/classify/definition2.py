"""Definition 2 for given constants: refuted by one point, or proved by a covering.

f is (alpha, gamma, epsilon, delta)-strict-saddle when each w has |g(w)| >= epsilon, or least eigenvalue <= -gamma, or
lies within delta of a good minimum: a local minimum on whose ball of radius 2 delta H >= alpha I. Norms and distances
are Euclidean. On a box, minima are those in the box, and balls are cut by it. What is cheap is asked first:

1. a stationary point that is no minimum and has least eigenvalue > -gamma refutes; so does a degenerate minimum, for
   all constants;
2. a minimum that is not good refutes: g = 0 there, and if it lay within delta of a good minimum, that one's ball
   would hold two stationary points, which H > 0 on a convex set forbids;
3. a point found by descent refutes (see `violating`);
4. else every box has to be closed, and the worst open ones are searched for violations between waves.

Minima that are unknown do no harm to a proof: every point is near a known one, or satisfies another condition.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any, Literal

import numpy as np
from flint import arb, ctx

from strictsaddle.classify.goodness import Balls, middles
from strictsaddle.classify.known_symmetries import KnownSymmetries
from strictsaddle.classify.unknown_minima import no_unknown_minimum
from strictsaddle.classify.violating import (
    PRECISION,
    Constants,
    Landscape,
    Violation,
    ball,
    certified,
    descend,
    distance,
    short,
    starts,
)
from strictsaddle.derive.derivatives import derive
from strictsaddle.derive.outward import outward as outward_ball
from strictsaddle.derive.tape import outward
from strictsaddle.events import Listener
from strictsaddle.objective.domain import Box
from strictsaddle.objective.objective import Objective
from strictsaddle.parallel import Executor
from strictsaddle.stationary.covering import Limits
from strictsaddle.stationary.discharge import Thresholds, close
from strictsaddle.stationary.growth import Bounded, bounded
from strictsaddle.stationary.krawczyk import refine
from strictsaddle.verdict import Interval, Proof, Scope, StationaryPoint, Verdict

Array = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Decision:
    """Whether the constants hold, and why. `worst`: where it is undecided, the region (2, n) that is left."""

    verdict: Literal["holds", "fails", "undecided"]
    scope: Scope
    proof: Proof
    reason: str
    violation: Violation | None = None
    worst: Array | None = None


class Examination:
    """One objective whose stationary points are known, asked about one set of constants after another."""

    def __init__(
        self,
        objective: Objective,
        known: Verdict,
        *,
        pool: Executor,
        limits: Limits,
        listener: Listener,
        seed: int = 0,
    ) -> None:
        self.objective, self.known = objective, known
        self.pool, self.limits, self.listener = pool, limits, listener
        self.derivation = derive(objective)
        self._boxes = 0
        self.rng = np.random.default_rng(seed)
        self.region: tuple[Array, Array] | None = None
        if isinstance(objective.domain, Box):
            ends = [
                (outward(low)[0], outward(high)[1])
                for low, high in zip(objective.domain.lower, objective.domain.upper, strict=True)
            ]
            self.region = (np.array([low for low, _ in ends]), np.array([high for _, high in ends]))
        self.landscape = Landscape(self.derivation, self._inner_region())
        self.points = tuple(self._tight(point) for point in known.stationary.isolated)
        self.minima = [point for point in self.points if point.kind == "local_minimum"]
        self.balls = Balls(
            self.derivation,
            self.landscape,
            self.points,
            known.stationary.complete,
            self.region,
            limits,
            self.rng,
        )
        self._bounds: dict[Fraction, Bounded | str] = {}

    def _inner_region(self) -> tuple[Array, Array] | None:
        """The box rounded inwards: points that are shown must lie in the domain."""
        if not isinstance(self.objective.domain, Box):
            return None
        lower = np.array([outward(low)[1] for low in self.objective.domain.lower])
        upper = np.array([outward(high)[0] for high in self.objective.domain.upper])
        return lower, np.maximum(lower, upper)

    @property
    def scope_of_points(self) -> Scope:
        """The scope of a refutation: one point of the domain that the user gave."""
        return "box" if isinstance(self.objective.domain, Box) else "global"

    @property
    def boxes(self) -> int:
        """Boxes used so far."""
        return self._boxes + self.balls.boxes

    def _tight(self, point: StationaryPoint) -> StationaryPoint:
        """The point in a tighter enclosure where the listed one is wide: balls about it must not be uncertain."""
        box = np.array(point.point).T
        if np.max(box[1] - box[0]) <= 1e-12 * max(1.0, float(np.max(np.abs(box)))):
            return point
        return replace(point, point=refine(self.derivation, box, box).interval)

    @cached_property
    def half_spaces(self) -> Any:
        """Where a covering is needed: signed permutations that leave f as it is keep all three conditions."""
        return KnownSymmetries.of(self.objective).half_spaces

    # known points

    def middles(self, points: Sequence[StationaryPoint]) -> Array:
        return middles(points, self.derivation.dimension)

    def reach(self) -> float:
        """The largest coordinate of any stationary point that is known."""
        places = [i for p in self.points for i in p.point] + [
            i for c in self.known.stationary.continua for i in c.point
        ]
        return max((max(abs(i.low), abs(i.high)) for i in places), default=1.0)

    def separation(self, k: int) -> float:
        """The distance from minimum k to the nearest other known stationary point (inf: none)."""
        here = self.middles([self.minima[k]])
        gaps = np.linalg.norm(self.middles([p for p in self.points if p is not self.minima[k]]) - here, axis=1)
        return float(gaps.min()) if len(gaps) else float("inf")

    # refutation

    def known_violation(self, constants: Constants) -> Violation | None:
        """Steps 1 and 2: a stationary point that violates the definition."""
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
            if state.good is False:
                why = f"it is a minimum, and H >= alpha I does not hold on its ball of radius 2 delta: {state.why}"
                return Violation(point.point, Interval(0.0, 0.0), point.eigenvalues[0], why)
        return None

    def good_minima(self, constants: Constants) -> list[StationaryPoint]:
        return [p for k, p in enumerate(self.minima) if self.balls.goodness(k, constants.alpha, constants.delta).good]

    def score(self, constants: Constants, good: Array) -> Any:
        """Below 1 where all three conditions are violated: the largest of |g|/epsilon, -least/gamma and
        delta/distance."""
        gamma, epsilon, delta = (float(x) for x in (constants.gamma, constants.epsilon, constants.delta))

        def value(points: Array) -> Array:
            norms, least = self.landscape.sizes(points)
            near = np.full(len(points), -np.inf)
            if len(good):
                gaps = np.min(np.linalg.norm(points[:, None, :] - good[None], axis=2), axis=1)
                near = delta / np.maximum(gaps, 1e-300)
            return np.array(np.maximum(np.maximum(norms / epsilon, -least / gamma), near))

        return value

    def far(self, constants: Constants) -> Any:
        """The proof that an exact point is not within delta of any good minimum, for `certified`."""

        listed = "it is farther than delta from every minimum of the complete list"

        def is_far(point: Sequence[arb]) -> tuple[str, Proof] | None:
            for minimum in self.minima:
                if not distance(point, minimum.point) > ball(constants.delta):
                    return None
            proof = self.known.definition_1.proof if self.list_is_complete else "none"
            if proof in ("exact", "interval"):
                return listed, "interval"
            alone, used = no_unknown_minimum(
                self.derivation,
                self.minima,
                point,
                constants.delta,
                self.region,
                pool=self.pool,
                limits=self.limits,
                listener=self.listener,
            )
            self._boxes += used
            if alone:
                return (
                    "it is farther than delta from every known minimum, and a covering shows that no other is near",
                    "interval",
                )
            return (listed, "modular") if proof == "modular" else None

        return is_far

    @property
    def list_is_complete(self) -> bool:
        """Whether the list of minima is proved complete on the whole domain that the user gave."""
        definition = self.known.definition_1
        return self.known.stationary.complete and definition.scope == self.scope_of_points

    def violation_near(
        self, places: Array, constants: Constants, score: Any, radius: float, rounds: int
    ) -> Violation | None:
        """Descend from the places and certify the best of what is found."""
        points, values = descend(
            score, places, radius, self.rng, rounds=rounds, project=self.landscape.inside, enough=0.9
        )
        is_far = self.far(constants)
        for point, value in list(zip(points, values, strict=True))[:3]:
            if value < 1.0:
                found = short(
                    point,
                    lambda w: certified(self.derivation, self.landscape.inside(w[None])[0], constants, is_far),
                )
                if found is not None:
                    return found
        return None

    def quick_violation(self, constants: Constants) -> Violation | None:
        """A violation that needs no list of minima, because its least eigenvalue is below alpha."""
        alpha, gamma, epsilon = (float(x) for x in (constants.alpha, constants.gamma, constants.epsilon))

        def score(points: Array) -> Array:
            norms, least = self.landscape.sizes(points)
            return np.array(np.maximum(np.maximum(norms / epsilon, -least / gamma), least / alpha))

        n = self.derivation.dimension
        begin = np.concatenate([starts(np.zeros((1, n)), 1.0, reach, self.rng, 1000) for reach in (1.0, 4.0, 16.0)])
        if self.region is not None:
            begin = self.rng.uniform(self.region[0], self.region[1], (4000, n))
        points, values = descend(score, begin, 0.5, self.rng, rounds=40, project=self.landscape.inside, enough=0.9)
        for point, value in list(zip(points, values, strict=True))[:3]:
            if value < 1.0:
                found = short(
                    point,
                    lambda w: certified(self.derivation, self.landscape.inside(w[None])[0], constants, lambda _: None),
                )
                if found is not None:
                    return found
        return None

    def search(self, constants: Constants) -> Violation | None:
        """Step 3."""
        good = self.middles(self.good_minima(constants))
        reach = 1.5 * self.reach() + 4.0 * float(constants.delta) + 0.5
        begin = starts(self.middles(self.points), float(constants.delta), reach, self.rng)
        if self.region is not None:
            begin = np.concatenate([begin, self.rng.uniform(self.region[0], self.region[1], (3000, begin.shape[1]))])
        return self.violation_near(begin, constants, self.score(constants, good), 0.1 * reach, 60)

    # proof

    def bound(self, epsilon: Fraction) -> Bounded | str:
        """Where |g| may be below epsilon; what was proved for a larger epsilon serves as well."""
        for larger in sorted(self._bounds):
            if larger >= epsilon and not isinstance(self._bounds[larger], str):
                return self._bounds[larger]
        if epsilon not in self._bounds:
            self._bounds[epsilon] = bounded(self.objective, self.derivation, epsilon)
        return self._bounds[epsilon]

    def where(self, constants: Constants) -> tuple[Array, Array, Scope, str]:
        """The box to cover, the scope of a proof on it, and what that rests on."""
        if self.region is not None:
            return self.region[0], self.region[1], "box", "on the box of the objective"
        found = self.bound(constants.epsilon)
        if isinstance(found, Bounded):
            return found.lower, found.upper, "global", found.why
        size = float(np.ceil(max(2.0 * self.reach() + 2.0 * float(constants.delta), 4.0)))
        ends = np.full(self.derivation.dimension, size)
        return (
            -ends,
            ends,
            "box",
            f"on the box [{-size:g}, {size:g}] in every unknown only, chosen by the program: {found}",
        )

    def cover(self, constants: Constants, most: int | None = None) -> Decision:
        """Step 4, with at most about `most` boxes."""
        limits = self.limits
        if most is not None:
            limits = replace(limits, max_boxes=min(self.boxes + most, limits.max_boxes or self.boxes + most))
        good = self.good_minima(constants)
        lower, upper, scope, why = self.where(constants)
        centres = np.array([np.array(p.point) for p in good]).reshape(len(good), lower.size, 2)
        square = outward(constants.delta * constants.delta)[0]
        t = Thresholds(
            self.derivation.gradient_tape,
            self.derivation.hessian_tape,
            outward(constants.epsilon * constants.epsilon)[1],
            outward(constants.gamma)[1],
            np.ascontiguousarray(np.moveaxis(centres, 2, 0)) if good else np.empty((2, 0, lower.size)),
            np.full(len(good), square),
            self.half_spaces,
        )
        score = self.score(constants, self.middles(good))

        def probe(centres: Array) -> Violation | None:
            return self.violation_near(centres, constants, score, 0.05 * float(constants.delta), 12)

        cover = close(
            t,
            lower[None].copy(),
            upper[None].copy(),
            self.pool,
            limits,
            self.listener,
            probe=probe,
            used=self.boxes,
        )
        self._boxes += cover.boxes
        if cover.found is not None:
            return self.failed(cover.found)
        if cover.closed:
            return Decision("holds", scope, "interval", f"every box is closed by one of the three conditions; {why}")
        open_balls = len(self.minima) - len(good)
        reason = cover.reason or "the covering is not closed"
        if most is not None and self.limits.reached(self.boxes) is None and not len(cover.stuck):
            reason = f"the covering is not closed after {cover.boxes:,} boxes"
        if open_balls:
            reason += f"; H >= alpha I is neither proved nor refuted on the balls of {open_balls} minima"
        if not self.minima and not self.known.stationary.complete:
            reason += "; no minimum is known"
        return Decision("undecided", scope, "none", reason, None, cover.worst)

    def failed(self, violation: Violation) -> Decision:
        proof = violation.proof
        if violation.gradient_norm == (0.0, 0.0) and self.known.definition_1.proof == "exact":
            proof = "exact"
        where = ", ".join(f"{0.5 * (i.low + i.high):.6g}" for i in violation.point)
        reason = f"({where}) violates all three conditions: {violation.why}"
        return Decision("fails", self.scope_of_points, proof, reason, violation)

    def crowded(self, delta: Fraction) -> str:
        """What it implies that two minima are within 2 delta of each other, in a sentence; nothing when none are."""
        places = self.middles(self.minima)
        for k in range(len(places)):
            gaps = np.linalg.norm(places[k + 1 :] - places[k], axis=1)
            if len(gaps) and gaps.min() <= 2 * float(delta):
                a, b = (
                    ", ".join(f"{x:.6g}" for x in place) for place in (places[k], places[k + 1 + int(np.argmin(gaps))])
                )
                return (
                    f"delta is too large for any alpha: the minima ({a}) and ({b}) are {gaps.min():.6g} "
                    "apart, which is no more than 2 delta, and a ball on which H >= alpha I > 0 holds one stationary "
                    "point only"
                )
        return ""

    def decide(self, constants: Constants) -> Decision:
        """All four steps."""
        violation = self.known_violation(constants) or self.search(constants)
        return self.failed(violation) if violation is not None else self.cover(constants)

    def nearest_minimum(self, violation: Violation) -> Interval | None:
        """The distance of a violation to the nearest minimum; None where not all minima are known, or there is
        none."""
        if not self.minima or not self.list_is_complete:
            return None
        before, ctx.prec = ctx.prec, PRECISION
        try:
            here = [arb(i.low).union(arb(i.high)) for i in violation.point]
            balls = [outward_ball(distance(here, minimum.point)) for minimum in self.minima]
        finally:
            ctx.prec = before
        if any(minimum.point == violation.point for minimum in self.minima):
            return Interval(0.0, 0.0)
        return Interval(min(i.low for i in balls), min(i.high for i in balls))
