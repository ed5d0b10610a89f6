"""Strict-saddle modulo symmetry: theorems about linear networks, refutations, and what must stay open."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from strictsaddle.execution.budget import Budget
from strictsaddle.networks.network import network
from strictsaddle.objective.domain import Box
from strictsaddle.objective.objective import Objective
from strictsaddle.records.verdict import Definition1, ModuloSymmetry
from strictsaddle.routes.modulo_symmetry import engine
from strictsaddle.routes.modulo_symmetry import slice as orbit_slice
from strictsaddle.routes.modulo_symmetry.engine import modulo_symmetry
from strictsaddle.routes.modulo_symmetry.orbit_covering import OrbitCovering

FAILS = Definition1("not_strict_saddle", "global", "exact", "there are continua of minima")
DATA = ([[1, 2], [2, 1], [1, -1]], [[1, 3], [2, 1], [4, 1]])

THREE = ([[1, 2, 0], [2, 1, 1], [1, -1, 3], [0, 1, 1]], [[1, 3, 1], [2, 1, 0], [4, 1, -1], [1, 0, 2]])


def answer(expression: str, variables: str, **options: Any) -> ModuloSymmetry:
    return modulo_symmetry(Objective("case", variables, expression, **options), FAILS)


@pytest.mark.parametrize(
    ("expression", "variables", "group", "dimension"),
    [
        ("(x*y - 1)**2", "x y", "scaling", 1),
        ("(x**2 + y**2 - 1)**2", "x y", "SO(2)", 1),
        ("(x**2 + y**2 - 1)**2 + z**4 - z**2", "x y z", "SO(2)", 1),
        ("(x*u + y*v - 1)**2", "x y u v", "SO(2, 2)", 6),
        ("(a*c - 2)**2 + (a*d)**2 + (b*c)**2 + (b*d - 1)**2", "a b c d", "scaling", 1),
        # Symmetric factorisation of diag(2, 1), exact rank.
        ("(a**2 + b**2 - 2)**2 + 2*(a*c + b*d)**2 + (c**2 + d**2 - 1)**2", "a b c d", "SO(2)", 1),
        ("(x - 1)**2", "x y", "translations in one direction", 1),
    ],
)  # fmt: skip
def test_holds(expression: str, variables: str, group: str, dimension: int) -> None:
    found = answer(expression, variables)
    assert (found.verdict, found.group, found.dimension) == ("strict_saddle", group, dimension)
    assert "is proved" in found.reason


@pytest.mark.parametrize(
    ("expression", "variables", "said"),
    [
        ("(x*y*z - 1)**2", "x y z", "(0, 0, 0)"),  # Kawaguchi: deeper than two layers
        ("(x*y)**2", "x y", "(0, 0)"),
        ("(x**2 + y**2 - 1)**4", "x y", "nullity 2, while the orbit has dimension 1"),
        ("(x**2 + y**2 - 2)**3", "x y", "nullity 2, while the orbit has dimension 1"),
        ("(x**2 + y**2 - 1)**2 + z**4", "x y z", "nullity 2, while the orbit has dimension 1"),
        # Symmetric factorisation of diag(2, 0) with a factor of rank 2: one column too many.
        ("(a**2 + b**2 - 2)**2 + 2*(a*c + b*d)**2 + (c**2 + d**2)**2", "a b c d", "the orbit has dimension 1"),
    ],
)  # fmt: skip
def test_fails(expression: str, variables: str, said: str) -> None:
    found = answer(expression, variables)
    assert found.verdict == "not_strict_saddle"
    assert said in found.reason


@pytest.mark.parametrize(
    ("widths", "ridge", "group"),
    [
        ([2, 1, 2], 0, "scaling"),
        ([2, 2, 2], 0, "GL(2)"),
        ([2, 2, 2], "1/10", "O(2)"),
        ([1, 2, 2, 1], "1/10", "O(2) x O(2)"),
        ([2, 2, 2, 2], "1/10", "O(2) x O(2)"),
        ([2, 3, 3, 2], "1/10", "O(3) x O(3)"),
        ([1, 2, 2, 1], ["1/10", "1/5", "3/10"], "O(2) x O(2)"),
        ([3, 3, 3], "1/10", "O(3)"),
    ],
)
def test_linear_networks(widths: list[int], ridge: Any, group: str) -> None:
    data = {1: ([[1], [2]], [[2], [4]]), 2: DATA, 3: THREE}[widths[0]]
    objective = network(widths, "linear", data=data, bias=False, ridge=ridge)
    found = modulo_symmetry(objective, FAILS, budget=Budget.of(300))
    assert (found.verdict, found.group) == ("strict_saddle", group)


def test_a_target_of_too_low_rank_leaves_a_flat_direction() -> None:
    low_rank = ([[1, 0], [0, 1]], [[1, 0], [0, 0]])
    found = modulo_symmetry(network([2, 2, 2], "linear", data=low_rank, bias=False), FAILS)
    assert found.verdict == "not_strict_saddle"


def test_without_continuous_symmetry_it_is_definition_1() -> None:
    assert answer("x**4 + y**4", "x y").verdict == "not_strict_saddle"
    assert answer("x**4 + y**4", "x y").dimension == 0
    open_question = Definition1("undecided", "global", "none", "budget")
    objective = Objective("wells", "x y", "x**4 - x**2 + y**4 - y**2 + x")
    assert modulo_symmetry(objective, open_question).verdict == "undecided"


def test_a_function_that_is_not_smooth_stays_open() -> None:
    found = answer("(relu(x*y) - 1)**2", "x y")
    assert (found.verdict, found.group) == ("undecided", "scaling")


def test_a_refutation_outside_the_box_says_nothing_about_it() -> None:
    away = Box((Fraction(1),) * 3, (Fraction(2),) * 3)
    assert answer("(x*y*z - 1)**2", "x y z", domain=away).verdict != "not_strict_saddle"
    around = Box((Fraction(-1),) * 3, (Fraction(2),) * 3)
    assert answer("(x*y*z - 1)**2", "x y z", domain=around).verdict == "not_strict_saddle"


def test_a_slice_with_continua_is_no_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(orbit_slice, "slice_equations", lambda *_: [])
    monkeypatch.setattr(engine, "cover_orbits", lambda *_: OrbitCovering(False, False, "given up", 0))
    found = answer("(x**2 + y**2 - 1)**2", "x y")
    assert found.verdict == "undecided"
    assert "infinitely many" in found.reason


def test_solutions_that_are_not_solutions_are_not_called_proved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(orbit_slice, "compare_dimension", lambda *_: "open")
    assert "modulo the primes" in answer("(x*y - 1)**2", "x y").reason
