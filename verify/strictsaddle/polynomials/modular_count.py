"""How many complex zeros a polynomial system has, from Gröbner bases modulo primes.

The dimension of the quotient algebra is the number of monomials that no leading monomial divides (the staircase). It is
the number of zeros with multiplicity, for all but finitely many primes that of the system over Q. One basis takes a small part
of the time of a rational parametrisation, whose coefficients have thousands of digits.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from flint import fmpq, fmpq_mpoly

from strictsaddle.errors import EngineError
from strictsaddle.execution.budget import UNLIMITED, Budget, Stopwatch
from strictsaddle.polynomials import msolve
from strictsaddle.polynomials.drawn_primes import drawn_primes

LEAST_PRIMES, MOST_PRIMES = 2, 3
SECONDS_ENOUGH = 2.0  # where the first two took longer, there is no third one
MOST = 200_000  # zeros; beyond, nothing here can find them all
Array = np.ndarray[Any, np.dtype[Any]]


class TooMany(EngineError):
    """There are more zeros than MOST."""


@dataclass(frozen=True)
class Count:
    """The number of complex zeros with multiplicity modulo each of these primes."""

    zeros: int
    primes: tuple[int, ...]

    @property
    def trust(self) -> str:
        """What a list rests on that is complete because it has so many zeros."""
        return f"completeness rests on {self.words}"

    @property
    def words(self) -> str:
        """The same without a verb."""
        primes = " and ".join(map(str, self.primes))
        return (
            f"the number of complex zeros modulo the primes {primes}, drawn at random in this run, which is right with high "
            "probability"
        )


def count_zeros(equations: Sequence[fmpq_mpoly], n: int, *, budget: Budget = UNLIMITED) -> Count | None:
    """The number of complex zeros of the equations modulo primes drawn at random, two at least, with multiplicity; None when
    they are infinitely many, or when primes disagree.

    Raises EngineError where msolve does, or when there are more than MOST.
    """
    watch = Stopwatch()
    counts: list[int | None] = []
    primes = drawn_primes(MOST_PRIMES, equations) or []
    for prime in primes:
        if len(counts) >= LEAST_PRIMES and watch.seconds > SECONDS_ENOUGH:
            break
        reduced = [_modulo(equation, prime) for equation in equations]
        text = msolve.modular_input([p for p in reduced if not p.is_zero()], n, prime)
        ideal = msolve.leading_ideal(text, budget)
        counts.append(staircase(leading_monomials(ideal, n)))
        if counts[-1] is None or counts[-1] != counts[0]:
            return None
    if len(counts) < LEAST_PRIMES or counts[0] is None:
        return None
    return Count(counts[0], tuple(primes[: len(counts)]))


def residue(value: fmpq, prime: int) -> int:
    """A rational modulo a prime that does not divide its denominator."""
    return int(value.p) * pow(int(value.q), -1, prime) % prime


def _modulo(polynomial: fmpq_mpoly, prime: int) -> fmpq_mpoly:
    """The polynomial with coefficients 0 ... prime - 1: msolve reads no large ones over a finite field."""
    terms = {}
    for exponents, coefficient in polynomial.terms():
        terms[tuple(int(e) for e in exponents)] = residue(coefficient, prime)
    return polynomial.context().from_dict(terms)


def leading_monomials(text: str, n: int) -> Array:
    """The exponents, (m, n), of the monomials that msolve prints as [x1^2, x1^1*x3^1, 1]: after lines that begin with #.

    Raises EngineError for anything else.
    """
    body = "".join(line for line in text.splitlines() if not line.startswith("#")).replace(" ", "")
    if not re.fullmatch(r"\[[x0-9^*,]*\]:", body):
        raise EngineError("msolve's leading monomials cannot be read", fragment=body[:60])
    rows = []
    for monomial in body[1:-2].split(","):
        row = [0] * n
        for factor in monomial.split("*") if monomial != "1" else []:
            match = re.fullmatch(r"x([0-9]+)(?:\^([0-9]+))?", factor)
            if match is None or not 1 <= int(match[1]) <= n:
                raise EngineError("msolve's leading monomials cannot be read", fragment=factor[:60])
            row[int(match[1]) - 1] += int(match[2] or 1)
        rows.append(row)
    return np.array(rows, dtype=np.int64).reshape(len(rows), n)


def staircase(leading: Array) -> int | None:
    """The number of monomials that none of the leading ones (m, n) divides; None when there are infinitely many.

    Each is reached once, from 1, by multiplication with unknowns in ascending order. Raises TooMany.
    """
    n = leading.shape[1]
    if any(not row.any() for row in leading):
        return 0
    pure = {int(np.flatnonzero(row)[0]) for row in leading if np.count_nonzero(row) == 1}
    if len(pure) < n:
        return None
    level, last, total = np.zeros((1, n), dtype=np.int64), np.zeros(1, dtype=np.int64), 0
    while len(level):
        total += len(level)
        if total > MOST:
            raise TooMany(f"there are more than {MOST} complex stationary points")
        above, marks = [], []
        for i in range(n):
            grown = level[last <= i]
            grown[:, i] += 1
            divisors = leading[leading[:, i] > 0]  # one without x_i would have divided the monomial before
            keep = np.ones(len(grown), dtype=bool)
            for divisor in divisors:
                keep &= ~(grown >= divisor).all(axis=1)
            above.append(grown[keep])
            marks.append(np.full(int(keep.sum()), i))
        level, last = np.concatenate(above), np.concatenate(marks)
    return total
