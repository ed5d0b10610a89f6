"""Newton's method, w <- w - H^-1 grad f(w), which is attracted by stationary points of every kind, and saddle-free Newton, which is not."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
from jax import Array

from strictsaddle.dynamics.optimisers.optimiser import Linear, Optimiser, Settings, Spectrum, State, nothing
from strictsaddle.dynamics.problem import Problem

MOST_UNKNOWNS = 1_000  # of eigendecompositions; above, saddle-free Newton works in a Krylov space
KRYLOV = 50  # its dimension


def _newton(problem: Problem, settings: Settings, w: Array, state: State, drawn: Array) -> tuple[Array, State]:
    table = problem.hessian(w) + problem.normals(w)
    return problem.on_domain(w - jnp.linalg.solve(table, problem.gradient(w))), state


def _saddle_free(problem: Problem, settings: Settings, w: Array, state: State, drawn: Array) -> tuple[Array, State]:
    slope = problem.gradient(w)
    if problem.dimension > MOST_UNKNOWNS:
        return problem.on_domain(w - in_krylov_space(problem, w, slope, settings.damping)), state
    values, vectors = jnp.linalg.eigh(problem.hessian(w))
    step = vectors @ ((vectors.T @ slope) / (jnp.abs(values) + settings.damping))
    return problem.on_domain(w - problem.tangent(w, step)), state


def in_krylov_space(problem: Problem, w: Array, slope: Array, damping: Array | float) -> Array:
    """(|H| + mu)^-1 g within the Krylov space of H and g, by Lanczos' method with full reorthogonalisation (Dauphin et al. 2014, 6)."""
    from jax import jvp

    size = jnp.linalg.norm(slope)
    basis = [slope / jnp.where(size > 0, size, 1.0)]
    diagonal, beside = [], []
    for _ in range(min(KRYLOV, problem.dimension)):
        image = problem.tangent(w, jvp(problem.functions.gradient, (w,), (basis[-1],))[1])
        diagonal.append(image @ basis[-1])
        rest = image
        for _twice in range(2):
            for b in basis:
                rest = rest - (rest @ b) * b
        length = jnp.linalg.norm(rest)
        beside.append(length)
        basis.append(
            jnp.where(length > 1e-12 * (1 + jnp.abs(diagonal[-1])), rest / jnp.where(length > 0, length, 1.0), 0.0)
        )
    k = len(diagonal)
    small = jnp.diag(jnp.stack(diagonal)) + jnp.diag(jnp.stack(beside[:-1]), 1) + jnp.diag(jnp.stack(beside[:-1]), -1)
    values, vectors = jnp.linalg.eigh(small)
    coordinates = vectors @ (vectors[0] * size / (jnp.abs(values) + damping))
    return jnp.asarray(jnp.stack(basis[:k], axis=1) @ coordinates)


def newton_linear(settings: Settings, spectrum: Spectrum) -> Linear | None:
    """One step leads to the saddle itself."""
    c = spectrum.curvatures
    if np.any(c == 0):
        return None
    return Linear(np.zeros_like(c), np.ones_like(c), np.zeros_like(c))


def saddle_free_linear(settings: Settings, spectrum: Spectrum) -> Linear:
    """A step multiplies by 1 - c/(|c| + mu): about 2 along directions of negative curvature, however small that is."""
    c = spectrum.curvatures
    factor = 1 - c / (np.abs(c) + settings.damping)
    return Linear(factor, np.ones_like(c), np.zeros_like(c))


NEWTON = Optimiser("newton", "Newton's method", "Newton 1669", nothing, _newton, newton_linear, second_order=True)
SADDLE_FREE = Optimiser("saddle-free", "saddle-free Newton", "Dauphin et al. 2014", nothing, _saddle_free, saddle_free_linear,
                        second_order=True)  # fmt: skip
