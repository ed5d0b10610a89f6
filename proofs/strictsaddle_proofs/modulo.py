"""Strict-saddle modulo symmetry: every stationary point with H >= 0 has no kernel but that of the symmetry.

Fields X(w) = Aw + b with g.X = 0, closed under brackets, generate a group G of affine maps that leave f as it is; d(w) is the dimension
of their span at w. The set B of stationary points with H >= 0 and dim ker H > d is invariant under G and closed (in a limit ker H can
only grow, and d only fall). If B holds a point, it holds one of least norm in the closure of its orbit, where w.X(w) = 0 for all fields;
of these (a compact set, which skew linear fields leave as it is) it holds one at which c.w is greatest, where c.Aw = 0 for all skew A;
and so on with another c for the skew fields with c'A = 0. So it is enough to look at the solutions of g = 0 with all these equations:
each has H + s TT' > 0 for T the matrix of fields (then dim ker H <= rank T = d), or a negative eigenvalue.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations
from typing import Any

from flint import arb, fmpq_mat

from strictsaddle_proofs.algebraic import count
from strictsaddle_proofs.balls import ball, exact, inertia, precision
from strictsaddle_proofs.errors import Refused, require
from strictsaddle_proofs.network import rational
from strictsaddle_proofs.objective import Objective
from strictsaddle_proofs.points import PRECISIONS
from strictsaddle_proofs.polynomials import FieldPoint, Polynomial, polynomial
from strictsaddle_proofs.symmetry import Field, along, field, is_symmetry_of_flow

Matrix = list[list[Fraction]]


def check(objective: Objective, proof: Any) -> str:
    """That the objective, a polynomial on R^n, is strict-saddle modulo the fields; returns the kind of proof. Raises Refused or
    Unchecked."""
    where = "modulo"
    require(isinstance(proof, dict) and objective.bounds is None and not objective.groups, "not on R^n", where)
    n, formulas, gradient = objective.dimension, objective.formulas, objective.derivatives.gradient
    fields = [field(f, n, where) for f in proof.get("fields", [])]
    require(0 < len(fields) <= 60, "no fields", where)
    for a, b in fields:
        require(is_symmetry_of_flow(formulas, gradient, a, b), "f is not constant along a flow", where)
    require(_closed_under_brackets(fields), "the fields are not closed under brackets", where)
    x = [formulas.variable(k) for k in range(n)]
    equations = [p for p in (polynomial(formulas, g) for g in gradient) if p]
    equations += [p for p in (polynomial(formulas, along(formulas, x, a, b)) for a, b in fields) if p]
    equations += [p for p in (_linear(row) for row in slice_forms(fields, proof.get("vectors", []), n)) if p]
    given = proof.get("points", [])
    require(isinstance(given, list) and len(given) <= 1000, "no points", where)
    total = 0
    for bits in PRECISIONS:
        with precision(bits):
            points = [FieldPoint.of(entry, n) for entry in given]
            for point in points:
                require(all(point.value(p).is_zero() for p in equations), "a point that is not on the slice", where)
            total = sum(point.degree for point in points)
            places = [balls for point in points for balls in point.conjugates()]
            apart = all(
                any(not x.overlaps(y) for x, y in zip(p, q, strict=True))
                for k, p in enumerate(places)
                for q in places[:k]
            )
            real = [[x.real for x in balls] for point in points for root, balls in zip(point.roots, point.conjugates(), strict=True)
                    if root.imag == 0]  # fmt: skip
            if apart and all(_is_good(objective, fields, place) for place in real):
                return count(proof.get("count"), equations, n, total, False)
    raise Refused("points that may be the same, or a Hessian that may be singular beyond the symmetry", where)


def _rank(rows: Sequence[Sequence[Fraction]]) -> int:
    return int(fmpq_mat([[exact(x) for x in row] for row in rows]).rank()) if rows and rows[0] else 0


def _flat(field: Field) -> list[Fraction]:
    return [x for row in (*field[0], field[1]) for x in row]


def _times(a: Matrix, b: Sequence[Sequence[Fraction]]) -> Matrix:
    return [
        [sum((r * c for r, c in zip(row, column, strict=True)), Fraction(0)) for column in zip(*b, strict=True)]
        for row in a
    ]


def _closed_under_brackets(fields: Sequence[Field]) -> bool:
    """Whether [X, Y] = DY X - DX Y of any two of them is a combination of all: of Aw + b and Cw + d, (CA - AC)w + (Cb - Ad)."""
    basis = [_flat(f) for f in fields]
    brackets = []
    for (a, b), (c, d) in combinations(fields, 2):
        matrix = [
            [p - q for p, q in zip(one, other, strict=True)]
            for one, other in zip(_times(c, a), _times(a, c), strict=True)
        ]
        left, right = _times(c, [[v] for v in b]), _times(a, [[v] for v in d])
        brackets.append(_flat((matrix, [p[0] - q[0] for p, q in zip(left, right, strict=True)])))
    return _rank([*basis, *brackets]) == _rank(basis)


def slice_forms(fields: Sequence[Field], vectors: Any, n: int) -> list[list[Fraction]]:
    """The rows of the linear equations c'A w = 0, vector by vector, for the skew fields that are left by those before."""
    skew = _combined(
        [a for a, b in fields if not any(b)], lambda a: [a[i][j] + a[j][i] for i in range(n) for j in range(i, n)]
    )
    require(isinstance(vectors, list) and len(vectors) <= 2 * n, "vectors", "modulo")
    forms: list[list[Fraction]] = []
    for given in vectors:
        require(isinstance(given, list) and len(given) == n, "a vector", "modulo")
        c = [rational(x, "modulo") for x in given]

        def form(a: Matrix, c: list[Fraction] = c) -> list[Fraction]:
            return _times([c], a)[0]

        forms += [form(a) for a in skew]
        skew = _combined(skew, form)
    return forms


def _combined(matrices: Sequence[Matrix], conditions: Any) -> list[Matrix]:
    """A basis of the combinations whose conditions, linear in the matrix, are all 0."""
    if not matrices:
        return []
    columns = [conditions(a) for a in matrices]
    reduced, rank = fmpq_mat([[exact(x) for x in row] for row in zip(*columns, strict=True)]).rref()
    pivots = [next(k for k in range(len(matrices)) if reduced[r, k] != 0) for r in range(rank)]
    found = []
    for free in (k for k in range(len(matrices)) if k not in pivots):
        weights = {free: Fraction(1)}
        for r, pivot in enumerate(pivots):
            weights[pivot] = -Fraction(int(reduced[r, free].p), int(reduced[r, free].q))
        size = range(len(matrices[0]))
        found.append(
            [[sum((t * matrices[k][i][j] for k, t in weights.items()), Fraction(0)) for j in size] for i in size]
        )
    return found


def _linear(row: Sequence[Fraction]) -> Polynomial:
    n = len(row)
    return {tuple(int(i == k) for i in range(n)): c for k, c in enumerate(row) if c}


def _is_good(objective: Objective, fields: Sequence[Field], place: Sequence[Any]) -> bool:
    """Whether H + s TT' is positive definite, or has a negative eigenvalue and is not singular, at a real point."""
    matrix = objective.derivatives.hessian_at(place)
    scale = max((float(abs(x).upper()) for row in matrix for x in row), default=1.0)
    for a, b in fields:
        v = [sum((ball(c) * w for c, w in zip(row, place, strict=True)), ball(s)) for row, s in zip(a, b, strict=True)]
        matrix = [[x + v[i] * v[j] * arb(max(scale, 1.0)) for j, x in enumerate(row)] for i, row in enumerate(matrix)]
    return inertia(matrix) is not None
