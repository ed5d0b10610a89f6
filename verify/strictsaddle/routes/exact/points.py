"""From a located stationary point of a polynomial, or of its Lagrangian, to its record: enclosures, eigenvalues, proved inertia,
kind, and witness."""

from __future__ import annotations

from dataclasses import replace

from flint import arb, arb_mat, ctx, fmpq_poly

from strictsaddle.arithmetic.exact import at_precision
from strictsaddle.arithmetic.outward import outward
from strictsaddle.certify.inertia import (
    Inertia,
    eigenvalue_enclosures,
    eigenvalue_intervals,
    inertia_of_balls,
)
from strictsaddle.certify.spectrum import kind_of
from strictsaddle.derive.monomial_form import MonomialForm
from strictsaddle.derive.polynomials import PolynomialSystem
from strictsaddle.execution.budget import UNLIMITED, Budget
from strictsaddle.manifolds.riemannian import riemannian_hessian
from strictsaddle.objective.domain import Domain
from strictsaddle.polynomials.exact_spectrum import exact_inertia_of
from strictsaddle.polynomials.number_field import FieldPoint
from strictsaddle.polynomials.zero_search import RealZero
from strictsaddle.records.verdict import StationaryPoint, Witness
from strictsaddle.routes.exact.degenerate import higher_order_kind
from strictsaddle.routes.exact.evidence import exact_point_of

PRECISIONS = (128, 256, 512, 1024)
PRECISION = 192  # of enclosures under equalities


def classified(system: PolynomialSystem, form: MonomialForm, zero: RealZero) -> StationaryPoint:
    """The record of a real stationary point, its inertia proved.

    A point that is not exact has a nonsingular Hessian (that is how it was certified), so some precision
    shows all signs; at an exact point the characteristic polynomial over its number field tells which
    eigenvalues are zero.
    """
    before = ctx.prec
    try:
        if zero.exact is not None:
            inertia: Inertia | None = exact_inertia(system, zero.exact, zero.embedding)
            precisions: tuple[int, ...] = PRECISIONS[1:2]
        else:
            inertia, precisions = None, PRECISIONS
        balls, hessian, value = zero.balls, arb_mat(0, 0), None
        for precision in precisions:
            ctx.prec = precision
            balls = zero.balls if zero.exact is None and precision == PRECISIONS[0] else zero.refined(form, precision)
            value, _, hessian = form.real_balls(balls)
            eigenvalues = eigenvalue_enclosures(hessian)
            if inertia is None:
                inertia = _seen(eigenvalues) or inertia_of_balls(hessian)
            if inertia is not None:
                break
        assert value is not None
        if zero.exact is not None:
            value = zero.exact.embed(zero.exact.evaluate(system.f), zero.embedding, PRECISIONS[1]).real
        return StationaryPoint(
            tuple(outward(ball) for ball in balls),
            outward(value),
            eigenvalue_intervals(eigenvalues, inertia),
            None if inertia is None else inertia.negative,
            None if inertia is None else inertia.zero,
            "undecided" if inertia is None else inertia.kind,
        )
    finally:
        ctx.prec = before


def _seen(eigenvalues: list[arb]) -> Inertia | None:
    """The inertia, when no enclosure holds zero."""
    negative = sum(bool(ball < 0) for ball in eigenvalues)
    positive = sum(bool(ball > 0) for ball in eigenvalues)
    return Inertia(negative, 0, positive) if negative + positive == len(eigenvalues) else None


def exact_hessian(system: PolynomialSystem, point: FieldPoint) -> list[list[fmpq_poly]]:
    """The Hessian over the point's number field, (n, n)."""
    powers: dict[tuple[int, int], fmpq_poly] = {}
    n = system.dimension
    upper = {(i, j): point.evaluate(system.hessian[i][j], powers) for i in range(n) for j in range(i, n)}
    return [[upper[min(i, j), max(i, j)] for j in range(n)] for i in range(n)]


def exact_inertia(system: PolynomialSystem, point: FieldPoint, embedding: int, budget: Budget = UNLIMITED) -> Inertia:
    """The inertia of the Hessian at a real embedding of a point. Raises OutOfTime when the time is over."""
    return exact_inertia_of(point, embedding, exact_hessian(system, point), budget)


def settled(system: PolynomialSystem, zero: RealZero, point: StationaryPoint) -> StationaryPoint:
    """The record with its kind settled by higher order where the point is degenerate and isolated."""
    if point.kind != "degenerate" or zero.exact is None:
        return point
    kind = higher_order_kind(system, zero.exact, zero.embedding, exact_hessian(system, zero.exact))
    return replace(point, kind=kind)


def witness(zero: RealZero, point: StationaryPoint, multipliers: int = 0) -> Witness | None:
    """The refutation that a degenerate point is; None for any other point. The first so many coordinates of the zero are multipliers."""
    if zero.exact is None or not point.kind.startswith("degenerate"):
        return None
    exact = zero.exact
    where, coordinates = "exact rational arithmetic", None
    if exact.is_rational:
        coordinates = tuple(str(value[0]) for value in exact.coordinates[multipliers:])
    else:
        where = f"exact arithmetic in the number field Q[t]/(p), deg p = {exact.degree},"
    vanishes, singular = (
        ("the gradient", "the characteristic polynomial of the Hessian has no negative root and the root 0")
        if multipliers == 0
        else (
            "the Lagrangian's gradient",
            "its bordered Hessian has the inertia of a singular Riemannian Hessian without a negative eigenvalue",
        )
    )
    proof = f"in {where} {vanishes} is zero and {singular}"
    known = exact_point_of(exact, zero.embedding, point.index, point.nullity)
    return Witness(point.point, coordinates, point.eigenvalues, point.nullity, proof, exact=known)


# under equalities


def on_spheres(
    system: PolynomialSystem, domain: Domain, form: MonomialForm, zero: RealZero, *, isolated: bool = True
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
    with at_precision(PRECISION):
        try:
            balls = zero.refined(form, PRECISION)
            _, _, hessian = form.real_balls(balls)
            spectrum = eigenvalue_enclosures(riemannian_hessian(domain, hessian, balls[k:]))
        except (
            ArithmeticError
        ):  # rounding hides the rank of the constraints' gradients: index and nullity are proved without them
            spectrum = []
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


def nondegenerate_on_spheres(
    system: PolynomialSystem, domain: Domain, form: MonomialForm, exact: FieldPoint, embedding: int
) -> StationaryPoint | None:
    """The same record of a verified stationary point where enclosures show that no eigenvalue is 0, which is cheaper; else None."""
    with at_precision(PRECISION):
        balls = [exact.embed(value, embedding, PRECISION).real for value in exact.coordinates]
        point = balls[domain.codimension :]
        hessian = form.real_balls(balls)[2]
        eigenvalues = tuple(outward(e) for e in eigenvalue_enclosures(riemannian_hessian(domain, hessian, point)))
        value = exact.embed(exact.evaluate(system.f), embedding, PRECISION).real
    kind, index, nullity = kind_of(eigenvalues)
    if nullity is None:
        return None
    return StationaryPoint(tuple(outward(x) for x in point), outward(value), eigenvalues, index, nullity, kind)
