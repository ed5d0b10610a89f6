"""The words of all records: answers, scopes, kinds of proof and of points, and intervals."""

from __future__ import annotations

from typing import Literal, NamedTuple

Answer = Literal["strict_saddle", "not_strict_saddle", "undecided"]
Scope = Literal["global", "box"]
Sense = Literal["smooth", "piecewise"]
Proof = Literal["exact", "interval", "modular", "random", "none"]
Holds = Literal["holds", "fails", "undecided"]
Kind = Literal[
    "local_minimum",
    "strict_saddle",
    "local_maximum",
    "degenerate",
    "degenerate_minimum",
    "degenerate_saddle",
    "undecided",
]


MINIMA: tuple[Kind, ...] = ("local_minimum", "degenerate_minimum")
PROOFS: tuple[Proof, ...] = ("exact", "interval", "modular", "random", "none")  # the strongest first


def weakest(*proofs: Proof) -> Proof:
    """The weakest of several proofs, that is what a claim rests on that needs all of them."""
    return max(proofs, key=PROOFS.index)


class Interval(NamedTuple):
    """A closed interval of doubles around a real number. `float()` of it is its middle, which proves nothing."""

    low: float
    high: float

    def __float__(self) -> float:
        return 0.5 * self.low + 0.5 * self.high
