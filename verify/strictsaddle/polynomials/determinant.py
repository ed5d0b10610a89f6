"""Determinants of matrices of polynomials."""

from __future__ import annotations

from collections.abc import Sequence

from flint import fmpq_mpoly


class TooManyTerms(Exception):
    """An intermediate result has more terms than were allowed."""


def determinant(rows: Sequence[Sequence[fmpq_mpoly]], most_terms: int | None = None) -> fmpq_mpoly:
    """The determinant, by minors of the first columns, each once. Raises TooManyTerms where one of them has more than `most_terms`."""
    n = len(rows)
    zero = rows[0][0] * 0
    known: dict[tuple[int, ...], fmpq_mpoly] = {(): zero + 1}
    for column in range(n):
        larger: dict[tuple[int, ...], fmpq_mpoly] = {}
        for used, minor in known.items():
            if minor.is_zero():
                continue
            for i in range(n):
                if i in used or rows[i][column].is_zero():
                    continue
                sign = -1 if sum(j > i for j in used) % 2 else 1
                key = tuple(sorted((*used, i)))
                larger[key] = larger.get(key, zero) + minor * rows[i][column] * sign
        if most_terms is not None and any(len(minor) > most_terms for minor in larger.values()):
            raise TooManyTerms
        known = larger
    return known.get(tuple(range(n)), zero)
