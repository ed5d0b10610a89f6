"""Polynomial objectives under equality constraints h(w) = 0, unit spheres above all, through the stationary points of their Lagrangian.

L(w, mu) = f(w) - sum_g mu_g h_g(w), one multiplier for each constraint; on a sphere h_g = |w_g|^2 - 1. grad L = 0 says that the Riemannian
gradient of f vanishes and that w is feasible, so the exact engine for R^n lists the stationary points. The Hessian of L is

    [  0      -J                        ]
    [ -J^T     grad^2 f - sum mu grad^2 h ]       row g of J: the gradient of h_g,

and where J has full rank k (always so on spheres; otherwise see `regularity`), its inertia is that of the lower right block on the tangent
space ker J, which is the Riemannian Hessian, plus k negative and k positive eigenvalues (Gould, Mathematical Programming 32, 1985).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, product

from flint import arb, arb_mat, fmpq, fmpq_mpoly_ctx

from strictsaddle.arithmetic.evaluate import evaluate_arb
from strictsaddle.arithmetic.tape import Tape, compile_tape
from strictsaddle.certify.krawczyk import hessian
from strictsaddle.derive import derivatives
from strictsaddle.derive.derivatives import Derivation, upper_triangle
from strictsaddle.derive.polynomials import PolynomialSystem
from strictsaddle.formula.expansion import expand
from strictsaddle.formula.graph import Graph
from strictsaddle.objective.domain import Domain, Equalities, Spheres
from strictsaddle.objective.equalities import flint_polynomials
from strictsaddle.objective.objective import Objective
from strictsaddle.polynomials.number_field import FieldPoint

MOST_CANDIDATES = 4096


def lagrangian(objective: Objective) -> PolynomialSystem:
    """L in the k multipliers, one for each constraint of the domain, followed by the n unknowns.

    Multipliers come first so that elimination in the bordered matrix takes them as pivots before any unknown.
    Raises NotPolynomial; ValueError when the domain has no constraints.
    """
    domain, n = objective.domain, objective.dimension
    if not isinstance(domain, (Spheres, Equalities)):
        raise ValueError("the domain is no product of spheres, and has no equalities")
    k = domain.codimension
    size = k + n
    context = fmpq_mpoly_ctx.get([f"x{k + 1}" for k in range(size)], "degrevlex")
    unknowns = context.gens()
    total = expand(objective.graph, objective.node, n).compose(*unknowns[k:], ctx=context)
    for multiplier, constraint in zip(unknowns, flint_polynomials(domain, n), strict=False):
        total -= multiplier * constraint.compose(*unknowns[k:], ctx=context)
    return PolynomialSystem(total, size)


def tangent_basis(domain: Domain, point: Sequence[arb]) -> arb_mat:
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


def kernel_basis(jacobian: arb_mat) -> arb_mat | None:
    """An orthonormal basis of the kernel of a (k, n) matrix of balls, the columns of an (n, n - k) matrix of balls; None where rounding
    leaves its rank open.

    Gram and Schmidt on the rows and then on unit vectors, the longest remainder first. Each matrix within the balls that belongs to a
    matrix within `jacobian` is exactly orthonormal.
    """
    k, n = jacobian.nrows(), jacobian.ncols()
    rows = [[jacobian[i, j] for j in range(n)] for i in range(k)]
    pool = [_unit(n, i) for i in range(n)]
    basis: list[list[arb]] = []
    for step in range(n):
        source = rows if step < k else pool
        place = max(range(len(source)), key=lambda i: float(_square(source[i]).mid())) if step >= k else 0
        vector = source.pop(place)
        length = _square(vector).sqrt()
        if not length > 0:
            return None
        direction = [x / length for x in vector]
        basis.append(direction)
        rows, pool = ([_without(x, direction) for x in vectors] for vectors in (rows, pool))
    return arb_mat([[column[i] for column in basis[k:]] for i in range(n)])


def _square(vector: Sequence[arb]) -> arb:
    return sum((x * x for x in vector), arb(0))


def _without(vector: Sequence[arb], direction: Sequence[arb]) -> list[arb]:
    part = sum((x * y for x, y in zip(vector, direction, strict=True)), arb(0))
    return [x - part * y for x, y in zip(vector, direction, strict=True)]


def riemannian_hessian(domain: Domain, hessian: arb_mat, point: Sequence[arb]) -> arb_mat:
    """The Riemannian Hessian at a stationary point in an orthonormal basis of the tangent space, (n - k, n - k).

    `hessian` is that of the Lagrangian at its multipliers and the point, (k + n, k + n). Raises ArithmeticError where the enclosures do not
    show that the constraints' gradients are independent; never on spheres.
    """
    k = domain.codimension
    places = range(k, k + len(point))
    if isinstance(domain, Spheres):
        basis = tangent_basis(domain, point)
    else:
        found = kernel_basis(arb_mat([[-hessian[g, j] for j in places] for g in range(k)]))
        if found is None:
            raise ArithmeticError("rounding leaves open whether the gradients of the equalities are independent")
        basis = found
    block = arb_mat([[hessian[i, j] for j in places] for i in places])
    return basis.transpose() * block * basis


def riemannian_hessian_of(derivation: Derivation, domain: Domain, point: Sequence[arb]) -> arb_mat:
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


@dataclass(frozen=True)
class Constraint:
    """An equality h = 0 as tapes of its gradient, and of the upper triangle of its Hessian."""

    gradient: Tape
    hessian: Tape

    @classmethod
    def of(cls, graph: Graph, slopes: Sequence[int], n: int) -> Constraint:
        """From the nodes of its gradient; the graph gets those of its Hessian."""
        second = derivatives.hessian(graph, slopes, n)
        return cls(
            compile_tape(graph, list(slopes), n), compile_tape(graph, [second[i][j] for i, j in upper_triangle(n)], n)
        )


def constrained_hessian(
    derivation: Derivation, constraints: Sequence[Constraint], point: Sequence[arb], multipliers: Sequence[arb]
) -> arb_mat | None:
    """The same under any equalities: B^T (grad^2 f - sum mu grad^2 h) B; None where rounding hides the tangent space, or an entry is not
    finite."""
    matrix, balls = hessian(derivation, tuple(point)), list(point)
    rows = []
    for constraint, mu in zip(constraints, multipliers, strict=True):
        rows.append(evaluate_arb(constraint.gradient, balls))
        entries = evaluate_arb(constraint.hessian, balls)
        for (i, j), entry in zip(upper_triangle(len(point)), entries, strict=True):
            second = mu * entry
            matrix[i, j] = matrix[i, j] - second
            if i != j:
                matrix[j, i] = matrix[j, i] - second
    if not all(entry.is_finite() for entry in matrix.entries()):
        return None
    basis = kernel_basis(arb_mat(rows)) if rows else None
    if rows and basis is None:
        return None
    return matrix if basis is None else basis.transpose() * matrix * basis


Choice = tuple[tuple[int, int], ...]  # for each sphere the number i of an unknown and a sign: the vector +-e_i


def unit_choices(domain: Domain) -> Iterator[Choice]:
    """The first MOST_CANDIDATES products of unit vectors +-e_i, one on each sphere."""
    return islice(
        product(*([(i, sign) for i in group for sign in (1, -1)] for group in domain.groups)), MOST_CANDIDATES
    )


def unit_point(system: PolynomialSystem, choice: Choice) -> FieldPoint | None:
    """The product of unit vectors, free coordinates 0, with its multipliers, if it is stationary."""
    k = len(choice)
    values = [fmpq(0)] * system.dimension
    for i, sign in choice:
        values[k + i] = fmpq(sign)
    # With mu = 0, dL/dw_i = df/dw_i; at a stationary point it is 2 mu w_i.
    slopes = FieldPoint.rational(values)
    for number, (i, sign) in enumerate(choice):
        values[number] = slopes.evaluate(system.gradient[k + i])[0] / (2 * sign)
    candidate = FieldPoint.rational(values)
    return candidate if candidate.is_stationary(system) else None


def rational_points(system: PolynomialSystem, domain: Domain) -> list[FieldPoint]:
    """Stationary points, with multipliers, among the products of unit vectors +-e_i, free coordinates 0.

    That is where to look when the stationary points are not isolated.
    """
    found = (unit_point(system, choice) for choice in unit_choices(domain))
    return [point for point in found if point is not None]
