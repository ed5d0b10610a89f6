"""`strictsaddle symmetries`: which maps of the unknowns leave the objective unchanged?"""

from __future__ import annotations

from strictsaddle_cli import options
from strictsaddle_cli.examination import read, require_places
from strictsaddle_cli.output import PROVED, say, tell


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
    from strictsaddle_reports import symmetries_text, writing

    record = symmetries_text.record(found)
    if json == "-":
        say(symmetries_text.as_json(record))
        return PROVED
    say(symmetries_text.text(record))
    if json is not None:
        writing.write(json, symmetries_text.as_json(record), "--json")
        if not quiet:
            tell(f"wrote {json}")
    return PROVED
