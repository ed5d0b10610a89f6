"""The shape of f along the kernel of its Hessian at a degenerate point, the other unknowns eliminated, in floating point.

A law of exit times needs it. Of one-dimensional kernels only.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from strictsaddle.arithmetic.arrays import Floats
from strictsaddle.dynamics.problem import Problem

ZERO = 1e-6  # of the largest curvature: smaller ones count as 0 here
NEGLIGIBLE = 1e-7  # coefficients, relative to the largest curvature


def valley(problem: Problem, centre: Floats, curvatures: Floats, basis: Floats) -> tuple[float, ...] | None:
    """(0, a, b): f along its valley through `centre` is f + a x^3 + b x^4 + ..., x the arc length. None where the kernel has another
    dimension than one, where there are negative curvatures, or where a and b vanish.

    With v the kernel's direction and H the rest's Hessian, a = D^3f[v,v,v]/6 and b = (D^4f[v,v,v,v] - 3 h' H^-1 h)/24, h = D^3f[v,v,.]:
    the unknowns across the valley follow -H^-1 h x^2/2 (Poston, Stewart 1978, splitting lemma).
    """
    scale = float(np.abs(curvatures).max())
    flat = np.abs(curvatures) <= ZERO * scale
    if flat.sum() != 1 or np.any(curvatures[~flat] < 0):
        return None
    along = basis[:, flat][:, 0]
    across = basis[:, ~flat]

    def height(z: Array) -> Array:
        """In coordinates (along, across) of the tangent space, by the projection to the domain."""
        return problem.value(
            problem.on_domain(jnp.asarray(centre) + z[0] * jnp.asarray(along) + jnp.asarray(across) @ z[1:])
        )

    with jax.enable_x64(True):
        zero = jnp.zeros(1 + across.shape[1])
        e = zero.at[0].set(1.0)

        def second(z: Array) -> Array:
            return jnp.asarray(jax.jvp(lambda y: jax.jvp(height, (y,), (e,))[1], (z,), (e,))[1])

        third = jax.grad(second)
        slopes = np.asarray(jax.jit(third)(zero))  # D^3 f[v, v, .]
        fourth = float(jax.jit(lambda z: jax.jvp(lambda y: jax.jvp(second, (y,), (e,))[1], (z,), (e,))[1])(zero))
    a = float(slopes[0]) / 6
    b = (fourth - 3 * float(np.sum(slopes[1:] ** 2 / curvatures[~flat]))) / 24
    if abs(a) > NEGLIGIBLE * scale:
        return (0.0, a, b)
    return (0.0, 0.0, b) if abs(b) > NEGLIGIBLE * scale else None
