"""A covering's state on disk: written beside and renamed, read back only for the same question."""

from __future__ import annotations

import json
import os
import time
import zipfile
from pathlib import Path

import numpy as np

from strictsaddle import __version__
from strictsaddle.errors import InputError
from strictsaddle.objective.objective import Objective
from strictsaddle.stationary.covering import Coverage, Question

SECONDS_BETWEEN = 3.0
FORMAT = 3


class Checkpoint:
    """The file at `path` for one objective. `restore` reads it if it is there; `save` writes it at most every few
    seconds.

    Raises InputError when the file is no checkpoint, or is one of another objective, region, symmetry group or
    version, or cannot be written.
    """

    def __init__(self, path: str, objective: Objective) -> None:
        self.path = Path(path)
        self.digest = objective.digest
        self._saved = time.monotonic()
        self._key = ""

    def restore(self, start: Coverage, question: Question) -> Coverage:
        """The state in the file, or `start` when there is no file. Everything that `question` holds must be the
        same."""
        region = [start.open_lower.tolist(), start.open_upper.tolist()]
        self._key = json.dumps([FORMAT, __version__, self.digest, region, question.digest])
        if not self.path.exists():
            self._writable()
            return start
        try:
            with open(self.path, "rb") as file, np.load(file, allow_pickle=False) as data:
                key = str(data["key"])
                counts = [int(x) for x in data["counts"]]
                lengths = data["lengths"]
                ends = np.cumsum(lengths)
                joined = data["record"].tobytes()
                record = tuple(joined[int(end - size) : int(end)] for end, size in zip(ends, lengths, strict=True))
                state = Coverage(
                    data["open_lower"], data["open_upper"], data["open_mode"], data["points"], data["stuck"],
                    start.volume, counts[0], counts[1], bool(counts[2]), record, counts[3],
                )  # fmt: skip
        except (
            OSError,
            ValueError,
            KeyError,
            EOFError,
            IndexError,
            AttributeError,
            zipfile.BadZipFile,
        ) as error:
            raise InputError(
                "this is no checkpoint", where=str(self.path), remedy="Delete it or name another file."
            ) from error
        if key != self._key:
            raise InputError(
                "this checkpoint belongs to another objective, region or version", where=str(self.path),
                remedy="Delete it or name another file.",
            )  # fmt: skip
        return state

    def save(self, state: Coverage, *, now: bool = False) -> None:
        """Write the state, at most every SECONDS_BETWEEN seconds unless `now`. Call `restore` first."""
        if not now and time.monotonic() - self._saved < SECONDS_BETWEEN:
            return
        # One name: what a killed run left behind is written over by the next.
        part = self.path.with_name(self.path.name + ".part")
        try:
            with open(part, "wb") as file:
                np.savez(
                    file, key=np.array(self._key), open_lower=state.open_lower, open_upper=state.open_upper,
                    open_mode=state.open_mode, points=state.points, stuck=state.stuck,
                    counts=np.array([state.boxes, state.unlisted, int(state.listing), state.unlisted_minima]),
                    lengths=np.array([len(r) for r in state.record], dtype=np.int64),
                    record=np.frombuffer(b"".join(state.record), dtype=np.uint8),
                )  # fmt: skip
                file.flush()
                os.fsync(file.fileno())
            os.replace(part, self.path)
        except OSError as error:
            raise self._unwritable(error) from error
        self._saved = time.monotonic()

    def _writable(self) -> None:
        """Fail now rather than after the first seconds of work."""
        part = self.path.with_name(self.path.name + ".part")
        try:
            part.write_bytes(b"")
            part.unlink()
        except OSError as error:
            raise self._unwritable(error) from error

    def _unwritable(self, error: OSError) -> InputError:
        return InputError("the checkpoint cannot be written", where=str(self.path),
                          fragment=error.strerror or str(error),
                          remedy="Name a file in a folder that can be written to.")  # fmt: skip
