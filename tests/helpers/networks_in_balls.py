"""Networks whose output layer is solved for in balls of 200 bits, against what forms say of it and of the gradient."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from flint import arb, arb_mat
from form_values import ball_value

import strictsaddle as ss
from strictsaddle.arithmetic.evaluate import evaluate_arb, evaluate_float
from strictsaddle.arithmetic.exact import at_precision, ball
from strictsaddle.certify.krawczyk import hessian, hessian_in_doubles
from strictsaddle.covering.forms import model
from strictsaddle.covering.forms.function_table import coefficients_at
from strictsaddle.covering.forms.layout import Layout, layout_of, loss_graph, tables_of
from strictsaddle.covering.forms.squared_loss import cubic_index
from strictsaddle.covering.ridge_bounds import ridge_bound
from strictsaddle.derive.derivatives import Derivation, derive
from strictsaddle.formula.graph import Graph
from strictsaddle.objective.layers import ACTIVATIONS

Array = Any
BITS = 200


@dataclass
class Modelled:
    """A network with all that the forms on one box of its hidden parameters are made of."""

    objective: ss.Objective
    derivation: Derivation
    net: Layout
    activations: Any
    loss: Any
    hidden: list[int]
    output: list[int]
    forms: Array
    sizes: Array
    hulls: Array
    cubic: Array

    @classmethod
    def of(cls, objective: ss.Objective) -> Modelled:
        network = objective.network
        assert network is not None
        bounds = ridge_bound(network)
        assert not isinstance(bounds, str)
        net = layout_of(network, np.array(bounds))
        hidden, output = list(network.hidden_parameters), list(network.output_parameters)
        n, rows = len(hidden), model.rows_needed(net)
        tables = tables_of(network, np.array(bounds))
        assert tables is not None
        return cls(objective, derive(objective), net, *tables, hidden, output,
                   np.zeros((rows + n, 1 + n + n * (n + 1) // 2)), np.zeros((rows + n, 3)),
                   np.empty((net.inputs.shape[0], net.parameter.shape[1], 4)), cubic_index(n))  # fmt: skip

    def fill(self, middle: Array, radius: Array, whole_model: Any = model.whole_model) -> bool:
        made: bool = whole_model(
            self.net, self.activations, self.loss, middle, radius, self.forms, self.sizes, self.hulls, self.cubic
        )
        return made

    def truth(self, w: Array) -> list[arb]:
        """All unknowns at hidden parameters w, the output layer being where it is best: by Newton's method in balls, up to their width."""
        n = self.derivation.dimension
        point = np.zeros(n)
        point[self.hidden] = w
        for _ in range(200):
            slope = evaluate_float(self.derivation.gradient_tape, point[None])[0][self.output]
            block = hessian_in_doubles(self.derivation, point)[np.ix_(self.output, self.output)]
            step = np.linalg.solve(block, slope)
            point[self.output] -= step / max(1.0, np.max(np.abs(step)))
            if np.max(np.abs(step)) < 1e-13:
                break
        with at_precision(BITS):
            balls = [arb(float(x)) for x in point]
            return self._polished(balls)

    def half_gradient(self, point: list[arb]) -> list[arb]:
        with at_precision(BITS):
            slopes = evaluate_arb(self.derivation.gradient_tape, point)
            return [slopes[i] / 2 for i in self.hidden]

    def half_slopes(self, point: list[arb]) -> list[arb]:
        """L'(z, y) / 2 of each row and output, by a pass through the network."""
        network = self.objective.network
        assert network is not None
        found = []
        with at_precision(BITS):
            for inputs, targets in network.rows():
                signals = [ball(x) for x in inputs]
                for layer in range(1, network.layers + 1):
                    sums = []
                    for unit in network.units(layer):
                        total = sum(
                            (point[network.weight(layer, unit, k + 1)] * x for k, x in enumerate(signals)), arb(0)
                        )
                        own = network.offset(layer, unit)
                        sums.append(total if own is None else total + point[own])
                    signals = sums
                    if layer < network.layers:
                        graph = Graph()
                        node = ACTIVATIONS[network.activations[layer - 1]](graph, graph.variable(0))
                        signals = [coefficients_at(graph, node, z, 1)[0] for z in sums]
                for z, y in zip(signals, targets, strict=True):
                    if network.loss == "squared":
                        found.append(z - ball(y))
                        continue
                    factor = -ball(y) if network.loss == "logistic" else arb(1)
                    u = factor * z if network.loss == "logistic" else z - ball(y)
                    found.append(factor * coefficients_at(*loss_graph(network.loss), u, 2)[1] / 2)
        return found

    def violations(self, rng: Any, boxes: int, points: int, whole_model: Any = model.whole_model) -> list[str]:
        """Points of random boxes at which an output weight or half the gradient is not within its form."""
        found = []
        n = len(self.hidden)
        for _ in range(boxes):
            middle = rng.uniform(-1.5, 1.5, n)
            radius = 10 ** rng.uniform(-4, 0.3) * rng.uniform(0, 1, n) * (rng.uniform(0, 1, n) > 0.15)
            with np.errstate(all="ignore"):  # mutants are plain Python, and beyond the tables errors are infinite
                made = self.fill(middle, radius, whole_model)
            if not made:
                continue
            for k in range(points):
                eps = rng.choice([-1.0, 1.0], n) if k % 2 else rng.uniform(-1, 1, n)
                with at_precision(BITS):
                    w = [
                        arb(float(m)) + arb(float(r)) * arb(float(e))
                        for m, r, e in zip(middle, radius, eps, strict=True)
                    ]
                    point = self.truth(np.array([float(x) for x in w]))
                    # the doubles next to w are not w: Newton's method from there, at w itself
                    for i, x in zip(self.hidden, w, strict=True):
                        point[i] = x
                    point = self._polished(point)
                    wanted = [(self.net.v + a, point[i], f"v{a}") for a, i in enumerate(self.output)]
                    wanted += [(self.net.r + a, r, f"r{a}") for a, r in enumerate(self.half_slopes(point))]
                    wanted += [(self.net.g + a, g, f"g{a}") for a, g in enumerate(self.half_gradient(point))]
                    for form, true, name in wanted:
                        gap, error = abs(ball_value(self.forms[form], eps) - true), float(self.sizes[form, 2])
                        # beyond the tables an error is infinite or undefined, and nothing is said
                        if error < np.inf and not gap.lower() <= arb(error):
                            found.append(f"{name} at {eps.tolist()} of {middle.tolist()} +- {radius.tolist()}")
        return found

    def _polished(self, point: list[arb]) -> list[arb]:
        for _ in range(6):
            g = evaluate_arb(self.derivation.gradient_tape, point)
            h = hessian(self.derivation, point)
            block = arb_mat([[h[i, j] for j in self.output] for i in self.output])
            move = block.solve(arb_mat([[g[i]] for i in self.output]))
            for k, i in enumerate(self.output):
                point[i] = arb((point[i] - move[k, 0]).mid())
        return point
