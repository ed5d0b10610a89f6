"""`strictsaddle constants`: exit codes, outputs, pictures, and bad input."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path

import pytest

from strictsaddle.records.definition_2 import Constants, Definition2, FrontierRow, LargestAlpha
from strictsaddle_cli.main import main
from strictsaddle_reports.constants_text import widest_gap
from strictsaddle_reports.schema import validate

HOLD = ["--alpha", "1/4", "--gamma", "1/4", "--epsilon", "1/20", "--delta", "3/20"]
FAIL = ["--alpha", "1/4", "--gamma", "1/4", "--epsilon", "1/2", "--delta", "3/20"]


@pytest.fixture
def well(tmp_path: Path) -> str:
    path = tmp_path / "well.toml"
    path.write_text('variables = ["x", "y"]\nexpression = "x**4/4 - x**2/2 + y**2/2"\nname = "well"\n')
    return str(path)


@pytest.mark.parametrize("constants, code, word", [(HOLD, 0, "holds"), (FAIL, 1, "fails")])
def test_four_constants(
    well: str, constants: list[str], code: int, word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["constants", well, *constants, "--json", "-", "--quiet"]) == code
    output = capsys.readouterr()
    record = json.loads(output.out)
    validate(record)
    assert record["definition_2"]["verdict"] == word and output.err == ""
    assert record["definition_1"]["verdict"] == "strict_saddle"
    assert main(["constants", well, *constants, "--quiet"]) == code
    text = capsys.readouterr().out
    assert f"Definition 2 {word} for well" in text
    assert ("The violating point" in text) is (code == 1)


def test_the_best_values(well: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["constants", well, "--delta", "3/20", "--gamma", "1/2", "--quiet"]) == 0
    text = capsys.readouterr().out
    assert "largest alpha" in text and "frontier" in text and "Theorem 6" in text and "Orders of magnitude" in text


def test_undecided_names_what_is_left(well: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["constants", well, *HOLD, "--method", "interval", "--max-boxes", "1", "--quiet"]) == 3
    assert "What is left, at its worst" in capsys.readouterr().out


@pytest.mark.parametrize("ending, start", [(".png", b"\x89PNG"), (".svg", b"<?xml")])
@pytest.mark.parametrize("constants", [FAIL, ["--delta", "3/20", "--gamma", "1/2"]])
def test_pictures(well: str, tmp_path: Path, ending: str, start: bytes, constants: list[str]) -> None:
    target = tmp_path / f"picture{ending}"
    main(["constants", well, *constants, "--plot", str(target), "--quiet"])
    first = target.read_bytes()
    assert first.startswith(start)
    main(["constants", well, *constants, "--plot", str(target), "--quiet"])
    assert target.read_bytes() == first


@pytest.mark.parametrize(
    "arguments, part",
    [
        (["--alpha", "0"], "--alpha"),
        (["--gamma", "-1/4"], "--gamma"),
        (["--epsilon", "nan"], "--epsilon"),
        (["--delta", "wide"], "--delta"),
        (["--plot", "picture.gif"], ".svg"),
    ],
)
def test_bad_input(well: str, arguments: list[str], part: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["constants", well, *arguments]) == 2
    output = capsys.readouterr()
    assert part in output.err and output.out == "" and "Traceback" not in output.err


def test_constants_on_a_sphere(capsys: pytest.CaptureFixture[str]) -> None:
    """d = 2: on the circle f' = sin 4t and f'' = 4 cos 4t, which is -4 at the maxima: gamma = 1/4 holds, 9/2 does not."""
    assert main(["constants", "tensor-component", *HOLD]) == 0
    assert "unit spheres" in capsys.readouterr().out
    assert main(["constants", "tensor-component", "--alpha", "1/4", "--gamma", "9/2", *HOLD[4:]]) == 1
    assert "fails" in capsys.readouterr().out


def test_a_sweep_has_a_row_for_each_value(well: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """x^4/4 - x^2/2 + lam y^2/2: the least eigenvalue at the minima is min(2, lam), so alpha = 1/2 fails for lam = 1/3 and
    holds for lam = 1 on a small ball."""
    target = tmp_path / "sweep.svg"
    given = ["--alpha", "1/2", "--gamma", "1/4", "--epsilon", "1/50", "--delta", "1/10"]
    code = main(["constants", "double-well", *given, "--sweep", "lam=1/3:1:2", "--plot", str(target), "--quiet"])
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert code == 1 and target.read_bytes().startswith(b"<?xml")
    assert [row[:2] for row in rows if row[:1] in (["1/3"], ["1"])] == [["1/3", "fails"], ["1", "holds"]]
    assert main(["constants", "double-well", *given, "--sweep", "lam=3/4:1:2", "--quiet"]) == 0


@pytest.mark.parametrize("text", ["lam", "lam=1:2", "lam=a:2:3", "lam=1:2:0", "nothing=1:2:3", "lam=1:2:1e9"])
def test_bad_sweeps(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["constants", "double-well", "--sweep", text, "--quiet"]) == 2
    output = capsys.readouterr()
    assert output.err.startswith("error: ") and output.out == "" and "Traceback" not in output.err


def test_a_checkpoint_goes_on_and_is_refused_to_others(
    well: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "state.npz"
    command = ["constants", well, *HOLD, "--method", "interval", "--checkpoint", str(kept), "--quiet"]
    assert main([*command, "--max-boxes", "1"]) == 3
    assert kept.exists()
    assert main(command) == 0
    assert "holds" in capsys.readouterr().out
    assert main(["constants", "quartic", *HOLD, "--checkpoint", str(kept), "--quiet"]) == 2
    assert "belongs to another" in capsys.readouterr().err
    kept.write_bytes(b"junk")
    assert main(command) == 2
    assert "no checkpoint" in capsys.readouterr().err


def test_a_claim_about_a_box_names_it_in_the_headline(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """sqrt(1 + x^2) grows too slowly for a proof on all of R: undecided there, proved on a box that the user gives."""
    path = tmp_path / "straight.toml"
    path.write_text('variables = ["x"]\nexpression = "sqrt(1 + x**2)"\nname = "straight"\n')
    constants = ["--alpha", "1/2", "--gamma", "1", "--epsilon", "1/10", "--delta", "1/5", "--quiet"]
    assert main(["constants", str(path), *constants]) == 3
    words = " ".join(capsys.readouterr().out.split())
    assert "Definition 2 is undecided" in words and "proved on the box [-4, 4]" in words and "--box" in words
    assert main(["constants", str(path), *constants, "--box", "-4,4"]) == 0
    assert "Definition 2 holds for straight on the box [-4, 4] with" in capsys.readouterr().out


def test_what_delta_is_too_large_for_is_said_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["constants", "double-well", "--delta", "2", "--quiet"]) == 1
    words = " ".join(capsys.readouterr().out.split())
    assert words.count("there is only one") == 1 and "which is no more than 2 delta" in words


def test_a_gap_without_a_refuted_value_is_called_open() -> None:
    row = FrontierRow("1", "1", "1", None, "1", None, "gamma", None, "holds", "global", "interval")
    alpha = LargestAlpha("1", "1", None, 0.004, "all local minima", "1", ())

    def found(alphas: tuple[LargestAlpha, ...], frontier: FrontierRow) -> Definition2:
        return Definition2("holds", Constants(), "global", "interval", "", alphas=alphas, frontier=(frontier,))

    assert widest_gap(found((alpha,), row)) == "open"
    assert widest_gap(found((alpha,), replace(row, gap=0.005))) == "0.50 %"
    assert widest_gap(found((), replace(row, sought=None))) == "-"  # four constants: nothing was sought


def test_the_budget_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    """The searches before the coverings look at it too (with a margin for the start of the program)."""
    began = time.monotonic()
    given = ["--alpha", "1/100", "--gamma", "1/10", "--epsilon", "1/100", "--delta", "1/20"]
    assert main(["constants", "tensor-eq5", "-p", "d=3", *given, "--budget", "3", "--workers", "1", "--quiet"]) == 3
    assert time.monotonic() - began < 9 and "the time budget ran out" in capsys.readouterr().out.replace("\n", " ")
