"""Heavy ball: m <- g + beta m, w <- w - eta m (optax's sgd with momentum)."""

from __future__ import annotations

import numpy as np
import optax
from jax import Array

from strictsaddle.dynamics.optimisers.optimiser import Linear, Optimiser, Settings, Spectrum, State
from strictsaddle.dynamics.problem import Problem


def _start(problem: Problem, settings: Settings, w: Array) -> State:
    return optax.sgd(settings.step, settings.momentum).init(w)


def _step(problem: Problem, settings: Settings, w: Array, state: State, drawn: Array) -> tuple[Array, State]:
    change, state = optax.sgd(settings.step, settings.momentum).update(problem.gradient(w), state)
    return problem.on_domain(w + change), state


def linear(settings: Settings, spectrum: Spectrum) -> Linear:
    """x(t+1) = (1 + beta - eta c) x(t) - beta x(t-1), x(-1) = x(0): the larger root a of z^2 - (1 + beta - eta c) z + beta, and its part
    (1 - eta c - b)/(a - b) of the start, b being the other one; where they are complex (stable directions), their modulus."""
    c = spectrum.curvatures
    eta, beta = settings.step, settings.momentum
    trace = 1 + beta - eta * c
    root = np.sqrt(np.maximum(trace**2 - 4 * beta, 0.0))
    real = trace**2 > 4 * beta
    large, small = (trace + root) / 2, (trace - root) / 2
    first = np.where(real, (1 - eta * c - small) / np.where(real, large - small, 1.0), 1.0)
    return Linear(np.where(real, large, np.sqrt(beta)), first, np.zeros_like(c))


MOMENTUM = Optimiser("momentum", "gradient descent with momentum", "Polyak 1964", _start, _step, linear)
