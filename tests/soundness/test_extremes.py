"""The program against objectives whose truth is known without it (`extremes`): no claim is ever wrong. Undecided is no fault here.

3,000 objectives and 300 sets of constants with `make test-all`; the first blocks always.
"""

from __future__ import annotations

import random
from fractions import Fraction

import mpmath
import pytest
from extreme_objectives import activation, lines, margin, truth

import strictsaddle as ss

SLOW = [pytest.param(k, marks=pytest.mark.slow) for k in range(1, 150)]


@pytest.mark.parametrize("block", [0, *SLOW])
def test_polynomials_of_any_size(block: int) -> None:
    """Ten in a block, half of them with coefficients from 1e-400 to 1e400."""
    for number in range(10):
        rng = random.Random(1000 * block + number)
        parts = lines(rng, extreme=number % 2 == 0)
        objective = ss.Objective("case", [part.name for part in parts], " + ".join(part.text() for part in parts))
        known = truth(parts)
        verdict = ss.check(objective, workers=1, budget=6)
        told = (block, number, objective.expression)
        assert verdict.definition_1.verdict != ("not_strict_saddle" if known.strict_saddle else "strict_saddle"), told
        if verdict.stationary.complete:
            assert verdict.stationary.counts == known.counts, told
            assert len(verdict.stationary.isolated) == known.points, told
        assert all(verdict.stationary.counts[kind] <= known.counts[kind] for kind in known.counts), told
        if verdict.minimum is not None and verdict.minimum.bounded_below is not None:
            assert verdict.minimum.bounded_below is known.least, told
        if verdict.minimum is not None and verdict.minimum.attained is not None:
            assert verdict.minimum.attained is known.least, told
        if known.least and verdict.minimum is not None and verdict.minimum.global_minima is not None:
            assert verdict.minimum.global_minima == known.minimisers, told


@pytest.mark.parametrize("block", [0, *SLOW])
def test_activations_with_large_scales(block: int) -> None:
    for number in range(10):
        one = activation(random.Random(7000 * block + number))
        verdict = ss.check(ss.Objective("case", "w", one.text()), workers=1, budget=6)
        changes = one.stationary(800)
        told = (block, number, one.text())
        if verdict.stationary.complete:
            points = [0.5 * (p.point[0].low + p.point[0].high) for p in verdict.stationary.isolated]
            kinds = [p.kind for p in verdict.stationary.isolated]
            for place, sign in changes:
                near = min(range(len(points)), key=lambda k: abs(points[k] - float(place)), default=None)
                assert near is not None and abs(points[near] - float(place)) < 1e-9 * (1 + abs(float(place))), told
                assert kinds[near] == ("local_minimum" if sign > 0 else "local_maximum"), told
        for point in verdict.stationary.isolated:
            with mpmath.workdps(40):
                low, high = (mpmath.mpf(end) for end in point.point[0])
                assert one.slope(low) * one.slope(high) <= 0, told
        assert verdict.definition_1.verdict != "not_strict_saddle", (
            told
        )  # a degenerate one would have a double zero: none here has


@pytest.mark.parametrize("block", [0, *[pytest.param(k, marks=pytest.mark.slow) for k in range(1, 60)]])
def test_constants_of_activations(block: int) -> None:
    """Five sets in a block, held against a fine grid; within a thousandth of equality the grid is not asked."""
    for number in range(5):
        rng = random.Random(90_000 + 100 * block + number)
        one = activation(rng, monotone=True)
        alpha, gamma, epsilon = (Fraction(rng.randint(1, 40), 40) * one.ridge * rng.choice((1, 1, 2)) for _ in range(3))
        delta = Fraction(rng.randint(1, 20), rng.choice((10, 40, 400)))
        found = ss.constants(ss.Objective("case", "w", one.text()), alpha=alpha, gamma=gamma, epsilon=epsilon, delta=delta,
                             workers=1, budget=6).definition_2  # fmt: skip
        assert found is not None
        worst = margin(one, float(alpha), float(gamma), float(epsilon), float(delta), 600)
        told = (block, number, one.text(), alpha, gamma, epsilon, delta, worst)
        if found.verdict == "holds":
            assert worst > -1e-3, told
        if found.verdict == "fails":
            assert worst < 1e-3 + 0.05, told  # the worst point may lie between two of the grid
