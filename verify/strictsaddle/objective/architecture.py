"""A network with its loss, its ridge and its data, as plain data: what symmetries and bounds may be read from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import prod

from strictsaddle.errors import InputError, NotYetError, choice
from strictsaddle.objective.layers import ACTIVATIONS, LOSSES, POWERS

KINDS = ("dense", "conv1d", "rnn")
MAXIMAL_PARAMETERS = 10_000


Row = tuple[Fraction, ...]


@dataclass(frozen=True)
class Network:
    """J(w) = (1/N) sum_n L(y^(w, x_n), y_n) + sum_i ridge[i]*w[i]^2 of a dense network.

    Layers and units are counted from 1 in names and arguments, variables from 0. The last layer is linear.

    Parameters
    ----------
    widths: (input, hidden..., output), all positive.
    activations: one name a hidden layer, so len(widths) - 2 of them.
    loss: a key of `layers.LOSSES`; with logistic all targets are -1 or 1, with cross_entropy each target row is one
        label from 0 to widths[-1] - 1.
    bias: whether every layer, or none, has biases.
    ridge: one number a parameter, in the order of `variables`.
    inputs, targets: the N rows.

    Raises InputError when these do not fit together, NotYetError for kinds and losses without a method.
    """

    widths: tuple[int, ...]
    activations: tuple[str, ...]
    loss: str
    bias: bool
    ridge: tuple[Fraction, ...]
    inputs: tuple[Row, ...]
    targets: tuple[Row, ...]
    kind: str = "dense"

    def __post_init__(self) -> None:
        check_shape(self.kind, self.widths, self.activations, self.loss)
        count = number_of_parameters(self.widths, self.bias)
        if len(self.ridge) != count:
            raise InputError(f"{len(self.ridge)} ridges for {count} parameters", where="network.ridge")
        _check_data(self)

    @property
    def layers(self) -> int:
        """The number of layers of weights."""
        return len(self.widths) - 1

    @property
    def variables(self) -> tuple[str, ...]:
        """W1_i_j (to unit i, from input j), row by row, then b1_i, then W2_i_j, ..."""
        return tuple(name for group in groups(self.widths, self.bias).values() for name in group)

    @property
    def degree(self) -> int | None:
        """The degree of the outputs as polynomials in the inputs, or None when an activation is no power."""
        if any(name not in POWERS for name in self.activations):
            return None
        return prod(POWERS[name] for name in self.activations)

    def weight(self, layer: int, unit: int, source: int) -> int:
        """The number of the variable W{layer}_{unit}_{source}."""
        return self._start(layer) + (unit - 1) * self.widths[layer - 1] + source - 1

    def offset(self, layer: int, unit: int) -> int | None:
        """The number of the variable b{layer}_{unit}, or None without biases."""
        return self._start(layer) + self.widths[layer] * self.widths[layer - 1] + unit - 1 if self.bias else None

    def incoming(self, layer: int, unit: int) -> tuple[int, ...]:
        """The variables that enter `unit` of `layer`: its weights, then its bias if there is one."""
        weights = tuple(self.weight(layer, unit, source) for source in range(1, self.widths[layer - 1] + 1))
        offset = self.offset(layer, unit)
        return weights if offset is None else (*weights, offset)

    def outgoing(self, layer: int, unit: int) -> tuple[int, ...]:
        """The weights through which `unit` of `layer` enters the next layer; none for the last layer."""
        if layer == self.layers:
            return ()
        return tuple(self.weight(layer + 1, target, unit) for target in range(1, self.widths[layer + 1] + 1))

    @property
    def output_parameters(self) -> tuple[int, ...]:
        """The variables that enter the outputs, output after output."""
        return tuple(i for unit in self.units(self.layers) for i in self.incoming(self.layers, unit))

    @property
    def hidden_parameters(self) -> tuple[int, ...]:
        """All other variables, ascending."""
        return tuple(sorted(set(range(len(self.ridge))).difference(self.output_parameters)))

    def units(self, layer: int) -> range:
        """The numbers of the units of `layer`, from 1; layer 0 holds the inputs."""
        return range(1, self.widths[layer] + 1)

    def rows(self) -> dict[tuple[Row, Row], int]:
        """The different rows (inputs, targets), each with how often it occurs, in the order of first occurrence."""
        found: dict[tuple[Row, Row], int] = {}
        for row in zip(self.inputs, self.targets, strict=True):
            found[row] = found.get(row, 0) + 1
        return found

    def describe(self) -> str:
        """One line: "dense network 2-2-1, tanh, squared loss, biases, ridge 1/10, 4 rows"."""
        ridges = set(self.ridge)
        ridge = f"ridge {self.ridge[0]}" if len(ridges) == 1 else "ridges by parameter"
        parts = [
            f"{self.kind} network {'-'.join(map(str, self.widths))}",
            *dict.fromkeys(self.activations),
            f"{self.loss} loss",
            "biases" if self.bias else "no biases",
            "no ridge" if ridges == {Fraction(0)} else ridge,
            f"{len(self.inputs)} row" + "s" * (len(self.inputs) > 1),
        ]
        return ", ".join(parts)

    def _start(self, layer: int) -> int:
        return number_of_parameters(self.widths[:layer], self.bias)


def number_of_parameters(widths: Sequence[int], bias: bool) -> int:
    """How many weights and biases a dense network of these widths has."""
    return sum((m + bias) * n for m, n in pairwise(widths))


def groups(widths: Sequence[int], bias: bool) -> dict[str, list[str]]:
    """The names of the parameters by group: {"W1": ["W1_1_1", ...], "b1": ["b1_1", ...], ...}, in their order."""
    found = {}
    for layer, (sources, units) in enumerate(pairwise(widths), start=1):
        found[f"W{layer}"] = [f"W{layer}_{i}_{j}" for i in range(1, units + 1) for j in range(1, sources + 1)]
        if bias:
            found[f"b{layer}"] = [f"b{layer}_{i}" for i in range(1, units + 1)]
    return found


def check_shape(kind: str, widths: Sequence[int], activations: Sequence[str], loss: str) -> None:
    """Raise InputError or NotYetError unless these describe a network that can be built."""
    if choice(kind, KINDS, "network.kind") != "dense":
        raise NotYetError(
            "networks of this kind are not there yet",
            where="network.kind",
            fragment=kind,
            remedy="Use dense.",
        )
    if len(widths) < 2 or min(widths) < 1:
        raise InputError(
            "a network has at least two layers of units, of at least one unit each",
            where="network.widths",
            fragment=str(list(widths)),
            remedy="Write input, hidden and output widths, as in widths = [2, 3, 1].",
        )
    if number_of_parameters(widths, True) > MAXIMAL_PARAMETERS:
        raise InputError(
            f"the network has more than {MAXIMAL_PARAMETERS:,} parameters",
            where="network.widths",
            fragment=str(list(widths)),
            remedy="Proofs are for small networks: use fewer units.",
        )
    if len(activations) != len(widths) - 2:
        raise InputError(
            f"{len(activations)} activations for {len(widths) - 2} hidden layers",
            where="network.activation",
            fragment=", ".join(activations),
            remedy="Give one name for all hidden layers, or one a hidden layer; the last layer is linear.",
        )
    for name in activations:
        choice(name, tuple(ACTIVATIONS), "network.activation")
    choice(loss, tuple(LOSSES), "network.loss")


def _check_data(network: Network) -> None:
    widths = network.widths
    if len(network.inputs) != len(network.targets) or not network.inputs:
        raise InputError(
            f"{len(network.inputs)} rows of inputs and {len(network.targets)} of targets",
            where="data",
            remedy="Give one target row for each input row, and at least one.",
        )
    wide = 1 if network.loss == "cross_entropy" else widths[-1]
    for key, rows, width in (("inputs", network.inputs, widths[0]), ("targets", network.targets, wide)):
        for number, row in enumerate(rows, start=1):
            if len(row) != width:
                wanted = "one label" if network.loss == "cross_entropy" and key == "targets" else f"{width} numbers"
                raise InputError(
                    f"a row of {len(row)}, but the network takes {wanted} a row",
                    where=f"data.{key}, row {number}",
                    fragment=", ".join(map(str, row)),
                    remedy=f"Change the data or widths = {list(widths)}.",
                )
    if network.loss == "cross_entropy" and widths[-1] < 2:
        raise InputError(
            "cross_entropy needs one output a class, two at least",
            where="network.widths",
            fragment=str(list(widths)),
            remedy="Use two outputs, or the loss logistic with targets -1 and 1.",
        )
    for number, row in enumerate(network.targets, start=1):
        if network.loss in ("logistic", "hinge") and any(abs(y) != 1 for y in row):
            allowed = f"-1 or 1 with the {network.loss} loss"
        elif network.loss == "cross_entropy" and row[0] not in range(widths[-1]):
            allowed = f"a label from 0 to {widths[-1] - 1} with {widths[-1]} outputs"
        else:
            continue
        raise InputError(
            f"a target must be {allowed}",
            where=f"data.targets, row {number}",
            fragment=", ".join(map(str, row)),
        )
