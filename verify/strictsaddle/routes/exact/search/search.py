"""A search among exact stationary points under constraints, where all of them are not to be had: for a point that refutes Definition 1,
and on spheres for what else can be certified on the way.

The order of candidates is fixed and their number is bounded by counts, so that the outcome does not depend on how fast the machine is; a
budget is an outer limit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from strictsaddle.arithmetic.arrays import Floats
from strictsaddle.certify.isolation import isolating_box
from strictsaddle.derive.monomial_form import MonomialForm
from strictsaddle.derive.polynomials import PolynomialSystem
from strictsaddle.execution.budget import Budget
from strictsaddle.manifolds.riemannian import Choice, unit_choices, unit_point
from strictsaddle.objective.domain import Domain
from strictsaddle.polynomials.number_field import FieldPoint
from strictsaddle.polynomials.zero_search import RealZero
from strictsaddle.records.verdict import StationaryPoint, Witness
from strictsaddle.routes.exact.points import nondegenerate_on_spheres, on_spheres, witness
from strictsaddle.routes.exact.search.fixed_spaces import symmetric_points
from strictsaddle.routes.exact.search.sliced_points import sliced_points
from strictsaddle.routes.exact.search.sparse_points import sparse_points
from strictsaddle.symmetry.completion import completed, in_order
from strictsaddle.symmetry.discrete.signed_permutations import SignedPermutationGroup

PRECISION = 192
NEARLY_ZERO = 1e-7  # eigenvalue, relative to the largest, that makes a point worth exact work
MOST_SLICED = 9  # unknowns and multipliers; a slice of a larger system is too large as well
MOST_REPRESENTATIVES = 40  # points that are certified one by one, their images by symmetry aside
MOST_CERTIFIED = 1_000  # minima with all their images, and as many other points


@dataclass
class ExactSearch:
    """One search, and what it has found: at most one witness, and nondegenerate points, each with all its images under `group`."""

    system: PolynomialSystem
    domain: Domain
    group: SignedPermutationGroup | None
    budget: Budget
    witness: Witness | None = None
    certified: list[StationaryPoint] = field(default_factory=list)
    _form: MonomialForm = field(init=False)
    _known: set[tuple[float, ...]] = field(default_factory=set)  # points of the list
    _large: set[tuple[float, ...]] = field(default_factory=set)  # values and eigenvalues of points with too many images
    _representatives: int = 0

    def __post_init__(self) -> None:
        self._form = MonomialForm.of(self.system)

    @property
    def points(self) -> tuple[StationaryPoint, ...]:
        """The certified points, sorted."""
        return tuple(sorted(self.certified, key=in_order))

    def run(self) -> ExactSearch:
        """Look at unit vectors and small supports on spheres, then, as long as nothing refutes, at symmetric points or slices."""
        if self.domain.groups:
            for choice in self._unit_choices(self.domain):
                if not self._out_of_time() and self._promising(self._unit_doubles(self.domain, choice)):
                    exact = unit_point(self.system, choice)
                    if exact is not None:
                        self._certify(exact, 0)
            for exact in sparse_points(self.system, self.domain, budget=self.budget):
                self._look_at(exact)
            if self.group is not None:
                self._until_refuted(symmetric_points(self.system, self.domain, self.group, budget=self.budget))
        if self.system.dimension <= MOST_SLICED:
            self._until_refuted(sliced_points(self.system, self.domain.codimension, budget=self.budget))
        return self

    def _unit_choices(self, domain: Domain) -> Iterator[Choice]:
        """One product of unit vectors of each orbit under the group."""
        generators = [] if self.group is None else [generator.literals for generator in self.group.generators]
        seen: set[frozenset[int]] = set()
        for choice in unit_choices(domain):
            start = frozenset(2 * i + (sign < 0) for i, sign in choice)
            if start in seen:
                continue
            yield choice
            queue = [start]
            while queue:
                literals = queue.pop()
                if literals not in seen:
                    seen.add(literals)
                    queue += [frozenset(generator[x] for x in literals) for generator in generators]

    def _out_of_time(self) -> bool:
        return self.budget.is_over

    def _until_refuted(self, candidates: Iterator[FieldPoint]) -> None:
        while self.witness is None and (exact := next(candidates, None)) is not None:
            self._look_at(exact)

    def _look_at(self, exact: FieldPoint) -> None:
        """Certify those of the conjugate points that are worth it."""
        stationary = False
        for embedding in exact.real_embeddings():
            balls = [exact.embed(value, embedding, PRECISION).real for value in exact.coordinates]
            if self._promising(np.array([float(ball.mid()) for ball in balls])):
                if not stationary and not exact.is_stationary(self.system):
                    return
                stationary = True
                self._certify(exact, embedding)

    def _promising(self, point: Floats) -> bool:
        """Whether, in doubles, multipliers and point (k + n,) are stationary and may either refute or be new to the list.

        Only exact work on what passes decides anything.
        """
        k = self.domain.codimension
        if _rounded(point[k:]) in self._known:
            return False
        value, slopes, bordered = self._form.real_doubles(point)
        if not np.all(np.isfinite(bordered)) or np.abs(slopes).max() > NEARLY_ZERO * max(1.0, np.abs(bordered).max()):
            return False
        spectrum = self._tangent_spectrum(bordered)
        near = NEARLY_ZERO * max(1e-300, float(np.abs(bordered[k:, k:]).max()))
        if np.abs(spectrum).min() < near:
            return self.witness is None and bool(spectrum[0] > -near)
        listing = bool(self.domain.groups) and self._representatives < MOST_REPRESENTATIVES
        return listing and _rounded([value, *spectrum]) not in self._large

    def _unit_doubles(self, domain: Domain, choice: Choice) -> Floats:
        """Multipliers and coordinates of a product of unit vectors, in doubles."""
        k = domain.codimension
        point = np.zeros(self._form.dimension)
        for i, sign in choice:
            point[k + i] = sign
        _, without, _ = self._form.real_doubles(point)
        point[:k] = 1.0
        _, with_one, _ = self._form.real_doubles(point)
        for number, (i, _) in enumerate(choice):  # the slope along the sphere's normal is linear in its multiplier
            point[number] = without[k + i] / (without[k + i] - with_one[k + i])
        return point

    def _certify(self, exact: FieldPoint, embedding: int) -> None:
        """Take a verified stationary point: as the witness if it is one, or into the list with its images."""
        k = self.domain.codimension
        balls = tuple(exact.embed(value, embedding, PRECISION).real for value in exact.coordinates)
        point = None
        if self.domain.groups:
            point = nondegenerate_on_spheres(self.system, self.domain, self._form, exact, embedding)
        if point is None:
            if self.witness is None:
                zero = RealZero(balls, None, exact, embedding)
                record = on_spheres(self.system, self.domain, self._form, zero, isolated=False)
                self.witness = witness(zero, record, self.domain.codimension)
            return
        self._representatives += 1
        home = isolating_box(self._form, self.domain, balls[k:])
        if home is None:
            return
        images: tuple[StationaryPoint, ...] = (point,)
        whole = True
        if self.group is not None:
            alike = sum((other.index == 0) == (point.index == 0) for other in self.certified)
            images, whole = completed(self.group, [point], [home], MOST_CERTIFIED - alike)
        if not whole:
            value, _, bordered = self._form.real_doubles(np.array([float(ball.mid()) for ball in balls]))
            self._large.add(_rounded([value, *self._tangent_spectrum(bordered)]))
        elif not any(_touch(images[0], other) for other in self.certified):
            self.certified += images
        self._known |= {_rounded([0.5 * (i.low + i.high) for i in image.point]) for image in images}

    def _tangent_spectrum(self, bordered: Floats) -> Floats:
        k = self.domain.codimension
        tangent = np.linalg.svd(bordered[:k, k:])[2][k:]
        return np.asarray(np.linalg.eigvalsh(tangent @ bordered[k:, k:] @ tangent.T))


def _rounded(point: Sequence[float] | Floats) -> tuple[float, ...]:
    return tuple(round(float(x), 6) + 0.0 for x in point)


def _touch(one: StationaryPoint, other: StationaryPoint) -> bool:
    return all(a.low <= b.high and b.low <= a.high for a, b in zip(one.point, other.point, strict=True))
