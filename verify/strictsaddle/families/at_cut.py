"""What holds at a candidate itself: by the ordinary check where it is rational, over a number field where it is not."""

from __future__ import annotations

from dataclasses import dataclass

from flint import arb, fmpq_poly

from strictsaddle.arithmetic.exact import at_precision, rational
from strictsaddle.arithmetic.outward import outward
from strictsaddle.derive.polynomials import PolynomialSystem
from strictsaddle.execution.budget import Budget
from strictsaddle.families.candidates import Candidate, gradient_of, hessian_determinant
from strictsaddle.objective.family import Family
from strictsaddle.polynomials.elimination import solutions_of_any_multiplicity
from strictsaddle.polynomials.exact_spectrum import exact_inertia_of, spectrum_of
from strictsaddle.polynomials.number_field import FieldPoint
from strictsaddle.records.terms import Answer, Proof
from strictsaddle.records.verdict import Witness

PRECISION = 256


@dataclass(frozen=True)
class AtCandidate:
    """The verdict at a candidate. `degenerate`: whether there is a real degenerate stationary point; None where that is not known."""

    verdict: Answer
    proof: Proof
    reason: str
    degenerate: bool | None
    witness: Witness | None = None


def at_irrational(system: PolynomialSystem, family: Family, candidate: Candidate, budget: Budget) -> AtCandidate:
    """All degenerate stationary points of the domain at an algebraic value of the parameter, and the kind of each. Raises EngineError where
    msolve fails."""
    n = family.dimension
    if "degenerate" not in candidate.causes:
        return AtCandidate("strict_saddle", "modular", "no stationary point is degenerate at this value", False)
    gradient = gradient_of(system, n)
    det = hessian_determinant(system, n)
    unknowns = system.f.context().gens()
    factor = system.f.context().constant(0)
    for k, c in enumerate(candidate.factor.coeffs()):
        factor += unknowns[n] ** k * int(c)
    equations = [*gradient, det, factor]
    found = solutions_of_any_multiplicity(equations, n + 1, budget=budget)
    if found.proof == "open" or found.outcome == "infinite":
        return AtCandidate(
            "undecided", "none", "whether a stationary point is degenerate there was not found out", None
        )
    degenerate = False
    for point in found.points:
        for embedding in point.real_embeddings():
            if _is_at(candidate, point, n, embedding) and _is_inside(family, point, embedding):
                witness = _witness(system, n, point, embedding)
                if witness is not None:
                    why = "a stationary point is degenerate without a negative curvature"
                    return AtCandidate("not_strict_saddle", "exact", why, True, witness)
                degenerate = True
    if degenerate:
        return AtCandidate(
            "strict_saddle", found.proof, "every degenerate stationary point has a negative curvature", True
        )
    return AtCandidate("strict_saddle", found.proof, "no real stationary point is degenerate at this value", False)


def _is_at(candidate: Candidate, point: FieldPoint, n: int, embedding: int) -> bool:
    """Whether the point's parameter may be the candidate: of the roots of an irreducible polynomial one alone lies between its bounds."""
    with at_precision(PRECISION):
        here = point.embed(point.coordinates[n], embedding, PRECISION).real
        return bool(here.overlaps(arb(rational(candidate.low)).union(arb(rational(candidate.high)))))


def _is_inside(family: Family, point: FieldPoint, embedding: int) -> bool:
    """Whether the point lies in the box of the family, exactly."""
    if family.domain.ends is None:
        return True
    for value, low, high in zip(point.coordinates, *family.domain.ends, strict=False):
        above, below = value - fmpq_poly([rational(low)]), fmpq_poly([rational(high)]) - value
        if point.sign(above, embedding) < 0 or point.sign(below, embedding) < 0:
            return False
    return True


def _witness(system: PolynomialSystem, n: int, point: FieldPoint, embedding: int) -> Witness | None:
    """The witness that the point is if the Hessian is singular without a negative eigenvalue."""
    hessian = [[point.evaluate(system.hessian[i][j]) for j in range(n)] for i in range(n)]
    inertia = exact_inertia_of(point, embedding, hessian)
    if inertia.negative or not inertia.zero:
        return None
    with at_precision(PRECISION):
        balls = [point.embed(x, embedding, PRECISION).real for x in point.coordinates[:n]]
    spectrum = spectrum_of(point, embedding, hessian, inertia, PRECISION)
    proof = (
        f"in exact arithmetic in the number field Q[t]/(p), deg p = {point.degree}, the gradient is zero and the "
        "characteristic polynomial of the Hessian has no negative root and the root 0"
    )
    return Witness(tuple(outward(x) for x in balls), None, spectrum, inertia.zero, proof)
