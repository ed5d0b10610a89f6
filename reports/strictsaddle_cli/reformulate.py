"""`strictsaddle reformulate`: a modified objective that is strict-saddle, certified, with its price."""

from __future__ import annotations

import os
import re
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from strictsaddle.errors import InputError
from strictsaddle_cli import options
from strictsaddle_cli.check import terminal_width
from strictsaddle_cli.examination import answered, read, require_places
from strictsaddle_cli.output import answer, say, tell, tell_written

if TYPE_CHECKING:
    from strictsaddle.records.events import Listener
    from strictsaddle.reformulation.records import Candidate, Reformulation

DEFAULT_BUDGET = "120"
Output = Annotated[
    str | None, typer.Option("-o", "--output", metavar="FILE.toml", help="Write the first candidate here.")
]
All = Annotated[
    str | None, typer.Option("--all", metavar="FOLDER", help="Write every certified candidate into this folder.")
]
Modification = Annotated[
    list[str] | None,
    typer.Option(
        "--modification",
        metavar="NAME",
        help="Try this row of the catalogue alone. Repeatable; `list` shows the catalogue.",
    ),
]
Draw = Annotated[
    bool,
    typer.Option(
        "--draw",
        help="Draw a ridge for each unknown at random, with a proved bound of the risk: for any number of unknowns.",
    ),
]
Budget = Annotated[str, typer.Option("--budget", metavar="SECONDS", help="Of the whole search.")]


def reformulate(
    objective: options.ObjectiveName,
    parameter: options.Parameters = None,
    output: Output = None,
    all_: All = None,
    modification: Modification = None,
    draw: Draw = False,
    method: options.Method = "auto",
    box: options.Box = None,
    budget: Budget = DEFAULT_BUDGET,
    max_boxes: options.MaxBoxes = None,
    workers: options.Workers = None,
    json: options.Json = None,
    quiet: options.Quiet = False,
    seed: options.Seed = None,
) -> int:
    """Why is it not strict-saddle, what mends it, and at what price? Every candidate is certified, and can be written as a file.

    Exit code: 0 when one is certified (or none is needed), 2 bad input, 3 when none is.
    """
    if modification == ["list"]:
        return _catalogue()
    search = options.search(method, budget, max_boxes, workers, None, seed)
    values = options.parameters(parameter)
    if output is not None and not output.endswith(".toml"):
        raise InputError("a candidate is a .toml file", where="-o", fragment=output)
    require_places([("-o", output), ("--json", json)], [objective])
    if all_ is not None and os.path.exists(all_) and not os.path.isdir(all_):
        raise InputError("this is a file, not a folder", where="--all", fragment=all_)
    target = read(objective, values, box, search.budget)
    from strictsaddle.reformulation.catalogue import named
    from strictsaddle.reformulation.search import out_of_time
    from strictsaddle.reformulation.search import search as searched

    named(modification)

    def work(listener: Listener) -> Reformulation:
        return searched(target, modifications=modification, draw=draw, options=search, listener=listener)

    found = answered(target.name, quiet, work, search.budget, partial(out_of_time, target))
    from strictsaddle_reports import reformulation_text

    files = _written(found, output, all_)
    answer(json, lambda: found.to_json(files) + "\n", lambda: reformulation_text.report(found, width=terminal_width()))
    if output is not None and found.best is None:
        tell(
            f"{output} was not written: "
            + ("nothing has to be modified" if found.exit_code == 0 else "no candidate is certified")
        )
    if not quiet:
        tell_written(*dict.fromkeys(files.values()), json)
    return found.exit_code


def _written(found: Reformulation, output: str | None, folder: str | None) -> dict[int, str]:
    """Write the candidates that were asked for; where, by their numbers."""
    from strictsaddle_reports import writing

    files: dict[int, str] = {}
    if folder is not None and found.candidates:
        try:
            Path(folder).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(f"cannot make this folder ({error.strerror})", where="--all", fragment=folder) from None
        for number, one in enumerate(found.candidates):
            path = str(
                Path(folder) / f"{number + 1:02d}-{re.sub(r'[^a-z0-9]+', '-', one.name.lower()).strip('-')}.toml"
            )
            writing.write(path, _file(one), "--all")
            files[number] = path
    if output is not None and found.best is not None:
        writing.write(output, _file(found.best), "-o")
        files[0] = output
    return files


def _file(one: Candidate) -> str:
    from strictsaddle.loading.written import toml

    proof = f"proof: {one.proof}" + (f", risk at most {one.risk}" if one.risk is not None else "")
    return toml(
        one.objective, f"{one.name}: {one.words.split(';')[0]}.\nStrict-saddle ({proof}), by strictsaddle reformulate."
    )


def _catalogue() -> int:
    from tabulate import tabulate

    from strictsaddle.reformulation.catalogue import CATALOGUE

    rows = [[row.name, row.words, ", ".join(row.strengths), ", ".join(sorted(row.helps)) if len(row.helps) < 6 else "all but not_smooth",
             "0" if row.zero_bias else "grows with the strength"] for row in CATALOGUE]  # fmt: skip
    say(tabulate(rows, ["modification", "what it adds", "strengths", "tried for", "bias"], tablefmt="simple") + "\n")
    return 0
