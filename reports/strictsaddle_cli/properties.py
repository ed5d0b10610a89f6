"""`strictsaddle properties`: the laws that every objective must obey, tried on this one."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Annotated

import typer

from strictsaddle.records.json_text import json_text
from strictsaddle_cli import options
from strictsaddle_cli.check import terminal_width
from strictsaddle_cli.examination import read
from strictsaddle_cli.output import PROVED, REFUTED, UNDECIDED, answer, tell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from strictsaddle_properties.trial import Trial

Examples = Annotated[str, typer.Option("--examples", metavar="N", help="Cases to try each law on, at most.")]
Budget = Annotated[
    str | None,
    typer.Option("--budget", metavar="SECONDS", help="For all laws together; those left over are undecided."),
]


def properties(
    objective: options.ObjectiveName,
    parameter: options.Parameters = None,
    box: options.Box = None,
    examples: Examples = "25",
    budget: Budget = "120",
    json: options.Json = None,
    quiet: options.Quiet = False,
    seed: options.Seed = None,
) -> int:
    """Laws that must hold, tried on this objective.

    Symmetry, mean values, counts of stationary points, the verdict in other coordinates, Definition 2 at sampled
    points: each law on random cases, the first that breaks it made as small as possible. Needs Hypothesis.

    Exit code: 0 when no law is broken, 1 when one is, 2 bad input, 3 when a law could not be tried.
    """
    most, start = options.whole("--examples", examples, 1), options.whole("--seed", seed or "0", 0)
    time_limit = None if budget is None else options.seconds("--budget", budget)
    values = options.parameters(parameter)
    from strictsaddle_properties.trial import require_hypothesis, tried

    require_hypothesis()
    trials = tried(
        read(objective, values, box),
        examples=most,
        seed=start,
        budget=time_limit,
        listener=lambda trial: None if quiet else tell(f"{trial.law.name}: {trial.result}"),
    )
    record = [{"law": t.law.name, "result": t.result, "examples": t.examples, "detail": t.detail} for t in trials]
    answer(json, lambda: json_text(record) + "\n", lambda: table(trials))
    results = {trial.result for trial in trials}
    return REFUTED if "broken" in results else UNDECIDED if "undecided" in results else PROVED


def table(trials: Sequence[Trial]) -> str:
    """The laws in one table, then in full those that are broken or could not be tried."""
    from tabulate import tabulate

    rows = [[trial.law.name, trial.examples, trial.result] for trial in trials]
    blocks = [tabulate(rows, headers=["law", "examples", "result"], tablefmt="simple")]
    for trial in trials:
        if trial.result != "holds":
            text = f"{trial.law.name} ({trial.law.statement}) {_words(trial)}"
            blocks.append(textwrap.fill(text, terminal_width(), subsequent_indent="    ", break_long_words=False))
    return "\n\n".join(blocks) + "\n"


def _words(trial: Trial) -> str:
    if trial.result == "broken":
        return f"is broken. The smallest case found: {trial.detail}"
    return f"{'is undecided' if trial.result == 'undecided' else trial.result}: {trial.detail}"
