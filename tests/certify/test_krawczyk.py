"""Refining a stationary point: the enclosure is tight, holds the point, and is never of another one."""

from __future__ import annotations

import numpy as np
import pytest
from flint import arb, ctx

import strictsaddle as ss
from strictsaddle import Objective
from strictsaddle.arithmetic.evaluate import evaluate_interval
from strictsaddle.certify.krawczyk import _without_zero, ball_between, bisected, isolate, refine
from strictsaddle.derive.derivatives import derive
from strictsaddle.routes.refutation.suspects import stationary_points

COSINES = derive(Objective("f", "x y", "cos(x) + cos(y) + x*y/100"))
ROOT = derive(Objective("f", "x", "x**3/3 - 2*x"))  # stationary at +-sqrt(2)


def around(*centre: float, by: float = 0.1) -> np.ndarray:  # type: ignore[type-arg]
    return np.array([np.array(centre) - by, np.array(centre) + by])


def test_the_square_root_of_two_to_a_hundred_bits() -> None:
    found = refine(ROOT, around(1.4), around(1.4), precision=256)
    before, ctx.prec = ctx.prec, 256
    try:
        root = arb(2).sqrt()
        assert found.balls[0].contains(root)
        assert found.balls[0].rad() < arb(2) ** -100
        assert not found.balls[0].contains(root + arb(2) ** -60)
    finally:
        ctx.prec = before
    assert found.interval[0].low <= 2**0.5 <= found.interval[0].high
    assert found.interval[0].high - found.interval[0].low <= 2 * np.spacing(1.5)


def test_a_box_without_a_stationary_point_keeps_its_enclosure() -> None:
    """`refine` is told that there is one; where that is false it must not invent a point outside of the box."""
    box = around(1.2)
    found = refine(ROOT, box, box)
    assert found.interval[0].low <= 1.1 and found.interval[0].high >= 1.3


def test_a_newton_step_to_another_point_is_not_taken() -> None:
    """From 0.01 Newton's step leaves the box for +-sqrt(2)."""
    box = around(0.01, by=0.005)
    found = refine(ROOT, box, box)
    assert found.interval[0].high < 0.1


@pytest.mark.parametrize("thin", [1e-3, 1e-7, 1e-10])
def test_a_box_far_thinner_in_one_unknown(thin: float) -> None:
    unique = np.array([[-0.1, -thin], [0.1, thin]])
    found = refine(COSINES, unique, unique)
    assert all(side.low <= 0 <= side.high and side.high - side.low < 1e-12 for side in found.interval)


def test_a_ball_between_holds_its_ends() -> None:
    ball = ball_between(0.1, 0.3)
    assert ball.contains(arb(0.1)) and ball.contains(arb(0.3)) and not ball.contains(arb(0.30001))


@pytest.mark.parametrize(
    ("expression", "place"),
    [
        ("x**3/3 + x*10**(-20)", 1e-9),  # |g| is tiny near 0, and never 0
        ("x**4", 0.0),  # stationary, but no simple zero of the gradient
        ("exp(x)", -30.0),  # Newton's method runs away
        ("sqrt(x)**3", 0.0),  # not smooth there
    ],
)
def test_nothing_is_isolated_where_nothing_can_be(expression: str, place: float) -> None:
    assert isolate(derive(Objective("f", "x", expression)), np.array([place])) is None


def test_isolating_an_approximate_point() -> None:
    derivation = derive(ss.Objective("wells", "x y", "x**4/4 - x**2/2 + x*y/10 + y**2"))
    boxes = isolate(derivation, np.array([1.0, -0.05]))
    assert boxes is not None
    unique, tight = boxes
    assert np.all(unique[0] < tight[0]) and np.all(tight[1] < unique[1])
    x = 0.5 * (tight[0, 0] + tight[1, 0])
    assert abs(x * x - 1.005) < 1e-12 and np.all(tight[1] - tight[0] < 1e-4)


def test_nothing_is_isolated_where_the_hessian_is_singular_or_nothing_is_stationary() -> None:
    assert isolate(derive(ss.Objective("flat", "x y", "x**4 + y**2")), np.zeros(2)) is None
    assert isolate(derive(ss.Objective("curve", "x y", "(x*y - 1)**2")), np.ones(2)) is None
    assert isolate(derive(ss.Objective("slope", "x y", "exp(x) + y**2")), np.zeros(2)) is None


WIDE = [  # a wide box with one simple zero, from the middle of which Newton's method runs away
    ("softplus(10*x) + x**2/10", (-3.94, 3.6e-10)),
    ("log(1 + exp(-20*x)) + x**2/50", (-1.0, 8.0)),
    ("sqrt(1 + (50*x)**2) + x/1000", (-3.0, 2.5)),
    ("erf(2*x) + x**2", (-2.0, 0.5)),
]


@pytest.mark.parametrize(("expression", "ends"), WIDE)
def test_a_wide_box_is_narrowed_until_newton_arrives(expression: str, ends: tuple[float, float]) -> None:
    derivation = derive(Objective("f", "x", expression))
    box = np.array([[ends[0]], [ends[1]]])
    found = refine(derivation, box, box)
    low, high = found.interval[0]
    assert ends[0] <= low <= high <= ends[1] and high - low < 1e-12
    slopes = evaluate_interval(derivation.gradient_tape, [[low - 1e-9], [high + 1e-9]], [[low - 1e-9], [high + 1e-9]])
    assert slopes[1][0, 0] < 0 < slopes[0][1, 0]  # these are convex: the zero is in between


def test_bisected_boxes_hold_every_zero_and_shrink() -> None:
    """Two unknowns, far more boxes than one at a time: the zero at the origin is never cut off."""
    derivation = derive(Objective("f", "x y", "softplus(8*x) - 4*x + softplus(9*y) - 9*y/2 + (x - y)**2"))
    box = np.array([[-3.0, -2.0], [2.5, 4.0]])
    widths = []
    for smaller in bisected(derivation, box):
        assert np.all(smaller[0] <= 1e-12) and np.all(smaller[1] >= -1e-12)
        widths.append(float(np.max(smaller[1] - smaller[0])))
    assert widths == sorted(widths, reverse=True) and widths[-1] < 1e-6


def test_without_zero_is_not_said_of_a_box_with_one() -> None:
    """The twin: of 4,000 boxes about the zeros of a gradient none is called empty; far from them most are."""
    derivation = derive(Objective("f", "x y", "cos(x)*sin(y) + x*y/5"))
    random = np.random.default_rng(1)
    zeros = [suspect.point for suspect in stationary_points(derivation, np.full(2, -6.0), np.full(2, 6.0), starts=60)]
    assert len(zeros) > 4
    for zero in zeros:
        low = zero - np.exp(random.uniform(-20, 1, (500, 2))) - 1e-8
        high = zero + np.exp(random.uniform(-20, 1, (500, 2))) + 1e-8
        assert not _without_zero(derivation, np.stack([low, high], axis=1)).any()
    away = random.uniform(-6, 6, (500, 2))
    assert _without_zero(derivation, np.stack([away, away + 1e-3], axis=1)).mean() > 0.9
