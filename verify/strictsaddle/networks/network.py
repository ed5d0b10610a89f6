"""Networks as objectives: J(w) = (1/N) sum_n L(y^(w, x_n), y_n) + sum_i ridge_i*w_i^2, with no hidden factors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from strictsaddle.errors import InputError
from strictsaddle.formula.graph import Graph
from strictsaddle.formula.printing import formula
from strictsaddle.networks import moments
from strictsaddle.networks.data import from_arrays
from strictsaddle.networks.table import read
from strictsaddle.objective.architecture import Network
from strictsaddle.objective.domain import Domain
from strictsaddle.objective.layers import ACTIVATIONS, LOSSES, POWERS
from strictsaddle.objective.numbers import Number
from strictsaddle.objective.objective import Objective

__all__ = ["Network", "build", "network"]

MAXIMAL_OPERATIONS = 3_000_000
MAXIMAL_SHOWN = 2_000
MAXIMAL_DEGREE = 100  # of the outputs in the inputs; moments of twice this order are taken


def network(
    widths: Sequence[int],
    activation: str | Sequence[str] | None = None,
    loss: str = "squared",
    data: object = None,
    *,
    bias: bool = True,
    ridge: Number | Sequence[Number] | Mapping[str, Number] = 0,
    kind: str = "dense",
    name: str | None = None,
) -> Objective:
    """The objective of training a network.

    Parameters
    ----------
    widths: units by layer, input first, output last: [2, 2, 1].
    activation: one name, or one a hidden layer (`layers.ACTIVATIONS`); the last layer is linear.
    loss: a name of `layers.LOSSES`.
    data: (inputs, targets), lists or arrays of rows, N by widths[0] and N by widths[-1]; or a mapping with the keys of
        the table [data], such as {"dataset": "iris", "inputs": [...], "targets": [...], "standardise": True}; a
        CSV file is looked for in the current folder.
    bias: biases in every layer, or in none.
    ridge: one number, one a layer, or a mapping such as {"W1": "1/10", "b1": 0}.
    name: what reports call it.

    Raises InputError for whatever does not fit together, NotYetError for other kinds than dense.
    """
    if data is None:
        raise InputError("a network needs data", where="data", remedy="Pass data=(inputs, targets).")
    content = from_arrays(data)
    if isinstance(content, list):
        if len(content) != 2:
            raise InputError(f"{len(content)} things where (inputs, targets) is wanted", where="data")
        content = dict(zip(("inputs", "targets"), content, strict=True))
    table: dict[str, Any] = {
        "widths": from_arrays(widths),
        "loss": loss,
        "bias": bias,
        "ridge": from_arrays(ridge),
    }
    table |= {"kind": kind} | ({} if activation is None else {"activation": activation})
    made = read(table, content, Path(), "")
    return build(made, name or made.describe())


def build(network: Network, name: str, domain: Domain | None = None, *, source: str = "") -> Objective:
    """The objective J of a network (see `Network`), its data merged and exact.

    Squared losses of polynomial networks go through the data's moments, unless there are fewer different rows than
    monomials. Raises InputError when the formula would be too large.
    """
    graph = Graph()
    weights = [graph.variable(number) for number in range(len(network.ridge))]
    rows = network.rows()
    if network.loss == "squared" and _few_monomials(network, len(rows)):
        loss = _through_moments(network, graph, weights, rows)
    else:
        loss = _row_by_row(network, graph, weights, rows)
    penalties = (
        graph.mul(graph.constant(factor), graph.power(weight, 2))
        for factor, weight in zip(network.ridge, weights, strict=True)
    )
    node = graph.add(loss, graph.total(penalties))
    shown = formula(graph, node, network.variables, MAXIMAL_SHOWN)
    uniform = len(set(network.ridge)) == 1 and network.ridge[0] != 0
    return Objective.from_graph(
        name,
        network.variables,
        graph,
        node,
        {"ridge": network.ridge[0]} if uniform else {},
        domain,
        network=network,
        source=source,
        expression=network.describe() if shown is None else shown,
    )


def _few_monomials(network: Network, rows: int) -> bool:
    degree = network.degree
    if degree is None or degree > MAXIMAL_DEGREE:
        return False
    return moments.number_of_monomials(network.widths[0], degree, network.bias) <= rows


def _through_moments(
    network: Network, graph: Graph, weights: Sequence[int], rows: Mapping[tuple[Any, Any], int]
) -> int:
    inputs = network.widths[0]
    one = graph.constant(1)
    signals = [{tuple(int(j == k) for j in range(inputs)): one} for k in range(inputs)]
    for layer in range(1, network.layers + 1):
        exponent = POWERS[network.activations[layer - 1]] if layer < network.layers else 1
        signals = [
            moments.power(graph, moments.affine(graph, *_unit(network, weights, layer, unit, signals)), exponent)
            for unit in network.units(layer)
        ]
    return moments.mean_squared_error(graph, signals, [x + y for x, y in rows], list(rows.values()))


def _unit(
    network: Network, weights: Sequence[int], layer: int, unit: int, signals: Sequence[moments.Polynomial]
) -> tuple[list[int], Sequence[moments.Polynomial], int | None]:
    offset = network.offset(layer, unit)
    incoming = [weights[network.weight(layer, unit, source)] for source in network.units(layer - 1)]
    return incoming, signals, None if offset is None else weights[offset]


def _row_by_row(network: Network, graph: Graph, weights: Sequence[int], rows: Mapping[tuple[Any, Any], int]) -> int:
    if len(rows) * len(weights) > MAXIMAL_OPERATIONS:
        raise InputError(
            f"{len(rows)} different rows through {len(weights)} parameters are more than "
            f"{MAXIMAL_OPERATIONS:,} operations",
            where="data",
            remedy="Use fewer rows (rows = N) or a smaller network.",
        )
    loss = LOSSES[network.loss]
    terms = []
    for (inputs, targets), count in rows.items():
        signals = hidden_signals(network, graph, weights, inputs)
        outputs = [
            _preactivation(network, graph, weights, network.layers, unit, signals)
            for unit in network.units(network.layers)
        ]
        terms.append(graph.mul(graph.constant(count), loss(graph, outputs, targets)))
    return graph.mul(graph.constant(Fraction(1, len(network.inputs))), graph.total(terms))


def hidden_signals(
    network: Network, graph: Graph, weights: Sequence[int] | Mapping[int, int], inputs: Sequence[Fraction]
) -> list[int]:
    """What the last hidden layer hands on for one row of inputs, as nodes; weights: a node for each parameter up to it."""
    signals = [graph.constant(x) for x in inputs]
    for layer in range(1, network.layers):
        activation = ACTIVATIONS[network.activations[layer - 1]]
        signals = [
            activation(graph, _preactivation(network, graph, weights, layer, unit, signals))
            for unit in network.units(layer)
        ]
    return signals


def _preactivation(
    network: Network,
    graph: Graph,
    weights: Sequence[int] | Mapping[int, int],
    layer: int,
    unit: int,
    signals: Sequence[int],
) -> int:
    products = [
        graph.mul(weights[network.weight(layer, unit, source)], signals[source - 1])
        for source in network.units(layer - 1)
    ]
    offset = network.offset(layer, unit)
    return graph.total(products if offset is None else [*products, weights[offset]])
