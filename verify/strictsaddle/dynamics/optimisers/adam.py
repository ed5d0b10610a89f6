"""Adam, as optax has it. Its step does not shrink with the gradient, so the time at a saddle hardly depends on the start: no linear law."""

from __future__ import annotations

import optax
from jax import Array

from strictsaddle.dynamics.optimisers.optimiser import Optimiser, Settings, State, no_theory
from strictsaddle.dynamics.problem import Problem


def _start(problem: Problem, settings: Settings, w: Array) -> State:
    return optax.adam(settings.rate).init(w)


def _step(problem: Problem, settings: Settings, w: Array, state: State, drawn: Array) -> tuple[Array, State]:
    change, state = optax.adam(settings.rate).update(problem.gradient(w), state)
    return problem.on_domain(w + change), state


ADAM = Optimiser("adam", "Adam", "Kingma, Ba 2015", _start, _step, no_theory)
