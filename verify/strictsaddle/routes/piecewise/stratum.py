"""The candidates of one stratum: points on it at which the objective is stationary along it, over their number fields.

On the stratum the kinks z_k, k in K, are 0 and the others have their signs. Where all z_k are affine, as many unknowns as they have
independent equations are eliminated, and the candidates are the zeros of a gradient in the others; else those of a Lagrangian in points
and multipliers, where gradients of the z_k are nowhere dependent on the z_k = 0.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from flint import fmpq, fmpq_mat, fmpq_mpoly, fmpq_mpoly_ctx

from strictsaddle.execution.budget import Budget
from strictsaddle.polynomials.elimination import solutions_of_any_multiplicity
from strictsaddle.polynomials.number_field import FieldPoint
from strictsaddle.polynomials.real_solutions import real_solutions
from strictsaddle.records.terms import Proof
from strictsaddle.routes.piecewise.cells import Cells, canonical, is_never_negative
from strictsaddle.routes.piecewise.emptiness import Signs, is_empty, is_empty_on_line
from strictsaddle.routes.piecewise.local import falls_everywhere

SAMPLES = 60  # of a stratum with infinitely many candidates
TRIED, ENOUGH = 2_000, 12  # points of a stratum on which the objective is constant
GRID = (0, 1, -1, 2, -2, fmpq(1, 2), fmpq(-1, 2), 3, -3)
MOST_BRANCHES = 60  # into which the zeros of a gradient are split
MOST_SLICED = 4  # dimensions of a set that is cut by planes


@dataclass(frozen=True)
class Candidates:
    """`points`: (point in all unknowns, embedding) on the stratum; `whole`: whether all others are proved to be strict saddles or not
    stationary; `infinite`: whether there may be others; `proof` of that; `reason` where it is not whole."""

    points: tuple[tuple[FieldPoint, int], ...]
    whole: bool
    infinite: bool
    proof: Proof
    reason: str = ""


def candidates(cells: Cells, signs: Signs, budget: Budget, seed: int) -> Candidates:
    """All candidates, or what is known of them. Raises EngineError where msolve fails."""
    if is_empty(cells.kinks, signs, cells.n):
        return Candidates((), True, False, "exact")
    active = [cells.kinks[k] for k, sign in enumerate(signs) if sign == 0]
    beside = cells.on(next(iter(cells.beside(signs))))
    if all(kink.total_degree() <= 1 for kink in active):
        plane = Plane.of(active, cells.n)
        if plane is None or (plane.free == 1 and _is_impossible(cells, signs, plane)):
            return Candidates((), True, False, "exact")
        return _on_plane(cells, signs, plane, beside, budget, seed)
    return _by_multipliers(cells, signs, active, beside, budget, seed)


@dataclass(frozen=True)
class Plane:
    """An affine subspace of R^n: w_i = images[i], affine functions of m free unknowns."""

    images: tuple[fmpq_mpoly, ...]
    free: int
    others: tuple[int, ...]  # which of the w_i are the free ones

    @classmethod
    def of(cls, kinks: Sequence[fmpq_mpoly], n: int) -> Plane | None:
        """The common zeros of affine functions; None where there are none."""
        rows = []
        for kink in kinks:
            row = [fmpq(0)] * (n + 1)
            for exponents, c in kink.terms():
                place = next((i for i, e in enumerate(exponents) if e), n)
                row[place] = c if place < n else -c
            rows.append(row)
        reduced, rank = fmpq_mat(rows or [[fmpq(0)] * (n + 1)]).rref()
        pivots = [next(j for j in range(n + 1) if reduced[r, j] != 0) for r in range(rank)]
        if n in pivots:
            return None
        others = [i for i in range(n) if i not in pivots]
        context = fmpq_mpoly_ctx.get([f"x{k + 1}" for k in range(max(1, len(others)))], "degrevlex")
        unknowns = context.gens()
        free = {i: unknowns[k] for k, i in enumerate(others)}
        images = []
        for i in range(n):
            if i in free:
                images.append(free[i])
                continue
            r = pivots.index(i)
            image = context.constant(reduced[r, n])
            for j in others:
                image -= free[j] * reduced[r, j]
            images.append(image)
        return cls(tuple(images), len(others), tuple(others))

    def restricted(self, polynomial: fmpq_mpoly) -> fmpq_mpoly:
        return polynomial.compose(*self.images, ctx=self.images[0].context())

    def lifted(self, point: FieldPoint) -> FieldPoint:
        """A point of the plane in all unknowns."""
        return FieldPoint(point.modulus, tuple(point.evaluate(image) for image in self.images))


def _on_plane(cells: Cells, signs: Signs, plane: Plane, beside: fmpq_mpoly, budget: Budget, seed: int) -> Candidates:
    m = plane.free
    if m == 0:
        origin = FieldPoint(FieldPoint.rational([]).modulus, ())
        return _placed(cells, signs, [plane.lifted(origin)], "exact")
    inner = plane.restricted(beside)
    equations = [inner.derivative(k) for k in range(m)]
    if any(e.is_constant() and not e.is_zero() for e in equations):
        return Candidates((), True, False, "exact")
    present = [e for e in equations if not e.is_zero()]
    if len(present) == m:
        found = solutions_of_any_multiplicity(present, m, budget=budget)
        if found.outcome != "infinite":
            placed = _placed(
                cells, signs, [plane.lifted(p) for p in found.points], "exact" if found.proof == "exact" else "modular"
            )
            if found.proof == "open":
                return Candidates(
                    placed.points,
                    False,
                    False,
                    "none",
                    "a list of stationary points on a stratum is not proved to be whole",
                )
            return placed
    elif present and (proof := _no_zero(present, m, budget)) is not None:
        return Candidates((), True, False, proof)
    branches = _split(cells, signs, plane, present, budget)
    if all(branch.closed for branch in branches):
        return Candidates(
            tuple(_union(branches)),
            True,
            any(branch.strict for branch in branches),
            "modular" if any(b.proof == "modular" for b in branches) else "exact",
        )
    return _sampled(cells, signs, plane, present, budget, seed)


@dataclass(frozen=True)
class _Branch:
    """A part of the candidates of a plane: those where `own`, polynomials in all unknowns, are 0. `closed`: whether `points` are all of
    them (none where the objective falls everywhere to first order), or all are `strict`, with negative curvature along the plane."""

    own: tuple[fmpq_mpoly, ...]
    points: tuple[tuple[FieldPoint, int], ...] = ()
    closed: bool = True
    strict: bool = False
    proof: Proof = "exact"


def _split(cells: Cells, signs: Signs, plane: Plane, equations: Sequence[fmpq_mpoly], budget: Budget) -> list[_Branch]:
    """The zeros of the equations on the plane, which are not isolated, as a union: at each step one equation is a product with an affine
    factor, each of its factors makes a part, and the affine ones a smaller plane."""
    n = cells.n
    context = cells.on(tuple(sign or 1 for sign in signs)).context()
    unknowns = context.gens()
    home = [unknowns[i] for i in plane.others] or [context.constant(0)]
    active = [kink for kink, sign in zip(cells.kinks, signs, strict=True) if sign == 0]
    curvature = plane.restricted(cells.on(next(iter(cells.beside(signs)))))
    hessian = [
        [curvature.derivative(i).derivative(j).compose(*home, ctx=context) for j in range(plane.free)]
        for i in range(plane.free)
    ]
    found: list[_Branch] = []
    waiting: list[tuple[tuple[fmpq_mpoly, ...], list[fmpq_mpoly]]] = [
        ((), [e.compose(*home, ctx=context) for e in equations])
    ]
    while waiting:
        own, left = waiting.pop()
        part = Plane.of([*active, *(f for f in own if f.total_degree() == 1)], n)
        if part is None or _is_impossible(cells, signs, part):
            continue
        restricted = [r for r in map(part.restricted, left) if not r.is_zero()]
        if any(r.is_constant() for r in restricted):
            continue
        if len(found) + len(waiting) > MOST_BRANCHES or budget.is_over:
            return [*found, _Branch(own, closed=False)]
        there = [unknowns[i] for i in part.others] or [context.constant(0)]
        factored = [(k, [canonical(f)[0] for f, _ in r.factor()[1]]) for k, r in enumerate(restricted)]
        chosen = next(((k, fs) for k, fs in factored if any(f.total_degree() == 1 for f in fs)), None)
        if chosen is not None:
            rest = [r.compose(*there, ctx=context) for k, r in enumerate(restricted) if k != chosen[0]]
            for factor in chosen[1]:
                whole = factor.compose(*there, ctx=context)
                waiting.append(((*own, whole), rest if factor.total_degree() == 1 else [*rest, whole]))
            continue
        found.append(_ended(cells, signs, part, own, restricted, hessian, budget))
    return found


def _union(branches: Sequence[_Branch]) -> list[tuple[FieldPoint, int]]:
    """The points of all parts, each once: without those on which all that defines an earlier part is 0."""
    return [
        (point, embedding)
        for number, branch in enumerate(branches)
        for point, embedding in branch.points
        if not any(all(point.evaluate(f).is_zero() for f in earlier.own) for earlier in branches[:number])
    ]


def _ended(cells: Cells, signs: Signs, part: Plane, own: tuple[fmpq_mpoly, ...], equations: Sequence[fmpq_mpoly],
           hessian: Sequence[Sequence[fmpq_mpoly]], budget: Budget) -> _Branch:  # fmt: skip
    """A part none of whose equations has an affine factor."""
    if part.free == 0:
        origin = FieldPoint(FieldPoint.rational([]).modulus, ())
        return _Branch(own, tuple(_embedded(cells, signs, [part.lifted(origin)])))
    if len(equations) >= part.free:
        solved = real_solutions(equations, part.free, budget=budget)
        if solved.proof != "open" and solved.outcome in ("none", "finite"):
            points = () if solved.outcome == "none" else tuple(part.lifted(p) for p in solved.points)
            return _Branch(own, tuple(_embedded(cells, signs, points)), proof=solved.proof)
    if falls_everywhere(cells, signs, part.restricted):
        return _Branch(own)
    entries = [[part.restricted(entry) for entry in row] for row in hessian]
    return _Branch(own, closed=False) if not _is_negative_somewhere(entries) else _Branch(own, strict=True)


def _is_negative_somewhere(entries: Sequence[Sequence[fmpq_mpoly]]) -> bool:
    """Whether a symmetric matrix of polynomials has a negative eigenvalue everywhere, by a principal minor of order 1 or 2 that is constant
    and negative."""
    size = len(entries)
    minors = [entries[i][i] for i in range(size)]
    minors += [entries[i][i] * entries[j][j] - entries[i][j] ** 2 for i, j in combinations(range(size), 2)]
    return any(minor.is_constant() and not minor.is_zero() and minor.leading_coefficient() < 0 for minor in minors)


def _is_impossible(cells: Cells, signs: Signs, part: Plane) -> bool:
    """Whether the kinks are proved to have these signs nowhere on the plane."""
    restricted = [part.restricted(kink) for kink in cells.kinks]
    for kink, sign in zip(restricted, signs, strict=True):
        if sign and (kink.is_zero() or _definite(kink) == -sign):
            return True
    if part.free == 1:
        return is_empty_on_line(restricted, signs)
    return part.free > 0 and is_empty(restricted, signs, part.free)


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


def _no_zero(equations: Sequence[fmpq_mpoly], m: int, budget: Budget) -> Proof | None:
    """How it is proved that there is no common complex zero; None where it is not."""
    answer = real_solutions(equations, m, budget=budget)
    if answer.outcome != "none" or answer.proof == "open":
        return None
    return answer.proof


def _placed(cells: Cells, signs: Signs, points: Sequence[FieldPoint], proof: Proof) -> Candidates:
    """Those real embeddings of the points that lie on the stratum."""
    return Candidates(tuple(_embedded(cells, signs, points)), True, False, proof)


def _embedded(cells: Cells, signs: Signs, points: Sequence[FieldPoint]) -> Iterator[tuple[FieldPoint, int]]:
    for point in points:
        values = [point.evaluate(kink) for kink in cells.kinks]
        for embedding in point.real_embeddings():
            if all(point.sign(value, embedding) == sign for value, sign in zip(values, signs, strict=True)):
                yield point, embedding


def _sampled(
    cells: Cells, signs: Signs, plane: Plane, equations: Sequence[fmpq_mpoly], budget: Budget, seed: int
) -> Candidates:
    """Some of infinitely many: where planes through grid points cut the set."""
    m, drawn = plane.free, random.Random(f"{seed} {signs}")
    if not equations:  # everywhere, so at any point with these signs
        anywhere: list[tuple[FieldPoint, int]] = []
        for _ in range(TRIED):
            at = FieldPoint.rational([fmpq(drawn.randint(-12, 12), drawn.choice((1, 2, 4, 8))) for _ in range(m)])
            anywhere += _embedded(cells, signs, [plane.lifted(at)])
            if len(anywhere) >= ENOUGH:
                break
        return Candidates(tuple(anywhere), False, True, "none", "stationary points of a stratum are not isolated")
    context = plane.images[0].context()
    unknowns = context.gens()
    found: list[tuple[FieldPoint, int]] = []
    for _ in range(SAMPLES):
        if budget.is_over or len(found) >= 3:
            break
        count = drawn.randint(1, min(m, MOST_SLICED)) if equations else m
        chosen = drawn.sample(range(m), count)
        slices = [unknowns[k] - fmpq(drawn.choice(GRID)) for k in chosen]
        cut = real_solutions([*equations, *slices], m, budget=budget)
        if cut.outcome == "finite":
            found += list(_embedded(cells, signs, [plane.lifted(p) for p in cut.points]))
    return Candidates(tuple(found), False, True, "none", "stationary points of a stratum are not isolated")


def _by_multipliers(cells: Cells, signs: Signs, active: Sequence[fmpq_mpoly], beside: fmpq_mpoly, budget: Budget,
                    seed: int) -> Candidates:  # fmt: skip
    n, k = cells.n, len(active)
    if k > 1 and (proof := _no_zero(active, n, budget)) is not None:
        return Candidates((), True, False, proof)
    transversal = _transversal(active, n, budget)
    if transversal is None:
        return Candidates((), False, False, "none", "kinks that are curved may meet without being transversal")
    context = fmpq_mpoly_ctx.get([f"x{j + 1}" for j in range(n + k)], "degrevlex")
    unknowns = context.gens()
    moved = [polynomial.compose(*unknowns[:n], ctx=context) for polynomial in (beside, *active)]
    lagrangian = moved[0]
    for multiplier, kink in zip(unknowns[n:], moved[1:], strict=True):
        lagrangian -= multiplier * kink
    equations = [*(lagrangian.derivative(i) for i in range(n)), *moved[1:]]
    found = solutions_of_any_multiplicity(equations, n + k, budget=budget)
    if found.outcome == "infinite":
        return _sliced(cells, signs, equations, k, budget, seed)
    if found.proof == "open":
        return Candidates((), False, False, "none", "stationary points on a curved kink were not all found")
    points = [FieldPoint(p.modulus, p.coordinates[:n]) for p in found.points]
    return _placed(cells, signs, points, "exact" if found.proof == transversal == "exact" else "modular")


def _sliced(
    cells: Cells, signs: Signs, equations: Sequence[fmpq_mpoly], k: int, budget: Budget, seed: int
) -> Candidates:
    """Some of infinitely many points on curved kinks: where planes of coordinates cut the set."""
    n, drawn = cells.n, random.Random(f"{seed} {signs}")
    unknowns = equations[0].context().gens()
    found: list[tuple[FieldPoint, int]] = []
    for _ in range(SAMPLES):
        if budget.is_over or len(found) >= 3:
            break
        chosen = drawn.sample(range(n), drawn.randint(1, min(n, MOST_SLICED)))
        cut = real_solutions(
            [*equations, *(unknowns[i] - fmpq(drawn.choice(GRID)) for i in chosen)], n + k, budget=budget
        )
        if cut.outcome == "finite":
            found += list(_embedded(cells, signs, [FieldPoint(p.modulus, p.coordinates[:n]) for p in cut.points]))
    return Candidates(tuple(found), False, True, "none", "stationary points on a curved kink are not isolated")


def _transversal(active: Sequence[fmpq_mpoly], n: int, budget: Budget) -> Proof | None:
    """How it is proved that the gradients are independent wherever all kinks are 0: their minors have no common complex zero there."""
    rows = [[kink.derivative(i) for i in range(n)] for kink in active]
    minors = [_minor([[row[j] for j in chosen] for row in rows]) for chosen in combinations(range(n), len(active))]
    return _no_zero([*active, *minors], n, budget) if minors else None


def _minor(rows: Sequence[Sequence[fmpq_mpoly]]) -> fmpq_mpoly:
    if len(rows) == 1:
        return rows[0][0]
    total = rows[0][0] * 0
    for j, entry in enumerate(rows[0]):
        term = entry * _minor([[*row[:j], *row[j + 1 :]] for row in rows[1:]])
        total = total + term if j % 2 == 0 else total - term
    return total
