"""The program against Newton's method in 50 digits, on objectives that are not defined everywhere: no claim is ever wrong.

1,000 objectives with `make test-all`; the first block always. Undecided is no fault here.
"""

from __future__ import annotations

import random

import mpmath as mp
import pytest
from natural_domains import DIGITS, Found, Tree, formula, stationary_points

import strictsaddle as ss
from strictsaddle.errors import InputError
from strictsaddle.records.verdict import StationaryPoint, Verdict

BLOCKS = [0, *[pytest.param(k, marks=pytest.mark.slow) for k in range(1, 50)]]
IN_A_BLOCK = 20


@pytest.mark.parametrize("block", BLOCKS)
def test_against_high_precision(block: int) -> None:
    for count in range(IN_A_BLOCK):
        examine(31_000 + IN_A_BLOCK * block + count)


def examine(seed: int) -> str:
    """Raise AssertionError where a claim is wrong; the verdict in a word."""
    rng = random.Random(seed)
    tree, n = formula(rng)
    try:
        objective = ss.Objective("case", " ".join("xyz"[:n]), tree.text())
    except InputError:  # the root of a negative number stands in it
        return "no formula"
    verdict = ss.check(objective, workers=1, budget=4, seed=1)
    told = (seed, tree.text(), verdict.definition_1.reason)
    known = stationary_points(tree, n, rng, 40)
    for found in known:
        assert not (verdict.stationary.complete and not listed(verdict, found)), (
            *told,
            [mp.nstr(x, 20) for x in found.point],
        )
        degenerate = abs(found.eigenvalues[0]) < mp.mpf(10) ** -25
        assert not (verdict.definition_1.verdict == "strict_saddle" and degenerate), told
    for point in verdict.stationary.isolated:
        check_point(tree, point, told)
    witness = verdict.definition_1.witness
    if witness is not None:
        with mp.workdps(DIGITS):
            jet = tree.at([mp.mpf(side.low + side.high) / 2 for side in witness.point])
            assert max(map(abs, jet.slope)) < 1e-6 * (1 + max(abs(x) for row in jet.bend for x in row)), told
            assert min(abs(x) for x in mp.eigsy(mp.matrix(jet.bend), eigvals_only=True)) < 1e-5, told
    return verdict.definition_1.verdict


def check_point(tree: Tree, point: StationaryPoint, told: object) -> None:
    """A listed point is one: around it the gradient is small, and the eigenvalues are those that are enclosed."""
    with mp.workdps(DIGITS):
        jet = tree.at([(mp.mpf(side.low) + mp.mpf(side.high)) / 2 for side in point.point])
        scale = 1 + max(abs(x) for row in jet.bend for x in row)
        wide = max(mp.mpf(side.high) - mp.mpf(side.low) for side in point.point) + mp.mpf(10) ** -15
        assert max(map(abs, jet.slope)) <= 1e3 * scale * wide, told
        values = sorted(mp.eigsy(mp.matrix(jet.bend), eigvals_only=True))
        for value, side in zip(values, point.eigenvalues, strict=False):
            assert side.low - 1e-4 * scale <= value <= side.high + 1e-4 * scale, told


def listed(verdict: Verdict, found: Found) -> bool:
    """Whether the point is on the list, up to periods where points are counted by periods."""
    periodic = any("counted once a period" in line for line in verdict.stationary.trust)
    for point in verdict.stationary.isolated:
        apart = [
            x - (mp.mpf(side.low) + mp.mpf(side.high)) / 2 for x, side in zip(found.point, point.point, strict=True)
        ]
        if periodic:
            apart = [x - 2 * mp.pi * mp.nint(x / (2 * mp.pi)) for x in apart]
        if max(map(abs, apart)) < 1e-7 * (1 + max(map(abs, found.point))):
            return True
    return False
