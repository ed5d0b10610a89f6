"""Unknowns that the others determine, and the tests that close a stack of boxes far out."""

from __future__ import annotations

import numpy as np
import pytest

import strictsaddle as ss
from strictsaddle.arithmetic.arrays import Floats
from strictsaddle.arithmetic.tape import compile_tape
from strictsaddle.covering.block import determined_unknowns
from strictsaddle.covering.boxes import cut_of, put_halves, widest_side
from strictsaddle.covering.exclude import excluded
from strictsaddle.derive.derivatives import derive
from strictsaddle.formula.graph import Graph


@pytest.mark.parametrize(
    ("formula", "block"),
    [
        ("(x**2*y - 1)**2 + x**4/10", [1]),  # quadratic in y for each x
        ("x**4 + y**4", []),
        ("x**2 + y**2", []),  # all of them: the test of all unknowns does the same
        ("x**4 + y", []),  # affine in y: nothing determines it
    ],
)
def test_a_block_is_what_the_gradient_is_affine_in(formula: str, block: list[int]) -> None:
    assert determined_unknowns(derive(ss.Objective("f", "x y", formula))).tolist() == block


def test_the_output_layer_of_a_network_is_a_block() -> None:
    objective = ss.network([1, 2, 1], activation="tanh", bias=False, ridge="1/10", data=([[1], [2]], [[1], [-1]]))
    assert [objective.variables[k] for k in determined_unknowns(derive(objective))] == ["W2_1_1", "W2_1_2"]


def test_halves_make_the_whole() -> None:
    lo, hi = np.array([[0.0, -1.0]]), np.array([[4.0, 1.0]])
    stack_lo: Floats = np.zeros((4, 2))
    stack_hi: Floats = np.zeros((4, 2))
    assert put_halves(stack_lo, stack_hi, 1, lo, hi, 0, 0, 1.0) == 3
    assert stack_lo[1:3].tolist() == [[0.0, -1.0], [1.0, -1.0]] and stack_hi[1:3].tolist() == [[1.0, 1.0], [4.0, 1.0]]


def test_the_widest_side_is_cut_inside() -> None:
    lo, hi = np.array([[0.0, 2.0]]), np.array([[1.0, np.inf]])
    side, where, _ = widest_side(lo, hi, 0, 1.0)
    assert (side, where) == (1, 4.0)
    assert cut_of(-np.inf, np.inf, 1.0)[0] == 0.0 and cut_of(-np.inf, -3.0, 1.0)[0] == -6.0
    assert widest_side(np.zeros((1, 2)), np.zeros((1, 2)), 0, 1.0)[0] == -1  # a point has no side


def test_a_system_without_zeros_far_out_and_its_twin() -> None:
    graph = Graph()
    x = graph.variable(0)
    far = np.array([[2.0]]), np.array([[np.inf]])
    assert excluded(compile_tape(graph, [graph.sub(graph.mul(x, x), graph.constant(1))], 1), 1, *far, 1000)[0]
    assert not excluded(compile_tape(graph, [graph.sub(graph.mul(x, x), graph.constant(9))], 1), 1, *far, 1000)[0]


def test_a_side_between_neighbouring_doubles_cannot_be_cut() -> None:
    low = 1e20
    lo, hi = np.array([[0.0, low]]), np.array([[1.0, np.nextafter(low, np.inf)]])
    assert widest_side(lo, hi, 0, 1.0)[:2] == (0, 0.5)  # the other one is wider, and holds no double inside
