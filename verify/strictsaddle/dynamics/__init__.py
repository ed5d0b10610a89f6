"""What optimisers do at the saddles that are certified: how long they stay, which way they leave, where they end."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from strictsaddle.execution.options import Options
from strictsaddle.loading import as_objective
from strictsaddle.objective.objective import Objective
from strictsaddle.records.escape import Escape
from strictsaddle.records.events import Listener, silent


def escape(
    objective: Objective | str | Path,
    *,
    optimisers: Sequence[str] | None = None,
    seeds: int = 200,
    batch: int = 1,
    saddles: int = 8,
    theorem_6: bool = True,
    options: Options = Options(),  # noqa: B008  # frozen
    listener: Listener = silent,
) -> Escape:
    """Run optimisers from each certified saddle of an objective, degenerate ones included, one of each orbit.

    Parameters
    ----------
    optimisers: names of `dynamics.optimisers.NAMES`; all when left out (SGD only where the objective is a network with data).
    seeds: paths of each optimiser from each saddle.
    batch: data rows of a step of SGD.
    saddles: the most that are looked at.
    theorem_6: whether constants of Definition 2 are looked for, to put the theorem's iterations beside what was measured.
    options: budget, seed and so on; a share of the budget is for the list of stationary points.

    Raises InputError for unknown optimisers, NotYetError for equalities other than spheres, EngineError where JAX or optax is missing.
    """
    from strictsaddle.dynamics.runs import search

    found = as_objective(objective)
    return search(found, optimisers=optimisers, seeds=seeds, batch=batch, saddles=saddles, theorem=theorem_6, options=options,
                  listener=listener)  # fmt: skip
