"""One point modulo symmetry, charts that share a point, and questions that there is no method or no time for."""

from __future__ import annotations

import numpy as np
import pytest
from flint import arb, arb_mat

import strictsaddle as ss
from strictsaddle.execution.budget import UNLIMITED
from strictsaddle.objective.domain import Spheres
from strictsaddle.records.terms import Interval
from strictsaddle.records.verdict import Definition1, StationaryPoint
from strictsaddle.routes.interval.charts import distinct
from strictsaddle.routes.modulo_symmetry.judge import found_orbit, judged
from strictsaddle.routes.modulo_symmetry.on_spheres import modulo_on_spheres
from strictsaddle.routes.modulo_symmetry.route import unasked
from strictsaddle.symmetry.continuous.fields import find_continuous
from strictsaddle.symmetry.known import KnownSymmetries

ALONG_X = arb_mat([[arb(1)], [arb(0)]])


@pytest.mark.parametrize(("across", "kind"), [(2, "minimum"), (-2, "saddle"), (0, None)])
def test_the_sign_across_the_orbit_decides(across: int, kind: str | None) -> None:
    hessian = arb_mat([[arb(0), arb(0)], [arb(0), arb(across)]])
    assert judged(hessian, ALONG_X) == kind
    assert len(found_orbit(hessian, ALONG_X, [arb(0), arb(0)])) == (0 if kind is None else 1)


def home(x: float, width: float) -> tuple[StationaryPoint, np.ndarray]:  # type: ignore[type-arg]
    point = StationaryPoint((Interval(x, x + width),), Interval(0.0, 0.0), (), 0, 0, "local_minimum")
    return point, np.array([[x - 0.1], [x + 0.1]])


def test_a_point_of_two_charts_is_listed_once() -> None:
    assert len(distinct([home(0.0, 1e-9), home(1e-10, 1e-9)])[0]) == 1
    assert len(distinct([home(0.0, 1e-9), home(1.0, 1e-9)])[0]) == 2
    kept, apart = distinct([home(0.0, 0.5), home(0.3, 0.5)])  # neither lies in the other's box, and they meet
    assert len(kept) == 1 and not apart


def test_what_there_is_no_method_for_is_undecided() -> None:
    objective = ss.Objective("f", "x y z", "exp(z)", domain=Spheres(((0, 1, 2),)))
    open_ = Definition1("undecided", "global", "none", "")
    answer = modulo_on_spheres(objective, open_, find_continuous(objective), UNLIMITED)
    assert answer.answer == "undecided" and not answer.orbits


def test_what_there_was_no_time_for_names_the_group() -> None:
    answer = unasked(KnownSymmetries.of(ss.Objective("f", "x y", "(x**2 + y**2 - 1)**2")))
    assert (answer.verdict, answer.group, answer.dimension) == ("undecided", "SO(2)", 1)
