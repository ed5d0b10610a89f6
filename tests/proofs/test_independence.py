"""The checker shares nothing with what it checks, fits in one reading, and runs in an environment of its own."""

from __future__ import annotations

import ast
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

import strictsaddle_proofs
from strictsaddle_proofs.check import rests_on

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "proofs" / "strictsaddle_proofs"
ALLOWED = {"flint", "numpy", "strictsaddle_proofs", *sys.stdlib_module_names}
GALLERY = ROOT / "proofs" / "gallery"


def imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add("strictsaddle_proofs" if node.level else (node.module or "").partition(".")[0])
        elif isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in (
            "__import__",
            "import_module",
            "exec",
            "eval",
        ):
            found.add("something that no reader sees")
    return found


@pytest.mark.parametrize("path", sorted(PACKAGE.glob("*.py")), ids=lambda path: path.stem)
def test_the_checker_imports_the_standard_library_flint_and_numpy_alone(path: Path) -> None:
    assert imported(path) <= ALLOWED
    assert (
        imported(ROOT / "verify" / "strictsaddle" / "definition_1" / "check.py") - ALLOWED
    )  # the test sees what it must


def test_the_number_of_lines_is_told() -> None:
    lines = sum(len(path.read_text("utf-8").splitlines()) for path in PACKAGE.glob("*.py"))
    assert rests_on({})["checker_lines"] == lines


def test_the_checker_runs_in_an_environment_of_its_own(tmp_path: Path) -> None:
    """Python, python-flint, NumPy and the checker's files from a wheel: nothing else can be imported there."""
    built = subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "dist")],
                           cwd=ROOT, capture_output=True, text=True, check=False)  # fmt: skip
    assert built.returncode == 0, built.stderr
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    venv.create(tmp_path / "env", with_pip=False)
    (site,) = (tmp_path / "env").glob("lib/python*/site-packages")
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if name.startswith("strictsaddle_proofs/")]
        archive.extractall(site, names)
    assert any(name.endswith("FORMAT.md") for name in names)
    home = Path(strictsaddle_proofs.__file__).parents[2]
    assert home  # where the packages below are
    import flint
    import numpy

    for module in (flint, numpy):
        source = Path(module.__file__).parent
        (site / source.name).symlink_to(source)
        for libraries in source.parent.glob(f"*{source.name}*.libs"):
            (site / libraries.name).symlink_to(libraries)
    python = tmp_path / "env" / "bin" / "python"
    alone = subprocess.run(
        [python, "-c", "import strictsaddle"], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert alone.returncode != 0
    for name, code in (("himmelblau", 0), ("muller-brown", 0)):
        done = subprocess.run(
            [python, "-m", "strictsaddle_proofs", str(GALLERY / f"{name}.zip")],
            capture_output=True,
            text=True,
            check=False,
            cwd=tmp_path,
        )
        assert done.returncode == code, done.stdout + done.stderr
        assert done.stdout.startswith("valid")
    (tmp_path / "broken.zip").write_bytes(b"PK")
    done = subprocess.run(
        [python, "-m", "strictsaddle_proofs", "broken.zip"], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert done.returncode == 1
    done = subprocess.run(
        [python, "-m", "strictsaddle_proofs", "missing.zip"], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert done.returncode == 2
