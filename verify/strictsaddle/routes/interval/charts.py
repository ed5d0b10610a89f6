"""The interval engine on products of spheres: the covering of `routes.interval.engine`, chart by chart.

Definition 1 is proved on each chart objective, since index and nullity at stationary points do not depend on the chart; points,
values and eigenvalues that are reported are those on the spheres.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from flint import arb

from strictsaddle.arithmetic.arrays import Floats
from strictsaddle.arithmetic.evaluate import evaluate_arb
from strictsaddle.arithmetic.exact import at_precision, ball, balls_of
from strictsaddle.arithmetic.outward import outward
from strictsaddle.certify.inertia import eigenvalue_enclosures
from strictsaddle.certify.krawczyk import Enclosure
from strictsaddle.certify.spectrum import kind_of
from strictsaddle.covering.checkpoint import RESUMED, Checkpoint
from strictsaddle.covering.listing import list_points
from strictsaddle.covering.waves import Coverage, cover, tree_of
from strictsaddle.covering.zeros import GradientZeros
from strictsaddle.derive.derivatives import derive
from strictsaddle.execution.budget import Budget
from strictsaddle.execution.executor import Executor
from strictsaddle.manifolds.charts import Chart, charts
from strictsaddle.manifolds.riemannian import riemannian_hessian_of
from strictsaddle.objective.domain import Domain, Euclidean
from strictsaddle.objective.objective import Objective
from strictsaddle.records.events import Listener, PointFound, Progress
from strictsaddle.records.evidence import Evidence
from strictsaddle.records.terms import Interval, Scope
from strictsaddle.records.verdict import StationaryPoint, Witness
from strictsaddle.routes.interval.engine import Enclosed, not_smooth
from strictsaddle.routes.refutation.refute import Suspects, refute
from strictsaddle.routes.refutation.suspects import look_at
from strictsaddle.symmetry.completion import in_order
from strictsaddle.symmetry.known import KnownSymmetries

PRECISION = 128
REACH = Fraction(4)  # of free unknowns beside the spheres: there is no bound at infinity for them, so a box is searched
MOST_SEARCHED = 8  # charts in which local minimisation looks for a witness before the covering

Home = tuple[StationaryPoint, Floats]  # a point, and a box of R^n in which it is the only one of the manifold


class OnSpheres:
    """One examination of an objective on a product of spheres: the state that its charts add to."""

    def __init__(self, objective: Objective, symmetry: KnownSymmetries, pool: Executor, budget: Budget, listener: Listener,
                 seed: int, checkpoint: str | None) -> None:  # fmt: skip
        self.objective, self.domain = objective, objective.domain
        self.symmetry, self.pool, self.budget, self.listener = symmetry, pool, budget, listener
        self.seed, self.checkpoint = seed, checkpoint
        self.derivation = derive(objective.on(Euclidean()))
        self.charts = charts(objective, symmetry.group)
        free = any(self.charts[0].free)
        self.scope: Scope = "global"
        count = len(self.charts)
        self.where = (
            f"{count} chart{'s' if count > 1 else ''} of the spheres, one of each orbit under the proved symmetries"
        )
        if free:
            self.where += f", with [{-REACH}, {REACH}] in every free unknown"
        reach = Interval(-float(REACH), float(REACH))
        on_sphere = {k for group in self.domain.groups for k in group}
        sides = (Interval(-1.0, 1.0) if k in on_sphere else reach for k in range(objective.dimension))
        self.chosen = tuple(sides) if free else None
        self.homes: list[Home] = []
        self.boxes = 0
        self.trees: tuple[Evidence, ...] = ()
        self.resumed = False
        self.listed = True  # every stationary point is among `homes`
        self.minima = True  # every local minimum is

    def enclosed(self) -> Enclosed:
        """Look for a witness, cover every chart, list, complete by symmetry."""
        suspects: list[Suspects | None] = []
        for chart in self.charts:
            derivation, box = derive(chart.chart_objective), chart.box(REACH)
            lower, upper = _ends(box)
            rough = not_smooth(chart.chart_objective, derivation, lower, upper)
            if rough is not None:
                return self._undecided(f"{rough} (in the chart {chart.words})")
            searched = len(suspects) < MOST_SEARCHED
            suspects.append(Suspects(derivation, (), box, self.seed, budget=self.budget) if searched else None)
        suspicion = ""
        for chart, suspect in zip(self.charts, suspects, strict=True):
            if suspect is not None:
                witness, found = suspect.refutation(*_ends(chart.box(REACH)))
                if witness is not None:
                    return self._refuted(chart, witness)
                suspicion = suspicion or found
        for number, chart in enumerate(self.charts, start=1):
            answer = self._cover(chart, number)
            if answer is not None:
                return answer
        homes, apart = distinct(self.homes)
        points, whole = self._completed(homes)
        complete = self.listed and apart and whole
        minima = None if complete else self._all_minima()
        if minima is not None:
            points = tuple(sorted((*minima, *(p for p in points if p.index not in (0, None))), key=in_order))
        for point in points:
            self.listener(PointFound(point))
        trust = [f"interval covering of {self.where}: every box is accounted for"]
        trust += [RESUMED] if self.resumed else []
        if not complete:
            trust.append("Definition 1 is proved without a complete list of the stationary points")
        return Enclosed(
            self.scope,
            True,
            complete,
            points,
            None,
            suspicion,
            self.where,
            tuple(trust),
            self.chosen,
            self.boxes,
            self.trees,
            minima_complete=minima is not None,
        )

    def _completed(self, homes: Sequence[Home]) -> tuple[tuple[StationaryPoint, ...], bool]:
        return self.symmetry.completed([point for point, _ in homes], [home for _, home in homes])

    def _all_minima(self) -> tuple[StationaryPoint, ...] | None:
        """All local minima, each once, where that is proved although other stationary points are not all listed."""
        if not self.minima:
            return None
        lowest, apart = distinct([home for home in self.homes if home[0].index in (0, None)])
        points, whole = self._completed(lowest)
        return points if apart and whole else None

    def _cover(self, chart: Chart, number: int) -> Enclosed | None:
        """Cover one chart and take its points; the answer to the whole question where that ends it."""
        derivation, box = derive(chart.chart_objective), chart.box(REACH)
        start = Coverage.start(*_ends(box))
        question = GradientZeros.of(derivation, chart.half_spaces)
        kept = (
            Checkpoint(f"{self.checkpoint}.{number}", chart.chart_objective, self.listener) if self.checkpoint else None
        )
        state = kept.restore(start, question) if kept else start
        save = kept.saver(start, question) if kept else None
        phase = f"covering chart {number} of {len(self.charts)}"
        state, reason, _ = cover(question, state, self.pool, self.budget.without(self.boxes), self.listener, phase=phase,
                              save=save)  # fmt: skip
        if kept and save:
            save(state, now=True)
            self.resumed = self.resumed or kept.resumed
        self.boxes += state.boxes
        self.trees += tree_of(start, question, state)
        self.listed = self.listed and state.listed
        if not state.closed:
            if len(state.stuck):
                centre = 0.5 * (state.stuck[0, 0] + state.stuck[0, 1])
                suspect = look_at(derivation, centre)
                witness = refute(derivation, suspect, domain=box) if suspect.degenerate else None
                if witness is not None:
                    return self._refuted(chart, witness)
                place = ", ".join(f"{x:.6g}" for x in self._middle(chart, centre))
                reason = f"{len(state.stuck)} boxes are closed by no test, however small; one is about ({place})"
            return self._undecided(f"{reason} (chart {number} of {len(self.charts)}: {chart.words})")
        listing = list_points(derivation, state.points, Euclidean(), self.budget)
        self.listed = self.listed and listing.whole
        self.minima = self.minima and state.minima_listed and not listing.unseen
        self.minima = self.minima and all(self._home(chart, e)[0].index not in (0, None) for e in listing.unsettled)
        self.homes += [self._home(chart, enclosure) for enclosure in listing.points]
        return None

    def _undecided(self, reason: str) -> Enclosed:
        homes, _ = distinct(self.homes)
        points, _ = self.symmetry.completed([point for point, _ in homes], [home for _, home in homes])
        return Enclosed(self.scope, False, False, points, None, reason, self.where, (), self.chosen, self.boxes)

    def _home(self, chart: Chart, enclosure: Enclosure) -> Home:
        """A certified point of a chart as one of the spheres, with the eigenvalues of the Riemannian Hessian."""
        with at_precision(PRECISION):
            balls = chart.on_spheres(enclosure.balls)
            value = outward(evaluate_arb(self.derivation.value_tape, balls)[0])
            eigenvalues = self._spectrum(balls)
            home = chart.unique_box(balls, enclosure.unique)
        kind, index, nullity = kind_of(eigenvalues)
        return StationaryPoint(tuple(outward(x) for x in balls), value, eigenvalues, index, nullity, kind), home

    def _spectrum(self, balls: Sequence[arb]) -> tuple[Interval, ...]:
        matrix = riemannian_hessian_of(self.derivation, self.domain, balls)
        return tuple(outward(e) for e in eigenvalue_enclosures(matrix))

    def _refuted(self, chart: Chart, witness: Witness) -> Enclosed:
        """The witness of a chart objective as one of the objective on the spheres."""
        with at_precision(PRECISION):
            exact = None if witness.coordinates is None else [Fraction(c) for c in witness.coordinates]
            parts = balls_of(witness.point) if exact is None else [ball(c) for c in exact]
            balls = chart.on_spheres(parts)
            eigenvalues = self._spectrum(balls)
        if witness.nullity is not None:  # ascending, and none is negative: the first `nullity` are exactly 0
            zeros = (Interval(0.0, 0.0),) * witness.nullity
            eigenvalues = zeros + tuple(Interval(max(e.low, 0.0), e.high) for e in eigenvalues[witness.nullity :])
        rational = None if exact is None or any(exact) else tuple(str(round(float(x.mid()))) for x in balls)
        found = Witness(tuple(outward(x) for x in balls), rational, eigenvalues, witness.nullity,
                        f"in the chart {chart.words}: {witness.proof}")  # fmt: skip
        return Enclosed("global", False, False, (), found, "refuted", self.where, (), None, self.boxes)

    def _middle(self, chart: Chart, centre: Floats) -> list[float]:
        return [float(x.mid()) for x in chart.on_spheres([arb(float(c)) for c in centre])]


def enclose(objective: Objective, *, symmetry: KnownSymmetries, pool: Executor, budget: Budget, listener: Listener, seed: int = 0,
            checkpoint: str | None = None) -> Enclosed:  # fmt: skip
    """Examine an objective on a product of spheres by covering its charts.

    `checkpoint`: a path, to which the number of the chart is appended. The claim is global, or, where some unknowns are on no sphere, about
    a box in those.
    """
    listener(Progress("looking for a point that refutes", 0.0))
    try:
        examination = OnSpheres(objective, symmetry, pool, budget, listener, seed, checkpoint)
    except ValueError as why:
        return Enclosed(
            "global", False, False, (), None, f"the spheres are too many for a covering: {why}", "", (), None, 0
        )
    return examination.enclosed()


def distinct(homes: Sequence[Home]) -> tuple[list[Home], bool]:
    """Each point once, as charts share their faces; False where it could not be decided whether two are the same."""
    kept: list[Home] = []
    apart = True
    for point, home in homes:
        box = np.array(point.point).T
        same = False
        for other, other_home in kept:
            other_box = np.array(other.point).T
            if _inside(box, other_home) or _inside(other_box, home):
                same = True
                break
            if np.all(box[0] <= other_box[1]) and np.all(other_box[0] <= box[1]):
                same, apart = True, False
                break
        if not same:
            kept.append((point, home))
    return kept, apart


def _inside(inner: Floats, outer: Floats) -> bool:
    return bool(np.all(outer[0] <= inner[0]) and np.all(inner[1] <= outer[1]))


def _ends(box: Domain) -> tuple[Floats, Floats]:
    assert box.ends is not None
    lower, upper = (np.array([float(x) for x in ends]) for ends in box.ends)
    return lower, upper
