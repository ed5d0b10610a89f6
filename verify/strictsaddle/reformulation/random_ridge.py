"""A ridge of its own for each unknown, drawn at random: strict-saddle but for a proved risk, in any number of unknowns.

Let J be a polynomial of degree d >= 3 in n unknowns that is bounded below. The set of all lambda in C^n for which J + sum lambda_i w_i^2
has a degenerate stationary point lies in a hypersurface, which is not all of C^n by the argument of Theorem A, and whose degree is at most
n (d - 2) (d - 1)^n: cut with a line, it is given by n equations of degree d - 1 and det H = 0 of degree n (d - 2) in n + 1 unknowns
(Bezout). So if each lambda_i is drawn independently and uniformly from M numbers, the probability of a degenerate stationary point is at
most

    n (d - 2) (d - 1)^n / M            (Schwartz and Zippel),

whatever J is, as long as the draw comes after J is fixed. The statement is about the draw, and not about one lambda.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, log2

from strictsaddle.errors import InputError
from strictsaddle.formula.expansion import NotPolynomial, expand
from strictsaddle.objective.objective import Objective

SAFETY = 40  # bits
LOW, HIGH = Fraction(1, 100), Fraction(1, 50)  # between which ridges are drawn


@dataclass(frozen=True)
class Drawn:
    """Ridges, one an unknown, and log2 of the bound of the probability that some stationary point is degenerate."""

    ridges: tuple[Fraction, ...]
    risk: float
    bits: int


def degree_of(objective: Objective) -> int:
    """The degree of the objective as a polynomial. Raises InputError where it is none, or on another domain than R^n."""
    if not objective.domain.everything:
        raise InputError(
            "ridges are drawn on all of R^n", where="--draw", remedy="Leave the domain out, or the option."
        )
    network = objective.network
    if network is not None and network.degree is not None and network.loss == "squared":
        return 2 * _degree_in_parameters(objective)
    try:
        return int(expand(objective.graph, objective.node, objective.dimension).total_degree())
    except NotPolynomial as why:
        remedy = "Almost every choice of ridges works (Theorem A), but that says nothing about one draw."
        raise InputError(
            f"there is a bound of the risk for polynomials alone: {why}", where="--draw", remedy=remedy
        ) from None


def _degree_in_parameters(objective: Objective) -> int:
    """Of the outputs of a network with powers as activations, in its parameters."""
    from strictsaddle.objective.layers import POWERS

    assert objective.network is not None
    degree = 1
    for name in objective.network.activations:
        degree = degree * POWERS[name] + 1
    return degree


def draw(objective: Objective, seed: int | None = None, safety: int = SAFETY) -> Drawn:
    """Ridges for an objective that is fixed already. seed: None for the system's randomness. Raises InputError where there is no bound."""
    n, d = objective.dimension, degree_of(objective)
    if d < 3:
        raise InputError("of degree 2 or less: one stationary point at most, which a single ridge decides", where="--draw",
                         remedy="Run `strictsaddle check`.")  # fmt: skip
    logarithm = log2(n * (d - 2)) + n * log2(d - 1)
    bits = ceil(logarithm) + safety + 1
    source = random.SystemRandom() if seed is None else random.Random(f"{seed} {objective.digest}")
    ridges = tuple(LOW + (HIGH - LOW) * Fraction(source.randrange(2**bits), 2**bits) for _ in range(n))
    return Drawn(ridges, logarithm - bits, bits)
