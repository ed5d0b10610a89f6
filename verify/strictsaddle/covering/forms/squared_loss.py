"""How far v*(w) and r*(w) are from trial functions for the squared loss: cubic terms are solved for, the rest is bounded.

With r = S v - y and F_j = sum_i p_i S_ij r_i + mu_j v_j = 0, the errors dv = v* - v~ and dr = r* - r~ of any trial functions solve

    dr - S dv = rho_1 := S v~ - y - r~,        mu dv + S' P dr = -rho_2,  rho_2 := S' P r~ + mu v~.

Two bounds, at each w:

* in (sqrt(p) dr, sqrt(mu) dv) the matrix is I + skew, whose inverse has norm 1 at most, so

      sum p dr^2 + sum mu dv^2 <= E^2 := sum p rho_1^2 + sum rho_2^2 / mu,

  however large the box;
* with S = S_0 + d, S_0 the signals at the middle, A = mu + S_0' P S_0, any matrix Y (about A^-1) and B = I - Y A,

      dv = Y (-rho_2 - d' P dr) - Y S_0' P (rho_1 + d dv) + B dv,
      dr = rho_1 + d dv + S_0 dv,

  the last dv being that of the line above; absolute values give bounds from bounds.

The trial functions have cubic terms here: those that make the cubic terms of rho_1 and rho_2 vanish, up to rounding. They are not kept:
their absolute values go to the errors of the quadratic forms."""

from __future__ import annotations

import numpy as np

from strictsaddle.arithmetic.arrays import Floats, Integers
from strictsaddle.arithmetic.compilation import compiled
from strictsaddle.covering.forms.layout import Layout
from strictsaddle.covering.forms.quadratic import ERROR, FLOOR, LINEAR, QUADRATIC, UPWARD, size

SWEEPS = 2
FEW = 2.0**-40  # more than what sums of 8,000 terms round off, relative to the sizes of their terms


@compiled
def cubic_index(n: int) -> Integers:
    """Number of the monomial eps_a eps_b eps_c among all cubic ones, as an (n, n, n) table."""
    table = np.empty((n, n, n), dtype=np.int64)
    place = 0
    for a in range(n):
        for b in range(a, n):
            for c in range(b, n):
                table[a, b, c] = table[a, c, b] = table[b, a, c] = place
                table[b, c, a] = table[c, a, b] = table[c, b, a] = place
                place += 1
    return table


@compiled
def add_cubic(forms: Floats, a: int, b: int, factor: float, n: int, cubic: Integers, target: Floats) -> float:
    """Add factor times the cubic terms of the product of forms a and b; returns the sum of the absolute values of what was added."""
    total = 0.0
    for first, second in ((a, b), (b, a)):
        place = n
        for m in range(n):
            for k in range(m, n):
                place += 1
                square = forms[second, place]
                if square == 0.0:
                    continue
                square *= factor
                for i in range(n):
                    linear = forms[first, 1 + i]
                    if linear != 0.0:
                        value = linear * square
                        target[cubic[i, m, k]] += value
                        total += abs(value)
    return total


@compiled
def errors_of_squared(
    net: Layout, o: int, centre: Floats, y: Floats, forms: Floats, sizes: Floats, n: int, place: int, cubic: Integers
) -> None:
    """Set the errors of the forms of v_o and r_o. centre (rows, signals): S_0, of forms whose constant terms these are. y: about A^-1.
    `place` and so many more forms as there are signals are overwritten."""
    last = net.widths.size - 3
    width, outputs = net.widths[last + 1], net.widths[last + 2]
    rows, count = centre.shape
    monomials = cubic[n - 1, n - 1, n - 1] + 1
    first, signal = net.v + o * count, net.s[last]
    # what is left over of the terms up to quadratic, by rounding and as y is not quite A^-1, and what is beyond cubic
    rest_1, rest_2 = np.zeros(rows), np.zeros(count)
    cubic_1, cubic_2 = np.zeros((rows, monomials)), np.zeros((count, monomials))
    varying = np.zeros((rows, count))  # |S - S_0|
    for i in range(rows):
        r = net.r + i * outputs + o
        rest_1[i] += FEW * (abs(net.targets[i, o]) + size(forms, sizes, r))
        for j in range(count):
            v = first + j
            s_all = 1.0
            s_linear, s_square, s_error = 0.0, 0.0, 0.0
            if j < width:
                s = signal + i * width + j
                s_linear, s_square, s_error = sizes[s, LINEAR], sizes[s, QUADRATIC], sizes[s, ERROR]
                s_all = size(forms, sizes, s)
                varying[i, j] = (s_linear + s_square + s_error) * UPWARD
                rest_1[i] += FEW * add_cubic(forms, s, v, 1.0, n, cubic, cubic_1[i])
                rest_2[j] += FEW * add_cubic(forms, s, r, net.shares[i], n, cubic, cubic_2[j])
            rest_1[i] += (
                s_square * sizes[v, QUADRATIC] + s_error * size(forms, sizes, v) + FEW * s_all * size(forms, sizes, v)
            )
            both = (
                s_square * sizes[r, QUADRATIC] + s_error * size(forms, sizes, r) + FEW * s_all * size(forms, sizes, r)
            )
            rest_2[j] += net.shares[i] * both
    for j in range(count):
        rest_2[j] += FEW * net.output_ridge[o, j] * size(forms, sizes, first + j)
    _leftover(net, o, forms, n, rest_2)
    # cubic terms of the trial functions
    v_cubic, r_cubic = np.zeros(count), np.zeros(rows)
    v_3, r_3 = np.empty(count), np.empty(rows)
    for k in range(monomials):
        for j in range(count):
            v_3[j] = 0.0
        for m in range(count):
            pull = cubic_2[m, k]
            for i in range(rows):
                pull += centre[i, m] * net.shares[i] * cubic_1[i, k]
            for j in range(count):
                v_3[j] -= y[j, m] * pull
        for i in range(rows):
            r_3[i] = cubic_1[i, k]
            total = abs(cubic_1[i, k])
            for j in range(count):
                r_3[i] += centre[i, j] * v_3[j]
                total += abs(centre[i, j] * v_3[j])
            rest_1[i] += FEW * total
            r_cubic[i] += abs(r_3[i])
        for j in range(count):
            left = cubic_2[j, k] + net.output_ridge[o, j] * v_3[j]
            total = abs(cubic_2[j, k]) + abs(net.output_ridge[o, j] * v_3[j])
            for i in range(rows):
                value = net.shares[i] * centre[i, j] * r_3[i]
                left += value
                total += abs(value)
            rest_2[j] += abs(left) + FEW * total
            v_cubic[j] += abs(v_3[j])
    # what the cubic terms of the trial functions make beyond cubic ones
    gap = 0.0
    for i in range(rows):
        for j in range(count):
            rest_1[i] += varying[i, j] * v_cubic[j]
            rest_2[j] += net.shares[i] * varying[i, j] * r_cubic[i]
    for i in range(rows):
        rest_1[i] = rest_1[i] * UPWARD + FLOOR
        gap += net.shares[i] * rest_1[i] * rest_1[i]
    for j in range(count):
        rest_2[j] = rest_2[j] * UPWARD + FLOOR
        gap += rest_2[j] * rest_2[j] / net.output_ridge[o, j]
    gap = np.sqrt(gap * UPWARD) * UPWARD
    dv, dr = np.empty(count), np.empty(rows)
    for j in range(count):
        dv[j] = gap / np.sqrt(net.output_ridge[o, j]) * UPWARD
    for i in range(rows):
        dr[i] = gap / np.sqrt(net.shares[i]) * UPWARD
    _refine(net, o, centre, y, varying, rest_1, rest_2, dv, dr)
    for j in range(count):
        sizes[first + j, ERROR] = (v_cubic[j] + dv[j]) * UPWARD
    for i in range(rows):
        sizes[net.r + i * outputs + o, ERROR] = (r_cubic[i] + dr[i]) * UPWARD


@compiled
def _leftover(net: Layout, o: int, forms: Floats, n: int, rest: Floats) -> None:
    """Add to rest[j] the sizes of the terms of rho_2 up to quadratic ones, which the trial functions have made small. (Those of rho_1 are
    rounding: r~ is S v~ - y, cut off after them.)"""
    last = net.widths.size - 3
    width, outputs = net.widths[last + 1], net.widths[last + 2]
    rows, count = net.inputs.shape[0], rest.size
    terms = np.empty(forms.shape[1])
    for j in range(count):
        for k in range(terms.size):
            terms[k] = net.output_ridge[o, j] * forms[net.v + o * count + j, k]
        for i in range(rows):
            r, share = net.r + i * outputs + o, net.shares[i]
            if j == width:
                for k in range(terms.size):
                    terms[k] += share * forms[r, k]
                continue
            s = net.s[last] + i * width + j
            start_s, start_r = forms[s, 0], forms[r, 0]
            for k in range(terms.size):
                terms[k] += share * (start_s * forms[r, k] + (start_r * forms[s, k] if k else 0.0))
            place = n + 1
            for k in range(1, n + 1):
                left, right = forms[s, k], forms[r, k]
                terms[place] += share * left * right
                place += 1
                for m in range(k + 1, n + 1):
                    terms[place] += share * (left * forms[r, m] + right * forms[s, m])
                    place += 1
        for k in range(terms.size):
            rest[j] += abs(terms[k])


@compiled
def _refine(
    net: Layout,
    o: int,
    centre: Floats,
    y: Floats,
    varying: Floats,
    rest_1: Floats,
    rest_2: Floats,
    dv: Floats,
    dr: Floats,
) -> None:
    """Make the bounds dv and dr smaller, by the second argument above."""
    rows, count = centre.shape
    back = np.empty((count, rows))  # |Y S_0' P|
    wrong = np.empty((count, count))  # |B|
    onward = np.empty((rows, count))  # |S_0 Y|
    across = np.empty((rows, rows))  # |I - S_0 Y S_0' P|
    behind = np.empty((rows, count))  # |S_0 B|
    signed_back = np.empty((count, rows))
    for j in range(count):
        for i in range(rows):
            value, total = 0.0, 0.0
            for k in range(count):
                term = y[j, k] * centre[i, k] * net.shares[i]
                value += term
                total += abs(term)
            signed_back[j, i] = value
            back[j, i] = abs(value) + FEW * total
        for m in range(count):
            value, total = 1.0 if j == m else 0.0, 1.0
            for k in range(count):
                entry = net.output_ridge[o, k] if k == m else 0.0
                size_of_entry = entry
                for i in range(rows):
                    product = net.shares[i] * centre[i, k] * centre[i, m]
                    entry += product
                    size_of_entry += abs(product)
                value -= y[j, k] * entry
                total += abs(y[j, k]) * size_of_entry
            wrong[j, m] = abs(value) + FEW * total
    for i in range(rows):
        for j in range(count):
            value, total, after = 0.0, 0.0, 0.0
            for k in range(count):
                term = centre[i, k] * y[k, j]
                value += term
                total += abs(term)
                after += abs(centre[i, k]) * wrong[k, j]
            onward[i, j] = abs(value) + FEW * total
            behind[i, j] = after
        for m in range(rows):
            value, total = 1.0 if i == m else 0.0, 1.0
            for k in range(count):
                term = centre[i, k] * signed_back[k, m]
                value -= term
                total += abs(centre[i, k]) * back[k, m]
            across[i, m] = abs(value) + FEW * total
    first, second, new_v = np.empty(rows), np.empty(count), np.empty(count)
    for _ in range(SWEEPS):
        for i in range(rows):
            first[i] = rest_1[i]
            for k in range(count):
                first[i] += varying[i, k] * dv[k]
        for k in range(count):
            second[k] = rest_2[k]
            for i in range(rows):
                second[k] += net.shares[i] * varying[i, k] * dr[i]
        for j in range(count):
            value = 0.0
            for k in range(count):
                value += abs(y[j, k]) * second[k] + wrong[j, k] * dv[k]
            for i in range(rows):
                value += back[j, i] * first[i]
            new_v[j] = value * UPWARD
        for i in range(rows):
            value = 0.0
            for m in range(rows):
                value += across[i, m] * first[m]
            for k in range(count):
                value += onward[i, k] * second[k] + behind[i, k] * dv[k]
            value *= UPWARD
            dr[i] = value if value < dr[i] else dr[i]
        for j in range(count):
            dv[j] = new_v[j] if new_v[j] < dv[j] else dv[j]
