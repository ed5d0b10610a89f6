"""Constants where f is not defined everywhere: on its natural domain they hold at each point that is looked at, and no better ones do."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import strictsaddle as ss
from strictsaddle.objective.domain import Box, Domain, Euclidean

Slope = Callable[[float], tuple[float, float]]

# formula, its natural domain, f' and f'', and the minimum
LINE: dict[str, tuple[tuple[float, float], Slope, float | None]] = {
    "x - log(x)": ((0, 200), lambda x: (1 - 1 / x, 1 / x**2), 1.0),
    "x*log(x) + (1-x)*log(1-x)": ((0, 1), lambda x: (math.log(x / (1 - x)), 1 / x + 1 / (1 - x)), 0.5),
    "-3*log(x) - 5*log(1-x)": ((0, 1), lambda x: (-3 / x + 5 / (1 - x), 3 / x**2 + 5 / (1 - x) ** 2), 0.375),
    "x - sqrt(x)": ((0, 200), lambda x: (1 - 0.5 / math.sqrt(x), 0.25 * x**-1.5), 0.25),
    "x + 1/x": ((-200, 200), lambda x: (1 - 1 / x**2, 2 / x**3), 1.0),
    "sqrt(x) + sqrt(1-x)": (
        (0, 1),
        lambda x: (0.5 / math.sqrt(x) - 0.5 / math.sqrt(1 - x), -0.25 * (x**-1.5 + (1 - x) ** -1.5)),
        None,
    ),
}


def found(formula: str, variables: str = "x", domain: Domain | None = None, **given: Any) -> dict[str, Any]:
    objective = ss.Objective("f", variables, formula, domain=domain or Euclidean())
    verdict = ss.constants(objective, workers=1, max_boxes=500_000, **given)
    return dict(json.loads(verdict.to_json())["definition_2"])


def violations(formula: str, four: dict[str, Fraction]) -> list[float]:
    """Points at which none of the three conditions holds."""
    (low, high), slope, minimum = LINE[formula]
    inner = np.linspace(low, high, 40_001)[1:-1]
    near = [end + side * 10.0**-k for end, side in ((low, 1), (high, -1)) for k in range(1, 12)]
    wrong = []
    for x in (*inner, *near):
        if x == 0:
            continue
        first, second = slope(float(x))
        close = minimum is not None and abs(x - minimum) <= four["delta"]
        if abs(first) < four["epsilon"] * (1 - 1e-9) and second > -four["gamma"] * (1 - 1e-9) and not close:
            wrong.append(float(x))
    return wrong


@pytest.mark.parametrize("formula", LINE)
def test_they_hold_wherever_f_is_defined(formula: str) -> None:
    record = found(formula)
    assert record["verdict"] == "holds" and record["scope"] == "global", record["reason"]
    four = {name: Fraction(value) for name, value in record["constants"].items()}
    assert violations(formula, four) == []
    minimum = LINE[formula][2]
    if minimum is not None:  # f'' >= alpha on the ball of twice the radius
        ball = np.linspace(minimum - 2 * float(four["delta"]), minimum + 2 * float(four["delta"]), 2_001)
        assert min(LINE[formula][1](float(x))[1] for x in ball) >= four["alpha"] * (1 - 1e-9)


@pytest.mark.parametrize("formula", [formula for formula in LINE if LINE[formula][2] is not None])
def test_and_larger_ones_do_not(formula: str) -> None:
    record = found(formula)
    four = {name: Fraction(value) for name, value in record["constants"].items()}
    four["epsilon"] *= Fraction(3, 2)
    assert violations(formula, four)
    assert found(formula, **four)["verdict"] == "fails"


def test_two_unknowns_in_a_box() -> None:
    domain = Box((Fraction(1, 4),) * 2, (Fraction(4), Fraction(8)))
    record = found("x*y + 2/x + 4/y", "x y", domain)
    assert record["verdict"] == "holds"
    four = {name: Fraction(value) for name, value in record["constants"].items()}
    x, y = np.meshgrid(np.linspace(0.25, 4, 400), np.linspace(0.25, 8, 400))
    size = np.hypot(y - 2 / x**2, x - 4 / y**2)
    a, b, d = 4 / x**3, 1.0, 8 / y**3
    least = (a + d) / 2 - np.sqrt(((a - d) / 2) ** 2 + b**2)
    near = np.hypot(x - 1, y - 2) <= float(four["delta"])
    assert ((size >= float(four["epsilon"])) | (least <= -float(four["gamma"])) | near).all()


def test_a_ball_that_leaves_the_domain_is_not_convex() -> None:
    """The minimum of x - log(x) is 1 away from the edge."""
    assert found("x - log(x)", alpha="1/10", gamma="1", epsilon="1/100", delta="1/10")["verdict"] == "holds"
    assert found("x - log(x)", alpha="1/10", gamma="1", epsilon="1/100", delta="3/2")["verdict"] != "holds"


def test_conditions_are_told_not_to_be_taken() -> None:
    with pytest.raises(ss.errors.NotYetError, match="take no conditions yet"):
        found("x - log(x)", domain=Euclidean(("x > 1/2",)))
