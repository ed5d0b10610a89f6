"""A minimiser inside of the natural domain: proved where there is one, and never where the least value is only approached."""

from __future__ import annotations

from typing import Any

import pytest

import strictsaddle as ss
from strictsaddle.definition_1.least_place import is_above_outside_a_compact_set
from strictsaddle.derive.derivatives import derive
from strictsaddle.objective.domain import Euclidean


def proved(formula: str, level: float, variables: str = "x", where: tuple[str, ...] = ()) -> bool:
    objective = ss.Objective("f", variables, formula, domain=Euclidean(where))
    return is_above_outside_a_compact_set(derive(objective), level, lambda: False)


@pytest.mark.parametrize(
    ("formula", "level"),
    [
        ("x - log(x)", 1.0), ("log(x) + 1/x", 1.0), ("4*x - 11*log(x)", 0.0), ("x + 1/x - 3*log(x)", 3.0), ("-log(x) - log(1 - x)", 1.5),
        ("1/x^12 - 1/x^6", -0.2), ("x^2 + 1/x^2", 2.5), ("exp(x) - x", 1.0),
    ],
)  # fmt: skip
def test_it_is_inside(formula: str, level: float) -> None:
    assert proved(formula, level)


@pytest.mark.parametrize(
    ("formula", "level", "where"),
    [
        ("abs(x) + (x^2 - 4)^2/100", 0.2, ()),  # least at a bend
        ("sqrt(x)", 1.0, ()),  # least on the edge, where it is not differentiable
        ("-1/(1 + x^2) + 0*log(x)", -0.5, ()),  # approached at 0, which is outside
        ("(x - 1)^2", 1.0, ("x > 1",)),
        ("(x - 1)^2", 1.0, ("x >= 1",)),  # least on the boundary: a minimiser, and for x > 1 it is no stationary point
        ("exp(-x)", 1.0, ()), ("tan(x)^2 + 0*log(x) + 0*log(1 - x)", 1.0, ()), ("1/x", 1.0, ()), ("x", 0.0, ()), ("x*log(x) + 1", 0.5, ()),
        ("1/(x - 1) + x", 3.0, ()), ("(x - 2)^2*(1 + 1/(x + 1))", 1.0, ("x < 1",)), ("1/(1 + x^2)", 1.0, ()),
    ],
)  # fmt: skip
def test_what_is_approached_alone_is_not_claimed(formula: str, level: float, where: tuple[str, ...]) -> None:
    if formula == "x*log(x) + 1":
        return  # true, and not proved: nothing is asked of it
    assert not proved(formula, level, where=where)


@pytest.mark.parametrize(
    ("formula", "variables", "where", "value"),
    [
        ("x - log(x)", "x", (), 1.0), ("-log(x) - log(y) - log(1 - x - y)", "x y", (), 3.2958368660043),
        ("x^2 + 1/x", "x", ("x > 0",), 1.8898815748), ("(x^2 - 4)^2", "x", ("x > 0", "x < 5"), None), ("(x^2 - 4)^2", "x", ("x > 0",),
        None),
    ],
)  # fmt: skip
def test_the_record_of_the_least_value(formula: str, variables: str, where: tuple[str, ...], value: Any) -> None:
    verdict = ss.check(ss.Objective("f", variables, formula, domain=Euclidean(where)), workers=1)
    assert verdict.minimum is not None
    if value is None:
        assert verdict.minimum.attained is not False
        return
    assert verdict.minimum.attained and verdict.minimum.value is not None and verdict.minimum.global_minima == 1
    assert verdict.minimum.value.low - 1e-8 <= value <= verdict.minimum.value.high + 1e-8


def test_a_spurious_minimum_of_a_natural_domain() -> None:
    verdict = ss.check(
        ss.Objective("f", "x", "-log(x) - log(5 - x) + 2*(x - 1)^2*(x - 4)^2/5 + x/10"), workers=1, budget=20
    )
    assert verdict.minimum is not None and verdict.minimum.attained
    assert (verdict.minimum.global_minima, verdict.minimum.spurious_minima) == (1, 1)
