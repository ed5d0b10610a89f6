"""From what a user types to an objective: a zoo name, PATH.toml, PATH.json or PATH.py:NAME."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from strictsaddle.errors import InputError, near_miss
from strictsaddle.loading import declarative as files
from strictsaddle.loading import python_file
from strictsaddle.objective.objective import Objective
from strictsaddle.reading.text import contents, nearest_file

DECLARATIVE = (".toml", ".json")


def load(spec: str, parameters: Mapping[str, str] | None = None, box: str | None = None) -> Objective:
    """The objective that `spec` stands for.

    Parameters
    ----------
    spec: a zoo name, the path of a TOML or JSON file, or PATH.py:NAME.
    parameters: values by name, as text ("1/3", "0.1"), read exactly; each must be declared by the objective.
    box: "LO,HI" limits every variable to this interval.

    Raises InputError when there is no such objective, or when what is found is not one.
    """
    objective = _found(spec, parameters or {})
    return objective if box is None else files.limited(objective, box)


def _found(spec: str, parameters: Mapping[str, str]) -> Objective:
    path, _ = python_file.split(spec)
    if path.suffix.lower() == ".py":
        return python_file.read(spec, parameters)
    if path.suffix.lower() in DECLARATIVE:
        return files.read(path, parameters)
    from strictsaddle import zoo

    if spec in zoo.names():
        return zoo.get(spec, parameters)
    raise _nothing(spec, path, list(zoo.names()))


def _nothing(spec: str, path: Path, known: list[str]) -> InputError:
    """Why `spec` is no objective, in the terms of what it most looks like."""
    forms = "An objective is a zoo name (see `strictsaddle zoo`), FILE.toml, FILE.json or FILE.py:NAME."
    if not spec.strip():
        return InputError("no objective is named", remedy=forms)
    try:
        exists = path.exists()
    except (OSError, ValueError):  # a name that no file can have
        exists = False
    if exists:
        contents(path)  # tells of directories, unreadable and empty files in their own words
        return InputError("a file of this kind holds no objective", where=spec, remedy=forms)
    if path.suffix or len(path.parts) > 1:
        return InputError("there is no such file", where=spec, remedy=nearest_file(path) + forms)
    near = near_miss(spec, known) or nearest_file(path)
    return InputError("there is no objective of this name", fragment=spec, remedy=near + forms)
