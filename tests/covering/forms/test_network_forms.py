"""Forms of networks, against their output layer and gradient solved in balls of 200 bits; mutants of each bound are caught."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from box_test_checks import mutant
from networks_in_balls import Modelled

import strictsaddle as ss
from strictsaddle.covering.forms import convex_loss, model, output_layer, squared_loss

THREE = ([[-1], [0], ["3/2"]], [["1/2"], [-1], [1]])
SIGNS = ([[-1], [0], ["3/2"], [0]], [[1], [-1], [1], [-1]])
XOR = ([[0, 0], [0, 1], [1, 0], [1, 1]], [[0], [1], [1], [0]])
TWO_OUTPUTS = ([[-1], [0], ["1/3"]], [["1/2", 1], [-1, 0], [1, "2/7"]])
OWN: Any = {"W1": "1/3", "b1": "1/9", "W2": "1/7", "b2": "1/11"}


def network(
    widths: list[int], activation: str, data: Any, loss: str = "squared", *, bias: bool = True, ridge: Any = "1/20"
) -> Any:
    return ss.network(widths, activation=activation, loss=loss, bias=bias, ridge=ridge, data=data)


CASES = {
    "biases": network([1, 2, 1], "tanh", THREE),
    "xor": network([2, 2, 1], "tanh", XOR),
    "two outputs, ridges of their own": network([1, 2, 2], "sigmoid", TWO_OUTPUTS, ridge=OWN),
    "unbounded activation": network([1, 2, 1], "gelu", THREE),
    "no biases": network([1, 1, 1], "sin", THREE, bias=False),
    # one unknown, so that sums of absolute values are attained
    "linear unit": network([1, 1, 1], "linear", ([[1]], [[1]]), bias=False, ridge={"W1": "1/2", "W2": "1/3"}),
    "quadratic unit": network([1, 1, 1], "quadratic", ([[1]], [[1]]), bias=False, ridge={"W1": "1/2", "W2": "1/3"}),
    "linear unit, logistic": network(
        [1, 1, 1], "linear", ([[1]], [[1]]), "logistic", bias=False, ridge={"W1": "1/2", "W2": "1/50"}
    ),
    "two hidden layers": network([1, 2, 2, 1], "tanh", THREE),
    "three hidden layers": network([1, 1, 1, 1, 1], "erf", THREE, bias=False),
    "logistic": network([1, 2, 1], "softplus", SIGNS, "logistic"),
    "logistic, deep": network([1, 1, 2, 1], "swish", SIGNS, "logistic"),
    "pseudo-Huber": network([1, 1, 1], "gaussian", THREE, "pseudo_huber", bias=False),
    "log-cosh": network([1, 2, 1], "erf", SIGNS, "log_cosh"),
}


@pytest.mark.parametrize("name", CASES)
def test_output_layer_and_gradient_lie_within_their_forms(name: str) -> None:
    modelled = Modelled.of(CASES[name])
    assert modelled.violations(np.random.default_rng(7), 8, 6) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_output_layer_and_gradient_lie_within_their_forms_in_many_boxes(name: str) -> None:
    modelled = Modelled.of(CASES[name])
    assert modelled.violations(np.random.default_rng(8), 300, 20) == []


def broken(module: Any, function: str, old: str, new: str) -> Any:
    """`whole_model` with one of the functions that it is made of replaced by a mutant, as plain Python."""
    changed = {function: mutant(getattr(module, function), old, new)}
    if module is not model:
        inner = mutant(output_layer.inner, "return True", "return True", **changed)
        return mutant(model.whole_model, "return True", "return True", inner=inner)
    changed = {"gradient": mutant(model.gradient, "set_constant", "set_constant", **changed)}
    return mutant(model.whole_model, "return True", "return True", **changed)


@pytest.mark.parametrize(
    ("case", "module", "function", "old", "new"),
    [
        ("biases", squared_loss, "errors_of_squared", "gap / np.sqrt(net.output_ridge[o, j]) * UPWARD", "0.1 * gap"),
        ("biases", squared_loss, "errors_of_squared", "(v_cubic[j] + dv[j]) * UPWARD", "dv[j]"),
        ("biases", squared_loss, "errors_of_squared", "(r_cubic[i] + dr[i]) * UPWARD", "dr[i]"),
        ("biases", squared_loss, "errors_of_squared", "_refine(net, o, centre, y, varying, rest_1, rest_2, dv, dr)", "dv *= 0.02"),
        ("pseudo-Huber", convex_loss, "errors_of_convex", "dv[j] = gap / np.sqrt(net.output_ridge[o, j]) * UPWARD", "dv[j] = 0.1 * gap"),
        ("log-cosh", convex_loss, "errors_of_convex", "(sizes[r, ERROR] + bend * moved[i]) * UPWARD", "0.0"),
        ("biases", model, "_of_one_hidden_layer", "net.shares[i] * x, product", "net.shares[i], product"),
        ("two hidden layers", model, "_backwards", "net.shares[i] * net.inputs[i, m], delta", "net.shares[i], delta"),
        ("two hidden layers", model, "_backwards", "multiply(forms, sizes, weight, delta + i * widest + j, net.scratch, n)",
         "multiply(forms, sizes, weight, weight, net.scratch, n)"),
    ],
)  # fmt: skip
def test_unsound_bounds_are_caught(case: str, module: Any, function: str, old: str, new: str) -> None:
    modelled = Modelled.of(CASES[case])
    assert modelled.violations(np.random.default_rng(7), 12, 6, broken(module, function, old, new))


@pytest.mark.parametrize(
    ("case", "module", "function", "old", "new"),
    [
        ("linear unit", squared_loss, "errors_of_squared", "rest_1[i] += varying[i, j] * v_cubic[j]", "pass"),
        ("linear unit", squared_loss, "errors_of_squared", "rest_2[j] += net.shares[i] * varying[i, j] * r_cubic[i]", "pass"),
        ("linear unit", squared_loss, "errors_of_squared", "gap += net.shares[i] * rest_1[i] * rest_1[i]", "pass"),
        ("linear unit", squared_loss, "errors_of_squared", "gap += rest_2[j] * rest_2[j] / net.output_ridge[o, j]", "pass"),
        ("quadratic unit", squared_loss, "errors_of_squared", "s_square * sizes[v, QUADRATIC]", "0.0"),
        ("quadratic unit", squared_loss, "errors_of_squared", "s_square * sizes[r, QUADRATIC]", "0.0"),
        ("linear unit, logistic", convex_loss, "errors_of_convex", "(sizes[r, ERROR] + bend * moved[i]) * UPWARD", "bend * moved[i]"),
        ("linear unit, logistic", convex_loss, "errors_of_convex",
         "(size(forms, sizes, place + j) + sizes[place + j, ERROR])", "size(forms, sizes, place + j)"),
    ],
)  # fmt: skip
def test_bounds_without_one_of_their_terms_are_caught(
    case: str, module: Any, function: str, old: str, new: str
) -> None:
    modelled = Modelled.of(CASES[case])
    assert modelled.violations(np.random.default_rng(7), 25, 6, broken(module, function, old, new))


def test_poor_trial_functions_are_sound_as_what_they_leave_over_counts() -> None:
    """After one step in place of two their quadratic terms are wrong: only the bound may become worse."""
    modelled = Modelled.of(CASES["biases"])
    poor = ("for _ in range(2):", "for _ in range(1):")
    one_step = mutant(model.whole_model, "return True", "return True", inner=mutant(output_layer.inner, *poor))
    assert modelled.violations(np.random.default_rng(7), 12, 6, one_step) == []
    careless = mutant(squared_loss.errors_of_squared, "_leftover(net, o, forms, n, rest_2)", "pass")
    inner = mutant(output_layer.inner, *poor, errors_of_squared=careless)
    broken_model = mutant(model.whole_model, "return True", "return True", inner=inner)
    assert modelled.violations(np.random.default_rng(7), 12, 6, broken_model)


def test_errors_shrink_with_the_box_as_cubes_or_faster() -> None:
    """What makes the search fast; soundness does not rest on it."""
    modelled = Modelled.of(CASES["biases"])
    errors = []
    for radius in (0.08, 0.02):
        assert modelled.fill(np.array([0.7, -0.4, 0.3, 0.2]), np.full(4, radius))
        errors.append(modelled.sizes[modelled.net.g : modelled.net.g + 4, 2].max())
    assert errors[1] < errors[0] / 40.0


def refined_squared_violations(refine: Any, count: int = 150) -> int:
    """Errors that solve dr - (S_0 + d) dv = rho_1, mu dv + (S_0 + d)' P dr = -rho_2, against their refined bounds."""
    rng = np.random.default_rng(4)
    net = Modelled.of(CASES["biases"]).net
    rows, signals = 3, 3
    bad = 0
    for _ in range(count):
        shares, mu = rng.uniform(0.1, 1, rows), rng.uniform(0.05, 1, signals)
        here = net._replace(shares=shares, output_ridge=mu[None])
        centre, varying = rng.uniform(-1, 1, (rows, signals)), rng.uniform(0, 0.3, (rows, signals)) * rng.integers(0, 2)
        s = centre + varying * rng.choice([-1, 1], (rows, signals))
        first, second = rng.uniform(0, 1, rows) * rng.integers(0, 2), rng.uniform(0, 1, signals) * rng.integers(0, 2)
        rho_1, rho_2 = first * rng.choice([-1, 1], rows), second * rng.choice([-1, 1], signals)
        matrix = np.block([[np.eye(rows), -s], [s.T * shares, np.diag(mu)]])
        true = np.abs(np.linalg.solve(matrix, np.concatenate([rho_1, -rho_2])))
        dv, dr = 1.5 * true[rows:] + 1e-9, 1.5 * true[:rows] + 1e-9
        y = np.linalg.inv(np.diag(mu) + (centre.T * shares) @ centre) * rng.uniform(0.98, 1.02)
        refine(here, 0, centre, y, varying, first, second, dv, dr)
        bad += bool(np.any(true[rows:] > dv + 1e-12)) + bool(np.any(true[:rows] > dr + 1e-12))
    return bad


def test_refined_bounds_of_the_squared_loss_hold() -> None:
    assert refined_squared_violations(squared_loss._refine) == 0


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("first[i] += varying[i, k] * dv[k]", "pass"),
        ("second[k] += net.shares[i] * varying[i, k] * dr[i]", "pass"),
        ("value += back[j, i] * first[i]", "pass"),
        ("value += onward[i, k] * second[k] + behind[i, k] * dv[k]", "pass"),
        ("+ wrong[j, k] * dv[k]", ""),
    ],
)
def test_unsound_refinements_of_the_squared_loss_are_caught(old: str, new: str) -> None:
    assert refined_squared_violations(mutant(squared_loss._refine, old, new))


def refined_convex_violations(refine: Any, count: int = 150) -> int:
    """Errors that solve A dv = -F, A being made of any signals and bends that are allowed, against their refined bounds."""
    rng = np.random.default_rng(4)
    modelled = Modelled.of(CASES["log-cosh"])
    rows, signals = 3, 3
    bad = 0
    for _ in range(count):
        shares, mu = rng.uniform(0.1, 1, rows), rng.uniform(0.05, 1, signals)
        here = modelled.net._replace(shares=shares, output_ridge=mu[None])
        centre, varying = rng.uniform(-1, 1, (rows, signals)), rng.uniform(0, 0.2, (rows, signals)) * rng.integers(0, 2)
        s = centre + varying * rng.choice([-1, 1], (rows, signals))
        arguments = np.stack([rng.uniform(-2, 2, rows), rng.uniform(0, 0.5, rows) * rng.integers(0, 2)], axis=1)
        bend = 0.5 / np.cosh(arguments[:, 0] + arguments[:, 1] * rng.choice([-1, 1], rows)) ** 2
        rho = rng.uniform(0, 1, signals)
        whole = np.diag(mu) + (s.T * (shares * bend)) @ s
        true = np.linalg.solve(whole, rho * rng.choice([-1, 1], signals))
        dv, moved = 1.5 * np.abs(true) + 1e-9, np.zeros(rows)
        start = np.diag(mu) + (centre.T * (shares * 0.5 / np.cosh(arguments[:, 0]) ** 2)) @ centre
        refine(
            here,
            modelled.loss,
            0,
            centre,
            np.linalg.inv(start),
            arguments,
            varying,
            np.abs(centre) + varying,
            moved,
            rho,
            dv,
        )
        bad += bool(np.any(np.abs(true) > dv + 1e-12))
    return bad


def test_refined_bounds_of_convex_losses_hold() -> None:
    assert refined_convex_violations(convex_loss.refine) == 0


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("apart[j, k] += whole * off + change * abs(bend)", "apart[j, k] += change * abs(bend)"),
        ("apart[j, k] += whole * off + change * abs(bend)", "apart[j, k] += whole * off"),
        ("value += abs(y[j, k]) * rho[k]", "value += 0.7 * abs(y[j, k]) * rho[k]"),
    ],
)
def test_unsound_refinements_of_convex_losses_are_caught(old: str, new: str) -> None:
    assert refined_convex_violations(mutant(convex_loss.refine, old, new))
