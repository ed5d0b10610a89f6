"""Equality constraints: regular ones are solved, others are refused with the point where they fail."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import strictsaddle as ss
from strictsaddle.errors import InputError, NotYetError
from strictsaddle.records.verdict import StationaryPoint, Verdict


def under(expression: str, *equations: str, variables: str = "x y") -> ss.Objective:
    return ss.Objective("under equalities", variables, expression, domain=ss.Equalities(equations))


def counts(verdict: Verdict) -> tuple[int, ...]:
    return tuple(verdict.stationary.counts.values())


def contains(point: StationaryPoint, values: list[Fraction]) -> bool:
    return all(x.low <= value <= x.high for x, value in zip(point.point, values, strict=True))


def test_a_hyperbola_has_one_minimum_and_one_maximum() -> None:
    """x + y on xy = 1: stationary at +-(1, 1). With arc length s through (1, 1), x + y = 2 + s^2/2 + ...: eigenvalue 1."""
    verdict = ss.check(under("x + y", "x*y - 1"))
    assert verdict.definition_1.verdict == "strict_saddle" and verdict.stationary.complete
    maximum, minimum = sorted(verdict.stationary.isolated, key=lambda p: p.point[0].low)
    assert contains(minimum, [Fraction(1), Fraction(1)]) and contains(maximum, [Fraction(-1), Fraction(-1)])
    assert minimum.kind == "local_minimum" and maximum.kind == "local_maximum"
    assert [(e.low <= 1 <= e.high) for e in minimum.eigenvalues] == [True]
    assert [(e.low <= -1 <= e.high) for e in maximum.eigenvalues] == [True]


def test_a_plane_curve_in_space() -> None:
    """Two equalities leave one eigenvalue: a paraboloid and a plane meet in an ellipse, where a line has two stationary points."""
    verdict = ss.check(under("x + 2*y + 3*z", "x**2 + y**2 - z", "x + y + z - 1", variables="x y z"))
    assert counts(verdict) == (1, 0, 1, 0) and verdict.stationary.complete
    assert {len(point.eigenvalues) for point in verdict.stationary.isolated} == {1}


def test_a_line_decides_which_power_is_seen() -> None:
    """x^4 alone is degenerate on a line; with y^2 it is not."""
    assert ss.check(under("x**4", "x - 2*y")).definition_1.verdict == "not_strict_saddle"
    assert ss.check(under("x**4 + y**2", "x - 2*y")).definition_1.verdict == "strict_saddle"


def test_the_unit_circle_is_a_sphere() -> None:
    assert under("x", "3*x**2 + 3*y**2 - 3").domain == ss.Spheres(((0, 1),))
    assert isinstance(under("x", "x**2 + y**2 - 4").domain, ss.Equalities)
    assert isinstance(under("x", "x**2 - y**2 - 1").domain, ss.Equalities)


COEFFICIENTS = st.lists(st.integers(-4, 4), min_size=6, max_size=6).filter(lambda c: c[0] != c[1] and c[3])


@given(COEFFICIENTS)
@settings(max_examples=10, deadline=None)
def test_a_sphere_of_radius_two_is_the_unit_sphere_of_the_scaled_objective(c: list[int]) -> None:
    """g(u) = f(2u) on |u| = 1 has the points of f on |w| = 2, halved, and four times its eigenvalues."""
    terms = "{}*{x}**2 + {}*{y}**2 + {}*{x}*{y} + {}*{z} + {}*{x} + {}*{x}*{z}"
    f = under(terms.format(*c, x="x", y="y", z="z"), "x**2 + y**2 + z**2 - 4", variables="x y z")
    g = ss.Objective(
        "scaled", "x y z", terms.format(*c, x="(2*x)", y="(2*y)", z="(2*z)"), domain=ss.Spheres(((0, 1, 2),))
    )
    large, unit = ss.check(f), ss.check(g, method="exact")
    assert large.definition_1.verdict == unit.definition_1.verdict
    assert large.stationary.complete == unit.stationary.complete
    if not unit.stationary.complete:
        return
    assert large.stationary.counts == unit.stationary.counts
    for point in unit.stationary.isolated:
        same = [
            other
            for other in large.stationary.isolated
            if all(abs(o.low - 2 * p.low) < 1e-6 for o, p in zip(other.point, point.point, strict=True))
        ]
        assert len(same) == 1 and (same[0].index, same[0].nullity) == (point.index, point.nullity)
        for ours, theirs in zip(same[0].eigenvalues, point.eigenvalues, strict=True):
            assert 4 * ours.low <= theirs.high + 1e-9 and theirs.low - 1e-9 <= 4 * ours.high


@pytest.mark.parametrize(
    ("equations", "parts"),
    [
        (("x*y",), ("linearly dependent", "x = 0, y = 0")),
        (("y**2 - x**3",), ("linearly dependent", "x = 0, y = 0")),
        (("x**2 + y**2 + 1",), ("no real point",)),
        (("x**2 + y**2",), ("linearly dependent", "x = 0, y = 0")),
        (("x - x",), ("0 = 0",)),
        (("3",), ("cannot hold",)),
        (("x - y", "x + y"), ("isolated points",)),
        (("x + t",), ("unknown name", "t")),
        (("sin(x) - y",), ("must be a polynomial", "sin")),
        ((), ("no equality",)),
    ],
)
def test_equalities_that_are_refused(equations: tuple[str, ...], parts: tuple[str, ...]) -> None:
    with pytest.raises(InputError) as caught:
        ss.check(under("x + y", *equations))
    assert all(part in str(caught.value) for part in parts)


def test_surfaces_that_touch_are_refused_with_the_point() -> None:
    """A cylinder and its tangent plane: every point of the line (1, 0, z) is bad. The twin: a plane that cuts is fine."""
    with pytest.raises(InputError, match="x = 1, y = 0"):
        ss.check(under("x + y + z", "x**2 + y**2 - 1", "x - 1", variables="x y z"))
    cut = ss.check(under("x + y + z**2", "x**2 + y**2 - 1", "x - z", variables="x y z"))
    assert cut.definition_1.verdict == "strict_saddle" and cut.stationary.complete


def test_what_has_no_method_under_equalities_says_so() -> None:
    objective = under("x + y", "x*y - 1")
    with pytest.raises(NotYetError, match="equalities"):
        ss.check(objective, method="interval")
    with pytest.raises(NotYetError, match="equalities"):
        ss.symmetries(objective)
    with pytest.raises(NotYetError, match="equalities"):
        ss.constants(objective, alpha=1, gamma=1, epsilon=1, delta=1)
    verdict = ss.check(under("tanh(x) + y", "x*y - 1"))
    assert verdict.definition_1.verdict == "undecided" and "tanh" in verdict.definition_1.reason
    assert verdict.symmetry is None and verdict.modulo_symmetry is None
