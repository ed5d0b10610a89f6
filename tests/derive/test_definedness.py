"""Formulas that are defined nowhere are bad input; those that are not defined everywhere are not called so."""

from __future__ import annotations

from fractions import Fraction

import pytest

import strictsaddle as ss
from strictsaddle import Objective
from strictsaddle.derive.definedness import ends_of, is_defined_everywhere
from strictsaddle.errors import InputError


@pytest.mark.parametrize(
    "expression",
    [
        "log(-x**2 - 1) + y",
        "sqrt(-x**2 - y**2 - 1)",
        "asin(2 + x**2)",
        "acos(-2 - exp(y)) + x",
        "log(-exp(x)) + y**2",
        "1/(0*x) + y**2",
    ],
)
def test_a_formula_that_is_defined_nowhere_is_bad_input(expression: str) -> None:
    with pytest.raises(InputError, match=r"defined nowhere|division by zero"):
        ss.check(Objective("nowhere", "x y", expression), workers=1)


def test_a_box_may_take_all_of_the_domain_away() -> None:
    box = ss.Box((Fraction(-2), Fraction(-1)), (Fraction(-1), Fraction(1)))
    with pytest.raises(InputError, match="defined nowhere"):
        ss.check(Objective("out", "x y", "log(x) + y**2", domain=box), workers=1)


@pytest.mark.parametrize("expression", ["log(x) + y**2", "sqrt(1 - x**2) + y**2", "1/x + y**2", "log(x**2) + y**2"])
def test_a_formula_that_is_defined_somewhere_is_asked_about_there(expression: str) -> None:
    verdict = ss.check(Objective("part", "x y", expression), workers=1, budget=5, max_boxes=2000)
    assert verdict.objective["domain"] == {"kind": "euclidean", "natural": True}
    from strictsaddle_reports import prose

    assert "at which the formula is defined" in prose.scope(verdict)


def test_everywhere_is_said_where_it_is_proved() -> None:
    for expression in ("log(1 + x**2) + y**2", "x**3 - y", "x/(1 + exp(y))"):
        verdict = ss.check(Objective("all", "x y", expression), workers=1, budget=5, max_boxes=2000)
        assert verdict.objective["domain"] == {"kind": "euclidean"}


def test_where_a_formula_is_defined_everywhere() -> None:
    assert is_defined_everywhere(Objective("f", "x y", "log(1 + x**2) + y"))
    assert is_defined_everywhere(Objective("f", "x y", "x**3*y"))
    assert not is_defined_everywhere(Objective("f", "x y", "log(x) + y"))
    low, high = ends_of(Objective("f", "x y", "x*y", domain=ss.Box((Fraction(1, 3),) * 2, (Fraction(2, 3),) * 2)))
    assert (low < 1 / 3 + 1e-12).all() and Fraction(float(low[0, 0])) <= Fraction(1, 3) <= Fraction(2, 3) <= Fraction(
        float(high[0, 0])
    )
