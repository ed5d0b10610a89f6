"""The records that a check returns: frozen, typed, three-valued, and the source of every report.

The layout is that of the JSON (schema strictsaddle/verdict/1); `to_dict` gives it. Every `Interval` is outward
rounded: the true value lies inside. None stands for what has not been proved.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any, Literal

from strictsaddle.records.definition_2 import Definition2
from strictsaddle.records.display import displayed, required
from strictsaddle.records.evidence import Evidence, ExactPoint
from strictsaddle.records.from_json import from_record
from strictsaddle.records.json_text import json_text
from strictsaddle.records.terms import MINIMA, Answer, Interval, Kind, Proof, Scope, Sense

SCHEMA = "strictsaddle/verdict/1"
NOT_IN_JSON = {"json": False}


@dataclass(frozen=True)
class StationaryPoint:
    """An isolated stationary point: one, and only one, lies in `point`.

    `eigenvalues` are those of the Hessian (on a manifold: of the Riemannian Hessian on the tangent space), ascending;
    `index` counts the negative ones and `nullity` the zero ones; both are proved or None. `orbit` numbers the orbit under the
    proved symmetries, None where symmetries are not known. `stratum`: of an objective with kinks, the sign of each at the point, in words;
    then there are no eigenvalues, and the kind is that of `routes.piecewise`.
    """

    point: tuple[Interval, ...]
    value: Interval
    eigenvalues: tuple[Interval, ...]
    index: int | None
    nullity: int | None
    kind: Kind
    orbit: int | None = None
    stratum: str | None = None


@dataclass(frozen=True)
class Continuum:
    """A connected set of stationary points of the given dimension, with one enclosed point of it.

    `eigenvalues` are those of the Hessian on the normal space of the continuum, ascending, where all are proved not to
    be 0; else empty. Different entries are not proved to be different sets.
    """

    dimension: int | None
    point: tuple[Interval, ...]
    index: int | None
    kind: Kind
    orbit: int | None = None
    description: str = ""
    eigenvalues: tuple[Interval, ...] = ()


@dataclass(frozen=True)
class Witness:
    """A stationary point with a singular, positive semidefinite Hessian: what refutes Definition 1.

    `coordinates` are exact where they are rational (as text, "-1/3"), else None; `proof` says in a sentence how it was
    proved; `dimension` is that of the manifold of stationary points through it, where the proof shows one; `exact` is the point over its
    number field, where it was proved there.
    """

    point: tuple[Interval, ...]
    coordinates: tuple[str, ...] | None
    eigenvalues: tuple[Interval, ...]
    nullity: int | None
    proof: str
    dimension: int | None = None
    exact: ExactPoint | None = field(default=None, repr=False, compare=False, metadata=NOT_IN_JSON)


@dataclass(frozen=True)
class OnBox:
    """What is proved about a box that the program chose. It decides nothing about the domain that was asked about."""

    box: tuple[Interval, ...]
    verdict: Answer
    proof: Proof


@dataclass(frozen=True)
class Definition1:
    """Whether every stationary point is a minimum with positive definite Hessian or has a negative curvature.

    `scope`: of the question, "box" where the user gave one. `on_box`: where the verdict is "undecided", what is known about a
    box that the program chose. `sense`: "piecewise" where the objective is not twice continuously differentiable, and the answer is that
    every directionally stationary point is a minimum about which it grows quadratically, or has a curve of negative curvature."""

    verdict: Answer
    scope: Scope
    proof: Proof
    reason: str
    witness: Witness | None = None
    on_box: OnBox | None = None
    sense: Sense = "smooth"


@dataclass(frozen=True)
class Minimum:
    """What is proved about the least value of f on its domain; None stands for what is not known.

    `attained`: whether there is a minimiser. `value`: the least value. `global_minima`, `spurious_minima`: the numbers of isolated
    local minima that are global, and that are not. `proof`: the weakest that any of these rests on, "none" where all are None.
    """

    bounded_below: bool | None = None
    attained: bool | None = None
    value: Interval | None = None
    global_minima: int | None = None
    spurious_minima: int | None = None
    reason: str = ""
    proof: Proof = "none"


@dataclass(frozen=True)
class ModuloSymmetry:
    """The same question with Hessians taken on the normal space of the symmetry's orbits (Morse-Bott)."""

    verdict: Answer
    group: str
    dimension: int
    reason: str


@dataclass(frozen=True)
class OpenRegion:
    """A box of the domain about which an unfinished search proved neither that it is harmless nor that it is not."""

    box: tuple[Interval, ...]
    reason: str


@dataclass(frozen=True)
class Unresolved:
    """What a covering left open: how many boxes, their share of the volume that was searched, and the first of them
    (those closed by no test, then the largest ones). Where symmetry is used, one region of each orbit is searched."""

    regions: int
    share: float
    first: tuple[OpenRegion, ...]


@dataclass(frozen=True)
class Stationary:
    """The stationary points. `complete`: these are all of them in the scope, and the kind of each is settled (a list with a point of
    unknown kind is never complete, whatever is handed in); `minima_complete`: all local minima are among them; `trust`: what that
    rests on; `unresolved`: what a covering left open, None where there was none or it left nothing."""

    complete: bool
    trust: tuple[str, ...]
    isolated: tuple[StationaryPoint, ...]
    continua: tuple[Continuum, ...] = ()
    unresolved: Unresolved | None = None
    minima_complete: bool = False

    def __post_init__(self) -> None:
        settled = all(point.kind != "undecided" for point in self.isolated)
        object.__setattr__(self, "complete", self.complete and settled)
        object.__setattr__(self, "minima_complete", self.complete or (self.minima_complete and settled))

    @property
    def minima(self) -> tuple[StationaryPoint, ...]:
        """The isolated points that are local minima, degenerate ones included."""
        return tuple(point for point in self.isolated if point.kind in MINIMA)

    @property
    def all_minima_listed(self) -> bool:
        """Whether `minima` are all local minima: none lies on a continuum, and no point is left whose higher order may make it one."""
        settled = all(point.kind != "degenerate" for point in self.isolated)
        return self.minima_complete and not self.continua and settled

    @property
    def counts(self) -> dict[str, int]:
        """Isolated points by kind; all degenerate kinds count as `degenerate`."""
        found = {"local_minimum": 0, "strict_saddle": 0, "local_maximum": 0, "degenerate": 0}
        for point in self.isolated:
            key = "degenerate" if point.kind.startswith("degenerate") else point.kind
            if key in found:
                found[key] += 1
        return found


@dataclass(frozen=True)
class SignedPermutations:
    """The group of signed permutations of the unknowns that leave f unchanged."""

    order: int
    generators: tuple[str, ...]


@dataclass(frozen=True)
class ContinuousSymmetry:
    """The Lie algebra of one-parameter linear groups that leave f unchanged, as far as it was found. `all_found`: it is proved that
    there are no others, affine ones included."""

    dimension: int
    generators: tuple[str, ...]
    all_found: bool = False


@dataclass(frozen=True)
class Symmetry:
    signed_permutations: SignedPermutations
    continuous: ContinuousSymmetry


@dataclass(frozen=True)
class Resources:
    """What the check took; the only part of a verdict that may differ between equal runs."""

    engine: Literal["exact", "interval", "none"]
    seconds: float
    boxes: int = 0


@dataclass(frozen=True, repr=False)
class Verdict:
    """What is proved about an objective. Three-valued: `bool()` of it is refused. `print` shows what the command shows; a notebook, a
    report."""

    objective: Mapping[str, Any]
    definition_1: Definition1
    stationary: Stationary
    resources: Resources
    versions: Mapping[str, str]
    modulo_symmetry: ModuloSymmetry | None = None
    minimum: Minimum | None = None
    symmetry: Symmetry | None = None
    definition_2: Definition2 | None = None
    certificate: Any = field(default=None, repr=False, compare=False)  # a certificates.write.Certificate
    evidence: tuple[Evidence, ...] = field(default=(), repr=False)  # what a certificate is made of; not in the JSON

    def __bool__(self) -> bool:
        raise TypeError(
            "a verdict has three values (strict_saddle, not_strict_saddle, undecided), so it is neither true nor "
            'false; compare it: verdict.definition_1.verdict == "strict_saddle"'
        )

    @property
    def exit_code(self) -> int:
        """0 proved, 1 refuted, 3 undecided."""
        return {"strict_saddle": 0, "not_strict_saddle": 1, "undecided": 3}[self.definition_1.verdict]

    def __repr__(self) -> str:
        return f"<Verdict {self.summary()}>"

    def __str__(self) -> str:
        return str(displayed("text", self) or self.summary())

    def _repr_html_(self) -> str | None:
        """What a notebook shows: the report in a frame of its own."""
        shown = displayed("frame", self)
        return None if shown is None else str(shown)

    def summary(self) -> str:
        """One line: the objective's name, the answer, what it rests on, and the points that are listed."""
        name, definition = " ".join(str(self.objective["name"]).split()), self.definition_1
        counts = ", ".join(
            f"{number} {kind.replace('_', ' ')}" for kind, number in self.stationary.counts.items() if number
        )
        listed = f"; {'' if self.stationary.complete else 'at least '}{counts}" if counts else ""
        return f"{name}: {definition.verdict} ({definition.proof}, {definition.scope}){listed}"

    def to_html(self) -> str:
        """The report as one HTML page. Raises RuntimeError where the reports are not installed."""
        return str(required("html", self))

    def plot(self, objective: Any = None) -> Any:
        """A picture that a notebook shows: a curve, a landscape or the Hessians' spectra, with the certified points; None where there is
        nothing to draw. `objective`: needed where the record only describes its formula. Raises RuntimeError where the reports are not
        installed."""
        return required("picture", self, objective)

    @classmethod
    def from_json(cls, text: str) -> Verdict:
        """The verdict that `to_json` wrote, without its evidence and certificate. Raises ValueError for other text."""
        return from_record(json.loads(text), SCHEMA, cls)

    def to_dict(self) -> dict[str, Any]:
        """The verdict as the JSON of the interface: plain dicts, lists, numbers and strings."""
        stationary = _plain(self.stationary)
        stationary["counts"] = self.stationary.counts
        return {
            "schema": SCHEMA,
            "objective": _plain(self.objective),
            "definition_1": _plain(self.definition_1),
            "modulo_symmetry": _plain(self.modulo_symmetry),
            "minimum": _plain(self.minimum),
            "stationary": stationary,
            "symmetry": _plain(self.symmetry),
            "definition_2": _plain(self.definition_2),
            "resources": _plain(self.resources),
            "versions": _plain(self.versions),
        }

    def to_json(self) -> str:
        """`to_dict` as text: two blanks a level, keys in the interface's order, no nan or infinity."""
        return json_text(self.to_dict())


def _plain(value: Any) -> Any:
    """Records as dicts, tuples as lists, an Interval as [low, high], an infinite end as null."""
    if is_dataclass(value) and not isinstance(value, type):
        return {i.name: _plain(getattr(value, i.name)) for i in fields(value) if i.metadata.get("json", True)}
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return None
    return value
