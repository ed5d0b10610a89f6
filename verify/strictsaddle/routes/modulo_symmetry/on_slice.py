"""The stationary points on a slice through the orbits, judged one by one: of f, or of its Lagrangian with the multipliers first.

Fields X(w) = Aw + b that leave f unchanged and keep the spheres leave L(mu, w) = f(w) - sum_g mu_g (|w_g|² - 1)
unchanged as well, with mu at rest; and mu_g = w_g·∂_g f / 2 is constant along their flows, as their matrices are skew
on each sphere. So (0, X) are fields of L, the set

    B = {(mu, w) stationary for L, Riemannian Hessian >= 0, its nullity > the dimension of the orbit of w}

is closed and invariant, and what `slice` says of such sets holds: B is empty if no solution of the slice through
the stationary points of L lies in it. A solution is judged on an enclosure by QᵀHQ + (QᵀT)(QᵀT)ᵀ, Q an orthonormal
basis of the tangent space and T the matrix of fields, which are tangent; else exactly, by the bordered Hessian: its
inertia is the Riemannian Hessian's plus k negative and k positive eigenvalues (`manifolds.riemannian`). With k = 0, L is f, and Q is I.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from flint import arb_mat

from strictsaddle.arithmetic.exact import at_precision
from strictsaddle.arithmetic.outward import outward
from strictsaddle.certify.inertia import semidefinite_spectrum
from strictsaddle.derive.polynomials import PolynomialSystem
from strictsaddle.execution.budget import Budget
from strictsaddle.manifolds.riemannian import riemannian_hessian, tangent_basis
from strictsaddle.objective.domain import Domain
from strictsaddle.objective.objective import Objective
from strictsaddle.records.terms import Answer
from strictsaddle.records.verdict import Witness
from strictsaddle.routes.exact.points import exact_inertia
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
from strictsaddle.symmetry.continuous.fields import ContinuousSymmetries
from strictsaddle.symmetry.continuous.generator import Generator
from strictsaddle.symmetry.orbits import tangents


@dataclass(frozen=True)
class Sliced:
    """The answer modulo symmetry, its reason, the orbits with settled signs, and on R^n a point of B, which refutes Definition 1 too."""

    answer: Answer
    reason: str
    orbits: tuple[FoundOrbit, ...] = ()
    witness: Witness | None = None


@dataclass(frozen=True)
class _InB:
    """A point of B."""

    reason: str
    witness: Witness | None


def on_slice(
    objective: Objective, system: PolynomialSystem, symmetries: ContinuousSymmetries, budget: Budget
) -> Sliced:
    """What a slice through the orbits of the stationary points says. Raises EngineError where msolve fails."""
    domain = objective.domain
    k, lifted = domain.codimension, at_rest(symmetries, domain.codimension)
    with at_precision(PRECISION):
        found = orbit_slice(objective, system, lifted, budget=budget)
        if isinstance(found, str):
            return Sliced("undecided", found)
        listed: list[FoundOrbit] = []
        kinds: list[str] = []
        for point in found.points:
            matrix, along = _normal_data(system, domain, symmetries, point)
            if domain.ends is None:
                listed += found_orbit(matrix, along, point.balls[k:])
            kind = judged(matrix, along) or _judged_exactly(system, lifted, k, found, point, matrix)
            if kind is None:
                open_ = "a stationary point's normal Hessian is too close to singular to be decided"
                return Sliced("undecided", open_, tuple(listed))
            if isinstance(kind, str):
                kinds.append(kind)
            elif domain.ends is not None:
                return Sliced("undecided", f"{kind.reason}, but its orbit may miss the box")
            else:
                return Sliced("not_strict_saddle", kind.reason, tuple(listed), kind.witness)
    of_what, which = (" of the Lagrangian", "Riemannian Hessian") if k else ("", "Hessian")
    reason = (
        f"every orbit of stationary points that could violate it meets a slice with {found.complex_count} complex "
        f"stationary points{of_what}, {len(kinds)} of them real: {kinds.count('minimum')} with a {which} "
        f"that is positive definite normal to the orbit, {kinds.count('saddle')} with a negative eigenvalue; {found.trust}"
    )
    return Sliced("strict_saddle", reason, tuple(listed))


def at_rest(symmetries: ContinuousSymmetries, k: int) -> ContinuousSymmetries:
    """The same fields in k multipliers, at rest, followed by the unknowns."""
    if k == 0:
        return symmetries
    zero = Fraction(0)

    def lift(field: Generator) -> Generator:
        size = k + len(field.shift)
        rows = tuple((zero,) * size for _ in range(k)) + tuple((zero,) * k + row for row in field.matrix)
        return Generator(rows, (zero,) * k + field.shift)

    linear, affine = tuple(map(lift, symmetries.linear)), tuple(map(lift, symmetries.affine))
    return ContinuousSymmetries(symmetries.unknowns + k, linear, affine, symmetries.name)


def _normal_data(
    system: PolynomialSystem, domain: Domain, symmetries: ContinuousSymmetries, point: SlicePoint
) -> tuple[arb_mat, arb_mat]:
    """The Riemannian Hessian and the fields in an orthonormal basis of the tangent space, on an enclosure."""
    w, matrix = point.balls[domain.codimension :], hessian_on_balls(system, point.balls)
    along = tangents(symmetries, w)
    if domain.codimension == 0:
        return matrix, along
    return riemannian_hessian(domain, matrix, w), tangent_basis(domain, w).transpose() * along


def _judged_exactly(
    system: PolynomialSystem, lifted: ContinuousSymmetries, k: int, found: OrbitSlice, at: SlicePoint, matrix: arb_mat
) -> _InB | str | None:
    """The same over the number field of the solution, the Hessian on balls about which is `matrix`; or the point, where it lies in
    B. None when it cannot be had."""
    exact = found.exact(at)
    if exact is None or not exact[0].is_stationary(system):
        return None
    point, embedding = exact
    inertia = exact_inertia(system, point, embedding)
    if inertia.negative > k:
        return "saddle"
    dimension = exact_orbit_dimension(system, lifted, point)
    if inertia.zero == dimension:
        return "minimum"
    reason = sentence(", ".join(x.str(6, radius=False) for x in at.balls[k:]), inertia.zero, dimension)
    if k:
        return _InB(reason, None)
    proof = (
        f"in exact arithmetic in the number field Q[t]/(p), deg p = {point.degree}, the gradient is zero and the characteristic "
        "polynomial of the Hessian has no negative root and the root 0"
    )
    spectrum = semidefinite_spectrum(matrix, inertia.zero)
    return _InB(reason, Witness(tuple(outward(x) for x in at.balls), None, spectrum, inertia.zero, proof))
