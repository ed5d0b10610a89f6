"""The command keeps its word whatever becomes of the process that makes the proof."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

import strictsaddle as ss
from strictsaddle.errors import InputError
from strictsaddle.records.events import Event, PointFound, Progress, Ready
from strictsaddle.records.terms import Interval
from strictsaddle.records.verdict import StationaryPoint
from strictsaddle_cli import apart
from strictsaddle_cli.apart import Apart, Ended

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the system cannot fork")
POINT = StationaryPoint((Interval(0.0, 0.0),), Interval(0.0, 0.0), (Interval(1.0, 1.0),), 0, 0, "local_minimum")


def command(folder: Path, *words: str, **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "strictsaddle_cli", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        **options,
    )


def late(points: Any, why: str) -> Any:
    return ("late", tuple(points), why)


def test_the_answer_comes_back_with_its_events() -> None:
    heard: list[Event] = []

    def work(listener: Any) -> str:
        listener(Ready())
        listener(Progress("working", 0.1))
        return "done"

    child: Apart[Any] = Apart(work, None)
    assert child.answer(heard.append, late) == "done"
    assert [type(event) for event in heard] == [Ready, Progress]


def test_what_is_raised_is_raised_here() -> None:
    def work(_: Any) -> str:
        raise InputError("a fault", where="here", fragment="x", remedy="Mend it.")

    with pytest.raises(InputError) as caught:
        Apart(work, None).answer(print, late)
    assert (caught.value.what, caught.value.where, caught.value.fragment, caught.value.remedy) == (
        "a fault",
        "here",
        "x",
        "Mend it.",
    )


def test_an_error_that_cannot_be_sent_is_told_all_the_same() -> None:
    def work(_: Any) -> str:
        error = ValueError("odd")
        error.attached = lambda: None  # type: ignore[attr-defined]
        raise error

    with pytest.raises((RuntimeError, ValueError), match="odd"):
        Apart(work, None).answer(print, late)


def test_time_over_in_the_middle_of_something(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "MORE_SLACK", 0.1)

    def work(listener: Any) -> str:
        listener(Ready())
        listener(PointFound(POINT))
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})  # deaf, as in a long operation
        time.sleep(600)
        return "too late"

    child: Apart[Any] = Apart(work, 0.2)
    pid = child._pid
    kind, points, why = child.answer(lambda _: None, late)
    assert kind == "late" and points == (POINT,) and "budget" in why
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_memory_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "LARGEST", 400 * 2**20)

    def work(_: Any) -> int:
        kept = bytearray(700 * 2**20)
        for k in range(0, len(kept), 4096):
            kept[k] = 1
        time.sleep(600)
        return len(kept)

    kind, _, why = Apart(work, None).answer(lambda _: None, late)  # type: ignore[misc]
    assert kind == "late" and "memory" in why


@pytest.mark.parametrize("how", ["exit 0", "exit 1", "SIGKILL", "SIGSEGV"])
def test_a_process_that_ends_without_an_answer_claims_nothing(how: str) -> None:
    def work(_: Any) -> str:
        if how.startswith("exit"):
            os._exit(int(how[-1]))
        os.kill(os.getpid(), getattr(signal, how))
        time.sleep(60)
        return "never"

    with pytest.raises(Ended, match=r"no answer|ended by"):
        Apart(work, None).answer(print, late)


@pytest.mark.parametrize(
    ("body", "code", "says"),
    [
        ("import os; os._exit(1)", 4, "nothing is claimed"),
        ("import os; os._exit(0)", 4, "nothing is claimed"),
        ("raise EOFError('gone')", 2, "gone"),
        ("import sys; sys.exit(1)", 2, "model.py"),
        ("import time; time.sleep(60)", 3, "not even read"),
    ],
)
def test_exit_one_means_refuted_and_nothing_else(tmp_path: Path, body: str, code: int, says: str) -> None:
    (tmp_path / "model.py").write_text(f"{body}\nobjective = None\n")
    done = command(tmp_path, "check", "model.py:objective", "-q", "--budget", "1")
    assert done.returncode == code, done.stderr
    assert says in done.stderr and "Traceback" not in done.stderr


@pytest.mark.slow
def test_memory_limits_of_the_system_refute_nothing(tmp_path: Path) -> None:
    import resource

    for megabytes in (150, 300, 500, 800):
        done = command(
            tmp_path, "check", "tanh-two-units", "-q", "--workers", "1", "--budget", "10",
            preexec_fn=lambda size=megabytes: resource.setrlimit(resource.RLIMIT_AS, (size * 2**20,) * 2),  # type: ignore[misc]
        )  # fmt: skip
        assert done.returncode != 1, (megabytes, done.stderr)


def test_a_point_found_in_time_is_in_the_late_verdict() -> None:
    from strictsaddle.definition_1.check import out_of_time

    verdict = out_of_time(ss.Objective("f", "x", "x**2"), "the time budget ran out", [POINT, POINT], 1.0)
    assert verdict.definition_1.verdict == "undecided" and len(verdict.stationary.isolated) == 1
    from strictsaddle_reports.schema import validate

    validate(verdict.to_dict())


@pytest.mark.parametrize(
    "number",
    [
        signal.SIGINT,
        signal.SIGKILL,
        pytest.param(signal.SIGTERM, marks=pytest.mark.slow),
        pytest.param(signal.SIGHUP, marks=pytest.mark.slow),
    ],
)
def test_a_signal_ends_everything(tmp_path: Path, number: signal.Signals) -> None:
    objective = "sin(3*x)*cos(2*y) + tanh(x*y*z) + x**2/90 + y**2/100 + z**2/110 + sin(z*x)"
    (tmp_path / "long.toml").write_text(
        f'variables = ["x", "y", "z"]\nexpression = "{objective}"\n[domain]\nbox = [-9, 9]\n'
    )
    mark = f"STRICTSADDLE_TEST_{os.getpid()}_{number}"
    process = subprocess.Popen(
        [sys.executable, "-m", "strictsaddle_cli", "check", "long.toml", "-q", "--workers", "2"],
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, mark: "1"},
    )  # fmt: skip
    ends = time.monotonic() + 60
    while len(_marked(mark)) < 4 and time.monotonic() < ends and process.poll() is None:  # parent, child, two workers
        time.sleep(0.05)
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert process.returncode in ((-9,) if number == signal.SIGKILL else (130, 143)), err
    assert out == "" and "Traceback" not in err
    ends = time.monotonic() + 20
    while _marked(mark) and time.monotonic() < ends:
        time.sleep(0.05)
    assert _marked(mark) == []


def _marked(mark: str) -> list[int]:
    """Living processes whose environment bears the mark."""
    found = []
    for place in Path("/proc").iterdir():
        try:
            marked = place.name.isdigit() and mark.encode() in (place / "environ").read_bytes()
            if marked and (place / "stat").read_text().rsplit(")", 1)[1].split()[0] != "Z":
                found.append(int(place.name))
        except OSError:
            continue
    return found


def test_json_is_whole_where_time_ran_out(tmp_path: Path) -> None:
    names = ", ".join(f'"x{k}"' for k in range(200))
    (tmp_path / "wide.toml").write_text(f'variables = [{names}]\nexpression = "x0**2"\n')
    done = command(tmp_path, "check", "wide.toml", "-q", "--budget", "1", "--json", "-")
    assert done.returncode == 3, done.stderr
    record = json.loads(done.stdout)
    assert record["definition_1"]["verdict"] == "undecided"


def test_there_is_no_fork_beside_threads_of_jax(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "jax", raising=False)
    alone = apart.is_possible()
    monkeypatch.setitem(sys.modules, "jax", sys)
    assert not apart.is_possible() and alone == (threading.active_count() == 1)
