"""The stationary points as CSV, one a row, every enclosure as its two ends: for spreadsheets and other programs."""

from __future__ import annotations

import csv
import io

from strictsaddle.records.terms import Interval
from strictsaddle.records.verdict import Verdict


def report(verdict: Verdict) -> str:
    """CSV text: kind, dimension (0: isolated), index, nullity, orbit, then low and high of each coordinate, of the
    value and of each eigenvalue. Empty cells are what has not been proved. Doubles read back as themselves."""
    names = [str(name) for name in verdict.objective["variables"]]
    stationary = verdict.stationary
    most = max((len(point.eigenvalues) for point in stationary.isolated), default=0)
    quantities = [*names, "value", *(f"eigenvalue_{number}" for number in range(1, most + 1))]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(
        ["kind", "dimension", "index", "nullity", "orbit"]
        + [f"{name}_{end}" for name in quantities for end in ("low", "high")]
    )
    for point in stationary.isolated:
        ends = _ends([*point.point, point.value, *point.eigenvalues], len(quantities))
        writer.writerow([point.kind, 0, *map(_known, (point.index, point.nullity, point.orbit)), *ends])
    for item in stationary.continua:
        ends = _ends(item.point, len(quantities))
        writer.writerow([item.kind, *map(_known, (item.dimension, item.index, None, item.orbit)), *ends])
    return out.getvalue()


def _ends(intervals: tuple[Interval, ...] | list[Interval], columns: int) -> list[str]:
    cells = [repr(float(end)) for interval in intervals for end in interval]
    return cells + [""] * (2 * columns - len(cells))


def _known(value: int | None) -> str:
    return "" if value is None else str(value)
