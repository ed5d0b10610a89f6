"""Bounded below, attained, global and spurious: what is proved, and the twins of which it is false."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

import strictsaddle as ss
from strictsaddle import Objective
from strictsaddle.definition_1.minimum import _Examination, _leading_form_is_positive
from strictsaddle.execution.budget import UNLIMITED
from strictsaddle.formula.expansion import expand
from strictsaddle.records.terms import Interval
from strictsaddle.records.verdict import Definition1, Stationary, StationaryPoint

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


@pytest.mark.parametrize(
    "expression", ["x**4 + y**2 - x**2*y", "x**2 + y**6 - x*y**2 + 7*x", "x**4 + y**4 - 2*x**3*y + 2*x**2*y**2"]
)
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


@pytest.mark.parametrize(
    "expression", ["(x - y)**2", "x**2*y**2", "(x*y - 1)**2", "x**4*y**2 + x**2*y**4 - 3*x**2*y**2 + 1", "x**2 + 0*y"]
)
def test_what_is_bounded_below_is_not_called_unbounded(expression: str) -> None:
    """None of these grows in all directions; the fourth is Motzkin's, which no sum of squares shows to be >= 0."""
    found = least("x y", expression, domain=None).minimum
    assert found is not None and found.bounded_below is not False


def examination(variables: str, expression: str, minima: list[tuple[float, float]] | None = None) -> _Examination:
    """With local minima of these values (low, high) said to be listed."""
    points = tuple(
        StationaryPoint(
            (Interval(0.0, 0.0),) * len(variables.split()),
            Interval(*value),
            (Interval(1.0, 1.0),),
            0,
            0,
            "local_minimum",
        )
        for value in minima or []
    )
    stationary = Stationary(True, (), points)
    definition = Definition1("strict_saddle", "global", "interval", "")
    return _Examination(Objective("f", variables, expression), stationary, definition, None, UNLIMITED)


def test_a_lower_place_is_proved_and_not_guessed() -> None:
    """exp(-x^2) (1 + 2 x^2) tends to 0, which is not attained, and is 1 at its local minimum 0."""
    assert examination("x", "exp(-x**2)*(1 + 2*x**2)", [(1.0, 1.0)])._lower_place()
    assert examination("x", "exp(-x**2)*(1 + 2*x**2)", [(1e-300, 1.0)])._lower_place()  # exp(-1e4^2) is far below
    assert not examination("x", "exp(-x**2)*(1 + 2*x**2)", [(0.0, 1.0)])._lower_place()
    assert not examination("x", "1 + x**2", [(1.0, 1.0)])._lower_place()
    found = examination("x", "exp(-x**2)*(1 + 2*x**2)", [(1.0, 1.0)]).found()
    assert (found.attained, found.global_minima, found.spurious_minima) == (False, 0, 1)


def test_rays_sink_only_where_f_does() -> None:
    for expression, along, against in (
        ("x**3 + y**2", (-1, 0), (1, 0)),
        ("x*exp(y)/3 - y + x**2", (0, 1), (1, 0)),
        ("tanh(x) - x/10", (1, 0), (-1, 0)),
        ("x**2*y**2 - x", (1, 0), (1, 1)),
        ("sin(x) - x/2 + y**2", (0, 0), (0, 1)),
    ):
        one = examination("x y", expression)
        zero = (Fraction(0),) * 2
        if any(along):
            assert one._sinks_along(zero, tuple(map(Fraction, along)))
        assert not one._sinks_along(zero, tuple(map(Fraction, against)))


def test_a_ray_on_which_f_is_not_defined_says_nothing() -> None:
    assert not examination("x", "sqrt(100 - x) - x**2")._sinks_along((Fraction(0),), (Fraction(1),))
    assert not examination("x", "-log(-x) - x")._sinks_along((Fraction(0),), (Fraction(1),))


def test_above_its_value_is_said_of_every_half_space() -> None:
    def above(expression: str, level: str, radius: float) -> bool:
        one = examination("x y", f"{expression} - ({level})")
        return one._is_above(one.derivation.value_tape, radius)

    assert above("x**2 + y**2", "1", 2.0) and not above("x**2 + y**2", "5", 2.0)
    assert not above("x**2 + tanh(y)", "1", 2.0)  # small where y is large
    assert not above("x**2 + y", "1", 4.0)  # negative on one half-space, positive on the other
    assert not above("-(x**2) - y**2", "1", 2.0)  # of one sign, and the wrong one
    assert not above("sqrt(x) + y**2", "-1", 2.0)  # not defined


def test_values_that_are_not_proved_equal_are_not_counted() -> None:
    def counted(*values: tuple[float, float]) -> tuple[int | None, int | None]:
        found = examination("x", "x**4 - x**2", list(values)).found()
        return found.global_minima, found.spurious_minima

    assert counted((0.0, 0.0), (0.0, 0.0)) == (2, 0)
    assert counted((0.0, 0.0), (1.0, 1.0)) == (1, 1)
    assert counted((0.0, 0.1), (0.0, 0.1)) == (None, None)
    assert counted((0.0, 0.1), (0.05, 0.2)) == (None, None)
    assert counted((0.0, 0.1), (0.2, 0.3)) == (1, 1)


def test_the_proof_is_no_stronger_than_the_lists() -> None:
    modular = _Examination(
        Objective("f", "x", "x**4 - x**2"),
        Stationary(True, (), ()),
        Definition1("strict_saddle", "global", "modular", ""),
        None,
        None,
    )
    assert modular.proof == "modular"
    unlisted = _Examination(
        Objective("f", "x", "x**4 - x**2"),
        Stationary(False, (), ()),
        Definition1("undecided", "global", "none", ""),
        None,
        None,
    )
    assert unlisted.proof == "interval" and not unlisted.listed
