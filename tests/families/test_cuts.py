"""Cuts of a line: which are kept, which lists are compared, and what is never told from a list with gaps."""

from __future__ import annotations

from fractions import Fraction

import pytest
from families_by_hand import family, numbers

import strictsaddle as ss
import strictsaddle.families.candidates as found_by_elimination
from strictsaddle.execution.options import Options
from strictsaddle.families import at_cut
from strictsaddle.families.at_cut import at_irrational
from strictsaddle.families.candidates import candidates, joint_system
from strictsaddle.families.for_all import check_family
from strictsaddle.families.line import sweep
from strictsaddle.loading.families import family_of
from strictsaddle.polynomials.real_solutions import RealSolutions

QUICK = Options(budget=60, workers=1)


def test_a_list_that_may_lack_degenerate_points_decides_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = family("x**3/3 - (p**2 - 2)*x", "x", ("1", "2"))
    system = joint_system(whole)
    assert system is not None
    found = candidates(whole, system, QUICK.started())
    assert found is not None and [c.exact for c in found.every] == [None]
    monkeypatch.setattr(at_cut, "solutions_of_any_multiplicity", lambda *_, **__: RealSolutions("finite", (), "open"))
    at = at_irrational(system, whole, found.every[0], QUICK.started())
    assert (at.verdict, at.proof, at.degenerate) == ("undecided", "none", None)


def test_a_value_at_which_one_point_degenerates_and_another_one_leaves() -> None:
    """The derivative is ((p^2 - 2) x - 1)(x^2 - (p^2 - 2)), which at sqrt(2) is -x^2."""
    found = sweep(family("(p**2 - 2)*x**4/4 - x**3/3 - (p**2 - 2)**2*x**2/2 + (p**2 - 2)*x", "x", ("1", "3/2")), QUICK)
    there = [cut for cut in found.cuts if cut.value.low <= 2**0.5 <= cut.value.high]
    assert [(cut.verdict, cut.why) for cut in there] == [("not_strict_saddle", "degenerate")]


@pytest.mark.parametrize(("sign", "counts"), [(1, [(1, 0, 0), (0, 0, 0)]), (-1, [(1, 0, 0), (0, 0, 0)])])
def test_points_leave_through_each_face(sign: int, counts: list[tuple[int, int, int]]) -> None:
    objective = ss.Objective("out", "x", f"(x - ({sign})*p)**2", {"p": "0"}, ss.Box((Fraction(-1),), (Fraction(1),)))
    found = sweep(family_of(objective, {"p": ("0", "2")}), QUICK)
    assert [(cut.exact, cut.why) for cut in found.cuts] == [("1", "boundary")]
    assert [numbers(piece.counts) for piece in found.pieces] == counts


@pytest.mark.parametrize("ends", [("1", "2"), ("1/2", "1")])
def test_the_ends_of_the_range_belong_to_it(ends: tuple[str, str]) -> None:
    """x^4 at p = 1."""
    found = check_family(family("x**4 + (p - 1)**2*x**2", "x", ends), QUICK)
    assert found.definition_1.verdict == "not_strict_saddle"


@pytest.mark.parametrize("formula", ["(p**2 - 2)**2*x**2/2 - x", "(p - 1)**2*x**2/2 - x"])
def test_a_point_that_is_missing_at_one_value_alone(formula: str) -> None:
    """x = 1/(p^2 - 2)^2 on both sides, and none between."""
    found = sweep(family(formula, "x", ("1/2", "2")), QUICK)
    assert [numbers(piece.counts) for piece in found.pieces] == [(1, 0, 0)] * 2
    assert [cut.why for cut in found.cuts] == ["infinity"]


def test_lists_are_not_carried_over_where_points_may_come_from_infinity(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(found_by_elimination, "_far_out", lambda *_: ())
    found = sweep(family("p*x**3/3 - x", "x", ("-1", "1")), QUICK)
    assert found.pieces and all(piece.counts is None for piece in found.pieces)


def test_lists_are_not_carried_over_where_points_may_leave_across_the_edge_of_a_root() -> None:
    """sqrt(x) = p, for p > 0 alone."""
    found = sweep(family("x*sqrt(x)*2/3 - p*x", "x", ("-1", "1/2")), Options("interval", budget=10, workers=1))
    assert found.pieces and all(piece.counts is None for piece in found.pieces)


def test_a_covering_cuts_where_a_saddle_degenerates() -> None:
    found = sweep(family("x**4 - p*x**2 - y**2", "x y", ("-1", "1")), Options("interval", budget=60, workers=1))
    assert [numbers(piece.counts) for piece in found.pieces] == [(0, 1, 0), (0, 2, 1)]
    assert [cut.verdict for cut in found.cuts] == ["strict_saddle"]
