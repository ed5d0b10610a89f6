"""Nullspaces of sparse homogeneous linear systems over Q."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from math import gcd, lcm

from flint import fmpq, fmpq_mat

from strictsaddle.execution.budget import require_time

Row = dict[int, fmpq]  # column -> entry that is not 0


def nullspace(rows: Sequence[Row], columns: Collection[int], first_last: int) -> list[Row]:
    """A reduced basis, with coprime integer entries, of the vectors with entries in `columns` that all rows
    annihilate.

    As few vectors of it as possible have an entry other than 0 in a column from `first_last` on.
    """
    rows = _without_forced_zeros([{c: v for c, v in row.items() if c in columns} for row in rows])
    zero = {column for row in rows if len(row) == 1 for column in row}
    basis: list[Row] = []
    for part in _components([row for row in rows if len(row) > 1], set(columns) - zero):
        require_time()
        basis += _dense_nullspace(*part, first_last)
    return sorted(basis, key=lambda vector: sorted(vector))


def _without_forced_zeros(rows: Iterable[Row]) -> list[Row]:
    """The rows with every unknown dropped that some row with a single entry forces to be 0; these rows stay.
    Equal rows, up to a factor, are kept once."""
    rows = [row for row in rows if row]
    zero: set[int] = set()
    while True:
        forced = {column for row in rows if len(row) == 1 for column in row} - zero
        if not forced:
            break
        zero |= forced
        rows = [kept for row in rows if (kept := {c: v for c, v in row.items() if c not in zero})]
    different: dict[tuple[tuple[int, fmpq], ...], Row] = {}
    for row in rows:
        first = row[min(row)]
        different.setdefault(tuple(sorted((c, v / first) for c, v in row.items())), row)
    return [{column: fmpq(1)} for column in sorted(zero)] + list(different.values())


def _components(rows: Sequence[Row], columns: set[int]) -> Iterable[tuple[list[Row], list[int]]]:
    """The rows split into systems that share no column, each with its columns; columns in no row stand
    alone."""
    parent = {column: column for column in columns}

    def find(column: int) -> int:
        while parent[column] != column:
            parent[column] = parent[parent[column]]
            column = parent[column]
        return column

    for row in rows:
        first, *others = row
        for other in others:
            parent[find(other)] = find(first)
    members: dict[int, list[int]] = defaultdict(list)
    for column in sorted(columns):
        members[find(column)].append(column)
    system: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        system[find(next(iter(row)))].append(row)
    return [(system[leader], group) for leader, group in members.items()]


def _dense_nullspace(rows: Sequence[Row], columns: Sequence[int], first_last: int) -> list[Row]:
    """A basis of the nullspace, reduced with the columns from `first_last` on first."""
    place = {column: k for k, column in enumerate(columns)}
    matrix = fmpq_mat(max(len(rows), 1), len(columns))
    for r, row in enumerate(rows):
        for column, value in row.items():
            matrix[r, place[column]] = value
    reduced, rank = matrix.rref()
    pivots = [next(k for k in range(len(columns)) if reduced[r, k] != 0) for r in range(rank)]
    free = sorted(set(range(len(columns))) - set(pivots))
    if not free:
        return []
    order = sorted(range(len(columns)), key=lambda k: (columns[k] < first_last, columns[k]))
    vectors = fmpq_mat(len(free), len(columns))
    for r, k in enumerate(free):
        vectors[r, order.index(k)] = 1
        for s, pivot in enumerate(pivots):
            vectors[r, order.index(pivot)] = -reduced[s, k]
    echelon, count = vectors.rref()
    return [
        _integral({columns[order[k]]: echelon[r, k] for k in range(len(columns)) if echelon[r, k] != 0})
        for r in range(count)
    ]


def _integral(vector: Row) -> Row:
    denominator = lcm(*(int(v.q) for v in vector.values()))
    divisor = gcd(*(int((v * denominator).p) for v in vector.values()))
    first = vector[min(vector)]
    factor = fmpq(denominator if first > 0 else -denominator, divisor)
    return {column: v * factor for column, v in vector.items()}
