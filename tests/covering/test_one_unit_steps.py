"""Steps of the proof for one unit without ridge, each with a case in which it matters."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import strictsaddle as ss
from strictsaddle.arithmetic.evaluate import evaluate_float
from strictsaddle.arithmetic.tape import compile_tape
from strictsaddle.covering.one_unit import _bound_of_output, _functions, _which, one_unit_bound
from strictsaddle.derive.derivatives import derive
from strictsaddle.objective.objective import Objective


def unit(activation: str, loss: str, rows: Any, **more: Any) -> Objective:
    data = ([[x] for x, _ in rows], [[y] for _, y in rows])
    return ss.network([1, 1, 1], activation=activation, loss=loss, data=data, **{"bias": False, "ridge": 0, **more})


def bound(objective: Objective) -> list[float] | None:
    assert objective.network is not None
    found = one_unit_bound(objective.network, derive(objective))
    return None if found is None else found.tolist()


def test_an_output_weight_far_below_0() -> None:
    """v s(w) = -20 and v s(2 w) = -21."""
    found = bound(unit("sigmoid", "squared", (("1", -20), ("2", -21))))
    assert found is None or found[1] > 30


def test_an_output_weight_far_out_where_the_inner_one_is_negative() -> None:
    """s(2 w) = s(w)/5 for swish where exp(w) is about 1/11: there v s(w) = 20 and v s(2 w) = 4."""
    found = _bound_of_output(derive(unit("swish", "squared", ((1, 20), (2, 4)))), 1.0, 3.0)
    assert found is None or found > 90


def test_points_at_which_both_targets_are_met() -> None:
    """s(w) = s(2 w) of swish at exp(-w) = 1 + sqrt(2): then neither of the other functions is 0."""
    both = unit("swish", "log_cosh", ((1, 1), (2, 1))).network
    assert both is not None and _which(both) == ("t", "wronskian", "e")
    graph = _functions(both, ("t", "wronskian", "e"))
    at = {
        name: evaluate_float(compile_tape(graph.graph, [node], 1), [[-np.log(1 + 2**0.5)]])[0, 0]
        for name, node in graph.nodes.items()
    }
    assert abs(at["e"]) < 1e-12 and abs(at["t"]) > 0.1 and abs(at["wronskian"]) > 0.01


def test_biases_are_not_spoken_of() -> None:
    assert bound(unit("tanh", "squared", ((1, 1), (2, -1)), bias=True)) is None


@pytest.mark.parametrize(
    ("name", "ridge", "hidden", "output"),
    [("q", 0, 0.0, 0.0), ("q", {"W2": "1/5"}, 0.0, 0.2), ("f", {"W1": "1/5"}, 0.2, 0.0)],
)
def test_the_functions_of_the_inner_weight_with_repeated_rows(
    name: str, ridge: Any, hidden: float, output: float
) -> None:
    """v = T/(S + c), put into the derivative by w, up to powers of S + c."""
    rows = ((1, 2), (1, 2), (1, 2), (2, -1), (-1, 1), (-1, 1))
    network = unit("sigmoid", "squared", rows, ridge=ridge).network
    assert network is not None
    made = _functions(network, ("t", name))
    x, y = np.array(rows, dtype=float).T
    for w in (-1.7, 0.3, 2.2):
        s = 1 / (1 + np.exp(-x * w))
        slope = x * s * (1 - s)
        t, size = np.mean(y * s), np.mean(s * s) + output
        v = t / size
        wanted = np.mean((v * s - y) * slope) * size
        if name == "f":
            wanted = (v * wanted / size + hidden * w) * size**2
        shown = evaluate_float(compile_tape(made.graph, [made.nodes[name]], 1), [[w]])[0, 0]
        assert shown == pytest.approx(wanted, abs=1e-12)
