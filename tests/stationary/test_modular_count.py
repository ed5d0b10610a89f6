"""Counting complex zeros by a basis modulo a prime: right where the count is known, and never from what cannot be read."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from strictsaddle.derive import polynomials
from strictsaddle.derive.polynomials import PolynomialSystem
from strictsaddle.errors import EngineError
from strictsaddle.objective.objective import Objective
from strictsaddle.stationary import modular_count
from strictsaddle.stationary.modular_count import TooMany, count_zeros, leading_monomials, staircase


def system_of(variables: str, text: str) -> PolynomialSystem:
    objective = Objective("test", variables, text)
    return polynomials.system(objective.graph, objective.node, objective.dimension)


@pytest.mark.parametrize(
    "variables, text, count",
    [
        ("x y", "x^4/4 - x^2/2 + y^2/6", 3),
        ("x y", "x^3/3 + x + y^2", 2),
        ("x y", "x^4 + y^4", 9),  # one point, nine times
        ("x y", "x + y^2", 0),
        ("x y", "(x*y - 1)^2", None),  # a curve
        ("a b", "(a*b - 1)^2 + (a^2 + b^2)/10", 5),
        ("x y", "x^4/1073741827 + y^2", None),  # nothing to be said modulo this prime
        ("x y", "1073741827*x^4 + x^2 + y^2", None),  # 1 modulo one prime, 3 modulo the other
    ],
)
def test_the_zeros_of_a_gradient_are_counted(variables: str, text: str, count: int | None) -> None:
    system = system_of(variables, text)
    assert count_zeros(system.equations(), system.dimension) == count


def test_coefficients_of_any_size_are_reduced_first() -> None:
    """msolve would read such numbers wrongly over a finite field."""
    system = system_of("x y", f"{10**30 + 57}/{10**25 + 13}*x^4 - {10**40 + 1}*x^2 + x + {10**28 + 3}*y^4 + x*y")
    assert count_zeros(system.equations(), 2) == 9


def by_enumeration(leading: np.ndarray, bound: int) -> int:
    n = leading.shape[1]
    return sum(
        not any((np.array(m) >= row).all() for row in leading) for m in itertools.product(range(bound), repeat=n)
    )


@pytest.mark.parametrize("seed", range(20))
def test_the_staircase_is_counted_as_by_enumeration(seed: int) -> None:
    random = np.random.default_rng(seed)
    n = int(random.integers(1, 4))
    leading = random.integers(0, 5, size=(6, n))
    leading = np.concatenate([leading[leading.any(axis=1)], np.diag(random.integers(1, 6, size=n))])
    assert staircase(leading) == by_enumeration(leading, 7)


def test_an_infinite_staircase_and_an_empty_one() -> None:
    assert staircase(np.array([[2, 0], [1, 1]])) is None
    assert staircase(np.array([[2, 0], [0, 0]])) == 0


def test_a_staircase_beyond_reach_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(modular_count, "MOST", 8)
    assert staircase(np.array([[2, 0], [0, 4]])) == 8
    with pytest.raises(TooMany):
        staircase(np.array([[3, 0], [0, 3]]))


@pytest.mark.parametrize("text", ["", "[x1^2,x3]:", "[x1^2,y1]:", "[x1^2", "[x1^-2]:", "[2*x1]:", "[x0]:"])
def test_what_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(EngineError, match="cannot be read"):
        leading_monomials(text, 2)


def test_leading_monomials_are_read() -> None:
    text = "#Leading ideal data\n#---\n[x2^1,\nx1^1*x2^3,\n1]:\n"
    assert leading_monomials(text, 2).tolist() == [[0, 1], [1, 3], [0, 0]]
