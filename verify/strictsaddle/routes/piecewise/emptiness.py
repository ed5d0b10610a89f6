"""Is there a point at which polynomials have given signs? For affine ones by Fourier and Motzkin's elimination, on a line for all."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from flint import fmpq, fmpq_mpoly, fmpq_poly

from strictsaddle.arithmetic.exact import dyadic, rational
from strictsaddle.polynomials.number_field import complex_roots

MOST_PAIRS = 4_000  # of inequalities, in an elimination

Signs = tuple[int, ...]  # of the kinks, in their order: -1, 0, 1


def is_empty(kinks: Sequence[fmpq_mpoly], signs: Signs, n: int) -> bool:
    """Whether the affine ones among the kinks are proved to have these signs nowhere, by Fourier and Motzkin's elimination: a positive
    combination of strict inequalities (and any of equations) that says 0 > 0. False where that grows too large."""
    rows: list[tuple[list[fmpq], bool]] = []  # coefficients and constant of a function that is > 0, or = 0
    for kink, sign in zip(kinks, signs, strict=True):
        if kink.total_degree() <= 1:
            row = affine_row(kink, n)
            rows.append((row if sign >= 0 else [-c for c in row], sign != 0))
    for i in range(n):
        equation = next((row for row, strict in rows if not strict and row[i] != 0), None)
        if equation is not None:
            rows = [(_without(row, equation, i), strict) for row, strict in rows if row is not equation]
            continue
        above = [row for row, strict in rows if strict and row[i] > 0]
        below = [row for row, strict in rows if strict and row[i] < 0]
        if len(above) * len(below) > MOST_PAIRS:
            return False
        rows = [(row, strict) for row, strict in rows if row[i] == 0]
        rows += [
            ([a / up[i] - b / down[i] for a, b in zip(up, down, strict=True)], True) for up in above for down in below
        ]
    return any((row[n] <= 0 if strict else row[n] != 0) for row, strict in rows)


def affine_row(polynomial: fmpq_mpoly, n: int) -> list[fmpq]:
    """The coefficients of an affine polynomial in n unknowns, and its constant."""
    row = [fmpq(0)] * (n + 1)
    for exponents, c in polynomial.terms():
        row[next((i for i, e in enumerate(exponents) if e), n)] = c
    return row


def _without(row: list[fmpq], equation: list[fmpq], i: int) -> list[fmpq]:
    factor = row[i] / equation[i]
    return [a - factor * b for a, b in zip(row, equation, strict=True)]


def is_empty_on_line(polynomials: Sequence[fmpq_mpoly], signs: Signs) -> bool:
    """Whether polynomials in one unknown are proved to have these signs nowhere, those of sign 0 being 0 everywhere: their roots cut the
    line into intervals, a point of each of which is tried. False where roots are too close to be told apart."""
    given = [(univariate(polynomial), sign) for polynomial, sign in zip(polynomials, signs, strict=True) if sign]
    if any(polynomial.degree() < 0 for polynomial, _ in given):
        return True
    product = fmpq_poly([1])
    for polynomial, _ in given:
        product *= polynomial
    squarefree = product / product.gcd(product.derivative()) if product.degree() > 0 else product
    roots = (
        [root.real for root in complex_roots(squarefree.numer()) if root.imag.is_zero()] if product.degree() > 0 else []
    )
    ends = sorted(
        ((rational(dyadic(root.lower())), rational(dyadic(root.upper()))) for root in roots), key=lambda end: end[0]
    )
    if any(high >= low for (_, high), (low, _) in pairwise(ends)):
        return False
    places = [(high + low) / 2 for (_, high), (low, _) in pairwise(ends)]
    places += [ends[0][0] - 1, ends[-1][1] + 1] if ends else [fmpq(0)]
    return not any(
        all((value > 0) - (value < 0) == sign for value, sign in ((p(at), s) for p, s in given)) for at in places
    )


def univariate(polynomial: fmpq_mpoly) -> fmpq_poly:
    """A polynomial in which at most one unknown occurs."""
    terms = {sum(exponents): c for exponents, c in polynomial.terms()}
    return fmpq_poly([terms.get(k, fmpq(0)) for k in range(max(terms, default=-1) + 1)])
