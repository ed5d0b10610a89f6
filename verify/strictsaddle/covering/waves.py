"""The covering: branch and bound over a box in waves of chunks, with progress, limits and checkpoints.

A wave takes the last boxes of the list of open ones, deals them out to a fixed number of chunks, and puts back what the
chunks leave. How many workers do the chunks of a wave does not matter to the result.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, Protocol

import numpy as np

from strictsaddle.arithmetic.evaluate import Program, interval_arguments, interval_program
from strictsaddle.arithmetic.tape import Tape
from strictsaddle.covering.block import determined_unknowns
from strictsaddle.covering.explore import (
    BATCH,
    BOXES,
    LEFT,
    MOST_BYTES,
    POINTS,
    RECORDS,
    STUCK,
    UNLISTED,
    UNLISTED_MINIMA,
    explore,
)
from strictsaddle.covering.ridge_bounds import Ball
from strictsaddle.derive.derivatives import Derivation
from strictsaddle.execution.budget import Budget, Stopwatch
from strictsaddle.execution.executor import Executor
from strictsaddle.records.events import Listener, Progress
from strictsaddle.records.evidence import BoxTree

CHUNKS = 16  # chunks in a wave; a constant, so that the search is the same for any number of workers
TAKEN = 2048  # open boxes dealt out in a wave
LEAST_WIDTH = 1e-9
MOST_STUCK = 128  # boxes that nothing closes, after which the search ends: more of them prove nothing more
MOST_UNLISTED = 1024  # boxes whose stationary points cannot be isolated, after which listing is given up
SERIAL_BOXES = 150_000  # short searches stay in this process: workers take a second to start
FIRST_LIMIT = 2_000

Array = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Question:
    """What is searched: the tapes of gradient and Hessian, the half-spaces (rows c with c.w >= 0) to stay in, and the
    unknowns that the others determine (see `covering.block`)."""

    gradient: Tape
    hessian: Tape
    half_spaces: Array
    block: np.ndarray[Any, np.dtype[np.int64]]
    ball: Ball

    @classmethod
    def of(cls, derivation: Derivation, half_spaces: Array | None = None, ball: Ball | None = None) -> Question:
        n = derivation.dimension
        return cls(derivation.gradient_tape, derivation.hessian_tape,
                   np.zeros((0, n)) if half_spaces is None else half_spaces, determined_unknowns(derivation),
                   Ball(np.zeros(n), 0.0) if ball is None else ball)  # fmt: skip

    @property
    def digest(self) -> str:
        """Equal for equal questions to equal searches: what a checkpoint may be read for."""
        digest = hashlib.sha256(
            repr((CHUNKS, TAKEN, LEAST_WIDTH, MOST_STUCK, MOST_UNLISTED, FIRST_LIMIT, self.ball.level)).encode()
        )
        arrays: list[np.ndarray[Any, Any]] = [self.half_spaces, self.block, self.ball.weights]
        for tape in (self.gradient, self.hessian):
            arrays += [tape.op, tape.dst, tape.a, tape.b, tape.constant_low, tape.constant_high]
        for array in arrays:
            digest.update(repr(array.shape).encode() + array.tobytes() + b"|")
        return digest.hexdigest()

    @property
    def chunk(self) -> int:
        """Boxes a chunk may take: about a tenth of a second of work, by the length of the tapes."""
        length = 2 * len(self.gradient.op) + len(self.hessian.op) + 30 * self.half_spaces.shape[1] ** 2
        return int(min(max(2e7 / length, 256), 40_000))


@dataclass(frozen=True)
class Coverage:
    """How far a covering has come. `open_*` are the boxes still to do; `points` holds for each point a box in which
    it is the only one and a tighter one around it; `stuck` the boxes that no test closes; `unlisted` counts boxes that
    matter no more for Definition 1 but whose stationary points could not be isolated, `unlisted_minima` those of them in which
    the Hessian is positive definite. `record`: see `search`."""

    open_lower: Array
    open_upper: Array
    open_mode: np.ndarray[Any, np.dtype[np.uint8]]
    points: Array
    stuck: Array
    volume: float
    boxes: int = 0
    unlisted: int = 0
    listing: bool = True
    record: tuple[bytes, ...] = field(default=(), repr=False)
    unlisted_minima: int = 0

    @classmethod
    def start(cls, lower: Array, upper: Array) -> Coverage:
        """Nothing done yet: the one box [lower, upper] is open."""
        n = lower.size
        return cls(
            lower.reshape(1, n).copy(), upper.reshape(1, n).copy(), np.zeros(1, dtype=np.uint8),
            np.empty((0, 2, 2, n)), np.empty((0, 2, n)), _volume(lower.reshape(1, n), upper.reshape(1, n)),
        )  # fmt: skip

    @property
    def closed(self) -> bool:
        """Whether every box is closed for Definition 1: only strict saddles, maxima and good minima are in the
        region."""
        return len(self.open_mode) == 0 and len(self.stuck) == 0

    @property
    def listed(self) -> bool:
        """Whether `points` are all the stationary points of the region."""
        return self.closed and self.listing and self.unlisted == 0

    @property
    def minima_listed(self) -> bool:
        """Whether `points` hold all the local minima of the region: boxes of negative curvature have none."""
        return self.closed and self.unlisted_minima == 0

    @property
    def open_share(self) -> float:
        """The part of the volume that is still open, for the reader's orientation."""
        return _volume(self.open_lower, self.open_upper) / self.volume if self.volume > 0 else 0.0


def tree_of(
    start: Coverage, question: Question, state: Coverage, unknowns: Sequence[int] | None = None
) -> tuple[BoxTree, ...]:
    """The search from its one first box, told so that it can be told again; nothing where it has not closed every box. `unknowns`:
    those that are searched, all when left out."""
    if not state.closed:
        return ()
    lower, upper = (tuple(Fraction(float(x)) for x in end[0]) for end in (start.open_lower, start.open_upper))
    half_spaces = tuple(tuple(Fraction(float(x)) for x in row) for row in question.half_spaces)
    kept = tuple(range(len(lower)) if unknowns is None else unknowns)
    return (BoxTree(lower, upper, half_spaces, kept, state.record, state.boxes),)


def _volume(lower: Array, upper: Array) -> float:
    if not len(lower):
        return 0.0
    widths = np.where(upper > lower, upper - lower, 1.0)
    with np.errstate(over="ignore"):
        return float(np.sum(np.prod(widths, axis=1)))


@dataclass(frozen=True)
class _Chunk:
    question: Question
    lower: Array
    upper: Array
    mode: np.ndarray[Any, np.dtype[np.uint8]]
    limit: int
    listing: bool


@dataclass(frozen=True)
class _Done:
    lower: Array
    upper: Array
    mode: np.ndarray[Any, np.dtype[np.uint8]]
    points: Array
    stuck: Array
    boxes: int
    unlisted: int
    unlisted_minima: int
    record: bytes


def compile_explore(question: Question) -> None:
    """Compile `explore` and keep it on disk, without what it calls to evaluate tapes. For a process that ends then."""
    from strictsaddle.arithmetic.entry import attach_nothing

    attach_nothing()
    nothing = np.empty((0, question.half_spaces.shape[1]))
    chunk = _Chunk(question, nothing, nothing, np.empty(0, dtype=np.uint8), 1, True)
    _explored(chunk, interval_arguments(question.gradient), interval_arguments(question.hessian))


def _work(chunk: _Chunk) -> _Done:
    """One chunk, in whichever process."""
    return _explored(chunk, interval_program(chunk.question.gradient), interval_program(chunk.question.hessian))


def _explored(chunk: _Chunk, gradient: Program, hessian: Program) -> _Done:
    count, n = chunk.lower.shape
    capacity = count + 128 * BATCH + 64 * BATCH * n
    lower, upper, mode = np.empty((capacity, n)), np.empty((capacity, n)), np.empty(capacity, dtype=np.uint8)
    lower[:count], upper[:count], mode[:count] = chunk.lower, chunk.upper, chunk.mode
    counters = np.zeros(8, dtype=np.int64)
    points, stuck = np.empty((2048, 2, 2, n)), np.empty((4 * BATCH, 2, n))
    record = np.empty((MOST_BYTES + 1) * (chunk.limit + 4 * BATCH) + count, dtype=np.uint8)
    explore(
        gradient, hessian, lower, upper, mode, count, chunk.limit, LEAST_WIDTH, chunk.listing,
        chunk.question.half_spaces, chunk.question.ball.weights, chunk.question.ball.level, chunk.question.block, counters,
        points, stuck, record,
    )  # fmt: skip
    left = int(counters[LEFT])
    return _Done(
        lower[:left].copy(), upper[:left].copy(), mode[:left].copy(),
        points[: counters[POINTS]].copy(), stuck[: counters[STUCK]].copy(),
        int(counters[BOXES]), int(counters[UNLISTED]), int(counters[UNLISTED_MINIMA]),
        zlib.compress(record[: counters[RECORDS]].tobytes(), 1),
    )  # fmt: skip


def wave(question: Question, state: Coverage, pool: Executor, most: int | None = None) -> Coverage:
    """One wave of chunks on the last open boxes; of about `most` boxes at most."""
    taken = min(len(state.open_mode), TAKEN)
    keep = len(state.open_mode) - taken
    chunks = min(CHUNKS, taken)
    limit = FIRST_LIMIT if state.boxes == 0 else question.chunk
    if most is not None:
        limit = min(limit, -(-most // chunks))
    tasks = [
        _Chunk(question, state.open_lower[keep + k :: chunks], state.open_upper[keep + k :: chunks],
               state.open_mode[keep + k :: chunks], limit, state.listing)
        for k in range(chunks)
    ]  # fmt: skip
    done = pool.run(_work, tasks)
    return replace(
        state,
        open_lower=np.concatenate([state.open_lower[:keep], *(d.lower for d in done)]),
        open_upper=np.concatenate([state.open_upper[:keep], *(d.upper for d in done)]),
        open_mode=np.concatenate([state.open_mode[:keep], *(d.mode for d in done)]),
        points=np.concatenate([state.points, *(d.points for d in done)]),
        stuck=np.concatenate([state.stuck, *(d.stuck for d in done)]),
        boxes=state.boxes + sum(d.boxes for d in done),
        unlisted=state.unlisted + sum(d.unlisted for d in done),
        listing=state.listing and state.unlisted + sum(d.unlisted for d in done) <= MOST_UNLISTED,
        record=(*state.record, *(d.record for d in done)),
        unlisted_minima=state.unlisted_minima + sum(d.unlisted_minima for d in done),
    )


class Save(Protocol):
    """Keeps a state from which the search can go on; may skip it unless `now`."""

    def __call__(self, state: Coverage, *, now: bool = False) -> None: ...


def cover(question: Question, state: Coverage, pool: Executor, budget: Budget, listener: Listener, *,
          phase: str = "covering", save: Save | None = None) -> tuple[Coverage, str | None]:  # fmt: skip
    """Run waves until everything is closed, boxes get stuck, or a limit is reached.

    Returns the coverage and, when it is not closed, the reason in words. `save` is called between waves with a state
    from which the search can be resumed.
    """
    from strictsaddle.execution.executor import Serial

    watch, serial = Stopwatch(), Serial()
    first = state.boxes
    while len(state.open_mode):
        if reason := budget.reached(state.boxes):
            return state, reason
        if len(state.stuck) > MOST_STUCK:
            return state, "there are boxes that no test closes, however small"
        left = budget.boxes_left(state.boxes, state.boxes - first, watch.seconds)
        try:
            state = wave(question, state, serial if state.boxes < SERIAL_BOXES else pool, left)
        except KeyboardInterrupt:
            if save is not None:
                save(state, now=True)
            raise
        seconds = watch.seconds
        listener(Progress(phase, seconds, state.boxes, (state.boxes - first) / max(seconds, 1e-9), state.open_share,
                          len(state.points)))  # fmt: skip
        if save is not None:
            save(state)
    return state, None if state.closed else "there are boxes that no test closes, however small"
