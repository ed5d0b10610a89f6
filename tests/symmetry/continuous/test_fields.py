"""Lie algebras of known dimension, checked against SymPy, and false twins that lack the symmetry."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
import sympy

from strictsaddle.formula.from_sympy import symbols, to_sympy
from strictsaddle.networks.network import network
from strictsaddle.objective.domain import Box, spheres
from strictsaddle.objective.objective import Objective
from strictsaddle.symmetry.continuous.fields import ContinuousSymmetries, find_continuous

DATA = ([[1, 2], [2, 1], [1, -1]], [[1, 3], [2, 1], [4, 1]])
XOR = ([[0, 0], [0, 1], [1, 0], [1, 1]], [[0], [1], [1], [0]])


def found(expression: str, variables: str, **options: Any) -> ContinuousSymmetries:
    return find_continuous(Objective("case", variables, expression, **options))


@pytest.mark.parametrize(
    ("expression", "variables", "dimension", "affine", "name"),
    [
        ("(x*y - 1)**2", "x y", 1, 0, "scaling"),
        ("(x*y - 1)**2 + 1e-30*x**2", "x y", 0, 0, "trivial"),
        ("(x*y*z - 1)**2", "x y z", 2, 0, "2-parameter scaling"),
        ("x**4/4 - x^2/2 + y**2/6", "x y", 0, 0, "trivial"),
        ("(x**2 + y**2 - 1)**2", "x y", 1, 0, "SO(2)"),
        ("(x**2 + 2*y**2 - 1)**2", "x y", 1, 0, "SO(2)"),
        ("(x**2 + x*y + 2*y**2 - 1)**2", "x y", 1, 0, "a Lie group of dimension 1"),
        ("(x**2 + y**2 - z**2 - 1)**2", "x y z", 3, 0, "SO(2, 1)"),
        ("(2*x**2 - 3*y**2 - 1)**2", "x y", 1, 0, "SO(1, 1)"),
        ("(x**2 + y**2 - 1)**2 + (u**2 + 3*v**2 + z**2 - 1)**2", "x y u v z", 4, 0, "SO(2) x SO(3)"),
        ("(x**2 + y**2 - 1)**2 + (u**2 + v**2 - 1)**2", "x y u v", 2, 0, "2 commuting rotations"),
        ("(x**2 + y**2 + z**2 - 1)**2 + z**4", "x y z", 1, 0, "SO(2)"),
        ("(x**2 + y**2)*z", "x y z", 2, 0, "a Lie group of dimension 2"),
        ("(x**2 + y**2 + z**2 - 1)**2", "x y z", 3, 0, "SO(3)"),
        ("exp(-x**2 - y**2 - z**2)", "x y z", 3, 0, "SO(3)"),
        ("exp(-x**2 - y**2 - z**2) + 1e-30*x", "x y z", 1, 0, "SO(2)"),
        ("(x**2 + y**2 - z**2 - u**2)**3", "x y z u", 6, 0, "SO(2, 2)"),
        ("x**2", "x y", 1, 1, "translations in one direction"),
        ("(x - 1)**2 + (y - 2)**2", "x y", 0, 1, "affine maps in one direction"),
        ("(relu(3*x)*y - 1)**2", "x y", 1, 0, "scaling"),
        ("(softplus(3*x)*y - 1)**2", "x y", 0, 0, "trivial"),
        ("(x + 2*y)/sqrt(x**2 + y**2) + z**2", "x y z", 1, 0, "scaling"),
        ("1/(1 + x**2 + y**2)", "x y", 1, 0, "SO(2)"),
        ("log(exp(x) + exp(y)) - x", "x y", 1, 1, "translations in one direction"),
        ("log(exp(x) + exp(y)) - 2*x", "x y", 0, 0, "trivial"),
    ],
)  # fmt: skip
def test_known_algebras(expression: str, variables: str, dimension: int, affine: int, name: str) -> None:
    symmetries = found(expression, variables)
    assert (symmetries.dimension, len(symmetries.affine), symmetries.name) == (dimension, affine, name)


@pytest.mark.parametrize(
    ("widths", "activation", "bias", "ridge", "name", "dimension"),
    [
        ([2, 2, 2], "linear", False, 0, "GL(2)", 4),
        ([2, 3, 2], "linear", False, 0, "GL(3)", 9),
        ([2, 2, 2], "linear", False, "1/10", "O(2)", 1),
        ([2, 3, 2], "linear", False, "1/10", "O(3)", 3),
        ([2, 2, 2, 2], "linear", False, 0, "GL(2) x GL(2)", 8),
        ([2, 2, 3, 2], "linear", False, "1/10", "O(2) x O(3)", 4),
        ([2, 1, 2], "linear", False, 0, "scaling", 1),
        ([2, 2, 2], "relu", False, 0, "2-parameter scaling", 2),
        ([2, 2, 2], "relu", False, "1/10", "trivial", 0),
        ([2, 2, 2], "tanh", True, "1/10", "trivial", 0),
    ],
)
def test_networks(widths: list[int], activation: str, bias: bool, ridge: Any, name: str, dimension: int) -> None:
    symmetries = find_continuous(network(widths, activation, data=DATA, bias=bias, ridge=ridge))
    assert (symmetries.name, symmetries.dimension) == (name, dimension)


def test_a_sphere_in_twenty_unknowns() -> None:
    names = [f"x{k}" for k in range(20)]
    sphere = f"({' + '.join(f'{x}**2' for x in names)} - 1)**2"
    assert (found(sphere, names).dimension, found(sphere, names).name) == (190, "SO(20)")
    assert found(f"{sphere} + 1e-30*x7**4", names).name == "SO(19)"


@pytest.mark.parametrize(
    ("widths", "name"),
    [
        ([2, 2, 2], "GL(2) and 2-parameter affine maps"),
        ([1, 1, 1], "scaling and affine maps in one direction"),
        ([1, 2, 1], "a Lie group of dimension 6, which contains GL(2) and 2-parameter affine maps"),
    ],
)
def test_linear_networks_with_biases(widths: list[int], name: str) -> None:
    data = ([[1, 2], [2, -1], [0, 3]], [[1, 3], [3, 1], [5, 2]])
    rows = ([row[: widths[0]] for row in data[0]], [row[: widths[-1]] for row in data[1]])
    assert find_continuous(network(widths, "linear", data=rows, bias=True)).name == name


def test_one_output_has_more_than_the_hidden_layers_group() -> None:
    # With one input and one output the product W2 W1 is a quadratic form of signature (h, h): so(h, h).
    symmetries = find_continuous(network([1, 2, 1], "linear", data=([[1], [2]], [[1], [3]]), bias=False))
    assert (symmetries.dimension, symmetries.name) == (6, "SO(2, 2), which contains GL(2)")


def test_logits_may_be_shifted_together() -> None:
    labels = ([row for row in XOR[0]], [[0], [1], [1], [0]])
    symmetries = find_continuous(network([2, 2], loss="cross_entropy", data=labels, bias=True))
    names = ("W1_1_1", "W1_1_2", "W1_2_1", "W1_2_2", "b1_1", "b1_2")
    assert "b1_1' = 1, b1_2' = 1" in [field.words(names) for field in symmetries.affine]


@pytest.mark.parametrize(
    ("expression", "variables"),
    [
        ("(x*y*z - 1)**2 + sin(x*y*z)", "x y z"),
        ("exp(-(x - 1)**2 - (y - 1)**2)", "x y"),
        ("(x*u + y*v - 1)**2", "x y u v"),
        ("atan(x - y) + tanh(y - z)", "x y z"),
    ],
)
def test_every_field_annihilates_the_formula(expression: str, variables: str) -> None:
    objective = Objective("case", variables, expression)
    symmetries = find_continuous(objective)
    assert symmetries.generators
    unknowns = symbols(objective.variables)
    f = to_sympy(objective.graph, objective.node, objective.variables)
    for field in symmetries.generators:
        image = [
            sum((sympy.Rational(a) * w for a, w in zip(row, unknowns, strict=True)), sympy.Rational(b))
            for row, b in zip(field.matrix, field.shift, strict=True)
        ]
        slope = sum(f.diff(w) * x for w, x in zip(unknowns, image, strict=True))
        assert sympy.simplify(slope) == 0


def test_a_flow_must_not_cross_a_gap_in_the_domain() -> None:
    # |x|/x has derivative 0 wherever it is defined, and is -1 on one side and 1 on the other.
    symmetries = found("abs(x)/x + y**2", "x y")
    assert [field.words(("x", "y")) for field in symmetries.generators] == ["x' = x"]
    assert found("log(x) - log(2*x) + y**2", "x y").affine == ()


def test_a_box_has_none_but_its_formula_may() -> None:
    objective = Objective("curve", "x y", "(x*y - 1)**2", domain=Box((Fraction(-2),) * 2, (Fraction(2),) * 2))
    assert find_continuous(objective).dimension == 0
    assert find_continuous(objective, on_domain=False).dimension == 1


def test_on_spheres_fields_are_tangent() -> None:
    names = ["u1", "u2", "v1", "v2"]
    domain = spheres([["u1", "u2"], ["v1", "v2"]], names)
    turned = found("(u1*v1 + u2*v2)**2", names, domain=domain)  # type: ignore[arg-type]
    assert (turned.dimension, turned.name) == (1, "SO(2)")
    assert found("(u1*v1 + u2*v2)**2", names).dimension > 1  # type: ignore[arg-type]
    assert found("(u1*v1 + 2*u2*v2)**2", names, domain=domain).dimension == 0  # type: ignore[arg-type]


def test_generators_have_coprime_integers_and_words() -> None:
    (field,) = found("(x/3*y/7 - 1)**2", "x y").generators
    assert field.words(("x", "y")) == "x' = x, y' = -y"
    assert field.tangent((Fraction(2), Fraction(5))) == (2, -5)
