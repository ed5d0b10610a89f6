"""One verification under way: what was checked, how often, how long it took, and what it rests on."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

STRENGTH = ("exact", "interval", "modular")  # from the strongest on
WORTH_PROCESSES = 20_000  # leaves of a tree, from which on processes pay


@dataclass(frozen=True)
class Progress:
    """`lemma`: what is being checked; `count`: of it, so far; `total`: of all, where known; `seconds`: since the beginning."""

    lemma: str
    count: int
    total: int | None
    seconds: float


@dataclass
class Run:
    """`workers`: processes for large trees; `listener`: is told now and then."""

    workers: int = 1
    listener: Callable[[Progress], None] = lambda _: None
    started: float = field(default_factory=time.monotonic)
    lemmas: list[dict[str, Any]] = field(default_factory=list)
    notes: dict[str, int] = field(default_factory=dict)
    proof: str = "exact"
    _told: float = 0.0
    total: int | None = None

    @contextmanager
    def lemma(self, kind: str) -> Iterator[Callable[[int], None]]:
        """Count what is checked in the block, and time it."""
        entry = {"type": kind, "count": 1, "seconds": 0.0}
        begun = time.monotonic()

        def count(number: int) -> None:
            entry["count"] = number
            now = time.monotonic()
            if now - self._told > 0.5:
                self._told = now
                self.listener(Progress(kind, number, self.total, now - self.started))

        try:
            yield count
        finally:
            entry["seconds"] = round(time.monotonic() - begun, 3)
            self.lemmas.append(entry)

    def weaken(self, label: str) -> None:
        """The proof is as strong as its weakest step."""
        self.proof = max(self.proof, label, key=STRENGTH.index)

    def note(self, what: str, count: int) -> None:
        self.notes[what] = self.notes.get(what, 0) + count

    @contextmanager
    def processes(self, question: Any, leaves: int) -> Iterator[Executor | None]:
        """A pool that knows the question, where it pays for so many leaves."""
        self.total = leaves
        if self.workers <= 1 or leaves < WORTH_PROCESSES:
            yield None
        else:
            from strictsaddle_proofs.definition_1 import hold

            pool = ProcessPoolExecutor(self.workers, initializer=hold, initargs=(question,))
            try:
                yield pool
            finally:
                pool.shutdown(cancel_futures=True)
        self.total = None
