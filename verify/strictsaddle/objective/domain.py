"""Where an objective is asked about: all of R^n, a closed box, a product of unit spheres with R^k, or the zeros of equalities."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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

    def surrounds(self, enclosure: Sequence[tuple[float, float]]) -> bool:
        """Whether the box is a neighbourhood of everything between these ends, a pair for each variable."""
        return all(
            low < Fraction(i[0]) and Fraction(i[1]) < high
            for i, low, high in zip(enclosure, self.lower, self.upper, strict=True)
        )

    def to_dict(self) -> dict[str, Any]:
        bounds = [[str(low), str(high)] for low, high in zip(self.lower, self.upper, strict=True)]
        return {"kind": "box", "bounds": bounds}


@dataclass(frozen=True)
class Spheres:
    """`groups[k]` holds the numbers of the variables that together have norm 1, from 0 on, or their names until an objective
    reads them; all others are free.

    Raises InputError for groups that share a variable, or have fewer than two: one variable of norm 1 is only two points.
    """

    groups: tuple[tuple[int, ...], ...]

    def __post_init__(self) -> None:
        given: Any = self.groups  # whatever a user of Python wrote
        if not given:
            raise InputError(
                "no sphere is listed", where="domain.spheres", remedy="Leave the domain out for all of R^n."
            )
        if not isinstance(given, Iterable) or any(isinstance(g, str) or not isinstance(g, Iterable) for g in given):
            raise InputError(
                "a sphere is a group of variables", where="domain.spheres", fragment=str(self.groups),
                remedy='Write a group a sphere, as Spheres([["x", "y"]]) or Spheres([[0, 1]]).',
            )  # fmt: skip
        object.__setattr__(self, "groups", tuple(tuple(group) for group in self.groups))
        numbers = [number for group in self.groups for number in group]
        kinds = {type(number) for number in numbers}
        if numbers and kinds not in ({int}, {str}):
            raise InputError(
                "the variables of a sphere are neither all names nor all numbers", where="domain.spheres",
                fragment=str(self.groups), remedy="Numbers are whole, from 0 on.",
            )  # fmt: skip
        if min(map(len, self.groups)) < 2:
            raise InputError(
                "a sphere needs at least two variables", where="domain.spheres", fragment=str(self.groups),
                remedy="One variable of norm 1 is only the two points -1 and 1: put each into the formula.",
            )  # fmt: skip
        if len(set(numbers)) < len(numbers):
            raise InputError(
                "a variable is in two spheres, or twice in one", where="domain.spheres", fragment=str(self.groups),
                remedy="Spheres must be disjoint groups of variables.",
            )  # fmt: skip

    @property
    def codimension(self) -> int:
        """The number of spheres: of equalities that hold."""
        return len(self.groups)

    def to_dict(self) -> dict[str, Any]:
        return {"kind": "manifold", "spheres": [list(group) for group in self.groups]}


Terms = tuple[tuple[tuple[int, ...], Fraction], ...]  # of a polynomial: exponents and coefficients, in a fixed order


@dataclass(frozen=True)
class Equalities:
    """All w with h(w) = 0 for each of the polynomials h in `equations`, formulas in the variables of the objective.

    An objective reads them (`objective.equalities`): then `polynomials` holds their terms. Where they are unit spheres, its domain is
    a `Spheres`.
    """

    equations: tuple[str, ...]
    polynomials: tuple[Terms, ...] = ()

    def __post_init__(self) -> None:
        given: Any = self.equations  # whatever a user of Python wrote
        equations = (given,) if isinstance(given, str) else given
        if not isinstance(equations, Iterable) or not all(isinstance(equation, str) for equation in equations):
            raise InputError(
                "an equality is a text", where="domain.equalities", fragment=str(given),
                remedy='Write what must be 0, as Equalities(["x**2 + y**2 - 1"]).',
            )  # fmt: skip
        object.__setattr__(self, "equations", tuple(equations))

    @property
    def codimension(self) -> int:
        """The number of equalities."""
        return len(self.equations)

    def to_dict(self) -> dict[str, Any]:
        return {"kind": "manifold", "equalities": list(self.equations)}


Manifold = Spheres | Equalities
Domain = Euclidean | Box | Spheres | Equalities


def spheres(groups: Sequence[Sequence[str]], variables: Sequence[str]) -> Spheres:
    """Spheres from groups of variable names. Raises InputError for unknown, repeated or lonely variables."""
    number = {name: position for position, name in enumerate(variables)}
    seen: set[str] = set()
    numbers = []
    if not groups:
        raise InputError("no sphere is listed", where="domain.spheres", remedy="Leave [domain] out for all of R^n.")
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
