"""Proving that near each of many approximate complex zeros of a polynomial gradient there is one zero, and
only one.

Krawczyk's test on a polydisc |w - z|_inf <= r about z, with any matrix Y: by the mean value theorem on the
convex polydisc, w -> w - Y g(w) maps it into the polydisc of radius b + a r, where b >= |Y g(z)|_inf and a >=
|I - Y H(w)|_inf for all its w. If b + a r < r then a < 1, so the map is a contraction, Y and every H(w) are
nonsingular, and there is exactly one zero in it (Krawczyk 1969; Rump 1983). It is real when z is: its
conjugate is a zero in the same polydisc.

First in doubles for all candidates at once, with a priori rounding bounds; what fails there is tried in Arb
at growing precision, with squares in place of discs, which are convex too. Real zeros are what a verdict lists, so each of
those is proved in balls as well before it is believed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from flint import acb, acb_mat, arb, ctx

from strictsaddle.arithmetic.exact import at_precision
from strictsaddle.derive.monomial_form import UNIT, Array, MonomialForm

PRECISIONS = (128, 256, 512, 1024)


@dataclass(frozen=True)
class SimpleZero:
    """One nondegenerate zero of the gradient lies in `box`. If it is `real`, it is the only real one there; if not,
    it is proved not to be real."""

    box: tuple[acb, ...]
    real: bool


def certify(form: MonomialForm, candidates: Sequence[Sequence[acb]], precision: int) -> list[SimpleZero | None]:
    """For each approximate zero (n complex balls, of which only the midpoints matter) a zero near it, proved,
    or None.

    `precision`: to which the candidates are known. Two results may be the same zero: see `distinct`.
    """
    if not candidates:
        return []
    middle = np.array([[complex(value) for value in candidate] for candidate in candidates], dtype=np.complex128)
    # A candidate is taken for real when its imaginary part is exactly zero, and the test then decides.
    is_real = np.array([all(value.imag.is_zero() for value in candidate) for candidate in candidates])
    centres, radii = middle, np.full(len(candidates), np.nan)
    if form.has_doubles:
        with np.errstate(all="ignore"):
            centres, radii = _certify_doubles(form, middle, is_real)
    found: list[SimpleZero | None] = []
    for k, candidate in enumerate(candidates):
        zero = None
        if np.isfinite(radii[k]):
            zero = _settled(
                [_square(acb(z.real, z.imag), arb(float(radii[k]))) for z in centres[k].tolist()],
                bool(is_real[k]),
            )
            if zero is not None and zero.real and not confirmed(form, zero):
                zero = None
        for bits in PRECISIONS:
            if zero is not None or bits > max(precision, PRECISIONS[0]):
                break
            zero = _certify_balls(form, candidate, bits, bool(is_real[k]))
        found.append(zero)
    return found


def _settled(box: list[acb], is_real: bool) -> SimpleZero | None:
    """The zero of the box, when it is certain whether it is real."""
    if is_real:
        return SimpleZero(tuple(box), True)
    if any(not value.imag.contains(0) for value in box):
        return SimpleZero(tuple(box), False)
    return None


def _square(centre: acb, radius: arb) -> acb:
    ball = arb(0, radius)
    return acb(centre.real + ball, centre.imag + ball)


def _certify_doubles(form: MonomialForm, points: Array, is_real: Array) -> tuple[Array, Array]:
    """Newton's method in doubles, then the test: centres (m, n), and radii (m,), nan where it fails."""
    for _ in range(3):
        g, h, _, _ = form.doubles(points)
        step = np.einsum("mij,mj->mi", _inverses(h), g)
        size = np.abs(step).max(axis=1)
        good = np.isfinite(size) & (size <= 1e-3 * (1 + np.abs(points).max(axis=1)))
        points = np.where(good[:, None], points - np.where(np.isfinite(step), step, 0), points)
    points = np.where(is_real[:, None], points.real + 0j, points)
    g, h, g_error, h_error = form.doubles(points)
    y = _inverses(h)
    n = form.dimension
    product = 4 * (n + 4) * UNIT  # error of a complex inner product of n terms, relative to that of the absolute values
    y_size = np.abs(y) * (1 + 4 * UNIT)
    b = np.abs(np.einsum("mij,mj->mi", y, g))
    b = (b + np.einsum("mij,mj->mi", y_size, g_error + product * np.abs(g))).max(axis=1) * (1 + 1e-10) + 1e-290
    defect = np.abs(np.eye(n) - y @ h) + product * (np.eye(n) + y_size @ np.abs(h)) + y_size @ h_error
    radii = np.full(len(points), np.nan)
    # A larger disc is a larger region of uniqueness; the smaller one is for points with close neighbours.
    for radius in (4 * b, np.maximum(4 * b, 2.0**-36 * np.maximum(1.0, np.abs(points).max(axis=1)))):
        variation = form.hessian_variation(points, radius) * radius[:, None, None]
        a = (defect + y_size @ variation).sum(axis=2).max(axis=1) * (1 + 1e-10)
        radii = np.where((b + a * radius) * (1 + 1e-10) < radius, radius, radii)
    return points, radii


def newton_doubles(form: MonomialForm, points: Array, steps: int = 40) -> Array:
    """Where Newton's method in doubles arrives from real points (m, n), of those that it brings near a zero: (k, n)."""
    for _ in range(steps):
        g, h, _, _ = form.doubles(points)
        step = np.einsum("mij,mj->mi", _inverses(h.real), g.real)
        good = np.isfinite(step).all(axis=1)
        points, step = points[good] - step[good], step[good]
    size = 1.0 + np.abs(points).max(axis=1, initial=0.0)
    return np.array(points[np.abs(step).max(axis=1, initial=0.0) < 1e-8 * size]) if len(points) else points


def _inverses(matrices: Array) -> Array:
    """Approximate inverses (m, n, n); nan for singular matrices."""
    try:
        inverses: Array = np.linalg.inv(matrices)
        return inverses
    except np.linalg.LinAlgError:
        result = np.full_like(matrices, np.nan)
        for k, matrix in enumerate(matrices):
            try:
                result[k] = np.linalg.inv(matrix)
            except np.linalg.LinAlgError:
                continue
        return result


def _certify_balls(form: MonomialForm, candidate: Sequence[acb], precision: int, is_real: bool) -> SimpleZero | None:
    with at_precision(precision):
        centre = _newton(form, [acb(value.real.mid(), value.imag.mid()) for value in candidate])
        if centre is None:
            return None
        if is_real:
            centre = [acb(value.real) for value in centre]
        size = max(1.0, *(abs(complex(value)) for value in centre))
        for exponent in (precision // 4, precision // 2, 3 * precision // 4):
            box = [_square(value, arb(size) * arb(2) ** -exponent) for value in centre]
            if _maps_into_itself(form, centre, box) and (zero := _settled(box, is_real)) is not None:
                return zero
        return None


def _newton(form: MonomialForm, centre: list[acb], largest_step: float = 1e-3) -> list[acb] | None:
    """Newton's method at the present precision; None when it comes to a singular matrix or moves away, by a step
    larger than `largest_step` relative to the point (or to 1)."""
    for _ in range(8):
        g, h = form.complex_balls(centre)
        try:
            step = acb_mat(h).mid().inv().mid() * acb_mat([[value.mid()] for value in g])
        except ZeroDivisionError:
            return None
        moved = [(c - step[i, 0]).mid() for i, c in enumerate(centre)]
        size = max(abs(complex(step[i, 0])) for i in range(len(centre)))
        if not size < largest_step * max(1.0, *(abs(complex(c)) for c in centre)):
            return None
        centre = moved
        if size < 2.0 ** (-0.8 * ctx.prec):
            break
    return centre


def _maps_into_itself(form: MonomialForm, centre: list[acb], box: list[acb]) -> bool:
    n = form.dimension
    g, _ = form.complex_balls(centre)
    _, at_centre = form.complex_balls(centre)
    _, h = form.complex_balls(box)
    try:
        y = at_centre.mid().inv().mid()
    except ZeroDivisionError:
        return False
    identity = acb_mat([[acb(int(i == j)) for j in range(n)] for i in range(n)])
    difference = acb_mat([[z - c] for z, c in zip(box, centre, strict=True)])
    image = acb_mat([[c] for c in centre]) - y * acb_mat([[value] for value in g]) + (identity - y * h) * difference
    return all(value.contains_interior(image[i, 0]) for i, value in enumerate(box))


def distinct(zeros: Sequence[SimpleZero]) -> list[SimpleZero]:
    """The zeros without those whose box meets an earlier one's: what is left are as many different zeros."""
    if not zeros:
        return []
    centres = np.array([[complex(value) for value in zero.box] for zero in zeros])
    radii = np.array([max(float(value.rad()) for value in zero.box) for zero in zeros])
    kept: list[int] = []
    for k in range(len(zeros)):
        if kept:
            gap = np.abs(centres[kept] - centres[k]).max(axis=1)
            near = gap <= 4 * (radii[kept] + radii[k]) + 1e-12 * (1 + np.abs(centres[k]).max())
            if any(_meet(zeros[k], zeros[kept[i]]) for i in np.flatnonzero(near)):
                continue
        kept.append(k)
    return [zeros[k] for k in kept]


def _meet(a: SimpleZero, b: SimpleZero) -> bool:
    return all(x.overlaps(y) for x, y in zip(a.box, b.box, strict=True))


def confirmed(form: MonomialForm, zero: SimpleZero) -> bool:
    """Whether a Krawczyk test in balls proves the zero again, without any double, in the box that holds only one."""
    return any(_enclosure(form, zero, precision) is not None for precision in PRECISIONS)


def real_enclosure(form: MonomialForm, zero: SimpleZero, precision: int) -> tuple[arb, ...]:
    """Balls around the real zero in the box of `zero`, as tight as `precision` allows; the box itself if
    refinement fails."""
    return _enclosure(form, zero, precision) or tuple(value.real for value in zero.box)


def _enclosure(form: MonomialForm, zero: SimpleZero, precision: int) -> tuple[arb, ...] | None:
    with at_precision(precision):
        centre: list[acb] | None = [acb(value.real.mid()) for value in zero.box]
        assert centre is not None
        # The zero is proved to be in the box, so steps of the box's size lead to it.
        centre = _newton(form, centre, largest_step=1.0)
        if centre is None:
            return None
        size = max(1.0, *(abs(complex(value)) for value in centre))
        for exponent in (precision - 24, precision - 40, precision - 64, precision // 2):
            box = [_square(acb(value.real), arb(size) * arb(2) ** -exponent) for value in centre]
            inside = all(outer.contains(inner) for outer, inner in zip(zero.box, box, strict=True))
            if inside and _maps_into_itself(form, [acb(value.real) for value in centre], box):
                return tuple(value.real for value in box)
        return None
