"""What holds at a candidate itself: by the ordinary check where it is rational, over a number field where it is not."""

from __future__ import annotations

from dataclasses import dataclass

from flint import arb_mat

from strictsaddle.arithmetic.exact import at_precision
from strictsaddle.arithmetic.outward import outward
from strictsaddle.certify.inertia import eigenvalue_enclosures, eigenvalue_intervals, inertia_from_signs
from strictsaddle.derive.polynomials import PolynomialSystem
from strictsaddle.execution.budget import Budget
from strictsaddle.families.candidates import Candidate, determinant, gradient_of
from strictsaddle.polynomials.number_field import FieldPoint
from strictsaddle.polynomials.real_solutions import real_solutions
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


def at_irrational(system: PolynomialSystem, n: int, candidate: Candidate, budget: Budget) -> AtCandidate:
    """All degenerate stationary points at an algebraic value of the parameter, and the kind of each. Raises EngineError where msolve
    fails."""
    if "degenerate" not in candidate.causes:
        return AtCandidate("strict_saddle", "modular", "no stationary point is degenerate at this value", False)
    gradient = gradient_of(system, n)
    det = determinant([[system.hessian[i][j] for j in range(n)] for i in range(n)])
    assert det is not None  # as it was for the candidate
    unknowns = system.f.context().gens()
    factor = system.f.context().constant(0)
    for k, c in enumerate(candidate.factor.coeffs()):
        factor += unknowns[n] ** k * int(c)
    found = real_solutions([*gradient, det, factor], n + 1, budget=budget)
    if found.proof == "open" or found.outcome == "infinite":
        return AtCandidate(
            "undecided", "none", "whether a stationary point is degenerate there was not found out", None
        )
    proof: Proof = found.proof
    singular = False
    for point in found.points:
        for embedding in point.real_embeddings():
            with at_precision(PRECISION):
                here = point.embed(point.coordinates[n], embedding, PRECISION).real
            if not here.overlaps(candidate.ball):
                continue
            singular = True
            witness = _witness(system, n, point, embedding)
            if witness is not None:
                return AtCandidate("not_strict_saddle", "exact", "a stationary point is degenerate without a negative curvature", True,
                                   witness)  # fmt: skip
    if singular:
        return AtCandidate("strict_saddle", proof, "every degenerate stationary point has a negative curvature", True)
    return AtCandidate("strict_saddle", proof, "no real stationary point is degenerate at this value", False)


def _witness(system: PolynomialSystem, n: int, point: FieldPoint, embedding: int) -> Witness | None:
    """The point, if its Hessian is singular without a negative eigenvalue."""
    hessian = [[point.evaluate(system.hessian[i][j]) for j in range(n)] for i in range(n)]
    coefficients = point.characteristic_polynomial(hessian)
    inertia = inertia_from_signs([point.sign(c, embedding) for c in coefficients])
    if inertia is None or inertia.negative or not inertia.zero:
        return None
    with at_precision(PRECISION):
        balls = [point.embed(x, embedding, PRECISION).real for x in point.coordinates[:n]]
        matrix = arb_mat([[point.embed(entry, embedding, PRECISION).real for entry in row] for row in hessian])
        spectrum = eigenvalue_intervals(eigenvalue_enclosures(matrix), inertia)
    proof = (f"in exact arithmetic in the number field Q[t]/(p), deg p = {point.degree}, the gradient is zero and the characteristic "
             "polynomial of the Hessian has no negative root and the root 0")  # fmt: skip
    return Witness(tuple(outward(x) for x in balls), None, spectrum, inertia.zero, proof)
