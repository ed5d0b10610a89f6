"""The laws of exit times against closed forms and each other."""

from __future__ import annotations

import numpy as np
import pytest
from optimiser_settings import SETTINGS as QUADRATIC

from strictsaddle.dynamics.laws import closed_form, linear_law, mean_exit_time
from strictsaddle.dynamics.names import NAMES
from strictsaddle.dynamics.optimisers import optimiser
from strictsaddle.dynamics.optimisers.optimiser import Linear, Optimiser, Spectrum

SETTINGS = QUADRATIC._replace(step=0.01)


@pytest.mark.parametrize("curvature", [1.0, 0.25])
@pytest.mark.parametrize("eps", [1e-4, 1e-6, 1e-8])
def test_the_boundary_problem_and_the_logarithm_agree(curvature: float, eps: float) -> None:
    assert mean_exit_time((-curvature / 2,), eps, 1.0) == pytest.approx(closed_form(curvature, eps, 1.0)[0], rel=2e-3)


def test_brownian_motion() -> None:
    """Without a slope the mean time is r^2/(2 eps)."""
    assert mean_exit_time((0.0,), 0.01, 2.0) == pytest.approx(4.0 / 0.02, rel=1e-3)


def test_powers_of_degenerate_points() -> None:
    quartic = [mean_exit_time((0.0, 0.0, -0.25), eps, 1.0) for eps in (1e-6, 1e-8)]
    cubic = [mean_exit_time((0.0, -1 / 3), eps, 1.0) for eps in (1e-6, 1e-8)]
    assert quartic[1] / quartic[0] == pytest.approx(10.0, rel=5e-3) and quartic[1] * 1e-4 == pytest.approx(
        1.16, abs=0.01
    )
    assert cubic[1] / cubic[0] == pytest.approx(100 ** (1 / 3), rel=5e-3) and cubic[1] * 1e-8 ** (
        1 / 3
    ) == pytest.approx(3.31, abs=0.02)


def test_a_hill_is_left_late() -> None:
    """A minimum is left after exp(height/eps), so a sign that is wrong shows."""
    assert mean_exit_time((0.5,), 0.05, 1.0) > 100 * mean_exit_time((-0.5,), 0.05, 1.0)


def test_the_linear_law_is_the_closed_form_for_small_steps() -> None:
    spectrum = Spectrum(np.array([-1.0]), None, 1)
    step, noise = 1e-3, 1e-2
    linear = Linear(np.array([1 + step]), np.zeros(1), np.array([step * noise]))
    law = linear_law(linear, SETTINGS, spectrum, 1.0)
    mean, deviation = closed_form(1.0, step * noise**2 / 2, 1.0)
    assert law.mean * step == pytest.approx(mean, rel=5e-3) and law.deviation is not None
    assert law.deviation * step == pytest.approx(deviation, rel=0.02)


def test_gradient_descent_from_a_known_offset() -> None:
    """ln(r/u0)/ln(1 + eta lambda) steps for each start, so their mean over Gaussian starts."""
    spectrum = Spectrum(np.array([-2.0, 1.0]), None, 2)
    made = optimiser("gd")
    assert isinstance(made, Optimiser)
    linear = made.linear(SETTINGS, spectrum)
    assert linear is not None and linear.factor == pytest.approx([1.02, 0.99])
    law = linear_law(linear, SETTINGS, spectrum, 1.0)
    offsets = np.abs(1e-3 * np.random.default_rng(5).standard_normal(200_000))
    exact = np.ceil(np.log(1.0 / offsets) / np.log(1.02))
    assert law.mean == pytest.approx(exact.mean(), rel=5e-3)


def test_newton_stays_and_saddle_free_newton_leaves_at_the_same_rate_whatever_the_curvature() -> None:
    newton, free = optimiser("newton"), optimiser("saddle-free")
    assert isinstance(newton, Optimiser) and isinstance(free, Optimiser)
    spectrum = Spectrum(np.array([-1.0, 1.0]), None, 2)
    stays = newton.linear(SETTINGS, spectrum)
    assert stays is not None and linear_law(stays, SETTINGS, spectrum, 1.0).mean == np.inf
    assert newton.linear(SETTINGS, Spectrum(np.array([0.0, 1.0]), None, 2)) is None
    factors = []
    for size in (1.0, 1e-3):
        linear = free.linear(SETTINGS._replace(damping=0.1 * size), Spectrum(np.array([-size, size]), None, 2))
        assert linear is not None
        factors.append(linear.factor[0])
    assert factors == pytest.approx([1 + 1 / 1.1] * 2)


def test_every_name_has_its_optimiser() -> None:
    assert [optimiser(name).name for name in NAMES] == list(NAMES)
    assert all(optimiser(name).source for name in NAMES)
