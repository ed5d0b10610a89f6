"""One executor interface for everything that runs in parallel: `run(function, tasks)` gives the results in order.

The function and its arguments must be picklable, and its result must depend on nothing else, so that a task whose worker died can simply
be given to another one.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from types import TracebackType
from typing import Protocol, TypeVar

from strictsaddle.errors import EngineError

Task = TypeVar("Task")
Result = TypeVar("Result")


class Executor(Protocol):
    """What an engine needs of whatever runs its tasks."""

    def run(self, function: Callable[[Task], Result], tasks: Sequence[Task]) -> list[Result]: ...

    def __enter__(self) -> Executor: ...

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None,
                 trace: TracebackType | None) -> None: ...  # fmt: skip


class Serial:
    """All tasks one after the other in this process."""

    def run(self, function: Callable[[Task], Result], tasks: Sequence[Task]) -> list[Result]:
        return [function(task) for task in tasks]

    def __enter__(self) -> Serial:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None,
                 trace: TracebackType | None) -> None:  # fmt: skip
        return None


class Processes:
    """Tasks in worker processes, which start with the first `run`.

    When a worker dies (killed, out of memory), the pool is made anew and the tasks of that `run` are done again; after
    `attempts` deaths at the same tasks EngineError says so.
    """

    def __init__(self, workers: int, attempts: int = 4) -> None:
        self.workers = workers
        self.attempts = attempts
        self._pool: ProcessPoolExecutor | None = None

    def run(self, function: Callable[[Task], Result], tasks: Sequence[Task]) -> list[Result]:
        for _ in range(self.attempts):
            if self._pool is None:
                context = multiprocessing.get_context("spawn")  # fork is unsafe beside the threads of numba and rich
                self._pool = ProcessPoolExecutor(self.workers, mp_context=context, initializer=_ignore_interrupts)
            try:
                return list(self._pool.map(function, tasks))
            except BrokenProcessPool:
                self._pool.shutdown(wait=False, cancel_futures=True)
                self._pool = None
        raise EngineError(
            f"worker processes died {self.attempts} times at the same tasks",
            remedy="Run with --workers 1, or give the machine more memory.",
        )

    def __enter__(self) -> Processes:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None,
                 trace: TracebackType | None) -> None:  # fmt: skip
        if self._pool is not None:
            self._pool.shutdown(wait=kind is None, cancel_futures=True)
            self._pool = None


def _ignore_interrupts() -> None:
    """Ctrl-C goes to the whole process group; only the parent answers it."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)


def executor(workers: int) -> Executor:
    """The executor for a number of workers: none but this process for 1."""
    return Serial() if workers <= 1 else Processes(workers)
