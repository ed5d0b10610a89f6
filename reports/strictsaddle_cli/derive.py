"""`strictsaddle derive`: gradient and Hessian as text, LaTeX or Python."""

from __future__ import annotations

from typing import Annotated

import typer

from strictsaddle.errors import InputError
from strictsaddle_cli import options
from strictsaddle_cli.examination import read
from strictsaddle_cli.output import PROVED, say


def derive(
    objective: options.ObjectiveName,
    parameter: options.Parameters = None,
    latex: Annotated[bool, typer.Option("--latex", help="As LaTeX.")] = False,
    python: Annotated[bool, typer.Option("--python", help="As a Python module that needs NumPy alone.")] = False,
) -> int:
    """Gradient and Hessian."""
    if latex and python:
        raise InputError("choose one form", where="--latex, --python", remedy="Leave one out.")
    found = read(objective, options.parameters(parameter))
    from strictsaddle_reports import derivation

    say(derivation.latex(found) if latex else derivation.python(found) if python else derivation.text(found))
    return PROVED
