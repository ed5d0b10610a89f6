"""Where on the line of a parameter the stationary points of a polynomial can change, by elimination.

Let f be a polynomial in n unknowns x and the parameter p, g = df/dx, H = d2f/dx2.

* D(p) vanishes at every p for which g = 0, det H = 0 have a (complex) solution x.
* E(y, p) vanishes at every zero (x, p) of g with y = 1/(1 + |x|^2), for real x. y is never 0, so factors y are left out. If real zeros
(x_k,
  p_k) have p_k -> p and |x_k| -> infinity, then E(0, p) = 0 by continuity.
* F(p), on a box: vanishes at every p for which g = 0 has a solution with x_i at an end of its side, for some i.

Claim. Let J be an interval of the line without roots of D, E(0, .) and F. Then f( . ; p) has no degenerate stationary point for any p in
J, and the numbers of its real stationary points (in the box, on a box) of each index are the same for all p in J.

Proof. The first part is the definition of D. So at each zero (x, p) of g over J the implicit function theorem makes x a function of p
nearby: the set Z of zeros over J projects to J as a local homeomorphism. It is proper: over a compact part of J the zeros are bounded,
since otherwise some sequence had |x_k| -> infinity and a limit p in J with E(0, p) = 0; and they stay away from the box's boundary. A
proper local homeomorphism to an interval is a trivial covering, and along its sheets no eigenvalue of H becomes 0. []

Each of D, E, F is proposed by msolve and proved to vanish (`polynomials.elimination`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import lcm

from flint import fmpq, fmpq_mpoly, fmpq_mpoly_ctx, fmpz_poly

from strictsaddle.arithmetic.exact import at_precision, dyadic, fraction, rational
from strictsaddle.derive.polynomials import PolynomialSystem
from strictsaddle.errors import EngineError
from strictsaddle.execution.budget import Budget
from strictsaddle.formula.expansion import NotPolynomial, expand
from strictsaddle.objective.family import Family
from strictsaddle.polynomials.determinant import TooManyTerms, determinant
from strictsaddle.polynomials.elimination import Eliminant, ProofOf, eliminants
from strictsaddle.polynomials.number_field import complex_roots
from strictsaddle.records.sweep import Why

MOST_TERMS = 40_000  # of the determinant
PRECISION, HIGHEST = 128, 2**15  # bits


@dataclass(frozen=True)
class Candidate:
    """A real number at which something may change: the root of an irreducible polynomial, in the range; `causes`: of D, E and F. low, high:
    rational numbers around it, equal where it is rational itself, and apart from those of other candidates and, where it is irrational,
    from the ends of the range."""

    factor: fmpz_poly
    low: Fraction
    high: Fraction
    causes: frozenset[Why]

    @property
    def exact(self) -> fmpq | None:
        """The number itself where it is rational."""
        return fmpq(-self.factor[0], self.factor[1]) if self.factor.degree() == 1 else None


@dataclass(frozen=True)
class Candidates:
    """All candidates in the range, ascending, and how it is proved that there are no others: of degenerate points alone, and of all three.
    `bounded`: whether the lists are known to be the same between candidates."""

    every: tuple[Candidate, ...]
    proof: ProofOf
    proof_of_lists: ProofOf | None

    @property
    def bounded(self) -> bool:
        return self.proof_of_lists is not None


def joint_system(family: Family) -> PolynomialSystem | None:
    """The formula as a polynomial in the unknowns and then the parameters; None where it is none."""
    try:
        whole = expand(family.joint.graph, family.joint.node, family.joint.dimension)
    except NotPolynomial:
        return None
    return PolynomialSystem(whole, family.joint.dimension)


def gradient_of(system: PolynomialSystem, n: int) -> list[fmpq_mpoly]:
    """The derivatives by the first n variables."""
    return [system.f.derivative(i) for i in range(n)]


def hessian_determinant(system: PolynomialSystem, n: int) -> fmpq_mpoly:
    """Of the second derivatives by the first n variables. Raises TooManyTerms."""
    return determinant([[system.hessian[i][j] for j in range(n)] for i in range(n)], MOST_TERMS)


def candidates(family: Family, system: PolynomialSystem, budget: Budget) -> Candidates | None:
    """Where the line of the family's one parameter may have cuts; None where that is not found out. Raises EngineError where msolve is
    missing."""
    n = family.dimension
    gradient = gradient_of(system, n)
    try:
        det = hessian_determinant(system, n)
    except TooManyTerms:
        return None
    found: dict[Why, tuple[Eliminant, ...]] = {
        "degenerate": eliminants([*gradient, det], n + 1, 1, budget=budget.share(0.5))
    }
    if not found["degenerate"]:
        return None
    lists: tuple[Eliminant, ...] | None
    try:
        if family.domain.ends is None:
            lists = found["infinity"] = _far_out(gradient, n, budget.share(0.5))
        else:
            lists = found["boundary"] = _on_faces(family, gradient, n, budget.share(0.5))
    except EngineError:
        lists = None
    degenerate = found["degenerate"]
    proof = _weakest(degenerate)
    return Candidates(_roots(family, found), proof, _weakest([*degenerate, *lists]) if lists else None)


def _weakest(parts: Sequence[Eliminant]) -> ProofOf:
    return "exact" if all(part.proof == "exact" for part in parts) else "modular"


def _far_out(gradient: Sequence[fmpq_mpoly], n: int, budget: Budget) -> tuple[Eliminant, ...]:
    """E(0, p); empty where none is found."""
    context = fmpq_mpoly_ctx.get([f"x{k + 1}" for k in range(n + 2)], "degrevlex")
    unknowns = context.gens()
    moved = [_with_y(g, context, n) for g in gradient]
    sphere = unknowns[n] * sum((x * x for x in unknowns[:n]), context.constant(1)) - 1
    line = fmpq_mpoly_ctx.get(["x1"], "degrevlex")
    found = []
    for eliminant in eliminants([*moved, sphere], n + 2, 2, budget=budget):
        least = min(int(m[0]) for m, _ in eliminant.polynomial.terms())
        at_zero = line.from_dict({(int(m[1]),): c for m, c in eliminant.polynomial.terms() if int(m[0]) == least})
        found.append(Eliminant(at_zero, eliminant.proof))
    return tuple(found)


def _with_y(polynomial: fmpq_mpoly, context: fmpq_mpoly_ctx, n: int) -> fmpq_mpoly:
    """A polynomial in x and p in the ring of x, y and p."""
    return context.from_dict({(*(int(e) for e in m[:n]), 0, int(m[n])): c for m, c in polynomial.terms()})


def _on_faces(family: Family, gradient: Sequence[fmpq_mpoly], n: int, budget: Budget) -> tuple[Eliminant, ...]:
    """F: a product over the faces; empty where one of them has none."""
    assert family.domain.ends is not None
    unknowns = gradient[0].context().gens()
    parts: list[Eliminant] = []
    for i in range(n):
        for end in {family.domain.ends[0][i], family.domain.ends[1][i]}:
            face = eliminants([*gradient, unknowns[i] - rational(end)], n + 1, 1, budget=budget)
            if not face:
                return ()
            best = min(face, key=lambda e: int(e.polynomial.total_degree()))
            parts.append(best)
    whole = parts[0].polynomial
    for part in parts[1:]:
        whole = whole * part.polynomial
    return (Eliminant(whole, _weakest(parts)),)


def _roots(family: Family, found: dict[Why, tuple[Eliminant, ...]]) -> tuple[Candidate, ...]:
    """The real roots in the range, each once, ascending. Of several polynomials that vanish, the common factors are enough. Raises
    EngineError where HIGHEST bits do not tell them apart."""
    places: dict[str, tuple[fmpz_poly, set[Why]]] = {}
    for why, parts in found.items():
        if not parts:
            continue
        common = _univariate(parts[0].polynomial)
        for part in parts[1:]:
            common = common.gcd(_univariate(part.polynomial))
        for factor, _ in common.factor()[1]:
            if factor.degree() >= 1:
                places.setdefault(str(factor), (factor, set()))[1].add(why)
    (parameter,) = family.parameters
    precision = PRECISION
    while precision <= HIGHEST:
        inside = [
            c
            for factor, causes in places.values()
            for c in _real_roots(factor, frozenset(causes), precision)
            if c.high >= parameter.low
        ]
        inside = sorted((c for c in inside if c.low <= parameter.high), key=lambda c: c.low)
        apart = all(a.high < b.low for a, b in pairwise(inside))
        # an irrational root is no end of the range: it is inside or outside, which some precision shows
        clear = all(c.exact is not None or (parameter.low < c.low and c.high < parameter.high) for c in inside)
        if apart and clear:
            return tuple(inside)
        precision *= 4
    raise EngineError("values at which something may change are too close to each other, or to an end of the range")


def _real_roots(factor: fmpz_poly, causes: frozenset[Why], precision: int) -> Iterator[Candidate]:
    """The real roots of an irreducible polynomial, enclosed."""
    if factor.degree() == 1:
        value = fraction(fmpq(-factor[0], factor[1]))
        yield Candidate(factor, value, value, causes)
        return
    with at_precision(precision):
        for root in complex_roots(factor):
            if root.imag.is_zero():
                yield Candidate(factor, dyadic(root.real.lower()), dyadic(root.real.upper()), causes)


def _univariate(polynomial: fmpq_mpoly) -> fmpz_poly:
    """A polynomial in one unknown with integer coefficients, up to a factor."""
    terms = {int(m[0]): c for m, c in polynomial.terms()}
    common = lcm(*(int(c.q) for c in terms.values()))
    return fmpz_poly([int((terms.get(k, fmpq(0)) * common).p) for k in range(max(terms) + 1)])
