"""`strictsaddle escape`: outputs, pictures, exit codes, bad input."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from strictsaddle_cli.main import main

WELL = 'name = "well"\nvariables = ["x", "y"]\nexpression = "x**4/4 - x**2/2 + y**2/2"\n'


@pytest.fixture
def well(tmp_path: Path) -> str:
    path = tmp_path / "well.toml"
    path.write_text(WELL)
    return str(path)


def test_everything_it_writes(well: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    picture, record = tmp_path / "e.png", tmp_path / "e.json"
    arguments = ["escape", well, "--optimiser", "gd, newton", "--seeds", "20", "--budget", "8"]
    assert main([*arguments, "--plot", str(picture), "--json", str(record)]) == 0
    out, err = capsys.readouterr()
    assert "From 1 saddle" in out and f"wrote {picture}" in err and picture.read_bytes()[:4] == b"\x89PNG"
    found = json.loads(record.read_text())
    assert found["optimisers"] == ["gd", "newton"] and found["saddles"][0]["steps"]["mean"] > 10
    assert {row["optimiser"]: row["left"] for row in found["table"]} == {"gd": 20, "newton": 0}


def test_the_list_of_optimisers(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["escape", "anything", "--optimiser", "list"]) == 0
    assert "Dauphin" in capsys.readouterr().out


@pytest.mark.parametrize(
    "more, wanted",
    [
        (["--optimiser", "gdd"], "gdd"), (["--optimiser", ","], "no optimiser"), (["--seeds", "0"], "--seeds"), (["--seeds", "1"], "seeds"),
        (["--optimiser", "sgd"], "data rows"), (["--plot", "x.gif"], ".png"), (["--seeds", "x"], "--seeds"), (["--batch", "0"], "--batch"),
        (["--plot", "/nowhere/at/all.png"], "--plot"),
    ],
)  # fmt: skip
def test_bad_input(well: str, more: list[str], wanted: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["escape", well, *more, "--quiet"]) == 2
    assert wanted in capsys.readouterr().err


def test_as_a_process_of_its_own(command: Path, well: str) -> None:
    """With a budget, and with too little of one."""
    done = subprocess.run(
        [command, "escape", well, "--optimiser", "gd", "--seeds", "10", "--budget", "8", "-q", "--json", "-"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0 and json.loads(done.stdout)["ends"][0]["where"] == "at a minimum", done.stderr
    short = subprocess.run([command, "escape", well, "--budget", "1"], capture_output=True, text=True, timeout=60)
    assert short.returncode == 3 and "took" in short.stdout, short.stderr
