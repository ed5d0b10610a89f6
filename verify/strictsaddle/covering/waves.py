"""The one driver of searches over boxes: branch and bound in waves of chunks, with progress, limits and checkpoints.

A wave takes the last boxes of the list of open ones, deals them out to a fixed number of chunks, and puts back what the
chunks leave. How many workers do the chunks of a wave does not matter to the result. What is asked of a box is a `Question`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, NamedTuple, Protocol

import numpy as np

from strictsaddle.arithmetic.arrays import Floats
from strictsaddle.arithmetic.tape import Tape
from strictsaddle.execution.budget import Budget, Stopwatch
from strictsaddle.execution.executor import Executor, Serial
from strictsaddle.records.events import Listener, Progress
from strictsaddle.records.evidence import BoxTree

CHUNKS = 16  # chunks in a wave; a constant, so that the search is the same for any number of workers
TAKEN = 2048  # open boxes dealt out in a wave
MOST_UNLISTED = 1024  # boxes whose stationary points cannot be isolated, after which listing is given up
SERIAL_BOXES = 150_000  # short searches stay in this process: workers take a second to start
SECONDS_TO_START = 5.0  # that worker processes may take before they are of use
MOST_PROBED = 16
NOT_CLOSED = "there are boxes that no test closes, however small"

Modes = np.ndarray[Any, np.dtype[np.uint8]]


@dataclass(frozen=True)
class Chunk:
    """Open boxes for one worker: `lower`, `upper` (m, n), `mode` (m,); about `limit` boxes may be taken."""

    lower: Floats
    upper: Floats
    mode: Modes
    limit: int
    listing: bool


@dataclass(frozen=True)
class Done:
    """What a chunk leaves: open boxes with their modes, points, stuck boxes; how many boxes it took, how many of them hold points that
    could not be isolated, and how many of these may be minima; and the record of what closed each, compressed."""

    lower: Floats
    upper: Floats
    mode: Modes
    points: Floats
    stuck: Floats
    boxes: int
    unlisted: int = 0
    unlisted_minima: int = 0
    record: bytes = b""


class Question(Protocol):
    """What is asked of every box of a region. A question is pickled: `work` runs in whichever process, and is the same for equal
    digests. `first`, `chunk`: boxes that a chunk may take in the first wave, and later (about a tenth of a second of work);
    `most_stuck`: boxes that no test closes, after which the search ends; `together`: boxes that are better worked on in one
    chunk than in several; `half_spaces`: rows c with c.w >= 0 in which it stays."""

    @property
    def half_spaces(self) -> Floats: ...
    @property
    def digest(self) -> str: ...
    @property
    def first(self) -> int: ...
    @property
    def chunk(self) -> int: ...
    @property
    def most_stuck(self) -> int: ...
    @property
    def together(self) -> int: ...

    def work(self, chunk: Chunk) -> Done: ...


def digest_of(numbers: tuple[Any, ...], arrays: list[np.ndarray[Any, Any]], tapes: list[Tape]) -> str:
    """Of everything that a question to a box is made of: equal for equal ones only."""
    digest = hashlib.sha256(repr(numbers).encode())
    every = list(arrays)
    for tape in tapes:
        every += [tape.op, tape.dst, tape.a, tape.b, tape.constant_low, tape.constant_high]
    for array in every:
        digest.update(repr((array.shape, array.dtype.str)).encode() + np.ascontiguousarray(array).tobytes() + b"|")
    return digest.hexdigest()


@dataclass(frozen=True)
class Coverage:
    """How far a covering has come. `open_*` are the boxes still to do; `points` holds for each point a box in which
    it is the only one and a tighter one around it; `stuck` the boxes that no test closes; `unlisted` counts boxes that
    matter no more for Definition 1 but whose stationary points could not be isolated, `unlisted_minima` those of them in which
    the Hessian is positive definite. `record`: of each chunk, in their order."""

    open_lower: Floats
    open_upper: Floats
    open_mode: Modes
    points: Floats
    stuck: Floats
    volume: float
    boxes: int = 0
    unlisted: int = 0
    listing: bool = True
    record: tuple[bytes, ...] = field(default=(), repr=False)
    unlisted_minima: int = 0

    @classmethod
    def start(cls, lower: Floats, upper: Floats, unknowns: int | None = None) -> Coverage:
        """Nothing done yet: the boxes that are the rows of lower and upper are open, or the one that they are. unknowns: that points have,
        where these are more than what is searched."""
        lower, upper = np.atleast_2d(lower).copy(), np.atleast_2d(upper).copy()
        n = lower.shape[1]
        points = np.empty((0, 2, 2, unknowns or n))
        return cls(
            lower, upper, np.zeros(len(lower), dtype=np.uint8), points, np.empty((0, 2, n)),
            _volume(lower, upper),
        )  # fmt: skip

    @property
    def closed(self) -> bool:
        """Whether every box is closed: for Definition 1, only strict saddles, maxima and good minima are in the region."""
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

    @property
    def worst(self) -> Floats | None:
        """The smallest box that is left, (2, n)."""
        if len(self.stuck):
            return np.array(self.stuck[0])
        if not len(self.open_lower):
            return None
        k = int(np.argmin(np.max(self.open_upper - self.open_lower, axis=1)))
        return np.array([self.open_lower[k], self.open_upper[k]])

    @property
    def smallest(self) -> Floats:
        """The middles (m, n) of the smallest boxes that are left."""
        order = np.argsort(np.max(self.open_upper - self.open_lower, axis=1))[:MOST_PROBED]
        middles = 0.5 * (self.open_lower[order] + self.open_upper[order])
        return np.concatenate([np.mean(self.stuck[:MOST_PROBED], axis=1), middles])


def tree_of(
    start: Coverage, question: Question, state: Coverage, unknowns: Sequence[int] | None = None
) -> tuple[BoxTree, ...]:
    """The search from its one first box, told so that it can be told again; nothing where it has not closed every box. `unknowns`:
    those that are searched, all when left out."""
    if not state.closed or len(start.open_lower) != 1:
        return ()
    lower, upper = (tuple(Fraction(float(x)) for x in end[0]) for end in (start.open_lower, start.open_upper))
    half_spaces = tuple(tuple(Fraction(float(x)) for x in row) for row in question.half_spaces)
    kept = tuple(range(len(lower)) if unknowns is None else unknowns)
    return (BoxTree(lower, upper, half_spaces, kept, state.record, state.boxes, state.listed),)


def _volume(lower: Floats, upper: Floats) -> float:
    if not len(lower):
        return 0.0
    widths = np.where(upper > lower, upper - lower, 1.0)
    with np.errstate(over="ignore"):
        return float(np.sum(np.prod(widths, axis=1)))


def _work(task: tuple[Question, Chunk]) -> Done:
    """One chunk, in whichever process."""
    question, chunk = task
    return question.work(chunk)


def wave(question: Question, state: Coverage, pool: Executor, most: int | None = None) -> Coverage:
    """One wave of chunks on the last open boxes; of about `most` boxes at most."""
    taken = min(len(state.open_mode), TAKEN)
    keep = len(state.open_mode) - taken
    chunks = min(CHUNKS, -(-taken // question.together))
    limit = question.first if state.boxes == 0 else question.chunk
    if most is not None:
        limit = min(limit, -(-most // chunks))
    dealt = [slice(keep + k, None, chunks) for k in range(chunks)]
    tasks = [
        (question, Chunk(state.open_lower[s], state.open_upper[s], state.open_mode[s], limit, state.listing))
        for s in dealt
    ]
    done = pool.run(_work, tasks)
    unlisted = state.unlisted + sum(d.unlisted for d in done)
    return replace(
        state,
        open_lower=np.concatenate([state.open_lower[:keep], *(d.lower for d in done)]),
        open_upper=np.concatenate([state.open_upper[:keep], *(d.upper for d in done)]),
        open_mode=np.concatenate([state.open_mode[:keep], *(d.mode for d in done)]),
        points=np.concatenate([state.points, *(d.points for d in done)]),
        stuck=np.concatenate([state.stuck, *(d.stuck for d in done)]),
        boxes=state.boxes + sum(d.boxes for d in done),
        unlisted=unlisted,
        listing=state.listing and unlisted <= MOST_UNLISTED,
        record=(*state.record, *(d.record for d in done if d.record)),
        unlisted_minima=state.unlisted_minima + sum(d.unlisted_minima for d in done),
    )


class Save(Protocol):
    """Keeps a state from which the search can go on; may skip it unless `now`."""

    def __call__(self, state: Coverage, *, now: bool = False) -> None: ...


class Outcome(NamedTuple):
    """The coverage; in words why it is not closed, None when it is; and what the probe found, which ends the search."""

    state: Coverage
    reason: str | None
    found: Any = None


def cover(
    question: Question,
    state: Coverage,
    pool: Executor,
    budget: Budget,
    listener: Listener,
    *,
    phase: str = "covering",
    save: Save | None = None,
    probe: Callable[[Floats], Any] | None = None,
    used: int = 0,
) -> Outcome:
    """Run waves until everything is closed, boxes get stuck, or the budget is used up.

    `save` is called between waves with a state from which the search can be resumed. `probe` is given the middles (m, n) of the smallest
    boxes that are left; what it returns, if not None, ends the search. `used`: boxes that count towards the limit already.
    """
    watch, serial = Stopwatch(), Serial()
    first, warm = state.boxes, False
    while len(state.open_mode):
        if reason := budget.reached(used + state.boxes):
            return Outcome(state, reason)
        if len(state.stuck) >= question.most_stuck:
            return Outcome(state, NOT_CLOSED)
        recent = state.boxes - first
        crew: Executor = serial
        if state.boxes >= SERIAL_BOXES:
            left = budget.left()
            warm = warm or left is None or left >= SECONDS_TO_START
            crew = pool if warm else serial
        try:
            state = wave(question, state, crew, budget.boxes_left(used + state.boxes, recent, watch.seconds))
        except KeyboardInterrupt:
            if save is not None:
                save(state, now=True)
            raise
        seconds, recent = watch.seconds, state.boxes - first
        found = len(state.points) if probe is None else None
        listener(Progress(phase, seconds, state.boxes, recent / max(seconds, 1e-9), state.open_share, found))
        if save is not None:
            save(state)
        if probe is not None and not state.closed and (seen := probe(state.smallest)) is not None:
            return Outcome(state, None, seen)
    return Outcome(state, None if state.closed else NOT_CLOSED)
