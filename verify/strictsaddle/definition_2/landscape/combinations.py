"""Combinations p = sum_k q_k g_k of a polynomial gradient whose degree is low for that of their factors: they bound |g|
from below by |p| / |q| where the leading forms of the gradient itself have common zeros."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from flint import fmpq, fmpq_mat

from strictsaddle.arithmetic.exact import fraction, rational
from strictsaddle.covering.chart_at_infinity import degree, weighted
from strictsaddle.formula.expansion import polynomial
from strictsaddle.objective.objective import Objective

Polynomial = dict[tuple[int, ...], Fraction]  # exponents -> coefficient
MOST_UNKNOWNS = 8
MOST_COLUMNS = 1500
MOST = 12  # combinations that are kept


@dataclass(frozen=True)
class Combination:
    """value = sum_k factors[k] g_k, and their weighted degrees."""

    value: Polynomial
    factors: tuple[Polynomial, ...]
    degree: int
    degree_of_factors: int


def polynomial_gradient(objective: Objective) -> list[Polynomial] | None:
    """The gradient's components; None for an objective that is no polynomial."""
    n = objective.dimension
    value = polynomial(objective.graph, objective.node, n)
    if value is None:
        return None
    return [{tuple(int(e) for e in m): fraction(c) for m, c in value.derivative(k).to_dict().items()} for k in range(n)]


def combinations(gradient: list[Polynomial], weights: tuple[int, ...]) -> list[Combination]:
    """Those with affine factors that exact elimination of the monomials of the highest degrees finds, the lowest degrees
    first; of them those with p of no lower degree than the factors, because |p| / |q| tends to 0 for others."""
    n = len(weights)
    if n > MOST_UNKNOWNS:
        return []
    unit = [tuple(int(i == k) for i in range(n)) for k in range(n)]
    shifts = [(k, s) for k in range(n) for s in [(0,) * n, *unit]]
    rows = [{tuple(a + b for a, b in zip(m, s, strict=True)): c for m, c in gradient[k].items()} for k, s in shifts]
    monomials = sorted({m for row in rows for m in row}, key=lambda m: (-weighted(m, weights), m))
    if len(monomials) > MOST_COLUMNS:
        return []
    columns, width = {m: j for j, m in enumerate(monomials)}, len(monomials) + len(rows)
    table = fmpq_mat(len(rows), width)  # beside each row how it is made of the shifted gradient
    for i, row in enumerate(rows):
        for m, c in row.items():
            table[i, columns[m]] = rational(c)
        table[i, len(monomials) + i] = fmpq(1)
    reduced, rank = table.rref()
    found = []
    for r in range(rank):
        entries = [Fraction(int(reduced[r, j].p), int(reduced[r, j].q)) for j in range(width)]
        value = {m: c for m, c in zip(monomials, entries, strict=False) if c}
        factors: list[Polynomial] = [{} for _ in range(n)]
        for (k, s), c in zip(shifts, entries[len(monomials) :], strict=True):
            if c:
                factors[k][s] = c
        one = Combination(value, tuple(factors), degree(value, weights), max(degree(q, weights) for q in factors))
        if value and one.degree >= one.degree_of_factors:
            found.append(one)
    return sorted(found, key=lambda one: (one.degree, one.degree_of_factors, len(one.value)))[:MOST]
