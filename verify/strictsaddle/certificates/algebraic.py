"""The proof that a polynomial's list is complete: all complex zeros, and why there are no more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flint import fmpq_mpoly, fmpq_poly, fmpz_poly

from strictsaddle.arithmetic.exact import rational
from strictsaddle.derive.polynomials import PolynomialSystem
from strictsaddle.polynomials.completeness import compared
from strictsaddle.polynomials.local_algebra import local_dimensions
from strictsaddle.polynomials.locate import bezout_bound
from strictsaddle.polynomials.macaulay import Polynomial
from strictsaddle.polynomials.number_field import FieldPoint
from strictsaddle.records.evidence import ComplexZeros, Count, FieldZero


def proof_of(system: PolynomialSystem, zeros: ComplexZeros, known: Count | None = None) -> dict[str, Any] | None:
    """The hints; None where there is no count that the checker can follow. known: what the search has found out about it."""
    equations, n = system.equations(), system.dimension
    exact = [_exact(equations, n, zero) for zero in zeros.exact]
    total = len(zeros.simple) + sum((len(z.modulus) - 1) * z.multiplicity for z in zeros.exact)
    count = count_of(equations, n, total, known)
    if count is None:
        return None
    simple = [[[float(x) for x in pair] for pair in point] for point in zeros.simple]
    return {"lemma": "algebraic", "simple": simple, "exact": exact, "count": count}


def field_point(zero: FieldZero) -> FieldPoint:
    coordinates = tuple(fmpq_poly([rational(c) for c in values]) for values in zero.coordinates)
    return FieldPoint(fmpz_poly(list(zero.modulus)), coordinates)


def _exact(equations: Sequence[fmpq_mpoly], n: int, zero: FieldZero) -> dict[str, Any]:
    order = 0
    if zero.multiplicity > 1:
        dimensions = local_dimensions(equations, n, field_point(zero))
        order = next(k for k, dimension in dimensions if dimension >= zero.multiplicity)
    return {
        "modulus": list(zero.modulus),
        "coordinates": [[str(c) for c in values] for values in zero.coordinates],
        "order": order,
    }


def count_of(equations: Sequence[fmpq_mpoly], n: int, total: int, known: Count | None = None) -> dict[str, Any] | None:
    """Why there are no more zeros than so many, with multiplicity; None where ranks of moderate effort do not show it."""
    if any(g.is_constant() for g in equations):
        return {"how": "constant"}
    if len(equations) == n and total == bezout_bound(equations):
        return {"how": "bezout"}
    if known is not None and known.degree:
        degree, cut, stages = known.degree, known.cut, [(d, [dict(p) for p in new]) for d, new in known.stages]
    else:
        found = compared(equations, n, total)
        if found.answer != "proved":
            return None
        degree, cut, stages = found.degree, found.cut, list(found.stages)
    return {
        "how": "ranks",
        "degree": degree,
        "cut": cut,
        "consequences": [{"degree": d, "polynomials": [_listed(p) for p in new]} for d, new in stages],
    }


def _listed(polynomial: Polynomial) -> list[list[Any]]:
    return [[list(exponents), str(coefficient)] for exponents, coefficient in polynomial.items()]


def real_roots(modulus: Sequence[int]) -> list[float]:
    """The real roots of a polynomial with simple roots, in order."""
    found: Any = fmpz_poly(list(modulus)).complex_roots()
    roots = [root for root, _ in found]
    return sorted(float(root.real.mid()) for root in roots if root.imag == 0)
