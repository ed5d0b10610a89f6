"""From boxes to a list: points on shared faces once, points on the boundary decided, close ones kept apart."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import strictsaddle as ss
from strictsaddle import Box, Objective
from strictsaddle.covering.listing import list_points
from strictsaddle.derive.derivatives import derive
from strictsaddle.objective.domain import Euclidean

WAVES = derive(Objective("f", "x y", "cos(3*x) + cos(3*y)"))


def pair(unique: Any, tight: Any = None) -> Any:
    return [unique, unique if tight is None else tight]


def cell(x: float, y: float, by: float = 0.05) -> Any:
    return [[x - by, y - by], [x + by, y + by]]


def test_a_point_that_several_boxes_hold_is_listed_once() -> None:
    """The stationary point 0 as the corner of four boxes, each with a slightly larger one in which it is the only one."""
    corners = [pair([[-0.11, -0.11], [0.11, 0.11]], [[min(0, s), min(0, t)], [max(0, s), max(0, t)]])
               for s in (-0.1, 0.1) for t in (-0.1, 0.1)]  # fmt: skip
    listing = list_points(WAVES, np.array(corners), Euclidean())
    assert len(listing.points) == 1 and not listing.unsettled


def test_different_points_are_all_kept() -> None:
    third = np.pi / 3
    found = np.array([pair(cell(0, 0)), pair(cell(third, 0)), pair(cell(0, third)), pair(cell(third, third))])
    listing = list_points(WAVES, found, Euclidean())
    assert len(listing.points) == 4 and not listing.unsettled


def test_points_closer_than_the_eye_are_kept_apart() -> None:
    """x^3/3 - e^2 x has stationary points at +-e with e = 10^-7."""
    derivation = derive(Objective("f", "x", "x**3/3 - x/100000000000000"))
    found = np.array([pair([[-1.5e-7], [-0.5e-7]]), pair([[0.5e-7], [1.5e-7]])])
    assert len(list_points(derivation, found, Euclidean()).points) == 2


def box(low: Fraction, high: Fraction) -> Box:
    return Box((low, Fraction(-1)), (high, Fraction(1)))


@pytest.mark.parametrize(
    ("low", "inside"),
    [
        (Fraction(0), True),  # the point lies on the face
        (Fraction(-1, 10**40), True),
        (Fraction(1, 10**40), False),  # beyond it by far less than doubles tell
        (Fraction(1, 10), False),
    ],
)
def test_the_boundary_is_decided_exactly(low: Fraction, inside: bool) -> None:
    listing = list_points(WAVES, np.array([pair(cell(0, 0))]), box(low, Fraction(1)))
    assert not listing.unsettled
    assert len(listing.points) == int(inside)


def test_an_irrational_point_beside_an_irrational_looking_bound() -> None:
    """sqrt(2) and a bound that agrees with it to thirty digits: beyond doubles, not beyond proof."""
    derivation = derive(Objective("f", "x y", "x**3/3 - 2*x + y**2"))
    digits = Fraction("1.414213562373095048801688724209")  # below sqrt(2)
    found = np.array([pair(cell(1.41, 0.0))])
    inside = list_points(derivation, found, box(digits, Fraction(3)))
    outside = list_points(derivation, found, box(digits + Fraction(1, 10**30), Fraction(3)))
    assert len(inside.points) == 1 and len(outside.points) == 0
    assert not inside.unsettled and not outside.unsettled


@pytest.mark.parametrize(("upper", "count"), [("1", 3), ("0.999999999999", 2), ("1.000000000001", 3)])
def test_the_command_sees_points_on_the_boundary(upper: str, count: int) -> None:
    well = Objective("well", "x y", "x**4/4 - x**2/2 + y**2/2", domain=Box((-1, -1), (Fraction(upper), 1)))
    for method in ("exact", "interval"):
        verdict = ss.check(well, method=method)  # type: ignore[arg-type]
        assert verdict.stationary.complete and len(verdict.stationary.isolated) == count, method
