"""Objectives from the user's own Python code, which runs: PATH.py:NAME."""

from __future__ import annotations

import contextlib
import inspect
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from strictsaddle.errors import InputError, StrictSaddleError, listed, near_miss
from strictsaddle.formula.expression import rational
from strictsaddle.objective.objective import Objective
from strictsaddle.reading.text import contents

DEFAULT_NAME = "objective"


def split(spec: str) -> tuple[Path, str]:
    """ "PATH.py:NAME" as path and name; the name is `objective` when it is left out."""
    path, colon, name = spec.rpartition(":")
    if colon and path.lower().endswith(".py"):
        return Path(path), name or DEFAULT_NAME
    return Path(spec), DEFAULT_NAME


def read(spec: str, parameters: Mapping[str, str] | None = None) -> Objective:
    """The `Objective` called NAME in a Python file, or what the function of that name returns.

    `parameters` are passed to the function as keyword arguments, exact rationals; it must have arguments of these
    names. What the code prints goes to standard error. Raises InputError when the file cannot be run, when its code
    raises (with the file's line and the exception), and when the name is missing or is something else.
    """
    path, name = split(spec)
    source = contents(path)
    if b"\0" in source:
        raise InputError("this is not a Python file: it contains zero bytes", where=str(path))
    module = ModuleType(f"strictsaddle_input_{path.stem}")
    module.__file__ = str(path)
    with _surroundings(path, module):
        with _told(path):
            # Compiled here, not imported: that would leave a cache beside the user's file.
            exec(compile(source, str(path), "exec", dont_inherit=True), module.__dict__)
        found = _named(module, name, path)
        if callable(found):
            arguments = _arguments(found, name, parameters or {}, path)
            with _told(path):
                found = found(**arguments)
            what = f"{name}() returned"
        elif parameters:
            raise InputError(
                f"{name} is an Objective already, which takes no -p",
                where=str(path),
                fragment=", ".join(parameters),
                remedy=f"Make {name} a function with arguments of these names.",
            )
        else:
            what = f"{name} is"
    if not isinstance(found, Objective):
        raise InputError(
            f"{what} {_article(type(found).__name__)}, not an Objective",
            where=str(path),
            remedy="Return strictsaddle.Objective(...) or strictsaddle.network(...).",
        )
    return found


def _article(name: str) -> str:
    return "None" if name == "NoneType" else f"an {name}" if name[0] in "aeiou" else f"a {name}"


def _named(module: ModuleType, name: str, path: Path) -> Any:
    if name in vars(module):
        return vars(module)[name]
    known = [
        key
        for key, value in vars(module).items()
        if isinstance(value, Objective) or (inspect.isfunction(value) and value.__module__ == module.__name__)
    ]
    there = f"It has {listed(known)}." if known else "It has no Objective and no function."
    raise InputError(
        "the file does not define this name",
        where=str(path),
        fragment=name,
        remedy=near_miss(name, known) + there,
    )


def _arguments(function: Callable[..., Any], name: str, parameters: Mapping[str, str], path: Path) -> dict[str, Any]:
    """The values of `parameters`, once it is sure that the function can be called with these and nothing else."""
    try:
        known = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):  # built-in callables may have no signature
        known = []
    keywords = [p.name for p in known if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)]
    for given in parameters:
        if given not in keywords:
            has = f"{name} has {listed(keywords)}." if keywords else f"{name} has no arguments."
            raise InputError(
                "-p sets a parameter that is not declared",
                where=str(path),
                fragment=given,
                remedy=near_miss(given, keywords) + has,
            )
    wanted = [
        p.name
        for p in known
        if p.default is p.empty and p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD) and p.name not in parameters
    ]
    if wanted:
        raise InputError(
            f"{name} needs arguments",
            where=str(path),
            fragment=", ".join(wanted),
            remedy=f"Give them default values, or set them with -p {wanted[0]}=VALUE.",
        )
    values = {}
    for given, text in parameters.items():
        try:
            values[given] = rational(text)
        except InputError as error:
            raise error.at(f"-p {given}") from None
    return values


@contextlib.contextmanager
def _surroundings(path: Path, module: ModuleType) -> Iterator[None]:
    """What Python gives a script: its folder first on the path, its module registered. Its output goes to standard
    error, because standard output may be JSON alone."""
    folder = str(path.resolve().parent)
    sys.path.insert(0, folder)
    sys.modules[module.__name__] = module
    try:
        with contextlib.redirect_stdout(sys.stderr):
            yield
    finally:
        with contextlib.suppress(ValueError):
            sys.path.remove(folder)
        sys.modules.pop(module.__name__, None)


@contextlib.contextmanager
def _told(path: Path) -> Iterator[None]:
    """Turn whatever the user's code raises into an InputError with the line of the file that led there."""
    try:
        yield
    except KeyboardInterrupt:
        raise
    except SyntaxError as error:
        line = f", line {error.lineno}" if error.lineno else ""
        raise InputError(
            f"this is not valid Python ({error.msg})",
            where=f"{error.filename or path}{line}",
            fragment=(error.text or "").strip(),
        ) from None
    except BaseException as error:
        lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
        where = f"{path}, line {lines[-1]}" if lines else str(path)
        if isinstance(error, StrictSaddleError):
            raise error.at(where) from None
        if isinstance(error, SystemExit):
            raise InputError("the file ends the program", where=where, fragment=f"exit {error.code}") from None
        raise InputError(f"the file raised {type(error).__name__}", where=where, fragment=str(error)) from None
