"""One chunk of the branch and bound in the hidden parameters of a network, compiled: boxes are closed, narrowed or split.

As `covering.explore`, with the same codes of the record, but box by box. For a stationary point (w, v) of J with w in a box, v = v*(w) lies
in the enclosures that the forms give. So where a box looks as if it held a simple zero, the Krawczyk test of all unknowns is made on the
box times these enclosures, and points are boxes in all unknowns."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from strictsaddle.arithmetic.approximate_algebra import inverse
from strictsaddle.arithmetic.arrays import Floats, Integers
from strictsaddle.arithmetic.compilation import compiled
from strictsaddle.arithmetic.entry import evaluate
from strictsaddle.arithmetic.evaluate import Program
from strictsaddle.arithmetic.outward_doubles import down, up
from strictsaddle.covering.box_tests import (
    OPEN,
    SADDLES,
    curvature,
    middle_hessian,
    outside,
    radii,
    upper_index,
)
from strictsaddle.covering.boxes import RECORDS, Stack, copy_row, note, put_halves, widest_side
from strictsaddle.covering.explore import (
    BOXES,
    LEFT,
    POINTS,
    RECORD_GRADIENT,
    RECORD_MINIMA,
    RECORD_NARROWED,
    RECORD_NEWTON,
    RECORD_OUTSIDE,
    RECORD_POINT,
    RECORD_SADDLES,
    RECORD_UNWANTED,
    SPLIT_BASE,
    STUCK,
    Told,
    is_small,
    put_aside,
    put_narrowed,
)
from strictsaddle.covering.forms.box_tests import outputs_in_range, side_to_split, too_far_out, unbalanced
from strictsaddle.covering.forms.contraction import EMPTY as NOTHING
from strictsaddle.covering.forms.contraction import narrow
from strictsaddle.covering.forms.function_table import Table
from strictsaddle.covering.forms.layout import Layout
from strictsaddle.covering.forms.model import rows_needed, whole_model
from strictsaddle.covering.forms.squared_loss import cubic_index
from strictsaddle.covering.krawczyk_tests import EMPTY, INSIDE, newton

SHRUNK = 0.7  # of the volume: a box that has become smaller is looked at again instead of being split
NEARLY_LINEAR = 0.5
SMALL = 2.0**-8


class Asked(NamedTuple):
    """half_spaces: rows c, c.w >= 0 where hidden parameters w are looked for. hidden, output: the numbers of the unknowns that w and v are,
    v output after output. least_width, listing: as in `covering.explore.Asked`."""

    half_spaces: Floats
    hidden: Integers
    output: Integers
    least_width: float
    listing: bool


@compiled
def explore_network(
    net: Layout, activations: Table, loss: Table, gradient: Program, hessian: Program, stack: Stack, top: int, limit: int,
    asked: Asked, told: Told,
) -> None:  # fmt: skip
    """Work on the first `top` boxes of the stack for at most about `limit` boxes. On return the first counters[LEFT] rows of the stack are
    still open."""
    stack_lo, stack_hi, stack_mode = stack
    half_spaces, hidden, output, least_width, listing = asked
    counters, point_boxes, stuck, record, ends = told
    n, whole = hidden.size, hidden.size + output.size
    rows, outputs, count = net.inputs.shape[0], net.targets.shape[1], net.output_ridge.shape[1]
    total = rows_needed(net)
    forms, sizes = np.zeros((total + n, 1 + n + n * (n + 1) // 2)), np.zeros((total + n, 3))
    hulls, v, r = (
        np.empty((rows, net.parameter.shape[1], 4)),
        np.empty((outputs, count, 2)),
        np.empty((rows, outputs, 2)),
    )
    lo, hi, c, rad = np.empty((1, n)), np.empty((1, n)), np.empty(n), np.empty(n)
    e_lo, e_hi, narrowed = np.empty(n), np.empty(n), np.empty((2, n))
    x_lo, x_hi, x_mid, x_rad = np.empty((1, whole)), np.empty((1, whole)), np.empty((1, whole)), np.empty(whole)
    g_lo, g_hi, triangle = np.empty((1, whole)), np.empty((1, whole)), whole * (whole + 1) // 2
    h_lo, h_hi = np.empty((1, triangle)), np.empty((1, triangle))
    middle, q, y, vector = np.empty((whole, whole)), np.empty((whole, whole)), np.empty((whole, whole)), np.empty(whole)
    larger, new = np.empty((2, whole)), np.empty((2, whole))
    at, cubic = upper_index(whole), cubic_index(n)

    while top > 0 and counters[BOXES] < limit:
        if (counters[POINTS] + 1 >= point_boxes.shape[0] or counters[STUCK] + 1 >= stuck.shape[0]
                or top + 2 >= stack_lo.shape[0] or counters[RECORDS] + 4 >= record.size):  # fmt: skip
            break
        top -= 1
        counters[BOXES] += 1
        mode = stack_mode[top]
        if outside(half_spaces, stack_lo, stack_hi, top):
            note(record, counters, RECORD_OUTSIDE)
            continue
        copy_row(lo, 0, stack_lo, top)
        copy_row(hi, 0, stack_hi, top)
        if net.widths.size == 3 and too_far_out(net, activations, lo[0], hi[0]):
            note(record, counters, RECORD_GRADIENT)
            continue
        radii(lo[0], hi[0], c, rad)
        spread = np.inf
        known = whole_model(net, activations, loss, c, rad, forms, sizes, hulls, cubic)
        if known:
            if not outputs_in_range(net, forms, sizes, n, v, r):
                note(record, counters, RECORD_GRADIENT)
                continue
            if net.widths.size == 3 and unbalanced(net, lo[0], hi[0], hulls, v, r):
                note(record, counters, RECORD_GRADIENT)
                continue
            for k in range(n):
                e_lo[k], e_hi[k] = -1.0, 1.0
            state, spread = narrow(forms, sizes, net.g, total, e_lo, e_hi, n)
            if state == NOTHING:
                note(record, counters, RECORD_GRADIENT)
                continue
            if narrows(c, rad, e_lo, e_hi, lo[0], hi[0], narrowed) and not is_small(
                narrowed[0], narrowed[1], least_width
            ):
                note(record, counters, RECORD_NARROWED)
                top = put_narrowed(stack, top, ends, counters, narrowed, mode)
                continue
        widest = 0.0
        for k in range(n):
            widest = max(widest, rad[k])
        if known and (spread < NEARLY_LINEAR or widest < SMALL):
            for k in range(n):
                x_lo[0, hidden[k]], x_hi[0, hidden[k]] = lo[0, k], hi[0, k]
            for o in range(outputs):
                for j in range(count):
                    x_lo[0, output[o * count + j]], x_hi[0, output[o * count + j]] = v[o, j, 0], v[o, j, 1]
            radii(x_lo[0], x_hi[0], x_mid[0], x_rad)
            evaluate(gradient, 1, x_mid, x_mid, g_lo, g_hi)
            evaluate(hessian, 1, x_lo, x_hi, h_lo, h_hi)
            bounded = middle_hessian(h_lo[0], h_hi[0], at, middle)
            if bounded and mode == OPEN:
                mode = curvature(h_lo[0], h_hi[0], at, middle, q, vector)
                if mode != OPEN:
                    note(record, counters, RECORD_SADDLES if mode == SADDLES else RECORD_MINIMA)
                middle_hessian(h_lo[0], h_hi[0], at, middle)
            if mode == SADDLES and not listing:
                note(record, counters, RECORD_UNWANTED)
                continue
            if bounded and inverse(middle, y):
                state = newton(gradient, hessian, x_lo[0], x_hi[0], x_mid[0], x_rad, g_lo[0], g_hi[0], h_lo[0], h_hi[0], at,
                               y, larger, new[0], new[1])  # fmt: skip
                if state == EMPTY:
                    note(record, counters, RECORD_NEWTON)
                    continue
                if state == INSIDE:
                    note(record, counters, RECORD_POINT)
                    for end in range(2):
                        copy_row(point_boxes[counters[POINTS], 0], end, larger, end)
                        copy_row(point_boxes[counters[POINTS], 1], end, new, end)
                    counters[POINTS] += 1
                    continue
        side = -1
        if not is_small(lo[0], hi[0], least_width):
            side = side_to_split(forms, net.g, lo[0], hi[0], n) if known else widest_side(lo, hi, 0, 1.0)[0]
        if side < 0:
            put_aside(record, counters, stuck, lo, hi, 0, mode)
            continue
        note(record, counters, SPLIT_BASE + side)
        stack_mode[top] = stack_mode[top + 1] = mode
        top = put_halves(stack_lo, stack_hi, top, lo, hi, 0, side, 0.5 * lo[0, side] + 0.5 * hi[0, side])
    counters[LEFT] = top


@compiled
def narrows(c: Floats, rad: Floats, e_lo: Floats, e_hi: Floats, lo: Floats, hi: Floats, box: Floats) -> bool:
    """Fill box (2, n) with the part of lo, hi in which e_lo <= (w - c) / rad <= e_hi, where that has less than SHRUNK of the volume;
    whether it has, and a side is shorter than before by more than rounding."""
    volume, shorter = 1.0, False
    for k in range(c.size):
        volume *= 0.5 * (e_hi[k] - e_lo[k])
    if not volume < SHRUNK:
        return False
    for k in range(c.size):
        least, most = down(c[k] + down(rad[k] * e_lo[k])), up(c[k] + up(rad[k] * e_hi[k]))
        box[0, k] = min(max(least, lo[k]), hi[k])
        box[1, k] = max(min(most, hi[k]), lo[k])
        shorter = shorter or box[1, k] - box[0, k] < 0.999 * (hi[k] - lo[k])
    return shorter
