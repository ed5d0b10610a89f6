"""The output layer as a function of the hidden parameters: forms of v*(w), and of the slopes r*(w) of the loss there, with proved errors.

Let F(w, v) = J / 2's slope in v, F_oj = sum_i p_i S_ij r_io + mu_oj v_oj with r_io = L'(z_io, y_io) / 2, z = S v. At a stationary point v
is v*(w), F(w, v*(w)) = 0. The forms v~ and r~ are trial functions: any that are near v*(w) and r*(w). How far they are from it is bounded
in `convex_loss`, and more closely in `squared_loss`."""

from __future__ import annotations

import numpy as np

from strictsaddle.arithmetic.approximate_algebra import inverse
from strictsaddle.arithmetic.arrays import Floats, Integers
from strictsaddle.arithmetic.compilation import compiled
from strictsaddle.covering.forms.composition import compose, value_at
from strictsaddle.covering.forms.convex_loss import errors_of_convex
from strictsaddle.covering.forms.function_table import Table
from strictsaddle.covering.forms.layout import Layout
from strictsaddle.covering.forms.quadratic import (
    ERROR,
    LINEAR,
    QUADRATIC,
    ROUNDING,
    UPWARD,
    add_multiple,
    measure,
    multiply,
    set_constant,
)
from strictsaddle.covering.forms.squared_loss import errors_of_squared

NEWTON_STEPS, HALVINGS, CLOSE = 40, 30, 1e-10


@compiled
def slope_of_loss(net: Layout, loss: Table, i: int, o: int, z: float) -> float:
    """L'(z, y_io) / 2, approximately."""
    target: float = net.targets[i, o]
    if net.squared:
        return z - target
    factor: float = net.slope[i, o]
    return 0.5 * factor * value_at(loss, 0, 1, factor * z + net.offset[i, o])[0]


@compiled
def value_of(net: Layout, loss: Table, o: int, centre: Floats, v: Floats) -> float:
    """What v_o is to minimise, approximately: mean loss and ridge of one output; infinite where the loss has no table."""
    total = 0.0
    for j in range(v.size):
        total += net.output_ridge[o, j] * v[j] * v[j]
    for i in range(centre.shape[0]):
        z = 0.0
        for j in range(v.size):
            z += centre[i, j] * v[j]
        value, error = value_at(loss, 0, 0, net.slope[i, o] * z + net.offset[i, o])
        total += net.shares[i] * (value if error < np.inf else np.inf)
    return total


@compiled
def start(net: Layout, loss: Table, o: int, centre: Floats, v: Floats, y: Floats) -> bool:
    """v*(w) at one w with the signals `centre` (rows, signals), approximately, by Newton's method with halved steps; and y, the inverse of
    F's derivative there. False where that has none."""
    rows, count = centre.shape
    matrix, residual, new = np.empty((count, count)), np.empty(count), np.empty(count)
    for j in range(count):
        v[j] = 0.0
    value = 0.0 if net.squared else value_of(net, loss, o, centre, v)
    for step in range(1 if net.squared else NEWTON_STEPS):
        for j in range(count):
            residual[j] = net.output_ridge[o, j] * v[j]
            for k in range(count):
                matrix[j, k] = net.output_ridge[o, j] if j == k else 0.0
        for i in range(rows):
            z = 0.0
            for j in range(count):
                z += centre[i, j] * v[j]
            r, bend = slope_of_loss(net, loss, i, o, z), 1.0
            if not net.squared:
                bend = 0.5 * value_at(loss, 0, 2, net.slope[i, o] * z + net.offset[i, o])[0]
            for j in range(count):
                residual[j] += net.shares[i] * centre[i, j] * r
                for k in range(count):
                    matrix[j, k] += net.shares[i] * bend * centre[i, j] * centre[i, k]
        if not inverse(matrix, y):
            return False
        moved, length = 0.0, 1.0
        for j in range(count):
            new[j] = 0.0
            for k in range(count):
                new[j] += y[j, k] * residual[k]
            moved += abs(new[j])
        if net.squared:
            for j in range(count):
                v[j] -= new[j]
            return True
        for _ in range(HALVINGS):
            for j in range(count):
                residual[j] = v[j] - length * new[j]
            other = value_of(net, loss, o, centre, residual)
            if other <= value:
                value = other
                for j in range(count):
                    v[j] = residual[j]
                break
            length *= 0.5
        if step > 0 and moved < CLOSE:
            break
    return True


@compiled
def outputs_of(
    net: Layout, loss: Table, o: int, forms: Floats, sizes: Floats, n: int, hull: Floats, arguments: Floats
) -> None:
    """The forms r_io = L'(S_i v_o, y_io) / 2 from those of S and v. arguments (rows, 2): middle and radius of what the loss is taken of."""
    last = net.widths.size - 3
    width, outputs = net.widths[last + 1], net.widths[last + 2]
    count = width + net.bias
    total, product = net.scratch + 2, net.scratch
    for i in range(net.inputs.shape[0]):
        r = net.r + i * outputs + o
        target = r if net.squared else total
        set_constant(forms, sizes, target, 0.0, 0.0)
        for j in range(width):
            multiply(forms, sizes, net.s[last] + i * width + j, net.v + o * count + j, product, n)
            add_multiple(forms, sizes, 1.0, product, target)
        if net.bias:
            add_multiple(forms, sizes, 1.0, net.v + o * count + width, target)
        if net.squared:
            forms[target, 0] -= net.targets[i, o]
            sizes[target, ERROR] += 8.0 * ROUNDING * (abs(net.targets[i, o]) + abs(forms[target, 0]))
            measure(forms, sizes, target, n)
        else:
            if net.slope[i, o] != 1.0:  # 1 or -1
                for k in range(forms.shape[1]):
                    forms[target, k] *= net.slope[i, o]
            forms[target, 0] += net.offset[i, o]
            sizes[target, ERROR] += 8.0 * ROUNDING * (abs(net.offset[i, o]) + abs(forms[target, 0]))
            measure(forms, sizes, target, n)
            arguments[i, 0] = forms[target, 0]
            arguments[i, 1] = (sizes[target, LINEAR] + sizes[target, QUADRATIC] + sizes[target, ERROR]) * UPWARD
            compose(loss, 0, 1, forms, sizes, target, r, net.scratch, n, hull)
            for k in range(forms.shape[1]):
                forms[r, k] *= 0.5 * net.slope[i, o]
            for k in range(3):
                sizes[r, k] *= 0.5
            least, most = net.least_slope[i, o], net.greatest_slope[i, o]  # for any output
            if not sizes[r, ERROR] < most - least:
                set_constant(forms, sizes, r, 0.5 * (least + most), 0.5 * (most - least))


@compiled
def imbalance(net: Layout, o: int, forms: Floats, sizes: Floats, n: int, place: int) -> None:
    """The forms F_oj at place, place + 1, ... from those of S, v and r."""
    last = net.widths.size - 3
    width, outputs = net.widths[last + 1], net.widths[last + 2]
    count = width + net.bias
    for j in range(count):
        set_constant(forms, sizes, place + j, 0.0, 0.0)
        for i in range(net.inputs.shape[0]):
            r = net.r + i * outputs + o
            if j < width:
                multiply(forms, sizes, net.s[last] + i * width + j, r, net.scratch, n)
                add_multiple(forms, sizes, net.shares[i], net.scratch, place + j)
            else:
                add_multiple(forms, sizes, net.shares[i], r, place + j)
        add_multiple(forms, sizes, net.output_ridge[o, j], net.v + o * count + j, place + j)
        measure(forms, sizes, place + j, n)


@compiled
def inner(net: Layout, loss: Table, forms: Floats, sizes: Floats, n: int, place: int, cubic: Integers) -> bool:
    """The forms of v and r, with errors in which v*(w) and r*(w) lie at each w. `place`: of as many forms as there are signals, to be
    overwritten; cubic: `squared_loss.cubic_index`. False where Newton's method goes astray at the middle."""
    last = net.widths.size - 3
    width, outputs = net.widths[last + 1], net.widths[last + 2]
    count, rows = width + net.bias, net.inputs.shape[0]
    centre, v, y, hull = np.ones((rows, count)), np.empty(count), np.empty((count, count)), np.empty(4)
    arguments = np.empty((rows, 2))
    for i in range(rows):
        for j in range(width):
            centre[i, j] = forms[net.s[last] + i * width + j, 0]
    for o in range(outputs):
        if not start(net, loss, o, centre, v, y):
            return False
        first = net.v + o * count
        for j in range(count):
            set_constant(forms, sizes, first + j, v[j], 0.0)
        for _ in range(2):  # each makes the trial functions right by one order more
            outputs_of(net, loss, o, forms, sizes, n, hull, arguments)
            imbalance(net, o, forms, sizes, n, place)
            for j in range(count):
                for k in range(count):
                    add_multiple(forms, sizes, -y[j, k], place + k, first + j)
                sizes[first + j, ERROR] = 0.0
                measure(forms, sizes, first + j, n)
        outputs_of(net, loss, o, forms, sizes, n, hull, arguments)
        if net.squared:
            errors_of_squared(net, o, centre, y, forms, sizes, n, place, cubic)
            continue
        imbalance(net, o, forms, sizes, n, place)
        errors_of_convex(net, loss, o, centre, y, arguments, forms, sizes, place)
    return True
