"""Verdicts do not change under invertible rational changes of variables, relabelling and sign flips: g = Mᵀ g, H = MᵀHM
at corresponding points, and fields X become M⁻¹X, so inertia, nullity and orbits' dimensions stay what they are."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest

import strictsaddle as ss

CASES = [
    # expression in A, B (and C), unknowns, Definition 1, modulo symmetry
    ("A**4/4 - A**2/2 + B**2/2", 2, "strict_saddle", "strict_saddle"),
    ("A**4 + B**2", 2, "not_strict_saddle", "not_strict_saddle"),
    ("(A*B - 1)**2", 2, "not_strict_saddle", "strict_saddle"),
    ("(A*B)**2", 2, "not_strict_saddle", "not_strict_saddle"),
    ("(A**2 + B**2 - 1)**2", 2, "not_strict_saddle", "strict_saddle"),
    ("(A**2 + B**2 - 1)**4", 2, "not_strict_saddle", "not_strict_saddle"),
    ("(A*B*C - 1)**2", 3, "not_strict_saddle", "not_strict_saddle"),
    ("(A**2 + B**2 - 1)**2 + C**4 - C**2", 3, "not_strict_saddle", "strict_saddle"),
    ("(exp(A**2 + B**2) - 2)**2", 2, "not_strict_saddle", "strict_saddle"),
    ("(A*C + B*D - 1)**2", 4, "not_strict_saddle", "strict_saddle"),
    ("A**4 - A**2 + B**2 + C**4 - C**2 + D**2 + A*D/3", 4, "strict_saddle", "strict_saddle"),
    ("(A**2 + B**2 + C**2 + D**2 + E**2 - 1)**2", 5, "not_strict_saddle", "strict_saddle"),
    ("A**4 + B**2 + C**2 + D**2 + E**2 + (A - B)**2*C**2", 5, "not_strict_saddle", "not_strict_saddle"),
]
LETTERS = "ABCDE"


def answers(expression: str, forms: list[list[Fraction]]) -> tuple[str, str]:
    names = ["x", "y", "z", "u", "v"][: len(forms)]
    for letter, row in zip(LETTERS, forms, strict=False):
        form = " + ".join(f"({c})*{name}" for c, name in zip(row, names, strict=True))
        expression = expression.replace(letter, f"({form})")
    verdict = ss.check(ss.Objective("changed", names, expression), workers=1, budget=60)
    assert verdict.modulo_symmetry is not None
    return verdict.definition_1.verdict, verdict.modulo_symmetry.verdict


def invertible(drawing: random.Random, n: int) -> list[list[Fraction]]:
    """A product of a lower and an upper triangular matrix with diagonals that are not 0."""

    def entry(i: int, j: int) -> Fraction:
        number = drawing.choice((-2, -1, 1, 2)) if i == j else drawing.randint(-2, 2)
        return Fraction(number, drawing.randint(1, 3))

    lower = [[entry(i, j) if j <= i else Fraction(0) for j in range(n)] for i in range(n)]
    upper = [[entry(i, j) if j >= i else Fraction(0) for j in range(n)] for i in range(n)]
    return [[sum((lower[i][k] * upper[k][j] for k in range(n)), Fraction(0)) for j in range(n)] for i in range(n)]


@pytest.mark.parametrize(("expression", "n", "plain", "modulo"), CASES)
def test_a_random_change_of_variables(expression: str, n: int, plain: str, modulo: str) -> None:
    drawing = random.Random(expression)
    for _ in range(2):
        found = answers(expression, invertible(drawing, n))
        assert found[0] == plain
        # What a sheared objective asks of the engines may be beyond them; the opposite must not come out.
        assert found[1] in (modulo, "undecided")


@pytest.mark.parametrize(("expression", "n", "plain", "modulo"), CASES)
def test_a_relabelling_with_signs(expression: str, n: int, plain: str, modulo: str) -> None:
    drawing = random.Random(expression)
    places = drawing.sample(range(n), n)
    signs = [drawing.choice((-1, 1)) for _ in range(n)]
    matrix = [[Fraction(signs[i] if places[i] == j else 0) for j in range(n)] for i in range(n)]
    assert answers(expression, matrix) == (plain, modulo)


NETWORK_DATA = ([["1"], ["2"]], [["1"], ["-1"]])


@pytest.mark.parametrize(("ridge", "expected"), [("1/50", "strict_saddle"), ("0", "not_strict_saddle")])
def test_a_network_relabelled_and_turned(ridge: str, expected: str) -> None:
    """Its formula in other unknowns: units swapped, signs turned, and, without ridge, an output weight scaled."""
    network = ss.network([1, 2, 1], activation="tanh", bias=False, ridge=ridge, data=NETWORK_DATA)
    scale = "2" if ridge == "0" else "1"
    outputs = [f"({scale}*p*tanh(-{x}*b) + q*tanh({x}*a) - ({y}))**2/2" for x, y in ((1, 1), (2, -1))]
    penalty = f"({ridge})*(a**2 + b**2 + p**2 + q**2)"
    changed = ss.Objective("changed", "a b p q", f"{' + '.join(outputs)} + {penalty}")
    one, other = (ss.check(objective, workers=1, budget=60) for objective in (network, changed))
    assert one.definition_1.verdict == expected
    if ridge == "0":
        assert other.definition_1.verdict == expected
    else:  # a formula does not say that it is a network: no bound, and a box that the program chose decides nothing
        found = other.definition_1
        assert (found.verdict, found.proof) == ("undecided", "none")
        assert found.on_box is not None and (found.on_box.verdict, found.on_box.proof) == (expected, "interval")
    assert one.stationary.counts == other.stationary.counts
