"""Every error that a user can meet: what is wrong, where, in which fragment, and what to do about it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

LONGEST_PLACE = 300  # characters


class StrictSaddleError(Exception):
    """Base of all errors that are told to the user in one short message.

    Parameters
    ----------
    what: the fault in one sentence without a full stop.
    where: file, key, line and column, as far as they are known ("objective.toml, line 3, column 17").
    fragment: the offending piece of the input, verbatim; long ones are shortened when shown.
    remedy: what the user can do about it, a sentence.
    """

    exit_code = 2

    def __init__(self, what: str, *, where: str = "", fragment: str = "", remedy: str = "") -> None:
        self.what = what
        self.where = where
        self.fragment = fragment
        self.remedy = remedy
        super().__init__(str(self))

    def __reduce__(self) -> tuple[object, ...]:
        return _remade, (type(self), self.what, self.where, self.fragment, self.remedy)

    def __str__(self) -> str:
        head = f"{shorten(self.where, LONGEST_PLACE)}: {self.what}" if self.where else self.what
        if self.fragment:
            head += f": {shorten(self.fragment)!r}"
        return head + (f". {self.remedy}" if self.remedy else "")

    def at(self, where: str) -> StrictSaddleError:
        """The same error, with an outer place (a file, a key) put before the place it already has."""
        place = f"{where}, {self.where}" if self.where else where
        return type(self)(self.what, where=place, fragment=self.fragment, remedy=self.remedy)


def _remade(kind: type[StrictSaddleError], what: str, where: str, fragment: str, remedy: str) -> StrictSaddleError:
    """An error as it was before it went from one process to another."""
    return kind(what, where=where, fragment=fragment, remedy=remedy)


class InputError(StrictSaddleError):
    """The objective, a file, a parameter or an option is not what it should be (exit code 2)."""


class NotYetError(StrictSaddleError):
    """Valid input for which this version has no method (exit code 2)."""


class EngineError(StrictSaddleError):
    """An external engine (msolve, a worker process) failed; nothing is claimed. The routes turn it
    into an undecided verdict with this reason, so that it normally never reaches the command line."""

    exit_code = 3


class Contradiction(Exception):
    """Two proofs contradict each other: a mistake in strictsaddle or in a library that it stands on (exit code 4)."""


# What a terminal or a browser obeys instead of showing it: controls, bidirectional marks and overrides, characters without width.
_UNSEEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)


def visible(text: str) -> str:
    """The text with every character that is not shown, the line break aside, as its escape: \\x1b, \\u202e."""
    return _UNSEEN.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)


def visible_json(text: str) -> str:
    """JSON text in which such characters, which stand in strings alone, are escapes of JSON: the same values, nothing unseen."""
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def shorten(text: str, limit: int = 80) -> str:
    """`text` itself, or its beginning and end with an ellipsis between when longer than `limit` characters."""
    if len(text) <= limit:
        return text
    half = (limit - 5) // 2
    return f"{text[:half]} ... {text[-half:]}"


def listed(names: Iterable[str], limit: int = 20) -> str:
    """The names with commas between, the first `limit` of them where there are more."""
    every = list(names)
    more = len(every) - limit
    return ", ".join(every[:limit]) + (f" and {more} more" if more > 0 else "")


def near_miss(name: str, known: Iterable[str]) -> str:
    """ "Did you mean NAME? " for the known name that is spelt most like `name`, or nothing when none is close."""
    import difflib  # only where something is wrong already

    close = difflib.get_close_matches(name, list(known), n=3, cutoff=0.6)
    swapped = [other for other in close if sorted(other) == sorted(name)]  # tahn is tanh rather than tan
    return f"Did you mean {(swapped or close)[0]}? " if close else ""


def choice(name: str, known: Sequence[str], where: str) -> str:
    """`name` itself when it is one of `known`. Raises InputError with the near miss otherwise."""
    if name not in known:
        raise InputError(
            "unknown name",
            where=where,
            fragment=name,
            remedy=f"{near_miss(name, known)}Known are {listed(known)}.",
        )
    return name
