"""Many paths of an optimiser at once, compiled: until each has left a ball, or has come to rest; and single paths, point by point.

The same seed gives the same paths, whatever the time limits: random numbers belong to a step and a path. Points that are no longer finite
(outside of where f is defined, or beyond all bounds) end a path as lost.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray

from strictsaddle.arithmetic.arrays import Floats
from strictsaddle.dynamics.optimisers.optimiser import Optimiser, Settings
from strictsaddle.dynamics.problem import Problem
from strictsaddle.execution.budget import UNLIMITED, Budget

CHUNK_SECONDS = 0.5  # of compiled work between two looks at the clock
FAR = 1e8  # times the start's size: a path that is so far out is lost
Tell = Callable[[int, int], None]  # steps so far, paths that have ended


@dataclass(frozen=True)
class Paths:
    """The ends of m paths: `points` (m, n), `steps` (m,) taken when each ended, `ended` and `lost` (m,): whether it did what it was run
    for, or left the domain; neither where the run was cut short. `rests` (m, n): where each came to rest
    in the end, where that is known."""

    points: Floats
    steps: NDArray[np.int64]
    ended: NDArray[np.bool_]
    lost: NDArray[np.bool_]
    rests: Floats | None = None


@lru_cache(maxsize=64)
def _compiled(problem: Problem, optimiser: Optimiser, leaving: bool) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """The start of all paths and the loop over steps, for a ball to leave or for a gradient that vanishes."""

    def outcome(w: Array, centre: Array, limit: Array) -> tuple[Array, Array]:
        far = ~problem.inside(w) | ~(jnp.linalg.norm(w) <= FAR * (1 + jnp.linalg.norm(centre)))
        if leaving:
            return ~far & (jnp.linalg.norm(w - centre) > limit), far
        return ~far & (jnp.linalg.norm(problem.gradient(w)) <= limit), far

    def loop(carry: Any, until: Array, settings: Settings, centre: Array, limit: Array, key: Array) -> Any:
        def one(w: Array, state: Any, drawn: Any) -> tuple[Array, Any]:
            return optimiser.step(problem, settings, w, state, drawn)

        def goes_on(carry: Any) -> Array:
            step, _, _, _, ended, lost = carry
            return jnp.asarray((step < until) & jnp.any(~(ended | lost)))

        def step(carry: Any) -> Any:
            count, w, state, steps, ended, lost = carry
            drawn = optimiser.drawn(problem, jax.random.fold_in(key, count), w.shape[0])
            moved, state = jax.vmap(one)(w, state, drawn)
            active = ~(ended | lost)
            w = jnp.where(active[:, None], moved, w)
            now, far = jax.vmap(lambda v: outcome(v, centre, limit))(w)
            return count + 1, w, state, steps + active, ended | (active & now), lost | (active & far)

        return jax.lax.while_loop(goes_on, step, carry)

    def begin(w: Array, settings: Settings, centre: Array, limit: Array) -> Any:
        state = jax.vmap(lambda v: optimiser.start(problem, settings, v))(w)
        now, far = jax.vmap(lambda v: outcome(v, centre, limit))(w)
        zeros = jnp.zeros(w.shape[0], int)
        return jnp.asarray(0), w, state, zeros, now, far

    return jax.jit(begin), jax.jit(loop)


def run(
    problem: Problem, optimiser: Optimiser, settings: Settings, starts: Floats, *, leave: tuple[Floats, float] | None = None,
    flat: float = 0.0, seed: int = 0, most: int = 100_000, budget: Budget = UNLIMITED,
    tell: Tell = lambda steps, ended: None,
) -> Paths:  # fmt: skip
    """Paths from `starts` (m, n), until each is out of the ball (centre, radius) of `leave`, or else |grad f| <= flat, at most so many
    steps or until the budget is over."""
    with jax.enable_x64(True):
        begin, loop = _compiled(problem, optimiser, leave is not None)
        centre = jnp.asarray(starts[0] if leave is None else leave[0])
        limit = jnp.asarray(flat if leave is None else leave[1])
        key = jax.random.key(seed)
        carry = begin(jnp.asarray(starts), settings, centre, limit)
        until = chunk = 64
        while True:
            began = time.monotonic()
            carry = loop(carry, jnp.asarray(min(until, most)), settings, centre, limit, key)
            count, w, _, steps, ended, lost = carry
            over = np.asarray(ended | lost)
            tell(int(count), int(over.sum()))
            if over.all() or int(count) >= most or budget.is_over:
                break
            if time.monotonic() - began < CHUNK_SECONDS / 2:
                chunk *= 2
            until += chunk
        return Paths(np.asarray(w), np.asarray(steps), np.asarray(ended), np.asarray(lost))


@lru_cache(maxsize=64)
def _tracing(problem: Problem, optimiser: Optimiser, samples: int) -> Callable[..., Any]:
    def path(w: Array, settings: Settings, stride: Array, key: Array) -> Array:
        def inner(_: Any, carry: Any) -> Any:
            count, w, state = carry
            drawn = jax.tree.map(lambda a: a[0], optimiser.drawn(problem, jax.random.fold_in(key, count), 1))
            w, state = optimiser.step(problem, settings, w, state, drawn)
            return count + 1, w, state

        def sample(carry: Any, _: Any) -> tuple[Any, Array]:
            carry = jax.lax.fori_loop(0, stride, inner, carry)
            return carry, carry[1]

        _, points = jax.lax.scan(sample, (0, w, optimiser.start(problem, settings, w)), None, length=samples)
        return jnp.asarray(points)

    return jax.jit(path)


def trace(
    problem: Problem,
    optimiser: Optimiser,
    settings: Settings,
    start: Floats,
    *,
    steps: int,
    samples: int = 200,
    seed: int = 0,
) -> tuple[NDArray[np.int64], Floats]:
    """One path from `start` (n,): the numbers of about `samples` evenly spaced steps, and the points there, the start first."""
    stride = max(1, -(-steps // samples))
    with jax.enable_x64(True):
        points = _tracing(problem, optimiser, samples)(
            jnp.asarray(start), settings, jnp.asarray(stride), jax.random.key(seed)
        )  # fmt: skip
        return stride * np.arange(samples + 1), np.concatenate([np.asarray(start)[None], np.asarray(points)])


@lru_cache(maxsize=16)
def _describing(problem: Problem) -> Callable[..., Any]:
    def describe(w: Array) -> tuple[Array, Array, Array]:
        table = problem.hessian(w)
        beyond = 1 + jnp.abs(table).sum()  # every eigenvalue of the tangent space, so that the others come last
        table = 0.5 * (table + table.T) + beyond * problem.normals(w)
        return problem.value(w), jnp.linalg.norm(problem.gradient(w)), jnp.linalg.eigvalsh(table)

    return jax.jit(jax.vmap(describe))


def described(problem: Problem, points: Floats) -> tuple[Floats, Floats, Floats]:
    """Values (m,), norms of the gradient (m,), and the ascending eigenvalues of the Hessian (m, k) on the tangent space, at m points."""
    with jax.enable_x64(True):
        value, slope, eigenvalues = _describing(problem)(jnp.asarray(points))
        return np.asarray(value), np.asarray(slope), np.asarray(eigenvalues)[:, : problem.degrees_of_freedom]
