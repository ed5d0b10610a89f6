"""One executor interface for everything that runs in parallel: `run(function, tasks)` gives the results in order.

The function and its arguments must be picklable, and its result must depend on nothing else, so that a task whose
worker died can simply be given to another one.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Any, BinaryIO, Protocol, TypeVar

from strictsaddle.errors import EngineError
from strictsaddle.version import PACKAGE

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
    """Tasks in worker processes, which start with the first `run` and live until the `with` block ends.

    A worker that dies (killed, out of memory) is replaced and its task is done again; after `attempts` deaths at one
    task EngineError says so. Workers are interpreters of their own that import nothing of the caller's script (which
    multiprocessing would run again where it has no `if __name__ == "__main__"`), and are out of reach of Ctrl-C,
    which the parent answers; they end when it does, since their input ends.
    """

    def __init__(self, workers: int, attempts: int = 4, environment: Mapping[str, str] | None = None) -> None:
        self.workers = workers
        self.attempts = attempts
        self.environment = environment or {}
        self._crew: list[_Worker] = []
        self._closed = False

    @property
    def pids(self) -> tuple[int, ...]:
        """The process numbers of the workers that have been started."""
        return tuple(worker.pid for worker in self._crew)

    def run(self, function: Callable[[Task], Result], tasks: Sequence[Task]) -> list[Result]:
        while len(self._crew) < min(self.workers, len(tasks)):
            self._crew.append(_Worker(self.environment))
        results: list[Any] = [None] * len(tasks)
        faults: queue.SimpleQueue[BaseException] = queue.SimpleQueue()
        waiting: queue.SimpleQueue[int] = queue.SimpleQueue()
        for k in range(len(tasks)):
            waiting.put(k)

        def drive(worker: _Worker) -> None:
            try:
                while not self._closed and faults.empty():
                    k = waiting.get_nowait()
                    results[k] = self._done(worker, function, tasks[k])
            except queue.Empty:
                return
            except BaseException as error:  # raised again in the caller's thread
                faults.put(error)

        threads = [threading.Thread(target=drive, args=(worker,), daemon=True) for worker in self._crew]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if not faults.empty():
            raise faults.get()
        return results

    def _done(self, worker: _Worker, function: Callable[[Task], Result], task: Task) -> Result:
        for _ in range(self.attempts):
            try:
                fault, result = worker.ask((function, task))
            except (
                EOFError,
                OSError,
                pickle.UnpicklingError,
            ):  # the worker is gone, or went in the middle of an answer
                if self._closed:
                    break
                worker.restart()
                continue
            if fault is not None:
                raise fault
            return result  # type: ignore[no-any-return]  # pickled
        raise EngineError(
            f"worker processes died {self.attempts} times at the same task",
            remedy="Run with --workers 1, or give the machine more memory.",
        )

    def __enter__(self) -> Processes:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None,
                 trace: TracebackType | None) -> None:  # fmt: skip
        self._closed = True
        for worker in self._crew:
            worker.stop()
        self._crew.clear()


_START = """
import pickle, sys
try:
    sys.path[:] = pickle.load(sys.stdin.buffer)
except (EOFError, pickle.UnpicklingError):  # stopped before it began
    sys.exit()
from strictsaddle.execution.executor import serve
serve()
"""


def _import_path() -> list[str]:
    """Where workers look for modules: where this process does, the folder one stands in left out, unless this package is there."""
    here, home = os.path.realpath(os.getcwd()), os.path.realpath(PACKAGE.parent)
    return [entry for entry in sys.path if entry and (os.path.realpath(entry) != here or here == home)]


class _Worker:
    """One interpreter that answers pickled questions."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self.restart()

    def restart(self) -> None:
        if hasattr(self, "_process"):
            self.stop()
        self._process = subprocess.Popen(
            # -P: the folder one stands in is not looked at for modules, not even for the first one
            [sys.executable, "-P", "-c", _START],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
            env={**os.environ, **self._environment},
        )
        with contextlib.suppress(OSError):  # then the first question fails, and says so
            self._send(_import_path())

    @property
    def pid(self) -> int:
        return self._process.pid

    def _send(self, value: object) -> None:
        assert self._process.stdin is not None
        pickle.dump(value, self._process.stdin, protocol=pickle.HIGHEST_PROTOCOL)
        self._process.stdin.flush()

    def ask(self, question: object) -> Any:
        """The answer: (exception, None) or (None, result). Raises EOFError or OSError when the worker is gone."""
        self._send(question)
        assert self._process.stdout is not None
        return pickle.load(self._process.stdout)

    def stop(self) -> None:
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):  # closing flushes, into a pipe that nobody reads any more
                    pipe.close()
        self._process.wait()


def serve() -> None:
    """A worker's life: questions on standard input, answers on what was standard output, until the input ends."""
    answers: BinaryIO = sys.stdout.buffer
    sys.stdout = sys.stderr  # whatever is printed must not get between the answers
    while True:
        try:
            function, task = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        answer: tuple[Exception | None, Any]
        try:
            answer = (None, function(task))
        except Exception as error:
            answer = (error, None)
        try:
            pickle.dump(answer, answers, protocol=pickle.HIGHEST_PROTOCOL)
            answers.flush()
        except BrokenPipeError:  # the parent is gone, and wants no answer
            abandoned = os.open(os.devnull, os.O_WRONLY)
            os.dup2(abandoned, answers.fileno())
            return


def executor(workers: int) -> Executor:
    """The executor for a number of workers: none but this process for 1."""
    return Serial() if workers <= 1 else Processes(workers)
