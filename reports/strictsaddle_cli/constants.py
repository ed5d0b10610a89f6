"""`strictsaddle constants`: Definition 2, certified, refuted, or the best constants."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, cast

import typer

from strictsaddle.errors import InputError
from strictsaddle_cli import options
from strictsaddle_cli.check import terminal_width
from strictsaddle_cli.examination import read, require_places
from strictsaddle_cli.output import say, tell
from strictsaddle_cli.progress import shown

if TYPE_CHECKING:
    from strictsaddle.pipeline import Method

Alpha = Annotated[str | None, typer.Option("--alpha", metavar="A", help="Strong convexity: H >= A about the minima.")]
Gamma = Annotated[str | None, typer.Option("--gamma", metavar="G", help="Negative curvature: least eigenvalue <= -G.")]
Epsilon = Annotated[str | None, typer.Option("--epsilon", metavar="E", help="Large gradient: |g| >= E.")]
Delta = Annotated[str | None, typer.Option("--delta", metavar="D", help="Near a minimum: within D of it.")]
Plot = Annotated[
    str | None,
    typer.Option("--plot", metavar="FILE", help="Draw which condition holds where, or the frontier (.png, .svg)."),
]


def constants(
    objective: options.ObjectiveName,
    alpha: Alpha = None,
    gamma: Gamma = None,
    epsilon: Epsilon = None,
    delta: Delta = None,
    parameter: options.Parameters = None,
    method: options.Method = "auto",
    box: options.Box = None,
    budget: options.Budget = None,
    max_boxes: options.MaxBoxes = None,
    workers: options.Workers = None,
    checkpoint: options.Checkpoint = None,
    json: options.Json = None,
    plot: Plot = None,
    quiet: options.Quiet = False,
    seed: options.Seed = "0",
) -> int:
    """Definition 2: certify or refute four constants, or find the best values of those that are left out.

    Exit code: 0 they hold, 1 they fail, 2 bad input, 3 undecided.
    """
    search = options.search(method, budget, max_boxes, workers, checkpoint, seed)
    values = options.parameters(parameter)
    given = {
        name: _positive(name, text)
        for name, text in (("alpha", alpha), ("gamma", gamma), ("epsilon", epsilon), ("delta", delta))
    }
    if plot is not None and not plot.lower().endswith((".png", ".svg")):
        raise InputError("a picture is a .png or a .svg file", where="--plot", fragment=plot)
    require_places([("--json", json), ("--plot", plot), ("--checkpoint", checkpoint)], [objective])
    from strictsaddle.guarantee import constants as certify
    from strictsaddle.guarantee import exit_code

    target = read(objective, values, box)
    with shown(target.name, quiet) as listener:
        verdict = certify(
            target,
            **given,
            method=cast("Method", search.method),
            budget=search.budget,
            max_boxes=search.max_boxes,
            workers=search.workers,
            seed=search.seed,
            listener=listener,
        )
    if json == "-":
        say(verdict.to_json() + "\n")
    else:
        from strictsaddle_reports import constants_text

        say(constants_text.report(verdict, width=terminal_width()))
    from strictsaddle_reports import json_report, writing

    if json not in (None, "-"):
        writing.write(str(json), json_report.report([verdict]), "--json")
    if plot is not None:
        from strictsaddle_reports import constants_plots

        picture = constants_plots.picture(verdict, target, vector=plot.lower().endswith(".svg"))
        if picture is None:
            tell("there is nothing to draw: pictures need two unknowns, or a frontier")
            plot = None
        else:
            writing.write(plot, picture.data, "--plot")
    if not quiet:
        for path in (json, plot):
            if path not in (None, "-"):
                tell(f"wrote {path}")
    return exit_code(verdict)


def _positive(name: str, text: str | None) -> str | None:
    """The text of a constant, once it is known to be a positive number; before anything slow is loaded."""
    if text is None:
        return None
    from strictsaddle.objective.objective import exact

    try:
        number = exact(text)
    except InputError as error:
        raise error.at(f"--{name}") from None
    if number <= 0:
        raise InputError(
            "not a positive number",
            where=f"--{name}",
            fragment=text,
            remedy="All four constants are positive.",
        )
    return text
