"""Verdicts as JSON: one verdict as itself, several as a list of such."""

from __future__ import annotations

import json
from collections.abc import Sequence

from strictsaddle.errors import visible_json
from strictsaddle.records.verdict import Verdict


def report(verdicts: Sequence[Verdict]) -> str:
    """JSON text that ends with a newline; each record obeys the schema strictsaddle/verdict/1."""
    if len(verdicts) == 1:
        return verdicts[0].to_json() + "\n"
    records = [verdict.to_dict() for verdict in verdicts]
    return visible_json(json.dumps(records, indent=2, allow_nan=False, ensure_ascii=False)) + "\n"
