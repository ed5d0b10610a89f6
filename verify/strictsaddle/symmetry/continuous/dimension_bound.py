"""How many independent affine fields can leave f unchanged, at most: what makes "there is no other symmetry" a proof.

Fields X(w) = Aw + b with g(w)·X(w) = 0 for all w solve, at each w, one linear equation for the entries of A and b, whose row is
(g_i w_j, g_i). The rank of the rows at any points bounds their number from above; it is computed in balls, and a pivot counts only
where its ball does not hold 0. Points are drawn at random: with enough of them the bound is the dimension, as a rule. On spheres the
points lie on them, and the fields are those that keep them (`invariance_equations.tangency`); a field then only has to leave f
unchanged *on the spheres*, so the bound holds for what a search among identities in all of R^n overlooks.

Large matrices are not reduced in balls. Where k fields are known, and k columns are left out in which these are independent, no other
field is there if the rest of the columns are independent: if |1 - RA| < 1 in the greatest row sum for a square part A of them, known up
to small errors, and any R. That is computed in doubles with bounds of all rounding errors.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from flint import arb

from strictsaddle.arithmetic.evaluate import evaluate_arb, evaluate_interval
from strictsaddle.arithmetic.exact import at_precision
from strictsaddle.derive.derivatives import derive
from strictsaddle.execution.budget import UNLIMITED, Budget
from strictsaddle.objective.domain import Domain, Euclidean
from strictsaddle.objective.objective import Objective
from strictsaddle.symmetry.continuous.invariance_equations import tangency
from strictsaddle.symmetry.continuous.linear_system import Row, nullspace

PRECISION = 256
SPARE_POINTS = 6
MOST_COLUMNS = 200
MOST_IN_DOUBLES = 2000  # columns
UNIT = 2.0**-53
MOST_DRAWS = 20  # of a point where f is defined, for one that is used
SECONDS = 3.0


def dimension_bound(objective: Objective, domain: Domain, budget: Budget = UNLIMITED) -> int | None:
    """An upper bound of the dimension of the algebra of affine fields that leave f unchanged on `domain`, where a box stands for
    its interior; None when none is proved, for want of time (SECONDS at most) or size."""
    n = objective.dimension
    groups = domain.groups
    basis = nullspace(tangency(domain, n), range(n * n + n), first_last=n * n)
    if len(basis) > MOST_COLUMNS:
        return None
    budget = budget.at_most(SECONDS)
    tape = derive(objective.on(Euclidean())).gradient_tape
    random = np.random.default_rng(0)
    with at_precision(PRECISION):
        pivots = _Pivots(len(basis))
        draws = MOST_DRAWS * (len(basis) + SPARE_POINTS)
        wanted = len(basis) + SPARE_POINTS
        while wanted and draws and pivots.rank < len(basis):
            if budget.is_over:
                return None
            draws -= 1
            point = _point(random, n, groups)
            slope = evaluate_arb(tape, point)
            if all(x.is_finite() for x in slope):
                wanted -= 1
                pivots.add([_along(field, slope, point, n) for field in basis])
        return len(basis) - pivots.rank


def are_all(objective: Objective, columns: Sequence[int]) -> bool:
    """Whether the rows at some points, without these columns, are proved to have full column rank on R^n: then there are no more
    independent fields than columns that were left out. False where it is not proved."""
    from scipy.linalg import qr

    n = objective.dimension
    kept = np.setdiff1d(np.arange(n * n + n), columns)
    size = len(kept)
    if not 0 < size <= MOST_IN_DOUBLES:
        return size == 0
    random = np.random.default_rng(0)
    tape = derive(objective.on(Euclidean())).gradient_tape
    places = random.standard_normal((3 * size, n)) * np.exp(random.uniform(-1.5, 1.0, (3 * size, 1)))
    low, high = evaluate_interval(tape, places, places)
    fine = np.isfinite(low).all(axis=1) & np.isfinite(high).all(axis=1)
    places, low, high = places[fine], low[fine], high[fine]
    if len(places) < size:
        return False
    with np.errstate(all="ignore"):
        middle, radius = 0.5 * (low + high), high - low
        one = np.concatenate([places, np.ones((len(places), 1))], axis=1)
        # column (i, j) is g_i w_j, and (i, n) is g_i, stored after all others
        order = np.concatenate([np.arange((n + 1) * n).reshape(n, n + 1)[:, :n].ravel(), np.arange(n) * (n + 1) + n])
        a = np.einsum("mi,mj->mij", middle, one).reshape(len(places), -1)[:, order][:, kept]
        error = np.einsum("mi,mj->mij", radius, np.abs(one)).reshape(len(places), -1)[:, order][
            :, kept
        ] + 4 * UNIT * np.abs(a)
        scale = 2.0 ** -np.round(np.log2(np.maximum(np.abs(a).max(axis=0), 1e-200)))  # powers of 2: nothing is rounded
        a, error = a * scale, error * scale
        rows = qr(a.T, mode="r", pivoting=True)[1][:size]
        a, error = a[rows], error[rows] + 1e-290
        try:
            r = np.linalg.inv(a)
        except np.linalg.LinAlgError:
            return False
        sizes = np.abs(r)
        # a product of n terms has an error of at most n u / (1 - n u) times that of the absolute values (Higham 2002, 3.1)
        rounding = 2.0 * (size + 4) * UNIT
        defect = (
            np.abs(np.eye(size) - r @ a)
            + rounding * (sizes @ np.abs(a) + np.eye(size))
            + sizes @ error * (1.0 + rounding)
        )
        return bool(defect.sum(axis=1).max() * (1.0 + rounding) < 1.0)


def _point(random: np.random.Generator, n: int, groups: Sequence[Sequence[int]]) -> list[arb]:
    """A random point in balls, on the spheres of the groups."""
    point = [arb(float(x)) for x in random.standard_normal(n) * np.exp(random.uniform(-1.5, 1.0))]
    for group in groups:
        size = sum((point[i] * point[i] for i in group), arb(0)).sqrt()
        for i in group:
            point[i] = point[i] / size
    return point


def _along(field: Row, slope: Sequence[arb], point: Sequence[arb], n: int) -> arb:
    """g·X at the point, for the field with these entries of A and b."""
    total = arb(0)
    for column, entry in field.items():
        i, j = divmod(column, n) if column < n * n else (column - n * n, None)
        total += arb(entry) * slope[i] * (arb(1) if j is None else point[j])
    return total


class _Pivots:
    """A matrix of balls in echelon form, of which rows come one by one; `rank` is that of every matrix inside, at least."""

    def __init__(self, columns: int) -> None:
        self.free = list(range(columns))
        self.rows: list[tuple[int, list[arb]]] = []

    @property
    def rank(self) -> int:
        return len(self.rows)

    def add(self, row: list[arb]) -> None:
        """Reduce the row by those before it; it is kept where an entry is certainly not 0."""
        size = max((float(x.abs_upper()) for x in row), default=0.0)
        if not 0.0 < size < float("inf"):
            return
        row = [x / size for x in row]
        for pivot, known in self.rows:
            factor = row[pivot]
            if not factor.is_zero():
                row = [x if k == pivot else x - factor * y for k, (x, y) in enumerate(zip(row, known, strict=True))]
            row[pivot] = arb(0)
        best = max(self.free, key=lambda k: float(row[k].abs_lower()), default=None)
        if best is None or not float(row[best].abs_lower()) > 0.0:
            return
        lead = row[best]
        self.free.remove(best)
        self.rows.append((best, [arb(1) if k == best else x / lead for k, x in enumerate(row)]))
