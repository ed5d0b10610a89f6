"""What a user sees on standard error while a check runs: a listener of its events.

On a terminal a line that is kept up to date; elsewhere a plain line every ten seconds; nothing with --quiet.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from strictsaddle.errors import shorten
from strictsaddle.records.events import Event, Finished, Listener, Noted, PointFound, Progress, Started
from strictsaddle_cli.output import tell

INTERVAL = 10.0  # seconds between plain lines


class State:
    """What the events so far have said, in a line."""

    def __init__(self) -> None:
        self.begun = time.monotonic()
        self.engine = ""
        self.why = ""
        self.points = 0
        self.latest: Progress | None = None
        self.finished = False

    def hear(self, event: Event) -> None:
        if isinstance(event, Started):
            self.engine, self.why = event.engine, event.why
        elif isinstance(event, PointFound):
            self.points += 1
        elif isinstance(event, Progress):
            self.latest = event
        elif isinstance(event, Finished):
            self.finished = True

    @property
    def line(self) -> str:
        latest = self.latest
        parts = [latest.phase if latest else f"{self.engine or 'preparing'}"]
        if latest is not None:
            if latest.boxes is not None:
                parts.append(f"{latest.boxes:,} boxes")
            if latest.rate is not None:
                parts.append(f"{latest.rate:,.0f}/s")
            if latest.open_share is not None:
                parts.append(f"{latest.open_share:.2%} open")
        found = latest.found if latest and latest.found is not None else self.points
        if found:
            parts.append(f"{found} point{'' if found == 1 else 's'} found")
        return ", ".join(parts)


@contextmanager
def shown(name: str, quiet: bool) -> Iterator[Listener]:
    """A listener that shows the progress of the check of `name` until the block ends."""
    name = shorten(" ".join(name.split()), 30)
    if quiet:
        yield _notes_alone(name)
    elif sys.stderr.isatty():
        with _on_terminal(name) as listener:
            yield listener
    else:
        with _in_plain_lines(name) as listener:
            yield listener


def _notes_alone(name: str) -> Listener:
    """Without progress; what the user should know is told all the same."""

    def listen(event: Event) -> None:
        if isinstance(event, Noted):
            tell(f"{name}: {event.what}")

    return listen


@contextmanager
def _on_terminal(name: str) -> Iterator[Listener]:
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import Progress as Bar
    from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

    state = State()
    console = Console(stderr=True)
    with Bar(
        SpinnerColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}"),
        console=console,
        transient=True,
    ) as bar:
        task = bar.add_task(escape(f"{name}: preparing"))

        def listen(event: Event) -> None:
            state.hear(event)
            if isinstance(event, Noted):
                bar.console.print(escape(f"{name}: {event.what}"), highlight=False)
            if isinstance(event, Started):
                bar.console.print(escape(f"{name}: {_engine(state)}"), style="dim", highlight=False)
            bar.update(task, description=escape(f"{name}: {state.line}"))

        yield listen


@contextmanager
def _in_plain_lines(name: str) -> Iterator[Listener]:
    state, over = State(), threading.Event()

    def report() -> None:
        first = True
        while not over.wait(INTERVAL):
            if first and state.engine:
                tell(f"{name}: {_engine(state)}")
                first = False
            tell(f"{name}: {time.monotonic() - state.begun:.0f} s, {state.line}")

    # A thread, because an engine may be silent for minutes (msolve) and the user still wants to know that it is alive
    thread = threading.Thread(target=report, daemon=True)
    thread.start()
    notes = _notes_alone(name)

    def listen(event: Event) -> None:
        state.hear(event)
        notes(event)

    try:
        yield listen
    finally:
        over.set()
        thread.join()


def _engine(state: State) -> str:
    return f"{state.engine} engine" + (f", because {state.why}" if state.why else "")
