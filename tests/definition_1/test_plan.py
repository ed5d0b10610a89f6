"""Which routes are asked of what."""

from __future__ import annotations

import pytest

import strictsaddle as ss
from strictsaddle.definition_1.plan import covers_first, plan
from strictsaddle.errors import NotYetError
from strictsaddle.execution.options import Method, Options
from strictsaddle.routes.route import Case

CIRCLE = ss.Equalities(("x**2 + 2*y**2 - 1",))


def routes(formula: str, method: Method = "auto", domain: ss.Equalities | None = None) -> list[str]:
    case = Case(ss.Objective("f", "x y", formula, domain=domain), Options(method=method))
    asked = [(route.name, why) for route, _, why in plan(case)]
    assert covers_first(case) == any(name == "interval" for name, why in asked if why) and asked[0][1]
    return [name for name, _ in asked]


def test_a_polynomial_goes_to_the_exact_route_first() -> None:
    assert routes("x**4 + y**2") == ["exact", "interval"]
    assert routes("exp(x) + y**2") == ["exact", "interval"]  # the first is the one for algebraic gradients


def test_a_method_that_is_asked_for_is_the_only_one() -> None:
    assert routes("x**4 + y**2", "exact") == ["exact"] and routes("exp(x) + y**2", "exact") == ["exact"]
    assert routes("x**4 + y**2", "interval") == ["interval"]


def test_equalities_are_for_multipliers_alone() -> None:
    assert routes("x", domain=CIRCLE) == ["exact"]
    with pytest.raises(NotYetError, match="takes no equalities"):
        routes("x", "interval", CIRCLE)


def test_a_case_derives_once() -> None:
    case = Case(ss.Objective("f", "x y", "x**4 + y**2"))
    assert case.derivation is case.derivation and case.symmetry is case.symmetry and case.not_polynomial is None
    assert "exp" in (Case(ss.Objective("f", "x y", "exp(x) + y")).not_polynomial or "")
