"""A polynomial objective on a product of unit spheres, decided exactly through its Lagrangian.

See `stationary.spheres` for why that is enough.
"""

from __future__ import annotations

import time
from dataclasses import replace

from flint import arb, ctx

from strictsaddle.classify.algebraic import Solution
from strictsaddle.classify.degenerate import higher_order_kind
from strictsaddle.classify.exact_points import classified, exact_hessian, witness
from strictsaddle.classify.inertia import Inertia, eigenvalue_enclosures, eigenvalue_intervals
from strictsaddle.derive.polynomials import NotPolynomial, PolynomialSystem
from strictsaddle.errors import EngineError
from strictsaddle.events import Listener, PointFound, Progress, silent
from strictsaddle.objective.domain import Spheres
from strictsaddle.objective.objective import Objective
from strictsaddle.stationary.algebraic import Located, locate
from strictsaddle.stationary.evaluation import MonomialForm
from strictsaddle.stationary.number_field import FieldPoint
from strictsaddle.stationary.spheres import lagrangian, rational_points, riemannian_hessian
from strictsaddle.stationary.zero_search import RealZero
from strictsaddle.verdict import StationaryPoint, Witness

PRECISION = 192


def solve(objective: Objective, *, budget: float | None = None, listener: Listener = silent) -> Solution:
    """Every stationary point of a polynomial objective on a product of spheres, certified.

    Eigenvalues, index and nullity are those of the Riemannian Hessian.

    budget: seconds for msolve, None for no limit. Never raises for what an engine does: a failure has status "failed".
    Raises ValueError when the domain has no spheres.
    """
    domain = objective.domain
    if not isinstance(domain, Spheres):
        raise ValueError("the domain is no product of spheres")
    started = time.monotonic()
    try:
        system = lagrangian(objective)
    except NotPolynomial as why:
        return Solution("failed", reason=f"on spheres only polynomial objectives can be decided as yet, and {why}")
    listener(Progress("solving the Lagrangian's polynomial system", time.monotonic() - started))
    try:
        located = locate(system, time_limit=budget)
    except EngineError as error:
        refutations = _witnesses(system, domain, rational_points(system, domain))
        return Solution("failed", witnesses=refutations, reason=error.what, remedy=error.remedy)
    if located.outcome == "infinite":
        return _infinite(system, domain, located)
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


def _infinite(system: PolynomialSystem, domain: Spheres, located: Located) -> Solution:
    witnesses = _witnesses(system, domain, rational_points(system, domain))
    reason = located.reason
    if not witnesses:
        reason += ", and no witness against Definition 1 was found among the products of unit vectors"
    return Solution("infinite", (), False, "none", (), witnesses, (), reason)


def _witnesses(system: PolynomialSystem, domain: Spheres, points: list[FieldPoint]) -> tuple[Witness, ...]:
    """The first of the exact points that refutes Definition 1, if any does."""
    form = MonomialForm.of(system)
    for exact in points:
        zero = RealZero(tuple(arb(value[0]) for value in exact.coordinates), None, exact)
        found = _witness(domain, zero, on_spheres(system, domain, form, zero, isolated=False))
        if found is not None:
            return (found,)
    return ()


def on_spheres(
    system: PolynomialSystem, domain: Spheres, form: MonomialForm, zero: RealZero, *, isolated: bool = True
) -> StationaryPoint:
    """The record of a stationary point of the Lagrangian as one of the objective on the spheres.

    Multipliers are dropped; inertia and eigenvalues are those on the tangent space. Higher order settles the kind of
    degenerate points that are `isolated`.
    """
    bordered = classified(system, form, zero)
    k = len(domain.groups)
    inertia = None
    if bordered.index is not None and bordered.nullity is not None:
        positive = system.dimension - bordered.index - bordered.nullity
        inertia = Inertia(bordered.index - k, bordered.nullity, positive - k)
    before, ctx.prec = ctx.prec, PRECISION
    try:
        balls = zero.refined(form, PRECISION)
        _, _, hessian = form.real_balls(balls)
        spectrum = eigenvalue_enclosures(riemannian_hessian(domain, hessian, balls[k:]))
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


def _witness(domain: Spheres, zero: RealZero, point: StationaryPoint) -> Witness | None:
    found = witness(zero, point)
    if found is None:
        return None
    k = len(domain.groups)
    proof = found.proof.replace("the gradient", "the Lagrangian's gradient").replace(
        "the characteristic polynomial of the Hessian has no negative root and the root 0",
        "its bordered Hessian has the inertia of a singular Riemannian Hessian without a negative eigenvalue",
    )
    coordinates = None if found.coordinates is None else found.coordinates[k:]
    return replace(found, coordinates=coordinates, proof=proof)
