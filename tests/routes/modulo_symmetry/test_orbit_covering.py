"""Modulo symmetry by a covering: closed forms, twins that must not be proved, and what is beyond reach."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from strictsaddle.objective.domain import Box
from strictsaddle.objective.objective import Objective
from strictsaddle.records.verdict import Definition1, ModuloSymmetry
from strictsaddle.routes.modulo_symmetry import orbit_covering
from strictsaddle.routes.modulo_symmetry.engine import modulo_symmetry
from strictsaddle.routes.modulo_symmetry.orbit_covering import closed_under_brackets
from strictsaddle.symmetry.continuous.fields import find_continuous

FAILS = Definition1("not_strict_saddle", "global", "interval", "there are continua of minima")


def answer(expression: str, variables: str, **options: Any) -> ModuloSymmetry:
    return modulo_symmetry(Objective("case", variables, expression, **options), FAILS)


@pytest.mark.parametrize(
    ("expression", "variables", "group"),
    [
        # 4u(u - 1)... in u = r²: one circle of minima where 2(u - 1) = exp(-u), a maximum at 0.
        ("(x**2 + y**2 - 1)**2 + exp(-x**2 - y**2)", "x y", "SO(2)"),
        ("(exp(x**2 + y**2) - 2)**2", "x y", "SO(2)"),
        ("(exp(x*y) - 2)**2", "x y", "scaling"),
        ("(tanh(x*y) - 1/2)**2", "x y", "scaling"),  # a curve that goes to infinity, where the gradient tends to 0
        ("(tanh(x**2 + y**2) - 1/2)**2", "x y", "SO(2)"),
        ("cosh(x - y)", "x y", "translations in one direction"),
        ("exp(x**2 + y**2 + z**2) + z**2 - 5*(x**2 + y**2)", "x y z", "SO(2)"),
    ],
)  # fmt: skip
def test_holds(expression: str, variables: str, group: str) -> None:
    found = answer(expression, variables)
    assert (found.verdict, found.group) == ("strict_saddle", group)


@pytest.mark.parametrize(
    ("expression", "variables"),
    [
        ("(exp(x**2 + y**2) - 2)**4", "x y"),  # the normal Hessian vanishes on the circle
        ("(exp(x*y) - 2)**4", "x y"),
        ("(exp(x**2 + y**2) - 2)**2 + (z - sin(z))**2", "x y z"),  # z = 0 is degenerate: of sixth order
        ("cosh(x - y) - (x - y)**2/2", "x y"),  # of fourth order
        ("exp((x**2 + y**2)**2)", "x y"),  # of fourth order at 0, a fixed point
    ],
)  # fmt: skip
def test_a_degenerate_normal_hessian_is_never_proved(expression: str, variables: str) -> None:
    assert answer(expression, variables).verdict != "strict_saddle"


def test_far_orbits_without_a_proof_leave_it_open() -> None:
    found = answer("sin(x**2 + y**2)", "x y")
    assert found.verdict == "undecided"
    assert "farther away" in found.reason


def test_a_box_is_covered_itself() -> None:
    around = Box((Fraction(-2),) * 2, (Fraction(2),) * 2)
    assert answer("(exp(x**2 + y**2) - 2)**2", "x y", domain=around).verdict == "strict_saddle"
    # Degenerate on the circle of radius 1, which meets the box in an arc off the slice's points.
    corner = Box((Fraction(1, 2),) * 2, (Fraction(1),) * 2)
    assert answer("(exp(x**2 + y**2 - 1) - 1)**4", "x y", domain=corner).verdict == "undecided"


def test_a_polynomial_on_a_box_that_the_origin_is_not_in() -> None:
    away = Box((Fraction(1, 2),) * 3, (Fraction(2),) * 3)
    assert answer("(x*y*z - 1)**2", "x y z", domain=away).verdict == "strict_saddle"


def test_fields_that_are_no_algebra_prove_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    sphere = find_continuous(Objective("sphere", "x y z", "exp(x**2 + y**2 + z**2)"))
    assert closed_under_brackets(sphere.generators)
    assert not closed_under_brackets(sphere.generators[:2])
    monkeypatch.setattr(orbit_covering, "closed_under_brackets", lambda _: False)
    assert answer("cosh(x - y)", "x y").verdict == "undecided"
