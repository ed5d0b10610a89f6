"""The one clock of a run: until when, known in every layer without being handed through it.

`until` sets a deadline for all that is called inside; an inner one can only be earlier. Long loops call `require_time`, which raises
OutOfTime once it has passed; whoever can do with less catches that. Engines that end by themselves in time ask `time_left`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

_deadline: ContextVar[float | None] = ContextVar("deadline", default=None)


class OutOfTime(Exception):
    """The deadline is over, and nothing is known."""


@contextmanager
def until(deadline: float | None) -> Iterator[None]:
    """Inside the block the deadline (of time.monotonic(), None for none) holds beside those around it."""
    outer = _deadline.get()
    ends = [end for end in (outer, deadline) if end is not None]
    token = _deadline.set(min(ends, default=None))
    try:
        yield
    finally:
        _deadline.reset(token)


@contextmanager
def within(seconds: float | None) -> Iterator[None]:
    """The same for so many seconds from now."""
    with until(None if seconds is None else time.monotonic() + seconds):
        yield


def postpone(seconds: float) -> None:
    """Move the deadline of the innermost block, for time that is not the budget's."""
    ends = _deadline.get()
    if ends is not None:
        _deadline.set(ends + seconds)


T = TypeVar("T")


def in_time_or(otherwise: T, make: Callable[[], T], seconds: float | None = None) -> T:
    """What `make` gives, within so many seconds where that is said; `otherwise` when time runs out."""
    try:
        with within(seconds):
            return make()
    except OutOfTime:
        return otherwise


def time_left() -> float | None:
    """Seconds until the deadline, negative after it; None where there is none."""
    ends = _deadline.get()
    return None if ends is None else ends - time.monotonic()


def require_time() -> None:
    """Raise OutOfTime when the deadline is over."""
    ends = _deadline.get()
    if ends is not None and time.monotonic() > ends:
        raise OutOfTime("the time budget ran out")
