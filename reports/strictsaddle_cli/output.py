"""What goes to standard output and standard error, whatever becomes of those who read it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TextIO

from strictsaddle.errors import InputError, visible

PROVED, REFUTED, BAD_INPUT, UNDECIDED, FAULT, INTERRUPTED = 0, 1, 2, 3, 4, 130


_process = False


def is_a_process() -> bool:
    """Whether the command is a process of its own, and not a call of `main` by another program."""
    return _process


def become_a_process() -> None:
    global _process
    _process = True


def say(text: str) -> None:
    """Write `text` to standard output as UTF-8, what a terminal would obey as escapes. A reader who has left (`| head`) does not
    change the exit code.

    Raises InputError when there is no room for it.
    """
    try:
        _write(sys.stdout, visible(text))
    except (BrokenPipeError, ValueError):  # ValueError: it is closed
        abandon(sys.stdout)
    except OSError as error:
        abandon(sys.stdout)
        raise InputError(f"standard output cannot be written ({error.strerror})") from None


def tell(text: str) -> None:
    """Write a line to standard error: errors, warnings, progress."""
    try:
        _write(sys.stderr, visible(text) + "\n")
    except (OSError, ValueError):  # nobody is left to be told
        abandon(sys.stderr)


def answer(json: str | None, as_json: Callable[[], str], as_text: Callable[[], str]) -> None:
    """Say the text, or the JSON alone where `json` is -; and write the JSON where `json` is a file."""
    say(as_json() if json == "-" else as_text())
    if json not in (None, "-"):
        from strictsaddle_reports import writing

        writing.write(str(json), as_json(), "--json")


def require_picture(path: str | None) -> None:
    """Raise InputError unless the file of --plot, if there is one, is of a kind that can be drawn."""
    if path is not None and not path.lower().endswith((".png", ".svg")):
        raise InputError("a picture is a .png or a .svg file", where="--plot", fragment=path)


def tell_written(*paths: str | None) -> None:
    """Name each file that was written; None and "-" are none."""
    for path in paths:
        if path not in (None, "-"):
            tell(f"wrote {path}")


def open_streams() -> None:
    """Give each of standard input, output and error that was closed by the caller a stream to nowhere. Otherwise the next file that
    is opened takes its number, and whatever is printed ends up in it."""
    for number, name, mode in ((0, "stdin", os.O_RDONLY), (1, "stdout", os.O_WRONLY), (2, "stderr", os.O_WRONLY)):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, mode)  # the lowest number that is free: this one
        if getattr(sys, name) is None:
            setattr(sys, name, open(number, "r" if number == 0 else "w", encoding="utf-8", closefd=False))  # noqa: SIM115


def _write(stream: TextIO, text: str) -> None:
    # Bytes where there are any: JSON is UTF-8 whatever the terminal's encoding, and no character may raise
    data = text.encode("utf-8", "backslashreplace")
    stream.flush()
    if hasattr(stream, "buffer"):
        stream.buffer.write(data)
    else:
        stream.write(data.decode("utf-8"))
    stream.flush()


def abandon(stream: TextIO) -> None:
    """Send what is still to be written to nowhere, so that closing the stream at exit does not raise once more."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
    except (OSError, ValueError):
        pass
