"""A parametrisation is held against equations, count and linear form modulo drawn primes; a false one is refused."""

from __future__ import annotations

import dataclasses

import pytest
from flint import fmpq_mpoly, fmpz, fmpz_poly

from strictsaddle.derive import polynomials
from strictsaddle.execution.budget import UNLIMITED
from strictsaddle.objective.objective import Objective
from strictsaddle.polynomials import modular_check
from strictsaddle.polynomials.linear_form import coefficients, solve_with_form
from strictsaddle.polynomials.modular_check import counted, lists_all
from strictsaddle.polynomials.modular_count import Count
from strictsaddle.polynomials.msolve import RationalParametrisation
from strictsaddle.routes.modulo_symmetry.slice import LINEAR_FORM

FORM = coefficients(LINEAR_FORM, 2)


def equations_of(text: str) -> tuple[fmpq_mpoly, ...]:
    objective = Objective("test", "x y", text)
    return polynomials.system(objective.graph, objective.node, 2).equations()


def solved(text: str) -> tuple[tuple[fmpq_mpoly, ...], RationalParametrisation]:
    equations = equations_of(text)
    answer = solve_with_form(equations, 2, FORM, UNLIMITED)
    assert isinstance(answer, RationalParametrisation)
    return equations, answer


@pytest.mark.parametrize(
    ("text", "zeros"),
    [
        ("(x*y - 1)**2 + (x**2 + 2*y**2)/10", 5),
        ("x**4/4 - x**2/2 + y**2/6 + x*y/9", 3),
        ("x**3/3 - x**2*y + y**4/5 - y", None),
        ("x**4 + y**4", 9),  # one point nine times: multiplicities are added up
        ("x**4/4 - x**3/3 + y**2", 3),  # a double point and a simple one
    ],
)
def test_what_is_right_is_found_right(text: str, zeros: int | None) -> None:
    equations, answer = solved(text)
    found = lists_all(equations, 2, answer, FORM, UNLIMITED)
    assert found is not None and found.zeros == (zeros or answer.quotient_dimension)


def changed(answer: RationalParametrisation, how: str) -> RationalParametrisation:
    if how == "numerator":
        first = answer.numerators[0] + fmpz_poly([1])
        return dataclasses.replace(answer, numerators=(first, *answer.numerators[1:]))
    if how == "divisor":
        return dataclasses.replace(answer, divisors=(answer.divisors[0] * fmpz(3), *answer.divisors[1:]))
    if how == "swapped":
        return dataclasses.replace(answer, numerators=answer.numerators[::-1], divisors=answer.divisors[::-1])
    if how == "a root less":
        factor = answer.modulus.factor()[1][0][0]
        return dataclasses.replace(answer, modulus=fmpz_poly(divmod(answer.modulus, factor)[0].coeffs()))
    if how == "a root twice":
        factor = answer.modulus.factor()[1][0][0]
        return dataclasses.replace(answer, modulus=answer.modulus * factor)
    return dataclasses.replace(answer, quotient_dimension=answer.quotient_dimension + (1 if how == "one more" else -1))


@pytest.mark.parametrize(
    "how", ["numerator", "divisor", "swapped", "a root less", "a root twice", "one more", "one fewer"]
)
def test_a_false_parametrisation_is_refused(how: str) -> None:
    equations, answer = solved("(x*y - 1)**2 + (x**2 + 2*y**2)/10 + x/7")
    assert lists_all(equations, 2, answer, FORM, UNLIMITED) is not None
    assert lists_all(equations, 2, changed(answer, how), FORM, UNLIMITED) is None


def test_a_form_that_does_not_take_the_value_is_refused() -> None:
    equations, answer = solved("(x*y - 1)**2 + (x**2 + 2*y**2)/10 + x/7")
    assert lists_all(equations, 2, answer, [1, 1], UNLIMITED) is None


def test_a_count_that_is_not_the_expected_one_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    equations = equations_of("x**4 + y**4")
    assert counted(equations, 2, 9, UNLIMITED) is not None and counted(equations, 2, 8, UNLIMITED) is None
    monkeypatch.setattr(modular_check, "count_zeros", lambda *_, **__: None)
    assert counted(equations, 2, 9, UNLIMITED) is None


def test_a_false_count_alone_does_not_make_a_short_list_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """A list without one root, and a count that agrees with it: the multiplicities add up, which is why the count is not msolve's."""
    equations, answer = solved("(x*y - 1)**2 + (x**2 + 2*y**2)/10 + x/7")
    short = dataclasses.replace(answer, quotient_dimension=answer.quotient_dimension - 1)
    monkeypatch.setattr(
        modular_check, "count_zeros", lambda *_, **__: Count(answer.quotient_dimension - 1, (1073741827, 1073741831))
    )
    assert lists_all(equations, 2, short, FORM, UNLIMITED) is None
