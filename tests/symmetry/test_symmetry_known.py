"""Completing a list by the group: each image once, points on mirrors included, and no guess where enclosures are too wide."""

from __future__ import annotations

import numpy as np
import pytest

import strictsaddle as ss
from strictsaddle.records.terms import Interval
from strictsaddle.records.verdict import StationaryPoint
from strictsaddle.symmetry.known import KnownSymmetries

WELLS = ss.Objective("wells", "x y", "x**4 - x**2 + y**4 - y**2")  # signs and the swap: order 8


def point(x: float, y: float, width: float = 1e-15) -> StationaryPoint:
    around = tuple(Interval(v - width, v + width) for v in (x, y))
    return StationaryPoint(around, Interval(0, 0), (Interval(1, 1), Interval(1, 1)), 0, 0, "local_minimum")


def box(x: float, y: float, radius: float = 0.1) -> np.ndarray:
    return np.array([[x - radius, y - radius], [x + radius, y + radius]])


@pytest.mark.parametrize(("at", "size"), [((0.0, 0.0), 1), ((0.7, 0.0), 4), ((0.7, 0.7), 4), ((0.7, 0.3), 8)])
def test_the_orbit_of_a_point(at: tuple[float, float], size: int) -> None:
    symmetry = KnownSymmetries.of(WELLS)
    assert symmetry.group.order == 8
    found, whole = symmetry.completed([point(*at)], [box(*at)])
    assert whole and len(found) == size
    assert len({tuple(round(i.low, 6) + 0.0 for i in p.point) for p in found}) == size


def test_two_representatives_of_one_orbit_give_it_once() -> None:
    symmetry = KnownSymmetries.of(WELLS)
    found, whole = symmetry.completed([point(0.7, 0.0), point(0.0, -0.7)], [box(0.7, 0.0), box(0.0, -0.7)])
    assert whole and len(found) == 4


def test_overlapping_enclosures_that_may_be_different_points_are_left_alone() -> None:
    symmetry = KnownSymmetries.of(WELLS)
    wide = point(0.7, 0.0, 1e-3)
    _, whole = symmetry.completed([wide], [np.add(np.array(wide.point).T, [[1e-4, 1e-4], [-1e-4, -1e-4]])])
    assert not whole


def test_a_trivial_group_changes_nothing() -> None:
    plain = KnownSymmetries.of(ss.Objective("plain", "x y", "x**4 - x**2 + x/7 + y**2 + y/3 + x*y/5"))
    assert plain.group.order == 1
    assert plain.completed([point(0.7, 0.3)], [box(0.7, 0.3)]) == ((point(0.7, 0.3),), True)
