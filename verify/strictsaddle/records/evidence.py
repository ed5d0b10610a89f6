"""What a route proved, as data that another program can check: integers, fractions, bytes and tuples of them; no library's type, no
sentence. A certificate is the evidence of a verdict written down."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

Side = tuple[Fraction, Fraction]  # the ends of an interval


@dataclass(frozen=True)
class ExactPoint:
    """A stationary point over Q[t]/(modulus): `modulus` (lowest coefficient first, an irreducible factor), for each coordinate its
    coefficients in t, and an isolating interval of the real root that t is. A checker substitutes into the gradient and counts the
    sign changes of the characteristic polynomial of the Hessian. On a manifold the multipliers come first."""

    modulus: tuple[int, ...]
    coordinates: tuple[tuple[Fraction, ...], ...]
    root: Side
    index: int | None
    nullity: int | None


@dataclass(frozen=True)
class IsolatedPoint:
    """A box in which there is one stationary point, and no other: a Krawczyk test shows it. `index`: negative eigenvalues, None where
    they are not settled; `nullity` likewise."""

    box: tuple[Side, ...]
    index: int | None
    nullity: int | None


@dataclass(frozen=True)
class FieldZero:
    """A zero of the gradient over Q[t]/(modulus), with all its conjugates, and (a lower bound of) the multiplicity of each."""

    modulus: tuple[int, ...]
    coordinates: tuple[tuple[Fraction, ...], ...]
    multiplicity: int


@dataclass(frozen=True)
class ComplexZeros:
    """All complex zeros of the gradient (on a manifold, of the Lagrangian's, multipliers first): near each of `simple`, pairs of real and
    imaginary parts, there is one, real where all the latter are 0; the others are exact."""

    simple: tuple[tuple[tuple[Fraction, Fraction], ...], ...]
    exact: tuple[FieldZero, ...]


Terms = tuple[tuple[tuple[int, ...], int], ...]  # of a polynomial with integer coefficients: exponents and coefficients


@dataclass(frozen=True)
class Count:
    """So many complex zeros has the gradient, with multiplicity. `how`: the product of the degrees, the rank of a Macaulay matrix, or a
    count modulo `primes`, which a checker labels and does not check. For ranks: the degree of the matrix, the degree to which monomials
    reduce, and the generators that were added, with the degree of the matrix that they come from (see `polynomials.completeness`)."""

    zeros: int
    how: Literal["exact", "modular"]
    degree: int = 0
    cut: int = 0
    stages: tuple[tuple[int, tuple[Terms, ...]], ...] = ()


@dataclass(frozen=True)
class BoxTree:
    """A search over boxes, told so that it can be told again: the region, the rows c of the half-spaces c.w >= 0 in which it stays (each
    orbit of the group has a point there), the unknowns that are searched where others are eliminated, the chunks of the search in
    their order (zlib of the bytes that `covering.explore` describes), how many boxes there were, and whether every point was listed."""

    lower: tuple[Fraction, ...]
    upper: tuple[Fraction, ...]
    half_spaces: tuple[tuple[Fraction, ...], ...]
    unknowns: tuple[int, ...]
    chunks: tuple[bytes, ...]
    boxes: int
    listing: bool = True


@dataclass(frozen=True)
class RegionBound:
    """Outside of this box there is no stationary point of the objective."""

    lower: tuple[Fraction, ...]
    upper: tuple[Fraction, ...]


@dataclass(frozen=True)
class Ascent:
    """v.g(w) > 0 for all w: there is no stationary point."""

    direction: tuple[Fraction, ...]


@dataclass(frozen=True)
class Invariance:
    """Maps of the domain that leave the objective unchanged: signed permutations w -> (s_i w_j(i)), as pairs (j, s), which generate a
    group of the order; and flows of the fields w' = A w + b, as rows of A followed by b."""

    order: int
    permutations: tuple[tuple[tuple[int, int], ...], ...]
    fields: tuple[tuple[tuple[Fraction, ...], ...], ...]


@dataclass(frozen=True)
class Frame:
    """The objective is g(A w): the rows of A, which is orthogonal. All evidence after it is about g."""

    matrix: tuple[tuple[Fraction, ...], ...]


Evidence = ExactPoint | IsolatedPoint | ComplexZeros | Count | BoxTree | RegionBound | Ascent | Invariance | Frame
