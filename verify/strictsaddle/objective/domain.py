"""Where an objective is asked about: all of R^n, a closed box, a product of unit spheres with R^k, or the zeros of equalities."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

from strictsaddle.errors import InputError, listed
from strictsaddle.objective.numbers import exact
from strictsaddle.records.terms import Scope

Ends = tuple[tuple[Fraction, ...], tuple[Fraction, ...]]
Terms = tuple[tuple[tuple[int, ...], Fraction], ...]  # of a polynomial: exponents and coefficients, in a fixed order


class _Asked:
    """What routes ask of a domain, whichever kind it is; these are the answers of R^n.

    scope: that of a claim about it. ends: the lower and upper bounds of all unknowns, where the domain is a box. groups: the unknowns
    of each of its unit spheres. equations: other equalities; polynomials: their terms, where all are polynomials. where: conditions that
    hold (`objective.inequalities`). codimension: the number of equalities that hold, spheres among them. everything: whether it is all of
    R^n.
    """

    scope: ClassVar[Scope] = "global"
    ends: Ends | None = None
    groups: tuple[tuple[int, ...], ...] = ()
    equations: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    polynomials: tuple[Terms, ...] = ()

    @property
    def codimension(self) -> int:
        return len(self.groups) + len(self.equations)

    @property
    def everything(self) -> bool:
        return self.ends is None and self.codimension == 0 and not self.where

    def is_compact(self, unknowns: int) -> bool:
        """Whether it is a box, or a product of spheres without free unknowns."""
        return self.ends is not None or (bool(self.groups) and sum(map(len, self.groups)) == unknowns)

    def contains(self, point: Sequence[Fraction]) -> bool:
        """Whether the bounds of the domain, if it has any, hold at an exact point. (Equalities are for the routes that use them.)"""
        return self.ends is None or all(
            low <= x <= high for low, x, high in zip(self.ends[0], point, self.ends[1], strict=True)
        )

    def holds(self, enclosure: Sequence[tuple[float, float]]) -> bool | None:
        """The same of everything between these ends, a pair for each unknown; None where only a part of it is inside."""
        answer: bool | None = True
        for side, low, high in zip(enclosure, *self.ends, strict=True) if self.ends is not None else ():
            if Fraction(side[1]) < low or Fraction(side[0]) > high:
                return False
            if Fraction(side[0]) < low or Fraction(side[1]) > high:
                answer = None
        return answer

    def surrounds(self, enclosure: Sequence[tuple[float, float]]) -> bool:
        """Whether the bounds, if there are any, leave a neighbourhood of everything between these ends."""
        return self.ends is None or all(
            low < Fraction(i[0]) and Fraction(i[1]) < high for i, low, high in zip(enclosure, *self.ends, strict=True)
        )


@dataclass(frozen=True)
class Euclidean(_Asked):
    """All of R^n, or where conditions hold, such as "x > 0" and "x + y < 1"."""

    where: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "where", _texts(self.where))

    def to_dict(self) -> dict[str, Any]:
        return {"kind": "euclidean", **({"where": list(self.where)} if self.where else {})}


def _texts(where: Any) -> tuple[str, ...]:
    """Conditions as a user of Python wrote them."""
    return (where,) if isinstance(where, str) else tuple(where)


@dataclass(frozen=True)
class Box(_Asked):
    """The closed box of all w with lower[i] <= w[i] <= upper[i]. Claims are about the stationary points of f in it
    (gradient zero, boundary included), not about minima of the constrained problem.

    Raises InputError for reversed bounds. Equal bounds are a face, and allowed.
    """

    lower: tuple[Fraction, ...]
    upper: tuple[Fraction, ...]
    scope: ClassVar[Scope] = "box"

    def __post_init__(self) -> None:
        for side in ("lower", "upper"):  # floats stand for their decimals, as everywhere
            object.__setattr__(self, side, tuple(map(exact, getattr(self, side))))
        for number, (low, high) in enumerate(zip(self.lower, self.upper, strict=True), start=1):
            if low > high:
                raise InputError(
                    f"the bounds of variable {number} are reversed",
                    where="domain.box",
                    fragment=f"[{low}, {high}]",
                    remedy="Write the lower bound first.",
                )

    @property
    def ends(self) -> Ends:  # type: ignore[override]  # read only, as all of a frozen record
        return self.lower, self.upper

    def to_dict(self) -> dict[str, Any]:
        bounds = [[str(low), str(high)] for low, high in zip(self.lower, self.upper, strict=True)]
        return {"kind": "box", "bounds": bounds}


@dataclass(frozen=True)
class Spheres(_Asked):
    """`groups[k]` holds the numbers of the variables that together have norm 1, from 0 on, or their names until an objective
    reads them; all others are free.

    Raises InputError for groups that share a variable, or have fewer than two: one variable of norm 1 is only two points.
    """

    groups: tuple[tuple[int, ...], ...] = ()

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

    def to_dict(self) -> dict[str, Any]:
        return {"kind": "manifold", "spheres": [list(group) for group in self.groups]}


@dataclass(frozen=True)
class Equalities(_Asked):
    """All w with h(w) = 0 for each of the functions h in `equations`, formulas in the variables of the objective, at which the conditions
    `where` hold.

    An objective reads them (`objective.equalities`): then `polynomials` holds their terms, if all are polynomials. Where they are unit
    spheres, its domain is a `Spheres`.
    """

    equations: tuple[str, ...] = ()
    polynomials: tuple[Terms, ...] = ()
    where: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        given: Any = self.equations  # whatever a user of Python wrote
        equations = (given,) if isinstance(given, str) else given
        if not isinstance(equations, Iterable) or not all(isinstance(equation, str) for equation in equations):
            raise InputError(
                "an equality is a text", where="domain.equalities", fragment=str(given),
                remedy='Write what must be 0, as Equalities(["x**2 + y**2 - 1"]).',
            )  # fmt: skip
        object.__setattr__(self, "equations", tuple(equations))
        object.__setattr__(self, "where", _texts(self.where))

    def to_dict(self) -> dict[str, Any]:
        where = {"where": list(self.where)} if self.where else {}
        return {"kind": "manifold", "equalities": list(self.equations), **where}


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
