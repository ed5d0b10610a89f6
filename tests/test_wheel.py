"""What is tested is what is shipped: the wheel is built, installed in an empty environment, and run there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
PIP = (sys.executable, "-m", "pip")
QUIET = ("-qq", "--no-deps", "--no-index")
SOURCE_ROOTS = ("verify", "proofs", "properties", "reports")

DOUBLE_WELL = """\
name = "double-well"
variables = ["x", "y"]
expression = "x**4/4 - x**2/2 + lam*y**2/2"

[parameters]
lam = "1/3"
"""


def packages() -> list[Path]:
    """Every package in the source roots."""
    return sorted(path.parent for root in SOURCE_ROOTS for path in ROOT.glob(f"{root}/*/__init__.py"))


def run(*arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run without anything of this session that could lead back to the source roots."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "COV_"))}
    return subprocess.run(list(map(str, arguments)), cwd=cwd, env=kept, capture_output=True, text=True, timeout=120)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    built = run(*PIP, "wheel", *QUIET, "--no-build-isolation", "-w", folder, ROOT, cwd=folder)
    assert built.returncode == 0, built.stderr
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def empty_environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel and, through a path file, the dependencies installed beside these tests.

    Path files found through a path file are not followed, so the editable install of this project stays out.
    """
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False, symlinks=True)
    python = folder / "bin" / "python"
    installed = run(*PIP, "--python", python, "install", *QUIET, wheel, cwd=folder)
    assert installed.returncode == 0, installed.stderr
    asked = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder)
    site_packages = Path(asked.stdout.strip())
    paths = dict.fromkeys([sysconfig.get_path("purelib"), sysconfig.get_path("platlib")])
    (site_packages / "dependencies.pth").write_text("\n".join(paths) + "\n", "utf-8")
    return folder


def test_every_package_is_shipped_and_type_checked() -> None:
    with (ROOT / "pyproject.toml").open("rb") as file:
        tools = tomllib.load(file)["tool"]
    shipped = tools["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert sorted(shipped) == sorted(str(path.relative_to(ROOT)) for path in packages())
    assert sorted(tools["mypy"]["packages"]) == sorted(path.name for path in packages())


def test_every_file_is_shipped_at_the_top_and_nothing_else(wheel: Path) -> None:
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    expected = {
        str(file.relative_to(package.parent))
        for package in packages()
        for file in package.rglob("*")
        if file.is_file() and "__pycache__" not in file.parts and file.suffix not in {".pyc", ".nbi", ".nbc"}
    }
    assert names == expected


def test_the_licence_and_the_plugin_are_in_the_metadata(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    (entry_points,) = (name for name in archive.namelist() if name.endswith("entry_points.txt"))
    text = archive.read(entry_points).decode()
    assert "strictsaddle = strictsaddle_cli.main:main" in text
    assert ("pytest11" in text) == (ROOT / "properties/strictsaddle_pytest/plugin.py").exists()
    assert any(name.endswith("licenses/LICENSE") for name in archive.namelist())


def test_the_code_that_runs_is_the_wheels(empty_environment: Path) -> None:
    for package in packages():
        probe = run(
            empty_environment / "bin" / "python",
            "-c",
            f"import {package.name} as p, sys; print(p.__file__, *sys.path, sep='\\n')",
            cwd=empty_environment,
        )
        assert probe.returncode == 0, probe.stderr
        where, *search_path = probe.stdout.split("\n")
        assert Path(where).is_relative_to(empty_environment)
        assert not any(str(ROOT / root) in search_path for root in SOURCE_ROOTS)


def check(environment: Path, folder: Path, text: str) -> tuple[int, dict[str, Any]]:
    """Exit code and JSON of the installed command on an objective with this text."""
    objective = folder / "double-well.toml"
    objective.write_text(text, "utf-8")
    command = environment / "bin" / "strictsaddle"
    checked = run(command, "check", objective, "--json", "-", cwd=folder)
    assert checked.stdout, checked.stderr
    return checked.returncode, json.loads(checked.stdout)


def test_the_command_checks_an_objective(empty_environment: Path, tmp_path: Path) -> None:
    code, record = check(empty_environment, tmp_path, DOUBLE_WELL)
    assert record["schema"] == "strictsaddle/verdict/1"
    assert (code, record["definition_1"]["verdict"]) == (0, "strict_saddle")
    assert record["stationary"]["counts"]["local_minimum"] == 2


@pytest.mark.slow
def test_the_command_does_not_prove_what_is_false(empty_environment: Path, tmp_path: Path) -> None:
    """The twin: with lam = 0 each well is a line of minima."""
    code, record = check(empty_environment, tmp_path, DOUBLE_WELL.replace('"1/3"', '"0"'))
    assert (code, record["definition_1"]["verdict"]) in {(1, "not_strict_saddle"), (3, "undecided")}
