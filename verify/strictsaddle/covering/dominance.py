"""Nothing stationary far out, where exponentials decide: in each chart one term of a component is larger than all that oppose it.

A component of the gradient is a sum of terms R exp(P), P a polynomial. In the chart w_i = s/t, w_j = u_j/t, t > 0, let R = t^-m r(u, t),
with enclosures of r from intervals, and P_j - P_k = t^-d q(u, t), a polynomial q. On a box with t <= T term k has a sign and size at least
t^-m_k l, and a term j that may have the other sign is at most t^-m_j b. So where q <= -e < 0 their ratio is at most

    (b / l) sup over 0 < t <= T of t^(m_k - m_j) exp(-e t^-d),

which grows with t up to t^d = d e / (m_j - m_k), if m_j > m_k, and for all t else. If these ratios add up to less than 1 for some k, the
component has no zero in the box. Terms with the same exponent are one term (see `exponential_terms`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from strictsaddle.arithmetic.arrays import Floats, Integers
from strictsaddle.arithmetic.evaluate import evaluate_interval
from strictsaddle.arithmetic.exact import fraction
from strictsaddle.arithmetic.tape import Tape, compile_restricted_tape
from strictsaddle.covering.boxes import halves
from strictsaddle.covering.chart_at_infinity import degree, in_chart
from strictsaddle.covering.exponential_terms import Far, NotExponential, Term, terms_of
from strictsaddle.covering.outweighed import mark_outweighed
from strictsaddle.derive.cancellation import cancelled
from strictsaddle.execution.budget import require_time
from strictsaddle.formula.graph import Graph, Op

MOST_EXPONENTS = 24  # of a component
MOST_BOXES, WAVE = 30_000, 1_000
LEAST_WIDTH = 1e-5


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
    outputs, pairs, plain = list(rests), {}, (1,) * n
    for a, first_exponent in different.items():
        for b, second_exponent in different.items():
            difference = second_exponent - first_exponent
            monomials = {tuple(map(int, exponents)): fraction(c) for exponents, c in difference.terms()}
            d = degree(monomials, plain)
            node = in_chart(made, monomials, plain, i, sign, d)
            pairs[a, b] = len(outputs), d
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


def _closed(chart: Chart, lower: Floats, upper: Floats) -> bool:
    boxes, terms = 0, _arrays(chart)
    while len(lower):
        require_time()
        if boxes > MOST_BOXES:
            return False
        low, high, lower, upper = lower[-WAVE:], upper[-WAVE:], lower[:-WAVE], upper[:-WAVE]
        boxes += len(low)
        values = evaluate_interval(chart.tape, low, high)
        closed = np.zeros(len(low), bool)
        mark_outweighed(closed, values[0], values[1], np.ascontiguousarray(high[:, chart.variable]), *terms)
        open_ = ~closed
        low, high = low[open_], high[open_]
        if not len(low):
            continue
        widths = high - low
        widths[:, chart.variable] *= 4.0
        side = np.argmax(widths, axis=1)
        rows = np.arange(len(low))
        split = halves(low, high, side, 0.5 * (low[rows, side] + high[rows, side]))
        if split is None or np.any(widths[rows, side] < LEAST_WIDTH):
            return False
        lower, upper = np.concatenate([lower, split[0]]), np.concatenate([upper, split[1]])
    return True


def _arrays(chart: Chart) -> tuple[Integers, Floats, Floats, Integers, Integers, Integers, Integers]:
    """What `mark_outweighed` needs of the terms."""
    count = 1 + max(chart.exponents)
    pair, degrees = np.zeros((count, count), np.int64), np.zeros((count, count), np.int64)
    for (a, b), (output, d) in chart.pairs.items():
        pair[a, b], degrees[a, b] = output, d
    first = np.cumsum([0, *(len(component) for component in chart.components)], dtype=np.int64)
    least, most = (np.array([factor[side] for factor in chart.factors]) for side in (0, 1))
    return first, least, most, np.array(chart.powers, np.int64), np.array(chart.exponents, np.int64), pair, degrees
