"""A polynomial objective on a product of unit spheres, decided exactly through its Lagrangian.

See `stationary.spheres` for why that is enough.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np
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
from strictsaddle.stationary.fixed_spaces import symmetric_points
from strictsaddle.stationary.number_field import FieldPoint
from strictsaddle.stationary.spheres import lagrangian, rational_points, riemannian_hessian
from strictsaddle.stationary.zero_search import RealZero
from strictsaddle.symmetry.signed_permutations import SignedPermutationGroup
from strictsaddle.verdict import StationaryPoint, Witness

PRECISION = 192
CLEARLY = 1e-6  # of the largest eigenvalue: what is negative by more than this in doubles is no candidate for a witness
MOST_LISTED = 9  # unknowns and multipliers, where something else can be tried first
SECONDS_SYMMETRIC = 60.0  # for the search of a witness among symmetric points


def solve(
    objective: Objective, *, group: SignedPermutationGroup | None = None, list_all: bool = True, budget: float | None = None,
    listener: Listener = silent,
) -> Solution:  # fmt: skip
    """Every stationary point of a polynomial objective on a product of spheres, certified.

    Eigenvalues, index and nullity are those of the Riemannian Hessian.

    group: proved symmetries of the objective, for the search of witnesses where msolve's list is not to be had.
    list_all: False where another engine can follow: a system of more than MOST_LISTED unknowns and multipliers is then only searched
    for a witness. budget: seconds for msolve, None for no limit. Never raises for what an engine does: a failure has status "failed".
    Raises ValueError when the domain has no spheres.
    """
    domain = objective.domain
    if not isinstance(domain, Spheres):
        raise ValueError("the domain is no product of spheres")
    started = time.monotonic()
    try:
        system = lagrangian(objective)
    except NotPolynomial as why:
        return Solution("failed", reason=f"the objective is not in reach of the exact engine: {why}")
    if not list_all and system.dimension > MOST_LISTED:
        listener(Progress("looking for a symmetric point that refutes", time.monotonic() - started))
        seconds = SECONDS_SYMMETRIC if budget is None else min(SECONDS_SYMMETRIC, budget / 4)
        refutations = _witnesses(system, domain, _candidates(system, domain, group, seconds))
        reason = f"{system.dimension} unknowns and multipliers are too many for a list of all complex stationary points"
        return Solution("failed", witnesses=refutations, reason=reason)
    listener(Progress("solving the Lagrangian's polynomial system", time.monotonic() - started))
    try:
        located = locate(system, time_limit=budget)
    except EngineError as error:
        refutations = _witnesses(system, domain, _candidates(system, domain, group))
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
    domain: Spheres,
    group: SignedPermutationGroup | None,
    seconds: float = SECONDS_SYMMETRIC,
) -> Iterator[FieldPoint]:
    """Exact stationary points: products of unit vectors, then symmetric points."""
    yield from rational_points(system, domain, deadline=time.monotonic() + 0.5 * seconds)
    if group is not None:
        yield from symmetric_points(system, domain, group, deadline=time.monotonic() + seconds)


def _infinite(
    system: PolynomialSystem, domain: Spheres, group: SignedPermutationGroup | None, located: Located
) -> Solution:
    witnesses = _witnesses(system, domain, _candidates(system, domain, group))
    reason = located.reason
    if not witnesses:
        reason += ", and no witness against Definition 1 was found among the products of unit vectors and the symmetric points"
    return Solution("infinite", (), False, "none", (), witnesses, (), reason)


def _witnesses(system: PolynomialSystem, domain: Spheres, points: Iterable[FieldPoint]) -> tuple[Witness, ...]:
    """The first of the exact points that refutes Definition 1, if any does."""
    form = MonomialForm.of(system)
    for exact in points:
        for embedding in exact.real_embeddings():
            balls = tuple(exact.embed(value, embedding, PRECISION).real for value in exact.coordinates)
            if _curves_down(form, domain, balls) or not _looks_degenerate(form, domain, balls):
                continue
            if not exact.is_stationary(system):
                break
            zero = RealZero(balls, None, exact, embedding)
            found = _witness(domain, zero, on_spheres(system, domain, form, zero, isolated=False))
            if found is not None:
                return (found,)
    return ()


def _curves_down(form: MonomialForm, domain: Spheres, balls: tuple[arb, ...]) -> bool:
    """Whether doubles show a clearly negative eigenvalue of the Riemannian Hessian. Such a candidate is passed over, which
    claims nothing: enclosures take fifty times as long, and most candidates are saddles."""
    k, middle = len(domain.groups), np.array([float(ball.mid()) for ball in balls])
    hessian = form.real_doubles(middle)[2][k:, k:]
    normals = np.zeros((len(middle) - k, k))
    for number, group in enumerate(domain.groups):
        normals[list(group), number] = middle[[k + i for i in group]]
    basis = np.linalg.qr(normals, mode="complete")[0][:, k:]
    spectrum = np.linalg.eigvalsh(basis.T @ hessian @ basis)
    return bool(spectrum.size and spectrum[0] < -CLEARLY * max(np.abs(spectrum).max(), 1.0))


def _looks_degenerate(form: MonomialForm, domain: Spheres, balls: tuple[arb, ...]) -> bool:
    """Whether enclosures leave it open that the Riemannian Hessian is singular and has no negative eigenvalue."""
    before, ctx.prec = ctx.prec, PRECISION
    try:
        _, _, hessian = form.real_balls(balls)
        spectrum = eigenvalue_enclosures(riemannian_hessian(domain, hessian, balls[len(domain.groups) :]))
    finally:
        ctx.prec = before
    return not any(value < 0 for value in spectrum) and any(value.contains(0) for value in spectrum)


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
