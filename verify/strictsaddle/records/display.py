"""Showing a record: whoever knows how says so by an entry point, so that records know nothing of reports."""

from __future__ import annotations

from importlib import metadata
from typing import Any

GROUP = "strictsaddle.display"


def displayed(form: str, record: Any, *more: Any) -> Any:
    """What the entry point of this name makes of the record; None where there is none."""
    for entry in metadata.entry_points(group=GROUP, name=form):
        return entry.load()(record, *more)
    return None


def required(form: str, record: Any, *more: Any) -> Any:
    """The same. Raises RuntimeError where there is no such entry point."""
    if not metadata.entry_points(group=GROUP, name=form):
        raise RuntimeError(f"nothing is installed that shows a verdict as {form}: install strictsaddle anew")
    return displayed(form, record, *more)
