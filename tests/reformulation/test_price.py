"""Prices: what is told of lists with gaps, of ties, and of points that are not known to be least."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

import strictsaddle as ss
from strictsaddle.errors import InputError
from strictsaddle.records.terms import Interval, Kind
from strictsaddle.records.verdict import Continuum, Minimum, Stationary, StationaryPoint, Verdict
from strictsaddle.reformulation.price import infimum, price, with_balanced_infimum
from strictsaddle.reformulation.random_ridge import degree_of, draw
from strictsaddle.reformulation.records import Candidate, Price
from strictsaddle.routes.route import Case

WELL = ss.Objective("well", "x", "x**4/4 - x**2/2")  # -1/4 at 1 and -1


def minimum_at(x: float, value: tuple[float, float]) -> StationaryPoint:
    return StationaryPoint((Interval(x, x),), Interval(*value), (Interval(1.0, 1.0),), 0, 0, "local_minimum")


@pytest.fixture(scope="module")
def before() -> Verdict:
    return ss.check(WELL)


def with_points(verdict: Verdict, *points: StationaryPoint, complete: bool = True) -> Verdict:
    return replace(verdict, stationary=Stationary(complete, (), points), minimum=None)


def test_all_minima_that_may_be_least_are_counted(before: Verdict) -> None:
    """J is -1/4 at 1 and 2 at 2; which of the two is lower after the change is not known."""
    after = with_points(before, minimum_at(1, (0, 2)), minimum_at(2, (1, 3)), minimum_at(0, (4, 5)))
    cost = price(WELL, before, after, 2)
    assert cost.excess is not None and cost.excess.low < 1e-9 and 2.25 <= cost.excess.high < 2.26
    assert cost.distance is not None and cost.distance.low < 1e-9 and 1 <= cost.distance.high < 1.001
    assert cost.minima == 3


def test_nothing_is_told_of_lists_with_gaps(before: Verdict) -> None:
    falling = (Interval(-1.0, -1.0),)
    top = StationaryPoint((Interval(0.0, 0.0),), Interval(1, 1), falling, 1, 0, "local_maximum")
    after = with_points(before, minimum_at(1, (0, 0)), top, complete=False)
    cost = price(WELL, before, after, 2)
    assert (cost.excess, cost.distance, cost.minima, cost.saddles) == (None,) * 4
    assert cost.least_alpha is None and cost.least_gamma is None
    whole = with_points(before, minimum_at(1, (0, 0)))
    assert price(WELL, before, whole, 2).distance is not None
    gaps = replace(before, stationary=replace(before.stationary, complete=False, minima_complete=False))
    more = replace(
        before,
        stationary=replace(before.stationary, continua=(Continuum(1, (Interval(9.0, 9.0),), None, "degenerate"),)),
    )
    assert price(WELL, gaps, whole, 2).distance is None and price(WELL, more, whole, 2).distance is None


def test_the_infimum_of_what_may_be_negative_is_not_0() -> None:
    signed = ss.Objective("signed", "a b", "(a*b - 1)**2 - 1/2")
    verdict = replace(ss.check(signed), minimum=None)
    assert verdict.definition_1.witness is not None and infimum(signed, verdict) is None
    product = ss.Objective("product", "a b", "(a*b - 1)**2 + 1/2")
    found = infimum(product, verdict)  # the same witness
    assert found is not None and found.low == 0 and found.high >= 0.5


def test_the_infimum_is_taken_from_a_balanced_one_alone() -> None:
    """The least value of another modification is above inf J."""
    product = ss.Objective("product", "a b", "(a*b - 1)**2")
    unknown = replace(ss.check(product), minimum=None)
    symmetry = Case(product).symmetry

    def candidate(name: str, *, attained: bool | None = True) -> Candidate:
        verdict = replace(with_points(unknown), minimum=Minimum(True, attained, Interval(7.0, 7.0)))
        return Candidate(name, name, "", {}, product, verdict, "strict_saddle", "exact", Price(excess=Interval(0, 9)))

    def excess(original: ss.Objective, *candidates: Candidate) -> list[Interval | None]:
        return [c.price.excess for c in with_balanced_infimum(original, unknown, symmetry, candidates)]

    assert excess(product, candidate("own ridge")) == [Interval(0, 9)]
    assert excess(product, candidate("balance", attained=None)) == [Interval(0, 9)]
    assert excess(product, candidate("own ridge"), candidate("balance")) == [None, None]  # they list no minima
    box = product.on(ss.Box((Fraction(1),) * 2, (Fraction(2),) * 2))
    assert excess(box, candidate("balance")) == [Interval(0, 9)]


def test_the_degree_of_a_network() -> None:
    for activation, degree in (("linear", 4), ("quadratic", 6), ("cubic", 8)):
        one = ss.network([1, 2, 1], activation=activation, data=([[1], [2]], [[1], [3]]), bias=False)
        assert degree_of(one) == degree
    with pytest.raises(InputError, match="all of R"):
        draw(WELL.on(ss.Box((Fraction(-1),), (Fraction(1),))))


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
