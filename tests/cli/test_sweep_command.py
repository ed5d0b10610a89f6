"""`strictsaddle sweep`, and `check` with intervals: outputs, pictures, exit codes, bad input."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from strictsaddle_cli.main import main
from strictsaddle_reports import plots, sweep_text
from strictsaddle_reports.schema import validate


@pytest.fixture
def product(tmp_path: Path) -> str:
    path = tmp_path / "product.toml"
    path.write_text(
        'name = "product"\nvariables = ["a", "b"]\nexpression = "(a*b-1)**2 + lam*(a**2+b**2)"\n[parameters]\nlam = "1/3"\n'
    )
    return str(path)


def test_the_line_of_a_ridge(product: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    picture, table = tmp_path / "line.svg", tmp_path / "line.csv"
    assert (
        main(["sweep", product, "-p", "lam=0:2", "--json", "-", "--quiet", "--plot", str(picture), "--csv", str(table)])
        == 0
    )
    record = json.loads(capsys.readouterr().out)
    assert record["range"] == ["0", "2"] and [cut["exact"] for cut in record["cuts"]] == ["0", "1"]
    assert [piece["verdict"] for piece in record["pieces"]] == ["strict_saddle"] * 2
    assert "<svg" in picture.read_text() and len(picture.read_text()) > 5000
    rows = list(csv.DictReader(table.read_text().splitlines()))
    assert {row["index"] for row in rows} == {"0", "1"} and all(
        abs(float(row["a"]) - float(row["b"])) < 1e-9 for row in rows
    )
    assert main(["sweep", product, "-p", "lam=0:2", "--quiet"]) == 0
    text = capsys.readouterr().out
    assert "2 pieces, 2 cuts" in text and "2 local minima, 1 strict saddle" in text and "= 1" in text
    assert sweep_text.counts(None) == "not all listed" and sweep_text.counts({"local_minimum": 0}) == "none"
    assert sweep_text.plural(1, "cut") == "1 cut" and plots.MARKS["local_minimum"][0].startswith("#")


def test_the_plane(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, picture = tmp_path / "cusp.toml", tmp_path / "cusp.png"
    path.write_text('variables = ["x"]\nexpression = "x**4/4 - mu*x**2/2 - lam*x"\n[parameters]\nlam = 0\nmu = 1\n')
    assert main(["sweep", str(path), "-p", "lam=-1:1", "-p", "mu=-1:2", "--plot", str(picture), "--quiet"]) == 0
    assert "2 regions" in capsys.readouterr().out and picture.stat().st_size > 5000
    assert main(["sweep", str(path), "-p", "lam=-1:1", "-p", "mu=-1:2", "--json", "-", "--quiet"]) == 0
    assert len(json.loads(capsys.readouterr().out)["regions"]) == 2
    assert (
        main(["sweep", str(path), "-p", "lam=-1:1", "-p", "mu=-1:2", "--csv", str(tmp_path / "no.csv"), "--quiet"]) == 2
    )


def test_check_for_all_values(product: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", product, "-p", "lam=1/10:1/5", "--json", "-", "--quiet"]) == 0
    record = json.loads(capsys.readouterr().out)
    validate(record)
    assert (
        record["stationary"]["counts"]["local_minimum"] == 2 and record["objective"]["parameters"]["lam"] == "1/10:1/5"
    )
    assert main(["check", product, "-p", "lam=1/2:2", "--quiet"]) == 1
    assert "at lam = 1" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["sweep", "-p", "lam=2:1"], "ascending"),
        (["sweep", "-p", "lam=1"], "no parameter has an interval"),
        (["sweep"], "no parameter has an interval"),
        (["sweep", "-p", "lam=0:1:2"], "LO:HI"),
        (["sweep", "-p", "mu=0:1"], "not declared"),
        (["sweep", "-p", "lam=0:1", "--plot", "x.pdf"], ".svg"),
        (["sweep", "-p", "lam=0:1", "--json", "-", "--csv", "-"], "one thing"),
        (["check", "-p", "lam=0:1", "--certificate", "c.zip"], "no certificate"),
        (["constants", "-p", "lam=0:1"], "finite number"),
    ],
)
def test_bad_input(product: str, arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    command, *rest = arguments
    assert main([command, product, *rest, "--quiet"]) == 2
    assert words in capsys.readouterr().err
