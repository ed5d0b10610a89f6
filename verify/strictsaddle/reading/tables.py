"""Tables of declarative input, every key and type checked, so that a fault is told with its place and its remedy."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from strictsaddle.errors import InputError, choice, listed, near_miss
from strictsaddle.objective.numbers import exact
from strictsaddle.reading.text import NotANumber


def kind_of(value: object) -> str:
    """What a reader of a TOML or JSON file calls the type of `value`."""
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, str):
        return "text"
    if isinstance(value, (int, float, Fraction, NotANumber)):
        return "a number"
    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, Sequence):
        return "a list"
    if isinstance(value, (datetime.date, datetime.time)):
        return "a date or time"
    return "nothing" if value is None else type(value).__name__


def shown(value: object) -> str:
    """`value` as an error message quotes it."""
    if isinstance(value, NotANumber):
        return value.text
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key} = {shown(entry)}" for key, entry in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(shown(entry) for entry in value) + "]"
    return str(value)


def number(value: object, where: str) -> Fraction:
    """The exact rational of a number, or of text that spells one. Raises InputError placed at `where`."""
    if isinstance(value, NotANumber):
        raise value.error.at(where)
    if isinstance(value, (str, int, float, Fraction)) and not isinstance(value, bool):
        try:
            return exact(value)
        except InputError as error:
            raise error.at(where) from None
    raise InputError(f"a number is wanted here, not {kind_of(value)}", where=where, fragment=shown(value))


def integer(value: object, where: str) -> int:
    """A whole number. Raises InputError placed at `where`."""
    found = number(value, where)
    if found.denominator != 1 or isinstance(value, str):
        raise InputError("a whole number is wanted here", where=where, fragment=shown(value))
    return int(found)


def items(value: object, where: str, of: str) -> Sequence[Any]:
    """A list; `of` says in the error what its entries should be."""
    if isinstance(value, Sequence) and not isinstance(value, str):
        return value
    raise InputError(f"a list of {of} is wanted here, not {kind_of(value)}", where=where, fragment=shown(value))


def texts(value: object, where: str, of: str) -> list[str]:
    """A list of text."""
    found = items(value, where, of)
    for place, entry in enumerate(found, start=1):
        if not isinstance(entry, str):
            raise InputError(
                f"text is wanted here, not {kind_of(entry)}",
                where=f"{where}, entry {place}",
                fragment=shown(entry),
            )
    return list(found)


class Table:
    """A table whose keys are all in `allowed`; any other is an error with its near miss.

    `file` names the file in messages and `path` the table in it: Table(content, "objective.toml", "data", ...) has its
    key rows at "objective.toml, data.rows". Either may be empty.
    """

    def __init__(self, content: object, file: str, path: str, allowed: Sequence[str]) -> None:
        self.file = file
        self.path = path
        self.place = ", ".join(part for part in (file, path) if part)
        if not isinstance(content, Mapping):
            raise InputError(
                f"a table is wanted here, not {kind_of(content)}", where=self.place, fragment=shown(content)
            )
        self.content: Mapping[str, Any] = content
        for key in content:
            if key not in allowed:
                near = near_miss(str(key), allowed)
                raise InputError(
                    "unknown key",
                    where=self.place,
                    fragment=str(key),
                    remedy=f"{near}Known keys are {listed(allowed)}.",
                )

    def __contains__(self, key: str) -> bool:
        return key in self.content

    def where(self, key: str) -> str:
        """The place of `key`, for messages."""
        path = f"{self.path}.{key}" if self.path else key
        return f"{self.file}, {path}" if self.file else path

    def value(self, key: str) -> Any:
        """The value of `key`. Raises InputError when it is missing."""
        if key not in self.content:
            raise InputError(f"the key {key} is missing", where=self.place)
        return self.content[key]

    def text(self, key: str) -> str:
        """Text that is not blank."""
        found = self.value(key)
        if not isinstance(found, str):
            raise InputError(f"text is wanted here, not {kind_of(found)}", where=self.where(key), fragment=shown(found))
        if not found.strip():
            raise InputError("the text is empty", where=self.where(key))
        return found

    def boolean(self, key: str, default: bool) -> bool:
        found = self.content.get(key, default)
        if not isinstance(found, bool):
            raise InputError(
                f"true or false is wanted here, not {kind_of(found)}",
                where=self.where(key),
                fragment=shown(found),
            )
        return found

    def choice(self, key: str, known: Sequence[str]) -> str:
        """One of the names in `known`."""
        return choice(self.text(key), known, self.where(key))
