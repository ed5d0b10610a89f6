"""A formula with relu and abs as a polynomial on each cell of an arrangement.

A kink is an irreducible polynomial z at whose sign change some relu or abs changes its branch; its factor's content and sign are taken
out, so that relu(2w), relu(-w) and abs(w) have one kink w. With a sign for each kink the formula is a polynomial: relu(p) is p or 0,
abs(p) is p or -p, by the signs of p's factors; those that are nowhere negative have no say, zeros or not. Kinks of inner functions may
decide which outer ones there are; all of them are collected, and where a kink plays no part the polynomials on its two sides are the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product

from flint import fmpq, fmpq_mat, fmpq_mpoly, fmpq_mpoly_ctx

from strictsaddle.execution.budget import require_time
from strictsaddle.formula.expansion import NotPolynomial
from strictsaddle.formula.graph import Graph, Op
from strictsaddle.polynomials.number_field import FieldPoint, complex_roots
from strictsaddle.routes.piecewise.emptiness import Signs, is_empty, univariate

MOST_KINKS, MOST_STRATA = 24, 7_000
SMOOTH_ORDER = 3  # of contact across a kink: the difference of both sides has the factor z^3


class TooManyCells(Exception):
    """More kinks than MOST_KINKS, or strata than MOST_STRATA."""


class _Unknown(Exception):
    """A kink whose sign is not given yet."""

    def __init__(self, kink: fmpq_mpoly) -> None:
        self.kink = kink


@dataclass
class Cells:
    """The formula `node` of a graph in n unknowns. `kinks`: all of them; `on(signs)`: the polynomial where they have these signs, none of
    which is 0."""

    graph: Graph
    node: int
    n: int
    kinks: tuple[fmpq_mpoly, ...] = ()
    _known: dict[Signs, fmpq_mpoly] = field(default_factory=dict)

    @classmethod
    def of(cls, graph: Graph, node: int, n: int) -> Cells:
        """Raises NotPolynomial where some cell's formula is none, TooManyCells."""
        found: list[fmpq_mpoly] = []
        waiting: list[dict[str, int]] = [{}]
        while waiting:
            require_time()
            signs = waiting.pop()
            decided = [kink for kink in found if str(kink) in signs]
            if is_empty(decided, tuple(signs[str(kink)] for kink in decided), n):
                continue
            if len(waiting) > MOST_STRATA:
                raise TooManyCells(f"more than {MOST_STRATA:,} cells")
            try:
                _value(graph, node, n, signs)
            except _Unknown as open_kink:
                if not any(open_kink.kink == k for k in found):
                    found.append(open_kink.kink)
                    if len(found) > MOST_KINKS:
                        raise TooManyCells(f"more than {MOST_KINKS} kinks") from None
                key = str(open_kink.kink)
                waiting += [{**signs, key: 1}, {**signs, key: -1}]
        return cls(graph, node, n, tuple(found))

    def on(self, signs: Signs) -> fmpq_mpoly:
        if signs not in self._known:
            named = {str(kink): sign for kink, sign in zip(self.kinks, signs, strict=True)}
            self._known[signs] = _value(self.graph, self.node, self.n, named)
        return self._known[signs]

    def beside(self, signs: Signs) -> Iterator[Signs]:
        """The cells that meet the stratum: each kink that is 0 has one sign or the other."""
        choices = [(1, -1) if sign == 0 else (sign,) for sign in signs]
        return product(*choices)

    def along(self, signs: Signs) -> fmpq_mpoly:
        """What the formula is on a stratum: the polynomial of a cell beside it."""
        return self.on(next(iter(self.beside(signs))))

    def embedded(self, signs: Signs, points: Iterable[FieldPoint]) -> Iterator[tuple[FieldPoint, int]]:
        """Those real embeddings of the points that lie on the stratum."""
        for point in points:
            values = [point.evaluate(kink) for kink in self.kinks]
            for embedding in point.real_embeddings():
                if all(point.sign(value, embedding) == sign for value, sign in zip(values, signs, strict=True)):
                    yield point, embedding

    @property
    def is_smooth(self) -> bool:
        """Whether the formula is proved to be twice continuously differentiable: across each kink the two sides differ by a multiple of
        z^3, where both may be."""
        for wall in self.strata:
            if wall.count(0) != 1:
                continue
            k = wall.index(0)
            sides = [self.on((*wall[:k], sign, *wall[k + 1 :])) for sign in (1, -1)]
            difference = sides[0] - sides[1]
            for _ in range(SMOOTH_ORDER):
                difference, rest = divmod(difference, self.kinks[k])
                if not rest.is_zero():
                    return False
        return True

    @cached_property
    def strata(self) -> tuple[Signs, ...]:
        """All sign vectors but those that are proved to be nowhere, open cells first: kink after kink is added. Raises TooManyCells."""
        level: list[Signs] = [()]
        for count in range(1, len(self.kinks) + 1):
            require_time()
            longer = [(*signs, sign) for signs in level for sign in (1, -1, 0)]
            level = [signs for signs in longer if not is_empty(self.kinks[:count], signs, self.n)]
            if len(level) > MOST_STRATA:
                raise TooManyCells(f"more than {MOST_STRATA:,} strata")
        return tuple(sorted(level, key=lambda signs: (signs.count(0), [-s for s in signs])))


def _value(graph: Graph, node: int, n: int, signs: Mapping[str, int]) -> fmpq_mpoly:
    """The polynomial under these signs. Raises _Unknown for a kink that has none."""
    context = fmpq_mpoly_ctx.get([f"x{k + 1}" for k in range(n)], "degrevlex")
    unknowns = context.gens()
    values: dict[int, fmpq_mpoly] = {}
    for k in graph.reachable([node]):
        require_time()
        op, left, right = graph.ops[k], graph.left[k], graph.right[k]
        if op is Op.CONST:
            c = graph.constants[left]
            values[k] = context.constant(fmpq(c.numerator, c.denominator))
        elif op is Op.VAR:
            values[k] = unknowns[left]
        elif op is Op.ADD:
            values[k] = values[left] + values[right]
        elif op is Op.SUB:
            values[k] = values[left] - values[right]
        elif op is Op.MUL:
            values[k] = values[left] * values[right]
        elif op is Op.NEG:
            values[k] = -values[left]
        elif op is Op.POW:
            values[k] = values[left] ** right
        elif op is Op.DIV and values[right].is_constant() and not values[right].is_zero():
            values[k] = values[left] / values[right].leading_coefficient()
        elif op is Op.RELU or op is Op.ABS:
            sign = sign_of(values[left], signs)
            values[k] = (
                values[left] if sign > 0 else context.constant(0) if op is Op.RELU or sign == 0 else -values[left]
            )
        else:
            raise NotPolynomial(f"it contains {op.name.lower()}, and is no polynomial on the cells of its kinks")
    return values[node]


def sign_of(polynomial: fmpq_mpoly, signs: Mapping[str, int]) -> int:
    """The sign of a polynomial from those of its irreducible factors; factors of even power have no say. Raises _Unknown."""
    if polynomial.is_constant():
        c = polynomial.leading_coefficient() if not polynomial.is_zero() else fmpq(0)
        return (c > 0) - (c < 0)
    content, factors = polynomial.factor()
    sign = 1 if content > 0 else -1
    for factor, power in factors:
        kink, turned = canonical(factor)
        if power % 2 and is_never_negative(kink):
            sign *= turned
        elif power % 2:
            if str(kink) not in signs:
                raise _Unknown(kink)
            sign *= signs[str(kink)] * turned
    return sign


def canonical(factor: fmpq_mpoly) -> tuple[fmpq_mpoly, int]:
    """A multiple of the factor with leading coefficient 1, and the sign of the number that was taken out."""
    leading = factor.leading_coefficient()
    return factor / leading, 1 if leading > 0 else -1


def is_never_negative(kink: fmpq_mpoly) -> bool:
    """Whether an irreducible polynomial with leading coefficient 1 is proved to be nowhere negative: in one unknown without real zeros, or
    of degree two and with a matrix that is positive semidefinite."""
    degrees = kink.degrees()
    used = [i for i, degree in enumerate(degrees) if degree]
    if kink.total_degree() % 2:
        return False
    if len(used) == 1:
        return not any(root.imag.is_zero() for root in complex_roots(univariate(kink).numer()))
    if kink.total_degree() != 2:
        return False
    size = len(used) + 1
    matrix = [[fmpq(0)] * size for _ in range(size)]
    for exponents, c in kink.terms():
        places = [place for place, i in enumerate(used) for _ in range(exponents[i])]
        a, b = [*places, size - 1, size - 1][:2]
        matrix[a][b] += c / 2
        matrix[b][a] += c / 2
    signed = (
        fmpq_mat(matrix).charpoly().coeffs()
    )  # of a symmetric matrix: all eigenvalues are >= 0 where the signs alternate
    return all((c if (size - k) % 2 == 0 else -c) >= 0 for k, c in enumerate(signed))
