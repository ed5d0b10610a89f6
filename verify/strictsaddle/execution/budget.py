"""The one clock of a run: how far it may go.

A `Budget` is handed to whoever ends by itself in time. Inside `budget.enforced()` it is known in every layer without being handed
through it: long loops call `require_time`, which raises OutOfTime once the time is over, and whoever can do with less catches that.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import TypeVar

LEAST_LEFT = 1_000  # boxes of a wave however little time is left


class OutOfTime(Exception):
    """The deadline is over, and nothing is known."""


class Stopwatch:
    """Seconds since it was made, for progress and records; no limit depends on it."""

    def __init__(self) -> None:
        self._started = time.monotonic()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._started


@dataclass(frozen=True)
class Budget:
    """`deadline`: of time.monotonic(), None for none; `max_boxes`: of coverings, None for any number."""

    deadline: float | None = None
    max_boxes: int | None = None

    @classmethod
    def of(cls, seconds: float | None, max_boxes: int | None = None) -> Budget:
        """So many seconds from now."""
        return cls(None if seconds is None else time.monotonic() + seconds, max_boxes)

    def left(self) -> float | None:
        """Seconds, negative after the end; None where there is no end."""
        return None if self.deadline is None else self.deadline - time.monotonic()

    @property
    def is_over(self) -> bool:
        return self.deadline is not None and time.monotonic() >= self.deadline

    def require(self) -> None:
        """Raise OutOfTime when the time is over."""
        if self.is_over:
            raise OutOfTime("the time budget ran out")

    def at_most(self, seconds: float | None) -> Budget:
        """The same, and no longer than so many seconds from now."""
        if seconds is None:
            return self
        ends = time.monotonic() + seconds
        return replace(self, deadline=ends if self.deadline is None else min(self.deadline, ends))

    def at_least(self, seconds: float) -> Budget:
        """The same, or so many seconds from now where less is left: what is known so far is worth that."""
        return self if self.deadline is None else replace(self, deadline=max(self.deadline, time.monotonic() + seconds))

    def share(self, part: float) -> Budget:
        """So much of the time that is left."""
        left = self.left()
        return self if left is None else self.at_most(part * max(0.0, left))

    def earlier(self, seconds: float) -> Budget:
        """Ends so many seconds earlier, or later where they are negative."""
        return self if self.deadline is None else replace(self, deadline=self.deadline - seconds)

    def without(self, boxes: int) -> Budget:
        """What is left of it after so many boxes."""
        return self if self.max_boxes is None else replace(self, max_boxes=max(0, self.max_boxes - boxes))

    def reached(self, boxes: int) -> str | None:
        """The reason to stop now, after so many boxes, or None."""
        if self.max_boxes is not None and boxes >= self.max_boxes:
            return f"the limit of {self.max_boxes:,} boxes was reached"
        return "the time budget ran out" if self.is_over else None

    def boxes_left(self, boxes: int, recent: int, seconds: float) -> int | None:
        """How many more boxes may be taken, of which `boxes` are done, the `recent` ones in so many seconds."""
        most = None if self.max_boxes is None else self.max_boxes - boxes
        soon = self.boxes_in_time(recent, seconds)
        if soon is None:
            return most
        return max(LEAST_LEFT, soon) if most is None else min(most, max(LEAST_LEFT, soon))

    def boxes_in_time(self, recent: int, seconds: float) -> int | None:
        """How many boxes end before the end, at the rate of the `recent` ones in so many seconds; None where there is no end, or no
        rate yet."""
        left = self.left()
        return None if left is None or not recent else int(recent / max(seconds, 1e-9) * left)

    @contextmanager
    def enforced(self) -> Iterator[None]:
        """Inside the block its end holds in every layer, beside those of the blocks around it."""
        outer = _current.get()
        ends = [end for end in (outer.deadline, self.deadline) if end is not None]
        token = _current.set(Budget(min(ends, default=None)))
        try:
            yield
        finally:
            _current.reset(token)


UNLIMITED = Budget()
_current: ContextVar[Budget] = ContextVar("budget", default=UNLIMITED)
T = TypeVar("T")


def current() -> Budget:
    """What holds in the block that one is in."""
    return _current.get()


def postpone(seconds: float) -> None:
    """Move the end of the innermost block, for time that is not the budget's."""
    _current.set(_current.get().earlier(-seconds))


def in_time_or(otherwise: T, make: Callable[[], T], seconds: float | None = None) -> T:
    """What `make` gives, within so many seconds where that is said; `otherwise` when time runs out."""
    try:
        with Budget.of(seconds).enforced():
            return make()
    except OutOfTime:
        return otherwise


def require_time() -> None:
    """Raise OutOfTime when the time of the block is over."""
    _current.get().require()
