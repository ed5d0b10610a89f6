"""Products of spheres and R^k in charts: u = c/|c| with c on the faces of cubes, so that a covering of boxes covers the manifold.

On |w_g| = 1 some coordinate p of the group g is largest in absolute value, so w_g = s c/|c| with c_p = 1 and the others in
[-1, 1], s the sign of w_p. One such literal (p, s) for each sphere makes a chart; its box is closed, the boxes of all charts
cover the manifold, and the chart is a diffeomorphism from the whole open half-sphere s w_p > 0. A stationary point of f on the manifold is
one of the chart objective F(c) = f(c/|c|), and the Hessians there are congruent: index and nullity are the same (mathematics,
section 5).

A signed permutation P with f(Pw) = f(w) that permutes the spheres takes charts to charts: one of each orbit is enough. Those that
take a chart to itself act on its coordinates as signed permutations, so that the inequalities of `fundamental_domain` hold there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import product
from math import prod

import numpy as np
from flint import arb

from strictsaddle.arithmetic.arrays import Floats
from strictsaddle.formula.graph import Graph, Op
from strictsaddle.objective.domain import Box, Spheres
from strictsaddle.objective.objective import Objective
from strictsaddle.symmetry.discrete.fundamental_domain import inequalities
from strictsaddle.symmetry.discrete.permutation_group import (
    Literals,
    SignedPermutation,
    StabiliserChain,
    composed,
    inverse,
)
from strictsaddle.symmetry.discrete.signed_permutations import SignedPermutationGroup

MOST_CHARTS = 20_000


@dataclass(frozen=True)
class Chart:
    """`poles[g]` is the literal 2p (w_p > 0) or 2p + 1 (w_p < 0) of sphere g; `own`: symmetries of the chart objective (None: not
    asked), of which `half_spaces` are rows of integers: a point of each orbit satisfies row . c >= 0."""

    objective: Objective
    poles: tuple[int, ...]
    own: SignedPermutationGroup | None = None

    @cached_property
    def half_spaces(self) -> Floats:
        m = len(self.unknowns)
        rows = () if self.own is None or self.own.order == 1 else inequalities(self.own)
        return np.array(rows, dtype=np.float64).reshape(len(rows), m)

    @property
    def _groups(self) -> tuple[tuple[int, ...], ...]:
        domain = self.objective.domain
        assert isinstance(domain, Spheres)
        return domain.groups

    @cached_property
    def unknowns(self) -> tuple[int, ...]:
        """The numbers of the chart's coordinates among the n unknowns: all but the poles."""
        poles = {pole // 2 for pole in self.poles}
        return tuple(i for i in range(self.objective.dimension) if i not in poles)

    @cached_property
    def free(self) -> tuple[bool, ...]:
        """For each coordinate of the chart, whether it belongs to no sphere."""
        spherical = {i for group in self._groups for i in group}
        return tuple(i not in spherical for i in self.unknowns)

    def box(self, reach: Fraction) -> Box:
        """The closed box of the chart, [-reach, reach] in free unknowns, less what the half-spaces c_i >= 0 cut off."""
        upper = [reach if free else Fraction(1) for free in self.free]
        lower = [-high for high in upper]
        for row in self.half_spaces:
            if np.count_nonzero(row) == 1 and row.max() > 0:
                lower[int(row.argmax())] = Fraction(0)
        return Box(tuple(lower), tuple(upper))

    @cached_property
    def chart_objective(self) -> Objective:
        """F(c) = f(c/|c|) in the chart's coordinates, named as the unknowns they belong to."""
        graph = Graph()
        _, nodes = self.embedded(graph, self.objective.graph, [self.objective.node])
        names = tuple(self.objective.variables[i] for i in self.unknowns)
        return Objective.from_graph(self.words, names, graph, nodes[0], expression=self.objective.expression)

    def embedded(self, made: Graph, graph: Graph, nodes: Sequence[int]) -> tuple[list[int], list[int]]:
        """The n unknowns w(c) and what `nodes` of `graph` (formulas in w) are there, as nodes of `made` in the
        chart's coordinates."""
        number = {i: k for k, i in enumerate(self.unknowns)}
        parts = {i: made.variable(k) for i, k in number.items()}
        for pole in self.poles:
            parts[pole // 2] = made.constant(1)
        squares = {}  # for unknowns on spheres, the number 1 + sum c^2 of their sphere
        for pole, group in zip(self.poles, self._groups, strict=True):
            others = [made.power(parts[i], 2) for i in group if i != pole // 2]
            norm = made.add(made.constant(1), made.total(others))
            for i in group:
                squares[i] = norm
            if pole % 2:
                for i in group:
                    parts[i] = made.neg(parts[i])
        whole = {
            i: made.div(part, made.unary(Op.SQRT, squares[i])) if i in squares else part for i, part in parts.items()
        }
        w = [whole[i] for i in range(self.objective.dimension)]
        return w, _substituted(graph, nodes, made, parts, squares, whole)

    @property
    def words(self) -> str:
        """Which chart this is, as "u1 > 0, v2 < 0"."""
        names = self.objective.variables
        return ", ".join(f"{names[pole // 2]} {'<' if pole % 2 else '>'} 0" for pole in self.poles)

    def on_spheres(self, coordinates: Sequence[arb]) -> list[arb]:
        """The point w of the manifold at chart coordinates c, as balls."""
        parts = dict(zip(self.unknowns, coordinates, strict=True))
        for pole, group in zip(self.poles, self._groups, strict=True):
            sign = 1 - 2 * (pole % 2)
            parts[pole // 2] = arb(1)
            norm = sum((parts[i] * parts[i] for i in group), arb(0)).sqrt()
            for i in group:
                parts[i] = sign * parts[i] / norm
        return [parts[i] for i in range(self.objective.dimension)]

    def coordinates(self, point: Sequence[arb]) -> list[arb]:
        """The chart coordinates of a point of the manifold, as balls; not finite when a pole's coordinate may be 0."""
        parts = list(point)
        for pole, group in zip(self.poles, self._groups, strict=True):
            for i in group:
                parts[i] = point[i] / point[pole // 2]
        return [parts[i] for i in self.unknowns]

    def unique_box(self, point: Sequence[arb], unique: Floats) -> Floats:
        """A box (2, n) of R^n about `point` (balls) whose points on the manifold all have chart coordinates in `unique` (2, m): where
        those are the coordinates of one stationary point only, so is the box's. Empty (low > high) when there is none that can be proved.
        """
        middle = np.array([float(x.mid()) for x in point])
        for exponent in range(2, 50):
            low, high = middle - 2.0**-exponent, middle + 2.0**-exponent
            balls = [arb(a).union(arb(b)) for a, b in zip(low, high, strict=True)]
            if any(not ((1 - 2 * (pole % 2)) * balls[pole // 2] > 0) for pole in self.poles):
                continue
            found = self.coordinates(balls)
            if all(arb(a) < x and x < arb(b) for x, a, b in zip(found, unique[0], unique[1], strict=True)):
                return np.array([low, high])
        return np.array([np.full(len(middle), 1.0), np.full(len(middle), -1.0)])


def _substituted(
    graph: Graph,
    nodes: Sequence[int],
    made: Graph,
    parts: dict[int, int],
    squares: dict[int, int],
    whole: dict[int, int],
) -> list[int]:
    """The nodes with w_i = whole[i] = parts[i] / sqrt(squares[i]); even powers of a w_i without a root."""

    def power(i: int, exponent: int) -> int | None:
        if i not in squares or exponent % 2:
            return None
        return made.power(made.div(made.power(parts[i], 2), squares[i]), exponent // 2)

    return graph.mapped(nodes, made, whole.__getitem__, power)


def charts(objective: Objective, group: SignedPermutationGroup) -> list[Chart]:
    """One chart of each orbit under the proved symmetries `group` of the objective on its spheres.

    Raises ValueError when the domain is no product of spheres or has more than MOST_CHARTS charts.
    """
    domain = objective.domain
    if not isinstance(domain, Spheres):
        raise ValueError("the domain is no product of spheres")
    if prod(2 * len(sphere) for sphere in domain.groups) > MOST_CHARTS:
        raise ValueError(f"there are more than {MOST_CHARTS:,} charts")
    generators = [generator.literals for generator in group.generators]
    done: set[frozenset[int]] = set()
    found = []
    for poles in product(*([2 * i + s for i in sphere for s in (0, 1)] for sphere in domain.groups)):
        if frozenset(poles) in done:
            continue
        orbit, stabiliser = _orbit(frozenset(poles), generators)
        done |= orbit
        found.append(Chart(objective, poles, _own_symmetries(objective, poles, stabiliser)))
    return found


def _orbit(start: frozenset[int], generators: Sequence[Literals]) -> tuple[set[frozenset[int]], list[Literals]]:
    """The orbit of a set of literals, and generators of its stabiliser (Schreier's)."""
    if not generators:
        return {start}, []
    identity = tuple(range(len(generators[0])))
    reached: dict[frozenset[int], Literals] = {start: identity}
    queue, stabiliser = [start], set[Literals]()
    while queue:
        here = queue.pop()
        for generator in generators:
            there = frozenset(generator[x] for x in here)
            path = composed(reached[here], generator)
            if there not in reached:
                reached[there] = path
                queue.append(there)
            else:
                stabiliser.add(composed(path, inverse(reached[there])))
    return set(reached), sorted(stabiliser - {identity})


def _own_symmetries(
    objective: Objective, poles: tuple[int, ...], stabiliser: Sequence[Literals]
) -> SignedPermutationGroup:
    """The symmetries that take the chart to itself, as they act on its coordinates."""
    pole_unknowns = {pole // 2 for pole in poles}
    unknowns = [i for i in range(objective.dimension) if i not in pole_unknowns]
    domain = objective.domain
    assert isinstance(domain, Spheres)
    # w_i = s c_i/|c| on a sphere with the sign s at its pole: literals of c are those of s w
    flip = [0] * objective.dimension
    for pole, sphere in zip(poles, domain.groups, strict=True):
        for i in sphere:
            flip[i] = pole % 2
    number = {i: k for k, i in enumerate(unknowns)}
    m = len(unknowns)
    actions = set()
    for element in stabiliser:
        literals = []
        for i in unknowns:
            for s in (0, 1):
                image = element[2 * i + (s ^ flip[i])]
                literals.append(2 * number[image // 2] + ((image % 2) ^ flip[image // 2]))
        actions.add(tuple(literals))
    chain = StabiliserChain([], 2 * m, list(range(0, 2 * m, 2)))
    for action in sorted(actions):
        if not chain.contains(action):
            chain.generators.append(action)
            chain.add(action)
    chain.fill()
    elements = tuple(SignedPermutation.from_literals(g) for g in chain.generators)
    return SignedPermutationGroup(m, elements, chain.order, ("",) * len(elements), False, chain)
