"""`strictsaddle symmetries`: which maps of the unknowns leave the objective unchanged?"""

from __future__ import annotations

from strictsaddle_cli import options
from strictsaddle_cli.examination import read, require_places
from strictsaddle_cli.output import PROVED, answer, tell_written


def symmetries(
    objective: options.ObjectiveName,
    parameter: options.Parameters = None,
    box: options.Box = None,
    json: options.Json = None,
    quiet: options.Quiet = False,
) -> int:
    """Signed permutations and continuous symmetries, each proved."""
    values = options.parameters(parameter)
    require_places([("--json", json)], [objective])
    found = read(objective, values, box)
    from strictsaddle_reports import symmetries_text

    record = symmetries_text.record(found)
    answer(json, lambda: symmetries_text.as_json(record), lambda: symmetries_text.text(record))
    if not quiet:
        tell_written(json)
    return PROVED
