"""What is shown while a check runs."""

from __future__ import annotations

import time

import pytest
from verdicts_by_hand import double_well

from strictsaddle.records.events import Finished, PointFound, Progress, Started
from strictsaddle_cli import progress


def test_the_line_says_what_the_events_said() -> None:
    state = progress.State()
    assert state.line == "preparing"
    state.hear(Started("interval", "the objective is no polynomial"))
    assert state.line == "interval"
    state.hear(PointFound(double_well().stationary.isolated[0]))
    assert state.line == "interval, 1 point found"
    state.hear(Progress("covering", 3.0, boxes=12345, rate=1e6, open_share=0.25))
    assert state.line == "covering, 12,345 boxes, 1,000,000/s, 25.00% open, 1 point found"
    state.hear(Progress("listing", 3.0, found=4))
    assert state.line == "listing, 4 points found"
    state.hear(Finished(double_well()))


def test_quiet_is_quiet(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "INTERVAL", 0.01)
    with progress.shown("well", quiet=True) as listen:
        listen(Started("exact", "it is a polynomial"))
        time.sleep(0.1)
    assert capfd.readouterr().err == ""


def test_long_jobs_say_something_where_there_is_no_terminal(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "INTERVAL", 0.01)
    with progress.shown("well", quiet=False) as listen:
        listen(Started("exact", "it is a polynomial"))
        listen(Progress("msolve", 0.0))
        time.sleep(0.2)
    out, err = capfd.readouterr()
    assert out == ""
    assert err.startswith("well: exact engine, because it is a polynomial\n")
    assert "\nwell: 0 s, msolve\n" in err


def test_short_jobs_say_nothing_where_there_is_no_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    with progress.shown("well", quiet=False) as listen:
        listen(Started("exact", "it is a polynomial"))
    assert capfd.readouterr().err == ""


def test_a_terminal_gets_a_line_on_standard_error(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with progress._on_terminal("[red]well") as listen:
        listen(Started("exact", "it is a polynomial"))
        listen(Progress("msolve", 0.0))
    out, err = capfd.readouterr()
    assert out == ""
    assert "[red]well: exact engine, because it is a polynomial" in " ".join(err.split())
