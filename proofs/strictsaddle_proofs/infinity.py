"""Nothing is stationary outside of a box: by a network's ridge, or because the gradient has no zero far out; or nothing is stationary at
all."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from strictsaddle_proofs.errors import Unchecked, require
from strictsaddle_proofs.expression import Formulas
from strictsaddle_proofs.intervals import Array, Program, bounds, down, power
from strictsaddle_proofs.network import output_energy, rational, ridge_bound
from strictsaddle_proofs.objective import Objective
from strictsaddle_proofs.polynomials import polynomial
from strictsaddle_proofs.search import Halved, exhausted, sum_of_squares

GREATEST = 1e30
POSITIVE = frozenset({"exp", "sigmoid", "softplus", "cosh", "tanh1", "sigmoid1"})


def require_outside(
    objective: Objective, given: Any, low: Array, high: Array, epsilon: Fraction | None = None
) -> tuple[Array, float] | None:
    """Raise Refused unless every stationary point of the domain (with epsilon: every point with |g| < epsilon) has all its coordinates
    between low and high (n,). Returns weights and a level with sum of weights * w^2 <= level at each of them, where that is known too.

    given: {"kind": "box"}, "ridge", "tails", or "charts" with "weights"."""
    require(isinstance(given, dict), "no outside", "outside")
    kind = given.get("kind")
    if kind == "box":
        require(objective.bounds is not None, "the domain is no box", "outside")
        box = objective.box()
        require(
            np.all(low <= box[0]) and np.all(box[1] <= high),
            "the search begins with a smaller box than the domain",
            "outside",
        )
        return None
    require(objective.bounds is None and not objective.groups, "the domain is not all of R^n", "outside")
    slack = epsilon or Fraction(0)
    if kind == "ridge":
        network = objective.network
        require(network is not None, "no network", "outside")
        assert network is not None
        for k, bound in enumerate(ridge_bound(network, slack)):
            least = min(float(high[k]), -float(low[k]))
            require(bound <= least, "the search begins with a smaller box than the ridge leaves", "outside")
        weights = np.zeros(objective.dimension)
        for k in network.parameters(len(network.widths) - 1):
            weights[k] = max(bounds(network.ridge[k])[0], 0.0)
        level = float(output_energy(network, slack).upper())
        return weights, float(np.nextafter(level * (1 + 1e-12), np.inf))
    square = None if epsilon is None else bounds(epsilon * epsilon)[1]
    ends = [min(float(b), -float(a)) for a, b in zip(low, high, strict=True)]
    require(min(ends) > 0, "0 is not inside", "outside")
    if kind == "tails":
        no_zero_beyond(objective, min(ends), square)
    elif kind == "charts":
        weights_, size = given.get("weights"), given.get("size")
        require(isinstance(weights_, list) and type(size) in (int, float) and 1 <= size <= 1e6, "a chart", "outside")
        require(
            all(type(s) is int and 0 < s <= 8 for s in weights_) and len(weights_) == len(ends), "weights", "outside"
        )
        reached = all(Fraction(size) ** s <= Fraction(end) for s, end in zip(weights_, ends, strict=True))
        require(reached, "the search begins with a smaller box than the charts leave", "outside")
        charts(objective, float(size), weights_, square)
    else:
        raise Unchecked(f"a way to the outside that is not known here: {kind!r}")
    return None


def charts(objective: Objective, size: float, weights: list[int], square: float | None) -> None:
    """Raise Refused unless the gradient of a polynomial has no zero, or |g|^2 >= square, wherever some |w_i| > size^weight_i.

    There w_i = u_i / t^s_i with max |u| = 1 and 0 < t < 1/size: in the chart u_i = 1 or -1 each component g_k, of weighted degree d, is
    G_k(u, t) / t^d with a polynomial G_k. On a box with t <= T its size is at least |G_k| / T^d.
    """
    n = objective.dimension
    require(len(weights) == n and all(type(s) is int and 0 < s <= 8 for s in weights), "weights", "outside")
    require(size >= 1 and objective.bounds is None and not objective.groups, "a chart", "outside")
    gradient = [polynomial(objective.formulas, g) for g in objective.derivatives.gradient]

    def weight(m: tuple[int, ...]) -> int:
        return sum(e * s for e, s in zip(m, weights, strict=True))

    degrees = [max(map(weight, g), default=0) for g in gradient]
    for i in range(n):
        for sign in (1, -1):
            formulas = Formulas(n)
            x = [formulas.variable(k) for k in range(n)]
            nodes = []
            for g, d in zip(gradient, degrees, strict=True):
                terms = []
                for m, c in g.items():
                    powers = [(x[k], m[k]) for k in range(n) if k != i]
                    terms.append((formulas.product([*powers, (x[i], d - weight(m))]), c * sign ** m[i]))
                nodes.append(formulas.combination(terms))
            low, high = np.full((1, n), -1.0), np.full((1, n), 1.0)
            low[0, i], high[0, i] = 0.0, np.nextafter(1.0 / size, 1.0)
            _large_everywhere(Program(formulas, nodes), low, high, square, np.array(degrees), i)


def _large_everywhere(
    program: Program, low: Array, high: Array, square: float | None, degrees: Array, chart: int
) -> None:
    """Raise Refused unless splitting shows sum of (|G_k| / T^d_k)^2 >= square (or some G_k without a zero), T the upper end of t."""

    def left(low: Array, high: Array) -> tuple[Array, Array]:
        g_low, g_high = program(low, high)
        with np.errstate(all="ignore"):
            if square is None:
                kept = ~np.any((g_low > 0) | (g_high < 0), axis=1)
            else:
                least = np.maximum(np.maximum(g_low, -g_high), 0.0)
                top = high[
                    :, chart
                ]  # a power of it from above, and away from where doubles lose digits: a larger divisor is safe
                powers = [power((top, top), int(d))[1] if d else np.ones_like(top) for d in degrees]
                size = np.minimum(down(least / np.maximum(np.stack(powers, axis=1), 1e-290)), 1e150)
                kept = ~(sum_of_squares(np.maximum(size, 0.0), downward=True) > square)
        return low[kept], high[kept]

    exhausted(low, high, left, "outside", halved=_halved(1.0))


def no_zero_beyond(objective: Objective, size: float, square: float | None) -> None:
    """Raise Refused unless natural interval evaluation shows g != 0, or |g|^2 >= square, on boxes with infinite ends that cover all w
    with a coordinate beyond size."""
    n, derivatives = objective.dimension, objective.derivatives
    nodes = derivatives.gradient
    if square is None:  # only the zeros count
        nodes = [_without_positive_factors(objective.formulas, g) for g in nodes]
    program = Program(objective.formulas, nodes)
    low, high = np.full((2 * n, n), -np.inf), np.full((2 * n, n), np.inf)
    for k in range(n):
        low[2 * k, k], high[2 * k + 1, k] = size, -size

    def left(low: Array, high: Array) -> tuple[Array, Array]:
        g_low, g_high = program(low, high)
        if square is None:
            kept = ~np.any((g_low > 0) | (g_high < 0), axis=1)
        else:
            least = np.minimum(np.maximum(np.maximum(g_low, -g_high), 0.0), 1e150)
            kept = ~(sum_of_squares(least, downward=True) > square)
        return low[kept], high[kept]

    exhausted(low, high, left, "outside", halved=_halved(size))


def _halved(size: float) -> Halved:
    """Each box cut across its widest side; a half-line at twice its end (at `size` first), a line at 0."""

    def halved(low: Array, high: Array, where: str) -> tuple[Array, Array]:
        with np.errstate(all="ignore"):
            line = np.isinf(low) & np.isinf(high)
            right, left = np.isinf(high) & ~line, np.isinf(low) & ~line
            end = np.where(right, np.maximum(2 * low, size), np.minimum(2 * high, -size))
            cut = np.where(line, 0.0, np.where(right | left, end, 0.5 * low + 0.5 * high))
            width = np.where(
                line, np.inf, np.where(right | left, np.maximum(256 * size / (1 + np.abs(cut)), 2e-6), high - low)
            )
            width = np.where((low < cut) & (cut < high), width, -1.0)
        side, rows = np.argmax(width, axis=1), np.arange(len(low))
        cut = cut[rows, side]
        require(
            np.all(width[rows, side] >= 1e-6) and np.all(np.abs(cut) <= GREATEST),
            "the gradient may be small far out",
            where,
        )
        first, second = high.copy(), low.copy()
        first[rows, side] = second[rows, side] = cut
        return np.concatenate([low, second]), np.concatenate([first, high])

    return halved


def _without_positive_factors(formulas: Formulas, node: int) -> int:
    """The node less the factors that are positive by their form: it has the same zeros."""
    _, terms = formulas.terms(node)
    if len(terms) == 1 and formulas.terms(node)[0] == 0:
        ((inner, _),) = terms.items()
        if formulas.nodes[inner][0] == "product":
            kept = [(k, e) for k, e in formulas.nodes[inner][1] if not is_positive(formulas, k)]
            return formulas.product(kept)
    return node


def is_positive(formulas: Formulas, node: int) -> bool:
    """Whether the node is positive wherever it is defined, by its form."""
    kind, *rest = formulas.nodes[node]
    if kind == "pi" or (kind == "function" and rest[0] in POSITIVE):
        return True
    if kind == "function":
        return rest[0] == "sqrt" and is_positive(formulas, rest[1])
    if kind == "product":
        return all(is_positive(formulas, k) for k, _ in rest[0])
    if kind == "sum":
        return rest[0] >= 0 and all(c > 0 and _is_not_negative(formulas, k) for k, c in rest[1]) and (
            rest[0] > 0 or any(is_positive(formulas, k) for k, _ in rest[1]))  # fmt: skip
    return False


def _is_not_negative(formulas: Formulas, node: int) -> bool:
    if formulas.nodes[node][0] == "product":
        return all(e % 2 == 0 or is_positive(formulas, k) for k, e in formulas.nodes[node][1])
    return is_positive(formulas, node)


def ascent(objective: Objective, given: Any) -> None:
    """Raise Refused unless v.g(w) is, by its form, positive for all w: then nothing is stationary."""
    require(objective.bounds is None and not objective.groups, "the domain is not all of R^n", "ascent")
    require(isinstance(given, list) and len(given) == objective.dimension, "not a direction", "ascent")
    v = [rational(x, "ascent") for x in given]
    total = objective.formulas.combination(list(zip(objective.derivatives.gradient, v, strict=True)))
    require(is_positive(objective.formulas, total), "the slope in this direction is not positive by its form", "ascent")
