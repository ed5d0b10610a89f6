"""Definition 2 for given constants: refuted by one point, or proved by a covering.

f is (alpha, gamma, epsilon, delta)-strict-saddle when each w has |g(w)| >= epsilon, or least eigenvalue <= -gamma, or
lies within delta of a good minimum: a local minimum on whose ball of radius 2 delta H >= alpha I. Norms and distances
are Euclidean. On a box, minima are those in the box, and balls are cut by it. What is cheap is asked first:

1. a stationary point that is no minimum and has least eigenvalue > -gamma refutes; so does a degenerate minimum, for
   all constants;
2. a minimum that is not good refutes: g = 0 there, and if it lay within delta of a good minimum, that one's ball
   would hold two stationary points, which H > 0 on a convex set forbids;
3. a point found by descent refutes (see `violation_search`);
4. what is exact is asked exactly (constant Hessians: there equality can be settled);
5. else every box has to be closed, and the worst open ones are searched for violations between waves.

Constants are a claim about the whole domain that the user gave. Where nothing bounds the search, a box that the program
chose is covered: that alone decides nothing, and is told (`Decision.on_box`).

Minima that are unknown do no harm to a proof: every point is near a known one, or satisfies another condition.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any, Literal

import numpy as np

from strictsaddle.arithmetic.arrays import Floats
from strictsaddle.arithmetic.evaluate import evaluate_float, evaluate_interval
from strictsaddle.arithmetic.exact import at_precision, balls_of
from strictsaddle.arithmetic.outward import nearest_double
from strictsaddle.arithmetic.outward import outward as outward_ball
from strictsaddle.arithmetic.tape import outward
from strictsaddle.covering.checkpoint import Checkpoint
from strictsaddle.covering.waves import Coverage, Outcome, cover
from strictsaddle.definition_2.cover.cover import Thresholds
from strictsaddle.definition_2.goodness import ATTAINED, ONLY_ONE, Balls
from strictsaddle.definition_2.landscape.landscape import Piece
from strictsaddle.definition_2.landscape.on_spheres import landscape
from strictsaddle.definition_2.violation import PRECISION, Constants, Violation, distance
from strictsaddle.definition_2.violation_search import ViolationSearch
from strictsaddle.execution.budget import Budget
from strictsaddle.execution.executor import Executor
from strictsaddle.objective.objective import Objective
from strictsaddle.records.events import Listener
from strictsaddle.records.terms import Interval, Proof, Scope
from strictsaddle.records.verdict import StationaryPoint, Verdict
from strictsaddle.symmetry.known import KnownSymmetries

NARROWER = "With --box LO,HI the question is about a box"
SMALLER = "It is probably attained exactly there, which no covering settles: ask for a slightly smaller {}"


@dataclass(frozen=True)
class Decision:
    """Whether the constants hold, and why. `worst`: where it is undecided, the region (2, n) that is left; `on_box`:
    they are proved on a box that the program chose, which decides nothing about the domain."""

    verdict: Literal["holds", "fails", "undecided"]
    scope: Scope
    proof: Proof
    reason: str
    violation: Violation | None = None
    worst: Floats | None = None
    on_box: bool = False
    crowded: bool = False  # the reason says that a ball holds two stationary points


class Examination:
    """One objective whose stationary points are known, asked about one set of constants after another."""

    def __init__(
        self,
        objective: Objective,
        known: Verdict,
        *,
        pool: Executor,
        budget: Budget,
        listener: Listener,
        seed: int = 0,
        checkpoint: Checkpoint | None = None,
    ) -> None:
        self.objective, self.known = objective, known
        self.pool, self.budget, self.listener = pool, budget, listener
        self.checkpoint = checkpoint
        self.landscape = landscape(objective)
        self.rng = np.random.default_rng(seed)
        self.points = tuple(self.landscape.tight(point) for point in known.stationary.isolated)
        self.balls = Balls(self.landscape, self.points, known.stationary.complete, budget, self.rng)
        self.minima = self.balls.minima
        self.violations = ViolationSearch(
            self.landscape, known, self.balls, self.rng, pool=pool, budget=budget, listener=listener
        )
        self._boxes = 0

    @property
    def boxes(self) -> int:
        """Boxes used so far."""
        return self._boxes + self.balls.boxes + self.violations.boxes

    @property
    def scope_of_points(self) -> Scope:
        """The scope of a refutation."""
        return self.landscape.scope_of_points

    @property
    def list_is_complete(self) -> bool:
        """Whether the list of minima is proved complete on the whole domain that the user gave."""
        return self.violations.list_is_complete

    @cached_property
    def half_spaces(self) -> Any:
        """Where a covering of R^n is needed: signed permutations that leave f as it is keep all three conditions."""
        if self.objective.domain.groups:  # there each chart has its own
            return np.zeros((0, self.objective.dimension))
        return KnownSymmetries.of(self.objective).half_spaces

    def middles(self, points: Sequence[StationaryPoint]) -> Floats:
        return self.violations.middles(points)

    def reach(self) -> float:
        """The largest coordinate of any stationary point that is known."""
        return self.violations.reach()

    def separation(self, k: int) -> float:
        """The distance from minimum k to the nearest other known stationary point (inf: none)."""
        here = self.middles([self.minima[k]])
        gaps = np.linalg.norm(self.middles([p for p in self.points if p is not self.minima[k]]) - here, axis=1)
        return float(gaps.min()) if len(gaps) else float("inf")

    def good_minima(self, constants: Constants) -> list[StationaryPoint]:
        return [p for k, p in enumerate(self.minima) if self.balls.goodness(k, constants.alpha, constants.delta).good]

    def _open_balls(self, constants: Constants) -> list[str]:
        """What is known about each ball on which H >= alpha I is neither proved nor refuted."""
        states = [self.balls.goodness(k, constants.alpha, constants.delta) for k in range(len(self.minima))]
        return [state.why for state in states if state.good is None]

    def decide(self, constants: Constants) -> Decision:
        """All four steps."""
        violation = self.violations.known_point(constants)
        if violation is None and self.budget.reached(self.boxes) is None:
            violation = self.violations.everywhere(constants)
        return self.failed(violation) if violation is not None else self.cover(constants)

    def exactly(self, constants: Constants) -> Decision | None:
        """A proof without rounding, equality included, where the Hessian is constant."""
        why = self.landscape.holds_exactly(constants.alpha, constants.gamma, constants.epsilon, constants.delta)
        return Decision("holds", self.scope_of_points, "exact", why) if why else None

    def cover(self, constants: Constants, most: int | None = None) -> Decision:
        """Steps 4 and 5, with at most about `most` boxes."""
        exact = self.exactly(constants)
        if exact is not None:
            return exact
        budget = self.budget
        if budget.deadline is not None and (late := budget.reached(0)):  # before patches and bounds are made
            return Decision("undecided", self.scope_of_points, "none", late)
        if most is not None:
            budget = replace(budget, max_boxes=min(self.boxes + most, budget.max_boxes or self.boxes + most))
        good = self.good_minima(constants)
        reach = 2.0 * self.reach() + 2.0 * nearest_double(constants.delta)
        whole = self.landscape.whole(constants.epsilon, self.half_spaces, reach)
        score = self.violations.score(constants, self.middles(good))
        chosen = whole.scope != self.scope_of_points
        if chosen and budget.reached(self.boxes) is None:
            outside = self.violations.far_out(constants, score)
            if outside is not None:
                return self.failed(outside)
        for number, piece in enumerate(whole.pieces, start=1):
            phase = "covering" if len(whole.pieces) == 1 else f"covering chart {number} of {len(whole.pieces)}"
            state, reason, found = self._close(piece, constants, good, score, budget, phase)
            self._boxes += state.boxes
            if found is not None:
                return self.failed(found)
            if not state.closed:
                return self._undecided(piece, state, reason, constants, most)
        if chosen:
            reason = f"these constants are proved {whole.why}; beyond it they are neither proved nor refuted"
            return Decision("undecided", self.scope_of_points, "none", f"{reason}. {NARROWER}", on_box=True)
        return Decision(
            "holds", whole.scope, "interval", f"every box is closed by one of the three conditions; {whole.why}"
        )

    def _close(
        self,
        piece: Piece,
        constants: Constants,
        good: Sequence[StationaryPoint],
        score: Any,
        budget: Budget,
        phase: str,
    ) -> Outcome:
        patch, n = piece.patch, piece.patch.ambient
        centres = np.array([np.array(p.point) for p in good]).reshape(len(good), n, 2)
        thresholds = Thresholds(
            patch,
            outward(constants.epsilon * constants.epsilon)[1],
            outward(constants.gamma)[1],
            np.ascontiguousarray(np.moveaxis(centres, 2, 0)) if good else np.empty((2, 0, n)),
            np.full(len(good), outward(constants.delta * constants.delta)[0]),
        )

        def probe(coordinates: Floats) -> Violation | None:
            places = evaluate_float(patch.place_slope, coordinates)[:, :n]
            return self.violations.near(places, constants, score, 0.05 * nearest_double(constants.delta), 12)

        start, kept = Coverage.start(piece.lower, piece.upper), self.checkpoint
        state = start if kept is None else kept.restore(start, thresholds)
        save = None if kept is None else kept.saver(start, thresholds)
        return cover(
            thresholds, state, self.pool, budget, self.listener, probe=probe, used=self.boxes, save=save, phase=phase
        )

    def _undecided(
        self, piece: Piece, state: Coverage, reason: str | None, constants: Constants, most: int | None
    ) -> Decision:
        reason = reason or "the covering is not closed"
        if most is not None and self.budget.reached(self.boxes) is None and not len(state.stuck):
            reason = f"the covering is not closed after {state.boxes:,} boxes"
        open_balls = self._open_balls(constants)
        if open_balls:
            reason += f"; H >= alpha I is neither proved nor refuted on the balls of {len(open_balls)} minima"
        if any(open_balls):
            reason += f": {next(filter(None, open_balls))}. {SMALLER.format('alpha')}"
        if not self.minima and not self.known.stationary.complete:
            reason += "; no minimum is known"
        worst = state.worst
        if worst is not None:
            low, high = evaluate_interval(piece.patch.place_slope, worst[:1], worst[1:])
            worst = np.array([low[0, : piece.patch.ambient], high[0, : piece.patch.ambient]])
            if not open_balls:
                reason += self._about(worst, constants)
        return Decision("undecided", self.scope_of_points, "none", reason, None, worst)

    def _about(self, worst: Floats, constants: Constants) -> str:
        """What can be seen where a covering does not close: f undefined, or a constant that is attained exactly."""
        place = 0.5 * (worst[0] + worst[1])
        shown = ", ".join(f"{x:.6g}" for x in place)
        if not self.landscape.is_defined(*worst):
            return f"; the objective or its derivatives are not defined (log, sqrt or a quotient) near ({shown}). {NARROWER}"
        norm, least = (float(size[0]) for size in self.landscape.sizes(place[None]))
        for name, condition, share in (
            ("epsilon", "|g| is epsilon", norm / nearest_double(constants.epsilon)),
            ("gamma", "the least eigenvalue is -gamma", -least / nearest_double(constants.gamma)),
        ):
            if abs(share - 1.0) <= ATTAINED:
                return f"; near ({shown}) {condition} up to rounding. {SMALLER.format(name)}"
        return ""

    def smoothness(self, delta: Fraction) -> float | None:
        """A bound of |H| on the box of the known stationary points with 2 delta about it; None where there is no minimum,
        or none is found."""
        if not self.minima:
            return None
        places = self.middles(self.points)
        lower, upper = places.min(axis=0) - 2 * nearest_double(delta), places.max(axis=0) + 2 * nearest_double(delta)
        beta = self.landscape.smoothness(lower, upper)
        return beta if beta is not None and beta > 0 else None

    def failed(self, violation: Violation) -> Decision:
        proof = violation.proof
        if violation.gradient_norm == (0.0, 0.0) and self.known.definition_1.proof == "exact":
            proof = "exact"
        where = ", ".join(f"{0.5 * (i.low + i.high):.6g}" for i in violation.point)
        reason = f"({where}) violates all three conditions: {violation.why}"
        return Decision("fails", self.scope_of_points, proof, reason, violation, crowded=violation.crowded)

    def crowded(self, delta: Fraction, decision: Decision) -> str:
        """What it implies that two minima are within 2 delta of each other, in a sentence, unless the decision's reason says it
        already; nothing when none are."""
        if not self.landscape.balls_are_convex(2 * nearest_double(delta)):
            return ""
        places = self.middles(self.minima)
        for k in range(len(places)):
            gaps = np.linalg.norm(places[k + 1 :] - places[k], axis=1)
            if len(gaps) and gaps.min() <= 2 * nearest_double(delta):
                other = self.minima[k + 1 + int(np.argmin(gaps))]
                if not are_within(self.minima[k], other, 2 * delta):
                    continue  # the doubles in the middles of their boxes are; whether they are is open
                a, b = (
                    ", ".join(f"{x:.6g}" for x in place) for place in (places[k], places[k + 1 + int(np.argmin(gaps))])
                )
                apart = f"the minima ({a}) and ({b}) are {gaps.min():.6g} apart, which is no more than 2 delta"
                implied = "" if decision.crowded else f"; of stationary points in a ball, {ONLY_ONE}"
                return f"delta is too large for any alpha: {apart}{implied}"
        return ""

    def nearest_minimum(self, violation: Violation) -> Interval | None:
        """The distance of a violation to the nearest minimum; None where not all minima are known, or there is
        none."""
        if not self.minima or not self.list_is_complete:
            return None
        with at_precision(PRECISION):
            here = balls_of(violation.point)
            balls = [outward_ball(distance(here, minimum.point)) for minimum in self.minima]
        if any(minimum.point == violation.point for minimum in self.minima):
            return Interval(0.0, 0.0)
        return Interval(min(i.low for i in balls), min(i.high for i in balls))


def are_within(one: StationaryPoint, other: StationaryPoint, distance: Fraction) -> bool:
    """Whether two enclosed points are proved to be no farther apart than that, in exact rationals."""
    ends = [(i, j) for i, j in zip(one.point, other.point, strict=True)]
    sides = [max(Fraction(i.high) - Fraction(j.low), Fraction(j.high) - Fraction(i.low)) for i, j in ends]
    return sum((side * side for side in sides), Fraction(0)) <= distance * distance
