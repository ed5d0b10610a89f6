"""Random objectives: the interval engine against Newton's method from many starts, against dense sampling, and against
the exact engine.

Nothing that Newton finds may be missing from a complete list, nothing listed may be absent, and all signs must agree.
Where the verdict is "strict-saddle", a degenerate point is looked for: from the best of thousands of samples, the sum of
|g|^2 and of what H >= 0 and det H = 0 leave is minimised. What comes out must be a listed point with proved signs.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from strictsaddle import check
from strictsaddle.arithmetic.evaluate import evaluate_float
from strictsaddle.derive.derivatives import derive
from strictsaddle.objective.domain import Box
from strictsaddle.objective.objective import Objective

NAMES = ("x", "y", "z")
FUNCTIONS = ("sin", "cos", "tanh", "exp", "sigmoid", "softplus", "erf", "atan", "cosh")
STARTS = 150
SAMPLES, DESCENTS = 3000, 3


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

    def degenerate(self, low: float, high: float) -> list[Any]:
        """Points in the cube where, in doubles, g = 0, H >= 0 and H is singular: what the verdict would miss."""
        from scipy.optimize import minimize

        rng = np.random.default_rng(1)
        points = rng.uniform(low, high, (SAMPLES, self.n))

        def merits(w: Any) -> Any:
            with np.errstate(all="ignore"):
                g, h = self.gradient(w), self.hessian(w)
                finite = np.isfinite(g).all(1) & np.isfinite(h).all((1, 2))
                values = np.linalg.eigvalsh(np.where(finite[:, None, None], h, 0.0))
                size = (1 + np.abs(values).max(1)) ** 2
                return np.where(finite, ((g**2).sum(1) + values[:, 0] ** 2) / size, np.inf)

        found = []
        for k in np.argsort(merits(points))[:DESCENTS]:
            end = minimize(lambda w: float(merits(w[None])[0]), points[k], method="Nelder-Mead",
                           options={"xatol": 1e-12, "fatol": 1e-24, "maxiter": 250})  # fmt: skip
            if end.fun < 1e-18 and (end.x > low).all() and (end.x < high).all():
                found.append(end.x)
        return found


def explained(x: Any, listed: Any) -> bool:
    """Whether a listed point next to x has proved signs: then x is not degenerate, only nearly so."""
    return any(
        p.nullity == 0 and max(abs(0.5 * (i.low + i.high) - c) for i, c in zip(p.point, x, strict=True)) < 1e-3
        for p in listed
    )


def reach(objective: Objective, verdict: Any) -> float:
    """Half the side of a cube in which the verdict claims something."""
    if objective.domain.to_dict()["kind"] != "euclidean":
        return float(objective.domain.upper[0])  # type: ignore[union-attr]  # a box then
    return 6.0 if verdict.definition_1.scope == "global" else 4.0  # the smallest box that the program chooses


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
    half = reach(objective, verdict)
    if verdict.stationary.complete:
        for x, values in land.newton(-half, half):
            same = [
                p
                for p in listed
                if max(abs(0.5 * (i.low + i.high) - c) for i, c in zip(p.point, x, strict=True)) < 1e-6
            ]
            assert len(same) == 1, f"{objective}: {x} is listed {len(same)} times"
            assert same[0].index == int((values < 0).sum())
    if decided == "strict_saddle":
        for x in land.degenerate(-half, half):
            assert explained(x, listed), f"{objective}: {x} looks degenerate"
    if seed % 2 and objective.domain.to_dict()["kind"] == "euclidean" and verdict.definition_1.scope == "global":
        exact = check(objective, method="exact", budget=20, workers=1).definition_1.verdict
        assert {exact, decided} != {"strict_saddle", "not_strict_saddle"}, objective
    return decided


def test_twenty_random_objectives() -> None:
    verdicts = [judged(seed) for seed in range(20)]
    assert verdicts.count("strict_saddle") > 6, "most of them can be decided"


@pytest.mark.slow
def test_three_hundred_random_objectives() -> None:
    verdicts = [judged(seed) for seed in range(20, 340)]
    assert verdicts.count("strict_saddle") > 120


def planted(seed: int) -> tuple[Objective, Any]:
    """An objective with a degenerate minimum or saddle at an irrational point, which no search meets by luck."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 4))
    at = [float(rng.integers(-9, 10)) / 10 for _ in range(n)]
    shifted = [f"({v} - sin({a}))" for v, a in zip(NAMES, at, strict=False)]  # sin of a rational is no rational
    flat = str(
        rng.choice(["{0}**4", "(cosh({0}) - 1 - {0}**2/2)", "{0}**3/3 + {0}**4", "(exp({0}) - 1 - {0} - {0}**2/2)"])
    )
    terms = [flat.format(shifted[0])] + [f"({int(rng.integers(1, 5))}/2)*{part}**2" for part in shifted[1:]]
    if n > 1:  # mixed terms that vanish to second order at the point
        terms.append(f"{shifted[0]}**2*tanh({shifted[1]})/3")
    return Objective(f"planted {seed}", NAMES[:n], " + ".join(terms)), np.sin(at)


@pytest.mark.parametrize("seed", range(12))
def test_a_planted_degenerate_point_is_never_missed(seed: int) -> None:
    objective, at = planted(seed)
    verdict = check(objective, method="interval", max_boxes=20_000, workers=1)
    assert verdict.definition_1.verdict != "strict_saddle"
    seen = Landscape(objective).degenerate(-2.0, 2.0)
    assert any(np.abs(x - at).max() < 0.05 for x in seen), "the search by sampling would have noticed"


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


@pytest.mark.slow
def test_both_engines_agree() -> None:
    assert sum(agreement(seed) for seed in range(20)) >= 5


@pytest.mark.slow
def test_both_engines_agree_on_more() -> None:
    assert sum(agreement(seed) for seed in range(20, 120)) >= 30
