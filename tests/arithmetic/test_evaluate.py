"""The evaluators agree with each other and with a naive evaluation of the formula, on random formulas and boxes."""

from __future__ import annotations

import ctypes
import ctypes.util
import pickle
import platform
from fractions import Fraction

import flint
import numpy as np
import pytest
from enclosure_checks import ball_outside
from flint import arb
from hypothesis import given, settings
from hypothesis import strategies as st
from random_formulas import PARTIAL, SMOOTH, N, formulas, value_in_arb

from strictsaddle.arithmetic import evaluate as kernels
from strictsaddle.arithmetic.tape import compile_tape
from strictsaddle.derive import derivatives
from strictsaddle.derive.derivatives import derive
from strictsaddle.formula.graph import Graph
from strictsaddle.objective.objective import Objective

EVERYTHING = tuple(SMOOTH + PARTIAL)
BITS = 300
box_ends = st.floats(-4, 4, width=32) | st.sampled_from([0.0, -0.0, 1.0, -1.0, 0.5, 5e-324])
far_ends = box_ends | st.floats(-1e6, 1e6) | st.floats(-1e-6, 1e-6)
far_widths = st.sampled_from([0.0, 1e-12, 1e-6, 1e-2, 0.5, 2.0, 40.0, 1e4])
widths = st.sampled_from([0.0, 1e-9, 1e-3, 0.25, 1.0, 3.0])


def sample(low: np.ndarray, high: np.ndarray, seed: int) -> list[list[float]]:
    """Points of a box: corners, the middle, and some between."""
    rng = np.random.default_rng(seed)
    t = np.concatenate([[[0.0] * N, [1.0] * N, [0.5] * N], rng.integers(0, 2, (3, N)), rng.random((4, N))])
    points: list[list[float]] = np.clip(low + t * (high - low), low, high).tolist()
    return points


def leaving(graph: Graph, node: int, low: np.ndarray, high: np.ndarray, seed: int) -> list[str]:
    """Values of `node` at points of the box that its enclosure does not contain."""
    tape = compile_tape(graph, [node], N)
    out_low, out_high = kernels.evaluate_interval(tape, low[None], high[None])
    found = []
    flint.ctx.prec, precision = BITS, flint.ctx.prec
    try:
        for point in sample(low, high, seed):
            value = value_in_arb(graph, node, [arb(x) for x in point])
            if value.is_finite() and ball_outside(out_low[0, 0], out_high[0, 0], value):
                found.append(f"{value} at {point} not in [{out_low[0, 0]!r}, {out_high[0, 0]!r}]")
    finally:
        flint.ctx.prec = precision
    return found


@given(formulas(EVERYTHING), st.tuples(box_ends, box_ends), st.tuples(widths, widths), st.integers(0, 99))
@settings(max_examples=50)
def test_enclosures_contain_the_values(
    formula: tuple[Graph, int], ends: tuple[float, float], size: tuple[float, float], seed: int
) -> None:
    graph, node = formula
    low = np.array(ends)
    assert not leaving(graph, node, low, low + np.array(size), seed)


@pytest.mark.slow
@given(formulas(EVERYTHING, 12), st.tuples(far_ends, far_ends), st.tuples(far_widths, far_widths), st.integers(0, 99))
@settings(max_examples=5000)
def test_enclosures_contain_the_values_of_thousands_of_formulas(
    formula: tuple[Graph, int], ends: tuple[float, float], size: tuple[float, float], seed: int
) -> None:
    graph, node = formula
    low = np.array(ends)
    assert not leaving(graph, node, low, low + np.array(size), seed)


@given(formulas(EVERYTHING, 4), st.tuples(box_ends, box_ends), st.tuples(widths, widths), st.integers(0, 99))
@settings(max_examples=30)
def test_enclosures_of_derivatives_contain_their_values(
    formula: tuple[Graph, int], ends: tuple[float, float], size: tuple[float, float], seed: int
) -> None:
    graph, node = formula
    low = np.array(ends)
    first = derivatives.gradient(graph, node, N)
    second = derivatives.hessian(graph, first, N)
    for entry in [*first, second[0][0], second[0][1], second[1][1]]:
        assert not leaving(graph, entry, low, low + np.array(size), seed)


def test_the_check_above_can_fail() -> None:
    graph = Graph()
    x = graph.variable(0)
    cubed, squared = compile_tape(graph, [graph.power(x, 3)], N), graph.power(x, 2)
    original = kernels.evaluate_interval
    box = np.array([2.0, 0.0]), np.array([3.0, 1.0])
    assert not leaving(graph, squared, *box, 0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kernels, "evaluate_interval", lambda tape, low, high: original(cubed, low, high))
        assert leaving(graph, squared, *box, 0)


@given(formulas(EVERYTHING), st.tuples(box_ends, box_ends))
@settings(max_examples=50)
def test_floats_lie_near_the_enclosure_of_their_point(formula: tuple[Graph, int], point: tuple[float, float]) -> None:
    graph, node = formula
    tape = compile_tape(graph, [node], N)
    low, high = kernels.evaluate_interval(tape, [point], [point])
    value = float(kernels.evaluate_float(tape, [point])[0, 0])
    lo, hi = float(low[0, 0]), float(high[0, 0])
    if not np.isfinite(lo + hi) or hi - lo > 1e-9 * max(1.0, abs(lo)):
        return  # undefined, or ill-conditioned here: floats may be anything
    assert abs(value - lo) <= 1e-6 * max(1.0, abs(lo))


@given(formulas(EVERYTHING), st.tuples(box_ends, box_ends))
@settings(max_examples=100)
def test_balls_contain_the_naive_value(formula: tuple[Graph, int], point: tuple[float, float]) -> None:
    graph, node = formula
    flint.ctx.prec, precision = BITS, flint.ctx.prec
    try:
        balls = [arb(x) for x in point]
        naive = value_in_arb(graph, node, balls)
        found = kernels.evaluate_arb(compile_tape(graph, [node], N), balls)[0]
        if naive.is_finite() and found.is_finite():
            assert found.overlaps(naive)
    finally:
        flint.ctx.prec = precision


@given(formulas((), 8), st.tuples(*[st.fractions(-3, 3, max_denominator=5)] * N))
@settings(max_examples=60)
def test_rationals_are_what_balls_contain(formula: tuple[Graph, int], point: tuple[Fraction, Fraction]) -> None:
    graph, node = formula
    tape = compile_tape(graph, [node], N)
    exact = kernels.evaluate_rational(tape, point)
    ball = kernels.evaluate_arb(tape, [arb(flint.fmpq(x.numerator, x.denominator)) for x in point])[0]
    if exact is not None and ball.is_finite():
        numerator, denominator = exact[0].as_integer_ratio()
        assert (ball * denominator - numerator).contains(0)


def one(expression: str, variables: str = "x") -> Objective:
    return Objective("f", variables, expression)


def value_tape(expression: str) -> kernels.Tape:
    return derive(one(expression)).value_tape


@pytest.mark.parametrize(
    ("expression", "point", "value"),
    [("x**4/4 - x**2/2", Fraction(1, 3), Fraction(1, 324) - Fraction(1, 18)), ("exp(x)", Fraction(0), Fraction(1)),
     ("sqrt(x)", Fraction(9, 4), Fraction(3, 2)), ("abs(x) + relu(x)", Fraction(-2), Fraction(2)),
     ("log(x)", Fraction(1), Fraction(0)), ("sigmoid(x)", Fraction(0), Fraction(1, 2)),
     ("1/x", Fraction(3), Fraction(1, 3))],
)  # fmt: skip
def test_rational_values(expression: str, point: Fraction, value: Fraction) -> None:
    assert kernels.evaluate_rational(value_tape(expression), [point]) == [value]


@pytest.mark.parametrize(
    ("expression", "point"),
    [("exp(x)", 1), ("sqrt(x)", 2), ("sqrt(x)", -1), ("1/x", 0), ("pi*x", 1), ("log(x)", 0), ("tanh(x)", 1)],
)
def test_what_is_irrational_or_undefined_has_no_rational_value(expression: str, point: int) -> None:
    assert kernels.evaluate_rational(value_tape(expression), [Fraction(point)]) is None


def test_wide_balls_keep_signs_and_domains() -> None:
    wide = arb(0, 1)
    rounding = arb(2) ** -20  # the end of a ball is its midpoint less its radius, and 0 is not always such a number
    assert kernels.evaluate_arb(value_tape("x**2"), [wide])[0] > -rounding
    assert kernels.evaluate_arb(value_tape("abs(x)"), [wide])[0] > -rounding
    assert not wide * wide > -rounding, "the twin: a product does not know that its factors are equal"
    assert kernels.evaluate_arb(value_tape("log(x)"), [wide])[0].is_nan()
    assert kernels.evaluate_arb(value_tape("sqrt(x)"), [wide])[0].is_nan()
    assert kernels.evaluate_arb(value_tape("sigmoid(x)"), [arb(10) ** 9])[0].is_finite()
    assert kernels.evaluate_arb(value_tape("softplus(x)"), [arb(10) ** 9])[0].contains(arb(10) ** 9)


def test_any_number_of_boxes() -> None:
    tape = value_tape("x**3 - tanh(x)")
    x = np.linspace(-3, 3, 201)
    for m in (0, 1, 63, 64, 65, 128, 201):
        low, high = kernels.evaluate_interval(tape, x[:m, None], x[:m, None] + 0.1)
        assert low.shape == high.shape == (m, 1)
        for k in range(m):
            alone = kernels.evaluate_interval(tape, x[k : k + 1, None], x[k : k + 1, None] + 0.1)
            assert (low[k, 0], high[k, 0]) == (alone[0][0, 0], alone[1][0, 0])


def test_undefined_boxes_say_so() -> None:
    low, high = kernels.evaluate_interval(
        value_tape("log(x) + 1/(x - 2)"), [[0.5], [-1.0], [1.0]], [[1.0], [1.0], [3.0]]
    )
    assert np.isnan(low[:, 0]).tolist() == np.isnan(high[:, 0]).tolist() == [False, True, True]


def test_unbounded_boxes() -> None:
    low, high = kernels.evaluate_interval(
        value_tape("tanh(x) + 2/(1 + x**2)"), [[-np.inf], [3.0]], [[np.inf], [np.inf]]
    )
    assert low[0, 0] >= -1 and high[0, 0] <= 3.0000001
    assert low[1, 0] >= 0.99 and high[1, 0] <= 1.2000001


@pytest.mark.parametrize("mode", ["FE_UPWARD", "FE_DOWNWARD", "FE_TOWARDZERO"])
def test_nothing_is_claimed_in_another_rounding_mode(mode: str) -> None:
    """A library in the same process may leave the processor so; 1/3 would then be one-sided."""
    if platform.machine() not in ("x86_64", "AMD64"):
        pytest.skip("the numbers of the rounding modes are those of x86")
    tape = value_tape("x/3")
    libm = ctypes.CDLL(ctypes.util.find_library("m"))
    kernels.evaluate_interval(tape, [[1.0]], [[1.0]])
    libm.fesetround({"FE_DOWNWARD": 0x400, "FE_UPWARD": 0x800, "FE_TOWARDZERO": 0xC00}[mode])
    try:
        low, high = kernels.evaluate_interval(tape, [[1.0]], [[1.0]])
    finally:
        libm.fesetround(0)
    assert np.isnan(low[0, 0]) and np.isnan(high[0, 0])
    low, high = kernels.evaluate_interval(tape, [[1.0]], [[1.0]])
    assert low[0, 0] < high[0, 0]


def test_tapes_travel_to_other_processes() -> None:
    tape = value_tape("x**2 + 1/3")
    copy = pickle.loads(pickle.dumps(tape))
    assert kernels.evaluate_interval(copy, [[1.0]], [[2.0]]) == kernels.evaluate_interval(tape, [[1.0]], [[2.0]])
    assert copy.constants == tape.constants
