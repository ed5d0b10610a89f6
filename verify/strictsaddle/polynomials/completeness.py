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
homogeneous for a grading by parities, and the blocks are independent. Generators may be added to the g_i as
long as they are in I: `low_consequences` finds some of low degree, over Q.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import comb, lcm
from typing import Any, Literal, NamedTuple

import numpy as np
from flint import fmpq_mpoly

from strictsaddle.polynomials.macaulay import Block, Exponents, Polynomial, blocks, sign_flips

PRIMES = (2147483647, 2147483629, 2147483587)
MOST_EFFORT = 500_000_000  # rows * columns * rank of the eliminations: keeps the proof below about half a second
MOST_COLUMNS = 5_000
LARGEST_EXACT_BLOCK = 200  # columns of matrices that are eliminated over Q
MOST_ROUNDS = 12

Answer = Literal["proved", "doubtful", "open"]


def compare_dimension(equations: Sequence[fmpq_mpoly], n: int, target: int) -> Answer:
    """Whether dim Q[w]/(equations) is at most `target`, in n variables, as far as a limited effort tells.

    "proved": it is. "doubtful": modulo a prime the bound settled at a greater number, so that it hardly is.
    "open": beyond the effort. With target 0: that there is no complex zero.
    """
    return compared(equations, n, target).answer


class Comparison(NamedTuple):
    """`answer`; where it is "proved": the degree d of the matrix, the degree e (both as above), and the generators that were added, each
    stage with the degree of the matrix in whose row space they lie."""

    answer: Answer
    degree: int = 0
    cut: int = 0
    stages: tuple[tuple[int, list[Polynomial]], ...] = ()


def compared(equations: Sequence[fmpq_mpoly], n: int, target: int) -> Comparison:
    """`compare_dimension` with what a proof consists of."""
    flips = sign_flips(equations, n)
    integral = _integral(equations)
    stages = low_consequences(integral, n, flips)
    integral += [p for _, found in stages for p in found]
    prime = next((p for p in PRIMES if all(c % p for polynomial in integral for c in polynomial.values())), None)
    if prime is None:
        return Comparison(
            "open"
        )  # a coefficient that vanished could lower a degree: rows modulo p that the matrix over Q has not
    modular = [{e: c % prime for e, c in polynomial.items()} for polynomial in integral]
    degrees = [max(sum(e) for e in polynomial) for polynomial in integral]
    effort, before = 0, None
    for d in range(min(degrees), sum(degrees[: len(equations)]) + 2):
        if comb(n + d, n) > MOST_COLUMNS:
            return Comparison("open")
        matrix = blocks(modular, n, d, flips)
        # The smallest block is nearly always enough to tell that d is too low; if not, all of them are
        # needed.
        effort += min(block.effort for block in matrix)
        if effort + sum(block.effort for block in matrix) > MOST_EFFORT:
            return Comparison("open")
        promise = _promise(matrix, d, prime)
        if promise is None:
            continue
        if promise.bound <= target:
            exact = blocks(integral, n, d, flips)
            right = all(
                block.rank_above(promise.degree) == rank for block, rank in zip(exact, promise.ranks_above, strict=True)
            )
            return Comparison("proved", d, promise.degree, stages) if right else Comparison("open")
        if promise.bound == before:
            return Comparison("doubtful")
        before = promise.bound
    return Comparison("open")


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
        pivots[number] = block.degrees[block.pivots(prime)]
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


def low_consequences(
    polynomials: Sequence[Polynomial], n: int, flips: Sequence[int]
) -> tuple[tuple[int, list[Polynomial]], ...]:
    """Elements of the ideal, exactly, of lower degree than what they are combined from: all terms of high
    degree cancel. With them much smaller matrices are enough. Stage by stage, each with the degree of the matrix that they come from.

    For deep linear networks with ridges the first ones are the balancedness relations: with g_k the gradient
    in layer W_k, the quadratic polynomials W_(k+1)' g_(k+1) - g_k W_k'.
    """
    highest = max(sum(e) for polynomial in polynomials for e in polynomial)
    stages: list[tuple[int, list[Polynomial]]] = []
    for _ in range(MOST_ROUNDS):
        extra = [p for _, found in stages for p in found]
        stage = _next_consequences([*polynomials, *extra], n, flips, highest + 1)
        if not stage[1]:
            break
        stages.append(stage)
    return tuple(stages)


def _next_consequences(
    polynomials: Sequence[Polynomial], n: int, flips: Sequence[int], highest: int
) -> tuple[int, list[Polynomial]]:
    """The lowest elements of the row space of some degree d <= highest that the matrix of their own degree
    lacks, and d.

    Pivots modulo a prime tell where to look; the elements themselves come from elimination over Q.
    """
    prime = PRIMES[0]
    modular = [{e: c % prime for e, c in polynomial.items()} for polynomial in polynomials]
    known: set[Exponents] = set()
    for d in range(min(max(sum(e) for e in polynomial) for polynomial in polynomials), highest + 1):
        if comb(n + d, n) > MOST_COLUMNS:
            break
        matrix = blocks(modular, n, d, flips)
        if max(len(block.degrees) for block in matrix) > LARGEST_EXACT_BLOCK:
            break
        pivots = [block.pivot_monomials(prime) for block in matrix]
        # What the matrix of degree d - 1 reaches, that of degree d reaches as well.
        new = [{e for e in found if sum(e) < d and e not in known} for found in pivots]
        if any(new):
            lowest = min(sum(e) for found in new for e in found)
            exact = blocks(polynomials, n, d, flips)
            rows = [
                row
                for block, found in zip(exact, new, strict=True)
                if any(sum(e) == lowest for e in found)
                for row in block.low_rows(lowest + 1)
                if next(iter(row)) in found
            ]
            return d, rows
        known = {e for found in pivots for e in found}
    return 0, []
