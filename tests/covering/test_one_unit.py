"""One hidden unit without ridge: a box with every stationary point, held against points that are known and networks that are rescaled."""

from __future__ import annotations

from typing import Any

import pytest

import strictsaddle as ss
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
        covered = ss.check(objective, method="interval", workers=1, budget=30)
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
