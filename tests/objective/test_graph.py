"""The graph's rewritings change neither a formula's values nor where it is defined."""

from __future__ import annotations

from fractions import Fraction

import pytest
from formulas import rationals, value
from hypothesis import example, given
from hypothesis import strategies as st

from strictsaddle.errors import InputError
from strictsaddle.objective.graph import MAXIMAL_EXPONENT, Graph, Op

Steps = list[tuple[str, int, int]]
steps = st.lists(
    st.tuples(
        st.sampled_from(["add", "sub", "mul", "div", "neg", "power", "abs", "relu", "constant"]),
        st.integers(0, 30),
        st.integers(0, 30),
    ),
    min_size=1,
    max_size=14,
)
points = st.tuples(rationals, rationals)


def followed(steps: Steps, point: tuple[Fraction, ...]) -> tuple[Graph, list[int], list[Fraction | None]]:
    """Build the steps in a graph and compute them beside it, operation by operation, None where undefined."""
    graph = Graph()
    nodes = [graph.variable(0), graph.variable(1), graph.constant(0), graph.constant(2)]
    values: list[Fraction | None] = [point[0], point[1], Fraction(0), Fraction(2)]
    for name, i, j in steps:
        if name == "constant":
            nodes.append(graph.constant(Fraction(i - 15, j + 1)))
            values.append(Fraction(i - 15, j + 1))
            continue
        a, b = i % len(nodes), j % len(nodes)
        x, y = values[a], values[b]
        try:
            if name == "power":
                node = graph.power(nodes[a], j % 7 - 3)
            elif name in ("neg", "abs", "relu"):
                node = graph.unary(Op[name.upper()], nodes[a])
            else:
                node = getattr(graph, name)(nodes[a], nodes[b])
        except InputError:  # a division by the constant zero: the formula is defined nowhere
            assert name in ("div", "power")
            continue
        nodes.append(node)
        values.append(None if x is None else computed(name, x, y, j % 7 - 3))
    return graph, nodes, values


def computed(name: str, x: Fraction, y: Fraction | None, exponent: int) -> Fraction | None:
    if name == "power":
        return None if x == 0 and exponent < 0 else Fraction(x**exponent)
    if name in ("neg", "abs", "relu"):
        return {"neg": -x, "abs": abs(x), "relu": max(x, Fraction(0))}[name]
    if y is None:
        return None
    if name == "div":
        return x / y if y else None
    return {"add": x + y, "sub": x - y, "mul": x * y}[name]


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
    ("op", "argument", "what"), [(Op.LOG, 0, "log of 0"), (Op.SQRT, -1, "square root of -1"), (Op.ASIN, 2, "asin of 2")]
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
