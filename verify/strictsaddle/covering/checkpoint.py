"""A covering's state on disk, read back only for the same question, and only when it fits the region that was asked about."""

from __future__ import annotations

import json
import time
from typing import Any

import numpy as np

from strictsaddle.covering.boxes_apart import are_apart
from strictsaddle.covering.waves import Coverage, Question
from strictsaddle.execution.state_file import StateFile
from strictsaddle.objective.objective import Objective
from strictsaddle.records.events import Listener, silent

SECONDS_BETWEEN = 3.0
FORMAT = 4
RESUMED = (
    "an earlier run's part of the search, read from a checkpoint that bears this user's seal and was not done again"
)
Array = np.ndarray[Any, np.dtype[np.float64]]


class Checkpoint:
    """The file at `path` for one objective. `restore` reads it if it is there; `save` writes it at most every few
    seconds. `resumed`: whether `restore` went on from it.

    Raises InputError when the file is no checkpoint of this user and version, or is one of another objective, region or symmetry
    group, or cannot be written.
    """

    def __init__(self, path: str, objective: Objective, listener: Listener = silent) -> None:
        self.file = StateFile(path, "covering")
        self.digest = objective.digest
        self.listener = listener
        self.resumed = False
        self._saved = time.monotonic()
        self._key = ""

    def restore(self, start: Coverage, question: Question) -> Coverage:
        """The state in the file, or `start` when there is no file. Everything that `question` holds must be the
        same."""
        region = [start.open_lower.tolist(), start.open_upper.tolist()]
        self._key = json.dumps([FORMAT, self.digest, region, question.digest])
        data = self.file.read()
        if data is None:
            return start
        if str(data.get("key")) != self._key:
            raise self.file.wrong("this checkpoint belongs to another objective or region")
        try:
            counts = [int(x) for x in data["counts"]]
            lengths = data["lengths"]
            ends = np.cumsum(lengths)
            joined = data["record"].tobytes()
            record = tuple(joined[int(end - size) : int(end)] for end, size in zip(ends, lengths, strict=True))
            state = Coverage(
                data["open_lower"], data["open_upper"], data["open_mode"], data["points"], data["stuck"],
                start.volume, counts[0], counts[1], bool(counts[2]), record, counts[3],
            )  # fmt: skip
        except (ValueError, KeyError, IndexError, AttributeError) as error:
            raise self.file.wrong("this is no checkpoint of a covering") from error
        if (fault := misfit(state, start)) is not None:
            raise self.file.wrong(f"this checkpoint cannot be right: {fault}")
        self.resumed = state.boxes > 0
        return state

    def save(self, state: Coverage, *, now: bool = False) -> None:
        """Write the state, at most every SECONDS_BETWEEN seconds unless `now`. Call `restore` first. Where that fails the search goes
        on, and the listener is told."""
        if not now and time.monotonic() - self._saved < SECONDS_BETWEEN:
            return
        self._saved = time.monotonic()
        self.file.save({
            "key": np.array(self._key), "open_lower": state.open_lower, "open_upper": state.open_upper,
            "open_mode": state.open_mode, "points": state.points, "stuck": state.stuck,
            "counts": np.array([state.boxes, state.unlisted, int(state.listing), state.unlisted_minima]),
            "lengths": np.array([len(r) for r in state.record], dtype=np.int64),
            "record": np.frombuffer(b"".join(state.record), dtype=np.uint8),
        }, self.listener)  # fmt: skip


def misfit(state: Coverage, start: Coverage) -> str | None:
    """Why a state cannot be one of a search that began with `start`, in words; None when it may be."""
    n = start.open_lower.shape[1]
    floats = (("open_lower", (n,)), ("open_upper", (n,)), ("points", (2, 2, n)), ("stuck", (2, n)))
    for name, shape in floats:
        array = getattr(state, name)
        if array.dtype != np.float64 or array.shape[1:] != shape or not np.isfinite(array).all():
            return f"{name} has the wrong shape or type"
    count = len(state.open_mode)
    modes_fit = state.open_mode.dtype == np.uint8 and state.open_mode.shape == (count,) and (state.open_mode <= 2).all()
    if not modes_fit or len(state.open_lower) != count or len(state.open_upper) != count:
        return "the lists of open boxes have different lengths"
    if min(state.boxes, state.unlisted, state.unlisted_minima) < 0 or state.unlisted_minima > state.unlisted:
        return "a count is negative"
    if state.boxes < len(state.points) + len(state.stuck):
        return "it has more points than boxes"
    lower = np.concatenate([state.open_lower, state.stuck[:, 0], state.points[:, 1, 0]])
    upper = np.concatenate([state.open_upper, state.stuck[:, 1], state.points[:, 1, 1]])
    if not (lower <= upper).all():
        return "a box is empty"
    known = len(lower) - len(state.points)  # enclosures of points may stick out of the region a little
    if not ((lower[:known] >= start.open_lower[0]).all() and (upper[:known] <= start.open_upper[0]).all()):
        return "a box is outside of the region"
    if not are_apart(lower[:known], upper[:known]):
        return "open boxes overlap"
    if state.boxes == 0 and not (state.open_lower.shape == start.open_lower.shape and (state.open_lower == start.open_lower).all()
                                 and (state.open_upper == start.open_upper).all()):  # fmt: skip
        return "nothing is done, and something is missing"
    return None
