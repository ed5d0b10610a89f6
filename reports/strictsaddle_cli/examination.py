"""What `check`, `stationary` and `report` have in common: an objective read, examined, and watched meanwhile."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

from strictsaddle.errors import InputError
from strictsaddle_cli.options import Search
from strictsaddle_cli.output import tell
from strictsaddle_reports.writing import require_different, require_writable

if TYPE_CHECKING:
    from strictsaddle.objective.objective import Objective
    from strictsaddle.verdict import Verdict


def read(spec: str, parameters: dict[str, str], box: str | None = None) -> Objective:
    """The objective that the user named. What a Python file prints meanwhile goes to standard error."""
    from strictsaddle.loading import load

    with contextlib.redirect_stdout(sys.stderr):
        return load(spec, parameters=parameters, box=box)


def examine(objective: Objective, search: Search, quiet: bool, spec: str = "") -> Verdict:
    """The verdict on `objective`, with progress on standard error unless `quiet`. What is wrong with its domain is said of `spec`, which
    the user named it by."""
    from strictsaddle.pipeline import check
    from strictsaddle_cli.progress import shown

    try:
        with shown(objective.name, quiet) as listener:
            return check(
                objective,
                method=search.method,  # type: ignore[arg-type]  # one of METHODS, which `options` has checked
                budget=search.budget,
                max_boxes=search.max_boxes,
                workers=search.workers,
                checkpoint=search.checkpoint,
                seed=search.seed,
                listener=listener,
            )
    except InputError as error:
        raise (error.at(spec) if spec and error.where.startswith("domain") else error) from None
    except KeyboardInterrupt:
        if search.checkpoint is not None and os.path.exists(search.checkpoint):
            tell(f"the same command goes on from {search.checkpoint}")
        raise


def require_places(outputs: Iterable[tuple[str, str | None]], inputs: Iterable[str] = ()) -> None:
    """Before a long job: raise InputError unless every output (option, path) can be written and none would overwrite
    another one or an input. A path of None or "-" is no file."""
    places = [(option, path) for option, path in outputs if path not in (None, "-") for path in [str(path)]]
    read_from = {os.path.realpath(spec.split(".py:")[0] + ".py" if ".py:" in spec else spec) for spec in inputs}
    for option, path in places:
        if os.path.realpath(path) in read_from and os.path.exists(path):
            raise InputError(
                "this is the objective's own file", where=option, fragment=path, remedy="Name another file."
            )
    require_different(places)
    for option, path in places:
        require_writable(path, option)
