"""What `escape` returns: how long optimisers stay at certified saddles, what laws say of that, and where they end.

Points, eigenvalues and kinds of the saddles and minima are the verdict's, and proved; steps and shares are measured in floating point, over
seeds, and reproducible from the seed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from strictsaddle.records.json_text import json_text
from strictsaddle.records.terms import Interval, Kind, Proof
from strictsaddle.records.verdict import Resources, StationaryPoint

SCHEMA = "strictsaddle/escape/1"
NOISE_LADDER = "noisy-sgd"  # the optimiser whose noise is varied


@dataclass(frozen=True)
class Steps:
    """Numbers of steps until a ball was left. `mean` with its 95 % interval `ci` and `deviation`: None where not all paths left;
    `median`: None where fewer than half did."""

    median: float | None
    mean: float | None
    deviation: float | None
    ci: Interval | None


@dataclass(frozen=True)
class Predicted:
    """What a law says of the same numbers; infinite: it does not leave. `law`: "linear" or "valley" (`dynamics.laws`)."""

    mean: float
    deviation: float | None
    median: float | None
    law: str


@dataclass(frozen=True)
class Departure:
    """An optimiser at a saddle (its number in `Escape.saddles`): `runs` paths, of which `left` left the ball, `lost` ran out of the domain,
    and the rest stayed for `most` steps. `noise`: of a step, for `noisy-sgd`. `direction`: the mean of the squared cosine between the way
    out and the eigenvector of the most negative curvature, None where no path left. `cut`: how many paths the time did not suffice for."""

    saddle: int
    optimiser: str
    runs: int
    left: int
    lost: int
    most: int
    steps: Steps
    predicted: Predicted | None
    noise: float | None = None
    eps: float | None = None
    direction: float | None = None
    cut: int = 0

    @property
    def ratio(self) -> float | None:
        """Measured over predicted mean."""
        if self.predicted is None or self.steps.mean is None or self.predicted.mean in (0.0, float("inf")):
            return None
        return self.steps.mean / self.predicted.mean


@dataclass(frozen=True)
class Scaling:
    """How the mean number of steps of `noisy-sgd` grows as its noise shrinks: T ~ eps^`exponent`, with its 95 % interval; near a strict
    saddle T grows like ln(1/eps), and the exponent tends to 0. `slope`: dT/d ln(1/eps) in steps; each with what a law says, None where
    there is none."""

    exponent: float
    ci: Interval
    predicted_exponent: float | None
    slope: float
    predicted_slope: float | None


@dataclass(frozen=True)
class Saddle:
    """A point that optimisers were started at: a certified one, or a point of a continuum, or the witness. `orbit_size`: how many listed
    points it stands for. `radius`: of the ball to leave; `step`, `spread`, `noise`: of the runs."""

    point: tuple[Interval, ...]
    kind: Kind
    least_eigenvalue: Interval | None
    value: Interval | None
    orbit_size: int
    radius: float
    step: float
    spread: float
    noise: float
    scaling: Scaling | None = None


@dataclass(frozen=True)
class End:
    """Where paths of an optimiser ended, from all saddles: at the listed minimum of this number (from 0, in the verdict's order; or the
    first of its orbit, which has `images` points), or elsewhere in words. `standing`: "global", "spurious", "" where that is not known.
    `count` of `runs`."""

    optimiser: str
    minimum: int | None
    where: str
    value: float | None
    standing: str
    count: int
    runs: int
    images: int = 1


@dataclass(frozen=True)
class Track:
    """One path from a saddle on: at these steps, the value, the gradient's norm and the Hessian's index (in floating point)."""

    saddle: int
    optimiser: str
    steps: tuple[int, ...]
    values: tuple[float, ...]
    gradient_norms: tuple[float, ...]
    indices: tuple[int, ...]


@dataclass(frozen=True)
class NearCritical:
    """A point of a path at which the gradient's norm was smallest for a while. `certified`: the stationary point that was proved to be
    within `distance` of it; None where none was proved."""

    saddle: int
    optimiser: str
    step: int
    value: float
    gradient_norm: float
    index: int
    certified: StationaryPoint | None
    distance: float | None


@dataclass(frozen=True)
class Theorem:
    """Iterations by Theorem 6 of Ge et al. with certified constants of Definition 2, and what noisy-sgd took in the mean from a saddle."""

    constants: Mapping[str, str | None]
    proof: Proof
    iterations: float
    measured: float | None


@dataclass(frozen=True)
class Escape:
    """`rules`: how step sizes, noise and balls were chosen, in words; `notes`: what was left out, and why. `in_time`: whether all
    optimisers had their turn."""

    objective: Mapping[str, Any]
    verdict: str
    optimisers: tuple[str, ...]
    seeds: int
    seed: int
    saddles: tuple[Saddle, ...]
    table: tuple[Departure, ...]
    ends: tuple[End, ...]
    tracks: tuple[Track, ...]
    near_critical: tuple[NearCritical, ...]
    theorem_6: Theorem | None
    rules: str
    notes: tuple[str, ...]
    resources: Resources
    versions: Mapping[str, str]
    in_time: bool = True

    @property
    def exit_code(self) -> int:
        """0 where every optimiser was measured at each saddle that is listed, and no path was cut short by the time; else 3."""
        measured = {row.saddle for row in self.table}
        cut = not self.in_time or any(row.cut for row in self.table)
        return 0 if self.saddles and not cut and measured == set(range(len(self.saddles))) else 3

    def headline(self, saddle: int) -> Departure | None:
        """The row of a saddle that sums it up: noisy-sgd with the first noise, or else the first one."""
        rows = [row for row in self.table if row.saddle == saddle]
        noisy = [row for row in rows if row.optimiser == NOISE_LADDER]
        return next(iter(noisy or rows), None)

    def to_dict(self) -> dict[str, Any]:
        """As plain dicts and lists, in the layout of the interface; infinite predictions are the text "never"."""
        return {
            "schema": SCHEMA,
            "objective": dict(self.objective),
            "verdict": self.verdict,
            "optimisers": list(self.optimisers),
            "seeds": self.seeds,
            "seed": self.seed,
            "saddles": [self._saddle(number) for number in range(len(self.saddles))],
            "ends": [
                {"optimiser": e.optimiser, "minimum": e.minimum, "where": e.where, "value": e.value, "standing": e.standing,
                 "share": e.count / e.runs, "count": e.count, "runs": e.runs, "images": e.images}
                for e in self.ends
            ],
            "table": [_row(row) for row in self.table],
            "tracks": [
                {"saddle": t.saddle, "optimiser": t.optimiser, "steps": list(t.steps), "values": list(map(_finite, t.values)),
                 "gradient_norms": list(map(_finite, t.gradient_norms)), "indices": list(t.indices)}
                for t in self.tracks
            ],
            "near_critical": [
                {"saddle": n.saddle, "optimiser": n.optimiser, "step": n.step, "value": _finite(n.value),
                 "gradient_norm": _finite(n.gradient_norm), "index": n.index, "distance": n.distance,
                 "certified": None if n.certified is None else
                 {"point": _sides(n.certified.point), "kind": n.certified.kind, "index": n.certified.index}}
                for n in self.near_critical
            ],
            "theorem_6": None if self.theorem_6 is None else
            {"constants": dict(self.theorem_6.constants), "proof": self.theorem_6.proof, "iterations": self.theorem_6.iterations,
             "measured": self.theorem_6.measured},
            "rules": self.rules,
            "notes": list(self.notes),
            "resources": {"engine": self.resources.engine, "seconds": self.resources.seconds, "boxes": self.resources.boxes},
            "versions": dict(self.versions),
        }  # fmt: skip

    def _saddle(self, number: int) -> dict[str, Any]:
        one, row = self.saddles[number], self.headline(number)
        return {
            "point": _sides(one.point),
            "kind": one.kind,
            "least_eigenvalue": None if one.least_eigenvalue is None else list(one.least_eigenvalue),
            "value": None if one.value is None else list(one.value),
            "orbit_size": one.orbit_size,
            "radius": one.radius,
            "step": one.step,
            "spread": one.spread,
            "noise": one.noise,
            "runs": 0 if row is None else row.runs,
            "steps": None if row is None else _steps(row.steps),
            "predicted": None if row is None else _predicted(row.predicted),
            "law": None if row is None else _law(row.predicted),
            "scaling": None if one.scaling is None else
            {"exponent": one.scaling.exponent, "ci": list(one.scaling.ci), "predicted_exponent": one.scaling.predicted_exponent,
             "slope": one.scaling.slope, "predicted_slope": one.scaling.predicted_slope},
        }  # fmt: skip

    def to_json(self) -> str:
        """`to_dict` as text."""
        return json_text(self.to_dict())


def _finite(x: float) -> float | None:
    return x if abs(x) < float("inf") else None


def _sides(point: tuple[Interval, ...]) -> list[list[float]]:
    return [list(side) for side in point]


def _steps(steps: Steps) -> dict[str, Any]:
    return {
        "median": steps.median,
        "mean": steps.mean,
        "deviation": steps.deviation,
        "ci": None if steps.ci is None else list(steps.ci),
    }


def _predicted(law: Predicted | None) -> float | str | None:
    """The predicted mean."""
    return None if law is None else "never" if law.mean == float("inf") else law.mean


def _law(law: Predicted | None) -> dict[str, Any] | None:
    """By which law, and what else it says."""
    if law is None:
        return None
    return {"name": law.law, "deviation": law.deviation, "median": None if law.median == float("inf") else law.median}


def _row(row: Departure) -> dict[str, Any]:
    return {
        "saddle": row.saddle, "optimiser": row.optimiser, "noise": row.noise, "eps": row.eps, "runs": row.runs, "left": row.left,
        "lost": row.lost, "cut": row.cut, "most": row.most, "steps": _steps(row.steps), "predicted": _predicted(row.predicted),
        "law": _law(row.predicted), "ratio": row.ratio,
        "direction": row.direction,
    }  # fmt: skip
