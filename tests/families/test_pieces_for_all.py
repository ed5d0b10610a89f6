"""Claims about all values: what a cut that is open, and boxes that are left, take away."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from families_by_hand import family, numbers

import strictsaddle as ss
from strictsaddle.covering.families.question import derive_family
from strictsaddle.covering.ridge_bounds import ridge_bound
from strictsaddle.execution.options import Options
from strictsaddle.families.covered_line import Known, is_over_all, lists_are_one, region_of
from strictsaddle.families.for_all import check_family
from strictsaddle.families.plane import plane
from strictsaddle.loading.families import family_of

QUICK = Options(budget=60, workers=1)
BORN = ss.Objective(
    "born", "x y", "x**3/3 - p*x - q*y**2", {"p": "1", "q": "1"}
)  # two points for p > 0, none for p < 0


def test_a_saddle_and_a_maximum_that_appear_are_no_part_of_one_list() -> None:
    """Boxes of negative curvature leave the verdict, and take the list."""
    box, nothing = np.zeros((1, 2, 3)), np.zeros((0, 2, 3))
    for strict, left, over_all, one_list in (
        (nothing, nothing, True, True),
        (box, nothing, True, False),
        (nothing, box, False, False),
    ):
        known = Known(1, strict, left, True, True)
        assert (is_over_all(known), lists_are_one(known)) == (over_all, one_list)


def test_the_plane_is_cut_where_saddles_degenerate() -> None:
    found = plane(family_of(BORN, {"p": (-1, 1), "q": (1, 2)}), QUICK)
    assert sorted(numbers(region.counts) for region in found.regions) == [(0, 0, 0), (0, 1, 1)]


def test_a_value_that_is_left_open_is_no_part_of_a_claim() -> None:
    """Boxes do not tell that x^3/3 is degenerate at p = sqrt(2)."""
    found = check_family(family("x**3/3 - (p**2 - 2)*x", "x", ("1", "2")), Options("interval", budget=60, workers=1))
    assert found.definition_1.verdict == "undecided"


def test_a_list_that_holds_for_all_values_but_an_end_is_not_given() -> None:
    """x = p is in the box for p = 1 alone."""
    objective = ss.Objective("out", "x", "(x - p)**2", {"p": "1"}, ss.Box((Fraction(-1),), (Fraction(1),)))
    found = check_family(family_of(objective, {"p": ("1", "2")}), QUICK)
    assert found.definition_1.verdict == "strict_saddle" and not found.stationary.complete


def test_the_region_is_that_of_the_least_ridge() -> None:
    one = ss.network([1, 1, 1], activation="tanh", data=([[1], [2]], [[1], [-1]]), bias=False, ridge="1/50")
    whole = family_of(one, {"ridge": ("1/50", "2")})
    bound = ridge_bound(one.network)  # type: ignore[arg-type]
    assert not isinstance(bound, str)
    lower, upper, everything, inside, _ = region_of(whole, derive_family(whole))
    assert everything and inside and np.all(upper >= np.array(bound)) and np.all(lower <= -np.array(bound))
