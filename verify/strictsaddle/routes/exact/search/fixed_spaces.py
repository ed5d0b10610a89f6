"""Stationary points with symmetry, exactly: where the whole system is too large, that on the fixed space of a subgroup is not.

Let G be a group of signed permutations under which f and the spheres are invariant, and w = B y, y in R^m, its fixed vectors: each
coordinate of w is 0 or plus or minus one of y. A point of the fixed space that is stationary there is stationary (symmetric
criticality: the Riemannian gradient is fixed by G as well; Palais, Communications in Mathematical Physics 69, 1979). That is only
where to look: each point found is put into the whole Lagrangian's gradient, in exact arithmetic, before it counts.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod

from flint import fmpq, fmpq_mpoly, fmpq_mpoly_ctx, fmpq_poly

from strictsaddle.derive.polynomials import PolynomialSystem
from strictsaddle.errors import EngineError
from strictsaddle.execution.budget import UNLIMITED, Budget
from strictsaddle.objective.domain import Domain
from strictsaddle.polynomials.locate import LEAST_SECONDS, exact_real_zeros
from strictsaddle.polynomials.number_field import FieldPoint
from strictsaddle.symmetry.discrete.permutation_group import Literals, SignedPermutation, composed
from strictsaddle.symmetry.discrete.signed_permutations import SignedPermutationGroup

ELEMENTS = 3000  # random ones
SUBGROUPS = 3000  # random ones, of two or three generators
MOST_UNKNOWNS = 6  # coordinates and multipliers of a restricted system; larger ones take msolve too long
MOST_SYSTEMS = 60  # solved
MOST_SOLUTIONS = 20_000  # complex solutions of a system, by Bezout's bound
SECONDS_EACH = 30.0  # an outer limit


@dataclass(frozen=True)
class FixedSpace:
    """w_i = signs[i] * y_{places[i]}, or 0 where signs[i] is 0; `dimension` is the number of y's."""

    places: tuple[int, ...]
    signs: tuple[int, ...]
    dimension: int

    @classmethod
    def of(cls, elements: Sequence[SignedPermutation], n: int) -> FixedSpace:
        """The vectors of R^n that each of the elements leaves as they are."""
        root = list(range(n))
        sign = [1] * n  # w_i = sign[i] * w_{root[i]}
        zero: set[int] = set()
        for element in elements:
            for i, (j, s) in enumerate(zip(element.images, element.signs, strict=True)):
                a, b, product = root[i], root[j], sign[i] * s * sign[j]
                if a == b:
                    if product < 0:
                        zero.add(a)
                    continue
                for k in range(n):
                    if root[k] == b:
                        root[k], sign[k] = a, sign[k] * product
                if b in zero:
                    zero.add(a)
        numbers: dict[int, int] = {}
        for i in range(n):
            if root[i] not in zero:
                numbers.setdefault(root[i], len(numbers))
        # the first coordinate of each class has the sign plus, so that equal spaces are equal records
        first: dict[int, int] = {}
        for i in range(n):
            first.setdefault(root[i], sign[i])
        alive = [root[i] not in zero for i in range(n)]
        return cls(
            tuple(numbers[root[i]] if alive[i] else 0 for i in range(n)),
            tuple(sign[i] * first[root[i]] if alive[i] else 0 for i in range(n)),
            len(numbers),
        )

    def meets(self, domain: Domain) -> bool:
        """Whether some vector of the space has a part other than 0 in each sphere's coordinates."""
        return all(any(self.signs[i] for i in group) for group in domain.groups)


@dataclass(frozen=True)
class Restricted:
    """The Lagrangian on a fixed space, in one multiplier for each of the different restricted spheres, followed by the y's."""

    space: FixedSpace
    multipliers: tuple[int, ...]  # for each sphere of the domain, the number of its multiplier
    spheres: tuple[tuple[int, ...], ...]  # for each multiplier, the y's on its sphere, repeated as often as they occur
    system: PolynomialSystem

    @classmethod
    def of(cls, whole: PolynomialSystem, domain: Domain, space: FixedSpace) -> Restricted:
        """`whole` is the Lagrangian of `spheres.lagrangian`."""
        kinds: dict[tuple[int, ...], int] = {}
        multipliers = []
        for group in domain.groups:
            restricted = tuple(sorted(space.places[i] for i in group if space.signs[i]))
            multipliers.append(kinds.setdefault(restricted, len(kinds)))
        k, size = len(kinds), len(kinds) + space.dimension
        context = fmpq_mpoly_ctx.get([f"x{i + 1}" for i in range(size)], "degrevlex")
        unknowns = context.gens()
        images = [unknowns[m] for m in multipliers]
        images += [
            context.constant(0) if not s else s * unknowns[k + place]
            for place, s in zip(space.places, space.signs, strict=True)
        ]
        return cls(
            space,
            tuple(multipliers),
            tuple(kinds),
            PolynomialSystem(whole.f.compose(*images, ctx=context), size),
        )

    @property
    def size(self) -> int:
        """The number of unknowns of the system, less those that are solved at sight: y and multiplier of a sphere on one y alone."""
        groups = [set(sphere) for sphere in self.spheres]
        return self.system.dimension - 2 * sum(
            len(group) == 1 and all(group.isdisjoint(other) for k, other in enumerate(groups) if k != number)
            for number, group in enumerate(groups)
        )

    @property
    def signature(self) -> tuple[tuple[str, ...], ...]:
        """Equal for conjugate subgroups: coefficients and exponents of the restricted Lagrangian, without the names of the y's and
        without what the sign of a y changes. (Others may share it: then one of them is not searched.)"""
        k = len(set(self.multipliers))
        polynomial: fmpq_mpoly = self.system.f
        terms: list[tuple[str, ...]] = []
        for exponents, coefficient in polynomial.terms():
            powers = [int(e) for e in exponents]
            even = all(e % 2 == 0 for e in powers[k:])
            terms.append(
                (
                    str(coefficient if even else abs(coefficient)),
                    *map(str, sorted(powers[:k])),
                    "y",
                    *map(str, sorted(powers[k:])),
                )
            )
        return tuple(sorted(terms))

    def lifted(self, point: FieldPoint) -> FieldPoint:
        """The same point in all multipliers and unknowns."""
        k = len(set(self.multipliers))
        values = [point.coordinates[m] for m in self.multipliers]
        for place, sign in zip(self.space.places, self.space.signs, strict=True):
            values.append(fmpq_poly([fmpq(0)]) if not sign else point.coordinates[k + place] * sign)
        return FieldPoint(point.modulus, tuple(values))


def fixed_spaces(
    group: SignedPermutationGroup, domain: Domain, *, budget: Budget = UNLIMITED, seed: int = 0
) -> list[FixedSpace]:
    """Fixed spaces of subgroups with random generators that meet the domain, each once, the smallest first; those that
    are found in time."""
    if group.order == 1:
        return []
    walk = _elements([g.literals for g in group.generators], seed)
    single: dict[FixedSpace, SignedPermutation] = {}
    for _ in range(ELEMENTS):
        if budget.is_over:
            break
        element = SignedPermutation.from_literals(next(walk))
        space = FixedSpace.of([element], group.dimension)
        if space.dimension < group.dimension and space.meets(domain):
            single.setdefault(space, element)
    # Most elements fix no point of the domain, so subgroups are made of those that do.
    drawing, useful = random.Random(seed), list(single.values())
    found = set(single)
    for _ in range(SUBGROUPS if len(useful) > 1 else 0):
        if budget.is_over:
            break
        space = FixedSpace.of(drawing.sample(useful, min(len(useful), drawing.randint(2, 3))), group.dimension)
        if space.meets(domain):
            found.add(space)
    return sorted(found, key=lambda space: (space.dimension, space.places, space.signs))


def _elements(generators: Sequence[Literals], seed: int) -> Iterator[Literals]:
    """Random elements of the group: a walk by product replacement, as in `StabiliserChain.fill`."""
    drawing = random.Random(seed)
    pool = [generators[k % len(generators)] for k in range(max(10, len(generators)))]
    while True:
        for _ in range(4):
            i, j = drawing.sample(range(len(pool)), 2)
            pool[i] = composed(pool[i], pool[j]) if drawing.random() < 0.5 else composed(pool[j], pool[i])
        yield pool[i]


def symmetric_points(
    system: PolynomialSystem,
    domain: Domain,
    group: SignedPermutationGroup,
    *,
    budget: Budget = UNLIMITED,
    seed: int = 0,
) -> Iterator[FieldPoint]:
    """Candidates for stationary points of the Lagrangian `system` with multipliers, exactly, from the fixed spaces of subgroups of
    `group`, small spaces first; not all there are, and none is verified in the whole system. The work is bounded by counts; it stops at
    the end of the time.
    """
    seen = set()
    solved = 0
    for space in fixed_spaces(group, domain, budget=budget, seed=seed):
        if solved >= MOST_SYSTEMS or budget.is_over:
            return
        restricted = Restricted.of(system, domain, space)
        if restricted.size > MOST_UNKNOWNS or restricted.signature in seen:
            continue
        seen.add(restricted.signature)
        if prod(max(1, int(g.total_degree())) for g in restricted.system.gradient) > MOST_SOLUTIONS:
            continue
        solved += 1
        limit = budget.at_least(LEAST_SECONDS).at_most(SECONDS_EACH)
        try:
            points = exact_real_zeros(restricted.system, budget=limit)
        except EngineError:  # this one is too large as well; others may not be
            continue
        yield from (restricted.lifted(point) for point in points)
