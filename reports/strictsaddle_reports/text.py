"""A verdict for the terminal: a short paragraph, the table of stationary points, and what the claim rests on."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from tabulate import tabulate

from strictsaddle.errors import visible
from strictsaddle.records.verdict import Verdict
from strictsaddle_reports import prose, tables
from strictsaddle_reports.numerals import NOTE
from strictsaddle_reports.tables import Table

MOST_ROWS = 40
MOST_POINTS = 12  # more are shown by orbits, a row each
LONGEST_FORMULA = 400


def report(verdict: Verdict, *, rows: int | None = MOST_ROWS, width: int = 100, digits: int = 10) -> str:
    """The whole verdict as text that ends with a newline. `rows`: the most points to list (None: all)."""
    definition, names = verdict.definition_1, [str(name) for name in verdict.objective["variables"]]
    summary = [prose.headline(verdict), prose.meaning(verdict), prose.points(verdict)]
    blocks = [_wrapped(" ".join(filter(None, summary)), width), formula(verdict, width)]
    table = drawn(verdict, rows=rows, digits=digits)
    if table:
        blocks.append(table)
    blocks += [_wrapped(prose.continuum(item, names, digits), width) for item in verdict.stationary.continua[:rows]]
    if definition.witness is not None:
        blocks.append(_wrapped(prose.witness(definition.witness, names, digits), width))
        if definition.witness.eigenvalues:
            blocks[-1] += f"\nEigenvalues there: {tables.eigenvalues(definition.witness.eigenvalues, digits)}"
    facts = [("verdict", prose.ANSWERS[definition.verdict])]
    facts += [(heading.lower(), value) for heading, value in prose.facts(verdict)]
    column = max(len(key) for key, _ in facts) + 2
    blocks.append(
        "\n".join(
            textwrap.fill(
                " ".join(value.split()),
                width,
                initial_indent=key.ljust(column),
                subsequent_indent=" " * column,
            )
            for key, value in facts
        )
    )
    return visible("\n\n".join(blocks)) + "\n"


def reports(verdicts: Sequence[Verdict], *, rows: int | None = MOST_ROWS, width: int = 100) -> str:
    """Several verdicts: one table of all of them, then each."""
    if len(verdicts) == 1:
        return report(verdicts[0], rows=rows, width=width)
    rule = "\n" + "─" * 72 + "\n\n"
    each = rule.join(report(verdict, rows=rows, width=width) for verdict in verdicts)
    return draw(tables.comparison(verdicts)) + "\n" + rule + each


def formula(verdict: Verdict, width: int = 100) -> str:
    """The objective as it was written, with its parameters."""
    objective = verdict.objective
    expression = " ".join(str(objective["expression"]).split())
    if len(expression) > LONGEST_FORMULA:
        expression = f"{expression[: LONGEST_FORMULA - 30]} ... ({len(expression):,} characters)"
    names = [str(name) for name in objective["variables"]]
    shown = ", ".join(names) if len(names) <= 8 else f"{', '.join(names[:3])}, ..., {names[-1]}"
    values = prose.parameters(verdict)
    return _wrapped(f"f({shown}) = {expression}" + (f"   where {values}" if values else ""), width, indent="    ")


def drawn(verdict: Verdict, *, rows: int | None = MOST_ROWS, digits: int = 10) -> str:
    """The table of the isolated stationary points, or nothing when there are none."""
    isolated = verdict.stationary.isolated
    if not isolated:
        return ""
    orbits = {point.orbit for point in isolated}
    by_orbit = rows is not None and len(isolated) > MOST_POINTS and None not in orbits
    table = tables.stationary_points(verdict, digits, rows, by_orbit)
    text = draw(table)
    listed = len(orbits) if by_orbit else len(isolated)
    if by_orbit:
        text += (
            f"\nOne point of each of {len(orbits)} orbits of the symmetries: --all lists all {len(isolated):,} points."
        )
    if rows is not None and listed > rows:
        text += f"\n... and {listed - rows:,} more: `strictsaddle stationary` lists all of them."
    return f"{text}\n{NOTE}"


def draw(table: Table) -> str:
    """A table in characters."""
    return tabulate(
        table.rows,
        headers=table.headers,
        tablefmt="simple",
        disable_numparse=True,
        colalign=["right" if numeric else "left" for numeric in table.numeric] if table.rows else None,
    )


def _wrapped(text: str, width: int, indent: str = "") -> str:
    return textwrap.fill(text, width, initial_indent=indent, subsequent_indent=indent + indent, break_on_hyphens=False)
