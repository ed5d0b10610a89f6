"""Polynomials in some of the unknowns that vanish wherever a system does, with proof.

msolve proposes generators of the elimination ideal (a Gröbner basis for an order of two blocks, lifted from primes of its own choice). That
a polynomial E vanishes at all complex zeros of g_1, ..., g_m is then proved here without it: by the trick of Rabinowitsch it does if
and only if

    g_1 = ... = g_m = 0,  z E = 1

has no complex solution, which is shown over Q by linear algebra (`completeness`), or else modulo primes that are drawn at random.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from flint import fmpq, fmpq_mpoly, fmpq_mpoly_ctx

from strictsaddle.errors import EngineError
from strictsaddle.execution.budget import UNLIMITED, Budget
from strictsaddle.polynomials import msolve
from strictsaddle.polynomials.completeness import compare_dimension
from strictsaddle.polynomials.modular_check import counted
from strictsaddle.polynomials.real_solutions import RealSolutions, real_solutions

ProofOf = Literal["exact", "modular"]
_POWER = r"x[0-9]+(?:\^[0-9]+)?"
_TERM = re.compile(rf"([+-]?)(?:([0-9]+)((?:\*{_POWER})*)|({_POWER}(?:\*{_POWER})*))")
_FACTOR = re.compile(r"x([0-9]+)(?:\^([0-9]+))?")


@dataclass(frozen=True)
class Eliminant:
    """A polynomial in the unknowns that were kept (in a ring with these alone), not constant 0, which vanishes wherever the system does."""

    polynomial: fmpq_mpoly
    proof: ProofOf


def eliminants(
    equations: Sequence[fmpq_mpoly], n: int, kept: int, *, budget: Budget = UNLIMITED
) -> tuple[Eliminant, ...]:
    """Polynomials in the last `kept` of n unknowns that vanish at all complex zeros of the equations, each proved; none where there are
    none, or where no proof was found. Raises EngineError where msolve fails."""
    present = [equation for equation in equations if not equation.is_zero()]
    text = msolve.eliminated(present, n, n - kept, budget)
    found = []
    for polynomial in basis(text, n, kept):
        proof = vanishing(present, n, _lifted(polynomial, n, kept), budget)
        if proof is not None:
            found.append(Eliminant(polynomial, proof))
    return tuple(found)


def solutions_of_any_multiplicity(
    equations: Sequence[fmpq_mpoly], n: int, *, budget: Budget = UNLIMITED
) -> RealSolutions:
    """`real_solutions`, where some may be multiple. Raises EngineError where msolve fails."""
    found = real_solutions(equations, n, budget=budget)
    if found.proof != "open" or found.outcome == "infinite":
        return found
    present = [equation for equation in equations if not equation.is_zero()]
    return real_solutions([*present, *square_free_parts(present, n, budget)], n, budget=budget)


def square_free_parts(equations: Sequence[fmpq_mpoly], n: int, budget: Budget) -> list[fmpq_mpoly]:
    """For each unknown a polynomial in it alone that vanishes at all zeros, without multiple factors: with these the ideal is radical
    (Seidenberg's lemma)."""
    context = equations[0].context()
    found = []
    for k in range(n):
        order = [*(i for i in range(n) if i != k), k]
        moved = [context.from_dict({tuple(int(m[i]) for i in order): c for m, c in e.terms()}) for e in equations]
        for eliminant in eliminants(moved, n, 1, budget=budget.share(1.0 / (n - k + 1))):
            part = context.constant(1)
            for factor, _ in eliminant.polynomial.factor()[1]:
                terms = {tuple(int(m[0]) if i == k else 0 for i in range(n)): c for m, c in factor.terms()}
                part = part * context.from_dict(terms)
            found.append(part)
    return found


def vanishing(
    equations: Sequence[fmpq_mpoly], n: int, polynomial: fmpq_mpoly, budget: Budget = UNLIMITED
) -> ProofOf | None:
    """How it is proved that the polynomial vanishes at all complex zeros of the equations (all in n unknowns); None where it is not."""
    context = fmpq_mpoly_ctx.get([f"x{k + 1}" for k in range(n + 1)], "degrevlex")
    z = context.gens()[n]
    inside = [_in(equation, context, n) for equation in equations]
    square_free = fmpq_mpoly_ctx.get([f"x{k + 1}" for k in range(n)], "degrevlex").constant(1)
    for factor, _ in polynomial.factor()[1]:
        square_free = square_free * factor
    system = [*inside, z * _in(square_free, context, n) - 1]
    if compare_dimension(system, n + 1, 0) == "proved":
        return "exact"
    return "modular" if counted(system, n + 1, 0, budget) is not None else None


def basis(text: str, n: int, kept: int) -> list[fmpq_mpoly]:
    """What msolve prints, polynomials in the last `kept` of x1 ... xn, in a ring of these alone. Raises EngineError for anything else."""
    body = "".join(line for line in text.splitlines() if not line.startswith("#")).replace(" ", "")
    if not re.fullmatch(r"\[[x0-9^*,+-]*\]:", body):
        raise EngineError("msolve's basis cannot be read", fragment=body[:60])
    context = fmpq_mpoly_ctx.get([f"x{k + 1}" for k in range(kept)], "degrevlex")
    found = []
    for entry in body[1:-2].split(","):
        terms: dict[tuple[int, ...], fmpq] = {}
        place = 0
        while place < len(entry):
            match = _TERM.match(entry, place)
            if match is None or (place and not match[1]):
                raise EngineError("msolve's basis cannot be read", fragment=entry[place : place + 60])
            place = match.end()
            exponents = [0] * kept
            for number, power in _FACTOR.findall(match[3] or match[4] or ""):
                k = int(number) - 1 - (n - kept)
                if not 0 <= k < kept:
                    raise EngineError("msolve's basis has an unknown that was to be eliminated", fragment=match[0])
                exponents[k] += int(power or 1)
            value = fmpq(int(match[2] or 1) * (-1 if match[1] == "-" else 1))
            terms[tuple(exponents)] = terms.get(tuple(exponents), fmpq(0)) + value
        polynomial = context.from_dict(terms)
        if not polynomial.is_zero():
            found.append(polynomial)
    return found


def _lifted(polynomial: fmpq_mpoly, n: int, kept: int) -> fmpq_mpoly:
    """The polynomial in the last unknowns as one in all n."""
    context = fmpq_mpoly_ctx.get([f"x{k + 1}" for k in range(n)], "degrevlex")
    return context.from_dict({(0,) * (n - kept) + tuple(int(e) for e in m): c for m, c in polynomial.terms()})


def _in(polynomial: fmpq_mpoly, context: fmpq_mpoly_ctx, n: int) -> fmpq_mpoly:
    """The polynomial in n unknowns in a ring with one more."""
    return context.from_dict({(*(int(e) for e in m), 0): c for m, c in polynomial.terms()})
