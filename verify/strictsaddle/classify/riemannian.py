"""A polynomial objective on a product of unit spheres, or under other equalities, decided exactly through its Lagrangian.

See `stationary.spheres` for why that is enough.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from flint import ctx

from strictsaddle.classify.algebraic import Solution
from strictsaddle.classify.degenerate import higher_order_kind
from strictsaddle.classify.exact_points import classified, exact_hessian, witness
from strictsaddle.classify.inertia import Inertia, eigenvalue_enclosures, eigenvalue_intervals
from strictsaddle.derive.polynomials import PolynomialSystem
from strictsaddle.errors import EngineError
from strictsaddle.events import Listener, PointFound, Progress, silent
from strictsaddle.objective.domain import Equalities, Manifold, Spheres
from strictsaddle.objective.expansion import NotPolynomial
from strictsaddle.objective.objective import Objective
from strictsaddle.stationary.algebraic import Located, locate
from strictsaddle.stationary.evaluation import MonomialForm
from strictsaddle.stationary.fixed_spaces import symmetric_points
from strictsaddle.stationary.number_field import FieldPoint
from strictsaddle.stationary.regularity import Regularity, regularity
from strictsaddle.stationary.sliced_points import sliced_points
from strictsaddle.stationary.spheres import Choice, lagrangian, riemannian_hessian, unit_choices, unit_point
from strictsaddle.stationary.zero_search import RealZero
from strictsaddle.symmetry.signed_permutations import SignedPermutationGroup
from strictsaddle.verdict import StationaryPoint, Witness

Array = np.ndarray[Any, np.dtype[np.float64]]
PRECISION = 192
MOST_LISTED = 9  # unknowns and multipliers, where something else can be tried first
SECONDS_SYMMETRIC = 60.0  # for the search of a witness among symmetric points
NEARLY_ZERO = 1e-7  # eigenvalue, relative to the largest, that makes a point worth exact work
REGULARITY_TRUST = (
    "regularity of the equalities rests on msolve's modular computation, which is right with high probability"
)


def solve(
    objective: Objective, *, group: SignedPermutationGroup | None = None, list_all: bool = True, budget: float | None = None,
    listener: Listener = silent,
) -> Solution:  # fmt: skip
    """Every stationary point of a polynomial objective on a product of spheres or under regular equalities, certified.

    Eigenvalues, index and nullity are those of the Riemannian Hessian.

    group: proved symmetries of the objective, for the search of witnesses where msolve's list is not to be had.
    list_all: False where another engine can follow: a system of more than MOST_LISTED unknowns and multipliers is then only searched
    for a witness. budget: seconds for msolve, None for no limit. Never raises for what an engine does: a failure has status "failed".
    Raises ValueError when the domain has neither spheres nor equalities, InputError for equalities that are empty or not regular.
    """
    domain = objective.domain
    if not isinstance(domain, (Spheres, Equalities)):
        raise ValueError("the domain is no product of spheres, and has no equalities")
    started = time.monotonic()
    try:
        system = lagrangian(objective)
    except NotPolynomial as why:
        return Solution("failed", reason=f"the objective is not in reach of the exact engine: {why}")
    regular = Regularity("exact")
    if isinstance(domain, Equalities):
        listener(Progress("proving that the equalities are regular", time.monotonic() - started))
        regular = regularity(domain, objective.variables, time_limit=budget)
    if regular.proof == "open":
        return Solution("failed", reason=regular.reason, remedy="Simpler equalities may help.")
    solution = _solved(system, domain, group, list_all, budget, listener, started)
    return _no_surer_than(regular, solution)


def _no_surer_than(regular: Regularity, solution: Solution) -> Solution:
    """The solution, its completeness no better proved than the regularity of the constraints; of the witnesses those at which
    regularity is proved by enclosures, as their eigenvalues are known then."""
    if regular.proof == "exact":
        return solution
    proof = "modular" if solution.proof == "exact" else solution.proof
    witnesses = tuple(witness for witness in solution.witnesses if witness.eigenvalues)
    return replace(solution, proof=proof, witnesses=witnesses, trust=(*solution.trust, REGULARITY_TRUST))


def _solved(system: PolynomialSystem, domain: Manifold, group: SignedPermutationGroup | None, list_all: bool, budget: float | None,
            listener: Listener, started: float) -> Solution:  # fmt: skip
    if not list_all and system.dimension > MOST_LISTED and isinstance(domain, Spheres):
        listener(Progress("looking for a symmetric point that refutes", time.monotonic() - started))
        seconds = SECONDS_SYMMETRIC if budget is None else min(SECONDS_SYMMETRIC, budget / 4)
        refutations = _witnesses(system, domain, group, seconds)
        reason = f"{system.dimension} unknowns and multipliers are too many for a list of all complex stationary points"
        return Solution("failed", witnesses=refutations, reason=reason)
    listener(Progress("solving the Lagrangian's polynomial system", time.monotonic() - started))
    try:
        located = locate(system, time_limit=budget)
    except EngineError as error:
        refutations = _witnesses(system, domain, group)
        return Solution("failed", witnesses=refutations, reason=error.what, remedy=error.remedy)
    if located.outcome == "infinite":
        return _infinite(system, domain, group, located)
    if located.outcome == "none":
        reason = "there is no stationary point"
        return Solution("none", (), located.complete, located.proof, located.trust, reason=reason)
    listener(Progress("proving the signs of eigenvalues", time.monotonic() - started, found=len(located.zeros)))
    points: list[StationaryPoint] = []
    witnesses: list[Witness] = []
    form = MonomialForm.of(system)
    for zero in located.zeros:
        point = on_spheres(system, domain, form, zero)
        found = _witness(domain, zero, point)
        witnesses += [found] if found else []
        points.append(point)
        listener(PointFound(point))
    return Solution(
        "finite", tuple(points), located.complete, located.proof, located.trust, tuple(witnesses),
        reason=located.reason,
    )  # fmt: skip


def _candidates(
    system: PolynomialSystem,
    form: MonomialForm,
    domain: Manifold,
    group: SignedPermutationGroup | None,
    seconds: float = SECONDS_SYMMETRIC,
) -> Iterator[FieldPoint]:
    """Exact points that may refute: on spheres products of unit vectors, then symmetric points; else points on slices."""
    deadline = time.monotonic() + seconds
    if isinstance(domain, Spheres):
        for choice in unit_choices(domain):
            if time.monotonic() < deadline and _worth_a_look(form, domain, choice):
                point = unit_point(system, choice)
                if point is not None:
                    yield point
        if group is not None:
            yield from symmetric_points(system, domain, group, deadline=deadline + seconds)
        if system.dimension > MOST_LISTED:  # a slice of so large a system is too large as well
            return
    yield from sliced_points(system, domain.codimension, deadline=deadline + 2 * seconds)


def _worth_a_look(form: MonomialForm, domain: Spheres, choice: Choice) -> bool:
    """Whether a product of unit vectors looks degenerate in doubles."""
    k = domain.codimension
    point = np.zeros(form.dimension)
    for i, sign in choice:
        point[k + i] = sign
    _, without, _ = form.real_doubles(point)
    point[:k] = 1.0
    _, with_one, _ = form.real_doubles(point)
    for number, (i, _) in enumerate(choice):  # the slope along the sphere's normal is linear in its multiplier
        point[number] = without[k + i] / (without[k + i] - with_one[k + i])
    return _looks_degenerate(form, domain, point)


def _infinite(
    system: PolynomialSystem, domain: Manifold, group: SignedPermutationGroup | None, located: Located
) -> Solution:
    witnesses = _witnesses(system, domain, group)
    reason = located.reason
    if not witnesses:
        reason += ", and no witness against Definition 1 was found among exact points on slices, symmetric ones and unit vectors"
    return Solution("infinite", (), False, "none", (), witnesses, (), reason)


def _witnesses(
    system: PolynomialSystem, domain: Manifold, group: SignedPermutationGroup | None, seconds: float = SECONDS_SYMMETRIC
) -> tuple[Witness, ...]:
    """The first of the exact candidates that refutes Definition 1, if any does."""
    form = MonomialForm.of(system)
    for exact in _candidates(system, form, domain, group, seconds):
        for embedding in exact.real_embeddings():
            balls = tuple(exact.embed(value, embedding, PRECISION).real for value in exact.coordinates)
            if not _looks_degenerate(form, domain, np.array([float(ball.mid()) for ball in balls])):
                continue
            if not exact.is_stationary(system):
                break
            zero = RealZero(balls, None, exact, embedding)
            found = _witness(domain, zero, on_spheres(system, domain, form, zero, isolated=False))
            if found is not None:
                return (found,)
    return ()


def _looks_degenerate(form: MonomialForm, domain: Manifold, point: Array) -> bool:
    """Whether, in doubles, the Riemannian Hessian at multipliers and point (k + n,) is nearly singular without a negative eigenvalue.

    Only exact work on what passes decides anything.
    """
    k = domain.codimension
    _, _, bordered = form.real_doubles(point)
    if not np.all(np.isfinite(bordered)):
        return False
    tangent = np.linalg.svd(bordered[:k, k:])[2][k:]
    spectrum = np.linalg.eigvalsh(tangent @ bordered[k:, k:] @ tangent.T)
    near = NEARLY_ZERO * max(1e-300, float(np.abs(bordered[k:, k:]).max()))
    return bool(spectrum[0] > -near and spectrum[0] < near)


def on_spheres(
    system: PolynomialSystem, domain: Manifold, form: MonomialForm, zero: RealZero, *, isolated: bool = True
) -> StationaryPoint:
    """The record of a stationary point of the Lagrangian as one of the objective on the spheres.

    Multipliers are dropped; inertia and eigenvalues are those on the tangent space. Higher order settles the kind of
    degenerate points that are `isolated`.
    """
    bordered = classified(system, form, zero)
    k = domain.codimension
    inertia = None
    if bordered.index is not None and bordered.nullity is not None:
        positive = system.dimension - bordered.index - bordered.nullity
        inertia = Inertia(bordered.index - k, bordered.nullity, positive - k)
    before, ctx.prec = ctx.prec, PRECISION
    try:
        balls = zero.refined(form, PRECISION)
        _, _, hessian = form.real_balls(balls)
        spectrum = eigenvalue_enclosures(riemannian_hessian(domain, hessian, balls[k:]))
    except (
        ArithmeticError
    ):  # rounding hides the rank of the constraints' gradients: index and nullity are proved without them
        spectrum = []
    finally:
        ctx.prec = before
    record = replace(
        bordered,
        point=bordered.point[k:],
        eigenvalues=eigenvalue_intervals(spectrum, inertia),
        index=None if inertia is None else inertia.negative,
        kind="undecided" if inertia is None else inertia.kind,
    )
    if record.kind != "degenerate" or zero.exact is None or not isolated or inertia is None or inertia.positive == 0:
        return record
    # Eliminating multipliers and pivot coordinates from grad L = 0 minimises f over the part of the spheres where
    # the other coordinates are fixed, so the reduced function has its local minima exactly where f has.
    kind = higher_order_kind(system, zero.exact, zero.embedding, exact_hessian(system, zero.exact))
    return replace(record, kind=kind)


def _witness(domain: Manifold, zero: RealZero, point: StationaryPoint) -> Witness | None:
    found = witness(zero, point)
    if found is None:
        return None
    k = domain.codimension
    proof = found.proof.replace("the gradient", "the Lagrangian's gradient").replace(
        "the characteristic polynomial of the Hessian has no negative root and the root 0",
        "its bordered Hessian has the inertia of a singular Riemannian Hessian without a negative eigenvalue",
    )
    coordinates = None if found.coordinates is None else found.coordinates[k:]
    return replace(found, coordinates=coordinates, proof=proof)
