"""Primes that are drawn anew in each run, so that no objective can be made for them.

A claim modulo a fixed prime is a claim about that prime: a polynomial whose coefficients it divides is another polynomial
modulo it. Modulo a prime drawn at random the claim is true of the rationals but for a small probability: an integer of B bits that
spoils it has at most B/30 prime factors of this size, among more than 5 * 10^7.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from flint import fmpq_mpoly, fmpz

LEAST, BEYOND = 2**30, 2**31  # msolve takes no larger ones
MOST_DRAWS = 10_000

_source: ContextVar[random.Random | None] = ContextVar("source of primes", default=None)


@contextmanager
def drawing_from(seed: int | None, of: str) -> Iterator[None]:
    """Within the block primes come from this seed; from the system's randomness when it is None.

    of: the objective's digest, mixed into the seed: who knows the seed still cannot make an objective for its primes, since another
        objective has other ones."""
    token = _source.set(random.SystemRandom() if seed is None else random.Random(f"{seed} {of}"))
    try:
        yield
    finally:
        _source.reset(token)


def drawn_primes(count: int, equations: Sequence[fmpq_mpoly]) -> list[int] | None:
    """So many different primes, none of which divides a numerator or a denominator of the polynomials: modulo such a prime they
    keep all their terms. None where hardly any number is such a prime."""
    source = _source.get() or random.SystemRandom()
    integers = {int(part) for equation in equations for c in equation.coeffs() for part in (c.p, c.q)}
    found: list[int] = []
    for _ in range(MOST_DRAWS):
        number = source.randrange(LEAST, BEYOND)
        if number not in found and fmpz(number).is_prime() and all(integer % number for integer in integers):
            found.append(number)
            if len(found) == count:
                return found
    return None
