"""Verdicts as JSON: one verdict as itself, several as a list of such."""

from __future__ import annotations

from collections.abc import Sequence

from strictsaddle.records.json_text import json_text
from strictsaddle.records.verdict import Verdict


def report(verdicts: Sequence[Verdict]) -> str:
    """JSON text that ends with a newline; each record obeys the schema strictsaddle/verdict/1."""
    if len(verdicts) == 1:
        return verdicts[0].to_json() + "\n"
    return json_text([verdict.to_dict() for verdict in verdicts]) + "\n"
