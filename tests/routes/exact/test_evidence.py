"""The evidence of verdicts: plain data, and true by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from fractions import Fraction
from typing import Any

import pytest

import strictsaddle as ss
from strictsaddle.polynomials.locate import Located
from strictsaddle.records.evidence import (
    BoxTree,
    ComplexZeros,
    Count,
    ExactPoint,
    Invariance,
    IsolatedPoint,
    RegionBound,
)
from strictsaddle.routes.exact.evidence import count_of

PLAIN = (int, bool, Fraction, bytes, str, type(None))


def parts(value: Any) -> Iterator[Any]:
    if is_dataclass(value):
        for item in fields(value):
            yield from parts(getattr(value, item.name))
    elif isinstance(value, tuple):
        for one in value:
            yield from parts(one)
    else:
        yield value


@pytest.mark.parametrize(
    ("objective", "kinds"),
    [
        (ss.Objective("well", "x y", "x**4/4 - x**2/2 + y**2/6"), {Count, Invariance}),
        (ss.Objective("flat", "x y", "x**4 + y**2"), {Count, ExactPoint, Invariance}),
        (ss.Objective("waves", "x y", "cosh(x) - x**2 + y**2"), {BoxTree, Invariance}),
        (ss.zoo.get("brockett"), set()),
    ],
)
def test_evidence_is_plain_data(objective: ss.Objective, kinds: set[type]) -> None:
    verdict = ss.check(objective, workers=1, budget=60)
    assert kinds <= {type(one) for one in verdict.evidence}
    for one in verdict.evidence:
        for part in parts(one):
            assert type(part) in PLAIN, (one, part)
    assert "evidence" not in verdict.to_dict()


def gradient(point: ExactPoint) -> list[Fraction]:
    """x^4 + y^2 has the gradient (4 x^3, 2 y)."""
    x, y = (c[0] if c else Fraction(0) for c in point.coordinates)
    return [4 * x**3, 2 * y]


def test_an_exact_point_is_stationary_by_its_own_numbers() -> None:
    (point,) = [e for e in ss.check(ss.Objective("flat", "x y", "x**4 + y**2")).evidence if isinstance(e, ExactPoint)]
    assert gradient(point) == [0, 0] and (point.index, point.nullity) == (0, 1)
    assert point.root[0] <= 0 <= point.root[1] and point.modulus == (0, 1)


def test_isolating_boxes_hold_one_point_each() -> None:
    found = ss.check(ss.Objective("well", "x y", "x**4/4 - x**2 + y**2")).evidence
    boxes = sorted((e.box, e.index, e.nullity) for e in found if isinstance(e, IsolatedPoint))
    assert [signs for _, *signs in boxes] == [[0, 0], [0, 0]]
    for ((low, high), (below, above)), *_ in boxes:  # of (-sqrt 2, 0) and (sqrt 2, 0)
        least, most = sorted((low**2, high**2))
        assert least < 2 < most and low * high > 0 and below < 0 < above


def test_the_region_of_a_box_is_no_bound_for_all_of_space() -> None:
    """The twin: beyond a box that the user gave nothing is claimed."""
    f = "sin(x)*cos(y) + x**2/2 + y**2/2"
    free = ss.check(ss.Objective("f", "x y", f), workers=1).evidence
    boxed = ss.Objective("f", "x y", f, domain=ss.Box((Fraction(-2),) * 2, (Fraction(2),) * 2))
    assert any(isinstance(e, BoxTree) for e in free) and any(isinstance(e, RegionBound) for e in free)
    assert not any(isinstance(e, RegionBound) for e in ss.check(boxed, workers=1).evidence)


def test_a_list_that_is_not_complete_has_no_count() -> None:
    assert count_of(Located("finite", (), True, "exact", complex_zeros=3)) == (Count(3, "exact"), ComplexZeros((), ()))
    assert count_of(Located("finite", (), False, "exact", complex_zeros=3)) == ()
