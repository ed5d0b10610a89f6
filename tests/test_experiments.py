"""The experiments of examples/experiments: what they share, and that each runs, goes on, and writes its page."""

from __future__ import annotations

import importlib.util
import itertools
import json
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import jax
import numpy as np
import pytest

import strictsaddle as ss
from strictsaddle.dynamics.functions import functions_of

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "examples" / "experiments"
PAGES = ROOT / "docs" / "experiments"
NAMES = {
    "strict_or_not": "strict-or-not",
    "online_tensor": "online-tensor",
    "modified_on_data": "modified-on-data",
    "deep": "deep",
}


def module(name: str) -> ModuleType:
    """A file of the folder, imported as its neighbours import it."""
    sys.path.insert(0, str(FOLDER))
    try:
        spec = importlib.util.spec_from_file_location(name, FOLDER / f"{name}.py")
        assert spec is not None and spec.loader is not None
        made = importlib.util.module_from_spec(spec)
        sys.modules[name] = made  # data classes look for it
        spec.loader.exec_module(made)
        return made
    finally:
        sys.path.remove(str(FOLDER))


def test_every_experiment_has_its_page_with_its_command() -> None:
    assert {path.stem for path in FOLDER.glob("*.py")} == {"shared", "training", *NAMES}
    index = (ROOT / "docs" / "experiments.md").read_text("utf-8")
    for file, name in NAMES.items():
        text = (PAGES / f"{name}.md").read_text("utf-8")
        assert f"`python examples/experiments/{file}.py --seeds " in text and f"experiments/{name}.md" in index
        assert (PAGES / f"{name}.png").stat().st_size > 10_000 and json.loads(
            (PAGES / f"{name}.json").read_text("utf-8")
        )


def test_paired_statistics() -> None:
    shared = module("shared")
    assert shared.holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06]) and shared.holm([0.5, 0.9]) == [
        1.0,
        1.0,
    ]
    assert shared.wilcoxon([1.0, 2.0], [1.0, 2.0]) == 1.0
    random = np.random.default_rng(0)
    covered = 0
    for _ in range(200):
        middle, low, high = shared.hodges_lehmann(random.normal(1.0, 1.0, 30), np.zeros(30))
        assert low <= middle <= high
        covered += low <= 1.0 <= high
    assert 180 <= covered <= 199
    assert shared.rank_biserial([1.0, 2.0, 3.0], [0.0, 0.0, 0.0]) == 1.0 and shared.rank_biserial([1.0], [1.0]) == 0.0
    assert shared.rounded({"a": [1 / 3, (2, "x")]}) == {"a": [0.333333, [2, "x"]]}


def test_a_store_is_gone_on_with(tmp_path: Path) -> None:
    """Also after a line that was cut off; a changed source starts anew."""
    shared = module("shared")
    source = tmp_path / "source.py"
    source.write_text("1")
    made: list[int] = []
    store = shared.Store(tmp_path, "x", [source], False)
    assert store.get(["a", 1], lambda: made.append(1) or 5, 2) == 5
    with store.path.open("a", encoding="utf-8") as file:
        file.write('{"key": "cut')
    again = shared.Store(tmp_path, "x", [source], False)
    assert again.get(["a", 1], lambda: made.append(2) or 6, 2) == 5 and made == [1]
    assert shared.Store(tmp_path, "x", [source], True).get(["a", 1], lambda: 7, 2) == 7
    source.write_text("2")
    assert shared.Store(tmp_path, "x", [source], False).get(["a", 1], lambda: 8, 2) == 8


@pytest.mark.parametrize("d", [2, 3])
def test_the_sampled_objectives_are_the_certified_ones(d: int) -> None:
    """Over all sign vectors the estimates of Eq. 5 and Eq. 4 are the objectives of the zoo, Eq. 4 but for |T|^2."""
    tensor = module("online_tensor")
    signs = np.array(list(itertools.product([-1.0, 1.0], repeat=d)))
    u = np.random.default_rng(0).normal(size=(d, d))
    u /= np.linalg.norm(u, axis=1, keepdims=True)
    with jax.enable_x64(True):
        five, four = (
            float(functions_of(o).value(jax.numpy.asarray(u.ravel())))
            for o in (ss.zoo.tensor_eq5(d=d), ss.zoo.tensor_eq4(d=d))
        )
        assert float(tensor.equation_5(u, signs)) == pytest.approx(five) and float(
            tensor.equation_4(u, signs)
        ) + d == pytest.approx(four)
    assert tensor.error(np.eye(d)[::-1] * -1) == 0.0 and tensor.rebuilt(np.eye(d)) == 0.0


def test_what_is_added_to_a_network() -> None:
    """Balance is 0 where the weights into and out of each unit have the same norm; arms differ in what they say they differ in."""
    data = module("training")
    model = data.Model((2, 3, 2), "tanh")
    assert model.dimension == 17
    w = np.zeros(17)
    w[0], w[9] = 2.0, 2.0  # to unit 1 from input 1, to output 1 from unit 1
    assert float(model.balance(jax.numpy.asarray(w))) == 0.0
    w[9] = 1.0
    assert float(model.balance(jax.numpy.asarray(w))) == 9.0
    ridges, balances, tilts = data.changes(17, 0)
    for k, (arm, strength) in enumerate(data.MODELS):
        assert (ridges[k].any(), balances[k] > 0, tilts[k].any()) == ("ridge" in arm, "balance" in arm, "tilt" in arm)
        assert (np.ptp(ridges[k]) > 0) == (arm == "own ridge") and ridges[k].mean() < 1.2 * strength + 1e-12
    parts = data.split(np.arange(20.0)[:, None], np.arange(20), 3)
    assert sorted(float(y) for part in (parts.train, parts.choose, parts.test) for y in part[1][:, 0]) == list(
        range(20)
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_an_experiment_runs(name: str, tmp_path: Path) -> None:
    if name == "deep" and not module("training").has_mnist1d():
        pytest.skip("mnist1d is not installed")
    command = [sys.executable, str(FOLDER / f"{name}.py"), "--quick", "--output", str(tmp_path)]
    for _ in range(2):  # the second time from what is stored
        run = subprocess.run(command, cwd=tmp_path, env=dict(os.environ), capture_output=True, text=True, timeout=900)
        assert run.returncode == 0, run.stderr
    assert "[1/" not in run.stderr
    assert {f"{NAMES[name]}{suffix}" for suffix in (".md", ".json", ".png")} <= {
        path.name for path in tmp_path.iterdir()
    }
