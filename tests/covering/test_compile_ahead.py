"""Compiling the search in another process leaves code that this one finds, and changes no answer."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from strictsaddle.arithmetic.compilation import compiled, is_missing
from strictsaddle.arithmetic.entry import is_kept
from strictsaddle.covering import compile_ahead
from strictsaddle.covering.explore import explore
from strictsaddle.errors import EngineError
from strictsaddle.records.events import Compiling, Event


def test_what_is_on_disk_is_not_compiled_again(monkeypatch: pytest.MonkeyPatch) -> None:
    compile_ahead.compile_ahead()

    def never(*_: object) -> None:
        raise AssertionError("compiled again")

    monkeypatch.setattr(compile_ahead, "_apart", never)
    told: list[Event] = []
    assert not is_missing(explore) and is_kept()
    assert compile_ahead.compile_ahead(told.append) == 0.0 and not told


def test_a_process_that_fails_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """What it fails to leave is compiled where it is called."""
    tried = []

    def dies(*_: object) -> None:
        tried.append(1)
        raise EngineError("worker processes died")

    monkeypatch.setattr(compile_ahead, "is_missing", lambda _: True)
    monkeypatch.setattr("strictsaddle.execution.executor.Processes.run", dies)
    told: list[Event] = []
    assert compile_ahead.compile_ahead(told.append) > 0.0
    assert tried and any(isinstance(event, Compiling) for event in told)


@pytest.mark.slow
def test_a_damaged_file_is_compiled_anew(tmp_path: Path) -> None:
    program = """
import sys, pathlib
from strictsaddle.arithmetic import compilation
def twice(x): return 2 * x
sys.modules["__main__"].__file__ = __file__
function = compilation.compiled(twice)
print(compilation.is_missing(function), function(3.0), sum(function.stats.cache_hits.values()))
"""
    source = tmp_path / "module.py"
    source.write_text(program)
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path / "cache")}

    def run() -> str:
        return subprocess.run(
            [sys.executable, str(source)], env=environment, capture_output=True, text=True, check=True
        ).stdout

    assert run().split() == ["True", "6.0", "0"]
    assert run().split() == ["False", "6.0", "1"]
    for path in tmp_path.rglob("*.nb[ci]"):
        path.write_bytes(path.read_bytes()[:-7] + b"garbage")
    assert run().split()[1:] == ["6.0", "0"]
    for path in tmp_path.rglob("*.nb[ci]"):
        path.write_bytes(b"")
    assert run().split()[1:] == ["6.0", "0"]
    assert run().split() == ["False", "6.0", "1"]


def test_a_function_that_was_never_called_is_missing() -> None:
    assert is_missing(compiled(_twice))


def _twice(x: float) -> float:
    return 2 * x


@pytest.mark.slow
def test_from_an_empty_cache_the_answer_is_the_same_and_the_search_is_compiled_once(tmp_path: Path) -> None:
    answers = []
    for _ in range(2):
        run = subprocess.run(
            [sys.executable, "-m", "strictsaddle_cli", "check", "double-well", "--method", "interval", "-q", "--json", "-"],
            env={**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}, capture_output=True, text=True, timeout=500,
        )  # fmt: skip
        assert run.returncode == 0, run.stderr
        answers.append({key: value for key, value in json.loads(run.stdout).items() if key != "resources"})
        assert len(list(tmp_path.rglob("explore.explore*.nbc"))) == 1
    assert answers[0] == answers[1]
