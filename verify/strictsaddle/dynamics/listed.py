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


def gap(centre: Floats, every: Floats) -> float | None:
    """From a point to the nearest one of `every` (m, n) that is another; None where there is none."""
    distances = np.linalg.norm(every - centre, axis=1)
    others = distances[distances > 1e-9 * (1 + np.linalg.norm(centre))]
    return float(others.min()) if others.size else None


@dataclass(frozen=True)
class Nearest:
    """The isolated points of a list, to find the one that is nearest to a point: `points` (m, n), `gaps` (m,) the distance of each to the
    nearest other listed point (1 where there is none), `periods` (n,) of the unknowns, infinite where the formula has none by its form."""

    known: tuple[StationaryPoint, ...]
    points: Floats
    gaps: Floats
    periods: Floats

    @classmethod
    def of(cls, objective: Objective, verdict: Verdict) -> Nearest:
        known, every = verdict.stationary.isolated, points(verdict)
        centres = np.array([middle(p.point) for p in known]).reshape(-1, objective.dimension)
        turns = np.full(objective.dimension, np.inf)
        for number, (unit, turn) in periods_of(objective.graph, objective.node).items():
            turns[number] = float(2 / unit) * (1.0 if turn else np.pi)
        return cls(known, centres, np.array([gap(centre, every) or 1.0 for centre in centres]), turns)

    def to(self, point: Floats, reach: float) -> tuple[int, float] | None:
        """The number of the nearest point, modulo periods, and its distance; None where it is farther than `reach` times its gap."""
        if not len(self.points):
            return None
        differences = self.points - point
        finite = np.where(np.isfinite(self.periods), self.periods, 1.0)
        differences -= np.where(np.isfinite(self.periods), finite * np.round(differences / finite), 0.0)
        distances = np.linalg.norm(differences, axis=1)
        number = int(np.argmin(distances))
        return (number, float(distances[number])) if distances[number] <= reach * self.gaps[number] else None


def standing(verdict: Verdict, point: StationaryPoint) -> str:
    """ "global" or "spurious" where the least value is proved and tells, else ""."""
    least = verdict.minimum.value if verdict.minimum is not None else None
    if least is None:
        return ""
    if point.value.low > least.high:
        return "spurious"
    whole = verdict.stationary.all_minima_listed and verdict.minimum is not None and verdict.minimum.attained
    return "global" if whole else ""
