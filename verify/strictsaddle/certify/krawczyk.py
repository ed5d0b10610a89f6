"""Refining a certified stationary point to the last bits, in Arb balls of any precision."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from flint import arb, arb_mat
from numpy.typing import NDArray

from strictsaddle.arithmetic.arrays import Floats
from strictsaddle.arithmetic.evaluate import evaluate_arb, evaluate_float, evaluate_interval
from strictsaddle.arithmetic.exact import at_precision
from strictsaddle.arithmetic.outward import outward
from strictsaddle.derive.derivatives import Derivation
from strictsaddle.records.terms import Interval

CLOSE = 1e-12  # a relative step after which Newton's method in doubles has arrived
MOST_HALVINGS = 60  # of each side
HALVINGS_A_TRY = 4  # of each side, before Newton's method is tried again
MOST_PIECES = 4096  # that no test tells from the one that holds the zero
ISOLATING_SIZES = (1e-3, 1e-5, 1e-7, 1e-9)  # of boxes about approximate points, relative; the first that works


@dataclass(frozen=True)
class Enclosure:
    """One stationary point: balls that hold it, and a box of doubles (2, n) in which it is the only one.

    `interval` gives the outward-rounded doubles of the interface.
    """

    balls: tuple[arb, ...]
    unique: Floats

    @cached_property
    def interval(self) -> tuple[Interval, ...]:
        return tuple(outward(ball) for ball in self.balls)


def ball_between(low: float, high: float) -> arb:
    """A ball that holds [low, high]."""
    return arb(low).union(arb(high))


def refine(derivation: Derivation, unique: Floats, tight: Floats, precision: int = 128) -> Enclosure:
    """Enclose the one stationary point of the box `unique` (2, n) far below double precision.

    `tight` (2, n) encloses it as well; it is what remains if the refinement fails. Proof: Newton steps in floating
    point lead to a centre; a small ball about it that the Krawczyk operator maps into its own interior holds a
    stationary point, and when that ball lies inside `unique`, it is the one. From the middle of a wide box Newton's method
    may run away; then the box is narrowed by `bisected` first, which never leaves it.
    """
    with at_precision(precision):
        found = _refined(derivation, unique, tight, precision)
        if found is not None:
            return Enclosure(found, unique)
        for closer in bisected(derivation, tight):
            found = _refined(derivation, unique, closer, precision)
            if found is not None:
                return Enclosure(found, unique)
            tight = closer
        return Enclosure(tuple(ball_between(low, high) for low, high in zip(tight[0], tight[1], strict=True)), unique)


def _refined(derivation: Derivation, unique: Floats, tight: Floats, precision: int) -> tuple[arb, ...] | None:
    """Newton's method from the middle of `tight`, and the proof that it led to the one stationary point of `unique`."""
    centre = [arb(float(0.5 * (low + high))) for low, high in zip(tight[0], tight[1], strict=True)]
    for _ in range(8):
        step = _newton_step(derivation, centre)
        if step is None:
            break
        centre = [(c - s).mid() for c, s in zip(centre, step, strict=True)]
        if all(
            abs(float(s)) <= 2.0 ** (20 - precision) * max(1.0, abs(float(c)))
            for c, s in zip(centre, step, strict=True)
        ):
            break
    for exponent in (precision - 32, precision - 56, precision - 80):
        radius = [
            arb(0, min(max(1.0, abs(c)) * 2.0**-exponent, _room(c, low, high)))
            for c, low, high in zip(map(float, centre), unique[0], unique[1], strict=True)
        ]
        image = _krawczyk(derivation, centre, radius)
        box = [c + r for c, r in zip(centre, radius, strict=True)]
        if (
            image is not None
            and all(b.contains_interior(k) for b, k in zip(box, image, strict=True))
            and all(
                ball_between(low, high).contains(b) and arb(low) <= b.lower() and b.upper() <= arb(high)
                for low, high, b in zip(unique[0], unique[1], box, strict=True)
            )
        ):
            return tuple(image)
    return None


def bisected(derivation: Derivation, box: Floats) -> Iterator[Floats]:
    """Ever smaller boxes (2, n), each of which holds every stationary point of `box`, until they shrink no more.

    Halves on which a component of the gradient, in its natural or its mean value form, has no zero are dropped; the hull of what
    is left is the next box. About a simple zero a bounded number is left at every size, so that the hull shrinks to it.
    """
    boxes = box[None].copy()
    for round_ in range(MOST_HALVINGS * box.shape[1]):
        widths = boxes[:, 1] - boxes[:, 0]
        side = int(np.argmax(widths.max(axis=0) / np.maximum(1.0, np.abs(boxes).max(axis=(0, 1)))))
        cut = boxes[:, 0, side] + 0.5 * widths[:, side]
        if not np.any((boxes[:, 0, side] < cut) & (cut < boxes[:, 1, side])):
            return
        lower, upper = boxes.copy(), boxes.copy()
        lower[:, 1, side] = cut
        upper[:, 0, side] = cut
        boxes = np.concatenate([lower, upper])
        boxes = boxes[~_without_zero(derivation, boxes)]
        if not 0 < len(boxes) <= MOST_PIECES:
            return
        if round_ % box.shape[1] == box.shape[1] - 1 and round_ // box.shape[1] % HALVINGS_A_TRY == HALVINGS_A_TRY - 1:
            yield np.array([boxes[:, 0].min(axis=0), boxes[:, 1].max(axis=0)])


def _without_zero(derivation: Derivation, boxes: Floats) -> NDArray[np.bool_]:
    """Which of the boxes (m, 2, n) are proved to hold no stationary point, (m,); nan proves nothing."""
    n = derivation.dimension
    low, high = evaluate_interval(derivation.gradient_tape, boxes[:, 0], boxes[:, 1])
    without: NDArray[np.bool_] = np.any((low > 0) | (high < 0), axis=1)
    middle = np.clip(0.5 * boxes[:, 0] + 0.5 * boxes[:, 1], boxes[:, 0], boxes[:, 1])
    reach = np.nextafter(np.maximum(middle - boxes[:, 0], boxes[:, 1] - middle), np.inf)
    slope = evaluate_interval(derivation.gradient_tape, middle, middle)
    ends = evaluate_interval(derivation.hessian_tape, boxes[:, 0], boxes[:, 1])
    sizes = np.maximum(np.abs(ends[0]), np.abs(ends[1]))
    rows, columns = np.triu_indices(n)
    table = np.empty((len(boxes), n, n))
    table[:, rows, columns] = table[:, columns, rows] = sizes
    with np.errstate(all="ignore"):
        # sums of n products of positive doubles: relative errors below n + 1 units, far below 1e-12
        spread = np.einsum("mij,mj->mi", table, reach) * (1.0 + 1e-12) + 1e-300
        centred = (np.nextafter(slope[0] - spread, -np.inf) > 0) | (np.nextafter(slope[1] + spread, np.inf) < 0)
    without |= np.any(centred, axis=1)
    return without


def isolate(derivation: Derivation, point: Floats) -> Floats | None:
    """Boxes `unique` and `tight` as one array (2, 2, n), when a Krawczyk test proves a stationary point near `point`,
    which is approximate: the only one in `unique`, and in `tight`. None when no test succeeds."""
    with at_precision(128):
        centre = [arb(float(x)) for x in point]
        for _ in range(4):
            step = _newton_step(derivation, centre)
            if step is None:
                return None
            centre = [arb(float((c - s).mid())) for c, s in zip(centre, step, strict=True)]
            if all(abs(float(s)) <= CLOSE * max(1.0, abs(float(c))) for c, s in zip(centre, step, strict=True)):
                break
        middle = np.array([float(c) for c in centre])
        for size in ISOLATING_SIZES:
            radius = size * np.maximum(1.0, np.abs(middle))
            low, high = middle - radius, middle + radius
            box = [ball_between(float(a), float(b)) for a, b in zip(low, high, strict=True)]
            image = _krawczyk(derivation, [b.mid() for b in box], [arb(0, b.rad()) for b in box])
            if image is None:
                continue
            tight = np.array([outward(k) for k in image]).T
            if np.all(low < tight[0]) and np.all(tight[1] < high):
                return np.array([[low, high], tight])
        return None


def _room(c: float, low: float, high: float) -> float:
    """Half the distance from c to the nearer end of [low, high]: a box may be far thinner in one unknown than in
    another.
    Infinite where c is not inside."""
    room = 0.5 * min(c - low, high - c)
    return float(room) if room > 0 else float("inf")


def hessian(derivation: Derivation, point: list[arb] | tuple[arb, ...]) -> arb_mat:
    """The Hessian by the n unknowns on a box of balls, of the unknowns and of parameters if there are any, (n, n), at the present
    precision."""
    n = len(derivation.gradient)
    entries = evaluate_arb(derivation.hessian_tape, list(point))
    table = [[arb(0)] * n for _ in range(n)]
    position = 0
    for i in range(n):
        for j in range(i, n):
            table[i][j] = table[j][i] = entries[position]
            position += 1
    return arb_mat(table)


def hessian_in_doubles(derivation: Derivation, point: Floats) -> Floats:
    """The Hessian (n, n) at a point, of the n unknowns and of parameters if there are any, approximately."""
    n = len(derivation.gradient)
    rows, columns = np.triu_indices(n)
    table = np.empty((n, n))
    table[rows, columns] = table[columns, rows] = evaluate_float(derivation.hessian_tape, point.reshape(1, -1))[0]
    return table


def approximate_inverse(matrix: arb_mat) -> arb_mat | None:
    """The midpoint of an inverse of the midpoint of `matrix`; None when singular. Any matrix would do for the proof."""
    try:
        return matrix.mid().inv().mid()
    except ZeroDivisionError:
        return None


def _newton_step(derivation: Derivation, centre: list[arb]) -> list[arb] | None:
    inverse = approximate_inverse(hessian(derivation, centre))
    if inverse is None:
        return None
    slope = arb_mat([[g.mid()] for g in evaluate_arb(derivation.gradient_tape, centre)])
    step = inverse * slope
    found = [step[i, 0].mid() for i in range(derivation.dimension)]
    return found if all(s.is_finite() for s in found) else None


def _krawczyk(derivation: Derivation, centre: list[arb], radius: list[arb]) -> list[arb] | None:
    """c - Y g(c) + (I - Y H(c + r)) r for Y about H(c)^-1."""
    n = derivation.dimension
    inverse = approximate_inverse(hessian(derivation, centre))
    if inverse is None:
        return None
    slope = arb_mat([[g] for g in evaluate_arb(derivation.gradient_tape, centre)])
    identity = arb_mat([[arb(int(i == j)) for j in range(n)] for i in range(n)])
    box = [c + r for c, r in zip(centre, radius, strict=True)]
    spread = (identity - inverse * hessian(derivation, box)) * arb_mat([[r] for r in radius])
    shift = inverse * slope
    image = [centre[i] - shift[i, 0] + spread[i, 0] for i in range(n)]
    return image if all(k.is_finite() for k in image) else None
