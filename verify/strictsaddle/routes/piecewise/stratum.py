"""The candidates of one stratum: points on it at which the objective is stationary along it, over their number fields.

On the stratum the kinks z_k, k in K, are 0 and the others have their signs. Where all z_k are affine, as many unknowns as they have
independent equations are eliminated, and the candidates are the zeros of a gradient in the others; else those of a Lagrangian in points
and multipliers, where gradients of the z_k are nowhere dependent on the z_k = 0.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

from flint import fmpq, fmpq_mpoly, fmpq_mpoly_ctx

from strictsaddle.execution.budget import Budget
from strictsaddle.polynomials.determinant import determinant
from strictsaddle.polynomials.elimination import solutions_of_any_multiplicity
from strictsaddle.polynomials.number_field import FieldPoint
from strictsaddle.polynomials.real_solutions import real_solutions
from strictsaddle.records.terms import Proof, weakest
from strictsaddle.routes.piecewise.cells import Cells
from strictsaddle.routes.piecewise.emptiness import Signs
from strictsaddle.routes.piecewise.parts import is_impossible, split, union
from strictsaddle.routes.piecewise.plane import Plane

SAMPLES, FEW = 60, 3  # of a stratum with infinitely many candidates
TRIED, ENOUGH = 2_000, 12  # points of a stratum on which the objective is constant
GRID = (0, 1, -1, 2, -2, fmpq(1, 2), fmpq(-1, 2), 3, -3)
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
    active = [cells.kinks[k] for k, sign in enumerate(signs) if sign == 0]
    beside = cells.along(signs)
    if all(kink.total_degree() <= 1 for kink in active):
        plane = Plane.of(active, cells.n)
        if plane is None or (plane.free == 1 and is_impossible(cells, signs, plane)):
            return Candidates((), True, False, "exact")
        return _on_plane(cells, signs, plane, beside, budget, seed)
    return _by_multipliers(cells, signs, active, beside, budget, seed)


def _on_plane(cells: Cells, signs: Signs, plane: Plane, beside: fmpq_mpoly, budget: Budget, seed: int) -> Candidates:
    m = plane.free
    if m == 0:
        return _placed(cells, signs, [plane.only_point], "exact")
    inner = plane.restricted(beside)
    equations = [inner.derivative(k) for k in range(m)]
    if any(e.is_constant() and not e.is_zero() for e in equations):
        return Candidates((), True, False, "exact")
    present = [e for e in equations if not e.is_zero()]
    if len(present) == m:
        found = solutions_of_any_multiplicity(present, m, budget=budget)
        if found.outcome != "infinite":
            points = tuple(cells.embedded(signs, map(plane.lifted, found.points)))
            if found.proof == "open":
                return Candidates(
                    points, False, False, "none", "a list of stationary points on a stratum is not proved to be whole"
                )
            return Candidates(points, True, False, found.proof)
    elif present and (proof := _no_zero(present, m, budget)) is not None:
        return Candidates((), True, False, proof)
    parts = split(cells, signs, plane, present, budget)
    if all(part.closed for part in parts):
        return Candidates(
            tuple(union(parts)),
            True,
            any(part.strict for part in parts),
            weakest("exact", *(part.proof for part in parts)),
        )
    drawn = random.Random(f"{seed} {signs}")
    some = (
        _cut(cells, signs, present, m, plane.lifted, drawn, budget)
        if present
        else _anywhere(cells, signs, plane, drawn)
    )
    return Candidates(some, False, True, "none", "stationary points of a stratum are not isolated")


def _no_zero(equations: Sequence[fmpq_mpoly], m: int, budget: Budget) -> Proof | None:
    """How it is proved that there is no common complex zero; None where it is not."""
    answer = real_solutions(equations, m, budget=budget)
    if answer.outcome != "none" or answer.proof == "open":
        return None
    return answer.proof


def _placed(cells: Cells, signs: Signs, points: Sequence[FieldPoint], proof: Proof) -> Candidates:
    """Those real embeddings of all points that lie on the stratum."""
    return Candidates(tuple(cells.embedded(signs, points)), True, False, proof)


def _anywhere(cells: Cells, signs: Signs, plane: Plane, drawn: random.Random) -> tuple[tuple[FieldPoint, int], ...]:
    """Some points of a stratum on which the objective is constant."""
    found: list[tuple[FieldPoint, int]] = []
    for _ in range(TRIED):
        at = FieldPoint.rational([fmpq(drawn.randint(-12, 12), drawn.choice((1, 2, 4, 8))) for _ in range(plane.free)])
        found += cells.embedded(signs, [plane.lifted(at)])
        if len(found) >= ENOUGH:
            break
    return tuple(found)


def _cut(cells: Cells, signs: Signs, equations: Sequence[fmpq_mpoly], m: int, lifted: Callable[[FieldPoint], FieldPoint],
         drawn: random.Random, budget: Budget) -> tuple[tuple[FieldPoint, int], ...]:  # fmt: skip
    """Some of infinitely many solutions, where planes through grid points of the first m unknowns cut the set; lifted: from a solution to
    the point in all unknowns of the objective."""
    unknowns = equations[0].context().gens()
    found: list[tuple[FieldPoint, int]] = []
    for _ in range(SAMPLES):
        if budget.is_over or len(found) >= FEW:
            break
        chosen = drawn.sample(range(m), drawn.randint(1, min(m, MOST_SLICED)))
        slices = [unknowns[i] - fmpq(drawn.choice(GRID)) for i in chosen]
        cut = real_solutions([*equations, *slices], len(unknowns), budget=budget)
        if cut.outcome == "finite":
            found += cells.embedded(signs, map(lifted, cut.points))
    return tuple(found)


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

    def projected(point: FieldPoint) -> FieldPoint:
        return FieldPoint(point.modulus, point.coordinates[:n])

    if found.outcome == "infinite":
        some = _cut(cells, signs, equations, n, projected, random.Random(f"{seed} {signs}"), budget)
        return Candidates(some, False, True, "none", "stationary points on a curved kink are not isolated")
    if found.proof == "open":
        return Candidates((), False, False, "none", "stationary points on a curved kink were not all found")
    return _placed(cells, signs, [projected(point) for point in found.points], weakest(found.proof, transversal))


def _transversal(active: Sequence[fmpq_mpoly], n: int, budget: Budget) -> Proof | None:
    """How it is proved that the gradients are independent wherever all kinks are 0: their minors have no common complex zero there."""
    rows = [[kink.derivative(i) for i in range(n)] for kink in active]
    minors = [determinant([[row[j] for j in chosen] for row in rows]) for chosen in combinations(range(n), len(active))]
    return _no_zero([*active, *minors], n, budget) if minors else None
