"""Slope, curvature and metric of a patch against linear algebra in R^n, and what a covering of charts makes of them."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import scipy.linalg

import strictsaddle as ss
from strictsaddle.arithmetic.evaluate import evaluate_float
from strictsaddle.definition_2.landscape.on_spheres import LandscapeOnSpheres
from strictsaddle.definition_2.landscape.patch import Patch, flat, on_spheres
from strictsaddle.derive.derivatives import derive
from strictsaddle.manifolds.charts import Chart
from strictsaddle.objective.domain import Euclidean, spheres

NAMES = ["a", "b", "c", "d", "e", "s"]
MIXED = ss.Objective(
    "mixed",
    NAMES,
    "a*d**2 - exp(b*c/2) + s*a*e + s**2*d*b + c**3",
    domain=spheres([["a", "b", "c"], ["d", "e"]], NAMES),
)


def on_tangent_space(objective: ss.Objective, w: Any) -> tuple[Any, Any, Any]:
    """Ge et al.'s chi, and the least and largest eigenvalue of M on the tangent space, by numpy alone."""
    n = objective.dimension
    out = evaluate_float(derive(objective.on(Euclidean())).gradient_hessian_tape, w[None])[0]
    gradient, matrix = out[:n], np.zeros((n, n))
    matrix[np.triu_indices(n)] = out[n:]
    matrix = matrix + matrix.T - np.diag(np.diag(matrix))
    normals = np.zeros((2, n))
    normals[0, :3], normals[1, 3:5] = 2 * w[:3], 2 * w[3:5]  # the gradients of |w_g|^2 - 1
    multipliers = np.linalg.lstsq(normals.T, gradient, rcond=None)[0]
    chi = gradient - normals.T @ multipliers
    matrix -= np.diag([2 * multipliers[0]] * 3 + [2 * multipliers[1]] * 2 + [0.0])
    tangent = scipy.linalg.null_space(normals)
    values = np.linalg.eigvalsh(tangent.T @ matrix @ tangent)
    return chi, values[0], values[-1]


def parts(patch: Patch, c: Any) -> tuple[Any, Any, Any, Any, Any]:
    """Place, slope, Jacobian, N and G at the coordinates c."""
    n, k, m = patch.ambient, patch.slopes, patch.dimension
    first = evaluate_float(patch.place_slope, c[None])[0]
    second = evaluate_float(patch.shape, c[None])[0]
    square = []
    for entries in np.split(second[k * m :], 2):
        matrix = np.zeros((m, m))
        matrix[np.triu_indices(m)] = entries
        square.append(matrix + matrix.T - np.diag(np.diag(matrix)))
    return first[:n], first[n:], second[: k * m].reshape(k, m), square[0], square[1]


@pytest.mark.parametrize("poles", [(0, 6), (1, 8), (5, 7), (2, 9)])
def test_a_chart_of_spheres_against_lagrange_multipliers(poles: tuple[int, ...]) -> None:
    chart = Chart(MIXED, poles)
    patch = on_spheres(derive(MIXED.on(Euclidean())), chart)
    rng = np.random.default_rng(sum(poles))
    for _ in range(5):
        c = rng.uniform(-1, 1, 4)
        w, slope, jacobian, curvature, metric = parts(patch, c)
        assert np.allclose([w[:3] @ w[:3], w[3:5] @ w[3:5]], 1)
        for pole in poles:
            assert w[pole // 2] * (1 - 2 * (pole % 2)) > 0.5
        chi, least, most = on_tangent_space(MIXED, w)
        assert np.allclose(slope, chi)
        step = 1e-6
        for k in range(4):
            ahead, behind = (parts(patch, c + t * np.eye(4)[k])[1] for t in (step, -step))
            assert np.allclose(jacobian[:, k], (ahead - behind) / (2 * step), atol=1e-7)
        # N - t G is singular exactly at the eigenvalues t on the tangent space, since both are congruent to them
        assert np.linalg.eigvalsh(metric)[0] > 0
        pencil = scipy.linalg.eigh(curvature, metric, eigvals_only=True)
        assert np.allclose([pencil[0], pencil[-1]], [least, most])


def test_the_landscape_on_spheres_against_the_same() -> None:
    landscape = LandscapeOnSpheres(MIXED)
    points = landscape.inside(np.random.default_rng(0).standard_normal((20, 6)))
    norms, leasts = landscape.sizes(points)
    for w, norm, least in zip(points, norms, leasts, strict=True):
        chi, low, _ = on_tangent_space(MIXED, w)
        assert np.isclose(norm, np.linalg.norm(chi)) and np.isclose(least, low)
        measured = landscape.measure(landscape.exact(w))
        assert measured is not None
        assert np.isclose(float(measured[0]), norm) and np.isclose(float(measured[1]), least)


def test_the_flat_patch_is_gradient_hessian_and_identity() -> None:
    well = ss.Objective("well", "x y", "x**4/4 - x**2/2 + x*y**2")
    w, slope, jacobian, curvature, metric = parts(flat(derive(well)), np.array([2.0, 3.0]))
    assert w.tolist() == [2, 3] and slope.tolist() == [15, 12]
    assert jacobian.tolist() == curvature.tolist() == [[11, 6], [6, 4]] and metric.tolist() == [[1, 0], [0, 1]]


@pytest.mark.parametrize("alpha, answer", [("3.05", True), ("3.15", False)])
def test_strong_convexity_on_a_ball_of_the_sphere_needs_every_chart(alpha: str, answer: bool) -> None:
    """-sum u^4 about e_1: at the angle t in the plane of e_1 and e_2 the circle's second derivative is 4 cos 4t, and
    across it the curvature is 4 sum u^4 = 3 + cos 4t; the chord is 2 sin(t/2). For the radius 0.17 at most: t = 0.1702,
    4 cos 4t = 3.109. The ball about (1, 1)/sqrt 2 lies half in either of two charts, where the
    curvature is -4 at the least."""
    component = ss.zoo.get("tensor-component", {"d": "3"})
    landscape = LandscapeOnSpheres(component)
    at, bound = np.array([1.0, 0.0, 0.0]), float(Fraction(alpha))
    assert landscape.convex_about(np.stack([at, at]), 0.17**2, bound, 50_000)[0] is answer
    middle = landscape.inside(np.array([[1.0, 1.0, 0.0]]))[0]
    for bound, expected in ((-4.1, True), (-3.99, False)):
        assert landscape.convex_about(np.stack([middle, middle]), 0.01**2, bound, 50_000)[0] is expected
