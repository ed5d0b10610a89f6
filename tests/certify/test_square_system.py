"""A zero of a square system is proved only where there is one."""

from __future__ import annotations

import pytest
from flint import arb, ctx

from strictsaddle.arithmetic.tape import compile_tape
from strictsaddle.certify.square_system import solve_square
from strictsaddle.derive.derivatives import forward
from strictsaddle.formula.expression import parse
from strictsaddle.formula.graph import Graph


def zero(equations: list[str], start: list[float]) -> list[arb] | None:
    graph, names = Graph(), ["x", "y"][: len(equations)]
    nodes = [parse(text, graph, names, {}) for text in equations]
    n = len(names)
    columns = [forward(graph, nodes, {k: graph.constant(1)}) for k in range(n)]
    entries = [columns[j][i] for i in range(n) for j in range(n)]
    return solve_square(compile_tape(graph, nodes, n), compile_tape(graph, entries, n), start)


def test_a_zero_is_enclosed_tightly() -> None:
    found = zero(["x**2 - 2", "x*y - 1"], [1.4, 0.7])
    assert found is not None
    before, ctx.prec = ctx.prec, 320
    try:
        assert found[0].contains(arb(2).sqrt()) and found[1].contains(1 / arb(2).sqrt())
        assert all(ball.rad() < arb(2) ** -60 for ball in found)
    finally:
        ctx.prec = before


@pytest.mark.parametrize(
    ("equations", "start"),
    [
        (["x**2 + 1/10**40"], [1e-3]),  # Newton's method wanders about a place where there is almost a zero
        (["x**2 + 1/10**100"], [1e-20]),
        (["x**2 + y**2 + 1/10**60", "x - y"], [1e-4, 2e-4]),
        (["exp(x)"], [-30.0]),  # it runs away
        (["x**3", "y"], [1e-3, 0.0]),  # a zero, but no simple one
        (["x*y", "x + y"], [0.0, 0.0]),
        (["1/x"], [1e-3]),
    ],
)
def test_where_there_is_no_simple_zero_none_is_proved(equations: list[str], start: list[float]) -> None:
    assert zero(equations, start) is None


def test_a_zero_far_from_the_start_is_not_taken() -> None:
    assert zero(["x**2 - 4"], [1.0]) is None
    assert zero(["x**2 - 4"], [1.99]) is not None
