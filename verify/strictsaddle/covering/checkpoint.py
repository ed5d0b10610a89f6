"""States of coverings on disk, read back only for the same questions, and only when they fit the regions that were asked about.

A question is what closes boxes (its digest) and where (the boxes it starts with). One file holds what is left of all questions of one
run about one objective.
"""

from __future__ import annotations

import hashlib
import json
import time
from functools import partial
from typing import Any

import numpy as np

from strictsaddle.covering.boxes_apart import are_apart
from strictsaddle.covering.waves import Coverage, Question, Save
from strictsaddle.execution.state_file import StateFile
from strictsaddle.objective.objective import Objective
from strictsaddle.records.events import Listener, silent

SECONDS_BETWEEN = 3.0
FORMAT = 5
RESUMED = (
    "an earlier run's part of the search, read from a checkpoint that bears this user's seal and was not done again"
)
ARRAYS = ("open_lower", "open_upper", "open_mode", "points", "stuck")


class Checkpoint:
    """The file at `path` for one objective. `purpose`: a word for the kind of run; `several`: whether it asks many questions, else a
    state of another one is an error. `resumed`: whether a search went on from the file.

    Raises InputError when the file is no checkpoint of this user and version, or is one of another objective, region or symmetry
    group, or cannot be written.
    """

    def __init__(
        self,
        path: str,
        objective: Objective,
        listener: Listener = silent,
        *,
        purpose: str = "covering",
        several: bool = False,
    ) -> None:
        self.file = StateFile(path, purpose)
        self.listener, self.several = listener, several
        self.resumed = False
        self._key = json.dumps([FORMAT, objective.digest])
        self._states: dict[str, Coverage] = {}
        self._saved = time.monotonic()
        data = self.file.read()
        if data is not None:
            self._take(data)

    def restore(self, start: Coverage, question: Question) -> Coverage:
        """What is left of a question that was asked before, or `start`."""
        name = name_of(question, start)
        if not self.several and self._states and name not in self._states:
            raise self._wrong_place()
        state = self._states.get(name)
        if state is None:
            return start
        if (fault := misfit(state, start)) is not None:
            raise self.file.wrong(f"this checkpoint cannot be right: {fault}")
        self.resumed = self.resumed or state.boxes > 0
        return state

    def saver(self, start: Coverage, question: Question) -> Save:
        """What keeps the states of one question."""
        return partial(self.keep, name_of(question, start))

    def keep(self, name: str, state: Coverage, *, now: bool = False) -> None:
        """Remember a state; write all of them, at most every SECONDS_BETWEEN seconds unless `now`."""
        self._states[name] = state
        if now or time.monotonic() - self._saved >= SECONDS_BETWEEN:
            self.save()

    def save(self) -> None:
        """Write all that is kept. Where that fails the search goes on, and the listener is told."""
        self._saved = time.monotonic()
        arrays: dict[str, Any] = {"key": np.array(self._key), "questions": np.array(list(self._states), dtype=str)}
        for k, state in enumerate(self._states.values()):
            arrays |= {f"{name}{k}": getattr(state, name) for name in ARRAYS}
            counts = [state.boxes, state.unlisted, int(state.listing), state.unlisted_minima]
            arrays[f"counts{k}"] = np.array(counts, dtype=np.int64)
            arrays[f"volume{k}"] = np.array([state.volume])
            arrays[f"lengths{k}"] = np.array([len(r) for r in state.record], dtype=np.int64)
            arrays[f"record{k}"] = np.frombuffer(b"".join(state.record), dtype=np.uint8)
        self.file.save(arrays, self.listener)

    def _take(self, data: dict[str, Any]) -> None:
        if str(data.get("key")) != self._key:
            raise self._wrong_place()
        try:
            for k, name in enumerate(data["questions"].tolist()):
                counts = [int(x) for x in data[f"counts{k}"]]
                lengths, joined = data[f"lengths{k}"], data[f"record{k}"].tobytes()
                ends = np.cumsum(lengths)
                record = tuple(joined[int(end - size) : int(end)] for end, size in zip(ends, lengths, strict=True))
                lower, upper, mode, points, stuck = (data[f"{array}{k}"] for array in ARRAYS)
                self._states[str(name)] = Coverage(
                    lower, upper, mode, points, stuck, float(data[f"volume{k}"][0]), counts[0], counts[1],
                    bool(counts[2]), record, counts[3],
                )  # fmt: skip
        except (ValueError, KeyError, IndexError, AttributeError, TypeError) as error:
            raise self.file.wrong("this is no checkpoint of a covering") from error

    def _wrong_place(self) -> Exception:
        return self.file.wrong("this checkpoint belongs to another objective or region")


def name_of(question: Question, start: Coverage) -> str:
    """Equal for equal questions about equal boxes only."""
    digest = hashlib.sha256(question.digest.encode())
    for array in (start.open_lower, start.open_upper):
        digest.update(repr(array.shape).encode() + np.ascontiguousarray(array).tobytes() + b"|")
    return digest.hexdigest()


def misfit(state: Coverage, start: Coverage) -> str | None:
    """Why a state cannot be one of a search that began with `start`, in words; None when it may be."""
    n = start.open_lower.shape[1]
    floats = (("open_lower", (n,)), ("open_upper", (n,)), ("points", start.points.shape[1:]), ("stuck", (2, n)))
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
    if state.volume != start.volume:
        return "it is about another region"
    lower = np.concatenate([state.open_lower, state.stuck[:, 0]])
    upper = np.concatenate([state.open_upper, state.stuck[:, 1]])
    if not ((lower <= upper).all() and (state.points[:, :, 0] <= state.points[:, :, 1]).all()):
        return "a box is empty"
    # enclosures of points may stick out of the region a little
    low, high = start.open_lower.min(axis=0), start.open_upper.max(axis=0)
    if not ((lower >= low).all() and (upper <= high).all()):
        return "a box is outside of the region"
    if not are_apart(lower, upper):
        return "open boxes overlap"
    if state.boxes == 0 and not (state.open_lower.shape == start.open_lower.shape and (state.open_lower == start.open_lower).all()
                                 and (state.open_upper == start.open_upper).all()):  # fmt: skip
        return "nothing is done, and something is missing"
    return None
