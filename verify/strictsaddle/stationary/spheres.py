"""Polynomial objectives on products of unit spheres, through the stationary points of their Lagrangian.

L(w, mu) = f(w) - sum_g mu_g (|w_g|^2 - 1), one multiplier for each sphere g. grad L = 0 says that the Riemannian
gradient of f vanishes and that w lies on the spheres, so the exact engine for R^n lists the stationary points. The
Hessian of L is

    [  0        -2 C                  ]
    [ -2 C^T     grad^2 f - 2 diag(mu) ]       row g of C: w on the coordinates of g, 0 elsewhere,

and since C has full rank k (|w_g| = 1), its inertia is that of grad^2 f - 2 diag(mu) on the tangent space ker C,
which is the Riemannian Hessian, plus k negative and k positive eigenvalues (Gould, Mathematical Programming 32, 1985).
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from itertools import islice, product

from flint import arb, arb_mat, fmpq, fmpq_mpoly_ctx

from strictsaddle.derive.derivatives import Derivation
from strictsaddle.derive.kernels import evaluate_arb
from strictsaddle.derive.polynomials import PolynomialSystem, expand
from strictsaddle.objective.domain import Spheres
from strictsaddle.objective.objective import Objective
from strictsaddle.stationary.krawczyk import hessian
from strictsaddle.stationary.number_field import FieldPoint

MOST_CANDIDATES = 4096


def lagrangian(objective: Objective) -> PolynomialSystem:
    """L in the k multipliers, one for each sphere of the domain, followed by the n unknowns.

    Multipliers come first so that elimination in the bordered matrix takes them as pivots before any unknown.
    Raises NotPolynomial; ValueError when the domain is no product of spheres.
    """
    domain, n = objective.domain, objective.dimension
    if not isinstance(domain, Spheres):
        raise ValueError("the domain is no product of spheres")
    k = len(domain.groups)
    size = k + n
    context = fmpq_mpoly_ctx.get([f"x{k + 1}" for k in range(size)], "degrevlex")
    unknowns = context.gens()
    total = expand(objective.graph, objective.node, n).compose(*unknowns[k:], ctx=context)
    for number, group in enumerate(domain.groups):
        square = sum((unknowns[k + i] ** 2 for i in group), context.constant(0))
        total -= unknowns[number] * (square - 1)
    return PolynomialSystem(total, size)


def tangent_basis(domain: Spheres, point: Sequence[arb]) -> arb_mat:
    """An orthonormal basis of the tangent space at a point of the domain: the columns of an (n, n - k) matrix of balls.

    `point` holds the n coordinates, free ones included. For a sphere: the columns of the Householder reflection that
    maps the point to minus or plus a unit vector, that vector's own column left out. Each matrix within the balls that
    belongs to a point with |w_g| = 1 is exactly orthonormal.
    """
    n = len(point)
    columns = []
    spherical = {i for group in domain.groups for i in group}
    columns += [_unit(n, i) for i in range(n) if i not in spherical]
    for group in domain.groups:
        pivot = max(group, key=lambda i: abs(float(point[i].mid())))
        sign = 1 if float(point[pivot].mid()) > 0 else -1
        normal = {i: point[i] + (sign if i == pivot else 0) for i in group}
        # |w + sign e_pivot|^2 = 2 + 2 |w_pivot| on the sphere
        square = 2 + 2 * sign * point[pivot]
        for j in group:
            if j != pivot:
                column = _unit(n, j)
                for i in group:
                    column[i] = column[i] - 2 * normal[i] * normal[j] / square
                columns.append(column)
    return arb_mat([[column[i] for column in columns] for i in range(n)])


def _unit(n: int, i: int) -> list[arb]:
    return [arb(int(k == i)) for k in range(n)]


def riemannian_hessian(domain: Spheres, hessian: arb_mat, point: Sequence[arb]) -> arb_mat:
    """The Riemannian Hessian at a stationary point in an orthonormal basis of the tangent space, (n - k, n - k).

    `hessian` is that of the Lagrangian at its multipliers and the point, (k + n, k + n).
    """
    k = len(domain.groups)
    places = range(k, k + len(point))
    basis = tangent_basis(domain, point)
    block = arb_mat([[hessian[i, j] for j in places] for i in places])
    return basis.transpose() * block * basis


def riemannian_hessian_of(derivation: Derivation, domain: Spheres, point: Sequence[arb]) -> arb_mat:
    """The same for any twice differentiable objective, from its own gradient and Hessian at a stationary point (n balls):
    B^T (grad^2 f - 2 diag(mu)) B with mu_g = w_g . grad_g f / 2.
    """
    matrix = hessian(derivation, tuple(point))
    slope = evaluate_arb(derivation.gradient_tape, list(point))
    for group in domain.groups:
        twice_mu = sum((point[i] * slope[i] for i in group), arb(0))
        for i in group:
            matrix[i, i] = matrix[i, i] - twice_mu
    basis = tangent_basis(domain, point)
    return basis.transpose() * matrix * basis


def rational_points(
    system: PolynomialSystem, domain: Spheres, *, deadline: float | None = None
) -> Iterator[FieldPoint]:
    """Stationary points, with multipliers, among the products of unit vectors +-e_i, free coordinates 0.

    That is where to look when the stationary points are not isolated. Stops at `deadline` (time.monotonic).
    """
    k = len(domain.groups)
    choices = [[(i, sign) for i in group for sign in (1, -1)] for group in domain.groups]
    for choice in islice(product(*choices), MOST_CANDIDATES):
        if deadline is not None and time.monotonic() >= deadline:
            return
        values = [fmpq(0)] * system.dimension
        for i, sign in choice:
            values[k + i] = fmpq(sign)
        # With mu = 0, dL/dw_i = df/dw_i; at a stationary point it is 2 mu w_i.
        slopes = FieldPoint.rational(values)
        for number, (i, sign) in enumerate(choice):
            values[number] = slopes.evaluate(system.gradient[k + i])[0] / (2 * sign)
        candidate = FieldPoint.rational(values)
        if candidate.is_stationary(system):
            yield candidate
