"""Topology counts the stationary points: an independent check that none is missing and no sign is wrong.

On a compact manifold, or on R^n for a function that tends to infinity, non-degenerate stationary points obey the Morse
inequalities, and the alternating sum of their numbers is the Euler characteristic (Milnor, Morse Theory, section 5).
"""

from __future__ import annotations

from fractions import Fraction

from strictsaddle.formula.expansion import polynomial
from strictsaddle.formula.graph import LEAVES, Graph, Op
from strictsaddle.objective.domain import Euclidean, Spheres
from strictsaddle.objective.objective import Objective
from strictsaddle_properties.engine import Engine
from strictsaddle_properties.law import Broken, DoesNotApply, law
from strictsaddle_properties.laws.points import complete_list


@law("the sum of (-1)^index is the Euler characteristic of the domain")
def poincare_hopf(engine: Engine, objective: Objective, case: None) -> None:
    betti = betti_numbers(objective)
    counts = counts_by_index(engine, objective, len(betti))
    euler, found = _alternating(betti), _alternating(counts)
    if euler != found:
        raise Broken(f"{_sum(counts)} = {found}, the Euler characteristic is {euler}")


@law("the numbers of stationary points by index obey the Morse inequalities")
def morse_inequalities(engine: Engine, objective: Objective, case: None) -> None:
    betti = betti_numbers(objective)
    counts = counts_by_index(engine, objective, len(betti))
    for k in range(len(betti)):
        found, least = _alternating(counts[k::-1]), _alternating(betti[k::-1])
        if found < least:
            raise Broken(f"up to index {k}: {_sum(counts[k::-1])} = {found} is less than {least}")


def betti_numbers(objective: Objective) -> list[int]:
    """The Betti numbers b_0, ..., b_n that count on the objective's domain, n its dimension.

    Of a product of spheres those of the product; of R^n, for a function that tends to infinity, those of a point.
    Raises DoesNotApply where neither is known.
    """
    domain, n = objective.domain, objective.dimension
    if isinstance(domain, Spheres):
        if sum(map(len, domain.groups)) < n:
            raise DoesNotApply("the domain is not compact")
        betti = [1]
        for group in domain.groups:
            k = len(group) - 1  # the sphere's dimension: 1 + t^k
            wider = betti + [0] * k
            for position, number in enumerate(betti):
                wider[position + k] += number
            betti = wider
        return betti
    if isinstance(domain, Euclidean) and tends_to_infinity(objective):
        return [1] + [0] * n
    raise DoesNotApply("neither a compact domain without boundary nor a function known to tend to infinity")


def counts_by_index(engine: Engine, objective: Objective, size: int) -> list[int]:
    """How many stationary points have index 0, 1, ..., size - 1. Raises DoesNotApply unless all are known and none is
    degenerate."""
    verdict = complete_list(engine, objective)
    if verdict.definition_1.scope == "box":
        raise DoesNotApply("the list is complete on a box that the engine chose", undecided=True)
    counts = [0] * size
    for point in verdict.stationary.isolated:
        if point.index is None or point.nullity is None:
            raise DoesNotApply("an index is not proved", undecided=True)
        if point.nullity:
            raise DoesNotApply("a stationary point is degenerate")
        counts[point.index] += 1
    return counts


def tends_to_infinity(objective: Objective) -> bool:
    """Whether f(w) tends to infinity with |w|, by one of two criteria that are enough.

    A ridge on every parameter of a network, whose losses are never negative. Or f = p + q, q a sum of terms that grow
    at most linearly and p a polynomial with pure powers a_i w_i^d_i, d_i even and a_i > 0, such that every other
    monomial w^m has sum m_i/d_i <= 1, the coefficients of those with = 1 adding up to less than each a_i: with
    M = max |w_i|^d_i the pure powers are at least a_i M for one i, and |w^m| <= M^(sum m_i/d_i).
    """
    if objective.network is not None:
        return all(factor > 0 for factor in objective.network.ridge)
    terms: Terms = {}
    for sign, term in _summands(objective.graph, objective.node):
        found = polynomial(objective.graph, term, objective.dimension)
        if found is not None:
            for exponents, c in found.terms():
                monomial = tuple(map(int, exponents))
                terms[monomial] = terms.get(monomial, Fraction(0)) + sign * Fraction(int(c.p), int(c.q))
        elif _growth(objective.graph, term) > 1:
            return False
    return _dominated_by_pure_powers({e: c for e, c in terms.items() if c}, objective.dimension)


Terms = dict[tuple[int, ...], Fraction]


def _dominated_by_pure_powers(terms: Terms, n: int) -> bool:
    degrees = [max((e[i] for e in terms if sum(e) == e[i] > 0), default=0) for i in range(n)]
    pure = {tuple(degrees[i] * int(i == k) for k in range(n)) for i in range(n)}
    if any(degree == 0 or degree % 2 for degree in degrees) or any(terms[e] <= 0 for e in pure):
        return False
    weights = {e: sum((Fraction(m, d) for m, d in zip(e, degrees, strict=True)), Fraction(0)) for e in terms}
    heavy = sum((abs(c) for e, c in terms.items() if e not in pure and weights[e] == 1), Fraction(0))
    return max(weights.values()) <= 1 and heavy < min(terms[e] for e in pure)


def _summands(graph: Graph, node: int, sign: int = 1) -> list[tuple[int, int]]:
    """(sign, node) of the terms whose sum the node is."""
    op, left, right = graph.ops[node], graph.left[node], graph.right[node]
    if op in (Op.ADD, Op.SUB):
        return _summands(graph, left, sign) + _summands(graph, right, sign if op is Op.ADD else -sign)
    return _summands(graph, left, -sign) if op is Op.NEG else [(sign, node)]


BOUNDED = frozenset(
    {Op.SIN, Op.COS, Op.ATAN, Op.TANH, Op.SIGMOID, Op.ERF, Op.TANH1, Op.TANH2, Op.SIGMOID1, Op.SIGMOID2}
)
AS_ITS_ARGUMENT = frozenset({Op.NEG, Op.SOFTPLUS, Op.RELU, Op.ABS})


def _growth(graph: Graph, node: int) -> float:
    """A degree d such that |node| <= C (1 + |w|)^d everywhere; infinity where no such d is seen at once."""
    op = graph.ops[node]
    if op in LEAVES:
        return float(op is Op.VAR)
    if op in BOUNDED:
        return 0.0
    parts = [_growth(graph, operand) for operand in graph.operands(node)]
    if op in (Op.ADD, Op.SUB) or op in AS_ITS_ARGUMENT:
        return max(parts)
    if op is Op.MUL:
        return sum(parts)
    return parts[0] * graph.right[node] if op is Op.POW else float("inf")


def _alternating(numbers: list[int]) -> int:
    return sum((-1) ** k * number for k, number in enumerate(numbers))


def _sum(counts: list[int]) -> str:
    return "".join(f" {'-' if k % 2 else '+'} {number}" for k, number in enumerate(counts)).removeprefix(" + ")
