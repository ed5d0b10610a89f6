"""What Definition 2 looks at, on R^n and on boxes: gradient norms and least eigenvalues, in floating point at many
points, in Arb balls at one, and in intervals over the patches that a covering works on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
from flint import arb, arb_mat

from strictsaddle.arithmetic.arrays import Floats
from strictsaddle.arithmetic.evaluate import evaluate_arb, evaluate_float, evaluate_interval
from strictsaddle.arithmetic.exact import rational
from strictsaddle.arithmetic.tape import outward
from strictsaddle.certify.inertia import eigenvalue_enclosures
from strictsaddle.certify.krawczyk import refine
from strictsaddle.definition_2.cover.strong_convexity import bounding_box, convex_on_ball
from strictsaddle.definition_2.landscape.constant_hessian import constant_hessian, holds_exactly
from strictsaddle.definition_2.landscape.growth import Bounded, bounded
from strictsaddle.definition_2.landscape.patch import Patch, flat
from strictsaddle.derive.derivatives import Derivation, derive, upper_triangle
from strictsaddle.objective.objective import Objective
from strictsaddle.records.terms import Scope
from strictsaddle.records.verdict import StationaryPoint


@dataclass(frozen=True)
class Piece:
    """The box [lower, upper] (m,) of a patch's coordinates."""

    patch: Patch
    lower: Floats
    upper: Floats


@dataclass(frozen=True)
class Whole:
    """Pieces that together are the domain, up to what needs no proof; the scope of a proof on them, and why."""

    pieces: tuple[Piece, ...]
    scope: Scope
    why: str


class Landscape:
    """The objective on all of R^n or on a box. Points in floating point are rows of n coordinates."""

    def __init__(self, objective: Objective) -> None:
        self.objective = objective
        self.derivation = self._derivation()
        self.outer: tuple[Floats, Floats] | None = None  # the box rounded outwards, for proofs
        self.inner: tuple[Floats, Floats] | None = None  # inwards: points that are shown must lie in the domain
        if objective.domain.ends is not None:
            low, high = (np.array([outward(x) for x in e]) for e in objective.domain.ends)
            self.outer = (low[:, 0].copy(), high[:, 1].copy())
            self.inner = (low[:, 1].copy(), np.maximum(low[:, 1], high[:, 0]))
        self._rows, self._columns = (np.array(part) for part in zip(*upper_triangle(objective.dimension), strict=True))
        self._bounds: dict[Fraction, Bounded | str] = {}
        self._flat = flat(self.derivation)

    def _derivation(self) -> Derivation:
        return derive(self.objective)

    @property
    def dimension(self) -> int:
        """n, the number of unknowns."""
        return self.derivation.dimension

    @property
    def scope_of_points(self) -> Scope:
        """The scope of a refutation: one point of the domain that the user gave."""
        return self.objective.domain.scope

    @property
    def constant(self) -> Any:
        """The Hessian, when it is one rational matrix everywhere; else None."""
        return constant_hessian(self.derivation)

    def holds_exactly(self, alpha: Fraction, gamma: Fraction, epsilon: Fraction, delta: Fraction) -> str:
        """Why the constants of Definition 2 hold where rational arithmetic alone proves it, else nothing."""
        return holds_exactly(self.derivation, alpha, gamma, epsilon, delta)

    def balls_are_convex(self, radius: float) -> bool:
        """Whether balls of this radius are convex, so that H > 0 on one leaves room for one stationary point."""
        return True

    def tight(self, point: StationaryPoint) -> StationaryPoint:
        """The point in a tighter enclosure where the listed one is wide: balls about it must not be uncertain."""
        box = np.array(point.point).T
        if np.max(box[1] - box[0]) <= 1e-12 * max(1.0, float(np.max(np.abs(box)))):
            return point
        return replace(point, point=refine(self.derivation, box, box).interval)

    # floating point

    def inside(self, points: Floats) -> Floats:
        """The points moved into the domain."""
        return points if self.inner is None else np.clip(points, self.inner[0], self.inner[1])

    def everywhere(self, count: int, rng: np.random.Generator) -> Floats | None:
        """Random points all over a domain that is bounded, else None."""
        return None if self.inner is None else rng.uniform(self.inner[0], self.inner[1], (count, self.dimension))

    def is_defined(self, lower: Floats, upper: Floats) -> bool:
        """Whether f and its derivatives may be defined on all of the box [lower, upper] (n,): no enclosure is nan."""
        tapes = (self.derivation.value_tape, self.derivation.gradient_hessian_tape)
        found = [evaluate_interval(tape, lower[None], upper[None])[0] for tape in tapes]
        return not any(np.isnan(low).any() for low in found)

    def derivatives(self, points: Floats) -> tuple[Floats, Floats]:
        """Gradients (m, n) and Hessians (m, n, n) of the formula."""
        n = self.dimension
        out = evaluate_float(self.derivation.gradient_hessian_tape, points)
        matrices = np.zeros((len(points), n, n))
        matrices[:, self._rows, self._columns] = out[:, n:]
        matrices[:, self._columns, self._rows] = out[:, n:]
        return out[:, :n], matrices

    def _sizes(self, points: Floats, slopes: Floats, matrices: Floats) -> tuple[Floats, Floats]:
        return np.array(np.linalg.norm(slopes, axis=1)), np.array(np.linalg.eigvalsh(matrices)[:, 0])

    def sizes(self, points: Floats) -> tuple[Floats, Floats]:
        """Gradient norms and least eigenvalues, each (m,); inf where undefined."""
        slopes, matrices = self.derivatives(points)
        good = (
            np.isfinite(slopes).all(axis=1)
            & np.isfinite(matrices).all(axis=(1, 2))
            & (np.abs(matrices).max(axis=(1, 2)) < 1e100)
        )
        norms, least = np.full(len(points), np.inf), np.full(len(points), np.inf)
        norms[good], least[good] = self._sizes(points[good], slopes[good], matrices[good])
        return norms, least

    # balls

    def exact(self, place: Floats) -> list[arb]:
        """The point of the domain that the finite doubles `place` (n,) stand for: beyond a bound of a box, the bound
        itself, which need not be a double."""
        ends = self.objective.domain.ends
        if ends is None:
            return [arb(float(x)) for x in place]
        moved = [min(max(Fraction(float(x)), low), high) for x, low, high in zip(place, *ends, strict=True)]
        return [arb(rational(x)) for x in moved]

    def measure(self, point: Sequence[arb]) -> tuple[arb, arb] | None:
        """The gradient's norm and the least eigenvalue at a point; None where not both are finite."""
        n = self.dimension
        slope = evaluate_arb(self.derivation.gradient_tape, list(point))
        entries = evaluate_arb(self.derivation.hessian_tape, list(point))
        if not all(value.is_finite() for value in slope + entries):
            return None
        table = [[arb(0)] * n for _ in range(n)]
        for (i, j), entry in zip(upper_triangle(n), entries, strict=True):
            table[i][j] = table[j][i] = entry
        return norm_of(slope), eigenvalue_enclosures(arb_mat(table))[0]

    # proofs

    def whole(self, epsilon: Fraction, half_spaces: Floats, reach: float) -> Whole:
        """Where a covering is needed for this epsilon; `reach`: how far out a box must go where nothing bounds it."""
        patch = replace(self._flat, half_spaces=half_spaces)
        if self.outer is not None:
            return Whole((Piece(patch, *self.outer),), "box", "on the box of the objective")
        found = self._bound(epsilon)
        if isinstance(found, Bounded):
            return Whole((Piece(patch, found.lower, found.upper),), "global", found.why)
        size = float(np.ceil(max(reach, 4.0)))
        ends = np.full(self.dimension, size)
        why = f"on the box [{-size:g}, {size:g}] in every unknown only, chosen by the program: {found}"
        return Whole((Piece(patch, -ends, ends),), "box", why)

    def _bound(self, epsilon: Fraction) -> Bounded | str:
        """Where |g| may be below epsilon; what was proved for a larger epsilon serves as well."""
        for larger in sorted(self._bounds):
            if larger >= epsilon and not isinstance(self._bounds[larger], str):
                return self._bounds[larger]
        if epsilon not in self._bounds:
            self._bounds[epsilon] = bounded(self.objective, self.derivation, epsilon, self._flat.natural)
        return self._bounds[epsilon]

    def convex_about(
        self, centre: Floats, radius_squared: float, alpha: float, limit: int
    ) -> tuple[bool, int, Floats | None]:
        """Whether the least eigenvalue is at least alpha on every ball about a point of the box `centre` (2, n), cut by
        the domain; the boxes used, and a place (n,) to look at where that could not be proved. radius_squared and
        alpha must have been rounded up."""
        lower, upper = bounding_box(centre, radius_squared, self.outer)
        proved, used, failed = convex_on_ball(self._flat, lower, upper, centre, radius_squared, alpha, limit)
        return proved, used, None if failed is None else np.array(np.mean(failed, axis=0))

    def smoothness(self, lower: Floats, upper: Floats) -> float | None:
        """An upper bound of |H| on the domain's part in the box [lower, upper] (n,); None where none is found."""
        return largest_norm(self.derivation, lower, upper)


def norm_of(vector: Sequence[arb]) -> arb:
    """The Euclidean norm."""
    norm = sum((value * value for value in vector), arb(0)).sqrt()
    if norm.is_finite():
        return norm
    # a sum of squares whose ball reaches below 0
    return arb(0).union(sum((abs(value).upper() for value in vector), arb(0)).upper())


PIECES = 4096


def largest_norm(derivation: Derivation, lower: Floats, upper: Floats) -> float | None:
    """An upper bound of |H| on a box: the largest row sum of the entries' bounds on small pieces; None where
    unbounded."""
    n = lower.size
    low, high = pieces(lower, upper)
    h_low, h_high = evaluate_interval(derivation.hessian_tape, low, high)
    size = np.maximum(-h_low, h_high)
    if not np.isfinite(size).all():
        return None
    rows = np.zeros((len(size), n))
    for k, (i, j) in enumerate(upper_triangle(n)):
        rows[:, i] += size[:, k]
        if i != j:
            rows[:, j] += size[:, k]
    return float(rows.max()) * (1 + 1e-12)


def pieces(lower: Floats, upper: Floats) -> tuple[Floats, Floats]:
    """The box [lower, upper] (n,) cut into at most PIECES equal boxes: their ends, each (., n)."""
    parts = max(1, int(PIECES ** (1.0 / lower.size)))
    grids = [np.linspace(low, high, parts + 1) for low, high in zip(lower, upper, strict=True)]
    low = np.stack([g.ravel() for g in np.meshgrid(*(grid[:-1] for grid in grids), indexing="ij")], axis=1)
    high = np.stack([g.ravel() for g in np.meshgrid(*(grid[1:] for grid in grids), indexing="ij")], axis=1)
    return low, high
