"""The proof that no minimum but the known ones lies near a point."""

from __future__ import annotations

from fractions import Fraction

import pytest
from flint import arb

import strictsaddle as ss
from strictsaddle.definition_2.unknown_minima import no_unknown_minimum
from strictsaddle.derive.derivatives import derive
from strictsaddle.execution.budget import UNLIMITED
from strictsaddle.execution.executor import executor
from strictsaddle.records.events import silent
from strictsaddle.records.verdict import StationaryPoint

# In y a parabola; in x a maximum at 0 and minima at about +-2.86, where 2 sin x = x/5.
WAVES = ss.Objective("waves", "x y", "2*cos(x) + y**2 + x**2/10")


@pytest.fixture(scope="module")
def minima() -> list[StationaryPoint]:
    found = ss.check(WAVES, method="interval").stationary.isolated
    return [point for point in found if point.kind == "local_minimum"]


def proved(known: list[StationaryPoint], place: tuple[float, float], delta: Fraction) -> bool:
    with executor(1) as pool:
        alone, boxes = no_unknown_minimum(
            derive(WAVES),
            known,
            [arb(x) for x in place],
            delta,
            None,
            pool=pool,
            budget=UNLIMITED,
            listener=silent,
        )
    assert boxes > 0
    return alone


def test_where_no_known_minimum_is_in_range() -> None:
    assert proved([], (0.25, 0.0), Fraction(1, 2))


def test_about_a_known_minimum(minima: list[StationaryPoint]) -> None:
    at = minima[0].point[0].low, 0.0
    assert proved(minima, at, Fraction(1, 2))


def test_a_minimum_that_is_not_known_is_noticed(minima: list[StationaryPoint]) -> None:
    right = next(p for p in minima if p.point[0].low > 0)
    left = [p for p in minima if p is not right]
    assert not proved(left, (right.point[0].low, 0.0), Fraction(1, 2))
    assert not proved([], (right.point[0].low + 0.3, 0.1), Fraction(1, 2))
