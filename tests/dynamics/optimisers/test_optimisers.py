"""Each optimiser on a quadratic saddle against its closed form, and against its twin in a library where there is one."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from optimiser_settings import SETTINGS

import strictsaddle as ss
from strictsaddle.dynamics.functions import Functions
from strictsaddle.dynamics.in_numpy import compiled
from strictsaddle.dynamics.optimisers import optimiser, optimisers
from strictsaddle.dynamics.optimisers.adam import ADAM
from strictsaddle.dynamics.optimisers.gradient_descent import GRADIENT_DESCENT
from strictsaddle.dynamics.optimisers.momentum import MOMENTUM
from strictsaddle.dynamics.optimisers.newton import KRYLOV, NEWTON, SADDLE_FREE, in_krylov_space
from strictsaddle.dynamics.optimisers.noisy_sgd import NOISY_SGD
from strictsaddle.dynamics.optimisers.optimiser import Optimiser, Spectrum, directions, no_theory, nothing
from strictsaddle.dynamics.optimisers.perturbed import PERTURBED, in_ball
from strictsaddle.dynamics.optimisers.scipy_paths import LBFGS, TRUST_EXACT
from strictsaddle.dynamics.optimisers.sgd import sgd
from strictsaddle.dynamics.problem import Problem, problem_of
from strictsaddle.dynamics.simulate import run, trace
from strictsaddle.errors import InputError

LAMBDA = 0.8


@pytest.fixture(scope="module")
def saddle() -> Problem:
    return problem_of(ss.Objective("saddle", "x y", "-2*x**2/5 + y**2/2"))


def steps(problem: Problem, made: Optimiser, start: list[float], radius: float = 1.0, **change: Any) -> int:
    """To leave a ball about 0."""
    found = run(problem, made, SETTINGS._replace(**change), np.array([start]), leave=(np.zeros(2), radius), most=20_000)
    assert found.ended.all()
    return int(found.steps[0])


@pytest.mark.parametrize("offset", [1e-2, 1e-4, 1e-7])
def test_gradient_descent(saddle: Problem, offset: float) -> None:
    assert steps(saddle, GRADIENT_DESCENT, [offset, 0.0]) == np.ceil(np.log(1 / offset) / np.log1p(0.05 * LAMBDA))


@pytest.mark.parametrize("offset", [1e-2, 1e-4, 1e-7])
def test_saddle_free_newton(saddle: Problem, offset: float) -> None:
    factor = 1 + LAMBDA / (LAMBDA + 0.1)
    assert steps(saddle, SADDLE_FREE, [offset, 0.3]) == np.ceil(np.log(1 / offset) / np.log(factor))


@pytest.mark.parametrize("offset", [1e-2, 1e-5])
def test_momentum(saddle: Problem, offset: float) -> None:
    linear = MOMENTUM.linear(SETTINGS, Spectrum(np.array([-LAMBDA]), None, 1))
    assert linear is not None
    predicted = np.log(1 / (offset * linear.first[0])) / np.log(linear.factor[0])
    assert abs(steps(saddle, MOMENTUM, [offset, 0.0]) - predicted) <= 1
    stable = MOMENTUM.linear(SETTINGS, Spectrum(np.array([1.0]), None, 1))
    assert stable is not None and stable.factor[0] == pytest.approx(np.sqrt(0.9))


def test_newton_converges_to_the_saddle(saddle: Problem) -> None:
    found = run(saddle, NEWTON, SETTINGS, np.array([[0.4, -0.3]]), leave=(np.zeros(2), 1.0), most=50)
    assert not found.ended.any() and found.points == pytest.approx(np.zeros((1, 2)), abs=1e-12) and found.steps[0] == 50


def test_noise_alone_leaves(saddle: Problem) -> None:
    """From the saddle itself noise of one step per coordinate has the variance (eta noise)^2 / n; without noise nothing moves."""
    found = run(saddle, NOISY_SGD, SETTINGS, np.zeros((4000, 2)), leave=(np.zeros(2), 10.0), most=1)
    assert found.points.std(axis=0) == pytest.approx([0.05 * 0.1 / np.sqrt(2)] * 2, rel=0.03)
    assert np.linalg.norm(found.points, axis=1) == pytest.approx(np.full(4000, 0.05 * 0.1))
    still = run(saddle, NOISY_SGD, SETTINGS._replace(noise=0.0), np.zeros((1, 2)), leave=(np.zeros(2), 1.0), most=100)
    assert not still.ended.any() and still.points == pytest.approx(np.zeros((1, 2)))


def test_perturbations_come_where_the_gradient_is_flat_and_not_too_often(saddle: Problem) -> None:
    at, points = trace(saddle, PERTURBED, SETTINGS._replace(step=0.0), np.zeros(2), steps=130, samples=130)
    moved = at[1:][np.any(np.diff(points, axis=0) != 0, axis=1)]
    assert moved.tolist() == [1, 41, 81, 121] and np.abs(points).max() <= 4e-3
    _, steep = trace(
        saddle, PERTURBED, SETTINGS._replace(flat=0.0, step=0.0), np.array([0.0, 0.5]), steps=50, samples=50
    )
    assert np.ptp(steep, axis=0).max() == 0


def test_the_ball_of_perturbations() -> None:
    problem = Problem(Functions(3, jnp.sum))
    assert np.linalg.norm(directions(problem, jax.random.key(0), 9), axis=1) == pytest.approx(np.ones(9), rel=1e-6)
    drawn = np.asarray(in_ball(problem, jax.random.key(1), 20_000))
    sizes = np.linalg.norm(drawn, axis=1)
    assert sizes.max() <= 1 + 1e-6 and np.mean(sizes**3) == pytest.approx(0.5, abs=0.01)  # the volume within is uniform
    assert drawn.mean(axis=0) == pytest.approx(np.zeros(3), abs=0.02)


def test_adam_leaves_at_a_speed_of_its_own(saddle: Problem) -> None:
    """Its step is about its rate whatever the gradient: from a ten thousandth of the offset it takes hardly longer."""
    near, far = steps(saddle, ADAM, [1e-7, 0.0]), steps(saddle, ADAM, [1e-3, 0.0])
    assert 0.5 / 0.01 < far <= near < 1.1 * far and near < 1 / 0.01 and ADAM.linear is no_theory


@pytest.mark.parametrize(
    "made, twin", [(GRADIENT_DESCENT, optax.sgd(0.05)), (MOMENTUM, optax.sgd(0.05, 0.9)), (ADAM, optax.adam(0.01))]
)
def test_twins_of_optax(made: Optimiser, twin: Any) -> None:
    """A path of 40 steps on Rosenbrock's function."""
    objective = ss.Objective("rosenbrock", "x y", "(1 - x)**2/10 + (y - x**2)**2")
    problem = problem_of(objective)
    start = np.array([-0.6, 0.4])
    _, points = trace(problem, made, SETTINGS, start, steps=40, samples=40)
    with jax.enable_x64(True):
        w = jnp.asarray(start)
        state = twin.init(w)
        for k in range(40):
            change, state = twin.update(problem.gradient(w), state)
            w = optax.apply_updates(w, change)
            assert np.asarray(w) == pytest.approx(points[k + 1], rel=1e-9)


def test_sgd_follows_its_rows() -> None:
    """With one row it is gradient descent; with several the mean step is gradient descent's, and its variance shrinks with the batch."""
    one = ss.network([1, 1, 1], activation="tanh", data=([[1]], [[1]]), bias=False, ridge="1/10")
    start = np.array([[0.3, -0.2]])
    drawn = run(problem_of(one), sgd(1), SETTINGS, start, leave=(start[0], 9.0), most=30)
    exact = run(problem_of(one), GRADIENT_DESCENT, SETTINGS, start, leave=(start[0], 9.0), most=30)
    assert drawn.points == pytest.approx(exact.points)
    several = problem_of(ss.network([1, 1, 1], activation="tanh", data=([[1], [2], [-1]], [[1], [0], [2]]), bias=False))
    starts = np.tile(start, (4000, 1))
    spread = []
    for batch in (1, 16):
        moved = run(several, sgd(batch), SETTINGS, starts, leave=(start[0], 9.0), most=1).points
        full = run(several, GRADIENT_DESCENT, SETTINGS, start, leave=(start[0], 9.0), most=1).points
        spread.append(moved.std(axis=0))
        assert moved.mean(axis=0) == pytest.approx(full[0], abs=5 * spread[-1].max() / 60)
    assert spread[0] / spread[1] == pytest.approx([4.0, 4.0], rel=0.05)


@pytest.mark.parametrize("made", [LBFGS, TRUST_EXACT])
def test_methods_of_scipy_leave_and_arrive(made: Any) -> None:
    problem = problem_of(ss.Objective("well", "x y", "x**4/4 - x**2/2 + y**2/2"))
    path = made.path(compiled(problem), np.array([1e-3, 0.1]), SETTINGS, 100)
    assert (
        path[0] == pytest.approx([1e-3, 0.1])
        and np.abs(path[-1]) == pytest.approx([1.0, 0.0], abs=1e-6)
        and len(path) < 60
    )
    assert len(made.path(compiled(problem), np.array([1e-3, 0.1]), SETTINGS, 2)) <= 4


@pytest.mark.parametrize("made", [LBFGS, TRUST_EXACT])
def test_methods_of_scipy_on_spheres(made: Any) -> None:
    problem = problem_of(ss.Objective("sphere", "x y", "x**2 + 3*y**2", domain=ss.Spheres([["x", "y"]])))
    path = made.path(compiled(problem), np.array([0.6, 0.8]), SETTINGS, 100)
    assert np.linalg.norm(path, axis=1) == pytest.approx(np.ones(len(path)))
    assert np.abs(path[-1]) == pytest.approx([1.0, 0.0], abs=1e-5)


@pytest.mark.parametrize("name", ["gd", "noisy-sgd", "pgd", "momentum", "adam", "saddle-free"])
def test_all_stay_on_the_sphere(name: str) -> None:
    problem = problem_of(ss.Objective("sphere", "x y z", "x**2 + 3*y**2 + z", domain=ss.Spheres([["x", "y"]])))
    made = optimiser(name)
    assert isinstance(made, Optimiser)
    _, points = trace(problem, made, SETTINGS, np.array([0.6, 0.8, 0.3]), steps=30, samples=30)
    assert np.linalg.norm(points[:, :2], axis=1) == pytest.approx(np.ones(31)) and abs(points[-1, 2] - 0.3) > 1e-3


def test_saddle_free_newton_in_a_krylov_space() -> None:
    """Where the Krylov space is everything, it is |H| + mu inverted."""
    random = np.random.default_rng(2)
    table = random.normal(size=(12, 12))
    table = table + table.T
    slope, w = random.normal(size=12), np.zeros(12)
    with jax.enable_x64(True):
        matrix = jnp.asarray(table)
        problem = Problem(Functions(12, lambda v: 0.5 * v @ matrix @ v))
        found = np.asarray(in_krylov_space(problem, jnp.asarray(w), jnp.asarray(slope), 0.1))
    values, vectors = np.linalg.eigh(table)
    assert KRYLOV >= 12 and found == pytest.approx(vectors @ ((vectors.T @ slope) / (np.abs(values) + 0.1)), rel=1e-8)


def test_names() -> None:
    assert [one.name for one in optimisers(None, 0)].count("sgd") == 0 and [
        one.name for one in optimisers(None, 3)
    ].count("sgd") == 1
    assert nothing(Problem(Functions(1, jnp.sum)), SETTINGS, jnp.zeros(1)) == ()
    with pytest.raises(InputError, match="sgdd"):
        optimiser("sgdd")
