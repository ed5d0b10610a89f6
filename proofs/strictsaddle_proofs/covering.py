"""A region in which every stationary point is accounted for: a tree of boxes, each leaf of which a test closes.

The tree is told by one byte a node, in the order of this machine: a stack holds the root box; up to `batch` boxes are taken from its
top, a byte is read for each, and what each leaves goes back on the stack in the same order, for a split the lower half first.

    0 ... 199   split in the middle of this unknown
    200 ... 206 a leaf, and the test that is expected to close it (see CLOSES); all others are tried when it doesn't
    207, 208    Krawczyk's operator narrows the box, in all unknowns or in the block

All boxes are computed here, from the root on, so nothing gets lost between them. A leaf that no test closes is narrowed and split by this
program itself, within bounds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass, field

import numpy as np

from strictsaddle_proofs.balls import Derivatives, ball, between
from strictsaddle_proofs.box_tests import Tests
from strictsaddle_proofs.errors import Refused, require
from strictsaddle_proofs.intervals import Array

OUTSIDE, GRADIENT, MEAN_VALUE, EMPTY, SADDLE, DEFINITE, POINT, NARROW, BLOCK = range(200, 209)
CLOSES = {OUTSIDE: "outside", GRADIENT: "gradient", MEAN_VALUE: "mean value", EMPTY: "Krawczyk", SADDLE: "negative curvature",
          DEFINITE: "positive definite", POINT: "one point"}  # fmt: skip
MOST_ROUNDS, MOST_PARTS = 60, 64  # of splitting what stays open, and boxes that a leaf may become, on average
MOST_NARROWED = 12  # times, of a box around a point
MOST_BATCH = 1 << 16
MOST_STACK = 20_000_000  # numbers
TOGETHER = 8192  # leaves that are tested at once
MOST_ENTRIES = 4_000_000  # of their Hessians
AUDITED = 4  # boxes of a piece, of one in a hundred that are looked at again in balls


@dataclass(frozen=True)
class Covering:
    """What is asked of every leaf. half_spaces: rows c, and energy: weights with a level, outside of which (c.w < 0, sum of weights * w^2
    > level) nothing is looked for; points: boxes (k, 2, n) in each of which there is at most one zero of the gradient, and that is
    listed; listing: whether a leaf must hold no zero but those (else: only good ones); block: unknowns for BLOCK."""

    derivatives: Derivatives
    half_spaces: Array
    energy: tuple[Array, float] | None
    points: Array
    listing: bool
    block: Array
    tests: Tests = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "tests", Tests(self.derivatives))

    @property
    def together(self) -> int:
        """How many boxes are worked on at once."""
        return max(64, min(TOGETHER, MOST_ENTRIES // self.derivatives.n**2))

    def leaves(self, root: tuple[Array, Array], codes: bytes, batch: int) -> Iterator[tuple[Array, Array, Array]]:
        """The leaves as told, in pieces: low and high (m, n), and their bytes. Raises Refused where bytes and tree part ways."""
        require(0 < batch <= MOST_BATCH, "a batch out of range", "covering")
        told, position, n = np.frombuffer(codes, dtype=np.uint8), 0, len(root[0])
        require(n <= OUTSIDE, "too many unknowns for a covering", "covering")
        low, high = np.empty((2 * batch, n)), np.empty((2 * batch, n))
        low[0], high[0], top = root[0], root[1], 1
        while top:
            count = min(batch, top)
            code = told[position : position + count]
            require(len(code) == count, "the record ends before the tree does", "covering")
            position, top = position + count, top - count
            taken_low, taken_high = low[top : top + count].copy(), high[top : top + count].copy()
            leaf = (code >= OUTSIDE) & (code <= POINT)
            leaf_low, leaf_high = taken_low[leaf], taken_high[leaf]
            alive = ~np.any(leaf_low > leaf_high, axis=1)  # not of a box that was found empty on the way
            if alive.any():
                yield leaf_low[alive], leaf_high[alive], code[leaf][alive]
            inner = np.flatnonzero(~leaf)
            require(
                np.all((code[inner] < n) | (code[inner] == NARROW) | (code[inner] == BLOCK)),
                "an unknown byte",
                "covering",
            )
            children = self._children(taken_low[inner], taken_high[inner], code[inner])
            more = len(children[0])
            require((top + more) * n <= MOST_STACK, "a tree that is too wide", "covering")
            if top + more > len(low):
                low, high = (np.concatenate([side, np.empty((len(side) + more, n))]) for side in (low, high))
            low[top : top + more], high[top : top + more] = children
            top += more
        require(position == len(told), "the record goes on after the last box", "covering")

    def _children(self, low: Array, high: Array, code: Array) -> tuple[Array, Array]:
        """What is left of boxes that are split or narrowed, in their order. An empty one stays, with its ends the wrong way round, as the
        bytes tell of its children too."""
        if not len(code):
            return low, high
        split = code < OUTSIDE
        low, high = low.copy(), high.copy()
        for kind, block in ((NARROW, None), (BLOCK, self.block)):
            rows = np.flatnonzero(code == kind)
            for piece in (rows[k : k + self.together] for k in range(0, len(rows), self.together)):
                local = self.tests.local(low[piece], high[piece])
                low[piece], high[piece], empty = local.contracted(block)
                low[piece[empty]], high[piece[empty]] = np.inf, -np.inf
        counts = np.where(split, 2, 1)
        number = np.repeat(np.arange(len(code)), counts)
        second = np.concatenate([[False], number[1:] == number[:-1]]) if len(number) else np.zeros(0, dtype=bool)
        cut_low, cut_high = low[number], high[number]
        rows = np.flatnonzero(split[number])
        side = code[number][rows].astype(np.int64)
        with np.errstate(invalid="ignore"):  # of empty boxes
            middle = 0.5 * cut_low[rows, side] + 0.5 * cut_high[rows, side]
            inside = (cut_low[rows, side] < middle) & (middle < cut_high[rows, side])
        dead = np.any(cut_low[rows] > cut_high[rows], axis=1)
        require(np.all(inside | dead), "a box that is too small to split", "covering")
        cut_high[rows, side] = np.where(second[rows] | dead, cut_high[rows, side], middle)
        cut_low[rows, side] = np.where(second[rows] & ~dead, middle, cut_low[rows, side])
        return cut_low, cut_high

    def close(self, low: Array, high: Array, code: Array) -> int:
        """Close these leaves; returns how many boxes it took. Raises Refused, with the box, where one stays open."""
        used = len(low)
        open_ = self._untouched(low, high, code)
        low, high = low[open_], high[open_]
        most = MOST_PARTS * (len(low) + 64)
        for _ in range(MOST_ROUNDS):
            if not len(low) or used > most + len(code):
                break
            low, high = self._left(low, high)
            used += len(low)
        if len(low):
            shown = ", ".join(f"[{a!r}, {b!r}]" for a, b in zip(low[0].tolist(), high[0].tolist(), strict=True))
            raise Refused(f"no test closes the box {shown}", "covering")
        return used

    def _untouched(self, low: Array, high: Array, code: Array) -> Array:
        """The numbers of the leaves that the test that is expected does not close."""
        closed = np.zeros(len(low), dtype=bool)
        rows = np.flatnonzero(code == OUTSIDE)
        closed[rows] = self.is_outside(low[rows], high[rows])
        rows = np.flatnonzero(code == POINT)
        closed[rows] = self._is_one_point(low[rows], high[rows])
        rows = np.flatnonzero(code == GRADIENT)
        closed[rows] = self.tests.no_zero(low[rows], high[rows])
        rows = np.flatnonzero((code >= MEAN_VALUE) & (code < POINT))
        if len(rows):
            local, asked = self.tests.local(low[rows], high[rows]), code[rows]
            for kind, test in ((MEAN_VALUE, local.mean_value), (EMPTY, lambda: local.contracted()[2])):
                if np.any(asked == kind):
                    closed[rows] |= test() & (asked == kind)
            if not self.listing:
                closed[rows] |= (local.saddle() | local.definite()) & (asked >= SADDLE)
        return np.flatnonzero(~closed)

    def _left(self, low: Array, high: Array) -> tuple[Array, Array]:
        """What all the tests leave of these boxes, each narrowed and split once."""
        for test in (self.is_outside, self.is_point, self.tests.no_zero):
            kept = ~test(low, high)
            low, high = low[kept], high[kept]
        if not len(low):
            return low, high
        local = self.tests.local(low, high)
        closed = local.mean_value()
        if not self.listing:
            closed |= local.saddle() | local.definite()
        new_low, new_high, empty = local.contracted()
        if len(self.block):
            block_low, block_high, nothing = local.contracted(self.block)
            new_low, new_high = np.maximum(new_low, block_low), np.minimum(new_high, block_high)
            empty |= nothing | np.any(new_low > new_high, axis=1) & local.bounded
        kept = ~(closed | empty)
        side, low, high = local.side_to_split()[kept], new_low[kept], new_high[kept]
        rows = np.arange(len(low))
        middle = 0.5 * low[rows, side] + 0.5 * high[rows, side]
        left, right = high.copy(), low.copy()
        left[rows, side] = right[rows, side] = middle
        return np.concatenate([low, right]), np.concatenate([left, high])

    def is_outside(self, low: Array, high: Array) -> Array:
        """Whether c.w < 0 all over the box for some half-space (entries are -2 ... 2: products are exact), or the energy is beyond its
        level."""
        closed = np.zeros(len(low), dtype=bool)
        for row in self.half_spaces:
            most = np.zeros(len(low))
            for i in np.flatnonzero(row):
                most = np.nextafter(most + np.maximum(row[i] * low[:, i], row[i] * high[:, i]), np.inf)
            closed |= most < 0
        if self.energy is not None:
            weights, level = self.energy
            least = np.zeros(len(low))
            for i in np.flatnonzero(weights):
                near = np.maximum(np.maximum(low[:, i], -high[:, i]), 0.0)
                square = np.nextafter(np.nextafter(near * near, 0.0) * weights[i], 0.0)
                least = np.nextafter(least + square, 0.0)
            closed |= least > level
        return closed

    def is_point(self, low: Array, high: Array) -> Array:
        """Whether the box lies in one of the boxes of listed points."""
        closed = np.zeros(len(low), dtype=bool)
        if not len(low) or not len(self.points):
            return closed
        rows = np.flatnonzero((high - low).max(axis=1) <= (self.points[:, 1] - self.points[:, 0]).max())
        for box_low, box_high in self.points if len(rows) else ():
            closed[rows] |= np.all((low[rows] >= box_low) & (high[rows] <= box_high), axis=1)
        return closed

    def _is_one_point(self, low: Array, high: Array) -> Array:
        """Whether Krawczyk's operator narrows the box to nothing, or into one of the boxes of listed points."""
        closed, rows = np.zeros(len(low), dtype=bool), np.arange(len(low))
        for _ in range(MOST_NARROWED):
            if not len(rows):
                break
            low, high, empty = self.tests.local(low, high).contracted()
            done = empty | self.is_point(low, high)
            closed[rows[done]] = True
            low, high, rows = low[~done], high[~done], rows[~done]
        return closed

    def audit(self, low: Array, high: Array, seed: int) -> int:
        """Look at one box in a hundred again, in balls: at its middle, gradient and Hessian must lie in their intervals."""
        chosen = np.random.default_rng(seed).random(len(low)) < 0.01
        rows = np.flatnonzero(chosen)[:AUDITED]
        if not len(rows):
            return 0
        middle = 0.5 * low[rows] + 0.5 * high[rows]
        sides = [program(low[rows], high[rows]) for program in (self.tests.gradient, self.tests.hessian)]
        n = self.derivatives.n
        for k, point in enumerate(middle):
            balls = [ball(float(x)) for x in point]
            matrix = self.derivatives.hessian_at(balls)
            values = [self.derivatives.gradient_at(balls), [matrix[i][j] for i in range(n) for j in range(i, n)]]
            for side, exact in zip(sides, values, strict=True):
                for a, b, value in zip(side[0][k].tolist(), side[1][k].tolist(), exact, strict=True):
                    known = np.isfinite(a) and np.isfinite(b) and value.is_finite()
                    require(not known or between(a, b).overlaps(value), "intervals and balls disagree", "covering")
        return len(rows)


def close_all(
    leaves: Iterator[tuple[Array, Array, Array]],
    together: int,
    work: Callable[[Array, Array, Array], tuple[int, int]],
    pool: Executor | None,
    tell: Callable[[int], None],
) -> tuple[int, int]:
    """Close all leaves, in a pool where there is one, a bounded number at a time; how many boxes that took, and how many were audited."""
    boxes = audited = 0
    waiting: set[Future[tuple[int, int]]] = set()
    for low, high, code in _pieces(leaves, together):
        if pool is None:
            done = [work(low, high, code)]
        else:
            waiting.add(pool.submit(work, low, high, code))
            if len(waiting) < 16:
                continue
            finished, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            done = [future.result() for future in finished]
        for used, looked_at in done:
            boxes, audited = boxes + used, audited + looked_at
        tell(boxes)
    for future in waiting:
        used, looked_at = future.result()
        boxes, audited = boxes + used, audited + looked_at
    return boxes, audited


def _pieces(leaves: Iterator[tuple[Array, Array, Array]], together: int) -> Iterator[tuple[Array, Array, Array]]:
    """The same leaves, so many at a time."""
    held: list[tuple[Array, Array, Array]] = []
    for leaf in leaves:
        held.append(leaf)
        while sum(len(part[2]) for part in held) >= together:
            low, high, code = (np.concatenate(parts) for parts in zip(*held, strict=True))
            yield low[:together], high[:together], code[:together]
            held = [(low[together:], high[together:], code[together:])]
    if held and sum(len(part[2]) for part in held):
        low, high, code = (np.concatenate(parts) for parts in zip(*held, strict=True))
        yield low, high, code


def uniqueness(derivatives: Derivatives, boxes: Sequence[tuple[Array, Array]]) -> None:
    """Raise Refused unless each box holds at most one zero of the gradient: |1 - Y H(X)| < 1 for some Y, in the maximum norm that measures
    each coordinate by the box's side, so that every matrix between the gradients at two points is nonsingular."""
    from flint import arb, arb_mat

    n = derivatives.n
    for low, high in boxes:
        over = derivatives.hessian_at([between(float(a), float(b)) for a, b in zip(low, high, strict=True)])
        require(all(x.is_finite() for row in over for x in row), "the Hessian is not bounded in a box", "unique")
        try:
            product = (arb_mat(over).mid().inv().mid() * arb_mat(over)).tolist()
        except ZeroDivisionError:
            raise Refused("a singular Hessian in a box", "unique") from None
        sides = [arb(float(b)) - arb(float(a)) for a, b in zip(low, high, strict=True)]
        if not all(side > 0 for side in sides):
            sides = [arb(1)] * n
        for i in range(n):
            norm = sum((abs(product[i][j] - int(i == j)) * sides[j] for j in range(n)), arb(0))
            require(norm < sides[i], "there may be two zeros in a box", "unique")
