"""Objectives that go up for ever in one direction: a fixed v with v.g(w) > 0 for all w, so no stationary point at all.

Where each component of the gradient is a rational combination of expressions that are positive by their form (sigmoids,
exponentials, ...), a v whose combination has no negative coefficient and some positive one is such a proof. The standard
case is logistic regression on separable data: -v separates. v comes from linear programming and is checked in rationals.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from strictsaddle.arithmetic.outward import nearest_double
from strictsaddle.derive.derivatives import Derivation, positive_by_form
from strictsaddle.formula.graph import Graph, Op

DENOMINATORS = (1, 2, 10, 100, 1000, 10**6)
Combination = dict[int, Fraction]  # node -> coefficient; -1 stands for the constant 1


def ascent_direction(derivation: Derivation) -> tuple[Fraction, ...] | None:
    """A proved v with v.g(w) > 0 wherever f is defined, or None. Objectives with relu or abs are not looked at."""
    if derivation.graph.has_kinks(derivation.value):
        return None
    combinations = [_combination(derivation.graph, node) for node in derivation.gradient]
    usable = [i for i, c in enumerate(combinations) if c is not None]
    atoms = sorted({atom for i in usable for atom in combinations[i] or ()})
    if not atoms:
        return None
    for guess in _guesses(combinations, usable, atoms):
        total: Combination = {}
        for i, weight in zip(usable, guess, strict=True):
            for atom, coefficient in (combinations[i] or {}).items():
                total[atom] = total.get(atom, Fraction(0)) + weight * coefficient
        if all(c >= 0 for c in total.values()) and any(c > 0 for c in total.values()):
            found = [Fraction(0)] * derivation.dimension
            for i, weight in zip(usable, guess, strict=True):
                found[i] = weight
            return tuple(found)
    return None


def _guesses(
    combinations: Sequence[Combination | None], usable: Sequence[int], atoms: Sequence[int]
) -> list[tuple[Fraction, ...]]:
    """Rational roundings of the v in [-1, 1]^n that makes the coefficients, cut off at 1, add up to most."""
    from scipy.optimize import linprog

    m, n = len(atoms), len(usable)
    coefficients = np.array(
        [[nearest_double(Fraction((combinations[i] or {}).get(atom, 0))) for i in usable] for atom in atoms]
    )
    sizes = np.maximum(np.abs(coefficients).max(axis=1, keepdims=True), 1e-300)
    result = linprog(
        np.concatenate([np.zeros(n), -np.ones(m)]), A_ub=np.hstack([-coefficients / sizes, np.eye(m)]), b_ub=np.zeros(m),
        bounds=[(-1, 1)] * n + [(0, 1)] * m,
    )  # fmt: skip
    if not result.success or -result.fun < 1e-9:
        return []
    best = result.x[:n]
    return [tuple(Fraction(float(x)).limit_denominator(d) for x in best) for d in DENOMINATORS]


def _combination(graph: Graph, root: int) -> Combination | None:
    """The node as a rational combination of positive nodes, or None when its form does not show one."""
    found: dict[int, Combination | None] = {}
    for node in graph.reachable([root]):
        found[node] = _one(graph, node, found)
    return found[root]


def _one(graph: Graph, node: int, found: dict[int, Combination | None]) -> Combination | None:
    op, left, right = graph.ops[node], graph.left[node], graph.right[node]
    value = graph.value(node)
    if value is not None:
        return {-1: value} if value else {}
    if op in (Op.ADD, Op.SUB):
        a, b = found[left], found[right]
        if a is not None and b is not None:
            total = dict(a)
            for atom, coefficient in b.items():
                total[atom] = total.get(atom, Fraction(0)) + (coefficient if op is Op.ADD else -coefficient)
            return total
    if op is Op.NEG and (a := found[left]) is not None:
        return {atom: -coefficient for atom, coefficient in a.items()}
    if op is Op.MUL and (factor := graph.value(left)) is not None and (b := found[right]) is not None:
        return {atom: factor * coefficient for atom, coefficient in b.items()}
    return {node: Fraction(1)} if positive_by_form(graph, node) else None
