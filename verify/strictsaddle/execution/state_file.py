"""Arrays on disk from which a long search can go on: sealed, whole or absent, and read back with care."""

from __future__ import annotations

import io
import os
import secrets
import stat
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from strictsaddle.errors import InputError
from strictsaddle.execution.seal import sealed, unsealed
from strictsaddle.records.events import Listener, Noted

MAGIC = b"strictsaddle state 1\n"
OTHER = "Delete it or name another file."


class StateFile:
    """The file at `path`, of one kind of state (`purpose`, a word).

    Raises InputError for a place that is no regular file or cannot be written.
    """

    def __init__(self, path: str, purpose: str) -> None:
        self.path, self.purpose = Path(path), purpose
        try:
            mode = os.stat(self.path).st_mode if os.path.lexists(self.path) else stat.S_IFREG
        except OSError as error:  # a link to nowhere, or in a circle
            raise self.unwritable(error) from error
        if not stat.S_ISREG(mode):
            raise self.wrong("a checkpoint is a regular file, and this is none")
        if not self.path.exists():
            self._try()

    def read(self) -> dict[str, Any] | None:
        """The arrays that `write` left, None when there is no file. Raises InputError for anything else: another program's file, a
        damaged one, one that was made by another user or version, or changed."""
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise InputError(
                "the checkpoint cannot be read", where=str(self.path), fragment=error.strerror or str(error)
            ) from error
        if not data.startswith(MAGIC):
            raise self.wrong("this is no checkpoint")
        content = unsealed(data[len(MAGIC) :], self.purpose)
        if content is None:
            raise self.wrong(
                "this checkpoint does not bear the seal of this user and of this version of strictsaddle, so nothing can be proved from it"
            )
        import numpy as np

        try:
            with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
                return dict(arrays)
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            raise self.wrong("this is no checkpoint") from error

    def write(self, arrays: Mapping[str, Any]) -> None:
        """Write the arrays beside the file and rename. Raises OSError."""
        import numpy as np

        content = io.BytesIO()
        np.savez(content, **arrays)
        scratch = self._scratch()
        try:
            with open(scratch, "xb") as file:
                file.write(MAGIC + sealed(content.getvalue(), self.purpose))
                file.flush()
                os.fsync(file.fileno())
            os.replace(scratch, self.path)
        except BaseException:
            scratch.unlink(missing_ok=True)
            raise

    def save(self, arrays: Mapping[str, Any], listener: Listener) -> None:
        """`write`; where that fails the search goes on, and the listener is told."""
        try:
            self.write(arrays)
        except OSError as error:
            listener(Noted(f"the checkpoint could not be saved ({error.strerror or error}): {self.path}"))

    def wrong(self, what: str) -> InputError:
        return InputError(what, where=str(self.path), remedy=OTHER)

    def unwritable(self, error: OSError) -> InputError:
        return InputError("the checkpoint cannot be written", where=str(self.path), fragment=error.strerror or str(error),
                          remedy="Name a file in a folder that can be written to.")  # fmt: skip

    def _scratch(self) -> Path:
        """A name that nobody can have prepared: two runs may share the file, and a link in its place is not followed."""
        return self.path.with_name(f".{self.path.name}.{secrets.token_hex(8)}.part")

    def _try(self) -> None:
        """Fail now rather than after the first seconds of work."""
        scratch = self._scratch()
        try:
            with open(scratch, "xb"):
                pass
            scratch.unlink()
        except OSError as error:
            raise self.unwritable(error) from error
