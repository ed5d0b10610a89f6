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
from typing import Literal, NamedTuple

from flint import fmpq_mpoly, fmpz_mat, nmod_mat

from strictsaddle.stationary.local_algebra import Exponents, monomials_up_to

PRIMES = (2147483647, 2147483629, 2147483587)
MOST_EFFORT = 1_200_000_000  # rows * columns^2 of the eliminations: keeps the proof below about a second
MOST_COLUMNS = 5_000

Answer = Literal["proved", "doubtful", "open"]
Block = tuple[list[dict[Exponents, int]], list[Exponents]]  # rows, as polynomials, and columns


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
        blocks = _macaulay_blocks(polynomials, n, d, flips)
        efforts = [len(rows) * len(columns) ** 2 for rows, columns in blocks]
        effort += max(efforts)
        if effort + sum(efforts) > MOST_EFFORT:
            return "open"
        promise = _promise(blocks, d, prime)
        if promise is None:
            continue
        if promise.bound <= target:
            exact = _macaulay_blocks(_integral(equations), n, d, flips)
            ranks = [_exact_rank_above(rows, columns, promise.degree) for rows, columns in exact]
            return "proved" if ranks == promise.ranks_above else "open"
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


def _promise(blocks: Sequence[Block], d: int, prime: int) -> Promise | None:
    """The best promise for any degree e <= d; None when the monomials of no degree reduce to lower ones."""
    degrees = set(range(d + 1))
    pivots: dict[int, list[int]] = {}
    # The smallest block first: nearly always it tells that d is still too low.
    for number in sorted(range(len(blocks)), key=lambda k: len(blocks[k][1])):
        rows, columns = blocks[number]
        pivots[number] = [sum(columns[k]) for k in _pivots(rows, columns, prime)]
        for e in list(degrees):
            if pivots[number].count(e) < sum(sum(exponents) == e for exponents in columns):
                degrees.discard(e)
        if not degrees:
            return None
    promises = []
    for e in degrees:
        low = sum(degree <= e for found in pivots.values() for degree in found)
        size = sum(sum(exponents) <= e for _, columns in blocks for exponents in columns)
        above = [sum(degree > e for degree in pivots[k]) for k in range(len(blocks))]
        promises.append(Promise(size - low, e, above))
    return min(promises, key=lambda promise: (promise.bound, -promise.degree))


def _exact_rank_above(rows: Sequence[dict[Exponents, int]], columns: Sequence[Exponents], e: int) -> int:
    """The rank over Q of the columns of degree > e."""
    high = [exponents for exponents in columns if sum(exponents) > e]
    kept = set(high)
    cut = [{exponents: c for exponents, c in row.items() if exponents in kept} for row in rows]
    cut = [row for row in cut if row]
    return int(fmpz_mat(len(cut), len(high), _entries(cut, high)).rank()) if cut else 0


def _integral(equations: Sequence[fmpq_mpoly]) -> list[dict[Exponents, int]]:
    """The equations with their denominators cleared."""
    result = []
    for equation in equations:
        multiple = lcm(*(int(coefficient.q) for coefficient in equation.coeffs()))
        result.append({tuple(int(e) for e in exponents): int((c * multiple).p) for exponents, c in equation.terms()})
    return result


def _modulo_prime(equations: Sequence[fmpq_mpoly]) -> tuple[list[dict[Exponents, int]], int] | None:
    """The equations modulo a prime that divides no numerator and no denominator of a coefficient.

    A leading coefficient that vanished would lower a degree, and rows would enter the matrix modulo p that the matrix over
    Q of the same degree has not.
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


def sign_flips(polynomials: Sequence[fmpq_mpoly], n: int) -> list[int]:
    """A basis of the sets of variables, as bit masks, whose joint change of sign turns each polynomial into
    plus or minus itself."""
    rows: list[int] = []  # parities of differences of exponents within a polynomial: a flip must be orthogonal to them
    for polynomial in polynomials:
        parities = {sum((int(e) & 1) << i for i, e in enumerate(exponents)) for exponents in polynomial.monoms()}
        first = next(iter(parities), 0)
        for parity in parities:
            row = parity ^ first
            for pivot in rows:
                row = min(row, row ^ pivot)
            if row:
                rows.append(row)
    return kernel_of_parities(rows, n)


def kernel_of_parities(rows: Sequence[int], n: int) -> list[int]:
    """A basis of the vectors in F_2^n orthogonal to all rows, vectors written as bit masks."""
    # Eliminate in [rows^T | identity]: combinations of variables on which all rows vanish.
    work = [(sum(((row >> i) & 1) << k for k, row in enumerate(rows)), 1 << i) for i in range(n)]
    kernel = []
    while work:
        image, combination = work.pop()
        if image == 0:
            kernel.append(combination)
            continue
        low = image & -image
        work = [(a ^ image, b ^ combination) if a & low else (a, b) for a, b in work]
    return sorted(kernel)


def _grade(exponents: Exponents, flips: Sequence[int]) -> int:
    odd = sum((e & 1) << i for i, e in enumerate(exponents))
    return sum(((odd & flip).bit_count() & 1) << k for k, flip in enumerate(flips))


def _macaulay_blocks(polynomials: Sequence[dict[Exponents, int]], n: int, d: int, flips: Sequence[int]) -> list[Block]:
    """A block for each grade; columns of high degree first."""
    columns: dict[int, list[Exponents]] = {}
    for exponents in sorted(monomials_up_to(n, d), key=lambda e: (-sum(e), e)):
        columns.setdefault(_grade(exponents, flips), []).append(exponents)
    rows: dict[int, list[dict[Exponents, int]]] = {grade: [] for grade in columns}
    for polynomial in polynomials:
        spare = d - max(sum(e) for e in polynomial)
        first = next(iter(polynomial))
        for shift in monomials_up_to(n, spare):
            row = {tuple(a + b for a, b in zip(e, shift, strict=True)): c for e, c in polynomial.items()}
            rows[_grade(tuple(a + b for a, b in zip(first, shift, strict=True)), flips)].append(row)
    return [(rows[grade], columns[grade]) for grade in columns]


def _pivots(rows: Sequence[dict[Exponents, int]], columns: Sequence[Exponents], prime: int) -> list[int]:
    """The pivot columns of the echelon form of a block modulo the prime."""
    if not rows:
        return []
    echelon, rank = nmod_mat(len(rows), len(columns), _entries(rows, columns), prime).rref()
    pivots, column = [], 0
    for k in range(rank):
        while int(echelon[k, column]) == 0:
            column += 1
        pivots.append(column)
    return pivots


def _entries(rows: Sequence[dict[Exponents, int]], columns: Sequence[Exponents]) -> list[int]:
    place = {exponents: k for k, exponents in enumerate(columns)}
    entries = [0] * (len(rows) * len(columns))
    for number, row in enumerate(rows):
        start = number * len(columns)
        for exponents, coefficient in row.items():
            entries[start + place[exponents]] = coefficient
    return entries
