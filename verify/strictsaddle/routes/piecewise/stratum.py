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
from strictsaddle.routes.piecewise.cells import Cells, Signs

SAMPLES = 60  # of a stratum with infinitely many candidates
GRID = (0, 1, -1, 2, -2, fmpq(1, 2), fmpq(-1, 2), 3, -3)
MOST_PAIRS = 4_000  # of inequalities, in an elimination
MOST_SLICED = 4  # dimensions of a set that is cut by planes


@dataclass(frozen=True)
class Candidates:
    """`points`: (point in all unknowns, embedding) on the stratum; `whole`: whether these are all; `infinite`: whether there are infinitely
    many complex ones, of which `points` are some; `proof` of completeness; `reason` where it is not whole."""

    points: tuple[tuple[FieldPoint, int], ...]
    whole: bool
    infinite: bool
    proof: Proof
    reason: str = ""


def is_empty(kinks: Sequence[fmpq_mpoly], signs: Signs, n: int) -> bool:
    """Whether the affine ones among the kinks are proved to have these signs nowhere, by Fourier and Motzkin's elimination: a positive
    combination of strict inequalities (and any of equations) that says 0 > 0. False where that grows too large."""
    rows: list[tuple[list[fmpq], bool]] = []  # coefficients and constant of a function that is > 0, or = 0
    for kink, sign in zip(kinks, signs, strict=True):
        if kink.total_degree() <= 1:
            row = [fmpq(0)] * (n + 1)
            for exponents, c in kink.terms():
                row[next((i for i, e in enumerate(exponents) if e), n)] = c if sign >= 0 else -c
            rows.append((row, sign != 0))
    for i in range(n):
        equation = next((row for row, strict in rows if not strict and row[i] != 0), None)
        if equation is not None:
            rows = [(_without(row, equation, i), strict) for row, strict in rows if row is not equation]
            continue
        above = [row for row, strict in rows if strict and row[i] > 0]
        below = [row for row, strict in rows if strict and row[i] < 0]
        if len(above) * len(below) > MOST_PAIRS:
            return False
        rows = [(row, strict) for row, strict in rows if row[i] == 0]
        rows += [
            ([a / up[i] - b / down[i] for a, b in zip(up, down, strict=True)], True) for up in above for down in below
        ]
    return any((row[n] <= 0 if strict else row[n] != 0) for row, strict in rows)


def _without(row: list[fmpq], equation: list[fmpq], i: int) -> list[fmpq]:
    factor = row[i] / equation[i]
    return [a - factor * b for a, b in zip(row, equation, strict=True)]


def candidates(cells: Cells, signs: Signs, budget: Budget, seed: int) -> Candidates:
    """All candidates, or what is known of them. Raises EngineError where msolve fails."""
    if is_empty(cells.kinks, signs, cells.n):
        return Candidates((), True, False, "exact")
    active = [cells.kinks[k] for k, sign in enumerate(signs) if sign == 0]
    beside = cells.on(next(iter(cells.beside(signs))))
    if all(kink.total_degree() <= 1 for kink in active):
        plane = Plane.of(active, cells.n)
        if plane is None:
            return Candidates((), True, False, "exact")
        return _on_plane(cells, signs, plane, beside, budget, seed)
    return _by_multipliers(cells, signs, active, beside, budget, seed)


@dataclass(frozen=True)
class Plane:
    """An affine subspace of R^n: w_i = images[i], affine functions of m free unknowns."""

    images: tuple[fmpq_mpoly, ...]
    free: int

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
        return cls(tuple(images), len(others))

    def lifted(self, point: FieldPoint) -> FieldPoint:
        """A point of the plane in all unknowns."""
        return FieldPoint(point.modulus, tuple(point.evaluate(image) for image in self.images))


def _on_plane(cells: Cells, signs: Signs, plane: Plane, beside: fmpq_mpoly, budget: Budget, seed: int) -> Candidates:
    m = plane.free
    if m == 0:
        origin = FieldPoint(FieldPoint.rational([]).modulus, ())
        return _placed(cells, signs, [plane.lifted(origin)], "exact")
    inner = beside.compose(*plane.images, ctx=plane.images[0].context())
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
    return _sampled(cells, signs, plane, present, budget, seed)


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
    if not _is_transversal(active, n, budget):
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
    return _placed(cells, signs, points, "exact" if found.proof == "exact" else "modular")


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


def _is_transversal(active: Sequence[fmpq_mpoly], n: int, budget: Budget) -> bool:
    """Whether the gradients are independent wherever all kinks are 0: their minors have no common complex zero there."""
    rows = [[kink.derivative(i) for i in range(n)] for kink in active]
    minors = [_minor([[row[j] for j in chosen] for row in rows]) for chosen in combinations(range(n), len(active))]
    if not minors:
        return False
    return _no_zero([*active, *minors], n, budget) is not None


def _minor(rows: Sequence[Sequence[fmpq_mpoly]]) -> fmpq_mpoly:
    if len(rows) == 1:
        return rows[0][0]
    total = rows[0][0] * 0
    for j, entry in enumerate(rows[0]):
        term = entry * _minor([[*row[:j], *row[j + 1 :]] for row in rows[1:]])
        total = total + term if j % 2 == 0 else total - term
    return total
