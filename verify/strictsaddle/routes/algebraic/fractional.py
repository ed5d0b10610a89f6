"""Quotients of polynomials, of a size with which something can be done."""

from __future__ import annotations

from dataclasses import dataclass

from flint import fmpq_mpoly

from strictsaddle.execution.budget import require_time
from strictsaddle.formula.roles import NotAlgebraic

MOST_TERMS, HIGHEST_DEGREE = 2_000, 80  # beyond, no list of all solutions is to be had anyway
MOST_PRODUCTS = 400_000  # of terms, in one multiplication


def product(a: fmpq_mpoly, b: fmpq_mpoly) -> fmpq_mpoly:
    """a b. Raises NotAlgebraic where that is too large."""
    if len(a) * len(b) > MOST_PRODUCTS or a.total_degree() + b.total_degree() > 2 * HIGHEST_DEGREE:
        raise NotAlgebraic("multiplied out it is too large")
    return a * b


@dataclass(frozen=True)
class Fractional:
    """A quotient of polynomials without common factor; the sign of the denominator is any."""

    above: fmpq_mpoly
    below: fmpq_mpoly

    @classmethod
    def reduced(cls, above: fmpq_mpoly, below: fmpq_mpoly) -> Fractional:
        require_time()
        if max(len(above), len(below)) > MOST_TERMS or max(above.total_degree(), below.total_degree()) > HIGHEST_DEGREE:
            raise NotAlgebraic(
                f"with a common denominator it has more than {MOST_TERMS} terms, or a degree beyond {HIGHEST_DEGREE}"
            )
        if below.is_constant():
            return cls(above / below.leading_coefficient(), below / below.leading_coefficient())
        common = above.gcd(below)
        above, below = above / common, below / common
        lead = below.leading_coefficient()
        return cls(above / lead, below / lead)

    def plus(self, other: Fractional, sign: int = 1) -> Fractional:
        if self.below == other.below:
            return Fractional.reduced(self.above + sign * other.above, self.below)
        return Fractional.reduced(self.above * other.below + sign * other.above * self.below, self.below * other.below)

    def times(self, other: Fractional) -> Fractional:
        return Fractional.reduced(self.above * other.above, self.below * other.below)

    def over(self, other: Fractional) -> Fractional:
        if other.above.is_zero():
            raise NotAlgebraic("it divides by a formula that is 0 wherever it is defined")
        return Fractional.reduced(product(self.above, other.below), product(self.below, other.above))

    def to_the(self, exponent: int) -> Fractional:
        found = Fractional(self.above.context().constant(1), self.above.context().constant(1))
        for _ in range(exponent):
            found = Fractional(product(found.above, self.above), product(found.below, self.below))
        return found
