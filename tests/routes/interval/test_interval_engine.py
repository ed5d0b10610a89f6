"""The interval engine on objectives whose answer is known: edges of domains, degenerate points, boundaries, all of
R^n."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest

import strictsaddle as ss
from strictsaddle import check
from strictsaddle.errors import InputError
from strictsaddle.execution.options import Method
from strictsaddle.objective.domain import Box
from strictsaddle.objective.objective import Objective
from strictsaddle.records.verdict import Verdict
from strictsaddle_reports.text import report

Bounds = tuple[tuple[str | int, str | int], ...]
UNIT: Bounds = ((-1, 1), (-1, 1))


def decided(expression: str, variables: str = "x", bounds: Bounds | None = None, budget: float = 30) -> Verdict:
    box = None if bounds is None else Box(tuple(Fraction(a) for a, _ in bounds), tuple(Fraction(b) for _, b in bounds))
    return check(Objective("f", variables, expression, domain=box), method="interval", budget=budget, workers=1)


@pytest.mark.parametrize(
    ("expression", "variables", "minima", "saddles", "maxima"),
    [
        ("x**4/4 - x**2/2 + y**2/6", "x y", 2, 1, 0),
        ("(x*y-1)**2 + x**2/10 + y**2/10", "x y", 2, 1, 0),
        ("(4 - 21*x**2/10 + x**4/3)*x**2 + x*y + (4*y**2 - 4)*y**2", "x y", 6, 7, 2),
        ("(x**2+y-11)**2 + (x+y**2-7)**2", "x y", 4, 4, 1),
        ("x**4 - 16*x**2 + 5*x + y**4 - 16*y**2 + 5*y", "x y", 4, 4, 1),
        ("(1-x)**2 + 100*(y-x**2)**2", "x y", 1, 0, 0),
        ("x**2 + sin(3*x)", "x", 2, 0, 1),
        ("-cos(x) + x**2/100", "x", 17, 0, 16),
        ("tanh(x)*y + y**2 + x**2/10", "x y", 2, 1, 0),
        ("log(cosh(x-1)) + x**2/10", "x", 1, 0, 0),
        ("softplus(x) + softplus(-2*x) + x**2/10", "x", 1, 0, 0),
        ("exp(x) + exp(-2*x)", "x", 1, 0, 0),
    ],
)
def test_everything_on_all_of_space(expression: str, variables: str, minima: int, saddles: int, maxima: int) -> None:
    verdict = decided(expression, variables)
    assert (verdict.definition_1.verdict, verdict.definition_1.scope) == ("strict_saddle", "global")
    assert verdict.stationary.complete
    counts = verdict.stationary.counts
    assert (counts["local_minimum"], counts["strict_saddle"], counts["local_maximum"]) == (
        minima,
        saddles,
        maxima,
    )


@pytest.mark.parametrize(
    ("expression", "variables", "bounds"),
    [
        ("x**3 + sin(y)**2", "x y", UNIT),
        ("x**3 - 3*x*y**2", "x y", UNIT),  # monkey saddle
        ("x**4 + y**2", "x y", UNIT),
        ("sin(x)**4 + y**2", "x y", UNIT),
        ("(x-1/7)**4 + cosh(y)", "x y", UNIT),
        ("(x**2)**2", "x", ((-1, 1),)),
        ("cosh(x-1/7) - (x-1/7)**2/2", "x", ((-1, 1),)),
        ("(x**2 + y**2 - 1)**2", "x y", ((-2, 2), (-2, 2))),  # a circle of minima
        ("x**2*exp(y)", "x y", UNIT),  # a line of minima
        ("sin(x) + 0*y", "x y", ((-4, 4), (-1, 1))),
        ("3", "x y", None),
        ("exp(sin(x)) - sin(x) - sin(x)**2/2 + y**2", "x y", UNIT),  # like x**3/6 at 0
        ("(x - sqrt(2)/2)**4 + y**2", "x y", UNIT),  # irrational, so it may stay undecided
        ("(exp(x) - 2)**4", "x", ((-1, 1),)),
        ("(x - y)**2*(1 + x**2) + (tanh(x) - tanh(y))**2", "x y", UNIT),
    ],
)
def test_degenerate_objectives_are_never_called_strict(expression: str, variables: str, bounds: Bounds | None) -> None:
    assert decided(expression, variables, bounds, budget=5).definition_1.verdict != "strict_saddle"


@pytest.mark.parametrize(
    ("shift", "verdict"), [("0", "not_strict_saddle"), ("1e-9", "strict_saddle"), ("-1e-9", "strict_saddle")]
)
def test_a_tiny_term_changes_the_verdict(shift: str, verdict: str) -> None:
    found = decided(f"x**4 + {shift.lstrip('-')}*x**2*{-1 if shift[0] == '-' else 1} + y**2", "x y", UNIT)
    assert found.definition_1.verdict in (verdict, "undecided")
    if shift == "0":
        assert found.definition_1.verdict == verdict


@pytest.mark.parametrize(
    ("expression", "bounds", "minima", "maxima"),
    [
        ("log(x)", None, 0, 0), ("x - log(x)", None, 1, 0), ("x - log(x)", ((-1, 2),), 1, 0), ("sqrt(x) + x**2", ((0, 1),), 0, 0),
        ("1/x + x", ((-2, 1),), 1, 1), ("1/x + x", None, 1, 1), ("asin(x) + x", None, 0, 0), ("tan(x) + x", ((0, 3),), 0, 0),
        ("x*log(x) + x**2", None, 1, 0), ("x**x", None, 1, 0), ("tan(x) - 2*x", ((0, 3),), 1, 1), ("acos(x) + 2*x", None, 1, 1),
        ("exp(x)/x", None, 1, 0), ("log(log(x)) - x/9", None, 0, 1),
    ],
)  # fmt: skip
@pytest.mark.parametrize("method", ["auto", "interval"])
def test_the_question_is_about_where_a_formula_is_defined(
    expression: str, bounds: Bounds | None, minima: int, maxima: int, method: Method
) -> None:
    box = None if bounds is None else Box(tuple(Fraction(a) for a, _ in bounds), tuple(Fraction(b) for _, b in bounds))
    verdict = check(Objective("f", "x", expression, domain=box), method=method, budget=20, workers=1)
    counts = verdict.stationary.counts
    if method == "interval" and expression in ("1/x + x", "exp(x)/x", "tan(x) + x", "tan(x) - 2*x"):
        return  # it need not decide these far out
    assert verdict.exit_code == 0 and verdict.stationary.complete
    assert (counts["local_minimum"], counts["local_maximum"]) == (minima, maxima)


def test_where_it_is_defined_and_not_smooth_it_is_undecided_and_said() -> None:
    verdict = decided("sqrt(x**2) + x**2/4 + x/2", "x", None)
    assert verdict.exit_code == 3 and not verdict.stationary.complete
    assert "not defined" in verdict.definition_1.reason and "near x = " in verdict.definition_1.reason
    assert "eigenvalue" not in verdict.definition_1.reason, "nothing is known of the Hessian where there is none"
    assert "NaN" not in verdict.to_json()


def test_the_same_formulas_where_they_are_defined() -> None:
    for expression in ("x - log(x)", "1/x + x"):
        verdict = decided(expression, "x", (("1/2", 3),))
        assert verdict.exit_code == 0 and [p.kind for p in verdict.stationary.isolated] == ["local_minimum"]


@pytest.mark.parametrize(("expression", "place"), [("relu(x)**2 + y**2", "x = 0"), ("abs(x - 1/2) + y**2", "= 0")])
def test_kinks_are_named(expression: str, place: str) -> None:
    verdict = decided(expression, "x y", UNIT)
    assert verdict.exit_code == 3
    assert "not twice differentiable" in verdict.definition_1.reason and place in verdict.definition_1.reason
    assert decided("abs(x)*x + y**2", "x y", ((1, 2), (-1, 1))).exit_code == 0, "no kink in this box"


@pytest.mark.parametrize("expression", ["x", "exp(x)", "atan(x)", "x + sin(x)/2"])
def test_no_stationary_point(expression: str) -> None:
    verdict = decided(expression)
    assert verdict.exit_code == 0 and verdict.stationary.complete and not verdict.stationary.isolated
    assert "no stationary point" in verdict.definition_1.reason


@pytest.mark.parametrize(
    ("expression", "variables", "bounds", "points"),
    [
        ("x**2 - y**2", "x y", ((0, 1), (0, 1)), 1),  # a corner
        ("x**2 - y**2", "x y", ((0, 0), (-1, 1)), 1),  # a face
        ("x**2 - y**2", "x y", ((0, 0), (0, 0)), 1),  # one point
        ("x**2 - y**2", "x y", ((1, 1), (0, 1)), 0),
        ("x**2 - y**2", "x y", ((-1, 1), (-1, 1)), 1),  # where boxes are split first
        ("(x-1/3)**2 + sin(y)**2", "x y", (("1/3", 1), (0, 1)), 1),  # 1/3 is no double
        ("cos(x)*exp(y**2)", "x y", ((0, 6), (0, 1)), 2),  # on a face at the irrational point (pi, 0)
        ("(x**2-2)**2", "x", ((0, "1.41421356237309504880168872420969807"),), 1),  # just short of sqrt(2)
        ("(x**2-2)**2", "x", ((0, "1.41421356237309504880168872420969808"),), 2),  # just beyond it
        ("cos(x)", "x", ((0, "3.1415926535"),), 1),
    ],
)
def test_points_on_boundaries(expression: str, variables: str, bounds: Bounds, points: int) -> None:
    verdict = decided(expression, variables, bounds)
    assert verdict.exit_code == 0 and verdict.stationary.complete
    assert len(verdict.stationary.isolated) == points


@pytest.mark.parametrize(
    ("expression", "variables", "count"),
    [
        ("cos(x) + cos(y)", "x y", 9),  # on walls and corners of the symmetry's domain
        ("x**4 - x**2 + y**4 - y**2", "x y", 9),
        ("x**4 - x**2 + y**4 - y**2 + z**4 - z**2", "x y z", 27),
        ("x*y + sin(x - y)/4", "x y", 1),
    ],
)
def test_points_on_symmetry_walls_are_neither_lost_nor_doubled(expression: str, variables: str, count: int) -> None:
    verdict = decided(expression, variables, tuple(((-4, 4),) * len(variables.split())))
    assert verdict.stationary.complete and len(verdict.stationary.isolated) == count


def test_bounds_beyond_floating_point() -> None:
    with pytest.raises(InputError, match="beyond the range"):
        decided("x**2 + sin(x)", "x", ((-(10**400), 10**400),))


def test_limits_end_the_search() -> None:
    hard = Objective(
        "f",
        "x y z",
        "sin(9*x*y) + sin(8*y*z) + sin(7*z*x) + x*y*z",
        domain=Box((Fraction(-9),) * 3, (Fraction(9),) * 3),
    )
    verdict = check(hard, budget=1.0, workers=1)
    assert verdict.exit_code == 3 and "time budget" in verdict.definition_1.reason
    verdict = check(hard, max_boxes=5000, workers=1)
    assert verdict.exit_code == 3 and "5,000 boxes" in verdict.definition_1.reason
    assert verdict.resources.boxes < 8000


def test_what_a_search_that_was_cut_short_leaves_open_is_told() -> None:
    network = ss.network([2, 2, 1], "tanh", ridge="1/20", data=([[0, 0], [0, 1], [1, 0], [1, 1]], [[0], [1], [1], [0]]))
    verdict = check(network, max_boxes=3_000, workers=1)
    left = verdict.stationary.unresolved
    assert verdict.definition_1.verdict == "undecided" and not verdict.stationary.complete
    assert left is not None and left.regions > 100 and 0 < left.share <= 1
    assert 0 < len(left.first) <= 16 and all("limit" in region.reason for region in left.first)
    assert verdict.stationary.counts["local_minimum"] > 0, "points that a descent leads to are certified all the same"
    assert "left open" in report(verdict)


def test_what_is_stuck_is_told() -> None:
    verdict = decided("(x - sin(1))**3 + (x - sin(1))**4 + y**2", "x y", UNIT)
    left = verdict.stationary.unresolved
    assert verdict.definition_1.verdict == "undecided" and left is not None
    middle = 0.5 * (left.first[0].box[0].low + left.first[0].box[0].high)
    assert abs(middle - math.sin(1)) < 1e-3 and "closed by no test" in left.first[0].reason


def test_a_finished_search_leaves_nothing_open() -> None:
    assert decided("x**2 + sin(3*x)").stationary.unresolved is None


def test_a_refutation_lists_points_as_well() -> None:
    verdict = decided("x**3 - 3*x*y**2 + (x**2 + y**2)**2", "x y")  # a monkey saddle and three minima
    assert verdict.definition_1.verdict == "not_strict_saddle"
    assert verdict.stationary.counts["local_minimum"] == 3 and not verdict.stationary.complete
