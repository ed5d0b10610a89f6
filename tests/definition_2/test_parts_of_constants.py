"""The parts that an answer about constants is made of, each by itself."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from flint import arb

import strictsaddle as ss
from strictsaddle.definition_2 import constants, frontier, infimum
from strictsaddle.definition_2.descent import descend, starts
from strictsaddle.definition_2.examination import Decision, Examination
from strictsaddle.definition_2.frontier_row import Row
from strictsaddle.definition_2.goodness import Goodness
from strictsaddle.definition_2.landscape.constant_hessian import above, at_least, constant_hessian, holds_exactly
from strictsaddle.definition_2.landscape.landscape import Landscape, norm_of, pieces
from strictsaddle.definition_2.largest_alpha import choose, rounded
from strictsaddle.definition_2.theorem6 import step_size, theorem_6
from strictsaddle.definition_2.violation import Constants, certified, distance, short
from strictsaddle.derive.derivatives import derive
from strictsaddle.execution.budget import UNLIMITED, Budget
from strictsaddle.execution.executor import executor
from strictsaddle.records.definition_2 import LargestAlpha
from strictsaddle.records.events import silent
from strictsaddle.records.terms import Interval

ONES = Constants(*(Fraction(1),) * 4)
BOWL = derive(ss.Objective("bowl", "x y", "x**2 + 3*y**2/2"))


def test_a_descent_finds_the_least_and_ends_in_time() -> None:
    def score(points: np.ndarray) -> np.ndarray:  # type: ignore[type-arg]
        return np.abs(points - 0.25).sum(axis=1)

    rng = np.random.default_rng(0)
    points, values = descend(score, rng.uniform(-2, 2, (60, 2)), 0.5, rng)
    assert values[0] < 1e-3 and np.allclose(points[0], 0.25, atol=1e-3) and (np.diff(values) >= 0).all()
    late, _ = descend(score, np.array([[2.0, 2.0]]), 0.5, rng, budget=Budget.of(-1))
    assert late.tolist() == [[2.0, 2.0]]


def test_starts_are_near_what_is_known_and_everywhere() -> None:
    found = starts(np.array([[1.0, 1.0]]), 0.1, 5.0, np.random.default_rng(0), 200)
    assert found.shape[1] == 2 and np.abs(found).max() <= 6.0
    assert (np.linalg.norm(found - 1.0, axis=1) < 0.2).any() and (np.linalg.norm(found - 1.0, axis=1) > 3).any()


def test_a_constant_hessian_is_settled_with_equality() -> None:
    matrix = constant_hessian(BOWL)
    assert matrix is not None and constant_hessian(derive(ss.Objective("f", "x", "x**4"))) is None
    assert (
        at_least(matrix, Fraction(2))
        and not above(matrix, Fraction(2))
        and above(matrix, Fraction(2) - Fraction(1, 10**30))
    )
    assert not at_least(matrix, Fraction(2) + Fraction(1, 10**30))
    least = Fraction(2)
    assert holds_exactly(BOWL, least, Fraction(1), 2 * Fraction(1, 10), Fraction(1, 10))
    assert not holds_exactly(BOWL, least + Fraction(1, 10**20), Fraction(1), Fraction(1, 100), Fraction(1, 10))


def test_distances_hold_the_true_one() -> None:
    found = distance([arb(3), arb(4)], (Interval(0.0, 0.0), Interval(0.0, 0.0)))
    assert found.contains(arb(5)) and found.rad() < 1e-10
    assert norm_of([arb(3), arb(-4)]).contains(arb(5))
    assert distance([arb(0)], (Interval(0.0, 2.0),)).contains(arb(2))


def test_a_violation_is_proved_where_it_is_one() -> None:
    """At (0, 1) the bowl has |g| = 3, so it violates epsilon = 4 and not epsilon = 2; far from a good minimum by fiat."""
    landscape, place = Landscape(BOWL.objective), np.array([0.0, 1.0])

    def asked(epsilon: int, far: bool = True) -> bool:
        constants = Constants(Fraction(1), Fraction(1), Fraction(epsilon), Fraction(1, 10))
        return certified(landscape, place, constants, lambda _: ("far", "interval") if far else None) is not None

    assert asked(4) and not asked(2) and not asked(4, far=False)
    assert certified(landscape, np.array([np.nan, 1.0]), ONES, lambda _: ("far", "interval")) is None


def test_the_shortest_decimals_that_do() -> None:
    tried: list[float] = []

    def test(place: np.ndarray) -> None:  # type: ignore[type-arg]
        tried.append(float(place[0]))

    assert short(np.array([0.123456]), test) is None and tried == [0.123456]


def test_the_condition_of_theorem_6_that_binds() -> None:
    small = Constants(Fraction(1), Fraction(1), Fraction(1, 100), Fraction(1))
    step, binding = step_size(2.0, 3, small)
    assert step == pytest.approx(1e-4 / 12) and binding.startswith("epsilon^2")
    assert theorem_6(2.0, 3, small).iterations == pytest.approx(step**-2)
    wide = Constants(Fraction(1), Fraction(1), Fraction(100), Fraction(1))
    assert step_size(2.0, 3, wide)[1] != binding


def test_numbers_are_rounded_to_the_safe_side() -> None:
    assert rounded(Fraction(1, 3), up=False, digits=3) <= Fraction(1, 3) <= rounded(Fraction(1, 3), up=True, digits=3)


def test_the_row_that_is_chosen() -> None:
    def row(delta: str, alpha: str | None) -> LargestAlpha:
        return LargestAlpha(delta, alpha, None, None, "all local minima", alpha, ())

    rows = [row("1/10", "1"), row("1/5", "3/5"), row("1", "1/10"), row("2", None)]
    assert choose(rows, widest=False) == (Fraction(3, 5), Fraction(1, 5))
    assert choose(rows, widest=True) == (Fraction(1, 10), Fraction(1))
    assert choose([row("1", None)], widest=False) is None


def test_pieces_cover_the_box() -> None:
    low, high = pieces(np.zeros(2), np.ones(2))
    assert np.prod(high - low, axis=1).sum() == pytest.approx(1.0)


def test_a_crowded_ball_is_told_by_a_field() -> None:
    """Not by a sentence."""
    near = ss.Objective("near", "x", "(x**2 - 1/100)**2")
    verdict = ss.constants(near, alpha="1/1000", gamma="1/1000", epsilon="1/10000", delta="1/2", workers=1)
    found = verdict.definition_2
    assert found is not None and found.verdict == "fails" and found.reason.count("there is only one") == 1
    assert Goodness(False, "", True).crowded and not Decision("undecided", "global", "none", "").crowded


def test_a_row_of_the_frontier_as_a_record() -> None:
    proved = Decision("holds", "global", "interval", "")
    row = Row(Fraction(1), Fraction(1, 2), Fraction(1, 3), Fraction(1, 4), proved, "gamma", Fraction(2, 5), None)
    record = row.record
    assert (record.gamma, record.refuted_gamma, record.refuted_epsilon, record.sought) == ("1/3", "2/5", None, "gamma")
    assert record.gap == pytest.approx(1 / 6) and record.verdict == "holds"
    larger = Row(Fraction(1), Fraction(1, 2), Fraction(1, 2), Fraction(1, 4), proved)
    assert larger.dominates(row) and not row.dominates(larger)


def test_numbers_of_rows_in_words_and_codes() -> None:
    failed = Row(Fraction(1), Fraction(1), None, Fraction(1, 4), Decision("fails", "global", "exact", ""))
    assert frontier._others(failed) == ", epsilon = 1/4"
    verdict = ss.constants(BOWL.objective, alpha=2, gamma=1, epsilon="1/5", delta="1/10")
    assert constants.exit_code(verdict) == 0
    assert (
        constants.exit_code(verdict, ss.constants(BOWL.objective, alpha=3, gamma=1, epsilon="1/5", delta="1/10")) == 1
    )


def test_the_infimum_lies_where_the_other_conditions_fail() -> None:
    """|g| for x^4/4 - x^2/2 + y^2/2 is least at the saddle where gamma is too large for it: at the origin."""
    well = ss.Objective("well", "x y", "x**4/4 - x**2/2 + y**2/2")
    with executor(1) as pool:
        examination = Examination(well, ss.check(well), pool=pool, budget=UNLIMITED, listener=silent)
        place = infimum.infimum(examination, Fraction(1, 2), Fraction(1, 10), gamma=Fraction(2))
    assert place is not None and np.linalg.norm(place) < 1e-3
