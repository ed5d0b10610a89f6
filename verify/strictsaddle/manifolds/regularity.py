"""Equality constraints h(w) = 0 that are fit for Lagrange multipliers: there are feasible points, and at each of them the gradients of
the h_g are linearly independent (LICQ).

They are dependent where J(w)^T nu = 0 for some nu other than 0, that is, with some nu_g = 1. So LICQ holds everywhere when
for no g the system

    h(w) = 0,   J(w)^T nu = 0,   nu_g = 1

has a real solution in w and the other nu. With LICQ the feasible set is closed and smooth, so that it is empty exactly when the square of
the distance to some point c has no stationary point on it (where it is not empty there is a nearest one).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from flint import arb, fmpq, fmpq_mpoly, fmpq_mpoly_ctx

from strictsaddle.arithmetic.exact import at_precision, fraction
from strictsaddle.derive.definedness import holds_where
from strictsaddle.errors import EngineError, InputError
from strictsaddle.execution.budget import UNLIMITED, Budget
from strictsaddle.formula.expansion import polynomial
from strictsaddle.formula.graph import Graph
from strictsaddle.objective.domain import Domain
from strictsaddle.objective.equalities import flint_polynomials
from strictsaddle.objective.inequalities import inequality_nodes
from strictsaddle.polynomials.number_field import FieldPoint
from strictsaddle.polynomials.real_solutions import RealSolutions, real_solutions

WHERE = "domain.equalities"
PRECISION = 192  # at which conditions are looked at
SECONDS = 60.0  # for each of the systems, where the user sets no limit
CENTRE = (fmpq(3, 7), fmpq(-5, 11), fmpq(8, 13), fmpq(-2, 17), fmpq(9, 19), fmpq(-4, 23))
PLANES = ((31, -17, 43, 29, -53, 11, 37, -23), (12, 7, -5, 19, 3, -8, 13, -2), (-4, 21, 9, -6, 14, 25, -11, 5))


@dataclass(frozen=True)
class Regularity:
    """LICQ on the whole feasible set: `proof` "exact" or "modular"; "open" with the `reason` where it is neither proved nor refuted."""

    proof: Literal["exact", "modular", "open"]
    reason: str = ""


def regularity(domain: Domain, variables: Sequence[str], *, budget: Budget = UNLIMITED) -> Regularity:
    """Whether the equalities are regular on all of their feasible set. Each of its systems may take an equal share of the time that is
    left.

    Raises InputError for an empty feasible set, and where LICQ fails, with a point at which it does.
    """
    n = len(variables)
    polynomials = flint_polynomials(domain, n)
    proofs: list[str] = []
    reason = ""
    apart = _strict_polynomials(domain, variables)
    for g in range(len(polynomials)):
        size = n + len(polynomials) - 1 + len(apart)
        system = _dependence(polynomials, n, g, apart)
        limit = _share(budget, len(polynomials) - g + 1)
        found = _tried(system, size, limit)
        point = None if found is None else next((p for p in found.points if _may_hold(domain, variables, p)), None)
        if found is not None and found.outcome == "infinite":
            point = _on_planes(system, n, size, _share(budget, len(polynomials) - g + 1))
        if point is not None and _may_hold(domain, variables, point):
            raise InputError(
                "the gradients of the equalities are linearly dependent at a feasible point, so there are no multipliers",
                where=WHERE, fragment=_place(point, variables),
                remedy="Stationary points there cannot be found by Lagrange's method: describe the set by equalities that are regular.",
            )  # fmt: skip
        if found is None or found.proof == "open":
            reason = (
                "it is open whether the gradients of the equalities are linearly independent at all feasible points"
            )
            proofs.append("open")
        else:
            proofs.append(found.proof)
    worst: Literal["exact", "modular", "open"] = (
        "open" if "open" in proofs else "modular" if "modular" in proofs else "exact"
    )
    if worst != "open":
        _require_points(polynomials, n, _share(budget, 2))
    return Regularity(worst, reason)


def _may_hold(domain: Domain, variables: Sequence[str], point: FieldPoint) -> bool:
    """Whether the conditions of the domain are not proved to fail at all real conjugates of a point."""
    if not domain.where:
        return True
    n = len(variables)
    exact = [fraction(value[0]) for value in point.coordinates[:n]] if point.is_rational else None
    with at_precision(PRECISION):
        places = ([point.embed(x, k, PRECISION).real for x in point.coordinates[:n]] for k in point.real_embeddings())
        return any(holds_where(domain, variables, place, exact) is not False for place in places)


def _share(budget: Budget, parts: int) -> Budget:
    """For the next of so many equal parts of the work, the engine's own part among them."""
    return budget.share(1 / parts).at_most(SECONDS)


def _strict_polynomials(domain: Domain, variables: Sequence[str]) -> list[fmpq_mpoly]:
    """Those of the strict conditions c > 0 that are polynomials."""
    graph = Graph()
    nodes = inequality_nodes(domain, graph, variables).strict
    found = (polynomial(graph, node, len(variables)) for node in nodes)
    return [c for c in found if c is not None]


def _dependence(
    polynomials: Sequence[fmpq_mpoly], n: int, g: int, apart: Sequence[fmpq_mpoly] = ()
) -> list[fmpq_mpoly]:
    """The equations of a point where the gradients are dependent with nu_g = 1, in w, the other nu, and the inverses of `apart`, which do
    not vanish on the domain."""
    k = len(polynomials)
    context = fmpq_mpoly_ctx.get([f"x{i + 1}" for i in range(n + k - 1 + len(apart))], "degrevlex")
    unknowns = context.gens()
    nu = [*unknowns[n : n + g], context.constant(1), *unknowns[n + g : n + k - 1]]
    equations = [h.compose(*unknowns[:n], ctx=context) for h in polynomials]
    for i in range(n):
        slopes = (h.derivative(i).compose(*unknowns[:n], ctx=context) for h in polynomials)
        equations.append(sum((weight * slope for weight, slope in zip(nu, slopes, strict=True)), context.constant(0)))
    for inverse, c in zip(unknowns[n + k - 1 :], apart, strict=True):
        equations.append(inverse * c.compose(*unknowns[:n], ctx=context) - 1)
    return equations


def _tried(equations: Sequence[fmpq_mpoly], n: int, limit: Budget) -> RealSolutions | None:
    try:
        return real_solutions(equations, n, budget=limit)
    except EngineError:
        return None


def _on_planes(equations: Sequence[fmpq_mpoly], n: int, size: int, limit: Budget) -> FieldPoint | None:
    """A real solution where there are infinitely many, in planes of rising codimension; None when none is found."""
    for planes in _planes(equations, n, size):
        found = None if limit.is_over else _tried([*equations, *planes], size, limit)
        if found is not None and found.points:
            return found.points[0]
    return None


def _planes(equations: Sequence[fmpq_mpoly], n: int, size: int) -> Iterator[list[fmpq_mpoly]]:
    """Affine equations: the unknowns at 0 one after the other, then planes without pattern through 0 and off it."""
    context = equations[0].context()
    unknowns = context.gens()
    for i in range(size):
        yield [unknowns[i]]
    for level in (0, 1):
        forms = []
        for row in PLANES:
            form = sum((row[i % len(row)] * unknowns[i] for i in range(size)), context.constant(-level))
            forms.append(form)
            yield list(forms)


def _require_points(polynomials: Sequence[fmpq_mpoly], n: int, limit: Budget) -> None:
    """Raise InputError when it is proved that no real point is feasible."""
    k = len(polynomials)
    context = fmpq_mpoly_ctx.get([f"x{i + 1}" for i in range(n + k)], "degrevlex")
    unknowns = context.gens()
    equations = [h.compose(*unknowns[:n], ctx=context) for h in polynomials]
    for i in range(n):
        equation = unknowns[i] - CENTRE[i % len(CENTRE)] * (1 + i // len(CENTRE))
        for g, h in enumerate(polynomials):
            equation -= unknowns[n + g] * h.derivative(i).compose(*unknowns[:n], ctx=context)
        equations.append(equation)
    found = _tried(equations, n + k, limit)
    if found is not None and not found.points and found.proof != "open":
        raise InputError(
            "no real point satisfies the equalities", where=WHERE, remedy="Correct them: the objective has no domain."
        )


def _place(point: FieldPoint, variables: Sequence[str]) -> str:
    if point.is_rational:
        values = [str(value[0]) for value in point.coordinates]
    else:
        embedding = point.real_embeddings()[0]
        balls: list[arb] = [point.embed(value, embedding, 128).real for value in point.coordinates]
        values = [f"{float(ball.mid()):.6g}" for ball in balls]
    return ", ".join(f"{name} = {value}" for name, value in zip(variables, values, strict=False))
