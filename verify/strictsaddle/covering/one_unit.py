"""A box that holds every stationary point of one hidden unit without ridge: J(w, v) = sum_n p_n L(v s(x_n w), y_n), L convex, s smooth.

With r_n = p_n dL/dz and s_n = s(x_n w), s'_n = ds_n/dw, a point is stationary where sum r_n s_n = 0 and v sum r_n s'_n = 0. Either v = 0,
and then r is that of the outputs 0, so that w is a zero of

    T(w) = sum_n r_n(0) s_n;

or both sums are 0. For the squared loss then v = T/S with S = sum p_n s_n^2 (up to a factor), if S > 0, and

    Q(w) = T sum p_n s_n s'_n - S sum p_n y_n s'_n = sum_(n < m) p_n p_m (y_n s_m - y_m s_n) (s_n s'_m - s_m s'_n) = 0.

For two rows and a loss whose slope is never 0 the vector r is not 0, and orthogonal to s and to s', so that

    Q(w) = s_1 s'_2 - s_2 s'_1 = 0.

So where T and Q have no zero there is no stationary point, whatever v is. They have none for |w| > R, by `dominance`; if s(0) = 0, none for
0 < |w| <= d either, as their first derivative there that is not 0 at 0 keeps its sign; and w = 0 allows no v but 0, unless T'(0) = 0. On
what is left of |w| <= R intervals show that the gradient has no zero for |v| > V.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

import numpy as np
from flint import fmpq, fmpq_mpoly, fmpq_mpoly_ctx

from strictsaddle.arithmetic.arrays import Floats
from strictsaddle.arithmetic.evaluate import evaluate_interval
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
MOST_ORDER = 6
BOXES = 100_000
VANISHING = {"tanh": True, "erf": True, "swish": False, "gelu": False}  # s(0) = 0; whether s is odd
AT_ZERO = {"sigmoid", "softplus"}  # s(0) > 0


@dataclass(frozen=True)
class _Functions:
    """T, Q and the s_n as nodes of a graph in w; `odd`: whether the activation is odd; None where s(0) is not 0."""

    graph: Graph
    t: int
    q: int
    odd: bool | None


def one_unit_bound(network: Network, derivation: Derivation) -> Floats | None:
    """Bounds (2,) of |w| and |v| at every stationary point; None where the argument is not made, or does not come out."""
    if network.kind != "dense" or network.widths != (1, 1, 1) or network.bias or any(network.ridge):
        return None
    activation = network.activations[0]
    rows = network.rows()
    if activation not in VANISHING and activation not in AT_ZERO:
        return None
    if network.loss != "squared" and not (network.loss == "logistic" and len(rows) == 2):
        return None
    made = _functions(network)
    reach = next(
        (r for r in RADII if all(is_never_zero(made.graph, f, s, r) for f in (made.t, made.q) for s in (1, -1))), None
    )
    if reach is None:
        return None
    inner = 0.0
    if made.odd is not None:
        found = _near_zero(network, made)
        if found is None:
            return None
        inner = found
    bound = _bound_of_output(derivation, inner, reach)
    return None if bound is None else np.array([reach, bound])


def _functions(network: Network) -> _Functions:
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
    if network.loss == "squared":
        wanted = [y for _, y in weights]
        mixed = [total([wanted[n], -wanted[m]], [signals[m], signals[n]]) for n, m in pairs]
        factors = [shares[n] * shares[m] for n, m in pairs]
        q = total(factors, [graph.mul(a, b) for a, b in zip(mixed, wronskians, strict=True)])
    else:
        (q,) = wronskians
    return _Functions(graph, t, q, VANISHING.get(activation))


def _near_zero(network: Network, made: _Functions) -> float | None:
    """d > 0 with T and Q other than 0 for 0 < |w| <= d, and T'(0) other than 0; None where that is not shown."""
    orders = []
    for which in ("t", "q"):
        order = _order(network, which, made.odd is True)
        if order is None:
            return None
        orders.append(order)
    if orders[0] != 1:
        return None
    for near in NEAR:
        ok = True
        for node, order in zip((made.t, made.q), orders, strict=True):
            for _ in range(order):
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

    shares, products = [p for _, _, p in rows], [p * y for _, y, p in rows]
    t = total(signals, products)
    if which == "t":
        series = t
    elif network.loss == "squared":
        both = total([product(s, d) for s, d in zip(signals, slopes, strict=True)], shares)
        squares = total([product(s, s) for s in signals], shares)
        first, second = product(t, both), product(squares, total(slopes, products))
        series = [x - y for x, y in zip(first, second, strict=True)]
    else:
        first, second = product(signals[0], slopes[1]), product(signals[1], slopes[0])
        series = [x - y for x, y in zip(first, second, strict=True)]
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
