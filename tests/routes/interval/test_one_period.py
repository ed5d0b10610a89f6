"""An objective that is periodic in some unknowns is covered on one period of these."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction

import pytest

import strictsaddle as ss
from strictsaddle.execution.options import Options
from strictsaddle.records.finding import Finding
from strictsaddle.records.terms import Interval
from strictsaddle.records.verdict import Stationary, StationaryPoint
from strictsaddle.routes.interval.one_period import of_all_periods, on_one_period


@pytest.mark.parametrize(
    ("formula", "periods"),
    [
        ("cos(x) + sin(y)", (2 * math.pi, 2 * math.pi)),
        ("exp(cos(2*pi*x)) + cos(3*y)*cos(2*pi*x)", (1.0, 2 * math.pi / 3)),
    ],
)
def test_the_box_holds_a_period(formula: str, periods: tuple[float, float]) -> None:
    objective = ss.Objective("f", "x y", formula)
    box = on_one_period(objective)
    assert box is not None and box.domain.ends is not None
    for low, high, period in zip(*box.domain.ends, periods, strict=True):
        assert Fraction(period) <= high - low + Fraction(1, 10**14) and high - low < Fraction(period) * 2


def test_others_have_none() -> None:
    for formula in ("cos(x) + cos(y^2)", "y^2*cos(x)^2", "cos(x*y)", "cos(x) + cos(pi*x) + sin(y)"):
        assert on_one_period(ss.Objective("f", "x y", formula)) is None


def test_a_covering_of_one_period_decides_all() -> None:
    formula = "exp(cos(x)) + exp(sin(y + 1)) + cos(x - y)/5"
    verdict = ss.check(ss.Objective("f", "x y", formula), method="interval", workers=1, budget=20)
    assert verdict.definition_1.verdict == "strict_saddle" and verdict.definition_1.scope == "global"
    assert verdict.stationary.complete and verdict.minimum is not None and verdict.minimum.attained
    assert (
        verdict.stationary.counts["local_minimum"]
        - verdict.stationary.counts["strict_saddle"]
        + verdict.stationary.counts["local_maximum"]
        == 0
    )
    flat = ss.check(
        ss.Objective("f", "x", "exp(sin(x)) - sin(x) - sin(x)^2/2"), method="interval", workers=1, budget=10
    )
    assert flat.definition_1.verdict != "strict_saddle"


def test_a_point_on_a_face_may_be_counted_twice() -> None:
    box = on_one_period(ss.Objective("f", "x", "cos(x)"))
    assert box is not None and box.domain.ends is not None
    low = float(box.domain.ends[0][0])
    point = StationaryPoint(
        (Interval(low, low + 1e-9),), Interval(0.0, 0.0), (Interval(1.0, 1.0),), 0, 0, "local_minimum"
    )
    finding = replace(Finding.undecided("box", "x"), stationary=Stationary(True, (), (point,)))
    assert not of_all_periods(finding, box).stationary.complete
    inner = replace(point, point=(Interval(1.0, 1.0),))
    assert of_all_periods(replace(finding, stationary=Stationary(True, (), (inner,))), box).stationary.complete
    assert Options().method == "auto"


@pytest.mark.parametrize(
    ("formula", "far"),
    [
        ("cos(x) + exp(y) - y", 0.0),
        ("exp(cos(x)) + (y-30)^2 + exp(y-31)", 29.8),
        ("exp(cos(x)) + (y-32)^2*exp(cos(x))", 32.0),
        ("exp(cos(x)) + atan(y-1000)^2", 1000.0),
    ],
)
def test_the_others_are_bounded_where_no_point_is_lost(formula: str, far: float) -> None:
    objective = ss.Objective("f", "x y", formula)
    box = on_one_period(objective)
    assert box is not None and box.domain.ends is not None
    assert box.domain.ends[0][1] < far < box.domain.ends[1][1]
    verdict = ss.check(objective, workers=1, budget=10)
    assert verdict.definition_1.verdict == "strict_saddle" and verdict.stationary.complete
    assert verdict.stationary.counts == {"local_minimum": 1, "strict_saddle": 1, "local_maximum": 0, "degenerate": 0}
    assert any("periodic in x:" in words for words in verdict.stationary.trust)


def test_a_degenerate_point_of_a_period_is_seen() -> None:
    verdict = ss.check(ss.Objective("f", "p q", "p^2/2 + p*cos(q) + exp(p)"), workers=1, budget=10)
    assert verdict.definition_1.verdict != "strict_saddle"  # at p = 0, q = pi the Hessian is [[2, 0], [0, 0]]
    moved = ss.check(ss.Objective("f", "p q", "p^2/2 + p*cos(q)/2 + exp(p)"), workers=1, budget=10)
    assert moved.definition_1.verdict == "strict_saddle"
