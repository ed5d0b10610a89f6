"""Covering a box for Definition 2 in waves of chunks, with progress and limits; see `trichotomy` for what closes a
box."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from strictsaddle.arithmetic.evaluate import interval_program
from strictsaddle.definition_2.cover.checkpoint import DischargeCheckpoint, Left
from strictsaddle.definition_2.cover.trichotomy import BATCH, BOXES, LEFT, STUCK, close_boxes
from strictsaddle.definition_2.landscape.patch import Patch
from strictsaddle.execution.budget import Budget, Stopwatch
from strictsaddle.execution.executor import Executor, Serial
from strictsaddle.records.events import Listener, Progress

CHUNKS = 16  # a constant, so that the search is the same for any number of workers
TAKEN = 2048
SERIAL_BOXES = 150_000
FIRST_LIMIT = 1_000
LEAST_LIMIT = 64
SECONDS_TO_START = 5.0  # that worker processes may take before they are of use
LEAST_WIDTH = 1e-8
MOST_STUCK = 8  # small boxes that nothing closes: more of them tell no more

Array = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Thresholds:
    """What closes a box of the patch: squared epsilon and gamma (rounded up), and balls: centres (2, k, n), squared
    radii (k,) rounded down. Points outside of the patch's half-spaces need no proof, because a symmetry maps them
    inside."""

    patch: Patch
    square: float
    gamma: float
    centres: Array
    radius_squared: Array


def digest(thresholds: Thresholds, lower: Array, upper: Array) -> str:
    """Equal for equal questions only."""
    patch = thresholds.patch
    found = hashlib.sha256(repr((thresholds.square, thresholds.gamma, patch.ambient, patch.slopes)).encode())
    arrays: list[np.ndarray[Any, Any]] = [lower, upper, thresholds.centres, thresholds.radius_squared]
    arrays.append(patch.half_spaces)
    for tape in (patch.place_slope, patch.shape):
        arrays += [tape.op, tape.dst, tape.a, tape.b, tape.constant_low, tape.constant_high]
    for array in arrays:
        found.update(repr((array.shape, array.dtype.str)).encode() + np.ascontiguousarray(array).tobytes() + b"|")
    return found.hexdigest()


@dataclass(frozen=True)
class Cover:
    """What is left of a box: `lower`, `upper` (m, n) open boxes and `stuck` (k, 2, n) ones too small to split.
    `found` is what the probe returned; `reason` says why the covering is not closed."""

    lower: Array
    upper: Array
    stuck: Array
    boxes: int
    reason: str | None = None
    found: Any = field(default=None)

    @property
    def closed(self) -> bool:
        return not len(self.lower) and not len(self.stuck)

    @property
    def worst(self) -> Array | None:
        """The smallest box that is left, (2, n)."""
        if len(self.stuck):
            return np.array(self.stuck[0])
        if not len(self.lower):
            return None
        k = int(np.argmin(np.max(self.upper - self.lower, axis=1)))
        return np.array([self.lower[k], self.upper[k]])


@dataclass(frozen=True)
class _Chunk:
    thresholds: Thresholds
    lower: Array
    upper: Array
    limit: int


def _work(chunk: _Chunk) -> tuple[Array, Array, Array, int]:
    t = chunk.thresholds
    count, n = chunk.lower.shape
    capacity = count + 64 * BATCH * (n + 1)
    lower, upper = np.empty((capacity, n)), np.empty((capacity, n))
    lower[:count], upper[:count] = chunk.lower, chunk.upper
    counters, stuck = np.zeros(8, dtype=np.int64), np.empty((3 * BATCH, 2, n))
    close_boxes(
        interval_program(t.patch.place_slope),
        interval_program(t.patch.shape),
        t.patch.ambient,
        t.patch.slopes,
        lower,
        upper,
        count,
        chunk.limit,
        t.square,
        t.gamma,
        t.centres[0],
        t.centres[1],
        t.radius_squared,
        t.patch.half_spaces,
        LEAST_WIDTH,
        counters,
        stuck,
    )
    left = int(counters[LEFT])
    return lower[:left].copy(), upper[:left].copy(), stuck[: counters[STUCK]].copy(), int(counters[BOXES])


def close(
    thresholds: Thresholds,
    lower: Array,
    upper: Array,
    pool: Executor,
    budget: Budget,
    listener: Listener,
    *,
    probe: Callable[[Array], Any] | None = None,
    used: int = 0,
    checkpoint: DischargeCheckpoint | None = None,
    phase: str = "covering",
) -> Cover:
    """Cover the boxes (rows of lower, upper) until everything is closed, something cannot be, or a limit is reached.

    `probe` is given the centres (m, n) of the smallest open boxes between waves; what it returns, if not None, ends
    the search. `used`: boxes that count towards the limit already. `checkpoint`: where to go on, and what is kept
    between waves.
    """
    watch, serial = Stopwatch(), Serial()
    n = lower.shape[1]
    length = 2 * len(thresholds.patch.place_slope.op) + len(thresholds.patch.shape.op) + 30 * n * n
    share = int(min(max(1e7 / length, 256), 20_000))
    stuck, boxes = np.empty((0, 2, n)), 0
    volume = max(float(np.sum(np.prod(upper - lower, axis=1))), 1e-300)
    question = "" if checkpoint is None else digest(thresholds, lower, upper)
    before = None if checkpoint is None else checkpoint.state(question, lower, upper)
    if before is not None:
        lower, upper, stuck, boxes = before.lower, before.upper, before.stuck, before.boxes
    first, warm = boxes, False
    while len(lower):
        if reason := budget.reached(used + boxes):
            return Cover(lower, upper, stuck, boxes, reason)
        taken = min(len(lower), TAKEN)
        keep, chunks = len(lower) - taken, min(CHUNKS, taken)
        limit = FIRST_LIMIT if boxes == 0 else share
        crew: Executor = serial if boxes < SERIAL_BOXES else pool
        # a wave that would end late is made smaller; one that would not is as without a deadline
        soon = budget.boxes_in_time(boxes - first, watch.seconds)
        if soon is not None:
            limit = min(limit, max(LEAST_LIMIT, soon // chunks))
        time_left = budget.left()
        late = time_left is not None and time_left < SECONDS_TO_START
        if crew is pool and not warm and late:
            crew = serial
        warm = warm or crew is pool
        tasks = [_Chunk(thresholds, lower[keep + k :: chunks], upper[keep + k :: chunks], limit) for k in range(chunks)]
        done = crew.run(_work, tasks)
        lower = np.concatenate([lower[:keep], *(d[0] for d in done)])
        upper = np.concatenate([upper[:keep], *(d[1] for d in done)])
        stuck = np.concatenate([stuck, *(d[2] for d in done)])
        boxes += sum(d[3] for d in done)
        if checkpoint is not None:
            checkpoint.keep(question, Left(lower, upper, stuck, boxes))
        seconds = watch.seconds
        share_open = float(np.sum(np.prod(upper - lower, axis=1))) / volume
        listener(Progress(phase, seconds, boxes, (boxes - first) / max(seconds, 1e-9), share_open, None))
        if probe is not None and (len(lower) or len(stuck)):
            order = np.argsort(np.max(upper - lower, axis=1))[:16]
            centres = np.concatenate([np.mean(stuck[:16], axis=1), 0.5 * (lower[order] + upper[order])])
            found = probe(centres)
            if found is not None:
                return Cover(lower, upper, stuck, boxes, None, found)
        if len(stuck) >= MOST_STUCK:
            return Cover(lower, upper, stuck, boxes, "there are boxes that no test closes, however small")
    reason = "there are boxes that no test closes, however small" if len(stuck) else None
    return Cover(lower, upper, stuck, boxes, reason)
