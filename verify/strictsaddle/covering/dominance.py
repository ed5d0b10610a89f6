"""Nothing stationary far out, where exponentials decide: in each chart one term of a component is larger than all that oppose it.

A component of the gradient is a sum of terms R exp(P), P a polynomial. In the chart w_i = s/t, w_j = u_j/t, t > 0, let R = t^-m r(u, t),
with enclosures of r from intervals, and P_j - P_k = t^-d q(u, t), a polynomial q. On a box with t <= T term k has a sign and size at least
t^-m_k l, and a term j that may have the other sign is at most t^-m_j b. So where q <= -e < 0 their ratio is at most

    (b / l) sup over 0 < t <= T of t^(m_k - m_j) exp(-e t^-d),

which grows with t up to t^d = d e / (m_j - m_k), if m_j > m_k, and for all t else. If these ratios add up to less than 1 for some k, the
component has no zero in the box. Terms with the same exponent are one term. cosh and sinh are sums of two exponentials.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import fmpq_mpoly

from strictsaddle.arithmetic.arrays import Floats
from strictsaddle.arithmetic.evaluate import evaluate_interval
from strictsaddle.arithmetic.exact import fraction
from strictsaddle.arithmetic.tape import Tape, compile_restricted_tape
from strictsaddle.derive.cancellation import cancelled
from strictsaddle.derive.derivatives import Derivation
from strictsaddle.execution.budget import require_time
from strictsaddle.formula.expansion import polynomial
from strictsaddle.formula.graph import Graph, Op

MOST_TERMS = 40  # of a component
MOST_BOXES, WAVE = 30_000, 1_000
LEAST_WIDTH = 1e-5
SLACK = 1e-9  # of logarithms and their sums, far above their rounding
LARGE = 700.0  # of logarithms


@dataclass(frozen=True)
class Term:
    """rest * exp(exponent): a node of the graph, and a polynomial in the unknowns."""

    rest: int
    exponent: fmpq_mpoly


class NotExponential(Exception):
    """The formula is no sum of such terms, or one of too many."""


def terms_of(graph: Graph, root: int, n: int) -> list[Term]:
    """The terms of a node, those with one exponent as one. New nodes are added to the graph. Raises NotExponential."""
    zero = polynomial(graph, graph.constant(0), n)
    assert zero is not None
    found: dict[int, list[Term]] = {}
    for node in graph.reachable([root]):
        require_time()
        found[node] = _merged(graph, _terms(graph, node, found, n, zero))
        if len(found[node]) > MOST_TERMS:
            raise NotExponential(f"it has more than {MOST_TERMS} terms")
    return [term for term in found[root] if graph.value(term.rest) != 0]


def _terms(graph: Graph, node: int, found: dict[int, list[Term]], n: int, zero: fmpq_mpoly) -> list[Term]:
    op, left, right = graph.ops[node], graph.left[node], graph.right[node]
    if op is Op.ADD:
        return found[left] + found[right]
    if op is Op.SUB:
        return found[left] + [Term(graph.neg(t.rest), t.exponent) for t in found[right]]
    if op is Op.NEG:
        return [Term(graph.neg(t.rest), t.exponent) for t in found[left]]
    if op is Op.MUL:
        if len(found[left]) * len(found[right]) > MOST_TERMS:
            return [Term(node, zero)]
        return [Term(graph.mul(a.rest, b.rest), a.exponent + b.exponent) for a in found[left] for b in found[right]]
    if op is Op.DIV and len(found[right]) == 1:
        (below,) = found[right]
        return [Term(graph.div(t.rest, below.rest), t.exponent - below.exponent) for t in found[left]]
    if op is Op.POW and len(found[left]) == 1:
        (base,) = found[left]
        return [Term(graph.power(base.rest, right), right * base.exponent)]
    if op is Op.POW and len(found[left]) ** right <= MOST_TERMS and right <= 4:
        product = [Term(graph.constant(1), zero)]
        for _ in range(right):
            product = [Term(graph.mul(a.rest, b.rest), a.exponent + b.exponent) for a in product for b in found[left]]
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


def _merged(graph: Graph, terms: Sequence[Term]) -> list[Term]:
    by_exponent: dict[str, list[Term]] = {}
    for term in terms:
        by_exponent.setdefault(str(term.exponent), []).append(term)
    return [
        same[0] if len(same) == 1 else Term(graph.total([t.rest for t in same]), same[0].exponent)
        for same in by_exponent.values()
    ]


@dataclass(frozen=True)
class Chart:
    """One chart. `rests`: for each component where its terms stand among the outputs of `tape`, which are the r of all terms and then the
    q of all pairs that are asked for; `powers`: the m of each term; `degrees`: the d of each pair; `pairs`: (k, j) -> output."""

    tape: Tape
    components: tuple[tuple[int, ...], ...]
    powers: tuple[int, ...]
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


def charts_of(derivation: Derivation) -> list[Chart]:
    """The charts of a formula without conditions. Raises NotExponential where exponentials have no part in it."""
    graph, n = derivation.graph, derivation.dimension
    sums = [terms_of(graph, node, n) for node in derivation.gradient]
    if all(term.exponent.is_zero() for terms in sums for term in terms):
        raise NotExponential("there are no exponentials of polynomials in it")
    return [_chart(derivation, sums, i, sign) for i in range(n) for sign in (1, -1)]


def _chart(derivation: Derivation, sums: Sequence[Sequence[Term]], i: int, sign: int) -> Chart:
    graph, n = derivation.graph, derivation.dimension
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
    outputs, pairs = list(rests), {}
    for component in components:
        for k in component:
            for j in component:
                if j != k:
                    node, degree = _in_chart(made, every[j].exponent - every[k].exponent, n, i, sign)
                    pairs[k, j] = len(outputs), degree
                    outputs.append(node)
    tape = compile_restricted_tape(made, outputs, (), (), n)
    return Chart(tape, tuple(components), tuple(powers), pairs, i)


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
        size = low[k] if positive else -high[k]
        total = 0.0
        for j in component:
            opposing = max(-low[j], 0.0) if positive else max(high[j], 0.0)
            if j == k or opposing == 0.0:
                continue
            output, degree = chart.pairs[k, j]
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
