"""Names that look the same, and characters that are not seen."""

from __future__ import annotations

import json

import pytest

import strictsaddle as ss
from strictsaddle.errors import InputError, visible, visible_json
from strictsaddle.formula.look_alikes import look_of

CYRILLIC_X, CYRILLIC_A, GREEK_O = "\u0445", "\u0430", "\u03bf"


@pytest.mark.parametrize(
    "names",
    [
        ["x", CYRILLIC_X],
        ["a", CYRILLIC_A],
        ["o1", GREEK_O + "1"],
        ["x", "\uff58"],
        ["e" + CYRILLIC_X + "p"],
        ["\u0441os"],
        ["fi", "\ufb01"],
    ],
)
def test_look_alikes_are_refused(names: list[str]) -> None:
    with pytest.raises(InputError, match="looks like"):
        ss.Objective("f", names, " + ".join(f"{name}**2" for name in names))


def test_a_parameter_that_looks_like_a_variable_is_refused() -> None:
    with pytest.raises(InputError, match="looks like"):
        ss.Objective("f", ["x"], "x**2", {CYRILLIC_X: 1})


@pytest.mark.parametrize(
    "names", [["\u03bb", "l"], ["\u03b1", "a"], ["\u0436", "x"], ["x1", "x2"], ["\u03b8", "\u03c6"]]
)
def test_names_that_can_be_told_apart_are_not(names: list[str]) -> None:
    assert ss.Objective("f", names, f"{names[0]}**2").variables == tuple(names)
    assert look_of(names[0]) != look_of(names[1])


def test_the_unseen_is_shown() -> None:
    text = "a\x1b[31mb\u202ec\x07\x9b\u200bd\nend"
    assert visible(text) == "a\\x1b[31mb\\u202ec\\x07\\x9b\\u200bd\nend"
    written = visible_json(json.dumps({"name": text}, ensure_ascii=False))
    assert json.loads(written) == {"name": text} and "\u202e" not in written and "\x9b" not in written
    assert visible("plain text, Zürich, λ = 1/2, 中") == "plain text, Zürich, λ = 1/2, 中"
