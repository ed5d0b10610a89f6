"""Formulas in Arb's balls (python-flint), real or complex: every value is enclosed, and nan or infinite where it isn't defined."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from functools import lru_cache
from typing import Any

from flint import arb, arb_mat, ctx, fmpq

from strictsaddle_proofs.errors import require
from strictsaddle_proofs.expression import Formulas

PRECISION = 192
MOST_PRECISION = 4096
Matrix = list[list[Any]]


@contextmanager
def precision(bits: int) -> Iterator[None]:
    """Arb's working precision in the block."""
    before, ctx.prec = ctx.prec, bits
    try:
        yield
    finally:
        ctx.prec = before


def exact(value: Fraction) -> fmpq:
    return fmpq(value.numerator, value.denominator)


def ball(value: Fraction | int | float) -> arb:
    """A ball around a number: a double or a fraction that has few digits is met exactly."""
    return _ball(Fraction(value), ctx.prec)


@lru_cache(maxsize=100_000)
def _ball(value: Fraction, bits: int) -> arb:
    del bits  # a key of the cache: rounding depends on it
    return arb(exact(value))


def between(low: Fraction | float, high: Fraction | float) -> arb:
    """A ball that holds [low, high]."""
    return ball(low).union(ball(high))


def evaluate(formulas: Formulas, roots: Sequence[int], point: Sequence[Any]) -> list[Any]:
    """The roots at a point, or over a box, of real or complex balls."""
    made: dict[int, Any] = {}
    for node in formulas.reachable(roots):
        kind, *rest = formulas.nodes[node]
        if kind == "variable":
            made[node] = point[rest[0]]
        elif kind == "sum":
            total: Any = ball(rest[0])
            for k, c in rest[1]:
                total = total + (made[k] if c == 1 else made[k] * ball(c))
            made[node] = total
        elif kind == "product":
            whole: Any = arb(1)
            for k, e in rest[0]:
                whole = whole * _power(made[k], e) if e > 0 else whole / _power(made[k], -e)
            made[node] = whole
        else:
            made[node] = arb.pi() if kind == "pi" else _function(rest[0], made[rest[1]])
    return [made[root] for root in roots]


def _power(x: Any, exponent: int) -> Any:
    """x ** exponent by multiplication: Arb's own power takes logarithms, and is nan where a ball holds 0."""
    result: Any = None
    while exponent:
        if exponent & 1:
            result = x if result is None else result * x
        exponent >>= 1
        if exponent:
            x = x * x
    return result


def _function(name: str, x: Any) -> Any:
    if name in ("tanh1", "tanh2"):
        t = x.tanh()
        return 1 - t * t if name == "tanh1" else -2 * t * (1 - t * t)
    if name.startswith("sigmoid"):
        s = 1 / (1 + (-x).exp())
        return s if name == "sigmoid" else s * (1 - s) if name == "sigmoid1" else s * (1 - s) * (1 - 2 * s)
    if name == "softplus":
        return (1 + x.exp()).log()
    if name in ("abs", "relu", "sign", "step"):  # smooth only where the sign of x is known
        if x > 0 or x < 0:
            return {
                "abs": abs(x),
                "relu": x if x > 0 else arb(0),
                "sign": arb(1 if x > 0 else -1),
                "step": arb(int(x > 0)),
            }[name]
        return arb("nan")
    return getattr(x, name)()


def is_defined(formulas: Formulas, root: int, point: Sequence[Any]) -> bool:
    """Whether the formula, as it was written, is defined and smooth at every point of the balls."""
    nodes = [node for _, node in formulas.guards]
    *values, value = evaluate(formulas, [*nodes, root], point)
    kinds = [kind for kind, _ in formulas.guards]
    for kind, x in zip(kinds, values, strict=True):
        good = x > 0 or (kind == "nonzero" and x < 0) if kind != "within" else x > -1 and x < 1
        if not good:
            return False
    return bool(value.is_finite())


class Derivatives:
    """A formula with its gradient and its Hessian, differentiated once."""

    def __init__(self, formulas: Formulas, root: int) -> None:
        self.formulas, self.root, self.n = formulas, root, formulas.dimension
        self.gradient = formulas.gradient(root)
        rows = [formulas.gradient(g) for g in self.gradient]
        self.hessian = [[rows[min(i, j)][max(i, j)] for j in range(self.n)] for i in range(self.n)]

    def gradient_at(self, point: Sequence[Any]) -> list[Any]:
        return evaluate(self.formulas, self.gradient, point)

    def hessian_at(self, point: Sequence[Any]) -> Matrix:
        flat = [self.hessian[i][j] for i in range(self.n) for j in range(i, self.n)]
        return symmetric(evaluate(self.formulas, flat, point), self.n)


def symmetric(upper: Sequence[Any], n: int) -> Matrix:
    """The matrix with this upper triangle, row by row."""
    matrix: Matrix = [[None] * n for _ in range(n)]
    entries = iter(upper)
    for i in range(n):
        for j in range(i, n):
            matrix[i][j] = matrix[j][i] = next(entries)
    return matrix


def inertia(matrix: Matrix) -> tuple[int, int] | None:
    """The numbers of negative and of positive eigenvalues of every symmetric matrix in the balls; None where the balls do not tell, as at a
    singular one.

    With Q from approximate eigenvectors, Q'HQ has H's inertia if Q is nonsingular (Sylvester). Where each diagonal entry of Q'HQ is
    larger in size than the other entries of its row together, it is nonsingular, so Q is, and its eigenvalues have the signs of the
    diagonal (Gershgorin, along the segment to the diagonal matrix).
    """
    import numpy as np

    if not all(x.is_finite() for row in matrix for x in row):
        return None
    middle = np.array([[float(x.mid()) for x in row] for row in matrix])
    sizes = np.abs(middle).max(axis=1)
    scale = np.sqrt(np.where(sizes > 0, sizes, 1.0))  # rows of very different sizes
    try:
        vectors = np.linalg.eigh(middle / np.outer(scale, scale))[1] / scale[:, None]
    except np.linalg.LinAlgError:
        return None
    vectors /= np.maximum(np.abs(vectors).max(axis=0), 1e-300)
    if not np.isfinite(vectors).all():
        return None
    q = arb_mat([[arb(float(x)) for x in row] for row in vectors])
    turned = (q.transpose() * arb_mat(matrix) * q).tolist()
    signs = _dominant(turned)
    if signs is None:
        return None
    return signs.count(-1), signs.count(1)


def _dominant(rows: Matrix) -> list[int] | None:
    """The signs of the diagonal of a strictly diagonally dominant matrix; None where it isn't one."""
    signs = []
    for i, row in enumerate(rows):
        rest = sum((abs(x) for j, x in enumerate(row) if j != i), arb(0))
        if not abs(row[i]) > rest:
            return None
        signs.append(1 if row[i] > 0 else -1)
    return signs


def krawczyk(derivatives: Derivatives, centre: Sequence[Any], box: Sequence[Any]) -> list[Any] | None:
    """K = c - Y g(c) + (1 - Y H(X)) (X - c), if it lies in the interior of X; else None. Then X (real or complex, n balls around c) holds
    exactly one zero of g, and that lies in K. Y is any matrix: an approximate inverse of H(c). Krawczyk 1969; Neumaier, Interval methods
    for systems of equations, theorem 5.1.8; in a polydisc of squares the same by the mean value theorem on a convex set.
    """
    from flint import acb_mat

    n = derivatives.n
    complex_ = any(not isinstance(x, arb) for x in box)
    matrices: Any = acb_mat if complex_ else arb_mat
    slopes, middle, over = derivatives.gradient_at(centre), derivatives.hessian_at(centre), derivatives.hessian_at(box)
    if not all(x.is_finite() for row in [slopes, *middle, *over] for x in row):
        return None
    try:
        y = matrices(middle).mid().inv().mid()
    except ZeroDivisionError:
        return None
    one = matrices([[arb(int(i == j)) for j in range(n)] for i in range(n)])
    spread = matrices([[x - c] for x, c in zip(box, centre, strict=True)])
    moved = matrices([[c] for c in centre]) - y * matrices([[g] for g in slopes]) + (one - y * matrices(over)) * spread
    image = [moved[i, 0] for i in range(n)]
    return image if all(x.contains_interior(k) for x, k in zip(box, image, strict=True)) else None


def newton(derivatives: Derivatives, start: Sequence[Any], steps: int = 12) -> list[Any]:
    """Where Newton's method arrives at the working precision: an approximation, of which nothing is claimed."""
    from flint import acb_mat

    point = list(start)
    matrices: Any = arb_mat if all(isinstance(x, arb) for x in point) else acb_mat
    for _ in range(steps):
        slopes, matrix = derivatives.gradient_at(point), derivatives.hessian_at(point)
        if not all(x.is_finite() for row in [slopes, *matrix] for x in row):
            return list(start)
        try:
            step = matrices(matrix).mid().inv().mid() * matrices([[g.mid()] for g in slopes])
        except ZeroDivisionError:
            return list(start)
        point = [(x - step[i, 0]).mid() for i, x in enumerate(point)]
        if max(abs(step[i, 0]) for i in range(len(point))) < arb(2) ** (20 - ctx.prec):
            break
    return point


def refined(derivatives: Derivatives, start: Sequence[Any], home: Sequence[Any]) -> list[Any] | None:
    """A tight enclosure, proved by Krawczyk's test, of a zero that lies in `home` (balls); None where there is no such proof."""
    centre = newton(derivatives, start)
    size = max([abs(x) for x in centre], default=arb(1)).max(arb(1)) if centre else arb(1)
    for bits in (ctx.prec * 3 // 4, ctx.prec // 2, ctx.prec // 4):
        radius = arb(0, (size * arb(2) ** -bits).upper())
        box = [c + (radius if isinstance(c, arb) else _square(radius)) for c in centre]
        if all(h.contains(x) for h, x in zip(home, box, strict=True)) and (image := krawczyk(derivatives, centre, box)):
            return image
    return None


def _square(radius: arb) -> Any:
    from flint import acb

    return acb(radius, radius)


def finite(values: Sequence[Any], what: str, where: str = "") -> None:
    """Raise Refused unless every ball is finite."""
    require(all(x.is_finite() for x in values), what, where)
