"""`strictsaddle derive`: gradient and Hessian as text, LaTeX or Python."""

from __future__ import annotations

from typing import Annotated

import typer

from strictsaddle.errors import InputError
from strictsaddle_cli import options
from strictsaddle_cli.examination import read, require_places
from strictsaddle_cli.output import PROVED, answer, tell_written


def derive(
    objective: options.ObjectiveName,
    parameter: options.Parameters = None,
    latex: Annotated[bool, typer.Option("--latex", help="As LaTeX.")] = False,
    python: Annotated[bool, typer.Option("--python", help="As a Python module that needs NumPy alone.")] = False,
    json: options.Json = None,
) -> int:
    """Gradient and Hessian."""
    if latex + python + (json == "-") > 1:
        raise InputError("choose one form", where="--latex, --python, --json -", remedy="Leave the others out.")
    require_places([("--json", json)], [objective])
    found = read(objective, options.parameters(parameter))
    from strictsaddle_reports import derivation

    shown = derivation.latex if latex else derivation.python if python else derivation.text
    answer(json, lambda: derivation.as_json(found), lambda: shown(found))
    tell_written(json)
    return PROVED
