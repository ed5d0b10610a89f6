"""All optimisers at one saddle: paths until they leave its ball, with what laws say of the numbers of steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np

from strictsaddle.arithmetic.arrays import Floats
from strictsaddle.dynamics.in_numpy import compiled
from strictsaddle.dynamics.laws import linear_law, mean_exit_time
from strictsaddle.dynamics.optimisers.noisy_sgd import NOISY_SGD
from strictsaddle.dynamics.optimisers.optimiser import Optimiser, Sequential, Settings
from strictsaddle.dynamics.problem import Problem
from strictsaddle.dynamics.settings import Ball, eps_of, on_domain
from strictsaddle.dynamics.simulate import Paths, Tell, run
from strictsaddle.dynamics.statistics import exponent, mean_interval
from strictsaddle.dynamics.valley import Valley
from strictsaddle.execution.budget import Budget
from strictsaddle.records.escape import Departure, Predicted, Scaling, Steps

LADDER = (10**-0.5, 0.1)  # of the noise of noisy-sgd after the first runs: eps falls by 10 from one to the next
LONGEST, LONGEST_SECOND_ORDER = 30_000, 2_000  # steps, where no law speaks of them
FEWEST = 3  # steps: a law of many small ones says nothing where one leaves the ball
STAYS = 200  # steps, where a law says that it does not leave
PATIENCE = 30  # times the predicted mean
MOST_SEQUENTIAL = 64  # paths of SciPy's methods, which are run one by one


@dataclass(frozen=True)
class Plan:
    """`saddle`: its number; so many `seeds` from `seed` on, within a budget; `tell` hears of steps."""

    saddle: int
    seeds: int
    seed: int
    budget: Budget
    tell: Tell


def starts(problem: Problem, place: Ball, settings: Settings, count: int, seed: int) -> Floats:
    """Points about the saddle, Gaussian in its tangent space, (count, n)."""
    random = np.random.default_rng(seed)
    drawn = random.standard_normal((count, place.basis.shape[1])) @ place.basis.T
    return on_domain(problem, place.centre + settings.spread * drawn)


def depart(
    problem: Problem, optimiser: Optimiser | Sequential, settings: Settings, place: Ball, shape: Valley, plan: Plan
) -> tuple[Departure, Paths]:  # fmt: skip
    """The paths of an optimiser from the saddle, with the row of the table about them."""
    noise = settings.noise if optimiser is NOISY_SGD else None
    if isinstance(optimiser, Sequential):
        count = min(plan.seeds, MOST_SEQUENTIAL)
        begin = starts(problem, place, settings, count, plan.seed)
        most = LONGEST_SECOND_ORDER
        paths = _one_by_one(problem, optimiser, settings, place, begin, most, plan.budget)
        missing = count - len(paths.points)
        return _row(optimiser.name, paths, most, None, noise, settings, place, plan, missing), paths
    law = predicted(optimiser, settings, place, shape)
    most, paths = _batch(problem, optimiser, settings, place, law, plan)
    return _row(optimiser.name, paths, most, law, noise, settings, place, plan), paths


def ladder(
    problem: Problem, settings: Settings, place: Ball, shape: Valley, first: tuple[Departure, Paths], plan: Plan
) -> tuple[list[Departure], Scaling | None]:
    """noisy-sgd with less and less noise than in its `first` runs; and how its numbers of steps grow, None where not all paths left."""
    rows, samples = [first[0]], [first[1].steps.astype(float)]
    for part in LADDER:
        rung = settings._replace(noise=part * settings.noise)
        law = predicted(NOISY_SGD, rung, place, shape)
        most, paths = _batch(problem, NOISY_SGD, rung, place, law, plan)
        rows.append(_row(NOISY_SGD.name, paths, most, law, rung.noise, rung, place, plan))
        samples.append(paths.steps.astype(float))
        if not paths.ended.all():
            return rows[1:], None
    return rows[1:], _scaling(rows, samples, shape, plan.seed)


def _batch(
    problem: Problem, optimiser: Optimiser, settings: Settings, place: Ball, law: Predicted | None, plan: Plan
) -> tuple[int, Paths]:
    """The most steps, and all paths of an optimiser at once."""
    most = _most(optimiser, law)
    at = np.tile(place.centre, (plan.seeds, 1))
    begin = at if optimiser.own_noise else starts(problem, place, settings, plan.seeds, plan.seed)
    leave = (place.centre, place.radius)
    return most, run(
        problem, optimiser, settings, begin, leave=leave, seed=plan.seed, most=most, budget=plan.budget, tell=plan.tell
    )


def _scaling(rows: Sequence[Departure], samples: Sequence[Floats], shape: Valley, seed: int) -> Scaling:
    sizes = [cast("float", row.eps) for row in rows]
    measured, interval = exponent(sizes, samples, seed)
    logs = -np.log(sizes)
    logs = logs - logs.mean()

    def slope(means: Sequence[float]) -> float:
        return float(np.asarray(means) @ logs / (logs @ logs))

    laws = [row.predicted.mean for row in rows if row.predicted is not None and np.isfinite(row.predicted.mean)]
    known = len(laws) == len(rows)
    return Scaling(
        measured, interval, exponent(sizes, [np.array([m]) for m in laws], seed)[0] if known else shape.exponent,
        slope([float(s.mean()) for s in samples]), slope(laws) if known else None,
    )  # fmt: skip


def predicted(optimiser: Optimiser, settings: Settings, place: Ball, shape: Valley) -> Predicted | None:
    """The law of an optimiser at a saddle: the linear one at a strict saddle; of noisy-sgd at a degenerate point, the one of its valley."""
    if place.escape > 0:
        linear = optimiser.linear(settings, place.spectrum)
        law = None if linear is None else linear_law(linear, settings, place.spectrum, place.radius)
        if law is None or law.mean < FEWEST:
            return None
        return Predicted(law.mean, law.deviation, law.median, "linear")
    if optimiser is NOISY_SGD and shape.coefficients is not None:
        time = mean_exit_time(shape.coefficients, eps_of(settings, place.spectrum.unknowns), place.radius)
        return Predicted(time / settings.step, None, None, "valley") if np.isfinite(time) and time > 0 else None
    return None


def _most(optimiser: Optimiser, law: Predicted | None) -> int:
    if law is None:
        return LONGEST_SECOND_ORDER if optimiser.second_order else LONGEST
    return STAYS if not np.isfinite(law.mean) else int(PATIENCE * law.mean) + STAYS


def _one_by_one(
    problem: Problem, optimiser: Sequential, settings: Settings, place: Ball, begin: Floats, most: int, budget: Budget
) -> Paths:
    """The paths of a method of SciPy, as far as the budget allows."""
    functions = compiled(problem)
    points: list[Floats] = []
    steps: list[int] = []
    ended: list[bool] = []
    rests: list[Floats] = []
    for start in begin:
        if budget.is_over and points:
            break
        path = optimiser.path(functions, start, settings, most)
        outside = np.linalg.norm(path - place.centre, axis=1) > place.radius
        first = int(np.argmax(outside)) if outside.any() else len(path) - 1
        points.append(path[first])
        steps.append(first if outside.any() else most)  # it stopped by itself, and stays
        ended.append(bool(outside.any()))
        rests.append(path[-1])
    finite = np.asarray(np.isfinite(np.array(points)).all(axis=1))
    return Paths(np.array(points), np.array(steps), np.array(ended) & finite, np.logical_not(finite), np.array(rests))


def _row(
    name: str, paths: Paths, most: int, law: Predicted | None, noise: float | None, settings: Settings, place: Ball, plan: Plan,
    missing: int = 0,
) -> Departure:  # fmt: skip
    all_left = bool(paths.ended.all())
    steps = paths.steps.astype(float)
    half = 2 * int(paths.ended.sum()) > len(steps)
    left = np.where(paths.ended, steps, np.inf)
    found = Steps(
        float(np.median(left)) if half else None,
        float(steps.mean()) if all_left else None,
        float(steps.std(ddof=1)) if all_left and len(steps) > 1 else None,
        mean_interval(steps, plan.seed) if all_left else None,
    )
    eps = None if noise is None else eps_of(settings, place.spectrum.unknowns)
    ended, lost = int(paths.ended.sum()), int(paths.lost.sum())
    cut = int((~paths.ended & ~paths.lost & (paths.steps < most)).sum()) + missing
    return Departure(
        plan.saddle, name, len(steps), ended, lost, most, found, law, noise, eps, _direction(paths, place), cut
    )


def _direction(paths: Paths, place: Ball) -> float | None:
    """The mean squared cosine between the ways out and the eigenvectors of the least curvature."""
    if not paths.ended.any():
        return None
    c = place.spectrum.curvatures
    least = place.basis[:, np.abs(c - c[0]) <= 1e-6 * np.abs(c).max()]
    out = paths.points[paths.ended] - place.centre
    return float(np.mean(np.sum((out @ least) ** 2, axis=1) / np.sum(out**2, axis=1)))
