"""The plane of two parameters: regions in which nothing changes, and what separates them.

One covering of unknowns and both parameters. The boxes that are left over are projected to the plane; on each connected component of what
is not touched by any of them no stationary point is degenerate, and one list of kinds holds for all values (`covered_line`, with a
component of the plane in the place of a part of the line: a covering has as many sheets over each point of a connected set).
The plane is cut into SIDE x SIDE closed cells; a component is one of cells that have a side in common.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
from scipy import ndimage

from strictsaddle.arithmetic.arrays import Flags
from strictsaddle.errors import Contradiction, InputError
from strictsaddle.execution.budget import Budget
from strictsaddle.execution.options import Options
from strictsaddle.families import covered_line
from strictsaddle.families.budgeted import answered
from strictsaddle.families.line import described
from strictsaddle.families.lists import examined
from strictsaddle.objective.family import Family, simplest_between
from strictsaddle.records.events import Listener, silent
from strictsaddle.records.sweep import Plane, Region
from strictsaddle.records.terms import weakest
from strictsaddle.records.verdict import Resources
from strictsaddle.version import VERSIONS

SIDE = 128  # cells on each side
MOST_REGIONS = 24  # that are examined, the largest first
SLABS = 16


def plane(family: Family, options: Options = Options(), listener: Listener = silent) -> Plane:  # noqa: B008  # frozen
    """The regions of a family's two parameters. Raises InputError for another number of them."""
    if len(family.parameters) != 2:
        raise InputError(
            "a plane is one of two parameters", where="-p", fragment=", ".join(p.name for p in family.parameters)
        )
    return answered(family, options, listener, _examined, out_of_time)


def out_of_time(family: Family, why: str, seconds: float) -> Plane:
    """The plane where nothing is known."""
    everything = ((0,) * SIDE,) * SIDE
    return Plane(
        described(family), _names(family), _ranges(family), (), everything, why, Resources("none", seconds), VERSIONS
    )


def _names(family: Family) -> tuple[str, str]:
    first, second = family.parameters
    return first.name, second.name


def _ranges(family: Family) -> tuple[tuple[str, str], tuple[str, str]]:
    first, second = family.parameters
    return (str(first.low), str(first.high)), (str(second.low), str(second.high))


def _examined(family: Family, options: Options, budget: Budget, tell: Listener) -> Plane:
    known = covered_line.covered(family, options, budget, tell, SLABS, least=1.0 / (4 * SIDE))
    if known.reason:
        return replace(out_of_time(family, known.reason, 0.0), resources=Resources("interval", 0.0, known.boxes))
    touched = np.zeros((SIDE, SIDE), dtype=bool)
    n = family.dimension
    for box in np.concatenate([known.left, known.strict]):
        spans = [_cells(family, k, float(box[0, n + k]), float(box[1, n + k])) for k in range(2)]
        touched[spans[0], spans[1]] = True
    labels, count = ndimage.label(~touched)
    sizes = ndimage.sum_labels(~touched, labels, range(1, count + 1)) if count else []
    order = sorted(range(1, count + 1), key=lambda k: (-sizes[k - 1], k))[:MOST_REGIONS]
    regions, numbers = [], np.zeros((SIDE, SIDE), dtype=int)
    for place, label in enumerate(order, start=1):
        numbers[labels == label] = place
        values = _inside(family, labels == label)
        at = examined(family, values, options, budget.share(1.0 / (len(order) - place + 1)), tell)
        answer = at.verdict.definition_1
        if answer.verdict == "not_strict_saddle":
            raise Contradiction(f"{values} is refuted and proved")
        counts = at.counts if known.everything else None
        proof = "interval" if counts is None else weakest("interval", answer.proof)
        shown = tuple(str(values[name]) for name in _names(family))
        regions.append(
            Region(
                "strict_saddle",
                None if counts is None else dict(counts),
                proof,
                shown,
                float(sizes[label - 1]) / SIDE**2,
            )
        )
    grid = tuple(tuple(int(k) for k in row) for row in numbers)
    reason = "" if regions else "no part of the plane was covered within the budget"
    return Plane(
        described(family),
        _names(family),
        _ranges(family),
        tuple(regions),
        grid,
        reason,
        Resources("interval", 0.0, known.boxes),
        VERSIONS,
    )


def _cells(family: Family, k: int, low: float, high: float) -> slice:
    """The cells of parameter k that an interval touches."""
    p = family.parameters[k]
    scale = SIDE / (p.high - p.low)
    first = int(np.floor(float((Fraction(low) - p.low) * scale) - 1e-6))
    last = int(np.floor(float((Fraction(high) - p.low) * scale) + 1e-6))
    return slice(max(first, 0), min(last, SIDE - 1) + 1)


def _inside(family: Family, cells: Flags) -> dict[str, Fraction]:
    """Simple values in the cell that is farthest from the region's border."""
    depth = ndimage.distance_transform_cdt(np.pad(cells, 1))[1:-1, 1:-1]
    place = np.unravel_index(int(np.argmax(depth)), depth.shape)
    values = {}
    for p, k in zip(family.parameters, place, strict=True):
        step = (p.high - p.low) / SIDE
        values[p.name] = simplest_between(p.low + int(k) * step, p.low + (int(k) + 1) * step)
    return values
