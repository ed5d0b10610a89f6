"""The tests of a box of hidden parameters never exclude a stationary point: of random networks, found by Newton's method."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import pytest
from box_test_checks import mutant
from networks_in_balls import Modelled
from scipy.optimize import least_squares

import strictsaddle as ss
from strictsaddle.arithmetic.evaluate import evaluate_float
from strictsaddle.covering.forms import box_tests as b
from strictsaddle.covering.forms import contraction, quadratic
from strictsaddle.covering.forms.model import rows_needed

Array = Any


def random_network(rng: Any) -> ss.Objective:
    """Of one or two hidden layers, with one to four rows."""
    widths = [[1, 1, 1], [1, 2, 1], [2, 1, 1], [1, 1, 2], [2, 2, 1], [1, 1, 1, 1]][rng.integers(6)]
    activation = str(rng.choice(["tanh", "sigmoid", "softplus", "erf", "sin", "gaussian", "swish", "gelu"]))
    if len(widths) > 3:  # unbounded activations have no bound on deep networks
        activation = str(rng.choice(["tanh", "sigmoid", "erf", "gaussian"]))
    loss = str(rng.choice(["squared", "logistic", "pseudo_huber", "log_cosh"]))
    rows = int(rng.integers(1, 5))
    inputs = rng.integers(-4, 5, (rows, widths[0])).tolist()
    targets = rng.choice([-1, 1], (rows, widths[-1])).tolist()
    return ss.network(widths, activation=activation, loss=loss, bias=bool(rng.integers(2)), data=(inputs, targets),
                      ridge=f"1/{rng.integers(2, 40)}")  # fmt: skip


def stationary_points(modelled: Modelled, rng: Any, starts: int) -> list[Array]:
    """Points at which the gradient vanishes to 1e-11, by damped least squares from random starts."""
    n = modelled.derivation.dimension

    def slope(w: Array) -> Array:
        return evaluate_float(modelled.derivation.gradient_tape, w[None])[0]

    found = []
    for _ in range(starts):
        result = least_squares(slope, rng.uniform(-2, 2, n), xtol=1e-15, ftol=1e-15, gtol=1e-15, max_nfev=200)
        if np.max(np.abs(result.fun)) < 1e-11:
            found.append(result.x)
    return found


class Closing:
    """All that may close a box, or a mutant of it."""

    def __init__(self, **changed: Any) -> None:
        self.too_far_out = changed.get("too_far_out", b.too_far_out)
        self.outputs_in_range = changed.get("outputs_in_range", b.outputs_in_range)
        self.unbalanced = changed.get("unbalanced", b.unbalanced)
        self.narrow = changed.get("narrow", contraction.narrow)

    def loses(self, modelled: Modelled, point: Array, middle: Array, radius: Array) -> str | None:
        """Which test loses a stationary point of the box middle +- radius; None where none does."""
        with np.errstate(all="ignore"):  # mutants are plain Python, and infinity times 0 is undefined in boxes far out
            return self._loses(modelled, point, middle, radius)

    def _loses(self, modelled: Modelled, point: Array, middle: Array, radius: Array) -> str | None:
        net, n = modelled.net, len(modelled.hidden)
        lower, upper = middle - radius, middle + radius
        if net.widths.size == 3 and self.too_far_out(net, modelled.activations, lower, upper):
            return "too far out"
        if not modelled.fill(middle, radius):
            return None
        v, r = np.empty((*net.output_ridge.shape, 2)), np.empty((*net.targets.shape, 2))
        if not self.outputs_in_range(net, modelled.forms, modelled.sizes, n, v, r):
            return "outputs"
        for true, (low, high) in zip(point[modelled.output], v.reshape(-1, 2), strict=True):
            if not low - 1e-9 <= true <= high + 1e-9:
                return "enclosure of an output weight"
        if net.widths.size == 3 and self.unbalanced(net, lower, upper, modelled.hulls, v, r):
            return "balance"
        low, high = np.full(n, -1.0), np.ones(n)
        state, _ = self.narrow(modelled.forms, modelled.sizes, net.g, rows_needed(net), low, high, n)
        if state == contraction.EMPTY:
            return "system"
        eps = np.divide(point[modelled.hidden] - middle, radius, out=np.zeros(n), where=radius > 0)
        if np.any(eps < low - 1e-7) or np.any(eps > high + 1e-7):
            return "contraction"
        return None


@lru_cache
def cases(networks: int, seed: int) -> tuple[tuple[Modelled, list[Array]], ...]:
    """Random networks with their stationary points."""
    rng = np.random.default_rng(seed)
    made = [Modelled.of(random_network(rng)) for _ in range(networks)]
    return tuple((modelled, stationary_points(modelled, rng, 4)) for modelled in made)


def lost(tests: Closing, networks: int, boxes: int, seed: int = 5) -> list[str]:
    """What is lost in boxes about the stationary points of random networks."""
    rng = np.random.default_rng(seed)
    found = []
    for modelled, points in cases(networks, seed):
        for point in points:
            w = point[modelled.hidden]
            for _ in range(boxes):
                radius = 10 ** rng.uniform(-3, 0.6) * rng.uniform(0.05, 1, len(w))
                middle = w + radius * rng.choice([-1, 0.999, 0.5, 0, -0.9], len(w)) * (1 - 1e-6)
                if (which := tests.loses(modelled, point, middle, radius)) is not None:
                    found.append(f"{which}: {modelled.objective.name} at {w.tolist()}")
    return found


def test_no_stationary_point_is_lost() -> None:
    assert lost(Closing(), 25, 20) == []


@pytest.mark.slow
def test_no_stationary_point_of_two_hundred_networks_is_lost() -> None:
    assert lost(Closing(), 200, 60, seed=6) == []


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        (
            "too_far_out",
            "limit = min(scale * np.sqrt(squares[m]), linear[m])",
            "limit = 0.2 * min(scale * np.sqrt(squares[m]), linear[m])",
        ),
        ("too_far_out", "min(scale * np.sqrt(radial), pulls)", "0.1 * min(scale * np.sqrt(radial), pulls)"),
        ("outputs_in_range", "if v[o, j, 0] > v[o, j, 1]:", "if v[o, j, 1] - v[o, j, 0] < 0.3:"),
        ("unbalanced", "high += second", "high += first"),
        ("unbalanced", "energy_high += net.ridge[k] * most * most", "energy_high += 0.0"),
    ],
)
def test_unsound_tests_are_caught(name: str, old: str, new: str) -> None:
    assert lost(Closing(**{name: mutant(getattr(b, name), old, new)}), 25, 12)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("slack = sizes[f, ERROR] * UPWARD + 2.0**-42 * total + FLOOR", "slack = 0.0"),
        (
            "first = -(upper - parts[1, k] + most) / linear",
            "first = -(upper - parts[1, k]) / (2.0 * linear)",
        ),
    ],
)
def test_unsound_contractions_are_caught(old: str, new: str) -> None:
    assert lost(Closing(narrow=narrowing(mutant(contraction.contract, old, new))), 25, 12)


def narrowing(contract: Any) -> Any:
    """`narrow` with another `contract`, as plain Python."""
    return mutant(contraction.narrow, "spread = 0.0", "spread = 0.0", contract=contract)


def test_a_contraction_that_forgets_mixed_terms_is_caught() -> None:
    terms = mutant(quadratic.range_of_terms, "lower -= mixed", "pass")
    contract = mutant(contraction.contract, "return True", "return True", range_of_terms=terms)
    assert lost(Closing(narrow=narrowing(contract)), 25, 12)


def test_short_sides_are_not_split() -> None:
    forms = np.zeros((2, 6))
    forms[0, 1], forms[1, 2] = 1e-3, 1.0
    lower, upper = np.array([0.0, 0.0]), np.array([1.0, 1e-9])
    assert b.side_to_split(forms, 0, lower, upper, 2) == 0
    assert b.side_to_split(forms, 0, lower, np.array([0.0, 1e-9]), 2) == 1
    assert b.side_to_split(forms, 0, lower, lower, 2) == -1


def test_an_unbounded_slope_proves_nothing() -> None:
    """Beyond the table of the activation a slope may be anything, also where the output weight may be 0."""
    modelled = Modelled.of(ss.network([1, 1, 1], activation="tanh", ridge="1/9", bias=False, data=([[1]], [[1]])))
    hulls = np.full((1, 1, 4), np.inf)
    hulls[..., ::2] = -np.inf
    for low, high in ((0.0, 0.0), (-1.0, 0.0), (0.0, 1.0), (-1.0, 1.0)):
        for r in ([0.0, 0.0], [-1.0, 0.0], [0.0, 1.0]):
            v, slopes = np.array([[[low, high]]]), np.array([[r]])
            assert not b.unbalanced(modelled.net, np.array([1.0]), np.array([2.0]), hulls, v, slopes)
