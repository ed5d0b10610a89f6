"""All rows, or some: in parallel, resumable, with progress and the time left."""

from __future__ import annotations

import fnmatch
import json
import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from strictsaddle.atlas.entry import Entry, examined
from strictsaddle.atlas.network_rows import network_rows
from strictsaddle.atlas.other_rows import OTHER_ROWS
from strictsaddle.atlas.theorems import Row
from strictsaddle.execution.budget import Stopwatch
from strictsaddle.execution.executor import Processes
from strictsaddle.execution.options import Options
from strictsaddle.records.events import Listener, Progress, silent
from strictsaddle.version import __version__

BUDGET = 30.0  # seconds a row
MORE = 10.0  # that a row may take beyond its budget, before it is said to have no answer


def rows(pattern: str = "*") -> list[Row]:
    """The rows whose keys, or groups, match the pattern (of the shell: tanh/*, */own/*), in the order of the table."""
    every: list[Row] = [*network_rows(), *OTHER_ROWS]
    return [row for row in every if fnmatch.fnmatchcase(row.key, pattern) or fnmatch.fnmatchcase(row.group, pattern)]


def work(task: tuple[Row, Options]) -> Entry:
    """One row, in whichever process."""
    row, options = task
    return examined(row, options)


class Kept:
    """Entries in a file, a line each, so that a run that ends early goes on."""

    def __init__(self, path: Path | None, *, resume: bool) -> None:
        self.path = path
        self.known: dict[str, Entry] = {}
        if path is not None and resume and path.exists():
            for line in path.read_text("utf-8").splitlines():
                try:
                    entry = Entry.of(json.loads(line))
                except (ValueError, KeyError, TypeError):  # a line that was cut off, or of another version's columns
                    continue
                self.known[entry.key] = entry
            path.write_text("".join(json.dumps(e.to_dict()) + "\n" for e in self.known.values()), "utf-8")
        elif path is not None:
            path.unlink(missing_ok=True)

    def of(self, row: Row) -> Entry | None:
        """The entry of a row, if it is of this version and of the same objective."""
        entry = self.known.get(row.key)
        if entry is None or entry.version != __version__ or entry.digest != row.objective().digest:
            return None
        return entry

    def add(self, entry: Entry) -> None:
        self.known[entry.key] = entry
        if self.path is not None:
            with self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(entry.to_dict()) + "\n")


def run(chosen: Sequence[Row], options: Options, kept: Kept, listener: Listener = silent, *,
        each: Callable[[Entry], None] = lambda _: None) -> Iterator[Entry]:  # fmt: skip
    """The entries of the rows, in their order, when all are there. each: called with every new one as it comes."""
    waiting: queue.SimpleQueue[Row] = queue.SimpleQueue()
    found: dict[str, Entry] = {}
    for row in chosen:
        entry = kept.of(row)
        if entry is None:
            waiting.put(row)
        else:
            found[row.key] = entry
    total, done, watch, lock = waiting.qsize(), 0, Stopwatch(), threading.Lock()
    faults: queue.SimpleQueue[BaseException] = queue.SimpleQueue()
    task_options = replace(options, workers=1, checkpoint=None, budget=options.budget or BUDGET)

    def drive() -> None:
        nonlocal done
        try:
            with Processes(1, attempts=2) as pool:
                while faults.empty():
                    row = waiting.get_nowait()
                    entry = pool.run(work, [(row, task_options)])[0]
                    with lock:
                        done += 1
                        found[row.key] = entry
                        kept.add(entry)
                        each(entry)
                        left = watch.seconds / done * (total - done)
                        listener(Progress(f"{done} of {total} rows, about {left:.0f} s left, {row.key}", watch.seconds))
        except queue.Empty:
            return
        except BaseException as error:  # raised again in the caller's thread
            faults.put(error)

    crew = [threading.Thread(target=drive, daemon=True) for _ in range(min(options.processes, max(total, 1)))]
    for thread in crew:
        thread.start()
    for thread in crew:
        while thread.is_alive():  # so that Ctrl-C is heard
            thread.join(0.2)
    if not faults.empty():
        raise faults.get()
    for row in chosen:
        yield found[row.key]
