"""Files written whole or not at all: beside the target first, then renamed over it."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from pathlib import Path

from strictsaddle.errors import InputError


def require_writable(path: str | Path, option: str = "") -> None:
    """Raise InputError unless `write(path, ...)` can be expected to succeed. To be called before a long job starts.

    `option` is what named the path on the command line; the message begins with it.
    """
    target = Path(path)
    try:
        if target.is_dir():
            raise InputError(
                "this is a folder, not a file",
                where=option,
                fragment=str(path),
                remedy="Name a file in it.",
            )
        if _is_device(target):
            return
        folder = _real(target).parent
        if not folder.is_dir():
            missing = not folder.exists()
            raise InputError(
                "the folder of this file does not exist" if missing else "the folder of this file is a file",
                where=option,
                fragment=str(path),
                remedy=f"Make it first (mkdir -p {folder})." if missing else "Name another place.",
            )
        if target.exists() and not os.access(target, os.W_OK):
            raise PermissionError(13, "the file is write-protected")
        # Only an attempt tells: permissions, read-only mounts, full quotas and too long names all differ.
        probe = _scratch_name(_real(target))
        probe.touch(exist_ok=False)
        probe.unlink()
    except OSError as error:
        raise _unwritable(path, option, error) from None


def require_different(paths: Sequence[tuple[str, str | Path]]) -> None:
    """Raise InputError when two of the (option, path) pairs name the same file: one would destroy the other."""
    seen: dict[str, str] = {}
    for option, path in paths:
        place = os.path.realpath(path)
        if place in seen and not _is_device(Path(path)):
            raise InputError(
                f"the same file as that of {seen[place]}",
                where=option,
                fragment=str(path),
                remedy="Name different files.",
            )
        seen[place] = option


def write(path: str | Path, content: str | bytes, option: str = "") -> None:
    """Write `content` (text as UTF-8) to `path` atomically: a reader sees the old file or the new one, never a part.

    Devices and pipes are written directly, symbolic links are followed. Raises InputError when the system refuses; then
    the old file, if there was one, is untouched.
    """
    # A file name that is no UTF-8 leaves lone surrogates in an objective's name; as escapes they are valid JSON still.
    data = content.encode("utf-8", "backslashreplace") if isinstance(content, str) else content
    target = Path(path)
    try:
        if target.is_dir():
            raise IsADirectoryError(21, "this is a folder")
        if _is_device(target):
            target.write_bytes(data)
            return
        target = _real(target)
        scratch = _scratch_name(target)
        try:
            with scratch.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            if target.exists():
                scratch.chmod(stat.S_IMODE(target.stat().st_mode))
            scratch.replace(target)
        except BaseException:
            scratch.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise _unwritable(path, option, error) from None


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))


def _scratch_name(target: Path) -> Path:
    return target.with_name(f".{target.name}.{os.urandom(4).hex()}.part")


def _is_device(path: Path) -> bool:
    """Whether `path` is there and is something that must not be renamed over (/dev/stdout, a pipe)."""
    return path.exists() and not path.is_file() and not path.is_dir()


def _unwritable(path: str | Path, option: str, error: OSError) -> InputError:
    return InputError(
        f"cannot write this file ({error.strerror or error})",
        where=option,
        fragment=str(path),
        remedy="Name a place where you may write.",
    )
