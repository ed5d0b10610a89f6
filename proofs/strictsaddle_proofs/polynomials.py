"""Polynomial systems: an upper bound on the number of their complex zeros, and points over number fields.

A polynomial is {exponents: coefficient}, without zero coefficients.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import combinations_with_replacement, pairwise
from math import comb, lcm
from typing import Any

from flint import fmpq, fmpq_mat, fmpq_poly, fmpz_mat, fmpz_poly, nmod_mat

from strictsaddle_proofs.balls import exact
from strictsaddle_proofs.errors import Refused, Unchecked, require
from strictsaddle_proofs.expression import Formulas
from strictsaddle_proofs.network import rational

Exponents = tuple[int, ...]
Polynomial = dict[Exponents, Fraction]
PRIME = 2**61 - 1  # any prime does for a lower bound of a rank
MOST_COLUMNS = 6000
MOST_ENTRIES = 60_000_000  # of a dense block
MOST_FIELD = 200  # degree of a number field


def polynomial(formulas: Formulas, node: int) -> Polynomial:
    """The node multiplied out. Raises Unchecked where it is no polynomial."""
    found: Polynomial = {}
    for monomial, coefficient in formulas.expanded(node).items():
        exponents = [0] * formulas.dimension
        for atom, e in monomial:
            kind, *rest = formulas.nodes[atom]
            if kind != "variable" or e < 0:
                raise Unchecked("the objective is no polynomial with rational coefficients")
            exponents[rest[0]] = e
        found[tuple(exponents)] = coefficient
    return found


def derivative(p: Polynomial, k: int) -> Polynomial:
    return {(*e[:k], e[k] - 1, *e[k + 1 :]): c * e[k] for e, c in p.items() if e[k]}


def degree(p: Polynomial) -> int:
    return max(map(sum, p), default=0)


def monomials(n: int, top: int) -> Iterator[Exponents]:
    """All exponents of n variables with sum at most `top`."""
    for total in range(top + 1):
        for chosen in combinations_with_replacement(range(n), total):
            exponents = [0] * n
            for k in chosen:
                exponents[k] += 1
            yield tuple(exponents)


Rows = list[dict[Exponents, int]]


def macaulay_blocks(system: Sequence[Polynomial], n: int, top: int) -> list[tuple[Rows, list[Exponents]]]:
    """The products (monomial) * p of degree at most `top`, with integer coefficients, in blocks that share no monomial, each with its
    monomials by falling degree."""
    require(comb(n + top, n) <= MOST_COLUMNS, "a Macaulay matrix that is too large", "count")
    parent: dict[Exponents, Exponents] = {m: m for m in monomials(n, top)}

    def find(m: Exponents) -> Exponents:
        while parent[m] != m:
            parent[m] = parent[parent[m]]
            m = parent[m]
        return m

    rows: Rows = []
    for p in system:
        scale = lcm(*(c.denominator for c in p.values()))
        for shift in monomials(n, top - degree(p)):
            row = {tuple(a + b for a, b in zip(e, shift, strict=True)): int(c * scale) for e, c in p.items()}
            rows.append(row)
            for one, other in pairwise(row):
                parent[find(one)] = find(other)
    blocks: dict[Exponents, tuple[Rows, list[Exponents]]] = {}
    for m in sorted(parent, key=lambda m: (-sum(m), m)):
        blocks.setdefault(find(m), ([], []))[1].append(m)
    for row in rows:
        blocks[find(next(iter(row)))][0].append(row)
    return list(blocks.values())


def _dense(rows: Rows, columns: Sequence[Exponents]) -> tuple[int, int, list[int]]:
    require(len(rows) * len(columns) <= MOST_ENTRIES, "a Macaulay matrix that is too large", "count")
    return len(rows), len(columns), [row.get(m, 0) for row in rows for m in columns]


def rank_modulo(rows: Rows, columns: Sequence[Exponents], prime: int) -> int:
    """The rank modulo a prime, at most that over Q."""
    if not rows or not columns:
        return 0
    m, n, entries = _dense(rows, columns)
    return int(nmod_mat(m, n, [x % prime for x in entries], prime).rank())


def rank(rows: Rows, columns: Sequence[Exponents]) -> int:
    """The rank over Q."""
    rows = [row for row in rows if any(m in row for m in columns)] if len(columns) < 50 else rows
    if not rows or not columns:
        return 0
    return int(fmpz_mat(*_dense(rows, columns)).rank())


def most_zeros(system: Sequence[Polynomial], n: int, top: int, cut: int, prime: int | None = None) -> int:
    """An upper bound on the number of complex zeros, with multiplicity. Raises Refused where the degrees give none.

    U is the row space of the Macaulay matrix of degree `top`, V_e the polynomials of degree at most e = `cut`. With a = the rank of the
    columns of degree > e, b and c lower bounds of the ranks of all columns and of those of degree >= e: U meets V_e in dimension >= b -
    a, and
    if c - a is the number of monomials of degree e, each of these is congruent to something of lower degree, and by induction so is
    each of higher degree: V_e maps onto Q[w]/I, whose dimension is at most dim V_e - (b - a).
    With `prime`, a is computed modulo it: then the bound holds but for bad luck.
    """
    a = b = c = 0
    for rows, columns in macaulay_blocks(system, n, top):
        above = [m for m in columns if sum(m) > cut]
        from_cut = [m for m in columns if sum(m) >= cut]
        a += rank(rows, above) if prime is None else rank_modulo(rows, above, prime)
        b += rank_modulo(rows, columns, prime or PRIME)
        c += rank_modulo(rows, from_cut, prime or PRIME)
    require(c - a == comb(n + cut - 1, cut), "monomials do not reduce to lower ones", "count")
    return comb(n + cut, n) - (b - a)


def consequences(system: Sequence[Polynomial], n: int, top: int, wanted: Sequence[Polynomial]) -> None:
    """Raise Refused unless each wanted polynomial is a rational combination of the rows of the Macaulay matrix of degree `top`."""
    rest = list(wanted)
    for rows, columns in macaulay_blocks(system, n, top):
        home = set(columns)
        mine = [p for p in rest if next(iter(p)) in home]
        rest = [p for p in rest if next(iter(p)) not in home]
        if mine:
            require(all(m in home for p in mine for m in p), "not in the ideal", "count")
            scaled = [{m: int(c * lcm(*(x.denominator for x in p.values()))) for m, c in p.items()} for p in mine]
            require(rank(rows, columns) == rank([*rows, *scaled], columns), "not in the ideal", "count")
    require(not rest, "not in the ideal", "count")


@dataclass(frozen=True)
class FieldPoint:
    """A point over Q[t]/(modulus), the modulus irreducible: it stands for all its conjugates, one a root."""

    modulus: fmpz_poly
    coordinates: tuple[fmpq_poly, ...]

    @classmethod
    def of(cls, given: Any, n: int) -> FieldPoint:
        """Raises Refused where the modulus is reducible, or conjugates may be the same point."""
        require(isinstance(given, dict) and isinstance(given.get("modulus"), list), "not a point", "exact")
        require(
            len(given["modulus"]) <= MOST_FIELD and all(type(c) is int for c in given["modulus"]), "a modulus", "exact"
        )
        modulus = fmpz_poly(given["modulus"])
        require(modulus.degree() >= 1, "a modulus without roots", "exact")
        content, factors = modulus.factor()
        require(len(factors) == 1 and factors[0][1] == 1, "the modulus is reducible", "exact")
        del content
        coordinates = given.get("coordinates")
        require(isinstance(coordinates, list) and len(coordinates) == n, "coordinates", "exact")
        try:
            made = tuple(
                fmpq_poly([exact(rational(c, "exact")) for c in values]) % fmpq_poly(modulus) for values in coordinates
            )
        except TypeError:
            raise Refused("coordinates", "exact") from None
        return cls(modulus, made)

    @property
    def degree(self) -> int:
        return int(self.modulus.degree())

    @cached_property
    def _powers(self) -> dict[tuple[int, int], fmpq_poly]:
        return {}

    def _power(self, k: int, e: int) -> fmpq_poly:
        if (k, e) not in self._powers:
            before = fmpq_poly([1]) if e == 1 else self._power(k, e - 1)
            self._powers[k, e] = before * self.coordinates[k] % fmpq_poly(self.modulus)
        return self._powers[k, e]

    def value(self, p: Polynomial) -> fmpq_poly:
        """p at the point, an element of the field."""
        total, modulus = fmpq_poly([0]), fmpq_poly(self.modulus)
        for exponents, c in p.items():
            term = fmpq_poly([exact(c)])
            for k, e in enumerate(exponents):
                if e:
                    term = term * self._power(k, e) % modulus
            total += term
        return total

    @cached_property
    def roots(self) -> list[Any]:
        """The roots of the modulus as complex balls, at the working precision."""
        return [pair[0] for pair in _roots(self.modulus)]

    def embedded(self, element: fmpq_poly, root: Any) -> Any:
        """The complex number that the element is at a root."""
        total: Any = root * 0
        for c in reversed(element.coeffs()):
            total = total * root + c
        return total

    def conjugates(self) -> list[list[Any]]:
        return [[self.embedded(x, root) for x in self.coordinates] for root in self.roots]

    def characteristic(self, matrix: Sequence[Sequence[Polynomial]]) -> list[fmpq_poly]:
        """The coefficients, lowest first, of the characteristic polynomial of a matrix of polynomials at the point (Faddeev, LeVerrier)."""
        n, modulus = len(matrix), fmpq_poly(self.modulus)
        entries = [[self.value(p) for p in row] for row in matrix]
        zero, one = fmpq_poly([0]), fmpq_poly([1])
        found = [one]
        work = [[zero] * n for _ in range(n)]
        for k in range(1, n + 1):
            for i in range(n):
                work[i][i] = work[i][i] + found[-1]
            work = [
                [sum((entries[i][m] * work[m][j] for m in range(n)), zero) % modulus for j in range(n)]
                for i in range(n)
            ]
            trace = sum((work[i][i] for i in range(n)), zero)
            found.append(trace * fmpq(-1, k))
        return found[::-1]

    def inertia(self, coefficients: Sequence[fmpq_poly], root: Any) -> tuple[int, int, int]:
        """Numbers of negative, zero and positive eigenvalues at a real root, from the characteristic polynomial of a symmetric matrix:
        its roots are real, so Descartes' rule of signs is exact."""
        zero = next(k for k, c in enumerate(coefficients) if not c.is_zero())
        signs = []
        for c in coefficients:
            if not c.is_zero():
                value = self.embedded(c, root)
                value = getattr(value, "real", value)
                require(value > 0 or value < 0, "a sign that the precision does not tell", "exact")
                signs.append(1 if value > 0 else -1)
        positive = sum(a != b for a, b in pairwise(signs))
        return len(coefficients) - 1 - zero - positive, zero, positive

    def multiplicity(self, system: Sequence[Polynomial], n: int, order: int) -> int:
        """A lower bound on the multiplicity of each conjugate as a zero: the dimension of the local algebra modulo the (order + 1)-st
        power of the maximal ideal, by an exact rank (of multiplication matrices over Q, where the field is larger)."""
        columns = list(monomials(n, order))
        require(len(columns) * self.degree <= 600, "a local matrix that is too large", "exact")
        place = {m: k for k, m in enumerate(columns)}
        rows: list[list[fmpq_poly]] = []
        for p in system:
            taylor = {m: self.value(_taylor(p, m)) for m in columns}
            for shift in monomials(n, order - 1):
                row = [fmpq_poly([0])] * len(columns)
                for m, value in taylor.items():
                    moved = tuple(a + b for a, b in zip(m, shift, strict=True))
                    if moved in place:
                        row[place[moved]] = value
                rows.append(row)
        d, modulus = self.degree, fmpq_poly(self.modulus)
        matrix = fmpq_mat(len(rows) * d, len(columns) * d)
        for i, row in enumerate(rows):
            for j, value in enumerate(row):
                for k in range(d):
                    image = value * fmpq_poly([0] * k + [1]) % modulus
                    for power in range(d):
                        matrix[i * d + k, j * d + power] = image[power]
        return len(columns) - int(matrix.rank()) // d


def _roots(p: Any) -> Any:
    """Pairs of a root, as a complex ball, and its multiplicity."""
    return p.complex_roots()


def _taylor(p: Polynomial, order: Exponents) -> Polynomial:
    """The derivative of this order, divided by the factorials."""
    found: Polynomial = {}
    for exponents, c in p.items():
        if all(e >= o for e, o in zip(exponents, order, strict=True)):
            factor = c
            for e, o in zip(exponents, order, strict=True):
                factor *= comb(e, o)
            key = tuple(e - o for e, o in zip(exponents, order, strict=True))
            found[key] = found.get(key, Fraction(0)) + factor
    return found


def from_list(given: Any, n: int) -> Polynomial:
    """A polynomial written as [[exponents, coefficient], ...]. Raises Refused for others."""
    require(isinstance(given, list) and given, "not a polynomial", "count")
    found: Polynomial = {}
    for term in given:
        require(
            isinstance(term, list) and len(term) == 2 and isinstance(term[0], list) and len(term[0]) == n,
            "not a term",
            "count",
        )
        require(
            all(type(e) is int and 0 <= e < 1000 for e in term[0]),
            "not a term",
            "count",
        )
        found[tuple(term[0])] = rational(term[1], "count")
    return {m: c for m, c in found.items() if c}
