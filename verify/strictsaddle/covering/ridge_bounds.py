"""A box that holds every stationary point of a network's loss with a ridge: a bound for all of R^n.

Let J(w) = (1/N) sum_n L(yhat_n, y_n) + sum_k ridge_k w_k^2 with all ridge_k > 0 and L >= 0 convex in the outputs, and
let w be stationary.

Output layer. Let R = sum of ridge_k w_k^2 over the output layer (V, b), whose outputs are linear in it. Scaling this
layer by t, mean L(t yhat) + t^2 R is stationary at t = 1, that is mean L'.yhat = -2 R. L is convex, L(0) >= L(yhat) -
L'.yhat, hence

    mean L + 2 R <= L0 := (1/N) sum_n L(0, y_n),  so R <= L0 / 2.                                         (1)

For the squared loss with rho^2 = mean |r|^2 and eta^2 = mean |yhat|^2 this is an equation, rho^2 + eta^2 + 2 R = L0,
and R = -mean r.yhat <= rho eta. So L0 >= 2 rho eta + 2 R >= 4 R, and rho + R/rho <= sqrt(L0), which makes

    sqrt(R) rho <= (3/4)^(3/2) (1/4)^(1/2) L0 = sqrt(L0)/2 * (3 sqrt(3)/8) sqrt(L0).                      (2)

Either way |w_k| <= sqrt(R / ridge_k) for each k in the output layer.

Hidden layers. For a hidden weight, 2 ridge_k |w_k| = |d mean L / d w_k| <= mean_n sum_o |L'_o| |d yhat_o / d w_k|.
The chain rule bounds |d yhat_o / d w_k| by products of bounds of the later layers' weights, slopes sup|s'| of the
activations, and sizes of this layer's inputs: the data for the first layer, sup|s| for later ones (so these need
bounded activations). For the slope of the loss: |L'_o| <= 1 for logistic, cross_entropy, pseudo_huber and log_cosh.
For squared loss L' = 2 r, and Cauchy-Schwarz gives mean_n |r_o| |x_n| <= rho sqrt(mean x^2); each product holds one
output weight, at most sqrt(R / ridge_k), and rho, so (2) bounds it as if rho were (3 sqrt(3)/8) sqrt(L0).

Layers with a ridge of R_l in all and of B_l on the biases. Scaling layer l, mean delta_l.z_l = -2 R_l at a stationary
point, where z_l are its pre-activations and delta_l = dL/dz_l. Where |z s'(z) - k s(z)| <= kappa for all z (Euler's
relation when kappa = 0), delta_l.z_l differs from k delta_{l+1}.(z_{l+1} - b_{l+1}) by at most kappa sum_j |(W'
delta_{l+1})_j|, and mean delta_{l+1}.b_{l+1} = -2 B_{l+1}. So

    2 R_l <= 2 k (R_{l+1} - B_{l+1}) + kappa sum_j mean |(W_{l+1}' delta_{l+1})_j|,                       (3)

from the output layer down, whatever the growth of s: for linear, quadratic and cubic activations R_l = k (R_{l+1} -
B_{l+1}). The smaller of the two bounds counts.

All this is computed in Arb balls and rounded up.

With a slack e the same holds for every w with |g(w)| <= e, for Definition 2. J is strongly convex in the output
layer, with modulus 2 r, r the least of its ridges, so J(w) <= min over the output layer + e^2 / (4 r): mean L and R
are at most L0 + e^2 / (4 r), instead of (1) and (2). For a hidden weight 2 ridge_k |w_k| <= |d mean L / d w_k| + e. In (3)
mean delta_l.z_l + 2 R_l and mean delta_l.b_l + 2 B_l are w.g over the layer and over its biases, each at most e |w| <=
e sqrt(R_l / r_l), r_l the least ridge of the layer.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from flint import arb

from strictsaddle.arithmetic.exact import rational
from strictsaddle.arithmetic.tape import outward
from strictsaddle.networks.network import Network

# sup|s'| and sup|s| (None: unbounded) over the whole line, rounded up where they are not attained rationals.
# gaussian: |2x exp(-x^2)| <= sqrt(2/e) < 0.858. erf: 2/sqrt(pi) < 1.1284. swish: s' = sigma(1 + x(1 - sigma)) < 1.0999.
# gelu: s' = Phi + x phi, extreme at x = sqrt(2): Phi(sqrt 2) + sqrt(2) phi(sqrt 2) < 1.1290.
SLOPES: dict[str, tuple[str, str | None]] = {
    "linear": ("1", None),
    "tanh": ("1", "1"),
    "sigmoid": ("1/4", "1"),
    "softplus": ("1", None),
    "erf": ("11284/10000", "1"),
    "sin": ("1", "1"),
    "gaussian": ("858/1000", "1"),
    "swish": ("11/10", None),
    "gelu": ("1129/1000", None),
}
# (k, kappa) with |z s'(z) - k s(z)| <= kappa for all z. softplus: between -log 2 and 0. swish: z^2 sigma (1 - sigma), at
# most u^2 - 1 with u tanh u = 1. gelu: z^2 phi(z), at most 2 phi(sqrt 2). The bounded ones have k = 0: sup |z s'(z)|, for
# tanh where 2 z tanh z = 1, for erf at 1 / sqrt 2, for gaussian at 1.
EULER: dict[str, tuple[int, str]] = {
    "linear": (1, "0"),
    "quadratic": (2, "0"),
    "cubic": (3, "0"),
    "softplus": (1, "6932/10000"),
    "swish": (1, "4393/10000"),
    "gelu": (1, "2936/10000"),
    "tanh": (0, "4478/10000"),
    "sigmoid": (0, "2240/10000"),
    "erf": (0, "4840/10000"),
    "gaussian": (0, "7358/10000"),
}
LIPSCHITZ = {"logistic": 1, "cross_entropy": 1, "pseudo_huber": 1, "log_cosh": 1}


def _ball(value: Fraction | str | int) -> arb:
    exact = Fraction(value)
    return arb(rational(exact))


def _top(values: list[arb]) -> arb:
    largest = values[0]
    for value in values[1:]:
        largest = largest.max(value)
    return largest


def _loss_at_zero(network: Network) -> arb:
    """mean_n L(0, y_n)."""
    total = arb(0)
    for row in network.targets:
        if network.loss == "squared":
            total += sum((_ball(y) * _ball(y) for y in row), arb(0))
        elif network.loss == "pseudo_huber":
            total += sum(((1 + _ball(y) * _ball(y)).sqrt() - 1 for y in row), arb(0))
        elif network.loss == "log_cosh":
            total += sum((_ball(y).cosh().log() for y in row), arb(0))
        elif network.loss == "logistic":
            total += len(row) * arb(2).log()
        elif network.loss == "cross_entropy":
            total += arb(network.widths[-1]).log()
    return total / len(network.targets)


def ridge_bound(network: Network, slack: Fraction = Fraction(0)) -> tuple[float, ...] | str:
    """For each parameter (in the order of `network.variables`) a bound on its absolute value wherever the gradient's
    norm is at most `slack`, so by default at every stationary point; or the reason why this argument gives none."""
    if network.kind != "dense":
        return f"no bound is known for {network.kind} networks"
    if not all(value > 0 for value in network.ridge):
        return "some parameters have no ridge"
    if network.loss != "squared" and network.loss not in LIPSCHITZ:
        return f"no bound is known for the loss {network.loss}"
    hidden = len(network.activations)
    ridge = dict(zip(network.variables, (_ball(value) for value in network.ridge), strict=True))
    start = _loss_at_zero(network)
    bound: dict[str, arb] = {}
    layers = len(network.widths) - 1
    outputs = network.widths[-1]
    last = [name for name in network.variables if name.startswith((f"W{layers}_", f"b{layers}_"))]
    spare = _ball(slack)
    if slack:
        ridges = [value for name, value in zip(network.variables, network.ridge, strict=True) if name in last]
        start += spare * spare / (4 * _ball(min(ridges)))
    for name in network.variables:
        if name in last:
            bound[name] = (_energy(network, slack, start) / ridge[name]).sqrt()
    residual = start.sqrt() if slack else start.sqrt() * arb(27).sqrt() / 8
    rows = len(network.inputs)

    def weight(layer: int, i: int, j: int) -> arb:
        return bound[f"W{layer}_{i}_{j}"]

    energy = _energy(network, slack, start)
    # pull bounds -mean delta.(z - b) of the layer above; behind[i] bounds |delta_i| there as a multiple of |L'|, for
    # unit i; None where nothing is known
    pull = 2 * energy + 2 * spare * (energy / _least(ridge, last)).sqrt()
    behind: list[arb] | None = [arb(1)] * outputs
    for layer in range(hidden, 0, -1):
        activation = network.activations[layer - 1]
        width, above = network.widths[layer], network.widths[layer + 1]
        names = [name for name in network.variables if name.startswith((f"W{layer}_", f"b{layer}_"))]
        carried = None
        if behind is not None:  # |(W' delta)_j| of the layer above, in the same measure
            carried = [
                sum((behind[i - 1] * weight(layer + 1, i, j) for i in range(1, above + 1)), arb(0))
                for j in range(1, width + 1)
            ]
        candidates: dict[str, list[arb]] = {name: [] for name in names}
        scaled = _pull(network, activation, carried, pull, residual)
        if scaled is not None:
            energy = _with_slack(scaled, spare, _least(ridge, names))
            for name in names:
                candidates[name].append((energy / ridge[name]).sqrt())
        slope = SLOPES[activation][0] if activation in SLOPES else None
        influence = None if carried is None or slope is None else [_ball(slope) * part for part in carried]
        if influence is not None:
            for i in range(1, width + 1):
                for j in range(network.widths[layer - 1] + 1):
                    name = f"W{layer}_{i}_{j}" if j else f"b{layer}_{i}"
                    size = _input_size(network, layer, j, rows) if name in candidates else None
                    if size is not None:
                        steepest = influence[i - 1] * _slope_of_loss(network, residual, *size) + spare
                        candidates[name].append(steepest / (2 * ridge[name]))
        for name in names:
            if not candidates[name]:
                return f"nothing bounds the parameters of layer {layer} ({activation})"
            bound[name] = min(candidates[name], key=lambda value: float(value.upper()))
        if scaled is None:
            energy = sum((ridge[name] * bound[name] * bound[name] for name in names), arb(0))
        pull = 2 * energy + 2 * spare * (energy / _least(ridge, names)).sqrt()
        behind = influence
    return tuple(_rounded_up(bound[name]) for name in network.variables)


def _least(ridge: dict[str, arb], names: list[str]) -> arb:
    """The least of the ridges of these parameters."""
    least = ridge[names[0]]
    for name in names[1:]:
        least = least.min(ridge[name])
    return least


def _pull(network: Network, activation: str, carried: list[arb] | None, pull: arb, residual: arb) -> arb | None:
    """A bound on -mean delta.z of a layer by (3), which is 2 R_l but for the slack; None where (3) says nothing."""
    if activation not in EULER:
        return None
    degree, kappa = EULER[activation]
    total = degree * pull
    if Fraction(kappa):
        if carried is None:
            return None
        total += _ball(kappa) * sum(carried, arb(0)) * _slope_of_loss(network, residual, arb(1), arb(1))
    return total


def _with_slack(pull: arb, spare: arb, least: arb) -> arb:
    """A bound on R with 2 R <= pull + e sqrt(R / least): the larger root of that quadratic equation in sqrt(R)."""
    slope = spare / least.sqrt()
    root = (slope + (slope * slope + 8 * pull).sqrt()) / 4
    return root * root


def _input_size(network: Network, layer: int, unit: int, rows: int) -> tuple[arb, arb] | None:
    """sqrt(mean a^2) and mean |a| for the layer's input a from a unit below, or at most these; 1 for the bias (unit
    0)."""
    if unit == 0:
        return arb(1), arb(1)
    if layer == 1:
        return _moments([row[unit - 1] for row in network.inputs], rows)
    below = network.activations[layer - 2]
    size = SLOPES[below][1] if below in SLOPES else None
    return None if size is None else (_ball(size), _ball(size))


def _moments(column: list[Fraction], rows: int) -> tuple[arb, arb]:
    """sqrt(mean x^2) and mean |x|."""
    square = sum((value * value for value in column), Fraction(0)) / rows
    return _ball(square).sqrt(), _ball(sum((abs(value) for value in column), Fraction(0)) / rows)


def _slope_of_loss(network: Network, residual: arb, root_mean_square: arb, mean: arb) -> arb:
    """A bound on mean_n |L'_o| |x_n| for each output o, `residual` standing for sqrt(mean r^2)."""
    if network.loss == "squared":
        return 2 * residual * root_mean_square
    return LIPSCHITZ[network.loss] * mean


def _energy(network: Network, slack: Fraction, start: arb) -> arb:
    """A bound on R, the ridge's share of the output layer."""
    if slack:
        return start
    return start / (4 if network.loss == "squared" else 2)


@dataclass(frozen=True)
class Ball:
    """sum_i weights[i] * w_i^2 <= level at every stationary point; weights (n,) are not negative, all 0 when nothing
    is known."""

    weights: np.ndarray[Any, np.dtype[np.float64]]
    level: float


def output_ball(network: Network) -> Ball:
    """R <= L0 / 4 or L0 / 2 as an ellipsoid of the output layer, for networks to which `ridge_bound` applies."""
    weights = np.zeros(len(network.ridge))
    for k in network.output_parameters:
        weights[k] = outward(network.ridge[k])[0]
    return Ball(weights, _rounded_up(_energy(network, Fraction(0), _loss_at_zero(network))))


def _rounded_up(value: arb) -> float:
    """A short double that is at least every member of the ball (one part in a thousand wider, so that it prints
    briefly)."""
    return float(f"{float(value.upper()) * 1.001 + 1e-6:.4g}") * 1.001
