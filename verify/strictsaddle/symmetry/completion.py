"""A list of stationary points completed by the proved symmetries: every image of every point, each once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from strictsaddle.arithmetic.arrays import Floats
from strictsaddle.records.terms import Interval
from strictsaddle.records.verdict import StationaryPoint
from strictsaddle.symmetry.box_index import BoxIndex, Enclosure, inside
from strictsaddle.symmetry.discrete.signed_permutations import SignedPermutationGroup, image_of

MOST_POINTS = 20_000  # points that a list is completed to; larger orbits are left to their representatives


def completed(
    group: SignedPermutationGroup, points: Sequence[StationaryPoint], unique: Sequence[Floats], most: int = MOST_POINTS
) -> tuple[tuple[StationaryPoint, ...], bool]:
    """All images of the points under the group, each once, sorted; and whether that could be done.

    `unique`: for each point a box (2, n) in which it is the only stationary point. An image is the same point as a
    listed one when the enclosure of either lies in the unique box of the other, and another one when the enclosures
    are disjoint. Where neither holds, or there are more than `most` points, the second value is False and the points are
    returned as they are.
    """
    if group.order == 1:
        return tuple(points), True
    enclosures = [[(i.low, i.high) for i in point.point] for point in points]
    widest = max((high - low for box in enclosures for low, high in box), default=0.0)
    index = BoxIndex(group.dimension, widest)
    known: list[StationaryPoint] = []
    homes: list[Enclosure] = []
    queue: list[tuple[StationaryPoint, Enclosure, Enclosure]] = [
        (point, box, [(float(low), float(high)) for low, high in home.T])
        for point, box, home in zip(points, enclosures, unique, strict=True)
    ]
    while queue:
        point, box, home = queue.pop()
        near = index.meeting(box)
        if near:
            if all(inside(box, homes[k]) or inside(index.boxes[k], home) for k in near):
                continue
            return tuple(points), False
        if len(known) >= most:
            return tuple(points), False
        index.add(box)
        homes.append(home)
        known.append(replace(point, point=tuple(Interval(low + 0.0, high + 0.0) for low, high in box)))
        queue += [(point, image_of(element, box), image_of(element, home)) for element in group.generators]
    return tuple(sorted(known, key=in_order)), True


def in_order(point: StationaryPoint) -> list[float]:
    """The key by which lists of points are sorted."""
    return [round(0.5 * (i.low + i.high), 9) for i in point.point]
