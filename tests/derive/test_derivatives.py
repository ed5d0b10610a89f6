"""Gradients and Hessians are those of SymPy, of finite differences and of JAX, and keep to the objective's domain."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import flint
import numpy as np
import pytest
import sympy
from flint import arb
from hypothesis import given, settings
from random_formulas import PARTIAL, SMOOTH, N, formulas, value_in_arb

from strictsaddle.arithmetic import evaluate as kernels
from strictsaddle.arithmetic.tape import compile_tape
from strictsaddle.derive.derivatives import (
    derive,
    forward,
    gradient,
    hessian,
    reverse,
    sympy_gradient,
    sympy_hessian,
    upper_triangle,
)
from strictsaddle.formula.from_sympy import from_sympy, symbols, to_sympy
from strictsaddle.formula.graph import Graph, Op
from strictsaddle.objective.objective import Objective

TANH_NET = (
    "1/2*((v1*tanh(w1) + v2*tanh(w2) - 1)**2 + (v1*tanh(2*w1) + v2*tanh(2*w2) + 1)**2)"
    " + (w1**2 + w2**2 + v1**2 + v2**2)/50"
)
FORMULAS = [
    "x**4/4 - x**2/2 + y**2/3", "(x*y - 1)**2", "x**3*y - x*y**5 + 7", "exp(x*y) - sin(x)*cos(y)", "x/(1 + y**2)",
    "tanh(x*y)**2 + sigmoid(x - y)*softplus(x)", "erf(x + y)*atan(x)", "sqrt(1 + x**2 + y**2)", "log(1 + x**2)*y",
    "sinh(x)*cosh(y)", "tan(x/3)*asin(y/4)", "acos(x*y/9)", "log(cosh(x - y))", "x*tanh(sigmoid(y))", "pi*x**2*y", "3",
]  # fmt: skip
POINTS = [(Fraction(1, 2), Fraction(-2, 3)), (Fraction(-1, 3), Fraction(1, 7)), (Fraction(9, 8), Fraction(1))]


def balls(point: tuple[Fraction, ...]) -> list[arb]:
    return [arb(flint.fmpq(x.numerator, x.denominator)) for x in point]


@pytest.fixture(autouse=True)
def many_bits() -> Any:
    flint.ctx.prec, precision = 200, flint.ctx.prec
    yield
    flint.ctx.prec = precision


def by_sympy(expression: Any, order: tuple[str, ...]) -> tuple[Graph, int]:
    """The derivative that SymPy finds, as a graph of its own."""
    graph = Graph()
    derivative = sympy.diff(expression, *symbols(order))
    return graph, from_sympy(derivative, graph, ("x", "y"))


@pytest.mark.parametrize("formula", FORMULAS)
def test_agrees_with_sympy(formula: str) -> None:
    derivation = derive(Objective("f", "x y", formula))
    expression = to_sympy(derivation.graph, derivation.value, ("x", "y"))
    orders = [("x",), ("y",), ("x", "x"), ("x", "y"), ("y", "y")]
    nodes = [by_sympy(expression, order) for order in orders]
    compared = 0
    for point in POINTS:
        ours = kernels.evaluate_arb(derivation.gradient_hessian_tape, balls(point))
        exact = kernels.evaluate_rational(derivation.gradient_hessian_tape, point)
        for k, (graph, node) in enumerate(nodes):
            theirs = kernels.evaluate_arb(compile_tape(graph, [node], 2), balls(point))[0]
            assert ours[k].is_finite() and ours[k].rad() < 1e-30 and ours[k].overlaps(theirs)
            rational = kernels.evaluate_rational(compile_tape(graph, [node], 2), point)
            if exact is not None and rational is not None:
                assert exact[k] == rational[0]
                compared += 1
    assert compared or any(name in formula for name in ("(", "pi")), "polynomials are compared exactly"


def test_a_wrong_derivative_would_be_noticed() -> None:
    derivation = derive(Objective("f", "x y", "tanh(x*y)"))
    graph, node = by_sympy(sympy.tanh(symbols(["x"])[0] * symbols(["y"])[0]) * sympy.Rational(1001, 1000), ("x",))
    ours = kernels.evaluate_arb(derivation.gradient_tape, balls(POINTS[0]))[0]
    assert not ours.overlaps(kernels.evaluate_arb(compile_tape(graph, [node], 2), balls(POINTS[0]))[0])


@given(formulas(tuple(SMOOTH + PARTIAL), 6))
@settings(max_examples=100)
def test_random_derivatives_agree_with_central_differences(formula: tuple[Graph, int]) -> None:
    """In Arb at 400 bits with step 2**-100: the error of the difference is far below what is asked."""
    graph, node = formula
    flint.ctx.prec = 400
    point, step = [arb("0.625"), arb("-1.375")], arb(2) ** -100
    first = gradient(graph, node, N)
    second = hessian(graph, first, N)
    pairs = [(node, first[j], j) for j in range(N)] + [(first[i], second[i][j], j) for i in range(N) for j in range(N)]
    for value, derivative, j in pairs:
        moved = [[x + sign * step if k == j else x for k, x in enumerate(point)] for sign in (1, -1)]
        ends = [value_in_arb(graph, value, at) for at in moved]
        found = value_in_arb(graph, derivative, point)
        difference = (ends[0] - ends[1]) / (2 * step)
        if found.is_finite() and difference.is_finite() and abs(found) < 1e10 and difference.rad() < 1e-12:
            assert abs(found - difference) < 1e-6 * (1 + abs(found))


@pytest.mark.parametrize("activation", ["tanh", "softplus", "sigmoid"])
def test_agrees_with_finite_differences_of_floats(activation: str) -> None:
    derivation = derive(Objective("net", "w1 w2 v1 v2", TANH_NET.replace("tanh", activation)))
    points, step = np.random.default_rng(0).uniform(-2, 2, (20, 4)), 1e-6
    first = kernels.evaluate_float(derivation.gradient_tape, points)
    second = kernels.evaluate_float(derivation.hessian_tape, points)
    for j in range(4):
        move = step * np.eye(4)[j]
        for tape, exact in ((derivation.value_tape, first[:, [j]]), (derivation.gradient_tape, None)):
            upper, lower = (kernels.evaluate_float(tape, points + sign * move) for sign in (1, -1))
            slope = (upper - lower) / (2 * step)
            if exact is None:
                places = {place: k for k, place in enumerate(upper_triangle(4))}
                exact = second[:, [places[min(i, j), max(i, j)] for i in range(4)]]
            assert np.allclose(slope, exact, atol=1e-7)


@pytest.mark.slow
def test_agrees_with_jax() -> None:
    jax = pytest.importorskip("jax", reason="JAX is not installed")
    jax.config.update("jax_enable_x64", True)
    jnp = jax.numpy

    def loss(w: Any) -> Any:
        x, y = jnp.array([1.0, 2.0]), jnp.array([1.0, -1.0])
        residual = w[2] * jnp.tanh(w[0] * x) + w[3] * jnp.tanh(w[1] * x) - y
        return 0.5 * jnp.sum(residual**2) + jnp.sum(w**2) / 50

    points = np.random.default_rng(1).uniform(-2, 2, (50, 4))
    derivation = derive(Objective("net", "w1 w2 v1 v2", TANH_NET))
    assert np.allclose(kernels.evaluate_float(derivation.gradient_tape, points), jax.vmap(jax.grad(loss))(points))
    rows, columns = np.array(upper_triangle(4)).T
    theirs = np.asarray(jax.vmap(jax.hessian(loss))(points))[:, rows, columns]
    assert np.allclose(kernels.evaluate_float(derivation.hessian_tape, points), theirs)


def test_enclosures_of_the_curvature_of_tanh_and_sigmoid_are_exact_ranges() -> None:
    for function, greatest in (("tanh", 0.7698003589195011), ("sigmoid", 0.09622504486493764)):
        tape = derive(Objective("f", "x", f"{function}(x)")).hessian_tape
        low, high = kernels.evaluate_interval(tape, [[-10.0]], [[10.0]])
        assert -greatest <= low[0, 0] < high[0, 0] <= greatest


@pytest.mark.parametrize("formula", ["log(x)", "x*log(x)", "log(x**3)", "relu(x)", "abs(x)", "sqrt(x)", "1/x"])
def test_derivatives_are_undefined_where_the_objective_or_its_smoothness_ends(formula: str) -> None:
    derivation = derive(Objective("f", "x", formula))
    for tape in (derivation.gradient_tape, derivation.hessian_tape):
        low, _high = kernels.evaluate_interval(tape, [[-1.0], [0.0], [1.0]], [[1.0], [0.0], [2.0]])
        assert np.isnan(low[:, 0]).tolist() == [True, True, False]


def test_a_logarithm_of_what_is_plainly_positive_costs_no_guard() -> None:
    graph = derive(Objective("f", "x", "log(1 + exp(x) + x**2)")).graph
    assert not any(op.name == "POSITIVE" for op in graph.ops)


def test_constant_parts_are_not_differentiated() -> None:
    """asin has no derivative at 1, and none is needed."""
    graph = Graph()
    x, one = graph.variable(0), graph.constant(1)
    root = graph.mul(graph.unary(Op.ASIN, one), x)
    assert gradient(graph, root, 1) == [graph.unary(Op.ASIN, one)]


def test_constant_in_a_variable() -> None:
    derivation = derive(Objective("f", "x y", "x**2"))
    low, high = kernels.evaluate_interval(derivation.gradient_hessian_tape, [[1.0, -9.0]], [[2.0, 9.0]])
    assert low.tolist() == [[2.0, 0.0, 2.0, 0.0, 0.0]] and high.tolist() == [[4.0, 0.0, 2.0, 0.0, 0.0]]


def test_the_objective_is_left_alone_and_derivations_are_kept() -> None:
    objective = Objective("f", "x y", "exp(x)*y")
    size = len(objective.graph)
    assert derive(objective) is derive(Objective("f", "x y", "y*exp(x)"))
    assert derive(objective) is not derive(Objective("f", "x y", "y*exp(x) + 1"))
    assert len(objective.graph) == size


def test_forward_and_reverse_agree() -> None:
    graph = Graph()
    x, y = graph.variable(0), graph.variable(1)
    product, square = graph.mul(x, y), graph.power(x, 2)
    seeds = reverse(graph, {product: graph.constant(2), square: graph.constant(3)}, 2)
    along = forward(graph, [product, square], {0: graph.constant(1)})
    tape = compile_tape(graph, [*seeds, *along], 2)
    assert kernels.evaluate_rational(tape, [Fraction(5), Fraction(7)]) == [2 * 7 + 3 * 10, 2 * 5, 7, 10]


def test_for_display() -> None:
    derivation = derive(Objective("f", "x y", "x**2*y"))
    x, y = symbols(("x", "y"))
    assert [sympy.expand(entry) for entry in sympy_gradient(derivation)] == [2 * x * y, x**2]
    assert [[sympy.expand(entry) for entry in row] for row in sympy_hessian(derivation)] == [
        [2 * y, 2 * x],
        [2 * x, 0],
    ]
