"""The tables of the reports: headers and rows of plain text, for each format to draw in its own way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from strictsaddle.errors import shorten
from strictsaddle.records.terms import Interval
from strictsaddle.records.verdict import Verdict
from strictsaddle_reports import prose
from strictsaddle_reports.numerals import shown

LONGEST_NAME = 40
WIDEST = 3  # up to this many unknowns get a column each


class Table(NamedTuple):
    """`rows` all have the length of `headers`; cells may hold several lines. `numeric`: which columns are numbers."""

    headers: list[str]
    rows: list[list[str]]
    numeric: list[bool]


def stationary_points(verdict: Verdict, digits: int = 10, limit: int | None = None, by_orbit: bool = False) -> Table:
    """The isolated stationary points: number, kind, index, nullity, coordinates, value, eigenvalues, orbit.

    With more than three unknowns the coordinates share a cell, one a line, and so do the eigenvalues. Columns that
    would be empty (orbits where symmetries are not known, index and nullity where all points lie on kinks) are left
    out; the stratum is a column where the objective has kinks. by_orbit: the first point of each orbit alone, with how many there are.
    """
    names = [str(name) for name in verdict.objective["variables"]]
    sizes = Counter(point.orbit for point in verdict.stationary.isolated)
    numbered = list(enumerate(verdict.stationary.isolated, start=1))
    if by_orbit:
        first = {point.orbit: number for number, point in reversed(numbered)}
        numbered = [
            (number, point) for number, point in numbered if point.orbit is None or first[point.orbit] == number
        ]
    numbered = numbered[:limit]
    isolated = [point for _, point in numbered]
    separate = len(names) <= WIDEST
    orbits = any(point.orbit is not None for point in isolated)
    most = max((len(point.eigenvalues) for point in isolated), default=0)
    hessians = any(point.index is not None for point in isolated)
    strata = any(point.stratum is not None for point in isolated)
    headers = ["#", "kind", *(["index", "nullity"] if hessians or not strata else []), *(["stratum"] if strata else [])]
    headers += [*(names if separate else ["point"]), "value"]
    headers += [f"λ{number}" for number in range(1, most + 1)] if separate else ["eigenvalues"]
    headers += ["orbit"] if orbits else []
    headers += ["points"] if by_orbit else []
    rows = []
    for number, point in numbered:
        coordinates = [shown(at, digits) for at in point.point]
        eigenvalues = [shown(value, digits) for value in point.eigenvalues]
        row = [str(number), prose.kind(point.kind)]
        row += [_known(point.index), _known(point.nullity)] if "index" in headers else []
        row += [point.stratum or "cell"] if strata else []
        if separate:
            row += coordinates
        else:
            row.append("\n".join(f"{name} = {at}" for name, at in zip(names, coordinates, strict=False)))
        row.append(shown(point.value, digits))
        row += eigenvalues + [""] * (most - len(eigenvalues)) if separate else ["\n".join(eigenvalues)]
        row += [_known(point.orbit)] if orbits else []
        row += [str(1 if point.orbit is None else sizes[point.orbit])] if by_orbit else []
        rows.append(row)
    return Table(headers, rows, [header not in ("kind", "point", "stratum") for header in headers])


def comparison(verdicts: Sequence[Verdict]) -> Table:
    """One row an objective: verdict, scope, proof, unknowns, points by kind, whether these are all, seconds."""
    headers = ["objective", "verdict", "scope", "proof"]
    headers += ["unknowns", "minima", "saddles", "maxima", "degenerate", "continua", "complete", "seconds"]
    rows = []
    for verdict in verdicts:
        counts, definition = verdict.stationary.counts, verdict.definition_1
        rows.append(
            [
                shorten(prose.title(verdict), LONGEST_NAME),
                prose.ANSWERS[definition.verdict],
                definition.scope,
                definition.proof,
                str(len(verdict.objective["variables"])),
                *(str(counts[key]) for key in ("local_minimum", "strict_saddle", "local_maximum", "degenerate")),
                str(len(verdict.stationary.continua)),
                "yes" if verdict.stationary.complete else "no",
                f"{verdict.resources.seconds:.2f}",
            ]
        )
    words = {"objective", "complete", "verdict", "scope", "proof"}
    return Table(headers, rows, [header not in words for header in headers])


def eigenvalues(values: Sequence[Interval], digits: int = 10) -> str:
    """Eigenvalue enclosures in one line."""
    return ", ".join(shown(value, digits) for value in values)


def _known(value: int | None) -> str:
    return "?" if value is None else str(value)
