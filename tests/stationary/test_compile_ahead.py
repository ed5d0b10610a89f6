"""Compiling the search in another process leaves code that this one finds, and changes no answer."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import strictsaddle as ss
from strictsaddle.derive.compilation import compiled, is_missing
from strictsaddle.derive.derivatives import derive
from strictsaddle.errors import EngineError
from strictsaddle.stationary.compile_ahead import CompileAhead
from strictsaddle.stationary.covering import Question

WELL = ss.Objective("well", "x y", "x**4/4 - x**2/2 + y**2/6")


def test_what_is_on_disk_is_not_compiled_again() -> None:
    ss.check(WELL, method="interval")
    with CompileAhead(Question.of(derive(WELL))) as ahead:
        ahead.finish()
        assert ahead._thread is None


def test_a_process_that_fails_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def dies(*_: object) -> None:
        raise EngineError("worker processes died")

    monkeypatch.setattr("strictsaddle.stationary.compile_ahead.is_missing", lambda _: True)
    monkeypatch.setattr("strictsaddle.parallel.Processes.run", dies)
    with CompileAhead(Question.of(derive(WELL))) as ahead:
        ahead.finish()


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
        assert len(list(tmp_path.rglob("search.explore*.nbc"))) == 1
    assert answers[0] == answers[1]
