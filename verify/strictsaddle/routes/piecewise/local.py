"""Is a point (directionally) stationary, and does the objective grow about it? Exactly, cell by cell.

Let w lie on the stratum where the kinks z_k, k in K, are 0, and let tau be signs of these: f is the polynomial f_tau where tau_k z_k >= 0
near w. With g_k the gradients of z_k at w, the cell's directions are the cone C = {d: tau_k g_k.d >= 0}, which is L + cone(rays), L the
common kernel.

* w is stationary when grad f_tau.d >= 0 on C for each cell: it is 0 on L, and not negative on the rays.
* On the face F = L + cone(rays with grad f_tau.ray = 0) look at the form Q(d) = d'(H_tau - sum a_k H(z_k)) d, grad f_tau = sum a_k g_k. If
Q > 0 on F \\ 0
  for every cell, f grows quadratically about w (the second-order condition that is sufficient for f_tau under the constraints tau_k z_k >=
  0): a good minimum. If Q(d) < 0 for some d in the F of some cell, f falls along a curve with f' = 0: a strict saddle. (For affine kinks
  the curve is a line; else the g_k have to be independent.) Otherwise Q is not negative on every F, and 0 somewhere: f does not grow
  quadratically there, and no such curve exists: the point refutes.

Q on F: in the coordinates (s, t), s >= 0 along the rays, t along L,

    Q = [[A, B'], [B, D]]. D has a negative eigenvalue: negative. D > 0: by its Schur complement A - B' D^-1 B on s >= 0 (copositivity). D
    >= 0 singular: a kernel vector of D on which some column of B is not 0 makes Q negative; else it is a direction with Q = 0.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import Literal

from flint import fmpq, fmpq_mpoly

from strictsaddle.polynomials.number_field import FieldPoint
from strictsaddle.routes.piecewise.cells import Cells
from strictsaddle.routes.piecewise.emptiness import Signs
from strictsaddle.routes.piecewise.field import ZERO, Matrix, RealField, Vector

Kind = Literal["moving", "good", "strict", "maximum", "degenerate", "open"]
Form = Literal["positive", "negative", "zero", "open"]
MOST_RAYS = 6


@dataclass(frozen=True)
class Local:
    """What the point is: "moving" (not stationary), a good minimum, a strict saddle, a maximum about which it falls quadratically,
    degenerate, or "open" with the reason."""

    kind: Kind
    reason: str = ""


def examined(cells: Cells, signs: Signs, point: FieldPoint, embedding: int) -> Local:
    """A real point of the stratum, each of its conjugates being stationary along it."""
    field = RealField(point, embedding)
    n = cells.n
    active = [k for k, sign in enumerate(signs) if sign == 0]
    kinks = [cells.kinks[k] for k in active]
    normals = [_gradient(point, kink, n) for kink in kinks]
    reduced, _ = field.reduced(normals) if normals else ([], [])
    independent = len(reduced) == len(normals)
    if not independent and any(kink.total_degree() > 1 for kink in kinks):
        return Local("open", "kinks that are curved meet without being transversal")
    flat = field.kernel(normals, n)
    forms: list[Form] = []
    maximal = True
    for tau in product((1, -1), repeat=len(active)):
        whole = list(signs)
        for k, sign in zip(active, tau, strict=True):
            whole[k] = sign
        rays = _rays(field, normals, tau, n)
        if rays is None:  # no cell has these signs next to the point
            continue
        if len(rays) > MOST_RAYS:
            return Local("open", "too many kinks meet")
        polynomial = cells.on(tuple(whole))
        slope = _gradient(point, polynomial, n)
        if any(field.sign(field.dot(slope, d)) != 0 for d in flat):
            return Local("moving")
        rates = [field.sign(field.dot(slope, ray)) for ray in rays]
        if any(rate < 0 for rate in rates):
            return Local("moving")
        hessian = _hessian(point, polynomial, n)
        if independent:
            hessian = _lagrangian(field, hessian, slope, kinks, normals, n)
        face = [ray for ray, rate in zip(rays, rates, strict=True) if rate == 0]
        forms.append(_sign_of_form(field, hessian, face, flat))
        if maximal and (
            any(rates) or _sign_of_form(field, [[-x for x in row] for row in hessian], rays, flat) != "positive"
        ):
            maximal = False
    if "negative" in forms:
        return Local("maximum" if maximal else "strict")
    if "open" in forms:
        return Local("open", "the form on a face with more rays than dimensions was not decided")
    return Local("degenerate" if "zero" in forms else "good")


def falls_everywhere(cells: Cells, signs: Signs, restricted: Callable[[fmpq_mpoly], fmpq_mpoly]) -> bool:
    """Whether at every point of a plane in the stratum, whose kinks that are 0 are affine, the objective falls to first order: along some
    ray of some cell its derivative, `restricted` to the plane, is a negative constant."""
    origin = FieldPoint.rational([fmpq(0)] * cells.n)
    field = RealField(origin, 0)
    active = [k for k, sign in enumerate(signs) if sign == 0]
    normals = [_gradient(origin, cells.kinks[k], cells.n) for k in active]
    for tau in product((1, -1), repeat=len(active)):
        whole = list(signs)
        for k, sign in zip(active, tau, strict=True):
            whole[k] = sign
        rays = _rays(field, normals, tau, cells.n)
        for ray in rays or ():
            polynomial = cells.on(tuple(whole))
            rate = sum((polynomial.derivative(i) * fmpq(x[0]) for i, x in enumerate(ray)), polynomial * 0)
            along = restricted(rate)
            if along.is_constant() and not along.is_zero() and along.leading_coefficient() < 0:
                return True
    return False


def _gradient(point: FieldPoint, polynomial: fmpq_mpoly, n: int) -> Vector:
    return [point.evaluate(polynomial.derivative(i)) for i in range(n)]


def _hessian(point: FieldPoint, polynomial: fmpq_mpoly, n: int) -> Matrix:
    return [[point.evaluate(polynomial.derivative(i).derivative(j)) for j in range(n)] for i in range(n)]


def _lagrangian(
    field: RealField, hessian: Matrix, slope: Vector, kinks: Sequence[fmpq_mpoly], normals: Matrix, n: int
) -> Matrix:
    """H - sum a_k H(z_k) with slope = sum a_k g_k, the g_k being independent."""
    if not kinks or all(kink.total_degree() <= 1 for kink in kinks):
        return hessian
    columns = [[normal[i] for normal in normals] + [slope[i]] for i in range(n)]
    reduced, pivots = field.reduced(columns)
    multipliers = {pivot: row[-1] for row, pivot in zip(reduced, pivots, strict=True)}
    result = hessian
    for k, kink in enumerate(kinks):
        a = multipliers.get(k, ZERO)
        curved = _hessian(field.point, kink, n)
        result = [
            [x - field.times(a, y) for x, y in zip(row, other, strict=True)]
            for row, other in zip(result, curved, strict=True)
        ]
    return result


def _rays(field: RealField, normals: Matrix, tau: Sequence[int], n: int) -> list[Vector] | None:
    """Generators of {d: tau_k g_k.d >= 0} modulo its lineality space, each up to a positive factor; None where the cone has no interior."""
    if not normals:
        return []
    _, pivots = field.reduced([[g[i] for g in normals] for i in range(n)])  # of independent normals
    basis = [normals[k] for k in pivots]
    rank = len(basis)
    signed = [[x if sign > 0 else -x for x in g] for g, sign in zip(normals, tau, strict=True)]
    found: list[Vector] = []
    lineality = field.kernel(normals, n)
    for chosen in combinations(range(len(normals)), rank - 1):
        # d with g_k.d = 0 for the chosen ones, modulo the lineality space
        kernel = field.kernel([normals[k] for k in chosen] + _complement(lineality, n), n)
        if len(kernel) != 1:
            continue
        for sign in (1, -1):
            d = [x if sign > 0 else -x for x in kernel[0]]
            if all(field.sign(field.dot(g, d)) >= 0 for g in signed) and not any(
                _parallel(field, d, other) for other in found
            ):
                found.append(d)
    full = len(field.reduced(found)[1]) == rank if found else False
    # an interior direction: the sum of all rays is strictly inside each half-space
    if not full:
        return None
    middle = [sum((ray[i] for ray in found), ZERO) for i in range(n)]
    return found if all(field.sign(field.dot(g, middle)) > 0 for g in signed) else None


def _complement(lineality: Matrix, n: int) -> Matrix:
    """Rows that single out one vector modulo the lineality space: the coordinates that are free in its basis are 0."""
    rows = []
    for vector in lineality:
        free = next(
            i for i in range(n) if not vector[i].is_zero() and all(v is vector or v[i].is_zero() for v in lineality)
        )
        row = [ZERO] * n
        row[free] = vector[free]
        rows.append(row)
    return rows


def _parallel(field: RealField, a: Vector, b: Vector) -> bool:
    return len(field.reduced([a, b])[1]) < 2


def _sign_of_form(field: RealField, hessian: Matrix, face: Sequence[Vector], flat: Matrix) -> Form:
    """The sign of Q on cone(face) + span(flat), without 0."""
    d = [[field.form(a, hessian, b) for b in flat] for a in flat]
    b = [[field.form(t, hessian, s) for t in flat] for s in face]
    a = [[field.form(x, hessian, y) for y in face] for x in face]
    kept, kernel = _definite_part(field, d)
    if kept is None:
        return "negative"
    for vector in kernel:
        if any(field.sign(field.dot(vector, row)) != 0 for row in b):
            return "negative"
    if face and len(field.reduced(list(face))[1]) < len(face):
        return "open"
    schur = _schur(field, a, b, d, kept)
    if not field.is_copositive(schur, strictly=False):
        return "negative"
    return "zero" if kernel or not field.is_copositive(schur, strictly=True) else "positive"


def _definite_part(field: RealField, d: Matrix) -> tuple[list[int] | None, Matrix]:
    """For D >= 0: the numbers of a maximal set of coordinates on which it is positive definite, and a basis of its kernel; (None, ...)
    where D has a negative eigenvalue. By elimination with pivots on the diagonal."""
    size = len(d)
    work = [list(row) for row in d]
    left, kept = list(range(size)), []
    while left:
        signs = {i: field.sign(work[i][i]) for i in left}
        if any(s < 0 for s in signs.values()):
            return None, []
        pivot = next((i for i in left if signs[i] > 0), None)
        if pivot is None:
            if any(field.sign(work[i][j]) != 0 for i in left for j in left):
                return None, []
            break
        scale = field.point.inverse(work[pivot][pivot])
        for i in left:
            if i != pivot:
                factor = field.times(work[i][pivot], scale)
                for j in left:
                    work[i][j] = work[i][j] - field.times(factor, work[pivot][j])
        left.remove(pivot)
        kept.append(pivot)
    return kept, field.kernel(d, size) if left else []


def _schur(field: RealField, a: Matrix, b: Matrix, d: Matrix, kept: Sequence[int]) -> Matrix:
    """A - B' D^-1 B on the coordinates that D is definite on."""
    if not a or not kept:
        return a
    inner = [[d[i][j] for j in kept] for i in kept]
    inverse = field.point.inverse_matrix(inner)
    cross = [[row[j] for j in kept] for row in b]
    return [[a[x][y] - field.form(cross[x], inverse, cross[y]) for y in range(len(a))] for x in range(len(a))]
