"""A function of one variable, given by its table, applied to a form: a quadratic polynomial of the form with a proved error."""

from __future__ import annotations

import numpy as np

from strictsaddle.arithmetic.arrays import Floats
from strictsaddle.arithmetic.compilation import compiled, inlined
from strictsaddle.covering.forms.function_table import CURVATURE_TIMES, PIECES, SLOPE_TIMES, Table
from strictsaddle.covering.forms.quadratic import (
    ERROR,
    FLOOR,
    LINEAR,
    QUADRATIC,
    ROUNDING,
    UPWARD,
    add_multiple,
    measure,
    multiply,
    set_constant,
)

NODE = 0.8660254037844386  # of the interpolation at 0 and +- sqrt(3)/2, the zeros of the Chebyshev polynomial T_3
GRID = 16  # parts of [-1, 1]
GRID_FROM = 0.125  # radius from which on bounds are looked for on the grid as well


@inlined
def piece_at(table: Table, x: float) -> int:
    """The number of the piece that x lies in, or next to by rounding; beyond the table less than 0, or at least the number of pieces."""
    far = int(table.high - table.near)
    if x < -table.near:
        return int(np.floor(x - table.low))
    if x <= table.near:
        return far + int((x + table.near) * PIECES)
    return far + int(2.0 * table.near) * PIECES + int(np.floor(x - table.near))


@inlined
def middle_of(table: Table, m: int) -> float:
    """The middle of piece m, exactly."""
    far = int(table.high - table.near)
    inner = int(2.0 * table.near) * PIECES
    if m < far:
        return table.low + (m + 0.5)
    if m < far + inner:
        return -table.near + (m - far + 0.5) / PIECES
    return table.near + (m - far - inner + 0.5)


@compiled
def bound(table: Table, f: int, column: int, low: float, high: float) -> float:
    """An upper bound of a column of `Table.bounds` of function f on [low, high]; infinity beyond the table."""
    if not (low >= -table.outer and high <= table.outer):
        return np.inf
    count = table.bounds.shape[2]
    # rows are pieces moved by one; and one further on either side, as the number of the piece is rounded
    first = min(max(piece_at(table, low), 0), count - 2)
    last = min(max(piece_at(table, high) + 2, 1), count - 1)
    level = 0
    while 2 << level <= last - first + 1:
        level += 1
    one: float = table.bounds[f, level, first, column]
    other: float = table.bounds[f, level, last + 1 - (1 << level), column]
    return max(one, other)


@compiled
def value_at(table: Table, f: int, order: int, x: float) -> tuple[float, float]:
    """f, f' or f'' (order 0, 1, 2) of function f at x and a bound on how wrong it is; infinity where the table has no polynomial."""
    if not table.low <= x <= table.high:
        return 0.0, np.inf
    m = min(max(piece_at(table, x), 0), table.coefficients.shape[1] - 1)
    u = x - middle_of(table, m)
    value = 0.0
    if order == 0:
        for k in range(table.coefficients.shape[2] - 1, -1, -1):
            value = value * u + table.coefficients[f, m, k]
    elif order == 1:
        for k in range(table.coefficients.shape[2] - 1, 0, -1):
            value = value * u + k * table.coefficients[f, m, k]
    else:
        for k in range(table.coefficients.shape[2] - 1, 1, -1):
            value = value * u + (k * (k - 1)) * table.coefficients[f, m, k]
    return value, table.errors[f, m, order]


@compiled
def compose(
    table: Table,
    f: int,
    order: int,
    coefficients: Floats,
    sizes: Floats,
    x: int,
    target: int,
    scratch: int,
    n: int,
    hull: Floats,
) -> None:
    """target = f(x) or f'(x) (order 0, 1) for form x; `scratch` and the form after it are overwritten. hull (4,) becomes an enclosure of
    its range and, for order 1, one of x f'(x).

    Let x = m + R t, |t| <= 1. p(t) = p_0 + p_1 t + p_2 t^2 is about the interpolant at the nodes, and f - p is bounded by

    * max |f'''| R^3 / 24, the remainder of interpolation, with what the values are wrong by twice (the sum of the |Lagrange polynomials| is
      below 1.67 on [-1, 1]),
    * or, p_0 being moved to the middle of the spread of f - p on a grid of step h, half that spread and h^2 / 8 max |(f - p)''|.
    """
    middle = coefficients[x, 0]
    radius = (sizes[x, LINEAR] + sizes[x, QUADRATIC] + sizes[x, ERROR]) * UPWARD + FLOOR
    slack = 4.0 * ROUNDING * (abs(middle) + radius)
    low, high = middle - radius - slack, middle + radius + slack
    greatest, slope = bound(table, f, order, low, high), bound(table, f, order + 1, low, high)
    second, third = bound(table, f, order + 2, low, high), bound(table, f, order + 3, low, high)
    hull[0], hull[1] = -greatest, greatest
    if order == 1:
        hull[2] = -bound(table, f, SLOPE_TIMES, low, high)
        hull[3] = -hull[2]
    if not (table.low <= low and high <= table.high):
        set_constant(coefficients, sizes, target, 0.0, greatest)
        return
    f_0, e_0 = value_at(table, f, order, middle)
    f_less, e_less = value_at(table, f, order, middle - NODE * radius)
    f_more, e_more = value_at(table, f, order, middle + NODE * radius)
    p_2 = (f_more + f_less - 2.0 * f_0) / 1.5
    p_1 = (f_more - f_less) / (2.0 * NODE)
    p_0 = f_0
    values = abs(f_0) + abs(f_less) + abs(f_more) + greatest
    wrong = max(e_0, max(e_less, e_more)) + 4.0 * slope * slack
    remainder = third * radius * radius * radius / 24.0 + 2.0 * wrong + 64.0 * ROUNDING * values
    h = 2.0 / GRID
    if radius > GRID_FROM:
        least, most, lowest, highest = np.inf, -np.inf, np.inf, -np.inf
        least_times, most_times = np.inf, -np.inf
        worst, error = 0.0, 0.0
        for k in range(GRID + 1):
            t = -1.0 + h * k
            point = middle + radius * t
            value, error = value_at(table, f, order, point)
            worst = max(worst, error)
            gap = value - (p_0 + t * (p_1 + t * p_2))
            least, most = min(least, gap), max(most, gap)
            lowest, highest = min(lowest, value), max(highest, value)
            least_times, most_times = min(least_times, point * value), max(most_times, point * value)
        # of the value itself, of the point, of p
        wrong = worst + 2.0 * slope * slack + 64.0 * ROUNDING * (values + abs(p_1) + abs(p_2))
        between = h * h / 8.0 * (second * radius * radius)
        spread = 0.5 * (most - least) + h * h / 8.0 * (second * radius * radius + 2.0 * abs(p_2)) + wrong
        if spread < remainder:
            remainder = spread
            p_0 += 0.5 * (most + least)
        hull[0], hull[1] = max(hull[0], lowest - between - wrong), min(hull[1], highest + between + wrong)
        if order == 1:
            between = h * h / 8.0 * bound(table, f, CURVATURE_TIMES, low, high) * radius * radius
            wrong = wrong * (abs(middle) + radius) + 4.0 * slack * greatest
            hull[2], hull[3] = max(hull[2], least_times - between - wrong), min(hull[3], most_times + between + wrong)
    if radius < 1e-150:
        set_constant(coefficients, sizes, target, p_0, (abs(p_1) + abs(p_2) + remainder) * UPWARD + FLOOR)
        return
    # t = (x - m) / R as a form, in scratch; its square after it
    for k in range(1, coefficients.shape[1]):
        coefficients[scratch, k] = coefficients[x, k] / radius
    coefficients[scratch, 0] = 0.0
    sizes[scratch, ERROR] = (sizes[x, ERROR] / radius + 4.0 * ROUNDING) * UPWARD + FLOOR
    measure(coefficients, sizes, scratch, n)
    multiply(coefficients, sizes, scratch, scratch, scratch + 1, n)
    set_constant(coefficients, sizes, target, p_0, remainder * UPWARD + FLOOR)
    add_multiple(coefficients, sizes, p_1, scratch, target)
    add_multiple(coefficients, sizes, p_2, scratch + 1, target)
    measure(coefficients, sizes, target, n)
    if radius <= GRID_FROM:
        linear = abs(p_1) + abs(p_2) + remainder
        slack = linear * UPWARD + 8.0 * ROUNDING * abs(p_0) + FLOOR
        hull[0], hull[1] = max(hull[0], p_0 - slack), min(hull[1], p_0 + slack)
        if order == 1:
            # the product of both ranges
            reach = max(abs(hull[0]), abs(hull[1])) * (abs(middle) + radius)
            first, second = low * hull[0], low * hull[1]
            third, fourth = high * hull[0], high * hull[1]
            spread = 8.0 * ROUNDING * reach + FLOOR
            hull[2] = max(hull[2], min(min(first, second), min(third, fourth)) - spread)
            hull[3] = min(hull[3], max(max(first, second), max(third, fourth)) + spread)
