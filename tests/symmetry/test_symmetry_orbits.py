"""Orbits of enclosed points, proved by where boxes go."""

from __future__ import annotations

from fractions import Fraction

from flint import arb, arb_mat

from strictsaddle.certify.kernel import positive_definite
from strictsaddle.objective.objective import Objective
from strictsaddle.symmetry.continuous.fields import find_continuous
from strictsaddle.symmetry.discrete.signed_permutations import find_signed_permutations
from strictsaddle.symmetry.orbits import normal_hessian, orbit_dimension, orbit_size, orbits, tangents

WELL = Objective("double well", "x y", "x**4/4 - x**2/2 + y**2/2")


def box(*middle: float, radius: float = 1e-9) -> tuple[tuple[float, float], ...]:
    return tuple((x - radius, x + radius) for x in middle)


def test_the_two_minima_are_one_orbit() -> None:
    found = orbits([box(-1, 0), box(0, 0), box(1, 0)], find_signed_permutations(WELL), complete=True)
    assert found.numbers == (0, 1, 0)
    assert found.sizes == (2, 1)


def test_points_close_by_are_not_confused() -> None:
    # The mirror image of (-1, 0) is (1, 0); (1 + 1e-7, 0) is another point, whatever rounding would say.
    points = [box(-1, 0), box(1 + 1e-7, 0)]
    found = orbits(points, find_signed_permutations(WELL), complete=False, alone=[True, True])
    assert found.numbers == (0, 1)


def test_different_points_in_one_box_are_not_confused() -> None:
    """Four zeros within the last digit of doubles: the boxes say nothing about which is whose image."""
    group = find_signed_permutations(WELL)
    close = [((-1.0, -1.0 + 2**-53), (0.0, 0.0)), ((1.0 - 2**-53, 1.0), (0.0, 0.0))] * 2
    assert orbits(close, group, complete=True).numbers == (None,) * 4
    assert orbits(close, group, complete=False, alone=[False] * 4).numbers == (None,) * 4
    assert orbits(close[:2], group, complete=True).numbers == (0, 0)
    assert orbits(close[:2], group, complete=False, alone=[True, True]).numbers == (0, 0)
    assert orbits(close[:2], group, complete=False, alone=[True, False]).numbers == (None, None)
    # What is not listed may be in the box as well.
    assert orbits(close[:2], group, complete=False, alone=[False, False]).numbers == (None, None)
    exact = [((-1.0, -1.0), (0.0, 0.0)), ((1.0, 1.0), (0.0, 0.0))]
    assert orbits(exact, group, complete=False).numbers == (0, 0)


def test_wide_boxes_leave_the_orbit_open() -> None:
    wide = [((-1.3, -0.9), (-0.1, 0.1)), ((0.8, 1.2), (-0.1, 0.1)), ((1.25, 1.6), (-0.1, 0.1))]
    assert orbits(wide, find_signed_permutations(WELL), complete=True).numbers == (None, None, None)


def test_a_complete_list_needs_only_one_box_that_meets() -> None:
    shifted = [((-1.2, -0.9), (-0.1, 0.1)), ((0.8, 1.1), (-0.1, 0.1))]
    assert orbits(shifted, find_signed_permutations(WELL), complete=True).numbers == (0, 0)
    assert orbits(shifted, find_signed_permutations(WELL), complete=False).numbers == (None, None)


def test_no_symmetry_no_orbits() -> None:
    lopsided = Objective("lopsided", "x y", "x**4/4 - x**2/2 + x/10 + x*y + y**2")
    assert orbits([box(-1, 0), box(1, 0)], find_signed_permutations(lopsided), complete=True).numbers == (0, 1)


def test_orbit_sizes_of_exact_points() -> None:
    group = find_signed_permutations(Objective("s", "x y z", "x**4 + y**4 + z**4"))
    assert [orbit_size(group, [Fraction(k) for k in w]) for w in ((0, 0, 0), (1, 0, 0), (1, 1, 1), (1, 2, 3))] == [
        1,
        6,
        8,
        48,
    ]


def test_tangents_of_continuous_orbits() -> None:
    ring = find_continuous(Objective("ring", "x y z", "(x**2 + y**2 + z**2 - 1)**2"))
    assert orbit_dimension(ring, [Fraction(0)] * 3) == 0
    assert orbit_dimension(ring, [Fraction(1), Fraction(0), Fraction(0)]) == 2
    # At (1, 0, 0) the Hessian is diag(8, 0, 0): positive normal to the sphere, and only there.
    point = [arb(1), arb(0), arb(0)]
    hessian = arb_mat([[8, 0, 0], [0, 0, 0], [0, 0, 0]])
    assert positive_definite(normal_hessian(hessian, tangents(ring, point)))
    assert not positive_definite(hessian)
    flat = find_continuous(Objective("curve", "x y z", "(x**2 + y**2 - 1)**2 + z**4"))
    assert not positive_definite(normal_hessian(hessian, tangents(flat, point)))
