"""Gradient descent: w <- w - eta grad f(w) (optax's sgd without momentum)."""

from __future__ import annotations

import numpy as np
import optax
from jax import Array

from strictsaddle.dynamics.optimisers.optimiser import Linear, Optimiser, Settings, Spectrum, State
from strictsaddle.dynamics.problem import Problem


def _start(problem: Problem, settings: Settings, w: Array) -> State:
    return optax.sgd(settings.step).init(w)


def _step(problem: Problem, settings: Settings, w: Array, state: State, drawn: Array) -> tuple[Array, State]:
    change, state = optax.sgd(settings.step).update(problem.gradient(w), state)
    return problem.on_domain(w + change), state


def linear(settings: Settings, spectrum: Spectrum) -> Linear:
    """Along an eigenvector of curvature c a step multiplies by 1 - eta c."""
    c = spectrum.curvatures
    return Linear(1 - settings.step * c, np.ones_like(c), np.zeros_like(c))


GRADIENT_DESCENT = Optimiser("gd", "gradient descent", "Cauchy 1847", _start, _step, linear)
