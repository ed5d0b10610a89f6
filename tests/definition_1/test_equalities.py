"""Equality constraints: regular ones are solved, others are refused with the point where they fail."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import strictsaddle as ss
from strictsaddle.definition_1.linear_equalities import on_plane
from strictsaddle.derive.derivatives import derive, gradient
from strictsaddle.errors import InputError, NotYetError
from strictsaddle.formula.expression import parse
from strictsaddle.records.verdict import StationaryPoint, Verdict
from strictsaddle.routes.algebraic.lagrangian import regular_by_intervals


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
        (("sin(1)",), ("no unknown",)),
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
    assert verdict.definition_1.verdict == "undecided" and "covering" in verdict.definition_1.reason
    assert verdict.symmetry is None and verdict.modulo_symmetry is None


def known(formula: str, equations: tuple[str, ...], variables: str = "x y", where: tuple[str, ...] = ()) -> Verdict:
    domain = ss.Equalities(equations, where=where)
    return ss.check(ss.Objective("f", variables, formula, domain=domain), budget=30, workers=1)


@pytest.mark.parametrize(
    ("formula", "equations", "variables", "points", "kinds"),
    [
        ("-(log(x)/3 + 2*log(y)/3)", ("2*x + 3*y - 12",), "x y", [(2, 8 / 3)], ["local_minimum"]),
        ("-x^(1/3)*y^(2/3)", ("2*x + 3*y - 12",), "x y", [(2, 8 / 3)], ["local_minimum"]),
        ("2*x + 3*y", ("x^(1/3)*y^(2/3) - 2",), "x y", [(1.650963624, 2.201284832)], ["local_minimum"]),
        ("2*x + 3*y", ("log(x)/3 + 2*log(y)/3 - 1",), "x y", [(2.243892, 2.991856)], ["local_minimum"]),
        ("x*log(x) + y*log(y) + z*log(z)", ("x + y + z - 1",), "x y z", [(1 / 3, 1 / 3, 1 / 3)], ["local_minimum"]),
        ("x^2 + y^2", ("exp(x) + exp(y) - 4",), "x y", [(0.693147181, 0.693147181)], ["local_minimum"]),
        ("log(x) + 2*log(y)", ("2*x + 3*y - 12",), "x y", [(2, 8 / 3)], ["local_maximum"]),
    ],
)
def test_equalities_beside_what_is_no_polynomial(
    formula: str, equations: tuple[str, ...], variables: str, points: list[tuple[float, ...]], kinds: list[str]
) -> None:
    verdict = known(formula, equations, variables)
    assert verdict.definition_1.verdict == "strict_saddle" and verdict.stationary.complete
    assert [p.kind for p in verdict.stationary.isolated] == kinds
    for point, wanted in zip(verdict.stationary.isolated, points, strict=True):
        assert all(side.low - 1e-6 < x < side.high + 1e-6 for side, x in zip(point.point, wanted, strict=True))
        assert len(point.eigenvalues) == len(wanted) - len(equations)


def test_eigenvalues_on_a_plane_are_those_of_the_tangent_space() -> None:
    """f = exp(x) + exp(y) on x + y = 0: in arc length t = sqrt(2) x the second derivative at 0 is 1."""
    (point,) = known("exp(x) + exp(y)", ("x + y",)).stationary.isolated
    assert all(side.low <= 1.0 <= side.high for side in point.eigenvalues)
    (curved,) = known("x^2 + y^2", ("exp(x) + exp(y) - 4",)).stationary.isolated
    assert curved.eigenvalues[0].low > 0


def test_degenerate_points_on_a_plane_are_refuted_and_their_twins_are_not() -> None:
    flat = known("log(1 + (x - y)^4)", ("x + y - 2",))
    assert flat.definition_1.verdict == "not_strict_saddle"
    assert flat.definition_1.witness is not None and flat.definition_1.witness.coordinates == ("1", "1")
    assert known("log(1 + (x - y)^4 + (x - y)^2/1000)", ("x + y - 2",)).definition_1.verdict == "strict_saddle"


def test_a_singular_point_of_the_domain_can_be_excluded() -> None:
    """The cardioid has a cusp at the origin."""
    cardioid = ("(x^2 + y^2 + x)^2 - x^2 - y^2",)
    with pytest.raises(InputError, match="linearly dependent"):
        known("x", cardioid)
    verdict = known("x", cardioid, where=("x^2 + y^2 > 0",))
    assert verdict.stationary.counts == {"local_minimum": 1, "strict_saddle": 0, "local_maximum": 2, "degenerate": 0}


def test_linear_equalities_that_say_too_little_or_too_much() -> None:
    with pytest.raises(InputError, match="no real point"):
        known("exp(x) + y + z", ("x + y + z - 1", "x + y + z - 2"), "x y z")
    with pytest.raises(InputError, match="follows from the others"):
        known("exp(x) + y + z + t", ("x + y + z + t - 1", "x - y", "2*y + z + t - 1"), "x y z t")


def test_the_plane_is_solved_for_some_unknowns() -> None:
    domain = ss.Equalities(("2*x + 3*y - 12",), where=("x > 1",))
    plane = on_plane(ss.Objective("f", "x y", "exp(x) + y", domain=domain))
    assert plane is not None and plane.kept == (1,)
    assert plane.rows == (((Fraction(-3, 2),), Fraction(6)), ((Fraction(1),), Fraction(0)))
    assert len(plane.objective.domain.where) == 1
    assert on_plane(ss.Objective("f", "x y", "exp(x)", domain=ss.Equalities(("x*y - 1",)))) is None


@pytest.mark.parametrize(
    ("equation", "proof"),
    [("exp(x) + y - 1", "exact"), ("log(x)*y - 1", "exact"), ("sin(x)^2 + y^2*exp(x)", "open"), ("tanh(x)*y", "open")],
)
def test_regular_by_intervals(equation: str, proof: str) -> None:
    derivation = derive(ss.Objective("f", "x y", "x + y"))
    graph = derivation.graph
    node = parse(equation, graph, ["x", "y"])
    assert regular_by_intervals(derivation, [(node, gradient(graph, node, 2))]).proof == proof
