"""`strictsaddle check`: is it strict-saddle, and is it so modulo its symmetry?"""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from strictsaddle.errors import InputError
from strictsaddle_cli import options
from strictsaddle_cli.examination import all_examined, require_places, worst
from strictsaddle_cli.output import answer, tell, tell_written

if TYPE_CHECKING:
    from strictsaddle.records.verdict import Verdict

Every = Annotated[bool, typer.Option("--all", help="List every stationary point, not one of each orbit.")]


def check(
    objectives: options.Objectives,
    parameter: options.Parameters = None,
    method: options.Method = "auto",
    box: options.Box = None,
    budget: options.Budget = None,
    max_boxes: options.MaxBoxes = None,
    workers: options.Workers = None,
    checkpoint: options.Checkpoint = None,
    json: options.Json = None,
    certificate: options.Certificate = None,
    junit: options.JUnit = None,
    every: Every = False,
    quiet: options.Quiet = False,
    seed: options.Seed = None,
) -> int:
    """Is it strict-saddle? Is it modulo its symmetry?

    Of several objectives each is asked about; the budget is for each.

    Exit code: 0 proved, 1 refuted, 2 bad input, 3 undecided; of several 1 when one is refuted, else 3 when one is undecided.
    """
    search = options.search(method, budget, max_boxes, workers, checkpoint, seed)
    values = options.parameters(parameter)
    if junit == "-":
        raise InputError("JUnit XML goes to a file", where="--junit", fragment="-", remedy="Name one.")
    for option, given in (("--certificate", certificate), ("--checkpoint", checkpoint)):
        if given is not None and len(objectives) > 1:
            raise InputError("this is for one objective", where=option, fragment=given, remedy="Check them one by one.")
    places = [("--json", json), ("--junit", junit), ("--checkpoint", checkpoint), ("--certificate", certificate)]
    require_places(places, objectives)
    verdicts = all_examined(objectives, values, box, search, quiet, certified=certificate is not None)
    from strictsaddle_reports import json_report, text, writing

    rows = None if every else text.MOST_ROWS
    answer(
        json, lambda: json_report.report(verdicts), lambda: text.reports(verdicts, rows=rows, width=terminal_width())
    )
    if junit is not None:
        from strictsaddle_reports import junit as junit_report

        writing.write(junit, junit_report.report(verdicts), "--junit")
    if certificate is not None:
        write_certificate(verdicts[0], certificate, quiet)
    if not quiet:
        tell_written(json, junit)
        if checkpoint is not None and verdicts[0].resources.engine == "exact":
            tell("no checkpoint was written: only coverings keep one, and the exact engine answered without")
    return worst(verdicts)


def write_certificate(verdict: Verdict, path: str, quiet: bool) -> None:
    """Write the verdict's certificate, or say why there is none; the verdict stays what it is. Raises InputError where the file cannot be
    written."""
    from strictsaddle.errors import NotYetError
    from strictsaddle_reports import writing

    try:
        data = verdict.certificate.data
    except NotYetError as why:
        tell(f"{path} was not written: {why.what}")
        return
    writing.write(path, data, "--certificate")
    if not quiet:
        tell(f"wrote {path}, {verdict.certificate.digest}: strictsaddle verify {path}")


def terminal_width() -> int:
    """How wide text may be: as the terminal, within reason; 100 where there is none."""
    if not sys.stdout.isatty():
        return 100
    return min(120, max(60, shutil.get_terminal_size((100, 24)).columns))
