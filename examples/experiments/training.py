"""Networks of one hidden layer on real data, modified in several ways, many of them trained at once."""

from __future__ import annotations

import sys
import types
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from strictsaddle.dynamics.functions import LOSSES, Functions, outputs
from strictsaddle.dynamics.in_numpy import Compiled
from strictsaddle.dynamics.optimisers.optimiser import Optimiser, Sequential, Settings
from strictsaddle.dynamics.problem import Problem

ARMS = ("none", "equal ridge", "own ridge", "balance", "balance and tilt")
STRENGTHS = {"none": (0.0,), "equal ridge": (1e-4, 1e-3, 1e-2), "own ridge": (1e-4, 1e-3, 1e-2), "balance": (1e-3, 1e-2, 1e-1),
             "balance and tilt": (1e-3, 1e-2, 1e-1)}  # fmt: skip
MODELS = tuple((arm, strength) for arm in ARMS for strength in STRENGTHS[arm])
TILT = 4 / 25  # times the strength of the balance, as in `reformulate`'s first candidates
RECORDS = 100
SECOND_ORDER_STEPS = 100
PLATEAU = 0.9  # of the loss at the start: the plateau is left when the training loss falls below that


@dataclass(frozen=True)
class Split:
    """Rows of one seed, as arrays: to train, to choose, to test."""

    train: tuple[Any, Any]
    choose: tuple[Any, Any]
    test: tuple[Any, Any]


def has_mnist1d() -> bool:
    """Whether it can be imported. It imports `requests`, which it needs only to download what it can also make."""
    sys.modules.setdefault("requests", types.ModuleType("requests"))
    try:
        import mnist1d  # noqa: F401
    except ImportError:
        return False
    return True


def rows(name: str) -> tuple[np.ndarray, np.ndarray]:
    """Inputs, each column standardised, and labels."""
    if name == "mnist1d":
        from mnist1d.data import get_dataset_args, make_dataset

        made = make_dataset(get_dataset_args())
        x, y = made["x"], made["y"]
    else:
        from sklearn import datasets

        x, y = getattr(datasets, f"load_{name}")(return_X_y=True)
    spread = x.std(axis=0)
    return (x - x.mean(axis=0)) / np.where(spread > 0, spread, 1.0), y.astype(int)


def split(x: np.ndarray, y: np.ndarray, seed: int) -> Split:
    """60, 20 and 20 % of the rows, drawn anew for each seed."""
    order = np.random.default_rng(seed).permutation(len(y))
    a, b = int(0.6 * len(y)), int(0.8 * len(y))
    parts = [
        (jnp.asarray(x[i], jnp.float32), jnp.asarray(y[i, None], jnp.float32))
        for i in (order[:a], order[a:b], order[b:])
    ]
    return Split(*parts)


@dataclass(frozen=True)
class Model:
    """A network of one hidden layer; its modification is a ridge for each weight, the strength of the balance, a tilt for each weight."""

    widths: tuple[int, int, int]
    activation: str

    @property
    def dimension(self) -> int:
        inputs, hidden, classes = self.widths
        return hidden * (inputs + 1) + classes * (hidden + 1)

    def loss(self, w: Any, x: Any, y: Any) -> Any:
        """The unmodified objective: mean cross-entropy."""
        return jnp.mean(LOSSES["cross_entropy"](outputs(self.widths, [self.activation], True, w, x), y))

    def wrong(self, w: Any, x: Any, y: Any) -> Any:
        """The share of rows whose class is not the most likely one."""
        return jnp.mean(jnp.argmax(outputs(self.widths, [self.activation], True, w, x), axis=-1) != y[:, 0])

    def balance(self, w: Any) -> Any:
        """The sum over hidden units of (|weights in|^2 - |weights out|^2)^2."""
        inputs, hidden, classes = self.widths
        first = w[: hidden * inputs].reshape(hidden, inputs)
        start = hidden * (inputs + 1)
        last = w[start : start + classes * hidden].reshape(classes, hidden)
        return jnp.sum(((first**2).sum(axis=1) - (last**2).sum(axis=0)) ** 2)

    def modified(self, w: Any, x: Any, y: Any, change: tuple[Any, Any, Any]) -> Any:
        ridge, strength, tilt = change
        return self.loss(w, x, y) + ridge @ w**2 + strength * self.balance(w) + tilt @ w


def changes(dimension: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The modifications of MODELS for a seed: ridges (models, n), strengths of balance (models,), tilts (models, n)."""
    random = np.random.default_rng(10_000 + seed)
    own = random.uniform(0.5, 1.5, dimension)
    direction = random.choice([-1.0, 1.0], dimension) * random.uniform(0.5, 1.5, dimension)
    ridges, balances, tilts = (
        np.zeros((len(MODELS), dimension)),
        np.zeros(len(MODELS)),
        np.zeros((len(MODELS), dimension)),
    )
    for k, (arm, strength) in enumerate(MODELS):
        if "ridge" in arm:
            ridges[k] = strength * (own if arm == "own ridge" else 1.0)
        if "balance" in arm:
            balances[k] = strength
        if "tilt" in arm:
            tilts[k] = TILT * strength * direction
    return ridges, balances, tilts


def settings(rate: float) -> Settings:
    """One rate for all; the numbers of methods that do not use it are of no importance."""
    unused = {"noise": 0.0, "perturbation": 1e-2, "flat": 1e-2, "patience": 50}
    return Settings(step=rate, spread=0.1, momentum=0.9, rate=rate, damping=1e-2, **unused)


def trained(
    model: Model,
    made: Optimiser,
    rate: float,
    splits: Sequence[Split],
    starts: np.ndarray,
    change: Any,
    steps: int,
    seed: int,
) -> dict[str, np.ndarray]:
    """All models of all seeds at once: final training and choosing loss of the unmodified objective, test error, and the steps after which
    the plateau was left, each (seeds, models)."""
    rules = settings(rate)

    def one(data: Any, start: Any, change: Any, key: Any) -> Any:
        (x, y), (cx, cy), (tx, ty) = data
        functions = Functions(
            model.dimension, lambda w: model.modified(w, x, y, change), x.shape[0],
            lambda w, chosen: model.modified(w, x[chosen], y[chosen], change),
        )  # fmt: skip
        problem = Problem(functions)

        def step(k: Any, carry: Any) -> Any:
            count, w, state = carry
            drawn = jax.tree.map(lambda a: a[0], made.drawn(problem, jax.random.fold_in(key, count), 1))
            w, state = made.step(problem, rules, w, state, drawn)
            return count + 1, w, state

        def record(carry: Any, _: Any) -> Any:
            carry = jax.lax.fori_loop(0, max(1, steps // RECORDS), step, carry)
            return carry, model.loss(carry[1], x, y)

        (_, w, _), losses = jax.lax.scan(
            record, (0, start, made.start(problem, rules, start)), None, length=min(RECORDS, steps)
        )
        left = 1 + jnp.argmax(jnp.append(losses, -1.0) < PLATEAU * model.loss(start, x, y))
        return losses[-1], model.loss(w, cx, cy), model.wrong(w, tx, ty), left * max(1, steps // RECORDS)

    stacked = jax.tree.map(lambda *leaves: jnp.stack(leaves), *[(s.train, s.choose, s.test) for s in splits])
    keys = jax.random.split(jax.random.key(seed), len(splits))
    over_models = jax.vmap(one, in_axes=(None, None, 0, None))
    change = jax.tree.map(lambda a: jnp.asarray(a, jnp.float32), change)
    found = jax.jit(jax.vmap(over_models))(stacked, jnp.asarray(starts, jnp.float32), change, keys)
    return dict(zip(("train", "choose", "test", "left"), map(np.asarray, found), strict=True))


def by_scipy(
    model: Model, made: Sequential, splits: Sequence[Split], starts: np.ndarray, change: Any
) -> dict[str, np.ndarray]:
    """The same with a method of SciPy, one model after the other."""
    value = jax.jit(model.modified)
    slope, curvature = jax.jit(jax.grad(model.modified)), jax.jit(jax.hessian(model.modified))
    rules = settings(0.1)
    found = np.zeros((4, len(splits), len(MODELS)))
    for s, part in enumerate(splits):
        for m in range(len(MODELS)):
            mine = tuple(np.asarray(c[s][m], np.float32) for c in change)
            functions = Compiled(
                lambda w, p=part, c=mine: float(value(w.astype(np.float32), *p.train, c)),
                lambda w, p=part, c=mine: np.asarray(slope(w.astype(np.float32), *p.train, c), float),
                lambda w, p=part, c=mine: np.asarray(curvature(w.astype(np.float32), *p.train, c), float),
                lambda w: w, lambda w: w,
            )  # fmt: skip
            path = made.path(functions, starts[s].astype(float), rules, SECOND_ORDER_STEPS)
            losses = [float(model.loss(w.astype(np.float32), *part.train)) for w in path]
            w = path[-1].astype(np.float32)
            left = next((k for k, one in enumerate(losses) if one < PLATEAU * losses[0]), len(losses))
            found[:, s, m] = losses[-1], float(model.loss(w, *part.choose)), float(model.wrong(w, *part.test)), left
    return dict(zip(("train", "choose", "test", "left"), found, strict=True))
