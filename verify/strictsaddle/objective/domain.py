"""Where an objective is asked about: all of R^n, a closed box, or a product of unit spheres with R^k."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from strictsaddle.errors import InputError, listed


@dataclass(frozen=True)
class Euclidean:
    """All of R^n."""

    def to_dict(self) -> dict[str, Any]:
        return {"kind": "euclidean"}


@dataclass(frozen=True)
class Box:
    """The closed box of all w with lower[i] <= w[i] <= upper[i]. Claims are about the stationary points of f in it
    (gradient zero, boundary included), not about minima of the constrained problem.

    Raises InputError for reversed bounds. Equal bounds are a face, and allowed.
    """

    lower: tuple[Fraction, ...]
    upper: tuple[Fraction, ...]

    def __post_init__(self) -> None:
        for number, (low, high) in enumerate(zip(self.lower, self.upper, strict=True), start=1):
            if low > high:
                raise InputError(
                    f"the bounds of variable {number} are reversed",
                    where="domain.box",
                    fragment=f"[{low}, {high}]",
                    remedy="Write the lower bound first.",
                )

    def to_dict(self) -> dict[str, Any]:
        bounds = [[str(low), str(high)] for low, high in zip(self.lower, self.upper, strict=True)]
        return {"kind": "box", "bounds": bounds}


@dataclass(frozen=True)
class Spheres:
    """`groups[k]` holds the numbers of the variables that together have norm 1; all others are free."""

    groups: tuple[tuple[int, ...], ...]

    def to_dict(self) -> dict[str, Any]:
        return {"kind": "manifold", "spheres": [list(group) for group in self.groups]}


Domain = Euclidean | Box | Spheres


def spheres(groups: Sequence[Sequence[str]], variables: Sequence[str]) -> Spheres:
    """Spheres from groups of variable names. Raises InputError for unknown, repeated or lonely variables."""
    number = {name: position for position, name in enumerate(variables)}
    seen: set[str] = set()
    numbers = []
    for group in groups:
        for name in group:
            if name not in number:
                raise InputError(
                    "a sphere names an unknown variable",
                    where="domain.spheres",
                    fragment=str(name),
                    remedy=f"Variables are {listed(variables)}.",
                )
            if name in seen:
                raise InputError(
                    "a variable is in two spheres, or twice in one",
                    where="domain.spheres",
                    fragment=str(name),
                    remedy="Spheres must be disjoint groups of variables.",
                )
            seen.add(name)
        if len(group) < 2:
            raise InputError(
                "a sphere needs at least two variables",
                where="domain.spheres",
                fragment=str(list(group)),
                remedy="One variable of norm 1 is only the two points -1 and 1.",
            )
        numbers.append(tuple(number[name] for name in group))
    return Spheres(tuple(numbers))
