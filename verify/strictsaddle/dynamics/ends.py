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
from strictsaddle.dynamics.settings import DIRECTIONS, Ball, sphere
from strictsaddle.dynamics.simulate import FAR, Paths, Tell, described, run
from strictsaddle.execution.budget import Budget
from strictsaddle.records.escape import End
from strictsaddle.records.terms import MINIMA, Kind
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
    _, slopes, _ = described(problem, sphere(problem, place.centre, place.basis, place.radius, seed))
    # About a degenerate point there may be lines of stationary points, or of almost stationary ones
    least = np.nanquantile(slopes[:DIRECTIONS], USUAL) if place.is_degenerate else np.nanmin(slopes)
    return min(AT_REST * smooth * (1 + size), OF_BALL * float(least))


def settle(
    problem: Problem, optimiser: Optimiser | Sequential, settings: Settings, paths: Paths, flat: float, *, seed: int, budget: Budget,
    tell: Tell,
) -> tuple[Floats, list[str]]:  # fmt: skip
    """The points (m, n) where paths come to rest that left a saddle, and of each "", or what kept it from that. Methods that bring noise go
    on without it, as gradient descent; those of SciPy are at their ends already."""
    begin = paths.points[paths.ended]
    if isinstance(optimiser, Sequential):
        assert paths.rests is not None
        last = paths.rests[paths.ended]
        _, slopes, _ = described(problem, last)
        finite = np.asarray(np.isfinite(last).all(axis=1))
        return last, [
            "" if ok and slope <= flat else RESTLESS if ok else LOST for ok, slope in zip(finite, slopes, strict=True)
        ]
    quiet = GRADIENT_DESCENT if optimiser.is_random else optimiser
    most = LONGEST_SECOND_ORDER if optimiser.second_order else LONGEST
    settled = run(problem, quiet, settings, begin, flat=flat, seed=seed, most=most, budget=budget, tell=tell)
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
        for ended, lost, steps, w in zip(settled.ended, settled.lost, settled.steps, settled.points, strict=True)
    ]
    return settled.points, words


def ends(
    problem: Problem, verdict: Verdict, name: str, points: Floats, words: Sequence[str], nearest: listed.Nearest
) -> list[End]:
    """The counts of the ends of an optimiser's paths, by orbits of listed points, the most frequent first."""
    known, values = nearest.known, continuum_values(problem, verdict)
    first = {p.orbit: number for number, p in reversed(list(enumerate(known))) if p.orbit is not None}
    sizes = Counter(p.orbit for p in known if p.orbit is not None)
    counts: Counter[int | str | tuple[str, float]] = Counter()
    for point, word in zip(points, words, strict=True):
        place = _place(problem, point, word, values, nearest)
        orbit = known[place].orbit if isinstance(place, int) else None
        if place == UNLISTED:  # told apart by their values
            counts[place, round(compiled(problem).value(point), DIGITS)] += 1
        else:
            counts[place if orbit is None else first[orbit]] += 1
    found = []
    for key, count in sorted(counts.items(), key=lambda item: (-item[1], str(item[0]))):
        if isinstance(key, int):
            p = known[key]
            is_minimum, value = p.kind in MINIMA, 0.5 * (p.value.low + p.value.high)
            images = 1 if p.orbit is None else sizes[p.orbit]
            standing = listed.standing(verdict, p) if is_minimum else ""
            number = key if is_minimum else None
            found.append(End(name, number, f"at {KINDS[p.kind]}", value, standing, count, len(points), images))
        else:
            where, height = key if isinstance(key, tuple) else (key, None)
            found.append(End(name, None, where, height, "", count, len(points)))
    return found


def continuum_values(problem: Problem, verdict: Verdict) -> Floats:
    """The values of f on the continua of minima of the list."""
    found = [c for c in verdict.stationary.continua if c.kind in MINIMA and len(c.point) == problem.dimension]
    return described(problem, np.array([listed.middle(c.point) for c in found]))[0] if found else np.zeros(0)


def _place(problem: Problem, point: Floats, word: str, values: Floats, nearest: listed.Nearest) -> int | str:
    if word in (LOST, AWAY, CUT):
        return word
    if (found := nearest.to(point, NEAR)) is not None:
        return found[0]
    if word == RESTLESS:
        return RESTLESS
    if values.size:
        value = compiled(problem).value(point)
        if np.abs(values - value).min() <= SAME_VALUE * (1 + abs(value)):
            return CONTINUUM
    return UNLISTED
