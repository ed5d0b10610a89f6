"""Stochastic gradient descent: w <- w - eta grad phi(w, x) with data rows x drawn anew in each step, with repetition."""

from __future__ import annotations

import jax
import numpy as np
from jax import Array

from strictsaddle.dynamics.optimisers.optimiser import Linear, Optimiser, Settings, Spectrum, State, nothing
from strictsaddle.dynamics.problem import Problem


def sgd(batch: int) -> Optimiser:
    """With so many rows a step. The number is the shape of an array, so it is compiled in."""

    def draw(problem: Problem, key: Array, count: int) -> Array:
        return jax.random.randint(key, (count, batch), 0, problem.functions.rows)

    def step(problem: Problem, settings: Settings, w: Array, state: State, rows: Array) -> tuple[Array, State]:
        return problem.on_domain(w - settings.step * problem.row_gradient(w, rows)), state

    def linear(settings: Settings, spectrum: Spectrum) -> Linear | None:
        """The noise of a step is that of the mean of `batch` row gradients; Gaussian in the limit of small steps."""
        c = spectrum.curvatures
        if spectrum.covariance is None:
            return None
        noise = settings.step * np.sqrt(np.maximum(spectrum.covariance, 0.0) / batch)
        return Linear(1 - settings.step * c, np.ones_like(c), noise)

    return Optimiser("sgd", f"stochastic gradient descent, {batch} row{'s' * (batch > 1)} a step", "Robbins, Monro 1951", nothing, step,
                     linear, draw)  # fmt: skip
