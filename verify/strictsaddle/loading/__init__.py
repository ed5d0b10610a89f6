"""From what a user types to an objective: a zoo name, PATH.toml, PATH.json, PATH.py:NAME, a formula, or - for standard input."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from strictsaddle.errors import InputError, near_miss
from strictsaddle.loading import declarative as files
from strictsaddle.loading import python_file, typed
from strictsaddle.objective.numbers import Number, exact
from strictsaddle.objective.objective import Objective, is_of_sympy
from strictsaddle.reading.text import contents, nearest_file

DECLARATIVE = (".toml", ".json")


def load(spec: str | Path, parameters: Mapping[str, str] | None = None, box: str | None = None) -> Objective:
    """The objective that `spec` stands for.

    Parameters
    ----------
    spec: a zoo name, the path of a TOML or JSON file, PATH.py:NAME, a formula such as "x**4 - x**2 + y**2", or "-" for what comes by
        standard input.
    parameters: values by name, as text ("1/3", "0.1"), read exactly; each must be declared by the objective.
    box: "LO,HI" limits every variable to this interval.

    Raises InputError when there is no such objective, or when what is found is not one.
    """
    objective = _found(str(spec), parameters or {})
    return objective if box is None else files.limited(objective, box)


def as_objective(given: Any, box: Sequence[Number] | None = None) -> Objective:
    """An objective as it is, what `load` understands as text or path, or a SymPy expression in its own symbols; box: (low, high) limits all
    unknowns.

    Raises InputError for anything else.
    """
    if isinstance(given, Objective):
        return given if box is None else files.within(given, *_ends(box), "box", str(box))
    if isinstance(given, (str, Path)):
        return as_objective(load(given), box)
    if is_of_sympy(given):
        return as_objective(Objective(given), box)
    raise InputError(
        f"this is no objective: {type(given).__name__}", fragment=repr(given)[:80],
        remedy="Hand in an Objective, a formula or the name of one as text, a path, or a SymPy expression.",
    )  # fmt: skip


def _found(spec: str, parameters: Mapping[str, str]) -> Objective:
    if spec == typed.STANDARD_INPUT:
        return typed.from_standard_input(parameters)
    path, _ = python_file.split(spec)
    if path.suffix.lower() == ".py":
        return python_file.read(spec, parameters)
    if path.suffix.lower() in DECLARATIVE:
        return files.read(path, parameters)
    from strictsaddle import zoo

    if spec in zoo.names():
        return zoo.get(spec, parameters)
    if typed.looks_like_a_formula(spec) and not _exists(path):
        return typed.formula(spec, parameters)
    raise _nothing(spec, path, list(zoo.names()))


def _nothing(spec: str, path: Path, known: list[str]) -> InputError:
    """Why `spec` is no objective, in the terms of what it most looks like."""
    forms = "An objective is a zoo name (see `strictsaddle zoo`), FILE.toml, FILE.json, FILE.py:NAME or a formula."
    if not spec.strip():
        return InputError("no objective is named", remedy=forms)
    if _exists(path):
        contents(path)  # tells of directories, unreadable and empty files in their own words
        return InputError("a file of this kind holds no objective", where=spec, remedy=forms)
    if path.suffix or len(path.parts) > 1:
        return InputError("there is no such file", where=spec, remedy=nearest_file(path) + forms)
    near = near_miss(spec, known) or nearest_file(path)
    return InputError("there is no objective of this name", fragment=spec, remedy=near + forms)


def _ends(box: Any) -> tuple[Fraction, Fraction]:
    if isinstance(box, str) or not isinstance(box, Sequence) or len(box) != 2:
        raise InputError("a box is a pair of numbers", where="box", fragment=str(box), remedy="Write box=(-2, 2).")
    try:
        return exact(box[0]), exact(box[1])
    except InputError as error:
        raise error.at("box") from None


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # a name that no file can have
        return False
