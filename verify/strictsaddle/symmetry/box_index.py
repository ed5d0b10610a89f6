"""An index of boxes in R^n: those that meet another box, without looking at all of them.

If two boxes meet, their lower corners differ in coordinate i by at most the wider of the two sides, so the sums
c.low differ by at most sum_i c_i max(side_i, other_i). Boxes are kept in cells of c.low, for weights c that tell most
permutations and sign changes of a point apart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from math import floor, isfinite

from strictsaddle.records.verdict import StationaryPoint

Enclosure = Sequence[tuple[float, float]]

GOLDEN = 0.6180339887498949
ROUNDING = 1e-9  # of sizes: far more than what rounding does to sums of n products
LEAST_CELL = 1e-7


class BoxIndex:
    """Boxes numbered from 0 in the order in which they were added. `widest`: about the largest side to come; any
    other number costs time only."""

    def __init__(self, dimension: int, widest: float) -> None:
        self.weights = [1.0 + (k * GOLDEN) % 1.0 for k in range(1, dimension + 1)]
        self.boxes: list[Enclosure] = []
        self.widest = 0.0
        self.largest = 0.0  # bound of sum c_i |low_i|
        self.cell = max(4.0 * widest * sum(self.weights), LEAST_CELL)
        self.cells: defaultdict[int, list[int]] = defaultdict(list)
        self.everywhere: list[int] = []  # boxes that are not finite

    def add(self, box: Enclosure) -> None:
        """Add a box with the number len(self.boxes)."""
        number = len(self.boxes)
        self.boxes.append(box)
        if not all(isfinite(end) for side in box for end in side):
            self.everywhere.append(number)
            return
        self.widest = max(self.widest, *(high - low for low, high in box))
        self.largest = max(self.largest, self._size(box))
        self.cells[floor(self._sum(box) / self.cell)].append(number)

    def meeting(self, box: Enclosure) -> list[int]:
        """The numbers, ascending, of all boxes that have a point in common with `box`."""
        reach = sum(c * max(self.widest, high - low) for c, (low, high) in zip(self.weights, box, strict=True))
        reach += ROUNDING * (reach + self.largest + self._size(box))
        if not isfinite(reach):
            candidates: Sequence[int] = range(len(self.boxes))
        else:
            middle = self._sum(box)
            first, last = floor((middle - reach) / self.cell), floor((middle + reach) / self.cell)
            if last - first > len(self.cells):
                candidates = range(len(self.boxes))
            else:
                candidates = [*self.everywhere, *(k for at in range(first, last + 1) for k in self.cells.get(at, ()))]
        return sorted(k for k in candidates if meet(self.boxes[k], box))

    def _sum(self, box: Enclosure) -> float:
        return sum(c * low for c, (low, _) in zip(self.weights, box, strict=True))

    def _size(self, box: Enclosure) -> float:
        return sum(c * abs(low) for c, (low, _) in zip(self.weights, box, strict=True))


def meet(one: Enclosure, other: Enclosure) -> bool:
    """Whether two boxes have a point in common."""
    return all(a[0] <= b[1] and b[0] <= a[1] for a, b in zip(one, other, strict=True))


def inside(inner: Enclosure, outer: Enclosure) -> bool:
    """Whether one box is a part of the other."""
    return all(a[0] >= b[0] and a[1] <= b[1] for a, b in zip(inner, outer, strict=True))


def each_once(points: Sequence[StationaryPoint]) -> tuple[StationaryPoint, ...]:
    """Those whose enclosures meet no other's: what several engines told of may be the same."""
    kept: list[StationaryPoint] = []
    index = BoxIndex(len(points[0].point) if points else 0, 0.0)
    for point in points:
        if not index.meeting(point.point):
            index.add(point.point)
            kept.append(point)
    return tuple(kept)
