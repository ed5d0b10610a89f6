"""Degenerate points may be minima, and the least ones."""

from __future__ import annotations

from dataclasses import replace

import pytest

import strictsaddle as ss
from strictsaddle.records.terms import Interval, Kind
from strictsaddle.records.verdict import Minimum, Stationary, StationaryPoint
from strictsaddle.reformulation.price import price

FLAT = ss.Objective("flat", "x", "x**4*((x - 3)**2 + 1/10)")  # 0 at 0; a minimum near 3 as well


def point(x: float, value: float, kind: Kind, curvature: float) -> StationaryPoint:
    at = Interval(x, x)
    return StationaryPoint(
        (at,), Interval(value, value), (Interval(curvature, curvature),), 0, int(not curvature), kind
    )


LEAST = point(0, 0, "local_minimum", 1)
OTHER = point(2.9, 8, "local_minimum", 1)


@pytest.mark.parametrize("kind", ["degenerate", "degenerate_minimum"])
def test_distances_are_those_to_degenerate_minima_as_well(kind: Kind) -> None:
    checked = ss.check(FLAT)
    before = replace(
        checked, stationary=Stationary(True, (), (point(0, 0, kind, 0), OTHER)), minimum=Minimum(True, True)
    )
    after = replace(checked, stationary=Stationary(True, (), (LEAST, OTHER)))
    found = price(FLAT, before, after, 1).distance
    assert found is None or found.low == 0


@pytest.mark.parametrize("kind", ["degenerate", "degenerate_minimum"])
def test_what_is_refused_may_have_degenerate_minima(kind: Kind) -> None:
    before = ss.check(FLAT)
    after = replace(before, stationary=Stationary(True, (), (point(0, 0, kind, 0), OTHER)))
    found = price(FLAT, before, after, 1)
    assert found.excess is None or found.excess.low == 0
    assert found.minima is None or found.minima == 2
