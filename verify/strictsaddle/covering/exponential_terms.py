"""Functions as sums of terms R exp(P), P a polynomial. cosh and sinh are sums of two exponentials; in one unknown w of a known sign, so far
out, tanh, sigmoid, softplus, erf and their derivatives of c w are sums of such terms too: with F = exp(-x)

    sigmoid x = 1 - F + l F^2, 1/(1 + F) <= l <= 1,        sigmoid' x = F - 2 l F^2, (2 + F)/(2 (1 + F)^2) <= l <= 1,
    sigmoid'' x = -F + 4 l F^2, (4 + 3 F + F^2)/(4 (1 + F)^3) <= l <= 1,        softplus x = x + F - l F^2/2, 1 - 2 F/3 <= l <= 1,
    erf x = 1 - exp(-x^2) (1 - l/(2 x^2)) / (sqrt(pi) x), 1 - 3/(2 x^2) <= l <= 1 (DLMF 7.12.1: the expansion alternates, and encloses),

and tanh x = 2 sigmoid(2 x) - 1, for x > 0, and by symmetry for x < 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import isqrt

import numpy as np
from flint import fmpq_mpoly

from strictsaddle.arithmetic.exact import fraction
from strictsaddle.arithmetic.exact import rational as _rational
from strictsaddle.execution.budget import require_time
from strictsaddle.formula.expansion import polynomial
from strictsaddle.formula.graph import Graph, Op

MOST_TERMS = 400  # of a component
SLACK = 1e-9  # of factors, far above their rounding


@dataclass(frozen=True)
class Term:
    """rest * l * exp(exponent), l a number of the interval `factor`, which is positive: a node of the graph, and a polynomial in the
    unknowns."""

    rest: int
    exponent: fmpq_mpoly
    factor: tuple[float, float] = (1.0, 1.0)

    def negated(self, graph: Graph) -> Term:
        return replace(self, rest=graph.neg(self.rest))

    def times(self, graph: Graph, other: Term) -> Term:
        low, high = self.factor[0] * other.factor[0], self.factor[1] * other.factor[1]
        low, high = (low, high) if low == high == 1.0 else (low * (1.0 - SLACK), high * (1.0 + SLACK))
        return Term(graph.mul(self.rest, other.rest), self.exponent + other.exponent, (low, high))


class NotExponential(Exception):
    """The formula is no sum of such terms, or one of too many."""


def terms_of(graph: Graph, root: int, n: int, far: Far | None = None) -> list[Term]:
    """The terms of a node, those with one exponent as one; far: of one unknown, far out on one side. New nodes are added to the graph.
    Raises NotExponential."""
    zero = polynomial(graph, graph.constant(0), n)
    assert zero is not None
    found: dict[int, list[Term]] = {}
    for node in graph.reachable([root]):
        require_time()
        expanded = None if far is None else far.terms(graph, node, zero)
        found[node] = _merged(graph, _terms(graph, node, found, n, zero) if expanded is None else expanded)
        if len(found[node]) > MOST_TERMS:
            raise NotExponential(f"it has more than {MOST_TERMS} terms")
    return [term for term in (_simplified(graph, term, n) for term in found[root]) if graph.value(term.rest) != 0]


def _simplified(graph: Graph, term: Term, n: int) -> Term:
    """The term, what stands before its exponential multiplied out where it is a polynomial: it may be 0."""
    expanded = polynomial(graph, term.rest, n)
    if expanded is None:
        return term
    return replace(term, rest=graph.polynomial((exponents, fraction(c)) for exponents, c in expanded.terms()))


def _terms(graph: Graph, node: int, found: dict[int, list[Term]], n: int, zero: fmpq_mpoly) -> list[Term]:
    op, left, right = graph.ops[node], graph.left[node], graph.right[node]
    if op is Op.ADD:
        return found[left] + found[right]
    if op is Op.SUB:
        return found[left] + [t.negated(graph) for t in found[right]]
    if op is Op.NEG:
        return [t.negated(graph) for t in found[left]]
    if op is Op.MUL:
        if len(found[left]) * len(found[right]) > MOST_TERMS:
            return [Term(node, zero)]
        return [a.times(graph, b) for a in found[left] for b in found[right]]
    if op is Op.DIV and len(found[right]) == 1 and found[right][0].factor == (1.0, 1.0):
        (below,) = found[right]
        return [Term(graph.div(t.rest, below.rest), t.exponent - below.exponent, t.factor) for t in found[left]]
    if op is Op.POW and len(found[left]) == 1 and found[left][0].factor == (1.0, 1.0):
        (base,) = found[left]
        return [Term(graph.power(base.rest, right), right * base.exponent)]
    if op is Op.POW and len(found[left]) ** right <= MOST_TERMS and right <= 4:
        product = [Term(graph.constant(1), zero)]
        for _ in range(right):
            product = [a.times(graph, b) for a in product for b in found[left]]
        return product
    if op in (Op.EXP, Op.COSH, Op.SINH):
        exponent = polynomial(graph, left, n)
        if exponent is not None and op is Op.EXP:
            return [Term(graph.constant(1), exponent)]
        if exponent is not None:
            half = Fraction(1, 2)
            return [
                Term(graph.constant(half), exponent),
                Term(graph.constant(half if op is Op.COSH else -half), -exponent),
            ]
    return [Term(node, zero)]


@dataclass(frozen=True)
class Far:
    """One unknown w, of the sign `sign`, and |w| >= radius."""

    sign: int
    radius: float

    def terms(self, graph: Graph, node: int, zero: fmpq_mpoly) -> list[Term] | None:
        """The terms of a transcendental function of c w; None for other nodes."""
        op, left = graph.ops[node], graph.left[node]
        if op is Op.EXP:
            square = self._minus_a_square(graph, left)
            w = zero.context().gens()[0]
            return None if square is None else [Term(graph.constant(1), -_rational(square) * w**2)]
        if op not in EXPANDED:
            return None
        found = slope_of(graph, left)
        if found is None:
            return None
        side, square = found
        side *= self.sign  # of x = c w
        size = left if side > 0 else graph.neg(left)  # |x|
        least = float(square) ** 0.5 * self.radius * (1.0 - SLACK)
        w = zero.context().gens()[0]
        one, of = graph.constant(1), graph.unary
        constant, zero_form = graph.constant, zero
        if op is Op.ERF:
            if least < 1.5:
                return None
            exponent = -_rational(square) * w**2
            first = graph.div(one, graph.mul(of(Op.SQRT, graph.pi()), size))
            second = graph.div(first, graph.mul(constant(2), graph.power(left, 2)))
            return [
                Term(constant(side), zero_form), Term(graph.mul(constant(-side), first), exponent),
                Term(graph.mul(constant(side), second), exponent, (1.0 - 1.5 / least**2 - SLACK, 1.0)),
            ]  # fmt: skip
        root = _root(square)
        if root is None or least < 1.0:
            return None
        double = op in (Op.TANH, Op.TANH1, Op.TANH2)
        exponent = -self.sign * _rational(root) * w * (2 if double else 1)
        most = float(np.exp(-least * (2 if double else 1))) * (1.0 + SLACK)  # of E or F

        def sum_of(start: list[Term], c: int, d: int, low: float) -> list[Term]:
            """start + c E + d l E^2, l between low and 1."""
            return [*start, Term(constant(c), exponent), Term(constant(d), 2 * exponent, (low - SLACK, 1.0))]

        once = 1.0 / (1.0 + most)
        if op is Op.TANH:
            return sum_of([Term(constant(side), zero_form)], -2 * side, 2 * side, once)
        if op is Op.SIGMOID:
            return sum_of([Term(one, zero_form)], -1, 1, once) if side > 0 else sum_of([], 1, -1, once)
        if op in (Op.TANH1, Op.SIGMOID1):
            scale = 4 if double else 1
            return sum_of([], scale, -2 * scale, (2.0 + most) / (2.0 * (1.0 + most) ** 2))
        if op in (Op.TANH2, Op.SIGMOID2):
            scale = -side * (8 if double else 1)
            return sum_of([], scale, -4 * scale, (4.0 + 3.0 * most + most**2) / (4.0 * (1.0 + most) ** 3))
        logarithm = [
            Term(one, exponent),
            Term(constant(Fraction(-1, 2)), 2 * exponent, (1.0 - most * 2.0 / 3.0 - SLACK, 1.0)),
        ]
        return [Term(left, zero_form), *logarithm] if side > 0 else logarithm

    @staticmethod
    def _minus_a_square(graph: Graph, node: int) -> Fraction | None:
        """c^2 where the node is -(c w)^2 and c is not rational by its form."""
        if (
            graph.ops[node] is not Op.NEG
            or graph.ops[graph.left[node]] is not Op.POW
            or graph.right[graph.left[node]] != 2
        ):
            return None
        found = slope_of(graph, graph.left[graph.left[node]])
        return None if found is None else found[1]


EXPANDED = frozenset({Op.TANH, Op.TANH1, Op.TANH2, Op.SIGMOID, Op.SIGMOID1, Op.SIGMOID2, Op.SOFTPLUS, Op.ERF})


def slope_of(graph: Graph, node: int) -> tuple[int, Fraction] | None:
    """The sign of c and c^2, where the node is c w, w the only unknown, and c a product of rationals and square roots of them."""
    op, left, right = graph.ops[node], graph.left[node], graph.right[node]
    if op is Op.VAR:
        return 1, Fraction(1)
    if op is Op.NEG:
        inner = slope_of(graph, left)
        return None if inner is None else (-inner[0], inner[1])
    if op in (Op.MUL, Op.DIV):
        for a, b in ((left, right), (right, left)) if op is Op.MUL else ((right, left),):
            factor, inner = _square_of(graph, a), slope_of(graph, b) if graph.variables_of(b) else None
            if factor is not None and factor[1] and inner is not None:
                square = inner[1] * factor[1] if op is Op.MUL else inner[1] / factor[1]
                return inner[0] * factor[0], square
    return None


def _square_of(graph: Graph, node: int) -> tuple[int, Fraction] | None:
    """Sign and square of a rational, or of the root of one."""
    value = graph.value(node)
    if value is not None:
        return (1 if value > 0 else -1), value * value
    if graph.ops[node] is Op.SQRT:
        inner = graph.value(graph.left[node])
        return None if inner is None else (1, inner)
    return None


def _root(square: Fraction) -> Fraction | None:
    p, q = isqrt(square.numerator), isqrt(square.denominator)
    return Fraction(p, q) if p * p == square.numerator and q * q == square.denominator else None


def _merged(graph: Graph, terms: Sequence[Term]) -> list[Term]:
    by_exponent: dict[str, list[Term]] = {}
    for term in terms:
        inexact = "" if term.factor == (1.0, 1.0) else f" {len(by_exponent)}"  # a sum of these would not be one term
        by_exponent.setdefault(str(term.exponent) + inexact, []).append(term)
    return [
        same[0] if len(same) == 1 else Term(graph.total([t.rest for t in same]), same[0].exponent)
        for same in by_exponent.values()
    ]
