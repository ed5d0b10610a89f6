"""`escape`: an objective is examined, and every optimiser is started at its saddles, again and again."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from strictsaddle.arithmetic.arrays import Floats
from strictsaddle.definition_1 import check
from strictsaddle.definition_2 import constants
from strictsaddle.dynamics import listed
from strictsaddle.dynamics.names import SGD, require_known
from strictsaddle.errors import EngineError, InputError, NotYetError
from strictsaddle.execution.budget import Budget, Stopwatch
from strictsaddle.execution.options import Options
from strictsaddle.objective.objective import Objective
from strictsaddle.records.escape import NOISE_LADDER, Departure, End, Escape, NearCritical, Saddle, Theorem, Track
from strictsaddle.records.events import Listener, Progress, Ready, silent
from strictsaddle.records.verdict import Resources, Verdict
from strictsaddle.version import VERSIONS

if TYPE_CHECKING:  # they need JAX, which may be missing
    from strictsaddle.dynamics.optimisers.optimiser import Optimiser, Sequential
    from strictsaddle.dynamics.problem import Problem
    from strictsaddle.dynamics.simulate import Tell

SEEDS = 200
LEAST_SEEDS, MOST_SEEDS = 2, 1_000_000
SHARE_OF_CHECK, SHARE_OF_THEOREM, LONGEST_THEOREM = 0.4, 0.15, 15.0
LEAST_BUDGET = 0.05
LADDER_WEIGHT = 4  # optimisers' shares of the time that the one takes whose noise is varied
DELTA = "1/10"
TRACK_STEPS, LEAST_TRACK = 4, 20  # times the steps to leave, and at least so many
MISSING = ("jax", "optax")


def require_jax() -> None:
    """Raise EngineError where what runs the optimisers is not installed."""
    missing = [name for name in MISSING if importlib.util.find_spec(name) is None]
    if missing:
        raise EngineError(f"{' and '.join(missing)}, which the optimisers run on, cannot be imported",
                          remedy='pip install "strictsaddle[escape]".')  # fmt: skip


def require_ready(optimisers: Sequence[str] | None, seeds: int) -> None:
    """Before anything long: raise EngineError where something is not installed, InputError for optimisers and numbers that make no
    sense."""
    require_jax()
    for name in optimisers or ():
        require_known(name)
    if not LEAST_SEEDS <= seeds <= MOST_SEEDS:
        raise InputError(f"the number of seeds is between {LEAST_SEEDS} and {MOST_SEEDS:,}", fragment=str(seeds))


def search(
    objective: Objective,
    *,
    optimisers: Sequence[str] | None = None,
    seeds: int = SEEDS,
    batch: int = 1,
    saddles: int = listed.MOST_SADDLES,
    theorem: bool = True,
    options: Options = Options(),  # noqa: B008  # frozen
    listener: Listener = silent,
) -> Escape:
    """See `dynamics`."""
    require_ready(optimisers, seeds)
    if batch < 1 or saddles < 1:
        raise InputError("this number must be at least 1", fragment=str(min(batch, saddles)))
    from strictsaddle.dynamics import optimisers as table
    from strictsaddle.dynamics.problem import problem_of

    problem = problem_of(objective)
    rows = problem.functions.rows
    if optimisers is not None and SGD in optimisers and not rows:
        raise InputError("sgd draws data rows, and this objective has none", where="optimiser", fragment=SGD,
                         remedy="Name others, or hand in a network with its data.")  # fmt: skip
    chosen = table.optimisers(optimisers, rows, batch)
    listener(Ready())
    watch, budget = Stopwatch(), options.started()
    listener(Progress("listing the stationary points", 0.0))
    left = budget.left()
    first = options if left is None else replace(options, budget=max(LEAST_BUDGET, SHARE_OF_CHECK * left))
    verdict = check.examine(objective, first)
    runs = _Runs(objective, verdict, problem, chosen, seeds, options, budget, listener, watch)
    origins = listed.origins(verdict)
    if len(origins) > saddles:
        runs.notes.append(f"{len(origins) - saddles} more saddles, up to symmetry, are listed and were left out")
    for origin in origins[:saddles]:
        runs.at(origin)
    if optimisers is None and not rows:
        runs.notes.append("the optimiser sgd was left out: it draws data rows, and this objective has none")
    return runs.result(theorem)


@dataclass
class _Runs:
    """What is run, and what was measured so far."""

    objective: Objective
    verdict: Verdict
    problem: Problem
    chosen: Sequence[Optimiser | Sequential]
    seeds: int
    options: Options
    budget: Budget
    listener: Listener
    watch: Stopwatch
    saddles: list[Saddle] = field(default_factory=list)
    table: list[Departure] = field(default_factory=list)
    tracks: list[Track] = field(default_factory=list)
    near: list[NearCritical] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    in_time: bool = True
    ends: dict[str, list[tuple[Floats, list[str]]]] = field(default_factory=dict)  # points and words by optimiser

    @property
    def seed(self) -> int:
        return self.options.start

    @cached_property
    def every(self) -> Floats:
        return listed.points(self.verdict)

    @cached_property
    def nearest(self) -> listed.Nearest:
        return listed.Nearest.of(self.objective, self.verdict)

    @cached_property
    def smooth(self) -> float:
        from strictsaddle.dynamics.settings import smoothness

        return smoothness(self.problem, self.every, self.seed)

    def at(self, origin: listed.Origin) -> None:
        """Every optimiser at one saddle."""
        from strictsaddle.dynamics import departures, ends, settings
        from strictsaddle.dynamics.optimisers.optimiser import Optimiser
        from strictsaddle.dynamics.tracks import track
        from strictsaddle.dynamics.valley import Valley, valley

        number, problem, seed = len(self.saddles), self.problem, self.seed
        place = settings.ball(problem, origin.centre, self.every, origin.is_degenerate, seed)
        shape = (
            valley(problem, place.centre, place.spectrum.curvatures, place.basis) if origin.is_degenerate else Valley()
        )
        rules = settings.chosen(place, self.smooth, shape)
        flat = ends.at_rest(problem, place, self.smooth, float(np.abs(self.every).max()), seed)
        scaling = None
        for k, one in enumerate(self.chosen):
            if self.budget.is_over:
                self.notes.append(f"the time ran out at saddle {number + 1}, before {one.name}")
                self.in_time = False
                break
            weight = LADDER_WEIGHT if one.name == NOISE_LADDER else 1
            share = self.budget.share(weight / (weight + len(self.chosen) - k))
            plan = departures.Plan(number, self.seeds, seed, share, self._tell(f"saddle {number + 1}, {one.name}"))
            row, paths = departures.depart(problem, one, rules, place, shape, plan)
            self.table.append(row)
            if one.name == NOISE_LADDER and row.left == row.runs:
                more, scaling = departures.ladder(problem, rules, place, shape, (row, paths), plan)
                self.table += more
            if row.left:
                rest = ends.settle(problem, one, rules, paths, flat, seed=seed, budget=plan.budget, tell=plan.tell)
                self.ends.setdefault(one.name, []).append(rest)
            if isinstance(one, Optimiser) and row.steps.median is not None:
                start = place.centre if one.own_noise else departures.starts(problem, place, rules, 1, seed)[0]
                steps = max(LEAST_TRACK, int(TRACK_STEPS * row.steps.median))
                path, near = track(
                    problem, self.objective, self.nearest, one, rules, start, saddle=number, steps=steps, seed=seed
                )
                self.tracks.append(path)
                self.near += near
        self.saddles.append(
            Saddle(origin.point, origin.kind, origin.least_eigenvalue, origin.value, origin.orbit_size, place.radius, rules.step,
                   rules.spread, rules.noise, scaling)
        )  # fmt: skip

    def _tell(self, phase: str) -> Tell:
        def tell(steps: int, ended: int) -> None:
            words = f"{phase}: {steps:,} steps, {ended} of {self.seeds} paths have ended"
            self.listener(Progress(words, self.watch.seconds))

        return tell

    def result(self, theorem: bool) -> Escape:
        """The record."""
        from strictsaddle.dynamics.departures import MOST_SEQUENTIAL
        from strictsaddle.dynamics.ends import ends
        from strictsaddle.dynamics.settings import RULES

        found: list[End] = []
        for name, parts in self.ends.items():
            points, words = np.concatenate([p for p, _ in parts]), [word for _, several in parts for word in several]
            found += ends(self.problem, self.verdict, name, points, words, self.nearest)
        sixth = self._theorem() if theorem else None
        if cut := sorted({row.optimiser for row in self.table if row.cut}):
            self.notes.append(f"the time ran out for paths of {', '.join(cut)}: allow more by the budget")
        if not self.saddles:
            self.notes.append(f"no saddle is listed, so there is none to leave: {self.verdict.definition_1.reason}")
        resources = Resources(self.verdict.resources.engine, round(self.watch.seconds, 3), self.verdict.resources.boxes)
        if few := sorted({row.optimiser for row in self.table if row.runs + row.cut == MOST_SEQUENTIAL < self.seeds}):
            self.notes.append(
                f"{MOST_SEQUENTIAL} paths of {', '.join(few)} from each saddle, as these are run one after the other"
            )
        return Escape(
            self.objective.to_dict(), self.verdict.definition_1.verdict, tuple(one.name for one in self.chosen), self.seeds, self.seed,
            tuple(self.saddles), tuple(self.table), tuple(found), tuple(self.tracks), tuple(self.near), sixth, RULES, tuple(self.notes),
            resources, VERSIONS, self.in_time,
        )  # fmt: skip

    def _theorem(self) -> Theorem | None:
        """Theorem 6 of Ge et al. with constants that are certified within a share of the time; None where there are none."""
        if self.verdict.definition_1.verdict != "strict_saddle" or self.budget.is_over:
            return None
        self.listener(Progress("constants of Definition 2", self.watch.seconds))
        left = self.budget.left()
        seconds = LONGEST_THEOREM if left is None else min(LONGEST_THEOREM, max(LEAST_BUDGET, SHARE_OF_THEOREM * left))
        try:
            found = constants.at_delta(self.objective, DELTA, replace(self.options, budget=seconds))
        except NotYetError as why:
            self.notes.append(f"there are no constants of Definition 2: {why.what}")
            return None
        if found is None or found.theorem_6 is None:
            return None
        means = [row.steps.mean for row in self.table if row.optimiser == NOISE_LADDER and row.steps.mean is not None]
        return Theorem(asdict(found.constants), found.proof, found.theorem_6.iterations, max(means) if means else None)


def out_of_time(objective: Objective, why: str, seconds: float) -> Escape:
    """The answer where nothing is known."""
    return Escape(
        objective.to_dict(), "undecided", (), 0, 0, (), (), (), (), (), None, "", (f"{why}: nothing was measured",),
        Resources("none", seconds), VERSIONS,
    )  # fmt: skip
