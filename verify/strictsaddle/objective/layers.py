"""Activations and losses of networks, as nodes of an expression graph."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from strictsaddle.formula import kinked
from strictsaddle.formula.graph import Graph, Op

Activation = Callable[[Graph, int], int]
Loss = Callable[[Graph, Sequence[int], Sequence[Fraction]], int]


def _gaussian(graph: Graph, z: int) -> int:
    return graph.unary(Op.EXP, graph.neg(graph.power(z, 2)))


def _swish(graph: Graph, z: int) -> int:
    return graph.mul(z, graph.unary(Op.SIGMOID, z))


def _gelu(graph: Graph, z: int) -> int:
    scaled = graph.div(z, graph.unary(Op.SQRT, graph.constant(2)))
    gate = graph.add(graph.constant(1), graph.unary(Op.ERF, scaled))
    return graph.mul(graph.constant(Fraction(1, 2)), graph.mul(z, gate))


def _function(op: Op) -> Activation:
    return lambda graph, z: graph.unary(op, z)


ACTIVATIONS: dict[str, Activation] = {
    "linear": lambda graph, z: z,
    "quadratic": lambda graph, z: graph.power(z, 2),
    "cubic": lambda graph, z: graph.power(z, 3),
    "tanh": _function(Op.TANH),
    "sigmoid": _function(Op.SIGMOID),
    "softplus": _function(Op.SOFTPLUS),
    "erf": _function(Op.ERF),
    "sin": _function(Op.SIN),
    "gaussian": _gaussian,  # exp(-z**2)
    "swish": _swish,  # z*sigmoid(z)
    "gelu": _gelu,  # z*(1 + erf(z/sqrt(2)))/2
    "relu": _function(Op.RELU),
    "leaky_relu": kinked.leaky_relu,  # z for z > 0, z/100 below
}
POWERS = {"linear": 1, "quadratic": 2, "cubic": 3}  # activations that are powers of their argument


def _residuals(graph: Graph, outputs: Sequence[int], targets: Sequence[Fraction]) -> list[int]:
    return [
        graph.sub(z, graph.constant(y)) if y > 0 else graph.add(z, graph.constant(-y))
        for z, y in zip(outputs, targets, strict=True)
    ]


def _squared(graph: Graph, outputs: Sequence[int], targets: Sequence[Fraction]) -> int:
    return graph.total(graph.power(r, 2) for r in _residuals(graph, outputs, targets))


def _logistic(graph: Graph, outputs: Sequence[int], targets: Sequence[Fraction]) -> int:
    products = (graph.mul(graph.constant(-y), z) for z, y in zip(outputs, targets, strict=True))
    return graph.total(graph.unary(Op.SOFTPLUS, product) for product in products)


def _cross_entropy(graph: Graph, outputs: Sequence[int], targets: Sequence[Fraction]) -> int:
    """-log softmax(z)_y = log(1 + sum over k != y of exp(z_k - z_y)): nothing cancels, and two classes are softplus."""
    right = outputs[int(targets[0])]
    margins = [graph.sub(z, right) for k, z in enumerate(outputs) if k != int(targets[0])]
    if len(margins) == 1:
        return graph.unary(Op.SOFTPLUS, margins[0])
    terms = [graph.constant(1), *(graph.unary(Op.EXP, margin) for margin in margins)]
    return graph.unary(Op.LOG, graph.total(terms))


def _pseudo_huber(graph: Graph, outputs: Sequence[int], targets: Sequence[Fraction]) -> int:
    one = graph.constant(1)
    roots = (graph.unary(Op.SQRT, graph.add(one, graph.power(r, 2))) for r in _residuals(graph, outputs, targets))
    return graph.total(graph.sub(root, one) for root in roots)


def _log_cosh(graph: Graph, outputs: Sequence[int], targets: Sequence[Fraction]) -> int:
    residuals = _residuals(graph, outputs, targets)
    return graph.total(graph.unary(Op.LOG, graph.unary(Op.COSH, r)) for r in residuals)


def _hinge(graph: Graph, outputs: Sequence[int], targets: Sequence[Fraction]) -> int:
    margins = (graph.mul(graph.constant(y), z) for z, y in zip(outputs, targets, strict=True))
    return graph.total(kinked.hinge(graph, margin) for margin in margins)


def _huber(graph: Graph, outputs: Sequence[int], targets: Sequence[Fraction]) -> int:
    return graph.total(kinked.huber(graph, r) for r in _residuals(graph, outputs, targets))


LOSSES: dict[str, Loss] = {
    "squared": _squared,  # sum of (z - y)**2
    "logistic": _logistic,  # sum of log(1 + exp(-y*z)), y in {-1, 1}
    "cross_entropy": _cross_entropy,  # -log softmax(z)_y, the target an integer label
    "pseudo_huber": _pseudo_huber,  # sum of sqrt(1 + (z - y)**2) - 1
    "log_cosh": _log_cosh,  # sum of log(cosh(z - y))
    "hinge": _hinge,  # sum of max(0, 1 - y*z), y in {-1, 1}
    "huber": _huber,  # sum of r**2/2 up to |r| = 1, |r| - 1/2 beyond
}
LABELLED = frozenset({"logistic", "cross_entropy", "hinge"})  # targets name classes
