"""The record of a search: the tree of boxes is told again from it, and every claim at a leaf is proved again with Arb.

The second proof shares nothing with the first: it cuts the leaf into smaller boxes until ball arithmetic decides.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from flint import arb, arb_mat, ctx

from strictsaddle import Objective
from strictsaddle.arithmetic.evaluate import evaluate_arb
from strictsaddle.covering import box_tests
from strictsaddle.covering import explore as search
from strictsaddle.covering.waves import CHUNKS, TAKEN, Coverage, cover
from strictsaddle.covering.zeros import GradientZeros
from strictsaddle.derive.derivatives import Derivation, derive
from strictsaddle.execution.budget import UNLIMITED
from strictsaddle.execution.executor import Serial
from strictsaddle.records.events import silent

Box = tuple[Any, Any, int]  # lower, upper, mode


def parts(chunk: bytes, n: int) -> tuple[bytes, Any]:
    """The codes of a chunk's record, and the ends of its narrowed boxes, (m, 2, n)."""
    whole = zlib.decompress(chunk)
    start = 8 + int.from_bytes(whole[:8], "little")
    return whole[8:start], np.frombuffer(whole[start:]).reshape(-1, 2, n)


def joined(codes: bytes, ends: Any) -> bytes:
    return zlib.compress(len(codes).to_bytes(8, "little") + codes + np.ascontiguousarray(ends).tobytes())


class Wrong(Exception):
    """What a record claims is not so."""


class Telling:
    """One search told again from its records."""

    def __init__(self, derivation: Derivation, lower: Any, upper: Any, records: tuple[bytes, ...]) -> None:
        self.derivation, self.n = derivation, len(lower)
        self.records = iter(records)
        self.open: list[Box] = [(lower, upper, box_tests.OPEN)]
        self.points: list[Any] = []
        self.leaves = 0

    def tell(self) -> None:
        """All waves; raises Wrong where the record and the boxes part ways, or where something stays open."""
        for first in self.records:
            taken = min(len(self.open), TAKEN)
            if not taken:
                raise Wrong("a record without boxes")
            kept, dealt = self.open[: len(self.open) - taken], self.open[len(self.open) - taken :]
            chunks = min(CHUNKS, taken)
            codes = [first, *(next(self.records) for _ in range(chunks - 1))]
            left = [self._chunk(dealt[k::chunks], *parts(codes[k], self.n)) for k in range(chunks)]
            self.open = kept + [box for chunk in left for box in chunk]
        if self.open:
            raise Wrong(f"{len(self.open)} boxes are open")

    def _chunk(self, stack: list[Box], codes: bytes, ends: Any) -> list[Box]:
        code, self.ends = iter(codes), iter(ends)
        while stack:
            batch: list[Box] = []
            try:
                while stack and len(batch) < search.BATCH:
                    if self._next(code, (search.RECORD_TAKEN,)) == search.RECORD_TAKEN:
                        batch.append(stack.pop())
            except StopIteration:
                if batch:
                    raise Wrong("the record ends in the middle of a batch") from None
                return stack
            kept = []
            for box in batch:
                if self._next(code, (search.RECORD_GRADIENT, search.RECORD_KEPT)) == search.RECORD_KEPT:
                    kept.append(box)
                else:
                    self._leaf_without_zero(box)
            for box in kept:
                self._fate(box, stack, code)
        if next(code, None) is not None:
            raise Wrong("the record goes on after the last box")
        return stack

    @staticmethod
    def _next(code: Iterator[int], among: tuple[int, ...]) -> int:
        found = next(code)
        if found not in among:
            raise Wrong(f"code {found} where one of {among} belongs")
        return found

    def _fate(self, box: Box, stack: list[Box], code: Iterator[int]) -> None:
        lower, upper, mode = box
        found = next(code)
        if found in (search.RECORD_SADDLES, search.RECORD_MINIMA):
            mode = box_tests.SADDLES if found == search.RECORD_SADDLES else box_tests.MINIMA
            self._curved(lower, upper, mode)
            found = next(code)
        if found in (search.RECORD_MEAN_VALUE, search.RECORD_NEWTON, search.RECORD_BLOCK):
            self._leaf_without_zero(box)
        elif found in (search.RECORD_NARROWED, search.RECORD_BLOCK_NARROWED):
            low, high = self._narrowed(lower, upper)
            for i in range(self.n):  # what was cut off holds no stationary point
                for a, b in ((lower[i], low[i]), (high[i], upper[i])):
                    if a < b:
                        cut_low, cut_high = lower.copy(), upper.copy()
                        cut_low[i], cut_high[i] = a, b
                        self._leaf_without_zero((cut_low, cut_high, mode))
            stack.append((low, high, mode))
        elif found == search.RECORD_POINT:
            self.leaves += 1
            self.points.append((lower, upper))
        elif found >= search.SPLIT_BASE:
            k = found - search.SPLIT_BASE
            cut = 0.5 * lower[k] + 0.5 * upper[k]
            for half in (0, 1):
                low, high = lower.copy(), upper.copy()
                (high if half == 0 else low)[k] = cut
                stack.append((low, high, mode))
        else:
            raise Wrong(f"code {found} closes no box")

    def _narrowed(self, lower: Any, upper: Any) -> tuple[Any, Any]:
        low, high = next(self.ends)
        if not (np.all(lower <= low) and np.all(low <= high) and np.all(high <= upper)):
            raise Wrong("a narrowed box sticks out of the one it came from")
        return low.copy(), high.copy()

    def _leaf_without_zero(self, box: Box) -> None:
        self.leaves += 1
        if not self._everywhere(box[0], box[1], self._gradient_excludes, 14):
            raise Wrong(f"there may be a stationary point in {box[0]}, {box[1]}")

    def _curved(self, lower: Any, upper: Any, mode: int) -> None:
        test = self._is_saddle if mode == box_tests.SADDLES else self._is_positive
        if not self._everywhere(lower, upper, test, 10):
            raise Wrong(f"the curvature on {lower}, {upper} is not what is claimed")

    def _everywhere(self, lower: Any, upper: Any, test: Any, depth: int) -> bool:
        """Whether the test succeeds on all parts of some partition of the box."""
        if test([arb(a).union(arb(b)) for a, b in zip(lower, upper, strict=True)]):
            return True
        if depth == 0:
            return False
        k = int(np.argmax(upper - lower))
        cut = 0.5 * (lower[k] + upper[k])
        left, right = upper.copy(), lower.copy()
        left[k] = right[k] = cut
        return self._everywhere(lower, left, test, depth - 1) and self._everywhere(right, upper, test, depth - 1)

    def _gradient_excludes(self, balls: list[arb]) -> bool:
        centre = [ball.mid() for ball in balls]
        hessian, slope = self._hessian(balls), evaluate_arb(self.derivation.gradient_tape, centre)
        plain = evaluate_arb(self.derivation.gradient_tape, balls)
        for i in range(self.n):
            mean = slope[i] + sum((hessian[i, j] * (balls[j] - centre[j]) for j in range(self.n)), arb(0))
            if not plain[i].contains(0) or not mean.contains(0):
                return True
        return False

    def _hessian(self, balls: list[arb]) -> arb_mat:
        entries = iter(evaluate_arb(self.derivation.hessian_tape, balls))
        table = [[arb(0)] * self.n for _ in range(self.n)]
        for i in range(self.n):
            for j in range(i, self.n):
                table[i][j] = table[j][i] = next(entries)
        return arb_mat(table)

    def _is_saddle(self, balls: list[arb]) -> bool:
        hessian = self._hessian(balls)
        middle = np.array([[float(hessian[i, j].mid()) for j in range(self.n)] for i in range(self.n)])
        vector = arb_mat([[arb(float(x))] for x in np.linalg.eigh(middle)[1][:, 0]])
        return bool((vector.transpose() * hessian * vector)[0, 0] < 0)

    def _is_positive(self, balls: list[arb]) -> bool:
        hessian = self._hessian(balls)
        return all(
            arb_mat([[hessian[i, j] for j in range(k)] for i in range(k)]).det() > 0 for k in range(1, self.n + 1)
        )


CASES = {
    "x**4/4 - x**2/2 + y**2/6 + x*y/10": (-2.0, 2.5),
    "sin(2*x)*cos(y) + x**2/8 + y**2/7": (-3.1, 3.3),
    "(tanh(x)*y - 1)**2 + x**2/20 + y**2/15": (-5.0, 5.5),
}


def searched(formula: str) -> tuple[Derivation, Any, Any, Coverage]:
    derivation = derive(Objective("f", "x y", formula))
    lower, upper = np.full(2, CASES[formula][0]), np.full(2, CASES[formula][1])
    question = GradientZeros.of(derivation)
    state, _, _ = cover(question, Coverage.start(lower, upper), Serial(), UNLIMITED, silent)
    assert state.closed and len(state.points)
    return derivation, lower, upper, state


@pytest.mark.parametrize("formula", CASES)
def test_the_whole_tree_is_told_and_proved_again(formula: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("strictsaddle.covering.zeros.FIRST_LIMIT", 1)  # more than one wave
    monkeypatch.setattr(GradientZeros, "chunk", property(lambda self: 20))
    derivation, lower, upper, state = searched(formula)
    telling = Telling(derivation, lower, upper, state.record)
    before, ctx.prec = ctx.prec, 80
    try:
        telling.tell()
    finally:
        ctx.prec = before
    assert len(state.record) > 1
    assert len(telling.points) == len(state.points)
    for (low, high), (_, tight) in zip(telling.points, state.points, strict=True):
        assert np.all(low <= tight[1]) and np.all(tight[0] <= high)


def test_every_change_of_a_claim_is_noticed() -> None:
    formula = "x**4/4 - x**2/2 + y**2/6 + x*y/10"
    derivation, lower, upper, state = searched(formula)
    assert len(state.record) == 1
    codes, ends = parts(state.record[0], 2)
    noticed = tried = 0
    for k, code in enumerate(codes):
        for other in (search.RECORD_GRADIENT, search.RECORD_NEWTON, search.RECORD_MINIMA, search.SPLIT_BASE):
            if other == code or (code, other) == (search.RECORD_KEPT, search.RECORD_GRADIENT):
                continue
            tried += 1
            try:
                changed = joined(codes[:k] + bytes([other]) + codes[k + 1 :], ends)
                telling = Telling(derivation, lower, upper, (changed,))
                telling.tell()
            except (Wrong, StopIteration):
                noticed += 1
            else:  # another way to close the same boxes, true as well: the points must still be there
                assert len(telling.points) == len(state.points)
    assert tried > 50 and noticed >= 0.9 * tried


def test_a_leaf_with_a_stationary_point_cannot_be_closed() -> None:
    """The root closed by the gradient: false, since it holds three stationary points."""
    derivation, lower, upper, _ = searched("x**4/4 - x**2/2 + y**2/6 + x*y/10")
    lie = joined(bytes([search.RECORD_TAKEN, search.RECORD_GRADIENT]), np.empty((0, 2, 2)))
    with pytest.raises(Wrong, match="may be a stationary point"):
        Telling(derivation, lower, upper, (lie,)).tell()


def test_a_cut_record_leaves_boxes_open() -> None:
    derivation, lower, upper, state = searched("x**4/4 - x**2/2 + y**2/6 + x*y/10")
    with pytest.raises((Wrong, StopIteration)):
        codes, ends = parts(state.record[0], 2)
        Telling(derivation, lower, upper, (joined(codes[:-1], ends),)).tell()


def test_a_narrowed_box_that_cuts_too_much_is_noticed() -> None:
    """The twin of narrowing: the ends are data of the record, and each piece that they cut off is proved to hold nothing."""
    derivation, lower, upper, state = searched("x**4/4 - x**2/2 + y**2/6 + x*y/10")
    codes, ends = parts(state.record[0], 2)
    assert len(ends) > 0
    for lie in (ends[:, :, :] * 0.0, ends + 100.0):
        with pytest.raises((Wrong, StopIteration)):
            Telling(derivation, lower, upper, (joined(codes, lie),)).tell()
