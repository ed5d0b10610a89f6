"""The record of a search, chunk by chunk, rewritten as the one tree that the checker reads (see FORMAT.md of strictsaddle_proofs)."""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass

import numpy as np

from strictsaddle.arithmetic.arrays import Bytes, Integers
from strictsaddle.arithmetic.compilation import compiled
from strictsaddle.covering import explore as search
from strictsaddle.covering.box_tests import MINIMA, OPEN, SADDLES
from strictsaddle.covering.waves import CHUNKS, MOST_UNLISTED, TAKEN
from strictsaddle.records.evidence import BoxTree

OUTSIDE, GRADIENT, MEAN_VALUE, EMPTY, SADDLE, DEFINITE, POINT, NARROW, BLOCK = range(200, 209)
LEVEL = 9  # of zlib
BATCH_OF_TREE = 4096
LEFT, NODES, UNLISTED, POSITION, FAULT = 0, 1, 2, 3, 4


@compiled
def tell_chunk(
    codes: Bytes, stack: Integers, top: int, kind: Bytes, child: Integers, mode: Bytes, told: Integers, batch_size: int
) -> None:
    """Follow one chunk's codes from the first `top` nodes of the stack; what is left of it are the open nodes. `told`: see the counters
    above. Nodes get their kind (a byte of the checker's format) and the number of their first child."""
    batch = np.empty(batch_size, dtype=np.int64)
    kept = np.empty(batch_size, dtype=np.int64)
    at, size = 0, codes.size
    while top > 0 and at < size:
        count = 0
        while top > 0 and count < batch_size and at < size:
            top -= 1
            code = codes[at]
            at += 1
            if code == 0:
                kind[stack[top]] = OUTSIDE
            elif code == 12:
                batch[count] = stack[top]
                count += 1
            else:
                told[FAULT] = 1
                return
        left = 0
        for b in range(count):
            code = codes[at]
            at += 1
            if code == 1:
                kind[batch[b]] = GRADIENT
            else:
                kept[left] = batch[b]
                left += 1
        for b in range(left):
            node = kept[b]
            code = codes[at]
            at += 1
            if code == 4 or code == 5:
                mode[node] = SADDLES if code == 4 else MINIMA
                code = codes[at]
                at += 1
            if code == 2:
                kind[node] = MEAN_VALUE
            elif code == 3 or code == 10:
                kind[node] = EMPTY
            elif code == 14:
                kind[node] = SADDLE
            elif code == 9:
                kind[node] = SADDLE if mode[node] == SADDLES else DEFINITE
                told[UNLISTED] += 1
            elif code == 6:
                kind[node] = POINT
            elif code == 8 or code == 11 or code >= 16:
                children = 2 if code >= 16 else 1
                kind[node] = code - 16 if code >= 16 else NARROW if code == 8 else BLOCK
                child[node] = told[NODES]
                for c in range(children):
                    mode[told[NODES] + c] = mode[node]
                    stack[top] = told[NODES] + c
                    top += 1
                told[NODES] += children
            else:
                told[FAULT] = 1
                return
    told[LEFT], told[POSITION] = top, at
    if at != size:
        told[FAULT] = 1


@dataclass(frozen=True)
class Tree:
    """Nodes in the order of their making, the root first: the checker's byte of each, and its first child."""

    kind: Bytes
    child: Integers

    def blob(self) -> tuple[str, bytes]:
        """The name by which a certificate speaks of the tree, and the compressed bytes."""
        codes = self.written()
        return hashlib.sha256(codes).hexdigest(), zlib.compress(codes, LEVEL)

    def written(self) -> bytes:
        """The bytes in the order in which the checker reads them."""
        stack, parts = np.zeros(1, dtype=np.int64), []
        while len(stack):
            taken, stack = stack[-BATCH_OF_TREE:], stack[:-BATCH_OF_TREE]
            kind = self.kind[taken]
            parts.append(kind.tobytes())
            inner = taken[(kind < OUTSIDE) | (kind > POINT)]
            split = self.kind[inner] < OUTSIDE
            first = self.child[inner]
            children = np.repeat(first, np.where(split, 2, 1))
            repeated = np.concatenate([[False], children[1:] == children[:-1]]) if len(children) else np.zeros(0, bool)
            stack = np.concatenate([stack, children + repeated])
        return b"".join(parts)


def told(tree: BoxTree, listing: bool) -> Tree | None:
    """The search as one tree; None where its record cannot be followed. listing: False where no list is claimed, and boxes of known
    curvature are leaves."""
    chunks = iter(tree.chunks)
    most = tree.boxes + 4 * CHUNKS * search.BATCH + 2
    kind, child = np.full(2 * most, 255, dtype=np.uint8), np.zeros(2 * most, dtype=np.int64)
    mode, counters = np.full(2 * most, OPEN, dtype=np.uint8), np.zeros(5, dtype=np.int64)
    counters[NODES] = 1
    open_: list[np.ndarray[tuple[int], np.dtype[np.int64]]] = [np.zeros(1, dtype=np.int64)]
    nodes = open_[0]
    for first in chunks:
        taken = min(len(nodes), TAKEN)
        count = min(CHUNKS, taken)
        if not count:
            return None
        keep, dealt = nodes[: len(nodes) - taken], nodes[len(nodes) - taken :]
        left = [keep]
        for k in range(count):
            packed = first if k == 0 else next(chunks, b"")
            if not packed:
                return None
            codes = _codes(packed)
            stack = np.empty(len(dealt) + 2 * len(codes) + 2, dtype=np.int64)
            mine = dealt[k::count]
            stack[: len(mine)] = mine
            tell_chunk(codes, stack, len(mine), kind, child, mode, counters, search.BATCH)
            if counters[FAULT]:
                return None
            left.append(stack[: counters[LEFT]].copy())
        nodes = np.concatenate(left)
    if len(nodes) or counters[UNLISTED] > MOST_UNLISTED * CHUNKS * 64:
        return None
    used = int(counters[NODES])
    kind, child, mode = kind[:used], child[:used], mode[:used]
    if not listing:
        known = (mode != OPEN) & ((kind < OUTSIDE) | (kind > EMPTY))
        kind = np.where(known, np.where(mode == SADDLES, SADDLE, DEFINITE), kind).astype(np.uint8)
    return Tree(kind, child)


def _codes(packed: bytes) -> Bytes:
    whole = zlib.decompress(packed)
    return np.frombuffer(whole[8 : 8 + int.from_bytes(whole[:8], "little")], dtype=np.uint8).copy()
