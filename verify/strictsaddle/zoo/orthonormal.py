"""Orthonormal vectors in exact rationals: unit vectors, a seeded rotation (Cayley), or a file of vectors that is checked."""

from __future__ import annotations

import random
from collections.abc import Sequence
from fractions import Fraction

from strictsaddle.errors import InputError

Vectors = tuple[tuple[Fraction, ...], ...]
# Entries of the skew matrix. 0 and 1 are left out: they make rotations by right angles, which change nothing.
CAYLEY_ENTRIES = tuple(Fraction(sign * a, b) for a, b in ((1, 2), (1, 3), (2, 3)) for sign in (1, -1))
IDENTITY, RANDOM = "identity", "random"


def identity(d: int) -> Vectors:
    """The unit vectors e_1 ... e_d."""
    return tuple(tuple(Fraction(int(i == k)) for i in range(d)) for k in range(d))


def random_rotation(d: int, seed: int) -> Vectors:
    """The rows of the rotation (I - S)(I + S)^-1 for a skew matrix S with entries drawn from CAYLEY_ENTRIES (Cayley)."""
    drawing = random.Random(seed)
    skew = [[Fraction(0)] * d for _ in range(d)]
    for i in range(d):
        for j in range(i):
            skew[i][j] = drawing.choice(CAYLEY_ENTRIES)
            skew[j][i] = -skew[i][j]
    plus = [[Fraction(int(i == j)) + skew[i][j] for j in range(d)] for i in range(d)]
    minus = [[Fraction(int(i == j)) - skew[i][j] for j in range(d)] for i in range(d)]
    inverse = _inverse(plus)
    return tuple(
        tuple(sum((minus[i][k] * inverse[k][j] for k in range(d)), Fraction(0)) for j in range(d)) for i in range(d)
    )


def _inverse(matrix: Sequence[Sequence[Fraction]]) -> list[list[Fraction]]:
    """The inverse of I + S, which is never singular, by Gauss and Jordan."""
    n = len(matrix)
    rows = [[*row, *(Fraction(int(i == k)) for k in range(n))] for i, row in enumerate(matrix)]
    for column in range(n):
        pivot = next(k for k in range(column, n) if rows[k][column])
        rows[column], rows[pivot] = rows[pivot], rows[column]
        rows[column] = [x / rows[column][column] for x in rows[column]]
        for k in range(n):
            if k != column and rows[k][column]:
                factor = rows[k][column]
                rows[k] = [x - factor * y for x, y in zip(rows[k], rows[column], strict=True)]
    return [row[n:] for row in rows]


def checked(vectors: Sequence[Sequence[Fraction]], where: str) -> Vectors:
    """The vectors, if there are at least two of one length and they are orthonormal, exactly.

    Raises InputError with the entry of the Gram matrix that is farthest from the identity's.
    """
    lengths = {len(vector) for vector in vectors}
    if len(vectors) < 2 or len(lengths) != 1:
        raise InputError(
            "at least two vectors of one length are wanted",
            where=where,
            remedy="Write one vector a row, [[...], [...]].",
        )
    worst, place = Fraction(0), (0, 0)
    for i, u in enumerate(vectors):
        for j, v in enumerate(vectors[: i + 1]):
            defect = sum((a * b for a, b in zip(u, v, strict=True)), Fraction(0)) - int(i == j)
            if abs(defect) > abs(worst):
                worst, place = defect, (i + 1, j + 1)
    if worst:
        value = worst + int(place[0] == place[1])
        raise InputError(
            "the vectors are not orthonormal", where=where,
            fragment=f"the Gram matrix has {_short(value)} at {place}, not {int(place[0] == place[1])}",
            remedy="They must be so exactly: write fractions, as \"3/5\" and \"4/5\", or use components=random.",
        )  # fmt: skip
    return tuple(tuple(vector) for vector in vectors)


def _short(value: Fraction) -> str:
    text = str(value)
    return text if len(text) <= 24 else f"{float(value):.17g}"
