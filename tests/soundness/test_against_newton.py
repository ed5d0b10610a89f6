"""Two hundred random polynomials: the certified list against Newton's method from many starts.

The comparison shares nothing with the engine: polynomials are dictionaries here, derivatives follow the power
rule, and all arithmetic is NumPy's. Nothing that Newton finds may be missing, nothing listed may be absent,
every sign must agree.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from strictsaddle.objective.objective import Objective
from strictsaddle.routes.exact.engine import Solution, solve

Array = np.ndarray[Any, np.dtype[np.float64]]
Terms = dict[tuple[int, ...], int]
STARTS = 60
NAMES = ("x", "y", "z")


@st.composite
def polynomials(draw: st.DrawFn) -> tuple[int, Terms]:
    """Up to three unknowns and degree four; half of them coercive, so that there are minima to find."""
    n = draw(st.integers(1, 3))
    degree = draw(st.integers(2, 4 if n < 3 else 3))
    exponents = st.lists(st.integers(0, degree), min_size=n, max_size=n).map(tuple)
    small = exponents.filter(lambda e: 0 < sum(e) <= degree)
    terms: Terms = dict(draw(st.dictionaries(small, st.integers(-4, 4).filter(bool), min_size=1, max_size=6)))
    if draw(st.booleans()):
        for i in range(n):
            terms[tuple(4 * int(i == k) for k in range(n))] = draw(st.integers(1, 3))
    return n, terms


def text(n: int, terms: Terms) -> str:
    monomials = ("*".join(f"{name}^{k}" for name, k in zip(NAMES[:n], e, strict=True) if k) for e in terms)
    return " + ".join(f"({c})*{monomial}" for c, monomial in zip(terms.values(), monomials, strict=True))


def differentiated(terms: Terms, i: int) -> Terms:
    return {(*e[:i], e[i] - 1, *e[i + 1 :]): c * e[i] for e, c in terms.items() if e[i]}


class Landscape:
    """Gradient and Hessian of a dictionary of terms, at an array of points (m, n)."""

    def __init__(self, n: int, terms: Terms) -> None:
        self.n = n
        self.slopes = [differentiated(terms, i) for i in range(n)]
        self.curvatures = [[differentiated(slope, j) for j in range(n)] for slope in self.slopes]

    def gradient(self, points: Array) -> Array:
        return np.stack([value(slope, points) for slope in self.slopes], axis=-1)

    def hessian(self, points: Array) -> Array:
        return np.stack([np.stack([value(c, points) for c in row], axis=-1) for row in self.curvatures], axis=-2)

    def newton(self) -> list[Array]:
        """Points to which Newton's method converges quadratically: nondegenerate stationary points."""
        generator = np.random.default_rng(1)
        points = generator.normal(size=(STARTS, self.n)) * generator.choice([0.3, 1.0, 4.0], size=(STARTS, 1))
        with np.errstate(all="ignore"):
            for _ in range(60):
                h, g = self.hessian(points), self.gradient(points)
                alive = np.isfinite(h).all(axis=(1, 2)) & np.isfinite(g).all(axis=1)
                inverses = np.linalg.pinv(np.where(alive[:, None, None], h, 0.0), rcond=1e-12)
                points = np.where(alive[:, None], points - np.einsum("mij,mj->mi", inverses, g), np.nan)
            h, g = self.hessian(points), self.gradient(points)
        found: list[Array] = []
        for x, slope, curvature in zip(points, g, h, strict=True):
            if not (np.isfinite(x).all() and np.isfinite(curvature).all()) or np.abs(x).max() > 1e4:
                continue
            scale = 1 + float(np.abs(curvature).max())
            smallest = float(np.abs(np.linalg.eigvalsh(curvature)).min())
            if np.abs(slope).max() <= 1e-10 * scale * (1 + np.abs(x).max()) and smallest > 1e-4 * scale:
                found.append(x)
        return found


def value(terms: Terms, points: Array) -> Array:
    result = np.zeros(len(points))
    for e, c in terms.items():
        result += c * np.prod(points ** np.array(e), axis=1)
    return result


def centre(point: Any) -> Array:
    return np.array([(low + high) / 2 for low, high in point])


def missing(found: list[Array], solution: Solution) -> list[Array]:
    """Newton's points that are not on the list."""
    listed = [centre(point.point) for point in solution.points]
    return [x for x in found if not any(np.abs(x - y).max() < 1e-6 * (1 + np.abs(x).max()) for y in listed)]


def wrong(landscape: Landscape, solution: Solution) -> list[str]:
    """What is listed but is no stationary point, or has eigenvalues of other signs than those listed."""
    faults = []
    for point in solution.points:
        x = centre(point.point)[None, :]
        g, h = landscape.gradient(x)[0], landscape.hessian(x)[0]
        scale = 1 + float(np.abs(h).max())
        if np.abs(g).max() > 1e-9 * scale * (1 + np.abs(x).max()):
            faults.append(f"{x} is not stationary")
        eigenvalues = np.linalg.eigvalsh(h)
        for expected, (low, high) in zip(eigenvalues, point.eigenvalues, strict=True):
            if not low - 1e-8 * scale <= expected <= high + 1e-8 * scale:
                faults.append(f"{expected} is not in [{low}, {high}]")
        negative = int((eigenvalues < -1e-7 * scale).sum())
        zero = int((np.abs(eigenvalues) <= 1e-7 * scale).sum())
        if point.index is None or point.nullity is None or not negative <= point.index <= negative + zero:
            faults.append(f"index {point.index} of {x}, nullity {point.nullity}")
        if point.nullity and point.nullity > zero:
            faults.append(f"nullity {point.nullity} of {x}")
    return faults


@settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(polynomials())
def test_the_certified_list_agrees_with_newton(drawn: tuple[int, Terms]) -> None:
    n, terms = drawn
    solution = solve(Objective("random", NAMES[:n], text(n, terms)))
    landscape = Landscape(n, terms)
    assert solution.status != "failed"
    assert wrong(landscape, solution) == []
    for witness in solution.witnesses:
        x = centre(witness.point)[None, :]
        scale = 1 + float(np.abs(landscape.hessian(x)).max())
        eigenvalues = np.linalg.eigvalsh(landscape.hessian(x)[0])
        assert np.abs(landscape.gradient(x)).max() < 1e-9 * scale
        assert eigenvalues[0] > -1e-7 * scale
        assert np.abs(eigenvalues).min() < 1e-7 * scale
    if solution.status != "infinite":
        assert solution.complete
        assert missing(landscape.newton(), solution) == []


def test_a_missing_point_would_be_seen() -> None:
    """The twin: the comparison must notice a list without one of its points, and a point of the wrong
    kind."""
    terms: Terms = {(4, 0): 1, (2, 0): -2, (0, 2): 1}
    landscape = Landscape(2, terms)
    solution = solve(Objective("wells", NAMES[:2], text(2, terms)))
    assert missing(landscape.newton(), solution) == []
    for k in range(3):
        shortened = Solution("finite", solution.points[:k] + solution.points[k + 1 :], True, "exact")
        assert missing(landscape.newton(), shortened)
    other = Landscape(2, {**terms, (2, 0): 2})
    assert wrong(other, solution)
