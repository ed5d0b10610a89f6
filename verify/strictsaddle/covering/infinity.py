"""From all of R^n to a box: proofs that nothing is stationary outside of it.

Three arguments, each sound by itself and tried in this order:

* networks with a ridge on every parameter: the bound of `covering.ridge_bounds`;
* polynomials: charts at infinity. |w|_max >= R means w = u/t with u_i = 1 or -1 for some i, the other u_j in [-1, 1]
  and t in (0, 1/R]. For p of degree d, t^d p(u/t) is a polynomial in (u, t), and where none of several p that vanish
  at every stationary point can vanish, none is. Besides the gradient's components such p are found in the ideal they
  generate by exact elimination (rows of the reduced Macaulay matrix), because the leading forms of the gradient alone
  may have common zeros;
* anything else: natural interval evaluation, on boxes with infinite ends, of the gradient's factors that may be 0; then in the same charts,
  w = u/t in the formula, denominators cleared, so that quotients of polynomials, and polynomials beside bounded functions, are compared
  by their powers of t. Among what vanishes at stationary points is w.g as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement
from typing import Any

import numpy as np

from strictsaddle.arithmetic.arrays import Floats
from strictsaddle.arithmetic.exact import fraction, rational
from strictsaddle.arithmetic.tape import Tape, compile_restricted_tape, compile_tape
from strictsaddle.certify.square_system import substituted
from strictsaddle.covering import dominance
from strictsaddle.covering.chart_at_infinity import degree, in_chart
from strictsaddle.covering.exclude import excluded
from strictsaddle.covering.exponential_terms import NotExponential
from strictsaddle.covering.one_unit import one_unit_bound
from strictsaddle.covering.ridge_bounds import Ball
from strictsaddle.derive.cancellation import cancelled
from strictsaddle.derive.combinations import combinations_of
from strictsaddle.derive.definedness import conditions_on, reach_of, restricted_gradient
from strictsaddle.derive.derivatives import Derivation
from strictsaddle.derive.zero_factors import zero_factors
from strictsaddle.formula.graph import Graph
from strictsaddle.objective.objective import Objective

MAXIMAL_COLUMNS = 330
MAXIMAL_ELEMENTS = 40
RADII = (4.0, 32.0, 1024.0, 65536.0)
BOX_LIMIT = 400_000
MOST_EXPONENTIAL = 4
MOST_CHARTED, MOST_NODES = 8, 5_000  # unknowns and nodes of a formula that is put into charts

Ends = tuple[Floats, Floats]  # of a box, (1, n) each


@dataclass(frozen=True)
class Region:
    """A box, and whether it holds every stationary point (`everything`); `why` says in words what that rests on or
    why not.
    `ball` holds every stationary point, where one is known."""

    lower: Floats
    upper: Floats
    everything: bool
    why: str
    ball: Ball | None = None


def region(objective: Objective, derivation: Derivation) -> Region | str:
    """A box that is proved to hold every stationary point of an objective on R^n, or the reason that none was found."""
    n = objective.dimension
    reasons = []
    if objective.network is not None:
        from strictsaddle.covering.ridge_bounds import output_ball, ridge_bound

        bound = ridge_bound(objective.network)
        if not isinstance(bound, str):
            ends = np.array(bound)
            return Region(
                -ends,
                ends,
                True,
                "the ridge bounds every parameter of a stationary point",
                output_ball(objective.network),
            )
        reasons.append(bound)
        limits = one_unit_bound(objective.network, derivation)
        if limits is not None:
            why = "one hidden unit: what its weight solves has no zero far out, and bounds the weight of the output"
            return Region(-limits, limits, True, why)
    elements = _ideal_elements(objective)
    radius = chart_radius(elements, n) if elements else None
    if radius is not None:
        ends = np.full(n, radius)
        return Region(-ends, ends, True, f"charts at infinity: no stationary point has a coordinate beyond {radius:g}")
    radius = unbounded_radius(derivation)
    if radius is not None:
        ends = np.full(n, radius)
        return Region(-ends, ends, True, f"the gradient has no zero with a coordinate beyond {radius:g}")
    radius = None if elements else radius_of_charts(derivation)
    if radius is not None:
        ends = np.full(n, radius)
        return Region(-ends, ends, True, f"charts at infinity: no stationary point has a coordinate beyond {radius:g}")
    radius = None if elements else _radius_of_exponentials(derivation)
    if radius is not None:
        ends = np.full(n, radius)
        why = f"in charts at infinity one exponential outweighs the others: no stationary point has a coordinate beyond {radius:g}"
        return Region(-ends, ends, True, why)
    reasons.append("no proof was found that nothing is stationary far away")
    return "; ".join(reasons)


def _radius_of_exponentials(derivation: Derivation) -> float | None:
    """The same where exponentials decide."""
    n = derivation.dimension
    if n > MOST_EXPONENTIAL or len(derivation.graph) > MOST_NODES:
        return None
    ends = reach_of(derivation)
    for graph, nodes in _forms(derivation):
        try:
            charts = dominance.charts_of(graph, nodes, n)
        except NotExponential:
            charts = None
        for radius in (8.0, 64.0):
            sides = _sides(ends, radius, range(n))
            if charts is not None and dominance.is_excluded([charts[k] for k in sides], n, radius):
                return radius
            if n == 1 and all(dominance.is_never_zero(graph, nodes[0], 1 - 2 * k, radius) for k in sides):
                return radius
    return None


def _forms(derivation: Derivation) -> Iterator[tuple[Graph, list[int]]]:
    """What vanishes at stationary points: the gradient with its combinations, and then the numerators of these without the factors that
    are never 0."""
    graph, gradient = substituted(
        derivation.graph, derivation.gradient, {}, {i: i for i in range(derivation.dimension)}
    )
    nodes = [*gradient, *combinations_of(graph, gradient)]
    yield graph, nodes
    made, found = Graph(), conditions_on(derivation)
    above = cancelled(graph, nodes, made, cleared=True)
    never = cancelled(derivation.graph, (*found.positive, *found.nonzero), made)
    yield made, [zero_factors(made, node, never) for node in above]


def radius_of_charts(derivation: Derivation) -> float | None:
    """The least of RADII outside of which the gradient is proved to have no zero, for any formula. Variables by which it is not
    differentiated are parameters: they stay between the ends that the conditions of the domain give them."""
    n, unknowns = derivation.dimension, len(derivation.gradient)
    if n > MOST_CHARTED or len(derivation.graph) > MOST_NODES:
        return None
    ends = reach_of(derivation)
    systems = [_chart_of(derivation, i, sign) for i in range(unknowns) for sign in (1, -1)]
    for radius in RADII[:3]:
        ok = True
        for k in _sides(ends, radius, range(unknowns)):
            system = systems[k]
            lower, upper = ends[0].copy(), ends[1].copy()
            lower[0, :unknowns], upper[0, :unknowns] = -1.0, 1.0
            lower[0, k // 2], upper[0, k // 2] = 0.0, 1.0 / radius
            if not excluded(system, system.n_outputs, lower, upper, BOX_LIMIT // (8 * n))[0]:
                ok = False
                break
        if ok:
            return radius
    return None


def _sides(ends: Ends, radius: float, unknowns: Sequence[int]) -> list[int]:
    """2 i for each of the unknowns i that a box with these ends (1, n) lets go beyond the radius, 2 i + 1 for each that it lets go beyond
    minus the radius."""
    lower, upper = ends
    reached = ((upper[0, i] >= radius, lower[0, i] <= -radius) for i in unknowns)
    return [2 * i + side for i, sides in zip(unknowns, reached, strict=True) for side in (0, 1) if sides[side]]


def _chart_of(derivation: Derivation, i: int, sign: int) -> Tape:
    """What vanishes at the stationary points with w_i = sign/t, t > 0 in the place of variable i, and w_j = u_j/t."""
    n, unknowns, graph = derivation.dimension, len(derivation.gradient), derivation.graph
    found = conditions_on(derivation)
    euler = graph.total([graph.mul(graph.variable(k), node) for k, node in enumerate(derivation.gradient)])
    chart, made = Graph(), Graph()
    t = chart.variable(i)

    def leaf(k: int) -> int:
        return (
            chart.div(chart.constant(sign) if k == i else chart.variable(k), t) if k < unknowns else chart.variable(k)
        )

    vanishing = [*derivation.gradient, *combinations_of(graph, derivation.gradient), euler]
    placed = graph.mapped([*vanishing, *found.positive, *found.edges, *found.closed], chart, leaf)
    cleared = cancelled(chart, placed, made, cleared=True, positive=(i,))
    count = len(vanishing)
    plain = cancelled(chart, placed[:count], made, positive=(i,))
    first = count + len(found.positive)
    never = {made.variable(i), *cleared[count:first]}
    zeros = list(dict.fromkeys(zero_factors(made, node, never) for node in (*plain, *cleared[:count])))
    return compile_restricted_tape(made, zeros, (*cleared[count:first], made.variable(i)), cleared[first:], n)


def unbounded_radius(
    derivation: Derivation, ends: Ends | None = None, unknowns: Sequence[int] | None = None
) -> float | None:
    """The least of RADII beyond which none of the unknowns (all by default) of a stationary point is proved to lie, in a box with these
    ends (that of the natural domain by default)."""
    n = derivation.dimension
    graph, gradient = substituted(derivation.graph, derivation.gradient, {}, {i: i for i in range(n)})
    gradient += combinations_of(graph, gradient)
    system = restricted_gradient(derivation) or compile_tape(graph, [zero_factors(graph, node) for node in gradient], n)
    ends = ends or reach_of(derivation)
    for radius in RADII[:3]:
        lower, upper = beyond(ends, radius, unknowns)
        if excluded(system, system.n_outputs, lower, upper, BOX_LIMIT // 8, radius)[0]:
            return radius
    return None


def beyond(ends: Ends, radius: float, unknowns: Sequence[int] | None = None) -> tuple[Floats, Floats]:
    """Boxes that cover all of a box, the ends (1, n) of which may be infinite, in which one of the unknowns (all by default) is of that
    size or larger."""
    n = ends[0].shape[1]
    lower, upper = shell(n, radius)
    sides = _sides(ends, radius, range(n) if unknowns is None else unknowns)
    return np.maximum(lower, ends[0])[sides], np.minimum(upper, ends[1])[sides]


def shell(n: int, radius: float) -> tuple[Floats, Floats]:
    """Boxes with infinite ends that cover all w with some |w_i| >= radius: 2 i and 2 i + 1 for unknown i, the positive one first."""
    lower, upper = np.full((2 * n, n), -np.inf), np.full((2 * n, n), np.inf)
    for i in range(n):
        lower[2 * i, i], upper[2 * i + 1, i] = radius, -radius
    return lower, upper


def chart_radius(elements: list[dict[tuple[int, ...], Any]], n: int) -> float | None:
    """The least of RADII outside of which the elements (monomials -> coefficients) have no common zero, or None."""
    systems = [_chart(elements, n, i, sign) for i in range(n) for sign in (1, -1)]
    for radius in RADII:
        ok = True
        for k, system in enumerate(systems):
            lower, upper = np.full((1, n), -1.0), np.full((1, n), 1.0)
            lower[0, k // 2], upper[0, k // 2] = 0.0, 1.0 / radius
            if not excluded(system, len(elements), lower, upper, BOX_LIMIT // (2 * n))[0]:
                ok = False
                break
        if ok:
            return radius
    return None


def _chart(elements: list[dict[tuple[int, ...], Any]], n: int, i: int, sign: int) -> Tape:
    """The tape of t^d p(u/t) in the chart u_i = sign, with t in the place of variable i."""
    graph, plain = Graph(), (1,) * n
    nodes = [in_chart(graph, element, plain, i, sign, degree(element, plain)) for element in elements]
    return compile_tape(graph, nodes, n)


def _ideal_elements(objective: Objective) -> list[dict[tuple[int, ...], Any]]:
    """Polynomials that vanish at every stationary point, as {exponents: Fraction}; none for other objectives."""
    from fractions import Fraction

    from flint import fmpq_mat

    from strictsaddle.formula.expansion import polynomial

    n = objective.dimension
    value = polynomial(objective.graph, objective.node, n)
    if value is None:
        return []
    gradient = [
        {tuple(int(e) for e in m): fraction(c) for m, c in value.derivative(k).to_dict().items()} for k in range(n)
    ]
    gradient = [g for g in gradient if g]
    if not gradient or any(max(sum(m) for m in g) == 0 for g in gradient):
        return []
    top = max(sum(m) for g in gradient for m in g)
    elements = list(gradient)
    for most in (top + 1, top + 2):
        monomials = sorted(_monomials(n, most), key=lambda m: (-sum(m), m), reverse=False)
        if len(monomials) > MAXIMAL_COLUMNS:
            break
        column = {m: k for k, m in enumerate(monomials)}
        rows = []
        for g in gradient:
            for shift in _monomials(n, most - max(sum(m) for m in g)):
                row = [Fraction(0)] * len(monomials)
                for m, c in g.items():
                    row[column[tuple(a + b for a, b in zip(m, shift, strict=True))]] += c
                rows.append(row)
        reduced, rank = fmpq_mat([[rational(c) for c in row] for row in rows]).rref()
        found = []
        for r in range(rank):
            entries = {
                monomials[k]: Fraction(int(reduced[r, k].p), int(reduced[r, k].q))
                for k in range(len(monomials))
                if reduced[r, k] != 0
            }
            if max(sum(m) for m in entries) <= top:
                found.append(entries)
        found.sort(key=lambda e: (max(sum(m) for m in e), len(e)))
        elements = gradient + found[:MAXIMAL_ELEMENTS]
    return elements


def _monomials(n: int, degree: int) -> list[tuple[int, ...]]:
    """All exponents of n variables with sum at most `degree`."""
    found = []
    for total in range(degree + 1):
        for chosen in combinations_with_replacement(range(n), total):
            exponents = [0] * n
            for k in chosen:
                exponents[k] += 1
            found.append(tuple(exponents))
    return found
