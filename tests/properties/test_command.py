"""`strictsaddle properties`: exit codes, the table, what is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from strictsaddle_cli.main import main
from strictsaddle_properties import trial
from strictsaddle_properties.laws import LAWS
from strictsaddle_properties.trial import Trial

WELL = 'variables = ["x", "y"]\nexpression = "x**4 + y**4 - 2*x**2 - 2*y**2"\n'


@pytest.fixture
def objective(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "w.toml").write_text(WELL)
    return "w.toml"


def answering(*trials: Trial) -> Callable[..., tuple[Trial, ...]]:
    return lambda *arguments, **options: trials


HOLDS = Trial(LAWS["invariance"], 25, "holds")
SILENT = Trial(LAWS["poincare_hopf"], 0, "does not apply", "the domain is not compact")
OPEN = Trial(LAWS["mean_value"], 0, "undecided", "the budget was spent")
BROKEN = Trial(LAWS["consistency"], 1, "broken", "(2.0, 0.0): strict-saddle, with a witness against it")


@pytest.mark.parametrize(
    ("trials", "code"),
    [((HOLDS, SILENT), 0), ((HOLDS, OPEN), 3), ((HOLDS, BROKEN, OPEN), 1), ((OPEN, BROKEN), 1)],
)
def test_exit_codes(
    objective: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], trials: Any, code: int
) -> None:
    monkeypatch.setattr(trial, "tried", answering(*trials))
    assert main(["properties", objective]) == code
    out, err = capfd.readouterr()
    assert err == ""
    for each in trials:
        assert each.law.name in out and each.result in out
        assert " ".join(each.detail.split()) in " ".join(out.split())


def test_a_real_objective(objective: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    code = main(["properties", objective, "--examples", "2", "--budget", "8", "--quiet"])
    out, err = capfd.readouterr()
    assert code in (0, 3) and err == "", out + err
    assert set(LAWS) <= set(out.split())
    assert " broken" not in out
    assert [path.name for path in tmp_path.iterdir()] == ["w.toml"]  # nothing of Hypothesis is left behind


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--examples", "0"], "--examples"),
        (["--examples", "many"], "'many'"),
        (["--budget", "-1"], "--budget"),
        (["--seed", "-1"], "--seed"),
        (["-p", "lam=1"], "lam"),
    ],
)
def test_bad_options(objective: str, capfd: pytest.CaptureFixture[str], arguments: list[str], message: str) -> None:
    assert main(["properties", objective, *arguments]) == 2
    assert message in capfd.readouterr().err


def test_without_hypothesis(objective: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert main(["properties", objective]) == 2
    assert "strictsaddle[properties]" in capfd.readouterr().err
