"""A check in a process of its own, watched by the command's: whatever becomes of it, budget, memory and exit code are kept.

Computer algebra may be in the middle of one long operation when time is up, a library may end the process that it runs in, memory may
run out. So the command forks before the work begins. The child makes the proof and sends its events; the parent shows them, and
answers by itself when the child can't: *undecided*, with the points that were certified, when it works for longer than its budget with
the slack that it is allowed, or takes more memory than LARGEST; *a fault*, which claims nothing, when it ends without an answer.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import pickle
import select
import signal
import struct
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Generic, TypeVar

from strictsaddle.records.events import Compiled, Compiling, Event, Listener, PointFound, Ready
from strictsaddle.records.verdict import StationaryPoint

SLACK, MORE_SLACK = 0.15, 0.9  # a share of the budget, and seconds
LARGEST = 2 * 2**30  # bytes of memory, as long as no other limit is asked for
POLL = 0.2  # seconds
TO_START = 10.0  # seconds in which the child must have imported what it needs
GRACE = 15.0  # seconds in which an interrupted child may save what it has
_LENGTH = struct.Struct("!Q")
_SET_DEATH_SIGNAL = 1  # of Linux's prctl

Answer = TypeVar("Answer")
Work = Callable[[Listener], Answer]
Fallback = Callable[[Sequence[StationaryPoint], str], Answer]


class Ended(Exception):
    """The process that made the proof ended without an answer."""


class Apart(Generic[Answer]):
    """`work` in a child process, which begins at once. To be made before any thread is started."""

    def __init__(self, work: Work[Answer], budget: float | None) -> None:
        self.budget = budget
        self.points: list[StationaryPoint] = []
        sys.stdout.flush()
        sys.stderr.flush()
        parent, (self._reading, writing) = os.getpid(), os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            os.close(self._reading)
            _child(work, writing, parent)
        os.close(writing)
        self._ready: float | None = None
        self._compiling = False
        self._begun = time.monotonic()

    def answer(self, listener: Listener, fallback: Fallback[Answer]) -> Answer:
        """What `work` gives, or raises. `listener` is told its events; `fallback` makes the answer from the points that were found, and
        the reason, where time or memory runs out."""
        try:
            return self._heard(listener, fallback)
        except KeyboardInterrupt:
            self._interrupt()
            raise
        finally:
            self._end()

    def _heard(self, listener: Listener, fallback: Fallback[Answer]) -> Answer:
        received = bytearray()
        while True:
            if (why := self._over()) is not None:
                return fallback(self.points, why)
            if not select.select([self._reading], [], [], POLL)[0]:
                continue
            part = os.read(self._reading, 1 << 20)
            if not part:
                raise Ended(self._how_it_ended())
            received += part
            while len(received) >= _LENGTH.size:
                (length,) = _LENGTH.unpack_from(received)
                if len(received) < _LENGTH.size + length:
                    break
                kind, value = pickle.loads(received[_LENGTH.size : _LENGTH.size + length])
                del received[: _LENGTH.size + length]
                if kind == "answer":
                    return value  # type: ignore[no-any-return]  # pickled by the child
                if kind == "raised":
                    raise value
                self._hear(value, listener)

    def _hear(self, event: Event, listener: Listener) -> None:
        if isinstance(event, Ready) and self._ready is None:
            self._ready = time.monotonic()
        elif isinstance(event, Compiling):
            self._compiling = True
        elif isinstance(event, Compiled):
            self._compiling = False
            self._ready = None if self._ready is None else self._ready + event.seconds
        elif isinstance(event, PointFound):
            self.points.append(event.point)
        listener(event)

    def _over(self) -> str | None:
        """Why the child must not go on, in a clause; None while it may."""
        begun = self._begun + TO_START if self._ready is None else self._ready
        since = 0.0 if self._compiling else time.monotonic() - begun
        if self.budget is not None and since > (1.0 + SLACK) * self.budget + MORE_SLACK:
            return "the time budget ran out in the middle of an operation"
        if _memory(self._pid) > LARGEST:
            return f"more than {LARGEST / 2**30:.0f} GiB of memory would have been needed"
        return None

    def _how_it_ended(self) -> str:
        _, status = os.waitpid(self._pid, 0)
        self._pid = 0
        if os.WIFSIGNALED(status):
            name = signal.Signals(os.WTERMSIG(status)).name
            return f"the process that made the proof was ended by {name}, which the system sends when memory runs out, for example"
        return f"the process that made the proof ended with status {os.WEXITSTATUS(status)} and no answer"

    def _interrupt(self) -> None:
        """Pass the interruption on, and wait until the child has saved what it has."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGINT)
        ends = time.monotonic() + GRACE
        while self._pid and time.monotonic() < ends:
            if os.waitpid(self._pid, os.WNOHANG)[0]:
                self._pid = 0
                return
            time.sleep(0.02)

    def _end(self) -> None:
        os.close(self._reading)
        if not self._pid:
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._pid, signal.SIGKILL)  # it leads a group of its own
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)
        self._pid = 0


def _child(work: Work[Answer], writing: int, parent: int) -> None:
    """The child's life, which ends here."""
    code = 0
    try:
        os.setsid()  # Ctrl-C reaches the parent, which passes it on
        _end_with(parent)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        lock = threading.Lock()

        def send(kind: str, value: object) -> None:
            data = pickle.dumps((kind, value), protocol=pickle.HIGHEST_PROTOCOL)
            with lock:
                _write(writing, _LENGTH.pack(len(data)) + data)

        try:
            send("answer", work(lambda event: send("event", event)))
        except BaseException as error:
            try:
                send("raised", error)
            except (pickle.PicklingError, TypeError, AttributeError):
                send("raised", RuntimeError(f"{type(error).__name__}: {error}"))
    except OSError:  # the parent is gone
        code = 1
    finally:
        os._exit(code)


def _write(writing: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(writing, view) :]


def _end_with(parent: int) -> None:
    """Have the system end this process when its parent is killed, where the system can do that."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None, use_errno=True).prctl(_SET_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def _memory(pid: int) -> int:
    """Bytes of memory that the process and its children hold; 0 where the system does not tell."""
    page = os.sysconf("SC_PAGE_SIZE")
    total = 0
    try:
        for number in (pid, *_children(pid)):
            total += int(Path(f"/proc/{number}/statm").read_text().split()[1]) * page
    except (OSError, ValueError, IndexError):
        return total
    return total


def _children(pid: int) -> list[int]:
    try:
        return [int(x) for x in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except (OSError, ValueError):
        return []


def is_possible() -> bool:
    """Whether the system can fork, and no other thread is running; those of JAX, which a user's Python file may have loaded, are not
    counted by Python."""
    return hasattr(os, "fork") and threading.active_count() == 1 and "jax" not in sys.modules
