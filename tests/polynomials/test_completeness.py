"""The proof that a list of zeros is complete: it must succeed on true dimensions and fail on every smaller
one."""

from __future__ import annotations

import pytest
from flint import fmpq, fmpq_poly, fmpz, fmpz_poly
from hypothesis import given
from hypothesis import strategies as st

from strictsaddle.derive import polynomials
from strictsaddle.derive.polynomials import PolynomialSystem
from strictsaddle.objective.objective import Objective
from strictsaddle.polynomials.completeness import PRIMES, compare_dimension, low_consequences
from strictsaddle.polynomials.local_algebra import local_multiplicity
from strictsaddle.polynomials.macaulay import Polynomial, blocks, kernel_of_parities, monomials_up_to, sign_flips
from strictsaddle.polynomials.number_field import FieldPoint


def system_of(variables: str, text: str) -> PolynomialSystem:
    objective = Objective("test", variables, text)
    return polynomials.system(objective.graph, objective.node, objective.dimension)


CASES = [
    ("x y", "x^4/4 - x^2/2 + y^2/6", 3),
    ("x y", "x^3 - 3*x*y^2 + (x^2 + y^2)^2", 7),
    ("a b", "(a*b - 1)^2 + (a^2 + b^2)/10", 5),  # zeros at infinity
    ("a b", "(a*b - 1)^2 + a^2 + b^2", 5),  # a triple zero as well
    ("a b c", "(a*b*c - 1)^2 + a^2/10 + b^2/7 + c^2/9", 17),
    ("x y", "x^4 + y^4", 9),
    ("x y", "x^3 + x*y + y^5", 8),
    ("x y", "x^2*y + x", 0),  # no complex zero
]


@pytest.mark.parametrize("variables, text, dimension", CASES)
def test_the_true_dimension_is_proved(variables: str, text: str, dimension: int) -> None:
    system = system_of(variables, text)
    assert compare_dimension(system.equations(), system.dimension, dimension) == "proved"


@pytest.mark.parametrize("variables, text, dimension", CASES)
def test_a_smaller_dimension_is_never_proved(variables: str, text: str, dimension: int) -> None:
    system = system_of(variables, text)
    for target in range(dimension):
        assert compare_dimension(system.equations(), system.dimension, target) != "proved"


@pytest.mark.parametrize("target", [0, 1, 5, 100])
def test_infinitely_many_zeros_are_never_bounded(target: int) -> None:
    system = system_of("a b", "(a*b - 1)^2")
    assert compare_dimension(system.equations(), 2, target) == "open"


def test_a_prime_in_the_leading_coefficient_does_not_deceive() -> None:
    """Modulo the first prime used, the zero at -1/p goes to infinity and x = 0 alone remains."""
    system = system_of("x y", "x^2/2 + 2147483647*x^3/3 + y^2/2")
    assert compare_dimension(system.equations(), 2, 1) != "proved"
    assert compare_dimension(system.equations(), 2, 2) == "proved"


@pytest.mark.parametrize(
    "text, multiplicity",
    [("x^2 + y^2", 1), ("x^3 + y^2", 2), ("x^4 + y^4", 9), ("x^3 - 3*x*y^2", 4), ("(x - y^2)^2 + y^6", 5),
     ("x^2*y^2 + x^5 + y^5", 11)],
)  # fmt: skip
def test_multiplicities_at_the_origin(text: str, multiplicity: int) -> None:
    system = system_of("x y", text)
    origin = FieldPoint.rational([fmpq(0), fmpq(0)])
    assert local_multiplicity(system.equations(), 2, origin, 1000) == multiplicity


@given(st.lists(st.integers(0, 63), max_size=5))
def test_kernels_of_parities(rows: list[int]) -> None:
    """All combinations of the basis, and nothing else, are orthogonal to the rows."""
    basis = kernel_of_parities(rows, 6)
    spanned = {0}
    for vector in basis:
        spanned |= {vector ^ other for other in spanned}
    orthogonal = {v for v in range(64) if all((v & row).bit_count() % 2 == 0 for row in rows)}
    assert spanned == orthogonal
    assert len(spanned) == 2 ** len(basis)


def test_sign_flips() -> None:
    system = system_of("a b c", "(a*b - 1)^2 + c^2 + a*b*c^4")
    assert set(sign_flips([system.f], 3)) == {0b011, 0b100}
    assert sign_flips([system_of("x y", "x + y + x*y").f], 2) == []


def integral(system: PolynomialSystem) -> list[dict[tuple[int, ...], int]]:
    """The gradient times 10, for objectives with coefficients in tenths."""
    return [{tuple(map(int, e)): int((10 * c).p) for e, c in g.terms()} for g in system.equations()]


def consequences(polynomials_: list[Polynomial]) -> list[Polynomial]:
    """Of all stages, for polynomials in a and b that are odd under a joint change of signs."""
    return [p for _, found in low_consequences(polynomials_, 2, [0b11]) for p in found]


def test_balancedness_is_found() -> None:
    """From (ab - 1)^2 + (a^2 + b^2)/10 follows a^2 = b^2, and with another ridge another relation."""
    polynomials_ = integral(system_of("a b", "(a*b - 1)^2 + (a^2 + b^2)/10"))
    assert {(2, 0): 1, (0, 2): -1} in consequences(polynomials_)
    polynomials_ = integral(system_of("a b", "(a*b - 1)^2 + (a^2 + 3*b^2)/10"))
    found = consequences(polynomials_)
    assert {(2, 0): 1, (0, 2): -3} in found
    assert {(2, 0): 1, (0, 2): -1} not in found


def test_consequences_vanish_where_the_gradient_does() -> None:
    """Zeros of this gradient are the origin and a = b = +-sqrt(9/10), among others."""
    system = system_of("a b", "(a*b - 1)^2 + (a^2 + b^2)/10")
    found = consequences(integral(system))
    point = FieldPoint(fmpz_poly([-9, 0, 10]), (fmpq_poly([0, 1]), fmpq_poly([0, 1])))
    assert point.is_stationary(system)
    context = system.f.context()
    assert found
    for polynomial in found:
        assert point.evaluate(context.from_dict(polynomial)).is_zero()


def test_a_wrong_grading_is_noticed() -> None:
    with pytest.raises(ArithmeticError, match="grading"):
        blocks([{(1, 0): 1, (0, 0): 1}], 2, 2, [0b01])


def test_monomials_and_primes() -> None:
    assert sorted(map(tuple, monomials_up_to(2, 2).tolist())) == [
        (0, 0),
        (0, 1),
        (0, 2),
        (1, 0),
        (1, 1),
        (2, 0),
    ]
    assert len(monomials_up_to(3, -1)) == 0
    assert all(fmpz(prime).is_prime() for prime in PRIMES)
