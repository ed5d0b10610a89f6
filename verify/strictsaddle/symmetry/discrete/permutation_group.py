"""Groups of signed permutations: elements, products, and a stabiliser chain that gives order and membership.

An element P is a pair (images, signs) that stands for the linear map (Pw)_i = signs[i] * w[images[i]]. For
the chain it acts on the 2n literals: 2i is +w_i and 2i + 1 is -w_i.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

from strictsaddle.execution.budget import require_time

Number = TypeVar("Number")
Literals = tuple[int, ...]  # a permutation of the literals


@dataclass(frozen=True)
class SignedPermutation:
    """The map (Pw)_i = signs[i] * w[images[i]]."""

    images: tuple[int, ...]
    signs: tuple[int, ...]

    @classmethod
    def from_literals(cls, literals: Sequence[int]) -> SignedPermutation:
        """From the image of each literal; `literals` may be longer than 2n. Raises ValueError where it is
        none."""
        half = literals[::2]
        if any(literals[2 * k + 1] != image ^ 1 for k, image in enumerate(half)):
            raise ValueError("a literal and its negative are torn apart")
        return cls(tuple(image // 2 for image in half), tuple(1 - 2 * (image % 2) for image in half))

    @property
    def literals(self) -> Literals:
        """Where each of the 2n literals goes."""
        flat: list[int] = []
        for image, sign in zip(self.images, self.signs, strict=True):
            first = 2 * image + (sign < 0)
            flat += [first, first ^ 1]
        return tuple(flat)

    @property
    def is_identity(self) -> bool:
        return self.images == tuple(range(len(self.images))) and min(self.signs, default=1) > 0

    def __call__(self, vector: Sequence[Number]) -> tuple[Number, ...]:
        """Pw for a vector of anything that has a minus sign."""
        return tuple(
            vector[image] if sign > 0 else -vector[image]  # type: ignore[operator]
            for image, sign in zip(self.images, self.signs, strict=True)
        )


def composed(first: Literals, second: Literals) -> Literals:
    """The permutation x -> second[first[x]]."""
    return tuple([second[x] for x in first])


def inverse(permutation: Literals) -> Literals:
    result = [0] * len(permutation)
    for x, image in enumerate(permutation):
        result[image] = x
    return tuple(result)


class StabiliserChain:
    """A base and, for each point of it, the orbit under the stabiliser of the points before.

    Built from the generators and from random products of them (with a fixed seed) that are sifted through the
    chain. The product of the orbit lengths, `order`, *divides* the order of the group; it equals the group's
    order once Schreier's generators all sift to the identity, which `completed` makes sure of, or once it
    reaches an order that is known otherwise. Reference: Seress, Permutation Group Algorithms, chapter 4.
    """

    def __init__(self, generators: Sequence[Literals], points: int, base: Sequence[int]) -> None:
        self.points = points
        self.base = list(base)
        self.identity = tuple(range(points))
        self._strong: list[list[Literals]] = [[] for _ in self.base]
        self._transversals: list[dict[int, Literals]] = [{b: self.identity} for b in self.base]
        self.generators = [g for g in generators if g != self.identity]
        for generator in self.generators:
            self.add(generator)

    @property
    def order(self) -> int:
        product = 1
        for transversal in self._transversals:
            product *= len(transversal)
        return product

    def orbits(self) -> list[frozenset[int]]:
        """The orbit of each base point under the (known part of the) stabiliser of the points before it."""
        return [frozenset(transversal) for transversal in self._transversals]

    def transversals(self) -> list[dict[int, Literals]]:
        """For each base point and each point of its orbit an element of that stabiliser that takes it there."""
        return [dict(transversal) for transversal in self._transversals]

    def sift(self, element: Literals) -> tuple[Literals, int]:
        """What is left of `element` after division by the chain, and the level where it left the chain."""
        for level, transversal in enumerate(self._transversals):
            representative = transversal.get(element[self.base[level]])
            if representative is None:
                return element, level
            element = composed(element, inverse(representative))
        return element, len(self.base)

    def add(self, element: Literals) -> bool:
        """Put `element` into the chain; False when it was in already."""
        require_time()
        rest, level = self.sift(element)
        if rest == self.identity:
            return False
        if level == len(self.base):
            raise ValueError("the base does not tell all elements apart")
        for upper in range(level + 1):
            if all(rest[b] == b for b in self.base[:upper]):
                self._strong[upper].append(rest)
                self._extend(upper)
        return True

    def _extend(self, level: int) -> None:
        transversal = self._transversals[level]
        queue = list(transversal)
        while queue:
            point = queue.pop()
            for generator in self._strong[level]:
                image = generator[point]
                if image not in transversal:
                    transversal[image] = composed(transversal[point], generator)
                    queue.append(image)

    def contains(self, element: Literals) -> bool:
        """Whether `element` lies in the group (certain once the chain is complete)."""
        return self.sift(element)[0] == self.identity

    def fill(self, known_order: Fraction | None = None, patience: int = 30, seed: int = 0) -> bool:
        """Sift random products until `known_order` (given to six digits or more) is reached, or `patience` of
        them in a row bring nothing new. True when `known_order` is reached: as `order` divides the group's
        order, it is then equal to it."""
        if not self.generators:
            return known_order is None or round(known_order) == 1
        drawing = random.Random(seed)
        pool = [self.generators[k % len(self.generators)] for k in range(max(10, len(self.generators)))]
        quiet = 0
        if known_order is not None and abs(self.order / known_order - 1) < Fraction(1, 10**6):
            return True
        for step in range(1_000_000):
            i, j = drawing.sample(range(len(pool)), 2)
            factor = pool[j] if drawing.random() < 0.5 else inverse(pool[j])
            pool[i] = composed(pool[i], factor) if drawing.random() < 0.5 else composed(factor, pool[i])
            if step < 2 * len(pool):
                continue
            quiet = 0 if self.add(pool[i]) else quiet + 1
            if known_order is not None and quiet == 0 and abs(self.order / known_order - 1) < Fraction(1, 10**6):
                return True
            if quiet >= (patience if known_order is None else 20 * patience):
                return False
        return False

    def complete(self) -> None:
        """Sift every Schreier generator, so that `order` is proved. For small groups only: cost grows with
        orbits times generators."""
        self.fill()
        level = len(self.base) - 1
        while level >= 0:
            level = level - 1 if self._closed(level) else len(self.base) - 1

    def _closed(self, level: int) -> bool:
        transversal = self._transversals[level]
        for point, representative in list(transversal.items()):
            for generator in self._strong[level]:
                schreier = composed(composed(representative, generator), inverse(transversal[generator[point]]))
                if self.add(schreier):
                    return False
        return True
