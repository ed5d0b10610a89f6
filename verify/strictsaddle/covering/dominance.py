"""Nothing stationary far out, where exponentials decide: in each chart one term of a component is larger than all that oppose it.

A component of the gradient is a sum of terms R exp(P), P a polynomial. In the chart w_i = s/t, w_j = u_j/t, t > 0, let R = t^-m r(u, t),
with enclosures of r from intervals, and P_j - P_k = t^-d q(u, t), a polynomial q. On a box with t <= T term k has a sign and size at least
t^-m_k l, and a term j that may have the other sign is at most t^-m_j b. So where q <= -e < 0 their ratio is at most

    (b / l) sup over 0 < t <= T of t^(m_k - m_j) exp(-e t^-d),

which grows with t up to t^d = d e / (m_j - m_k), if m_j > m_k, and for all t else. If these ratios add up to less than 1 for some k, the
component has no zero in the box. Terms with the same exponent are one term. cosh and sinh are sums of two exponentials; in one unknown w
of a known sign, so far out, tanh, sigmoid, softplus, erf and their derivatives of c w are sums of such terms too: with F = exp(-x)

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

from strictsaddle.arithmetic.arrays import Floats
from strictsaddle.arithmetic.evaluate import evaluate_interval
from strictsaddle.arithmetic.exact import fraction
from strictsaddle.arithmetic.exact import rational as _rational
from strictsaddle.arithmetic.tape import Tape, compile_restricted_tape
from strictsaddle.derive.cancellation import cancelled
from strictsaddle.execution.budget import require_time
from strictsaddle.formula.expansion import polynomial
from strictsaddle.formula.graph import Graph, Op

MOST_TERMS, MOST_EXPONENTS = 400, 24  # of a component
MOST_BOXES, WAVE = 30_000, 1_000
LEAST_WIDTH = 1e-5
SLACK = 1e-9  # of logarithms and their sums, far above their rounding
LARGE = 700.0  # of logarithms


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
    summands = []
    for exponents, c in expanded.terms():
        node = graph.constant(fraction(c))
        for k, exponent in enumerate(exponents):
            node = graph.mul(node, graph.power(graph.variable(k), int(exponent))) if exponent else node
        summands.append(node)
    return replace(term, rest=graph.total(summands))


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


@dataclass(frozen=True)
class Chart:
    """One chart. `components`: for each component where its terms stand among the outputs of `tape`, which are the r of all terms and then
    the q of pairs of exponents; `powers`: the m of each term; `exponents`: the number of its exponent; `pairs`: from a pair of these
    numbers to the output of q, and d."""

    tape: Tape
    components: tuple[tuple[int, ...], ...]
    powers: tuple[int, ...]
    factors: tuple[tuple[float, float], ...]
    exponents: tuple[int, ...]
    pairs: dict[tuple[int, int], tuple[int, int]]
    variable: int


def is_excluded(charts: Sequence[Chart], n: int, radius: float) -> bool:
    """Whether no stationary point has a coordinate beyond the radius, in n unknowns."""
    for chart in charts:
        lower, upper = np.full((1, n), -1.0), np.full((1, n), 1.0)
        lower[0, chart.variable], upper[0, chart.variable] = 0.0, 1.0 / radius
        if not _closed(chart, lower, upper):
            return False
    return True


def charts_of(graph: Graph, nodes: Sequence[int], n: int) -> list[Chart]:
    """The charts for what vanishes at stationary points. Raises NotExponential where exponentials have no part in it."""
    sums = [terms_of(graph, node, n) for node in nodes]
    if all(term.exponent.is_zero() for terms in sums for term in terms):
        raise NotExponential("there are no exponentials of polynomials in it")
    return [_chart(graph, n, sums, i, sign) for i in range(n) for sign in (1, -1)]


def is_never_zero(graph: Graph, node: int, sign: int, radius: float) -> bool:
    """Whether a function of one unknown is proved to have no zero beyond the radius on one side."""
    try:
        chart = _chart(graph, 1, [terms_of(graph, node, 1, Far(sign, radius))], 0, sign)
    except NotExponential:
        return False
    return is_excluded([chart], 1, radius)


def _chart(graph: Graph, n: int, sums: Sequence[Sequence[Term]], i: int, sign: int) -> Chart:
    placed, made = Graph(), Graph()
    t = placed.variable(i)

    def leaf(k: int) -> int:
        return placed.div(placed.constant(sign) if k == i else placed.variable(k), t)

    every = [term for terms in sums for term in terms]
    nodes = graph.mapped([term.rest for term in every], placed, leaf)
    rests, powers = [], []
    for node in cancelled(placed, nodes, made, cleared=True, positive=(i,)):
        rest, power = _without_power(made, node, i)
        rests.append(rest)
        powers.append(power)
    components, first = [], 0
    for terms in sums:
        components.append(tuple(range(first, first + len(terms))))
        first += len(terms)
    numbers: dict[str, int] = {}
    exponents = [numbers.setdefault(str(term.exponent), len(numbers)) for term in every]
    different = {number: term.exponent for number, term in zip(exponents, every, strict=True)}
    if len(different) > MOST_EXPONENTS:
        raise NotExponential(f"it has more than {MOST_EXPONENTS} different exponents")
    outputs, pairs = list(rests), {}
    for a, first_exponent in different.items():
        for b, second_exponent in different.items():
            node, degree = _in_chart(made, second_exponent - first_exponent, n, i, sign)
            pairs[a, b] = len(outputs), degree
            outputs.append(node)
    tape = compile_restricted_tape(made, outputs, (), (), n)
    return Chart(
        tape, tuple(components), tuple(powers), tuple(term.factor for term in every), tuple(exponents), pairs, i
    )


def _without_power(graph: Graph, node: int, i: int) -> tuple[int, int]:
    """(r, m) with the node equal to t^-m r, t being variable i, as far as its form shows."""
    t = graph.variable(i)
    op, left, right = graph.ops[node], graph.left[node], graph.right[node]
    if node == t:
        return graph.constant(1), -1
    if op is Op.POW and left == t:
        return graph.constant(1), -right
    if op is Op.MUL:
        (a, p), (b, q) = _without_power(graph, left, i), _without_power(graph, right, i)
        return graph.mul(a, b), p + q
    if op is Op.DIV:
        (a, p), (b, q) = _without_power(graph, left, i), _without_power(graph, right, i)
        return graph.div(a, b), p - q
    return node, 0


def _in_chart(graph: Graph, p: fmpq_mpoly, n: int, i: int, sign: int) -> tuple[int, int]:
    """(q, d) with p(w) = t^-d q(u, t)."""
    d = 0 if p.is_zero() else int(p.total_degree())
    terms = []
    for exponents, c in p.terms():
        powers = [int(e) for e in exponents]
        node = graph.constant(fraction(c) * sign ** powers[i])
        for k in range(n):
            exponent = d - sum(powers) if k == i else powers[k]
            node = graph.mul(node, graph.power(graph.variable(k), exponent)) if exponent else node
        terms.append(node)
    return graph.total(terms), d


def _closed(chart: Chart, lower: Floats, upper: Floats) -> bool:
    boxes = 0
    while len(lower):
        require_time()
        if boxes > MOST_BOXES:
            return False
        low, high, lower, upper = lower[-WAVE:], upper[-WAVE:], lower[:-WAVE], upper[:-WAVE]
        boxes += len(low)
        values = evaluate_interval(chart.tape, low, high)
        open_ = ~np.array(
            [_has_no_zero(chart, values[0][b], values[1][b], float(high[b, chart.variable])) for b in range(len(low))]
        )
        low, high = low[open_], high[open_]
        if not len(low):
            continue
        widths = high - low
        widths[:, chart.variable] *= 4.0
        side = np.argmax(widths, axis=1)
        rows = np.arange(len(low))
        middle = 0.5 * (low[rows, side] + high[rows, side])
        if np.any(widths[rows, side] < LEAST_WIDTH) or np.any(
            (middle <= low[rows, side]) | (middle >= high[rows, side])
        ):
            return False
        first, second = high.copy(), low.copy()
        first[rows, side] = middle
        second[rows, side] = middle
        lower, upper = np.concatenate([lower, low, second]), np.concatenate([upper, first, high])
    return True


def _has_no_zero(chart: Chart, low: Floats, high: Floats, t: float) -> bool:
    return any(_one_sided(chart, component, low, high, t) for component in chart.components)


def _one_sided(chart: Chart, component: Sequence[int], low: Floats, high: Floats, t: float) -> bool:
    """Whether some term of the component outweighs all that may have the other sign."""
    for k in component:
        positive = low[k] > 0.0
        if not positive and not high[k] < 0.0:
            continue
        size = (low[k] if positive else -high[k]) * chart.factors[k][0]
        total = 0.0
        for j in component:
            opposing = (max(-low[j], 0.0) if positive else max(high[j], 0.0)) * chart.factors[j][1]
            if j == k or opposing == 0.0:
                continue
            output, degree = chart.pairs[chart.exponents[k], chart.exponents[j]]
            total += _ratio(opposing, size, chart.powers[k] - chart.powers[j], high[output], degree, t)
            if not total < 1.0:
                break
        if total < 1.0 - SLACK:
            return True
    return False


def _ratio(opposing: float, size: float, power: int, q: float, degree: int, t: float) -> float:
    """An upper bound of (opposing/size) sup over 0 < s <= t of s^power exp(q s^-degree); infinite where there is none."""
    if not np.isfinite(opposing) or not np.isfinite(q) or not size > 0.0:
        return np.inf
    at = t
    if degree > 0 and q < 0.0:
        if power < 0:
            at = min(t, (degree * -q / -power) ** (1.0 / degree))
        # at a maximum in the inside a neighbour's value differs by what is of second order in its rounding
        log = power * np.log(at) + q * at ** (-degree)
    elif (degree > 0 and q > 0.0) or power < 0:
        return np.inf
    else:
        log = power * np.log(at) + (q if degree == 0 else 0.0)
    log += np.log(opposing) - np.log(size)
    if not log < LARGE:
        return np.inf
    return float(np.exp(log + SLACK * (1.0 + abs(log) + abs(q) * at ** (-degree))) * (1.0 + SLACK))
