"""`strictsaddle verify`: check a certificate with the independent checker."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from strictsaddle.errors import InputError
from strictsaddle_cli import options
from strictsaddle_cli.examination import read, require_places
from strictsaddle_cli.output import PROVED, REFUTED, UNDECIDED, answer, tell, tell_written

File = Annotated[str, typer.Argument(metavar="FILE.zip", help="A certificate, from check --certificate.")]
About = Annotated[
    str | None,
    typer.Option("--objective", metavar="OBJECTIVE", help="Is the certificate about this objective?"),
]


def verify(
    file: File,
    objective: About = None,
    parameter: options.Parameters = None,
    box: options.Box = None,
    workers: options.Workers = None,
    json: options.Json = None,
    quiet: options.Quiet = False,
) -> int:
    """Check a certificate. Nothing of what made it is believed.

    Exit code: 0 valid, 1 invalid (or about another objective), 2 bad input, 3 not checked.
    """
    count = os.cpu_count() or 1 if workers is None else options.whole("--workers", workers, 1)
    values = options.parameters(parameter)
    if values and objective is None:
        raise InputError("a parameter without an objective", where="-p", remedy="Name it with --objective.")
    require_places([("--json", json)], [file])
    target = None if objective is None else read(objective, values, box)
    import strictsaddle_proofs
    from strictsaddle_reports import verification

    with verification.progress(quiet, tell) as listener:
        try:
            found = strictsaddle_proofs.verify(file, count, listener)
        except OSError as error:
            raise InputError("the file cannot be read", where=file, fragment=error.strerror or "") from None
    if target is not None:
        found = verification.compared(found, target)
    answer(json, lambda: verification.as_json(found), lambda: verification.text(found))
    if not quiet:
        tell_written(json)
    return {True: PROVED, False: REFUTED, None: UNDECIDED}[found.valid]
