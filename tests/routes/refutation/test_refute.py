"""Witnesses against Definition 1 for objectives that need not be polynomials; each way of proof has its false twin."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import strictsaddle as ss
from strictsaddle.derive.derivatives import derive
from strictsaddle.objective.domain import Box
from strictsaddle.records.terms import Interval
from strictsaddle.records.verdict import Witness
from strictsaddle.routes.refutation.lines_and_orbits import free_witness, orbit_witness
from strictsaddle.routes.refutation.rational import rational_witness
from strictsaddle.routes.refutation.refute import Suspects, _inside
from strictsaddle.routes.refutation.suspects import look_at
from strictsaddle.symmetry.known import KnownSymmetries


def refuted(objective: ss.Objective) -> Witness | None:
    symmetry = KnownSymmetries.of(objective)
    suspects = Suspects(derive(objective), symmetry.matrices, objective.domain, seed=0)
    n = objective.dimension
    return suspects.refutation(np.full(n, -np.inf), np.full(n, np.inf))[0]


FAILS = {
    "a flat minimum at 0": "cosh(x) - 1 - x**2/2 + y**2",
    "a degenerate saddle": "sin(x) - x + y**2",
    "a flat minimum at 1/2": "tanh(x - 1/2)**4 + (y + 1/3)**2",
    "a line of minima": "sinh(x)**2 + 0*y",
    "a circle of minima": "(x**2 + y**2 - 1)**2 + exp(-x**2 - y**2)/10",
    "a hyperbola of minima": "tanh(x*y - 1)**2",
}
HOLDS = {
    "a flat minimum, bent up a little": "cosh(x) - 1 - 499*x**2/1000 + y**2",
    "a degenerate saddle, tilted": "sin(x) - x + x/100 + y**2",
    "a minimum at 1/2": "tanh(x - 1/2)**2 + (y + 1/3)**2",
    "no line": "sinh(x)**2 + y**2/1000",
    "an ellipse": "(x**2 + y**2 - 1)**2 + exp(-x**2 - y**2)/10 + x**2/50",
}


@pytest.mark.parametrize("formula", FAILS.values(), ids=FAILS.keys())
def test_what_fails_is_refuted(formula: str) -> None:
    objective = ss.Objective("fails", "x y", formula)
    witness = refuted(objective)
    assert witness is not None
    place = np.array([0.5 * (i.low + i.high) for i in witness.point])
    suspect = look_at(derive(objective), place)
    assert suspect.gradient_norm < 1e-9
    assert suspect.eigenvalues[0] > -1e-9
    assert abs(suspect.eigenvalues[0]) < 1e-6
    assert witness.nullity is None or witness.nullity >= 1


@pytest.mark.parametrize("formula", HOLDS.values(), ids=HOLDS.keys())
def test_what_holds_is_not_refuted(formula: str) -> None:
    assert refuted(ss.Objective("holds", "x y", formula)) is None


def test_a_saddle_line_is_no_witness() -> None:
    """x = 0 is a line of stationary points for x*(...) = -x**2, all with negative curvature."""
    objective = ss.Objective("ridge", "x y", "-x**2 + 0*y")
    derivation = derive(objective)
    assert rational_witness(derivation, np.zeros(2)) is None
    assert free_witness(derivation, np.zeros(2)) is None


def test_an_orbit_needs_a_symmetry_that_is_true() -> None:
    """With the generator of rotations the circle is proved; on the ellipse the pinned system has no such solution."""
    circle = ss.Objective("circle", "x y", "(x**2 + y**2 - 1)**2")
    symmetry = KnownSymmetries.of(circle)
    assert len(symmetry.matrices) == 1
    assert orbit_witness(derive(circle), look_at(derive(circle), np.array([0.6, 0.8])), symmetry.matrices) is not None
    point = ss.Objective("point", "x y", "(x - 1)**2 + (y - 1)**2")
    assert KnownSymmetries.of(point).matrices == ()
    assert orbit_witness(derive(point), look_at(derive(point), np.array([1.0, 1.0])), ()) is None


def test_a_witness_outside_of_the_box_refutes_nothing() -> None:
    box = ss.Box((-1, -1), (1, 1))  # type: ignore[arg-type]
    away = ss.Objective("away", "x y", "(x - 3)**4 + y**2", domain=box)
    assert ss.check(away, method="interval").definition_1.verdict == "strict_saddle"
    inside = ss.Objective("inside", "x y", "(x - 1)**4 + y**2", domain=box)
    assert ss.check(inside, method="interval").definition_1.verdict == "not_strict_saddle"


@pytest.mark.parametrize(
    ("ends", "coordinates", "inside"),
    [
        ((0.2, 0.3), None, True),
        ((-0.1, 0.1), None, False),  # it may lie outside
        ((0.0, 0.0), ("0",), True),
        ((-1e-30, 1e-30), ("-1/1000000000000000000000000000000000",), False),
    ],
)
def test_a_witness_must_be_proved_to_lie_in_the_box(
    ends: tuple[float, float], coordinates: tuple[str, ...] | None, inside: bool
) -> None:
    witness = Witness((Interval(*ends),), coordinates, (), 1, "by hand")
    derivation = derive(ss.Objective("f", "x", "x"))
    assert _inside(derivation, witness, Box((Fraction(0),), (Fraction(1),))) is inside
