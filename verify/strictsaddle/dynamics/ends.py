"""Where paths end once they have left a saddle: at which point of the verdict's list, or elsewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from strictsaddle.arithmetic.arrays import Floats
from strictsaddle.dynamics import listed
from strictsaddle.dynamics.in_numpy import compiled
from strictsaddle.dynamics.optimisers.gradient_descent import GRADIENT_DESCENT
from strictsaddle.dynamics.optimisers.optimiser import Optimiser, Sequential, Settings
from strictsaddle.dynamics.problem import Problem
from strictsaddle.dynamics.settings import DIRECTIONS, Ball, on_domain
from strictsaddle.dynamics.simulate import FAR, Tell, described, run
from strictsaddle.execution.budget import Budget
from strictsaddle.records.escape import End
from strictsaddle.records.terms import Kind
from strictsaddle.records.verdict import Verdict

AT_REST = 1e-6  # |grad f|, relative to L times the listed points' size
OF_BALL = 0.1  # and to the least |grad f| on the sphere about the saddle: paths that have just left are not at rest
NEAR = 0.05  # of the distance from a listed point to the nearest other listed point
SAME_VALUE = 1e-6  # relative: a point at rest is taken to be on a continuum of minima of this value
USUAL = 0.1  # of the directions
DIGITS = 4  # after the point of the values of points that are not listed
LONGEST, LONGEST_SECOND_ORDER = 20_000, 500
KINDS: dict[Kind, str] = {
    "local_minimum": "a minimum",
    "degenerate_minimum": "a degenerate minimum",
    "strict_saddle": "a strict saddle",
    "local_maximum": "a maximum",
    "degenerate_saddle": "a degenerate saddle",
    "degenerate": "a degenerate point",
    "undecided": "a point of unknown kind",
}
LOST, AWAY, RESTLESS, CUT = "out of the domain", "off to infinity", "not at rest", "not known: the time ran out"
UNLISTED, CONTINUUM = "at a point that is not listed", "on a continuum of minima"


def at_rest(problem: Problem, place: Ball, smooth: float, size: float, seed: int) -> float:
    """The norm of the gradient below which a path that left a saddle has come to rest; smooth: L, size: of the listed points."""
    random = np.random.default_rng(seed)
    directions = random.standard_normal((DIRECTIONS, place.basis.shape[1])) @ place.basis.T
    directions = np.concatenate([directions, place.basis.T, -place.basis.T])
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    _, slopes, _ = described(problem, on_domain(problem, place.centre + place.radius * directions))
    # About a degenerate point there may be lines of stationary points, or of almost stationary ones
    least = (
        np.nanmin(slopes)
        if not place.is_degenerate
        else np.nanquantile(slopes[: len(slopes) - 2 * place.basis.shape[1]], USUAL)
    )
    return min(AT_REST * smooth * (1 + size), OF_BALL * float(least))


def settle(
    problem: Problem, optimiser: Optimiser | Sequential, settings: Settings, begin: Floats, flat: float, *, seed: int, budget: Budget,
    tell: Tell,
) -> tuple[Floats, list[str]]:  # fmt: skip
    """The points (m, n) where paths come to rest that go on from `begin`, and of each "", LOST or RESTLESS. Methods that bring noise go on
    without it, as gradient descent."""
    if isinstance(optimiser, Sequential):
        functions = compiled(problem)
        last = np.array([optimiser.path(functions, start, settings, LONGEST_SECOND_ORDER)[-1] for start in begin])
        _, slopes, _ = described(problem, last)
        finite = np.isfinite(last).all(axis=1)
        return last, [
            "" if ok and slope <= flat else RESTLESS if ok else LOST for ok, slope in zip(finite, slopes, strict=True)
        ]
    quiet = GRADIENT_DESCENT if optimiser.is_random else optimiser
    most = LONGEST_SECOND_ORDER if optimiser.second_order else LONGEST
    paths = run(problem, quiet, settings, begin, flat=flat, seed=seed, most=most, budget=budget, tell=tell)
    size = FAR * (1 + float(np.linalg.norm(begin[0])))  # as `simulate` has it
    words = [
        ""
        if ended
        else CUT
        if not lost and steps < most
        else RESTLESS
        if not lost
        else LOST
        if np.linalg.norm(w) <= size
        else AWAY
        for ended, lost, steps, w in zip(paths.ended, paths.lost, paths.steps, paths.points, strict=True)
    ]
    return paths.points, words


def ends(
    problem: Problem, verdict: Verdict, name: str, points: Floats, words: Sequence[str], periods: Floats | None = None
) -> list[End]:
    """The counts of the ends of an optimiser's paths, by orbits of listed points, the most frequent first. periods: of the unknowns
    (`listed.periods`); none when left out."""
    periods = np.full(problem.dimension, np.inf) if periods is None else periods
    known = verdict.stationary.isolated
    centres = np.array([listed.middle(p.point) for p in known]).reshape(-1, problem.dimension)
    every = listed.points(verdict)
    gaps = np.array([_gap(centre, every) for centre in centres])
    values = continuum_values(problem, verdict)
    first = {p.orbit: number for number, p in reversed(list(enumerate(known))) if p.orbit is not None}
    sizes = Counter(p.orbit for p in known if p.orbit is not None)
    counts: Counter[int | str | tuple[str, float]] = Counter()
    for point, word in zip(points, words, strict=True):
        place = _place(problem, point, word, centres, gaps, values, periods)
        orbit = known[place].orbit if isinstance(place, int) else None
        if place == UNLISTED:  # told apart by their values
            counts[place, round(compiled(problem).value(point), DIGITS)] += 1
        else:
            counts[place if orbit is None else first[orbit]] += 1
    found = []
    for key, count in sorted(counts.items(), key=lambda item: (-item[1], str(item[0]))):
        if isinstance(key, int):
            p = known[key]
            is_minimum, value = p.kind in listed.MINIMA, 0.5 * (p.value.low + p.value.high)
            images = 1 if p.orbit is None else sizes[p.orbit]
            standing = listed.standing(verdict, p) if is_minimum else ""
            number = key if is_minimum else None
            found.append(End(name, number, f"at {KINDS[p.kind]}", value, standing, count, len(points), images))
        else:
            where, height = key if isinstance(key, tuple) else (key, None)
            found.append(End(name, None, where, height, "", count, len(points)))
    return found


def _gap(centre: Floats, every: Floats) -> float:
    """From a listed point to the nearest other one; 1 where there is none."""
    distances = np.linalg.norm(every - centre, axis=1)
    others = distances[distances > 1e-9 * (1 + np.linalg.norm(centre))]
    return float(others.min()) if others.size else 1.0


def continuum_values(problem: Problem, verdict: Verdict) -> Floats:
    """The values of f on the continua of minima of the list."""
    found = [c for c in verdict.stationary.continua if c.kind in listed.MINIMA and len(c.point) == problem.dimension]
    return described(problem, np.array([listed.middle(c.point) for c in found]))[0] if found else np.zeros(0)


def _place(
    problem: Problem, point: Floats, word: str, centres: Floats, gaps: Floats, values: Floats, periods: Floats
) -> int | str:
    if word in (LOST, AWAY, CUT):
        return word
    if len(centres):
        distances = np.linalg.norm(listed.shortest(centres - point, periods), axis=1)
        nearest = int(np.argmin(distances))
        if distances[nearest] <= NEAR * gaps[nearest]:
            return nearest
    if word == RESTLESS:
        return RESTLESS
    if values.size:
        value = compiled(problem).value(point)
        if np.abs(values - value).min() <= SAME_VALUE * (1 + abs(value)):
            return CONTINUUM
    return UNLISTED
