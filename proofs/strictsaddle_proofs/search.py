"""A search that nobody recorded: boxes are closed by a test, or halved, the newest first, until none is left."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from strictsaddle_proofs.errors import require
from strictsaddle_proofs.intervals import Array

MOST_BOXES = 2_000_000
PIECE = 2048
LEAST_WIDTH = 1e-7  # of the box's distance from 0 (1 at least); smaller ones are not split
Left = Callable[[Array, Array], tuple[Array, Array]]
Halved = Callable[[Array, Array, str], tuple[Array, Array]]


def exhausted(
    low: Array,
    high: Array,
    left: Left,
    where: str,
    count: Callable[[int], None] = lambda _: None,
    halved: Halved | None = None,
) -> None:
    """Raise Refused unless every box can be closed. left: what a test leaves of boxes, (m, n) each; halved: how boxes are cut."""
    stack, used = [(low, high)], 0
    while stack:
        low, high = stack.pop()
        used += len(low)
        require(used <= MOST_BOXES, "too many boxes", where)
        count(used)
        low, high = left(low, high)
        if len(low):
            low, high = (halved or across_the_longest_side)(low, high, where)
            stack += [(low[k : k + PIECE], high[k : k + PIECE]) for k in range(0, len(low), PIECE)]


def across_the_longest_side(low: Array, high: Array, where: str) -> tuple[Array, Array]:
    """Both halves of each box."""
    side, rows = np.argmax(high - low, axis=1), np.arange(len(low))
    a, b = low[rows, side], high[rows, side]
    cut = 0.5 * a + 0.5 * b
    require(
        np.all((a < cut) & (cut < b) & (b - a > LEAST_WIDTH * np.maximum(1.0, np.abs(cut)))),
        "a box too small to split is open",
        where,
    )
    first, second = high.copy(), low.copy()
    first[rows, side] = second[rows, side] = cut
    return np.concatenate([low, second]), np.concatenate([first, high])


def sum_of_squares(sizes: Array, *, downward: bool) -> Array:
    """A bound of the sum over each row of squares of numbers that are not negative. Each square may lose 1e-323 where doubles have few
    digits, and there are not 1e20 of them; nan bounds nothing."""
    total = np.einsum("mi,mi->m", sizes, sizes)
    return total * (1 - 1e-10) - 1e-300 if downward else total * (1 + 1e-10) + 1e-300
