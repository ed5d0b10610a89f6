"""Random objectives that are not defined everywhere, or whose gradient is algebraic and no polynomial; and what high precision finds of
them.

The truth shares nothing with the program: the formula is a tree of its own here, evaluated and differentiated twice in mpmath (forward
mode), and a place at which any part of it is undefined counts as outside of the domain.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

import mpmath as mp

DIGITS = 50


class Undefined(Exception):
    """The formula is not defined at this place."""


@dataclass(frozen=True)
class Jet:
    """A value with gradient and Hessian."""

    value: mp.mpf
    slope: list[mp.mpf]
    bend: list[list[mp.mpf]]

    def through(self, f: mp.mpf, first: mp.mpf, second: mp.mpf) -> Jet:
        n = len(self.slope)
        slope = [first * a for a in self.slope]
        bend = [[first * self.bend[i][j] + second * self.slope[i] * self.slope[j] for j in range(n)] for i in range(n)]
        return Jet(f, slope, bend)


def plus(a: Jet, b: Jet) -> Jet:
    n = range(len(a.slope))
    return Jet(
        a.value + b.value, [a.slope[i] + b.slope[i] for i in n], [[a.bend[i][j] + b.bend[i][j] for j in n] for i in n]
    )


def times(a: Jet, b: Jet) -> Jet:
    n = range(len(a.slope))
    return Jet(
        a.value * b.value,
        [a.value * b.slope[i] + b.value * a.slope[i] for i in n],
        [
            [
                a.value * b.bend[i][j] + b.value * a.bend[i][j] + a.slope[i] * b.slope[j] + a.slope[j] * b.slope[i]
                for j in n
            ]
            for i in n
        ],
    )


def constant(c: mp.mpf, n: int) -> Jet:
    return Jet(c, [mp.mpf(0)] * n, [[mp.mpf(0)] * n for _ in range(n)])


def positive(x: Jet) -> mp.mpf:
    if not x.value > 0:
        raise Undefined
    return x.value


def _log(x: Jet) -> Jet:
    v = positive(x)
    return x.through(mp.log(v), 1 / v, -1 / v**2)


def _sqrt(x: Jet) -> Jet:
    v = mp.sqrt(positive(x))
    return x.through(v, 1 / (2 * v), -1 / (4 * v**3))


def _reciprocal(x: Jet) -> Jet:
    if x.value == 0:
        raise Undefined
    return x.through(1 / x.value, -1 / x.value**2, 2 / x.value**3)


def _exp(x: Jet) -> Jet:
    if x.value > 2000:
        raise Undefined  # as good as: no start leads there and back
    v = mp.exp(x.value)
    return x.through(v, v, v)


def _atan(x: Jet) -> Jet:
    v = 1 + x.value**2
    return x.through(mp.atan(x.value), 1 / v, -2 * x.value / v**2)


def _sin(x: Jet) -> Jet:
    return x.through(mp.sin(x.value), mp.cos(x.value), -mp.sin(x.value))


def _cos(x: Jet) -> Jet:
    return x.through(mp.cos(x.value), -mp.sin(x.value), -mp.cos(x.value))


def _tanh(x: Jet) -> Jet:
    t = mp.tanh(x.value)
    return x.through(t, 1 - t**2, -2 * t * (1 - t**2))


FUNCTIONS: dict[str, Callable[[Jet], Jet]] = {
    "log": _log, "sqrt": _sqrt, "exp": _exp, "atan": _atan, "sin": _sin, "cos": _cos, "tanh": _tanh,
}  # fmt: skip


@dataclass(frozen=True)
class Tree:
    """A formula: a number, an unknown, a sum, product or quotient, a power, or a function."""

    op: str
    parts: tuple[Tree, ...] = ()
    number: int = 0

    def text(self, names: str = "xyz") -> str:
        inner = [part.text(names) for part in self.parts]
        if self.op == "number":
            return f"({self.number})" if self.number < 0 else str(self.number)
        if self.op == "unknown":
            return names[self.number]
        if self.op in "+*/":
            return f"({inner[0]} {self.op} {inner[1]})"
        if self.op == "power":
            return f"{inner[0]}^{self.number}" if self.parts[0].op == "unknown" else f"({inner[0]})^{self.number}"
        return f"{self.op}({inner[0]})"

    def at(self, point: list[mp.mpf]) -> Jet:
        n = len(point)
        inner = [part.at(point) for part in self.parts]
        if self.op == "number":
            return constant(mp.mpf(self.number), n)
        if self.op == "unknown":
            slope = [mp.mpf(int(i == self.number)) for i in range(n)]
            return Jet(point[self.number], slope, [[mp.mpf(0)] * n for _ in range(n)])
        if self.op == "+":
            return plus(*inner)
        if self.op == "*":
            return times(*inner)
        if self.op == "/":
            return times(inner[0], _reciprocal(inner[1]))
        if self.op == "power":
            x, k = inner[0], self.number
            return x.through(
                x.value**k, k * x.value ** (k - 1), k * (k - 1) * x.value ** (k - 2) if k > 1 else mp.mpf(0)
            )
        return FUNCTIONS[self.op](inner[0])


def number(k: int) -> Tree:
    return Tree("number", (), k)


def affine(rng: random.Random, n: int) -> Tree:
    """A small affine form of one unknown or two, whose range depends on the point."""
    k = rng.randrange(n)
    form = Tree("*", (number(rng.choice((-3, -2, -1, 1, 1, 2, 3))), Tree("unknown", (), k)))
    if n > 1 and rng.random() < 0.4:
        form = Tree("+", (form, Tree("*", (number(rng.choice((-2, -1, 1, 2))), Tree("unknown", (), (k + 1) % n)))))
    return Tree("+", (form, number(rng.randint(-3, 3))))


def quadratic(rng: random.Random, n: int) -> Tree:
    return Tree("+", (Tree("power", (affine(rng, n),), 2), number(rng.choice((-4, -1, 0, 1, 1, 2, 5)))))


def term(rng: random.Random, n: int) -> Tree:
    """One summand."""
    kind = rng.choice(
        (
            "log",
            "log",
            "log",
            "quotient",
            "quotient",
            "sqrt",
            "atan",
            "exp",
            "entropy",
            "square",
            "tanh",
            "trig",
            "pole",
        )
    )
    inner = affine(rng, n) if rng.random() < 0.6 else quadratic(rng, n)
    if kind == "quotient":
        made = Tree("/", (affine(rng, n), quadratic(rng, n)))
    elif kind == "pole":
        made = Tree("/", (number(1), Tree("power", (affine(rng, n),), rng.choice((1, 2)))))
    elif kind == "entropy":
        form = affine(rng, n)
        made = Tree("*", (form, Tree("log", (form,))))
    elif kind == "square":
        made = Tree("power", (affine(rng, n),), rng.choice((2, 2, 3, 4)))
    elif kind == "trig":
        made = Tree(rng.choice(("sin", "cos")), (affine(rng, n),))
    elif kind in ("exp", "tanh"):
        made = Tree(kind, (affine(rng, n),))
    else:
        made = Tree(kind, (inner,))
    return Tree("*", (number(rng.choice((-3, -2, -1, 1, 2, 3))), made))


def formula(rng: random.Random) -> tuple[Tree, int]:
    """A formula and the number of its unknowns."""
    n = rng.choice((1, 1, 2))
    made = term(rng, n)
    for _ in range(rng.randint(1, 3)):
        made = Tree("+", (made, term(rng, n)))
    for k in range(n):  # so that every unknown is there
        made = Tree(
            "+",
            (
                made,
                Tree(
                    "*",
                    (
                        number(rng.choice((1, 1, 2))),
                        Tree(
                            rng.choice(("log", "atan")),
                            (Tree("+", (Tree("power", (Tree("unknown", (), k),), 2), number(1))),),
                        ),
                    ),
                ),
            ),
        )
    return made, n


@dataclass(frozen=True)
class Found:
    point: tuple[mp.mpf, ...]
    eigenvalues: tuple[mp.mpf, ...]


def stationary_points(tree: Tree, n: int, rng: random.Random, starts: int = 60) -> list[Found]:
    """Stationary points that Newton's method finds, refined to 50 digits, each once."""
    found: list[Found] = []
    with mp.workdps(DIGITS):
        for _ in range(starts):
            point = [mp.mpf(rng.gauss(0.0, 1.0) * rng.choice((0.3, 1.0, 4.0))) for _ in range(n)]
            end = _newton(tree, point)
            if end is None or any(
                max(abs(a - b) for a, b in zip(end.point, f.point, strict=True)) < 1e-12 for f in found
            ):
                continue
            found.append(end)
    return found


def _newton(tree: Tree, point: list[mp.mpf]) -> Found | None:
    n = len(point)
    for _ in range(60):
        try:
            jet = tree.at(point)
        except (Undefined, OverflowError, ZeroDivisionError):
            return None
        try:
            step = mp.lu_solve(mp.matrix(jet.bend), mp.matrix(jet.slope))
        except ZeroDivisionError:
            return None
        size = max(abs(step[i]) for i in range(n))
        if not mp.isfinite(size) or max(map(abs, point)) > 1e6:
            return None
        damped = min(mp.mpf(1), 1 / size) if size > 0 else mp.mpf(1)
        point = [point[i] - damped * step[i] for i in range(n)]
        if size < mp.mpf(10) ** (-DIGITS + 12):
            break
    else:
        return None
    try:
        jet = tree.at(point)
    except (Undefined, OverflowError, ZeroDivisionError):
        return None
    if max(map(abs, jet.slope)) > mp.mpf(10) ** (-30):
        return None
    values = mp.eigsy(mp.matrix(jet.bend), eigvals_only=True)
    return Found(tuple(point), tuple(sorted(values[i] for i in range(n))))
