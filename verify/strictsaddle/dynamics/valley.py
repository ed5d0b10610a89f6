"""The shape of f along the kernel of its Hessian at a degenerate point, the other unknowns eliminated, in floating point.

Laws of exit times need it: the whole mean time along a kernel of dimension one, the power of the noise for others.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from strictsaddle.arithmetic.arrays import Floats
from strictsaddle.dynamics.problem import Problem

ZERO = 1e-6  # of the largest curvature: smaller ones count as 0 here
NEGLIGIBLE = 1e-7  # coefficients, relative to the largest curvature
DIRECTIONS = 16  # at random, of kernels of several dimensions


@dataclass(frozen=True)
class Valley:
    """`coefficients` (0, a, b): f is f + a x^3 + b x^4 + ... along a kernel of dimension one, x the arc length; None for kernels of other
    dimensions. `degree`: of the leading form of f on the kernel, 3 or 4; None where it is higher, or not known."""

    coefficients: tuple[float, ...] | None = None
    degree: int | None = None

    @property
    def exponent(self) -> float | None:
        """That of the noise eps in the mean time to leave: x ~ eps^(1/p), t ~ x^2/eps for a leading form of degree p."""
        return None if self.degree is None else -(self.degree - 2) / self.degree


def valley(problem: Problem, centre: Floats, curvatures: Floats, basis: Floats) -> Valley:
    """The shape of f through `centre`; nothing is known of it where there are negative curvatures, or no kernel."""
    scale = float(np.abs(curvatures).max()) or 1.0
    flat = np.abs(curvatures) <= ZERO * scale
    if not flat.any() or np.any(curvatures[~flat] < 0):
        return Valley()
    kernel, across = basis[:, flat], basis[:, ~flat]
    directions = list(kernel.T)
    if len(directions) > 1:
        drawn = np.random.default_rng(0).standard_normal((DIRECTIONS, len(directions))) @ kernel.T
        directions += list(drawn / np.linalg.norm(drawn, axis=1, keepdims=True))
    a, b = along(problem, centre, np.array(directions), across, curvatures[~flat])
    cubic, quartic = np.abs(a).max() > NEGLIGIBLE * scale, np.abs(b).max() > NEGLIGIBLE * scale
    degree = 3 if cubic else 4 if quartic else None
    if kernel.shape[1] > 1 or degree is None:
        return Valley(None, degree)
    return Valley((0.0, float(a[0]) if cubic else 0.0, float(b[0])), degree)


def along(
    problem: Problem, centre: Floats, directions: Floats, across: Floats, curvatures: Floats
) -> tuple[Floats, Floats]:
    """a and b of f + a x^3 + b x^4 + ... along each of the directions (m, n) of the kernel, (m,) each, where the unknowns `across` (n, k)
    follow, which have these curvatures.

    a = D^3f[v,v,v]/6 and b = (D^4f[v,v,v,v] - 3 h' H^-1 h)/24, h = D^3f[v,v,.]: across the valley they are -H^-1 h x^2/2 (the splitting
    lemma; Poston, Stewart 1978).
    """

    def third_and_fourth(direction: Array) -> tuple[Array, Array]:
        def height(z: Array) -> Array:
            """In coordinates (along, across) of the tangent space, by the projection to the domain."""
            moved = jnp.asarray(centre) + z[0] * direction + jnp.asarray(across) @ z[1:]
            return problem.value(problem.on_domain(moved))

        zero = jnp.zeros(1 + across.shape[1])
        e = zero.at[0].set(1.0)

        def twice(function: Callable[[Array], Array], z: Array) -> Array:
            return jnp.asarray(jax.jvp(lambda y: jax.jvp(function, (y,), (e,))[1], (z,), (e,))[1])

        def second(z: Array) -> Array:
            return twice(height, z)

        return jax.grad(second)(zero), twice(second, zero)  # D^3 f[v, v, .] and D^4 f[v, v, v, v]

    with jax.enable_x64(True):
        slopes, fourth = map(np.asarray, jax.jit(jax.vmap(third_and_fourth))(jnp.asarray(directions)))
    return slopes[:, 0] / 6, (fourth - 3 * np.sum(slopes[:, 1:] ** 2 / curvatures, axis=1)) / 24
