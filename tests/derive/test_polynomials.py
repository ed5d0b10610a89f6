"""A polynomial system: values, derivatives, slices."""

from __future__ import annotations

from fractions import Fraction

from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st

from strictsaddle.derive import polynomials
from strictsaddle.objective.objective import Objective


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
