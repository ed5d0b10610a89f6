"""Real solutions of a system of polynomial equations over Q: msolve proposes, exact arithmetic verifies, linear algebra proves that there
are no others, or else the claim is labelled modular.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from flint import fmpq_mpoly, fmpq_poly

from strictsaddle.execution.budget import UNLIMITED, Budget
from strictsaddle.polynomials import msolve
from strictsaddle.polynomials.completeness import compare_dimension
from strictsaddle.polynomials.linear_form import coefficients, solve_with_form
from strictsaddle.polynomials.modular_check import counted
from strictsaddle.polynomials.number_field import FieldPoint
from strictsaddle.polynomials.parametrisation import exact_point

# Of a linear form that separates solutions: any would do, these have no pattern.
COEFFICIENTS = (1009, -2713, 3967, -5081, 6089, -7177, 8093, -9103)


@dataclass(frozen=True)
class RealSolutions:
    """`points`: verified solutions with real conjugates, each over its number field. `outcome`: "none" and "finite"
    tell whether there are complex solutions at all, "infinite" that msolve found infinitely many. `proof`: how it is proved
    that no other real solution exists, "open" where that is not known.
    """

    outcome: Literal["none", "finite", "infinite"]
    points: tuple[FieldPoint, ...] = ()
    proof: Literal["exact", "modular", "open"] = "open"


def real_solutions(equations: Sequence[fmpq_mpoly], n: int, *, budget: Budget = UNLIMITED) -> RealSolutions:
    """The real solutions in n unknowns; `budget` is msolve's. Raises EngineError where msolve fails.

    They are eliminated with a linear form t without pattern: solutions with different values of t are different, and those that share one
    make msolve's parametrisation shorter than the quotient algebra's dimension, which is seen.
    """
    present = [equation for equation in equations if not equation.is_zero()]
    if any(equation.is_constant() for equation in present):
        return RealSolutions("none", (), "exact")
    if len(present) < n:
        return RealSolutions("infinite")
    if compare_dimension(present, n, 0) == "proved":
        return RealSolutions("none", (), "exact")
    answer = solve_with_form(present, n, coefficients(COEFFICIENTS, n), budget.at_least(1.0))
    if isinstance(answer, msolve.NoSolution):
        return RealSolutions("none", (), "modular" if counted(present, n, 0, budget) is not None else "open")
    if isinstance(answer, msolve.InfinitelyMany):
        return RealSolutions("infinite")
    found, whole, separate = [], True, True
    for factor, multiplicity in answer.modulus.factor()[1]:
        point = exact_point(answer, factor)
        if point is None or multiplicity > 1 or any(not point.evaluate(equation).is_zero() for equation in present):
            whole = False
            continue
        separate = separate and _has_form(point, n)
        if point.real_embeddings():
            found.append(point)
    degree = int(answer.modulus.degree())
    proof: Literal["exact", "modular", "open"] = "open"
    if whole and separate and degree == answer.quotient_dimension:
        if compare_dimension(present, n, degree) == "proved":
            proof = "exact"
        elif counted(present, n, degree, budget) is not None:
            proof = "modular"
    return RealSolutions("finite", tuple(found), proof)


def _has_form(point: FieldPoint, n: int) -> bool:
    """Whether the linear form takes the value t at the point that belongs to the root t of the factor."""
    value = sum((c * x for c, x in zip(coefficients(COEFFICIENTS, n), point.coordinates, strict=True)), fmpq_poly([0]))
    return bool(((value - fmpq_poly([0, 1])) % fmpq_poly(point.modulus)).is_zero())
