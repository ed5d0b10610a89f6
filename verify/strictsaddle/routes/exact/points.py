"""From a located stationary point of a polynomial to its record: enclosures, eigenvalues, proved inertia,
kind, and witness."""

from __future__ import annotations

from dataclasses import replace

from flint import arb, arb_mat, ctx, fmpq_poly

from strictsaddle.arithmetic.outward import outward
from strictsaddle.certify.inertia import (
    Inertia,
    eigenvalue_enclosures,
    eigenvalue_intervals,
    inertia_from_signs,
    inertia_of_balls,
)
from strictsaddle.derive.monomial_form import MonomialForm
from strictsaddle.derive.polynomials import PolynomialSystem
from strictsaddle.execution.budget import UNLIMITED, Budget
from strictsaddle.polynomials.number_field import FieldPoint
from strictsaddle.polynomials.zero_search import RealZero
from strictsaddle.records.verdict import StationaryPoint, Witness
from strictsaddle.routes.exact.degenerate import higher_order_kind

PRECISIONS = (128, 256, 512, 1024)


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
    """The inertia of the Hessian at a real embedding of a point: nullity is the number of vanishing lowest
    coefficients of the characteristic polynomial (H is symmetric), and Descartes' rule is exact because all
    eigenvalues are real. Raises OutOfTime when the time is over."""
    coefficients = point.characteristic_polynomial(exact_hessian(system, point), budget)
    inertia = inertia_from_signs([point.sign(c, embedding) for c in coefficients])
    assert inertia is not None  # all signs are known
    return inertia


def settled(system: PolynomialSystem, zero: RealZero, point: StationaryPoint) -> StationaryPoint:
    """The record with its kind settled by higher order where the point is degenerate and isolated."""
    if point.kind != "degenerate" or zero.exact is None:
        return point
    kind = higher_order_kind(system, zero.exact, zero.embedding, exact_hessian(system, zero.exact))
    return replace(point, kind=kind)


def witness(zero: RealZero, point: StationaryPoint) -> Witness | None:
    """The refutation that a degenerate point is; None for any other point."""
    if zero.exact is None or not point.kind.startswith("degenerate"):
        return None
    exact = zero.exact
    if exact.is_rational:
        coordinates = tuple(str(value[0]) for value in exact.coordinates)
        proof = (
            "in exact rational arithmetic the gradient is zero and the characteristic polynomial of the Hessian has "
            "no negative root and the root 0"
        )
    else:
        coordinates = None
        proof = (
            f"in exact arithmetic in the number field Q[t]/(p), deg p = {exact.degree}, the gradient is zero and the "
            "characteristic polynomial of the Hessian has no negative root and the root 0"
        )
    return Witness(point.point, coordinates, point.eigenvalues, point.nullity, proof)
