"""Every command of the README is run, and prints what the README says it prints."""

from __future__ import annotations

import doctest
import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text("utf-8")


def sessions() -> list[tuple[str, str]]:
    """Command and expected output of every `$ strictsaddle ...` in the README's console blocks."""
    found = []
    for block in re.findall(r"^```console\n(.*?)^```", README, re.M | re.S):
        for part in re.split(r"^\$ ", block, flags=re.M)[1:]:
            command, _, output = part.partition("\n")
            if command.startswith("strictsaddle "):
                found.append((command, output))
    return found


def as_pattern(expected: str) -> str:
    """What the output must match: a line `...` stands for any lines, and times are whatever they are."""
    lines = []
    for line in expected.strip("\n").split("\n"):
        if line.strip() == "...":
            lines.append(r"(?:.*\n)*?")
        else:
            lines.append(re.sub(r"\d+(?:\\\.\d+)?(?=\\ s\b)", r"\\d+(?:\\.\\d+)?", re.escape(line.rstrip())) + r" *\n")
    return "".join(lines)


@pytest.mark.parametrize(("shown", "expected"), sessions(), ids=[command for command, _ in sessions()])
def test_a_command_prints_what_the_readme_says(shown: str, expected: str, command: Path) -> None:
    environment = {**os.environ, "COLUMNS": "100", "NO_COLOR": "1"}
    environment.pop("FORCE_COLOR", None)
    run = subprocess.run(
        [str(command), *shlex.split(shown)[1:]],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert run.returncode in (0, 1, 3), run.stderr
    assert re.fullmatch(as_pattern(expected), run.stdout.strip("\n") + "\n"), run.stdout


def test_the_readme_has_commands() -> None:
    assert len(sessions()) >= 3


def test_another_output_is_noticed() -> None:
    """The twin: a wrong number does not match, another time does."""
    assert re.fullmatch(as_pattern("2 minima\ntook 0.1 s\n"), "2 minima\ntook 7 s\n")
    assert not re.fullmatch(as_pattern("2 minima\n...\n"), "3 minima\ntook 0.1 s\n")


def test_the_python_of_the_readme_runs() -> None:
    """Blocks of Python are doctests of one session."""
    text = "\n".join(re.findall(r"^```python\n(.*?)^```", README, re.M | re.S))
    assert ">>>" in text
    test = doctest.DocTestParser().get_doctest(text, {}, "README.md", "README.md", 0)
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    runner.run(test)
    assert runner.failures == 0


def test_links_and_files_exist() -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / target).exists(), target
