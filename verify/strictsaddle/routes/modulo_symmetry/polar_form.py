"""Rotations in their standard representation, and the polar form that they can bring a matrix of unknowns into.

Let O(h), as it mixes the units of a hidden layer, act by w -> Qv on several copies v_1, v_2, ... of R^h among the
unknowns. Take m <= h of them, and let S be the matrix of columns v_1 ... v_m, filled up with columns of zeros to be
square. The sum of the first m diagonal entries of QS is largest where QS is symmetric and positive semidefinite
(polar decomposition); where only SO(h) is known to leave f unchanged, it is symmetric all the same. That sum is c·w for
a vector c of zeros and ones, so the slices of `slice` may use it: the equations say S = Sᵀ. They leave far fewer
complex solutions than S triangular does.

If a second group O(h) that does not move S brings T into the same form, and T² = qS² follows from g = 0 for some q > 0
(layers with ridges a and b are balanced: q = a/b), then T is the square root of q times S: a positive semidefinite
matrix has one positive semidefinite square root. Where the root of q is not rational, the minors t_ij s_kl - t_kl s_ij
say so.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from flint import fmpq, fmpq_mat, fmpq_mpoly

from strictsaddle.symmetry.continuous.generator import Generator

# Numbers of unknowns: entry [a][k] is coordinate a of the k-th copy; None stands for 0, in the columns without a copy.
Square = tuple[tuple[int | None, ...], ...]


@dataclass(frozen=True)
class Rotations:
    """so(h) on copies of R^h: `copies[k][a]` is the number of the unknown that is coordinate a of copy k."""

    size: int
    copies: tuple[tuple[int, ...], ...]

    @property
    def moved(self) -> frozenset[int]:
        """All unknowns that take part."""
        return frozenset(itertools.chain(*self.copies))


def rotation_groups(linear: Sequence[Generator]) -> list[Rotations]:
    """The ideals so(h) among the fields that act as in the standard representation, in the order of the first unknown
    that they move. Fields must be given one plane at a time, as `find_continuous` does; others are left out."""
    planar = [rows for field in linear if (rows := _planar(field)) is not None]
    left = set(range(len(planar)))
    found = []
    while left:
        ideal, queue = set(), [min(left)]
        while queue:
            k = queue.pop()
            if k not in ideal:
                ideal.add(k)
                queue += [j for j in left - ideal if not _commute(planar[k], planar[j])]
        left -= ideal
        group = _standard([planar[k] for k in sorted(ideal)])
        if group is not None:
            found.append(group)
    return sorted(found, key=lambda group: min(group.moved))


def _planar(field: Generator) -> dict[int, tuple[int, int]] | None:
    """w_i' = s w_j as {i: (j, s)} for a skew field with at most one entry a row, each 1 or -1; else None."""
    rows = {}
    for i, row in enumerate(field.matrix):
        entries = [(j, x) for j, x in enumerate(row) if x]
        if len(entries) > 1 or any(abs(x) != 1 for _, x in entries):
            return None
        for j, x in entries:
            rows[i] = (j, int(x))
    skew = all(rows.get(j) == (i, -s) for i, (j, s) in rows.items())
    return rows if skew and field.is_linear else None


def _commute(a: dict[int, tuple[int, int]], b: dict[int, tuple[int, int]]) -> bool:
    def product(f: dict[int, tuple[int, int]], g: dict[int, tuple[int, int]]) -> dict[int, tuple[int, int]]:
        return {i: (g[j][0], s * g[j][1]) for i, (j, s) in f.items() if j in g}

    return product(a, b) == product(b, a)


def _standard(fields: Sequence[dict[int, tuple[int, int]]]) -> Rotations | None:
    """The copies of R^h on which these fields are, up to sign, the rotations in the planes of two coordinates; None
    where they are something else."""
    size = next((h for h in range(2, 20) if h * (h - 1) // 2 == len(fields)), None)
    if size is None:
        return None
    if size == 2:
        return Rotations(2, tuple((i, j) for i, (j, s) in sorted(fields[0].items()) if s > 0))
    moving: dict[int, frozenset[int]] = {}
    for number, field in enumerate(fields):
        for i in field:
            moving[i] = moving.get(i, frozenset()) | {number}
    # An unknown is coordinate a of its copy when the fields that move it are those of the planes (a, b).
    labels = sorted(set(moving.values()), key=lambda label: min(i for i in moving if moving[i] == label))
    planes = [labels[a] & labels[b] for a, b in itertools.combinations(range(len(labels)), 2)]
    if len(labels) != size or any(len(plane) != 1 for plane in planes) or len(set(planes)) != len(fields):
        return None
    copies = []
    for start in sorted(i for i in moving if moving[i] == labels[0]):
        partners = [fields[next(iter(plane))].get(start, (start, 1))[0] for plane in planes[: size - 1]]
        copies.append((start, *partners))
    if len(set(itertools.chain(*copies))) != len(moving) or len(copies) * size != len(moving):
        return None
    signs = set()
    for copy in copies:
        entries = []
        for (a, b), plane in zip(itertools.combinations(copy, 2), planes, strict=True):
            partner, sign = fields[next(iter(plane))].get(a, (a, 1))
            if partner != b:
                return None
            entries.append(sign)
        signs.add(tuple(entries))
    return Rotations(size, tuple(copies)) if len(signs) == 1 else None


def polar_squares(groups: Sequence[Rotations]) -> list[tuple[Rotations, Square]]:
    """For each group in turn up to h copies that no later group moves and that the same earlier groups move: columns of
    one weight matrix, as a rule."""
    found = []
    for number, group in enumerate(groups):
        movers = [
            tuple(k for k, other in enumerate(groups) if k != number and not other.moved.isdisjoint(copy))
            for copy in group.copies
        ]
        free = [k for k, others in enumerate(movers) if all(other < number for other in others)]
        alike = [group.copies[k] for k in free if movers[k] == movers[free[0]]][: group.size]
        if alike:
            empty = (None,) * (group.size - len(alike))
            found.append((group, tuple((*row, *empty) for row in zip(*alike, strict=True))))
    return found


def trace(square: Square, dimension: int) -> list[Fraction]:
    """The vector c for which c·w is the trace of the square."""
    diagonal = {square[a][a] for a in range(len(square))}
    return [Fraction(int(i in diagonal)) for i in range(dimension)]


def proportional_squares(
    f: fmpq_mpoly, squares: Sequence[tuple[Rotations, Square]], implied: Sequence[fmpq_mpoly]
) -> list[fmpq_mpoly]:
    """Equations that say that a square is a multiple of the one before it, where the argument above shows it; `implied`
    are polynomials that vanish wherever g does."""
    unknowns = f.context().gens()
    if not all(_reflects(f, group) for group, _ in squares):
        return []
    found = []
    for (_, first), (group, second) in itertools.pairwise(squares):
        if not group.moved.isdisjoint(i for row in first for i in row if i is not None):
            continue
        images = _symmetric(unknowns, first, second)
        size = max(len(first), len(second))
        s, t = (_entries(images, square, size) for square in (first, second))
        places = [(a, b) for a in range(size) for b in range(a, size)]
        squared = [(_product(s, s, a, b), _product(t, t, a, b)) for a, b in places]
        given = [polynomial.compose(*images) for polynomial in implied]
        q = _factor(given, *squared[0])
        if q is None or q <= 0 or not _are_combinations([tt - q * ss for ss, tt in squared], given):
            continue
        if q.p.is_square() and q.q.is_square():
            root = fmpq(q.p.isqrt(), q.q.isqrt())
            found += [t[a][b] - root * s[a][b] for a, b in places]
        else:
            found += [t[a][b] for a, b in places if s[a][b].is_zero()]
            found += [t[a][b] * s[c][d] - t[c][d] * s[a][b] for (a, b), (c, d) in itertools.combinations(places, 2)]
    return [equation for equation in found if not equation.is_zero()]


def _reflects(f: fmpq_mpoly, group: Rotations) -> bool:
    """Whether f stays the same when coordinate 0 of each copy changes its sign: then all of O(h) leaves it unchanged."""
    flipped = {copy[0] for copy in group.copies}
    images = [-w if i in flipped else w for i, w in enumerate(f.context().gens())]
    return bool(f.compose(*images) == f)


def _symmetric(unknowns: Sequence[fmpq_mpoly], *squares: Square) -> list[fmpq_mpoly]:
    """What each unknown is where the squares are symmetric: the entry above the diagonal, or 0."""
    images = list(unknowns)
    for square in squares:
        for a, b in itertools.combinations(range(len(square)), 2):
            above, below = square[a][b], square[b][a]
            if below is not None:
                images[below] = unknowns[0] * 0 if above is None else unknowns[above]
    return images


def _entries(images: Sequence[fmpq_mpoly], square: Square, size: int) -> list[list[fmpq_mpoly]]:
    """The symmetric matrix, with rows and columns of zeros up to `size`."""
    zero = images[0] * 0

    def entry(a: int, b: int) -> fmpq_mpoly:
        number = square[a][b] if max(a, b) < len(square) else None
        return zero if number is None else images[number]

    return [[entry(min(a, b), max(a, b)) for b in range(size)] for a in range(size)]


def _product(s: Sequence[Sequence[fmpq_mpoly]], t: Sequence[Sequence[fmpq_mpoly]], a: int, b: int) -> fmpq_mpoly:
    return sum((s[a][k] * t[k][b] for k in range(1, len(s))), s[a][0] * t[0][b])


def _coefficients(polynomials: Sequence[fmpq_mpoly]) -> fmpq_mat:
    """A row for each polynomial, a column for each monomial."""
    monomials = sorted({tuple(map(int, m)) for p in polynomials for m in p.monoms()})
    rows = [{tuple(map(int, m)): c for m, c in p.terms()} for p in polynomials]
    return fmpq_mat([[row.get(m, fmpq(0)) for m in monomials] for row in rows])


def _are_combinations(wanted: Sequence[fmpq_mpoly], given: Sequence[fmpq_mpoly]) -> bool:
    """Whether each polynomial wanted is a linear combination of those given."""
    both = _coefficients([*given, *wanted])
    alone = fmpq_mat(both.tolist()[: len(given)])
    return bool(both.rank() == alone.rank())


def _factor(given: Sequence[fmpq_mpoly], ss: fmpq_mpoly, tt: fmpq_mpoly) -> fmpq | None:
    """The q for which tt - q ss may be a combination of those given: the only one where ss is not a combination itself."""
    if not given or ss.is_zero() or tt.is_zero():
        return None
    reduced, rank = _coefficients([*given, ss, tt]).transpose().rref()
    last = len(given) + 1
    rows = [r for r in range(rank) if next(c for c in range(last + 1) if reduced[r, c] != 0) == last - 1]
    return reduced[rows[0], last] if rows else None
