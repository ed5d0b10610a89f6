"""Candidates for signed permutations: automorphisms of a coloured graph of literals, terms and atoms (nauty).

An unknown, and every atom that is odd in its argument, is a triangle-free triple: a hub between two literals,
+A and -A. An atom exp(P) is such a triple too, with the literals exp(P) and exp(-P). Other atoms are one
vertex. A term c*m of a polynomial is a vertex coloured by |c|, joined to a "power" vertex for each factor
that is not a first power of a signed atom, and, for the k factors that have a sign and an odd exponent, to
the 2^(k-1) choices of signs whose product is the sign of c, each joined to the literals chosen. Swapping the
signs of two factors permutes the choices among themselves; swapping one sign breaks them: the graph knows the
term's value, sign included, and nothing else.

An automorphism therefore maps the formula to itself. It is proved once more, symbolically, by the caller.
"""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Sequence
from fractions import Fraction

from flint import fmpq

from strictsaddle.formula.atoms import Atoms, Parity, Polynomial
from strictsaddle.objective.domain import Domain
from strictsaddle.symmetry.discrete.permutation_group import SignedPermutation

MAXIMAL_VERTICES = 8_000  # nauty's matrix is dense: beyond some 5000 it takes several seconds


class NotSearched(Exception):
    """The graph would have more vertices than allowed, or pynauty, which finds automorphisms, is not installed."""


class SignedGraph:
    """The coloured graph of a normal form on a domain. Raises NotSearched."""

    def __init__(self, atoms: Atoms, root: Polynomial, domain: Domain, most: int = MAXIMAL_VERTICES) -> None:
        self.atoms = atoms
        self.most = most
        self.colours: list[Hashable] = []
        self.edges: list[list[int]] = []
        self._literals: dict[int, tuple[int, int]] = {}
        self._hubs: dict[int, int] = {}
        self._powers: dict[tuple[int, int], int] = {}
        for variable in range(atoms.dimension):
            self._triple(variable, *self._variable_colours(variable, domain))
        for group in domain.groups:
            self._vertex("sphere", [self._hubs[k] for k in group])
        pending = [root]
        top = self._vertex("objective")
        self._terms(root, (top, None))
        placed: set[int] = set()
        while pending:
            for monomial in pending.pop():
                for atom, _ in monomial:
                    if atom >= atoms.dimension and atom not in placed:
                        placed.add(atom)
                        self._argument_of(atom)
                        pending.append(atoms.argument(atom))

    def automorphisms(self) -> tuple[list[SignedPermutation], Fraction]:
        """Generators of the automorphism group as signed permutations of the unknowns, and its order to some
        12 digits.

        An automorphism that fixes all literals of the unknowns is the identity (terms of a polynomial differ,
        and so do arguments of atoms of one kind), so the order is also that of the group of signed
        permutations. Raises NotSearched.
        """
        try:
            import pynauty
        except ImportError as error:
            raise NotSearched from error

        classes: dict[Hashable, set[int]] = {}
        for vertex, colour in enumerate(self.colours):
            classes.setdefault(colour, set()).add(vertex)
        graph = pynauty.Graph(
            len(self.colours),
            adjacency_dict=dict(enumerate(self.edges)),
            vertex_coloring=[classes[colour] for colour in sorted(classes, key=repr)],
        )
        generators, mantissa, exponent, _, _ = pynauty.autgrp(graph)
        number = {}
        for variable in range(self.atoms.dimension):
            plus, minus = self._literals[variable]
            number[plus], number[minus] = 2 * variable, 2 * variable + 1
        order = [literal for variable in range(self.atoms.dimension) for literal in self._literals[variable]]
        found = [SignedPermutation.from_literals([number[g[literal]] for literal in order]) for g in generators]
        return found, Fraction(mantissa) * 10**exponent

    def _vertex(self, colour: Hashable, neighbours: Sequence[int] = ()) -> int:
        if len(self.colours) >= self.most:
            raise NotSearched
        self.colours.append(colour)
        self.edges.append(list(neighbours))
        return len(self.colours) - 1

    def _variable_colours(self, variable: int, domain: Domain) -> tuple[Hashable, Hashable]:
        if domain.ends is not None:
            low, high = domain.ends[0][variable], domain.ends[1][variable]
            return ("literal", str(low), str(high)), ("literal", str(-high), str(-low))
        return "literal", "literal"

    def _triple(self, atom: int, plus_colour: Hashable, minus_colour: Hashable) -> None:
        plus, minus = self._vertex(plus_colour), self._vertex(minus_colour)
        self._literals[atom] = (plus, minus)
        self._hubs[atom] = self._vertex("hub", [plus, minus])

    def _place(self, atom: int) -> None:
        """The vertices of `atom`, when it has none yet."""
        if atom not in self._hubs:
            kind = self.atoms.table[atom].kind
            if self.atoms.parity(atom) in (Parity.ODD, Parity.INVERSE):
                self._triple(atom, kind, kind)
            else:
                self._hubs[atom] = self._vertex(kind)

    def _argument_of(self, atom: int) -> None:
        parity = self.atoms.parity(atom)
        argument = self.atoms.argument(atom)
        if parity in (Parity.ODD, Parity.INVERSE):
            self._terms(argument, self._literals[atom])
        elif parity is Parity.EVEN and argument:
            hub = self._hubs[atom]
            ends = self._vertex("side", [hub]), self._vertex("side", [hub])
            self._terms(argument, ends)
        else:
            self._terms(argument, (self._hubs[atom], None))

    def _terms(self, polynomial: Polynomial, ends: tuple[int, int | None]) -> None:
        """Join the terms of `polynomial` to the vertex of +polynomial and, if there is one, those of
        -polynomial to its own. `ends` are the two."""
        plus, minus = ends
        for monomial, c in polynomial.items():
            signed, shared = [], []
            for atom, exponent in monomial:
                self._place(atom)
                has_sign = self.atoms.parity(atom) is Parity.ODD
                if has_sign and exponent % 2:
                    signed.append(self._literals[atom])
                if not has_sign or exponent != 1:
                    shared.append(self._power(atom, exponent))
            self._term(signed, shared, c, plus)
            if minus is not None:
                self._term(signed, shared, -c, minus)

    def _power(self, atom: int, exponent: int) -> int:
        if (atom, exponent) not in self._powers:
            if self.atoms.parity(atom) is Parity.INVERSE:
                owner = self._literals[atom][exponent < 0]
                colour: Hashable = ("power", abs(exponent))
            else:
                owner, colour = self._hubs[atom], ("power", exponent)
            self._powers[atom, exponent] = self._vertex(colour, [owner])
        return self._powers[atom, exponent]

    def _term(self, signed: list[tuple[int, int]], shared: list[int], c: fmpq, end: int) -> None:
        negative = bool(c < 0)
        term = self._vertex(("term", str(abs(c)), negative and not signed), [end, *shared])
        if len(signed) == 1:
            self.edges[term].append(signed[0][negative])
            return
        if len(signed) > 12:
            raise NotSearched
        for choice in itertools.product((0, 1), repeat=max(len(signed) - 1, 0)):
            last = (sum(choice) + negative) % 2
            if signed:
                chosen = [pair[side] for pair, side in zip(signed, (*choice, last), strict=True)]
                self._vertex("choice", [term, *chosen])
