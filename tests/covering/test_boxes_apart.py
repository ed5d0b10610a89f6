"""Boxes that overlap are told from boxes that touch."""

from __future__ import annotations

import numpy as np
import pytest

from strictsaddle.covering.boxes_apart import are_apart


@pytest.mark.parametrize("seed", range(20))
def test_parts_of_a_box_are_apart_and_a_moved_one_is_not(seed: int) -> None:
    random = np.random.default_rng(seed)
    n = int(random.integers(1, 5))
    boxes = [(np.zeros(n), np.ones(n))]
    for _ in range(60):  # halve boxes at random
        low, high = boxes.pop(int(random.integers(len(boxes))))
        k, cut = int(random.integers(n)), random.uniform(0.3, 0.7)
        at = low[k] + cut * (high[k] - low[k])
        left, right = high.copy(), low.copy()
        left[k] = right[k] = at
        boxes += [(low, left), (right, high)]
    lower, upper = (np.array(ends) for ends in zip(*boxes, strict=True))
    assert are_apart(lower, upper)
    chosen = int(random.integers(len(boxes)))
    again = np.concatenate([lower, lower[[chosen]]]), np.concatenate([upper, upper[[chosen]]])
    assert not are_apart(*again)
    wider = lower.copy()
    inner = [k for k in range(len(boxes)) if lower[k, 0] > 0]
    wider[inner[0], 0] -= 1e-9
    assert not are_apart(wider, upper)


def test_few_boxes() -> None:
    assert are_apart(np.empty((0, 2)), np.empty((0, 2)))
    assert are_apart(np.zeros((1, 2)), np.ones((1, 2)))
