"""Uniqueness in a box of doubles, and what orbits and minima make of points that doubles cannot tell apart."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

import strictsaddle as ss
from strictsaddle.certify.alone import alone
from strictsaddle.definition_2.examination import are_within
from strictsaddle.records.terms import Interval
from strictsaddle.records.verdict import StationaryPoint


def at(*box: tuple[float, float]) -> StationaryPoint:
    ends = tuple(Interval(low, high) for low, high in box)
    return StationaryPoint(ends, Interval(0.0, 0.0), (), None, None, "degenerate")


def test_a_box_with_one_point_and_one_with_three() -> None:
    well = ss.Objective("well", "x y", "x**4/4 - x**2/2 + y**2")
    assert alone(well, [at((0.9, 1.1), (-0.1, 0.1)), at((-1.1, 1.1), (-0.1, 0.1)), at((1.0, 1.0), (0.0, 0.0))]) == [
        True,
        False,
        True,
    ]


def test_on_a_circle() -> None:
    """cos(2 t): at t = 0 a maximum, at pi/2 a minimum; the box with both is not one point's."""
    objective = ss.Objective("circle", "x y", "x**2", domain=ss.Spheres(((0, 1),)))
    assert alone(objective, [at((0.9, 1.0), (-0.1, 0.1)), at((-1.0, 1.0), (0.0, 1.0))]) == [True, False]
    # Two circles: each has its own multiplier.
    torus = ss.Objective("torus", "x y u v", "x**2 + 3*u**2", domain=ss.Spheres(((0, 1), (2, 3))))
    ends = ((0.9, 1.0), (-0.1, 0.1))
    assert alone(torus, [at(*ends, *ends), at(*ends, (-1.0, 1.0), (0.0, 1.0))]) == [True, False]
    # Constant on the second circle, then on both.
    half = ss.Objective("torus", "x y u v", "x**2 + 3*u**2 + 3*v**2", domain=ss.Spheres(((0, 1), (2, 3))))
    assert alone(half, [at(*ends, *ends)]) == [False]
    # Constant on the circle: nothing is alone.
    constant = ss.Objective("circle", "x y", "x**2 + y**2", domain=ss.Spheres(((0, 1),)))
    assert alone(constant, [at((0.9, 1.0), (-0.1, 0.1))]) == [False]


T = "({scale}*({inner}))"


def quartic(scale: str, inner: str, factor: str = "1") -> str:
    t = T.format(scale=scale, inner=inner)
    return f"{factor}*({t}**4/4 - {t}**2/2 + {t}/10)"


CASES: list[tuple[Any, str, int, int]] = [  # domain, objective, global and spurious minima
    (ss.Spheres(((0, 1),)), quartic("10**20", "2*x**2 - 1", "10**(-40)"), 4, 4),
    (None, "10**(-400)*((10**330*x)**8/8 - 7*(10**330*x)**6/3 + 49*(10**330*x)**4/4 - 18*(10**330*x)**2)", 2, 2),
    (None, f"{quartic('10**20', 'x - 1')} + {quartic('10**20', 'y - 1')}", 1, 3),
    (None, quartic("10**20", "x**2 - 1"), 2, 2),
    (None, quartic("1", "x**2 - 2"), 2, 2),  # the same, wide apart
]


@pytest.mark.parametrize(("domain", "expression", "least", "spurious"), CASES)
def test_points_that_doubles_cannot_tell_apart(domain: Any, expression: str, least: int, spurious: int) -> None:
    names = "x y" if "y" in expression or domain else "x"
    given = {"domain": domain} if domain else {}
    verdict = ss.check(ss.Objective("case", names, expression, **given), workers=1, budget=10)
    minimum = verdict.minimum
    assert minimum is None or minimum.global_minima in (None, least)
    assert minimum is None or minimum.spurious_minima in (None, spurious)
    assert "and all are global" not in verdict.definition_1.reason
    kinds: dict[int, set[str]] = {}
    for point in verdict.stationary.isolated:
        if point.orbit is not None:
            kinds.setdefault(point.orbit, set()).add(point.kind)
    assert all(len(found) == 1 for found in kinds.values())
    if expression.startswith("1*((1*"):
        assert minimum is not None and (minimum.global_minima, minimum.spurious_minima) == (least, spurious)


def test_minima_are_near_each_other_only_where_it_is_proved() -> None:
    """1 and 1 + 3e-20 have the same double in the middle of their boxes, and are not within 2e-24 of each other."""
    near, wide = at((1.0, 1.0 + 2**-52)), at((1.0, 1.0 + 2**-52))
    assert not are_within(near, wide, Fraction(2, 10**24))
    assert are_within(near, wide, Fraction(1, 2**52))
    assert not are_within(near, wide, Fraction(1, 2**52) - Fraction(1, 10**30))
    assert are_within(at((0.0, 0.0), (0.0, 0.0)), at((3.0, 3.0), (4.0, 4.0)), Fraction(5))
    assert not are_within(at((0.0, 0.0), (0.0, 0.0)), at((3.0, 3.0), (-4.0, -4.0)), Fraction(49, 10))


def test_under_other_equalities_nothing_is_claimed() -> None:
    """Without their multipliers the Hessian of f says nothing: at (1, 0) it is regular, and the point is one of a line of them."""
    ellipse = ss.Objective("ellipse", "x y", "x**2 + 2*y**2", domain=ss.Equalities(("x**2 + 2*y**2 - 1",)))
    assert alone(ellipse, [at((0.9, 1.1), (-0.1, 0.1))]) == [False]
