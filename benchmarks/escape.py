"""Ten thousand noisy paths from a saddle of ten unknowns: our compiled loop beside NumPy and a loop over a compiled step.

    python benchmarks/escape.py [--paths 10000] [--repeat 3]

All take the same steps with noise of the same law until every path has left the ball: we in one compiled loop over all paths, NumPy in a
Python loop over arrays of all paths, the third as one writes it with JAX and optax, a compiled step for all paths in a Python loop, which
asks after each step whether all have left. Times are the best of --repeat runs, compiling apart; the mean numbers of steps are told, to
see that all do the same.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
import optax
from tabulate import tabulate

import strictsaddle as ss
from strictsaddle.dynamics import settings, simulate
from strictsaddle.dynamics.optimisers.noisy_sgd import NOISY_SGD
from strictsaddle.dynamics.problem import problem_of
from strictsaddle.dynamics.valley import Valley

N = 10
WEIGHTS = (np.arange(N) + 1) / 20


def objective() -> ss.Objective:
    """(|x|^2 - 1)^2 + sum of k x_k^2/20: the origin is a maximum, and there are nine orbits of saddles."""
    names = [f"x{k}" for k in range(1, N + 1)]
    norm = " + ".join(f"{name}**2" for name in names)
    return ss.Objective(
        "ten", names, f"({norm} - 1)**2 + " + " + ".join(f"{k}/20*{name}**2" for k, name in enumerate(names, 1))
    )


def best(work: Callable[[], float], repeat: int) -> tuple[float, float, float]:
    """The time of the first run, the least of `repeat` more, and what they gave."""
    start = time.perf_counter()
    value = work()
    first = time.perf_counter() - start
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        value = work()
        times.append(time.perf_counter() - start)
    return first, min(times), value


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--paths", type=int, default=10_000)
    parser.add_argument("--repeat", type=int, default=3)
    given = parser.parse_args()
    problem = problem_of(objective())
    centre = np.zeros(N)
    centre[N // 2] = np.sqrt(1 - WEIGHTS[N // 2] / 2)
    place = settings.ball(problem, centre, np.zeros((1, N)), False, 0)
    rules = settings.chosen(place, settings.smoothness(problem, np.stack([centre, -centre]), 0), Valley())

    def ours() -> float:
        found = simulate.run(
            problem, NOISY_SGD, rules, np.tile(centre, (given.paths, 1)), leave=(centre, place.radius), most=100_000
        )
        return float(found.steps.mean())

    def numpy() -> float:
        random = np.random.default_rng(0)
        w = np.tile(centre, (given.paths, 1))
        steps = np.zeros(given.paths)
        while (inside := np.linalg.norm(w - centre, axis=1) <= place.radius).any():
            slope = 4 * ((w**2).sum(axis=1, keepdims=True) - 1) * w + 2 * WEIGHTS * w
            drawn = random.standard_normal(w.shape)
            moved = w - rules.step * (slope + rules.noise * drawn / np.linalg.norm(drawn, axis=1, keepdims=True))
            w = np.where(inside[:, None], moved, w)
            steps += inside
        return float(steps.mean())

    with jax.enable_x64(True):
        gradient, chain = jax.vmap(problem.gradient), optax.sgd(rules.step)

    @jax.jit
    def step(w: jax.Array, inside: jax.Array, key: jax.Array) -> tuple[jax.Array, jax.Array]:
        drawn = jax.random.normal(key, w.shape, w.dtype)
        noisy = gradient(w) + rules.noise * drawn / jnp.linalg.norm(drawn, axis=1, keepdims=True)
        change, _ = chain.update(noisy, chain.init(w))
        w = jnp.where(inside[:, None], w + change, w)
        return w, jnp.linalg.norm(w - centre, axis=1) <= place.radius

    def loop() -> float:
        with jax.enable_x64(True):
            w, key = jnp.tile(jnp.asarray(centre), (given.paths, 1)), jax.random.key(0)
            inside, steps = jnp.ones(given.paths, bool), np.zeros(given.paths)
            while np.asarray(inside).any():
                steps += np.asarray(inside)
                key, draw = jax.random.split(key)
                w, inside = step(w, inside, draw)
            return float(steps.mean())

    rows = []
    for name, work in (
        ("strictsaddle, one compiled loop", ours),
        ("NumPy, all paths in an array", numpy),
        ("JAX and optax, a compiled step", loop),
    ):
        first, least, mean = best(work, given.repeat)
        rows.append(
            [name, f"{mean:.1f}", f"{first:.2f}", f"{least:.2f}", f"{least / float(rows[0][3]) if rows else 1.0:.2f}"]
        )
    print(
        tabulate(rows, ["", "mean steps", "first run, s", "best, s", "ratio"], tablefmt="simple", disable_numparse=True)
    )


if __name__ == "__main__":
    main()
