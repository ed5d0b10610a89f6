"""Where nothing is stationary: no stationary point ever lies outside of a region that is said to hold all of them."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from strictsaddle import Objective
from strictsaddle.covering.infinity import Region, region
from strictsaddle.derive.definedness import reach_of
from strictsaddle.derive.derivatives import derive
from strictsaddle.objective.domain import Euclidean


def found(formula: str, unknowns: str = "x y", *where: str) -> Region | str:
    objective = Objective("f", unknowns, formula, domain=Euclidean(where))
    return region(objective, derive(objective))


@pytest.mark.parametrize(
    ("formula", "reach"),
    [
        ("x**4 + y**4 - x*y", 4),
        ("x**2 + (y - 20)**2", 32),
        ("x**3/3 - 1000000*x + y**2", 1024),  # stationary at x = +-1000
        ("(x**2 + y**2 - 1)**2 + x/10", 4),  # leading forms with common zeros in the complex numbers alone
        ("(1 - x)**2 + 100*(y - x**2)**2", 4),  # the gradient's leading forms vanish together along x = 0
        ("x**2/2 + y**2/2 + sin(x + y)", 4),
        ("exp(-x**2 - y**2)", 4),  # the gradient goes to 0, but only its factors x and y can be 0
        ("1/(1 + x**2 + y**2)", 4),
    ],
)
def test_a_bound_is_found_where_there_is_one(formula: str, reach: float) -> None:
    where = found(formula)
    assert isinstance(where, Region) and where.everything, where
    assert np.all(where.upper <= reach) and np.all(where.lower == -where.upper)


@pytest.mark.parametrize(
    "formula",
    [
        "(x*y - 1)**2",  # a curve of minima that runs to infinity
        "x**2",  # stationary along the whole line x = 0
        "x**2 + cos(y)",  # stationary at y = k pi for every k
        "x**2*y**2",
        "exp(-x**2)*y**2",
        "exp(-x**2 - y**2)*(x - 100000)",  # a maximum at x of about 10^5
        "1/(1 + x**2) + y**2*(x - 1)",
        "x**3/3 - 100000000000000*x + y**2",  # stationary at x = +-10^7, beyond every radius tried
    ],
)
def test_no_bound_is_claimed_where_stationary_points_are_far_out(formula: str) -> None:
    assert isinstance(found(formula), str)


@given(st.tuples(*[st.integers(-3000, 3000)] * 2), st.integers(1, 5), st.integers(0, 3))
def test_a_stationary_point_that_is_known_lies_in_the_region(place: tuple[int, int], steep: int, coupled: int) -> None:
    a, b = place
    where = found(f"{steep}*(x - ({a}))**2 + (y - ({b}))**4 + {coupled}*(x - ({a}))**2*(y - ({b}))**2 + (y - ({b}))**2")
    if isinstance(where, Region) and where.everything:
        assert np.all(np.abs([a, b]) <= where.upper)


@given(st.fractions(Fraction(1, 50), 2, max_denominator=50), st.integers(-60, 60))
def test_a_bump_far_from_the_origin_is_not_cut_off(ridge: Fraction, centre: int) -> None:
    """x of sign(centre) far out is stationary, or nothing is: the gradient is compared on a fine grid beyond the region."""
    where = found(f"({ridge})*x**2 + ({ridge})*y**2 - 300*exp(-(x - ({centre}))**2)")
    if not isinstance(where, Region):
        return
    x = np.linspace(centre - 3, centre + 3, 20_001)
    slope = 2 * float(ridge) * x + 600 * (x - centre) * np.exp(-((x - centre) ** 2))
    zeros = x[:-1][np.sign(slope[:-1]) != np.sign(slope[1:])]
    assert np.all(np.abs(zeros) <= where.upper[0] + 1e-3)


@pytest.mark.parametrize(
    ("formula", "unknowns", "where", "far"),
    [
        ("atan(x)^2 + atan(y-x)^2", "x y", (), None),  # the sum of the components is 2 atan(x)/(1 + x^2)
        ("log(exp(x)+exp(-x)) + log(exp(x-y)+exp(y-x)) + y^2/2", "x y", (), None),
        ("atan(x-100)^2 + atan(y-x)^2", "x y", (), 100.0),
        ("log(exp(x-50)+exp(50-x)) + log(exp(x-y)+exp(y-x)) + (y-50)^2/2", "x y", (), 50.0),
        ("x/(1 + exp(-x))", "x", (), None),
        ("(x+20)/(1 + exp(-x))", "x", (), -21.0),
        ("1000*exp(-3*r) - 1/r^6", "r", ("r > 0",), 4.61),  # the second bend of the potential
        ("-log(x/100) + x/100", "x", ("x > 0",), 100.0),
        ("(x - 100)^2 + exp(x - 200)", "x", ("x > -1",), 100.0),
        ("(x + 100)^2 + exp(-x - 200)", "x", ("x < 1",), -100.0),
    ],
)
def test_what_combinations_numerators_and_conditions_tell(
    formula: str, unknowns: str, where: tuple[str, ...], far: float | None
) -> None:
    region_ = found(formula, unknowns, *where)
    if far is None:
        assert isinstance(region_, Region) and region_.everything
    elif isinstance(region_, Region):
        assert region_.lower[0] <= far <= region_.upper[0]


def test_the_domain_reaches_no_farther_than_its_conditions() -> None:
    objective = Objective("f", "x y z", "log(x - 1) + log(5 - 2*y) + x*y*z^2", domain=Euclidean(("y > -3", "x*z > 1")))
    lower, upper = reach_of(derive(objective))
    assert lower[0].tolist() == [1.0, -3.0, -np.inf]
    assert upper[0].tolist() == [np.inf, 2.5, np.inf]
    third = Objective("f", "x", "x^2", domain=Euclidean(("3*x > 1", "3*x < 2")))
    lower, upper = reach_of(derive(third))
    assert Fraction(lower[0, 0]) < Fraction(1, 3) and Fraction(upper[0, 0]) > Fraction(2, 3)
