"""Normal forms of formulas: polynomials in atoms, so that equal formulas become equal.

Functions whose value at -x is a polynomial in x and their value at x are written through one that is odd or
even: sigmoid(x) = 1/2 + tanh(x/2)/2, relu(x) = (x + x sgn(x))/2, softplus(x) = x/2 + log(2 cosh(x/2)),
acos(x) = pi/2 - asin(x).

Every step is an identity wherever the formula is defined, so two formulas with one normal form *and* the same
conditions (what must be positive, not zero, ...) are the same function. The converse fails: identities
such as sin² + cos² = 1 are not used here (`linearised` knows that one), and what needs them stays unproved.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from flint import fmpq

from strictsaddle.execution.budget import require_time
from strictsaddle.formula.atoms import Atoms, Key, Polynomial, accumulate, added, key_of, scaled
from strictsaddle.formula.graph import Graph, Op

Condition = tuple[str, Key]

_HALF = fmpq(1, 2)
_PLAIN = {
    Op.EXP: "exp", Op.SIN: "sin", Op.COS: "cos", Op.ATAN: "atan", Op.SINH: "sinh", Op.COSH: "cosh",
    Op.TANH: "tanh", Op.ERF: "erf",
}  # fmt: skip
_ONE_SIDED = ("positive", "not negative")  # conditions that change with the sign of what they are about


class NormalForm(NamedTuple):
    """A formula as a polynomial in `atoms`, and the conditions under which it is defined."""

    atoms: Atoms
    polynomial: Polynomial
    conditions: frozenset[Condition]


def normal_form(atoms: Atoms, graph: Graph, root: int) -> NormalForm:
    """The normal form of node `root`. Raises ArithmeticError for a denominator that is identically zero, and
    NotImplementedError for the operations that only derivatives have."""
    reader = _Reader(atoms, graph)
    for node in graph.reachable([root]):
        require_time()
        reader.done[node] = reader.of_node(node)
    return NormalForm(atoms, reader.done[root], frozenset(reader.conditions))


class _Reader:
    def __init__(self, atoms: Atoms, graph: Graph) -> None:
        self.atoms = atoms
        self.graph = graph
        self.done: dict[int, Polynomial] = {}
        self.conditions: set[Condition] = set()

    def of_node(self, node: int) -> Polynomial:
        graph, done, atoms = self.graph, self.done, self.atoms
        op, value = graph.ops[node], graph.value(node)
        if value is not None:
            return atoms.constant(fmpq(value.numerator, value.denominator))
        if op is Op.PI:
            return atoms.apply("pi", {})
        if op is Op.VAR:
            return atoms.variable(graph.left[node])
        a = done[graph.left[node]]
        if op is Op.POW:
            return atoms.power(a, graph.right[node])
        if op in (Op.ADD, Op.SUB):
            return added(a, done[graph.right[node]], fmpq(1 if op is Op.ADD else -1))
        if op is Op.MUL:
            return atoms.multiply(a, done[graph.right[node]])
        if op is Op.DIV:
            b = done[graph.right[node]]
            self.conditions.add(_condition("nonzero", b))
            return atoms.multiply(a, atoms.reciprocal(b))
        return self._of_function(op, a)

    def _of_function(self, op: Op, a: Polynomial) -> Polynomial:
        atoms = self.atoms
        half = scaled(a, _HALF)
        if op is Op.NEG:
            return scaled(a, fmpq(-1))
        if op in _PLAIN:
            return atoms.apply(_PLAIN[op], a)
        if op is Op.SIGMOID:
            return added(atoms.constant(_HALF), atoms.apply("tanh", half), _HALF)
        if op is Op.SOFTPLUS:
            return added(atoms.apply("logcosh", half), a, _HALF)
        if op in (Op.RELU, Op.ABS):
            modulus = atoms.multiply(a, atoms.apply("sgn", a))
            return modulus if op is Op.ABS else scaled(added(a, modulus), _HALF)
        if op in (Op.SIGN, Op.STEP):
            self.conditions.add(_condition("nonzero", a))
            sign = atoms.apply("sgn", a)
            return sign if op is Op.SIGN else added(atoms.constant(_HALF), sign, _HALF)
        if op is Op.TAN:
            self.conditions.add(_condition("nonzero", atoms.apply("cos", a)))
            return atoms.apply("tan", a)
        if op in (Op.ASIN, Op.ACOS):
            self.conditions.add(_condition("at most 1", a))
            arcsine = atoms.apply("asin", a)
            return arcsine if op is Op.ASIN else added(scaled(atoms.apply("pi", {}), _HALF), arcsine, fmpq(-1))
        if op in (Op.LOG, Op.SQRT):
            self.conditions.add(("positive" if op is Op.LOG else "not negative", key_of(a)))
            return atoms.apply(op.name.lower(), a)
        raise NotImplementedError(f"no normal form for {op.name}")


def _condition(kind: str, a: Polynomial) -> Condition:
    """A condition that does not change with the sign of `a`."""
    flip = bool(a) and a[min(a)] < 0
    return (kind, key_of(scaled(a, fmpq(-1)) if flip else a))


class Substitution:
    """images[k] in the place of unknown k, in any polynomial over `atoms`; images of atoms are computed
    once."""

    def __init__(self, atoms: Atoms, images: Sequence[Polynomial]) -> None:
        self.atoms = atoms
        self.images = images
        self._known: dict[int, Polynomial] = {}

    def __call__(self, polynomial: Polynomial) -> Polynomial:
        result: Polynomial = {}
        for monomial, c in polynomial.items():
            product = self.atoms.constant(c)
            for atom, exponent in monomial:
                product = self.atoms.multiply(product, self.atoms.power(self._image(atom), exponent))
            accumulate(result, product)
        return result

    def of_condition(self, condition: Condition) -> Condition:
        kind, key = condition
        image = self(dict(key))
        return (kind, key_of(image)) if kind in _ONE_SIDED else _condition(kind, image)

    def _image(self, atom: int) -> Polynomial:
        if atom < self.atoms.dimension:
            return self.images[atom]
        if atom not in self._known:
            self._known[atom] = self.atoms.apply(self.atoms.table[atom].kind, self(self.atoms.argument(atom)))
        return self._known[atom]
