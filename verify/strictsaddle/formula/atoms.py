"""Polynomials with rational coefficients in atoms: the arithmetic of normal forms.

An atom is an unknown, pi, or a function of a normal form: tanh(P), exp(P), ... Signs are moved out of the
atoms by identities that hold for all reals: tanh(-x) = -tanh(x), cos(-x) = cos(x), exp(-x) = 1/exp(x). A
product too large to multiply out keeps its factors as atoms of the kind "factor", whose value is the
polynomial itself. Every step is an identity wherever both sides are defined.
"""

from __future__ import annotations

from enum import Enum
from math import comb
from typing import NamedTuple

from flint import fmpq

from strictsaddle.execution.budget import require_time

# (atom, exponent) by rising atom; exponents are not 0, and may be negative
Monomial = tuple[tuple[int, int], ...]
Polynomial = dict[Monomial, fmpq]  # no zero coefficients
Key = tuple[tuple[Monomial, fmpq], ...]

ONE: Monomial = ()
EXPANSION_LIMIT = 20_000


class Parity(Enum):
    """What becomes of an atom when its argument changes sign."""

    ODD = "odd"  # it changes sign
    EVEN = "even"  # nothing
    INVERSE = "inverse"  # it becomes its reciprocal (exp)
    NONE = "none"  # another atom


PARITY = {
    "variable": Parity.ODD, "factor": Parity.ODD, "sin": Parity.ODD, "tan": Parity.ODD, "asin": Parity.ODD,
    "atan": Parity.ODD, "sinh": Parity.ODD, "tanh": Parity.ODD, "erf": Parity.ODD, "sgn": Parity.ODD,
    "cos": Parity.EVEN, "cosh": Parity.EVEN, "logcosh": Parity.EVEN, "exp": Parity.INVERSE, "log": Parity.NONE,
    "sqrt": Parity.NONE, "pi": Parity.NONE,
}  # fmt: skip
# sgn(0) is 0 here, so that |x| = x sgn(x) everywhere; "logcosh" of x is log(2 cosh(x)).


class Atom(NamedTuple):
    """`kind` is a key of PARITY; `argument` the normal form it is applied to; `number` that of an unknown,
    else -1."""

    kind: str
    argument: Key
    number: int = -1


def key_of(polynomial: Polynomial) -> Key:
    """The polynomial as a hashable value: its terms in a fixed order."""
    return tuple(sorted(polynomial.items(), key=lambda term: term[0]))


class Atoms:
    """A table of atoms in `dimension` unknowns; polynomials over one table can be compared with ==.

    `limit` bounds the terms of a product that is multiplied out; 1 keeps every product of sums as it stands.
    """

    def __init__(self, dimension: int, limit: int = EXPANSION_LIMIT) -> None:
        self.dimension = dimension
        self.limit = limit
        self.table: list[Atom] = [Atom("variable", (), k) for k in range(dimension)]
        self._known: dict[Atom, int] = {atom: k for k, atom in enumerate(self.table)}

    # building
    def variable(self, number: int) -> Polynomial:
        return {((number, 1),): fmpq(1)}

    def constant(self, value: fmpq) -> Polynomial:
        return {ONE: value} if value != 0 else {}

    def parity(self, atom: int) -> Parity:
        return PARITY[self.table[atom].kind]

    def argument(self, atom: int) -> Polynomial:
        return dict(self.table[atom].argument)

    def _atom(self, kind: str, argument: Polynomial) -> int:
        atom = Atom(kind, key_of(argument))
        found = self._known.get(atom)
        if found is None:
            found = self._known[atom] = len(self.table)
            self.table.append(atom)
        return found

    def apply(self, kind: str, argument: Polynomial) -> Polynomial:
        """The normal form of the function `kind` of `argument`, signs (and for `factor` and `sgn` content)
        moved out."""
        parity = PARITY[kind]
        if not argument and kind in ("cos", "cosh", "exp"):
            return {ONE: fmpq(1)}
        if not argument and parity is Parity.ODD:
            return {}
        if parity is Parity.NONE:
            return {((self._atom(kind, argument), 1),): fmpq(1)}
        lead = argument[min(argument)] if argument else fmpq(1)
        sign = fmpq(-1 if lead < 0 else 1)
        if kind in ("factor", "sgn"):
            inner = self._atom(kind, scaled(argument, 1 / lead))
            return {((inner, 1),): lead if kind == "factor" else sign}
        inner = self._atom(kind, scaled(argument, sign))
        if parity is Parity.INVERSE:
            return {((inner, int(sign)),): fmpq(1)}
        return {((inner, 1),): sign if parity is Parity.ODD else fmpq(1)}

    def multiply(self, a: Polynomial, b: Polynomial) -> Polynomial:
        if len(a) > 1 and len(b) > 1 and len(a) * len(b) > self.limit:
            a, b = self.apply("factor", a), self.apply("factor", b)
        require_time()
        if len(b) < len(a):
            a, b = b, a
        product: Polynomial = {}
        for left, c in a.items():
            for right, d in b.items():
                monomial = times(left, right)
                total = product.get(monomial, 0) + c * d
                if total != 0:
                    product[monomial] = total
                else:
                    product.pop(monomial, None)
        return product

    def power(self, a: Polynomial, exponent: int) -> Polynomial:
        """a**exponent for exponent >= 0, or any exponent when `a` has one term. Raises ArithmeticError for
        1/0."""
        if len(a) == 1:
            ((monomial, c),) = a.items()
            return {tuple((atom, e * exponent) for atom, e in monomial) if exponent else ONE: c**exponent}
        if exponent < 0:
            if not a:
                raise ArithmeticError("a denominator is identically zero")
            return self.power(self.apply("factor", a), exponent)
        if a and comb(len(a) + exponent - 1, exponent) > max(self.limit, 1):
            return self.power(self.apply("factor", a), exponent)
        result, square = self.constant(fmpq(1)), a
        while exponent:
            if exponent & 1:
                result = self.multiply(result, square)
            exponent >>= 1
            if exponent:
                square = self.multiply(square, square)
        return result

    def reciprocal(self, a: Polynomial) -> Polynomial:
        """1/a. Raises ArithmeticError when `a` is the zero polynomial."""
        return self.power(a, -1)


def times(a: Monomial, b: Monomial) -> Monomial:
    """The product of two monomials."""
    if not a:
        return b
    if not b:
        return a
    if a[-1][0] < b[0][0]:
        return a + b
    exponents = dict(a)
    for atom, exponent in b:
        total = exponents.get(atom, 0) + exponent
        if total:
            exponents[atom] = total
        else:
            del exponents[atom]
    return tuple(sorted(exponents.items()))


def scaled(a: Polynomial, factor: fmpq) -> Polynomial:
    """factor * a."""
    return {monomial: factor * c for monomial, c in a.items()} if factor != 0 else {}


def added(a: Polynomial, b: Polynomial, factor: fmpq | int = 1) -> Polynomial:
    """a + factor * b."""
    result = dict(a)
    accumulate(result, b, factor)
    return result


def accumulate(total: Polynomial, terms: Polynomial, factor: fmpq | int = 1) -> None:
    for monomial, c in terms.items():
        value = total.get(monomial, 0) + factor * c
        if value != 0:
            total[monomial] = value
        else:
            total.pop(monomial, None)
