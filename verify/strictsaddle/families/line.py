"""The line of a parameter: the verdict on all of it, in pieces."""

from __future__ import annotations

from typing import Any

from strictsaddle.errors import InputError
from strictsaddle.execution.budget import Budget
from strictsaddle.execution.options import Options
from strictsaddle.families import algebraic_line, covered_line
from strictsaddle.families.budgeted import answered
from strictsaddle.objective.family import Family
from strictsaddle.records.events import Listener, silent
from strictsaddle.records.sweep import Sweep
from strictsaddle.records.verdict import Resources
from strictsaddle.version import VERSIONS


def sweep(family: Family, options: Options = Options(), listener: Listener = silent) -> Sweep:  # noqa: B008  # frozen
    """Cut the range of the family's one parameter where the verdict or the list of stationary points changes.

    A polynomial's cuts are found exactly (`algebraic_line`), unless the interval method is asked for; for anything else unknowns and
    parameter are covered together (`covered_line`). Raises InputError for more than one parameter.
    """
    if len(family.parameters) != 1:
        raise InputError("a sweep is along one parameter", where="-p", fragment=", ".join(p.name for p in family.parameters),
                         remedy="Set the others to one value.")  # fmt: skip
    return answered(family, options, listener, _cut, out_of_time)


def out_of_time(family: Family, why: str, seconds: float) -> Sweep:
    """The sweep where nothing is known of the whole line."""
    parameter = family.parameters[0]
    cut = covered_line.unknown(parameter.low, parameter.high, why)
    return Sweep(
        described(family),
        parameter.name,
        (str(parameter.low), str(parameter.high)),
        (),
        (cut,),
        Resources("none", seconds),
        VERSIONS,
    )


def _cut(family: Family, options: Options, budget: Budget, listener: Listener) -> Sweep:
    (parameter,) = family.parameters
    ends = (str(parameter.low), str(parameter.high))
    if options.method != "interval":
        exact = algebraic_line.cut_line(family, options, budget, listener)
        if exact is not None:
            return Sweep(described(family), parameter.name, ends, *exact, Resources("exact", 0.0), VERSIONS)
    pieces, cuts, boxes, _ = covered_line.cut_line(family, options, budget, listener)
    return Sweep(described(family), parameter.name, ends, pieces, cuts, Resources("interval", 0.0, boxes), VERSIONS)


def described(family: Family) -> dict[str, Any]:
    """The family as records carry it: the joint formula, with the intervals in the place of the parameters' values."""
    record = family.joint.to_dict()
    fixed = {name: str(value) for name, value in family.joint.parameters.items()}
    return {
        **record, "variables": list(family.unknowns), "parameters": {**fixed, **{p.name: p.text for p in family.parameters}},
        "domain": family.domain.to_dict(),
    }  # fmt: skip
