"""The text report says what the record says, and nothing that it does not say."""

from __future__ import annotations

import csv
import io
import unicodedata
from dataclasses import replace

import pytest
from verdicts_by_hand import (
    ALL,
    double_well,
    four_unknowns,
    hostile,
    in_a_box,
    monkey,
    point,
    product_curve,
    ran_out,
)

from strictsaddle.records.terms import Interval
from strictsaddle_reports import csv_table, prose, text


def flat(report: str) -> str:
    return " ".join(report.split())


def test_a_proof() -> None:
    said = flat(text.report(double_well()))
    assert said.startswith("double-well is strict-saddle. Every local minimum has a positive definite Hessian")
    assert "There are exactly 3 stationary points: 2 local minima and 1 strict saddle." in said
    assert "f(x, y) = x**4/4 - x**2/2 + lam*y**2/2 where lam = 1/3" in said
    assert "scope global, that is all of R^2." in said
    assert "rests on the rational parametrisation of msolve" in said
    assert "4 signed permutations" in said


def test_a_refutation_shows_its_witness() -> None:
    said = flat(text.report(product_curve()))
    assert said.startswith("product-curve is not strict-saddle.")
    assert "The witness is the point x = 1, y = 1 exactly, where the Hessian has nullity 1." in said
    assert "There may be more." in said
    assert "A continuum of stationary points of dimension 1" in said
    assert "modulo symmetry its symmetry, scaling of dimension 1: strict-saddle." in said


def test_a_witness_is_a_certified_point() -> None:
    """The paragraph does not say that no point is certified, and then show one; a listed degenerate point is not counted twice."""
    refuted = product_curve()
    alone = replace(refuted, stationary=replace(refuted.stationary, complete=False, isolated=(), continua=()))
    assert "One stationary point is certified: the witness. There may be more." in flat(text.report(alone))
    good = double_well().stationary.isolated
    beside = replace(alone, stationary=replace(alone.stationary, isolated=good))
    assert "1 strict saddle, and the witness. There may be more." in flat(text.report(beside))
    listed = replace(good[0], kind="degenerate_saddle", nullity=1)
    assert "and the witness" not in flat(
        text.report(replace(alone, stationary=replace(alone.stationary, isolated=(listed,))))
    )


def test_a_claim_on_a_box_says_so_wherever_the_verdict_stands() -> None:
    said = flat(text.report(in_a_box()))
    assert said.startswith("cosine is strict-saddle on the box [-4, 4].")
    assert "scope box. This is about the box [-4, 4] only; nothing is said about what lies outside it." in said


def test_a_global_claim_does_not_speak_of_a_box() -> None:
    """The twin."""
    assert "box" not in text.report(double_well())


def test_undecided_claims_nothing() -> None:
    said = flat(text.report(ran_out()))
    assert said.startswith("It is undecided whether deep is strict-saddle.")
    assert "the budget of 1 s ran out" in said.lower()
    assert "deep is strict-saddle." not in said.removeprefix("It is undecided whether deep is strict-saddle.")
    assert "12,345 boxes" in said


def test_no_stationary_point_is_said() -> None:
    verdict = double_well()
    verdict = replace(verdict, stationary=replace(verdict.stationary, isolated=()))
    said = flat(text.report(verdict))
    assert "There is no stationary point." in said
    assert "for want of a case" in said


def test_a_list_that_is_not_complete_is_not_called_complete() -> None:
    verdict = double_well()
    verdict = replace(verdict, stationary=replace(verdict.stationary, complete=False))
    said = flat(text.report(verdict))
    assert "There are exactly" not in said
    assert "There may be more." in said


@pytest.mark.parametrize(
    ("kinds", "said"),
    [
        (["local_minimum"], "There is exactly 1 stationary point, a local minimum."),
        (["local_minimum", "local_minimum"], "There are exactly 2 stationary points, 2 local minima."),
        (["undecided"], "Certified: 1 stationary point, a point of undecided kind. There may be more."),
    ],
)
def test_counting(kinds: list[str], said: str) -> None:
    verdict = double_well()
    points = tuple(point((k, 0), 0.5, (1.0, 1.0), kind) for k, kind in enumerate(kinds))  # type: ignore[arg-type]
    assert prose.points(replace(verdict, stationary=replace(verdict.stationary, isolated=points))) == said


def test_many_points_are_cut_and_the_cut_is_said() -> None:
    verdict = four_unknowns()
    said = text.report(verdict, rows=2)
    assert "... and 7 more: `strictsaddle stationary` lists all of them." in said
    assert "more: `strictsaddle stationary`" not in text.report(verdict, rows=9)


@pytest.mark.parametrize("name", ALL)
def test_no_control_character_reaches_the_terminal(name: str) -> None:
    said = text.report(ALL[name]())
    assert said.endswith("\n")
    assert not [c for c in said if c != "\n" and unicodedata.category(c) == "Cc"]


def test_a_hostile_name_stays_on_its_line() -> None:
    assert "\n" not in prose.headline(hostile())


def test_several_verdicts_begin_with_a_table() -> None:
    said = text.reports([double_well(), monkey()])
    head = said.split("───")[0]
    assert "double-well" in head
    assert "not strict-saddle" in head


def test_csv_reads_back() -> None:
    verdict = product_curve()
    rows = list(csv.DictReader(io.StringIO(csv_table.report(verdict))))
    assert [row["kind"] for row in rows] == ["strict_saddle", "degenerate_minimum"]
    first = verdict.stationary.isolated[0]
    assert Interval(float(rows[0]["eigenvalue_1_low"]), float(rows[0]["eigenvalue_1_high"])) == first.eigenvalues[0]
    assert rows[1]["dimension"] == "1"
    assert rows[1]["nullity"] == rows[1]["value_low"] == ""
