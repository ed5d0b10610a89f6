"""Small dense networks for the zoo: widths, activation, data and a ridge for every single parameter."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from strictsaddle.objective.objective import Objective
from strictsaddle.zoo.entry import Parameter, Values

Rows = Sequence[Sequence[Fraction | int]]

RIDGE = Parameter("lam", Fraction(1, 10), "ridge of the first parameter", Fraction(0))
SPREAD = Parameter("spread", Fraction(0), "ridge k is lam (1 + (k - 1) spread), so 0 is an equal ridge", Fraction(0))


def ridges(values: Values, number: int) -> tuple[Fraction, ...]:
    """The ridge of each of `number` parameters: lam, lam (1 + spread), lam (1 + 2 spread), ..."""
    return tuple(values["lam"] * (1 + k * values.get("spread", Fraction(0))) for k in range(number))


def dense(
    name: str,
    widths: Sequence[int],
    activation: str,
    inputs: Rows,
    targets: Rows,
    values: Values,
    source: str = "",
) -> Objective:
    """The squared loss of a dense network without biases: (1/N) sum |y^ - y|^2 + sum_k ridge_k w_k^2."""
    from strictsaddle.networks.network import Network, build

    number = sum(a * b for a, b in pairwise(widths))
    network = Network(
        widths=tuple(widths),
        activations=(activation,) * (len(widths) - 2),
        loss="squared",
        bias=False,
        kind="dense",
        ridge=ridges(values, number),
        inputs=tuple(tuple(map(Fraction, row)) for row in inputs),
        targets=tuple(tuple(map(Fraction, row)) for row in targets),
    )
    made = build(network, name, source=source)
    return Objective.from_graph(
        name,
        made.variables,
        made.graph,
        made.node,
        values,
        network=network,
        source=source,
        expression=made.expression,
    )


def iris() -> tuple[Rows, Rows]:
    """Petal length and petal width of the 150 irises, each standardised: exact rationals, 150 rows of one."""
    from pathlib import Path

    from strictsaddle.networks.data import read

    table = {"dataset": "iris", "inputs": ["petal_length"], "targets": ["petal_width"], "standardise": True}
    data = read(table, Path(), "iris", labels=False)
    return data.inputs, data.targets
