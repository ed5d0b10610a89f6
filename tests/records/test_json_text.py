"""Records as text: what may not be in it, and what a terminal must not obey."""

from __future__ import annotations

import json

import pytest

from strictsaddle.records.json_text import json_text


def test_a_record_reads_back_in_its_order() -> None:
    record = {"b": [1, None, "λ"], "a": {"x": 0.1}}
    text = json_text(record)
    assert json.loads(text) == record and list(json.loads(text)) == ["b", "a"]
    assert text.startswith('{\n  "b"') and "λ" in text and not text.endswith("\n")


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_what_json_does_not_have_is_refused(number: float) -> None:
    with pytest.raises(ValueError, match="JSON"):
        json_text({"x": number})


def test_nothing_in_it_moves_a_cursor() -> None:
    name = "\x1b[2J\u009b\u202e"
    text = json_text({"name": name})
    assert json.loads(text) == {"name": name} and not {"\x1b", "\u009b", "\u202e"} & set(text)
