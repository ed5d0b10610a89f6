"""The group that is found is the group there is: against exhaustion, on known cases, and just beside them."""

from __future__ import annotations

import math
import random
import sys
from fractions import Fraction

import pytest
from random_polynomials import (
    averaged,
    closure,
    objective,
    order_by_exhaustion,
    random_element,
    random_polynomial,
    substituted,
)

from strictsaddle.networks.network import network
from strictsaddle.objective.domain import Box, spheres
from strictsaddle.objective.objective import Objective
from strictsaddle.symmetry.continuous.fields import find_continuous
from strictsaddle.symmetry.discrete import signed_permutations
from strictsaddle.symmetry.discrete.permutation_group import SignedPermutation
from strictsaddle.symmetry.discrete.signed_permutations import find_signed_permutations

XOR = ([[0, 0], [0, 1], [1, 0], [1, 1]], [[0], [1], [1], [0]])
TWO_POINTS = ([[1], [2]], [[1], [-1]])


def order(expression: str, variables: str, **options: object) -> int:
    return find_signed_permutations(Objective("case", variables, expression, **options)).order  # type: ignore[arg-type]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(30))
def test_averaging_over_a_subgroup_plants_it(seed: int) -> None:
    drawing = random.Random(seed)
    n = drawing.randint(2, 6)
    generators = [random_element(drawing, n) for _ in range(drawing.randint(1, 2))]
    planted = closure(generators, n, 200)
    if planted is None:
        planted = closure(generators[:1], n, 200)
        generators = generators[:1]
    assert planted is not None
    polynomial = averaged(random_polynomial(drawing, n, 3), planted)
    group = find_signed_permutations(objective(polynomial, n))
    for images, signs in generators:
        assert group.chain.contains(SignedPermutation(images, signs).literals)
    for element in group.generators:
        assert substituted(polynomial, (element.images, element.signs)) == polynomial
    assert group.order % len(planted) == 0
    assert group.order == order_by_exhaustion(polynomial, n)


def test_six_unknowns_against_exhaustion() -> None:
    drawing = random.Random(7)
    planted = closure([((1, 2, 0, 4, 5, 3), (1, 1, 1, 1, -1, 1))], 6, 200)
    assert planted is not None
    polynomial = averaged(random_polynomial(drawing, 6, 4), planted)
    assert find_signed_permutations(objective(polynomial, 6)).order == order_by_exhaustion(polynomial, 6) > 1


@pytest.mark.parametrize("seed", range(10))
def test_a_random_polynomial_has_no_symmetry(seed: int) -> None:
    drawing = random.Random(seed)
    polynomial = random_polynomial(drawing, 4, 12, degree=3) | {
        tuple(int(i == k) for i in range(4)): Fraction(k + 1, 11) for k in range(4)
    }
    group = find_signed_permutations(objective(polynomial, 4))
    assert (group.order, group.generators, group.words) == (1, (), ())


@pytest.mark.parametrize("seed", range(10))
def test_a_change_of_one_coefficient_by_1e_30_is_seen(seed: int) -> None:
    drawing = random.Random(100 + seed)
    n = 4
    planted = closure([((1, 2, 3, 0), (1, 1, 1, -1))], n, 200)
    assert planted is not None
    polynomial = averaged(random_polynomial(drawing, n, 3), planted) or {(4, 0, 0, 0): Fraction(1)}
    exponents = drawing.choice(sorted(polynomial))
    changed = polynomial | {exponents: polynomial[exponents] + Fraction(1, 10**30)}
    group = find_signed_permutations(objective(changed, n))
    assert group.order == order_by_exhaustion(changed, n)


@pytest.mark.parametrize(
    ("expression", "variables", "expected"),
    [
        ("x**4/4 - x^2/2 + y**2/6", "x y", 4),
        ("(x*y - 1)**2", "x y", 4),
        ("(x*y*z - 1)**2", "x y z", 24),
        ("(x*y*z - 1)**2 + 1e-30*x**2", "x y z", 8),
        ("(x - y)**2 + x**4 + y**4", "x y", 4),
        ("x**3 - 3*x*y**2 + (x**2 + y**2)**2", "x y", 2),
        ("tanh(x)*tanh(y) + exp(z) + exp(-z)", "x y z", 8),
        ("tanh(x)*tanh(y) + exp(z) + 2*exp(-z)", "x y z", 4),
        ("exp(z) - exp(-z)", "z", 1),
        ("sigmoid(x)*y - y/2", "x y", 2),
        ("sigmoid(x)*y - y/3", "x y", 1),
        ("relu(x) + relu(-x)", "x", 2),
        ("relu(x) + 2*relu(-x)", "x", 1),
        ("softplus(x) - x/2", "x", 2),
        ("acos(x) + asin(x) + x**2", "x", 2),
        ("cos(x - y)", "x y", 4),
        ("cos(x - 2*y)", "x y", 2),
        ("log(x) + y**2", "x y", 2),
        ("log(x**2 + 1) + y**2", "x y", 4),
        ("abs(x)*sin(y) + erf(z)*atan(z)", "x y z", 4),
        ("sin(sin(x) + sin(y))**2", "x y", 4),
        ("(sin(x) + sin(y) + 1/10)**2", "x y", 2),
        ("x/y + y/x", "x y", 4),
        ("sqrt(x**2 + y**2)", "x y", 8),
        ("sqrt(x**2 + 2*y**2)", "x y", 4),
        ("x**2", "x y", 4),
    ],
)  # fmt: skip
def test_known_orders(expression: str, variables: str, expected: int) -> None:
    assert order(expression, variables) == expected


def test_where_a_formula_is_defined_counts() -> None:
    # y**2 + x**2 is even, but the formula is defined for positive x only.
    assert order("0*log(x) + x**2 + y**2", "x y") == 2
    assert order("0*log(x**2) + x**2 + y**2", "x y") == 4


def test_a_box_must_be_mapped_to_itself() -> None:
    half = Fraction(1, 2)
    square = Box((-half, -half), (half, half))
    oblong = Box((-half, -half), (half, half + 1))
    shifted = Box((Fraction(0), Fraction(0)), (half, half))
    mirrored = Box((-half, Fraction(0)), (Fraction(0), half))
    assert order("x**2 + y**2", "x y", domain=square) == 8
    assert order("x**2 + y**2", "x y", domain=oblong) == 2
    assert order("x**2 + y**2", "x y", domain=shifted) == 2
    assert order("x**2 + y**2", "x y", domain=mirrored) == 2


def test_spheres_must_be_mapped_to_spheres() -> None:
    names = ["u1", "u2", "v1", "v2"]
    expression = "2*(u1**2*v1**2 + u2**2*v2**2)"
    assert order(expression, names) == 16 * 8
    assert order(expression, names, domain=spheres([["u1", "u2"], ["v1", "v2"]], names)) == 16 * 4


@pytest.mark.parametrize(
    ("widths", "activation", "bias", "ridge", "expected"),
    [
        ([1, 2, 1], "tanh", False, "1/50", 8),
        ([1, 3, 1], "tanh", False, "1/50", 48),
        ([1, 3, 1], "sigmoid", False, "1/50", 6),
        ([1, 3, 1], "tanh", True, "1/50", 48),
        ([1, 2, 2, 1], "tanh", True, "1/50", 64),
    ],
)
def test_hidden_units(widths: list[int], activation: str, bias: bool, ridge: str, expected: int) -> None:
    group = find_signed_permutations(network(widths, activation, data=TWO_POINTS, bias=bias, ridge=ridge))
    assert group.order == expected
    assert group.complete


def test_unequal_ridge_tells_units_apart() -> None:
    equal = network([1, 2, 1], "tanh", data=TWO_POINTS, bias=False, ridge="1/50")
    assert equal.network is not None
    unequal = Objective("unequal", equal.variables, f"{equal.expression} + W1_1_1**2/10**30")
    assert find_signed_permutations(unequal).order == 4


def test_words_speak_of_units_and_of_unknowns() -> None:
    words = find_signed_permutations(network([1, 2, 1], "tanh", data=TWO_POINTS, bias=False, ridge="1/50")).words
    assert "swap hidden units 1 and 2 of layer 1" in words
    assert "flip the sign of hidden unit 1 of layer 1" in words
    words = find_signed_permutations(network([2, 2, 1], "tanh", data=XOR, ridge="1/50")).words
    assert "swap inputs 1 and 2" in words
    assert find_signed_permutations(Objective("p", "x y", "(x*y - 1)**2")).words == (
        "swap x with y",
        "swap x with -y",
    )


def test_large_groups_are_not_listed() -> None:
    n = 20
    names = [f"x{k}" for k in range(n)]
    group = find_signed_permutations(Objective("sum", names, " + ".join(f"{x}**4" for x in names)))
    assert group.order == 2**n * math.factorial(n)
    assert len(group.generators) <= 2 * n


def test_a_formula_too_large_to_multiply_out_is_searched_as_it_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    objective = Objective("product", "x y z", "(x + y)**2*(z + 1)**2 + x**4 + y**4")
    assert find_signed_permutations(objective).complete
    monkeypatch.setattr(signed_permutations, "MOST_VERTICES_EXPANDED", 10)
    group = find_signed_permutations(objective)
    assert (group.order, group.complete) == (4, False)


def test_a_formula_too_large_for_the_search_keeps_what_is_obvious(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signed_permutations, "MAXIMAL_VERTICES", 10)
    monkeypatch.setattr(signed_permutations, "MOST_VERTICES_EXPANDED", 10)
    group = find_signed_permutations(network([1, 2, 1], "tanh", data=TWO_POINTS, bias=False, ridge="1/50"))
    assert (group.order, group.complete) == (8, False)
    assert not find_signed_permutations(Objective("s", "x y z", "x**2*y**2 + z**4")).complete


def test_a_formula_that_is_defined_nowhere() -> None:
    nowhere = Objective("nowhere", "x y", "y/((x + 1)**2 - x**2 - 2*x - 1)")
    assert find_signed_permutations(nowhere).order == 1
    assert find_continuous(nowhere).generators == ()


def test_without_pynauty_what_is_obvious_is_still_proved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pynauty", None)
    group = find_signed_permutations(Objective("f", "x y", "(x*y - 1)**2"))
    assert group.order == 4
    assert not group.complete
    net = network([1, 3, 1], activation="tanh", bias=False, data=([[1], [2]], [[1], [-1]]))
    assert find_signed_permutations(net).order == 48
