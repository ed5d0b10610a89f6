"""From an objective that is not strict-saddle to ones that are: why it fails, what mends it, and what that costs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from strictsaddle.execution.options import Options
from strictsaddle.loading import as_objective
from strictsaddle.objective.objective import Objective
from strictsaddle.records.events import Listener, silent
from strictsaddle.reformulation.records import Reformulation


def reformulate(
    objective: Objective | str | Path,
    *,
    modifications: Sequence[str] | None = None,
    draw: bool = False,
    options: Options = Options(),  # noqa: B008  # frozen
    listener: Listener = silent,
) -> Reformulation:
    """Modified objectives that are certified to be strict-saddle, ranked by price.

    Parameters
    ----------
    modifications: names of the catalogue to try; all that suit the objective when left out.
    draw: a ridge of its own for each unknown, drawn at random, instead of a search: for polynomials in any number of unknowns.
    options: budget, workers and so on.

    Raises InputError for names that are not in the catalogue, and for `draw` where there is no bound of the risk.
    """
    from strictsaddle.reformulation.search import search

    return search(as_objective(objective), modifications=modifications, draw=draw, options=options, listener=listener)
