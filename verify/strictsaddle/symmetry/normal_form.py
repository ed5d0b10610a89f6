"""Normal forms: formulas as polynomials with rational coefficients in atoms, so that equal formulas become equal.

An atom is an unknown, pi, or a function of a normal form: tanh(P), exp(P), ... Signs are moved out of the atoms
by identities that hold for all reals (tanh(-x) = -tanh(x), cos(-x) = cos(x), exp(-x) = 1/exp(x)), and functions
that have a sign rule only up to a polynomial are written through one that has (sigmoid(x) = 1/2 + tanh(x/2)/2,
relu(x) = (x + x sgn(x))/2, softplus(x) = x/2 + log(2 cosh(x/2))). A product too large to multiply out keeps its
factors as atoms of the kind "factor", whose value is the polynomial itself.

Every step is an identity wherever the formula is defined, so two formulas with one normal form *and* the same
conditions (`conditions`: what must be positive, not zero, ...) are the same function. The converse fails: identities
such as sin² + cos² = 1 are not used, and what needs them stays unproved.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import Enum
from math import comb
from typing import NamedTuple

from flint import fmpq

from strictsaddle.objective.graph import Graph, Op

Monomial = tuple[tuple[int, int], ...]  # (atom, exponent) by rising atom; exponents are not 0, and may be negative
Polynomial = dict[Monomial, fmpq]  # no zero coefficients
Key = tuple[tuple[Monomial, fmpq], ...]
Condition = tuple[str, Key]

ONE: Monomial = ()
EXPANSION_LIMIT = 20_000
_HALF = fmpq(1, 2)


class Parity(Enum):
    """What becomes of an atom when its argument changes sign."""

    ODD = "odd"  # it changes sign
    EVEN = "even"  # nothing
    INVERSE = "inverse"  # it becomes its reciprocal (exp)
    NONE = "none"  # another atom


PARITY = {
    "variable": Parity.ODD, "factor": Parity.ODD, "sin": Parity.ODD, "tan": Parity.ODD, "asin": Parity.ODD,
    "atan": Parity.ODD, "sinh": Parity.ODD, "tanh": Parity.ODD, "erf": Parity.ODD, "sgn": Parity.ODD,
    "cos": Parity.EVEN, "cosh": Parity.EVEN, "logcosh": Parity.EVEN, "exp": Parity.INVERSE, "log": Parity.NONE,
    "sqrt": Parity.NONE, "pi": Parity.NONE,
}  # fmt: skip
# sgn(0) is 0 here, so that |x| = x sgn(x) everywhere; "logcosh" of x is log(2 cosh(x)).

_PLAIN = {
    Op.EXP: "exp", Op.SIN: "sin", Op.COS: "cos", Op.ATAN: "atan", Op.SINH: "sinh", Op.COSH: "cosh",
    Op.TANH: "tanh", Op.ERF: "erf",
}  # fmt: skip


class Atom(NamedTuple):
    """`kind` is a key of PARITY; `argument` the normal form it is applied to; `number` that of an unknown, else -1."""

    kind: str
    argument: Key
    number: int = -1


def key_of(polynomial: Polynomial) -> Key:
    """The polynomial as a hashable value: its terms in a fixed order."""
    return tuple(sorted(polynomial.items(), key=lambda term: term[0]))


class NormalForms:
    """A table of atoms in `dimension` unknowns, in which normal forms can be compared with ==.

    `limit` bounds the terms of a product that is multiplied out; 1 keeps every product of sums as it stands.
    """

    def __init__(self, dimension: int, limit: int = EXPANSION_LIMIT) -> None:
        self.dimension = dimension
        self.limit = limit
        self.atoms: list[Atom] = [Atom("variable", (), k) for k in range(dimension)]
        self._known: dict[Atom, int] = {atom: k for k, atom in enumerate(self.atoms)}
        self._derivatives: dict[tuple[int, int], Polynomial] = {}
        self._leads: dict[int, Monomial | None] = {}

    # building
    def variable(self, number: int) -> Polynomial:
        return {((number, 1),): fmpq(1)}

    def constant(self, value: fmpq) -> Polynomial:
        return {ONE: value} if value else {}

    def parity(self, atom: int) -> Parity:
        return PARITY[self.atoms[atom].kind]

    def argument(self, atom: int) -> Polynomial:
        return dict(self.atoms[atom].argument)

    def _atom(self, kind: str, argument: Polynomial) -> int:
        atom = Atom(kind, key_of(argument))
        found = self._known.get(atom)
        if found is None:
            found = self._known[atom] = len(self.atoms)
            self.atoms.append(atom)
        return found

    def apply(self, kind: str, argument: Polynomial) -> Polynomial:
        """The normal form of the function `kind` of `argument`, signs (and for `factor` and `sgn` content) moved out."""
        parity = PARITY[kind]
        if not argument and kind in ("cos", "cosh", "exp"):
            return {ONE: fmpq(1)}
        if not argument and parity is Parity.ODD:
            return {}
        if parity is Parity.NONE:
            return {((self._atom(kind, argument), 1),): fmpq(1)}
        lead = argument[min(argument)] if argument else fmpq(1)
        sign = fmpq(-1 if lead < 0 else 1)
        if kind in ("factor", "sgn"):
            inner = self._atom(kind, scaled(argument, 1 / lead))
            return {((inner, 1),): lead if kind == "factor" else sign}
        inner = self._atom(kind, scaled(argument, sign))
        if parity is Parity.INVERSE:
            return {((inner, int(sign)),): fmpq(1)}
        return {((inner, 1),): sign if parity is Parity.ODD else fmpq(1)}

    def multiply(self, a: Polynomial, b: Polynomial) -> Polynomial:
        if len(a) > 1 and len(b) > 1 and len(a) * len(b) > self.limit:
            a, b = self.apply("factor", a), self.apply("factor", b)
        if len(b) < len(a):
            a, b = b, a
        product: Polynomial = {}
        for left, c in a.items():
            for right, d in b.items():
                monomial = times(left, right)
                total = product.get(monomial, 0) + c * d
                if total:
                    product[monomial] = total
                else:
                    product.pop(monomial, None)
        return product

    def power(self, a: Polynomial, exponent: int) -> Polynomial:
        """a**exponent for exponent >= 0, or any exponent when `a` has one term. Raises ArithmeticError for 1/0."""
        if len(a) == 1:
            ((monomial, c),) = a.items()
            return {tuple((atom, e * exponent) for atom, e in monomial) if exponent else ONE: c**exponent}
        if exponent < 0:
            if not a:
                raise ArithmeticError("a denominator is identically zero")
            return self.power(self.apply("factor", a), exponent)
        if a and comb(len(a) + exponent - 1, exponent) > max(self.limit, 1):
            return self.power(self.apply("factor", a), exponent)
        result, square = self.constant(fmpq(1)), a
        while exponent:
            if exponent & 1:
                result = self.multiply(result, square)
            exponent >>= 1
            if exponent:
                square = self.multiply(square, square)
        return result

    def reciprocal(self, a: Polynomial) -> Polynomial:
        """1/a. Raises ArithmeticError when `a` is the zero polynomial."""
        return self.power(a, -1)

    def of_graph(self, graph: Graph, root: int) -> tuple[Polynomial, frozenset[Condition]]:
        """The normal form of node `root`, and the conditions under which the formula is defined.

        Raises ArithmeticError for a denominator that is identically zero.
        """
        done: dict[int, Polynomial] = {}
        conditions: set[Condition] = set()
        for node in graph.reachable([root]):
            done[node] = self._of_node(graph, node, done, conditions)
        return done[root], frozenset(conditions)

    def _of_node(
        self, graph: Graph, node: int, done: dict[int, Polynomial], conditions: set[Condition]
    ) -> Polynomial:
        op, value = graph.ops[node], graph.value(node)
        if value is not None:
            return self.constant(fmpq(value.numerator, value.denominator))
        if op is Op.PI:
            return self.apply("pi", {})
        if op is Op.VAR:
            return self.variable(graph.left[node])
        a = done[graph.left[node]]
        if op is Op.POW:
            return self.power(a, graph.right[node])
        if op in (Op.ADD, Op.SUB):
            return added(a, done[graph.right[node]], fmpq(1 if op is Op.ADD else -1))
        if op is Op.MUL:
            return self.multiply(a, done[graph.right[node]])
        if op is Op.DIV:
            b = done[graph.right[node]]
            conditions.add(self._condition("nonzero", b))
            return self.multiply(a, self.reciprocal(b))
        return self._of_function(op, a, conditions)

    def _of_function(self, op: Op, a: Polynomial, conditions: set[Condition]) -> Polynomial:
        half = scaled(a, _HALF)
        if op is Op.NEG:
            return scaled(a, fmpq(-1))
        if op in _PLAIN:
            return self.apply(_PLAIN[op], a)
        if op is Op.SIGMOID:
            return added(self.constant(_HALF), self.apply("tanh", half), _HALF)
        if op is Op.SOFTPLUS:
            return added(self.apply("logcosh", half), a, _HALF)
        if op in (Op.RELU, Op.ABS):
            modulus = self.multiply(a, self.apply("sgn", a))
            return modulus if op is Op.ABS else scaled(added(a, modulus), _HALF)
        if op in (Op.SIGN, Op.STEP):
            conditions.add(self._condition("nonzero", a))
            sign = self.apply("sgn", a)
            return sign if op is Op.SIGN else added(self.constant(_HALF), sign, _HALF)
        if op is Op.TAN:
            conditions.add(self._condition("nonzero", self.apply("cos", a)))
            return self.apply("tan", a)
        if op in (Op.ASIN, Op.ACOS):
            conditions.add(self._condition("at most 1", a))
            arcsine = self.apply("asin", a)
            return arcsine if op is Op.ASIN else added(scaled(self.apply("pi", {}), _HALF), arcsine, fmpq(-1))
        if op in (Op.LOG, Op.SQRT):
            conditions.add(("positive" if op is Op.LOG else "not negative", key_of(a)))
            return self.apply(op.name.lower(), a)
        raise NotImplementedError(f"no normal form for {op.name}")

    def _condition(self, kind: str, a: Polynomial) -> Condition:
        """A condition that does not change with the sign of `a`."""
        flip = bool(a) and a[min(a)] < 0
        return (kind, key_of(scaled(a, fmpq(-1)) if flip else a))

    # transforming
    def substitute(self, polynomial: Polynomial, images: Sequence[Polynomial],
                   known: dict[int, Polynomial]) -> Polynomial:  # fmt: skip
        """`polynomial` with images[k] in the place of unknown k. `known` keeps the images of atoms between calls with the
        same `images`; start with an empty one."""
        result: Polynomial = {}
        for monomial, c in polynomial.items():
            product = self.constant(c)
            for atom, exponent in monomial:
                image = self._image(atom, images, known)
                product = self.multiply(product, self.power(image, exponent))
            _accumulate(result, product)
        return result

    def _image(self, atom: int, images: Sequence[Polynomial], known: dict[int, Polynomial]) -> Polynomial:
        if atom < self.dimension:
            return images[atom]
        if atom not in known:
            argument = self.substitute(self.argument(atom), images, known)
            known[atom] = self.apply(self.atoms[atom].kind, argument)
        return known[atom]

    def substitute_condition(self, condition: Condition, images: Sequence[Polynomial],
                             known: dict[int, Polynomial]) -> Condition:  # fmt: skip
        kind, key = condition
        image = self.substitute(dict(key), images, known)
        return (kind, key_of(image)) if kind in ("positive", "not negative") else self._condition(kind, image)

    # deriving
    def derivative(self, polynomial: Polynomial, variable: int) -> Polynomial:
        """The partial derivative, where it exists (sgn counts as locally constant)."""
        result: Polynomial = {}
        for monomial, c in polynomial.items():
            for place, (atom, exponent) in enumerate(monomial):
                inner = self._atom_derivative(atom, variable)
                if not inner:
                    continue
                lowered = ((atom, exponent - 1),) if exponent != 1 else ()
                rest = monomial[:place] + lowered + monomial[place + 1 :]
                _accumulate(result, self.multiply({rest: c * exponent}, inner))
        return result

    def _atom_derivative(self, atom: int, variable: int) -> Polynomial:
        if atom < self.dimension:
            return self.constant(fmpq(1 if atom == variable else 0))
        found = self._derivatives.get((atom, variable))
        if found is None:
            inner = self.derivative(self.argument(atom), variable)
            found = self.multiply(self._outer_derivative(atom), inner) if inner else {}
            self._derivatives[atom, variable] = found
        return found

    def _outer_derivative(self, atom: int) -> Polynomial:
        kind, argument = self.atoms[atom].kind, self.argument(atom)
        itself: Polynomial = {((atom, 1),): fmpq(1)}
        one = self.constant(fmpq(1))
        square = self.power(itself, 2)
        if kind == "factor":
            return one
        if kind in ("pi", "sgn"):
            return {}
        if kind == "exp":
            return itself
        if kind in ("sin", "sinh", "cosh"):
            return self.apply({"sin": "cos", "sinh": "cosh", "cosh": "sinh"}[kind], argument)
        if kind == "cos":
            return scaled(self.apply("sin", argument), fmpq(-1))
        if kind in ("tan", "tanh"):
            return added(one, square, fmpq(1 if kind == "tan" else -1))
        if kind == "logcosh":
            return self.apply("tanh", argument)
        if kind == "log":
            return self.reciprocal(argument)
        if kind == "sqrt":
            return scaled(self.power(itself, -1), _HALF)
        squared = self.multiply(argument, argument)
        if kind == "atan":
            return self.reciprocal(added(one, squared))
        if kind == "asin":
            return self.power(self.apply("sqrt", added(one, squared, fmpq(-1))), -1)
        if kind == "erf":  # 2/sqrt(pi) exp(-x²)
            root = self.power(self.apply("sqrt", self.apply("pi", {})), -1)
            return self.multiply(scaled(root, fmpq(2)), self.apply("exp", scaled(squared, fmpq(-1))))
        raise NotImplementedError(f"no derivative for {kind}")

    def reduced(self, polynomial: Polynomial) -> Polynomial:
        """An equal form in which numerators over a factor D are divided by D as far as one atom allows: sum exp(z_k)
        over itself becomes 1. The map is linear, so linear relations found among results hold among the inputs."""
        result: Polynomial = {}
        pending = dict(polynomial)
        for _ in range(50 * self.limit):
            if not pending:
                return result
            monomial, c = pending.popitem()
            replaced = self._divided(monomial)
            if replaced is None:
                _accumulate(result, {monomial: c})
            else:
                _accumulate(pending, replaced, c)
        return polynomial

    def _divided(self, monomial: Monomial) -> Polynomial | None:
        """m/D**e with m divisible by the leading term t of D = t + rest, as (m/t)(1 - rest/D)/D**(e-1)."""
        exponents = dict(monomial)
        for atom, exponent in monomial:
            if exponent > 0 or self.atoms[atom].kind != "factor":
                continue
            divisor = self.argument(atom)
            lead = self._leading(atom, divisor)
            if lead is None or any(exponents.get(a, 0) < e for a, e in lead if e > 0):
                continue
            quotient = times(monomial, tuple((a, -e) for a, e in lead))
            rest = {m: -c / divisor[lead] for m, c in divisor.items() if m != lead}
            whole = {times(quotient, ((atom, 1),)): 1 / divisor[lead]}
            return added(whole, {times(quotient, m): c for m, c in rest.items()})
        return None

    def _leading(self, factor: int, divisor: Polynomial) -> Monomial | None:
        """The term of `divisor` that alone has the highest power of some atom, so that division by it comes to an end."""
        if factor not in self._leads:
            self._leads[factor] = None
            for atom in sorted({atom for monomial in divisor for atom, _ in monomial}):
                ranked = sorted((dict(monomial).get(atom, 0), monomial) for monomial in divisor)
                if ranked[-1][0] > max(ranked[-2][0], 0):
                    self._leads[factor] = ranked[-1][1]
                    break
        return self._leads[factor]


def times(a: Monomial, b: Monomial) -> Monomial:
    """The product of two monomials."""
    if not a:
        return b
    if not b:
        return a
    if a[-1][0] < b[0][0]:
        return a + b
    exponents = dict(a)
    for atom, exponent in b:
        total = exponents.get(atom, 0) + exponent
        if total:
            exponents[atom] = total
        else:
            del exponents[atom]
    return tuple(sorted(exponents.items()))


def scaled(a: Polynomial, factor: fmpq) -> Polynomial:
    """factor * a."""
    return {monomial: factor * c for monomial, c in a.items()} if factor else {}


def added(a: Polynomial, b: Polynomial, factor: fmpq | int = 1) -> Polynomial:
    """a + factor * b."""
    result = dict(a)
    _accumulate(result, b, factor)
    return result


def _accumulate(total: Polynomial, terms: Polynomial, factor: fmpq | int = 1) -> None:
    for monomial, c in terms.items():
        value = total.get(monomial, 0) + factor * c
        if value:
            total[monomial] = value
        else:
            total.pop(monomial, None)


def summed(polynomials: Iterable[Polynomial]) -> Polynomial:
    """The sum of the polynomials."""
    result: Polynomial = {}
    for polynomial in polynomials:
        _accumulate(result, polynomial)
    return result
