"""A family of objectives: one formula in which some parameters are left open."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

from strictsaddle.errors import InputError, NotYetError
from strictsaddle.formula.graph import Graph
from strictsaddle.objective.domain import Domain
from strictsaddle.objective.objective import Objective

Values = Mapping[str, Fraction]


@dataclass(frozen=True, eq=False)
class Parameter:
    """An open parameter and the closed interval that it ranges over, low <= high."""

    name: str
    low: Fraction
    high: Fraction

    @property
    def text(self) -> str:
        """The interval as one writes it on the command line."""
        return f"{self.low}:{self.high}"


@dataclass(frozen=True, eq=False)
class Family:
    """f(w; p) for all p in a box of parameters.

    `joint`: the formula as a function on R^(n + k), the n unknowns first and then the k parameters; `domain`: of the unknowns, the same
    for every p. `member(values)` is the objective at one choice of values, as the user would have asked for it; that it is `joint` there
    has been compared at some choices, and `joint` is what claims are about.
    """

    name: str
    joint: Objective
    parameters: tuple[Parameter, ...]
    domain: Domain
    make: Callable[[Values], Objective]

    @property
    def dimension(self) -> int:
        """The number of unknowns."""
        return self.joint.dimension - len(self.parameters)

    @property
    def unknowns(self) -> tuple[str, ...]:
        return self.joint.variables[: self.dimension]

    def member(self, values: Values) -> Objective:
        """The objective with the parameters at these values."""
        return self.make(values)

    def between(self, *parameters: Parameter) -> Family:
        """The same family over another box of its parameters."""
        return replace(self, parameters=parameters)

    @cached_property
    def middle(self) -> dict[str, Fraction]:
        """A choice of simple values inside the box."""
        return {p.name: simplest_between(p.low, p.high) for p in self.parameters}

    def at(self, values: Values) -> tuple[Graph, int]:
        """The joint formula with the parameters put in, as a new graph and its node."""
        graph, n = Graph(), self.dimension
        names = [p.name for p in self.parameters]

        def leaf(number: int) -> int:
            return graph.variable(number) if number < n else graph.constant(values[names[number - n]])

        (node,) = self.joint.graph.mapped([self.joint.node], graph, leaf)
        return graph, node

    def require_same(self) -> None:
        """Raise InputError unless the members at the ends and in the middle are what `joint` says, on the same domain; NotYetError where
        the domain depends on the parameters."""
        ends = [{p.name: getattr(p, end) for p in self.parameters} for end in ("low", "high")]
        for values in (*ends, self.middle):
            member = self.member(values)
            if member.domain.to_dict() != self.domain.to_dict():
                raise NotYetError("the domain depends on the parameter, which is not taken for an interval of values",
                                  where="-p", remedy="Ask for single values.")  # fmt: skip
            graph, node = self.at(values)
            same = Objective.from_graph(member.name, member.variables, graph, node, domain=member.domain)
            if not _is_same(same, member):
                names = ", ".join(p.name for p in self.parameters)
                raise InputError(f"the formula is another one for other values of {names}, so there is no one formula for all of them",
                                 where="-p", remedy="Ask for single values.")  # fmt: skip


def _is_same(one: Objective, member: Objective) -> bool:
    """Whether two formulas are the same function: built in the same way, or with the same normal form under the same conditions."""
    if one.digest == member.digest:
        return True
    from strictsaddle.formula.atoms import Atoms
    from strictsaddle.formula.normal_form import normal_form

    atoms = Atoms(one.dimension)
    try:
        first, second = (normal_form(atoms, o.graph, o.node) for o in (one, member))
    except (ArithmeticError, NotImplementedError):
        return False
    return first.polynomial == second.polynomial and first.conditions == second.conditions


def simplest_between(low: Fraction, high: Fraction) -> Fraction:
    """The fraction with the least denominator in the open interval, or the one value where low = high (Stern and Brocot)."""
    if low == high:
        return low
    if low < 0 < high:
        return Fraction(0)
    if high <= 0:
        return -simplest_between(-high, -low)
    whole = low.numerator // low.denominator
    if whole + 1 < high:
        return Fraction(whole + 1)
    # whole <= low < high <= whole + 1: x = whole + 1/y with y between the reciprocals
    rest_low, rest_high = low - whole, high - whole
    if rest_low == 0:
        # y > 1/rest_high, any large y
        least = 1 / rest_high
        return whole + 1 / Fraction(least.numerator // least.denominator + 1)
    return whole + 1 / simplest_between(1 / rest_high, 1 / rest_low)
