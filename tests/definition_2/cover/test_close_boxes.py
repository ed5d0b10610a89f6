"""The record of a search for Definition 2: the tree of boxes is told again from it, and every leaf is held against points in it."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from strictsaddle.covering.waves import CHUNKS, TAKEN, Coverage, cover
from strictsaddle.definition_2.cover import close_boxes as codes
from strictsaddle.definition_2.cover.cover import Thresholds
from strictsaddle.definition_2.landscape.patch import flat
from strictsaddle.derive.derivatives import derive
from strictsaddle.execution.budget import UNLIMITED
from strictsaddle.execution.executor import Serial
from strictsaddle.objective.objective import Objective
from strictsaddle.records.events import silent

EPSILON, GAMMA, DELTA = 0.05, 0.25, 0.25
MINIMA = np.array([[-1.0, 0.0], [1.0, 0.0]])
Box = tuple[Any, Any]


class Wrong(Exception):
    """What a record claims is not so."""


def searched() -> tuple[bytes, ...]:
    """The record of the double well x^4/4 - x^2/2 + y^2/2 on a box, closed."""
    well = derive(Objective("double well", "x y", "x**4/4 - x**2/2 + y**2/2"))
    asked = Thresholds(flat(well), EPSILON**2, GAMMA, np.stack([MINIMA, MINIMA]), np.full(2, DELTA**2))
    state, reason, _ = cover(asked, Coverage.start(np.full(2, -2.1), np.full(2, 1.9)), Serial(), UNLIMITED, silent)
    assert state.closed and reason is None
    return state.record


def holds(code: int, points: Any) -> bool:
    """The condition that a code claims, at points, by hand."""
    x, y = points.T
    if code == codes.NEAR:
        gaps = np.linalg.norm(points[:, None] - MINIMA[None], axis=2).min(axis=1)
        return bool((gaps <= DELTA).all())
    if code in (codes.LARGE, codes.LARGE_BY_SLOPE):
        return bool((np.hypot(x**3 - x, y) >= EPSILON).all())
    return code == codes.CURVED and bool((3 * x**2 - 1 <= -GAMMA).all())


def told(records: tuple[bytes, ...]) -> int:
    """The number of leaves. Raises Wrong where a leaf is not what it is said to be, or the record and the boxes part ways."""
    rng, leaves = np.random.default_rng(0), 0
    boxes: list[Box] = [(np.full(2, -2.1), np.full(2, 1.9))]

    def leaf(code: int, box: Box) -> None:
        nonlocal leaves
        leaves += 1
        if not holds(code, rng.uniform(*box, (200, 2))):
            raise Wrong(f"code {code} on {box}")

    def fate(box: Box, code: int, stack: list[Box]) -> None:
        if code < codes.SPLIT_BASE:
            return leaf(code, box)
        side, (low, high) = code - codes.SPLIT_BASE, box
        if side not in (0, 1):
            raise Wrong("a side that there is not")
        cut = 0.5 * low[side] + 0.5 * high[side]
        below, above = high.copy(), low.copy()
        below[side] = above[side] = cut
        stack += [(low, below), (above, high)]
        return None

    def chunk(stack: list[Box], record: Iterator[int]) -> list[Box]:
        while stack and (code := next(record, None)) is not None:
            batch = []
            while True:
                if code != codes.TAKEN:
                    raise Wrong("there are no half-spaces to be outside of")
                batch.append(stack.pop())
                if not stack or len(batch) == codes.BATCH:
                    break
                code = next(record)
            second = [next(record) for _ in batch]
            for box, one in zip(batch, second, strict=True):
                if one != codes.KEPT:
                    leaf(one, box)
            for box in [box for box, one in zip(batch, second, strict=True) if one == codes.KEPT]:
                fate(box, next(record), stack)
        if next(record, None) is not None:
            raise Wrong("the record goes on after the last box")
        return stack

    following = iter(records)
    for first in following:
        taken = min(len(boxes), TAKEN)
        kept, dealt = boxes[: len(boxes) - taken], boxes[len(boxes) - taken :]
        parts = [first, *(next(following) for _ in range(min(CHUNKS, taken) - 1))]
        for k, part in enumerate(parts):
            kept += chunk(dealt[k :: len(parts)], iter(zlib.decompress(part)[8:]))
        boxes = kept
    if boxes:
        raise Wrong("boxes are open")
    return leaves


def test_the_whole_tree_is_told_again() -> None:
    assert told(searched()) > 20


def test_a_changed_code_is_noticed() -> None:
    records = searched()
    whole = zlib.decompress(records[0])
    tried = noticed = 0
    for k in range(8, len(whole), 7):
        for other in (codes.NEAR, codes.CURVED, codes.LARGE, codes.SPLIT_BASE):
            if whole[k] == other:
                continue
            tried += 1
            changed = zlib.compress(whole[:k] + bytes([other]) + whole[k + 1 :])
            try:
                told((changed, *records[1:]))
            except (Wrong, StopIteration, RuntimeError):
                noticed += 1
    assert tried > 20 and noticed >= 0.9 * tried


def test_a_cut_record_leaves_boxes_open() -> None:
    records = searched()
    with pytest.raises((Wrong, StopIteration, RuntimeError)):
        told((zlib.compress(zlib.decompress(records[0])[:-1]), *records[1:]))
