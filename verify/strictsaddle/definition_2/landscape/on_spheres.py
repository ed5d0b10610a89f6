"""Definition 2 on products of spheres: the Lagrangian's gradient and its Hessian on the tangent space.

For equality constraints Ge, Huang, Jin and Yuan (arXiv 1503.02101, section 4.2) put chi(w) = grad_w L(w, mu(w)) in the
place of the gradient and M(w) = hess_w L(w, mu(w)) on the tangent space in that of the Hessian, mu(w) the best
multipliers; distances stay those of the ambient R^n (chords, not arcs). On |w_g| = 1: 2 mu_g = w_g . df/dw_g, chi = P
grad f, and M on the tangent space is the Riemannian Hessian, at every point.

Balls: |w - w*|^2 = 2 sum_g (1 - w_g . w*_g) on the spheres, and w_g . w*_g has the Riemannian Hessian -(w_g . w*_g) I,
so the distance is convex along geodesics where all w_g . w*_g > 0, which a radius below sqrt 2 ensures. Then M > 0 on a
ball leaves room for one stationary point in it, as in R^n.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np
from flint import arb

from strictsaddle.arithmetic.arrays import Floats
from strictsaddle.arithmetic.evaluate import evaluate_arb, evaluate_float, evaluate_interval
from strictsaddle.certify.inertia import eigenvalue_enclosures
from strictsaddle.definition_2.cover.strong_convexity import convex_on_ball
from strictsaddle.definition_2.landscape.landscape import Landscape, Piece, Whole, norm_of, pieces
from strictsaddle.definition_2.landscape.patch import Patch, on_spheres
from strictsaddle.derive.derivatives import Derivation, derive, upper_triangle
from strictsaddle.manifolds.charts import MOST_CHARTS, Chart, charts
from strictsaddle.manifolds.riemannian import riemannian_hessian_of
from strictsaddle.objective.domain import Euclidean
from strictsaddle.objective.objective import Objective
from strictsaddle.records.terms import Scope
from strictsaddle.records.verdict import StationaryPoint
from strictsaddle.symmetry.discrete.signed_permutations import SignedPermutationGroup, find_signed_permutations

REACH = Fraction(4)  # of free unknowns beside the spheres: nothing bounds them, so a box is covered
BIG = 1e8  # curvature that is given to normal directions in floating point, relative to the matrix


class LandscapeOnSpheres(Landscape):
    """The objective on a product of unit spheres (and R^k)."""

    def __init__(self, objective: Objective) -> None:
        super().__init__(objective)
        assert objective.domain.groups
        self.domain = objective.domain
        self.groups = [list(group) for group in objective.domain.groups]
        self._patches: dict[tuple[int, ...], tuple[Chart, Patch]] = {}

    def _derivation(self) -> Derivation:
        return derive(self.objective.on(Euclidean()))

    @property
    def scope_of_points(self) -> Scope:
        return "global"

    @property
    def constant(self) -> Any:
        return None

    def is_defined(self, lower: Floats, upper: Floats) -> bool:
        return True  # the box of ambient coordinates reaches beyond the spheres

    def holds_exactly(self, alpha: Fraction, gamma: Fraction, epsilon: Fraction, delta: Fraction) -> str:
        return ""

    def balls_are_convex(self, radius: float) -> bool:
        return radius < 1.414

    def tight(self, point: StationaryPoint) -> StationaryPoint:
        return point

    def inside(self, points: Floats) -> Floats:
        moved = np.array(points, dtype=float)
        for group in self.groups:
            lengths = np.linalg.norm(moved[:, group], axis=1, keepdims=True)
            moved[:, group] = np.where(lengths > 1e-150, moved[:, group] / np.maximum(lengths, 1e-150), 0.0)
            moved[lengths[:, 0] <= 1e-150, group[0]] = 1.0
        return moved

    def everywhere(self, count: int, rng: np.random.Generator) -> Floats | None:
        points = rng.standard_normal((count, self.dimension))
        free = [i for i in range(self.dimension) if not any(i in group for group in self.groups)]
        points[:, free] = rng.uniform(-float(REACH), float(REACH), (count, len(free)))
        return self.inside(points)

    def _sizes(self, points: Floats, slopes: Floats, matrices: Floats) -> tuple[Floats, Floats]:
        slopes, matrices = slopes.copy(), matrices.copy()
        n = self.dimension
        projection = np.broadcast_to(np.eye(n), (len(points), n, n)).copy()
        for group in self.groups:
            w = points[:, group]
            twice_mu = np.sum(w * slopes[:, group], axis=1)
            slopes[:, group] -= twice_mu[:, None] * w
            matrices[:, group, group] -= twice_mu[:, None]
            block = np.ix_(range(len(points)), group, group)
            projection[block] -= w[:, :, None] * w[:, None, :]
        size = BIG * (1.0 + np.abs(matrices).max(axis=(1, 2), initial=0.0))
        # 1 - P has the spheres' normals as eigenvectors for 1: they go to the far end of the spectrum
        tangential = projection @ matrices @ projection + size[:, None, None] * (np.eye(n) - projection)
        return np.array(np.linalg.norm(slopes, axis=1)), self._least(tangential, projection, matrices)

    @staticmethod
    def _least(tangential: Floats, projection: Floats, matrices: Floats) -> Floats:
        """The Rayleigh quotient of the least eigenvector: more exact than the eigenvalue beside BIG ones."""
        _, vectors = np.linalg.eigh(tangential)
        vector = np.einsum("mij,mj->mi", projection, vectors[:, :, 0])
        above = np.einsum("mi,mij,mj->m", vector, matrices, vector)
        return np.array(above / np.einsum("mi,mi->m", vector, vector))

    def exact(self, place: Floats) -> list[arb]:
        point = [arb(float(x)) for x in place]
        for group in self.groups:
            norm = sum((point[i] * point[i] for i in group), arb(0)).sqrt()
            for i in group:
                point[i] = point[i] / norm
        return point

    def measure(self, point: Sequence[arb]) -> tuple[arb, arb] | None:
        slope = evaluate_arb(self.derivation.gradient_tape, list(point))
        matrix = riemannian_hessian_of(self.derivation, self.domain, list(point))
        entries = [matrix[i, j] for i in range(matrix.nrows()) for j in range(matrix.ncols())]
        if not all(value.is_finite() for value in [*slope, *entries]):
            return None
        for group in self.groups:
            twice_mu = sum((point[i] * slope[i] for i in group), arb(0))
            for i in group:
                slope[i] = slope[i] - twice_mu * point[i]
        return norm_of(slope), eigenvalue_enclosures(matrix)[0]

    # proofs

    @cached_property
    def _group(self) -> SignedPermutationGroup:
        return find_signed_permutations(self.objective)

    def _patch(self, chart: Chart) -> Patch:
        """The patch of a chart, without half-spaces."""
        if chart.poles not in self._patches:
            bare = Chart(chart.objective, chart.poles)
            self._patches[chart.poles] = (bare, on_spheres(self.derivation, bare))
        return self._patches[chart.poles][1]

    def whole(self, epsilon: Fraction, half_spaces: Floats, reach: float) -> Whole:
        found = []
        for chart in charts(self.objective, self._group):
            patch = replace(self._patch(chart), half_spaces=chart.half_spaces)
            box = chart.box(REACH)
            found.append(Piece(patch, np.array([float(x) for x in box.lower]), np.array([float(x) for x in box.upper])))
        free = self.dimension - sum(len(group) for group in self.groups)
        why = f"{len(found)} charts of the spheres, one of each orbit under the proved symmetries"
        if free:
            why += f", with [{-REACH}, {REACH}] in every free unknown only, chosen by the program"
        return Whole(tuple(found), "box" if free else "global", why)

    def convex_about(
        self, centre: Floats, radius_squared: float, alpha: float, limit: int
    ) -> tuple[bool, int, Floats | None]:
        """In the charts that the balls may reach."""
        sizes = [2 * len(group) for group in self.groups]
        if np.prod(sizes) > MOST_CHARTS:
            return False, 0, None
        radius = float(np.sqrt(radius_squared)) * (1 + 1e-9)
        boxes = 0
        for poles in product(*([2 * i + s for i in group for s in (0, 1)] for group in self.groups)):
            if self._distance_to(poles, centre) > radius:
                continue
            chart = Chart(self.objective, poles)
            lower, upper = -np.ones(len(chart.unknowns)), np.ones(len(chart.unknowns))
            for k, (i, free) in enumerate(zip(chart.unknowns, chart.free, strict=True)):
                if free:
                    lower[k], upper[k] = centre[0, i] - radius, centre[1, i] + radius
            patch = self._patch(chart)
            proved, used, failed = convex_on_ball(patch, lower, upper, centre, radius_squared, alpha, limit - boxes)
            boxes += used
            if not proved:
                place = None if failed is None else self._place(patch, np.mean(failed, axis=0))
                return False, boxes, place
            if boxes >= limit:
                return False, boxes, None
        return True, boxes, None

    def _distance_to(self, poles: tuple[int, ...], centre: Floats) -> float:
        """A lower bound, but for rounding, of the distance of points of the chart's box from `centre` (2, n): there
        the pole's coordinate is at least 1/sqrt(size of its sphere)."""
        total = 0.0
        for pole, group in zip(poles, self.groups, strict=True):
            i = pole // 2
            least = 1.0 / np.sqrt(len(group)) * (1 - 1e-9)
            here = -centre[0, i] if pole % 2 else centre[1, i]
            total += max(0.0, least - float(here)) ** 2
        return float(np.sqrt(total)) * (1 - 1e-9)

    @staticmethod
    def _place(patch: Patch, coordinates: Floats) -> Floats:
        return np.array(evaluate_float(patch.place_slope, coordinates[None])[0, : patch.ambient])

    def smoothness(self, lower: Floats, upper: Floats) -> float | None:
        """Of hess f - 2 diag(mu) on the part of the cube [-1, 1]^n where the spheres are, which bounds it on the tangent
        spaces; `lower`, `upper` matter for free unknowns only."""
        n = self.dimension
        lower, upper = lower.copy(), upper.copy()
        for group in self.groups:
            lower[group], upper[group] = -1.0, 1.0
        low, high = pieces(lower, upper)
        near, far = np.where((low <= 0) & (high >= 0), 0.0, np.minimum(low**2, high**2)), np.maximum(low**2, high**2)
        keep = np.ones(len(low), dtype=bool)
        for group in self.groups:
            keep &= (near[:, group].sum(axis=1) <= 1 + 1e-9) & (far[:, group].sum(axis=1) >= 1 - 1e-9)
        low, high = low[keep], high[keep]
        h_low, h_high = evaluate_interval(self.derivation.hessian_tape, low, high)
        g_low, g_high = evaluate_interval(self.derivation.gradient_tape, low, high)
        size = np.maximum(-h_low, h_high)
        # |2 mu| <= |w_g| |df/dw_g| = |df/dw_g|
        slope = np.maximum(-g_low, g_high)
        if not (np.isfinite(size).all() and np.isfinite(slope).all()):
            return None
        rows = np.zeros((len(size), n))
        for group in self.groups:
            rows[:, group] += np.linalg.norm(slope[:, group], axis=1)[:, None]
        for k, (i, j) in enumerate(upper_triangle(n)):
            rows[:, i] += size[:, k]
            if i != j:
                rows[:, j] += size[:, k]
        return float(rows.max()) * (1 + 1e-9)


def landscape(objective: Objective) -> Landscape:
    """The landscape that belongs to the objective's domain."""
    return LandscapeOnSpheres(objective) if objective.domain.groups else Landscape(objective)
