"""Tests of a box of hidden parameters that need no linear algebra: bounds known beforehand, and intervals."""

from __future__ import annotations

import numpy as np

from strictsaddle.arithmetic.arrays import Floats
from strictsaddle.arithmetic.compilation import compiled, inlined
from strictsaddle.arithmetic.outward_doubles import product
from strictsaddle.covering.forms.composition import bound
from strictsaddle.covering.forms.function_table import SLOPE_TIMES, Table
from strictsaddle.covering.forms.layout import Layout
from strictsaddle.covering.forms.quadratic import FLOOR, range_over

LEAST_SHARE = 2.0**-10  # of the widest side: shorter ones are not split
SLACK = 2.0**-42  # of sums to nearest, relative to the sizes of their terms


@inlined
def least_size(low: float, high: float) -> float:
    """The least |x| in [low, high]."""
    return low if low > 0.0 else -high if high < 0.0 else 0.0


@compiled
def too_far_out(net: Layout, table: Table, lo: Floats, hi: Floats) -> bool:
    """Whether a ridge pulls harder than the loss can at each point of the box: one hidden layer.

    At a stationary point ridge_k w_k = -sum_o v_oj sum_i p_i x_ik r_io D_ij for the weight k of unit j, and the sum over its weights
    times w is sum_k ridge_k w_k^2 = -sum_o v_oj sum_i p_i r_io (z D)_ij. With |v_oj| |r_io| from `least_output`, ..., or, by Cauchy and
    Schwarz,

        sqrt(sum_o v_oj^2) sqrt(sum p r^2) sqrt(sum p (x D)^2) <= size / sqrt(mu) * sqrt(sum p (x D)^2)

    with `size` from (2) of `ridge_bounds`, mu the least ridge of an output weight of the unit."""
    rows, inputs, width, outputs = net.inputs.shape[0], net.widths[0], net.widths[1], net.widths[2]
    for j in range(width):
        least_ridge = np.inf
        for o in range(outputs):
            least_ridge = min(least_ridge, net.output_ridge[o, j])
        scale = net.size / np.sqrt(least_ridge) if net.squared else np.inf
        pulls, radial = 0.0, 0.0
        squares, linear = np.zeros(inputs + 1), np.zeros(inputs + 1)
        for i in range(rows):
            low, high, total = 0.0, 0.0, 0.0
            for m in range(inputs + net.bias):
                k, x = net.parameter[0, j, m], net.inputs[i, m] if m < inputs else 1.0
                first, second = x * lo[k], x * hi[k]
                low += min(first, second)
                high += max(first, second)
                total += max(abs(first), abs(second))
            low -= SLACK * total
            high += SLACK * total
            slope, turn = bound(table, 0, 1, low, high), bound(table, 0, SLOPE_TIMES, low, high)
            pull = 0.0
            for o in range(outputs):
                v = max(-net.least_output[o, j], net.greatest_output[o, j])
                pull += v * max(-net.least_slope[i, o], net.greatest_slope[i, o])
            radial += net.shares[i] * turn * turn
            pulls += net.shares[i] * turn * pull
            for m in range(inputs + net.bias):
                x = abs(net.inputs[i, m]) if m < inputs else 1.0
                squares[m] += net.shares[i] * (x * slope) * (x * slope)
                linear[m] += net.shares[i] * x * slope * pull
        energy = 0.0
        for m in range(inputs + net.bias):
            k = net.parameter[0, j, m]
            least = least_size(lo[k], hi[k])
            energy += net.ridge[k] * least * least
            limit = min(scale * np.sqrt(squares[m]), linear[m])
            if net.ridge[k] * least > limit * (1.0 + SLACK) + FLOOR:
                return True
        if energy * (1.0 - SLACK) > min(scale * np.sqrt(radial), pulls) * (1.0 + SLACK) + FLOOR:
            return True
    return False


@compiled
def outputs_in_range(net: Layout, forms: Floats, sizes: Floats, n: int, v: Floats, r: Floats) -> bool:
    """Fill v (outputs, signals, 2) and r (rows, outputs, 2) with what the forms and the bounds known beforehand allow; False where that is
    nothing."""
    low, high = np.full(n, -1.0), np.ones(n)
    outputs, count = net.output_ridge.shape
    for o in range(outputs):
        for j in range(count):
            least, most = range_over(forms, sizes, net.v + o * count + j, low, high, n)
            v[o, j, 0] = least if least > net.least_output[o, j] else net.least_output[o, j]
            v[o, j, 1] = most if most < net.greatest_output[o, j] else net.greatest_output[o, j]
            if v[o, j, 0] > v[o, j, 1]:
                return False
        for i in range(net.inputs.shape[0]):
            least, most = range_over(forms, sizes, net.r + i * outputs + o, low, high, n)
            r[i, o, 0] = least if least > net.least_slope[i, o] else net.least_slope[i, o]
            r[i, o, 1] = most if most < net.greatest_slope[i, o] else net.greatest_slope[i, o]
            if r[i, o, 0] > r[i, o, 1]:
                return False
    return True


@compiled
def unbalanced(net: Layout, lo: Floats, hi: Floats, hulls: Floats, v: Floats, r: Floats) -> bool:
    """Whether the gradient, or w_j . g_j of a unit, cannot vanish, in intervals: one hidden layer. The sums are those of `too_far_out`."""
    rows, inputs, width, outputs = net.inputs.shape[0], net.widths[0], net.widths[1], net.widths[2]
    for j in range(width):
        energy_low, energy_high, energy_total = 0.0, 0.0, 0.0
        for m in range(inputs + net.bias + 1):
            radial = m == inputs + net.bias
            if radial:
                low, high, total = energy_low, energy_high, energy_total
            else:
                k = net.parameter[0, j, m]
                low, high = net.ridge[k] * lo[k], net.ridge[k] * hi[k]
                total = max(abs(low), abs(high))
                least, most = least_size(lo[k], hi[k]), max(abs(lo[k]), abs(hi[k]))
                energy_low += net.ridge[k] * least * least
                energy_high += net.ridge[k] * most * most
                energy_total += net.ridge[k] * most * most
            for o in range(outputs):
                sum_low, sum_high, sum_total = 0.0, 0.0, 0.0
                for i in range(rows):
                    factor = net.shares[i]
                    if not radial:
                        factor *= net.inputs[i, m] if m < inputs else 1.0
                    place = 2 if radial else 0
                    first, second = product(r[i, o, 0], r[i, o, 1], hulls[i, j, place], hulls[i, j, place + 1])
                    first *= factor
                    second *= factor
                    sum_low += min(first, second)
                    sum_high += max(first, second)
                    sum_total += max(abs(first), abs(second))
                sum_low -= SLACK * sum_total
                sum_high += SLACK * sum_total
                first, second = product(v[o, j, 0], v[o, j, 1], sum_low, sum_high)
                low += first
                high += second
                total += max(abs(first), abs(second))
            slack = SLACK * total + FLOOR
            if low - slack > 0.0 or high + slack < 0.0:
                return True
    return False


@compiled
def side_to_split(forms: Floats, first: int, lo: Floats, hi: Floats, n: int) -> int:
    """The side across which the n forms `first`, ... bend most: the largest sum_i (sum_m |q_i,km| + |l_i,k| / 4) / (|a_i| + sum_m |l_i,m|)
    among those that are not much shorter than the widest; -1 when no side has a double strictly inside."""
    best, most = -1, -1.0
    scores = np.zeros(n)
    for i in range(n):
        f = first + i
        whole = abs(forms[f, 0])
        for k in range(1, n + 1):
            whole += abs(forms[f, k])
        place = n + 1
        for k in range(n):
            scores[k] += 0.25 * abs(forms[f, 1 + k]) / whole
            for m in range(k, n):
                share = abs(forms[f, place]) / whole
                scores[k] += share
                if m != k:
                    scores[m] += share
                place += 1
    widest = 0.0
    for k in range(n):
        widest = max(widest, hi[k] - lo[k])
    for k in range(n):
        if hi[k] - lo[k] < LEAST_SHARE * widest or not lo[k] < 0.5 * lo[k] + 0.5 * hi[k] < hi[k]:
            continue
        score = scores[k] if scores[k] == scores[k] else 1e100 * (hi[k] - lo[k])
        if score > most:
            best, most = k, score
    return best
