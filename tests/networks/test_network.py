"""A network is J(w) = (1/N) sum L(y^, y) + sum ridge*w^2: computed here a second time, straight from that formula."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import numpy
import pytest
from formula_steps import approximate, rationals, value
from hypothesis import given, settings
from hypothesis import strategies as st

from strictsaddle.arithmetic.evaluate import evaluate_float
from strictsaddle.arithmetic.tape import compile_tape
from strictsaddle.errors import InputError, NotYetError
from strictsaddle.formula.graph import Graph, Op
from strictsaddle.networks.network import MAXIMAL_SHOWN, Network, build, network
from strictsaddle.objective.layers import ACTIVATIONS, LOSSES
from strictsaddle.objective.objective import Objective

POWERS: dict[str, Callable[[Any], Any]] = {
    "linear": lambda z: z,
    "quadratic": lambda z: z * z,
    "cubic": lambda z: z**3,
}
FLOATS: dict[str, Callable[[float], float]] = POWERS | {
    "tanh": math.tanh,
    "sigmoid": lambda z: 1 / (1 + math.exp(-z)),
    "softplus": lambda z: math.log1p(math.exp(z)),
    "erf": math.erf,
    "sin": math.sin,
    "gaussian": lambda z: math.exp(-z * z),
    "swish": lambda z: z / (1 + math.exp(-z)),
    "gelu": lambda z: z * (1 + math.erf(z / math.sqrt(2))) / 2,
    "relu": lambda z: max(z, 0.0),
    "leaky_relu": lambda z: max(z, z / 100),
}


def outputs(
    net: Network, w: Sequence[Any], x: Sequence[Any], activations: dict[str, Callable[[Any], Any]]
) -> list[Any]:
    """The outputs at one row, from the names of the parameters alone."""
    weight = dict(zip(net.variables, w, strict=True))
    signals = list(x)
    for layer in range(1, len(net.widths)):
        summed = [
            sum(weight[f"W{layer}_{i}_{j}"] * signal for j, signal in enumerate(signals, start=1))
            + weight.get(f"b{layer}_{i}", 0)
            for i in range(1, net.widths[layer] + 1)
        ]
        last = layer == len(net.widths) - 1
        signals = summed if last else [activations[net.activations[layer - 1]](z) for z in summed]
    return signals


def objective_value(
    net: Network, w: Sequence[Any], loss: Callable[[list[Any], Sequence[Any]], Any], activations: Any
) -> Any:
    total = sum(loss(outputs(net, w, x, activations), y) for x, y in zip(net.inputs, net.targets, strict=True))
    return total / len(net.inputs) + sum(r * v * v for r, v in zip(net.ridge, w, strict=True))


def squared(z: Sequence[Any], y: Sequence[Any]) -> Any:
    return sum((a - b) ** 2 for a, b in zip(z, y, strict=True))


def of(objective: Objective) -> Network:
    assert objective.network is not None
    return objective.network


@st.composite
def polynomial_networks(draw: st.DrawFn) -> tuple[Network, list[Fraction]]:
    """Few rows and many, repeated rows among them, so that both ways of building are met."""
    widths = tuple(draw(st.lists(st.integers(1, 2), min_size=2, max_size=4)))
    activations = tuple(draw(st.sampled_from(sorted(POWERS))) for _ in widths[2:])
    bias = draw(st.booleans())
    row = st.tuples(st.tuples(*[rationals] * widths[0]), st.tuples(*[rationals] * widths[-1]))
    rows = draw(st.lists(row, min_size=1, max_size=4))
    rows = rows + draw(st.lists(st.sampled_from(rows), max_size=3))
    if draw(st.booleans()):  # more different rows than any small degree has monomials
        rows += [(tuple(Fraction(k, d + 2) for d in range(widths[0])), (Fraction(k),) * widths[-1]) for k in range(12)]
    count = sum((m + bias) * n for m, n in itertools.pairwise(widths))
    ridge = tuple(draw(st.lists(rationals, min_size=count, max_size=count)))
    inputs, targets = zip(*rows, strict=True)
    w = draw(st.lists(rationals, min_size=count, max_size=count))
    return Network(widths, activations, "squared", bias, ridge, inputs, targets), w


@settings(max_examples=60)
@given(polynomial_networks())
def test_polynomial_networks_are_exactly_the_formula(drawn: tuple[Network, list[Fraction]]) -> None:
    net, w = drawn
    objective = build(net, "random")
    assert value(objective.graph, objective.node, w) == objective_value(net, w, squared, POWERS)


def test_moments_replace_rows() -> None:
    """A hundred different rows leave a formula no longer than three do, and the same as row by row."""
    few = network([1, 2, 1], "linear", data=([[1], [2], [3]], [[1], [0], [1]]))
    many = network([1, 2, 1], "linear", data=([[k] for k in range(100)], [[k % 7] for k in range(100)]))
    assert len(many.graph.reachable([many.node])) <= len(few.graph.reachable([few.node])) + 3
    w = [Fraction(k, 5) for k in range(-3, 4)]
    assert value(many.graph, many.node, w) == objective_value(of(many), w, squared, POWERS)
    assert value(many.graph, many.node, w) != objective_value(of(few), w, squared, POWERS)


def test_iris_is_a_polynomial_in_four_unknowns() -> None:
    data = {"dataset": "iris", "inputs": ["petal_length"], "targets": ["petal_width"], "standardise": True}
    objective = network([1, 2, 1], "linear", data=data, bias=False, ridge="1/10")
    assert objective.variables == ("W1_1_1", "W1_2_1", "W2_1_1", "W2_1_2")
    assert len(of(objective).inputs) == 150
    assert len(objective.graph.reachable([objective.node])) < 40
    w = [Fraction(1, 3), Fraction(-2), Fraction(5, 7), Fraction(1)]
    assert value(objective.graph, objective.node, w) == objective_value(of(objective), w, squared, POWERS)


@pytest.mark.parametrize("activation", sorted(ACTIVATIONS))
def test_activations(activation: str) -> None:
    objective = network([1, 2, 1], activation, data=([[1], [2], [1]], [[1], [-1], [1]]), ridge=0.02)
    w = [0.3, -0.7, 0.2, 0.1, 1.1, -0.4, 0.25]
    expected = objective_value(of(objective), w, squared, FLOATS)
    assert approximate(objective.graph, objective.node, w) == pytest.approx(float(expected), rel=1e-12)


def cross_entropy(z: Sequence[float], y: Sequence[Any]) -> float:
    return math.log(sum(math.exp(v) for v in z)) - z[int(y[0])]


FLOAT_LOSSES: dict[str, Callable[[Sequence[float], Sequence[Any]], float]] = {
    "squared": squared,
    "logistic": lambda z, y: sum(math.log(1 + math.exp(-float(b) * a)) for a, b in zip(z, y, strict=True)),
    "cross_entropy": cross_entropy,
    "pseudo_huber": lambda z, y: sum(math.sqrt(1 + (a - b) ** 2) - 1 for a, b in zip(z, y, strict=True)),
    "log_cosh": lambda z, y: sum(math.log(math.cosh(a - b)) for a, b in zip(z, y, strict=True)),
    "hinge": lambda z, y: sum(max(1 - a * float(b), 0.0) for a, b in zip(z, y, strict=True)),
    "huber": lambda z, y: sum(
        (a - b) ** 2 / 2 if abs(a - b) <= 1 else abs(a - b) - 0.5 for a, b in zip(z, map(float, y), strict=True)
    ),
}


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("loss", sorted(LOSSES))
def test_losses(loss: str, classes: int) -> None:
    targets: list[list[int]] = {
        "cross_entropy": [[0], [1], [classes - 1], [0]],
        "logistic": [[1] * classes, [-1] * classes, [1, -1, 1][:classes], [1] * classes],
        "hinge": [[1] * classes, [-1] * classes, [1, -1, 1][:classes], [1] * classes],
    }.get(loss, [[2] * classes, [-1] * classes, [0] * classes, [2] * classes])
    objective = network([2, 1, classes], "tanh", loss, ([[0, 1], [1, 0], [1, 1], [0, 1]], targets), bias=True)
    w = [0.3 * k - 1 for k in range(objective.dimension)]
    expected = objective_value(of(objective), w, FLOAT_LOSSES[loss], FLOATS)
    assert approximate(objective.graph, objective.node, w) == pytest.approx(float(expected), rel=1e-12)


def test_repeated_rows_are_merged_and_counted() -> None:
    once = network([1, 1, 1], "tanh", data=([[1], [2]], [[1], [0]]), bias=False)
    twice = network([1, 1, 1], "tanh", data=([[1], [2], [1], [2]], [[1], [0], [1], [0]]), bias=False)
    uneven = network([1, 1, 1], "tanh", data=([[1], [2], [1]], [[1], [0], [1]]), bias=False)
    assert approximate(once.graph, once.node, [0.5, 2.0]) == pytest.approx(
        approximate(twice.graph, twice.node, [0.5, 2.0]), rel=1e-15
    )
    expected = (2 * (2 * math.tanh(0.5) - 1) ** 2 + (2 * math.tanh(1)) ** 2) / 3
    assert approximate(uneven.graph, uneven.node, [0.5, 2.0]) == pytest.approx(expected, rel=1e-15)
    assert uneven.graph.ops.count(Op.TANH) == 2


@pytest.mark.parametrize(
    ("ridge", "expected"),
    [
        (0, {}),
        (
            "1/10",
            dict.fromkeys(["W1_1_1", "W1_2_1", "b1_1", "b1_2", "W2_1_1", "W2_1_2", "b2_1"], Fraction(1, 10)),
        ),
        ([0.5, 0], dict.fromkeys(["W1_1_1", "W1_2_1", "b1_1", "b1_2"], Fraction(1, 2))),
        ({"W2": 2, "b1": "1/3"}, {"W2_1_1": 2, "W2_1_2": 2, "b1_1": Fraction(1, 3), "b1_2": Fraction(1, 3)}),
        ({"W1": 1, "W1_2_1": 3}, {"W1_1_1": 1, "W1_2_1": 3}),
    ],
)
def test_ridges(ridge: Any, expected: dict[str, Fraction]) -> None:
    net = of(network([1, 2, 1], "tanh", data=([[1]], [[1]]), ridge=ridge))
    assert dict(zip(net.variables, net.ridge, strict=True)) == dict.fromkeys(net.variables, Fraction(0)) | expected


def test_one_ridge_is_a_parameter() -> None:
    assert network([1, 1], data=([1, 2], [0, 1]), ridge=0.1).parameters == {"ridge": Fraction(1, 10)}
    assert network([1, 1], data=([1, 2], [0, 1]), ridge={"W1": 0.1}).parameters == {}


def test_arrays_are_their_decimals() -> None:
    inputs = numpy.array([[0.1, 0.2], [0.3, 0.4]])
    net = of(network([2, 1], data=(inputs, numpy.array([1, 0])), ridge=numpy.float64(0.1)))
    assert net.inputs == ((Fraction(1, 10), Fraction(1, 5)), (Fraction(3, 10), Fraction(2, 5)))
    assert net.targets == ((1,), (0,))


def test_a_name_an_activation_a_layer_and_a_last_linear_one() -> None:
    data = ([[1]], [[1]])
    assert of(network([1, 2, 2, 1], ["tanh", "sin"], data=data)).activations == ("tanh", "sin")
    assert of(network([1, 2, 2, 1], ["tanh", "sin", "linear"], data=data)).activations == ("tanh", "sin")
    assert of(network([1, 2, 2, 1], "tanh", data=data)).activations == ("tanh", "tanh")
    assert (
        network([1, 2, 1], "tanh", data=data).name == "dense network 1-2-1, tanh, squared loss, biases, no ridge, 1 row"
    )
    assert network([1, 2, 1], "tanh", data=data, name="mine").name == "mine"


def test_long_formulas_are_described() -> None:
    data = ([[k] for k in range(50)], [[k] for k in range(50)])
    objective = network([1, 3, 1], "tanh", data=data)
    assert len(objective.expression) < MAXIMAL_SHOWN
    assert objective.expression == of(objective).describe()


@pytest.mark.parametrize(
    ("arguments", "what", "where"),
    [
        ({"widths": [1]}, "at least two layers", "network.widths"),
        ({"widths": [1, 0, 1]}, "at least one unit", "network.widths"),
        ({"widths": [1, 1.5, 1]}, "whole number", "network.widths, entry 2"),
        ({"widths": [1, True, 1]}, "a number is wanted", "network.widths, entry 2"),
        ({"widths": "1 2 1"}, "a list of", "network.widths"),
        ({"widths": [1, 10**9, 1]}, "more than 10,000 parameters", "network.widths"),
        ({"widths": [2, 2, 1]}, "a row of 1, but the network takes 2 numbers", "data.inputs, row 1"),
        ({"widths": [1, 2, 3]}, "a row of 1, but the network takes 3 numbers", "data.targets, row 1"),
        ({"activation": "tahn"}, "unknown name: 'tahn'. Did you mean tanh?", "network.activation"),
        ({"activation": ["tanh", "tanh"]}, "2 activations for 1 hidden layers", "network.activation"),
        ({"activation": 3}, "a name or a list of names", "network.activation"),
        ({"activation": None}, "activation is missing", "network"),
        ({"widths": [1, 1], "activation": "tanh"}, "no hidden layer", "network.activation"),
        ({"loss": "square"}, "Did you mean squared?", "network.loss"),
        ({"loss": "logistic"}, "must be -1 or 1", "data.targets, row 2"),
        ({"loss": "cross_entropy"}, "one output a class", "network.widths"),
        (
            {"loss": "cross_entropy", "widths": [1, 2, 2], "data": ([1], [2])},
            "label from 0 to 1",
            "data.targets, row 1",
        ),
        (
            {"loss": "cross_entropy", "widths": [1, 2, 2], "data": ([1], [0.5])},
            "label from 0 to 1",
            "data.targets, row 1",
        ),
        ({"ridge": "a"}, "not a finite number", "network.ridge"),
        ({"ridge": float("nan")}, "not a finite number", "network.ridge"),
        ({"ridge": [1, 2, 3]}, "3 ridges for 2 layers", "network.ridge"),
        (
            {"ridge": {"W3": 1}},
            "unknown group of parameters: 'W3'. Groups are W1, b1, W2, b2",
            "network.ridge",
        ),
        ({"ridge": {"W1": "x"}}, "not a finite number", "network.ridge.W1"),
        ({"bias": "yes"}, "true or false is wanted", "network.bias"),
        ({"kind": "conv"}, "unknown name", "network.kind"),
        ({"data": None}, "a network needs data", "data"),
        ({"data": ([1], [1], [1])}, "3 things", "data"),
        ({"data": ([1, 2], [1])}, "2 rows of inputs, but 1 of targets", "data"),
        ({"data": ([], [])}, "there are no rows", "data.inputs"),
        ({"data": ([[]], [[]])}, "a row of 0 numbers", "data.inputs, row 1"),
        ({"data": ([[1], [1, 2]], [1, 2])}, "a row of 2 numbers among rows of 1", "data.inputs, row 2"),
        ({"data": ([[1], [float("nan")]], [1, 2])}, "not a finite number", "data.inputs, row 2, column 1"),
        ({"data": ([[None]], [1])}, "a number is wanted here, not nothing", "data.inputs, row 1, column 1"),
        ({"data": {"inputs": ["petal"], "targets": [1]}}, "no file to take it from", "data.inputs"),
        ({"data": 5}, "a table is wanted", "data"),
    ],
)
def test_what_does_not_fit(arguments: dict[str, Any], what: str, where: str) -> None:
    base: dict[str, Any] = {
        "widths": [1, 2, 1],
        "activation": "tanh",
        "loss": "squared",
        "data": ([1, 2], [1, 3]),
    }
    with pytest.raises(InputError) as caught:
        network(**base | arguments)
    assert what in str(caught.value)
    assert caught.value.where == where


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        ({"kind": "conv1d"}, "not there yet"),
        ({"kind": "rnn"}, "not there yet"),
    ],
)
def test_what_is_not_there_yet(arguments: dict[str, Any], what: str) -> None:
    with pytest.raises(NotYetError, match=what):
        network([1, 2, 1], "tanh", data=([1], [1]), **arguments)


def test_degrees_beyond_all_bounds_are_refused() -> None:
    """Fifty cubic layers: a polynomial of degree 3**50, whose constants no computer holds."""
    with pytest.raises(InputError, match="binary digits"):
        network([1] * 52, "cubic", data=([2, 3], [1, 1]), bias=False)


def test_a_formula_too_large_is_refused() -> None:
    rows = [[k] * 40 for k in range(2_000)]
    with pytest.raises(InputError, match="operations"):
        network([40, 50, 1], "tanh", data=(rows, [[0]] * 2_000))


@pytest.mark.parametrize("loss", sorted(LOSSES))
def test_no_loss_is_ever_negative(loss: str) -> None:
    """`minimum` rests on it: with a ridge on every parameter f is bounded below by 0."""
    targets = {"logistic": [Fraction(1), Fraction(-1)], "cross_entropy": [Fraction(1)]}
    random = numpy.random.default_rng(0)
    graph = Graph()
    outputs = [graph.variable(0), graph.variable(1)]
    node = LOSSES[loss](graph, outputs, targets.get(loss, [Fraction(1, 3), Fraction(-2)]))
    tape = compile_tape(graph, [node], 2)
    places = random.normal(0.0, 4.0, (500, 2))
    assert evaluate_float(tape, places).min() >= 0.0
    below = compile_tape(graph, [graph.sub(node, graph.constant(1))], 2)  # the twin: one that may be
    near = numpy.array([[1 / 3, -2.0]]) if loss not in targets else numpy.array([[30.0, -30.0], [-30.0, 30.0]])
    assert evaluate_float(below, near).min() < 0.0
