"""The options that several subcommands share, and the reading of their values."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Annotated, cast, get_args

import typer

from strictsaddle.errors import InputError
from strictsaddle.execution import options as execution
from strictsaddle.execution.options import Options

METHODS: tuple[str, ...] = get_args(execution.Method)

_FORMS = "zoo name, FILE.toml, FILE.json, FILE.py:NAME, formula, or - for standard input."
ObjectiveName = Annotated[str, typer.Argument(metavar="OBJECTIVE", help=f"A {_FORMS}")]
Objectives = Annotated[
    list[str],
    typer.Argument(metavar="OBJECTIVE...", help=f"Each a {_FORMS}", show_default=False),
]
Parameters = Annotated[
    list[str] | None,
    typer.Option("-p", "--parameter", metavar="NAME=VALUE", help="Set a parameter, exactly (1/3, 0.1). Repeatable."),
]
Method = Annotated[str, typer.Option("--method", metavar="|".join(METHODS), help="The engine that makes the proof.")]
Box = Annotated[
    str | None,
    typer.Option("--box", metavar="LO,HI", help="Limit every unknown to this interval; the claim is then about it."),
]
Budget = Annotated[
    str | None,
    typer.Option("--budget", metavar="SECONDS", help="Stop after this time: undecided, unless proved by then."),
]
MaxBoxes = Annotated[
    str | None, typer.Option("--max-boxes", metavar="N", help="Stop after this many boxes (interval engine).")
]
Workers = Annotated[
    str | None,
    typer.Option("--workers", metavar="N", help="Processes that share the work; all cores when left out."),
]
Checkpoint = Annotated[
    str | None,
    typer.Option("--checkpoint", metavar="FILE", help="Save the state of a long run here, and go on from it."),
]
Seed = Annotated[
    str | None,
    typer.Option(
        "--seed",
        metavar="N",
        help="Start of the random searches and of the primes, which otherwise are drawn anew in each run.",
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress and no notes on standard error.")]
Json = Annotated[
    str | None, typer.Option("--json", metavar="PATH|-", help="Write the verdict as JSON; - prints it alone.")
]
Certificate = Annotated[
    str | None,
    typer.Option(
        "--certificate", metavar="FILE.zip", help="Write the proof, for `strictsaddle verify` and for strangers."
    ),
]
JUnit = Annotated[str | None, typer.Option("--junit", metavar="PATH", help="Write the verdict as JUnit XML.")]


def search(method: str, budget: str | None, max_boxes: str | None, workers: str | None, checkpoint: str | None,
           seed: str | None) -> Options:  # fmt: skip
    """The options' texts as what they mean. Raises InputError for values that make no sense."""
    if method not in METHODS:
        raise InputError(
            "there is no such method",
            where="--method",
            fragment=method,
            remedy=f"Choose one of {', '.join(METHODS)}.",
        )
    return Options(
        cast("execution.Method", method),
        None if budget is None else seconds("--budget", budget),
        None if max_boxes is None else whole("--max-boxes", max_boxes, 1),
        None if workers is None else whole("--workers", workers, 1),
        checkpoint,
        None if seed is None else whole("--seed", seed, 0),
    )


def seconds(option: str, text: str) -> float:
    """The time that an option's text stands for. Raises InputError unless it is positive and finite."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not (math.isfinite(value) and value > 0):
        raise InputError("not a positive, finite number of seconds", where=option, fragment=text)
    return value


def whole(option: str, text: str, least: int) -> int:
    """The whole number that an option's text stands for. Raises InputError when it is none, or less than `least`."""
    if not re.fullmatch(r"[+-]?[0-9]{1,18}", text):
        raise InputError("not a whole number", where=option, fragment=text)
    if int(text) < least:
        raise InputError(f"this number must be at least {least}", where=option, fragment=text)
    return int(text)


def parameters(given: Sequence[str] | None) -> dict[str, str]:
    """The values of `-p NAME=VALUE` options by name, as text.

    Raises InputError for another form and for repeated names.
    """
    found: dict[str, str] = {}
    for text in given or ():
        name, equals, value = (part.strip() for part in text.partition("="))
        if not (name and equals and value):
            raise InputError(
                "not of the form NAME=VALUE",
                where="-p",
                fragment=text,
                remedy="Write for example -p lam=1/3.",
            )
        if name in found:
            raise InputError("a parameter is set twice", where="-p", fragment=name, remedy="Set it once.")
        found[name] = value
    return found
