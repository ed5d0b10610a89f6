"""The loss minimised over the output layer: its values exactly, its stationary points and their signs those of the loss."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from flint import arb, fmpq, fmpq_mat

import strictsaddle as ss
from strictsaddle.arithmetic.evaluate import evaluate_float, evaluate_rational
from strictsaddle.covering import search as searches
from strictsaddle.covering.output_elimination import reduced
from strictsaddle.derive.derivatives import derive

F = Fraction
ONE = ([[1], [2]], [[1], [-1]])
TWO = ([[1], [2], [2], ["1/2"]], [[1, 0], [-1, 2], [-1, 2], ["1/3", 1]])


def network(widths: list[int], activation: str, data: Any, *, bias: bool = False, ridge: Any = "1/7") -> ss.Objective:
    return ss.network(widths, activation=activation, bias=bias, ridge=ridge, data=data)


CASES = [
    ([1, 2, 1], "quadratic", ONE, False, "1/7"),
    ([1, 3, 1], "linear", ONE, False, "1/7"),
    ([1, 2, 1], "cubic", ONE, True, "1/7"),
    ([1, 3, 2], "quadratic", TWO, True, "1/7"),  # a row that occurs twice, two outputs
    ([1, 2, 2, 1], "linear", ONE, False, "2/3"),
    ([1, 2, 1], "quadratic", ONE, False, {"W1": "1/3", "W2_1_1": "1/5", "W2_1_2": "2"}),
]


@pytest.mark.parametrize(("widths", "activation", "data", "bias", "ridge"), CASES)
def test_it_is_the_least_value_exactly(widths: list[int], activation: str, data: Any, bias: bool, ridge: Any) -> None:
    derivation = derive(network(widths, activation, data, bias=bias, ridge=ridge))
    smaller = reduced(derivation)
    assert smaller is not None
    n, least = derivation.dimension, derive(smaller.objective)
    others = [i for i in range(n) if i not in smaller.kept]
    random = np.random.default_rng(3)
    for _ in range(3):
        hidden = [F(int(k), 5) for k in random.integers(-9, 10, size=len(smaller.kept))]
        point = [F(0)] * n
        for i, x in zip(smaller.kept, hidden, strict=True):
            point[i] = x
        slope, upper = (
            evaluate_rational(derivation.gradient_tape, point),
            evaluate_rational(derivation.hessian_tape, point),
        )
        assert slope is not None and upper is not None
        entries = dict(zip(((i, j) for i in range(n) for j in range(i, n)), upper, strict=True))
        block = fmpq_mat([[fmpq(*entries[min(i, j), max(i, j)].as_integer_ratio()) for j in others] for i in others])
        step = block.solve(fmpq_mat([[fmpq(*slope[i].as_integer_ratio())] for i in others]))
        for k, i in enumerate(others):
            point[i] = -F(int(step[k, 0].p), int(step[k, 0].q))
        (value,) = evaluate_rational(derivation.value_tape, point) or [None]
        assert evaluate_rational(least.value_tape, hidden) == [value]
        assert evaluate_rational(least.gradient_tape, hidden) == [
            x for i, x in enumerate(evaluate_rational(derivation.gradient_tape, point) or []) if i in smaller.kept
        ]
        point[others[0]] += F(1, 1000)  # the twin: any other output layer is worse
        (more,) = evaluate_rational(derivation.value_tape, point) or [F(0)]
        assert value is not None and more > value


def test_lifting_encloses_the_best_output_layer() -> None:
    derivation = derive(network([1, 3, 1], "tanh", ONE))
    smaller = reduced(derivation)
    assert smaller is not None
    lifted = smaller.lifted([arb(0.5, 1e-9), arb(-1, 1e-9), arb(2, 1e-9)])
    assert lifted is not None
    middle = np.array([float(x.mid()) for x in lifted])
    assert np.max(np.abs(evaluate_float(derivation.gradient_tape, middle[None])[0, 3:])) < 1e-12
    assert (
        smaller.lifted([arb(0, 1e3)] * 3) is None
        or max(float(x.rad()) for x in smaller.lifted([arb(0, 1e3)] * 3) or []) > 1
    )


@pytest.mark.parametrize(
    "objective",
    [
        network([1, 2, 1], "tanh", ONE, ridge=0),
        network([1, 2, 1], "tanh", ONE, ridge={"W1": "1/5", "W2": 0}),
        network([1, 2, 1], "tanh", ([[0], [1], [2]], [[1], [0], [2]])),  # more rows than signals
        ss.network([1, 2, 1], activation="tanh", loss="pseudo_huber", bias=False, ridge="1/9", data=ONE),
        network([1, 1], "linear", ONE),
        ss.Objective("no network", "x y", "(x*y - 1)**2 + x**2 + y**2"),
    ],
)
def test_what_is_left_as_it_is(objective: ss.Objective) -> None:
    assert reduced(derive(objective)) is None


def both(objective: ss.Objective, monkeypatch: pytest.MonkeyPatch) -> tuple[Any, Any]:
    monkeypatch.setattr(searches, "is_suited", lambda network: False)  # which has tests of its own
    with_it = ss.check(objective, workers=1, budget=120)
    monkeypatch.setattr(searches, "reduced", lambda derivation: None)
    return with_it, ss.check(objective, workers=1, budget=120)


@pytest.mark.parametrize(
    ("widths", "activation", "data", "bias", "ridge"),
    [
        ([1, 2, 1], "tanh", ONE, False, "1/50"),
        ([1, 2, 1], "sin", ONE, False, "1/10"),
        ([1, 1, 1], "sigmoid", ONE, True, "1/10"),
        ([1, 2, 2], "tanh", ([[1], [2]], [[1, 0], [-1, 2]]), False, "1/5"),
    ],
)
def test_the_same_list_as_the_search_in_all_unknowns(
    widths: list[int], activation: str, data: Any, bias: bool, ridge: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = both(network(widths, activation, data, bias=bias, ridge=ridge), monkeypatch)
    assert one.definition_1.verdict == other.definition_1.verdict == "strict_saddle"
    assert one.stationary.complete and other.stationary.complete
    assert one.stationary.counts == other.stationary.counts
    assert one.resources.boxes != other.resources.boxes
    for a, b in zip(one.stationary.isolated, other.stationary.isolated, strict=True):
        assert (a.kind, a.index) == (b.kind, b.index)
        assert all(x.low <= y.high and y.low <= x.high for x, y in zip(a.point, b.point, strict=True))


def test_a_degenerate_point_is_found_by_either_search(monkeypatch: pytest.MonkeyPatch) -> None:
    """(v tanh(w) - 1)^2 + v^2 + w^2 has the Hessian 2 [[1, -1], [-1, 1]] at 0."""
    one, other = both(network([1, 1, 1], "tanh", ([[1]], [[1]]), ridge=1), monkeypatch)
    assert one.definition_1.verdict == other.definition_1.verdict == "not_strict_saddle"
