"""The proof that a polynomial that is not strict-saddle is so modulo its continuous symmetry: all points of a slice through the orbits."""

from __future__ import annotations

from typing import Any

from flint import fmpq_mpoly

from strictsaddle.certificates.algebraic import count_of
from strictsaddle.derive.polynomials import PolynomialSystem
from strictsaddle.errors import EngineError
from strictsaddle.execution.budget import Budget
from strictsaddle.objective.objective import Objective
from strictsaddle.polynomials import msolve
from strictsaddle.polynomials.linear_form import coefficients, solve_with_form
from strictsaddle.polynomials.parametrisation import exact_point
from strictsaddle.routes.modulo_symmetry.slice import LINEAR_FORM, slice_equations, unit_vectors, without_pattern
from strictsaddle.symmetry.continuous.fields import ContinuousSymmetries

SECONDS = 20.0  # for msolve


def proof_of(
    objective: Objective, polynomials: PolynomialSystem, symmetries: ContinuousSymmetries
) -> dict[str, Any] | None:
    """The hints; None where the checker could not follow."""
    n = objective.dimension
    for vectors in (unit_vectors(n), [without_pattern(n)]):
        equations = [*polynomials.equations(), *slice_equations(polynomials.f.context(), symmetries, vectors)]
        points = _points(equations, n)
        if points is None:
            continue
        total = sum(len(point["modulus"]) - 1 for point in points)
        count = count_of(equations, n, total)
        if count is None or count["how"] == "bezout":
            continue
        return {
            "fields": [
                [*[[str(x) for x in row] for row in f.matrix], [str(x) for x in f.shift]] for f in symmetries.generators
            ],
            "vectors": [[str(x) for x in c] for c in vectors],
            "points": points,
            "count": count,
        }
    return None


def _points(equations: list[fmpq_mpoly], n: int) -> list[dict[str, Any]] | None:
    """All solutions over their number fields; None where they are not to be had."""
    try:
        answer = solve_with_form(equations, n, coefficients(LINEAR_FORM, n), Budget.of(SECONDS))
    except EngineError:
        return None
    if isinstance(answer, msolve.NoSolution):
        return []
    if isinstance(answer, msolve.InfinitelyMany) or answer.modulus.degree() != answer.quotient_dimension:
        return None
    found = []
    for factor, _ in answer.modulus.factor()[1]:
        point = exact_point(answer, factor)
        if point is None:
            return None
        found.append({
            "modulus": [int(c) for c in point.modulus.coeffs()],
            "coordinates": [[str(c) for c in value.coeffs()] for value in point.coordinates],
        })  # fmt: skip
    return found
