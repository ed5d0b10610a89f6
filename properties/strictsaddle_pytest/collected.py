"""Files that are tests only because they lie where tests are collected: they may name no file outside of the project."""

from __future__ import annotations

from pathlib import Path

import pytest

from strictsaddle.errors import StrictSaddleError
from strictsaddle.loading.declarative import data_file


def require_inside(path: Path, root: Path) -> None:
    """Fail the test when the objective's file, or the data file that it names, lies outside of the project's root once links are
    followed. Nothing of either file is shown."""
    __tracebackhide__ = True
    try:
        named = [path] if _outside(path, root) else [path, data_file(path)]
    except StrictSaddleError:
        return  # the file cannot be read as one: it is told in its own words when it is
    for file in named:
        if file is not None and _outside(file, root):
            what = "it" if file == path else "its data file"
            pytest.fail(f"{path.name}: {what} lies outside of the project's root, and is not read", pytrace=False)


def _outside(path: Path, root: Path) -> bool:
    try:
        return not path.resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError, ValueError):  # links in a circle, names that no file can have
        return True
