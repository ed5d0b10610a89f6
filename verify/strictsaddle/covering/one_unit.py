"""A box that holds every stationary point of one hidden unit with no ridge, or with one on one of its two weights:

    J(w, v) = sum_n p_n L(v s(x_n w), y_n) + a w^2 + c v^2,    L convex, s smooth, a c = 0.

With r_n = p_n dL/dz and s_n = s(x_n w), s'_n = ds_n/dw, a point is stationary where sum r_n s_n + 2 c v = 0 and v sum r_n s'_n + 2 a w = 0.

Without ridge either v = 0, and then r is that of the outputs 0, so that w is a zero of

    T(w) = sum_n r_n(0) s_n;

or both sums are 0. For the squared loss then v = T/S with S = sum p_n s_n^2 (up to a factor), if S > 0, and

    Q(w) = T sum p_n s_n s'_n - S sum p_n y_n s'_n = sum_(n < m) p_n p_m (y_n s_m - y_m s_n) (s_n s'_m - s_m s'_n) = 0.

For two rows the vector r is 0, so that both outputs are the targets and

    E(w) = y_2 s_1 - y_1 s_2 = 0,

or it is not 0, and orthogonal to s and to s', so that Q(w) = s_1 s'_2 - s_2 s'_1 = 0. (For the logistic loss r is never 0.) For
pseudo-Huber and log-cosh r_n(0) is an odd function of y_n, and T is known up to a factor where all |y_n| are the same.

With a ridge on v and the squared loss v = T/(S + c), and v = 0 or Q - c sum p_n y_n s'_n = 0; c v^2 <= sum p_n y_n^2 / 4 (`ridge_bounds`).
With a ridge on w and the squared loss v = 0 means w = 0, and else T Q + a w S^2 = 0.

So where these functions have no zero there is no stationary point, whatever v is. They have none for |w| > R, by `dominance`; if s(0) = 0,
none for 0 < |w| <= d either, as their first derivative there that is not 0 at 0 keeps its sign; and w = 0 allows no v but 0, unless T'(0)
= 0. On what is left of |w| <= R intervals show that the gradient has no zero for |v| > V.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

import numpy as np
from flint import arb, fmpq, fmpq_mpoly, fmpq_mpoly_ctx

from strictsaddle.arithmetic.arrays import Floats
from strictsaddle.arithmetic.evaluate import evaluate_interval
from strictsaddle.arithmetic.exact import at_precision, rational
from strictsaddle.arithmetic.outward import outward
from strictsaddle.arithmetic.tape import compile_tape
from strictsaddle.covering.dominance import is_never_zero
from strictsaddle.covering.exclude import excluded
from strictsaddle.derive.derivatives import Derivation, forward
from strictsaddle.derive.zero_factors import zero_factors
from strictsaddle.formula.graph import Graph
from strictsaddle.objective.architecture import Network
from strictsaddle.objective.layers import ACTIVATIONS

RADII = (2.0, 2.5, 3.0, 4.0, 5.0, 8.0, 16.0)  # of w
BOUNDS = (8.0, 64.0, 1024.0)  # of v
NEAR = (0.5, 0.125, 0.03125, 2.0**-7, 2.0**-10)  # of 0
MOST_ORDER = 8
BOXES = 100_000
VANISHING = {"tanh": True, "erf": True, "swish": False, "gelu": False}  # s(0) = 0; whether s is odd
AT_ZERO = {"sigmoid", "softplus"}  # s(0) > 0
ODD_LOSSES = {"pseudo_huber", "log_cosh"}  # dL/dz at z = 0 is an odd function of y, and 0 at z = y alone


@dataclass(frozen=True)
class _Functions:
    """The functions of w of which one is 0 at each stationary point, as nodes of a graph, each with its name for `_series`; `odd`: whether
    the activation is odd; None where s(0) is not 0."""

    graph: Graph
    nodes: dict[str, int]
    odd: bool | None


def one_unit_bound(network: Network, derivation: Derivation) -> Floats | None:
    """Bounds (2,) of |w| and |v| at every stationary point; None where the argument is not made, or does not come out."""
    if network.kind != "dense" or network.widths != (1, 1, 1) or network.bias:
        return None
    activation = network.activations[0]
    if activation not in VANISHING and activation not in AT_ZERO:
        return None
    names = _which(network)
    if names is None:
        return None
    made = _functions(network, names)
    reach = next((r for r in RADII if all(_has_none_beyond(made.graph, f, r) for f in made.nodes.values())), None)
    if reach is None:
        return None
    if network.ridge[1]:
        return np.array([reach, _by_ridge(network)])
    inner = 0.0
    if made.odd is not None:
        found = _near_zero(network, made)
        if found is None:
            return None
        inner = found
    bound = _bound_of_output(derivation, inner, reach)
    return None if bound is None else np.array([reach, bound])


def _which(network: Network) -> tuple[str, ...] | None:
    """The names of the functions, T first; None for networks of which this argument does not speak."""
    rows = network.rows()
    on_w, on_v = network.ridge
    if network.loss == "squared":
        return None if on_w and on_v else ("t", "f") if on_w else ("t", "q")
    if on_w or on_v or len(rows) != 2:
        return None
    if network.loss == "logistic":
        return ("t", "wronskian")
    sizes = {abs(targets[0]) for _, targets in rows}
    return ("t", "wronskian", "e") if network.loss in ODD_LOSSES and len(sizes) == 1 else None


def _has_none_beyond(graph: Graph, node: int, radius: float) -> bool:
    """Whether a function of w has no zero with |w| >= radius: one exponential outweighs the others, or intervals show it."""
    tape = compile_tape(graph, [node], 1)
    low, high = evaluate_interval(tape, [[radius], [-np.inf]], [[np.inf], [-radius]])
    return all(
        bool(low[k, 0] > 0.0 or high[k, 0] < 0.0) or is_never_zero(graph, node, sign, radius)
        for k, sign in enumerate((1, -1))
    )


def _by_ridge(network: Network) -> float:
    """The bound of |v| by its ridge c: c v^2 <= mean y^2 / 4 at every stationary point."""
    square = sum((row[0] ** 2 for row in network.targets), Fraction(0)) / (4 * len(network.targets) * network.ridge[1])
    with at_precision(64):
        return outward(arb(rational(square)).sqrt()).high


def _functions(network: Network, names: tuple[str, ...]) -> _Functions:
    graph = Graph()
    w = graph.variable(0)
    activation = network.activations[0]
    signals, weights = [], []
    for (inputs, targets), count in network.rows().items():
        signals.append(ACTIVATIONS[activation](graph, graph.mul(graph.constant(inputs[0]), w)))
        weights.append((Fraction(count, len(network.inputs)), targets[0]))
    slopes = forward(graph, signals, {0: graph.constant(1)})

    def total(factors: list[Fraction], nodes: list[int]) -> int:
        return graph.total([graph.mul(graph.constant(c), node) for c, node in zip(factors, nodes, strict=True)])

    shares, products = [p for p, _ in weights], [p * y for p, y in weights]
    t = total(products, signals)  # r_n(0) is -2 p y, or -p y/2 for the logistic loss
    pairs = list(combinations(range(len(signals)), 2))
    wronskians = [graph.sub(graph.mul(signals[n], slopes[m]), graph.mul(signals[m], slopes[n])) for n, m in pairs]
    wanted = [y for _, y in weights]
    mixed = [total([wanted[n], -wanted[m]], [signals[m], signals[n]]) for n, m in pairs]
    factors = [shares[n] * shares[m] for n, m in pairs]
    q = total(factors, [graph.mul(a, b) for a, b in zip(mixed, wronskians, strict=True)])
    on_w, on_v = network.ridge
    nodes = {"t": t}
    for name in names[1:]:
        if name == "q":
            nodes[name] = graph.sub(q, graph.mul(graph.constant(on_v), total(products, slopes))) if on_v else q
        elif name == "f":
            squares = total(shares, [graph.power(s, 2) for s in signals])
            pull = graph.mul(graph.constant(on_w), graph.mul(w, graph.power(squares, 2)))
            nodes = {"f": graph.add(graph.mul(t, q), pull)}  # v = 0 means w = 0
        else:
            nodes[name] = wronskians[0] if name == "wronskian" else mixed[0]
    return _Functions(graph, nodes, VANISHING.get(activation))


def _near_zero(network: Network, made: _Functions) -> float | None:
    """d > 0 with no zero of the functions for 0 < |w| <= d, and T'(0) other than 0; None where that is not shown."""
    if _order(network, "t", made.odd is True) != 1:
        return None
    orders = {name: _order(network, name, made.odd is True) for name in made.nodes}
    if None in orders.values():
        return None
    for near in NEAR:
        ok = True
        for name, node in made.nodes.items():
            for _ in range(orders[name] or 0):
                (node,) = forward(made.graph, [node], {0: made.graph.constant(1)})
            low, high = evaluate_interval(compile_tape(made.graph, [node], 1), [[-near]], [[near]])
            ok = ok and bool(low[0, 0] > 0.0 or high[0, 0] < 0.0)
        if ok:
            return near
    return None


def _order(network: Network, which: str, odd: bool) -> int | None:
    """The first derivative at 0 that may not be 0, whatever the Taylor coefficients a_1, a_2, ... of s are: lower ones are 0 as polynomials
    in them (a_2, a_4, ... are 0 for odd s)."""
    context = fmpq_mpoly_ctx.get([f"a{k}" for k in range(1, MOST_ORDER + 1)], "degrevlex")
    gens, zero = context.gens(), context.constant(0)
    a = [zero, *(zero if odd and k % 2 == 0 else gens[k - 1] for k in range(1, MOST_ORDER + 1))]
    rows = [
        (inputs[0], targets[0], Fraction(count, len(network.inputs)))
        for (inputs, targets), count in network.rows().items()
    ]

    def number(value: Fraction) -> fmpq:
        return fmpq(value.numerator, value.denominator)

    signals = [[number(x**k) * a[k] for k in range(MOST_ORDER + 1)] for x, _, _ in rows]
    slopes = [[(k + 1) * s[k + 1] for k in range(MOST_ORDER)] for s in signals]

    def product(f: list[fmpq_mpoly], g: list[fmpq_mpoly]) -> list[fmpq_mpoly]:
        size = MOST_ORDER
        return [sum((f[i] * g[k - i] for i in range(k + 1)), zero) for k in range(size)]

    def total(parts: list[list[fmpq_mpoly]], factors: list[Fraction]) -> list[fmpq_mpoly]:
        return [
            sum((number(c) * part[k] for part, c in zip(parts, factors, strict=True)), zero) for k in range(MOST_ORDER)
        ]

    shares, wanted = [p for _, _, p in rows], [y for _, y, _ in rows]
    products = [p * y for _, y, p in rows]
    t = total(signals, products)
    if which == "t":
        series = t
    elif which == "e":
        series = total(signals[::-1], [wanted[0], -wanted[1]])
    elif which == "wronskian":
        first, second = product(signals[0], slopes[1]), product(signals[1], slopes[0])
        series = [x - y for x, y in zip(first, second, strict=True)]
    else:
        both = total([product(s, d) for s, d in zip(signals, slopes, strict=True)], shares)
        squares = total([product(s, s) for s in signals], shares)
        first, second = product(t, both), product(squares, total(slopes, products))
        series = [x - y for x, y in zip(first, second, strict=True)]
        if which == "f":
            pull = [zero, *(number(network.ridge[0]) * c for c in product(squares, squares)[:-1])]
            series = [x + y for x, y in zip(product(t, series), pull, strict=True)]
    return next((k for k, c in enumerate(series) if not c.is_zero()), None)


def _bound_of_output(derivation: Derivation, inner: float, reach: float) -> float | None:
    """V with no zero of the gradient for inner <= |w| <= reach and |v| > V; None where none is shown."""
    graph = derivation.graph
    system = compile_tape(graph, [zero_factors(graph, node) for node in derivation.gradient], 2)
    sides = [(inner, reach), (-reach, -inner)] if inner > 0.0 else [(-reach, reach)]
    for bound in BOUNDS:
        boxes = [(a, b, c, d) for a, b in sides for c, d in ((bound, np.inf), (-np.inf, -bound))]
        lower, upper = np.array([[a, c] for a, _, c, _ in boxes]), np.array([[b, d] for _, b, _, d in boxes])
        if excluded(system, 2, lower, upper, BOXES, bound)[0]:
            return bound
    return None
