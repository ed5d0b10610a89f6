"""Doubles in the place of coefficients: the bounds of their errors hold, from the smallest numbers to the largest."""

from __future__ import annotations

import numpy as np
import pytest
from flint import acb, arb, ctx

from strictsaddle.derive import polynomials
from strictsaddle.derive.monomial_form import MonomialForm
from strictsaddle.objective.objective import Objective
from strictsaddle.polynomials.certification import certify, confirmed


def form_of(variables: str, text: str) -> MonomialForm:
    objective = Objective("test", variables, text)
    return MonomialForm.of(polynomials.system(objective.graph, objective.node, objective.dimension))


@pytest.mark.parametrize("exponents", [(0, 0), (-160, 160), (-100, 40), (-155, 2), (-290, 290), (60, 60), (-200, 100)])
def test_the_bounds_hold_for_coordinates_of_any_size(exponents: tuple[int, int]) -> None:
    """x^2 y^2 with x of 1e-160 and y of 1e160 is of size 1, and x^2 underflows on the way."""
    form = form_of("x y", "3*x**2*y**2 - x**3*y/7 + x**4*y**3 - y**2 + x*y/3")
    random = np.random.default_rng(3)
    points = random.uniform(1, 2, (50, 2)) * np.exp(1j * random.uniform(0, 6, (50, 2))) * 10.0 ** np.array(exponents)
    with np.errstate(all="ignore"):
        g, h, g_error, h_error = form.doubles(points)
    largest = max(abs(c) for row in form.coefficients.tolist()[1:3] for c in row)
    before, ctx.prec = ctx.prec, 4096
    try:
        for k, point in enumerate(points.tolist()):
            exact, matrix = form.complex_balls([acb(z.real, z.imag) for z in point])
            for i in range(2):
                if np.isfinite(g_error[k, i]) and np.isfinite(g[k, i]):
                    off = abs(exact[i] / acb(arb(largest)) - acb(g[k, i].real, g[k, i].imag))
                    assert off < arb(float(g_error[k, i]))
                for j in range(2):
                    if np.isfinite(h_error[k, i, j]) and np.isfinite(h[k, i, j]):
                        off = abs(matrix[i, j] / acb(arb(largest)) - acb(h[k, i, j].real, h[k, i, j].imag))
                        assert off < arb(float(h_error[k, i, j]))
    finally:
        ctx.prec = before


@pytest.mark.parametrize("exponents", [(0, 0), (-160, 160), (-170, 0), (-300, -300)])
def test_the_variation_is_bounded_for_coordinates_of_any_size(exponents: tuple[int, int]) -> None:
    form = form_of("x y", "x**5 - x**2*y**2 + x**3*y + x*y**3")
    random = np.random.default_rng(4)
    points = random.uniform(1, 2, (40, 2)) * 10.0 ** np.array(exponents) + 0j
    radius = 10.0 ** random.uniform(-5, -1, 40) * np.abs(points).max(axis=1)
    with np.errstate(all="ignore"):
        bound = form.hessian_variation(points, radius)
        moved = points + radius[:, None] * random.uniform(-1, 1, (40, 2))
    before, ctx.prec = ctx.prec, 4096
    try:
        for k in range(40):
            here = form.complex_balls([acb(z.real) for z in points[k].tolist()])[1]
            there = form.complex_balls([acb(z.real) for z in moved[k].tolist()])[1]
            largest = max(abs(c) for row in form.coefficients.tolist()[1:3] for c in row)
            for i in range(2):
                for j in range(2):
                    if np.isfinite(bound[k, i, j]):
                        change = abs(there[i, j] - here[i, j]) / arb(largest)
                        assert change <= arb(float(bound[k, i, j])) * arb(float(radius[k])) * (1 + arb(2) ** -40)
    finally:
        ctx.prec = before


@pytest.mark.parametrize(
    ("power", "usable"), [(0, True), (200, True), (287, True), (291, False), (320, False), (990, False)]
)
def test_coefficients_too_far_apart_have_no_doubles(power: int, usable: bool) -> None:
    form = form_of("x y", f"x**2 + y**2/10**{power}")
    assert form.has_doubles is usable


@pytest.mark.parametrize("power", [250, 300, 400, 990])
def test_zeros_of_such_polynomials_are_certified_in_balls_alone(power: int) -> None:
    """x = 1 and y = 10^power/2 is the zero; next to it there is none, and none may be certified."""
    form = form_of("x y", f"(x - 1)**2 + y**2/10**{power} - y")
    half = arb(10) ** power / 2
    right, wrong = [acb(1), acb(half)], [acb(1), acb(half * arb("1.01"))]
    before, ctx.prec = ctx.prec, 256
    try:
        found = certify(form, [right], 256)
        assert found[0] is None or (found[0].real and found[0].box[1].real.contains(half) and confirmed(form, found[0]))
        for zero in certify(form, [wrong], 256):
            assert zero is None or zero.box[1].real.contains(half)  # Newton's method may come to the true one
    finally:
        ctx.prec = before


def test_a_term_that_doubles_lose_is_not_lost() -> None:
    """f = x^2/2 - x + c x^30 y with c = 1e-340: to doubles y is absent, and every (1, y) a zero. There is none but at y = y(x)."""
    form = form_of("x y", "x**2/2 - x + x**30*y*(y - 2)/10**340")
    assert not form.has_doubles
    found = certify(form, [[acb(1), acb(0.5)], [acb(1), acb(7)]], 256)
    assert all(zero is None or abs(complex(zero.box[1]) - 1) < 1e-3 for zero in found)
