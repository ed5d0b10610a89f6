"""What is proved of a frame, an orthogonal change of variables in which an objective is simpler: f(w) = g(A w) on the same spheres.

A is an isometry of the product of spheres, so f and g have the same stationary points, values and Riemannian spectra up to A. Whoever
offers a frame claims nothing: it counts once `holds` has proved it.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from strictsaddle.objective.domain import Spheres
from strictsaddle.objective.objective import Frame, Objective

Matrix = tuple[tuple[Fraction, ...], ...]


def of_blocks(straight: Objective, block: Matrix) -> Frame:
    """The frame with the same matrix on each sphere, whose unknowns stand one sphere after the other."""
    d = len(block)
    n = straight.dimension
    rows = [[block[i % d][j % d] if i // d == j // d else Fraction(0) for j in range(n)] for i in range(n)]
    return Frame(straight, tuple(tuple(row) for row in rows))


def holds(frame: Frame, objective: Objective) -> bool:
    """Whether it is proved that f(w) = g(A w) as polynomials, that A is orthogonal, and that it maps each sphere to itframe."""
    domain, n = objective.domain, objective.dimension
    if not isinstance(domain, Spheres) or frame.straight.domain != domain or frame.straight.dimension != n:
        return False
    return (
        _keeps_spheres(frame.matrix, domain, n) and _is_orthogonal(frame.matrix, n) and _is_identity(frame, objective)
    )


def _keeps_spheres(matrix: Matrix, domain: Spheres, n: int) -> bool:
    sphere = {i: number for number, group in enumerate(domain.groups) for i in group}
    shape = len(matrix) == n and all(len(row) == n for row in matrix)
    return shape and all(sphere.get(i) == sphere.get(j) for i, row in enumerate(matrix) for j, x in enumerate(row) if x)


def _is_orthogonal(matrix: Matrix, n: int) -> bool:
    return all(
        sum((a * b for a, b in zip(matrix[i], matrix[j], strict=True)), Fraction(0)) == int(i == j)
        for i in range(n)
        for j in range(i + 1)
    )


def _is_identity(frame: Frame, objective: Objective) -> bool:
    from flint import fmpq, fmpq_mpoly_ctx

    from strictsaddle.formula.expansion import NotPolynomial, expand

    n = objective.dimension
    context = fmpq_mpoly_ctx.get([f"x{k + 1}" for k in range(n)], "degrevlex")
    unknowns = context.gens()
    forms = [
        sum((fmpq(x.numerator, x.denominator) * unknowns[j] for j, x in enumerate(row) if x), context.constant(0))
        for row in frame.matrix
    ]
    try:
        turned = expand(frame.straight.graph, frame.straight.node, n, forms)
        return bool(turned == expand(objective.graph, objective.node, n))
    except NotPolynomial:
        return False


def back(frame: Frame, point: Sequence[Fraction]) -> tuple[Fraction, ...]:
    """w = A^T v."""
    columns = zip(*frame.matrix, strict=True)
    return tuple(sum((a * v for a, v in zip(column, point, strict=True)), Fraction(0)) for column in columns)


def box_back(frame: Frame, ends: Sequence[tuple[Fraction, Fraction]]) -> tuple[tuple[Fraction, Fraction], ...]:
    """The least box around all A^T v with v in a box."""
    found = []
    for column in zip(*frame.matrix, strict=True):
        sides = [(a * low, a * high) for a, (low, high) in zip(column, ends, strict=True)]
        found.append((sum(map(min, sides), Fraction(0)), sum(map(max, sides), Fraction(0))))
    return tuple(found)
