"""Orbits of certified points under the proved symmetries.

A signed permutation P maps the box of a point onto a box, exactly, and a stationary point to a stationary
point. If the image lies inside the box of a listed point that is alone there (the only stationary point in it), or holds it and is
alone itself, the two are one. If the list is complete, it suffices that the image meets the box of one
listed point only; and a point is alone whose box meets no other one. Two points in exact coordinates are compared as they are.
Nothing is rounded. Boxes are of doubles, and different points may have the same box.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from flint import arb, arb_mat, fmpq_mat

from strictsaddle.arithmetic.exact import ball, rational
from strictsaddle.execution.budget import require_time
from strictsaddle.symmetry.box_index import BoxIndex, Enclosure, inside
from strictsaddle.symmetry.continuous.fields import ContinuousSymmetries
from strictsaddle.symmetry.discrete.signed_permutations import SignedPermutationGroup, image_of


@dataclass(frozen=True)
class Orbits:
    """`numbers[k]`: the orbit of point k, numbered from 0 in the order of the points, None where boxes were
    too wide to tell; `sizes[o]`: how many of the listed points are in orbit o."""

    numbers: tuple[int | None, ...]
    sizes: tuple[int, ...]


def orbits(
    points: Sequence[Enclosure], group: SignedPermutationGroup, complete: bool, alone: Sequence[bool] | None = None
) -> Orbits:
    """The orbits of isolated stationary points, each given by a box of (low, high) that holds it.

    complete: whether `points` are all the stationary points (or all minima, ...: all of a set that the group maps to itself). If
        they are not, points whose images are not listed stand in orbits of their own.
    alone: for each point whether it is proved that its box holds no other point of that set, listed or not; none when left out.
    """
    parent = list(range(len(points)))
    doubtful: set[int] = set()

    def find(k: int) -> int:
        while parent[k] != k:
            parent[k] = parent[parent[k]]
            k = parent[k]
        return k

    index = BoxIndex(
        len(points[0]) if points else 0, max((high - low for box in points for low, high in box), default=0.0)
    )
    for box in points:
        index.add(box)
    exact = [all(low == high for low, high in box) for box in points]
    single = [
        (alone is not None and alone[k]) or exact[k] or (complete and index.meeting(box) == [k])
        for k, box in enumerate(points)
    ]
    for element in group.generators:
        for k, box in enumerate(points):
            if k % 256 == 0:
                require_time()
            image = image_of(element, box)
            near = index.meeting(image)
            same = [
                j for j in near if (single[j] and inside(image, points[j])) or (single[k] and inside(points[j], image))
            ]
            if not same and complete and len(near) == 1:
                same = near
            if same:
                for j in same:
                    parent[find(k)] = find(j)
            elif near:
                doubtful.update([k, *near])
    uncertain = {find(k) for k in doubtful}
    number: dict[int, int] = {}
    numbers: list[int | None] = []
    for k in range(len(points)):
        leader = find(k)
        numbers.append(None if leader in uncertain else number.setdefault(leader, len(number)))
    sizes = Counter(numbers)
    return Orbits(tuple(numbers), tuple(sizes[o] for o in range(len(number))))


def orbit_size(group: SignedPermutationGroup, point: Sequence[Fraction]) -> int:
    """The number of points in the orbit of an exact point."""
    start = tuple(point)
    seen, queue = {start}, [start]
    while queue:
        require_time()
        at = queue.pop()
        for element in group.generators:
            image = element(at)
            if image not in seen:
                seen.add(image)
                queue.append(image)
    return len(seen)


def tangents(symmetries: ContinuousSymmetries, point: Sequence[arb]) -> arb_mat:
    """The n by k matrix whose columns A w + b span the tangent space of the orbit of each w in the balls
    `point`.

    At a stationary w they are null vectors of the Hessian, exactly.
    """
    fields = symmetries.generators
    columns = []
    for field in fields:
        require_time()
        column = []
        for row, b in zip(field.matrix, field.shift, strict=True):
            value = ball(b)
            for a, w in zip(row, point, strict=True):
                if a:
                    value += ball(a) * w
            column.append(value)
        columns.append(column)
    return arb_mat([[column[i] for column in columns] for i in range(symmetries.unknowns)])


def orbit_dimension(symmetries: ContinuousSymmetries, point: Sequence[Fraction]) -> int:
    """The dimension of the continuous orbit of an exact point: the exact rank of its tangents."""
    rows = [[rational(c) for c in field.tangent(point)] for field in symmetries.generators]
    return fmpq_mat(rows).rank() if rows else 0


def normal_hessian(hessian: arb_mat, tangent: arb_mat) -> arb_mat:
    """H + s TTᵀ with s > 0 of the size of H over that of TTᵀ.

    At a stationary point T's columns are in the kernel of H, so the eigenvalues of H on the complement of
    span T stay, and those on span T become positive: H + s TTᵀ has the inertia of the Hessian on the normal
    space of the orbit, with dim span T positive eigenvalues more. In particular it is positive definite
    exactly where H >= 0 with nullity equal to the orbit's dimension.
    """
    if tangent.ncols() == 0:
        return hessian
    square = tangent * tangent.transpose()
    n = hessian.nrows()
    top = max(float(abs(hessian[i, j]).upper()) for i in range(n) for j in range(n))
    size = max(float(square[i, i].abs_upper()) for i in range(n))
    usable = 0 < top < 1e300 and 0 < size < 1e300
    scale = Fraction(top / size).limit_denominator(10**6) if usable else Fraction(1)
    return hessian + square * ball(max(scale, Fraction(1, 10**6)))
