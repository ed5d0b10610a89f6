"""The objective of a dense network, built from its data: J(w) = (1/N) sum_n L(yhat_n, y_n) + sum_k ridge_k w_k^2, and two facts about it:
a box that holds every stationary point, and the loss minimised over the output layer."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, pairwise
from math import prod
from typing import Any

from flint import arb

from strictsaddle_proofs.balls import ball
from strictsaddle_proofs.errors import Refused, Unchecked, require
from strictsaddle_proofs.expression import Formulas

LOSSES = ("squared", "logistic", "cross_entropy", "pseudo_huber", "log_cosh")
POWERS = {"linear": 1, "quadratic": 2, "cubic": 3}
PLAIN = ("tanh", "sigmoid", "softplus", "erf", "sin", "relu")
RATIONAL = re.compile(r"-?[0-9]{1,4000}(/[0-9]{1,4000})?")
MOST_PARAMETERS, MOST_ROWS = 2000, 100_000
# sup |s'| and sup |s| (None: unbounded), rounded up: sqrt(2/e), 2/sqrt(pi), 1.0998..., 1.1289...
SLOPES = {"linear": ("1", None), "tanh": ("1", "1"), "sigmoid": ("1/4", "1"), "softplus": ("1", None), "erf": ("11284/10000", "1"),
          "sin": ("1", "1"), "gaussian": ("858/1000", "1"), "swish": ("11/10", None), "gelu": ("1129/1000", None)}  # fmt: skip
# k and c with |z s'(z) - k s(z)| <= c for all z
EULER = {"linear": (1, "0"), "quadratic": (2, "0"), "cubic": (3, "0"), "softplus": (1, "6932/10000"), "swish": (1, "4393/10000"),
         "gelu": (1, "2936/10000"), "tanh": (0, "4478/10000"), "sigmoid": (0, "2240/10000"), "erf": (0, "4840/10000"),
         "gaussian": (0, "7358/10000")}  # fmt: skip


@dataclass(frozen=True)
class Network:
    """widths: input, hidden ..., output; one activation a hidden layer; one ridge a parameter, in the order W1 (row by row), b1, W2, ..."""

    widths: tuple[int, ...]
    activations: tuple[str, ...]
    loss: str
    bias: bool
    ridge: tuple[Fraction, ...]
    inputs: tuple[tuple[Fraction, ...], ...]
    targets: tuple[tuple[Fraction, ...], ...]

    @classmethod
    def of(cls, given: Any) -> Network:
        """From the claim. Raises Refused for what is not a dense network with data that fit it."""
        where = "network"
        keys = {"widths", "activations", "loss", "bias", "ridge", "inputs", "targets"}
        require(isinstance(given, dict) and set(given) == keys, "not a network", where)
        widths, activations = tuple(given.get("widths", ())), tuple(given.get("activations", ()))
        require(len(widths) >= 2 and all(type(w) is int and 0 < w <= MOST_PARAMETERS for w in widths), "widths", where)
        known = {*POWERS, *PLAIN, "gaussian", "swish", "gelu"}
        require(len(activations) == len(widths) - 2 and set(activations) <= known, "activations", where)
        require(given.get("loss") in LOSSES and type(given.get("bias")) is bool, "loss or bias", where)
        inputs, targets, ridge = (given.get(key) for key in ("inputs", "targets", "ridge"))
        require(
            isinstance(inputs, list) and isinstance(targets, list) and isinstance(ridge, list), "data or ridge", where
        )
        require(0 < len(inputs) == len(targets) <= MOST_ROWS, "numbers of rows", where)
        rows = [tuple(tuple(rational(x, where) for x in row) for row in table) for table in (inputs, targets)]
        made = cls(widths, activations, given["loss"], given["bias"], tuple(rational(x, where) for x in ridge), *rows)
        require(
            len(made.ridge) == sum((m + made.bias) * n for m, n in pairwise(widths)),
            "ridges",
            where,
        )
        wide = 1 if made.loss == "cross_entropy" else widths[-1]
        require(
            all(len(x) == widths[0] for x in made.inputs) and all(len(y) == wide for y in made.targets), "rows", where
        )
        allowed = {"logistic": (-1, 1), "cross_entropy": range(widths[-1])}.get(made.loss)
        require(allowed is None or all(y in allowed for row in made.targets for y in row), "labels", where)
        require(made.loss != "cross_entropy" or widths[-1] > 1, "one class", where)
        return made

    @property
    def names(self) -> list[str]:
        found = []
        for layer, (m, n) in enumerate(zip(self.widths, self.widths[1:], strict=False), start=1):
            found += [f"W{layer}_{i}_{j}" for i in range(1, n + 1) for j in range(1, m + 1)]
            found += [f"b{layer}_{i}" for i in range(1, n + 1)] if self.bias else []
        return found

    def parameters(self, layer: int) -> list[int]:
        """The numbers of the layer's unknowns; layers from 1."""
        prefixes = (f"W{layer}_", f"b{layer}_")
        return [k for k, name in enumerate(self.names) if name.startswith(prefixes)]

    def signals(self, formulas: Formulas, w: dict[str, int], x: Sequence[Fraction]) -> list[int]:
        """What the last hidden layer says of an input."""
        values = [formulas.constant(v) for v in x]
        for layer, name in enumerate(self.activations, start=1):
            values = [activate(formulas, name, z) for z in self.affine(formulas, w, layer, values)]
        return values

    def affine(self, formulas: Formulas, w: dict[str, int], layer: int, values: Sequence[int]) -> list[int]:
        found = []
        for i in range(1, self.widths[layer] + 1):
            parts = [
                (formulas.product([(w[f"W{layer}_{i}_{j}"], 1), (v, 1)]), 1) for j, v in enumerate(values, start=1)
            ]
            found.append(formulas.combination(parts + ([(w[f"b{layer}_{i}"], 1)] if self.bias else [])))
        return found

    def rows(self) -> Counter[tuple[tuple[Fraction, ...], tuple[Fraction, ...]]]:
        return Counter(zip(self.inputs, self.targets, strict=True))

    def objective(self, formulas: Formulas) -> int:
        """The node of J."""
        w = {name: formulas.variable(k) for k, name in enumerate(self.names)}
        parts = [(formulas.product([(formulas.variable(k), 2)]), r) for k, r in enumerate(self.ridge)]
        for (x, y), count in self.rows().items():
            outputs = self.affine(formulas, w, len(self.widths) - 1, self.signals(formulas, w, x))
            parts.append((self._loss(formulas, outputs, y), Fraction(count, len(self.inputs))))
        return formulas.combination(parts)

    def _loss(self, formulas: Formulas, outputs: Sequence[int], y: Sequence[Fraction]) -> int:
        f, combination = formulas.function, formulas.combination
        if self.loss == "logistic":
            return combination([(f("softplus", combination([(z, -t)])), 1) for z, t in zip(outputs, y, strict=True)])
        if self.loss == "cross_entropy":
            right = int(y[0])
            margins = [combination([(z, 1), (outputs[right], -1)]) for k, z in enumerate(outputs) if k != right]
            if len(margins) == 1:
                return f("softplus", margins[0])
            return f("log", combination([(f("exp", m), 1) for m in margins], 1))
        residuals = [combination([(z, 1)], -t) for z, t in zip(outputs, y, strict=True)]
        squares = [formulas.product([(r, 2)]) for r in residuals]
        if self.loss == "squared":
            return combination([(s, 1) for s in squares])
        if self.loss == "pseudo_huber":
            return combination([(f("sqrt", combination([(s, 1)], 1)), 1) for s in squares], -len(squares))
        return combination([(f("log", f("cosh", r)), 1) for r in residuals])


def activate(formulas: Formulas, name: str, z: int) -> int:
    if name in POWERS:
        return formulas.product([(z, POWERS[name])])
    if name == "gaussian":
        return formulas.function("exp", formulas.combination([(formulas.product([(z, 2)]), -1)]))
    if name == "swish":
        return formulas.product([(z, 1), (formulas.function("sigmoid", z), 1)])
    if name == "gelu":
        scaled = formulas.product([(z, 1), (formulas.function("sqrt", formulas.constant(2)), -1)])
        gate = formulas.combination([(formulas.function("erf", scaled), Fraction(1, 2))], Fraction(1, 2))
        return formulas.product([(z, 1), (gate, 1)])
    return formulas.function(name, z)


def rational(given: Any, where: str) -> Fraction:
    """A number of the claim: an integer, or text such as "-3/4". Raises Refused for others."""
    good = type(given) is int or (type(given) is str and RATIONAL.fullmatch(given))
    require(good, "not a rational number", where)
    try:
        return Fraction(given)
    except (ValueError, ZeroDivisionError):  # more digits than Python reads
        raise Refused("not a rational number", where) from None


def loss_at_zero(network: Network) -> arb:
    """The mean of L(0, y_n)."""
    total = arb(0)
    for row in network.targets:
        if network.loss == "squared":
            total += sum((ball(y * y) for y in row), arb(0))
        elif network.loss == "pseudo_huber":
            total += sum(((1 + ball(y * y)).sqrt() - 1 for y in row), arb(0))
        elif network.loss == "log_cosh":
            total += sum((ball(y).cosh().log() for y in row), arb(0))
        else:
            total += len(row) * arb(2).log() if network.loss == "logistic" else arb(network.widths[-1]).log()
    return total / len(network.targets)


def output_energy(network: Network, slack: Fraction = Fraction(0)) -> arb:
    """A bound on R, the sum of ridge_k w_k^2 over the output layer, at every w with |g(w)| <= slack.

    At a stationary point scaling the layer gives mean L'.yhat = -2 R, and L(0) >= L(yhat) - L'.yhat by convexity: mean L + 2 R <= L0.
    For the squared loss rho^2 + eta^2 + 2 R = L0 with R <= rho eta, so 4 R <= L0. With a slack e, J(w) is at most its minimum over the
    layer plus e^2/(4 r), r the least ridge there, as it is 2r-strongly convex: R <= L0 + e^2/(4 r).
    """
    start = loss_at_zero(network)
    if not slack:
        return start / (4 if network.loss == "squared" else 2)
    least = min(network.ridge[k] for k in network.parameters(len(network.widths) - 1))
    return start + ball(slack * slack / (4 * least))


def ridge_bound(network: Network, slack: Fraction = Fraction(0)) -> list[arb]:
    """For each parameter a bound on its size wherever |g(w)| <= slack. Raises Unchecked where the argument gives none.

    Output layer: by `output_energy`. A hidden weight: 2 ridge |w| <= mean sum_o |L'_o| |d yhat_o/d w| + slack, where the chain rule
    bounds the derivatives by later weights, slopes of activations and sizes of inputs; |L'| <= 1 but for the squared loss, where L' = 2
    r and sqrt(R) rho <= (3 sqrt 3/8) L0/2, so that rho counts as (3 sqrt 3/8) sqrt(L0) beside an output weight of at most sqrt(R/ridge).
    A layer: 2 R_l <= k 2 (R_(l+1) - B_(l+1)) + c sum_j mean |(W' delta)_j| by EULER (scaling the layer), B_(l+1) >= 0. The smaller
    counts. With a slack e the scalings err by at most e |w| over the layer.
    """
    if not all(r > 0 for r in network.ridge) or any(name == "relu" for name in network.activations):
        raise Unchecked("no bound on the stationary points of this network is known here")
    layers, names = len(network.widths) - 1, network.names
    ridge, e = [ball(r) for r in network.ridge], ball(slack)
    bound: dict[str, arb] = {}
    energy = output_energy(network, slack)
    last = network.parameters(layers)
    for k in last:
        bound[names[k]] = (energy / ridge[k]).sqrt()
    root = (
        loss_at_zero(network) + (ball(slack * slack / (4 * min(network.ridge[k] for k in last))) if slack else 0)
    ).sqrt()
    residual = root if slack else root * arb(27).sqrt() / 8
    lipschitz = network.loss != "squared"

    def steepness(root_mean_square: arb, mean: arb) -> arb:
        return mean if lipschitz else 2 * residual * root_mean_square

    def least(of: Sequence[int]) -> arb:
        return ball(min(network.ridge[k] for k in of))

    pull = 2 * energy + 2 * e * (energy / least(last)).sqrt()
    behind: list[arb] | None = [arb(1)] * network.widths[-1]
    for layer in range(layers - 1, 0, -1):
        name, own = network.activations[layer - 1], network.parameters(layer)
        width, above = network.widths[layer], network.widths[layer + 1]
        carried = None
        if behind is not None:
            carried = [
                sum((behind[i - 1] * bound[f"W{layer + 1}_{i}_{j}"] for i in range(1, above + 1)), arb(0))
                for j in range(1, width + 1)
            ]
        options: dict[int, list[arb]] = {k: [] for k in own}
        scaled = None
        if name in EULER:
            degree, gap = EULER[name]
            scaled = degree * pull
            if Fraction(gap):
                scaled = (
                    None
                    if carried is None
                    else scaled + ball(Fraction(gap)) * sum(carried, arb(0)) * steepness(arb(1), arb(1))
                )
        if scaled is not None:
            slope = e / least(own).sqrt()
            energy = ((slope + (slope * slope + 8 * scaled).sqrt()) / 4) ** 2
            for k in own:
                options[k].append((energy / ridge[k]).sqrt())
        influence = None
        if carried is not None and name in SLOPES:
            influence = [ball(Fraction(SLOPES[name][0])) * part for part in carried]
            for k in own:
                size = _input_size(network, layer, names[k])
                if size is not None:
                    unit = int(names[k].split("_")[1])
                    options[k].append((influence[unit - 1] * steepness(*size) + e) / (2 * ridge[k]))
        for k in own:
            if not options[k]:
                raise Unchecked("no bound on the stationary points of this network is known here")
            bound[names[k]] = min(options[k], key=lambda value: float(value.upper()))
        if scaled is None:
            energy = sum((ridge[k] * bound[names[k]] ** 2 for k in own), arb(0))
        pull = 2 * energy + 2 * e * (energy / least(own)).sqrt()
        behind = influence
    return [bound[name] for name in names]


def _input_size(network: Network, layer: int, name: str) -> tuple[arb, arb] | None:
    """sqrt(mean a^2) and mean |a| of the input a that a parameter multiplies, or bounds of them; 1 for a bias."""
    if name.startswith("b"):
        return arb(1), arb(1)
    if layer == 1:
        column = [row[int(name.split("_")[2]) - 1] for row in network.inputs]
        return ball(sum((x * x for x in column), Fraction(0)) / len(column)).sqrt(), ball(
            sum(map(abs, column), Fraction(0)) / len(column)
        )
    size = SLOPES.get(network.activations[layer - 2], ("", None))[1]
    return None if size is None else (ball(Fraction(size)), ball(Fraction(size)))


def reduced(network: Network, formulas: Formulas) -> tuple[int, list[int]]:
    """The least loss over the output layer, as a node in the hidden parameters (renumbered), and their numbers.

    J is a strictly convex quadratic in the output layer, so its stationary points are those of the minimum phi over it, with index and
    nullity (Haynsworth: inertia of the Hessian = that of the definite block + that of its Schur complement). By Cauchy and Binet phi =
    ridge terms + sum over outputs of N/D: D sums p_T l_(not C) det(s_T,C)^2 over sets T of rows and C of signals with |T| = |C|, N sums
    p_T l_(not C) det([s_T,C | y_T])^2 over |T| = |C| + 1, where p are the shares of the rows and l the ridges of the output weights.
    """
    layers = len(network.widths) - 1
    last = network.parameters(layers)
    require(
        network.loss == "squared" and layers >= 2 and all(network.ridge[k] > 0 for k in last),
        "the output layer cannot be eliminated",
        "network",
    )
    kept = [k for k in range(len(network.ridge)) if k not in last]
    names = network.names
    w = {names[k]: formulas.variable(position) for position, k in enumerate(kept)}
    table = list(network.rows().items())
    shares = [Fraction(count, len(network.inputs)) for _, count in table]
    signals = [
        network.signals(formulas, w, x) + ([formulas.constant(1)] if network.bias else []) for (x, _), _ in table
    ]
    parts = [
        (formulas.product([(formulas.variable(position), 2)]), network.ridge[k]) for position, k in enumerate(kept)
    ]

    def squares(extra: Sequence[Sequence[int]], ridge: Sequence[Fraction]) -> int:
        more, terms = len(extra[0]), []
        for size in range(min(len(signals) - more, len(ridge)) + 1):
            for rows in combinations(range(len(signals)), size + more):
                for columns in combinations(range(len(ridge)), size):
                    factor = prod((shares[n] for n in rows), start=Fraction(1))
                    factor *= prod((r for i, r in enumerate(ridge) if i not in columns), start=Fraction(1))
                    minor = _determinant(formulas, [[*(signals[n][i] for i in columns), *extra[n]] for n in rows])
                    terms.append((formulas.product([(minor, 2)]), factor))
                    require(len(terms) <= 5000, "too many minors", "network")
        return formulas.combination(terms)

    for unit in range(1, network.widths[-1] + 1):
        own = [k for k in last if names[k].split("_")[1] == str(unit)]
        ridge = [network.ridge[k] for k in own]
        above = squares([[formulas.constant(y[unit - 1])] for (_, y), _ in table], ridge)
        parts.append((formulas.product([(above, 1), (squares([[]] * len(table), ridge), -1)]), Fraction(1)))
    return formulas.combination(parts), kept


def _determinant(formulas: Formulas, matrix: Sequence[Sequence[int]]) -> int:
    if not matrix:
        return formulas.constant(1)
    terms = []
    for k, row in enumerate(matrix):
        rest = [list(other[1:]) for i, other in enumerate(matrix) if i != k]
        terms.append((formulas.product([(row[0], 1), (_determinant(formulas, rest), 1)]), -1 if k % 2 else 1))
    return formulas.combination(terms)
