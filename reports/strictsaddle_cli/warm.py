"""`strictsaddle warm`: compile everything now, so that no later run has to."""

from __future__ import annotations

import time

from strictsaddle_cli import options
from strictsaddle_cli.output import PROVED, say, tell


def warm(quiet: options.Quiet = False) -> int:
    """Compile the kernels ahead: half a minute, once a machine and version.

    Without it the first check does that. They are kept beside the program, or where NUMBA_CACHE_DIR says.
    """
    from strictsaddle.stationary.compile_ahead import compile_everything

    started = time.monotonic()
    for what in compile_everything():
        if not quiet:
            tell(f"{time.monotonic() - started:.0f} s, compiling {what}")
    say(f"Everything is compiled, in {time.monotonic() - started:.1f} s.\n")
    return PROVED
