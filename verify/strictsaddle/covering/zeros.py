"""What is asked of a box for Definition 1: are there zeros of the gradient in it, and of which kind? (`explore` answers.)"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np

from strictsaddle.arithmetic.arrays import Floats
from strictsaddle.arithmetic.evaluate import Program, interval_arguments, interval_program
from strictsaddle.arithmetic.tape import Tape
from strictsaddle.covering.block import determined_unknowns
from strictsaddle.covering.boxes import RECORDS, Stack
from strictsaddle.covering.explore import (
    BATCH,
    BOXES,
    ENDS,
    LEFT,
    MOST_BYTES,
    POINTS,
    STUCK,
    UNLISTED,
    UNLISTED_MINIMA,
    Asked,
    Told,
    explore,
)
from strictsaddle.covering.ridge_bounds import Ball
from strictsaddle.covering.waves import CHUNKS, MOST_UNLISTED, TAKEN, Chunk, Done, digest_of
from strictsaddle.derive.definedness import restricted_gradient
from strictsaddle.derive.derivatives import Derivation

LEAST_WIDTH = 1e-9
MOST_STUCK = 129  # boxes that nothing closes: more of them prove nothing more
FIRST_LIMIT = 2_000
MOST_POINTS = 2048  # of a chunk


@dataclass(frozen=True)
class GradientZeros:
    """The tapes of gradient and Hessian, the half-spaces (rows c with c.w >= 0) to stay in, and the
    unknowns that the others determine (see `covering.block`). `restricted`: of the natural domain, where it is not the space
    (`derive.definedness.restricted_gradient`)."""

    gradient: Tape
    hessian: Tape
    half_spaces: Floats
    block: np.ndarray[Any, np.dtype[np.int64]]
    ball: Ball
    restricted: Tape | None = None

    @classmethod
    def of(cls, derivation: Derivation, half_spaces: Floats | None = None, ball: Ball | None = None) -> GradientZeros:
        n = derivation.dimension
        return cls(derivation.gradient_tape, derivation.hessian_tape,
                   np.zeros((0, n)) if half_spaces is None else half_spaces, determined_unknowns(derivation),
                   Ball(np.zeros(n), 0.0) if ball is None else ball, restricted_gradient(derivation))  # fmt: skip

    @property
    def digest(self) -> str:
        """Equal for equal questions to equal searches."""
        numbers = (CHUNKS, TAKEN, LEAST_WIDTH, MOST_STUCK, MOST_UNLISTED, FIRST_LIMIT, self.ball.level)
        tapes = [self.gradient, self.hessian] + ([] if self.restricted is None else [self.restricted])
        return digest_of(numbers, [self.half_spaces, self.block, self.ball.weights], tapes)

    @property
    def first(self) -> int:
        return FIRST_LIMIT

    @property
    def chunk(self) -> int:
        """By the length of the tapes."""
        length = 2 * len(self.gradient.op) + len(self.hessian.op) + 30 * self.half_spaces.shape[1] ** 2
        return int(min(max(2e7 / length, 256), 40_000))

    @property
    def most_stuck(self) -> int:
        return MOST_STUCK

    @property
    def together(self) -> int:
        return 1

    def work(self, chunk: Chunk) -> Done:
        tapes = (self.gradient, self.hessian, self.restricted or self.gradient)
        return self.explored(chunk, *map(interval_program, tapes))

    def explored(self, chunk: Chunk, gradient: Program, hessian: Program, restricted: Program) -> Done:
        """`work` with the programs, of which `compile_explore` has none."""
        count, n = chunk.lower.shape
        stack, told = stack_of(chunk, count + 128 * BATCH + 64 * BATCH * n), room_for(chunk, BATCH, n)
        asked = Asked(self.half_spaces, self.ball.weights, self.ball.level, self.block, LEAST_WIDTH, chunk.listing,
                      self.restricted is not None)  # fmt: skip
        outputs = 0 if self.restricted is None else self.restricted.n_outputs
        explore(gradient, hessian, restricted, outputs, stack, count, chunk.limit, asked, told)
        return done(stack, told)


def stack_of(chunk: Chunk, capacity: int) -> Stack:
    """A stack of so many boxes, the chunk's at its bottom."""
    count, n = chunk.lower.shape
    stack = Stack(np.empty((capacity, n)), np.empty((capacity, n)), np.empty(capacity, dtype=np.uint8))
    stack.lower[:count], stack.upper[:count], stack.mode[:count] = chunk.lower, chunk.upper, chunk.mode
    return stack


def room_for(chunk: Chunk, together: int, unknowns: int) -> Told:
    """Where a search writes what it finds, `together` boxes being taken at once and points having so many unknowns."""
    count, n = chunk.lower.shape
    most = chunk.limit + 4 * together
    return Told(
        np.zeros(8, dtype=np.int64), np.empty((MOST_POINTS, 2, 2, unknowns)), np.empty((4 * BATCH, 2, n)),
        np.empty((MOST_BYTES + 1) * most + count, dtype=np.uint8), np.empty((most, 2, n)),
    )  # fmt: skip


def done(stack: Stack, told: Told) -> Done:
    """What a search has left on the stack and written."""
    counters = told.counters
    left = int(counters[LEFT])
    codes = told.record[: counters[RECORDS]].tobytes()
    narrowed = told.ends[: counters[ENDS]].tobytes()
    return Done(
        stack.lower[:left].copy(), stack.upper[:left].copy(), stack.mode[:left].copy(),
        told.points[: counters[POINTS]].copy(), told.stuck[: counters[STUCK]].copy(),
        int(counters[BOXES]), int(counters[UNLISTED]), int(counters[UNLISTED_MINIMA]),
        zlib.compress(len(codes).to_bytes(8, "little") + codes + narrowed, 1),
    )  # fmt: skip


def compile_explore(question: GradientZeros) -> None:
    """Compile `explore` and keep it on disk, without what it calls to evaluate tapes. For a process that ends then."""
    from strictsaddle.arithmetic.entry import attach_nothing

    attach_nothing()
    nothing = np.empty((0, question.half_spaces.shape[1]))
    chunk = Chunk(nothing, nothing, np.empty(0, dtype=np.uint8), 1, True)
    gradient, hessian = interval_arguments(question.gradient), interval_arguments(question.hessian)
    question.explored(chunk, gradient, hessian, gradient)
