"""One hidden unit without ridge: a box with every stationary point, held against points that are known and networks that are rescaled."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.optimize import fsolve

import strictsaddle as ss
from strictsaddle.arithmetic.evaluate import evaluate_float
from strictsaddle.covering.one_unit import one_unit_bound
from strictsaddle.derive.derivatives import derive
from strictsaddle.objective.objective import Objective
from strictsaddle.records.verdict import Verdict


def unit(
    activation: str, loss: str = "squared", scale: str = "1", rows: Any = (("1", 1), ("2", -1)), **more: Any
) -> Objective:
    inputs = [[f"{float(x) * float(scale)!r}"] for x, _ in rows]
    data = (inputs, [[y] for _, y in rows])
    return ss.network([1, 1, 1], activation=activation, loss=loss, data=data, bias=False, ridge=0, **more)


def bound(objective: Objective) -> list[float] | None:
    assert objective.network is not None
    found = one_unit_bound(objective.network, derive(objective))
    return None if found is None else found.tolist()


@pytest.mark.parametrize("loss", ["squared", "logistic"])
@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "softplus", "erf", "swish"])
def test_two_rows_are_decided(activation: str, loss: str) -> None:
    verdict = ss.check(unit(activation, loss), method="interval", workers=1, budget=30)
    assert verdict.definition_1.verdict == "strict_saddle" and verdict.definition_1.scope == "global"
    assert verdict.stationary.complete
    if activation in ("tanh", "softplus", "erf"):
        assert verdict.stationary.counts == {
            "local_minimum": 0,
            "strict_saddle": 1,
            "local_maximum": 0,
            "degenerate": 0,
        }
        assert verdict.minimum is not None and verdict.minimum.attained is False


def points(verdict: Verdict) -> list[list[float]]:
    return [[0.5 * (side.low + side.high) for side in point.point] for point in verdict.stationary.isolated]


@pytest.mark.parametrize("activation", ["tanh", "sigmoid"])
@pytest.mark.parametrize(
    "rows", [(("1", 1), ("2", -1), ("3", 1)), (("1", 1), ("2", -1), ("-1", 2)), (("1", 2), ("3", 1))]
)
def test_the_algebraic_route_finds_the_same_points(activation: str, rows: Any) -> None:
    objective = unit(activation, rows=rows)
    exact = ss.check(objective, method="exact", workers=1, budget=30)
    assert exact.stationary.complete
    found = bound(objective)
    if found is not None:
        assert all(abs(w) <= found[0] and abs(v) <= found[1] for w, v in points(exact))
        covered = ss.check(objective, method="interval", workers=1, budget=6)
        if covered.stationary.complete:
            assert covered.stationary.counts == exact.stationary.counts


@pytest.mark.parametrize("scale", ["0.5", "0.25", "0.0625", "0.01"])
def test_points_of_rescaled_inputs_are_never_outside(scale: str) -> None:
    """The points of inputs c x are those of x, with w/c in the place of w."""
    known = points(ss.check(unit("swish"), method="interval", workers=1, budget=30))
    assert len(known) == 3
    found = bound(unit("swish", scale=scale))
    assert found is None or all(abs(w) / float(scale) <= found[0] and abs(v) <= found[1] for w, v in known)


def test_others_are_left_alone() -> None:
    assert bound(unit("sin")) is None and bound(unit("gaussian")) is None
    assert bound(unit("tanh", "logistic", rows=(("1", 1), ("2", -1), ("3", 1)))) is None
    assert bound(unit("tanh", rows=(("1", 2), ("2", -1)))) is None, "T'(0) = 0: w = 0 allows every v"
    continuum = ss.check(unit("tanh", rows=(("1", 2), ("2", -1))), workers=1, budget=10)
    assert continuum.definition_1.verdict != "strict_saddle"


@pytest.mark.parametrize(
    ("loss", "which"),
    [("squared", "hidden"), ("squared", "output"), ("squared", "none"), ("log_cosh", "none"), ("pseudo_huber", "none")],
)
@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "erf", "swish"])
def test_points_found_by_newton_are_never_outside(activation: str, loss: str, which: str) -> None:
    """Independent truth: zeros of the gradient from many starts, far out as well."""
    ridge = {"hidden": {"W1": "1/50"}, "output": {"W2": "1/50"}, "none": 0}[which]
    for rows in ([(1, 1), (2, -1)], [("1/2", -1), (-1, 1)], [(1, 1), ("3/2", 1)]):
        data = ([[x] for x, _ in rows], [[y] for _, y in rows])
        objective = ss.network([1, 1, 1], activation=activation, loss=loss, data=data, bias=False, ridge=ridge)
        found = bound(objective)
        if found is None:
            continue
        tape, slope = derive(objective).gradient_tape, derive(objective).hessian_tape
        drawn = np.random.default_rng(5)
        for start in np.concatenate([drawn.normal(0, 2, (40, 2)), drawn.normal(0, 20, (40, 2))]):
            root = fsolve(lambda w, t=tape: evaluate_float(t, [w])[0], start, full_output=True, xtol=1e-13)
            point = root[0]
            hessian = evaluate_float(slope, [point])[0]
            if (
                root[2] != 1
                or np.max(np.abs(root[1]["fvec"])) > 1e-12
                or abs(hessian[0] * hessian[2] - hessian[1] ** 2) < 1e-6
            ):
                continue  # no simple zero: far out the gradient fades
            assert abs(point[0]) <= found[0] and abs(point[1]) <= found[1], (rows, point)


def test_a_ridge_on_one_layer_is_decided() -> None:
    for activation, ridge, minima in (
        ("tanh", {"W1": "1/50"}, 0),
        ("tanh", {"W2": "1/50"}, 2),
        ("sigmoid", {"W1": "1/50"}, 2),
    ):
        objective = ss.network(
            [1, 1, 1], activation=activation, data=([[1], [2]], [[1], [-1]]), bias=False, ridge=ridge
        )
        verdict = ss.check(objective, workers=1, budget=60)
        assert verdict.definition_1.verdict == "strict_saddle" and verdict.stationary.counts["local_minimum"] == minima
        assert verdict.definition_1.scope == "global"


def test_where_the_argument_would_be_false() -> None:
    """A third row for a loss whose slope is not linear; targets of different size; ridges on both weights."""
    three = ss.network(
        [1, 1, 1], activation="tanh", loss="log_cosh", data=([[1], [2], [3]], [[1], [-1], [1]]), bias=False
    )
    uneven = ss.network([1, 1, 1], activation="tanh", loss="log_cosh", data=([[1], [2]], [[1], [-2]]), bias=False)
    both = ss.network([1, 1, 1], activation="tanh", data=([[1], [2]], [[1], [-1]]), bias=False, ridge="1/10")
    logistic = ss.network(
        [1, 1, 1], activation="tanh", loss="logistic", data=([[1], [2]], [[1], [-1]]), bias=False, ridge={"W2": "1/9"}
    )
    assert all(bound(one) is None for one in (three, uneven, both, logistic))
