"""Hand-made verdicts for the tests of the reports: one of each sort that the interface knows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from math import nextafter, sqrt

from strictsaddle.objective.domain import Box
from strictsaddle.objective.objective import Objective
from strictsaddle.records.terms import Interval, Kind
from strictsaddle.records.verdict import (
    ContinuousSymmetry,
    Continuum,
    Definition1,
    ModuloSymmetry,
    Resources,
    SignedPermutations,
    Stationary,
    StationaryPoint,
    Symmetry,
    Verdict,
    Witness,
)

VERSIONS = {"strictsaddle": "0.1.0"}


def exactly(value: float) -> Interval:
    return Interval(value, value)


def around(value: float) -> Interval:
    """The doubles next to `value`."""
    return Interval(nextafter(value, -math.inf), nextafter(value, math.inf))


def point(place: Sequence[float], value: float, eigenvalues: Sequence[float], kind: Kind, orbit: int | None = None
          ) -> StationaryPoint:  # fmt: skip
    return StationaryPoint(
        tuple(exactly(x) if x == round(x) else around(x) for x in place),
        around(value),
        tuple(exactly(x) if x == 0 else around(x) for x in eigenvalues),
        sum(x < 0 for x in eigenvalues),
        sum(x == 0 for x in eigenvalues),
        kind,
        orbit,
    )


def double_well() -> Verdict:
    objective = Objective("double-well", "x y", "x**4/4 - x**2/2 + lam*y**2/2", {"lam": "1/3"})
    return Verdict(
        objective.to_dict(),
        Definition1("strict_saddle", "global", "exact", "every stationary point was classified exactly"),
        Stationary(
            True,
            ("the rational parametrisation of msolve",),
            (
                point((-1, 0), -0.25, (1 / 3, 2.0), "local_minimum", 0),
                point((0, 0), 0.0, (-1.0, 1 / 3), "strict_saddle", 1),
                point((1, 0), -0.25, (1 / 3, 2.0), "local_minimum", 0),
            ),
        ),
        Resources("exact", 0.12),
        VERSIONS,
        symmetry=Symmetry(SignedPermutations(4, ("x -> -x", "y -> -y")), ContinuousSymmetry(0, ())),
    )


def product_curve() -> Verdict:
    """(x y - 1)^2: refuted by a curve of minima."""
    objective = Objective("product-curve", "x y", "(x*y - 1)**2")
    witness = Witness((exactly(1.0), exactly(1.0)), ("1", "1"), (exactly(0.0), around(4.0)), 1, "g = 0, LDL^T of H")
    return Verdict(
        objective.to_dict(),
        Definition1("not_strict_saddle", "global", "exact", "the point (1, 1) is degenerate", witness),
        Stationary(
            False,
            (),
            (point((0, 0), 1.0, (-2.0, 2.0), "strict_saddle", 0),),
            (Continuum(1, (exactly(1.0), exactly(1.0)), 0, "degenerate_minimum", 1, "the curve x y = 1"),),
        ),
        Resources("exact", 0.3),
        VERSIONS,
        modulo_symmetry=ModuloSymmetry("strict_saddle", "scaling", 1, "the Hessian is positive on the normal space"),
        symmetry=Symmetry(
            SignedPermutations(4, ("x <-> y", "(x, y) -> (-x, -y)")),
            ContinuousSymmetry(1, ("x d/dx - y d/dy",)),
        ),
    )


def monkey() -> Verdict:
    """One unknown: x^3/3 with its degenerate saddle."""
    objective = Objective("cubic", "x", "x**3/3")
    witness = Witness((exactly(0.0),), ("0",), (exactly(0.0),), 1, "the origin is rational and g = H = 0 there")
    return Verdict(
        objective.to_dict(),
        Definition1("not_strict_saddle", "global", "exact", "the origin is degenerate", witness),
        Stationary(True, ("one root of a univariate polynomial",), (point((0,), 0.0, (0.0,), "degenerate_saddle"),)),
        Resources("exact", 0.01),
        VERSIONS,
    )


def in_a_box() -> Verdict:
    """cos on a box: proved on the box only."""
    bounds = (Fraction(-4),), (Fraction(4),)
    objective = Objective("cosine", "x", "cos(x)", domain=Box(*bounds))
    pi = math.pi
    return Verdict(
        objective.to_dict(),
        Definition1("strict_saddle", "box", "interval", "covered by 12 boxes"),
        Stationary(
            True,
            ("outward rounded interval arithmetic",),
            (
                point((-pi,), -1.0, (1.0,), "local_minimum"),
                point((0,), 1.0, (-1.0,), "local_maximum"),
                point((pi,), -1.0, (1.0,), "local_minimum"),
            ),
        ),
        Resources("interval", 1.5, 12),
        VERSIONS,
    )


def ran_out() -> Verdict:
    objective = Objective("deep", "a b c d", "(a*b*c*d - 1)**2 + exp(a)")
    return Verdict(
        objective.to_dict(),
        Definition1("undecided", "global", "none", "the budget of 1 s ran out with 3 % of the volume open"),
        Stationary(False, (), ()),
        Resources("interval", 1.0, 12345),
        VERSIONS,
    )


def four_unknowns() -> Verdict:
    """A pretended network with many points."""
    objective = Objective("two-units", "W1_1_1 W1_2_1 W2_1_1 W2_1_2", "(W1_1_1*W2_1_1 + W1_2_1*W2_1_2 - 1)**2")
    points = []
    for k in range(9):
        spread = tuple(sqrt(2 + k) * sign for sign in (1, -1, 1, -1))
        saddle = k % 3 == 0
        points.append(
            point(spread, 0.1 * k + 0.03, (-0.3 - k / 7 if saddle else 0.02 + k / 70, 0.5 + k / 3, 3.1, 40.7 + k),
                  "strict_saddle" if saddle else "local_minimum")
        )  # fmt: skip
    return Verdict(
        objective.to_dict(),
        Definition1("strict_saddle", "global", "modular", "every listed point is a minimum or a strict saddle"),
        Stationary(True, ("completeness: msolve's modular lift, right with high probability",), tuple(points)),
        Resources("exact", 12.3),
        VERSIONS,
    )


def hostile() -> Verdict:
    """Names and reasons that are markup in every format."""
    nasty = '<script>alert("1")</script> & | `x` \\input{/etc/passwd} $a_b$ %# {} ~^ é λ ∞ \x07 '
    nasty += "[l](http://e.x) 猫\nline *two*"
    verdict = double_well()
    objective = {**verdict.objective, "name": nasty, "expression": nasty}
    definition = replace(verdict.definition_1, reason=nasty)
    stationary = replace(verdict.stationary, trust=(nasty,))
    return replace(verdict, objective=objective, definition_1=definition, stationary=stationary)


ALL = {
    "double_well": double_well,
    "product_curve": product_curve,
    "monkey": monkey,
    "in_a_box": in_a_box,
    "ran_out": ran_out,
    "four_unknowns": four_unknowns,
    "hostile": hostile,
}
