"""`strictsaddle zoo`: what is built in."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Annotated, Any

import typer

from strictsaddle.records.json_text import json_text
from strictsaddle_cli import options
from strictsaddle_cli.check import terminal_width
from strictsaddle_cli.output import PROVED, answer

if TYPE_CHECKING:
    from strictsaddle.zoo import Entry
    from strictsaddle.zoo.entry import Parameter, TextParameter

Name = Annotated[str | None, typer.Argument(metavar="NAME", help="Show this one in full.", show_default=False)]


def zoo(name: Name = None, json: options.Json = None) -> int:
    """What is built in.

    Without a name the list; with one its formula, parameters, source, and what is known.
    """
    from strictsaddle import zoo as built_in

    if name is None:
        every = built_in.entries()
        answer(json, lambda: json_text([record(one) for one in every]) + "\n", lambda: listing(every))
    else:
        one = built_in.entry(name)
        answer(json, lambda: json_text(record(one)) + "\n", lambda: description(one))
    return PROVED


def record(entry: Entry) -> dict[str, Any]:
    """An entry as JSON."""
    declared: list[Parameter | TextParameter] = [*entry.parameters, *entry.texts]
    return {
        "name": entry.name,
        "family": entry.family,
        "summary": entry.summary,
        "formula": entry.formula,
        "source": entry.source,
        "parameters": [
            {
                "name": p.name,
                "default": str(p.default),
                "range": p.range,
                "description": p.description,
            }
            for p in declared
        ],
        "known": [
            {
                "statement": known.statement,
                "source": known.source,
                "at": {key: str(value) for key, value in known.parameters.items()},
            }
            for known in entry.known
        ],
    }


def listing(entries: tuple[Entry, ...]) -> str:
    """All entries, family by family."""
    width, longest = terminal_width(), max(len(entry.name) for entry in entries)
    lines: list[str] = []
    family = ""
    for entry in entries:
        if entry.family != family:
            family = entry.family
            lines += [""] * bool(lines) + [f"{family}:"]
        lines.append(
            textwrap.fill(
                entry.summary,
                width,
                initial_indent=f"  {entry.name.ljust(longest)}  ",
                subsequent_indent=" " * (longest + 4),
            )
        )
    hint = "`strictsaddle zoo NAME` shows one in full, `strictsaddle check NAME` checks it."
    return "\n".join([*lines, "", hint, ""])


def description(entry: Entry) -> str:
    """One entry in full."""
    width = terminal_width()

    def block(text: str, indent: str = "", first: str | None = None) -> str:
        return textwrap.fill(
            " ".join(text.split()), width, initial_indent=first or indent, subsequent_indent=indent,
            break_on_hyphens=False, break_long_words=False,
        )  # fmt: skip

    lines = [f"{entry.name} ({entry.family})", "", block(entry.summary), "", block(entry.formula, "    "), ""]
    declared: list[Parameter | TextParameter] = [*entry.parameters, *entry.texts]
    if declared:
        lines.append("Parameters:")
        longest = max(len(parameter.name) for parameter in declared)
        for parameter in declared:
            label = f"  {parameter.name.ljust(longest)}  "
            about = f"{parameter.description.rstrip('.')} ({parameter.range}; default {parameter.default or 'none'})"
            lines.append(block(about, " " * len(label), label))
    else:
        lines.append("Parameters: none.")
    lines += ["", block(f"Source: {entry.source}")]
    if entry.known:
        lines += ["", "Known:"]
        for known in entry.known:
            at = ", ".join(f"{key} = {value}" for key, value in known.parameters.items())
            statement = known.statement.rstrip(".") + (f" (for {at})" if at else "")
            lines.append(block(f"{statement}. [{known.source}]", "    ", "  - "))
    return "\n".join(lines) + "\n"
