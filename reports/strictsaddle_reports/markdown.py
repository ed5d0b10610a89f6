"""Verdicts as Markdown (CommonMark with pipe tables). Everything that comes from the user is escaped."""

from __future__ import annotations

import re
from collections.abc import Sequence

from strictsaddle.errors import visible
from strictsaddle.records.verdict import Verdict
from strictsaddle_reports import prose, tables
from strictsaddle_reports.numerals import NOTE
from strictsaddle_reports.tables import Table

_MARKUP = re.compile(r"[\\`*_\[\]<|&~$]")
# A list, a heading, a quotation, a rule; "-1" is none, but "- 1" is
_AT_START = re.compile(r"^(\d*)([-+=#>.)])(?!\d)")


def report(verdicts: Sequence[Verdict]) -> str:
    """The Markdown text of one report on all the verdicts."""
    blocks = []
    if len(verdicts) > 1:
        blocks += ["# Strict-saddle report", table(tables.comparison(verdicts))]
    level = "##" if len(verdicts) > 1 else "#"
    for verdict in verdicts:
        blocks += section(verdict, level)
    return "\n\n".join(blocks) + "\n"


def section(verdict: Verdict, level: str = "#") -> list[str]:
    """The blocks (paragraphs, tables, lists) about one verdict."""
    names = [str(name) for name in verdict.objective["variables"]]
    definition = verdict.definition_1
    blocks = [
        f"{level} {escape(prose.title(verdict))}: {prose.ANSWERS[definition.verdict]}",
        escape(" ".join(filter(None, [prose.headline(verdict), prose.meaning(verdict), prose.points(verdict)]))),
        code(f"f({', '.join(names)}) = {verdict.objective['expression']}"),
    ]
    if prose.parameters(verdict):
        blocks.append(f"Parameters: {escape(prose.parameters(verdict))}.")
    if verdict.stationary.isolated:
        blocks += [table(tables.stationary_points(verdict)), escape(NOTE)]
    blocks += [escape(prose.continuum(item, names)) for item in verdict.stationary.continua]
    if definition.witness is not None:
        blocks.append(escape(prose.witness(definition.witness, names)))
    facts = [
        *(f"{heading}: {text}" for heading, text in prose.facts(verdict)),
        f"Digest: {verdict.objective['digest']}",
    ]
    blocks.append("\n".join(f"- {escape(fact)}" for fact in facts if fact))
    return blocks


def escape(text: str) -> str:
    """Text that Markdown shows as it is, on one line."""
    plain = _MARKUP.sub(r"\\\g<0>", visible(" ".join(text.split())))
    return _AT_START.sub(r"\g<1>\\\g<2>", plain)


def code(text: str) -> str:
    """A block of verbatim text, fenced so that nothing in it can end it."""
    text = visible(text)
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{text}\n{fence}"


def table(contents: Table) -> str:
    """A pipe table; lines within a cell are separated by <br>."""
    rows = [
        "| " + " | ".join(map(escape, contents.headers)) + " |",
        "| " + " | ".join("---:" if numeric else ":---" for numeric in contents.numeric) + " |",
    ]
    for row in contents.rows:
        rows.append("| " + " | ".join("<br>".join(map(escape, cell.split("\n"))) for cell in row) + " |")
    return "\n".join(rows)
