"""How long it takes to leave a saddle: laws without free constants, in steps.

* Strict saddles. About them an optimiser is a linear recursion, and the number of steps after which |x| > r follows from it. With one
  direction of curvature -c, the noise of variance s^2 a step and the factor 1 + eta c, the step is reached at which
  s^2 ((1 + eta c)^(2t) - 1) / ((1 + eta c)^2 - 1) Z^2 = r^2, Z standard normal: for small steps
      E T = (1/c) [ln r + ln(c/eps)/2 + (g + ln 2)/2],  sd T = pi/(sqrt(8) c)
  in units of eta, with eps = s^2/(2 eta) and Euler's constant g (Kifer 1981; Day 1995 for the limit law): logarithmic in 1/eps.
* Degenerate points. Along the kernel of the Hessian f is V(x) = a x^3 + b x^4 + ..., the other unknowns eliminated, and the mean time is
  that of dX = -V'(X) dt + sqrt(2 eps) dW from 0 to +-r, a two-point boundary problem: a power of 1/eps, 1/2 for -x^4 and 1/3 for x^3.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from strictsaddle.arithmetic.arrays import Floats
from strictsaddle.dynamics.optimisers.optimiser import Linear, Settings, Spectrum

DRAWS = 20_000  # of starts and noises for a linear law
MOST_STEPS = 1e9  # that a law speaks of; beyond, the saddle is not left
CELLS = 20_000  # of the boundary problem's grid
EULER = 0.5772156649015329


@dataclass(frozen=True)
class Law:
    """The predicted number of steps: mean and standard deviation (None where only the mean is known), and median; infinite where the
    optimiser does not leave."""

    mean: float
    deviation: float | None
    median: float | None


def linear_law(linear: Linear, settings: Settings, spectrum: Spectrum, radius: float, seed: int = 0) -> Law:
    """The steps to |x| > radius of the linear recursion, by DRAWS draws of its start and of its noise in the limit."""
    random = np.random.default_rng(seed)
    k = len(spectrum.curvatures)
    if linear.start == "ball":
        inside = random.standard_normal((DRAWS, spectrum.unknowns))
        inside /= np.linalg.norm(inside, axis=1, keepdims=True)
        size = settings.perturbation * random.random((DRAWS, 1)) ** (1 / spectrum.unknowns)
        start = (inside * size)[:, :k]
    else:
        start = settings.spread * random.standard_normal((DRAWS, k))
    return _steps(linear, start, random.standard_normal((DRAWS, k)), radius)


def _steps(linear: Linear, start: Floats, noise: Floats, radius: float) -> Law:
    a = np.abs(linear.factor)
    gain = np.where(np.abs(a**2 - 1) > 1e-14, a**2 - 1, 1.0)

    def outside(t: Floats) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
        with np.errstate(over="ignore", invalid="ignore"):
            power = a ** t[:, None]
            grown = np.where(np.abs(a**2 - 1) > 1e-14, (power**2 - 1) / gain, t[:, None])
            place = linear.first * power * start + linear.noise * np.sqrt(grown) * noise
            return np.asarray(~(np.nansum(place**2, axis=1) <= radius**2))

    low, high = np.zeros(len(start)), np.full(len(start), 1.0)
    while not np.all(found := outside(high)) and high.max() < MOST_STEPS:
        high = np.where(found, high, 2 * high)
    never = ~outside(high)
    for _ in range(60):
        middle = 0.5 * (low + high)
        is_out = outside(middle)
        low, high = np.where(is_out, low, middle), np.where(is_out, middle, high)
    steps = np.where(never, np.inf, np.maximum(1.0, np.ceil(high - 1e-9)))
    median = float(np.median(steps))
    if never.any():
        return Law(np.inf, None, median)
    return Law(float(steps.mean()), float(steps.std()), median)


def closed_form(curvature: float, eps: float, radius: float) -> tuple[float, float]:
    """Mean and standard deviation of the time in which dX = curvature X dt + sqrt(2 eps) dW leaves [-radius, radius] from 0, for small
    eps."""
    mean = (np.log(radius) + 0.5 * np.log(curvature / eps) + 0.5 * (EULER + np.log(2))) / curvature
    return float(mean), float(np.pi / (np.sqrt(8) * curvature))


def mean_exit_time(coefficients: tuple[float, ...], eps: float, radius: float) -> float:
    """The mean time in which dX = -V'(X) dt + sqrt(2 eps) dW leaves [-radius, radius] from 0, V(x) = sum of coefficients[k] x^(k+2).

    eps u'' - V' u' = -1, u(+-radius) = 0, in differences that are exact for constant slopes (Scharfetter, Gummel 1969).
    """
    from scipy.linalg import solve_banded

    # Finer where |x| is small: noise rules there.
    grid = radius * np.sinh(np.linspace(-8, 8, CELLS + 1)) / np.sinh(8)
    powers = [c * grid ** (k + 2) for k, c in enumerate(coefficients)]
    height = np.sum(powers, axis=0) / eps
    width, rise = np.diff(grid), np.diff(height)
    with np.errstate(over="ignore"):
        weight = np.where(np.abs(rise) < 1e-8, 1 - rise / 2, rise / np.where(rise == 0, 1, np.expm1(rise)))
    # Bernoulli's function B(rise)/width to the right neighbour, B(-rise)/width to the left one: B(-x) = B(x) + x
    right, left = weight / width, (weight + rise) / width
    cell = 0.5 * (width[:-1] + width[1:])
    # at node i: (up_i (u_{i+1} - u_i) - down_i (u_i - u_{i-1})) eps / cell = -1, the flux taken from the node's own side
    up, down = right[1:], left[:-1]
    table = np.zeros((3, CELLS - 1))
    table[0, 1:], table[1], table[2, :-1] = up[:-1], -(up + down), down[1:]
    u = solve_banded((1, 1), table, -cell / eps)
    return float(u[CELLS // 2 - 1])
