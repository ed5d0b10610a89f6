"""Expanding graph nodes into polynomials over Q: exact where it is one, refused with a reason where it is not."""

from __future__ import annotations

import pytest
from flint import fmpq

from strictsaddle.formula.expansion import NotPolynomial, expand, polynomial
from strictsaddle.formula.graph import Graph
from strictsaddle.objective.objective import Objective


def expanded(variables: str, text: str) -> dict[tuple[int, ...], fmpq]:
    objective = Objective("test", variables, text)
    found = polynomial(objective.graph, objective.node, objective.dimension)
    assert found is not None
    return {tuple(map(int, exponents)): coefficient for exponents, coefficient in found.terms()}


def test_coefficients_are_exact() -> None:
    assert expanded("x y", "(0.1*x - y/3)^2") == {
        (2, 0): fmpq(1, 100),
        (1, 1): fmpq(-1, 15),
        (0, 2): fmpq(1, 9),
    }


def test_division_by_a_constant_formula() -> None:
    assert expanded("x y", "x*y/(2 + 1/2)") == {(1, 1): fmpq(2, 5)}


@pytest.mark.parametrize(
    "text, reason",
    [
        ("exp(x)", "exp"),
        ("x*pi", "pi"),
        ("sqrt(x^2)", "sqrt"),
        ("sqrt(2)*x", "sqrt"),
        ("1/(1 + x^2)", "divides"),
        ("abs(x)^3", "abs"),
        ("(x^20 + y)^21", "degree"),
    ],
)
def test_what_is_no_polynomial_is_refused(text: str, reason: str) -> None:
    objective = Objective("test", "x y", text)
    assert polynomial(objective.graph, objective.node, 2) is None
    with pytest.raises(NotPolynomial, match=reason):
        expand(objective.graph, objective.node, 2)


def test_an_explosion_of_terms_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    objective = Objective("test", "a b c d", "(a + b + c + d + 1)^20")
    assert polynomial(objective.graph, objective.node, 4) is not None
    monkeypatch.setattr("strictsaddle.formula.expansion.MOST_TERMS", 10_000)
    with pytest.raises(NotPolynomial, match="more than 10000 terms"):
        expand(objective.graph, objective.node, 4)


def test_a_deep_formula_does_not_recurse() -> None:
    graph = Graph()
    x, y = graph.variable(0), graph.variable(1)
    node = x
    for _ in range(5000):
        node = graph.sub(y, node)
    found = polynomial(graph, node, 2)
    assert found is not None
    assert {tuple(map(int, exponents)): c for exponents, c in found.terms()} == {(1, 0): 1}
