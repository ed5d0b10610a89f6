"""Pictures: the right one for each number of unknowns, of exactly the function in question, the same each time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from verdicts_by_hand import double_well, four_unknowns, hostile, in_a_box, monkey, product_curve, ran_out

from strictsaddle.objective.objective import Objective
from strictsaddle_reports import plots, sampling


def test_two_unknowns_give_a_landscape() -> None:
    found = plots.picture(double_well())
    assert found is not None
    assert found.mime == "image/png"
    assert found.data.startswith(b"\x89PNG")
    assert found.caption.startswith("Level lines (closer together at low values) of double-well")


def test_one_unknown_gives_a_curve_and_more_give_spectra() -> None:
    curve, spectra = plots.picture(monkey()), plots.picture(four_unknowns())
    assert curve is not None
    assert spectra is not None
    assert b"<svg" in curve.data
    assert curve.caption.startswith("The graph of cubic")
    assert spectra.caption.startswith("Eigenvalues")
    assert spectra.uri.startswith("data:image/svg+xml;base64,")


@pytest.mark.parametrize("made", [double_well, product_curve, monkey, in_a_box, four_unknowns])
def test_the_same_verdict_gives_the_same_picture(made: object) -> None:
    assert callable(made)
    assert plots.picture(made()) == plots.picture(made())


def test_nothing_to_draw_gives_no_picture() -> None:
    assert plots.picture(ran_out()) is None


def test_a_record_whose_expression_is_another_function_is_not_drawn_as_that() -> None:
    """The digest decides: a landscape of the wrong function would be a false claim."""
    verdict = double_well()
    assert sampling.from_record(verdict.objective) is not None
    other = replace(verdict, objective={**verdict.objective, "expression": "x**2 + y**2"})
    assert sampling.from_record(other.objective) is None
    found = plots.picture(other)
    assert found is not None
    assert found.caption.startswith("Eigenvalues")
    assert sampling.from_record(hostile().objective) is None


def test_values() -> None:
    text = "exp(x)*sin(y) - log(x + 3)/2 + tanh(x*y) + sigmoid(x) + softplus(y) + erf(x) + relu(x) + abs(y) + pi*x**3"
    objective = Objective("all", "x y", text)
    at = np.random.default_rng(1).uniform(-2, 2, (50, 2))
    x, y = at.T
    from math import erf

    expected = (
        np.exp(x) * np.sin(y) - np.log(x + 3) / 2 + np.tanh(x * y) + 1 / (1 + np.exp(-x)) + np.log1p(np.exp(y))
        + np.array([erf(a) for a in x]) + np.maximum(x, 0) + np.abs(y) + np.pi * x**3
    )  # fmt: skip
    found = sampling.values(objective, at)
    assert found is not None
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_values_outside_the_domain_are_nan() -> None:
    found = sampling.values(Objective("log", "x", "log(x)"), np.array([[-1.0], [1.0]]))
    assert found is not None
    assert np.isnan(found[0])
    assert found[1] == 0
