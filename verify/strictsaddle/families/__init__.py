"""Families of objectives: the line of a parameter cut where something changes, and claims about all values at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from strictsaddle.execution.options import Options
from strictsaddle.objective.family import Family
from strictsaddle.objective.numbers import Number
from strictsaddle.objective.objective import Objective
from strictsaddle.records.events import Listener, silent
from strictsaddle.records.sweep import Plane, Sweep
from strictsaddle.records.verdict import Verdict


def sweep(
    objective: Objective,
    ranges: Mapping[str, Sequence[Number]] | None = None,
    *,
    options: Options = Options(),  # noqa: B008  # frozen
    listener: Listener = silent,
    **named: Sequence[Number],
) -> Sweep | Plane:
    """The verdict as a parameter varies: sweep(objective, lam=(0, 2)) cuts its range where the verdict or the list of stationary points
    changes; with two parameters, the regions of their plane.

    Parameters
    ----------
    ranges, named: name -> (low, high), exact numbers; parameters of the objective's formula, or a network's common ridge.
    options: method, budget, workers and so on (`execution.options.Options`).

    Raises InputError for parameters that the formula does not have, and for more than two.
    """
    from strictsaddle.families.line import sweep as along
    from strictsaddle.families.plane import plane

    family = _family(objective, ranges, named)
    return (plane if len(family.parameters) == 2 else along)(family, options, listener)


def check_all(
    objective: Objective,
    ranges: Mapping[str, Sequence[Number]] | None = None,
    *,
    options: Options = Options(),  # noqa: B008  # frozen
    listener: Listener = silent,
    **named: Sequence[Number],
) -> Verdict:
    """Is the objective strict-saddle for every value of its parameters in the ranges? Parameters as in `sweep`, up to three."""
    from strictsaddle.families.for_all import check_family

    return check_family(_family(objective, ranges, named), options, listener)


def _family(
    objective: Objective, ranges: Mapping[str, Sequence[Number]] | None, named: Mapping[str, Sequence[Number]]
) -> Family:
    from strictsaddle.loading.families import family_of

    return family_of(objective, {**(ranges or {}), **named})
