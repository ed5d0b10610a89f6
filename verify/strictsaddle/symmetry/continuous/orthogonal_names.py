"""Orthogonal groups of diagonal quadratic forms: SO(k) and SO(p, q) for any k, and products of them.

A matrix A leaves sum d_i x_i^2 unchanged, infinitesimally, when d_i a_ij + d_j a_ji = 0 for all i, j. On k coordinates with
all d_i nonzero such matrices make up so(p, q), of dimension k (k - 1) / 2, p and q counting the signs of the d_i. So a space
of that dimension of such matrices is all of it.
"""

from __future__ import annotations

from collections.abc import Sequence

from flint import fmpq, fmpq_mat


def orthogonal_name(matrices: Sequence[fmpq_mat]) -> str | None:
    """The name of the algebra that these independent matrices span, when it is a sum of orthogonal ones on disjoint sets
    of coordinates, each up to a choice of unit lengths; else None."""
    n = matrices[0].nrows()
    entries: dict[tuple[int, int], list[fmpq]] = {}
    for number, matrix in enumerate(matrices):
        for i in range(n):
            for j in range(n):
                if matrix[i, j] != 0:
                    entries.setdefault((min(i, j), max(i, j)), [fmpq(0)] * 2 * len(matrices))[2 * number + (i > j)] = (
                        matrix[i, j]
                    )
    if any(i == j for i, j in entries):
        return None
    weights: dict[int, fmpq] = {}
    parts = []
    for start in range(n):
        if start in weights or not any(start in pair for pair in entries):
            continue
        weights[start], part = fmpq(1), [start]
        for i in part:  # grows while it is walked
            for pair, values in entries.items():
                if i not in pair or (j := sum(pair) - i) in weights:
                    continue
                ratio = _ratio(values)
                if ratio is None:
                    return None
                weights[j] = weights[i] * ratio if i < j else weights[i] / ratio
                part.append(j)
        parts.append(part)
    preserved = all(
        weights[i] * values[k] + weights[j] * values[k + 1] == 0
        for (i, j), values in entries.items()
        for k in range(0, len(values), 2)
    )
    if not preserved or sum(len(part) * (len(part) - 1) // 2 for part in parts) != len(matrices):
        return None
    if len(parts) > 1 and all(len(part) == 2 and weights[part[1]] > 0 for part in parts):
        return f"{len(parts)} commuting rotations"
    return " x ".join(_name([weights[i] > 0 for i in part]) for part in parts)


def _ratio(values: Sequence[fmpq]) -> fmpq | None:
    """d_j / d_i = -a_ij / a_ji for a pair i < j, from the first matrix that shows it; None when there is none."""
    for k in range(0, len(values), 2):
        if values[k] != 0 and values[k + 1] != 0:
            return -values[k] / values[k + 1]
    return None


def _name(signs: Sequence[bool]) -> str:
    more, fewer = sorted((sum(signs), len(signs) - sum(signs)), reverse=True)
    return f"SO({more}, {fewer})" if fewer else f"SO({more})"
