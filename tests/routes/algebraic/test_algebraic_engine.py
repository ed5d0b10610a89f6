"""Gradients that are algebraic: every stationary point of the natural domain, and what must not be called one."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import pytest
from flint import fmpq, fmpq_mpoly_ctx

import strictsaddle as ss
from strictsaddle.derive.definedness import conditions_on
from strictsaddle.derive.derivatives import derive
from strictsaddle.derive.polynomials import SquareSystem
from strictsaddle.execution.budget import Budget
from strictsaddle.execution.options import Options
from strictsaddle.formula.roles import NotAlgebraic
from strictsaddle.objective.domain import Box, Equalities, Euclidean
from strictsaddle.polynomials.locate import locate
from strictsaddle.records.events import silent
from strictsaddle.records.verdict import Verdict
from strictsaddle.routes.algebraic import special_angles
from strictsaddle.routes.algebraic.engine import solve
from strictsaddle.routes.algebraic.equations import equations_of
from strictsaddle.routes.algebraic.fractional import Fractional
from strictsaddle.routes.algebraic.points import inside
from strictsaddle.routes.algebraic.route import AlgebraicRoute
from strictsaddle.routes.route import Case


def checked(formula: str, variables: str = "x", **more: Any) -> Verdict:
    return ss.check(ss.Objective("f", variables, formula, **more), method="exact", workers=1, budget=30)


def middles(verdict: Verdict) -> list[list[float]]:
    return [[0.5 * (side.low + side.high) for side in point.point] for point in verdict.stationary.isolated]


@pytest.mark.parametrize(
    ("formula", "variables", "points", "kinds"),
    [
        ("x - log(x)", "x", [[1]], "n"),
        ("x*y + 2/x + 4/y", "x y", [[1, 2]], "n"),
        ("log(1 + (x+2)^2) + log(1 + (x-2)^2)", "x", [[-(3**0.5)], [0], [3**0.5]], "nxn"),
        ("x - 3*x^(1/3)", "x", [[1]], "n"),
        ("asin(x) - 2*x", "x", [[-(3**0.5) / 2], [3**0.5 / 2]], "xn"),
        ("x/(1 + x^2)", "x", [[-1], [1]], "nx"),
        ("((y*tanh(x) - 1)^2 + (y*tanh(2*x) + 1)^2)/2", "x y", [[0, 0]], "s"),
        ("exp(x) + exp(-2*x)", "x", [[0.23104906]], "n"),
        ("sqrt(1 + x^2 + y^2) - x/2", "x y", [[3**-0.5, 0]], "n"),
        ("1/x", "x", [], ""),
        ("atan(x) - x/2", "x", [[-1], [1]], "nx"),
    ],
)
def test_points(formula: str, variables: str, points: list[list[float]], kinds: str) -> None:
    words = {"n": "local_minimum", "x": "local_maximum", "s": "strict_saddle"}
    verdict = checked(formula, variables)
    assert verdict.definition_1.verdict == "strict_saddle" and verdict.stationary.complete
    assert verdict.definition_1.scope == "global" and verdict.resources.engine == "exact"
    found = sorted(zip(middles(verdict), [p.kind for p in verdict.stationary.isolated], strict=True))
    assert [kind for _, kind in found] == [words[k] for k in kinds]
    for (place, _), wanted in zip(found, points, strict=True):
        assert all(abs(a - b) < 1e-7 for a, b in zip(place, wanted, strict=True))


@pytest.mark.parametrize(
    ("formula", "variables", "count"),
    [
        ("log(x^2 + 1) + 0*sqrt(x)", "x", 0),  # 0 is on the edge of where it is defined
        ("x^2 + 0/x", "x", 0),  # and here it is a pole
        ("(x - 1)^2*(1/(x - 1))", "x", 0),
        ("x^3/3 - x + 0*log(x)", "x", 1),  # -1 is outside
        ("sqrt(x)^2 + x^2", "x", 0),  # as x + x^2 has its stationary point at -1/2
        ("exp(x) + exp(-x) + 0*log(exp(x) - 2)", "x", 0),
        ("x^2 + y^2 + x*y/(x - y)*0", "x y", 0),
    ],
)
def test_zeros_at_which_the_formula_is_not_defined_are_none(formula: str, variables: str, count: int) -> None:
    verdict = checked(formula, variables)
    assert verdict.definition_1.verdict == "strict_saddle" and len(verdict.stationary.isolated) == count


@pytest.mark.parametrize(
    "formula",
    [
        "sqrt(x^4)",
        "sqrt(x^8) + x^2*0",
        "sqrt((x - 1)^2) + x^2",
        "sqrt(x^2 + y^2) + x^2",
        "(x^2 + y^2)^(3/2)",
        "sqrt(x^4)*sqrt(x^4)",
        "x^4 + 0*acos(1 - x^2)",
        "x^2 + 0*asin(1 - x^4)",
    ],
)
def test_under_a_root_zero_is_not_left_out_without_a_reason(formula: str) -> None:
    """x^4 = sqrt(x^8) is degenerate at 0, where the formula's derivatives are not defined and the function's are; and a root may have gone
    from the gradient, as from that of sqrt(x^4)^2 = x^4."""
    assert checked(formula, "x y" if "y" in formula else "x").definition_1.verdict == "undecided"


@pytest.mark.parametrize(
    ("formula", "verdict"),
    [
        ("log(1 + x^4)", "not_strict_saddle"), ("log(1 + x^4 + x^2/1000000)", "strict_saddle"), ("x^3/(1 + x^2)", "not_strict_saddle"),
        ("exp(3*x)/3 - exp(2*x) + exp(x)", "not_strict_saddle"),
        ("exp(3*x)/3 - exp(2*x) + 999*exp(x)/1000", "strict_saddle"), ("sin(x) + sin(2*x)/2", "not_strict_saddle"),
        ("sin(x) + 499*sin(2*x)/1000", "strict_saddle"),
        ("x*(log(x)^2 - 3*log(x) + 13/4)", "not_strict_saddle"), ("x*(log(x)^2 - 3*log(x) + 13/4) + x/100", "strict_saddle"),
        ("exp(2*x)/2 - 4*exp(x) + 4*x", "not_strict_saddle"), ("x + cos(2*x)/2", "not_strict_saddle"),
        ("x*log(x)^3", "not_strict_saddle"), ("x + 499*cos(2*x)/1000", "strict_saddle"),
    ],
)  # fmt: skip
def test_degenerate_points_and_their_false_twins(formula: str, verdict: str) -> None:
    found = checked(formula)
    assert found.definition_1.verdict == verdict
    assert (found.definition_1.witness is not None) == (verdict == "not_strict_saddle")


def test_angles_are_counted_once_a_period_and_in_boxes_in_each() -> None:
    assert [p.kind for p in checked("cos(x)").stationary.isolated] == ["local_maximum", "local_minimum"]
    assert checked("cos(2*pi*x) + cos(pi*x)/9").stationary.complete
    for high, count in ((7, 3), (Fraction("6.28"), 2), (100, 32)):
        box = Box((Fraction(0),), (Fraction(high),))
        assert len(checked("cos(x)", domain=box).stationary.isolated) == count
    drift = checked("sin(x) + x/3")
    assert drift.definition_1.verdict == "strict_saddle" and not drift.stationary.complete
    assert drift.minimum is not None and drift.minimum.global_minima is None


def test_boxes_take_the_points_that_lie_in_them() -> None:
    box = Box((Fraction(-1),), (Fraction(1),))
    assert middles(checked("x + 1/x", domain=box)) == [[-1], [1]]
    inner = Box((Fraction(-1),), (Fraction(99, 100),))
    assert middles(checked("x + 1/x", domain=inner)) == [[-1]]


def test_equalities() -> None:
    line = checked("-(log(x)/3 + 2*log(y)/3)", "x y", domain=Equalities(("2*x + 3*y - 12",)))
    assert [p.kind for p in line.stationary.isolated] == ["local_minimum"]
    assert all(abs(a - b) < 1e-9 for a, b in zip(middles(line)[0], (2, 8 / 3), strict=True))
    mixed = checked("exp(x) + exp(-x)", "x y", domain=Equalities(("x + y - 1",)))
    assert mixed.definition_1.verdict == "undecided", (
        "the equality has a variable by itself that the formula has in exp"
    )
    flat = checked("log(x + y)", "x y", domain=Equalities(("x + y - 1",)))
    assert flat.definition_1.verdict != "strict_saddle"


def test_what_is_not_algebraic_is_left_to_others() -> None:
    case = Case(ss.Objective("f", "x", "x*exp(x)"), Options())
    finding = AlgebraicRoute().run(case, Budget.of(5), silent)
    assert not finding.decided and finding.engine == "none" and "not in reach" in finding.definition_1.reason
    assert solve(ss.Objective("f", "x y", "log(x) + 0*y"), Budget.of(5), silent).status == "failed"


def test_equations_are_divided_by_what_cannot_vanish() -> None:
    derivation = derive(ss.Objective("f", "x", "x - log(x)"))
    found = equations_of(derivation.graph, derivation.gradient, conditions_on(derivation), [])
    assert [str(row) for row in found.system.rows] == ["x1 - 1"] and [str(p) for p in found.forbidden] == ["x1"]
    assert found.inverted.dimension == 2


def test_a_sum_that_is_too_large_is_refused() -> None:
    context = fmpq_mpoly_ctx.get(["x1"], "degrevlex")
    (x,) = context.gens()
    one = context.constant(1)
    with pytest.raises(NotAlgebraic):
        Fractional(x**60, one).times(Fractional(x**60, one))
    assert Fractional.reduced(x**2 - 1, x - 1).above == x + 1


def test_square_systems_are_solved_like_gradients() -> None:
    context = fmpq_mpoly_ctx.get(["x1", "x2"], "degrevlex")
    x, y = context.gens()
    located = locate(SquareSystem.of([x**2 + y**2 - 5, x * y - 2], 2))
    assert located.complete and located.proof == "exact" and len(located.zeros) == 4
    double = locate(SquareSystem.of([(x - 1) ** 2, y - x], 2))
    assert double.complete and [zero.multiplicity for zero in double.zeros] == [2]
    with pytest.raises(ValueError, match="equations"):
        SquareSystem.of([x * fmpq(1, 2)], 2)


def test_inside_is_open_on_the_boundary_of_a_box() -> None:
    from flint import arb

    box = Box((Fraction(0),), (Fraction(1),))
    assert inside([arb(0.5)], None, box) and inside([arb(2)], None, box) is False
    assert inside([arb(0, 0.1)], None, box) is None and inside([arb(0, 0.1)], [Fraction(0)], box) is True
    assert inside([arb(5)], None, Euclidean()) is True


@pytest.mark.parametrize(
    ("formula", "variables", "verdict"),
    [
        (
            "-cos(a) - cos(b-a) - cos(c-b) - cos(c)",
            "a b c",
            "not_strict_saddle",
        ),  # splay states of four spins, one at 0
        ("cos(a)*cos(b)*(1 + cos(a - b))", "a b", None),
        ("(2*cos(a) - 1)^2*(2*sin(b) - 1)^4", "a b", "not_strict_saddle"),
        ("sin(a)^2*sin(b)^2", "a b", "not_strict_saddle"),
        ("-cos(a)*cos(b)", "a b", "strict_saddle"),
    ],
)
def test_degenerate_points_at_special_angles(formula: str, variables: str, verdict: str | None) -> None:
    found = checked(formula, variables)
    if verdict is not None:
        assert found.definition_1.verdict == verdict, found.definition_1.reason
    if found.definition_1.witness is not None:
        assert found.definition_1.witness.nullity


def test_special_cosines_are_those() -> None:
    for cosines, quarter, modulus in special_angles.FIELDS:
        t = float(-int(modulus[0])) ** 0.5
        for k, (a, b) in enumerate(cosines):
            angle = 2 * math.pi * k / len(cosines)
            assert abs(float(Fraction(str(a))) + float(Fraction(str(b))) * t - math.cos(angle)) < 1e-12
            c, d = cosines[(k - quarter) % len(cosines)]
            assert abs(float(Fraction(str(c))) + float(Fraction(str(d))) * t - math.sin(angle)) < 1e-12
