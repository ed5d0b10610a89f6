"""Polar slices: they must meet every orbit that other slices meet, and claim T = S only where that is so."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from flint import arb, ctx

import strictsaddle as ss
from strictsaddle.arithmetic.evaluate import evaluate_arb
from strictsaddle.derive.derivatives import derive
from strictsaddle.derive.polynomials import system
from strictsaddle.execution.budget import Budget
from strictsaddle.objective.objective import Objective
from strictsaddle.routes.modulo_symmetry import slice as orbit_slice
from strictsaddle.routes.modulo_symmetry.polar_form import (
    Rotations,
    polar_squares,
    proportional_squares,
    rotation_groups,
)
from strictsaddle.symmetry.continuous.fields import find_continuous
from strictsaddle.symmetry.continuous.generator import Generator

INPUTS = [[3, 1], [-1, 2], ["1/2", -2], [1, 1], [-2, "3/2"]]
TARGETS = [[3, 2], [-1, 1], [1, -3], [2, 1], [-2, "-1/2"]]


def linear_network(widths: list[int], ridge: Any) -> Objective:
    data = ([row[: widths[0]] for row in INPUTS], [row[: widths[-1]] for row in TARGETS])
    return ss.network(widths, "linear", data=data, bias=False, ridge=ridge)


def values(objective: Objective) -> set[str]:
    """f at all real points of the slice, to ten digits."""
    before, ctx.prec = ctx.prec, 192
    try:
        polynomials = system(objective.graph, objective.node, objective.dimension)
        found = orbit_slice.orbit_slice(objective, polynomials, find_continuous(objective), budget=Budget.of(120))
        assert not isinstance(found, str)
        tape = derive(objective).value_tape
        return {arb(evaluate_arb(tape, list(point.balls))[0]).str(10, radius=False) for point in found.points}
    finally:
        ctx.prec = before


@pytest.mark.parametrize(
    "widths, ridge",
    [
        ([2, 2, 2], "1/10"),
        ([2, 3, 2], "1/10"),
        ([1, 2, 2, 1], "1/10"),
        ([1, 2, 2, 1], ["1/10", "1/40", "1/90"]),
        pytest.param([1, 2, 2, 1], ["1/10", "1/5", "3/10"], marks=pytest.mark.slow),
        pytest.param([1, 2, 3, 1], "1/20", marks=pytest.mark.slow),
    ],
)
def test_every_orbit_meets_the_slice(widths: list[int], ridge: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    objective = linear_network(widths, ridge)
    polar = values(objective)
    monkeypatch.setattr(orbit_slice, "polar_squares", lambda _: [])
    assert polar == values(objective)
    assert len(polar) > 1


def given(objective: Objective) -> tuple[Any, Any, Any]:
    polynomials = system(objective.graph, objective.node, objective.dimension)
    squares = polar_squares(rotation_groups(find_continuous(objective).linear))
    return polynomials.f, squares, orbit_slice._implied_equations(objective, polynomials)


def named(objective: Objective, equations: Any) -> set[str]:
    text = {str(equation) for equation in equations}
    for k in range(objective.dimension, 0, -1):
        text = {one.replace(f"x{k}", objective.variables[k - 1]) for one in text}
    return text


def test_layers_are_proportional_where_they_are_balanced() -> None:
    equal = linear_network([1, 2, 2, 1], "1/10")
    assert named(equal, proportional_squares(*given(equal))) == {"-W1_1_1 + W2_1_1", "W2_1_2", "W2_2_2"}
    four = linear_network([1, 2, 2, 1], ["1/10", "1/40", "1/90"])
    assert named(four, proportional_squares(*given(four))) == {"-2*W1_1_1 + W2_1_1", "W2_1_2", "W2_2_2"}
    two = linear_network([2, 2, 2, 2], ["1/10", "1/5", "3/10"])
    assert "W1_1_2*W2_1_1 - W1_1_1*W2_1_2" in named(two, proportional_squares(*given(two)))


def test_without_balance_or_reflections_nothing_is_said() -> None:
    objective = linear_network([2, 2, 2, 2], "1/10")
    f, squares, implied = given(objective)
    assert proportional_squares(f, squares, implied)
    assert not proportional_squares(f, squares, [])
    assert not proportional_squares(f, squares, implied[:1])
    unknowns = f.context().gens()
    determinant = unknowns[0] * unknowns[3] - unknowns[1] * unknowns[2]  # of W1: a reflection changes its sign
    assert not proportional_squares(f + determinant, squares, implied)


def test_rotations_are_recognised() -> None:
    objective = linear_network([2, 3, 2], "1/10")
    (group,) = rotation_groups(find_continuous(objective).linear)
    assert group.size == 3
    assert [[objective.variables[i] for i in copy] for copy in group.copies[::3]] == [
        ["W1_1_1", "W1_2_1", "W1_3_1"],
        ["W2_2_1", "W2_2_2", "W2_2_3"],
    ]


def rotation(rows: list[list[int]]) -> Generator:
    return Generator(tuple(tuple(map(Fraction, row)) for row in rows), (Fraction(0),) * len(rows))


def test_what_is_no_rotation_of_coordinates_is_left_out() -> None:
    plane = rotation([[0, 1, 0], [-1, 0, 0], [0, 0, 0]])
    assert rotation_groups([plane]) == [Rotations(2, ((0, 1),))]
    assert rotation_groups([rotation([[0, 2], [-2, 0]])]) == []  # twice as fast: an entry that is not 1
    assert rotation_groups([rotation([[0, 1], [1, 0]])]) == []  # hyperbolic
    other = rotation([[0, 0, 0], [0, 0, 1], [0, -1, 0]])
    assert rotation_groups([plane, other]) == []  # two fields of so(3) without the third
