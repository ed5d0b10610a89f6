"""A box that holds every zero of a Lagrangian's gradient: first the points, and then their multipliers.

At a stationary point under h = 0 the (k + 1)-minors of the rows grad f, grad h_1 ... grad h_k vanish, and h does: equations in the point
alone, which intervals may exclude far out. On the box that is left mu solves grad f = sum_g mu_g grad h_g; with k of these n equations
whose matrix has a determinant other than 0, by Cramer's rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from strictsaddle.arithmetic.arrays import Floats
from strictsaddle.arithmetic.evaluate import evaluate_interval
from strictsaddle.arithmetic.exact import fraction
from strictsaddle.arithmetic.tape import Tape, compile_restricted_tape
from strictsaddle.covering.boxes import halves
from strictsaddle.covering.exclude import excluded
from strictsaddle.covering.infinity import RADII, Region, beyond, chart_radius
from strictsaddle.derive.cancellation import cancelled
from strictsaddle.derive.definedness import common_zeros, conditions_on, reach_of
from strictsaddle.derive.derivatives import Derivation
from strictsaddle.execution.budget import require_time
from strictsaddle.formula.expansion import polynomial
from strictsaddle.formula.graph import Graph

MOST_MINORS = 24
BOXES, WAVE = 60_000, 1_000
LEAST_WIDTH = 1e-6
SMALL, NARROW = 64.0, 1e-2  # a multiplier for which no box is split, and a box that is not for any
SLACK = 1 + 1e-12  # for the rounding of a quotient


def determinant(graph: Graph, matrix: Sequence[Sequence[int]]) -> int:
    """A node for the determinant of a square matrix of nodes."""
    if not matrix:
        return graph.constant(1)
    terms = []
    for k, entry in enumerate(matrix[0]):
        rest = [[*row[:k], *row[k + 1 :]] for row in matrix[1:]]
        term = graph.mul(entry, determinant(graph, rest))
        terms.append(graph.neg(term) if k % 2 else term)
    return graph.total(terms)


def region_of(derivation: Derivation, equalities: Sequence[tuple[int, Sequence[int]]]) -> Region | None:
    """A box of points and multipliers; None where none is proved. equalities: pairs of a node and its gradient; where they hold their
    gradients are independent."""
    graph, n, k = derivation.graph, derivation.dimension, len(equalities)
    rows = [derivation.gradient, *(slopes for _, slopes in equalities)]
    minors = [
        determinant(graph, [[row[j] for j in columns] for row in rows])
        for columns in list(combinations(range(n), k + 1))[:MOST_MINORS]
    ]
    quotients = []
    for columns in list(combinations(range(n), k))[:MOST_MINORS]:
        matrix = [[row[j] for j in columns] for row in rows]
        replaced = [[*matrix[1 : g + 1], matrix[0], *matrix[g + 2 :]] for g in range(k)]
        quotients += [determinant(graph, matrix[1:]), *(determinant(graph, one) for one in replaced)]
    found = conditions_on(derivation).with_those_of(graph, [h for h, _ in equalities])
    system = common_zeros(graph, [*(h for h, _ in equalities), *minors], found, n)
    made = Graph()
    ratios = compile_restricted_tape(made, cancelled(graph, quotients, made), (), (), n)
    known = _radius_of_equalities(graph, [h for h, _ in equalities], n)
    least, greatest = reach_of(derivation)
    for radius in RADII[:3] if known is None else (known,):
        lower, upper = beyond((least, greatest), radius)
        if known is None and not excluded(system, system.n_outputs, lower, upper, BOXES, radius)[0]:
            continue
        lower, upper = np.maximum(least, -radius), np.minimum(greatest, radius)
        sizes = _sizes(system, ratios, k, lower, upper)
        if sizes is None:
            return None
        box = np.concatenate([np.full(n, radius), sizes + 1.0])
        return Region(
            -box, box, True, "the equalities, and minors of gradients, bound the points, and these their multipliers"
        )
    return None


def _radius_of_equalities(graph: Graph, nodes: Sequence[int], n: int) -> float | None:
    """Beyond which the equalities, polynomials, have no common zero."""
    polynomials = [polynomial(graph, h, n) for h in nodes]
    elements = [
        {tuple(int(e) for e in exponents): fraction(c) for exponents, c in p.terms()}
        for p in polynomials
        if p is not None
    ]
    return chart_radius(elements, n) if elements else None


def _sizes(system: Tape, ratios: Tape, k: int, lower: Floats, upper: Floats) -> Floats | None:
    """Bounds (k,) for the sizes of the multipliers in a box (1, n); None where none is found. system: of what vanishes at stationary
    points; ratios: a determinant and the k numerators over it, for several choices of columns."""
    largest, boxes = np.zeros(k), 0
    if np.any(lower > upper):  # nothing is there
        return largest
    while len(lower):
        require_time()
        if boxes > BOXES:
            return None
        low, high, lower, upper = lower[-WAVE:], upper[-WAVE:], lower[:-WAVE], upper[:-WAVE]
        boxes += len(low)
        zero_low, zero_high = evaluate_interval(system, low, high)
        open_ = ~np.any((zero_low > 0.0) | (zero_high < 0.0), axis=1)
        low, high = low[open_], high[open_]
        if not len(low):
            continue
        found = _bounds(*evaluate_interval(ratios, low, high), k)
        enough = (found.max(axis=1) <= SMALL) | ((high - low).max(axis=1) <= NARROW) | (boxes > BOXES // 2)
        settled = np.isfinite(found).all(axis=1) & enough
        if settled.any():
            largest = np.maximum(largest, found[settled].max(axis=0))
        low, high = low[~settled], high[~settled]
        if not len(low):
            continue
        side = np.argmax(high - low, axis=1)
        rows = np.arange(len(low))
        split = halves(low, high, side, 0.5 * (low[rows, side] + high[rows, side]))
        if split is None or np.any((high - low)[rows, side] < LEAST_WIDTH):
            return None
        lower, upper = np.concatenate([lower, split[0]]), np.concatenate([upper, split[1]])
    return largest


def _bounds(low: Floats, high: Floats, k: int) -> Floats:
    """For each box (rows) and multiplier the bound from the choice of columns that gives the least for the largest of them."""
    shape = (len(low), -1, k + 1)
    low, high = low.reshape(shape), high.reshape(shape)
    least = np.maximum(np.maximum(low[:, :, 0], -high[:, :, 0]), 0.0)
    most = np.maximum(np.abs(low[:, :, 1:]), np.abs(high[:, :, 1:]))
    with np.errstate(all="ignore"):
        sizes = np.where(least[:, :, None] > 0.0, most / least[:, :, None] * SLACK, np.inf)
    sizes = np.where(np.isnan(sizes), np.inf, sizes)
    best = np.argmin(sizes.max(axis=2), axis=1)
    return np.asarray(sizes[np.arange(len(sizes)), best])
