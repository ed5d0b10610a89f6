"""What an unfinished covering left open, for the record: boxes with the reason why each is neither proved nor excluded."""

from __future__ import annotations

import numpy as np

from strictsaddle.arithmetic.arrays import Floats
from strictsaddle.covering.box_tests import MINIMA, OPEN
from strictsaddle.covering.search import Search
from strictsaddle.covering.waves import Coverage
from strictsaddle.records.terms import Interval
from strictsaddle.records.verdict import OpenRegion, Unresolved

SHOWN = 16


def unresolved(search: Search, state: Coverage, stopped: str, stuck: str) -> Unresolved | None:
    """The boxes of a coverage that are still open, in all unknowns, None when there are none. `stopped`: why the search ended; `stuck`:
    why no test closes the boxes that are too small to split."""
    count = len(state.stuck) + len(state.open_mode)
    if not count:
        return None
    first = [OpenRegion(_box(*search.in_all_unknowns(low, high)), stuck) for low, high in state.stuck[:SHOWN]]
    widths = state.open_upper - state.open_lower
    with np.errstate(divide="ignore"):
        sizes = np.log(widths).sum(axis=1)
    # boxes that matter for Definition 1 before those in which points are only to be listed
    order = np.lexsort((np.arange(len(sizes)), -sizes, state.open_mode != OPEN))
    for k in order[: SHOWN - len(first)]:
        box = _box(*search.in_all_unknowns(state.open_lower[k], state.open_upper[k]))
        first.append(OpenRegion(box, f"{_known(int(state.open_mode[k]))}: {stopped}"))
    return Unresolved(count, state.open_share, tuple(first))


def _known(mode: int) -> str:
    if mode == OPEN:
        return "nothing is proved here yet"
    what = "a minimum with positive definite Hessian" if mode == MINIMA else "a strict saddle or a maximum"
    return f"whatever is stationary here is {what}, but it is not listed yet"


def _box(low: Floats, high: Floats) -> tuple[Interval, ...]:
    return tuple(Interval(float(a) + 0.0, float(b) + 0.0) for a, b in zip(low, high, strict=True))
