"""What a claim is about: the formula, built from its text or from a network's data, and its domain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from strictsaddle_proofs.balls import Derivatives, ball, is_defined
from strictsaddle_proofs.errors import require
from strictsaddle_proofs.expression import Formulas, parse
from strictsaddle_proofs.intervals import Array, bounds
from strictsaddle_proofs.network import Network, rational

MOST_VARIABLES = 1000


@dataclass(frozen=True)
class Objective:
    """`bounds`: of a box, None elsewhere; `groups`: the unknowns of each unit sphere. Without either the domain is where the formula is
    defined and smooth."""

    names: tuple[str, ...]
    formulas: Formulas
    node: int
    bounds: tuple[tuple[Fraction, Fraction], ...] | None
    groups: tuple[tuple[int, ...], ...]
    network: Network | None

    @classmethod
    def of(cls, given: Any) -> Objective:
        """From the claim. Raises Refused for what is no objective."""
        where = "objective"
        require(isinstance(given, dict), "not an object", where)
        require(set(given) <= {"variables", "expression", "network", "domain"}, "something that is not checked", where)
        names = given.get("variables")
        good = isinstance(names, list) and 0 < len(names) <= MOST_VARIABLES and all(isinstance(n, str) for n in names)
        require(good and len(set(names)) == len(names), "variables", where)
        formulas, network = Formulas(len(names)), None
        require(("network" in given) != ("expression" in given), "either a network or an expression", where)
        if "network" in given:
            network = Network.of(given["network"])
            require(network.names == names, "the variables are not the network's", where)
            node = network.objective(formulas)
        else:
            node = parse(given["expression"], formulas, names)
        domain = given.get("domain")
        require(isinstance(domain, dict), "no domain", where)
        ends: tuple[tuple[Fraction, Fraction], ...] | None = None
        groups: tuple[tuple[int, ...], ...] = ()
        kind = domain.get("kind")
        keys = {"box": {"kind", "bounds"}, "manifold": {"kind", "spheres"}, "euclidean": {"kind"}}
        require(keys.get(str(kind)) == set(domain), "an unknown domain", where)
        if kind == "box":
            pairs = domain.get("bounds")
            require(isinstance(pairs, list) and len(pairs) == len(names), "bounds", where)
            require(all(isinstance(p, list) and len(p) == 2 for p in pairs), "bounds", where)
            ends = tuple((rational(a, where), rational(b, where)) for a, b in pairs)
            require(all(a <= b for a, b in ends), "bounds", where)
        elif kind == "manifold":
            listed = domain.get("spheres")
            require(
                isinstance(listed, list) and listed and all(isinstance(g, list) and len(g) > 1 for g in listed),
                "spheres",
                where,
            )
            flat = [k for group in listed for k in group]
            require(
                all(type(k) is int and 0 <= k < len(names) for k in flat) and len(set(flat)) == len(flat),
                "spheres",
                where,
            )
            groups = tuple(tuple(group) for group in listed)
        return cls(tuple(names), formulas, node, ends, groups, network)

    @property
    def dimension(self) -> int:
        return len(self.names)

    @property
    def scope(self) -> str:
        return "global" if self.bounds is None else "box"

    @cached_property
    def derivatives(self) -> Derivatives:
        return Derivatives(self.formulas, self.node)

    def is_defined(self, point: Sequence[Any]) -> bool:
        return is_defined(self.formulas, self.node, point)

    def contains(self, point: Sequence[Any]) -> bool | None:
        """Whether every point of the balls lies in the box, or none does (False); None where that is open. True without a box."""
        answer: bool | None = True
        for x, (low, high) in zip(point, self.bounds or (), strict=bool(self.bounds)):
            if x < ball(low) or x > ball(high):
                return False
            answer = answer if x >= ball(low) and x <= ball(high) else None
        return answer

    def contains_exactly(self, point: Sequence[Fraction]) -> bool:
        return self.bounds is None or all(a <= x <= b for x, (a, b) in zip(point, self.bounds, strict=True))

    def box(self) -> tuple[Array, Array]:
        """Doubles around the bounds."""
        assert self.bounds is not None
        sides = [(bounds(low)[0], bounds(high)[1]) for low, high in self.bounds]
        return np.array([a for a, _ in sides]), np.array([b for _, b in sides])

    def is_zero(self, nodes: Sequence[int], point: Sequence[Fraction]) -> bool:
        """Whether the nodes are 0 at a rational point, by exact substitution."""
        return all(value == 0 for value in self.values(nodes, point))

    def values(self, nodes: Sequence[int], point: Sequence[Fraction]) -> list[Fraction | None]:
        """The nodes at a rational point, where they are rational."""
        images = {k: self.formulas.constant(x) for k, x in enumerate(point)}
        return [self.formulas.value(node) for node in self.formulas.substituted(nodes, images)]
