"""Polynomials in a chart at infinity: w_i = sign/t^s_i and w_j = u_j/t^s_j with weights s, and t > 0 in the place of variable i."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from strictsaddle.formula.graph import Graph

Terms = Mapping[tuple[int, ...], Fraction]  # exponents -> coefficients


def weighted(monomial: Sequence[int], weights: Sequence[int]) -> int:
    """The degree of a monomial in which variable i counts weights[i] times."""
    return sum(e * s for e, s in zip(monomial, weights, strict=True))


def degree(terms: Terms, weights: Sequence[int]) -> int:
    """The weighted degree, 0 for p = 0."""
    return max((weighted(m, weights) for m in terms), default=0)


def in_chart(graph: Graph, terms: Terms, weights: Sequence[int], i: int, sign: int, degree: int) -> int:
    """t^degree p, a polynomial in u and t, as a node; degree: at least that of p."""

    def placed() -> Iterator[tuple[list[int], Fraction]]:
        for monomial, c in terms.items():
            powers = list(monomial)
            powers[i] = degree - weighted(monomial, weights)
            yield powers, c * sign ** monomial[i]

    return graph.polynomial(placed())
