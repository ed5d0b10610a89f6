"""Boxes outside of which the gradient is proved large: sampled, and refused where it is not."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
import sympy

import strictsaddle as ss
from strictsaddle.arithmetic.evaluate import evaluate_float
from strictsaddle.covering.chart_at_infinity import degree
from strictsaddle.definition_2.landscape.combinations import combinations, polynomial_gradient
from strictsaddle.definition_2.landscape.growth import Bounded, bounded
from strictsaddle.derive.derivatives import derive

EPSILON = Fraction(1, 50)


def bound(names: str, expression: str) -> Bounded | str:
    objective = ss.Objective("f", names, expression)
    return bounded(objective, derive(objective), EPSILON)


@pytest.mark.parametrize(
    ("names", "expression"),
    [
        ("x y", "x**4/4 - x**2/2 + y**2/2"),
        ("x y", "x**4 + y**2 - x*y**3/100 + y**6"),
        ("x y", "cosh(x) + y**2"),
        # these grow at different rates: plain charts at infinity find zeros, weighted ones do not
        ("x y z", "x**4/4 - x**2/2 + y**4/4 - y**2/2 + z**2/2 + x*y*z/8"),
        ("x z", "x**4/4 + z**2/2 + x**2*z/2"),
        ("x y z", "x**6 + y**4 + z**2 + x*y*z"),
        # the leading forms of the gradient have common zeros, combinations of lower degree do not
        ("x y", "100*(y - x**2)**2 + (1 - x)**2"),
        ("a b", "(a*b - 1)**2 + (a**2 + b**2)/10"),
        ("a b c d", "2*(1 - b*a)**2 + (b*c)**2 + 2*(d*a)**2 + (1 - d*c)**2 + (a**2 + b**2 + c**2 + d**2)/10"),
    ],
)
def test_samples_outside_of_the_box_have_a_large_gradient(names: str, expression: str) -> None:
    found = bound(names, expression)
    assert isinstance(found, Bounded)
    n, random = len(names.split()), np.random.default_rng(0)
    points = random.standard_normal((200_000, n)) * np.exp(random.uniform(-5, 5, (200_000, n)))
    points = np.concatenate([points, found.upper * random.uniform(-1.2, 1.2, (200_000, n))])
    outside = points[np.any(np.abs(points) > found.upper, axis=1)]
    with np.errstate(over="ignore"):
        slopes = evaluate_float(derive(ss.Objective("f", names, expression)).gradient_tape, outside)
    assert np.nanmin(np.linalg.norm(np.clip(slopes, -1e3, 1e3), axis=1)) >= float(EPSILON)


@pytest.mark.parametrize(
    ("names", "expression"),
    [
        ("x z", "x**4/4 + x**2*z + z**2"),  # (x^2/2 + z)^2: a parabola of minima
        ("x z", "x**4/4 + x**2*z + z**2 - x**2/2 - z"),  # of p = x^2/2 + z the function p^2 - p: small where p = 1/2
        ("a b", "(a*b - 1)**2"),  # a hyperbola of minima
        ("x y", "(x*y - 1)**2 + x**2"),  # the infimum is not attained: |g| -> 0 far out
        ("x y", "exp(x) + y**2"),
    ],
)
def test_no_bound_is_claimed_where_the_gradient_is_small_far_out(names: str, expression: str) -> None:
    assert isinstance(bound(names, expression), str)


@pytest.mark.parametrize(
    ("names", "expression", "weights"),
    [
        ("x y", "100*(y - x**2)**2 + (1 - x)**2", (1, 2)),
        ("x y", "100*(y - x**2)**2 + (1 - x)**2", (1, 1)),
        ("a b c d", "2*(1 - b*a)**2 + (b*c)**2 + 2*(d*a)**2 + (1 - d*c)**2 + (a**2 + b**2 + c**2 + d**2)/10", (1,) * 4),
    ],
)
def test_combinations_are_what_they_say(names: str, expression: str, weights: tuple[int, ...]) -> None:
    """p = sum_k q_k g_k by SymPy, with the degrees that are told; for the banana x - 1 = (g_1 + 2 x g_2)/2 is among them."""
    symbols = sympy.symbols(names.split(), real=True)
    value = sympy.sympify(expression, locals=dict(zip(names.split(), symbols, strict=True)))
    slopes = polynomial_gradient(ss.Objective("f", names, expression))
    assert slopes is not None
    found = combinations(slopes, weights)
    assert found
    for one in found:
        made, *factors = (
            sum(sympy.Rational(c.numerator, c.denominator) * sympy.prod(x**e for x, e in zip(symbols, m, strict=True))
                for m, c in p.items())
            for p in (one.value, *one.factors)
        )  # fmt: skip
        assert sympy.expand(made - sum(q * value.diff(x) for q, x in zip(factors, symbols, strict=True))) == 0
        assert one.degree == degree(one.value, weights) >= one.degree_of_factors
    if names == "x y" and weights == (1, 2):
        assert {(1, 0): 1, (0, 0): -1} in [dict(one.value) for one in found]
