"""Conditions of a domain: read exactly, kept with values of parameters, refused where they say nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

import strictsaddle as ss
from strictsaddle.errors import InputError, NotYetError
from strictsaddle.loading.declarative import read
from strictsaddle.objective.domain import Equalities, Euclidean, Spheres
from strictsaddle.objective.inequalities import resolved_where


def on(formula: str, *where: str, variables: str = "x y") -> ss.Objective:
    return ss.Objective("f", variables, formula, domain=Euclidean(where))


def test_conditions_are_differences() -> None:
    found = resolved_where(
        ["x > 0", "0 < x + y <= c"], ["x", "y"], {"c": ss.Objective("f", "x", "x").parameters.get("c", 3)}
    )  # type: ignore[dict-item]
    assert found == ("x > 0", "x + y > 0", "3 - (x + y) >= 0")


@pytest.mark.parametrize(
    ("text", "what"), [("x", "compares"), ("1 > 2", "never holds"), ("z > 0", "unknown name"), ("x > ", "empty")]
)
def test_what_is_no_condition(text: str, what: str) -> None:
    with pytest.raises(InputError, match=what):
        on("x + y", text)


@pytest.mark.parametrize(
    ("formula", "where", "minima", "maxima"),
    [
        ("x^3 - 3*x", ("x > 0",), 1, 0),
        ("x^3 - 3*x", ("x < 0",), 0, 1),
        ("x^3 - 3*x", ("x > -1",), 1, 0),  # a boundary that is left out
        ("x^3 - 3*x", ("x >= -1",), 1, 1),  # and one that is kept
        ("x^3 - 3*x", ("-1 < x < 1",), 0, 0),
        ("x*log(x) - x/2 + sin(x)/9", ("x < 1",), 1, 0),
        ("tanh(x)*x^2 - x", ("x > 0", "x < 5"), 1, 0),
    ],
)
def test_only_points_at_which_they_hold_are_listed(
    formula: str, where: tuple[str, ...], minima: int, maxima: int
) -> None:
    verdict = ss.check(on(formula, *where, variables="x"), budget=20, workers=1)
    counts = verdict.stationary.counts
    assert verdict.definition_1.verdict == "strict_saddle" and verdict.stationary.complete
    assert (counts["local_minimum"], counts["local_maximum"]) == (minima, maxima)
    assert (
        verdict.objective["domain"]["where"]
        and verdict.symmetry is not None
        and not verdict.symmetry.continuous.all_found
    )


def test_a_degenerate_point_counts_where_it_lies_inside_alone() -> None:
    assert ss.check(on("x^4", "x > -1", variables="x")).definition_1.verdict == "not_strict_saddle"
    assert ss.check(on("x^4", "x > 0", variables="x")).definition_1.verdict == "strict_saddle"
    assert ss.check(on("x^4", "x >= 0", variables="x")).definition_1.verdict == "not_strict_saddle"
    assert ss.check(on("x^3*exp(x)", "x > 0", variables="x"), budget=10).definition_1.verdict == "strict_saddle"


def test_symmetries_of_the_formula_alone_are_not_used() -> None:
    verdict = ss.check(on("(x^2 - 1)^2 + (y^2 - 1)^2", "x + 2*y > 0"))
    assert len(verdict.stationary.isolated) == 4 and verdict.symmetry is not None
    assert verdict.symmetry.signed_permutations.order == 1


def test_files(tmp_path: Path) -> None:
    path = tmp_path / "f.toml"
    path.write_text(
        'variables = ["x", "y"]\nexpression = "x*log(x) + (y - 1)^2"\n[domain]\nbox = [[0, "inf"], [-1, 2]]\n'
    )
    objective = read(path)
    assert objective.domain == Euclidean(("x >= 0", "y - -1 >= 0", "2 - y >= 0")) or len(objective.domain.where) == 3
    verdict = ss.check(objective)
    assert verdict.exit_code == 0 and verdict.stationary.counts["local_minimum"] == 1
    path.write_text('variables = ["x", "y"]\nexpression = "x"\n[domain]\nspheres = [["x", "y"]]\nwhere = ["x > 0"]\n')
    with pytest.raises(InputError, match="spheres take no conditions"):
        read(path)


def test_with_equalities() -> None:
    domain = Equalities(("x^2 + y^2 - 1",), where=("x > 0",))
    verdict = ss.check(ss.Objective("f", "x y", "x + 2*y", domain=domain))
    assert [p.kind for p in verdict.stationary.isolated] == ["local_maximum"]


def test_what_takes_no_conditions_says_so() -> None:
    with pytest.raises(NotYetError, match="conditions"):
        ss.constants(on("x^2 + y^2", "x > 0"), alpha=1, gamma=1, epsilon=1, delta=1)
    assert Spheres(((0, 1),)).where == ()
