"""Split hidden units: continua that refute, and formulas that only look like networks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import strictsaddle as ss
from strictsaddle.derive.derivatives import derive
from strictsaddle.objective.domain import Box
from strictsaddle.objective.objective import Objective
from strictsaddle.routes.refutation.split_units import Family, split_witness
from strictsaddle.routes.refutation.suspects import look_at

INPUTS = [["1/2"], [1], ["-3/2"], [2], ["-5/2"], [3]]
TARGETS = {
    "tanh": [["1/3"], ["9/10"], [-1], ["4/5"], ["-11/10"], [1]],
    "sin": [["1/2"], ["4/5"], [-1], ["9/10"], ["-3/5"], ["1/10"]],
    "softplus": [["1/2"], [1], [-1], [3], ["-2"], [4]],
}


def net(activation: str, widths: tuple[int, ...] = (1, 2, 1), **options: Any) -> Objective:
    return ss.network(list(widths), activation, data=(INPUTS, TARGETS[activation]), bias=False, **options)


@pytest.mark.parametrize("activation, widths", [("tanh", (1, 2, 1)), ("sin", (1, 2, 1)), ("tanh", (1, 3, 1))])
def test_a_split_unit_refutes(activation: str, widths: tuple[int, ...]) -> None:
    objective = net(activation, widths)
    derivation = derive(objective)
    witness = split_witness(derivation)
    assert witness is not None
    assert witness.dimension == witness.nullity == widths[1] - 1
    assert all(low == high == 0 for low, high in witness.eigenvalues[: widths[1] - 1])
    assert all(low > 0 for low, _ in witness.eigenvalues[widths[1] - 1 :])
    near = look_at(derivation, np.array([0.5 * (i.low + i.high) for i in witness.point]))
    assert near.gradient_norm < 1e-8
    assert np.all(near.eigenvalues[: widths[1] - 1] < 1e-8)
    assert near.eigenvalues[0] > -1e-8


def test_check_tells_the_continuum() -> None:
    verdict = ss.check(net("tanh"), budget=60, workers=1)
    assert verdict.definition_1.verdict == "not_strict_saddle"
    assert verdict.definition_1.scope == "global"
    (continuum,) = verdict.stationary.continua
    assert (continuum.dimension, continuum.kind, continuum.index) == (1, "degenerate_minimum", 0)
    assert len(continuum.eigenvalues) == 3
    assert continuum.eigenvalues[0].low > 0


@pytest.mark.parametrize("ridge", ["1/100", {"W1": "1/100"}, {"W2": "1/100"}])
def test_a_ridge_tells_units_apart(ridge: Any) -> None:
    assert split_witness(derive(net("tanh", ridge=ridge))) is None


def test_a_formula_that_is_not_that_of_its_network_has_no_family() -> None:
    objective = net("tanh")
    assert objective.network is not None
    assert Family.of(derive(objective), objective.network, 1, 2) is not None
    graph = objective.graph
    w = [graph.variable(k) for k in range(4)]
    for extra in (graph.power(w[0], 2), graph.mul(w[2], w[3]), graph.mul(w[0], w[3])):
        node = graph.add(objective.node, extra)
        other = Objective.from_graph("other", objective.variables, graph, node, network=objective.network)
        assert Family.of(derive(other), objective.network, 1, 2) is None


def test_nothing_is_said_of_boxes_and_formulas() -> None:
    assert split_witness(derive(net("tanh").on(Box((-3,) * 4, (3,) * 4)))) is None
    assert split_witness(derive(Objective("f", "x y", "x**2 + tanh(y)"))) is None
