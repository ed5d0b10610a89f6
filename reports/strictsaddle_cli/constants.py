"""`strictsaddle constants`: Definition 2, certified, refuted, or the best constants."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from strictsaddle.errors import InputError
from strictsaddle_cli import options
from strictsaddle_cli.check import terminal_width, write_certificate
from strictsaddle_cli.examination import read, require_certifiable, require_places, watched
from strictsaddle_cli.output import answer, require_picture, tell, tell_written

if TYPE_CHECKING:
    from fractions import Fraction

    from strictsaddle.objective.objective import Objective
    from strictsaddle.records.events import Listener
    from strictsaddle.records.verdict import StationaryPoint, Verdict

Alpha = Annotated[str | None, typer.Option("--alpha", metavar="A", help="Strong convexity: H >= A about the minima.")]
Gamma = Annotated[str | None, typer.Option("--gamma", metavar="G", help="Negative curvature: least eigenvalue <= -G.")]
Epsilon = Annotated[str | None, typer.Option("--epsilon", metavar="E", help="Large gradient: |g| >= E.")]
Delta = Annotated[str | None, typer.Option("--delta", metavar="D", help="Near a minimum: within D of it.")]
Plot = Annotated[
    str | None,
    typer.Option("--plot", metavar="FILE", help="Draw which condition holds where, or the frontier (.png, .svg)."),
]
Sweep = Annotated[
    str | None,
    typer.Option("--sweep", metavar="NAME=LO:HI:STEPS", help="Ask for STEPS values of a parameter, ends included."),
]
MOST_STEPS = 1000


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
    certificate: options.Certificate = None,
    json: options.Json = None,
    plot: Plot = None,
    sweep: Sweep = None,
    quiet: options.Quiet = False,
    seed: options.Seed = None,
) -> int:
    """Definition 2: certify or refute four constants, or find the best values of those that are left out.

    Exit code: 0 they hold, 1 they fail, 2 bad input, 3 undecided; with --sweep 1 if they fail for one of the values,
    and 0 if they hold for all.
    """
    search = options.search(method, budget, max_boxes, workers, checkpoint, seed)
    values = options.parameters(parameter)
    given = {
        name: _positive(name, text)
        for name, text in (("alpha", alpha), ("gamma", gamma), ("epsilon", epsilon), ("delta", delta))
    }
    if sweep is not None and checkpoint is not None:
        raise InputError(
            "a sweep keeps no checkpoint", where="--checkpoint", remedy="Leave one of the two options out."
        )
    require_picture(plot)
    if sweep is not None and certificate is not None:
        raise InputError("a sweep has no certificate", where="--certificate", remedy="Ask for one set of constants.")
    places = [("--json", json), ("--plot", plot), ("--checkpoint", checkpoint), ("--certificate", certificate)]
    require_places(places, [objective])
    from strictsaddle.definition_2.constants import examine, exit_code, out_of_time
    from strictsaddle.search.one_by_one import one_by_one as each

    name, points = ("", []) if sweep is None else values_of(sweep, values)

    def made(value: Fraction) -> Objective:
        return read(objective, {**values, name: str(value)}, box)

    target = made(points[0]) if points else read(objective, values, box, search.budget)
    if certificate is not None:
        require_certifiable(target, search, constants=True)
    started = time.monotonic()

    def work(listener: Listener) -> list[Verdict]:
        if points:
            return list(each(made, points, given, search, listener))
        return [examine(target, given, search, listener)]

    def fallback(found: Sequence[StationaryPoint], why: str) -> list[Verdict]:
        return [out_of_time(target, given, why, found, round(time.monotonic() - started, 3))] * max(1, len(points))

    try:
        verdicts = watched(target.name, quiet, work, search.budget, fallback)
    except KeyboardInterrupt:
        if checkpoint is not None and os.path.exists(checkpoint):
            tell(f"the same command goes on from {checkpoint}")
        raise
    from strictsaddle_reports import constants_text, json_report, writing

    def as_text() -> str:
        if points:
            return constants_text.sweep(name, points, verdicts, width=terminal_width())
        return constants_text.report(verdicts[0], width=terminal_width())

    answer(json, lambda: json_report.report(verdicts), as_text)
    if plot is not None:
        from strictsaddle_reports import constants_plots

        vector = plot.lower().endswith(".svg")
        if points:
            picture = constants_plots.sweep(name, points, verdicts, vector)
        else:
            picture = constants_plots.picture(verdicts[0], target, vector=vector)
        if picture is None:
            tell("there is nothing to draw: pictures need two unknowns, a frontier, or rows that hold")
            plot = None
        else:
            writing.write(plot, picture.data, "--plot")
    if certificate is not None:
        write_certificate(verdicts[0], certificate, quiet)
    if not quiet:
        tell_written(json, plot)
    return exit_code(*verdicts)


def values_of(text: str, others: Mapping[str, str]) -> tuple[str, list[Fraction]]:
    """The parameter's name and its values, from NAME=LO:HI:STEPS. Raises InputError for anything else."""
    from fractions import Fraction

    from strictsaddle.objective.numbers import exact

    name, equals, ends = (part.strip() for part in text.partition("="))
    parts = ends.split(":")
    if not (name and equals and len(parts) == 3):
        raise InputError("not of the form NAME=LO:HI:STEPS", where="--sweep", fragment=text,
                         remedy="Write for example --sweep lam=1/10:1/2:5.")  # fmt: skip
    if name in others:
        raise InputError("this parameter is swept and set", where="--sweep", fragment=name, remedy="Leave out its -p.")
    try:
        low, high = exact(parts[0].strip()), exact(parts[1].strip())
    except InputError as error:
        raise error.at("--sweep") from None
    steps = options.whole("--sweep", parts[2].strip(), 1)
    if steps > MOST_STEPS:
        raise InputError(f"more than {MOST_STEPS} steps", where="--sweep", fragment=parts[2])
    if low == high or steps == 1:
        return name, [low] if low == high else [low, high][:steps]
    return name, [low + (high - low) * Fraction(k, steps - 1) for k in range(steps)]


def _positive(name: str, text: str | None) -> str | None:
    """The text of a constant, once it is known to be a positive number; before anything slow is loaded."""
    if text is None:
        return None
    from strictsaddle.objective.numbers import exact

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
