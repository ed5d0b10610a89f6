"""Objectives with kinks: cases solved by hand and their false twins."""

from __future__ import annotations

import pytest
from kinked_objectives import GOOD, HIGH, STRICT, assert_points_are_right, checked, network

import strictsaddle as ss
from strictsaddle.errors import EngineError
from strictsaddle.records.verdict import StationaryPoint
from strictsaddle.routes.piecewise import route
from strictsaddle.routes.piecewise.local import Local
from strictsaddle_reports.schema import validate


@pytest.mark.parametrize(
    ("formula", "unknowns", "verdict", "counts", "sense"),
    [
        ("abs(x) + (y**2 - 1)**2", "x y", "strict_saddle", {GOOD: 2, STRICT: 1}, "piecewise"),
        ("abs(x) + (y**2 - 1)**4", "x y", "not_strict_saddle", {"degenerate": 2, STRICT: 1}, "piecewise"),
        ("x**2 - abs(x)", "x", "strict_saddle", {GOOD: 2}, "piecewise"),  # f falls from 0 to first order
        ("abs(x) - x**2", "x", "strict_saddle", {GOOD: 1, HIGH: 2}, "piecewise"),
        ("abs(x)*x", "x", "strict_saddle", {STRICT: 1}, "piecewise"),  # f'(0; d) = 0, and f = -x^2 for x < 0
        ("abs(x)**3 - x**2", "x", "strict_saddle", {GOOD: 2, HIGH: 1}, "smooth"),
        ("abs(x)**3 + x**2/2", "x", "strict_saddle", {GOOD: 1}, "smooth"),
        ("abs(x)**3", "x", "not_strict_saddle", {"degenerate": 1}, "smooth"),
        ("relu(x)**2 + 2*relu(-x)**2", "x", "strict_saddle", {GOOD: 1}, "piecewise"),  # C^1, the curvature jumps
        (
            "relu(x)**2 - x**4",
            "x",
            "not_strict_saddle",
            None,
            "piecewise",
        ),  # at 0 growth on the right, -x^4 on the left
        ("(x + y - 1)**2 + (x - y)**2/2 + abs(x)/2 + abs(y)/2", "x y", "strict_saddle", {GOOD: 1}, "piecewise"),
        ("(x - 1/4)**2/2 + (y - 2)**2/2 + abs(x) + abs(y)", "x y", "strict_saddle", {GOOD: 1}, "piecewise"),
        ("max(x, y) + x**2 + y**2", "x y", "strict_saddle", {GOOD: 1}, "piecewise"),
        ("min(x**2, (x - 2)**2)", "x", "strict_saddle", {GOOD: 2}, "piecewise"),  # at 1 it falls on both sides
        ("abs(x**2 - 1)", "x", "strict_saddle", {GOOD: 2, HIGH: 1}, "piecewise"),
        (
            "abs(abs(x) - 1)",
            "x",
            "strict_saddle",
            {GOOD: 2},
            "piecewise",
        ),  # from 0 it falls on both sides, to first order
        ("abs(x*y - 1) + (x**2 + y**2)/10", "x y", "strict_saddle", {GOOD: 2, STRICT: 1}, "piecewise"),
        ("abs(x*y - 1)", "x y", "not_strict_saddle", None, "piecewise"),  # its minima are a curve
        ("relu(1 - w - b) + relu(1 + w - b) + (w**2 + b**2)/10", "w b", "strict_saddle", {GOOD: 1}, "piecewise"),
        ("abs(x)*y", "x y", "not_strict_saddle", None, "piecewise"),  # x = 0, y > 0 is a line of minima without growth
        ("abs(x) - 2*relu(x) + x**2", "x", "strict_saddle", {GOOD: 1}, "smooth"),  # x^2 - x
    ],
)
def test_by_hand(formula: str, unknowns: str, verdict: str, counts: dict[str, int] | None, sense: str) -> None:
    found = checked(formula, unknowns)
    validate(found.to_dict())
    assert found.definition_1.verdict == verdict, found.definition_1.reason
    assert found.definition_1.sense == sense
    if counts is not None:
        assert {k: n for k, n in found.stationary.counts.items() if n} == {k: n for k, n in counts.items() if n}
        assert found.stationary.complete


def test_one_relu_unit() -> None:
    """NETWORKS.md, 6: solved by hand."""
    two = network([(1, 1), (-1, 1)], "1/10")
    assert (
        two.definition_1.sense == "piecewise"
        and two.definition_1.proof == "exact"
        and two.definition_1.scope == "global"
    )
    points = {point.kind: [[0.5 * (s.low + s.high) for s in point.point]] for point in two.stationary.isolated}
    assert two.stationary.counts == {GOOD: 2, STRICT: 1, HIGH: 0, "degenerate": 0} and points[STRICT] == [[0.0, 0.0]]
    assert sorted(abs(x) for x in points[GOOD][0]) == pytest.approx([2 / 5**0.5, 2 / 5**0.5])
    one = network([(1, 1), (2, 1)], "1/10")
    assert one.stationary.counts == {GOOD: 1, STRICT: 1, HIGH: 0, "degenerate": 0}
    (minimum,) = [p for p in one.stationary.isolated if p.kind == GOOD]
    assert minimum.point[0].low * minimum.point[1].low == pytest.approx(14 / 25) and minimum.stratum == "W1_1_1 > 0"
    for rows in ([(1, 1), (-1, 1)], [(1, 1), (2, 1)]):
        assert network(rows, 0).definition_1.verdict == "not_strict_saddle"


@pytest.mark.parametrize(("activation", "loss"), [("relu", "hinge"), ("relu", "huber"), ("leaky_relu", "squared")])
def test_networks_with_other_kinks(activation: str, loss: str) -> None:
    found = network([(1, 1), (2, -1)], "1/10", activation, loss)
    assert found.definition_1.verdict == "strict_saddle" and found.stationary.complete
    assert_points_are_right(
        found,
        ss.network(
            [1, 1, 1], activation=activation, loss=loss, data=([[1], [2]], [[1], [-1]]), bias=False, ridge="1/10"
        ),
    )


def test_records_name_the_stratum() -> None:
    found = checked("abs(x - 1) + y**2", "x y")
    point: StationaryPoint = found.stationary.isolated[0]
    assert point.stratum == "x - 1 = 0" and point.eigenvalues == () and point.index is None
    record = found.to_dict()
    assert (
        record["stationary"]["isolated"][0]["stratum"] == "x - 1 = 0" and record["definition_1"]["sense"] == "piecewise"
    )


@pytest.mark.parametrize(
    "formula", ["abs(x**2 + 1) + y**2", "abs(x**2 + y**2) + x", "relu(relu(x)**3 + 1) + x**2 + y**2"]
)
def test_kinks_that_are_nowhere_make_no_difference(formula: str) -> None:
    found = checked(formula, "x y")
    assert found.definition_1.sense == "smooth" and found.definition_1.verdict == "strict_saddle"
    assert all(point.index == 0 for point in found.stationary.isolated)


def test_what_is_not_known_to_be_isolated_is_not_listed() -> None:
    """The end of a ray of minima, and a fictional kink inside of one."""
    for formula in ("relu(x)**2", "relu(max(3*x + 2, 2*x + 1))"):
        found = checked(formula, "x")
        assert found.definition_1.verdict == "not_strict_saddle" and not found.stationary.isolated
        assert not found.stationary.complete
    lonely = checked("(x**2 + y**2)**2 + abs(z)", "x y z")  # degenerate, and infinitely many complex points beside it
    assert lonely.definition_1.verdict == "not_strict_saddle" and not lonely.stationary.continua


def test_a_step_modulo_primes_is_told() -> None:
    formula = "abs(a**5 + b**5 + c**5 + a**2*b*c - a*b**3*c + 3*a*c**2 + b**3 - a**2 - c + 1) + w"
    found = checked(formula, "a b c w")
    assert found.definition_1.verdict == "strict_saddle" and found.definition_1.proof == "modular"


def test_an_open_question_about_kinks_is_told_as_such() -> None:
    for formula in ("abs(x) + exp(x)", "abs(x) + 1/(x**2 + 1)"):
        found = checked(formula, "x")
        assert found.definition_1.verdict == "undecided" and found.definition_1.sense == "piecewise"
        assert "in reach" in found.definition_1.reason


def test_a_point_that_is_not_decided_leaves_the_question_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(route, "examined", lambda *_: Local("open", "too many kinks meet"))
    found = checked("abs(x) + y**2", "x y")
    assert found.definition_1.verdict == "undecided" and not found.stationary.complete


def test_a_stratum_that_was_not_searched_leaves_the_question_open(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise EngineError("msolve failed")

    monkeypatch.setattr(route, "candidates", fails)
    found = checked("abs(x) + y**2", "x y")
    assert found.definition_1.verdict == "undecided" and not found.stationary.complete


def test_a_cusp_is_left_open() -> None:
    """About 0 it does not grow quadratically; nothing is said of points at which a kink's gradient is 0."""
    assert checked("abs(x**2 - y**3) + x**4 + y**4", "x y").definition_1.verdict != "strict_saddle"
