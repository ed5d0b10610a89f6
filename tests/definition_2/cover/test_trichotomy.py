"""What closes a box for Definition 2, on boxes where the answer is known, each with a twin that must stay open."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from strictsaddle.arithmetic.evaluate import evaluate_interval
from strictsaddle.covering.waves import Coverage, cover
from strictsaddle.definition_2.cover import trichotomy
from strictsaddle.definition_2.cover.cover import Thresholds
from strictsaddle.definition_2.cover.strong_convexity import bounding_box, convex_on_ball
from strictsaddle.definition_2.landscape.growth import Bounded, bounded
from strictsaddle.definition_2.landscape.patch import flat
from strictsaddle.derive.definedness import restricted_slopes
from strictsaddle.derive.derivatives import derive
from strictsaddle.execution.budget import Budget
from strictsaddle.execution.executor import Serial
from strictsaddle.objective.domain import Box
from strictsaddle.objective.objective import Objective
from strictsaddle.records.events import silent

WELL = Objective("double well", "x y", "x**4/4 - x**2/2 + y**2/2")


def closes(objective: Objective, box: Any, epsilon: float, gamma: float, balls: Any = (), delta: float = 0.0) -> bool:
    """Whether the covering closes the box (pairs); the balls' centres are exact."""
    d = derive(objective)
    n = objective.dimension
    centres = np.array(list(balls), dtype=float).reshape(len(balls), n)
    t = Thresholds(flat(d), epsilon**2, gamma, np.stack([centres, centres]), np.full(len(balls), delta**2))
    low, high = np.array(box, dtype=float).T
    return cover(t, Coverage.start(low, high), Serial(), Budget(None, 5_000), silent).state.closed


@pytest.mark.parametrize(
    "box, epsilon, gamma, balls, delta, answer",
    [
        # |g| >= |y| >= 1 and no more than that at (1, 1)
        ([(0.5, 1.5), (1, 2)], 0.99, 9.0, [], 0.0, True),
        ([(0.5, 1.5), (1, 2)], 1.01, 9.0, [], 0.0, False),
        # the curvature 3x^2 - 1 is at most -1/4 for |x| <= 1/2
        ([(-0.5, 0.5), (-1, 1)], 9.0, 0.2499, [], 0.0, True),
        ([(-0.5, 0.5), (-1, 1)], 9.0, 0.2501, [], 0.0, False),
        # a square of side 2 fits into a circle of radius sqrt 2
        ([(-1, 1), (-1, 1)], 9.0, 9.0, [(0, 0)], 1.4143, True),
        ([(-1, 1), (-1, 1)], 9.0, 9.0, [(0, 0)], 1.4141, False),
    ],
)
def test_one_condition(box: Any, epsilon: float, gamma: float, balls: Any, delta: float, answer: bool) -> None:
    assert closes(WELL, box, epsilon, gamma, balls, delta) is answer


def test_where_f_is_not_defined_there_is_nothing_to_close() -> None:
    root = Objective("root", "x", "sqrt(x)")
    assert closes(root, [(1, 2)], 0.35, 1.0)  # the slope there is at least 1/sqrt(8) = 0.3536
    assert closes(root, [(-1, 2)], 0.35, 1.0)
    assert closes(root, [(-2, -1)], 9.0, 9.0)
    assert not closes(root, [(-1, 2)], 0.36, 1.0)


def test_an_edge_at_which_f_is_flat_stays_open() -> None:
    """x^(5/2) has the slope and the curvature 0 at 0, and |x|^5, which is defined on both sides, has as well."""
    for formula in ("x^(5/2)", "sqrt(x^2)^5"):
        flat_there = Objective("flat", "x", formula)
        assert closes(flat_there, [(0.5, 1)], 0.3, 9.0)  # 5/2 x^(3/2), or 5 x^4, at 1/2: 0.884 and 0.3125
        assert not closes(flat_there, [(-1, 1)], 1e-9, 9.0)


def test_an_edge_is_no_edge_on_a_face() -> None:
    """sqrt(y^2)^4 = y^4 is smooth; on the face y = 0 its root is 0 all over, and the points are there all the same."""
    face = Box((Fraction(-1), Fraction(0)), (Fraction(1), Fraction(0)))
    slopes = restricted_slopes(derive(Objective("face", "x y", "x^2 + sqrt(y^2)^4", domain=face)))
    assert slopes is not None
    low, _ = evaluate_interval(slopes, np.array([[0.0, 0.0]]), np.array([[0.0, 0.0]]))
    assert (low <= 0).all()


coordinates = st.floats(-3, 3)


@given(
    st.tuples(coordinates, coordinates),
    st.floats(0.01, 2.0),
    st.tuples(coordinates, coordinates),
    st.floats(0.0, 1.0),
)
def test_distances_bound_what_is_sampled(
    corner: tuple[float, float], size: float, centre: tuple[float, float], share: float
) -> None:
    low = np.array(corner)
    high = low + size
    at = np.array(centre)
    point = [Fraction(a) + Fraction(share) * (Fraction(b) - Fraction(a)) for a, b in zip(low, high, strict=True)]
    exact = sum((p - Fraction(c)) ** 2 for p, c in zip(point, at, strict=True))
    assert trichotomy.nearest(low, high, at, at) <= exact <= trichotomy.farthest(low, high, at, at)


def convex(objective: Objective, centre: Any, radius_squared: float, alpha: float) -> bool:
    ends = bounding_box(centre, radius_squared)
    return convex_on_ball(flat(derive(objective)), *ends, centre, radius_squared, alpha, 50_000)[0]


@pytest.mark.parametrize(
    "alpha, radius, answer", [(0.46, 0.3, True), (0.48, 0.3, False), (0.99, 1e-3, True), (1.01, 1e-3, False)]
)
def test_strong_convexity_on_a_ball(alpha: float, radius: float, answer: bool) -> None:
    """The least eigenvalue about (1, 0) is min(1, 3(1 - r)^2 - 1): 0.47 for r = 0.3."""
    box = np.array([[1.0, 0.0], [1.0, 0.0]])
    assert convex(WELL, box, radius**2, alpha) is answer


def test_the_ball_and_not_its_bounding_box() -> None:
    """f = x^2 + y^2 - 3/4 x^2 y^2 is convex on a disc, and not in the corners of the square about it."""
    saddle = Objective("corners", "x y", "x**2 + y**2 - 3*x**2*y**2/4")
    # at x = y = s the least eigenvalue is 2 - 3/2 s^2 - 3 s^2: 0.2 on the circle of radius^2 0.8, where s^2 = 0.4
    centre = np.zeros((2, 2))
    assert convex(saddle, centre, 0.8, 0.1)
    assert not convex(saddle, centre, 1.6, 0.1)  # the bounding box of the first disc has these corners


@pytest.mark.parametrize("epsilon", ["1/10", "100"])
def test_growth_of_a_polynomial(epsilon: str) -> None:
    found = bounded(WELL, derive(WELL), Fraction(epsilon))
    assert isinstance(found, Bounded)
    rng = np.random.default_rng(0)
    for _ in range(200):
        point = rng.normal(size=2) * 10.0 ** rng.uniform(0, 6)
        if np.max(np.abs(point)) > found.upper[0]:
            assert np.hypot(point[0] ** 3 - point[0], point[1]) >= float(Fraction(epsilon))


@pytest.mark.parametrize("text", ["log(1 + x**2 + y**2)", "(x*y - 1)**2", "x**2 + 0*y", "exp(-x**2 - y**2)"])
def test_no_growth_is_claimed_where_there_is_none(text: str) -> None:
    flat = Objective("flat", "x y", text)
    assert isinstance(bounded(flat, derive(flat), Fraction(1, 10)), str)


def test_the_ridge_bounds_where_the_gradient_is_small() -> None:
    from strictsaddle.covering.ridge_bounds import ridge_bound
    from strictsaddle.networks.network import network

    net = network([1, 1, 1], activation="tanh", loss="squared", ridge="1/10", data=([[1], [2]], [[1], [-1]]))
    assert net.network is not None
    narrow, wide = ridge_bound(net.network), ridge_bound(net.network, Fraction(1, 2))
    assert not isinstance(narrow, str) and not isinstance(wide, str)
    assert all(a < b for a, b in zip(narrow, wide, strict=True))
    from strictsaddle.arithmetic.evaluate import evaluate_float

    points = np.random.default_rng(3).uniform(-40, 40, (50_000, net.dimension))
    norms = np.linalg.norm(evaluate_float(derive(net).gradient_tape, points), axis=1)
    assert (norms[(np.abs(points) > np.array(wide)).any(axis=1)] > 0.5).all()
