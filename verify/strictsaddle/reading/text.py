"""Files that a user hands in, as text, and TOML and JSON as plain values whose decimals are exact rationals."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from strictsaddle.errors import InputError, near_miss
from strictsaddle.formula.expression import rational

MAXIMAL_BYTES = 10_000_000


@dataclass(frozen=True)
class NotANumber:
    """What stands for a number of a file that has no exact value (nan, inf, a billion digits), until the place that
    wants a number says so with its key."""

    text: str
    error: InputError


def contents(path: Path) -> bytes:
    """The bytes of a file of the user's. Raises InputError when it is missing, a directory, unreadable, empty or larger
    than MAXIMAL_BYTES."""
    where = str(path) if str(path).isprintable() else ascii(str(path))
    try:
        if path.is_dir():
            raise InputError("this is a directory, not a file", where=where, remedy="Name a file in it.")
        if not path.exists():
            raise InputError("there is no such file", where=where, remedy=nearest_file(path).strip())
        if not path.is_file():
            raise InputError("this is not a regular file", where=where)
        with path.open("rb") as file:
            found = file.read(MAXIMAL_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError("the file cannot be read", where=where, fragment=reason) from None
    if len(found) > MAXIMAL_BYTES:
        raise InputError(
            f"the file is larger than {MAXIMAL_BYTES // 1_000_000} MB",
            where=where,
            remedy="Is it the right file?",
        )
    if not found.strip():
        raise InputError("the file is empty", where=where)
    return found


def text_of(path: Path) -> str:
    """The text of a file: UTF-8, a byte order mark dropped, lines ended by \\n. Raises InputError."""
    return decoded(contents(path), str(path))


def decoded(found: bytes, where: str) -> str:
    """The same of bytes that come from `where`."""
    if b"\0" in found:
        raise InputError("this is not a text file: it contains zero bytes", where=where)
    try:
        text = found.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = found[: error.start].count(b"\n") + 1
        raise InputError(
            "the file is not UTF-8 text",
            where=f"{where}, line {line}",
            fragment=f"byte 0x{found[error.start]:02x}",
            remedy="Save it in the encoding UTF-8.",
        ) from None
    return text.replace("\r\n", "\n")


def nearest_file(path: Path) -> str:
    """ "Did you mean FILE? " for a file beside `path` with a similar name, or nothing."""
    try:
        beside = [entry.name for entry in path.parent.iterdir()]
    except OSError:
        return ""
    return near_miss(path.name, beside)


def exact_decimal(text: str) -> Fraction | NotANumber:
    """The rational that a decimal of TOML (underscores allowed) or JSON spells."""
    try:
        return rational(text.replace("_", ""))
    except InputError as error:
        return NotANumber(text, error)


def toml(path: Path, given: str | None = None) -> tuple[dict[str, Any], str]:
    """The tables of a TOML file, decimals as Fraction, and its text, which may be `given`. Raises InputError with line and column."""
    text = text_of(path) if given is None else given
    try:
        return tomllib.loads(text, parse_float=exact_decimal), text
    except tomllib.TOMLDecodeError as error:
        raise _syntax("TOML", str(error), text, path) from None
    except RecursionError:
        raise InputError("the file is nested too deep", where=str(path)) from None
    except ValueError as error:  # integers of thousands of digits
        raise InputError("a value cannot be read", where=str(path), fragment=str(error)) from None


def json_object(path: Path, given: str | None = None) -> tuple[dict[str, Any], str]:
    """The object of a JSON file, decimals as Fraction, and its text, which may be `given`. Raises InputError with line and column."""
    text = text_of(path) if given is None else given
    try:
        found = json.loads(
            text,
            parse_float=exact_decimal,
            parse_int=_integer,
            parse_constant=exact_decimal,
            object_pairs_hook=_without_repetition,
        )
    except json.JSONDecodeError as error:
        message = f"{error.msg} (at line {error.lineno}, column {error.colno})"
        raise _syntax("JSON", message, text, path) from None
    except RecursionError:
        raise InputError("the file is nested too deep", where=str(path)) from None
    except InputError as error:
        raise error.at(str(path)) from None
    if not isinstance(found, dict):
        raise InputError("the file does not hold a JSON object", where=str(path), remedy='Begin it with "{".')
    return found, text


def _syntax(language: str, message: str, text: str, path: Path) -> InputError:
    """The parser's own message, its "(at line L, column C)" moved to where our errors have their place."""
    what, _, place = message.rpartition(" (at ")
    place = place.rstrip(")")
    if place.startswith("line "):
        number = int(place.split()[1].rstrip(","))
        line = text.split("\n")[number - 1].strip()
    else:
        line = ""
    what = (what or message).rstrip(".:")
    where = f"{path}, {place}" if place else str(path)
    return InputError(f"this is not valid {language} ({what})", where=where, fragment=line)


def _integer(text: str) -> int | NotANumber:
    found = exact_decimal(text)
    return found if isinstance(found, NotANumber) else int(found)


def _without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        repeated = [name for name, _ in pairs if name in seen or seen.add(name)]  # type: ignore[func-returns-value]
        raise InputError("a key is given twice", fragment=repeated[0])
    return found
