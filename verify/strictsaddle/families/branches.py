"""Stationary points as functions of the parameter: enclosed for all values of an interval, and followed for pictures.

Enclosure. Let X be a box of unknowns, L an interval of the parameters, m the middle of X, Y any matrix. If

    m - Y g(m, L) + (I - Y H(X, L)) (X - m)

lies in the interior of X, then for each p in L there is exactly one zero of g( . , p) in X, and its Hessian is non-singular (Krawczyk;
`covering.krawczyk_tests`). So it is a continuous function of p on L. Beginning with a point that is known at one value, boxes are put one
behind the other, each holding the enclosure of the point at the value where the last one ends: they enclose the branch through it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise, product

import numpy as np
from flint import arb, arb_mat, fmpq

from strictsaddle.arithmetic.arrays import Floats
from strictsaddle.arithmetic.evaluate import evaluate_arb, evaluate_float
from strictsaddle.arithmetic.exact import at_precision, balls_of, rational
from strictsaddle.arithmetic.outward import outward
from strictsaddle.certify.inertia import eigenvalue_enclosures
from strictsaddle.certify.krawczyk import approximate_inverse, hessian, hessian_in_doubles
from strictsaddle.covering.families.question import FamilyDerivation
from strictsaddle.execution.budget import require_time
from strictsaddle.objective.family import Parameter, Values
from strictsaddle.records.terms import Interval
from strictsaddle.records.verdict import StationaryPoint

PRECISION = 96
LEAST_STEP = 2.0**-14  # of the range
NEWTON_STEPS, CLOSE = 30, 1e-12
SWELLING = 1.5  # of a box beyond the ends of the branch in it
LEAST_RADIUS, TRIES = 1e-10, 3
CELLS = (1, 4, 16, 64)
SAMPLES = 48  # of a piece, for a picture


@dataclass(frozen=True)
class Hull:
    """Enclosures of a branch over all values: of the point, of f there, and of the eigenvalues of H, ascending."""

    point: list[arb]
    value: arb
    eigenvalues: list[arb]

    def joined(self, other: Hull) -> Hull:
        return Hull([a.union(b) for a, b in zip(self.point, other.point, strict=True)], self.value.union(other.value),
                    [a.union(b) for a, b in zip(self.eigenvalues, other.eigenvalues, strict=True)])  # fmt: skip

    def record(self, of: StationaryPoint) -> StationaryPoint:
        """The point's record over all values: index and kind do not change along a branch."""
        spectrum = []
        for k, ball in enumerate(self.eigenvalues):
            low, high = outward(ball)
            negative = of.index is not None and k < of.index
            spectrum.append(Interval(low, min(high, 0.0)) if negative else Interval(max(low, 0.0), high))
        return StationaryPoint(
            tuple(outward(x) for x in self.point), outward(self.value), tuple(spectrum), of.index, of.nullity, of.kind
        )


def over_interval(
    derivation: FamilyDerivation, parameters: Sequence[Parameter], at: Values, point: StationaryPoint
) -> Hull | None:
    """The branch through a nondegenerate point at one choice of values, over a whole box of parameters; None where steps get too small. The
    ranges of all parameters but the first are cut into cells, each of which is taken at once."""
    with at_precision(PRECISION):
        start = balls_of(point.point)
        begin = [rational(at[p.name]) for p in parameters]
        for cells in CELLS if len(parameters) > 1 else (1,):
            grid = product(*(_cells(p, cells) for p in parameters[1:]))
            hulls = [_over_cell(derivation, parameters[0], begin, start, cell) for cell in grid]
            if None not in hulls:
                return reduce(Hull.joined, [hull for hull in hulls if hull is not None])
        return None


def _cells(parameter: Parameter, count: int) -> list[tuple[fmpq, fmpq]]:
    low, high = rational(parameter.low), rational(parameter.high)
    ends = [low + (high - low) * fmpq(k, count) for k in range(count + 1)]
    return list(pairwise(ends))


def _over_cell(derivation: FamilyDerivation, first: Parameter, begin: list[fmpq], start: list[arb],
               cell: Sequence[tuple[fmpq, fmpq]]) -> Hull | None:  # fmt: skip
    """Over the first parameter's range times a cell of the others': first from where the point is known to the middle of the cell."""
    held, here = start, list(begin)
    for k, (low, high) in enumerate(cell, start=1):
        middle = (low + high) / 2
        moved = _moved(derivation, held, here, k, middle)
        if moved is None:
            return None
        held, here[k] = moved, middle
    rest = [arb(low).union(arb(high)) for low, high in cell]
    if cell:
        over = _around(derivation, held, held, [arb(begin[0]), *rest])
        if over is None:
            return None
        held = over[1]
    sides = [_along(derivation, held, begin[0], rational(end), rest) for end in (first.low, first.high)]
    return None if sides[0] is None or sides[1] is None else sides[0].joined(sides[1])


def _moved(derivation: FamilyDerivation, start: list[arb], values: list[fmpq], k: int, to: fmpq) -> list[arb] | None:
    """The branch's point after parameter k has gone from its value to another one, the others standing still."""
    others = [arb(v) for v in values]

    def around(value: arb) -> list[arb]:
        return [*others[:k], value, *others[k + 1 :]]

    found = _steps(derivation, start, values[k], to, around)
    return None if found is None else found[0]


def _along(derivation: FamilyDerivation, start: list[arb], begin: fmpq, end: fmpq, rest: list[arb]) -> Hull | None:
    """From `begin` to `end` of the first parameter, `start` enclosing the point at `begin` whatever the others are within `rest`."""
    found = _steps(derivation, start, begin, end, lambda value: [value, *rest])
    return None if found is None else found[1]


def _steps(derivation: FamilyDerivation, start: list[arb], begin: fmpq, end: fmpq,
           around: Callable[[arb], list[arb]]) -> tuple[list[arb], Hull] | None:  # fmt: skip
    """The point at `end`, and the hull on the way. around(v): the values of all parameters where the one that goes is v."""
    here, balls, step = begin, start, end - begin
    whole = _hull(derivation, start, around(arb(begin)))
    least = abs(end - begin) * fmpq(1, int(1 / LEAST_STEP))
    while here != end:
        require_time()
        if abs(end - here) < abs(step):
            step = end - here
        there = here + step
        span, last = around(arb(here).union(arb(there))), around(arb(there))
        centre = _centred(derivation, balls, last)
        end_point = None if centre is None else _around(derivation, centre, centre, last)
        over = None if end_point is None else _around(derivation, balls, end_point[1], span)
        # the point at the other end must be the one in the box
        if (
            over is None
            or end_point is None
            or not all(b.contains(x) for b, x in zip(over[0], end_point[1], strict=True))
        ):
            step = step / 2
            if abs(step) < least:
                return None
            continue
        whole = whole.joined(_hull(derivation, over[1], span))
        here, balls, step = there, end_point[1], step * 2
    return balls, whole


def _around(
    derivation: FamilyDerivation, start: list[arb], other: list[arb], values: list[arb]
) -> tuple[list[arb], list[arb]] | None:
    """A box that holds `start` and in which there is exactly one zero for each choice of values, and its image, which holds them all;
    `other` is about where the zero is for the last of them."""
    hull = [a.union(b) for a, b in zip(start, other, strict=True)]
    size = max(1.0, *(float(abs(x).upper()) for x in hull))
    middle = [arb(x.mid()) for x in hull]
    radii = [SWELLING * float(x.rad()) + LEAST_RADIUS * size for x in hull]
    for _ in range(TRIES):
        box = [m + arb(0, r) for m, r in zip(middle, radii, strict=True)]
        image = _krawczyk(derivation, middle, box, values)
        if image is None:
            return None
        if all(b.contains_interior(k) for b, k in zip(box, image, strict=True)):
            held = all(b.contains(x) for b, x in zip(box, start, strict=True))
            return (box, _tightened(derivation, image, values)) if held else None
        radii = [max(r, SWELLING * float(abs(k - m).upper())) for r, k, m in zip(radii, image, middle, strict=True)]
    return None


def _tightened(derivation: FamilyDerivation, image: list[arb], values: list[arb]) -> list[arb]:
    """A smaller box around all zeros that lie in the image, by the same operator about its own middle."""
    for _ in range(TRIES):
        closer = _krawczyk(derivation, [arb(x.mid()) for x in image], image, values)
        if closer is None or not all(a.overlaps(b) for a, b in zip(image, closer, strict=True)):
            return image
        image = [a.intersection(b) for a, b in zip(image, closer, strict=True)]
    return image


def _krawczyk(derivation: FamilyDerivation, middle: list[arb], box: list[arb], values: list[arb]) -> list[arb] | None:
    n = len(middle)
    slope = evaluate_arb(derivation.gradient_tape, [*middle, *values])
    matrix = hessian(derivation, [*box, *values])
    y = approximate_inverse(matrix)
    if y is None:
        return None
    rest = arb_mat([[arb(int(i == j)) for j in range(n)] for i in range(n)]) - y * matrix
    spread = arb_mat([[b - m] for b, m in zip(box, middle, strict=True)])
    moved = y * arb_mat([[x] for x in slope])
    image = [middle[i] - moved[i, 0] + (rest * spread)[i, 0] for i in range(n)]
    return image if all(x.is_finite() for x in image) else None


def _hull(derivation: FamilyDerivation, box: list[arb], values: list[arb]) -> Hull:
    value = evaluate_arb(derivation.value_tape, [*box, *values])[0]
    return Hull(list(box), value, eigenvalue_enclosures(hessian(derivation, [*box, *values])))


def _centred(derivation: FamilyDerivation, start: Sequence[arb], values: Sequence[arb]) -> list[arb] | None:
    """An approximate zero near the start, as exact balls."""
    found = newton(derivation, np.array([float(x.mid()) for x in start]), np.array([float(v.mid()) for v in values]))
    return None if found is None else [arb(float(x)) for x in found]


def newton(derivation: FamilyDerivation, start: Floats, values: Floats) -> Floats | None:
    """An approximate zero of the gradient at these parameters by Newton's method in doubles; None where it runs away."""
    point = start.copy()
    for _ in range(NEWTON_STEPS):
        where = np.concatenate([point, values])
        slope = evaluate_float(derivation.gradient_tape, where[None])[0]
        matrix = hessian_in_doubles(derivation, where)
        if not (np.isfinite(slope).all() and np.isfinite(matrix).all()):
            return None
        try:
            step = np.linalg.solve(matrix, slope)
        except np.linalg.LinAlgError:
            return None
        point = point - step
        size = float(np.max(np.abs(step)))
        if size > 1e3 * (1.0 + float(np.max(np.abs(start)))):
            return None
        if size < CLOSE * (1.0 + float(np.max(np.abs(point)))):
            return point
    return None


@dataclass(frozen=True)
class Branch:
    """A branch over a piece, for pictures: values (m,) of the parameter, points (m, n), values of f (m,); its index. Not rigorous, save
    that the index is that of the whole branch."""

    index: int | None
    parameter: Floats
    points: Floats
    values: Floats


def followed(derivation: FamilyDerivation, low: float, high: float, at: float, point: StationaryPoint) -> Branch:
    """The branch through a point at one value, as far towards the ends of a piece as Newton's method goes."""
    start = np.array([0.5 * (x.low + x.high) for x in point.point])
    sides: list[list[tuple[float, Floats]]] = [[(at, start)]]
    for end in (low, high):
        # dense near the end, where branches meet
        places = at + (end - at) * (1.0 - (1.0 - np.linspace(0.0, 1.0, SAMPLES)) ** 2)
        side, here, before = [], start, None
        for value in places[1:]:
            guess = here if before is None else here + 0.5 * (here - before)
            found = newton(derivation, guess, np.array([value]))
            if found is None or float(np.max(np.abs(found - here))) > 0.25 * (1.0 + float(np.max(np.abs(here)))):
                found = newton(derivation, here, np.array([value]))
            if found is None or float(np.max(np.abs(found - here))) > 0.25 * (1.0 + float(np.max(np.abs(here)))):
                break
            side.append((float(value), found))
            before, here = here, found
        sides.append(side)
    ordered = [*reversed(sides[1]), *sides[0], *sides[2]]
    parameter, points = np.array([p for p, _ in ordered]), np.array([x for _, x in ordered])
    values = evaluate_float(derivation.value_tape, np.column_stack([points, parameter]))[:, 0]
    return Branch(point.index, parameter, points, values)
