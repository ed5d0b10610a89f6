"""`strictsaddle sweep`: the line of a parameter, cut where the verdict or the list of stationary points changes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from strictsaddle.errors import InputError
from strictsaddle_cli import options
from strictsaddle_cli.check import terminal_width
from strictsaddle_cli.examination import answered, read_family, require_places
from strictsaddle_cli.output import answer, require_picture, say, tell, tell_written

if TYPE_CHECKING:
    from strictsaddle.execution.options import Options
    from strictsaddle.objective.family import Family
    from strictsaddle.records.events import Listener
    from strictsaddle.records.sweep import Plane, Sweep

Plot = Annotated[
    str | None,
    typer.Option(
        "--plot", metavar="FILE", help="Draw the bifurcation diagram, or the plane of two parameters (.png, .svg)."
    ),
]
Csv = Annotated[
    str | None, typer.Option("--csv", metavar="PATH|-", help="Write the diagram's branches as CSV; - prints it alone.")
]
Interval = Annotated[
    list[str] | None,
    typer.Option(
        "-p", "--parameter", metavar="NAME=LO:HI", help="Sweep this parameter (two for a plane); NAME=VALUE sets one."
    ),
]


def sweep(
    objective: options.ObjectiveName,
    parameter: Interval = None,
    method: options.Method = "auto",
    box: options.Box = None,
    budget: options.Budget = None,
    max_boxes: options.MaxBoxes = None,
    workers: options.Workers = None,
    json: options.Json = None,
    csv: Csv = None,
    plot: Plot = None,
    quiet: options.Quiet = False,
    seed: options.Seed = None,
) -> int:
    """The verdict as one parameter varies, or two: -p lam=0:2. What is said of a piece is proved for every value in it.

    Exit code: 0 when there is a verdict on every piece, 2 bad input, 3 when a part of the line is left open.
    """
    search = options.search(method, budget, max_boxes, workers, None, seed)
    values = options.parameters(parameter)
    require_picture(plot)
    if csv == json == "-":
        raise InputError("standard output holds one thing", where="--csv", remedy="Give --json or --csv a file.")
    require_places([("--json", json), ("--csv", csv), ("--plot", plot)], [objective])
    family = read_family(objective, values, box, search.budget)
    from strictsaddle.families.line import out_of_time
    from strictsaddle.families.line import sweep as swept

    if len(family.parameters) == 2:
        if csv is not None:
            raise InputError(
                "the plane of two parameters has no branches", where="--csv", fragment=csv, remedy="Use --json."
            )
        return _plane(family, search, json, plot, quiet)

    def work(listener: Listener) -> Sweep:
        return swept(family, search, listener)

    found = answered(family.name, quiet, work, search.budget, partial(out_of_time, family))
    from strictsaddle_reports import sweep_text, writing

    if json == "-":
        say(found.to_json() + "\n")
    elif csv != "-":
        say(sweep_text.report(found, width=terminal_width()))
    if json not in (None, "-"):
        writing.write(str(json), found.to_json() + "\n", "--json")
    if plot is not None or csv is not None:
        from strictsaddle.families.diagram import branches
        from strictsaddle_reports import sweep_plots

        lines = branches(family, found)
        if csv == "-":
            say(sweep_text.branches_csv(found, lines))
        elif csv is not None:
            writing.write(csv, sweep_text.branches_csv(found, lines), "--csv")
        picture = None if plot is None else sweep_plots.diagram(found, lines, vector=plot.lower().endswith(".svg"))
        if picture is not None:
            writing.write(str(plot), picture.data, "--plot")
        elif plot is not None:
            tell("there is nothing to draw: no stationary point is listed")
            plot = None
    if not quiet:
        tell_written(json, csv, plot)
    return found.exit_code


def _plane(family: Family, search: Options, json: str | None, plot: str | None, quiet: bool) -> int:
    """Two parameters: regions of their plane, and a picture of them."""
    from strictsaddle.families.plane import out_of_time
    from strictsaddle.families.plane import plane as examined

    def work(listener: Listener) -> Plane:
        return examined(family, search, listener)

    found = answered(family.name, quiet, work, search.budget, partial(out_of_time, family))
    from strictsaddle_reports import sweep_plots, sweep_text, writing

    answer(json, lambda: found.to_json() + "\n", lambda: sweep_text.plane(found, width=terminal_width()))
    if plot is not None:
        writing.write(plot, sweep_plots.plane(found, vector=plot.lower().endswith(".svg")).data, "--plot")
    if not quiet:
        tell_written(json, plot)
    return found.exit_code
