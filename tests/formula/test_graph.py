"""The graph's rewritings change neither a formula's values nor where it is defined."""

from __future__ import annotations

from fractions import Fraction

import pytest
from formula_steps import Steps, followed, points, steps, value
from hypothesis import example, given

from strictsaddle.errors import InputError
from strictsaddle.formula.graph import MAXIMAL_EXPONENT, Graph, Op


@given(steps, points)
@example([("div", 2, 0), ("mul", 4, 2)], (Fraction(0), Fraction(0)))  # 0*(0/x) is undefined at 0
@example([("div", 3, 0), ("sub", 4, 4)], (Fraction(0), Fraction(0)))  # 2/x - 2/x as well
@example([("div", 3, 0), ("sub", 4, 1), ("power", 5, 3)], (Fraction(1), Fraction(2)))  # (2/x - y)**0 is 1 there
def test_rewritings_keep_values_and_domains(steps: Steps, point: tuple[Fraction, Fraction]) -> None:
    graph, nodes, values = followed(steps, point)
    for node, expected in zip(nodes, values, strict=True):
        assert value(graph, node, point) == expected


def test_equal_subexpressions_are_one_node() -> None:
    graph = Graph()
    x, y = graph.variable(0), graph.variable(1)
    assert graph.mul(x, y) == graph.mul(y, x)
    assert graph.mul(graph.constant(3), graph.mul(graph.constant(2), x)) == graph.mul(graph.constant(6), x)
    assert graph.mul(graph.power(x, 2), x) == graph.power(x, 3)
    assert graph.sub(x, y) != graph.sub(y, x)


def test_operands_come_before_their_operations() -> None:
    graph = Graph()
    node = graph.variable(0)
    for _ in range(5_000):  # deeper than any recursion could go
        node = graph.unary(Op.TANH, node)
    reached = graph.reachable([node])
    assert len(reached) == 5_001
    assert all(k < node for node in reached for k in graph.operands(node))
    assert graph.variables_of(node) == {0}


def test_square_root_squared_stays_undefined_below_zero() -> None:
    graph = Graph()
    root = graph.unary(Op.SQRT, graph.variable(0))
    assert graph.power(root, 2) != graph.variable(0)
    assert graph.ops[graph.left[graph.power(graph.power(root, 2), 2)]] is Op.SQRT


def test_square_roots_of_squares_are_exact() -> None:
    graph = Graph()
    assert graph.value(graph.unary(Op.SQRT, graph.constant(Fraction(9, 16)))) == Fraction(3, 4)
    assert graph.value(graph.unary(Op.SQRT, graph.constant(2))) is None


def test_exponents_and_constants_have_limits() -> None:
    graph = Graph()
    with pytest.raises(InputError, match="exponent"):
        graph.power(graph.variable(0), MAXIMAL_EXPONENT + 1)
    with pytest.raises(InputError, match="binary digits"):
        graph.power(graph.power(graph.constant(10**9), 500), 500)
    assert graph.value(graph.power(graph.constant(-1), 999)) == -1


@pytest.mark.parametrize(
    ("op", "argument", "what"),
    [(Op.LOG, 0, "log of 0"), (Op.SQRT, -1, "square root of -1"), (Op.ASIN, 2, "asin of 2")],
)
def test_constants_outside_a_domain_are_errors(op: Op, argument: int, what: str) -> None:
    graph = Graph()
    with pytest.raises(InputError, match=what):
        graph.unary(op, graph.constant(argument))


def test_total_is_the_sum() -> None:
    graph = Graph()
    terms = [graph.mul(graph.constant(k), graph.variable(0)) for k in range(1, 8)]
    assert value(graph, graph.total(terms), [Fraction(1, 2)]) == 14
    assert graph.value(graph.total([])) == 0
