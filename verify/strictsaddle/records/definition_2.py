"""What verdicts carry about the constants of Definition 2."""

from __future__ import annotations

from dataclasses import dataclass

from strictsaddle.records.terms import Holds, Interval, Proof, Scope


@dataclass(frozen=True)
class Constants:
    """alpha, gamma, epsilon and delta as exact numbers in text; None for those that are not known."""

    alpha: str | None = None
    gamma: str | None = None
    epsilon: str | None = None
    delta: str | None = None


@dataclass(frozen=True)
class Violation:
    """A point at which all three conditions of Definition 2 fail. `distance_to_nearest_minimum`: None where not all minima are known, or
    there is none."""

    point: tuple[Interval, ...]
    gradient_norm: Interval
    least_eigenvalue: Interval
    distance_to_nearest_minimum: Interval | None


@dataclass(frozen=True)
class AlphaOfMinimum:
    """The largest alpha about one minimum (of the orbit `orbit`) that is proved, and one that is refuted; `gap`: their distance by the
    latter."""

    orbit: int | None
    point: tuple[Interval, ...]
    alpha: str | None
    refuted_alpha: str | None
    gap: float | None


@dataclass(frozen=True)
class LargestAlpha:
    """The same for one delta, about all local minima, or `about` those that are known: then `alpha` is None, and `known_alpha` holds of
    these."""

    delta: str
    alpha: str | None
    refuted_alpha: str | None
    gap: float | None
    about: str
    known_alpha: str | None
    minima: tuple[AlphaOfMinimum, ...]


@dataclass(frozen=True)
class FrontierRow:
    """Constants of which `verdict` says whether they hold, with the least that are refuted; `sought`: which of them was maximised."""

    alpha: str | None
    delta: str | None
    gamma: str | None
    refuted_gamma: str | None
    epsilon: str | None
    refuted_epsilon: str | None
    sought: str | None
    gap: float | None
    verdict: Holds
    scope: Scope
    proof: Proof


@dataclass(frozen=True)
class Theorem6:
    """What Theorem 6 of Ge et al. makes of constants that hold: a step size, iterations, the condition that binds, and the bound of |H|
    on a region."""

    step_size: float
    iterations: float
    binding: str
    smoothness: float
    region: str


@dataclass(frozen=True)
class Definition2:
    """Whether the objective is (alpha, gamma, epsilon, delta)-strict-saddle, or the best constants. `worst`: the smallest box that a
    covering left open, a pair of ends for each unknown."""

    verdict: Holds
    constants: Constants
    scope: Scope
    proof: Proof
    reason: str
    witness: Violation | None = None
    worst: tuple[Interval, ...] | None = None
    alphas: tuple[LargestAlpha, ...] = ()
    frontier: tuple[FrontierRow, ...] = ()
    theorem_6: Theorem6 | None = None
