"""A problem's functions compiled once, from NumPy arrays to NumPy arrays: for SciPy, and for single points."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from strictsaddle.arithmetic.arrays import Floats
from strictsaddle.dynamics.problem import Problem


@dataclass(frozen=True)
class Compiled:
    """Of points w (n,). `value`, `gradient`, `hessian` are those of f(P w), P the projection to the spheres, for methods without
    constraints; `riemannian` is the Riemannian Hessian at a point of the domain, and `row_gradients` (rows, n) the gradient of each
    data row, with the ridge."""

    value: Callable[[Floats], float]
    gradient: Callable[[Floats], Floats]
    hessian: Callable[[Floats], Floats]
    riemannian: Callable[[Floats], Floats]
    row_gradients: Callable[[Floats], Floats]
    on_domain: Callable[[Floats], Floats]


def _in_doubles(function: Callable[..., Array]) -> Callable[..., Any]:
    compiled = jax.jit(function)

    def call(*arguments: Floats) -> Any:
        with jax.enable_x64(True):
            return np.asarray(compiled(*map(jnp.asarray, arguments)))

    return call


@lru_cache(maxsize=16)
def compiled(problem: Problem) -> Compiled:
    """The problem's functions; the last few are kept."""

    def free(w: Array) -> Array:
        return problem.value(problem.on_domain(w))

    def of_rows(w: Array) -> Array:
        return jax.vmap(lambda row: problem.row_gradient(w, row[None]))(jnp.arange(problem.functions.rows))

    value = _in_doubles(free)
    others = jax.grad(free), jax.hessian(free), problem.hessian, of_rows, problem.on_domain
    return Compiled(lambda w: float(value(w)), *map(_in_doubles, others))
