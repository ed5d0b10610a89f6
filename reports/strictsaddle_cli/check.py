"""`strictsaddle check`: is it strict-saddle, and is it so modulo its symmetry?"""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING

from strictsaddle.errors import InputError
from strictsaddle_cli import options
from strictsaddle_cli.examination import examined, require_places
from strictsaddle_cli.output import say, tell, tell_written

if TYPE_CHECKING:
    from strictsaddle.records.verdict import Verdict


def check(
    objective: options.ObjectiveName,
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
    quiet: options.Quiet = False,
    seed: options.Seed = None,
) -> int:
    """Is it strict-saddle? Is it modulo its symmetry?

    Exit code: 0 proved, 1 refuted, 2 bad input, 3 undecided.
    """
    search = options.search(method, budget, max_boxes, workers, checkpoint, seed)
    values = options.parameters(parameter)
    if junit == "-":
        raise InputError("JUnit XML goes to a file", where="--junit", fragment="-", remedy="Name one.")
    places = [("--json", json), ("--junit", junit), ("--checkpoint", checkpoint), ("--certificate", certificate)]
    require_places(places, [objective])
    verdict = examined(objective, values, box, search, quiet, certified=certificate is not None)
    if json == "-":
        say(verdict.to_json() + "\n")
    else:
        from strictsaddle_reports import text

        say(text.report(verdict, width=terminal_width()))
    from strictsaddle_reports import json_report, writing

    if json not in (None, "-"):
        writing.write(str(json), json_report.report([verdict]), "--json")
    if junit is not None:
        from strictsaddle_reports import junit as junit_report

        writing.write(junit, junit_report.report([verdict]), "--junit")
    if certificate is not None:
        write_certificate(verdict, certificate, quiet)
    if not quiet:
        tell_written(json, junit)
        if checkpoint is not None and verdict.resources.engine == "exact":
            tell("no checkpoint was written: only coverings keep one, and the exact engine answered without")
    return verdict.exit_code


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
