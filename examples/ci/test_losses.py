"""Tests that a project can have of its own losses. Run: pytest examples/ci"""

import pytest

import strictsaddle as ss

DATA = ([[-1], [0], [1]], [[-1], [0], [1]])


@pytest.mark.strict_saddle(budget=60)
def test_ridge_keeps_the_loss_strict_saddle():
    return ss.network([1, 1, 1], activation="tanh", data=DATA, bias=False, ridge="1/10")


@pytest.mark.strict_saddle(modulo_symmetry=True)
def test_a_linear_layer_without_ridge():
    return ss.network([1, 1, 1], activation="linear", data=DATA, bias=False)


@pytest.mark.parametrize("ridge", ["1/10", "1/5"])
def test_several(strict_saddle, ridge):
    verdict = strict_saddle(ss.network([1, 1, 1], activation="linear", data=DATA, bias=False, ridge=ridge))
    assert verdict["stationary"]["counts"]["local_minimum"] == 2
