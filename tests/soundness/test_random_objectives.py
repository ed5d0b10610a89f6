"""Random objectives: the interval engine against Newton's method from many starts, and against the exact engine.

Nothing that Newton finds may be missing from a complete list, nothing listed may be absent, and all signs must agree;
where a nearly degenerate point is found, the verdict must not be "strict-saddle" unless the list explains it.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from strictsaddle import check
from strictsaddle.derive.derivatives import derive
from strictsaddle.derive.kernels import evaluate_float
from strictsaddle.objective.domain import Box
from strictsaddle.objective.objective import Objective

NAMES = ("x", "y", "z")
FUNCTIONS = ("sin", "cos", "tanh", "exp", "sigmoid", "softplus", "erf", "atan", "cosh")
STARTS = 150


def polynomial(rng: Any, n: int) -> str:
    """Coercive or not, of degree four at most."""
    terms = []
    for _ in range(int(rng.integers(2, 6))):
        exponents = rng.integers(0, 3, n)
        if 0 < exponents.sum() <= 4:
            monomial = "*".join(f"{v}**{e}" for v, e in zip(NAMES, exponents, strict=False) if e)
            terms.append(f"({int(rng.integers(-6, 7)) or 1}/4)*{monomial}")
    if rng.integers(3):
        terms += [f"{v}**4/{int(rng.integers(2, 9))}" for v in NAMES[:n]]
    return " + ".join(terms) or "x**2"


def transcendental(rng: Any, n: int) -> str:
    """Functions of small linear forms, products of them, and some quadratic terms."""

    def linear() -> str:
        return (
            " + ".join(f"({int(rng.integers(-4, 5)) or 1}/2)*{v}" for v in NAMES[:n])
            + f" + {int(rng.integers(-2, 3))}/3"
        )

    terms = [
        f"({int(rng.integers(-4, 5)) or 1}/2)*{rng.choice(FUNCTIONS)}({linear()})"
        for _ in range(int(rng.integers(1, 4)))
    ]
    if rng.integers(2):
        terms.append(f"{rng.choice(FUNCTIONS[:3])}({linear()})*{rng.choice(NAMES[:n])}")
    if rng.integers(3):
        terms += [f"{v}**2/{int(rng.integers(2, 12))}" for v in NAMES[:n]]
    return " + ".join(terms)


def drawn(seed: int) -> Objective:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 4)) if seed % 3 else 2
    text = polynomial(rng, n) if seed % 2 else transcendental(rng, n)
    side = Fraction(int(rng.integers(2, 7)), 2)
    domain = None if rng.integers(4) == 0 else Box((-side,) * n, (side,) * n)
    return Objective(f"random {seed}", NAMES[:n], text, domain=domain)


class Landscape:
    """Floating-point gradient and Hessian, and what Newton's method finds."""

    def __init__(self, objective: Objective) -> None:
        self.derivation = derive(objective)
        self.n = objective.dimension
        self.rows, self.columns = np.triu_indices(self.n)

    def gradient(self, points: Any) -> Any:
        return evaluate_float(self.derivation.gradient_tape, points)

    def hessian(self, points: Any) -> Any:
        h = np.empty((len(points), self.n, self.n))
        h[:, self.rows, self.columns] = h[:, self.columns, self.rows] = evaluate_float(
            self.derivation.hessian_tape, points
        )
        return h

    def newton(self, low: float, high: float) -> list[tuple[Any, Any]]:
        """(point, eigenvalues) of nondegenerate stationary points strictly inside the cube."""
        rng = np.random.default_rng(0)
        points = rng.uniform(low, high, (STARTS, self.n))
        with np.errstate(all="ignore"):
            for _ in range(50):
                g, h = self.gradient(points), self.hessian(points)
                alive = np.isfinite(g).all(1) & np.isfinite(h).all((1, 2))
                steps = np.einsum(
                    "mij,mj->mi",
                    np.linalg.pinv(np.where(alive[:, None, None], h, 0.0)),
                    np.where(alive[:, None], g, 0.0),
                )
                points = points - steps
            g, h = self.gradient(points), self.hessian(points)
        found: list[tuple[Any, Any]] = []
        for x, slope, curvature in zip(points, g, h, strict=True):
            if not (
                np.isfinite(x).all()
                and np.isfinite(curvature).all()
                and (x > low + 1e-6).all()
                and (x < high - 1e-6).all()
            ):
                continue
            values = np.linalg.eigvalsh(curvature)
            size = 1 + np.abs(values).max()
            good = np.abs(slope).max() < 1e-9 * size and np.abs(values).min() > 1e-5 * size
            if good and all(np.abs(x - other).max() > 1e-5 for other, _ in found):
                found.append((x, values))
        return found


def judged(seed: int) -> str:
    """Compare everything for one objective; returns the verdict."""
    objective = drawn(seed)
    verdict = check(objective, method="interval", max_boxes=60_000, workers=1)
    listed = verdict.stationary.isolated
    land = Landscape(objective)
    for point in listed:
        middle = np.array([0.5 * (i.low + i.high) for i in point.point])
        h = land.hessian(middle.reshape(1, -1))[0]
        assert np.abs(land.gradient(middle.reshape(1, -1))).max() < 1e-8 * (
            1 + np.abs(h).max() * (1 + np.abs(middle).max())
        ), objective
        if point.index is not None:
            assert point.index == int((np.linalg.eigvalsh(h) < 0).sum()), objective
    decided = verdict.definition_1.verdict
    if decided == "not_strict_saddle":
        assert verdict.definition_1.witness is not None
        w = np.array([[0.5 * (i.low + i.high) for i in verdict.definition_1.witness.point]])
        values = np.linalg.eigvalsh(land.hessian(w)[0])
        assert np.abs(land.gradient(w)).max() < 1e-8 and values[0] > -1e-6 and np.abs(values).min() < 1e-6, objective
    if verdict.stationary.complete:
        half = 6.0 if objective.domain.to_dict()["kind"] == "euclidean" else float(objective.domain.upper[0])  # type: ignore[union-attr]
        if verdict.definition_1.scope == "global" or half < 6.0:
            for x, values in land.newton(-half, half):
                same = [
                    p
                    for p in listed
                    if max(abs(0.5 * (i.low + i.high) - c) for i, c in zip(p.point, x, strict=True)) < 1e-6
                ]
                assert len(same) == 1, f"{objective}: {x} is listed {len(same)} times"
                assert same[0].index == int((values < 0).sum())
    return decided


def test_forty_random_objectives() -> None:
    verdicts = [judged(seed) for seed in range(40)]
    assert verdicts.count("strict_saddle") > 15, "most of them can be decided"


@pytest.mark.slow
def test_three_hundred_random_objectives() -> None:
    verdicts = [judged(seed) for seed in range(40, 340)]
    assert verdicts.count("strict_saddle") > 120


def agreement(seed: int) -> bool:
    """Both engines on a polynomial; whether both decided."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 4))
    objective = Objective(f"polynomial {seed}", NAMES[:n], polynomial(rng, n))
    exact = check(objective, method="exact", budget=20, workers=1)
    interval = check(objective, method="interval", max_boxes=60_000, workers=1)
    verdicts = {v.definition_1.verdict for v in (exact, interval) if v.definition_1.scope == "global"} - {"undecided"}
    assert len(verdicts) <= 1, objective
    if exact.stationary.complete and interval.stationary.complete and interval.definition_1.scope == "global":
        assert exact.stationary.counts == interval.stationary.counts, objective
        for p, q in zip(exact.stationary.isolated, interval.stationary.isolated, strict=True):
            assert p.kind == q.kind, objective
            assert all(a.low <= b.high and b.low <= a.high for a, b in zip(p.point, q.point, strict=True)), objective
        return True
    return False


def test_both_engines_agree() -> None:
    assert sum(agreement(seed) for seed in range(20)) >= 5


@pytest.mark.slow
def test_both_engines_agree_on_more() -> None:
    assert sum(agreement(seed) for seed in range(20, 120)) >= 30
