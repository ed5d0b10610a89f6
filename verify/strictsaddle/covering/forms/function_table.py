"""Functions of one variable as pieces of Taylor polynomials with proved errors, and bounds of its derivatives: what compiled code needs.

The pieces are narrow near 0 and of length 1 farther out, where activations and losses hardly bend. They are computed in balls (Arb power
series) from the function's own formula. So every activation and every loss that is a formula is one and the same to the compiled code.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import ceil, perm
from typing import NamedTuple

import numpy as np
from flint import arb, arb_series, ctx

from strictsaddle.arithmetic.arrays import Floats
from strictsaddle.arithmetic.exact import at_precision, rational
from strictsaddle.arithmetic.outward import outward
from strictsaddle.formula.graph import Graph, Op

PIECES = 16  # in an interval of length 1, near 0
NEAR = 16.0  # that is up to here
DEGREE = 13
WIDEST = 2048.0  # the table ends there at the latest; what lies beyond is bounded, not approximated
OUTER_PARTS, OUTER_WIDTH = 512, 0.25
PRECISION = 128
SAMPLES = 128  # parts of the line for a bound of the function itself
PARTS, WIDEST_PART = 4, 1 / 16  # of a piece, for the bounds of derivatives; the greatest radius, for remainders
ORDERS = 5  # f, f', ..., f''''
SLOPE_TIMES, CURVATURE_TIMES = 5, 6  # columns of bounds: |x f'(x)| and |(x f'(x))''|
COLUMNS = 7


class Table(NamedTuple):
    """Pieces are numbered from low to high: of length 1 on [low, -near] and [near, high], of length 1 / PIECES between. All arrays begin
    with the number of the function f.

    coefficients (functions, pieces, DEGREE + 1): of f in x less the middle of the piece, lowest first. errors (functions, pieces, 3):
    bounds on what a Horner scheme in doubles is wrong by for f, f' and f'' on the piece, with its rounding and the rounding of x. bounds
    (functions, levels, pieces + 2, COLUMNS): level 0 has upper bounds on |f|, ..., |f''''|, |x f'|, |(x f')''| on each piece, and in its
    first and last row on [-outer, low] and [high, outer]; level k the greatest of 2^k successive rows of it."""

    low: float
    high: float
    near: float
    outer: float
    coefficients: Floats
    errors: Floats
    bounds: Floats


def function_table(functions: Sequence[tuple[Graph, int]], reach: float) -> Table:
    """Of functions of one variable, nodes of graphs, on [-reach, reach] (or as much of it as a table holds)."""
    half = min(float(ceil(reach)), WIDEST)
    outer = max(float(ceil(reach)), half)
    near = min(half, NEAR)
    made = [_one_function(graph, node, half, near, outer) for graph, node in functions]
    coefficients, errors, bounds = (np.ascontiguousarray(np.stack(parts)) for parts in zip(*made, strict=True))
    return Table(-half, half, near, outer, coefficients, errors, bounds)


def greatest_size(graph: Graph, node: int, reach: float) -> float:
    """An upper bound of |f| on [-reach, reach]."""
    with at_precision(PRECISION):
        parts = (arb(reach) * ((2 * k + 1 - SAMPLES) + arb(0, 1)) / SAMPLES for k in range(SAMPLES))
        return max(outward(abs(coefficients_at(graph, node, here, 1)[0])).high for here in parts)


def _one_function(graph: Graph, node: int, half: float, near: float, outer: float) -> tuple[Floats, Floats, Floats]:
    """Coefficients, errors and bounds of one function."""
    far = np.arange(near, half + 0.5)
    ends = np.concatenate([-far[::-1], np.arange(-near + 1.0 / PIECES, near - 0.5 / PIECES, 1.0 / PIECES), far])
    count = len(ends) - 1
    coefficients, errors, bounds = np.empty((count, DEGREE + 1)), np.empty((count, 3)), np.empty((count + 2, COLUMNS))
    with at_precision(PRECISION):
        for m, (start, end) in enumerate(pairwise(ends.tolist())):
            coefficients[m], errors[m] = _piece(graph, node, start, end)
            bounds[m + 1] = _bounds(graph, node, start, end, PARTS)
        if outer > half:
            parts = max(1, min(OUTER_PARTS, ceil((outer - half) / OUTER_WIDTH)))
            bounds[0] = _bounds(graph, node, -outer, -half, parts)
            bounds[-1] = _bounds(graph, node, half, outer, parts)
        else:
            bounds[0], bounds[-1] = bounds[1], bounds[-2]
    return coefficients, errors, _greatest(bounds)


def _piece(graph: Graph, node: int, start: float, end: float) -> tuple[Floats, Floats]:
    """The Taylor polynomial about the middle, and the errors of it and of its first two derivatives."""
    radius = 0.5 * (end - start)
    middle = start + radius
    balls = coefficients_at(graph, node, arb(middle), DEGREE + 1)
    rounded = np.array([float(c.mid()) for c in balls])
    # a trifle wider than the piece: the number of the piece that a point lies in is rounded
    wider = arb(radius) * (1 + arb(2) ** -20)
    last = max(outward(abs(coefficients_at(graph, node, part, DEGREE + 2)[-1])).high for part in _parts(middle, wider))
    errors = []
    for order in range(3):
        # of x^k the derivative of this order is falling(k, order) x^(k - order)
        total = arb(last) * perm(DEGREE + 1, order) * wider ** (DEGREE + 1 - order)
        rounding, slope = arb(0), arb(0)
        for k in range(order, DEGREE + 1):
            value, factor = arb(float(rounded[k])), perm(k, order)
            total += abs(balls[k] - value) * factor * wider ** (k - order)
            rounding += abs(value) * factor * wider ** (k - order)
            if k > order:
                slope += abs(value) * factor * (k - order) * wider ** (k - order - 1)
        # Horner's scheme of degree 13: 2 * 13 roundings and those of the factors; and the rounding of x less the middle
        total += rounding * arb(2) ** -46 + slope * arb(2) ** -51 * (abs(arb(middle)) + wider)
        errors.append(outward(total).high)
    return rounded, np.array(errors)


def _parts(middle: float, radius: arb) -> list[arb]:
    """Balls that cover middle +- radius: of narrower ones the series are tighter."""
    count = max(1, ceil(float(radius.upper()) / WIDEST_PART))
    return [arb(middle) + radius * ((2 * k + 1 - count) + arb(0, 1)) / count for k in range(count)]


def _bounds(graph: Graph, node: int, start: float, end: float, parts: int) -> Floats:
    found = np.zeros(COLUMNS)
    # a trifle wider, as above
    width = (arb(end) - arb(start)) / parts
    for part in range(parts):
        here = (arb(start) + width * (part + arb(1) / 2)) + width * (arb(1) / 2 + arb(2) ** -20) * arb(0, 1)
        c = coefficients_at(graph, node, here, ORDERS)
        values = [c[0], c[1], 2 * c[2], 6 * c[3], 24 * c[4], here * c[1], 4 * c[2] + here * 6 * c[3]]
        found = np.maximum(found, [outward(abs(value)).high for value in values])
    return found


def _greatest(bounds: Floats) -> Floats:
    """All levels, one above the other."""
    levels = [bounds]
    reach = 1
    while 2 * reach <= len(bounds):
        above = levels[-1].copy()
        above[: len(bounds) - reach] = np.maximum(levels[-1][: len(bounds) - reach], levels[-1][reach:])
        levels.append(above)
        reach *= 2
    return np.ascontiguousarray(np.stack(levels))


def coefficients_at(graph: Graph, node: int, x: arb, count: int) -> list[arb]:
    """The first so many coefficients of the power series of a formula in one variable about a ball x: f, f', f''/2, ... anywhere in it.
    Raises NotImplementedError for operations that have none here."""
    before, ctx.cap = ctx.cap, count
    try:
        return _first(_series(graph, node, arb_series([x, 1])), count)
    finally:
        ctx.cap = before


def _first(series: arb_series, count: int) -> list[arb]:
    found = list(series.coeffs())[:count]
    return found + [arb(0)] * (count - len(found))


def _series(graph: Graph, node: int, x: arb_series) -> arb_series:
    values: dict[int, arb_series] = {}
    for k in graph.reachable([node]):
        op, left = graph.ops[k], graph.left[k]
        if op is Op.CONST:
            values[k] = arb_series([arb(rational(graph.constants[left]))])
        elif op is Op.PI:
            values[k] = arb_series([arb.pi()])
        elif op is Op.VAR:
            values[k] = x
        elif op is Op.POW:
            values[k] = _power(values[left], graph.right[k])
        elif op in _TWO:
            values[k] = _TWO[op](values[left], values[graph.right[k]])
        elif op in _ONE:
            values[k] = _ONE[op](values[left])
        else:
            raise NotImplementedError(f"no power series of {op.name}")
    return values[node]


def _power(base: arb_series, exponent: int) -> arb_series:
    value = base
    for _ in range(exponent - 1):
        value = value * base
    return value


def _start(series: arb_series) -> arb:
    return _first(series, 1)[0]


def _one() -> arb_series:
    return arb_series([1])


def _tanh(x: arb_series) -> arb_series:
    if _start(x) > 0:
        return _one() - 2 * (_one() + (2 * x).exp()).inv()
    return 2 * (_one() + (-2 * x).exp()).inv() - _one()


def _softplus(x: arb_series) -> arb_series:
    return x + (_one() + (-x).exp()).log() if _start(x) > 0 else (_one() + x.exp()).log()


_TWO = {
    Op.ADD: lambda a, b: a + b,
    Op.SUB: lambda a, b: a - b,
    Op.MUL: lambda a, b: a * b,
    Op.DIV: lambda a, b: a * b.inv(),
}
_ONE = {
    Op.NEG: lambda a: -a,
    Op.EXP: lambda a: a.exp(),
    Op.LOG: lambda a: a.log(),
    Op.SQRT: lambda a: a.sqrt(),
    Op.SIN: lambda a: a.sin(),
    Op.COS: lambda a: a.cos(),
    Op.COSH: lambda a: (a.exp() + (-a).exp()) * arb_series([arb(1) / 2]),
    Op.ERF: lambda a: a.erf(),
    Op.TANH: _tanh,
    Op.SIGMOID: lambda a: (_one() + (-a).exp()).inv(),
    Op.SOFTPLUS: _softplus,
}
