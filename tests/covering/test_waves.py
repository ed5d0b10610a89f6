"""The covering as a whole: the same JSON for any number of workers, after a kill, after an interrupt; foreign
checkpoints are refused."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import strictsaddle as ss
from strictsaddle.covering import waves as covering
from strictsaddle.covering.checkpoint import RESUMED, Checkpoint
from strictsaddle.covering.waves import NOT_CLOSED, Chunk, Coverage, Done, cover, tree_of
from strictsaddle.covering.zeros import GradientZeros
from strictsaddle.derive.derivatives import derive
from strictsaddle.errors import InputError
from strictsaddle.execution import seal
from strictsaddle.execution.budget import UNLIMITED
from strictsaddle.execution.executor import Serial
from strictsaddle.execution.seal import MAC_BYTES
from strictsaddle.execution.state_file import MAGIC, StateFile
from strictsaddle.objective.domain import Box
from strictsaddle.objective.objective import Objective
from strictsaddle.records.events import silent

NETWORK = """
[network]
widths = [2, 2, 1]
activation = "tanh"
loss = "squared"
bias = false
ridge = "1/15"
[data]
inputs = [[0, 0], [0, 1], [1, 0], [1, 1]]
targets = [[0], [1], [1], [0]]
"""
# Saves after every wave, so that what is killed has left something behind.
CHILD = """
import sys
from strictsaddle.covering import checkpoint
checkpoint.SECONDS_BETWEEN = 0.0
from strictsaddle_cli.main import main
sys.argv = ["strictsaddle", *sys.argv[1:]]
sys.exit(main())
"""


def network() -> Objective:
    data = ([[0, 0], [0, 1], [1, 0], [1, 1]], [[0], [1], [1], [0]])
    return ss.network([2, 2, 1], activation="tanh", bias=False, ridge="1/20", data=data, name="xor")


def plain(verdict: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(verdict.to_json())
    del found["resources"]
    return found


def small_waves(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parallel from the first wave on, and many waves."""
    monkeypatch.setattr(covering, "SERIAL_BOXES", 0)
    monkeypatch.setattr(GradientZeros, "chunk", property(lambda self: 300))


def test_the_same_json_for_any_number_of_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    small_waves(monkeypatch)
    box = Box((Fraction(-4),) * 2, (Fraction(4),) * 2)
    objective = Objective("f", "x y", "sin(3*x)*cos(2*y) + x**2/9 + y**2/10 + tanh(x*y)", domain=box)
    one, two = (plain(ss.check(objective, workers=k, budget=60)) for k in (1, 2))
    assert one == two and one["stationary"]["complete"] and len(one["stationary"]["isolated"]) > 10


def test_a_network_of_six_unknowns() -> None:
    verdict = ss.check(network(), workers=2, budget=120)
    assert verdict.definition_1.verdict == "strict_saddle" and verdict.definition_1.scope == "global"
    assert verdict.stationary.complete
    assert verdict.stationary.counts == {
        "local_minimum": 4,
        "strict_saddle": 5,
        "local_maximum": 0,
        "degenerate": 0,
    }


@pytest.mark.slow
def test_three_tanh_units() -> None:
    objective = ss.network([1, 3, 1], activation="tanh", bias=False, ridge="1/50", data=([[1], [2]], [[1], [-1]]))
    verdict = ss.check(objective, workers=2, budget=600)
    assert verdict.definition_1.verdict == "strict_saddle" and verdict.definition_1.scope == "global"
    assert verdict.stationary.complete and len(verdict.stationary.isolated) == 219
    assert verdict.resources.boxes < 2_000_000  # 20 million where the output weights are searched as well
    assert verdict.symmetry is not None and verdict.symmetry.signed_permutations.order == 48


def started(folder: Path, *options: str) -> tuple[subprocess.Popen[bytes], Path]:
    """A check in a process of its own that has written its first checkpoint."""
    (folder / "objective.toml").write_text(NETWORK)
    kept = folder / "kept"
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, "check", "objective.toml", "--workers", "2", "--checkpoint", "kept", *options],
        cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    while not kept.exists() and child.poll() is None:
        time.sleep(0.01)
    assert kept.exists(), child.communicate()[1].decode()
    return child, kept


def finished(folder: Path, kept: bool) -> dict[str, Any]:
    options = ["--checkpoint", "kept"] if kept else []
    done = subprocess.run(
        [sys.executable, "-c", CHILD, "check", "objective.toml", "--workers", "1", "--json", "-", "--quiet", *options],
        cwd=folder, capture_output=True, text=True, timeout=200,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    del found["resources"]
    return found


@pytest.mark.slow
def test_an_ended_run_goes_on_to_the_very_same_json(tmp_path: Path) -> None:
    found = []
    for sign, code in ((signal.SIGKILL, -signal.SIGKILL), (signal.SIGINT, 130)):
        folder = tmp_path / str(code)
        folder.mkdir()
        child, kept = started(folder)
        os.kill(child.pid, sign)
        child.communicate(timeout=60)
        assert child.returncode == code
        data = StateFile(str(kept), "covering").read()  # whole, and not yet done
        assert data is not None and len(data["open_mode0"]) and int(data["counts0"][0]) > 0
        found.append(finished(folder, kept=True))
    assert found[0] == found[1]
    trust = found[0]["stationary"]["trust"]
    assert RESUMED in trust
    trust.remove(RESUMED)
    assert found[0] == finished(folder, kept=False)


def saved(path: Path, objective: Objective, half_spaces: Any = None) -> tuple[Checkpoint, Coverage]:
    n = objective.dimension
    kept, start = Checkpoint(str(path), objective), Coverage.start(np.full(n, -2.0), np.full(n, 2.0))
    kept.saver(start, GradientZeros.of(derive(objective), half_spaces))(start, now=True)
    return kept, start


def test_a_checkpoint_of_another_question_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "kept"
    objective = Objective("f", "x y", "cos(x) + cos(y)")
    kept, start = saved(path, objective)
    assert kept.restore(start, GradientZeros.of(derive(objective))).boxes == 0
    other = Objective("f", "x y", "cos(x) + cos(2*y)")
    for asked, region, spaces in (
        (other, start, None),
        (objective, Coverage.start(np.full(2, -2.0), np.full(2, 3.0)), None),
        (objective, start, np.array([[1.0, 0.0]])),
    ):
        with pytest.raises(InputError, match="another objective"):
            Checkpoint(str(path), asked).restore(region, GradientZeros.of(derive(asked), spaces))


@pytest.mark.parametrize("how", ["text", "empty", "cut", "flipped", "folder"])
def test_a_damaged_checkpoint_is_refused(tmp_path: Path, how: str) -> None:
    path = tmp_path / "kept"
    objective = Objective("f", "x y", "cos(x) + cos(y)")
    _, start = saved(path, objective)
    whole = path.read_bytes()
    middle = whole.index(b"open_lower") + 150
    damaged = {"text": b"not a checkpoint", "empty": b"", "cut": whole[:-40],
               "flipped": whole[:middle] + bytes([whole[middle] ^ 255]) + whole[middle + 1 :]}  # fmt: skip
    path.unlink()
    if how == "folder":
        path.mkdir()
    else:
        path.write_bytes(damaged[how])
    with pytest.raises(InputError, match=r"no checkpoint|does not bear the seal|regular file"):
        Checkpoint(str(path), objective).restore(start, GradientZeros.of(derive(objective)))


def forged(path: Path, objective: Objective, **changed: Any) -> None:
    """The checkpoint with some of its arrays changed, under a seal of this very program: what only its own checks can refuse."""
    file = StateFile(str(path), "covering")
    arrays = file.read()
    assert arrays is not None
    file.write({**arrays, **{f"{name}0": value for name, value in changed.items()}})


def test_a_state_with_nothing_open_that_nobody_sealed_is_refused(tmp_path: Path) -> None:
    """As an editor of the file would make it: all arrays are there, the key is right, and nothing is left to do."""
    path = tmp_path / "kept"
    objective = Objective("f", "x y", "cos(x) + cos(y)")
    _, start = saved(path, objective)
    whole = path.read_bytes()
    arrays = StateFile(str(path), "covering").read()
    assert arrays is not None
    arrays |= {"open_lower0": np.empty((0, 2)), "open_upper0": np.empty((0, 2)), "open_mode0": np.empty(0, np.uint8),
               "counts0": np.array([5, 0, 1, 0])}  # fmt: skip
    content = io.BytesIO()
    np.savez(content, **arrays)
    for mac in (whole[len(MAGIC) : len(MAGIC) + MAC_BYTES], bytes(MAC_BYTES)):
        path.write_bytes(MAGIC + mac + content.getvalue())
        with pytest.raises(InputError, match="does not bear the seal"):
            Checkpoint(str(path), objective).restore(start, GradientZeros.of(derive(objective)))


def test_another_users_key_opens_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "kept"
    objective = Objective("f", "x y", "cos(x) + cos(y)")
    _, start = saved(path, objective)
    monkeypatch.setattr(seal, "_key", lambda: bytes(32))
    with pytest.raises(InputError, match="does not bear the seal"):
        Checkpoint(str(path), objective).restore(start, GradientZeros.of(derive(objective)))


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"open_lower": np.full((1, 3), -2.0)}, "shape"),
        ({"open_mode": np.zeros(2, np.uint8)}, "lengths"),
        ({"open_mode": np.full(1, 7, np.uint8)}, "lengths"),
        ({"open_lower": np.full((1, 2), np.nan)}, "shape"),
        ({"open_upper": np.full((1, 2), 9.0)}, "outside"),
        ({"open_upper": np.full((1, 2), -3.0)}, "empty"),
        ({"open_lower": np.full((2, 2), -2.0), "open_upper": np.full((2, 2), 2.0), "open_mode": np.zeros(2, np.uint8),
          "counts": np.array([9, 0, 1, 0])}, "overlap"),
        ({"counts": np.array([-1, 0, 1, 0])}, "negative"),
        ({"volume": np.array([1.0])}, "another region"),
        ({"open_upper": np.full((1, 2), 1.0)}, "nothing is done"),
    ],
)  # fmt: skip
def test_a_state_that_does_not_fit_is_refused(tmp_path: Path, changed: dict[str, Any], fault: str) -> None:
    path = tmp_path / "kept"
    objective = Objective("f", "x y", "cos(x) + cos(y)")
    _, start = saved(path, objective)
    forged(path, objective, **changed)
    with pytest.raises(InputError, match=f"cannot be right: .*{fault}"):
        Checkpoint(str(path), objective).restore(start, GradientZeros.of(derive(objective)))


def test_a_checkpoint_that_cannot_be_saved_does_not_end_the_search(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Any] = []
    objective = Objective("f", "x y", "cos(x) + cos(y)")
    kept = Checkpoint(str(tmp_path / "kept"), objective, told.append)
    start = Coverage.start(np.full(2, -2.0), np.full(2, 2.0))
    save = kept.saver(start, GradientZeros.of(derive(objective)))

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(StateFile, "write", full)
    save(start, now=True)
    assert len(told) == 1 and "No space left" in told[0].what


def test_a_folder_that_is_not_there_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be written"):
        saved(tmp_path / "missing" / "kept", Objective("f", "x y", "cos(x) + cos(y)"))


def test_a_box_that_nothing_closes_leaves_the_covering_open() -> None:
    """cosh(x) - x^2/2 is flat at 0: the box about it is stuck, and nothing else is left."""
    derivation = derive(Objective("flat", "x y", "cosh(x) - x**2/2 + y**2"))
    question, start = GradientZeros.of(derivation), Coverage.start(np.full(2, -1.0), np.full(2, 1.3))
    state, reason, found = cover(question, start, Serial(), UNLIMITED, silent)
    assert len(state.stuck) and not len(state.open_mode)
    assert not state.closed and not state.listed and not state.minima_listed
    assert reason == NOT_CLOSED and found is None and tree_of(start, question, state) == ()


def test_a_covering_without_such_a_box_is_closed() -> None:
    """The twin."""
    derivation = derive(Objective("bowl", "x y", "cosh(x) + y**2"))
    question, start = GradientZeros.of(derivation), Coverage.start(np.full(2, -1.0), np.full(2, 1.3))
    state, reason, _ = cover(question, start, Serial(), UNLIMITED, silent)
    assert state.listed and reason is None and len(tree_of(start, question, state)) == 1


def test_what_the_probe_finds_ends_the_search() -> None:
    derivation = derive(Objective("flat", "x y", "cosh(x) - x**2/2 + y**2"))
    question, start = GradientZeros.of(derivation), Coverage.start(np.full(2, -1.0), np.full(2, 1.3))
    asked: list[int] = []

    def probe(middles: Any) -> str | None:
        asked.append(len(middles))
        return "found"

    state, reason, found = cover(question, start, Serial(), UNLIMITED, silent, probe=probe)
    assert found == "found" and reason is None and not state.closed and len(asked) == 1


@dataclass(frozen=True)
class Told:
    """A question whose answer is given: each chunk leaves nothing open, and this many boxes that were not listed."""

    unlisted: int
    minima: int
    half_spaces: Any = field(default_factory=lambda: np.zeros((0, 1)))
    digest: str = "told"
    first: int = 10
    chunk: int = 10
    most_stuck: int = 1
    together: int = 1

    def work(self, chunk: Chunk) -> Done:
        nothing = np.empty((0, 1))
        points, stuck = np.empty((0, 2, 2, 1)), np.empty((0, 2, 1))
        modes = np.empty(0, dtype=np.uint8)
        return Done(nothing, nothing, modes, points, stuck, len(chunk.lower), self.unlisted, self.minima, b"x")


@pytest.mark.parametrize(
    ("unlisted", "minima", "listed", "minima_listed"),
    [(0, 0, True, True), (1, 0, False, True), (1, 1, False, False)],
)
def test_what_chunks_could_not_list_adds_up(unlisted: int, minima: int, listed: bool, minima_listed: bool) -> None:
    start = Coverage.start(np.array([[0.0], [1.0], [2.0]]), np.array([[1.0], [2.0], [3.0]]))
    state, _, _ = cover(Told(unlisted, minima), start, Serial(), UNLIMITED, silent)
    assert state.closed and (state.listed, state.minima_listed) == (listed, minima_listed)
    assert (state.boxes, state.unlisted, state.unlisted_minima) == (3, 3 * unlisted, 3 * minima)
    assert len(state.record) == 3  # a chunk each, as none of them is better worked on together
