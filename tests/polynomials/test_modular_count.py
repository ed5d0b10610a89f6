"""Counting complex zeros by a basis modulo a prime: right where the count is known, and never from what cannot be read."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from strictsaddle.derive import polynomials
from strictsaddle.derive.polynomials import PolynomialSystem
from strictsaddle.errors import EngineError
from strictsaddle.objective.objective import Objective
from strictsaddle.polynomials import drawn_primes, modular_count
from strictsaddle.polynomials.drawn_primes import drawing_from
from strictsaddle.polynomials.modular_count import TooMany, count_zeros, leading_monomials, staircase


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
        ("x y", "x^4/1073741827 + y^2", 3),
        ("x y", "1073741827*1073741831*x^4 + x^2 + y^2", 3),  # 1 modulo either of these primes
    ],
)
def test_the_zeros_of_a_gradient_are_counted(variables: str, text: str, count: int | None) -> None:
    system = system_of(variables, text)
    found = count_zeros(system.equations(), system.dimension)
    assert (found and found.zeros) == count
    assert found is None or len(set(found.primes)) >= 2


def test_primes_are_drawn_in_each_run() -> None:
    equations = system_of("x y", "x^4 + y^4").equations()
    runs = [count_zeros(equations, 2) for _ in range(3)]
    assert len({run.primes for run in runs if run is not None}) == 3
    with drawing_from(7, "an objective"):
        first = count_zeros(equations, 2)
    with drawing_from(7, "an objective"):
        assert count_zeros(equations, 2) == first
    with drawing_from(7, "another objective"):  # who knows the seed cannot make an objective for its primes
        other = count_zeros(equations, 2)
    assert first is not None and other is not None and set(first.primes) != set(other.primes)


def test_a_prime_that_takes_a_term_away_is_refused() -> None:
    """The source gives the primes of the objective first, numerator and denominator; they must not be used."""
    made_for = [1073741827, 1073741831]

    class Source:
        def __init__(self) -> None:
            self.next = iter([*made_for, 1073741833, 1073741839, 1073741843])

        def randrange(self, low: int, high: int) -> int:
            return next(self.next)

    equations = system_of("x y", "1073741827*x^4 + x^2 + y^4/1073741831 + y^2").equations()
    token = drawn_primes._source.set(Source())  # type: ignore[arg-type]
    try:
        found = drawn_primes.drawn_primes(3, equations)
    finally:
        drawn_primes._source.reset(token)
    assert found == [1073741833, 1073741839, 1073741843]


def test_primes_that_disagree_count_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Modulo a prime that divides a combination of the coefficients there may be fewer zeros."""
    prime = 1073741827
    equations = system_of("x y", f"x^4 + y^4 + {4 * prime}*x - 2*y^2*x^2").equations()
    monkeypatch.setattr(modular_count, "drawn_primes", lambda count, equations: [1073741831, prime, 1073741833])
    counts = []
    monkeypatch.setattr(modular_count, "staircase", lambda leading: counts.append(1) or 9 - (len(counts) == 2))
    assert count_zeros(equations, 2) is None


def test_coefficients_of_any_size_are_reduced_first() -> None:
    """msolve would read such numbers wrongly over a finite field."""
    system = system_of("x y", f"{10**30 + 57}/{10**25 + 13}*x^4 - {10**40 + 1}*x^2 + x + {10**28 + 3}*y^4 + x*y")
    found = count_zeros(system.equations(), 2)
    assert found is not None and found.zeros == 9


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
