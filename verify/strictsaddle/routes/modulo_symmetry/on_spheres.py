"""Strict-saddle modulo symmetry on products of spheres, for polynomials, through the Lagrangian (see `on_slice`)."""

from __future__ import annotations

from fractions import Fraction

from flint import fmpq

from strictsaddle.arithmetic.exact import fraction, rational
from strictsaddle.derive.polynomials import PolynomialSystem
from strictsaddle.errors import EngineError
from strictsaddle.execution.budget import Budget
from strictsaddle.formula.expansion import NotPolynomial
from strictsaddle.manifolds.riemannian import lagrangian
from strictsaddle.objective.domain import Domain
from strictsaddle.objective.objective import Objective
from strictsaddle.polynomials.number_field import FieldPoint
from strictsaddle.records.verdict import Definition1
from strictsaddle.routes.modulo_symmetry.judge import sentence
from strictsaddle.routes.modulo_symmetry.on_slice import Sliced, on_slice
from strictsaddle.routes.refutation.rational import rational_inertia
from strictsaddle.symmetry.continuous.fields import ContinuousSymmetries
from strictsaddle.symmetry.orbits import orbit_dimension


def modulo_on_spheres(
    objective: Objective, definition_1: Definition1, symmetries: ContinuousSymmetries, budget: Budget
) -> Sliced:
    """The answer modulo the continuous symmetry of the objective on its spheres."""
    try:
        system = lagrangian(objective)
    except NotPolynomial as why:
        return Sliced(
            "undecided", f"the objective is no polynomial ({why}), and there is no method for its orbits on spheres"
        )
    domain = objective.domain
    if definition_1.witness is not None and definition_1.witness.coordinates is not None:
        point = [Fraction(x) for x in definition_1.witness.coordinates]
        refuted = _refuted(system, symmetries, domain.codimension, point, domain)
        if refuted is not None:
            return Sliced("not_strict_saddle", refuted)
    try:
        return on_slice(objective, system, symmetries, budget)
    except EngineError as error:
        return Sliced("undecided", error.what)


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
