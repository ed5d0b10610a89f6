"""Formulas with common factors cancelled: equal to the original wherever that is defined, and perhaps defined at more points.

x * (1/x), which derivatives of x log(x) hold, is 1 for a reader, and all of the line for intervals around 0. Every node is kept as a
rational times powers of other nodes, whole ones or half ones of what stands under a square root. Sums of two products with a factor in
common, and with `cleared` those with denominators, are such products as well.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction

from strictsaddle.errors import InputError
from strictsaddle.execution.budget import require_time
from strictsaddle.formula.graph import MAXIMAL_EXPONENT, Graph, Op

HALF = Fraction(1, 2)
MOST_BITS = 2_000  # of a rational factor


@dataclass(frozen=True)
class _Product:
    factor: Fraction
    powers: dict[int, Fraction]  # nodes of the new graph -> exponents, whole or half

    def times(self, other: _Product, sign: int = 1) -> _Product:
        powers = dict(self.powers)
        for base, exponent in other.powers.items():
            powers[base] = powers.get(base, Fraction(0)) + sign * exponent
        factor = self.factor * other.factor if sign > 0 else self.factor / other.factor
        return _Product(factor, {base: exponent for base, exponent in powers.items() if exponent})

    def to_the(self, exponent: Fraction) -> _Product:
        whole = self.factor if self.factor == 1 else self.factor ** int(exponent)  # roots are taken of factor 1 alone
        return _Product(whole, {base: e * exponent for base, e in self.powers.items()})


def cancelled(
    graph: Graph, nodes: Sequence[int], into: Graph, *, cleared: bool = False, positive: Collection[int] = ()
) -> list[int]:
    """The nodes in another graph, with common factors cancelled; cleared: with all denominators of sums in one; positive: numbers of
    unknowns that are positive."""
    found: dict[int, _Product] = {}

    def single(node: int) -> _Product:
        value = into.value(node)
        return _Product(Fraction(1), {node: Fraction(1)}) if value is None else _Product(value, {})

    for k in graph.reachable(nodes):
        require_time()
        op, left, right = graph.ops[k], graph.left[k], graph.right[k]
        if op is Op.CONST:
            found[k] = _Product(graph.constants[left], {})
        elif op is Op.VAR:
            found[k] = single(into.variable(left))
        elif op is Op.PI:
            found[k] = single(into.pi())
        elif op is Op.NEG:
            found[k] = _Product(-found[left].factor, found[left].powers)
        elif op is Op.POSITIVE:
            found[k] = found[left]
        elif op is Op.MUL and _is_small(found[left], found[right]):
            found[k] = found[left].times(found[right])
        elif op is Op.DIV and found[right].factor and _is_small(found[left], found[right]):
            found[k] = found[left].times(found[right], -1)
        elif op is Op.POW and _is_small(*[found[left]] * right):
            found[k] = found[left].to_the(Fraction(right))
        elif op is Op.SQRT:
            found[k] = _root(into, found[left], single, {into.variable(i) for i in positive})
        elif op in (Op.ADD, Op.SUB):
            common = _common(found[left], found[right], cleared)
            a, b = (_node(into, product.times(common, -1)) for product in (found[left], found[right]))
            found[k] = single(into.add(a, b) if op is Op.ADD else into.sub(a, b)).times(common)
        elif op in (Op.MUL, Op.DIV):
            a, b = _node(into, found[left]), _node(into, found[right])
            nowhere = op is Op.DIV and into.value(b) == 0  # it is defined nowhere
            found[k] = single(into.mul(a, b) if op is Op.MUL else into.constant(0) if nowhere else into.div(a, b))
        elif op is Op.POW:
            found[k] = single(into.power(_node(into, found[left]), right))
        else:
            found[k] = single(_unary(into, op, _node(into, found[left])))
    return [_node(into, found[k]) for k in nodes]


def _root(into: Graph, inner: _Product, single: Callable[[int], _Product], positive: Collection[int]) -> _Product:
    """The square root: out of it come the bases that are positive, and the rest where it is one base. (sqrt(b^2 c) is |b| sqrt(c).)"""
    outside = _Product(
        Fraction(1),
        {base: e * HALF for base, e in inner.powers.items() if base in positive and (2 * e).denominator == 1},
    )
    if any(e.denominator > 2 for e in outside.powers.values()):
        outside = _Product(Fraction(1), {})
    rest = _Product(inner.factor, {base: e for base, e in inner.powers.items() if base not in outside.powers})
    if rest.factor == 1 and not rest.powers:
        return outside
    if rest.factor == 1 and list(rest.powers.values()) == [1]:
        return rest.to_the(HALF).times(outside)
    return single(_unary(into, Op.SQRT, _node(into, rest))).times(outside)


def _unary(into: Graph, op: Op, node: int) -> int:
    """The function of a node. Of a constant outside of its domain, where the original is defined nowhere, any node will do: 0."""
    try:
        return into.unary(op, node)
    except InputError:
        return into.constant(0)


def _common(a: _Product, b: _Product, cleared: bool) -> _Product:
    """The greatest product of bases that both have or divide by, and with `cleared` all that either divides by."""
    powers = {}
    for base in {*a.powers, *b.powers} if a.factor and b.factor else ():
        least = min(a.powers.get(base, Fraction(0)), b.powers.get(base, Fraction(0)))
        if (base in a.powers and base in b.powers and least) or (cleared and least < 0):
            powers[base] = least
    return _Product(Fraction(1), dict(sorted(powers.items())))


def _is_small(*products: _Product) -> bool:
    bits = sum(max(p.factor.numerator.bit_length(), p.factor.denominator.bit_length()) for p in products)
    exponents: dict[int, Fraction] = {}
    for product in products:
        for base, exponent in product.powers.items():
            exponents[base] = exponents.get(base, Fraction(0)) + abs(exponent)
    return bits < MOST_BITS and all(e <= MAXIMAL_EXPONENT for e in exponents.values())


def _node(into: Graph, product: _Product) -> int:
    if not product.factor:
        return into.constant(0)
    above, below = into.constant(1), into.constant(1)
    for base, exponent in product.powers.items():
        whole, half = divmod(abs(exponent), 1)
        node = into.power(base, int(whole)) if whole else into.constant(1)
        node = into.mul(node, into.unary(Op.SQRT, base)) if half else node
        if exponent > 0:
            above = into.mul(above, node)
        else:
            below = into.mul(below, node)
    quotient = above if into.value(below) == 1 else into.div(above, below)
    return into.mul(into.constant(product.factor), quotient)
