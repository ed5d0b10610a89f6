"""Bounded below, attained, global and spurious: what is proved, and the twins of which it is false."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

import strictsaddle as ss
from strictsaddle import Objective
from strictsaddle.classify.minimum import _leading_form_is_positive
from strictsaddle.objective.expansion import expand

ROWS = ([[1], [2]], [[1], [-1]])


def least(variables: str, expression: str, **options: Any) -> ss.Verdict:
    return ss.check(Objective("case", variables, expression, **options), workers=1)


@pytest.mark.parametrize(
    ("variables", "expression", "bounded", "attained", "value", "minima"),
    [
        ("x y", "x**4/4 - x**2/2 + y**2/2", True, True, -0.25, (2, 0)),
        ("x", "x**4/4 - x**3/3 - x**2", True, True, -8 / 3, (1, 1)),
        ("u v", "(u*v - 1)**2 + u/10 + v/15", False, False, None, (0, 1)),
        ("x y", "x**2 - y**2", False, False, None, (0, 0)),
        ("x", "x**3 - 3*x", False, False, None, (0, 1)),
        ("x y", "exp(x) + y**2", True, False, None, (0, 0)),
        ("a b", "log(1 + exp(-a*b))", True, False, None, (0, 0)),
        ("x y", "(x*y - 1)**2 + x**2/10 + y**2/10", True, True, 0.19, (2, 0)),
        ("x", "sqrt(1 + x**2) - x/2", True, True, None, None),
        ("x y", "x**2 + tanh(y) - y/10", False, False, None, None),
    ],
)
def test_what_is_known_by_hand(
    variables: str, expression: str, bounded: bool, attained: bool, value: float | None, minima: tuple[int, int] | None
) -> None:
    found = least(variables, expression).minimum
    assert found is not None
    assert found.bounded_below in (bounded, None) and found.attained in (attained, None)
    if minima is not None:
        assert (found.bounded_below, found.attained) == (bounded, attained)
        assert (found.global_minima, found.spurious_minima) == minima
    if value is not None:
        assert found.value is not None and found.value.low <= value + 1e-12 and found.value.high >= value - 1e-12
        assert found.value.high - found.value.low < 1e-9


def test_a_network_with_a_ridge_on_all_has_a_minimiser_and_one_without_may_not() -> None:
    with_ridge = ss.check(ss.network([1, 1, 1], "tanh", data=ROWS, bias=False, ridge="1/50"), workers=1).minimum
    assert with_ridge is not None and with_ridge.attained and with_ridge.global_minima == 2
    without = ss.check(ss.network([1, 1, 1], "tanh", data=ROWS, bias=False), workers=1, budget=20).minimum
    assert without is not None and without.bounded_below and without.attained is not True


def test_the_headline_says_that_there_is_no_minimiser() -> None:
    from strictsaddle_reports import prose

    assert "unbounded below" in prose.headline(least("x y", "x**2 - y**2"))
    assert "not attained" in prose.headline(least("x y", "exp(x) + y**2"))
    assert prose.headline(least("x y", "x**2 + y**2")) == "case is strict-saddle."


def test_on_compact_domains() -> None:
    sphere = least("x y z", "x**4 + 2*y**4 + 3*z**4 + x/5", domain=ss.Spheres([["x", "y", "z"]])).minimum  # type: ignore[list-item]
    assert sphere is not None and sphere.attained and sphere.value is not None
    box = least("x", "x**3", domain=ss.Box((Fraction(-1),), (Fraction(2),))).minimum
    assert box is not None and box.attained and box.value is None  # least at the boundary: not looked into


@pytest.mark.parametrize(
    "expression",
    [
        "x**4 + y**3",  # odd
        "x**4 - y**4",
        "x**2*y**2",  # no pure powers
        "x**4 + y**4 - 2*x**2*y**2",  # zero along a line
        "x**4 + y**4 - 3*x**2*y**2",
        "x**2 + y**2 + x**2*y**3",  # a heavier monomial
        "x**4 + y**2 - 2*x**2*y",  # (x^2 - y)^2
        "(x - y)**2 + x",
    ],
)
def test_what_is_not_coercive_is_not_called_so(expression: str) -> None:
    objective = Objective("f", "x y", expression)
    assert not _leading_form_is_positive(expand(objective.graph, objective.node, 2), 2)


@pytest.mark.parametrize("expression", ["x**4 + y**2 - x**2*y", "x**2 + y**6 - x*y**2 + 7*x", "x**4 + y**4 - 2*x**3*y + 2*x**2*y**2"])
def test_what_is_coercive_is_found_to_be(expression: str) -> None:
    objective = Objective("f", "x y", expression)
    assert _leading_form_is_positive(expand(objective.graph, objective.node, 2), 2)


def test_a_minimiser_at_a_kink_is_no_stationary_point() -> None:
    """f = |x| + exp(y)/10 + y^2 is least at x = 0, where it has no derivative: nothing about its minima may follow from the list."""
    found = least("x y", "abs(x) + (y - 1)**2", domain=None).minimum
    assert found is None or found.global_minima is None or found.attained is not False


def test_where_f_is_not_defined_everywhere_nothing_is_said_about_attaining() -> None:
    """sqrt(x) + y^2 is least at 0, the end of its domain, and has no stationary point."""
    found = least("x y", "sqrt(x) + y**2", domain=None).minimum
    assert found is not None and found.attained is None
