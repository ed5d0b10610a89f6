"""The rows of networks: activation x loss x regularisation x data x width x bias x depth, as far as proofs reach."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from strictsaddle.formula.graph import Graph
from strictsaddle.networks.network import build, network
from strictsaddle.objective.architecture import Network
from strictsaddle.objective.domain import spheres
from strictsaddle.objective.layers import POWERS
from strictsaddle.objective.objective import Objective
from strictsaddle.reformulation import penalties
from strictsaddle.reformulation.catalogue import added

ACTIVATIONS = ("linear", "quadratic", "cubic", "tanh", "sigmoid", "softplus", "erf", "sin", "gaussian", "swish", "gelu")
PIECEWISE = ("relu", "leaky_relu")
LOSSES = ("squared", "logistic", "pseudo_huber", "log_cosh", "cross_entropy")
RIDGE = Fraction(1, 50)
STRENGTH, TILT = Fraction(1, 8), Fraction(1, 100)  # of penalties that are no ridges
OUTPUTS = (1, -1, 2)  # of a fixed output layer

Data = tuple[Sequence[Sequence[str | int]], Sequence[Sequence[str | int]]]
DATA: dict[str, Data] = {
    "two rows": ([[1], [2]], [[1], [-1]]),
    "teacher": ([[-1], ["1/2"], [1]], [[1], ["1/4"], [1]]),  # y = x^2
    "xor": ([[0, 0], [0, 1], [1, 0], [1, 1]], [[0], [1], [1], [0]]),
    "three classes": ([[-1], [0], [1]], [[0], [1], [2]]),
}
SIGNED = {0: -1, 1: 1}


@dataclass(frozen=True)
class NetworkRow:
    """One network. `hidden`: units of each hidden layer; `regularisation`: see `regularised`."""

    activation: str
    loss: str
    regularisation: str
    data: str
    hidden: tuple[int, ...]
    bias: bool = False

    @property
    def key(self) -> str:
        """What it is called by: activation/loss/regularisation/data/hidden units."""
        units = "-".join(map(str, self.hidden)) + ("+bias" if self.bias else "")
        return "/".join(
            part.replace(" ", "-") for part in (self.activation, self.loss, self.regularisation, self.data, units)
        )

    @property
    def group(self) -> str:
        return "network"

    def objective(self) -> Objective:
        """The objective, named by the key."""
        return regularised(self._plain(), self)

    def _plain(self) -> Network:
        if self.data == "iris":
            content = {"dataset": "iris", "inputs": ["petal_length"], "targets": ["petal_width"], "standardise": True}
            if self.activation not in POWERS:
                content["rows"] = 12
            widths = [1, *self.hidden, 1]
            made = network(widths, activation=self.activation, loss=self.loss, data=content, bias=self.bias)
        else:
            inputs, targets = DATA[self.data]
            outputs = len(targets[0])
            if self.loss in ("logistic", "hinge"):
                targets = [[SIGNED.get(int(y), int(y)) for y in row] for row in targets]
            elif self.loss == "cross_entropy":
                labels = sorted({int(row[0]) for row in targets})
                targets, outputs = [[labels.index(int(row[0]))] for row in targets], len(labels)
            widths = [len(inputs[0]), *self.hidden, outputs]
            made = network(widths, activation=self.activation, loss=self.loss, data=(inputs, targets), bias=self.bias)
        assert made.network is not None
        return made.network


def regularised(plain: Network, row: NetworkRow) -> Objective:
    """none; output, hidden: a ridge on that layer alone (all hidden ones); equal; layer: one a layer; own: one a weight; balance: ends of
    each unit, squared differences of their norms; balance and orthogonality; ridge and tilt; unit norm: incoming weights on spheres, a
    ridge on the others; fixed output: the last layer's weights are numbers."""
    kind, n = row.regularisation, len(plain.ridge)
    factors = penalties.own_factors(n)
    last = set(plain.output_parameters)
    ridges = {
        "none": [Fraction(0)] * n,
        "equal": [RIDGE] * n,
        "own": [RIDGE * c for c in factors],
        "layer": [RIDGE * c for c in penalties.layer_factors(plain)],
        "output": [RIDGE if k in last else Fraction(0) for k in range(n)],
        "hidden": [Fraction(0) if k in last else RIDGE for k in range(n)],
    }
    if kind in ridges:
        return build(replace(plain, ridge=tuple(ridges[kind])), row.key)
    bare = build(plain, row.key)
    names = plain.variables
    if kind == "fixed output":
        return _fixed(bare, plain, row.key)
    if kind == "ridge and tilt":
        made = added(bare, ("ridge", RIDGE, penalties.own_ridge(names)), ("tilt", TILT, penalties.tilt(names)))
    elif kind == "unit norm":
        made = added(bare, ("ridge", RIDGE, penalties.own_ridge([names[k] for k in plain.output_parameters])))
        groups = [[names[k] for k in plain.incoming(1, unit)] for unit in plain.units(1)]
        made = None if made is None else made.on(spheres(groups, names))
    else:
        terms = [("balance", STRENGTH, balance(plain))]
        if kind == "balance and orthogonality":
            terms.append(("orthogonality", Fraction(1, 2), penalties.orthogonality(plain)))
        made = added(bare, *terms)
    assert made is not None, row.key
    return Objective.from_graph(
        row.key, made.variables, made.graph, made.node, made.parameters, made.domain, expression=made.expression
    )


def balance(plain: Network) -> str:
    """sum over hidden units of (|incoming|^2 - p |outgoing|^2)^2, p the degree of the unit."""
    names, terms = plain.variables, []
    for layer in range(1, plain.layers):
        degree = POWERS[plain.activations[layer - 1]]
        for unit in plain.units(layer):
            inner = " + ".join(f"{names[k]}**2" for k in plain.incoming(layer, unit))
            outer = " + ".join(f"{names[k]}**2" for k in plain.outgoing(layer, unit))
            terms.append(f"({inner} - {degree}*({outer}))**2")
    return " + ".join(terms)


def _fixed(bare: Objective, plain: Network, name: str) -> Objective:
    """With numbers in the place of the output layer's weights, and an equal ridge on the others."""
    fixed = {k: OUTPUTS[j % len(OUTPUTS)] for j, k in enumerate(plain.output_parameters)}
    kept = [k for k in range(len(plain.ridge)) if k not in fixed]
    graph = Graph()
    leaves = {
        k: graph.constant(fixed[k]) if k in fixed else graph.variable(kept.index(k)) for k in range(len(plain.ridge))
    }
    (node,) = bare.graph.mapped([bare.node], graph, leaves.__getitem__)
    ridge = graph.mul(graph.constant(RIDGE), graph.total([graph.power(graph.variable(j), 2) for j in range(len(kept))]))
    return Objective.from_graph(name, [plain.variables[k] for k in kept], graph, graph.add(node, ridge))


def network_rows() -> Iterator[NetworkRow]:
    """All of them, in the order of the table."""
    one, two = (1,), (2,)
    plain = ("none", "equal", "layer", "own")
    for activation in ACTIVATIONS:
        for loss in LOSSES[:4]:
            for kind in plain:
                yield NetworkRow(activation, loss, kind, "two rows", one)
        for loss in ("squared", "logistic"):
            for kind in ("output", "hidden"):
                yield NetworkRow(activation, loss, kind, "two rows", one)
            for kind in ("none", "equal", "own"):
                yield NetworkRow(activation, loss, kind, "two rows", two)
        for loss in ("pseudo_huber", "log_cosh"):
            for kind in ("equal", "own"):
                yield NetworkRow(activation, loss, kind, "two rows", two)
        for kind in ("equal", "own"):
            yield NetworkRow(activation, "cross_entropy", kind, "two rows", one)
            yield NetworkRow(activation, "squared", kind, "teacher", one)
            yield NetworkRow(activation, "squared", kind, "xor", one)
            yield NetworkRow(activation, "squared", kind, "two rows", one, bias=True)
            yield NetworkRow(activation, "squared", kind, "two rows", (1, 1))
        yield NetworkRow(activation, "squared", "ridge and tilt", "two rows", one)
        yield NetworkRow(activation, "squared", "fixed output", "two rows", one)
        yield NetworkRow(activation, "squared", "fixed output", "two rows", two)
        yield NetworkRow(activation, "squared", "unit norm", "xor", one)
        for kind in ("none", "equal", "own") if activation in POWERS else ("equal", "own"):
            yield NetworkRow(activation, "squared", kind, "iris", one)
    for activation in POWERS:
        yield NetworkRow(activation, "squared", "balance", "two rows", one)
        yield NetworkRow(activation, "squared", "balance", "two rows", two)
        yield NetworkRow(activation, "squared", "balance and orthogonality", "two rows", two)
        yield NetworkRow(activation, "squared", "balance", "iris", one)
        yield NetworkRow(activation, "squared", "none", "two rows", (1, 1))
        yield NetworkRow(activation, "squared", "balance", "two rows", (1, 1))
    for activation in PIECEWISE:
        for kind in ("none", "equal", "layer", "own"):
            yield NetworkRow(activation, "squared", kind, "two rows", one)
            yield NetworkRow(activation, "huber", kind, "two rows", one)
            yield NetworkRow(activation, "hinge", kind, "two rows", one)
        for kind in ("equal", "own"):
            yield NetworkRow(activation, "squared", kind, "two rows", two)
            yield NetworkRow(activation, "squared", kind, "teacher", one)
            yield NetworkRow(activation, "squared", kind, "xor", one)
            yield NetworkRow(activation, "squared", kind, "two rows", one, bias=True)
        yield NetworkRow(activation, "squared", "fixed output", "two rows", one)
        yield NetworkRow(activation, "squared", "fixed output", "two rows", two)
    for kind in ("none", "equal", "own"):
        yield NetworkRow("linear", "squared", kind, "two rows", (3,))
    for activation in ("linear", "quadratic", "tanh"):
        for kind in ("equal", "own"):
            yield NetworkRow(activation, "cross_entropy", kind, "three classes", one)
