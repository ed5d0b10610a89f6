"""The exact engine as a whole: lists with kinds, witnesses, continua, and what it says when it cannot
tell."""

from __future__ import annotations

import stat
import sys
from fractions import Fraction
from pathlib import Path

import pytest

from strictsaddle.execution.budget import Budget
from strictsaddle.objective.domain import Box, Domain, Spheres
from strictsaddle.objective.objective import Objective
from strictsaddle.records.events import Event, PointFound
from strictsaddle.records.terms import Interval
from strictsaddle.records.verdict import Definition1, Stationary, StationaryPoint
from strictsaddle.routes.exact.engine import Solution, solve
from strictsaddle.routes.exact.route import concluded


def from_solution(found: Solution, domain: Domain) -> tuple[Definition1, Stationary]:
    finding = concluded(found, domain)
    return finding.definition_1, finding.stationary


def solution(variables: str, text: str, **parameters: str) -> Solution:
    return solve(Objective("test", variables, text, dict(parameters)))


def kinds(found: Solution) -> list[str]:
    return [point.kind for point in found.points]


def test_double_well() -> None:
    found = solution("x y", "x^4/4 - x^2/2 + lam*y^2/2", lam="1/3")
    assert (found.status, found.complete, found.proof, found.witnesses) == ("finite", True, "exact", ())
    assert kinds(found) == ["local_minimum", "strict_saddle", "local_minimum"]
    saddle = found.points[1]
    assert saddle.point == ((0.0, 0.0), (0.0, 0.0))
    assert (saddle.index, saddle.nullity) == (1, 0)
    assert saddle.eigenvalues[0] == (-1.0, -1.0)
    low, high = saddle.eigenvalues[1]
    assert Fraction(low) <= Fraction(1, 3) <= Fraction(high)
    assert high - low < 1e-15


@pytest.mark.parametrize("lam, count", [("0.1", 3), ("0.999", 3), ("1", 1), ("1.001", 1)])
def test_a_ridge_and_its_degenerate_value(lam: str, count: int) -> None:
    found = solution("a b", "(a*b - 1)^2 + lam*(a^2 + b^2)", lam=lam)
    assert found.complete and found.proof == "exact"
    assert len(found.points) == count
    assert bool(found.witnesses) == (lam == "1")
    if lam == "1":
        assert kinds(found) == ["degenerate_minimum"]
        assert found.witnesses[0].coordinates == ("0", "0")
        assert found.witnesses[0].eigenvalues[0] == (0.0, 0.0)


def test_monkey_saddle() -> None:
    found = solution("x y", "x^3 - 3*x*y^2 + (x^2 + y^2)^2")
    assert sorted(kinds(found)) == ["degenerate_saddle", "local_minimum", "local_minimum", "local_minimum"]
    assert found.complete
    assert [witness.nullity for witness in found.witnesses] == [2]


def test_a_witness_with_irrational_coordinates() -> None:
    found = solution("x y", "(x^2 - 2)^2 + (y - 1)^4")
    assert kinds(found) == ["degenerate_minimum", "strict_saddle", "degenerate_minimum"]
    assert found.points[1].nullity == 1
    assert all(witness.coordinates is None and "deg p = 2" in witness.proof for witness in found.witnesses)


@pytest.mark.parametrize(
    "variables, text, coordinates",
    [
        ("a b", "(a*b - 1)^2", ("1", "1")),
        ("a b c", "(a*b*c - 1)^2", ("0", "0", "0")),
        ("x y", "x^2*y^2", ("0", "0")),
        ("x y", "(x^2 + y^2 - 1)^2", None),
        ("x y", "(x^2 + y^2 - 3)^2", None),
        ("x y", "x^2", ("0", "0")),
        ("x y z", "x^4 + y^2", ("0", "0", "0")),
        ("u1 u2 v1 v2", "(u1*v1 + u2*v2 - 1)^2", None),
        # O(2) turns the minima; their coordinates are square roots of 9/10.
        ("u1 u2 v1 v2", "(u1*v1 + u2*v2 - 1)^2 + (u1^2 + u2^2 + v1^2 + v2^2)/10", None),
        ("x1 x2 y1 y2", "(x1*y1 - 1)^2 + (x1*y2)^2 + (x2*y1)^2 + (x2*y2 - 2)^2", None),
        ("x y", "((x^2 + 2*y^2)^2 - (3*x^2 + 6*y^2))^2", None),
    ],
)
def test_witnesses_on_continua(variables: str, text: str, coordinates: tuple[str, ...] | None) -> None:
    found = solution(variables, text)
    assert (found.status, found.points, found.complete) == ("infinite", (), False)
    assert found.witnesses
    witness = found.witnesses[0]
    assert "exact" in witness.proof
    if coordinates is not None:
        assert witness.coordinates == coordinates
    point = [(low + high) / 2 for low, high in witness.point]
    assert largest_slope(variables, text, point) < 1e-9
    assert all(low >= 0.0 for low, _ in witness.eigenvalues)
    assert sum(pair == (0.0, 0.0) for pair in witness.eigenvalues) == witness.nullity >= 1


def largest_slope(variables: str, text: str, point: list[float]) -> float:
    """The gradient by central differences of Python's own arithmetic, independent of the engine."""

    def value(at: list[float]) -> float:
        return float(eval(text.replace("^", "**"), dict(zip(variables.split(), at, strict=True))))

    step = 1e-4
    slopes = []
    for i in range(len(point)):
        up, down = list(point), list(point)
        up[i] += step
        down[i] -= step
        slopes.append(abs(value(up) - value(down)) / (2 * step) / (1 + abs(value(point))))
    return max(slopes) - 100 * step**2


@pytest.mark.parametrize(
    "variables, text",
    [
        ("x y z", "(x^2 + y^2 - 2)^2 - z^2"),  # a circle of strict saddles
        ("x y", "-x^2"),
        ("x y", "x^2*y"),  # the twin below adds what makes the line refute
    ],
)
def test_continua_without_a_witness(variables: str, text: str) -> None:
    """Infinitely many stationary points, none of them a counterexample on the list: nothing may be
    claimed."""
    found = solution(variables, text)
    assert found.status == "infinite"
    assert not found.complete
    for witness in found.witnesses:  # only true ones: singular with H >= 0
        assert all(low >= 0.0 for low, _ in witness.eigenvalues)
    if text != "x^2*y" and text != "-x^2":
        assert not found.witnesses
        assert "no witness" in found.reason


def test_negative_semidefinite_lines() -> None:
    """-x^2 has a line of maxima with H <= 0, not 0: a negative eigenvalue, so no witness. x^2 y has H = 0 at
    the origin."""
    assert solution("x y", "-x^2").witnesses == ()
    assert solution("x y", "x^2*y").witnesses[0].coordinates == ("0", "0")


@pytest.mark.parametrize("text, dimension", [("(a*b - 1)^2", 1), ("(a^2 + b^2 - 3)^2", 1), ("5/7", 2)])
def test_dimensions_of_continua(text: str, dimension: int) -> None:
    found = solution("a b", text)
    assert [continuum.dimension for continuum in found.continua] == [dimension]


def test_a_constant_is_refuted_everywhere() -> None:
    found = solution("x y", "2/3")
    assert found.witnesses[0].coordinates == ("0", "0")
    assert found.witnesses[0].nullity == 2


@pytest.mark.parametrize("text", ["2*x + 3*y", "x^3 + x + y", "x^2*y + x"])
def test_no_stationary_point(text: str) -> None:
    found = solution("x y", text)
    assert (found.status, found.complete, found.proof) == ("none", True, "exact")
    assert "no stationary point" in found.reason


def test_no_real_stationary_point() -> None:
    found = solution("x", "x^3 + x")
    assert (found.status, found.points, found.complete) == ("finite", (), True)


@pytest.mark.parametrize("text, reason", [("exp(x)", "exp"), ("1/(1 + x^2)", "divides")])
def test_what_is_no_polynomial(text: str, reason: str) -> None:
    found = solution("x", text)
    assert found.status == "failed"
    assert reason in found.reason


def test_spheres_are_not_for_this_engine() -> None:
    assert solve(Objective("test", "x y", "x^2", domain=Spheres(((0, 1),)))).status == "failed"


def stub(folder: Path, body: str) -> str:
    path = folder / "msolve-stub"
    path.write_text(f"#!{sys.executable}\nimport sys, time\n{body}\n", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def test_a_missing_msolve_is_a_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRICTSADDLE_MSOLVE", str(tmp_path / "absent"))
    found = solution("x y", "x^4/4 - x^2/2 + y^2/6")
    assert (found.status, found.complete, found.witnesses) == ("failed", False, ())
    assert found.remedy
    # Exact rational witnesses need no msolve.
    assert solution("x y", "x^4 + y^4").witnesses


def test_a_slow_msolve_is_a_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRICTSADDLE_MSOLVE", stub(tmp_path, "time.sleep(60)"))
    found = solve(Objective("test", "x y", "x^4/4 - x^2/2 + y^2/6"), budget=Budget.of(0.4))
    assert found.status == "failed"
    assert "did not finish" in found.reason
    assert "--budget" in found.remedy


def test_points_are_announced() -> None:
    heard: list[Event] = []
    found = solve(Objective("test", "x y", "x^4/4 - x^2/2 + y^2/6"), listener=heard.append)
    assert tuple(event.point for event in heard if isinstance(event, PointFound)) == found.points


def test_equal_runs_are_equal() -> None:
    text = "(a*b*c - 1)^2 + a^2/10 + b^2/7 + c^2/9"
    assert solution("a b c", text) == solution("a b c", text)
    circle = "(u*v - 1)^2 + (x*y)^2*0 + (u - v)^2*(x^2 + y^2 - 2)^2"
    assert solution("u v x y", circle) == solution("u v x y", circle)


@pytest.mark.parametrize("scale", ["1/10^30", "10^30"])
def test_scaling_changes_no_sign(scale: str) -> None:
    found = solution("x y", f"({scale})*(x^4/4 - x^2/2 + y^2/6)")
    assert kinds(found) == ["local_minimum", "strict_saddle", "local_minimum"]
    assert found.complete


def test_a_tiny_eigenvalue_has_its_sign_proved() -> None:
    found = solution("x y", "x^4 + x^2/10^40 + y^2")
    assert kinds(found) == ["local_minimum"]
    twin = solution("x y", "x^4 - x^2/10^40 + y^2")
    assert kinds(twin) == ["local_minimum", "strict_saddle", "local_minimum"]
    assert kinds(solution("x y", "x^4 + y^2")) == ["degenerate_minimum"]


@pytest.mark.parametrize(
    ("variables", "expression", "points"),
    [
        ("x y", "(x - y)**2 + 10**(-30)*x**2", 1),
        ("x", "x**2/10**400 + x**4", 1),
        ("x y", "(x**2 - y)**2 + (y - 10**(-40))**2", 3),
    ],
)
def test_badly_conditioned_points_are_proved_exactly(variables: str, expression: str, points: int) -> None:
    found = solution(variables, expression)
    assert found.complete and len(found.points) == points
    assert all(point.nullity == 0 for point in found.points)


def test_a_thin_well_that_is_flat_is_still_refuted() -> None:
    found = solution("x y", "(x - y)**2 + 10**(-30)*x**4")
    assert [point.nullity for point in found.points] == [1] and found.witnesses


@pytest.mark.parametrize(
    ("expression", "box", "inside"),
    [
        ("(x - 1/3)**2*x**2", [("0", "1/3")], 3),  # ends that are stationary, one of them no double
        ("(x - 1/3)**2*x**2", [("0", "33333333333333333/100000000000000000")], 2),  # just below 1/3
        ("x**3/3 - 2*x", [("0", "1.41421356237309504880168872420969807856967187537694")], 0),  # just below sqrt(2)
        ("x**3/3 - 2*x", [("0", "1.41421356237309504880168872420969807856967187537695")], 1),
    ],
)
def test_points_next_to_the_boundary_are_told_apart(expression: str, box: list[tuple[str, str]], inside: int) -> None:
    domain = Box(tuple(Fraction(low) for low, _ in box), tuple(Fraction(high) for _, high in box))
    definition_1, stationary = from_solution(solve(Objective("edge", "x", expression, domain=domain)), domain)
    assert definition_1.verdict == "strict_saddle"
    assert stationary.complete and len(stationary.isolated) == inside


def test_an_irrational_point_on_a_face_is_inside() -> None:
    domain = Box((Fraction(0), Fraction(0)), (Fraction(2), Fraction(1)))
    found = solve(Objective("face", "x y", "(x**2 - 2)**2 + (y - 1)**2", domain=domain))
    _, stationary = from_solution(found, domain)
    assert stationary.complete
    assert [point.kind for point in stationary.isolated] == ["strict_saddle", "local_minimum"]  # (0, 1), (sqrt 2, 1)


def degenerate(low: float, high: float) -> StationaryPoint:
    return StationaryPoint(
        (Interval(low, high),), Interval(0.0, 0.0), (Interval(0.0, 0.0),), 0, 1, "degenerate_minimum"
    )


@pytest.mark.parametrize(
    ("inside", "verdict"),
    [(None, "undecided"), (True, "undecided"), (False, "strict_saddle")],
)
def test_a_degenerate_point_that_may_lie_in_the_box_leaves_the_verdict_open(inside: bool | None, verdict: str) -> None:
    """Whether it lies in the box is open, and there is no witness: only when it is proved to lie outside does the box not care."""
    box = Box((Fraction(-1),), (Fraction(1),))
    found = Solution("finite", (degenerate(0.9, 1.1),), True, "exact", inside=(inside,))
    definition_1, stationary = from_solution(found, box)
    assert definition_1.verdict == verdict
    assert stationary.complete is (inside is not None)


def test_a_good_point_that_may_lie_in_the_box_does_no_harm() -> None:
    box = Box((Fraction(-1),), (Fraction(1),))
    good = StationaryPoint((Interval(0.9, 1.1),), Interval(0.0, 0.0), (Interval(1.0, 1.0),), 0, 0, "local_minimum")
    definition_1, stationary = from_solution(Solution("finite", (good,), True, "exact", inside=(None,)), box)
    assert definition_1.verdict == "strict_saddle" and not stationary.complete
    unknown = StationaryPoint(
        (Interval(0.9, 1.1),), Interval(0.0, 0.0), (Interval(-1.0, 1.0),), None, None, "undecided"
    )
    assert from_solution(Solution("finite", (unknown,), True, "exact", inside=(None,)), box)[0].verdict == "undecided"
