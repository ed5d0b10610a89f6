"""The files that users copy into their CI do what they say, run as they stand on the example beside them."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CI = Path(__file__).resolve().parent.parent.parent / "examples" / "ci"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for path in CI.iterdir():
        if path.is_file():
            shutil.copy(path, tmp_path)
    return tmp_path


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """In a shell's environment where this environment's commands come first."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return subprocess.run(
        shlex.split(command),
        cwd=folder,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        timeout=300,
    )


def steps() -> list[str]:
    """The commands of the workflow, its installations aside."""
    found = re.findall(r"^ +- run: (.+)$", (CI / "strict-saddle.yml").read_text("utf-8"), re.M)
    return [command for command in found if not command.startswith("pip ")]


@pytest.mark.slow
def test_the_workflow(project: Path) -> None:
    commands = steps()
    assert len(commands) == 3
    for command in commands:
        done = run(command.replace("-n auto", "-n 2"), project)
        assert done.returncode == 0, done.stdout + done.stderr
    for made in ("verdicts", "strict-saddle.xml", "well.xml"):
        assert (project / made).exists()
    assert len(list((project / "verdicts").iterdir())) == 5


def hook() -> tuple[str, str]:
    text = (CI / "pre-commit-config.yaml").read_text("utf-8")
    entry, pattern = re.search(r"entry: (.+)", text), re.search(r"files: (.+)", text)
    assert entry and pattern
    return entry.group(1), pattern.group(1)


@pytest.mark.slow
def test_the_hook_passes_and_refuses(project: Path) -> None:
    entry, pattern = hook()
    chosen = [path.name for path in project.iterdir() if re.search(pattern, path.name)]
    assert chosen == ["well.objective.toml"]
    assert run(f"{entry} {chosen[0]}", project).returncode == 0
    well = project / chosen[0]
    well.write_text(well.read_text("utf-8").replace('"1/3"', '"0"'), "utf-8")
    refused = run(f"{entry} {chosen[0]}", project)
    assert refused.returncode == 1
    assert "double-well is not strict-saddle" in refused.stdout
