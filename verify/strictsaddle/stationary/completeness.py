"""Proving that a list of stationary points is complete: bounding the dimension of the quotient algebra from
above.

Let I = (g_1, ..., g_k) in Q[w], and V_d the polynomials of degree at most d. The Macaulay matrix of degree d
has as rows the products (monomial) * g_i in V_d, and as columns the monomials of V_d. Its row space U is a
subspace of I. For e <= d let

    a = rank over Q of the columns of degree > e,
    b = a lower bound of the rank over Q of all columns,
    c = a lower bound of the rank over Q of the columns of degree >= e.

Claim. If c - a is the number of monomials of degree e, then dim Q[w]/I <= dim V_e - (b - a).

Proof. The elements of U in V_e are the kernel of the projection of U to the columns of degree > e, so they
have dimension at least b - a. Their projections to the columns of degree e have dimension rank(degree >= e) -
a >= c - a, which is everything: so for each monomial m of degree e, I holds an element m - (polynomial of
degree < e). By induction each monomial of degree > e, too, is congruent modulo I to a polynomial of degree <
e: it is x_i times a monomial that is congruent to some polynomial of degree < e, and x_i times that has
degree <= e. So V_e maps onto Q[w]/I, and the kernel holds U and V_e's intersection, of dimension at least b -
a. []

The rank of an integral matrix modulo a prime is at most its rank over Q, so b and c are computed modulo a
prime; only a is computed over Q, when the modular ranks promise the bound that is wanted. For e = d there are
no columns of degree > e, and a = 0. For e = 0 the claim says that 1 is in I.

dim Q[w]/I is the number of complex zeros counted with multiplicity, when finite. So once zeros whose
multiplicities are known to add up to at least this bound have been certified, there are no others, and the
bound is the dimension. Sign symmetries of f split the matrix: f even under flips of signs makes every g_i
homogeneous for a grading by parities, and the blocks are independent.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import comb, lcm
from typing import Any, Literal, NamedTuple

import numpy as np
from flint import fmpq_mpoly

from strictsaddle.stationary.macaulay import Block, Polynomial, blocks, sign_flips

PRIMES = (2147483647, 2147483629, 2147483587)
MOST_EFFORT = 1_200_000_000  # rows * columns^2 of the eliminations: keeps the proof below about a second
MOST_COLUMNS = 5_000

Answer = Literal["proved", "doubtful", "open"]


def compare_dimension(equations: Sequence[fmpq_mpoly], n: int, target: int) -> Answer:
    """Whether dim Q[w]/(equations) is at most `target`, in n variables, as far as a limited effort tells.

    "proved": it is. "doubtful": modulo a prime the bound settled at a greater number, so that it hardly is.
    "open": beyond the effort. With target 0: that there is no complex zero.
    """
    modular = _modulo_prime(equations)
    if modular is None:
        return "open"
    polynomials, prime = modular
    flips = sign_flips(equations, n)
    degrees = [max(sum(e) for e in polynomial) for polynomial in polynomials]
    effort, before = 0, None
    for d in range(max(degrees), sum(degrees) + 2):
        if comb(n + d, n) > MOST_COLUMNS:
            return "open"
        matrix = blocks(polynomials, n, d, flips)
        # The smallest block is nearly always enough to tell that d is too low; if not, all of them are
        # needed.
        effort += min(block.effort for block in matrix)
        if effort + sum(block.effort for block in matrix) > MOST_EFFORT:
            return "open"
        promise = _promise(matrix, d, prime)
        if promise is None:
            continue
        if promise.bound <= target:
            exact = blocks(_integral(equations), n, d, flips)
            right = all(
                block.rank_above(promise.degree) == rank for block, rank in zip(exact, promise.ranks_above, strict=True)
            )
            return "proved" if right else "open"
        if promise.bound == before:
            return "doubtful"
        before = promise.bound
    return "open"


class Promise(NamedTuple):
    """What the ranks modulo a prime promise: the bound, with degree e, if the ranks of the columns of degree
    > e (one a block) are right over Q too."""

    bound: int
    degree: int
    ranks_above: list[int]


def _promise(matrix: Sequence[Block], d: int, prime: int) -> Promise | None:
    """The best promise for any degree e <= d; None when the monomials of no degree reduce to lower ones."""
    open_degrees = set(range(d + 1))
    pivots: list[np.ndarray[Any, Any]] = [np.zeros(0, dtype=np.int64)] * len(matrix)
    for number in sorted(range(len(matrix)), key=lambda k: matrix[k].effort):
        block = matrix[number]
        pivots[number] = block.pivot_degrees(prime)
        full = np.bincount(block.degrees, minlength=d + 1) == np.bincount(pivots[number], minlength=d + 1)
        open_degrees &= set(np.flatnonzero(full).tolist())
        if not open_degrees:
            return None
    promises = []
    for e in open_degrees:
        size = sum(int((block.degrees <= e).sum()) for block in matrix)
        low = sum(int((degrees <= e).sum()) for degrees in pivots)
        promises.append(Promise(size - low, e, [int((degrees > e).sum()) for degrees in pivots]))
    return min(promises, key=lambda promise: (promise.bound, -promise.degree))


def _integral(equations: Sequence[fmpq_mpoly]) -> list[Polynomial]:
    """The equations with their denominators cleared."""
    result = []
    for equation in equations:
        multiple = lcm(*(int(coefficient.q) for coefficient in equation.coeffs()))
        result.append({tuple(int(e) for e in exponents): int((c * multiple).p) for exponents, c in equation.terms()})
    return result


def _modulo_prime(equations: Sequence[fmpq_mpoly]) -> tuple[list[Polynomial], int] | None:
    """The equations modulo a prime that divides no numerator and no denominator of a coefficient.

    A leading coefficient that vanished would lower a degree, and rows would enter the matrix modulo p that
    the matrix over Q of the same degree has not.
    """
    for prime in PRIMES:
        coefficients = [c for equation in equations for c in equation.coeffs()]
        if all(int(c.p) % prime and int(c.q) % prime for c in coefficients):
            reduced = [
                {
                    tuple(int(e) for e in exponents): int(c.p) * pow(int(c.q), -1, prime) % prime
                    for exponents, c in equation.terms()
                }
                for equation in equations
            ]
            return reduced, prime
    return None
