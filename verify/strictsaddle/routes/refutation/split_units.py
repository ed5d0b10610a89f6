"""Refuting Definition 1 by a hidden unit that is split in several: continua that no linear symmetry explains.

Let units 1 ... k of a hidden layer have the same incoming weights u, and outgoing weights t_1 v, ..., t_k v with
t_1 + ... + t_k = 1. Then the network is one with a single unit (u, v) in their place, whatever t is; and, where no ridge
tells the units apart,

    dJ/du_i = t_i dF/du,    dJ/dv_i = dF/dv,    the other derivatives as those of F,

F the smaller network's objective (Fukumizu, Amari 2000, Neural Networks 13, 317). So each stationary point of F gives
k - 1 dimensions of stationary points of J, with the directions v (e_i - e_1) in the kernel of H. Whether H >= 0
depends on t: for one input there are always t for which it is, if the smaller network's point is a minimum.

The identities are not taken from the architecture but proved for the formula at hand, as polynomials in atoms.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from flint import arb, arb_mat, fmpq

from strictsaddle.arithmetic.exact import at_precision, ball
from strictsaddle.arithmetic.tape import compile_tape
from strictsaddle.certify.kernel import Pinned, conclude
from strictsaddle.certify.square_system import PRECISION, solve_square
from strictsaddle.derive.derivatives import Derivation, derive, forward
from strictsaddle.formula.atoms import Atoms, added
from strictsaddle.formula.calculus import Derivatives
from strictsaddle.formula.graph import Graph
from strictsaddle.formula.normal_form import Substitution, normal_form
from strictsaddle.objective.architecture import Network
from strictsaddle.objective.objective import Objective
from strictsaddle.records.verdict import Witness
from strictsaddle.routes.refutation.suspects import stationary_points

MOST_NODES = 20_000  # of the derivatives: beyond, normal forms take too long
MOST_POINTS = 4  # minima of the smaller network that are tried
NOT_FLAT = 1e-9  # least eigenvalue against the largest: a guess, proved or dropped later
SHARES = (Fraction(1, 2), Fraction(1, 4), Fraction(-1, 2), Fraction(-1, 10), Fraction(-3))


def split_witness(derivation: Derivation, *, seed: int = 0) -> Witness | None:
    """A proved witness on a continuum of split units, or None: of dense networks on R^n, one hidden layer at a time."""
    network = derivation.objective.network
    if network is None or network.kind != "dense" or derivation.objective.domain.ends is not None:
        return None
    with at_precision(PRECISION):
        for layer in range(1, network.layers):
            for count in range(network.widths[layer], 1, -1):
                family = Family.of(derivation, network, layer, count)
                witness = None if family is None else family.witness(seed)
                if witness is not None:
                    return witness
    return None


class Family:
    """Units 1 ... `count` of a layer as one unit that is split; its unknowns are those of the smaller network.

    `kept`: the numbers of these among J's unknowns. `gradient`: F's gradient in them, nodes of `graph`.
    """

    def __init__(self, derivation: Derivation, network: Network, layer: int, count: int) -> None:
        self.derivation = derivation
        self.layer, self.count = layer, count
        self.incoming = [network.incoming(layer, unit) for unit in range(1, count + 1)]
        self.outgoing = [network.outgoing(layer, unit) for unit in range(1, count + 1)]
        merged = {i for unit in (*self.incoming[1:], *self.outgoing[1:]) for i in unit}
        self.kept = [i for i in range(derivation.dimension) if i not in merged]
        self.place = {i: k for k, i in enumerate(self.kept)}

    @classmethod
    def of(cls, derivation: Derivation, network: Network, layer: int, count: int) -> Family | None:
        """The family, when its identities can be proved."""
        ridge = network.ridge
        units = range(1, count + 1)
        if any(ridge[i] for unit in units for i in (*network.incoming(layer, unit), *network.outgoing(layer, unit))):
            return None
        if len(derivation.graph.reachable(derivation.gradient)) > MOST_NODES:
            return None
        family = cls(derivation, network, layer, count)
        return family if family._is_proved() else None

    def _images(self, graph: Graph, shares: Sequence[int]) -> list[int]:
        """J's unknowns as nodes in the smaller network's; `shares`: nodes t_2, ..., t_k."""
        images = {i: graph.variable(k) for i, k in self.place.items()}
        rest = graph.sub(graph.constant(1), graph.total(shares))
        for node, inward, outward in zip(shares, self.incoming[1:], self.outgoing[1:], strict=True):
            for i, first in zip(inward, self.incoming[0], strict=True):
                images[i] = graph.variable(self.place[first])
            for i, first in zip(outward, self.outgoing[0], strict=True):
                images[i] = graph.mul(node, graph.variable(self.place[first]))
        for first in self.outgoing[0]:
            images[first] = graph.mul(rest, graph.variable(self.place[first]))
        return [images[i] for i in range(self.derivation.dimension)]

    def _is_proved(self) -> bool:
        """Whether g(w(z, t)) is F's gradient times 1, t_i, or what is left of 1, for all z and t."""
        n = self.derivation.dimension
        atoms = Atoms(n + self.count - 1)
        one, nothing = atoms.constant(fmpq(1)), atoms.constant(fmpq(0))
        shares = [atoms.variable(n + k) for k in range(self.count - 1)]
        rest = one
        for share in shares:
            rest = added(rest, share, fmpq(-1))
        split, whole = ([atoms.variable(i) for i in range(n)] for _ in range(2))
        factors, partners = [one] * n, list(range(n))
        for share, inward, outward in zip([rest, *shares], self.incoming, self.outgoing, strict=True):
            for i, first in zip(inward, self.incoming[0], strict=True):
                split[i] = whole[i] = atoms.variable(first)
                factors[i], partners[i] = share, first
            for i, first in zip(outward, self.outgoing[0], strict=True):
                split[i] = atoms.multiply(share, atoms.variable(first))
                whole[i] = atoms.variable(first) if i == first else nothing
                partners[i] = first
        try:
            form = normal_form(atoms, self.derivation.graph, self.derivation.value).polynomial
            derivatives = Derivatives(atoms)
            gradient = [derivatives(form, i) for i in range(n)]
        except (ArithmeticError, NotImplementedError):
            return False
        in_split, in_whole = Substitution(atoms, split), Substitution(atoms, whole)
        smaller = {i: in_whole(gradient[i]) for i in self.kept}
        return all(in_split(gradient[i]) == atoms.multiply(factors[i], smaller[partners[i]]) for i in range(n))

    def _whole(self, graph: Graph) -> list[int]:
        """F's gradient in the unknowns kept: J's where unit 1 has everything and the others nothing."""
        zeros = [graph.constant(0)] * (self.count - 1)
        images = self._images(graph, zeros)
        nodes = self.derivation.graph.mapped(self.derivation.gradient, graph, images.__getitem__)
        return [nodes[i] for i in self.kept]

    def witness(self, seed: int) -> Witness | None:
        """A split point with H >= 0, from the minima of the smaller network."""
        m, graph = len(self.kept), Graph()
        slope = self._whole(graph)
        columns = [forward(graph, slope, {k: graph.constant(1)}) for k in range(m)]
        system = compile_tape(graph, slope, m)
        jacobian = compile_tape(graph, [columns[j][i] for i in range(m) for j in range(m)], m)
        names = [self.derivation.objective.variables[i] for i in self.kept]
        images = self._images(graph, [graph.constant(0)] * (self.count - 1))
        (value,) = self.derivation.graph.mapped([self.derivation.value], graph, images.__getitem__)
        smaller = derive(Objective.from_graph("the smaller network", names, graph, value, expression=""))
        found = stationary_points(smaller, np.full(m, -np.inf), np.full(m, np.inf), seed=seed)
        minima = [suspect for suspect in found if suspect.eigenvalues[0] > NOT_FLAT * suspect.eigenvalues[-1]]
        for suspect in minima[:MOST_POINTS]:
            point = solve_square(system, jacobian, [float(x) for x in suspect.point])
            if point is None:
                continue
            for share in SHARES:
                witness = self._at(point, share)
                if witness is not None:
                    return witness
        return None

    def _at(self, point: Sequence[arb], share: Fraction) -> Witness | None:
        """The witness with t_2 = ... = t_k = `share` (of 1 - t_1, where positive), if it is one."""
        n, others = self.derivation.dimension, self.count - 1
        each = share / others if share > 0 and others > 1 else share
        shares = [1 - others * each, *[each] * others]
        values = [point[self.place[i]] if i in self.place else arb(0) for i in range(n)]
        kernel = [[arb(0)] * others for _ in range(n)]
        for unit, t in enumerate(shares):
            for i, first in zip(self.incoming[unit], self.incoming[0], strict=True):
                values[i] = point[self.place[first]]
            for i, first in zip(self.outgoing[unit], self.outgoing[0], strict=True):
                values[i] = ball(t) * point[self.place[first]]
        for number, i_and_first in itertools.product(range(others), range(len(self.outgoing[0]))):
            v = point[self.place[self.outgoing[0][i_and_first]]]
            kernel[self.outgoing[number + 1][i_and_first]][number] = v
            kernel[self.outgoing[0][i_and_first]][number] = -v
        units = ", ".join(str(unit) for unit in range(1, self.count)) + f" and {self.count}"
        return conclude(
            self.derivation,
            Pinned(values, arb_mat(kernel)),
            f"hidden units {units} of layer {self.layer} are one unit of a smaller network, split: they may share its outgoing "
            "weights in any way",
        )
