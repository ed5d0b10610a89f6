"""Continua through exact witnesses: their dimension and kind are claimed where they are proved, and nowhere else."""

from __future__ import annotations

from fractions import Fraction

import pytest

import strictsaddle as ss
from strictsaddle.derive.derivatives import derive
from strictsaddle.formula.positivity import visible_signs
from strictsaddle.routes.refutation.continuum import zeros_of_squares

F = Fraction


@pytest.mark.parametrize(
    ("expression", "variables", "dimension", "kind"),
    [
        ("(y - x**2)**2 + (z - x**3)**2", "x y z", 1, "degenerate_minimum"),
        ("(x**2 + y**2 - 1)**2 + z**2*(1 + x**2)", "x y z", 1, "degenerate_minimum"),
        ("(a**2 + b**2 - 2)**2 + 2*(a*c + b*d)**2 + (c**2 + d**2)**2", "a b c d", 1, "degenerate_minimum"),
        ("(y - x**3 + x)**2", "x y", 1, "degenerate_minimum"),
        ("(y - x**2)**4", "x y", 1, "degenerate_minimum"),
        ("((x**2 + 2*y**2 - 1)*(1 + x**2))**2", "x y", 1, "degenerate_minimum"),
        ("(y - x**3 + x)**3", "x y", 1, "degenerate"),  # stationary along the curve, and not a minimum
        ("(x*y*z - 1)**2", "x y z", 2, "degenerate_minimum"),
    ],
)
def test_the_continuum_is_listed(expression: str, variables: str, dimension: int, kind: str) -> None:
    verdict = ss.check(ss.Objective("case", variables, expression), workers=1)
    assert verdict.definition_1.verdict == "not_strict_saddle"
    assert {(c.dimension, c.kind) for c in verdict.stationary.continua} == {(dimension, kind)}


@pytest.mark.parametrize("expression", ["(x**2 + y**2)**2 + z**2", "x**4 + y**4 + z**2", "(x**2 + y**2 + z**2)**2"])
def test_no_continuum_through_an_isolated_minimum(expression: str) -> None:
    verdict = ss.check(ss.Objective("case", "x y z", expression), workers=1)
    assert verdict.definition_1.verdict == "not_strict_saddle" and verdict.stationary.continua == ()


@pytest.mark.parametrize(
    ("expression", "point", "ranks"),
    [
        ("(y - x**2)**2 + (z - x**3)**2", (2, 4, 8), (2, 2)),
        ("(y - x**2)**2 + (z - x**3)**2", (2, 4, 7), None),
        ("(y - x**2)**2 + (2*y - 2*x**2)**4", (2, 4, 0), (2, 1)),
        ("(x**2 + y**2)**2", (0, 0, 0), (1, 0)),
        ("(y - x**2)**2 - (z - x**3)**2", (2, 4, 8), None),
        ("x*(y - x**2)**2", (2, 4, 0), None),
    ],
)
def test_zeros_of_sums_of_squares(expression: str, point: tuple[int, ...], ranks: tuple[int, int] | None) -> None:
    derivation = derive(ss.Objective("case", "x y z", expression))
    assert zeros_of_squares(derivation, [F(x) for x in point]) == ranks


@pytest.mark.parametrize(
    ("expression", "positive", "least"),
    [
        ("1 + x**2", True, True),
        ("x**2 + y**4", False, True),
        ("exp(x)*(1 + y**2)/(2 + x**4)", True, True),
        ("x**2 - 1", False, False),
        ("x**3 + 1", False, False),
        ("-exp(x)", False, False),
        ("1 + x*y", False, False),
        ("sqrt(x)", False, True),
        ("abs(x) + relu(y)", False, True),
        ("tanh(x) + 2", False, False),
    ],
)
def test_visible_signs(expression: str, positive: bool, least: bool) -> None:
    objective = ss.Objective("case", "x y", expression)
    certainly_positive, not_negative = visible_signs(objective.graph, objective.node)
    assert (objective.node in certainly_positive, objective.node in not_negative) == (positive, least)
