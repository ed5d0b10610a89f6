"""Stationary points with few coordinates other than 0 on a product of spheres, exactly: unit vectors on most spheres, and a small
polynomial system on the one or two that are left.

Let S be a set of unknowns. Where no monomial of f is linear in the unknowns outside S together, all partial derivatives in those vanish
wherever they are 0, so a point that is stationary among the points with support in S is stationary. With one unknown of S on a sphere
that sphere is at a unit vector, and its multiplier is half the slope there; what is left is a system in the other spheres' unknowns. Such
supports exist whatever the number of spheres is, so the search does not become harder with it as one through subgroups of the symmetries
does. It only says where to look: each point is put into the whole Lagrangian's gradient before it counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, islice, product
from math import prod
from typing import Any

import numpy as np
from flint import fmpq, fmpq_mpoly_ctx, fmpq_poly

from strictsaddle.derive.polynomials import PolynomialSystem
from strictsaddle.errors import EngineError
from strictsaddle.execution.budget import UNLIMITED, Budget
from strictsaddle.objective.domain import Domain
from strictsaddle.polynomials.locate import LEAST_SECONDS, exact_real_zeros
from strictsaddle.polynomials.number_field import FieldPoint

MOST_SUPPORTS = 6000  # looked at; each takes a fraction of a millisecond
MOST_SYSTEMS = 24  # solved
MOST_UNKNOWNS = 6  # unknowns and multipliers of a system
MOST_SOLUTIONS = 20_000  # complex solutions of a system, by Bezout's bound

Array = np.ndarray[Any, np.dtype[np.int64]]
Place = tuple[int, ...]  # the unknowns of one sphere that may be other than 0


@dataclass(frozen=True)
class Support:
    """For each sphere the unknowns of S on it, and the sign of the unit vector where that is one unknown (1 elsewhere)."""

    places: tuple[Place, ...]
    signs: tuple[int, ...]

    @property
    def solved(self) -> tuple[int, ...]:
        """The numbers of the spheres with more than one unknown."""
        return tuple(g for g, place in enumerate(self.places) if len(place) > 1)

    @property
    def unknowns(self) -> tuple[int, ...]:
        """The unknowns of the system: those of the solved spheres."""
        return tuple(i for g in self.solved for i in self.places[g])


@dataclass(frozen=True)
class _Terms:
    """The monomials of f: exponents (m, n) and coefficients."""

    exponents: Array
    coefficients: tuple[fmpq, ...]

    @classmethod
    def of(cls, whole: PolynomialSystem, k: int) -> _Terms:
        """Those of the Lagrangian without multipliers, of which there are k."""
        terms = [(tuple(int(e) for e in es), c) for es, c in whole.f.terms()]
        own = [(es[k:], c) for es, c in terms if not any(es[:k])]
        n = whole.dimension - k
        return cls(np.array([es for es, _ in own], dtype=np.int64).reshape(len(own), n), tuple(c for _, c in own))

    def closed(self, support: Support) -> bool:
        """Whether no monomial is linear in the unknowns outside the support together."""
        outside = np.ones(self.exponents.shape[1], dtype=bool)
        outside[[i for place in support.places for i in place]] = False
        return not bool(np.any(self.exponents[:, outside].sum(axis=1) == 1))

    def _rows(self, support: Support) -> Array:
        """The monomials that do not vanish on the support."""
        outside = np.ones(self.exponents.shape[1], dtype=bool)
        outside[[i for place in support.places for i in place]] = False
        return np.flatnonzero(self.exponents[:, outside].sum(axis=1) == 0)

    def odd(self, support: Support) -> set[int]:
        """The unknowns in which f on the support is not even."""
        return set(np.flatnonzero((self.exponents[self._rows(support)] % 2).any(axis=0)).tolist())

    def restricted(self, support: Support) -> dict[tuple[int, ...], fmpq]:
        """f on the support, with the unit vectors put in: exponents of `support.unknowns` and coefficients."""
        rows = self._rows(support)
        units = [(p[0], s) for p, s in zip(support.places, support.signs, strict=True) if len(p) == 1]
        found: dict[tuple[int, ...], fmpq] = {}
        for row in rows:
            sign = prod(s ** int(self.exponents[row, i]) for i, s in units)
            key = tuple(int(self.exponents[row, i]) for i in support.unknowns)
            found[key] = found.get(key, fmpq(0)) + sign * self.coefficients[row]
        return {key: c for key, c in found.items() if c != 0}


def supports(domain: Domain) -> Iterator[tuple[Place, ...]]:
    """For each sphere the unknowns that may be other than 0: several on one or two spheres, one on every other. First those where
    different spheres stand in different positions or, if they have several, in the same ones; then by the number of unknowns."""
    spheres = domain.groups
    families = [(g,) for g in range(len(spheres))] + list(combinations(range(len(spheres)), 2))
    sizes: list[tuple[int, ...]] = []
    for family in families:
        for several in product(*(range(2, len(spheres[g]) + 1) for g in family)):
            if sum(several) + len(family) <= MOST_UNKNOWNS:
                number = dict(zip(family, several, strict=True))
                sizes.append(tuple(number.get(g, 1) for g in range(len(spheres))))
    sizes.sort(key=sum)
    for meetings in range(len(spheres) * (len(spheres) - 1) // 2 + 1):
        for size in sizes:
            for positions in _positions(spheres, size, meetings, ()):
                yield tuple(tuple(sphere[p] for p in place) for sphere, place in zip(spheres, positions, strict=True))


def _positions(
    spheres: Sequence[Place], size: tuple[int, ...], meetings: int, chosen: tuple[Place, ...]
) -> Iterator[tuple[Place, ...]]:
    """All continuations of `chosen` in which exactly so many more pairs of spheres share a position, equal sets of several aside."""
    number = len(chosen)
    if number == len(spheres):
        if not meetings:
            yield chosen
        return
    for place in combinations(range(len(spheres[number])), size[number]):
        met = sum(bool(set(place) & set(other)) and (place != other or len(place) == 1) for other in chosen)
        if met <= meetings:
            yield from _positions(spheres, size, meetings - met, (*chosen, place))


def sparse_points(system: PolynomialSystem, domain: Domain, *, budget: Budget = UNLIMITED) -> Iterator[FieldPoint]:
    """Candidates for stationary points of the Lagrangian `system` with multipliers, exactly, from small supports; free unknowns are 0. Not
    all there are, and none is verified in the whole system. The work is bounded by counts; it stops when the time is over."""
    k = domain.codimension
    terms = _Terms.of(system, k)
    seen: set[object] = set()
    solved = 0
    for support in islice(_worth_solving(terms, domain), MOST_SUPPORTS):
        if support is None:  # one that was looked at
            continue
        if solved >= MOST_SYSTEMS or budget.is_over:
            return
        restricted = terms.restricted(support)
        signature = (
            tuple(sorted((es, str(c)) for es, c in restricted.items())),
            tuple(len(support.places[g]) for g in support.solved),
        )
        if signature in seen:
            continue
        seen.add(signature)
        small = _small_system(restricted, support)
        if prod(max(1, int(g.total_degree())) for g in small.gradient) > MOST_SOLUTIONS:
            continue
        solved += 1
        try:
            points = exact_real_zeros(small, budget=budget.at_least(LEAST_SECONDS))
        except EngineError:  # others may be easier
            continue
        yield from (_lifted(system, k, support, point) for point in points)


def _worth_solving(terms: _Terms, domain: Domain) -> Iterator[Support | None]:
    """The supports outside of which the slopes vanish, with all signs that make a difference; None for each other one."""
    for places in supports(domain):
        plus = Support(places, (1,) * len(places))
        if not terms.closed(plus):
            yield None
            continue
        odd = terms.odd(plus)
        for signs in product(*((1, -1) if len(place) == 1 and place[0] in odd else (1,) for place in places)):
            yield Support(places, signs)


def _small_system(restricted: dict[tuple[int, ...], fmpq], support: Support) -> PolynomialSystem:
    """The Lagrangian on the support, in the multipliers of the solved spheres and their unknowns."""
    m, size = len(support.solved), len(support.solved) + len(support.unknowns)
    context = fmpq_mpoly_ctx.get([f"x{i + 1}" for i in range(size)], "degrevlex")
    unknowns = context.gens()
    total = context.from_dict({(0,) * m + es: c for es, c in restricted.items()})
    place = {i: unknowns[m + number] for number, i in enumerate(support.unknowns)}
    for number, g in enumerate(support.solved):
        norm = sum((place[i] ** 2 for i in support.places[g]), context.constant(-1))
        total -= unknowns[number] * norm
    return PolynomialSystem(total, size)


def _lifted(system: PolynomialSystem, k: int, support: Support, point: FieldPoint) -> FieldPoint:
    """The point in all multipliers and unknowns."""
    zero = fmpq_poly([0])
    values = [zero] * system.dimension
    for number, i in enumerate(support.unknowns):
        values[k + i] = point.coordinates[len(support.solved) + number]
    for place, sign in zip(support.places, support.signs, strict=True):
        if len(place) == 1:
            values[k + place[0]] = fmpq_poly([sign])
    for number, g in enumerate(support.solved):
        values[g] = point.coordinates[number]
    flat = FieldPoint(point.modulus, (*(zero for _ in range(k)), *values[k:]))
    for g, (place, sign) in enumerate(zip(support.places, support.signs, strict=True)):
        # With all multipliers 0 the slope of the Lagrangian is that of f, and 2 mu w_i at the point.
        if len(place) == 1:
            values[g] = flat.evaluate(system.gradient[k + place[0]]) / fmpq(2 * sign)
    return FieldPoint(point.modulus, tuple(values))
