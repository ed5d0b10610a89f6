"""`check --certificate` and `verify` as a user types them: answers, exit codes, files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from strictsaddle.loading import load
from strictsaddle_cli.main import main
from strictsaddle_proofs.run import Progress
from strictsaddle_reports import verification

GALLERY = Path(__file__).resolve().parents[2] / "proofs" / "gallery"


def test_a_certificate_is_written_and_verified(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(tmp_path / "proof.zip")
    assert main(["check", "double-well", "--certificate", path]) == 0
    assert f"strictsaddle verify {path}" in capsys.readouterr().err
    assert main(["verify", path]) == 0
    shown = capsys.readouterr().out
    assert "is strict-saddle" in shown
    assert "exactly 3 stationary points, 2 of them local minima" in shown
    assert "lines of strictsaddle_proofs" in shown
    assert "VALID" in shown
    assert main(["verify", path, "--json", "-"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert record["schema"] == "strictsaddle/verification/1"
    assert (record["valid"], record["proof"]) == (True, "exact")
    assert {"type", "count", "seconds"} == set(record["lemmas"][0])


def test_is_it_about_this_objective(capsys: pytest.CaptureFixture[str]) -> None:
    path = str(GALLERY / "himmelblau.zip")
    assert main(["verify", path, "--objective", "himmelblau", "--workers", "1"]) == 0
    assert main(["verify", path, "--objective", "double-well"]) == 1
    assert "another objective" in capsys.readouterr().out
    assert main(["verify", path, "-p", "lam=1"]) == 2


def test_an_invalid_file_a_missing_one_and_one_with_an_unknown_lemma(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from strictsaddle_proofs.container import packed, read

    broken = tmp_path / "broken.zip"
    broken.write_bytes(b"PK\x03\x04 nothing")
    assert main(["verify", str(broken)]) == 1
    assert "INVALID" in capsys.readouterr().out
    assert main(["verify", str(tmp_path / "missing.zip")]) == 2
    assert main(["verify", str(tmp_path)]) == 2
    found = read(GALLERY / "himmelblau.zip")
    broken.write_bytes(packed(found.claim, {"lemma": "miracle"}, {}))
    assert main(["verify", str(broken)]) == 3
    assert "NOT CHECKED" in capsys.readouterr().out


def test_no_certificate_is_said_before_or_after(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "proof.zip"
    objective = tmp_path / "ellipse.toml"
    objective.write_text(
        'name = "e"\nvariables = ["x", "y"]\nexpression = "x"\n[domain]\nequalities = ["x**2 + 2*y**2 - 1"]\n'
    )
    assert main(["check", str(objective), "--certificate", str(path)]) == 2
    assert "no equalities yet" in capsys.readouterr().err
    objective.write_text('name = "l"\nvariables = ["x"]\nexpression = "abs(x) + exp(x)"\n')
    assert main(["check", str(objective), "--certificate", str(path), "--max-boxes", "200"]) == 3
    assert "the verdict is undecided" in capsys.readouterr().err
    assert not path.exists()
    assert main(["check", "double-well", "--certificate", str(tmp_path / "no" / "proof.zip")]) == 2
    assert main(["constants", "double-well", "--sweep", "lam=1:2:2", "--certificate", str(path)]) == 2


def test_reports_link_to_certificates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["report", "double-well", "quartic", "-o", "r.html", "--certificates", "proofs", "-q"]) == 1
    page = (tmp_path / "r.html").read_text("utf-8")
    for name in ("1-double-well.zip", "2-quartic.zip"):
        assert f'href="proofs/{name}"' in page
        assert main(["verify", f"proofs/{name}"]) == 0
    assert load("double-well").name in page
    (tmp_path / "file").write_text("")
    assert main(["report", "double-well", "-o", "r.md", "--certificates", "file"]) == 2


def test_progress_tells_the_time_left() -> None:
    lines: list[str] = []
    with verification.progress(False, lines.append) as listen:
        listen(Progress("boxes", 10, 100, 1.0))
        listen(Progress("boxes", 50, 100, 6.0))
    assert lines == ["checking boxes: 50 in 6 s, about 6 s left"]
    with verification.progress(True, lines.append) as listen:
        listen(Progress("boxes", 50, 100, 60.0))
    assert len(lines) == 1


def test_a_malformed_claim_has_words_too() -> None:
    assert "not of the form" in verification.claim_in_words({"objective": 3})
    assert "Definition 2" in verification.claim_in_words({
        "objective": {"variables": ["x"], "expression": "x", "domain": {"kind": "box"}}, "definition": "2", "verdict": "fails",
        "constants": {"alpha": "1"}, "scope": "box"})  # fmt: skip
