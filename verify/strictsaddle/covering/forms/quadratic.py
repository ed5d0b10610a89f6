"""Arithmetic of quadratic forms with an error: enclosures of functions on a box that keep what is linear and quadratic.

A box is w = c + rad * eps with eps in [-1, 1]^n. A form stands for every function f with

    |f(eps) - (a + sum_k l_k eps_k + sum_(k <= m) q_km eps_k eps_m)| <= e    for all eps.

Row f of `coefficients` (K, 1 + n + n (n + 1) / 2) holds a, l, q (upper triangle, row after row), and row f of `sizes` (K, 3) the sums
sum |l_k|, sum |q_km| and the error e. (Taylor models of order 2: Makino, Berz 1996.)

Rounding. Coefficients are computed to nearest; what each operation rounds off is bounded by a multiple of 2^-53 of the absolute values it
works on and added to e. Sums of numbers that are not negative are taken to nearest as well and then multiplied by 1 + 2^-40, which is more
than 2^10 roundings make up; FLOOR covers underflow. Infinity and nan in e stay there, and all decisions are comparisons that are false
for nan."""

from __future__ import annotations

import numpy as np

from strictsaddle.arithmetic.arrays import Floats
from strictsaddle.arithmetic.compilation import compiled

ROUNDING = 2.0**-53
UPWARD = 1.0 + 2.0**-40
FLOOR = 1e-290
LINEAR, QUADRATIC, ERROR = 0, 1, 2  # columns of `sizes`


@compiled
def measure(coefficients: Floats, sizes: Floats, f: int, n: int) -> None:
    """Fill in the sums of absolute values of form f."""
    linear, quadratic = 0.0, 0.0
    for k in range(1, n + 1):
        linear += abs(coefficients[f, k])
    for k in range(n + 1, coefficients.shape[1]):
        quadratic += abs(coefficients[f, k])
    sizes[f, LINEAR] = linear * UPWARD
    sizes[f, QUADRATIC] = quadratic * UPWARD


@compiled
def size(coefficients: Floats, sizes: Floats, f: int) -> float:
    """A bound on the absolute value of form f less its error."""
    total: float = abs(coefficients[f, 0]) + sizes[f, LINEAR] + sizes[f, QUADRATIC]
    return total * UPWARD


@compiled
def set_constant(coefficients: Floats, sizes: Floats, f: int, value: float, error: float) -> None:
    """Form f becomes value +- error."""
    for k in range(coefficients.shape[1]):
        coefficients[f, k] = 0.0
    coefficients[f, 0] = value
    sizes[f, LINEAR], sizes[f, QUADRATIC], sizes[f, ERROR] = 0.0, 0.0, error


@compiled
def add_multiple(coefficients: Floats, sizes: Floats, factor: float, source: int, target: int) -> None:
    """target += factor * source, for a factor that may be wrong by one part in 2^52. The sums of absolute values of the target become
    bounds of these only; `measure` makes them tight at the end of a sum."""
    before = size(coefficients, sizes, target)
    added = abs(factor) * size(coefficients, sizes, source)
    for k in range(coefficients.shape[1]):
        coefficients[target, k] += factor * coefficients[source, k]
    sizes[target, LINEAR] = (sizes[target, LINEAR] + abs(factor) * sizes[source, LINEAR]) * UPWARD
    sizes[target, QUADRATIC] = (sizes[target, QUADRATIC] + abs(factor) * sizes[source, QUADRATIC]) * UPWARD
    error = sizes[target, ERROR] + abs(factor) * sizes[source, ERROR]
    sizes[target, ERROR] = (error + 8.0 * ROUNDING * (before + added)) * UPWARD + FLOOR


@compiled
def multiply(coefficients: Floats, sizes: Floats, a: int, b: int, target: int, n: int) -> None:
    """target = a * b; cubic and quartic terms go to the error. The target is another form than a and b."""
    first, second = coefficients[a, 0], coefficients[b, 0]
    coefficients[target, 0] = first * second
    linear, quadratic = 0.0, 0.0
    for k in range(1, n + 1):
        value = first * coefficients[b, k] + second * coefficients[a, k]
        coefficients[target, k] = value
        linear += abs(value)
    place = n + 1
    for k in range(1, n + 1):
        left, right = coefficients[a, k], coefficients[b, k]
        value = first * coefficients[b, place] + second * coefficients[a, place] + left * right
        coefficients[target, place] = value
        quadratic += abs(value)
        place += 1
        for m in range(k + 1, n + 1):
            value = first * coefficients[b, place] + second * coefficients[a, place]
            value += left * coefficients[b, m] + right * coefficients[a, m]
            coefficients[target, place] = value
            quadratic += abs(value)
            place += 1
    a1, a2, a_error = sizes[a, LINEAR], sizes[a, QUADRATIC], sizes[a, ERROR]
    b1, b2, b_error = sizes[b, LINEAR], sizes[b, QUADRATIC], sizes[b, ERROR]
    whole_a, whole_b = abs(first) + a1 + a2, abs(second) + b1 + b2
    error = a1 * b2 + a2 * b1 + a2 * b2 + whole_a * b_error + whole_b * a_error + a_error * b_error
    sizes[target, LINEAR], sizes[target, QUADRATIC] = linear * UPWARD, quadratic * UPWARD
    sizes[target, ERROR] = (error + 8.0 * ROUNDING * whole_a * whole_b) * UPWARD + FLOOR


@compiled
def range_over(coefficients: Floats, sizes: Floats, f: int, low: Floats, high: Floats, n: int) -> tuple[float, float]:
    """Bounds of form f where low <= eps <= high (within [-1, 1]^n)."""
    lower, upper, total = range_of_terms(coefficients, f, low, high, n, np.empty((2, n)))
    slack = sizes[f, ERROR] * UPWARD + 2.0**-43 * total + FLOOR
    return lower - slack, upper + slack


@compiled
def range_of_terms(
    coefficients: Floats, f: int, low: Floats, high: Floats, n: int, parts: Floats
) -> tuple[float, float, float]:
    """Bounds of the polynomial of form f where low <= eps <= high, to nearest, and a bound on the sum of the sizes of its terms: l eps + q
    eps^2 of each unknown exactly, whose ends become parts (2, n), and mixed terms by their sizes."""
    lower, upper = coefficients[f, 0], coefficients[f, 0]
    total = abs(coefficients[f, 0])
    place = n + 1
    for k in range(n):
        linear, square = coefficients[f, 1 + k], coefficients[f, place]
        least, most = square_range(linear, square, low[k], high[k])
        parts[0, k], parts[1, k] = least, most
        lower += least
        upper += most
        total += abs(linear) + abs(square)
        place += 1
        reach = max(-low[k], high[k])
        for m in range(k + 1, n):
            mixed = abs(coefficients[f, place]) * reach * max(-low[m], high[m])
            lower -= mixed
            upper += mixed
            total += mixed
            place += 1
    return lower, upper, total


@compiled
def square_range(linear: float, square: float, low: float, high: float) -> tuple[float, float]:
    """The range of linear x + square x^2 for low <= x <= high, rounded to nearest."""
    first, second = (linear + square * low) * low, (linear + square * high) * high
    least, most = min(first, second), max(first, second)
    if square != 0.0:
        vertex = -0.5 * linear / square
        if low < vertex < high:
            value = 0.5 * linear * vertex
            least, most = min(least, value), max(most, value)
    return least, most
