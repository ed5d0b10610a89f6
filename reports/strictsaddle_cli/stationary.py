"""`strictsaddle stationary`: every stationary point, certified."""

from __future__ import annotations

from typing import Annotated

import typer

from strictsaddle.errors import InputError
from strictsaddle_cli import options
from strictsaddle_cli.check import terminal_width
from strictsaddle_cli.examination import examined, require_places
from strictsaddle_cli.output import PROVED, UNDECIDED, say, tell

Csv = Annotated[str | None, typer.Option("--csv", metavar="PATH|-", help="Write the points as CSV; - prints it alone.")]


def stationary(
    objective: options.ObjectiveName,
    parameter: options.Parameters = None,
    method: options.Method = "auto",
    box: options.Box = None,
    budget: options.Budget = None,
    max_boxes: options.MaxBoxes = None,
    workers: options.Workers = None,
    checkpoint: options.Checkpoint = None,
    csv: Csv = None,
    json: options.Json = None,
    quiet: options.Quiet = False,
    seed: options.Seed = None,
) -> int:
    """Every stationary point, certified.

    Exit code: 0 when the list is proved to be complete, 2 bad input, 3 when it is not.
    """
    search = options.search(method, budget, max_boxes, workers, checkpoint, seed)
    values = options.parameters(parameter)
    if csv == json == "-":
        raise InputError("standard output holds one thing", where="--csv", remedy="Give --json or --csv a file.")
    require_places([("--csv", csv), ("--json", json), ("--checkpoint", checkpoint)], [objective])
    verdict = examined(objective, values, box, search, quiet)
    from strictsaddle_reports import csv_table, json_report, prose, text, writing

    contents = {"csv": csv_table.report(verdict), "json": json_report.report([verdict])}
    for option, path in (("csv", csv), ("json", json)):
        if path == "-":
            say(contents[option])
        elif path is not None:
            writing.write(path, contents[option], f"--{option}")
            if not quiet:
                tell(f"wrote {path}")
    if "-" not in (csv, json):
        width, names = terminal_width(), [str(name) for name in verdict.objective["variables"]]
        blocks = [text.formula(verdict, width), prose.points(verdict), text.drawn(verdict, rows=None)]
        blocks += [prose.continuum(item, names) for item in verdict.stationary.continua]
        blocks += [f"Scope: {prose.scope(verdict)}", *(f"Rests on: {line}" for line in prose.rests_on(verdict))]
        if not verdict.stationary.complete:
            blocks.append(f"Why there may be more: {prose.reason(verdict)}")
        say("\n\n".join(filter(None, blocks)) + "\n")
    return PROVED if verdict.stationary.complete else UNDECIDED
