"""The bound of a ratio of two terms far out, held against the ratio itself; sums of terms against each other."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest

from strictsaddle.covering.outweighed import mark_outweighed, ratio


def test_the_bound_of_a_ratio_is_one_and_is_sharp() -> None:
    """(b / l) s^p exp(q s^-d) for many 0 < s <= t; where the bound is infinite, the ratio grows without bound or starts from nothing."""
    drawn, finite = random.Random(3), 0
    for _ in range(3_000):
        b, size = 10.0 ** drawn.uniform(-3, 3), 10.0 ** drawn.uniform(-3, 3)
        power, degree = drawn.randint(-4, 4), drawn.randint(0, 3)
        q, t = drawn.choice((-1, 1)) * 10.0 ** drawn.uniform(-2, 2), 10.0 ** drawn.uniform(-2, 0)
        bound = ratio(b, size, power, q, degree, t)
        logs = [
            math.log(b / size) + power * math.log(s) + q * s**-degree for s in np.geomspace(t * 1e-3, t, 1_500).tolist()
        ]
        if math.isfinite(bound):
            finite += 1
            if bound < 1e-300:  # where doubles end
                assert max(logs) < -690.0
                continue
            assert math.log(bound) - 1e-2 <= max(logs) <= math.log(bound) + 1e-12
        else:
            assert max(logs) > 690.0 or (degree > 0 and q > 0) or power < 0
    assert finite > 1_000


@pytest.mark.parametrize(
    "given",
    [
        (math.nan, 1.0, 1, -1.0, 1, 0.5), (math.inf, 1.0, 1, -1.0, 1, 0.5), (1.0, 0.0, 1, -1.0, 1, 0.5), (1.0, math.nan, 1, -1.0, 1, 0.5),
        (1.0, 1.0, 1, math.nan, 1, 0.5), (1.0, 1.0, 1, math.inf, 1, 0.5), (1.0, 1.0, -1, 0.0, 1, 0.5), (1.0, 1.0, -1, 0.5, 0, 0.5),
        (1.0, 1.0, 2, 0.5, 1, 0.5),
    ],
)  # fmt: skip
def test_what_is_not_bounded_is_infinite(given: tuple[float, float, int, float, int, float]) -> None:
    assert not ratio(*given) < math.inf


@pytest.mark.parametrize(
    ("terms", "answer"),
    [
        ([(2.0, 3.0), (-1.0, 1.0)], True),  # 2 against 1
        ([(2.0, 3.0), (-2.0, -1.0)], False),  # 2 against 2
        ([(2.0, 3.0), (-1.0, 1.0), (-1.5, 0.0)], False),  # 2 against 2.5
        ([(-3.0, -2.0), (-1.0, 1.0)], True),
        ([(-3.0, -2.0), (-9.0, 2.0)], False),
        ([(math.nan, 3.0), (-1.0, 1.0)], False),
        ([(2.0, 3.0), (math.nan, 1.0)], False),
        ([(-1.0, 3.0), (-1.0, 3.0)], False),
    ],
)
def test_a_term_against_the_others(terms: list[tuple[float, float]], answer: bool) -> None:
    """All with the same power and exponent, so that the enclosures alone decide."""
    count = len(terms)
    low, high = (np.array([[*(term[side] for term in terms), 0.0]]) for side in (0, 1))
    closed, whole = np.zeros(1, bool), np.array([0, count], np.int64)
    ones, zeros, one = np.ones(count), np.zeros(count, np.int64), np.zeros((1, 1), np.int64)
    mark_outweighed(closed, low, high, np.array([0.25]), whole, ones, ones, zeros, zeros, one + count, one)
    assert bool(closed[0]) is answer


@pytest.mark.parametrize(
    ("alone", "answer"), [((2.0, 3.0), True), ((-3.0, -2.0), True), ((-1.0, 3.0), False), ((math.nan, 3.0), False)]
)
def test_components_are_asked_one_by_one(alone: tuple[float, float], answer: bool) -> None:
    """Two terms in components of their own do not oppose each other: one that has a sign is enough."""
    low, high = np.array([[-1.0, alone[0], 0.0]]), np.array([[1.0, alone[1], 0.0]])
    closed, zeros, one = np.zeros(1, bool), np.zeros(2, np.int64), np.zeros((1, 1), np.int64)
    mark_outweighed(
        closed,
        low,
        high,
        np.array([0.25]),
        np.array([0, 1, 2], np.int64),
        np.ones(2),
        np.ones(2),
        zeros,
        zeros,
        one + 2,
        one,
    )
    assert bool(closed[0]) is answer


@pytest.mark.parametrize(
    ("last", "answer"), [((-1.0, 1.0), True), ((-2.0, 1.0), False), ((-1.9, 1.0), True), ((-2.1, 0.0), False)]
)
def test_a_component_opposes_itself_alone(last: tuple[float, float], answer: bool) -> None:
    """A first component without a sign, then one of two terms, of which the first is at least 2."""
    low, high = np.array([[-1.0, -1.0, 2.0, last[0], 0.0]]), np.array([[1.0, 1.0, 3.0, last[1], 0.0]])
    closed, ones, zeros, one = np.zeros(1, bool), np.ones(4), np.zeros(4, np.int64), np.zeros((1, 1), np.int64)
    first = np.array([0, 2, 4], np.int64)
    mark_outweighed(closed, low, high, np.array([0.25]), first, ones, ones, zeros, zeros, one + 4, one)
    assert bool(closed[0]) is answer


@pytest.mark.parametrize(
    ("powers", "answer"), [((1, 0), True), ((0, 1), False), ((2, 2), False), ((3, 2), True), ((-1, 1), False)]
)
def test_the_power_of_a_term_counts(powers: tuple[int, int], answer: bool) -> None:
    """t^-m against t^-k with t <= 1/4: the terms 2 t^-m and -3 t^-k, so that 3/2 t^(m - k) has to be below 1."""
    low, high = np.array([[2.0, -3.0, 0.0]]), np.array([[2.0, 1.0, 0.0]])
    closed, ones, zeros, one = np.zeros(1, bool), np.ones(2), np.zeros(2, np.int64), np.zeros((1, 1), np.int64)
    which, first = np.array(powers, np.int64), np.array([0, 2], np.int64)
    mark_outweighed(closed, low, high, np.array([0.25]), first, ones, ones, which, zeros, one + 2, one)
    assert bool(closed[0]) is answer
