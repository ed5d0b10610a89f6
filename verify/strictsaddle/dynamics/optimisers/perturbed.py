"""Perturbed gradient descent of Jin, Ge, Netrapalli, Kakade, Jordan (2017): where the gradient is small, and no perturbation was made for a
while, a vector drawn uniformly from a ball is added; then gradient descent goes on."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from strictsaddle.dynamics.optimisers.optimiser import Linear, Optimiser, Settings, Spectrum, State, directions
from strictsaddle.dynamics.problem import Problem


def _start(problem: Problem, settings: Settings, w: Array) -> State:
    return jnp.asarray(settings.patience, w.dtype)  # steps since the last perturbation: one may come at once


def in_ball(problem: Problem, key: Array, count: int) -> Array:
    """Uniform in the unit ball of R^n, (count, n)."""
    one, two = jax.random.split(key)
    size = jax.random.uniform(two, (count, 1)) ** (1 / problem.dimension)
    return jnp.asarray(directions(problem, one, count) * size)


def _step(problem: Problem, settings: Settings, w: Array, state: State, drawn: Array) -> tuple[Array, State]:
    slope = problem.gradient(w)
    now = (jnp.linalg.norm(slope) <= settings.flat) & (state >= settings.patience)
    moved = problem.on_domain(w + settings.perturbation * drawn)
    w = jnp.where(now, moved, w)
    slope = jnp.where(now, problem.gradient(w), slope)
    return problem.on_domain(w - settings.step * slope), jnp.where(now, 1.0, state + 1)


def linear(settings: Settings, spectrum: Spectrum) -> Linear:
    """As gradient descent from a point of the ball: the first perturbation suffices unless it falls too near to the stable manifold."""
    c = spectrum.curvatures
    return Linear(1 - settings.step * c, np.ones_like(c), np.zeros_like(c), start="ball")


PERTURBED = Optimiser(
    "pgd", "perturbed gradient descent", "Jin et al. 2017", _start, _step, linear, in_ball, own_noise=True
)
