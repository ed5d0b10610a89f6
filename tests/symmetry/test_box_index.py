"""The index against a look at every box."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from strictsaddle.symmetry.box_index import BoxIndex, inside, meet

SIDES = st.tuples(st.sampled_from([-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 1e9]), st.sampled_from([0.0, 1e-12, 0.5, 1.0, 3.0]))
BOXES = st.lists(
    st.tuples(*[SIDES] * 3).map(lambda sides: tuple((low, low + width) for low, width in sides)), max_size=30
)


@given(BOXES, BOXES, st.sampled_from([0.0, 1e-3, 10.0]))
def test_meeting_boxes_are_all_found(boxes: list[tuple[tuple[float, float], ...]],
                                     others: list[tuple[tuple[float, float], ...]], widest: float) -> None:  # fmt: skip
    index = BoxIndex(3, widest)
    for box in boxes:
        index.add(box)
    for other in [*others, *boxes]:
        assert index.meeting(other) == [k for k, box in enumerate(boxes) if meet(box, other)]


def test_images_that_touch_after_rounding_are_found() -> None:
    """Lower corners whose weighted sums agree but for rounding."""
    index = BoxIndex(3, 0.0)
    at = (0.1, 0.2, 0.3)
    index.add([(x, x) for x in at])
    assert index.meeting([(x, math.nextafter(x, 1.0)) for x in at]) == [0]
    assert index.meeting([(math.nextafter(x, 1.0), 1.0) for x in at]) == []


def test_boxes_without_end() -> None:
    index = BoxIndex(2, 1.0)
    index.add([(0.0, math.inf), (0.0, 1.0)])
    index.add([(-1.0, -0.5), (0.0, 1.0)])
    assert index.meeting([(5.0, 6.0), (0.5, 0.5)]) == [0]
    assert index.meeting([(-math.inf, math.inf), (0.5, 0.5)]) == [0, 1]
    assert not inside(index.boxes[0], index.boxes[1]) and inside([(1.0, 2.0), (0.0, 0.5)], index.boxes[0])
