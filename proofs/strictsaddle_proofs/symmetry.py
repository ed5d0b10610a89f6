"""Symmetries: signed permutations that leave the objective as it is, half-spaces that meet every orbit, and flows.

A map h is written as pairs [j, s], one an unknown: (hw)_i = s w_j. It is a symmetry when the node of f(hw) is the node of f(w).

Half-spaces. Let G be the finite group that some symmetries generate, `order` a list of unknowns, and w the point of its orbit that is
greatest in the lexicographic order of these unknowns. If h in G leaves the unknowns before i as they are, (hw)_j = w_j for all w, then
w_i >= (hw)_i. So every orbit has a point that satisfies any number of such inequalities together, for one order.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from strictsaddle_proofs.errors import require
from strictsaddle_proofs.expression import Formulas
from strictsaddle_proofs.intervals import Array
from strictsaddle_proofs.network import rational

Map = list[tuple[int, int]]
Field = tuple[list[list[Fraction]], list[Fraction]]  # w -> Aw + b


def signed_permutation(given: Any, n: int) -> Map:
    """The map that is written down. Raises Refused where it is none."""
    good = isinstance(given, list) and len(given) == n and all(
        isinstance(p, list) and len(p) == 2 and p[0] in range(n) and p[1] in (1, -1) for p in given)  # fmt: skip
    require(good, "not a signed permutation", "symmetry")
    found = [(int(j), int(s)) for j, s in given]
    require(len({j for j, _ in found}) == n, "not a signed permutation", "symmetry")
    return found


def field(given: Any, n: int, where: str) -> Field:
    """The field that is written down, as the rows of A followed by b. Raises Refused where it is none."""
    good = isinstance(given, list) and len(given) == n + 1 and all(isinstance(r, list) and len(r) == n for r in given)
    require(good, "a field", where)
    rows = [[rational(x, where) for x in row] for row in given]
    return rows[:n], rows[n]


def leaves(formulas: Formulas, root: int, moved: Map) -> bool:
    """Whether f(hw) is f(w)."""
    x = [formulas.variable(k) for k in range(formulas.dimension)]
    images = {i: formulas.combination([(x[j], s)]) for i, (j, s) in enumerate(moved)}
    (image,) = formulas.substituted([root], images)
    if image == root:
        return True
    return not formulas.expanded(formulas.combination([(image, 1), (root, -1)]))


def half_spaces(given: Sequence[Any], order: Sequence[Any], maps: Sequence[Map], n: int) -> Array:
    """The rows c of the inequalities c.w >= 0, each written as [position in `order`, number of a map]. Raises Refused where they are
    not what the argument above allows."""
    require(all(k in range(n) for k in order) and len(set(order)) == len(order), "not an order of unknowns", "symmetry")
    rows = np.zeros((len(given), n))
    for row, pair in zip(rows, given, strict=True):
        require(isinstance(pair, list) and len(pair) == 2, "not a half-space", "symmetry")
        position, number = pair
        require(position in range(len(order)) and number in range(len(maps)), "not a half-space", "symmetry")
        moved = maps[number]
        require(all(moved[k] == (k, 1) for k in order[:position]), "a map that moves an unknown before", "symmetry")
        i = order[position]
        j, s = moved[i]
        row[i] += 1
        row[j] -= s
    return rows


def is_symmetry_of_flow(
    formulas: Formulas, gradient: Sequence[int], matrix: Sequence[Sequence[Fraction]], shift: Sequence[Fraction]
) -> bool:
    """Whether g(w).(Aw + b) is 0 wherever it is defined, so that f is constant along the flow of w' = Aw + b."""
    return not formulas.expanded(along(formulas, gradient, matrix, shift))


def along(
    formulas: Formulas, gradient: Sequence[int], matrix: Sequence[Sequence[Fraction]], shift: Sequence[Fraction]
) -> int:
    """The node of g(w).(Aw + b)."""
    x = [formulas.variable(k) for k in range(formulas.dimension)]
    parts = []
    for g, row, b in zip(gradient, matrix, shift, strict=True):
        velocity = formulas.combination(list(zip(x, row, strict=True)), b)
        parts.append((formulas.product([(g, 1), (velocity, 1)]), 1))
    return formulas.combination(parts)
