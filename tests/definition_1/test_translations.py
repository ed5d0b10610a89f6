"""Objectives that are unchanged along directions: their verdicts come from what is left across them."""

from __future__ import annotations

from fractions import Fraction

import pytest

import strictsaddle as ss
from strictsaddle.definition_1.translations import across_translations
from strictsaddle.routes.route import Case


@pytest.mark.parametrize(
    ("formula", "variables", "verdict", "modulo"),
    [
        ("-cos(a-b) - cos(b-c) - cos(c-a)", "a b c", "not_strict_saddle", "strict_saddle"),
        ("cos(a-b)", "a b", "not_strict_saddle", "strict_saddle"),
        ("(x - y)^2", "x y", "not_strict_saddle", "strict_saddle"),
        ("(x - y)^4", "x y", "not_strict_saddle", "not_strict_saddle"),
        ("-(x - y)^2", "x y", "strict_saddle", "strict_saddle"),
        ("(x + y)^2 - z^2", "x y z", "strict_saddle", "strict_saddle"),
        ("exp(x - y) + exp(y - x) - x + y", "x y", "not_strict_saddle", "strict_saddle"),
        ("(x - y)^3", "x y", "not_strict_saddle", "not_strict_saddle"),
        ("exp(x - y)", "x y", "strict_saddle", "strict_saddle"),
        ("((a-c)^2 + (b-d)^2 - 1)^2", "a b c d", "not_strict_saddle", "strict_saddle"),
    ],
)
def test_verdicts(formula: str, variables: str, verdict: str, modulo: str) -> None:
    found = ss.check(ss.Objective("f", variables, formula), budget=30, workers=1)
    assert found.modulo_symmetry is not None
    assert (found.definition_1.verdict, found.modulo_symmetry.verdict) == (verdict, modulo)
    assert not found.stationary.isolated and found.symmetry is not None
    if verdict == "not_strict_saddle":
        assert found.definition_1.witness is not None and len(found.definition_1.witness.point) == len(
            variables.split()
        )


def test_a_translation_is_named_once() -> None:
    found = ss.check(ss.Objective("f", "a b c", "-cos(a-b) - cos(b-c) - cos(c-a)"))
    assert found.modulo_symmetry is not None and found.symmetry is not None
    assert found.modulo_symmetry.dimension == 1 and found.modulo_symmetry.group == "translations in one direction"
    assert found.symmetry.continuous.dimension == 1 and len(found.symmetry.continuous.generators) == 1


def test_an_almost_translation_is_none() -> None:
    objective = ss.Objective("f", "x y", "(x - y)^2 + 1e-30*x^2")
    assert across_translations(Case(objective)) is None
    assert ss.check(objective).definition_1.verdict == "strict_saddle"


def test_exact_points_stay_exact() -> None:
    found = ss.check(ss.Objective("f", "x y", "(x + 2*y)^2 - 2*(x + 2*y)"))
    witness = found.definition_1.witness
    assert witness is not None and witness.coordinates is not None and found.definition_1.proof == "exact"
    x, y = map(Fraction, witness.coordinates)
    assert x + 2 * y == 1


def test_twisted_rings() -> None:
    """XY rings: modulo rotation, twisted states with |q| < n/4 are minima (Wiley, Strogatz, Girvan 2006)."""
    for n, minima in ((3, 1), (5, 3)):
        names = [f"t{k}" for k in range(n)]
        ring = " - ".join(f"cos({names[k]} - {names[(k + 1) % n]})" for k in range(n))
        found = ss.check(ss.Objective("ring", " ".join(names), f"-({ring.replace(' - cos', ' + cos')})"), budget=60)
        assert found.modulo_symmetry is not None and found.modulo_symmetry.verdict == "strict_saddle"
        assert sum(c.kind == "degenerate_minimum" for c in found.stationary.continua) == minima
