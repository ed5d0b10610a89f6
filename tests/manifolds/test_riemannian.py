"""The Lagrangian on spheres: right points, right signs, and an orthonormal tangent space."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator

import numpy as np
import pytest
import sympy
from flint import arb, ctx
from hypothesis import given, settings
from hypothesis import strategies as st

from strictsaddle import zoo
from strictsaddle.certify.inertia import eigenvalue_enclosures, inertia_of_balls
from strictsaddle.derive.monomial_form import MonomialForm
from strictsaddle.manifolds.riemannian import lagrangian, rational_points, riemannian_hessian, tangent_basis
from strictsaddle.objective.domain import Spheres
from strictsaddle.objective.objective import Objective
from strictsaddle.polynomials.locate import Located, locate

TORUS = Spheres(((0, 1), (2, 3)))


@pytest.fixture(autouse=True)
def precision() -> Iterator[None]:
    before, ctx.prec = ctx.prec, 128
    yield
    ctx.prec = before


def located(objective: Objective) -> Located:
    return locate(lagrangian(objective))


def spectra(objective: Objective) -> list[tuple[list[float], list[arb]]]:
    """Each stationary point with the enclosed eigenvalues of its Riemannian Hessian."""
    form = MonomialForm.of(lagrangian(objective))
    assert isinstance(objective.domain, Spheres)
    found = []
    for zero in located(objective).zeros:
        point = zero.balls[len(objective.domain.groups) :]
        _, _, hessian = form.real_balls(zero.balls)
        spectrum = eigenvalue_enclosures(riemannian_hessian(objective.domain, hessian, point))
        found.append(([float(x) for x in point], spectrum))
    return found


def test_eq5_in_two_dimensions_is_the_closed_form() -> None:
    """f = 1 + cos 2p cos 2q: eigenvalues -4 cos 2p cos 2q (twice) at the corners, +-4 at the saddles."""
    found = located(zoo.get("tensor-eq5"))
    assert found.complete
    counts: Counter[tuple[float, ...]] = Counter()
    for _, spectrum in spectra(zoo.get("tensor-eq5")):
        counts[tuple(round(float(value), 9) for value in spectrum)] += 1
    assert counts == {(4.0, 4.0): 8, (-4.0, -4.0): 8, (-4.0, 4.0): 16}


def test_eq4_in_two_dimensions_has_degenerate_points() -> None:
    """The twin: the other objective of the same paper, which is not strict-saddle (see its entry in the zoo)."""
    flat = [spectrum for _, spectrum in spectra(zoo.get("tensor-eq4")) if any(value.contains(0) for value in spectrum)]
    assert len(flat) == 16
    assert all(spectrum[1] > 1 for spectrum in flat)


def test_the_bordered_matrix_has_the_tangent_signs_and_one_pair_more_for_each_sphere() -> None:
    objective = zoo.get("tensor-component", {"d": 3})
    form = MonomialForm.of(lagrangian(objective))
    assert isinstance(objective.domain, Spheres)
    for zero in located(objective).zeros:
        _, _, hessian = form.real_balls(zero.balls)
        bordered = inertia_of_balls(hessian)
        tangent = inertia_of_balls(riemannian_hessian(objective.domain, hessian, zero.balls[1:]))
        assert bordered is not None and tangent is not None
        assert bordered == (tangent.negative + 1, tangent.zero, tangent.positive + 1)


@given(st.lists(st.floats(-1, 1), min_size=5, max_size=5).filter(lambda v: sum(x * x for x in v[:3]) > 0.01))
def test_the_tangent_basis_is_orthonormal(values: list[float]) -> None:
    """One sphere in three of five unknowns, the others free."""
    point = [arb(x) for x in values]
    length = sum((x * x for x in point[:3]), arb(0)).sqrt()
    point[:3] = [x / length for x in point[:3]]
    basis = tangent_basis(Spheres(((0, 1, 2),)), point)
    gram = basis.transpose() * basis
    normal = [sum((basis[i, j] * point[i] for i in range(3)), arb(0)) for j in range(4)]
    assert all(gram[i, j].contains(int(i == j)) for i in range(4) for j in range(4))
    assert all(gram[i, j].rad() < 1e-20 for i in range(4) for j in range(4))
    assert all(value.contains(0) and value.rad() < 1e-20 for value in normal)


def test_a_basis_that_is_not_tangent_is_seen() -> None:
    """The twin: at another point of the sphere the same basis is not tangent."""
    basis = tangent_basis(Spheres(((0, 1),)), [arb(1), arb(0)])
    assert not (basis[0, 0] * arb(0.6) + basis[1, 0] * arb(0.8)).contains(0)


COEFFICIENTS = st.lists(st.integers(-3, 3), min_size=6, max_size=6).filter(lambda c: c[0] and c[1] and c[2])


@given(COEFFICIENTS)
@settings(max_examples=8)
def test_lagrangian_and_angles_agree(c: list[int]) -> None:
    """Angles on circles are arc lengths, so at stationary points the Hessian in them has the same eigenvalues."""
    formula = f"{c[0]}*a**2 + {c[1]}*a*x + {c[2]}*x**2*b + {c[3]}*b*y + {c[4]}*a + {c[5]}*y + 3*x"
    objective = Objective("torus", "a b x y", formula, domain=TORUS)
    p, q = sympy.symbols("p q")
    a, b, x, y = sympy.cos(p), sympy.sin(p), sympy.cos(q), sympy.sin(q)
    f = sympy.sympify(formula, {"a": a, "b": b, "x": x, "y": y})
    hessian = sympy.lambdify((p, q), sympy.hessian(f, (p, q)))
    slope = sympy.lambdify((p, q), [f.diff(p), f.diff(q)])
    for point, spectrum in spectra(objective):
        angles = math.atan2(point[1], point[0]), math.atan2(point[3], point[2])
        assert max(map(abs, slope(*angles))) < 1e-9
        expected = np.linalg.eigvalsh(np.array(hessian(*angles), dtype=float)).tolist()  # ascending
        assert [float(value) for value in spectrum] == pytest.approx(expected, abs=1e-7)


def test_stationary_points_that_are_not_isolated_are_said_to_be() -> None:
    objective = zoo.get("rayleigh-quotient", {"b": 1})
    found = located(objective)
    assert found.outcome == "infinite" and not found.complete
    assert isinstance(objective.domain, Spheres)
    points = list(rational_points(lagrangian(objective), objective.domain))
    assert len(points) == 6
    assert {str(point.coordinates[0]) for point in points} == {"1", "3"}


def test_points_that_are_not_stationary_are_no_candidates() -> None:
    """The twin."""
    objective = Objective("tilted", "x y", "x + y", domain=Spheres(((0, 1),)))
    assert isinstance(objective.domain, Spheres)
    assert not list(rational_points(lagrangian(objective), objective.domain))
    assert len(located(objective).zeros) == 2


def test_a_domain_without_spheres_has_no_lagrangian() -> None:
    with pytest.raises(ValueError, match="no product of spheres"):
        lagrangian(Objective("plain", "x y", "x**2 + y**2"))
