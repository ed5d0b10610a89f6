"""Minima: all of them, of one value, global or spurious; and what must not be said."""

from __future__ import annotations

from dataclasses import replace

import pytest

import strictsaddle as ss
from strictsaddle.covering import waves as covering
from strictsaddle.definition_1.minima import Minima
from strictsaddle.objective.domain import Euclidean, Spheres
from strictsaddle.records.terms import Interval
from strictsaddle.records.verdict import Stationary, StationaryPoint

CIRCLE = Spheres(((0, 1),))


def point(value: tuple[float, float], kind: str = "local_minimum", orbit: int | None = None) -> StationaryPoint:
    place = (Interval(value[0], value[0]), Interval(0.0, 0.0))
    return StationaryPoint(place, Interval(*value), (), 0, 0, kind, orbit)  # type: ignore[arg-type]  # a plain string


def sentence(
    *points: StationaryPoint, complete: bool = True, domain: Spheres | Euclidean = CIRCLE, scope: str = "global"
) -> str:
    return Minima.of(Stationary(complete, (), points), scope, domain, None).sentence  # type: ignore[arg-type]  # as above


def test_equal_values_on_a_compact_domain_are_global() -> None:
    one, other = point((0.0, 0.0)), point((0.0, 0.0))
    assert "all are global" in sentence(one, other)
    assert "all are global" in sentence(point((0.1, 0.2), orbit=3), point((0.1, 0.2), orbit=3))


@pytest.mark.parametrize("change", ["overlap", "incomplete", "box", "euclidean", "degenerate", "orbits"])
def test_what_is_not_proved_is_not_called_global(change: str) -> None:
    """The twins: values that only overlap, lists that are not complete, a claim about a box, all of R^n, an unsettled point."""
    same = (point((0.0, 0.0)), point((0.0, 0.0)))
    said = {
        "overlap": lambda: sentence(point((0.1, 0.2)), point((0.1, 0.2))),
        "incomplete": lambda: sentence(*same, complete=False),
        "box": lambda: sentence(*same, scope="box"),
        "euclidean": lambda: sentence(*same, domain=Euclidean()),
        "degenerate": lambda: sentence(*same, point((-1.0, -1.0), "degenerate")),
        "orbits": lambda: sentence(point((0.1, 0.2), orbit=0), point((0.1, 0.2), orbit=1)),
    }[change]()
    assert "global" not in said.replace("not global", "") or "spurious" in said


def test_a_greater_value_is_spurious_whatever_else_is_known() -> None:
    assert "1 of the 2 certified local minima is not global" in sentence(
        point((0.0, 0.0)), point((1.0, 1.0)), complete=False
    )
    assert "spurious" not in sentence(point((0.0, 0.5)), point((0.5, 1.0)), complete=False)
    lower_saddle = point((0.0, 0.0), "strict_saddle")
    assert "the only local minimum is not global" in sentence(lower_saddle, point((1.0, 1.0)))


def test_the_program_says_it() -> None:
    assert "all are global" in ss.check(ss.zoo.get("tensor-eq5")).definition_1.reason
    two = ss.Objective("two wells", "x y", "x + 5*x**2*y**2 - 10*x**2", domain=CIRCLE)
    assert "not global (spurious)" in ss.check(two).definition_1.reason


def test_minima_are_all_listed_where_saddles_are_not_isolated() -> None:
    """-exp(z^2) on the sphere: minima at the poles, and a circle of maxima that no list can hold."""
    ring = ss.check(ss.Objective("ring", "x y z", "-exp(z**2)", domain=Spheres(((0, 1, 2),))), workers=1)
    assert ring.definition_1.verdict == "strict_saddle" and not ring.stationary.complete
    assert ring.stationary.minima_complete and ring.stationary.counts["local_minimum"] == 2
    assert "the 2 local minima are all there are, and all are global" in ring.definition_1.reason


def test_unlisted_minima_are_not_forgotten() -> None:
    """The twin: a covering with a box of positive curvature that was not resolved claims nothing about minima."""
    import numpy as np

    done = covering.Coverage.start(np.zeros(2), np.ones(2))
    closed = replace(
        done, open_lower=np.empty((0, 2)), open_upper=np.empty((0, 2)), open_mode=np.empty(0, dtype=np.uint8)
    )
    assert closed.minima_listed and replace(closed, unlisted=5).minima_listed and not replace(closed, unlisted=5).listed
    assert not replace(closed, unlisted_minima=1).minima_listed and not done.minima_listed
