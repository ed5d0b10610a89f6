"""msolve with one more unknown, a linear form in the others, to eliminate with: solutions with different values of it are told apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flint import fmpq_mpoly, fmpq_mpoly_ctx

from strictsaddle.execution.budget import Budget
from strictsaddle.polynomials import msolve

STEP = 16  # that coefficients grow by when they are used again


def coefficients(pattern: Sequence[int], n: int) -> list[int]:
    """n coefficients without pattern, from fewer."""
    return [pattern[k % len(pattern)] + STEP * (k // len(pattern)) for k in range(n)]


def solve_with_form(equations: Sequence[fmpq_mpoly], n: int, form: Sequence[int], budget: Budget) -> msolve.Answer:
    """The solutions in n unknowns, eliminated with t = sum form[k] x_k. Raises what `msolve.solve` raises."""
    context = fmpq_mpoly_ctx.get([f"x{k + 1}" for k in range(n + 1)], "degrevlex")
    unknowns = context.gens()
    extra = unknowns[n]
    for c, unknown in zip(form, unknowns, strict=False):
        extra -= c * unknown
    lifted = [equation.compose(*unknowns[:n], ctx=context) for equation in equations]
    answer = msolve.solve([*lifted, extra], n + 1, budget=budget)
    if isinstance(answer, msolve.RationalParametrisation):
        return replace(answer, numerators=answer.numerators[:n], divisors=answer.divisors[:n])
    return answer
