"""A network's loss minimised over its output layer: a search in the hidden parameters alone.

With squared loss and a ridge on each output parameter J(w, v) is a strictly convex quadratic in the output layer v. Let
v*(w) be its minimum and phi(w) = J(w, v*(w)). By the chain rule grad phi(w) is the gradient of J in w at (w, v*(w)), so
(w, v*(w)) are the stationary points of J for w those of phi. The Hessian of phi is the Schur complement of the positive
definite block A = H_vv in the Hessian of J, whose inertia is that of A and phi's together (Haynsworth 1968). So J and phi
have the same saddles, minima and degenerate points; J has no maxima. (Variable projection: Golub, Pereyra 1973.)

For one output with p_n the weights of the rows, s_n their signals, y_n their targets and l_i the ridges, Cauchy and Binet
make phi a quotient of sums of squares, which enclosures like: over all sets T of rows and C of signals

    phi = N / D,   D = sum over |T| = |C| of p_T l_(not C) det(s_T,C)^2,
                   N = sum over |T| = |C| + 1 of p_T l_(not C) det([s_T,C | y_T])^2,

p_T and l_(not C) being products. D >= the product of all l_i > 0. Outputs add up.

It pays where there are no more rows than signals: then the ridge alone makes A definite, the search in all unknowns
(`covering.block`) narrows v late, and the formula is short. (Three tanh units on two points: 20 million boxes without.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import comb, prod

from flint import arb, arb_mat

from strictsaddle.arithmetic.evaluate import evaluate_arb
from strictsaddle.arithmetic.exact import at_precision
from strictsaddle.certify.krawczyk import hessian
from strictsaddle.derive.derivatives import Derivation
from strictsaddle.formula.graph import Graph
from strictsaddle.networks.network import hidden_signals
from strictsaddle.objective.architecture import Network
from strictsaddle.objective.objective import Objective

MOST_MINORS = 60
PRECISION = 128


@dataclass(frozen=True)
class Reduced:
    """`objective`: phi, in those of J's unknowns (`derivation`) whose numbers are `kept`."""

    objective: Objective
    derivation: Derivation
    kept: tuple[int, ...]

    def lifted(self, point: Sequence[arb]) -> list[arb] | None:
        """(w, v*(w)) for all w in the balls, in the order of J's unknowns; None when they are too wide for it."""
        n = self.derivation.dimension
        place = {i: k for k, i in enumerate(self.kept)}
        others = [i for i in range(n) if i not in place]
        with at_precision(PRECISION):
            try:
                start = [point[place[i]] if i in place else arb(0) for i in range(n)]
                slope = evaluate_arb(self.derivation.gradient_tape, start)
                matrix = hessian(self.derivation, start)
                block = arb_mat([[matrix[i, j] for j in others] for i in others])
                step = block.solve(arb_mat([[slope[i]] for i in others]))
            except ZeroDivisionError:
                return None
        for k, i in enumerate(others):
            start[i] = -step[k, 0]
        return start


def reduced(derivation: Derivation) -> Reduced | None:
    """The smaller search of a dense network on R^n; None where it isn't one, or where the search in all unknowns is better."""
    network = derivation.objective.network
    if network is None or network.kind != "dense" or network.loss != "squared" or network.layers < 2:
        return None
    if not derivation.objective.domain.everything:
        return None
    rows = network.rows()
    signals = network.widths[-2] + network.bias
    ridges = [
        [network.ridge[i] for i in network.incoming(network.layers, unit)] for unit in network.units(network.layers)
    ]
    if len(rows) > signals:
        return None
    minors = sum(comb(len(rows), k) * comb(signals, k) for k in range(min(len(rows), signals) + 1))
    if min(min(row) for row in ridges) <= 0 or minors > MOST_MINORS:
        return None
    kept = network.hidden_parameters
    graph = Graph()
    node = _least(network, graph, {i: graph.variable(k) for k, i in enumerate(kept)}, ridges)
    names = [derivation.objective.variables[i] for i in kept]
    least = Objective.from_graph("the least loss over the output layer", names, graph, node, expression="")
    return Reduced(least, derivation, kept)


def _least(network: Network, graph: Graph, weights: dict[int, int], ridges: Sequence[Sequence[Fraction]]) -> int:
    """phi as a node in the hidden parameters."""
    rows = network.rows()
    signals = []
    for inputs, _ in rows:
        made = hidden_signals(network, graph, weights, inputs)
        signals.append([*made, graph.constant(1)] if network.bias else made)
    shares = [Fraction(count, len(network.inputs)) for count in rows.values()]
    terms = [graph.mul(graph.constant(network.ridge[i]), graph.power(node, 2)) for i, node in weights.items()]
    for unit, ridge in enumerate(ridges):
        targets = [row[1][unit] for row in rows]
        below = _sum_of_squares(graph, signals, [[]] * len(rows), shares, ridge)
        above = _sum_of_squares(graph, signals, [[graph.constant(y)] for y in targets], shares, ridge)
        terms.append(graph.div(above, below))
    return graph.total(terms)


def _sum_of_squares(graph: Graph, signals: Sequence[Sequence[int]], last: Sequence[Sequence[int]],
                    shares: Sequence[Fraction], ridge: Sequence[Fraction]) -> int:  # fmt: skip
    """D, or N when `last` holds the targets as one more column."""
    more, terms = len(last[0]), []
    for size in range(min(len(signals) - more, len(ridge)) + 1):
        for rows in combinations(range(len(signals)), size + more):
            for columns in combinations(range(len(ridge)), size):
                factor = prod((shares[n] for n in rows), start=Fraction(1))
                factor *= prod((ridge[i] for i in range(len(ridge)) if i not in columns), start=Fraction(1))
                minor = _determinant(graph, [[*(signals[n][i] for i in columns), *last[n]] for n in rows])
                terms.append(graph.mul(graph.constant(factor), graph.power(minor, 2)))
    return graph.total(terms)


def _determinant(graph: Graph, matrix: Sequence[Sequence[int]]) -> int:
    """By the first column; 1 for the empty matrix."""
    if not matrix:
        return graph.constant(1)
    terms = []
    for k, row in enumerate(matrix):
        rest = [other[1:] for other in (*matrix[:k], *matrix[k + 1 :])]
        term = graph.mul(row[0], _determinant(graph, rest))
        terms.append(graph.neg(term) if k % 2 else term)
    return graph.total(terms)
