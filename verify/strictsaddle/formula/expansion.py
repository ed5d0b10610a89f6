"""A node of the expression graph as a polynomial with exact rational coefficients, where it is one."""

from __future__ import annotations

from collections.abc import Sequence

from flint import fmpq, fmpq_mpoly, fmpq_mpoly_ctx

from strictsaddle.execution.budget import require_time
from strictsaddle.formula.graph import Graph, Op

MOST_TERMS = 200_000
HIGHEST_DEGREE = 400
MOST_PRODUCTS = 20_000_000


class NotPolynomial(Exception):
    """The node is no polynomial over the rationals, or too large a one; the message says which, as a
    clause."""


def polynomial(graph: Graph, node: int, n: int) -> fmpq_mpoly | None:
    """The polynomial in n variables over Q that `node` is, or None when it is none or is too large."""
    try:
        return expand(graph, node, n)
    except NotPolynomial:
        return None


def expand(graph: Graph, node: int, n: int, forms: Sequence[fmpq_mpoly] | None = None) -> fmpq_mpoly:
    """The polynomial in n variables over Q that `node` is. The variables are called x1 ... xn; `forms` are polynomials in them to put in
    the place of the node's own variables.

    Raises NotPolynomial with the reason: an operation that is not rational arithmetic, a variable in a
    denominator, or more than MOST_TERMS terms or degree HIGHEST_DEGREE once everything is multiplied out.
    """
    context = fmpq_mpoly_ctx.get([f"x{k + 1}" for k in range(n)], "degrevlex")
    unknowns = context.gens() if forms is None else forms
    values: dict[int, fmpq_mpoly] = {}
    needed = graph.reachable([node])
    last_use = {operand: k for k in needed for operand in graph.operands(k)}
    for k in needed:
        require_time()
        op = graph.ops[k]
        operands = graph.operands(k)
        if op is Op.CONST:
            constant = graph.constants[graph.left[k]]
            value = context.constant(fmpq(constant.numerator, constant.denominator))
        elif op is Op.VAR:
            value = unknowns[graph.left[k]]
        elif op is Op.ADD:
            value = values[operands[0]] + values[operands[1]]
        elif op is Op.SUB:
            value = values[operands[0]] - values[operands[1]]
        elif op is Op.NEG:
            value = -values[operands[0]]
        elif op is Op.MUL:
            value = _product(values[operands[0]], values[operands[1]])
        elif op is Op.POW:
            value = _power(values[operands[0]], graph.right[k])
        elif op is Op.DIV:
            divisor = values[operands[1]]
            if not divisor.is_constant() or divisor.is_zero():
                raise NotPolynomial("it divides by a formula that is not a constant")
            value = values[operands[0]] / divisor.leading_coefficient()
        else:
            raise NotPolynomial(f"it contains {op.name.lower()}, which is no polynomial over the rationals")
        values[k] = _limited(value)
        for operand in operands:  # an expanded intermediate can be large: drop it after its last use
            if last_use[operand] == k:
                values.pop(operand, None)
    return values[node]


def _limited(value: fmpq_mpoly) -> fmpq_mpoly:
    if len(value) > MOST_TERMS:
        raise NotPolynomial(f"multiplied out, it has more than {MOST_TERMS} terms")
    if value.total_degree() > HIGHEST_DEGREE:
        raise NotPolynomial(f"its degree is beyond {HIGHEST_DEGREE}")
    return value


def _product(a: fmpq_mpoly, b: fmpq_mpoly) -> fmpq_mpoly:
    if len(a) * len(b) > MOST_PRODUCTS:
        raise NotPolynomial(f"multiplying it out takes more than {MOST_PRODUCTS} products of terms")
    if a.total_degree() + b.total_degree() > HIGHEST_DEGREE:
        raise NotPolynomial(f"its degree is beyond {HIGHEST_DEGREE}")
    return _limited(a * b)


def _power(base: fmpq_mpoly, exponent: int) -> fmpq_mpoly:
    result = None
    while True:
        if exponent & 1:
            result = base if result is None else _product(result, base)
        exponent >>= 1
        if not exponent:
            break
        base = _product(base, base)
    assert result is not None
    return result
