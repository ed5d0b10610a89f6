"""Strict-saddle modulo symmetry on products of spheres, for polynomials, through the Lagrangian.

Fields X(w) = Aw + b that leave f unchanged and keep the spheres leave L(mu, w) = f(w) - sum_g mu_g (|w_g|² - 1)
unchanged as well, with mu at rest; and mu_g = w_g·∂_g f / 2 is constant along their flows, as their matrices are skew
on each sphere. So (0, X) are fields of L, the set

    B = {(mu, w) stationary for L, Riemannian Hessian >= 0, its nullity > the dimension of the orbit of w}

is closed and invariant, and what `orbit_slice` says of such sets holds: B is empty if no solution of the slice through
the stationary points of L lies in it. A solution is judged on an enclosure by QᵀHQ + (QᵀT)(QᵀT)ᵀ, Q an orthonormal
basis of the tangent space and T the matrix of fields, which are tangent; else exactly, by the bordered Hessian: its
inertia is the Riemannian Hessian's plus k negative and k positive eigenvalues (`manifolds.riemannian`).
"""

from __future__ import annotations

from fractions import Fraction

from flint import arb_mat, fmpq, fmpq_poly

from strictsaddle.arithmetic.exact import at_precision, fraction, rational
from strictsaddle.certify.inertia import inertia_from_signs
from strictsaddle.derive.polynomials import PolynomialSystem
from strictsaddle.errors import EngineError
from strictsaddle.execution.budget import Budget
from strictsaddle.formula.expansion import NotPolynomial
from strictsaddle.manifolds.riemannian import lagrangian, riemannian_hessian, tangent_basis
from strictsaddle.objective.domain import Domain
from strictsaddle.objective.objective import Objective
from strictsaddle.polynomials.number_field import FieldPoint
from strictsaddle.records.verdict import Answer, Definition1
from strictsaddle.routes.modulo_symmetry.judge import (
    PRECISION,
    FoundOrbit,
    exact_orbit_dimension,
    found_orbit,
    hessian_on_balls,
    judged,
    sentence,
)
from strictsaddle.routes.modulo_symmetry.slice import OrbitSlice, SlicePoint, orbit_slice
from strictsaddle.routes.refutation.rational import rational_inertia
from strictsaddle.symmetry.continuous.fields import ContinuousSymmetries
from strictsaddle.symmetry.continuous.generator import Generator
from strictsaddle.symmetry.orbits import orbit_dimension, tangents


def modulo_on_spheres(
    objective: Objective, definition_1: Definition1, symmetries: ContinuousSymmetries,
    budget: Budget,
) -> tuple[Answer, str, tuple[FoundOrbit, ...]]:  # fmt: skip
    """The verdict modulo the continuous symmetry of the objective on its spheres, the reason, and orbits found."""
    try:
        system = lagrangian(objective)
    except NotPolynomial as why:
        return (
            "undecided",
            f"the objective is no polynomial ({why}), and there is no method for its orbits on spheres",
            (),
        )
    domain = objective.domain
    k = domain.codimension
    if definition_1.witness is not None and definition_1.witness.coordinates is not None:
        refuted = _refuted(system, symmetries, k, [Fraction(x) for x in definition_1.witness.coordinates], domain)
        if refuted is not None:
            return "not_strict_saddle", refuted, ()
    lifted = _lifted(symmetries, k)
    with at_precision(PRECISION):
        try:
            found = orbit_slice(objective, system, lifted, budget=budget)
            if isinstance(found, str):
                return "undecided", found, ()
            kinds: list[str] = []
            listed: list[FoundOrbit] = []
            for point in found.points:
                matrix, along = _normal_data(system, domain, symmetries, point)
                listed += found_orbit(matrix, along, point.balls[k:])
                kind = judged(matrix, along) or _judged_exactly(system, lifted, k, found, point)
                if kind is None:
                    return (
                        "undecided",
                        "a stationary point's normal Hessian is too close to singular to be decided",
                        tuple(listed),
                    )
                if kind not in ("minimum", "saddle"):
                    return "not_strict_saddle", kind, tuple(listed)
                kinds.append(kind)
        except EngineError as error:
            return "undecided", error.what, ()
    return (
        "strict_saddle",
        (
            f"every orbit of stationary points that could violate it meets a slice with {found.complex_count} complex "
            f"stationary points of the Lagrangian, {len(kinds)} of them real: {kinds.count('minimum')} with a Riemannian "
            f"Hessian that is positive definite normal to the orbit, {kinds.count('saddle')} with a negative eigenvalue; "
            f"{found.trust}"
        ),
        tuple(listed),
    )


def _lifted(symmetries: ContinuousSymmetries, k: int) -> ContinuousSymmetries:
    """The same fields in the k multipliers, at rest, followed by the unknowns."""

    def lift(field: Generator) -> Generator:
        zero = Fraction(0)
        size = k + len(field.shift)
        rows = tuple((zero,) * size for _ in range(k)) + tuple((zero,) * k + row for row in field.matrix)
        return Generator(rows, (zero,) * k + field.shift)

    linear, affine = tuple(map(lift, symmetries.linear)), tuple(map(lift, symmetries.affine))
    return ContinuousSymmetries(symmetries.unknowns + k, linear, affine, symmetries.name)


def _normal_data(
    system: PolynomialSystem, domain: Domain, symmetries: ContinuousSymmetries, point: SlicePoint
) -> tuple[arb_mat, arb_mat]:
    """The Riemannian Hessian and the fields in an orthonormal basis of the tangent space, on an enclosure."""
    w = point.balls[len(domain.groups) :]
    along: arb_mat = tangent_basis(domain, w).transpose() * tangents(symmetries, w)
    return riemannian_hessian(domain, hessian_on_balls(system, point.balls), w), along


def _judged_exactly(
    system: PolynomialSystem, lifted: ContinuousSymmetries, k: int, found: OrbitSlice, at: SlicePoint
) -> str | None:
    """The same over the number field of the solution; a point of B gives the sentence that refutes."""
    exact = found.exact(at)
    if exact is None or not exact[0].is_stationary(system):
        return None
    point, embedding = exact
    powers: dict[tuple[int, int], fmpq_poly] = {}
    bordered = [[point.evaluate(entry, powers) for entry in row] for row in system.hessian]
    inertia = inertia_from_signs([point.sign(c, embedding) for c in point.characteristic_polynomial(bordered)])
    if inertia is None:
        return None
    if inertia.negative > k:
        return "saddle"
    dimension = exact_orbit_dimension(system, lifted, point)
    if inertia.zero == dimension:
        return "minimum"
    return sentence(", ".join(ball.str(6, radius=False) for ball in at.balls[k:]), inertia.zero, dimension)


def _refuted(
    system: PolynomialSystem, symmetries: ContinuousSymmetries, k: int, point: list[Fraction], domain: Domain
) -> str | None:
    """The sentence that refutes, when the rational point lies in B; the multipliers follow from it."""
    w = [rational(x) for x in point]
    at_rest = FieldPoint.rational([fmpq(0)] * k + w)
    multipliers = [
        sum((at_rest.evaluate(system.gradient[k + i])[0] * w[i] for i in group), fmpq(0)) / 2 for group in domain.groups
    ]
    exact = FieldPoint.rational([*multipliers, *w])
    if not exact.is_stationary(system):
        return None
    values = [[exact.evaluate(entry)[0] for entry in row] for row in system.hessian]
    negative, zero, _ = rational_inertia([[fraction(x) for x in row] for row in values])
    dimension = orbit_dimension(symmetries, point)
    if negative > k or zero <= dimension:
        return None
    return sentence(", ".join(map(str, point)), zero, dimension)
