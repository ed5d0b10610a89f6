"""Noisy gradient descent of Ge, Huang, Jin, Yuan (2015): w <- P(w - eta (grad f(w) + n)), n uniform on a sphere.

Their Algorithm 1 on R^n, and Algorithm 2 on unit spheres, where P projects to them; the length of n, 1 there, is `settings.noise`. The
gradient is that of all rows, so that the noise is the algorithm's own and its law at a saddle is known.
"""

from __future__ import annotations

import numpy as np
from jax import Array

from strictsaddle.dynamics.optimisers.optimiser import Linear, Optimiser, Settings, Spectrum, State, directions, nothing
from strictsaddle.dynamics.problem import Problem


def _step(problem: Problem, settings: Settings, w: Array, state: State, direction: Array) -> tuple[Array, State]:
    return problem.on_domain(w - settings.step * (problem.gradient(w) + settings.noise * direction)), state


def linear(settings: Settings, spectrum: Spectrum) -> Linear:
    """A coordinate of a vector that is uniform on the unit sphere of R^n has the variance 1/n."""
    c = spectrum.curvatures
    noise = np.full_like(c, settings.step * settings.noise / np.sqrt(spectrum.unknowns))
    return Linear(1 - settings.step * c, np.zeros_like(c), noise)


NOISY_SGD = Optimiser(
    "noisy-sgd",
    "noisy gradient descent",
    "Ge, Huang, Jin, Yuan 2015",
    nothing,
    _step,
    linear,
    directions,
    own_noise=True,
)
