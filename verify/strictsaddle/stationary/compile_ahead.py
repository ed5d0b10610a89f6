"""The first run on a machine compiles the search and the interpreter: here in two processes at the same time.

Numba compiles under a lock, so that a second thread would not help. The other process leaves its code in the cache on
disk, where this one finds it.
"""

from __future__ import annotations

import contextlib
import threading
from types import TracebackType

from strictsaddle.derive.compilation import is_missing
from strictsaddle.derive.entry import attach
from strictsaddle.errors import EngineError
from strictsaddle.parallel import Processes
from strictsaddle.stationary.covering import Question, compile_search
from strictsaddle.stationary.search import explore


class CompileAhead:
    """From its making on, the search is compiled in another process, unless it is on disk already; `finish` waits.

    A process that fails is no fault: then the search is compiled where it is first called.
    """

    def __init__(self, question: Question) -> None:
        self._question = question
        self._pool = Processes(1, attempts=1)
        self._thread: threading.Thread | None = None
        if is_missing(explore):
            self._thread = threading.Thread(target=self._compile, daemon=True)
            self._thread.start()

    def _compile(self) -> None:
        with contextlib.suppress(EngineError, OSError):
            self._pool.run(compile_search, [self._question])

    def finish(self) -> None:
        """Compile the interpreter here meanwhile; return when the search is on disk, or when the attempt has ended."""
        if self._thread is not None:
            attach()
            self._thread.join()

    def __enter__(self) -> CompileAhead:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None,
                 trace: TracebackType | None) -> None:  # fmt: skip
        self._pool.__exit__(kind, value, trace)
