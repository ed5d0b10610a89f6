"""One verdict for all values: what holds, what one value refutes, and enclosures of branches that miss no member's point."""

from __future__ import annotations

import random
from fractions import Fraction

import numpy as np
import pytest
from families_by_hand import family, numbers

import strictsaddle as ss
from strictsaddle.covering.families.question import derive_family
from strictsaddle.execution.options import Options
from strictsaddle.families.branches import newton, over_interval
from strictsaddle.families.diagram import branches
from strictsaddle.families.for_all import check_family
from strictsaddle.families.line import sweep
from strictsaddle.families.plane import plane
from strictsaddle.loading.families import family_of

QUICK = Options(budget=60, workers=1)
PRODUCT = "(a*b - 1)**2 + p*(a**2 + b**2)"


@pytest.mark.parametrize("method", ["auto", "interval"])
def test_all_ridges_of_an_interval(method: str) -> None:
    whole = family(PRODUCT, "a b", ("1/10", "1/5"))
    found = check_family(whole, Options(method, budget=60, workers=1))  # type: ignore[arg-type]
    assert found.definition_1.verdict == "strict_saddle" and found.definition_1.scope == "global"
    assert numbers(found.stationary.counts) == (2, 1, 0) and found.stationary.complete
    assert found.definition_1.proof == ("exact" if method == "auto" else "interval")
    for value in (Fraction(1, 10), Fraction(1, 7), Fraction(1, 5)):
        member = ss.check(whole.member({"p": value}))
        for point in member.stationary.isolated:
            homes = [
                home for home in found.stationary.isolated
                if all(a.low <= b.low and b.high <= a.high for a, b in zip(home.point, point.point, strict=True))
            ]  # fmt: skip
            assert len(homes) == 1 and homes[0].kind == point.kind
            assert homes[0].value.low <= point.value.low and point.value.high <= homes[0].value.high
            for wide, narrow in zip(homes[0].eigenvalues, point.eigenvalues, strict=True):
                assert wide.low <= narrow.low and narrow.high <= wide.high


@pytest.mark.parametrize(
    ("formula", "unknowns", "ends", "verdict"),
    [
        (PRODUCT, "a b", ("1/2", "2"), "not_strict_saddle"),  # refuted at 1
        (PRODUCT, "a b", ("0", "1/2"), "not_strict_saddle"),  # at the end 0
        (PRODUCT, "a b", ("1/1000000", "1/2"), "strict_saddle"),
        ("x**4/4 - x**2/2 - p*x", "x", ("0", "1"), "not_strict_saddle"),  # at an irrational value
        ("x**4 - p*x**2 - y**2", "x y", ("-1", "1"), "strict_saddle"),  # with a change of the list
        ("x**2/2 - (log(cosh(p*x)) + log(cosh(x*7/5)))/2", "x", ("1/4", "1"), "strict_saddle"),
        ("x**2/2 - (log(cosh(p*x)) + log(cosh(x*7/5)))/2", "x", ("0", "1"), "not_strict_saddle"),
        ("sin(x + p)*x", "x", ("0", "1"), "undecided"),
    ],
)
def test_verdicts(formula: str, unknowns: str, ends: tuple[str, str], verdict: str) -> None:
    found = check_family(family(formula, unknowns, ends), QUICK)
    assert found.definition_1.verdict == verdict, found.definition_1.reason
    assert (found.definition_1.witness is not None) is (verdict == "not_strict_saddle")
    assert found.objective["parameters"]["p"] == f"{Fraction(ends[0])}:{Fraction(ends[1])}"


def test_the_number_of_points_is_said_to_change_only_where_it_does() -> None:
    same = check_family(family("(p**2 - 2)**2*x**4 + x**2", "x", ("1", "2")), QUICK)
    assert same.definition_1.verdict == "strict_saddle" and "number" not in same.definition_1.reason
    other = check_family(family("x**4 - p*x**2 - y**2", "x y", ("-1", "1")), QUICK)
    assert other.definition_1.verdict == "strict_saddle" and "number is not the same" in other.definition_1.reason


def test_several_parameters() -> None:
    objective = ss.Objective("two", "a b", "(a*b - 1)**2 + p*(a**2 + q*b**2)", {"p": "1", "q": "1"})
    found = ss.check_all(objective, p=("1/10", "1/5"), q=("9/10", "11/10"), options=QUICK)
    assert found.definition_1.verdict == "strict_saddle" and numbers(found.stationary.counts) == (2, 1, 0)
    refuted = ss.check_all(objective, p=("-1", "1"), q=("-1", "1"), options=QUICK)
    assert refuted.definition_1.verdict == "not_strict_saddle"  # in the middle, p = 0


def test_a_branch_is_enclosed_and_not_confused_with_another() -> None:
    """x = p and x = p + 1/20 are two branches of ((x - p)(x - p - 1/20))^2: boxes are never wide enough for both."""
    whole = family("((x - p)*(x - p - 1/20))**2", "x", ("0", "1"))
    derivation = derive_family(whole)
    member = ss.check(whole.member({"p": Fraction(1, 2)}))
    for point in member.stationary.isolated:
        hull = over_interval(derivation, whole.parameters, {"p": Fraction(1, 2)}, point)
        assert hull is not None
        offset = point.point[0].low - 0.5
        assert float(hull.point[0].lower()) <= offset + 1e-9 and float(hull.point[0].upper()) >= 1 + offset - 1e-9
        assert float(hull.point[0].upper() - hull.point[0].lower()) < 1.1
    fold = family(
        "x**3/3 - p*x", "x", ("-1", "1")
    )  # the branch ends at p = 0: there is no enclosure over the whole range
    point = ss.check(fold.member({"p": Fraction(1, 2)})).stationary.isolated[0]
    assert over_interval(derive_family(fold), fold.parameters, {"p": Fraction(1, 2)}, point) is None
    assert newton(derive_family(fold), np.array([1.0]), np.array([-0.5])) is None


def test_branches_for_a_picture() -> None:
    whole = family("x**4/4 - p*x**2/2", "x", ("-1", "1"))
    found = branches(whole, sweep(whole, QUICK))
    assert sorted((branch.index, len(branch.parameter) > 40) for branch in found) == [
        (0, True),
        (0, True),
        (0, True),
        (1, True),
    ]
    upper = max(found, key=lambda branch: float(branch.points.max()))
    assert np.allclose(upper.points[:, 0] ** 2, upper.parameter, atol=1e-6)


def test_the_plane_of_a_cusp() -> None:
    objective = ss.Objective("cusp", "x", "x**4/4 - q*x**2/2 - p*x", {"p": "0", "q": "1"})
    found = plane(family_of(objective, {"p": (-1, 1), "q": (-1, 2)}), QUICK)
    assert [numbers(region.counts) for region in found.regions] == [(1, 0, 0), (2, 0, 1)]
    cells, drawn = np.array(found.cells), random.Random(7)
    for _ in range(300):
        i, j = drawn.randrange(len(cells)), drawn.randrange(len(cells))
        p, q = -1 + 2 * (i + drawn.random()) / len(cells), -1 + 3 * (j + drawn.random()) / len(cells)
        inside = 4 * q**3 > 27 * p**2
        assert cells[i, j] in (0, 2 if inside else 1)
    assert (cells == 0).mean() < 0.05
    whole = plane(family_of(objective, {"p": (-1, 1), "q": (-2, -1)}), QUICK)
    assert [region.share for region in whole.regions] == [1.0]
