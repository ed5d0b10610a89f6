"""The forms of a network on a box of its hidden parameters: signals, output weights and slopes of the loss, and half the gradient.

The derivatives by the hidden parameters are those of the chain rule, with v*(w) and r*(w) (`output_layer`) for the output weights and the
half slopes of the loss: dJ/dw_k / 2 = ridge_k w_k + sum_i p_i delta_i . (input of k), delta of the last hidden layer being D_ij sum_o
v_oj r_io."""

from __future__ import annotations

import numpy as np

from strictsaddle.arithmetic.arrays import Floats, Integers
from strictsaddle.arithmetic.compilation import compiled
from strictsaddle.covering.forms.composition import compose
from strictsaddle.covering.forms.function_table import Table
from strictsaddle.covering.forms.layout import Layout
from strictsaddle.covering.forms.output_layer import inner
from strictsaddle.covering.forms.quadratic import (
    LINEAR,
    add_multiple,
    measure,
    multiply,
    set_constant,
)


@compiled
def signals(
    net: Layout, activations: Table, c: Floats, rad: Floats, forms: Floats, sizes: Floats, hulls: Floats
) -> None:
    """The forms of pre-activations, signals and slopes of all hidden layers on c +- rad. hulls (rows, units, 4): enclosures of the
    slopes D, and of z D, of the last hidden layer."""
    n, rows = c.size, net.inputs.shape[0]
    for k in range(n):
        set_constant(forms, sizes, net.weight + k, c[k], 0.0)
        forms[net.weight + k, 1 + k] = rad[k]
        sizes[net.weight + k, LINEAR] = rad[k]
    hull = np.empty(4)
    for layer in range(net.widths.size - 2):
        below, width = net.widths[layer], net.widths[layer + 1]
        for i in range(rows):
            for j in range(width):
                z = net.z[layer] + i * width + j
                set_constant(forms, sizes, z, 0.0, 0.0)
                for m in range(below):
                    weight = net.weight + net.parameter[layer, j, m]
                    if layer == 0:
                        add_multiple(forms, sizes, net.inputs[i, m], weight, z)
                    else:
                        source = net.s[layer - 1] + i * below + m
                        multiply(forms, sizes, weight, source, net.scratch, n)
                        add_multiple(forms, sizes, 1.0, net.scratch, z)
                if net.bias:
                    add_multiple(forms, sizes, 1.0, net.weight + net.parameter[layer, j, below], z)
                measure(forms, sizes, z, n)
                compose(
                    activations, layer, 1, forms, sizes, z, net.d[layer] + i * width + j, net.scratch, n, hulls[i, j]
                )
                compose(activations, layer, 0, forms, sizes, z, net.s[layer] + i * width + j, net.scratch, n, hull)


@compiled
def gradient(net: Layout, forms: Floats, sizes: Floats, n: int, place: int) -> None:
    """Half the gradient by the hidden parameters, from all other forms. `place`: of forms to be overwritten (`rows_needed`)."""
    for k in range(n):
        set_constant(forms, sizes, net.g + k, 0.0, 0.0)
        add_multiple(forms, sizes, net.ridge[k], net.weight + k, net.g + k)
    if net.widths.size == 3:
        _of_one_hidden_layer(net, forms, sizes, n, place)
    else:
        _backwards(net, forms, sizes, n, place)
    for k in range(n):
        measure(forms, sizes, net.g + k, n)


@compiled
def _backwards(net: Layout, forms: Floats, sizes: Floats, n: int, place: int) -> None:
    """Add delta times the inputs of each weight to its g, layer by layer from the last hidden one."""
    hidden, outputs = net.widths.size - 2, net.widths[net.widths.size - 1]
    rows, count = net.inputs.shape[0], net.output_ridge.shape[1]
    widest = 0
    for layer in range(1, hidden + 1):
        widest = max(widest, net.widths[layer])
    pull, delta = place, place + rows * widest  # of a layer: sum of what comes from above, and that times the slope
    width = net.widths[hidden]
    for i in range(rows):
        for j in range(width):
            set_constant(forms, sizes, pull + i * widest + j, 0.0, 0.0)
            for o in range(outputs):
                multiply(forms, sizes, net.v + o * count + j, net.r + i * outputs + o, net.scratch, n)
                add_multiple(forms, sizes, 1.0, net.scratch, pull + i * widest + j)
            measure(forms, sizes, pull + i * widest + j, n)
    for layer in range(hidden - 1, -1, -1):
        width, below = net.widths[layer + 1], net.widths[layer]
        for i in range(rows):
            for j in range(width):
                multiply(forms, sizes, pull + i * widest + j, net.d[layer] + i * width + j, delta + i * widest + j, n)
                for m in range(below):
                    g = net.g + net.parameter[layer, j, m]
                    if layer == 0:
                        add_multiple(forms, sizes, net.shares[i] * net.inputs[i, m], delta + i * widest + j, g)
                    else:
                        source = net.s[layer - 1] + i * below + m
                        multiply(forms, sizes, delta + i * widest + j, source, net.scratch, n)
                        add_multiple(forms, sizes, net.shares[i], net.scratch, g)
                if net.bias:
                    add_multiple(
                        forms, sizes, net.shares[i], delta + i * widest + j, net.g + net.parameter[layer, j, below]
                    )
            if layer > 0:
                for m in range(below):
                    set_constant(forms, sizes, pull + i * widest + m, 0.0, 0.0)
                    for j in range(width):
                        weight = net.weight + net.parameter[layer, j, m]
                        multiply(forms, sizes, weight, delta + i * widest + j, net.scratch, n)
                        add_multiple(forms, sizes, 1.0, net.scratch, pull + i * widest + m)
                    measure(forms, sizes, pull + i * widest + m, n)


@compiled
def _of_one_hidden_layer(net: Layout, forms: Floats, sizes: Floats, n: int, place: int) -> None:
    """g_jk += sum_o v_oj sum_i p_i x_ik r_io D_ij: the rows are added up before v enters, so that they can cancel."""
    rows, inputs, width, outputs = net.inputs.shape[0], net.widths[0], net.widths[1], net.widths[2]
    count = width + net.bias
    sources = inputs + net.bias
    product = net.scratch
    for j in range(width):
        for o in range(outputs):
            for m in range(sources):
                set_constant(forms, sizes, place + m, 0.0, 0.0)
            for i in range(rows):
                multiply(forms, sizes, net.r + i * outputs + o, net.d[0] + i * width + j, product, n)
                for m in range(sources):
                    x = net.inputs[i, m] if m < inputs else 1.0
                    if x != 0.0:
                        add_multiple(forms, sizes, net.shares[i] * x, product, place + m)
            for m in range(sources):
                measure(forms, sizes, place + m, n)
                multiply(forms, sizes, net.v + o * count + j, place + m, product, n)
                add_multiple(forms, sizes, 1.0, product, net.g + net.parameter[0, j, m])


@compiled
def whole_model(
    net: Layout, activations: Table, loss: Table, c: Floats, rad: Floats, forms: Floats, sizes: Floats, hulls: Floats, cubic: Integers
) -> bool:  # fmt: skip
    """All forms on c +- rad, in rows of forms and sizes; False where there are none."""
    n = c.size
    signals(net, activations, c, rad, forms, sizes, hulls)
    if not inner(net, loss, forms, sizes, n, net.forms, cubic):
        return False
    gradient(net, forms, sizes, n, net.forms)
    return True


@compiled
def rows_needed(net: Layout) -> int:
    """How many forms there are, with those that are overwritten on the way."""
    widest = 0
    for layer in range(1, net.widths.size - 1):
        widest = max(widest, int(net.widths[layer]))
    more = int(max(net.widths[net.widths.size - 2] + 1, net.widths[0] + 1))
    return int(net.forms + max(more, 2 * net.inputs.shape[0] * widest))
