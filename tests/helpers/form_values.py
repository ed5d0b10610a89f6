"""Values of forms at points, exactly or in balls; they know nothing of how forms are computed."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from flint import arb

Array = Any


def monomials(eps: list[Fraction]) -> list[Fraction]:
    """1, eps_k, eps_k eps_m (k <= m), as in a row of coefficients."""
    n = len(eps)
    return [Fraction(1), *eps, *(eps[k] * eps[m] for k in range(n) for m in range(k, n))]


def value(coefficients: Array, eps: list[Fraction]) -> Fraction:
    """The polynomial of one row of coefficients at eps, exactly."""
    return sum((Fraction(float(c)) * x for c, x in zip(coefficients, monomials(eps), strict=True)), Fraction(0))


def random_eps(rng: Any, n: int) -> list[Fraction]:
    """In [-1, 1]^n; every other one at a corner."""
    if rng.integers(2):
        return [Fraction(int(x)) for x in rng.choice([-1, 1], n)]
    return [Fraction(int(x), 64) for x in rng.integers(-64, 65, n)]


def ball_value(coefficients: Array, eps: Array) -> arb:
    """The polynomial of one row of coefficients at doubles eps, in balls."""
    n = len(eps)
    e = [arb(float(x)) for x in eps]
    terms = [arb(1), *e, *(e[k] * e[m] for k in range(n) for m in range(k, n))]
    return sum((arb(float(c)) * x for c, x in zip(coefficients, terms, strict=True)), arb(0))
