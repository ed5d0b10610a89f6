"""Every orbit has a point that satisfies the inequalities, and a generic one no other."""

from __future__ import annotations

import random

import pytest
from random_polynomials import averaged, closure, objective, random_element, random_polynomial

from strictsaddle.networks.network import network
from strictsaddle.objective.objective import Objective
from strictsaddle.symmetry.discrete.fundamental_domain import inequalities, words
from strictsaddle.symmetry.discrete.signed_permutations import find_signed_permutations

TWO_POINTS = ([[1], [2]], [[1], [-1]])


def test_three_tanh_units_leave_a_48th() -> None:
    case = network([1, 3, 1], "tanh", data=TWO_POINTS, bias=False, ridge="1/50")
    group = find_signed_permutations(case)
    rows = inequalities(group)
    assert words(rows, case.variables) == ("W1_1_1 >= W1_2_1", "W1_2_1 >= W1_3_1", "W1_3_1 >= 0")
    other_first = inequalities(group, order=range(5, -1, -1))
    assert "W2_1_1 >= 0" in words(other_first, case.variables)


@pytest.mark.parametrize("seed", range(20))
def test_each_orbit_has_a_representative(seed: int) -> None:
    drawing = random.Random(seed)
    n = drawing.randint(2, 5)
    planted = closure([random_element(drawing, n)], n, 200)
    assert planted is not None
    case = objective(averaged(random_polynomial(drawing, n, 4), planted), n)
    group = find_signed_permutations(case)
    elements = closure([(e.images, e.signs) for e in group.generators], n, 10_000)
    assert elements is not None and len(elements) == group.order
    all_rows = inequalities(group, most=10_000)
    few_rows = inequalities(group, most=2)
    assert len(few_rows) <= 2
    for integers in (False, True):
        point = [drawing.randint(-1, 1) if integers else drawing.random() - 0.5 for _ in range(n)]
        orbit = {tuple(s * point[i] for i, s in zip(*e, strict=True)) for e in elements}
        inside = [w for w in orbit if all(sum(c * x for c, x in zip(row, w, strict=True)) >= 0 for row in all_rows)]
        assert inside
        assert integers or len(inside) == 1
        assert any(all(sum(c * x for c, x in zip(row, w, strict=True)) >= 0 for row in few_rows) for w in orbit)


def test_without_symmetry_there_is_nothing_to_leave_out() -> None:
    assert inequalities(find_signed_permutations(Objective("none", "x y", "x + x**2*y + y**3"))) == ()
