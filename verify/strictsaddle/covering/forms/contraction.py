"""Boxes are closed or narrowed by a system of forms that vanish at whatever is looked for in them."""

from __future__ import annotations

import numpy as np

from strictsaddle.arithmetic.approximate_algebra import inverse
from strictsaddle.arithmetic.arrays import Floats
from strictsaddle.arithmetic.compilation import compiled
from strictsaddle.covering.forms.quadratic import (
    ERROR,
    FLOOR,
    QUADRATIC,
    UPWARD,
    add_multiple,
    measure,
    range_of_terms,
    set_constant,
    square_range,
)

EMPTY, KEPT = 0, 1
LEAST_PIVOT = 1e-12


@compiled
def contract(forms: Floats, sizes: Floats, f: int, low: Floats, high: Floats, n: int, parts: Floats) -> bool:
    """Narrow low <= eps <= high (within [-1, 1]^n) to where form f can be 0; False where it cannot be. parts (2, n) is overwritten.

    0 = a + l_k eps_k + (the rest), so that eps_k lies in -(a + rest) / l_k, the rest being enclosed term by term."""
    lower, upper, total = range_of_terms(forms, f, low, high, n, parts)
    slack = sizes[f, ERROR] * UPWARD + 2.0**-42 * total + FLOOR
    lower -= slack
    upper += slack
    if lower > 0.0 or upper < 0.0:
        return False
    if not upper - lower < 1e300:
        return True
    place = n + 1
    for k in range(n):
        linear, square = forms[f, 1 + k], forms[f, place]
        place += n - k
        if not abs(linear) > LEAST_PIVOT * total:
            continue
        least, most = square_range(0.0, square, low[k], high[k])
        # what is left when the unknown's own part is taken out, and its square put back
        first = -(upper - parts[1, k] + most) / linear
        second = -(lower - parts[0, k] + least) / linear
        if first > second:
            first, second = second, first
        wider = 2.0**-42 * (total / abs(linear) + 1.0)
        first -= wider
        second += wider
        if first > high[k] or second < low[k]:
            return False
        low[k] = first if first > low[k] else low[k]
        high[k] = second if second < high[k] else high[k]
    return True


@compiled
def narrow(
    forms: Floats, sizes: Floats, first: int, place: int, low: Floats, high: Floats, n: int
) -> tuple[int, float]:
    """Narrow low <= eps <= high to where the n forms first, first + 1, ... can vanish together: EMPTY or KEPT; and the greatest size of
    what is not linear in the system that is multiplied by the inverse of its linear part (infinite where there is none). The forms place,
    ..., place + n - 1 are overwritten."""
    parts = np.empty((2, n))
    for k in range(n):
        if not contract(forms, sizes, first + k, low, high, n, parts):
            return EMPTY, 0.0
    matrix, y = np.empty((n, n)), np.empty((n, n))
    for i in range(n):
        for k in range(n):
            matrix[i, k] = forms[first + i, 1 + k]
            if not abs(matrix[i, k]) < 1e300:
                return KEPT, np.inf
    if not inverse(matrix, y):
        return KEPT, np.inf
    spread = 0.0
    for k in range(n):
        set_constant(forms, sizes, place + k, 0.0, 0.0)
        for i in range(n):
            add_multiple(forms, sizes, y[k, i], first + i, place + k)
        measure(forms, sizes, place + k, n)
        beyond = sizes[place + k, QUADRATIC] + sizes[place + k, ERROR]
        spread = beyond if not beyond <= spread else spread
    for _ in range(2):
        for k in range(n):
            if not contract(forms, sizes, place + k, low, high, n, parts):
                return EMPTY, 0.0
    for k in range(n):
        if not contract(forms, sizes, first + k, low, high, n, parts):
            return EMPTY, 0.0
    return KEPT, spread
