"""Records as JSON text: two blanks a level, keys in their order, no nan or infinity, nothing that a terminal would obey."""

from __future__ import annotations

import json
from typing import Any

from strictsaddle.errors import visible_json


def json_text(record: Any) -> str:
    """Plain dicts and lists as text, without a newline at its end. Raises ValueError for nan and infinity."""
    return visible_json(json.dumps(record, indent=2, allow_nan=False, ensure_ascii=False))
