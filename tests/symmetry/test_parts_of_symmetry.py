"""What symmetries are made of: null spaces, names, orbits completed, words."""

from __future__ import annotations

import numpy as np
import pytest
from flint import fmpq, fmpq_mat

import strictsaddle as ss
from strictsaddle.formula.atoms import Atoms
from strictsaddle.formula.calculus import Derivatives, Division
from strictsaddle.formula.normal_form import normal_form
from strictsaddle.objective.domain import Spheres
from strictsaddle.records.terms import Interval
from strictsaddle.records.verdict import StationaryPoint
from strictsaddle.symmetry.completion import completed
from strictsaddle.symmetry.continuous.fields import find_continuous
from strictsaddle.symmetry.continuous.group_names import name_of
from strictsaddle.symmetry.continuous.invariance_equations import InvarianceEquations, tangency
from strictsaddle.symmetry.continuous.linear_system import nullspace
from strictsaddle.symmetry.continuous.orthogonal_names import orthogonal_name
from strictsaddle.symmetry.discrete.signed_graph import NotSearched, SignedGraph
from strictsaddle.symmetry.discrete.signed_permutations import find_signed_permutations
from strictsaddle.symmetry.discrete.words import unit_moves, words


def test_a_null_space_is_annihilated_and_whole() -> None:
    rows = [{0: fmpq(1), 1: fmpq(-2)}, {2: fmpq(3)}, {1: fmpq(1), 3: fmpq(1, 2)}]
    basis = nullspace(rows, range(5), first_last=5)
    assert len(basis) == 5 - 3
    for vector in basis:
        assert all(sum((c * vector.get(k, fmpq(0)) for k, c in row.items()), fmpq(0)) == 0 for row in rows)
    assert nullspace([{0: fmpq(1)}], range(1), first_last=1) == []


def skew(n: int, i: int, j: int, a: int = 1, b: int = -1) -> fmpq_mat:
    matrix = fmpq_mat(n, n)
    matrix[i, j], matrix[j, i] = fmpq(a), fmpq(b)
    return matrix


@pytest.mark.parametrize(
    ("matrices", "name"),
    [
        ([skew(3, 0, 1), skew(3, 0, 2), skew(3, 1, 2)], "SO(3)"),
        ([skew(2, 0, 1, 1, 1)], "SO(1, 1)"),
        ([skew(4, 0, 1), skew(4, 2, 3)], "2 commuting rotations"),
        ([skew(3, 0, 1), skew(3, 0, 2)], None),  # the third is missing
    ],
)
def test_names_of_orthogonal_algebras(matrices: list[fmpq_mat], name: str | None) -> None:
    assert orthogonal_name(matrices) == name


@pytest.mark.parametrize(
    ("formula", "name"),
    [("(x**2 + y**2 + z**2 - 1)**2", "SO(3)"), ("(x*y - 1)**2 + z**2", "scaling"), ("x**2 + y**4 + z**6", "trivial")],
)
def test_names_of_found_groups(formula: str, name: str) -> None:
    assert find_continuous(ss.Objective("f", "x y z", formula)).name == name


def test_a_name_does_not_depend_on_the_basis() -> None:
    objective = ss.Objective("f", "x y z", "(x**2 + y**2 + z**2 - 1)**2")
    linear = find_continuous(objective).linear
    assert name_of(linear[::-1], (), objective) == "SO(3)" and name_of((), (), objective) == "trivial"


def test_the_equations_of_a_field_count_what_is_unknown() -> None:
    """n^2 + n entries on R^n; a sphere adds that the field is skew on it and shifts nothing."""
    objective = ss.Objective("f", "x y", "x**2 + y**2")
    assert InvarianceEquations.of(objective).rows()
    assert tangency(objective.domain, 2) == [] and len(tangency(Spheres(((0, 1),)), 2)) == 2 + 3


def point(x: float, y: float) -> StationaryPoint:
    return StationaryPoint((Interval(x, x), Interval(y, y)), Interval(0.0, 0.0), (), 0, 0, "local_minimum")


def test_a_list_is_completed_by_images_each_once() -> None:
    group = find_signed_permutations(ss.Objective("f", "x y", "x**4 + y**4 - x**2 - y**2"))
    home = np.array([[0.9, 0.9], [1.1, 1.1]])
    found, whole = completed(group, [point(1.0, 1.0)], [home])
    assert whole and len(found) == 4
    assert not completed(group, [point(1.0, 1.0)], [home], most=3)[1]  # the twin: too many for the list


def test_words_of_a_network_speak_of_units() -> None:
    objective = ss.network([1, 2, 1], activation="tanh", bias=False, ridge="1/10", data=([[1], [2]], [[1], [-1]]))
    told = {words(element, objective) for element in unit_moves(objective)}
    assert "swap hidden units 1 and 2" in told or any("1" in one and "2" in one for one in told)
    plain = ss.Objective("f", "x y", "x**4 + y**4")
    assert list(unit_moves(plain)) == [] and "flip" in " ".join(find_signed_permutations(plain).words)


def test_a_graph_has_the_automorphisms_of_the_formula_and_a_limit() -> None:
    objective = ss.Objective("f", "x y", "x**4 + y**4")
    atoms = Atoms(2)
    form = normal_form(atoms, objective.graph, objective.node)
    found, order = SignedGraph(atoms, form.polynomial, objective.domain).automorphisms()
    assert order == 8 and found
    with pytest.raises(NotSearched):
        SignedGraph(atoms, form.polynomial, objective.domain, most=2)


def test_derivatives_of_normal_forms_and_division() -> None:
    objective = ss.Objective("f", "x y", "sin(x)*y")
    atoms = Atoms(2)
    derivative = Derivatives(atoms)
    polynomial = normal_form(atoms, objective.graph, objective.node).polynomial
    slope = ss.Objective("g", "x y", "cos(x)*y")
    assert derivative(polynomial, 0) == normal_form(atoms, slope.graph, slope.node).polynomial
    assert derivative(derivative(polynomial, 1), 1) == {}
    whole = ss.Objective("h", "x y", "exp(x)/(exp(x) + exp(y)) + exp(y)/(exp(x) + exp(y))")
    divided = Division(atoms)(normal_form(atoms, whole.graph, whole.node).polynomial)
    assert divided == atoms.constant(fmpq(1))
