"""JAX functions of objectives agree with the tapes that the proofs are made with."""

from __future__ import annotations

import jax
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import strictsaddle as ss
from strictsaddle.arithmetic.evaluate import evaluate_float
from strictsaddle.certify.krawczyk import hessian_in_doubles
from strictsaddle.derive.derivatives import derive
from strictsaddle.dynamics.functions import LOSSES, OPERATIONS, functions_of, of_network
from strictsaddle.dynamics.in_numpy import compiled
from strictsaddle.dynamics.problem import problem_of
from strictsaddle.errors import NotYetError
from strictsaddle.formula.graph import BINARY, LEAVES, Op
from strictsaddle.objective.layers import ACTIVATIONS
from strictsaddle.objective.layers import LOSSES as KNOWN

ALL = "exp(x/3) + log(2 + x**2)*sqrt(1 + y**2) + sin(x)*cos(y) + tan(x/9) + asin(x/9) + acos(y/9) + atan(x) + sinh(x/4)"
MORE = " + cosh(y/4) + tanh(x*y) + sigmoid(x) + softplus(y) + erf(x - y) + x/(3 + y**2) - pi*y + x**3"


def agree(objective: ss.Objective, point: np.ndarray) -> None:
    """Value, gradient and Hessian by JAX and by the tapes."""
    derivation, functions = derive(objective), functions_of(objective)
    with jax.enable_x64(True):
        w = jax.numpy.asarray(point)
        assert float(functions.value(w)) == pytest.approx(
            float(evaluate_float(derivation.value_tape, point[None])[0, 0]), rel=1e-12, abs=1e-12
        )
        slope = evaluate_float(derivation.gradient_tape, point[None])[0]
        assert np.asarray(jax.jit(functions.gradient)(w)) == pytest.approx(slope, rel=1e-9, abs=1e-9)
        if not objective.graph.has_kinks(objective.node):
            table = hessian_in_doubles(derivation, point)
            assert np.asarray(jax.jit(functions.hessian)(w)) == pytest.approx(table, rel=1e-9, abs=1e-9)


def test_every_operation_has_its_function() -> None:
    assert set(OPERATIONS) | BINARY | LEAVES | {Op.POW} == set(Op)
    assert set(LOSSES) == set(KNOWN)


@settings(max_examples=3)
@given(st.lists(st.floats(-2, 2), min_size=2, max_size=2))
def test_a_formula_with_all_functions(point: list[float]) -> None:
    agree(ss.Objective("all", "x y", ALL + MORE), np.array(point))


def test_kinks() -> None:
    agree(ss.Objective("kinks", "x y", "relu(x - y) + abs(x + y)*y + max(x, 2*y)"), np.array([0.3, -0.7]))


@pytest.mark.parametrize("loss", sorted(KNOWN))
def test_each_loss(loss: str) -> None:
    targets = {"logistic": [[1], [-1], [1]], "hinge": [[1], [-1], [1]], "cross_entropy": [[0], [2], [1]]}.get(
        loss, [["3/2"], [-1], ["1/4"]]
    )
    outputs = 3 if loss == "cross_entropy" else 1
    objective = ss.network(
        [2, 2, outputs], activation="tanh", loss=loss, data=([[1, 2], ["1/2", -1], [0, 1]], targets), ridge="1/20"
    )
    point = np.random.default_rng(3).normal(size=objective.dimension)
    agree(objective, point)
    assert objective.network is not None and of_network(objective.network).rows == 3


@pytest.mark.parametrize("activation", sorted(ACTIVATIONS))
def test_each_activation_in_two_layers(activation: str) -> None:
    data = ([[1], ["1/2"]], [[1], [-1]])
    objective = ss.network(
        [1, 2, 1, 1], activation=activation, data=data, bias=False, ridge={"W1": "1/10", "W2": 0, "W3": "1/5"}
    )
    agree(objective, np.array([0.3, -0.5, 0.7, 0.2, -0.9]))


def test_gradients_of_rows_add_up() -> None:
    objective = ss.network(
        [1, 1, 1], activation="tanh", data=([[1], [2], [3]], [[1], [0], [2]]), bias=True, ridge="1/10"
    )
    problem, w = problem_of(objective), np.array([0.1, -0.4, 0.8, 0.3])
    rows = compiled(problem).row_gradients(w)
    assert rows.shape == (3, 4) and rows.std(axis=0).max() > 0.1
    assert rows.mean(axis=0) == pytest.approx(compiled(problem).gradient(w))


def test_spheres() -> None:
    """The Riemannian Hessian maps normal vectors to 0, and its eigenvalues are the certified ones at a stationary point."""
    objective = ss.zoo.tensor_eq5(d=2)
    verdict = ss.check(objective)
    problem = problem_of(objective)
    for point in verdict.stationary.isolated[::7]:
        w = np.array([0.5 * (low + high) for low, high in point.point])
        table = compiled(problem).riemannian(w)
        assert table @ w == pytest.approx(np.zeros(4), abs=1e-9)
        assert np.sort(np.linalg.eigvalsh(0.5 * (table + table.T)))[[0, -1]] == pytest.approx(
            [min(point.eigenvalues[0].low, 0), max(point.eigenvalues[-1].high, 0)], abs=1e-9
        )
        assert compiled(problem).gradient(2 * w) == pytest.approx(np.zeros(4), abs=1e-9)


def test_equalities_are_refused() -> None:
    with pytest.raises(NotYetError, match="optimisers do not take equalities"):
        problem_of(ss.Objective("e", "x y", "x + y", domain=ss.Equalities(["x**2 + 2*y**2 - 1"])))
