"""Every example runs, and shows what it says it shows."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from strictsaddle import check, load

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"

# What the comment at the head of each file says, and mathematics, section 9.
VERDICTS = {
    "double-well": "strict_saddle",
    "iris-linear": "not_strict_saddle",
    "iris-linear-ridge": "strict_saddle",
    "iris-two-units-equal-ridge": "not_strict_saddle",
    "iris-two-units-unequal-ridge": "strict_saddle",
    "iris-quadratic": "strict_saddle",
    "iris-three-layers": "not_strict_saddle",
    "iris-three-layers-ridge": "strict_saddle",
    "product": "not_strict_saddle",
    "relu": "strict_saddle",
    "xor-tanh": "strict_saddle",
}


def test_every_file_has_a_verdict_here() -> None:
    assert {path.stem for path in EXAMPLES.glob("*.toml")} == set(VERDICTS)


@pytest.mark.parametrize("name", VERDICTS)
def test_a_file_is_checked_as_it_says(name: str) -> None:
    verdict = check(load(str(EXAMPLES / f"{name}.toml")))
    assert verdict.definition_1.verdict == VERDICTS[name], verdict.definition_1.reason
    assert verdict.definition_1.scope == "global"


def test_the_demo_prints_one_table_and_names_its_reports(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, str(EXAMPLES / "iris_networks.py"), str(tmp_path)],
        cwd=tmp_path, env={**os.environ, "COLUMNS": "200"}, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert run.stdout.count("strict-saddle") >= 8
    assert "[1/8]" in run.stderr and "[8/8]" in run.stderr
    for name in ("iris-networks.html", "iris-networks.md", "iris-networks.json"):
        assert name in run.stdout
        assert (tmp_path / name).stat().st_size > 1000


@pytest.mark.slow
def test_the_study_of_growth_prints_a_table_and_draws(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, str(EXAMPLES / "symmetry_growth.py"), "--units", "1", "--vectors", "2", "--plot", "growth.png"],
        cwd=tmp_path, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    rows = [line.split() for line in run.stdout.splitlines()]
    assert [row[-7:-1] for row in rows if row[:2] == ["Eq.", "5"]] == [["4", "64", "8", "16", "1", "16.0"]]
    assert [row[2:7] for row in rows if row[:1] == ["tanh"]] == [["2", "2", "2", "1", "1"]]
    assert (tmp_path / "growth.png").stat().st_size > 1000


def test_the_study_of_tensors_prints_a_table_and_draws(tmp_path: Path) -> None:
    """d = 2: 8, 8, 16 and 16 points of Eq. 4 by the formula in the zoo; 8, 16 and 8 of 1 + cos 2p cos 2q for Eq. 5."""
    run = subprocess.run(
        [sys.executable, str(EXAMPLES / "tensor_growth.py"), "--largest", "2", "--plot", "growth.png"],
        cwd=tmp_path, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    rows = {tuple(line.split()[1:3]): line.split() for line in run.stdout.splitlines() if line.startswith("2 ")}
    numbers = {key[1]: [cell for cell in row[3:] if cell.isdigit()] for key, row in rows.items()}
    assert numbers["4"][:8:2] == ["32", "8", "8", "16"] and "not strict-saddle" in " ".join(rows["Eq.", "4"])
    assert numbers["5"][:2] == ["64", "8"] and numbers["5"][2::2][:3] == ["8", "16", "8"]
    assert (tmp_path / "growth.png").stat().st_size > 1000


def test_the_table_of_linear_networks(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, str(EXAMPLES / "linear_networks.py"), "--largest", "1"],
        cwd=tmp_path, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    rows = [line.split() for line in run.stdout.splitlines()]
    found = {row[1]: row[2:-1] for row in rows if row[0] == "1-1-1"}
    assert found["none"] == ["2", "scaling", "no", "yes", "1", "orbit", "1", "point"]
    assert found["equal"] == found["own"] == ["2", "trivial", "yes", "yes", "2", "points", "1", "point"]


def test_the_public_cases_agree_with_their_sources() -> None:
    """All that take no time; `make test-all` runs the whole table through its command."""
    sys.path.insert(0, str(EXAMPLES))
    try:
        import public_cases
    finally:
        sys.path.remove(str(EXAMPLES))
    every = public_cases.cases()
    assert len(every) >= 40 and len({case["name"] for case in every}) == len(every)
    disagree = {row.case["name"]: row.complaints for row in map(public_cases.examined, every) if row.complaints}
    assert disagree == {}
