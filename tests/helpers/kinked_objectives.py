"""Objectives with kinks, checked: what the tests of routes/piecewise share."""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize

import strictsaddle as ss
from strictsaddle.records.verdict import Verdict

GOOD, STRICT, HIGH = "local_minimum", "strict_saddle", "local_maximum"


def checked(formula: str, unknowns: str) -> Verdict:
    return ss.check(ss.Objective("f", unknowns, formula), method="exact", budget=60)


def network(rows: list[tuple[int, int]], ridge: object, activation: str = "relu", loss: str = "squared") -> Verdict:
    data = ([[x] for x, _ in rows], [[y] for _, y in rows])
    return ss.check(
        ss.network([1, 1, 1], activation=activation, loss=loss, data=data, bias=False, ridge=ridge), budget=60
    )  # type: ignore[arg-type]


def values(objective: ss.Objective, at: np.ndarray) -> np.ndarray:  # type: ignore[type-arg]
    from strictsaddle.arithmetic.evaluate import evaluate_float
    from strictsaddle.arithmetic.tape import compile_tape

    return np.asarray(evaluate_float(compile_tape(objective.graph, [objective.node], objective.dimension), at)[:, 0])


def assert_points_are_right(found: Verdict, objective: ss.Objective) -> None:
    """At each listed point f falls nowhere to first order; it grows about minima, and falls somewhere about saddles and maxima. And minima
    that are found by descent from many starts are listed."""
    n = objective.dimension
    drawn = np.random.default_rng(1)
    directions = drawn.normal(size=(4000, n))
    directions = np.concatenate([directions / np.linalg.norm(directions, axis=1)[:, None], np.eye(n), -np.eye(n)])
    listed = [np.array([0.5 * (s.low + s.high) for s in point.point]) for point in found.stationary.isolated]
    for point, kind in zip(listed, [p.kind for p in found.stationary.isolated], strict=True):
        base = values(objective, point[None])[0]
        step = 1e-4
        rise = (values(objective, point + step * directions) - base) / step
        assert rise.min() > -1e-2, (point, kind)
        if kind == GOOD:
            assert rise.min() > 0, point
    for start in drawn.normal(0, 2, (25, n)):
        end = minimize(
            lambda w: values(objective, w[None])[0],
            start,
            method="Nelder-Mead",
            options={"xatol": 1e-10, "fatol": 1e-14, "maxiter": 4000},
        )
        if np.max(np.abs(end.x)) > 50:
            continue
        near = [
            kind
            for point, kind in zip(listed, [p.kind for p in found.stationary.isolated], strict=True)
            if np.max(np.abs(point - end.x)) < 1e-3
        ]
        again = minimize(
            lambda w: values(objective, w[None])[0],
            end.x,
            method="Nelder-Mead",
            options={"xatol": 1e-12, "fatol": 1e-16},
        )
        assert near or np.max(np.abs(again.x - end.x)) > 1e-3 or again.fun < end.fun - 1e-9, (
            end.x,
            found.objective["expression"],
        )
