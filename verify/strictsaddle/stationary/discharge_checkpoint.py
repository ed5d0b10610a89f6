"""What is left of every covering of a run about Definition 2, on disk, so that an interrupted run can go on.

A question is a box and all that closes boxes in it; its digest names it. What is kept of it are the boxes that are still
open, so that a closed covering is one with none. Written beside the file and renamed, so that it is always whole.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from strictsaddle import __version__
from strictsaddle.errors import InputError

if TYPE_CHECKING:
    from strictsaddle.stationary.discharge import Thresholds

Array = np.ndarray[Any, np.dtype[np.float64]]
SECONDS_BETWEEN = 3.0
FORMAT = 1


@dataclass(frozen=True)
class Left:
    """Open boxes `lower`, `upper` (k, m), `stuck` (., 2, m) ones that are too small to split, and boxes used so far."""

    lower: Array
    upper: Array
    stuck: Array
    boxes: int


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


class DischargeCheckpoint:
    """The file at `path` for one objective (its digest).

    Raises InputError when the file is no checkpoint, is one of another objective or version, or cannot be written.
    """

    def __init__(self, path: str, objective_digest: str) -> None:
        self.path = Path(path)
        self._key = json.dumps([FORMAT, __version__, objective_digest])
        self._states: dict[str, Left] = {}
        self._saved = time.monotonic()
        if self.path.exists():
            self._read()
        else:
            self.save()

    def state(self, question: str) -> Left | None:
        """What is left of a question that was asked before, or None."""
        return self._states.get(question)

    def keep(self, question: str, left: Left) -> None:
        """Remember what is left; write it at most every SECONDS_BETWEEN seconds."""
        self._states[question] = left
        if time.monotonic() - self._saved >= SECONDS_BETWEEN:
            self.save()

    def save(self) -> None:
        """Write all that is kept."""
        part = self.path.with_name(self.path.name + ".part")
        arrays: dict[str, Any] = {"key": np.array(self._key), "questions": np.array(list(self._states), dtype=str)}
        arrays["boxes"] = np.array([left.boxes for left in self._states.values()], dtype=np.int64)
        for k, left in enumerate(self._states.values()):
            arrays |= {f"lower{k}": left.lower, f"upper{k}": left.upper, f"stuck{k}": left.stuck}
        try:
            with open(part, "wb") as file:
                np.savez(file, **arrays)
                file.flush()
                os.fsync(file.fileno())
            os.replace(part, self.path)
        except OSError as error:
            raise InputError(
                "the checkpoint cannot be written",
                where=str(self.path),
                fragment=error.strerror or str(error),
                remedy="Name a file in a folder that can be written to.",
            ) from error
        self._saved = time.monotonic()

    def _read(self) -> None:
        try:
            with open(self.path, "rb") as file, np.load(file, allow_pickle=False) as data:
                key = str(data["key"])
                for k, question in enumerate(data["questions"].tolist()):
                    self._states[question] = Left(
                        data[f"lower{k}"], data[f"upper{k}"], data[f"stuck{k}"], int(data["boxes"][k])
                    )
        except (OSError, ValueError, KeyError, EOFError, IndexError, AttributeError, zipfile.BadZipFile) as error:
            raise InputError(
                "this is no checkpoint of `constants`",
                where=str(self.path),
                remedy="Delete it or name another file.",
            ) from error
        if key != self._key:
            raise InputError(
                "this checkpoint belongs to another objective or version",
                where=str(self.path),
                remedy="Delete it or name another file.",
            )
