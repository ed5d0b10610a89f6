"""`strictsaddle atlas`: the table of popular objectives, each with its verdict."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from strictsaddle.errors import InputError
from strictsaddle_cli import options
from strictsaddle_cli.check import terminal_width
from strictsaddle_cli.examination import require_places
from strictsaddle_cli.output import FAULT, PROVED, UNDECIDED, say, tell

if TYPE_CHECKING:
    from strictsaddle.atlas.entry import Entry

SUFFIXES = (".csv", ".json", ".md", ".html")
Rows = Annotated[
    str,
    typer.Option(
        "--rows", metavar="PATTERN", help="Only rows whose name or group matches, such as 'tanh/*' or '*/own/*'."
    ),
]
List = Annotated[bool, typer.Option("--list", help="Show the names of the rows, and examine none.")]
Output = Annotated[
    list[str] | None,
    typer.Option("-o", "--output", metavar="FILE", help="Write the table: .csv, .json, .md or .html. Repeatable."),
]
Resume = Annotated[
    bool, typer.Option("--resume", help="Go on from the rows that an earlier run has kept beside the first output.")
]


def atlas(
    rows: Rows = "*",
    budget: options.Budget = None,
    resume: Resume = False,
    output: Output = None,
    list_: List = False,
    workers: options.Workers = None,
    quiet: options.Quiet = False,
    seed: options.Seed = None,
) -> int:
    """Which popular objectives are strict-saddle? Networks by activation, loss, regularisation, data and size; and other problems.

    --budget: seconds a row (30). Exit code: 0 when no row contradicts a theorem, 2 bad input, 3 when none is decided, 4 when one
    contradicts a theorem.
    """
    search = options.search("auto", budget, None, workers, None, seed)
    targets = output or []
    for path in targets:
        if not path.endswith(SUFFIXES):
            raise InputError("a table is a .csv, .json, .md or .html file", where="-o", fragment=path)
    require_places([("-o", path) for path in targets])
    if resume and not targets:
        raise InputError("rows are kept beside a file", where="--resume", remedy="Name the file with -o.")
    from strictsaddle.atlas import run

    chosen = run.rows(rows)
    if not chosen:
        raise InputError(
            "no row matches", where="--rows", fragment=rows, remedy="`strictsaddle atlas --list` shows all names."
        )
    if list_:
        say("".join(f"{row.key}\n" for row in chosen))
        return PROVED
    kept = run.Kept(Path(targets[0] + ".rows") if targets else None, resume=resume)
    from strictsaddle_cli.progress import shown

    with shown("atlas", quiet) as listener:
        entries = list(run.run(chosen, search, kept, listener))
    from strictsaddle_reports import atlas_tables, writing

    for path in targets:
        writing.write(path, _content(path, entries), "-o")
        if not quiet:
            tell(f"wrote {path}")
    if kept.path is not None:
        kept.path.unlink(missing_ok=True)
    say(atlas_tables.summary(entries, width=terminal_width()))
    if any(entry.against for entry in entries):
        return FAULT
    return PROVED if any(entry.decided for entry in entries) else UNDECIDED


def _content(path: str, entries: list[Entry]) -> str:
    from strictsaddle_reports import atlas_html, atlas_tables

    if path.endswith(".html"):
        return atlas_html.page(entries)
    if path.endswith(".json"):
        return atlas_tables.json_text(entries)
    return atlas_tables.csv_text(entries) if path.endswith(".csv") else atlas_tables.markdown(entries)
