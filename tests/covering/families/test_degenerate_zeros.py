"""The search for degenerate points of a family: nothing is closed that holds one, whatever the box."""

from __future__ import annotations

import random
from fractions import Fraction

import numpy as np
import pytest
from families_by_hand import family

import strictsaddle as ss
from strictsaddle.covering.box_tests import upper_index
from strictsaddle.covering.families import explore
from strictsaddle.covering.families.explore import is_regular, side_of_most
from strictsaddle.covering.families.question import DegenerateZeros, derive_family, left_over, start_of, strict_boxes
from strictsaddle.covering.infinity import radius_of_charts, unbounded_radius
from strictsaddle.covering.waves import cover
from strictsaddle.execution.budget import Budget
from strictsaddle.execution.executor import Serial
from strictsaddle.objective.family import Family
from strictsaddle.records.events import silent


def searched(whole: Family, reach: float, seconds: float = 20.0) -> tuple[np.ndarray, np.ndarray, str | None]:  # type: ignore[type-arg]
    derivation = derive_family(whole)
    n = derivation.unknowns
    widths = np.array([2 * reach] * n + [float(p.high - p.low) for p in whole.parameters])
    question = DegenerateZeros.of(derivation, widths)
    start = start_of(np.full(n, -reach), np.full(n, reach), whole, 4)
    state, reason, _ = cover(question, start, Serial(), Budget.of(seconds), silent)
    return left_over(state), strict_boxes(state), reason


@pytest.mark.parametrize(
    ("formula", "unknowns", "ends", "degenerate"),
    [
        ("(a*b - 1)**2 + p*(a**2 + b**2)", "a b", ("1/2", "2"), [(0.0, 0.0, 1.0)]),
        ("x**3/3 - p*x", "x", ("-1", "1"), [(0.0, 0.0)]),
        ("x**4/4 - x**2/2 - p*x", "x", ("-1", "1"), [(0.57735, -0.3849), (-0.57735, 0.3849)]),
        ("exp(x) - p*x - x**2/2 - 1", "x", ("0", "2"), [(0.0, 1.0)]),
        ("tanh(x - p)**3 + (x - 1/3)**4/100", "x", ("0", "1"), [(1 / 3, 1 / 3)]),
        ("log(x) + p/x + x*0", "x", ("1", "2"), []),
    ],
)
def test_degenerate_points_are_never_closed(
    formula: str, unknowns: str, ends: tuple[str, str], degenerate: list[tuple[float, ...]]
) -> None:
    left, strict, _ = searched(family(formula, unknowns, ends), 4.0)
    boxes = np.concatenate([left, strict])
    for point in degenerate:
        assert any(
            np.all(box[0] <= np.array(point) + 1e-5) and np.all(box[1] >= np.array(point) - 1e-5) for box in boxes
        )
    if not degenerate:
        assert not len(boxes)


def test_shifted_degenerate_points_are_never_closed() -> None:
    """(x - c)^3 + (p - d)(x - c) at random places: the point is in some box that is left, exactly."""
    drawn = random.Random(3)
    for _ in range(25):
        c, d = Fraction(drawn.randint(-99, 99), 64), Fraction(drawn.randint(1, 63), 64)
        whole = family(f"(x - ({c}))**3 + (p - {d})*(x - ({c}))", "x", ("0", "1"))
        left, strict, _ = searched(whole, 2.0)
        boxes = np.concatenate([left, strict])
        assert any(box[0][0] <= c <= box[1][0] and box[0][1] <= d <= box[1][1] for box in boxes)


def test_the_range_of_the_parameter_is_covered_whole() -> None:
    """Degenerate at the very ends of the range, which are no doubles."""
    for ends in (("1/3", "2/3"), ("1/10", "7/10")):
        for end in ends:
            left, strict, _ = searched(family(f"x**3/3 - (p - {end})*x", "x", ends), 2.0)
            assert any(box[0][1] <= float(Fraction(end)) <= box[1][1] for box in np.concatenate([left, strict]))


def test_regular_means_non_singular() -> None:
    at = upper_index(2)
    near = np.array([1.0, 0.9, 1.0])
    assert is_regular(near, near, at, np.linalg.inv([[1.0, 0.9], [0.9, 1.0]]))
    assert not is_regular(near, near + np.array([0.0, 0.1, 0.0]), at, np.linalg.inv([[1.0, 0.9], [0.9, 1.0]])), (
        "it holds [[1, 1], [1, 1]]"
    )
    unknown = np.array([np.nan, 0.9, 1.0])
    assert not is_regular(unknown, unknown, at, np.eye(2))
    lo, hi = np.array([0.0, 0.0, 0.0]), np.array([1.0, 1.0, 1e-9])
    flat = np.zeros(3)
    steep = np.array([0.0, 5.0])
    assert side_of_most(lo, hi, flat, np.array([1.0, 0.0, 2.0]), flat[:2], steep, at, np.full(3, 1e-6)) == 1
    assert side_of_most(lo, hi, flat, flat, flat[:2], steep, at, np.array([2.0, 2.0, 1e-6])) == -1
    assert explore.CONTRACTED < 1


def test_far_out_for_all_values() -> None:
    """A bound for all values of the parameter; none where points leave to infinity for one of them."""
    for formula, unknowns, ends, bounded in (
        ("x**2/2 - log(cosh(p*x))", "x", ("0", "9/10"), True),
        ("p*x**3/3 - x", "x", ("1/2", "1"), True),
        ("p*x**3/3 - x", "x", ("0", "1"), False),
        ("p*x**3/3 - x", "x", ("-1", "1"), False),
        ("(x*y - 1)**2 + p*(x**2 + y**2)", "x y", ("1/10", "1"), True),
        ("(x*y - 1)**2 + p*(x**2 + y**2)", "x y", ("0", "1"), False),
        ("exp(x) - p*x", "x", ("1/2", "1"), True),
        ("exp(x) - p*x", "x", ("0", "1"), False),
    ):
        derivation = derive_family(family(formula, unknowns, ends))
        radius = unbounded_radius(derivation, unknowns=range(derivation.unknowns)) or radius_of_charts(derivation)
        assert (radius is not None) is bounded, (formula, ends)


def test_derivatives_are_by_the_unknowns_alone() -> None:
    whole = family("p**2*x**2*y + y**3*p", "x y", ("1", "2"))
    derivation = derive_family(whole)
    assert (derivation.dimension, derivation.unknowns, len(derivation.gradient)) == (3, 2, 2)
    member = ss.Objective("member", "x y", "9/4*x**2*y + y**3*3/2")
    from strictsaddle.arithmetic.evaluate import evaluate_float
    from strictsaddle.derive.derivatives import derive

    plain = derive(member)
    point = np.array([[0.3, -0.7]])
    joint = np.array([[0.3, -0.7, 1.5]])
    assert np.allclose(evaluate_float(derivation.gradient_tape, joint), evaluate_float(plain.gradient_tape, point))
    assert np.allclose(evaluate_float(derivation.hessian_tape, joint), evaluate_float(plain.hessian_tape, point))
    question = DegenerateZeros.of(derivation, np.ones(3))
    assert np.allclose(evaluate_float(question.mixed, joint), [[4 * 1.5 * 0.3 * -0.7, 2 * 1.5 * 0.09 + 3 * 0.49]])
