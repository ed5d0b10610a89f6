"""A network as the arrays that compiled code reads, and where each of its forms stands."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from math import ceil, nextafter, sqrt
from typing import NamedTuple

import numpy as np

from strictsaddle.arithmetic.arrays import Floats, Integers
from strictsaddle.arithmetic.tape import outward
from strictsaddle.covering.forms.function_table import WIDEST, Table, function_table, greatest_size
from strictsaddle.formula.graph import Graph, Op
from strictsaddle.objective.architecture import Network
from strictsaddle.objective.layers import ACTIVATIONS

SCRATCH = 3  # a product, or the two forms of a composition, and a sum


class Layout(NamedTuple):
    """J(w, v) = sum_i shares[i] sum_o L(z_io, y_io) + sum_k ridge[k] w_k^2 + sum_oj output_ridge[o, j] v_oj^2, z_io = sum_j S_ij(w) v_oj;
    the last signal S_ij is 1 where there are biases. Numbers are doubles that are wrong by one part in 2^52 at most.

    widths (layers + 1,): inputs, hidden layers, outputs. parameter (hidden layers, unit, source): the number among the unknowns w of the
    weight from that source of the layer before, the bias last; -1 where there is none. targets (rows, outputs). slope, offset (rows,
    outputs): L(z, y) = f(slope z + offset) for the f of the loss's table; not used for the squared loss, which is `squared`.
    cap: L'' / 2 is at most that. least_output, greatest_output (outputs, signals) and least_slope, greatest_slope (rows, outputs) hold v
    and L'(z, y) / 2 at every stationary point. size: |v_o| |r| is at most size / sqrt(least ridge of v) for squared loss (0: not known).

    z, s, d: number of the first form of each hidden layer's pre-activations, signals and slopes, row after row; weight: of the unknowns;
    v, r: of the output weights (output after output) and half slopes of the loss (row after row); g: of the gradient; scratch."""

    widths: Integers
    bias: bool
    parameter: Integers
    inputs: Floats
    targets: Floats
    shares: Floats
    ridge: Floats
    output_ridge: Floats
    squared: bool
    slope: Floats
    offset: Floats
    cap: float
    least_output: Floats
    greatest_output: Floats
    least_slope: Floats
    greatest_slope: Floats
    size: float
    z: Integers
    s: Integers
    d: Integers
    weight: int
    v: int
    r: int
    g: int
    scratch: int
    forms: int


# For losses but the squared one: f as a formula, sup f''.
CAPS = {"logistic": 0.25, "pseudo_huber": 1.0, "log_cosh": 1.0}


def loss_graph(loss: str) -> tuple[Graph, int]:
    """f, in one variable."""
    graph = Graph()
    u = graph.variable(0)
    if loss == "logistic":
        return graph, graph.unary(Op.SOFTPLUS, u)
    if loss == "pseudo_huber":
        return graph, graph.unary(Op.SQRT, graph.add(graph.constant(1), graph.power(u, 2)))
    # log cosh u = |u| + log(1 + exp(-2 |u|)) - log 2 = softplus(2 u) - u - log 2
    return graph, graph.sub(graph.unary(Op.SOFTPLUS, graph.mul(graph.constant(2), u)), u)


def layout_of(network: Network, bounds: Floats) -> Layout:
    """Of a dense network with a ridge on the output layer. bounds (parameters,): of the absolute value of each at every stationary
    point."""
    rows = network.rows()
    outputs, hidden, sources = network.widths[-1], len(network.activations), max(network.widths[:-1]) + 1
    kept = network.hidden_parameters
    number = {i: k for k, i in enumerate(kept)}
    parameter = np.full((hidden, max(network.widths[1:-1]), sources), -1, dtype=np.int64)
    for layer in range(1, hidden + 1):
        for unit in network.units(layer):
            for source in network.units(layer - 1):
                parameter[layer - 1, unit - 1, source - 1] = number[network.weight(layer, unit, source)]
            if (own := network.offset(layer, unit)) is not None:
                parameter[layer - 1, unit - 1, network.widths[layer - 1]] = number[own]
    incoming = [network.incoming(network.layers, unit) for unit in network.units(network.layers)]
    output_bounds = np.array([[bounds[i] for i in row] for row in incoming])
    targets = [targets for _, targets in rows]
    shares = [Fraction(count, len(network.inputs)) for count in rows.values()]
    energy = sum((p * y * y for row, p in zip(targets, shares, strict=True) for y in row), Fraction(0))
    below, above = _slopes(network, targets, shares, energy)
    squared = network.loss == "squared"
    slope = -np.array(targets, dtype=np.float64) if network.loss == "logistic" else np.ones((len(rows), outputs))
    offset = np.zeros_like(slope) if network.loss == "logistic" else -np.array(targets, dtype=np.float64)
    place, starts = 0, []
    for count in (len(rows) * width for width in network.widths[1:-1] for _ in range(3)):
        starts.append(place)
        place += count
    z, s, d = (np.array(starts[k::3], dtype=np.int64) for k in range(3))
    weight = place
    v = weight + len(kept)
    r = v + output_bounds.size
    g = r + len(rows) * outputs
    scratch = g + len(kept)
    return Layout(
        np.array(network.widths, dtype=np.int64), network.bias, parameter,
        np.array([inputs for inputs, _ in rows], dtype=np.float64), np.array(targets, dtype=np.float64),
        np.array(shares, dtype=np.float64), np.array([network.ridge[i] for i in kept], dtype=np.float64),
        np.array([[network.ridge[i] for i in row] for row in incoming], dtype=np.float64), squared, slope, offset,
        0.0 if squared else 0.5 * CAPS[network.loss], -output_bounds, output_bounds, below, above,
        _up(3 * sqrt(3) / 16 * float(energy)) if squared else 0.0,
        z, s, d, weight, v, r, g, scratch, scratch + SCRATCH,
    )  # fmt: skip


def reaches(network: Network, bounds: Floats) -> tuple[float, ...]:
    """Bounds on |z| for each layer, at every stationary point."""
    sizes = [max(abs(float(row[k])) for row in network.inputs) for k in range(network.widths[0])]
    found = []
    for layer in range(1, network.layers + 1):
        found.append(_reach(network, layer, bounds, sizes))
        if layer < network.layers:
            greatest = greatest_size(*_formula(network.activations[layer - 1]), found[-1])
            sizes = [greatest] * network.widths[layer]
    return tuple(found)


def tables_of(network: Network, bounds: Floats) -> tuple[Table, Table] | None:
    """The table of the activations, one function a hidden layer, and that of the loss (of nothing that is used for the squared one). None
    where the activations' arguments are beyond all tables: there forms know next to nothing."""
    *hidden, outputs = reaches(network, bounds)
    if not max(hidden) <= WIDEST:
        return None
    activations = _table(network.activations, ceil(max(hidden)))
    if network.loss == "squared":
        return activations, _table(("linear",), 1)
    shift = max(abs(float(y)) for row in network.targets for y in row)
    # trial functions beyond are of no use
    return activations, _table((network.loss,), ceil(min(outputs + shift, WIDEST)))


def _formula(name: str) -> tuple[Graph, int]:
    """An activation, or the f of a loss, in one variable."""
    if name in CAPS:
        return loss_graph(name)
    graph = Graph()
    return graph, ACTIVATIONS[name](graph, graph.variable(0))


@lru_cache(maxsize=64)
def _table(names: tuple[str, ...], reach: int) -> Table:
    return function_table([_formula(name) for name in names], float(reach))


def _reach(network: Network, layer: int, bounds: Floats, sizes: Sequence[float]) -> float:
    """A bound on |z| of a layer, from bounds of its inputs."""
    sums = []
    for unit in network.units(layer):
        offset = network.offset(layer, unit)
        sum_ = sum(bounds[network.weight(layer, unit, k + 1)] * size for k, size in enumerate(sizes))
        sums.append(_up(float(sum_ + (0.0 if offset is None else bounds[offset]))))
    return max(sums)


def _slopes(
    network: Network, targets: list[tuple[Fraction, ...]], shares: list[Fraction], energy: Fraction
) -> tuple[Floats, Floats]:
    """Bounds of L'(z_io, y_io) / 2 at every stationary point. For the squared loss |r + y/2|^2 + R = |y|^2 / 4 in the mean over the rows
    (see `ridge_bounds`), R >= 0 being the ridge's share of the output layer, so |r_io + y_io / 2| <= sqrt(mean |y|^2 / (4 p_i)). energy:
    mean |y|^2."""
    below, above = [], []
    for row, share in zip(targets, shares, strict=True):
        for y in row:
            if network.loss == "squared":
                reach = _up(sqrt(float(energy / (4 * share))))
                low, high = outward(-y / 2)
                below.append(-_up(reach - low))
                above.append(_up(reach + high))
            else:
                below.append(0.0 if network.loss == "logistic" and y < 0 else -0.5)
                above.append(0.0 if network.loss == "logistic" and y > 0 else 0.5)
    shape = (len(targets), len(targets[0]))
    return np.array(below).reshape(shape), np.array(above).reshape(shape)


def _up(value: float) -> float:
    """At least the real number that a few roundings have made `value` (not negative) of."""
    return nextafter(value * (1.0 + 2.0**-45), float("inf"))
