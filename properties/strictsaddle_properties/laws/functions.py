"""Laws of f, its gradient and its Hessian: symmetry, and the mean value theorem.

All comparisons are of enclosures: what must be equal must overlap, so no tolerance can be too small.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from strictsaddle.formula.graph import NOT_SMOOTH
from strictsaddle.objective.objective import Objective
from strictsaddle.symmetry.discrete.permutation_group import SignedPermutation
from strictsaddle_properties.engine import Array, Enclosure, Engine
from strictsaddle_properties.law import Broken, DoesNotApply, law

Pair = tuple[Array, Array]


@law("f(Pw) = f(w) for every signed permutation P that is reported", "point")
def invariance(engine: Engine, objective: Objective, point: tuple[float, ...]) -> None:
    here = _at(engine, objective, np.array(point)).value
    for element in _generators(engine, objective):
        there = _at(engine, objective, np.array(element(point))).value
        _overlap(here, there, f"f(w) and f(Pw), P = {element}")


@law("grad f(Pw) = P grad f(w) for every reported P", "point")
def equivariance_of_the_gradient(engine: Engine, objective: Objective, point: tuple[float, ...]) -> None:
    here = _at(engine, objective, np.array(point)).gradient
    for element in _generators(engine, objective):
        there = _at(engine, objective, np.array(element(point))).gradient
        _overlap(_image(element, here), there, f"P grad f(w) and grad f(Pw), P = {element}")


@law("H(Pw) = P H(w) P' for every reported P", "point")
def equivariance_of_the_hessian(engine: Engine, objective: Objective, point: tuple[float, ...]) -> None:
    here = _at(engine, objective, np.array(point)).hessian
    for element in _generators(engine, objective):
        there = _at(engine, objective, np.array(element(point))).hessian
        rows = _image(element, here)
        columns = _image(element, (rows[0].T, rows[1].T))
        _overlap(columns, there, f"P H(w) P' and H(Pw), P = {element}")


@law("grad f(w).(Aw + b) = 0 for every reported continuous symmetry w' = Aw + b", "point")
def continuous_invariance(engine: Engine, objective: Objective, point: tuple[float, ...]) -> None:
    fields = engine.fields(objective)
    if not fields:
        raise DoesNotApply("no continuous symmetry is reported")
    low, high = _at(engine, objective, np.array(point)).gradient
    exact = [Fraction(x) for x in point]
    for field in fields:
        tangent = field.tangent(exact)
        ends = [
            sorted((Fraction(a) * t, Fraction(b) * t))
            for a, b, t in zip(low.tolist(), high.tolist(), tangent, strict=True)
        ]
        if not sum(a for a, _ in ends) <= 0 <= sum(b for _, b in ends):
            raise Broken(f"the gradient along {field.words(objective.variables)} is not 0 at {point}")


@law("f(b) - f(a) is in grad f([a, b]).(b - a), and grad f(b) - grad f(a) in H([a, b]) (b - a)", "pair")
def mean_value(engine: Engine, objective: Objective, pair: tuple[tuple[float, ...], tuple[float, ...]]) -> None:
    graph = objective.graph
    if any(graph.ops[k] in NOT_SMOOTH for k in graph.reachable([objective.node])):
        raise DoesNotApply("f is not smooth everywhere")
    a, b = (np.array(end) for end in pair)
    between = engine.enclose(objective, np.minimum(a, b), np.maximum(a, b))
    start, end = _at(engine, objective, a), _at(engine, objective, b)
    if not all(
        np.all(np.isfinite(part)) for enclosure in (between, start, end) for pair_ in enclosure for part in pair_
    ):
        raise DoesNotApply("f is undefined or overflows somewhere between the points")
    step = [Fraction(y) - Fraction(x) for x, y in zip(*pair, strict=True)]
    _within(_difference(start.value, end.value), [_along(between.gradient, step)], "f(b) - f(a)")
    n = objective.dimension
    slopes = [_along((between.hessian[0][i], between.hessian[1][i]), step) for i in range(n)]
    _within(_difference(start.gradient, end.gradient), slopes, "grad f(b) - grad f(a)")


def _generators(engine: Engine, objective: Objective) -> tuple[SignedPermutation, ...]:
    found = engine.group(objective)
    if not found:
        raise DoesNotApply("no signed permutation is reported")
    return found


def _at(engine: Engine, objective: Objective, point: Array) -> Enclosure:
    return engine.enclose(objective, point, point)


def _image(element: SignedPermutation, pair: Pair) -> Pair:
    """The signed permutation of the first axis of an interval array."""
    low, high = pair
    images = list(element.images)
    signs = np.array(element.signs, dtype=float).reshape(-1, *([1] * (low.ndim - 1)))
    one, other = signs * low[images], signs * high[images]
    return np.minimum(one, other), np.maximum(one, other)


def _overlap(one: Any, other: Any, what: str) -> None:
    """Raise Broken where two enclosures of one thing are disjoint; nan says nothing."""
    if np.any(one[0] > other[1]) or np.any(other[0] > one[1]):
        raise Broken(f"{what}: [{one[0]}, {one[1]}] and [{other[0]}, {other[1]}]")


def _difference(start: Any, end: Any) -> list[tuple[Fraction, Fraction]]:
    columns = (np.atleast_1d(part).tolist() for part in (*start, *end))
    return [(Fraction(c) - Fraction(b), Fraction(d) - Fraction(a)) for a, b, c, d in zip(*columns, strict=True)]


def _along(row: Pair, step: list[Fraction]) -> tuple[Fraction, Fraction]:
    ends = [
        sorted((Fraction(a) * t, Fraction(b) * t))
        for a, b, t in zip(row[0].tolist(), row[1].tolist(), step, strict=True)
    ]
    return sum((a for a, _ in ends), Fraction(0)), sum((b for _, b in ends), Fraction(0))


def _within(found: list[tuple[Fraction, Fraction]], allowed: list[tuple[Fraction, Fraction]], what: str) -> None:
    for (a, b), (c, d) in zip(found, allowed, strict=True):
        if a > d or c > b:
            raise Broken(f"{what} is in [{float(a)}, {float(b)}], the derivative allows [{float(c)}, {float(d)}]")
