"""The kind of every isolated stationary point is settled, and never wrongly."""

from __future__ import annotations

import numpy as np
import pytest

import strictsaddle as ss
from strictsaddle import Objective
from strictsaddle.certify.krawczyk import Enclosure, ball_between
from strictsaddle.certify.spectrum import classified, kind_of
from strictsaddle.derive.derivatives import derive
from strictsaddle.records.terms import Interval
from strictsaddle.records.verdict import Stationary, StationaryPoint


@pytest.mark.parametrize("small", ["10**(-9)", "10**(-25)", "-10**(-25)"])
def test_eigenvalues_far_apart_are_settled_by_more_digits(small: str) -> None:
    """H = ((1, a), (a, a^2 + s)) with a = 1e12: the small eigenvalue is about s/a^2, far below what 128 bits show."""
    derivation = derive(Objective("f", "x y", f"(x + 10**12*y)**2/2 + ({small})*y**2/2 + cos(x)*0"))
    box = np.array([[-1e-3, -1e-3], [1e-3, 1e-3]])
    point = classified(derivation, Enclosure((ball_between(-1e-3, 1e-3),) * 2, box))
    assert point.kind == ("strict_saddle" if small.startswith("-") else "local_minimum")
    assert point.nullity == 0 and point.index == int(small.startswith("-"))


def test_an_enclosure_that_holds_zero_settles_nothing() -> None:
    """The twin: a spectrum that may be singular has no kind but for a negative eigenvalue beside a positive one."""
    assert kind_of((Interval(-1e-30, 1e-30), Interval(1.0, 2.0))) == ("undecided", None, None)
    assert kind_of((Interval(-2.0, -1.0), Interval(-1e-30, 1e-30))) == ("undecided", None, None)
    assert kind_of((Interval(-2.0, -1.0), Interval(0.0, 1.0), Interval(1.0, 2.0)))[0] == "strict_saddle"


def test_a_list_with_a_point_of_unknown_kind_is_not_complete() -> None:
    point = StationaryPoint((Interval(0.0, 0.0),), Interval(0.0, 0.0), (Interval(-1.0, 1.0),), None, None, "undecided")
    found = Stationary(True, (), (point,), minima_complete=True)
    assert not found.complete and not found.minima_complete


@pytest.mark.parametrize("scale", [1, 10, 100])
@pytest.mark.parametrize("act", ["softplus", "tanh", "sigmoid", "erf"])
@pytest.mark.parametrize("sign", ["", "-"])
def test_an_activation_and_a_ridge_are_listed_with_their_kinds(act: str, sign: str, scale: int) -> None:
    verdict = ss.check(Objective("one", "w", f"{sign}{act}({scale}*w - 3) + w**2/20"), workers=1)
    assert verdict.definition_1.verdict == "strict_saddle" and verdict.stationary.complete
    counts = verdict.stationary.counts
    assert counts["local_minimum"] == 1 + counts["local_maximum"] and counts["strict_saddle"] == 0
