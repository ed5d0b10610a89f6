"""`strictsaddle report`: several objectives checked, and one report on all of them."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from strictsaddle.errors import InputError, NotYetError, StrictSaddleError
from strictsaddle.execution.options import Options
from strictsaddle_cli import options
from strictsaddle_cli.examination import examine, read, require_places, worst
from strictsaddle_cli.output import BAD_INPUT, say, tell

if TYPE_CHECKING:
    from strictsaddle.objective.objective import Objective
    from strictsaddle.records.verdict import Verdict

FORMATS = (".html", ".md", ".tex", ".json")
Certificates = Annotated[
    str | None,
    typer.Option("--certificates", metavar="FOLDER", help="Write the proofs there too, and link to them."),
]
Output = Annotated[
    str,
    typer.Option("-o", "--output", metavar="FILE", help=f"The report; its ending says what: {' '.join(FORMATS)}."),
]


def report(
    objectives: options.Objectives,
    output: Output,
    parameter: options.Parameters = None,
    method: options.Method = "auto",
    box: options.Box = None,
    budget: options.Budget = None,
    max_boxes: options.MaxBoxes = None,
    workers: options.Workers = None,
    certificates: Certificates = None,
    quiet: options.Quiet = False,
    seed: options.Seed = None,
) -> int:
    """Check objectives and write one report about them.

    The budget is for each objective. An objective whose domain turns out to be a bad one is left out.
    Exit code: 0 all proved, 1 one refuted, 2 bad input, 3 one undecided.
    """
    search = options.search(method, budget, max_boxes, workers, None, seed)
    values = options.parameters(parameter)
    if Path(output).suffix.lower() not in FORMATS:
        raise InputError(
            "no report has this ending",
            where="-o",
            fragment=output,
            remedy=f"Use one of {', '.join(FORMATS)}.",
        )
    require_places([("-o", output)], objectives)
    if certificates is not None and Path(certificates).exists() and not Path(certificates).is_dir():
        raise InputError("this is a file, not a folder", where="--certificates", fragment=certificates)
    # All are read before the first is examined: a mistake in the last must not cost the work on the others
    found = [read(spec, values, box, search.budget) for spec in objectives]
    verdicts, examined, faults = _verdicts(found, objectives, search, quiet)
    from strictsaddle_reports import tables, text, writing

    if certificates is not None:
        folder, home = Path(certificates), Path(output).parent
        verdicts = [certified(verdict, folder, home, k) for k, verdict in enumerate(verdicts, start=1)]
    writing.write(output, contents(verdicts, examined, Path(output).suffix.lower()), "-o")
    say(text.draw(tables.comparison(verdicts)) + "\n")
    if not quiet:
        tell(f"wrote {output}")
    for fault in faults:
        tell(f"error: {fault}")
    if faults:
        tell(f"{output} is about the other {len(verdicts)} of {len(found)} objectives")
        return BAD_INPUT
    return worst(verdicts)


def _verdicts(
    found: list[Objective], specs: list[str], search: Options, quiet: bool
) -> tuple[list[Verdict], list[Objective], list[StrictSaddleError]]:
    """The verdicts, the objectives they are about, and what is wrong with the others; raises that where no verdict is left."""
    verdicts: list[Verdict] = []
    examined: list[Objective] = []
    faults: list[StrictSaddleError] = []
    for objective, spec in zip(found, specs, strict=True):
        try:
            verdicts.append(examine(objective, search, quiet, spec))
            examined.append(objective)
        except (InputError, NotYetError) as error:
            faults.append(error)
    if not verdicts:
        raise faults[0]
    return verdicts, examined, faults


def certified(verdict: Verdict, folder: Path, home: Path, number: int) -> Verdict:
    """The verdict with its certificate written to the folder, as a report in `home` may link to it; as it was where there is none."""
    from strictsaddle_reports import writing

    name = re.sub(r"[^A-Za-z0-9._-]+", "-", str(verdict.objective["name"])).strip("-.")[:60] or "objective"
    path = folder / f"{number}-{name}.zip"
    try:
        data = verdict.certificate.data
    except NotYetError as why:
        tell(f"{path} was not written: {why.what}")
        return verdict
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError("the folder cannot be made", where="--certificates", fragment=error.strerror or "") from None
    writing.write(path, data, "--certificates")
    place = os.path.relpath(path, home)
    return replace(verdict, certificate=replace(verdict.certificate, place=place))


def contents(verdicts: list[Verdict], objectives: list[Objective], suffix: str) -> str:
    """The report in the format of the ending."""
    if suffix == ".html":
        from strictsaddle_reports import html

        return html.report(verdicts, objectives)
    if suffix == ".md":
        from strictsaddle_reports import markdown

        return markdown.report(verdicts)
    if suffix == ".tex":
        from strictsaddle_reports import latex

        return latex.report(verdicts)
    from strictsaddle_reports import json_report

    return json_report.report(verdicts)
