"""A stationary point of a Lagrangian as the record of one on the domain, and the witness that a degenerate one is."""

from __future__ import annotations

from dataclasses import replace

from strictsaddle.arithmetic.exact import at_precision
from strictsaddle.arithmetic.outward import outward
from strictsaddle.certify.inertia import Inertia, eigenvalue_enclosures, eigenvalue_intervals
from strictsaddle.certify.spectrum import kind_of
from strictsaddle.derive.monomial_form import MonomialForm
from strictsaddle.derive.polynomials import PolynomialSystem
from strictsaddle.manifolds.riemannian import riemannian_hessian
from strictsaddle.objective.domain import Domain
from strictsaddle.polynomials.number_field import FieldPoint
from strictsaddle.polynomials.zero_search import RealZero
from strictsaddle.records.verdict import StationaryPoint, Witness
from strictsaddle.routes.exact.degenerate import higher_order_kind
from strictsaddle.routes.exact.points import classified, exact_hessian, witness

PRECISION = 192


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


def witness_on_spheres(domain: Domain, zero: RealZero, point: StationaryPoint) -> Witness | None:
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
