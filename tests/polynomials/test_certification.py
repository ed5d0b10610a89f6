"""Krawczyk's test: it proves zeros where there are some, and proves nothing where there are none."""

from __future__ import annotations

import pytest
from flint import acb, arb
from hypothesis import given
from hypothesis import strategies as st

from strictsaddle.derive import polynomials
from strictsaddle.derive.monomial_form import MonomialForm
from strictsaddle.objective.objective import Objective
from strictsaddle.polynomials.certification import SimpleZero, certify, distinct, real_enclosure


def form_of(variables: str, text: str) -> MonomialForm:
    objective = Objective("test", variables, text)
    return MonomialForm.of(polynomials.system(objective.graph, objective.node, objective.dimension))


WELL = form_of("x y", "x^4/4 - x^2/2 + y^2/6")


def test_real_zeros_are_proved_and_refined() -> None:
    zero = certify(WELL, [(acb(1 + 1e-9), acb(-1e-9))], 53)[0]
    assert zero is not None and zero.real
    balls = real_enclosure(WELL, zero, 128)
    assert balls[0].contains(1) and balls[1].contains(0)
    assert all(ball.rad() < 1e-28 for ball in balls)


def test_complex_zeros_are_proved_not_to_be_real() -> None:
    form = form_of("x", "x^3/3 + x")
    zero = certify(form, [(acb(1e-12, 1),)], 53)[0]
    assert zero is not None and not zero.real


@pytest.mark.parametrize("point", [(0.5, 0.0), (1.0, 1.0), (1e8, 0.0), (1e200, 1.0), (1.1, 0.0)])
def test_points_that_are_no_zeros_prove_nothing(point: tuple[float, float]) -> None:
    zeros = certify(WELL, [tuple(acb(c) for c in point)], 53)
    # Newton's method may wander to a true zero; whatever is certified must then be one of the three.
    for zero in zeros:
        assert zero is None or any(zero.box[0].contains(acb(x)) and zero.box[1].contains(acb(0)) for x in (-1, 0, 1))


def test_multiple_zeros_are_never_certified() -> None:
    form = form_of("x y", "x^4 + y^2")
    assert certify(form, [(acb(0), acb(0)), (acb(1e-9), acb(0))], 53) == [None, None]


def test_a_pair_of_zeros_closer_than_doubles_can_separate() -> None:
    """x^3/3 - c^2 x has zeros at +-c; with c = 10^-20 high precision tells them apart, with c = 0 nothing does."""
    form = form_of("x", "x^3/3 - x/10^40")
    near = [(acb(arb(10) ** -20),), (acb(-(arb(10) ** -20)),)]
    zeros = [zero for zero in certify(form, near, 512) if zero is not None]
    assert len(distinct(zeros)) == 2
    double = form_of("x", "x^3/3")
    assert certify(double, near, 512) == [None, None]


def test_the_same_zero_twice_counts_once() -> None:
    zeros = [z for z in certify(WELL, [(acb(1), acb(0)), (acb(1 + 1e-10), acb(0)), (acb(0), acb(0))], 53) if z]
    assert len(zeros) == 3
    assert len(distinct(zeros)) == 2


@given(st.lists(st.integers(-8, 8), min_size=1, max_size=4, unique=True))
def test_all_roots_of_a_product(roots: list[int]) -> None:
    """f' = prod (x - r/2): each root is certified, and a point halfway between two roots is not taken for one."""
    derivative = [1.0]
    for root in roots:
        derivative = [a - root / 2 * b for a, b in zip([0.0, *derivative], [*derivative, 0.0], strict=True)]
    text = " + ".join(f"({c})*x^{k + 1}/{k + 1}" for k, c in enumerate(derivative))
    form = form_of("x", text)
    zeros = certify(form, [(acb(root / 2),) for root in roots], 53)
    assert all(isinstance(zero, SimpleZero) and zero.real for zero in zeros)
    assert len(distinct([zero for zero in zeros if zero])) == len(roots)
    for zero, root in zip(zeros, roots, strict=True):
        assert zero is not None and zero.box[0].contains(acb(root / 2))
