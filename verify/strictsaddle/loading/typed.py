"""Objectives that are typed where a name is expected: a formula by itself, and what comes by standard input."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from functools import cache
from itertools import pairwise
from pathlib import Path

from strictsaddle.errors import InputError
from strictsaddle.formula.expression import ELSEWHERE, RESERVED, tokens
from strictsaddle.loading import declarative
from strictsaddle.objective.objective import Objective
from strictsaddle.reading.text import MAXIMAL_BYTES, decoded

STANDARD_INPUT = "-"
_OF_FORMULAS = re.compile(r"[*^+(]")  # what neither names of the zoo nor paths of files have
_KEY = re.compile(r"^\s*(?:\[|[\w.-]+\s*=[^=])", re.MULTILINE)
LONGEST_NAME = 60
# What people mean something else by
NO_NAMES = frozenset({"nan", "inf", "infinity", "Infinity", "NaN", "Inf", "oo", "I"})


def looks_like_a_formula(spec: str) -> bool:
    """Whether it has something of a formula, such as "x**2" or "sin(x)"."""
    return _OF_FORMULAS.search(spec) is not None


def formula(text: str, parameters: Mapping[str, str]) -> Objective:
    """The objective of a formula. Its unknowns are all names in it but those of `parameters`, in alphabetical order, x2 before x10.

    Raises InputError for what the grammar lacks, for a parameter that is not in the formula, and where no unknown is left.
    """
    stream = tokens(text)
    words = {
        one.text
        for one, after in pairwise(stream)
        if one.kind == "name" and after.text != "(" and one.text not in RESERVED and one.text not in ELSEWHERE
    }
    if any(one.text == "sum" and after.text == "(" for one, after in pairwise(stream)):
        raise InputError(
            "a sum over data stands in a file with its data", fragment="sum", remedy="Write a TOML file with [data]."
        )
    for name in sorted(words.intersection(NO_NAMES)):
        raise InputError("this is no number and no good name of an unknown", fragment=name,
                         remedy="Formulas are of finite, real numbers; use another name.")  # fmt: skip
    for name in parameters:
        if name not in words:
            raise InputError("-p sets a parameter that is not in the formula", where="-p", fragment=name)
    unknowns = sorted(words.difference(parameters), key=_natural)
    if not unknowns:
        Objective("formula", "x", text, dict(parameters))  # whatever else is wrong with it is said first
        raise InputError("the formula has no unknown", fragment=text, remedy='Write one, as in "x**4 - x**2 + y**2".')
    name = " ".join(text.split())
    short = name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 4]} ..."
    return Objective(short, unknowns, text, dict(parameters))


def _natural(name: str) -> list[tuple[bool, int, str]]:
    """A key by which numbers in names are compared as numbers."""
    parts = re.findall(r"[0-9]+|[^0-9]+", name)
    return [(not part.isdecimal(), int(part) if part.isdecimal() else 0, part) for part in parts]


@cache
def standard_input() -> str:
    """All of it, read once. Raises InputError where it is no text, too long or empty."""
    found = sys.stdin.buffer.read(MAXIMAL_BYTES + 1)
    if len(found) > MAXIMAL_BYTES:
        raise InputError(f"there are more than {MAXIMAL_BYTES // 1_000_000} MB", where="standard input")
    if not found.strip():
        raise InputError(
            "there is nothing", where="standard input", remedy="Pipe a formula, or a TOML or JSON file, into it."
        )
    return decoded(found, "standard input")


def from_standard_input(parameters: Mapping[str, str]) -> Objective:
    """The objective of a TOML or JSON file, or a formula, by what it looks like."""
    text = standard_input()
    if text.lstrip().startswith("{"):
        return declarative.read(Path("standard input.json"), parameters, text)
    if _KEY.search(text):
        return declarative.read(Path("standard input.toml"), parameters, text)
    return formula(text.strip(), parameters)
