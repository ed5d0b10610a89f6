"""The best constants of Definition 2: which rows are found, what refutes beyond them, and what follows from the answer."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import strictsaddle as ss
from strictsaddle_reports import constants_text
from strictsaddle_reports.schema import validate

IRIS = """
name = "tanh unit on iris"
[network]
widths = [1, 1, 1]
activation = "tanh"
loss = "squared"
bias = false
ridge = "1/10"
[data]
dataset = "iris"
inputs = ["petal_length"]
targets = ["petal_width"]
standardise = true
"""


def found(objective: ss.Objective, **given: Any) -> tuple[dict[str, Any], ss.Verdict]:
    verdict = ss.constants(objective, workers=1, max_boxes=2_000_000, **given)
    record = json.loads(verdict.to_json())
    validate(record)
    return dict(record["definition_2"]), verdict


@pytest.mark.parametrize("lam", ["1/10", "3/10"])
def test_gamma_is_looked_for_beyond_the_least_curvature_of_the_minima(lam: str) -> None:
    """x^4/4 - x^2/2 + lam y^2/2 with delta = 3/20: |g| < epsilon < lam delta leaves points near the saddle alone, where the
    curvature is 1 - 3 x^2 with |x| about epsilon: gamma = 0.98 holds, and 1 does not."""
    record, _ = found(ss.zoo.get("double-well", {"lam": lam}), delta="3/20")
    assert record["verdict"] == "holds" and len(record["frontier"]) > 1
    for row in record["frontier"]:
        assert 0.98 < Fraction(row["gamma"]) < Fraction(row["refuted_gamma"]) <= Fraction(10001, 10000)


def test_the_answer_is_a_row_that_is_shown() -> None:
    """f = x: |g| = 1, so every gamma is as good as any, and the largest one that was tried beats the rest."""
    record, _ = found(ss.Objective("slope", "x", "x"))
    (row,) = record["frontier"]
    assert {name: row[name] for name in record["constants"]} == record["constants"]
    record, _ = found(ss.Objective("well", "x y", "x**4/4 - x**2/2 + y**2/2"))
    assert record["constants"] in [{name: row[name] for name in record["constants"]} for row in record["frontier"]]


@pytest.mark.slow
def test_refuted_values_are_kept_from_rows_that_others_beat() -> None:
    """One component, d = 2: every row has an epsilon that fails beside its gamma, and it does."""
    objective = ss.zoo.get("tensor-component", {})
    record, _ = found(objective)
    assert len(record["frontier"]) > 1
    assert all(row["refuted_epsilon"] and row["refuted_gamma"] for row in record["frontier"])
    for row in record["frontier"][:2]:
        beyond = {name: row[name] for name in ("alpha", "gamma", "delta")}
        assert found(objective, **beyond, epsilon=row["refuted_epsilon"])[0]["verdict"] == "fails"


def test_theorem_6_is_told_for_constants_that_are_given_too() -> None:
    well = ss.Objective("well", "x y", "x**4/4 - x**2/2 + y**2/2")
    record, verdict = found(well, alpha="1/4", gamma="1/4", epsilon="1/20", delta="3/20")
    theorem = record["theorem_6"]
    # epsilon^2 / (2 beta n) with n = 2 and beta >= 3 x^2 - 1 on |x| <= 1.3
    assert 0 < theorem["step_size"] <= 0.05**2 / (4 * 4.07) and "Theorem 6" in constants_text.report(verdict)
    failing, verdict = found(well, alpha="1/4", gamma="1/4", epsilon="1/2", delta="3/20")
    assert failing["theorem_6"] is None and "Theorem 6" not in constants_text.report(verdict)


def test_each_orbit_of_minima_has_its_own_alpha() -> None:
    """f' = (x^2 - 1)(x + 2)(x - 3): minima at -1 and 3, where f'' = 4 x^3 - 3 x^2 - 14 x + 1 is 8 and 40."""
    slope = "x**5/5 - x**4/4 - 7*x**3/3 + x**2/2 + 6*x"
    record, verdict = found(ss.Objective("flat and sharp", "x", slope), delta="1/1000")
    (row,) = record["alphas"]
    each = sorted((float(Fraction(one["alpha"])), one["point"][0][0]) for one in row["minima"])
    assert [round(place) for _, place in each] == [-1, 3]
    assert each[0][0] == pytest.approx(8, rel=0.02) and each[1][0] == pytest.approx(40, rel=0.02)
    assert Fraction(row["alpha"]) == min(Fraction(one["alpha"]) for one in row["minima"])
    assert "about each minimum" in constants_text.report(verdict)


def test_a_tanh_unit_on_iris(tmp_path: Path) -> None:
    """With a ridge on both weights the gradient grows on the whole plane: the constants are proved there, and twice as large
    ones fail. J = E (v tanh(w x) - y)^2 + (v^2 + w^2)/10 has at 0 the mixed derivative -2 E x y = -1.9257 of the standardised
    measurements (correlation 0.9629), so the curvature there is 1/5 - 1.9257 = -1.7257."""
    path = tmp_path / "iris.toml"
    path.write_text(IRIS)
    objective = ss.load(str(path))
    record, _ = found(objective, delta="9/100", gamma="17/10")
    assert (record["verdict"], record["scope"]) == ("holds", "global")
    held = {name: Fraction(value) for name, value in record["constants"].items()}
    twice = {name: value if name == "delta" else 2 * value for name, value in held.items()}
    assert found(objective, **twice)[0]["verdict"] == "fails"
    less = {**held, "epsilon": held["epsilon"] / 2}
    assert found(objective, **{**less, "gamma": "173/100"})[0]["verdict"] == "fails"


@pytest.mark.parametrize(
    ("expression", "names", "constants", "verdict"),
    [
        ("x**2 + 3*y**2/2", "x y", ("2", "1", "1", "1/2"), "holds"),  # |g| > 2 |w| outside of the ball
        ("x**2 + 3*y**2/2", "x y", ("2", "1", "10001/10000", "1/2"), "fails"),
        ("x**2 + 3*y**2/2", "x y", ("20001/10000", "1", "1", "1/2"), "fails"),
        ("x", "x", ("1", "1", "1", "1"), "holds"),
        ("x", "x", ("1", "1", "10001/10000", "1"), "fails"),
        ("x*y", "x y", ("1", "1", "7", "1"), "holds"),
        ("x*y", "x y", ("1", "10001/10000", "7", "1"), "fails"),
        ("3*x + 4*y + z**2", "x y z", ("1", "1", "5", "1"), "holds"),  # the least |g| is 5, at z = 0
        ("3*x + 4*y + z**2", "x y z", ("1", "1", "5001/1000", "1"), "fails"),
        ("x*y + x*z + y*z", "x y z", ("1", "1", "5", "1"), "holds"),  # eigenvalues -1, -1, 2
    ],
)
def test_equality_is_settled_where_the_hessian_is_constant(
    expression: str, names: str, constants: tuple[str, ...], verdict: str
) -> None:
    four = dict(zip(("alpha", "gamma", "epsilon", "delta"), constants, strict=True))
    record, _ = found(ss.Objective("form", names, expression), **four)
    assert record["verdict"] == verdict and record["proof"] in ("exact", "interval")


def test_a_box_without_the_minimum_is_not_taken_for_the_plane() -> None:
    """x^2 + y^2 on [1, 2]^2: |g| >= 2 sqrt 2 there; no minimum lies inside."""
    corner = ss.Objective("corner", "x y", "x**2 + y**2", domain=ss.Box((Fraction(1),) * 2, (Fraction(2),) * 2))
    assert found(corner, alpha="1", gamma="1", epsilon="2", delta="1")[0]["verdict"] == "holds"
    assert found(corner, alpha="1", gamma="1", epsilon="3", delta="3")[0]["verdict"] == "fails"


@pytest.mark.parametrize(
    ("expression", "constants", "word"),
    [
        ("x**3 + x", ("1", "1", "1", "1"), "smaller epsilon"),  # |g| = 1 at 0
        ("x**4/4 - x**2/2", ("47/100", "1/4", "1/100", "3/20"), "smaller alpha"),  # 3 (1 - 2 delta)^2 - 1 = 47/100
        ("sqrt(x^2)", ("1/10", "1", "1/100", "1/10"), "not defined"),
    ],
)
def test_what_is_left_open_says_why(expression: str, constants: tuple[str, ...], word: str) -> None:
    four = dict(zip(("alpha", "gamma", "epsilon", "delta"), constants, strict=True))
    record, _ = found(ss.Objective("open", "x", expression), **four)
    assert record["verdict"] == "undecided" and word in record["reason"]
