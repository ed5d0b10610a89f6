"""Expanding graph nodes into polynomials over Q: exact where it is one, refused with a reason where it is not."""

from __future__ import annotations

from fractions import Fraction

import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st

from strictsaddle.derive import polynomials
from strictsaddle.derive.polynomials import NotPolynomial, expand, polynomial
from strictsaddle.objective.graph import Graph
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
        ("abs(x)^2", "abs"),
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
    monkeypatch.setattr(polynomials, "MOST_TERMS", 10_000)
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


@given(
    st.dictionaries(
        st.tuples(st.integers(0, 3), st.integers(0, 3)),
        st.fractions(max_denominator=20).filter(bool),
        min_size=1,
    ),
    st.tuples(st.fractions(-3, 3, max_denominator=5), st.fractions(-3, 3, max_denominator=5)),
)
def test_values_and_derivatives(terms: dict[tuple[int, int], Fraction], at: tuple[Fraction, Fraction]) -> None:
    """A sum of monomials, its gradient and Hessian against the power rule, in exact rationals."""
    text = " + ".join(f"({c})*x^{a}*y^{b}" for (a, b), c in terms.items())
    objective = Objective("test", "x y", text)
    system = polynomials.system(objective.graph, objective.node, 2)
    x, y = at
    point = [fmpq(x.numerator, x.denominator), fmpq(y.numerator, y.denominator)]

    def power(base: Fraction, exponent: int) -> Fraction:
        return base**exponent if exponent >= 0 else Fraction(0)

    def equal(value: fmpq, expected: Fraction) -> bool:
        return bool(fmpq(value) == fmpq(expected.numerator, expected.denominator))

    assert equal(system.f(*point), sum((c * x**a * y**b for (a, b), c in terms.items()), Fraction(0)))
    slope = sum((c * a * power(x, a - 1) * y**b for (a, b), c in terms.items()), Fraction(0))
    assert equal(system.gradient[0](*point), slope)
    mixed = sum((c * a * b * power(x, a - 1) * power(y, b - 1) for (a, b), c in terms.items()), Fraction(0))
    assert equal(system.hessian[0][1](*point), mixed)
    assert system.hessian[0][1] == system.hessian[1][0]


def test_restriction_to_a_slice() -> None:
    objective = Objective("test", "x y z", "x^2*y + z*y - 3*z^2")
    system = polynomials.system(objective.graph, objective.node, 3)
    slice_ = system.restricted({1: fmpq(1, 2)}, [0, 2])
    assert {tuple(map(int, e)): c for e, c in slice_.f.terms()} == {
        (2, 0): fmpq(1, 2),
        (0, 1): fmpq(1, 2),
        (0, 2): -3,
    }
