"""What an optimiser is here: a start and a step, of one point and compiled for many, and what linear theory says of it at a saddle."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

from strictsaddle.arithmetic.arrays import Floats
from strictsaddle.dynamics.problem import Problem

State = Any  # whatever an optimiser keeps from step to step: arrays, or tuples of them


class Settings(NamedTuple):
    """The numbers that rule a run (`dynamics.settings` chooses them).

    step: eta. spread: of the start about the saddle, a standard deviation in each unknown. noise: length of the noise of one step.
    momentum: of heavy balls. rate: step of Adam. damping: mu of saddle-free Newton. perturbation: radius of the ball of perturbed
    gradient descent; flat: the gradient's norm below which it perturbs; patience: the least number of steps between two perturbations.
    """

    step: float
    spread: float
    noise: float
    momentum: float
    rate: float
    damping: float
    perturbation: float
    flat: float
    patience: float


@dataclass(frozen=True)
class Spectrum:
    """What linear theory needs of a saddle: the curvatures c_1, ..., c_k in an orthonormal basis of eigenvectors of its Hessian (of the
    tangent space), the variances of a data row's gradient along these (None without rows), and the number n of unknowns, n - k of them
    normal to the domain."""

    curvatures: Floats
    covariance: Floats | None
    unknowns: int


@dataclass(frozen=True)
class Linear:
    """What an optimiser does on a quadratic of curvatures c_1, ..., c_n about 0: x_i(t) = first_i * factor_i^t * x_i(0) with Gaussian noise
    of standard deviation `noise_i` added in each step. `start`: how x(0) is drawn, from a Gaussian or a ball."""

    factor: Floats
    first: Floats
    noise: Floats
    start: str = "gauss"


@dataclass(frozen=True)
class Optimiser:
    """`start(problem, settings, w)` is its state before the first step; `step(problem, settings, w, state, drawn)` the next point and
    state. Both are of one point w (n,) and are compiled for many. `draw(problem, key, count)`: the random numbers of a step of so many
    paths, arrays (count, ...), of which `drawn` is one path's part.

    own_noise: whether it brings noise, and so may start at the saddle itself. second_order: whether each step needs the Hessian.
    linear(settings, spectrum): its linear theory, where it has one. source: where it was published.
    """

    name: str
    words: str
    source: str
    start: Callable[[Problem, Settings, Array], State]
    step: Callable[[Problem, Settings, Array, State, Any], tuple[Array, State]]
    linear: Callable[[Settings, Spectrum], Linear | None]
    draw: Callable[[Problem, Array, int], Any] | None = None
    own_noise: bool = False
    second_order: bool = False

    @property
    def is_random(self) -> bool:
        """Whether its steps draw random numbers."""
        return self.draw is not None

    def drawn(self, problem: Problem, key: Array, count: int) -> Any:
        """The random numbers of one step of so many paths: arrays (count, ...), of no size where it draws none."""
        return jnp.zeros((count, 0)) if self.draw is None else self.draw(problem, key, count)


@dataclass(frozen=True)
class Sequential:
    """An optimiser of SciPy, one path at a time: `path(problem functions, start, settings, most)` gives its points (k, n), the start
    first."""

    name: str
    words: str
    source: str
    path: Callable[[Any, Floats, Settings, int], Floats]


def directions(problem: Problem, key: Array, count: int) -> Array:
    """Uniform on the unit sphere of R^n, (count, n). Drawn in single precision: its tails reach far enough, and it takes half the time."""
    drawn = jax.random.normal(key, (count, problem.dimension), jnp.float32).astype(float)
    return jnp.asarray(drawn / jnp.linalg.norm(drawn, axis=1, keepdims=True))


def nothing(problem: Problem, settings: Settings, w: Array) -> State:
    """The state of an optimiser that keeps none."""
    return ()


def no_theory(settings: Settings, spectrum: Spectrum) -> None:
    """Of an optimiser that no linear recursion describes."""
    return None
