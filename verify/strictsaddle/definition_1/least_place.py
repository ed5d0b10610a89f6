"""Is f above one of its values outside of a compact set inside of its natural domain? Then it has a minimiser, which is a stationary point.

A box is closed where it lies outside of the domain, or f, restricted to where it is defined, is above the level on it; it is kept where it
is finite, and the formula, its derivatives and the conditions of the domain hold on all of it. Where a derivative of f has one sign in a
box, f is at least what it is on the face towards which it falls, and the box is replaced by that face: if the way there stays in the
domain, as conditions grow along it, or hold on the whole box. Any other is split. With no box left the kept ones are a compact set on which
f is differentiable, and every other point of the domain has a value above the level, or at least one that is taken there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from strictsaddle.arithmetic.arrays import Floats
from strictsaddle.arithmetic.evaluate import evaluate_interval
from strictsaddle.arithmetic.tape import Tape, compile_restricted_tape, compile_tape
from strictsaddle.covering.boxes import halves
from strictsaddle.derive.cancellation import cancelled
from strictsaddle.derive.definedness import conditions_on
from strictsaddle.derive.derivatives import Derivation, forward
from strictsaddle.formula.graph import Graph

MOST_BOXES = 40_000
WAVE = 2_000
LEAST_WIDTH = 1e-7
FLOOR = 1.0  # the first finite split of a half-line


FORMS = 2  # of f - level, of which the better bound counts


def restricted_value(derivation: Derivation, level: float) -> Tape:
    """A tape for f - level, restricted to the natural domain, in FORMS forms, and what tells that a box lies outside."""
    found = conditions_on(derivation)
    graph, made = derivation.graph, Graph()
    value = graph.sub(derivation.value, graph.constant(Fraction(level)))
    plain, positive, edges = found.cancelled(graph, [value], made)
    forms = [*plain, *cancelled(graph, [value], made, cleared=True)]
    return compile_restricted_tape(made, forms, positive, edges, derivation.dimension)


def is_above_outside_a_compact_set(derivation: Derivation, level: float, is_over: Callable[[], bool]) -> bool:
    """The question at the head of this file; level: finite, and at least a value of f."""
    graph, n, found = derivation.graph, derivation.dimension, conditions_on(derivation)
    if found.bends:
        return False  # a minimum at a bend is no stationary point
    restricted = restricted_value(derivation, level)
    inside = [*found.positive, *found.edges, *found.closed]
    conditions = compile_tape(graph, inside, n) if inside else None
    slopes = _Slopes.of(derivation)
    lower, upper = np.full((1, n), -np.inf), np.full((1, n), np.inf)
    boxes = 0
    while len(lower):
        if boxes > MOST_BOXES or is_over():
            return False
        low, high, lower, upper = lower[-WAVE:], upper[-WAVE:], lower[:-WAVE], upper[:-WAVE]
        boxes += len(low)
        values = evaluate_interval(restricted, low, high)
        open_ = ~(np.any(values[0][:, :FORMS] > 0.0, axis=1) | np.any(values[0][:, FORMS:] >= 1.0, axis=1))
        low, high = low[open_], high[open_]
        keep = np.all(np.isfinite(low) & np.isfinite(high), axis=1)
        for tape in (derivation.value_tape, derivation.gradient_tape):
            keep &= ~np.isnan(evaluate_interval(tape, low, high)[0]).any(axis=1)
        if conditions is not None:
            keep &= np.all(evaluate_interval(conditions, low, high)[0] > 0.0, axis=1)
        low, high = low[~keep], high[~keep]
        if not len(low):
            continue
        before = low, high
        low, high = slopes.towards_faces(low, high)
        turned = np.any((low != before[0]) | (high != before[1]), axis=1)
        lower, upper = np.concatenate([lower, low[turned]]), np.concatenate([upper, high[turned]])
        low, high = low[~turned], high[~turned]
        if not len(low):
            continue
        split = _split(low, high)
        if split is None:
            return False
        lower, upper = np.concatenate([lower, split[0]]), np.concatenate([upper, split[1]])
    return True


@dataclass(frozen=True)
class _Slopes:
    """`gradient`: of f, restricted to its domain. `conditions`: what is positive on the domain; `rates`: their derivatives by all unknowns;
    `poles`: what is not 0 on it."""

    gradient: Tape
    conditions: Tape
    rates: Tape
    poles: Tape

    @classmethod
    def of(cls, derivation: Derivation) -> _Slopes:
        graph, n, made = derivation.graph, derivation.dimension, Graph()
        found = conditions_on(derivation)
        positive = [*found.positive, *found.edges, *found.closed]
        nodes = [
            *cancelled(graph, derivation.gradient, made),
            *cancelled(graph, derivation.gradient, made, cleared=True),
        ]
        columns = [forward(graph, positive, {k: graph.constant(1)}) for k in range(n)] if positive else []
        poles = [node for node in found.nonzero if node not in found.positive]
        return cls(
            compile_restricted_tape(made, nodes, (), (), n), compile_tape(graph, positive, n),
            compile_tape(graph, [node for column in columns for node in column], n), compile_tape(graph, poles, n),
        )  # fmt: skip

    def towards_faces(self, lower: Floats, upper: Floats) -> tuple[Floats, Floats]:
        """The boxes, each replaced by a face where that is allowed; the number of sides that are points grows, so this ends."""
        lower, upper = lower.copy(), upper.copy()
        n = lower.shape[1]
        forms = evaluate_interval(self.gradient, lower, upper)
        low, high = np.fmax(forms[0][:, :n], forms[0][:, n:]), np.fmin(forms[1][:, :n], forms[1][:, n:])
        conditions = evaluate_interval(self.conditions, lower, upper)[0]
        hold = np.all(conditions > 0.0, axis=1)
        count = conditions.shape[1]
        rates = evaluate_interval(self.rates, lower, upper)
        ends = evaluate_interval(self.poles, lower, upper)
        no_pole = np.all((ends[0] > 0.0) | (ends[1] < 0.0), axis=1)
        for b in range(len(lower)):
            for i in range(n):
                here = slice(i * count, (i + 1) * count)
                if not no_pole[b] or lower[b, i] == upper[b, i]:
                    continue
                if low[b, i] >= 0.0 and np.isfinite(lower[b, i]) and (hold[b] or np.all(rates[1][b, here] <= 0.0)):
                    upper[b, i] = lower[b, i]
                elif high[b, i] <= 0.0 and np.isfinite(upper[b, i]) and (hold[b] or np.all(rates[0][b, here] >= 0.0)):
                    lower[b, i] = upper[b, i]
        return lower, upper


def _split(low: Floats, high: Floats) -> tuple[Floats, Floats] | None:
    """Both halves of each box, by its widest side; None where one is too small."""
    rows = np.arange(len(low))
    with np.errstate(all="ignore"):
        cut = np.where(
            np.isinf(low) & np.isinf(high), 0.0,
            np.where(np.isinf(high), np.maximum(2.0 * low, FLOOR), np.where(np.isinf(low), np.minimum(2.0 * high, -FLOOR), 0.5 * low + 0.5 *
            high)),
        )  # fmt: skip
        ends = np.where(np.isinf(high), np.abs(low), np.abs(high))
        width = np.where(
            np.isinf(low) & np.isinf(high), np.inf, np.where(np.isinf(high - low), 1e200 / (1.0 + ends), high - low)
        )
    side = np.argmax(width, axis=1)
    return None if np.any(width[rows, side] < LEAST_WIDTH) else halves(low, high, side, cut[rows, side])
