"""The candidates of a plane where there are infinitely many: a union of parts, each of which is examined by itself.

Where some of the slopes that have to be 0 are products with affine factors, the zeros are those on smaller planes, and many of these are
outside of the stratum, or hold one point, or points about which nothing more has to be known: the objective falls to first order at all
of them, or has a negative curvature along the plane.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from flint import fmpq_mpoly

from strictsaddle.execution.budget import Budget
from strictsaddle.polynomials.number_field import FieldPoint
from strictsaddle.polynomials.real_solutions import real_solutions
from strictsaddle.records.terms import Proof
from strictsaddle.routes.piecewise.cells import Cells, canonical, is_never_negative
from strictsaddle.routes.piecewise.emptiness import Signs, is_empty, is_empty_on_line
from strictsaddle.routes.piecewise.local import falls_everywhere
from strictsaddle.routes.piecewise.plane import Plane

MOST_PARTS = 60


@dataclass(frozen=True)
class Part:
    """A part of the candidates of a plane: those where `own`, polynomials in all unknowns, are 0. `closed`: whether `points` are all of
    them (none where the objective falls everywhere to first order), or all are `strict`, with negative curvature along the plane."""

    own: tuple[fmpq_mpoly, ...]
    points: tuple[tuple[FieldPoint, int], ...] = ()
    closed: bool = True
    strict: bool = False
    proof: Proof = "exact"


def split(cells: Cells, signs: Signs, plane: Plane, equations: Sequence[fmpq_mpoly], budget: Budget) -> list[Part]:
    """The zeros of the equations on the plane, which are not isolated, as a union: at each step one equation is a product with an affine
    factor, each of its factors makes a part, and the affine ones a smaller plane."""
    n = cells.n
    context = cells.along(signs).context()
    home = plane.at_home(context)
    active = [kink for kink, sign in zip(cells.kinks, signs, strict=True) if sign == 0]
    curvature = plane.restricted(cells.along(signs))
    hessian = [
        [curvature.derivative(i).derivative(j).compose(*home, ctx=context) for j in range(plane.free)]
        for i in range(plane.free)
    ]
    found: list[Part] = []
    waiting: list[tuple[tuple[fmpq_mpoly, ...], list[fmpq_mpoly]]] = [
        ((), [e.compose(*home, ctx=context) for e in equations])
    ]
    while waiting:
        own, left = waiting.pop()
        there = Plane.of([*active, *(f for f in own if f.total_degree() == 1)], n)
        if there is None or is_impossible(cells, signs, there):
            continue
        restricted = [r for r in map(there.restricted, left) if not r.is_zero()]
        if any(r.is_constant() for r in restricted):
            continue
        if len(found) + len(waiting) > MOST_PARTS or budget.is_over:
            return [*found, Part(own, closed=False)]
        lift = there.at_home(context)
        factored = [(k, [canonical(f)[0] for f, _ in r.factor()[1]]) for k, r in enumerate(restricted)]
        chosen = next(((k, fs) for k, fs in factored if any(f.total_degree() == 1 for f in fs)), None)
        if chosen is not None:
            rest = [r.compose(*lift, ctx=context) for k, r in enumerate(restricted) if k != chosen[0]]
            for factor in chosen[1]:
                whole = factor.compose(*lift, ctx=context)
                waiting.append(((*own, whole), rest if factor.total_degree() == 1 else [*rest, whole]))
            continue
        found.append(_ended(cells, signs, there, own, restricted, hessian, budget))
    return found


def union(parts: Sequence[Part]) -> list[tuple[FieldPoint, int]]:
    """The points of all parts, each once: without those on which all that defines an earlier part is 0."""
    return [
        (point, embedding)
        for number, part in enumerate(parts)
        for point, embedding in part.points
        if not any(all(point.evaluate(f).is_zero() for f in earlier.own) for earlier in parts[:number])
    ]


def _ended(cells: Cells, signs: Signs, plane: Plane, own: tuple[fmpq_mpoly, ...], equations: Sequence[fmpq_mpoly],
           hessian: Sequence[Sequence[fmpq_mpoly]], budget: Budget) -> Part:  # fmt: skip
    """A part none of whose equations has an affine factor."""
    if plane.free == 0:
        return Part(own, tuple(cells.embedded(signs, [plane.only_point])))
    if len(equations) >= plane.free:
        solved = real_solutions(equations, plane.free, budget=budget)
        if solved.proof != "open" and solved.outcome in ("none", "finite"):
            points = () if solved.outcome == "none" else tuple(plane.lifted(p) for p in solved.points)
            return Part(own, tuple(cells.embedded(signs, points)), proof=solved.proof)
    if falls_everywhere(cells, signs, plane.restricted):
        return Part(own)
    entries = [[plane.restricted(entry) for entry in row] for row in hessian]
    return Part(own, strict=True) if _has_negative_eigenvalue(entries) else Part(own, closed=False)


def _has_negative_eigenvalue(entries: Sequence[Sequence[fmpq_mpoly]]) -> bool:
    """Whether a symmetric matrix of polynomials has a negative eigenvalue everywhere, by a principal minor of order 1 or 2 that is constant
    and negative."""
    size = len(entries)
    minors = [entries[i][i] for i in range(size)]
    minors += [entries[i][i] * entries[j][j] - entries[i][j] ** 2 for i, j in combinations(range(size), 2)]
    return any(minor.is_constant() and not minor.is_zero() and minor.leading_coefficient() < 0 for minor in minors)


def is_impossible(cells: Cells, signs: Signs, plane: Plane) -> bool:
    """Whether the kinks are proved to have these signs nowhere on the plane."""
    restricted = [plane.restricted(kink) for kink in cells.kinks]
    for kink, sign in zip(restricted, signs, strict=True):
        if sign and (kink.is_zero() or _definite(kink) == -sign):
            return True
    if plane.free == 1:
        return is_empty_on_line(restricted, signs)
    return plane.free > 0 and is_empty(restricted, signs, plane.free)


def _definite(polynomial: fmpq_mpoly) -> int:
    """1 where a polynomial is proved to be >= 0 everywhere, -1 where <= 0, 0 where neither is."""
    if polynomial.is_constant():
        return 1 if polynomial.leading_coefficient() > 0 else -1
    content, factors = polynomial.factor()
    sign = 1 if content > 0 else -1
    for factor, power in factors:
        kink, turned = canonical(factor)
        if power % 2 and not is_never_negative(kink):
            return 0
        sign *= turned if power % 2 else 1
    return sign
