"""Exit codes, streams and options of the command, with the check itself replaced by a hand-made verdict."""

from __future__ import annotations

import errno
import json
from collections.abc import Callable
from dataclasses import asdict
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from verdicts_by_hand import double_well, in_a_box, product_curve, ran_out

from strictsaddle.errors import EngineError
from strictsaddle.execution.options import Options
from strictsaddle.records.verdict import Verdict
from strictsaddle_cli.main import main
from strictsaddle_reports.schema import validate

OBJECTIVE = 'name = "w"\nvariables = ["x", "y"]\nexpression = "x**4 - x**2 + lam*y**2"\n[parameters]\nlam = "1"\n'


class Pretended:
    """Stands for strictsaddle.definition_1.check: answers what it is told to, and remembers how it was called."""

    def __init__(self) -> None:
        self.answer: Callable[[], Verdict] = double_well
        self.calls: list[dict[str, Any]] = []

    def examine(self, objective: Any, options: Options, listener: Any) -> Verdict:
        self.calls.append({"objective": objective, **asdict(options), "listener": listener})
        return self.answer()


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Pretended:
    pretended = Pretended()
    monkeypatch.setattr("strictsaddle.definition_1.check.examine", pretended.examine)
    return pretended


@pytest.fixture
def objective(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "w.toml").write_text(OBJECTIVE)
    return "w.toml"


@pytest.mark.parametrize(("answer", "code"), [(double_well, 0), (in_a_box, 0), (product_curve, 1), (ran_out, 3)])
def test_exit_codes(
    engine: Pretended,
    objective: str,
    answer: Callable[[], Verdict],
    code: int,
    capfd: pytest.CaptureFixture[str],
) -> None:
    engine.answer = answer
    assert main(["check", objective]) == code
    out, err = capfd.readouterr()
    assert answer().objective["name"] in out
    assert err == ""


def test_json_on_standard_output_is_alone(engine: Pretended, objective: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["check", objective, "--json", "-"]) == 0
    out, _ = capfd.readouterr()
    validate(json.loads(out))
    assert out == double_well().to_json() + "\n"


def test_files_are_written_beside_the_text(
    engine: Pretended, objective: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", objective, "--json", "v.json", "--junit", "v.xml"]) == 0
    out, err = capfd.readouterr()
    assert "double-well is strict-saddle" in out
    assert err == "wrote v.json\nwrote v.xml\n"
    validate(json.loads(Path("v.json").read_text()))
    assert Path("v.xml").read_text().startswith("<?xml")
    assert main(["check", objective, "--json", "v.json", "--quiet"]) == 0
    assert capfd.readouterr().err == ""


def test_options_reach_the_engine(engine: Pretended, objective: str) -> None:
    options = "--method interval --budget 2.5 --max-boxes 10 --workers 2 --checkpoint c.bin --seed 7 --box -2,2"
    assert main(["check", objective, "-p", "lam=1/3", *options.split()]) == 0
    (call,) = engine.calls
    assert {key: call[key] for key in ("method", "budget", "max_boxes", "workers", "checkpoint", "seed")} == {
        "method": "interval",
        "budget": 2.5,
        "max_boxes": 10,
        "workers": 2,
        "checkpoint": "c.bin",
        "seed": 7,
    }
    assert call["objective"].parameters == {"lam": Fraction(1, 3)}
    assert call["objective"].domain.to_dict() == {"kind": "box", "bounds": [["-2", "2"], ["-2", "2"]]}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "Usage"),
        (["chekc", "w.toml"], "Did you mean 'check'?"),
        (["check"], "OBJECTIVE"),
        (["check", "w.toml", "x.toml"], "x.toml"),
        (["check", "w.toml", "--bugdet", "1"], "--bugdet"),
        (["check", "w.toml", "--budget", "0"], "positive"),
        (["check", "w.toml", "--budget", "-1"], "positive"),
        (["check", "w.toml", "--budget", "nan"], "finite"),
        (["check", "w.toml", "--budget", "inf"], "finite"),
        (["check", "w.toml", "--budget", "soon"], "soon"),
        (["check", "w.toml", "--budget", ""], "--budget"),
        (["check", "w.toml", "--workers", "9" * 5000], "--workers"),
        (["check", "w.toml", "--max-boxes", "0"], "at least 1"),
        (["check", "w.toml", "--max-boxes", "1.5"], "1.5"),
        (["check", "w.toml", "--workers", "0"], "at least 1"),
        (["check", "w.toml", "--seed", "-1"], "at least 0"),
        (["check", "w.toml", "--method", "magic"], "auto, exact, interval"),
        (["check", "w.toml", "-p", "lam"], "NAME=VALUE"),
        (["check", "w.toml", "-p", "=1"], "NAME=VALUE"),
        (["check", "w.toml", "-p", "lam="], "NAME=VALUE"),
        (["check", "w.toml", "-p", "lam=1", "-p", "lam=2"], "twice"),
        (["check", "w.toml", "-p", "mu=1"], "mu"),
        (["check", "w.toml", "-p", "lam=one"], "one"),
        (["check", "w.toml", "--box", "2,-2"], "revers"),
        (["check", "w.toml", "--box", "1"], "--box"),
        (["check", "w.toml", "--json", "."], "folder"),
        (["check", "w.toml", "--json", "no/v.json"], "mkdir -p"),
        (["check", "w.toml", "--json", "w.toml"], "own file"),
        (["check", "w.toml", "--json", "v", "--junit", "v"], "same file"),
        (["check", "w.toml", "--junit", "-"], "file"),
        (["check", "w.toml", "--checkpoint", "no/c"], "mkdir -p"),
        (["check", "no.toml"], "no such file"),
        (["check", "."], "."),
        (["check", "double-wel"], "double-wel"),
        (["stationary", "w.toml", "--csv", "-", "--json", "-"], "one thing"),
        (["report", "w.toml", "-o", "v.pdf"], ".html"),
        (["report", "w.toml"], "-o"),
        (["report", "w.toml", "no.toml", "-o", "v.md"], "no such file"),
        (["report", "w.toml", "-o", "no/v.html"], "mkdir -p"),
        (["derive", "w.toml", "--latex", "--python"], "one form"),
        (["zoo", "tensor"], "tensor"),
    ],
)
def test_bad_usage(
    engine: Pretended, objective: str, arguments: list[str], says: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """Exit code 2, one short message, before any work, and nothing is written."""
    before = sorted(Path().iterdir())
    assert main(arguments) == 2
    out, err = capfd.readouterr()
    assert says in err
    assert "Traceback" not in err
    assert out == ""
    if arguments:
        assert err.startswith("error: ")
        assert err.count("\n") == 1
    assert engine.calls == []
    assert sorted(Path().iterdir()) == before


def test_a_fault_inside_claims_nothing(
    engine: Pretended, objective: str, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> Verdict:
        raise ZeroDivisionError("by accident")

    engine.answer = fail
    assert main(["check", objective, "--json", "v.json"]) == 4
    out, err = capfd.readouterr()
    assert out == ""
    assert "internal fault (ZeroDivisionError: by accident); nothing is claimed" in err
    assert "Traceback" not in err
    assert not Path("v.json").exists()
    monkeypatch.setenv("STRICTSADDLE_DEBUG", "1")
    assert main(["check", objective]) == 4
    assert "Traceback" in capfd.readouterr().err


@pytest.mark.parametrize("failure", [SystemExit(0), SystemExit(1), OSError(errno.EPIPE, "pipe"), RecursionError()])
def test_no_failure_looks_like_a_verdict(
    engine: Pretended, objective: str, failure: BaseException, capfd: pytest.CaptureFixture[str]
) -> None:
    def fail() -> Verdict:
        raise failure

    engine.answer = fail
    assert main(["check", objective]) == 4
    assert "nothing is claimed" in capfd.readouterr().err


def test_an_engine_error_is_undecided(engine: Pretended, objective: str, capfd: pytest.CaptureFixture[str]) -> None:
    def fail() -> Verdict:
        raise EngineError("msolve failed")

    engine.answer = fail
    assert main(["check", objective]) == 3
    assert capfd.readouterr().err == "error: msolve failed\n"


def test_an_interruption(engine: Pretended, objective: str, capfd: pytest.CaptureFixture[str]) -> None:
    def interrupt() -> Verdict:
        Path("c.bin").write_text("state")
        raise KeyboardInterrupt

    engine.answer = interrupt
    assert main(["check", objective, "--checkpoint", "c.bin", "--json", "v.json"]) == 130
    err = capfd.readouterr().err
    assert "goes on from c.bin" in err
    assert "interrupted" in err
    assert not Path("v.json").exists()


def test_stationary(engine: Pretended, objective: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["stationary", objective]) == 0
    assert "There are exactly 3 stationary points" in capfd.readouterr().out
    assert main(["stationary", objective, "--csv", "-"]) == 0
    assert capfd.readouterr().out.startswith("kind,dimension,index")
    engine.answer = product_curve
    assert main(["stationary", objective, "--json", "-", "--csv", "p.csv"]) == 3
    validate(json.loads(capfd.readouterr().out))
    assert "degenerate_minimum" in Path("p.csv").read_text()


@pytest.mark.parametrize("suffix", ["html", "md", "tex", "json"])
def test_report(engine: Pretended, objective: str, suffix: str, capfd: pytest.CaptureFixture[str]) -> None:
    Path("v.toml").write_text(OBJECTIVE)
    answers = iter([double_well(), product_curve(), ran_out(), double_well()])
    engine.answer = lambda: next(answers)
    assert main(["report", objective, "v.toml", "-o", f"r.{suffix}"]) == 1
    out, err = capfd.readouterr()
    assert "not strict-saddle" in out
    assert f"wrote r.{suffix}" in err
    said = Path(f"r.{suffix}").read_text()
    assert "double-well" in said
    assert "product-curve" in said
    assert main(["report", objective, "v.toml", "-o", f"r.{suffix}", "-q"]) == 3
    assert capfd.readouterr().err == ""


def test_what_a_python_file_prints_does_not_spoil_the_json(
    engine: Pretended, objective: str, capfd: pytest.CaptureFixture[str]
) -> None:
    Path("model.py").write_text(
        "from strictsaddle.objective.objective import Objective\nprint('hello')\n"
        "def f():\n    print('again')\n    return Objective('f', 'x', 'x**2')\n"
    )
    assert main(["check", "model.py:f", "--json", "-"]) == 0
    out, err = capfd.readouterr()
    validate(json.loads(out))
    assert "hello" in err


def test_derive(objective: str, capfd: pytest.CaptureFixture[str]) -> None:
    for form, says in (([], "d2f/dx dy = 0"), (["--latex"], r"\nabla"), (["--python"], "def hessian(w):")):
        assert main(["derive", objective, *form]) == 0
        assert says in capfd.readouterr().out


def test_zoo(capfd: pytest.CaptureFixture[str]) -> None:
    from strictsaddle import zoo

    assert main(["zoo"]) == 0
    out = capfd.readouterr().out
    for entry in zoo.entries():
        assert entry.name in out
        assert main(["zoo", entry.name]) == 0
        said = " ".join(capfd.readouterr().out.split())
        assert " ".join(entry.source.split()) in said
        assert all(parameter.name in said for parameter in entry.parameters)


def test_version_and_help(capfd: pytest.CaptureFixture[str]) -> None:
    from strictsaddle import __version__

    assert main(["--version"]) == 0
    assert capfd.readouterr().out == f"strictsaddle {__version__}\n"
    assert main(["--help"]) == 0
    out = capfd.readouterr().out
    assert all(name in out for name in ("check", "stationary", "derive", "report", "zoo", "doctor"))
    for name in ("check", "stationary", "derive", "report", "zoo", "doctor"):
        assert main([name, "--help"]) == 0
