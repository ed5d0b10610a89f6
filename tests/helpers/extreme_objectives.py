"""Objectives at the edges of what doubles hold, each with the truth about it, known without the program.

* Polynomials: sums of univariate ones whose derivatives are products of known rational factors, (x - r)^m, times a coefficient of any
  size, in an unknown of any scale. So every stationary point is known exactly, with the signs of the Hessian, which is diagonal.
* Activations: +-act(bx + c) + ridge, scales b up to 100. The truth is dense: signs of the derivative on a fine grid, in mpmath.
* Constants of Definition 2 for such activations: all three conditions on a fine grid.
"""

from __future__ import annotations

import itertools
import random
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import mpmath

Root = tuple[Fraction, int]  # of a derivative, with its multiplicity


@dataclass(frozen=True)
class Line:
    """f(x) with f'(x) = coefficient * product of (x - r)^m; `text` in the unknown `name`."""

    name: str
    coefficient: Fraction
    roots: tuple[Root, ...]

    def text(self) -> str:
        return " + ".join(f"({c})*{self.name}**{k}" for k, c in enumerate(self.polynomial()) if c)

    def polynomial(self) -> list[Fraction]:
        """f's coefficients by ascending powers."""
        slope = [self.coefficient]
        for r, m in self.roots:
            for _ in range(m):
                slope = [a - r * b for a, b in zip([Fraction(0), *slope], [*slope, Fraction(0)], strict=True)]
        return [Fraction(0), *(c / (k + 1) for k, c in enumerate(slope))]

    def value(self, x: Fraction) -> Fraction:
        return sum((c * x**k for k, c in enumerate(self.polynomial())), Fraction(0))

    def curvature(self, root: Root) -> int:
        """The sign of f'' at a root."""
        r, m = root
        if m > 1:
            return 0
        sign = 1 if self.coefficient > 0 else -1
        for s, k in self.roots:
            if s != r and k % 2 and r < s:
                sign = -sign
        return sign


def a_size(rng: random.Random, extreme: bool) -> Fraction:
    if not extreme:
        return Fraction(rng.randint(1, 9), rng.randint(1, 9))
    return Fraction(rng.randint(1, 99), rng.randint(1, 9)) * Fraction(10) ** rng.randint(-400, 400)


def lines(rng: random.Random, extreme: bool) -> list[Line]:
    """One to three univariate polynomials; now and then one with a multiple root."""
    found = []
    for name in "xyz"[: rng.choice((1, 1, 2, 2, 3))]:
        scale = Fraction(10) ** rng.choice((0, 0, rng.randint(-12, 12))) if extreme else Fraction(1)
        places = rng.sample(range(-6, 7), rng.randint(1, 3))
        roots = tuple((scale * Fraction(p, rng.randint(1, 3)), 1) for p in places)
        if extreme and rng.random() < 0.3:  # zeros that doubles cannot tell apart
            close = Fraction(1, 10 ** rng.choice((17, 20, 40)))
            roots = tuple(
                (s * (abs(r) + k * close), m) for r, m in roots[:1] for k in range(3) for s in ((1, -1) if r else (1,))
            )
        roots = tuple({r: (r, m) for r, m in roots}.values())
        if rng.random() < 0.25:
            k = rng.randrange(len(roots))
            roots = (*roots[:k], (roots[k][0], rng.choice((2, 3))), *roots[k + 1 :])
        found.append(Line(name, rng.choice((1, 1, 1, -1)) * a_size(rng, extreme), roots))
    return found


@dataclass(frozen=True)
class Truth:
    strict_saddle: bool
    counts: dict[str, int]
    points: int
    least: bool  # bounded below
    minimisers: int  # local minima that are global, where f is bounded below


def truth(parts: list[Line]) -> Truth:
    counts = {"local_minimum": 0, "strict_saddle": 0, "local_maximum": 0, "degenerate": 0}
    total = 0
    for chosen in itertools.product(*(part.roots for part in parts)):
        signs = [part.curvature(root) for part, root in zip(parts, chosen, strict=True)]
        total += 1
        if min(signs) < 0:
            counts["local_maximum" if max(signs) < 0 else "strict_saddle"] += 1
        else:
            counts["degenerate" if 0 in signs else "local_minimum"] += 1
    below = all(sum(m for _, m in part.roots) % 2 == 1 and part.coefficient > 0 for part in parts)
    global_ones = 1  # each line's least minima
    for part in parts if below else ():
        values = [part.value(r) for r, m in part.roots if m % 2]  # where the slope changes its sign
        global_ones *= values.count(min(values))
    return Truth(counts["degenerate"] == 0, counts, total, below, global_ones)


ACTS: dict[str, Any] = {
    "softplus": lambda z: mpmath.log1p(mpmath.exp(z)) if z < 30 else z + mpmath.log1p(mpmath.exp(-z)),
    "tanh": mpmath.tanh,
    "sigmoid": lambda z: 1 / (1 + mpmath.exp(-z)),
    "erf": mpmath.erf,
    "sin": mpmath.sin,
}
SLOPES: dict[str, Any] = {  # first and second derivatives
    "softplus": (lambda z: ACTS["sigmoid"](z), lambda z: ACTS["sigmoid"](z) * (1 - ACTS["sigmoid"](z))),
    "tanh": (lambda z: 1 - mpmath.tanh(z) ** 2, lambda z: -2 * mpmath.tanh(z) * (1 - mpmath.tanh(z) ** 2)),
    "sigmoid": (
        lambda z: ACTS["sigmoid"](z) * (1 - ACTS["sigmoid"](z)),
        lambda z: ACTS["sigmoid"](z) * (1 - ACTS["sigmoid"](z)) * (1 - 2 * ACTS["sigmoid"](z)),
    ),
    "erf": (
        lambda z: 2 / mpmath.sqrt(mpmath.pi) * mpmath.exp(-(z**2)),
        lambda z: -4 * z / mpmath.sqrt(mpmath.pi) * mpmath.exp(-(z**2)),
    ),
    "sin": (mpmath.cos, lambda z: -mpmath.sin(z)),
}


@dataclass(frozen=True)
class Activation:
    """sign * act(b w + c) + ridge * w^2."""

    sign: int
    act: str
    b: Fraction
    c: Fraction
    ridge: Fraction

    def text(self) -> str:
        return f"{'-' if self.sign < 0 else ''}{self.act}(({self.b})*w + ({self.c})) + ({self.ridge})*w**2"

    def slope(self, w: Any) -> Any:
        return self.sign * self.b * SLOPES[self.act][0](self.b * w + self.c) + 2 * self.ridge * w

    def curvature(self, w: Any) -> Any:
        return self.sign * self.b**2 * SLOPES[self.act][1](self.b * w + self.c) + 2 * self.ridge

    def reach(self) -> float:
        """No stationary point lies farther out: |act'| <= 1.2."""
        return float(1.2 * abs(self.b) / (2 * self.ridge)) + 1.0

    def grid(self, count: int) -> list[Any]:
        """Points from end to end, at all distances from the bend at -c/b."""
        bend, width, far = -float(self.c / self.b), 8.0 / abs(float(self.b)), self.reach()
        near = [bend + width * (2 * k / count - 1) for k in range(count + 1)]
        wide = [far * (2 * k / count - 1) for k in range(count + 1)]
        away = [0.1 * width * (far / (0.1 * width)) ** (k / count) for k in range(count + 1)]
        return [mpmath.mpf(x) for x in sorted({*near, *wide, *(bend + x for x in away), *(bend - x for x in away)})]

    def stationary(self, count: int = 3000) -> list[tuple[Any, int]]:
        """Where the slope changes sign on the grid: the place, and the sign of the change."""
        with mpmath.workdps(30):
            places = self.grid(count)
            signs = [mpmath.sign(self.slope(w)) for w in places]
            changes = [
                (a, b, int(t)) for a, b, s, t in zip(places, places[1:], signs, signs[1:], strict=False) if s * t < 0
            ]
            return [(self._bisected(a, b, t), t) for a, b, t in changes]

    def _bisected(self, a: Any, b: Any, sign: int) -> Any:
        for _ in range(80):
            middle = (a + b) / 2
            a, b = (middle, b) if mpmath.sign(self.slope(middle)) == -sign else (a, middle)
        return (a + b) / 2


def activation(rng: random.Random, *, monotone: bool = False) -> Activation:
    """A random one; `monotone`: with one or three stationary points, where sin has hundreds, of which a grid sees a part."""
    b = Fraction(rng.randint(1, 100), rng.choice((1, 1, 3, 10))) * rng.choice((1, -1))
    names = [name for name in ACTS if not (monotone and name == "sin")]
    return Activation(rng.choice((1, -1)), rng.choice(names), b, Fraction(rng.randint(-9, 9), rng.randint(1, 3)),
                      Fraction(1, rng.choice((2, 5, 10, 20, 50, 100))))  # fmt: skip


def margin(one: Activation, alpha: float, gamma: float, epsilon: float, delta: float, count: int = 1500) -> float:
    """By how much the constants hold (positive) or fail (negative) at the worst point of the grid, each condition measured as a ratio
    to its constant, less 1. Distances are to good minima; a minimum is good when f'' >= alpha on the grid within 2 delta of it."""
    with mpmath.workdps(25):
        minima = [float(w) for w, s in one.stationary(count) if s > 0]
        good = []
        for m in minima:
            ball = [m + 2 * delta * (2 * k / 400 - 1) for k in range(401)]
            least = min(float(one.curvature(mpmath.mpf(w))) for w in ball)
            good.append((m, least / alpha - 1.0))
        worst = float("inf")
        around = [
            mpmath.mpf(m + side * delta * far)
            for m in minima
            for side in (1, -1)
            for far in (0.5, 0.99, 1.01, 1.5, 2, 4, 8, 20)
        ]
        for w in [*one.grid(count), *around]:
            x = float(w)
            shares = [abs(float(one.slope(w))) / epsilon - 1.0, -float(one.curvature(w)) / gamma - 1.0]
            shares += [min(1.0 - abs(x - m) / delta, share) for m, share in good]
            worst = min(worst, max(shares))
        return worst
