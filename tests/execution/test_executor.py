"""The executors: order, faults, and workers that are killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from strictsaddle.errors import EngineError
from strictsaddle.execution.executor import Processes, Serial, executor


def square(x: int) -> int:
    return x * x


def killed_once(flag: str) -> int:
    """Die on the first call, answer on the second."""
    if not os.path.exists(flag):
        Path(flag).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return 7


def always_killed(_: int) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return 0


def slow(seconds: float) -> int:
    time.sleep(seconds)
    return os.getpid()


def noisy(x: int) -> int:
    print("what a task prints must not get between the answers")
    return x


def failing(x: int) -> int:
    raise ValueError(f"task {x}")


def test_results_come_in_order() -> None:
    with Serial() as one, Processes(2) as two:
        assert one.run(square, range(20)) == two.run(square, range(20)) == [k * k for k in range(20)]
        assert two.run(noisy, range(5)) == list(range(5))
        assert two.run(square, []) == []


def test_a_killed_worker_is_replaced_and_its_task_done_again(tmp_path: Path) -> None:
    with Processes(2) as pool:
        assert pool.run(killed_once, [str(tmp_path / "a"), str(tmp_path / "b")]) == [7, 7]
        assert pool.run(square, range(4)) == [0, 1, 4, 9]
        for pid in pool.pids:  # while idle, too
            os.kill(pid, signal.SIGKILL)
        assert pool.run(square, range(4)) == [0, 1, 4, 9]


def test_a_task_that_kills_every_worker_is_reported() -> None:
    with Processes(2, attempts=2) as pool, pytest.raises(EngineError, match="died 2 times"):
        pool.run(always_killed, range(2))


def test_an_exception_of_a_task_comes_back() -> None:
    with Processes(2) as pool:
        with pytest.raises(ValueError, match="task"):
            pool.run(failing, range(3))
        assert pool.run(square, range(3)) == [0, 1, 4]


def test_workers_end_with_the_block() -> None:
    with Processes(2) as pool:
        pids = set(pool.run(slow, [0.01] * 8))
        assert pids <= set(pool.pids)
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_a_script_without_a_main_guard_may_use_workers(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "from pathlib import Path\n"
        "from math import sqrt\n"
        "from strictsaddle.execution.executor import Processes\n"
        "with open('runs', 'a') as f: f.write('x')\n"
        "with Processes(2) as pool: print(pool.run(sqrt, [1.0, 4.0, 9.0]))\n"
    )
    done = subprocess.run([sys.executable, str(script)], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == ("[1.0, 2.0, 3.0]\n", "")
    assert (tmp_path / "runs").read_text() == "x", "the workers must not run the script again"


def test_one_worker_is_this_process() -> None:
    assert isinstance(executor(1), Serial) and isinstance(executor(2), Processes)
