"""Leaving out factors that are never zero keeps every zero."""

from __future__ import annotations

import pytest

from strictsaddle.derive.zero_factors import zero_factors
from strictsaddle.formula.printing import text
from strictsaddle.objective.objective import Objective


@pytest.mark.parametrize(
    ("formula", "left"),
    [
        ("-2*x*exp(-x**2)", "x"),
        ("3*(x - 1)**4/(1 + y**2)**2", "x - 1"),
        ("cosh(x)*tanh(y)", "tanh(y)"),
        ("x*exp(y)*(y - 1)", "x*(y - 1)"),
        ("exp(x) - 1", "exp(x) - 1"),  # a sum is left alone
        ("(1 + x)*y", "(1 + x)*y"),  # not positive everywhere
        ("1/x", "1/x"),  # no numerator with a zero
    ],
)
def test_what_is_left(formula: str, left: str) -> None:
    objective, other = Objective("f", "x y", formula), Objective("g", "x y", left)
    found = zero_factors(objective.graph, objective.node)
    assert text(objective.graph, found, ("x", "y")) == text(other.graph, other.node, ("x", "y"))
