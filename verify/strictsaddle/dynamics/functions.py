"""An objective as JAX functions: value, gradient, Hessian, and the gradient of chosen data rows, in double precision.

They are compiled by whoever uses them, inside `jax.enable_x64(True)`, and for many points at once by `jax.vmap`. A network is written by
layers over all of its rows, whatever their number; any other formula operation by operation.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from strictsaddle.arithmetic.outward import nearest_double
from strictsaddle.derive.derivatives import derive
from strictsaddle.formula.graph import Graph, Op
from strictsaddle.objective.architecture import Network
from strictsaddle.objective.layers import ACTIVATIONS
from strictsaddle.objective.objective import Objective

Function = Callable[[Array], Array]
COLUMNS = 16  # of a Hessian that are made at once
OPERATIONS: dict[Op, Function] = {
    Op.NEG: jnp.negative, Op.EXP: jnp.exp, Op.LOG: jnp.log, Op.SQRT: jnp.sqrt, Op.SIN: jnp.sin, Op.COS: jnp.cos, Op.TAN: jnp.tan,
    Op.ASIN: jnp.arcsin, Op.ACOS: jnp.arccos, Op.ATAN: jnp.arctan, Op.SINH: jnp.sinh, Op.COSH: jnp.cosh, Op.TANH: jnp.tanh,
    Op.SIGMOID: jax.nn.sigmoid, Op.SOFTPLUS: jax.nn.softplus, Op.ERF: jax.scipy.special.erf, Op.RELU: jax.nn.relu, Op.ABS: jnp.abs,
    Op.STEP: lambda x: jnp.heaviside(x, jnp.nan), Op.SIGN: jnp.sign,
    Op.TANH1: lambda x: 1 - jnp.tanh(x) ** 2,
    Op.TANH2: lambda x: -2 * jnp.tanh(x) * (1 - jnp.tanh(x) ** 2),
    Op.SIGMOID1: lambda x: jax.nn.sigmoid(x) * jax.nn.sigmoid(-x),
    Op.SIGMOID2: lambda x: jax.nn.sigmoid(x) * jax.nn.sigmoid(-x) * (1 - 2 * jax.nn.sigmoid(x)),
    Op.POSITIVE: lambda x: jnp.where(x > 0, x, jnp.nan),
}  # fmt: skip


def _pseudo_huber(outputs: Array, targets: Array) -> Array:
    return (jnp.sqrt(1 + (outputs - targets) ** 2) - 1).sum(axis=-1)


def _log_cosh(outputs: Array, targets: Array) -> Array:
    r = outputs - targets
    return (jnp.logaddexp(r, -r) - jnp.log(2.0)).sum(axis=-1)


def _cross_entropy(outputs: Array, targets: Array) -> Array:
    right = jnp.take_along_axis(outputs, targets.astype(int), axis=-1)[..., 0]
    return jax.nn.logsumexp(outputs, axis=-1) - right


def _huber(outputs: Array, targets: Array) -> Array:
    size = jnp.abs(outputs - targets)
    return jnp.where(size <= 1, 0.5 * size**2, size - 0.5).sum(axis=-1)


# Outputs (rows, k) and targets (rows, k), or labels (rows, 1), to the loss of each row: those of `objective.layers.LOSSES`.
LOSSES: dict[str, Callable[[Array, Array], Array]] = {
    "squared": lambda outputs, targets: ((outputs - targets) ** 2).sum(axis=-1),
    "logistic": lambda outputs, targets: jax.nn.softplus(-targets * outputs).sum(axis=-1),
    "cross_entropy": _cross_entropy,
    "pseudo_huber": _pseudo_huber,
    "log_cosh": _log_cosh,
    "hinge": lambda outputs, targets: jax.nn.relu(1 - targets * outputs).sum(axis=-1),
    "huber": _huber,
}


@dataclass(frozen=True)
class Functions:
    """Of points w (n,): `value` (), `gradient` (n,), `hessian` (n, n); `row_gradient(w, rows)` is the gradient of the mean loss of the data
    rows with these numbers, and of the ridge, None where the objective has no rows; `rows` is how many there are. slope: the gradient,
    where it is known as a function of its own; else JAX derives it."""

    dimension: int
    value: Function
    rows: int = 0
    row_value: Callable[[Array, Array], Array] | None = None
    slope: Function | None = None

    @property
    def gradient(self) -> Function:
        return self.slope or jax.grad(self.value)

    @property
    def hessian(self) -> Function:
        """Many columns are made a few at a time: all at once would take more memory than caches have."""
        if self.dimension <= COLUMNS:
            return jax.jacfwd(self.gradient)

        def table(w: Array) -> Array:
            def column(e: Array) -> Array:
                return jnp.asarray(jax.jvp(self.gradient, (w,), (e,))[1])

            return jnp.asarray(jax.lax.map(column, jnp.eye(self.dimension, dtype=w.dtype), batch_size=COLUMNS))

        return table

    @property
    def row_gradient(self) -> Callable[[Array, Array], Array] | None:
        return None if self.row_value is None else jax.grad(self.row_value)


def functions_of(objective: Objective) -> Functions:
    """The objective's functions; its domain is not looked at."""
    if objective.network is not None:
        return of_network(objective.network)

    derivation = derive(objective)

    def value(w: Array) -> Array:
        (found,) = of_graph(derivation.graph, [derivation.value], list(w))
        return jnp.asarray(found, w.dtype)

    def slope(w: Array) -> Array:
        return jnp.stack([jnp.asarray(g, w.dtype) for g in of_graph(derivation.graph, derivation.gradient, list(w))])

    return Functions(objective.dimension, value, slope=slope)


def of_graph(graph: Graph, nodes: Sequence[int], variables: Sequence[Array]) -> list[Array]:
    """The nodes where variable i has the value variables[i], arrays of any one shape."""
    place: dict[int, Array] = {}
    for k in graph.reachable(nodes):
        op, left, right = graph.ops[k], graph.left[k], graph.right[k]
        match op:
            case Op.CONST:
                place[k] = jnp.asarray(nearest_double(graph.constants[left]))
            case Op.PI:
                place[k] = jnp.asarray(np.pi)
            case Op.VAR:
                place[k] = variables[left]
            case Op.ADD:
                place[k] = place[left] + place[right]
            case Op.SUB:
                place[k] = place[left] - place[right]
            case Op.MUL:
                place[k] = place[left] * place[right]
            case Op.DIV:
                place[k] = place[left] / place[right]
            case Op.POW:
                place[k] = place[left] ** right
            case _:
                place[k] = OPERATIONS[op](place[left])
    return [place[k] for k in nodes]


def activation(name: str) -> Function:
    """A function of `objective.layers.ACTIVATIONS`, on arrays."""
    graph = Graph()
    node = ACTIVATIONS[name](graph, graph.variable(0))
    return lambda z: of_graph(graph, [node], [z])[0]


def outputs(widths: Sequence[int], activations: Sequence[str], bias: bool, weights: Array, inputs: Array) -> Array:
    """What a dense network puts out, (rows, widths[-1]), for its parameters (n,) in the order of `Network.variables`."""
    signals, start = inputs, 0
    for layer, (sources, units) in enumerate(pairwise(widths), start=1):
        matrix = weights[start : start + sources * units].reshape(units, sources)
        start += sources * units
        signals = signals @ matrix.T
        if bias:
            signals = signals + weights[start : start + units]
            start += units
        if layer < len(widths) - 1:
            signals = activation(activations[layer - 1])(signals)
    return signals


def of_network(network: Network) -> Functions:
    """The functions of a network's objective J: the mean loss over the rows with the ridge."""
    inputs = np.array([[nearest_double(x) for x in row] for row in network.inputs])
    targets = np.array([[nearest_double(y) for y in row] for row in network.targets])
    ridge = np.array([nearest_double(r) for r in network.ridge])
    loss = LOSSES[network.loss]

    def mean(w: Array, x: Array, y: Array) -> Array:
        made = outputs(network.widths, network.activations, network.bias, w, x)
        return jnp.mean(loss(made, y)) + jnp.sum(ridge * w**2)

    def of_rows(w: Array, rows: Array) -> Array:
        return mean(w, jnp.asarray(inputs)[rows], jnp.asarray(targets)[rows])

    return Functions(len(ridge), lambda w: mean(w, jnp.asarray(inputs), jnp.asarray(targets)), len(inputs), of_rows)
