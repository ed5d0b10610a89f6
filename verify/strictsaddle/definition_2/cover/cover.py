"""What is asked of a box for Definition 2: does one of the three conditions hold everywhere in it? (`trichotomy` answers.)"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np

from strictsaddle.arithmetic.arrays import Floats
from strictsaddle.arithmetic.evaluate import interval_program
from strictsaddle.covering.boxes import RECORDS
from strictsaddle.covering.waves import Chunk, Done, digest_of
from strictsaddle.definition_2.cover.close_boxes import (
    BATCH,
    BOXES,
    LEFT,
    STUCK,
    Closed,
    Conditions,
    PatchPrograms,
    close_boxes,
)
from strictsaddle.definition_2.landscape.patch import Patch

FIRST_LIMIT = 1_000
LEAST_WIDTH = 1e-8
MOST_STUCK = 8  # small boxes that nothing closes: more of them tell no more


@dataclass(frozen=True)
class Thresholds:
    """What closes a box of the patch: squared epsilon and gamma (rounded up), and balls: centres (2, k, n), squared
    radii (k,) rounded down. Points outside of the patch's half-spaces need no proof, because a symmetry maps them
    inside."""

    patch: Patch
    square: float
    gamma: float
    centres: Floats
    radius_squared: Floats

    @property
    def half_spaces(self) -> Floats:
        return self.patch.half_spaces

    @property
    def digest(self) -> str:
        """Equal for equal questions only."""
        numbers = (self.square, self.gamma, self.patch.ambient, self.patch.slopes)
        arrays = [self.centres, self.radius_squared, self.patch.half_spaces]
        natural = [] if self.patch.natural is None else [self.patch.natural]
        return digest_of(numbers, arrays, [self.patch.place_slope, self.patch.shape, *natural])

    @property
    def first(self) -> int:
        return FIRST_LIMIT

    @property
    def chunk(self) -> int:
        """By the length of the tapes."""
        patch = self.patch
        length = 2 * len(patch.place_slope.op) + len(patch.shape.op) + 30 * patch.half_spaces.shape[1] ** 2
        return int(min(max(1e7 / length, 256), 20_000))

    @property
    def most_stuck(self) -> int:
        return MOST_STUCK

    @property
    def together(self) -> int:
        return 1

    def work(self, chunk: Chunk) -> Done:
        patch = self.patch
        count, n = chunk.lower.shape
        capacity = count + 64 * BATCH * (n + 1)
        lower, upper = np.empty((capacity, n)), np.empty((capacity, n))
        lower[:count], upper[:count] = chunk.lower, chunk.upper
        counters, stuck = np.zeros(8, dtype=np.int64), np.empty((3 * BATCH, 2, n))
        record = np.empty(3 * (chunk.limit + 2 * BATCH), dtype=np.uint8)
        programs = PatchPrograms(
            interval_program(patch.place_slope),
            interval_program(patch.shape),
            patch.ambient,
            patch.slopes,
            interval_program(patch.natural or patch.place_slope),
            0 if patch.natural is None else patch.natural.n_outputs,
        )
        low, high = np.ascontiguousarray(self.centres[0]), np.ascontiguousarray(self.centres[1])
        conditions = Conditions(self.square, self.gamma, low, high, self.radius_squared, patch.half_spaces, LEAST_WIDTH)
        close_boxes(programs, lower, upper, count, chunk.limit, conditions, Closed(counters, stuck, record))
        left = int(counters[LEFT])
        told = record[: counters[RECORDS]].tobytes()
        return Done(
            lower[:left].copy(), upper[:left].copy(), np.zeros(left, dtype=np.uint8), np.empty((0, 2, 2, n)),
            stuck[: counters[STUCK]].copy(), int(counters[BOXES]),
            record=zlib.compress(len(told).to_bytes(8, "little") + told, 1),
        )  # fmt: skip
