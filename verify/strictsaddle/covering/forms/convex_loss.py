"""How far v*(w) and r*(w) are from trial functions, for any convex loss with a bounded second derivative.

F(w, .) is the slope of a function that is strongly convex, with modulus mu_j in v_j. For v~ at w and dv = v* - v~:

* sum_j (F(v~) - F(v*))_j (v~ - v*)_j >= sum mu_j dv_j^2 and F(v*) = 0, so that by Cauchy and Schwarz

      sum_j mu_j dv_j^2 <= E^2 := sum_j F_j(v~)^2 / mu_j,

  however large the box;
* F(v*) - F(v~) = A dv with A_jk = mu_j [j = k] + sum_i p_i S_ij S_ik b_i, b_i a mean of L'' / 2 between S_i v~ and S_i v*. For any matrix Y
  (about A^-1) dv = -Y F(v~) + (I - Y A) dv; absolute values give bounds from bounds.

r* is r~ moved by L'' / 2 |S dv| at most.
"""

from __future__ import annotations

import numpy as np

from strictsaddle.arithmetic.arrays import Floats
from strictsaddle.arithmetic.compilation import compiled
from strictsaddle.covering.forms.composition import bound, value_at
from strictsaddle.covering.forms.function_table import Table
from strictsaddle.covering.forms.layout import Layout
from strictsaddle.covering.forms.quadratic import ERROR, FLOOR, LINEAR, QUADRATIC, UPWARD, size
from strictsaddle.covering.forms.squared_loss import FEW

SWEEPS = 2


@compiled
def errors_of_convex(
    net: Layout,
    loss: Table,
    o: int,
    centre: Floats,
    y: Floats,
    arguments: Floats,
    forms: Floats,
    sizes: Floats,
    place: int,
) -> None:
    """Set the errors of the forms of v_o and r_o, whose own error is that of L' of the trial functions. `place` and the forms after it:
    F(v~). centre (rows, signals): the signals at the middle; y: about A^-1; arguments: see `output_layer.outputs_of`."""
    last = net.widths.size - 3
    width, outputs = net.widths[last + 1], net.widths[last + 2]
    rows, count = centre.shape
    first, signal = net.v + o * count, net.s[last]
    rho, dv = np.empty(count), np.empty(count)
    gap = 0.0
    for j in range(count):
        rho[j] = (size(forms, sizes, place + j) + sizes[place + j, ERROR]) * UPWARD
        gap += rho[j] * rho[j] / net.output_ridge[o, j]
    gap = np.sqrt(gap * UPWARD) * UPWARD + FLOOR
    for j in range(count):
        dv[j] = gap / np.sqrt(net.output_ridge[o, j]) * UPWARD
    varying, largest, norm = np.zeros((rows, count)), np.ones((rows, count)), np.empty(rows)
    for i in range(rows):
        norm[i] = 0.0
        for j in range(count):
            if j < width:
                s = signal + i * width + j
                varying[i, j] = (sizes[s, LINEAR] + sizes[s, QUADRATIC] + sizes[s, ERROR]) * UPWARD
                largest[i, j] = (abs(centre[i, j]) + varying[i, j]) * UPWARD
            norm[i] += largest[i, j] * largest[i, j] / net.output_ridge[o, j]
        norm[i] = np.sqrt(norm[i] * UPWARD) * gap * UPWARD  # |S dv|
    moved = np.empty(rows)
    for i in range(rows):
        moved[i] = norm[i]
    for _ in range(SWEEPS):
        refine(net, loss, o, centre, y, arguments, varying, largest, moved, rho, dv)
        for i in range(rows):
            value = 0.0
            for j in range(count):
                value += largest[i, j] * dv[j]
            value *= UPWARD
            moved[i] = value if value < moved[i] else moved[i]
    for j in range(count):
        sizes[first + j, ERROR] = dv[j]
    for i in range(rows):
        r = net.r + i * outputs + o
        bend, _ = bend_of_loss(net, loss, arguments[i, 0], arguments[i, 1] + moved[i])
        sizes[r, ERROR] = (sizes[r, ERROR] + bend * moved[i]) * UPWARD


@compiled
def bend_of_loss(net: Layout, loss: Table, middle: float, radius: float) -> tuple[float, float]:
    """A bound of L'' / 2 at middle +- radius of the loss's function, and of |L''' / 2| times the radius."""
    radius *= UPWARD
    second = 0.5 * bound(loss, 0, 2, middle - radius, middle + radius)
    third = 0.5 * bound(loss, 0, 3, middle - radius, middle + radius) * radius
    return second if second < net.cap else net.cap, third


@compiled
def refine(
    net: Layout, loss: Table, o: int, centre: Floats, y: Floats, arguments: Floats, varying: Floats, largest: Floats, moved: Floats,
    rho: Floats, dv: Floats,
) -> None:  # fmt: skip
    """Make the bounds dv smaller, by the second argument above. moved (rows,): bounds of |S dv|."""
    rows, count = centre.shape
    # A = A_0 + (what is between 0 and apart in absolute value)
    start, apart, sizes = np.zeros((count, count)), np.zeros((count, count)), np.zeros((count, count))
    for j in range(count):
        start[j, j] = sizes[j, j] = net.output_ridge[o, j]
    for i in range(rows):
        bend, error = value_at(loss, 0, 2, arguments[i, 0])
        bend *= 0.5
        most, spread = bend_of_loss(net, loss, arguments[i, 0], arguments[i, 1] + moved[i])
        off = spread + 0.5 * error
        # b lies in [0, most] as well
        other = max(abs(bend), abs(most - bend))
        off = off if off < other else other
        for j in range(count):
            for k in range(count):
                value = net.shares[i] * centre[i, j] * centre[i, k]
                start[j, k] += value * bend
                sizes[j, k] += abs(value * bend)
                whole = net.shares[i] * largest[i, j] * largest[i, k]
                # |S S' b - S_0 S_0' b_0| <= |S S'| |b - b_0| + |S S' - S_0 S_0'| |b_0|
                change = net.shares[i] * (varying[i, j] * largest[i, k] + abs(centre[i, j]) * varying[i, k])
                apart[j, k] += whole * off + change * abs(bend)
    new = np.empty(count)
    for j in range(count):
        value = 0.0
        for k in range(count):
            value += abs(y[j, k]) * rho[k]
        for k in range(count):
            entry, total, beyond = 1.0 if j == k else 0.0, 1.0, 0.0
            for m in range(count):
                entry -= y[j, m] * start[m, k]
                total += abs(y[j, m]) * sizes[m, k]
                beyond += abs(y[j, m]) * apart[m, k]
            value += (abs(entry) + beyond + FEW * (total + beyond)) * dv[k]
        new[j] = value * UPWARD
    for j in range(count):
        dv[j] = new[j] if new[j] < dv[j] else dv[j]
