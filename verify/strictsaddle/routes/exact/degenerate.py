"""Whether a stationary point with H >= 0 singular is a minimum or a saddle, by its Taylor series on the
kernel.

Lyapunov-Schmidt reduction: with P the pivot coordinates of H and F the others, H_PP > 0, so near the point
f(s, .) is strictly convex in the P-coordinates for each value s of the F-coordinates and has its minimum at a
point y(s), a power series with g_P(s, y(s)) = 0. The point is a local minimum of f exactly when 0 is one of
phi(s) = f(s, y(s)) - f(0). The lowest homogeneous form of phi decides where it is definite or takes both
signs. All of it is exact, over the point's number field.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from math import comb

from flint import fmpq_poly

from strictsaddle.derive.polynomials import PolynomialSystem
from strictsaddle.polynomials.local_algebra import Taylor
from strictsaddle.polynomials.number_field import FieldPoint, complex_roots
from strictsaddle.records.terms import Kind

Exponents = tuple[int, ...]
Series = dict[Exponents, fmpq_poly]
MOST_COEFFICIENTS = 1300
HIGHEST_ORDER = 12
WIDEST_KERNEL = 3


def higher_order_kind(
    system: PolynomialSystem, point: FieldPoint, embedding: int, hessian: Sequence[Sequence[fmpq_poly]]
) -> Kind:
    """ "degenerate_minimum", "degenerate_saddle", or "degenerate" where the lowest form does not decide or is
    beyond reach.

    The point must be stationary with `hessian` (n, n) >= 0 and singular at the real root number `embedding`
    of its modulus.
    """
    n = system.dimension
    pivots = _pivot_columns(hessian, point)
    free = [i for i in range(n) if i not in pivots]
    if len(free) > WIDEST_KERNEL:
        return "degenerate"
    taylor = Taylor(system.f, n, point)
    for order in range(3, HIGHEST_ORDER + 1):
        if comb(n + order, n) > MOST_COEFFICIENTS or order > system.f.total_degree() * 4:
            break
        form = _lowest_form(taylor.up_to(order), hessian, pivots, free, order, point)
        if form:
            return _kind_of_form(form, order, len(pivots) > 0, point, embedding)
    return "degenerate"


def _kind_of_form(form: Series, order: int, other_directions: bool, point: FieldPoint, embedding: int) -> Kind:
    if order % 2:
        return "degenerate_saddle"  # an odd form that is not zero takes both signs
    k = len(next(iter(form)))
    signs = set()
    for direction in product((0, 1, -1, 2, -2), repeat=k):
        value = fmpq_poly([0])
        for exponents, coefficient in form.items():
            factor = 1
            for s, e in zip(direction, exponents, strict=True):
                factor *= s**e
            value += coefficient * factor
        signs.add(point.sign(value, embedding))
    if -1 in signs:
        # f falls along one direction; along another it rises, or nothing is known of any other.
        return "degenerate_saddle" if 1 in signs or other_directions else "degenerate"
    if k == 1 or (k == 2 and _is_definite(form, order)):
        return "degenerate_minimum"
    return "degenerate"


def _is_definite(form: Series, order: int) -> bool:
    """Whether a rational form in two variables, known to be nonnegative somewhere, has no real zero but 0."""
    if any(c.degree() > 0 for c in form.values()) or (order, 0) not in form or (0, order) not in form:
        return False
    numbers = [form.get((k, order - k), fmpq_poly([0]))[0] for k in range(order + 1)]
    polynomial = fmpq_poly(numbers).numer()
    squarefree = polynomial / polynomial.gcd(polynomial.derivative())
    return not any(root.imag.is_zero() for root in complex_roots(squarefree))


def _pivot_columns(matrix: Sequence[Sequence[fmpq_poly]], point: FieldPoint) -> list[int]:
    """The first columns that are linearly independent, by elimination over the field."""
    rows = [list(row) for row in matrix]
    pivots: list[int] = []
    for column in range(len(matrix)):
        done = len(pivots)
        k = next((k for k in range(done, len(rows)) if not rows[k][column].is_zero()), None)
        if k is None:
            continue
        rows[done], rows[k] = rows[k], rows[done]
        inverse = point.inverse(rows[done][column])
        for other in rows[done + 1 :]:
            if not other[column].is_zero():
                factor = point.product(other[column], inverse)
                for j in range(column, len(matrix)):
                    other[j] = other[j] - point.product(factor, rows[done][j])
        pivots.append(column)
    return pivots


def _lowest_form(
    taylor: Mapping[Exponents, fmpq_poly],
    hessian: Sequence[Sequence[fmpq_poly]],
    pivots: Sequence[int],
    free: Sequence[int],
    order: int,
    point: FieldPoint,
) -> Series:
    """The terms of degree `order` of the reduced function; those of lower degree must be known to vanish."""
    n, k = len(hessian), len(free)
    zero = (0,) * k
    unknown: list[Series] = [{} for _ in range(n)]
    for position, i in enumerate(free):
        unknown[i] = {tuple(int(position == m) for m in range(k)): fmpq_poly([1])}
    inverse = point.inverse_matrix([[hessian[i][j] for j in pivots] for i in pivots])
    # f = sum of Taylor terms; its derivative in z_i has exponents lowered by one. Each step gains one order
    # of y.
    slopes = [{(*e[:i], e[i] - 1, *e[i + 1 :]): c * e[i] for e, c in taylor.items() if e[i] > 0} for i in pivots]
    for accuracy in range(1, order):
        residual = [_substituted(slope, unknown, accuracy, point) for slope in slopes]
        for row, i in enumerate(pivots):
            series = dict(unknown[i])
            for column in range(len(pivots)):
                for exponents, c in residual[column].items():
                    change = point.product(inverse[row][column], c)
                    series[exponents] = series.get(exponents, fmpq_poly([0])) - change
            unknown[i] = {e: c for e, c in series.items() if not c.is_zero() and e != zero}
    reduced = _substituted(taylor, unknown, order, point)
    return {e: c for e, c in reduced.items() if sum(e) == order}


def _substituted(
    outer: Mapping[Exponents, fmpq_poly], inner: Sequence[Series], order: int, point: FieldPoint
) -> Series:
    """outer(inner) up to terms of the given degree."""
    k = len(next(e for series in inner for e in series))
    one: Series = {(0,) * k: fmpq_poly([1])}
    powers: dict[tuple[int, int], Series] = {}

    def power(i: int, exponent: int) -> Series:
        if (i, exponent) not in powers:
            before = one if exponent == 1 else power(i, exponent - 1)
            powers[i, exponent] = _times(before, inner[i], order, point)
        return powers[i, exponent]

    total: Series = {}
    for exponents, coefficient in outer.items():
        if sum(exponents) > order:
            continue
        term = {(0,) * k: coefficient}
        for i, exponent in enumerate(exponents):
            if exponent:
                term = _times(term, power(i, exponent), order, point)
        for e, c in term.items():
            total[e] = total.get(e, fmpq_poly([0])) + c
    return {e: c for e, c in total.items() if not c.is_zero()}


def _times(a: Series, b: Series, order: int, point: FieldPoint) -> Series:
    result: Series = {}
    for e, c in a.items():
        for f, d in b.items():
            exponents = tuple(x + y for x, y in zip(e, f, strict=True))
            if sum(exponents) <= order:
                result[exponents] = result.get(exponents, fmpq_poly([0])) + point.product(c, d)
    return result
