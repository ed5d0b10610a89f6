"""Families whose cuts are known, and the truth about a family at one value by other means."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

import numpy as np
import sympy

import strictsaddle as ss
from strictsaddle.loading.families import family_of
from strictsaddle.objective.family import Family


class ByHand(NamedTuple):
    """A formula with its unknowns, the parameter's range, the cuts as (value, why) and the counts (minima, saddles, maxima) of each
    piece."""

    formula: str
    unknowns: str
    range: tuple[str, str]
    cuts: Sequence[tuple[str, str]]
    counts: Sequence[tuple[int, int, int]]


BY_HAND = {
    "ridge": ByHand("(a*b - 1)**2 + p*(a**2 + b**2)", "a b", ("0", "2"), [("0", "degenerate"), ("1", "degenerate")],
                    [(2, 1, 0), (1, 0, 0)]),
    "pitchfork": ByHand("x**4/4 - p*x**2/2 + y**2/2", "x y", ("-1", "1"), [("0", "degenerate")], [(1, 0, 0), (2, 1, 0)]),
    "fold": ByHand("x**3/3 - p*x", "x", ("-1", "1"), [("0", "degenerate")], [(0, 0, 0), (1, 0, 1)]),
    "cusp": ByHand("x**4/4 - x**2/2 - p*x", "x", ("-1", "1"), [("-0.384900179", "degenerate"), ("0.384900179", "degenerate")],
                   [(1, 0, 0), (2, 0, 1), (1, 0, 0)]),
    "sensing": ByHand("(a**2 - 1)**2 + (a**2 - 1)*b**2 + b**4 + 2*p*a**2*b**2", "a b", ("1", "2"), [("3/2", "degenerate")],
                      [(2, 2, 1), (4, 4, 1)]),
    "from infinity": ByHand("p*x**3/3 - x", "x", ("-1", "1"), [("0", "infinity")], [(0, 0, 0), (1, 0, 1)]),
    "from both infinities": ByHand("p*x**2 + x", "x", ("-1", "1"), [("0", "infinity")], [(0, 0, 1), (1, 0, 0)]),
    "nothing happens": ByHand("x**4 + (1 + p**2)*x**2", "x", ("-1", "1"), [], [(1, 0, 0)]),
    "complex points meet": ByHand("(x**3/3 + p*x + x)*y + x**2 + y**2*4", "x y", ("1", "2"), [], []),
}  # fmt: skip


def family(formula: str, unknowns: str, ends: tuple[str, str], **others: str) -> Family:
    """The family of a formula in these unknowns and the parameter p."""
    objective = ss.Objective("family", unknowns, formula, {"p": ends[0], **others})
    return family_of(objective, {"p": ends})


def counted(formula: str, unknowns: str, values: Mapping[str, Fraction]) -> tuple[int, int, int]:
    """The numbers of minima, saddles and maxima of a polynomial in one or two unknowns by resultants and real roots in SymPy; raises
    ArithmeticError where a point is degenerate."""
    names = sympy.symbols(unknowns, real=True, seq=True)
    given = {sympy.Symbol(name): sympy.Rational(v.numerator, v.denominator) for name, v in values.items()}
    text = sympy.sympify(formula, locals={str(s): s for s in names}).subs(given)
    gradient = [sympy.expand(sympy.diff(text, x)) for x in names]
    kinds: Counter[str] = Counter()
    for point in _real_points(gradient, names):
        matrix = np.array(
            sympy.hessian(text, names).subs(dict(zip(names, point, strict=True))).evalf(50).tolist(), dtype=float
        )
        spectrum = np.linalg.eigvalsh(matrix)
        if np.min(np.abs(spectrum)) < 1e-9:
            raise ArithmeticError(f"degenerate at {point}")
        negative = int(np.sum(spectrum < 0))
        kinds["minimum" if negative == 0 else "maximum" if negative == len(spectrum) else "saddle"] += 1
    return kinds["minimum"], kinds["saddle"], kinds["maximum"]


def _real_points(gradient: Sequence[sympy.Expr], names: Sequence[sympy.Symbol]) -> list[tuple[sympy.Expr, ...]]:
    if len(names) == 1:
        return [
            (root,)
            for root in sorted(set(sympy.Poly(gradient[0], names[0]).nroots(n=60, maxsteps=500)), key=str)
            if abs(sympy.im(root)) < 1e-25
        ]
    x, y = names
    found = []
    eliminated = sympy.Poly(sympy.resultant(gradient[0], gradient[1], y), x)
    for root in sympy.Poly(sympy.sqf_part(eliminated.as_expr(), x), x).nroots(n=60, maxsteps=500):
        if abs(sympy.im(root)) > 1e-25:
            continue
        here = [sympy.Poly(g.subs(x, sympy.re(root)).evalf(60), y) for g in gradient if g.has(y)]
        first = max(here, key=lambda p: p.degree())
        for other in first.nroots(n=50, maxsteps=500):
            if abs(sympy.im(other)) < 1e-15 and all(
                abs(g.subs({x: sympy.re(root), y: sympy.re(other)}).evalf(50)) < 1e-12 for g in gradient
            ):
                point = (sympy.re(root), sympy.re(other))
                if all(max(abs(a - b) for a, b in zip(point, known, strict=True)) > 1e-10 for known in found):
                    found.append(point)
    return found


def numbers(counts: Mapping[str, int] | None) -> tuple[int, int, int] | None:
    """Counts of a piece as (minima, saddles, maxima)."""
    return None if counts is None else (counts["local_minimum"], counts["strict_saddle"], counts["local_maximum"])
