"""The points of a verdict that matter here: saddles to start at, one of each orbit, and minima to end at."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from strictsaddle.arithmetic.arrays import Floats
from strictsaddle.formula.roles import periods_of
from strictsaddle.objective.objective import Objective
from strictsaddle.records.terms import Interval, Kind
from strictsaddle.records.verdict import StationaryPoint, Verdict

SADDLES = ("strict_saddle", "degenerate_saddle", "degenerate")
MINIMA = ("local_minimum", "degenerate_minimum")
MOST_SADDLES = 8


@dataclass(frozen=True)
class Origin:
    """A point to start at. `orbit_size`: how many listed points it stands for."""

    point: tuple[Interval, ...]
    kind: Kind
    least_eigenvalue: Interval | None
    value: Interval | None
    orbit_size: int

    @property
    def is_degenerate(self) -> bool:
        return self.kind != "strict_saddle"

    @property
    def centre(self) -> Floats:
        return middle(self.point)


def middle(point: tuple[Interval, ...]) -> Floats:
    """The middle of an enclosed point, (n,)."""
    return np.array([0.5 * side.low + 0.5 * side.high for side in point])


def points(verdict: Verdict) -> Floats:
    """All listed points, those of continua and the witness included, (m, n)."""
    found = [middle(p.point) for p in verdict.stationary.isolated]
    found += [middle(c.point) for c in verdict.stationary.continua if c.point]
    witness = verdict.definition_1.witness
    found += [middle(witness.point)] if witness is not None and witness.point else []
    n = len(verdict.objective["variables"])
    return np.array([p for p in found if len(p) == n]).reshape(-1, n)


def origins(verdict: Verdict) -> list[Origin]:
    """The saddles: isolated ones, the first of each orbit, degenerate ones first, then by ascending least eigenvalue; and points on
    continua of saddles. The witness, where it is none of these and no minimum."""
    found: list[Origin] = []
    seen: dict[tuple[str, object], int] = {}
    for number, p in enumerate(verdict.stationary.isolated):
        if p.kind not in SADDLES:
            continue
        key = (p.kind, ("alone", number) if p.orbit is None else p.orbit)
        if key in seen:
            old = found[seen[key]]
            found[seen[key]] = Origin(old.point, old.kind, old.least_eigenvalue, old.value, old.orbit_size + 1)
            continue
        seen[key] = len(found)
        found.append(Origin(p.point, p.kind, p.eigenvalues[0] if p.eigenvalues else None, p.value, 1))
    for c in verdict.stationary.continua:
        if c.point and (c.kind in SADDLES or (c.index or 0) > 0):
            kind: Kind = "strict_saddle" if (c.index or 0) > 0 else c.kind
            found.append(Origin(c.point, kind, c.eigenvalues[0] if c.eigenvalues else None, None, 1))
    witness = verdict.definition_1.witness
    if witness is not None and witness.point and not _known(witness.point, verdict):
        found.append(
            Origin(witness.point, "degenerate", witness.eigenvalues[0] if witness.eigenvalues else None, None, 1)
        )
    n = len(verdict.objective["variables"])
    found = [one for one in found if len(one.point) == n]

    def order(one: Origin) -> tuple[bool, float]:
        return not one.is_degenerate, one.least_eigenvalue.low if one.least_eigenvalue is not None else 0.0

    return sorted(found, key=order)


def _known(point: tuple[Interval, ...], verdict: Verdict) -> bool:
    """Whether a listed point, or a continuum's, may be this one."""
    listed = [p.point for p in verdict.stationary.isolated] + [c.point for c in verdict.stationary.continua]
    return any(
        len(other) == len(point) and all(a.low <= b.high and b.low <= a.high for a, b in zip(point, other, strict=True))
        for other in listed
    )


def periods(objective: Objective) -> Floats:
    """The period of each unknown, (n,), infinite where the formula has none by its form."""
    found = np.full(objective.dimension, np.inf)
    for number, (unit, turn) in periods_of(objective.graph, objective.node).items():
        found[number] = float(2 / unit) * (1.0 if turn else np.pi)
    return found


def shortest(differences: Floats, periods: Floats) -> Floats:
    """Differences of points (..., n), in each periodic unknown the shortest one."""
    finite = np.where(np.isfinite(periods), periods, 1.0)
    return differences - np.where(np.isfinite(periods), finite * np.round(differences / finite), 0.0)


def minima(verdict: Verdict) -> list[tuple[int, StationaryPoint]]:
    """The isolated minima with their numbers in the verdict's list."""
    return [(number, p) for number, p in enumerate(verdict.stationary.isolated) if p.kind in MINIMA]


def standing(verdict: Verdict, point: StationaryPoint) -> str:
    """ "global" or "spurious" where the least value is proved and tells, else ""."""
    least = verdict.minimum.value if verdict.minimum is not None else None
    if least is None:
        return ""
    if point.value.low > least.high:
        return "spurious"
    known = verdict.stationary
    whole = known.minima_complete and not known.continua and all(p.kind != "degenerate" for p in known.isolated)
    return "global" if whole and verdict.minimum is not None and verdict.minimum.attained else ""
