"""The bound on a network's stationary points: every one that Newton finds lies within it, and it is attained where it
should be."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import strictsaddle as ss
from strictsaddle.arithmetic.evaluate import evaluate_float
from strictsaddle.covering.ridge_bounds import EULER, SLOPES, output_ball, ridge_bound
from strictsaddle.derive.derivatives import derive

LOSSES = ("squared", "logistic", "cross_entropy", "pseudo_huber", "log_cosh")


def stationary_points(objective: Any, bound: Any, seed: int) -> list[Any]:
    """Where Newton's method with a line search on |g| ends from random starts, converged."""
    from scipy.optimize import least_squares, minimize

    derivation = derive(objective)
    n = objective.dimension
    rows, columns = np.triu_indices(n)
    rng = np.random.default_rng(seed)

    def gradient(w: Any) -> Any:
        return evaluate_float(derivation.gradient_tape, w.reshape(1, n))[0]

    def hessian(w: Any) -> Any:
        matrix = np.zeros((n, n))
        matrix[rows, columns] = matrix[columns, rows] = evaluate_float(derivation.hessian_tape, w.reshape(1, n))[0]
        return matrix

    def value(w: Any) -> float:
        return float(evaluate_float(derivation.value_tape, w.reshape(1, n))[0, 0])

    found = []
    for k in range(8):
        start = rng.normal(size=n) * np.minimum(bound, 4.0)
        if k % 2:
            start = minimize(value, start, jac=gradient).x
        result = least_squares(gradient, start, jac=hessian, xtol=1e-15, ftol=1e-15, gtol=1e-15)
        if np.abs(gradient(result.x)).max() < 1e-9:
            found.append(result.x)
    return found


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "softplus", "erf", "sin", "gaussian", "swish", "gelu"])
def test_stationary_points_lie_within_the_bound(loss: str, activation: str) -> None:
    rng = np.random.default_rng(len(loss) * 31 + len(activation))
    outputs = 3 if loss == "cross_entropy" else 2
    inputs = rng.integers(-3, 4, (3, 2)).tolist()
    if loss == "cross_entropy":
        targets = rng.integers(0, 3, (3, 1)).tolist()
    elif loss == "logistic":
        targets = rng.choice([-1, 1], (3, 2)).tolist()
    else:
        targets = rng.integers(-4, 5, (3, 2)).tolist()
    objective = ss.network([2, 2, outputs], activation=activation, loss=loss, data=(inputs, targets),
                           ridge={"W1": "1/100", "b1": "1/50", "W2": "1/200", "b2": "1/30"})  # fmt: skip
    network = objective.network
    assert network is not None
    bound = ridge_bound(network)
    assert not isinstance(bound, str), bound
    ball = output_ball(network)
    points = stationary_points(objective, np.array(bound), 1)
    assert points, "the test must have something to look at"
    for w in points:
        assert (np.abs(w) <= np.array(bound)).all()
        assert float(ball.weights @ w**2) <= ball.level


def test_the_bound_of_the_output_layer_is_attained() -> None:
    """One weight, yhat = v x: v = x y / (x^2 + ridge), and R is L0 / 4 exactly where x^2 is the ridge."""
    objective = ss.network([1, 1], bias=False, ridge="1/4", data=([["1/2"]], [[3]]))
    assert objective.network is not None
    bound = ridge_bound(objective.network)
    assert not isinstance(bound, str)
    assert 3.0 <= bound[0] <= 3.02
    ball = output_ball(objective.network)
    assert 9 / 4 <= ball.level <= 9 / 4 * 1.01 and ball.weights.tolist() == [0.25]


def test_two_hidden_layers() -> None:
    objective = ss.network([1, 1, 1, 1], activation="tanh", ridge="1/20", data=([[1], [2], [-1]], [[1], [-2], [0]]))
    assert objective.network is not None
    bound = ridge_bound(objective.network)
    assert not isinstance(bound, str)
    points = stationary_points(objective, np.array(bound), 2)
    assert points and all((np.abs(w) <= np.array(bound)).all() for w in points)


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"ridge": 0}, "no ridge"),
        ({"ridge": {"W1": 0, "b1": "1/9", "W2": "1/9", "b2": "1/9"}}, "no ridge"),
        ({"ridge": "1/9", "widths": [1, 1, 1, 1], "activation": ["tanh", "quadratic"]}, "layer 1 (tanh)"),
    ],
)
def test_no_bound_where_the_argument_fails(options: dict[str, Any], why: str) -> None:
    given = {"widths": [1, 2, 1], "activation": "tanh", "data": ([[1], [2]], [[1], [-1]]), **options}
    objective = ss.network(**given)
    assert objective.network is not None
    assert why in str(ridge_bound(objective.network))


def test_every_activation_with_a_bounded_slope_is_known() -> None:
    """The table's numbers against a fine grid."""
    from strictsaddle.objective.objective import Objective

    formulas = {
        "gaussian": "exp(-x**2)",
        "swish": "x*sigmoid(x)",
        "gelu": "x*(1 + erf(x/sqrt(2)))/2",
        "linear": "x",
    }
    grid = np.linspace(-30, 30, 200_001).reshape(-1, 1)
    for name, (slope, size) in SLOPES.items():
        derivation = derive(Objective(name, "x", formulas.get(name, f"{name}(x)")))
        greatest = np.abs(evaluate_float(derivation.gradient_tape, grid)).max()
        assert greatest <= float(Fraction(slope)) + 1e-12 <= greatest + 0.01, name
        if size is not None:
            assert np.abs(evaluate_float(derivation.value_tape, grid)).max() <= float(Fraction(size)) + 1e-12


def test_eulers_relation_up_to_its_constant() -> None:
    """|z s'(z) - k s(z)| against a fine grid: at most the table's number, and nearly that."""
    formulas = {
        "linear": "x",
        "quadratic": "x**2",
        "cubic": "x**3",
        "softplus": "softplus(x)",
        "swish": "x*sigmoid(x)",
        "gelu": "x*(1 + erf(x/sqrt(2)))/2",
        "gaussian": "exp(-x**2)",
        **{name: f"{name}(x)" for name in ("tanh", "sigmoid", "erf")},
    }
    grid = np.linspace(-20, 20, 400_001).reshape(-1, 1)
    assert set(formulas) == set(EULER)
    for name, (degree, kappa) in EULER.items():
        derivation = derive(ss.Objective(name, "x", formulas[name]))
        slope = evaluate_float(derivation.gradient_tape, grid)[:, 0]
        gap = np.abs(grid[:, 0] * slope - degree * evaluate_float(derivation.value_tape, grid)[:, 0])
        assert gap.max() - 1e-9 <= float(Fraction(kappa)) <= gap.max() + 1e-3, name


@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")  # a line search that ran off to infinity
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize(
    ("widths", "activation"),
    [
        ([1, 2, 0], "quadratic"),
        ([1, 1, 1, 0], "linear"),
        ([1, 1, 1, 0], ["quadratic", "linear"]),
        ([1, 1, 1, 0], "softplus"),
        ([1, 1, 1, 0], "swish"),
        ([1, 1, 1, 0], ["gelu", "tanh"]),
        ([1, 1, 1, 1, 0], "linear"),
    ],
)
def test_layers_without_bounded_activations(widths: list[int], activation: Any, bias: bool, loss: str) -> None:
    """Stationary points lie within the bound also where only Euler's relation bounds the hidden layers."""
    rng = np.random.default_rng(len(loss) * 7 + len(widths) + bias)
    widths = [*widths[:-1], 2 if loss == "cross_entropy" else 1]
    inputs = rng.integers(-3, 4, (3, 1)).tolist()
    targets = {"cross_entropy": rng.integers(0, 2, (3, 1)), "logistic": rng.choice([-1, 1], (3, 1))}
    rows = targets.get(loss, rng.integers(-4, 5, (3, 1))).tolist()
    objective = ss.network(widths, activation=activation, loss=loss, data=(inputs, rows), bias=bias, ridge="1/40")
    assert objective.network is not None
    bound = ridge_bound(objective.network)
    assert not isinstance(bound, str), bound
    ball = output_ball(objective.network)
    for w in stationary_points(objective, np.array(bound), 3):
        assert (np.abs(w) <= np.array(bound)).all()
        assert float(ball.weights @ w**2) <= ball.level


def test_the_bound_by_scaling_is_attained() -> None:
    """Linear 1-1-1 without biases: the layers' ridges hold the same energy, R_1 = R_2, at every stationary point."""
    objective = ss.network(
        [1, 1, 1], activation="linear", bias=False, ridge={"W1": "1/4", "W2": "1/9"}, data=([[1]], [[3]])
    )
    assert objective.network is not None
    bound = ridge_bound(objective.network)
    assert not isinstance(bound, str)
    point = next(p for p in ss.check(objective).stationary.isolated if p.kind == "local_minimum")
    first, second = (side.high for side in point.point)
    assert abs(first**2 / 4 - second**2 / 9) < 1e-9
    assert abs(first) <= bound[0] and abs(second) <= bound[1]
