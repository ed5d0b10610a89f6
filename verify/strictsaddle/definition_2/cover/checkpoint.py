"""What is left of every covering of a run about Definition 2, on disk, so that an interrupted run can go on.

A question is a box and all that closes boxes in it; its digest names it. What is kept of it are the boxes that are still
open, so that a closed covering is one with none.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import Any

import numpy as np

from strictsaddle.covering.boxes_apart import are_apart
from strictsaddle.execution.state_file import StateFile
from strictsaddle.records.events import Listener, silent

Array = np.ndarray[Any, np.dtype[np.float64]]
SECONDS_BETWEEN = 3.0
RESUMED = "part of the proof is an earlier run's, read from a checkpoint that bears this user's seal"
FORMAT = 2


@dataclass(frozen=True)
class Left:
    """Open boxes `lower`, `upper` (k, m), `stuck` (., 2, m) ones that are too small to split, and boxes used so far."""

    lower: Array
    upper: Array
    stuck: Array
    boxes: int


class DischargeCheckpoint:
    """The file at `path` for one objective (its digest). `resumed`: whether a covering went on from it.

    Raises InputError when the file is no checkpoint of this user and version, is one of another objective, or cannot be written.
    """

    def __init__(self, path: str, objective_digest: str, listener: Listener = silent) -> None:
        self.file = StateFile(path, "constants")
        self.listener = listener
        self.resumed = False
        self._key = json.dumps([FORMAT, objective_digest])
        self._states: dict[str, Left] = {}
        self._saved = time.monotonic()
        data = self.file.read()
        if data is not None:
            self._take(data)

    def state(self, question: str, lower: Array, upper: Array) -> Left | None:
        """What is left of a question about the boxes (rows of lower, upper) that was asked before, or None."""
        left = self._states.get(question)
        if left is None:
            return None
        if (fault := misfit(left, lower, upper)) is not None:
            raise self.file.wrong(f"this checkpoint cannot be right: {fault}")
        self.resumed = True
        return left

    def keep(self, question: str, left: Left) -> None:
        """Remember what is left; write it at most every SECONDS_BETWEEN seconds."""
        self._states[question] = left
        if time.monotonic() - self._saved >= SECONDS_BETWEEN:
            self.save()

    def save(self) -> None:
        """Write all that is kept. Where that fails the search goes on, and the listener is told."""
        self._saved = time.monotonic()
        arrays: dict[str, Any] = {"key": np.array(self._key), "questions": np.array(list(self._states), dtype=str)}
        arrays["boxes"] = np.array([left.boxes for left in self._states.values()], dtype=np.int64)
        for k, left in enumerate(self._states.values()):
            arrays |= {f"lower{k}": left.lower, f"upper{k}": left.upper, f"stuck{k}": left.stuck}
        self.file.save(arrays, self.listener)

    def _take(self, data: dict[str, Any]) -> None:
        if str(data.get("key")) != self._key:
            raise self.file.wrong("this checkpoint belongs to another objective")
        try:
            for k, question in enumerate(data["questions"].tolist()):
                self._states[question] = Left(
                    data[f"lower{k}"], data[f"upper{k}"], data[f"stuck{k}"], int(data["boxes"][k])
                )
        except (ValueError, KeyError, IndexError, AttributeError) as error:
            raise self.file.wrong("this is no checkpoint of `constants`") from error


def misfit(left: Left, lower: Array, upper: Array) -> str | None:
    """Why this cannot be what is left of a covering of the boxes (rows of lower, upper), in words; None when it may be."""
    n = lower.shape[1]
    for array, shape in ((left.lower, (n,)), (left.upper, (n,)), (left.stuck, (2, n))):
        if array.dtype != np.float64 or array.shape[1:] != shape or not np.isfinite(array).all():
            return "an array has the wrong shape or type"
    if len(left.lower) != len(left.upper) or left.boxes < 0:
        return "the lists of open boxes have different lengths"
    low, high = np.concatenate([left.lower, left.stuck[:, 0]]), np.concatenate([left.upper, left.stuck[:, 1]])
    if not (low <= high).all():
        return "a box is empty"
    if not ((low >= lower.min(axis=0)).all() and (high <= upper.max(axis=0)).all()):
        return "a box is outside of the region"
    if not are_apart(low, high):
        return "open boxes overlap"
    return None
