"""`strictsaddle escape`: what optimisers do at the certified saddles of an objective."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from strictsaddle.errors import InputError
from strictsaddle_cli import options
from strictsaddle_cli.check import terminal_width
from strictsaddle_cli.examination import answered, read, require_places
from strictsaddle_cli.output import answer, require_picture, say, tell, tell_written

if TYPE_CHECKING:
    from strictsaddle.records.escape import Escape
    from strictsaddle.records.events import Listener

DEFAULT_BUDGET = "300"
Optimisers = Annotated[
    str | None,
    typer.Option("--optimiser", metavar="NAME,...", help="These alone; `list` shows them. All when left out."),
]
Seeds = Annotated[str, typer.Option("--seeds", metavar="N", help="Paths of each optimiser from each saddle.")]
Batch = Annotated[str, typer.Option("--batch", metavar="N", help="Data rows of a step of sgd.")]
Saddles = Annotated[str, typer.Option("--saddles", metavar="N", help="The most saddles, up to symmetry, to start at.")]
Plot = Annotated[
    str | None,
    typer.Option(
        "--plot", metavar="FILE", help="Draw steps against laws and noise, and the index along paths (.png, .svg)."
    ),
]
Budget = Annotated[str, typer.Option("--budget", metavar="SECONDS", help="Of everything, the list of points included.")]


def escape(
    objective: options.ObjectiveName,
    parameter: options.Parameters = None,
    optimiser: Optimisers = None,
    seeds: Seeds = "200",
    batch: Batch = "1",
    saddles: Saddles = "8",
    method: options.Method = "auto",
    box: options.Box = None,
    budget: Budget = DEFAULT_BUDGET,
    max_boxes: options.MaxBoxes = None,
    workers: options.Workers = None,
    json: options.Json = None,
    plot: Plot = None,
    quiet: options.Quiet = False,
    seed: options.Seed = None,
) -> int:
    """How long do optimisers stay at its certified saddles, which way do they leave, and where do they end?

    Exit code: 0 when every saddle that is listed was measured, 2 bad input, 3 when there is none, or time ran out.
    """
    if optimiser == "list":
        return _list()
    search_options = options.search(method, budget, max_boxes, workers, None, seed)
    names = None if optimiser is None else [name.strip() for name in optimiser.split(",") if name.strip()]
    if names == []:
        raise InputError("no optimiser is named", where="--optimiser", remedy="`--optimiser list` shows them.")
    counts = [
        options.whole(option, text, 1)
        for option, text in (("--seeds", seeds), ("--batch", batch), ("--saddles", saddles))
    ]
    require_picture(plot)
    require_places([("--json", json), ("--plot", plot)], [objective])
    from strictsaddle.dynamics.runs import out_of_time, require_ready, search

    require_ready(names, counts[0])
    target = read(objective, options.parameters(parameter), box, search_options.budget)

    def work(listener: Listener) -> Escape:
        return search(
            target,
            optimisers=names,
            seeds=counts[0],
            batch=counts[1],
            saddles=counts[2],
            options=search_options,
            listener=listener,
        )

    found = answered(target.name, quiet, work, search_options.budget, partial(out_of_time, target))
    from strictsaddle_reports import escape_text, writing

    answer(json, lambda: found.to_json() + "\n", lambda: escape_text.report(found, width=terminal_width()))
    if plot is not None:
        from strictsaddle_reports import escape_plots

        drawn = escape_plots.picture(found, vector=plot.lower().endswith(".svg"))
        if drawn is not None:
            writing.write(plot, drawn.data, "--plot")
        else:
            tell("there is nothing to draw: nothing was measured")
            plot = None
    if not quiet:
        tell_written(json, plot)
    return found.exit_code


def _list() -> int:
    """The optimisers with their sources."""
    from tabulate import tabulate

    from strictsaddle.dynamics.runs import require_jax

    require_jax()
    from strictsaddle.dynamics.names import NAMES
    from strictsaddle.dynamics.optimisers import optimiser

    made = [optimiser(name) for name in NAMES]
    say(
        tabulate([[one.name, one.words, one.source] for one in made], ["optimiser", "", "source"], tablefmt="simple")
        + "\n"
    )
    return 0
