"""Formulas: their text, their table of nodes, and their derivatives.

A node is a constant plus a rational combination of nodes, a product of integer powers, a function of a node, an unknown, or pi. Nodes that
are the same are one node: sums and products are kept in an order that depends on their content alone, like terms are added up, and
signs are moved out of odd and even functions. So equal numbers prove equal functions (not the other way round). Each rewriting
is an identity wherever both sides are defined.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from math import isqrt
from typing import Any

from strictsaddle_proofs.errors import Refused, require

Node = tuple[Any, ...]  # kind, then what it is made of: see the methods that make nodes
Expansion = dict[tuple[tuple[int, int], ...], Fraction]
Terms = Mapping[int, Fraction]
ODD = frozenset({"sin", "tan", "asin", "atan", "sinh", "tanh", "erf", "tanh2", "sigmoid2", "sign"})
EVEN = frozenset({"cos", "cosh", "abs", "tanh1", "sigmoid1"})
FUNCTIONS = frozenset(
    [
        "exp",
        "log",
        "sqrt",
        "sin",
        "cos",
        "tan",
        "asin",
        "acos",
        "atan",
        "sinh",
        "cosh",
        "tanh",
        "sigmoid",
        "softplus",
        "erf",
        "relu",
        "abs",
    ]
)  # what a text may name; tanh1, tanh2, sigmoid1, sigmoid2 are derivatives; sign and step are those of abs and relu
ZERO_AT_ZERO = frozenset(
    ["sin", "tan", "asin", "atan", "sinh", "tanh", "erf", "abs", "sqrt", "relu", "sigmoid2", "tanh2"]
)
AT_ZERO = {**dict.fromkeys(ZERO_AT_ZERO, Fraction(0)), **dict.fromkeys(("exp", "cos", "cosh", "tanh1"), Fraction(1))}
AT_ZERO |= {"sigmoid": Fraction(1, 2), "sigmoid1": Fraction(1, 4)}
PARTIAL = {"log": "positive", "sqrt": "positive", "tan": "nonzero", "asin": "within", "acos": "within", "abs": "nonzero",
           "relu": "nonzero"}  # fmt: skip
MOST_NODES = 2_000_000
MOST_TEXT = 1_000_000
MOST_NESTED = 100
MOST_BITS = 200_000  # of a power
MOST_SIZE = 3_000_000  # of all nodes together, in operands
MOST_WORK = 3_000_000  # of expansions, in products of terms
MOST_TERMS = 50_000  # of an expansion
GREATEST_POWER = 10_000


class Formulas:
    """A table of nodes in `dimension` unknowns; a node is its number here, and greater than the numbers that it is made of."""

    def __init__(self, dimension: int) -> None:
        self.dimension = dimension
        self.nodes: list[Node] = []
        self.ranks: list[bytes] = []  # of the content of a node: what sums and products are sorted by
        # Where the text is defined and smooth, before anything cancels: nodes that are "nonzero", "positive", or "within" (-1, 1).
        self.guards: list[tuple[str, int]] = []
        self._known: dict[Node, int] = {}
        self._reached: dict[tuple[int, ...], list[int]] = {}
        self._size = self._work = 0

    def _node(self, node: Node, content: Iterable[object]) -> int:
        if node not in self._known:
            self._size += len(node[-1]) if isinstance(node[-1], tuple) else 1
            require(len(self.nodes) < MOST_NODES and self._size < MOST_SIZE, "the formula is too large")
            self._known[node] = len(self.nodes)
            self.nodes.append(node)
            self.ranks.append(hashlib.sha256(repr(tuple(content)).encode()).digest())
        return self._known[node]

    def constant(self, value: Fraction | int) -> int:
        return self._node(("sum", Fraction(value), ()), ("sum", str(value)))

    def variable(self, number: int) -> int:
        return self._node(("variable", number), ("variable", number))

    def pi(self) -> int:
        return self._node(("pi",), ("pi",))

    def value(self, node: int) -> Fraction | None:
        """The constant that the node is, if it is one."""
        kind, *rest = self.nodes[node]
        return rest[0] if kind == "sum" and not rest[1] else None

    def terms(self, node: int) -> tuple[Fraction, dict[int, Fraction]]:
        """The node as a constant and a combination of nodes that are no sums."""
        kind, *rest = self.nodes[node]
        if kind == "sum":
            return rest[0], dict(rest[1])
        return Fraction(0), {node: Fraction(1)}

    def combination(self, parts: Iterable[tuple[int, Fraction | int]], constant: Fraction | int = 0) -> int:
        """constant + sum of coefficient * node."""
        shift, total = Fraction(constant), dict[int, Fraction]()
        for node, factor in parts:
            if factor:
                own, terms = self.terms(node)
                shift += own * factor
                for k, c in terms.items():
                    total[k] = total.get(k, Fraction(0)) + c * factor
        kept = sorted(((k, c) for k, c in total.items() if c), key=lambda term: self.ranks[term[0]])
        if len(kept) == 1 and kept[0][1] == 1 and not shift:
            return kept[0][0]
        return self._node(("sum", shift, tuple(kept)), ("sum", str(shift), *((self.ranks[k], str(c)) for k, c in kept)))

    def product(self, factors: Iterable[tuple[int, int]]) -> int:
        """The product of node ** exponent."""
        scale, total = Fraction(1), dict[int, int]()
        for node, exponent in factors:
            own, parts = self._split(node)
            scale *= self._power(own, exponent)
            for k, e in parts:
                total[k] = total.get(k, 0) + e * exponent
        roots = [(k, e) for k, e in total.items() if e and e % 2 == 0 and self.nodes[k][:2] == ("function", "sqrt")]
        if roots:  # sqrt(x)^2 is x
            kept_as_they_are = [(k, e) for k, e in total.items() if (k, e) not in roots]
            squared = [(self.nodes[k][2], e // 2) for k, e in roots]
            return self.combination([(self.product([*kept_as_they_are, *squared]), scale)])
        kept = sorted(((k, e) for k, e in total.items() if e), key=lambda f: self.ranks[f[0]])
        if not scale or not kept:
            return self.constant(scale)
        if len(kept) == 1 and kept[0][1] == 1:
            made = kept[0][0]
        else:
            made = self._node(("product", tuple(kept)), ("product", *((self.ranks[k], e) for k, e in kept)))
        return self.combination([(made, scale)])

    def _power(self, base: Fraction, exponent: int) -> Fraction:
        require(base != 0 or exponent >= 0, "a division by zero")
        bits = max(base.numerator.bit_length(), base.denominator.bit_length())
        require(abs(base) == 1 or bits * abs(exponent) <= MOST_BITS, "a number of too many digits")
        return Fraction(base) ** exponent

    def _split(self, node: int) -> tuple[Fraction, Sequence[tuple[int, int]]]:
        """The node as a rational times a product of powers; a sum is turned so that its first coefficient is positive."""
        constant, terms = self.terms(node)
        if not terms:
            return constant, ()
        if len(terms) == 1 and not constant:
            ((inner, factor),) = terms.items()
            kind, *rest = self.nodes[inner]
            return factor, rest[0] if kind == "product" else ((inner, 1),)
        if self._is_turned(node):
            return Fraction(-1), ((self.combination([(node, -1)]), 1),)
        return Fraction(1), ((node, 1),)

    def _is_turned(self, node: int) -> bool:
        """Whether the first coefficient of the sum is negative."""
        made: Any = self.nodes[node]
        terms: Any = made[2] if made[0] == "sum" else ()
        return bool(terms) and terms[0][1] < 0

    def function(self, name: str, argument: int) -> int:
        """name(argument), with what is known at rationals and under a change of sign."""
        value = self.value(argument)
        if value is not None and (known := self._at(name, value)) is not None:
            return self.constant(known)
        if (name in ODD or name in EVEN) and self._is_turned(argument):
            turned = self.function(name, self.combination([(argument, -1)]))
            return turned if name in EVEN else self.combination([(turned, -1)])
        return self._node(("function", name, argument), ("function", name, self.ranks[argument]))

    @staticmethod
    def _at(name: str, value: Fraction) -> Fraction | None:
        if value == 0 and name in AT_ZERO:
            return AT_ZERO[name]
        if name == "log" and value == 1:
            return Fraction(0)
        if name in ("abs", "relu"):
            return abs(value) if name == "abs" else max(value, Fraction(0))
        if name in ("sign", "step") and value:
            return Fraction((1 if value > 0 else -1) if name == "sign" else int(value > 0))
        if name == "sqrt" and value > 0:
            root = Fraction(isqrt(value.numerator), isqrt(value.denominator))
            return root if root * root == value else None
        return None

    # what is done with nodes
    def reachable(self, roots: Sequence[int]) -> list[int]:
        """The nodes that the roots are made of, and they, in rising order."""
        key = tuple(roots)
        if key not in self._reached:
            seen, stack = set(roots), list(roots)
            while stack:
                for k in self.operands(stack.pop()):
                    if k not in seen:
                        seen.add(k)
                        stack.append(k)
            self._reached[key] = sorted(seen)
        return self._reached[key]

    def operands(self, node: int) -> list[int]:
        kind, *rest = self.nodes[node]
        if kind == "sum":
            return [k for k, _ in rest[1]]
        if kind == "product":
            return [k for k, _ in rest[0]]
        return [rest[1]] if kind == "function" else []

    def substituted(self, roots: Sequence[int], images: Mapping[int, int]) -> list[int]:
        """The roots with unknowns replaced by nodes of this table; those without an image stay."""
        made: dict[int, int] = {}
        for node in self.reachable(roots):
            kind, *rest = self.nodes[node]
            if kind == "variable":
                made[node] = images.get(rest[0], node)
            elif kind == "sum":
                made[node] = self.combination([(made[k], c) for k, c in rest[1]], rest[0])
            elif kind == "product":
                made[node] = self.product([(made[k], e) for k, e in rest[0]])
            else:
                made[node] = self.function(rest[0], made[rest[1]]) if kind == "function" else node
        return [made[root] for root in roots]

    def gradient(self, root: int) -> list[int]:
        """The partial derivatives, by the chain rule from the root down."""
        adjoint: dict[int, list[tuple[int, Fraction | int]]] = {root: [(self.constant(1), 1)]}
        found = [self.constant(0)] * self.dimension
        for node in reversed(self.reachable([root])):
            outer = self.combination(adjoint.pop(node, []))
            kind, *rest = self.nodes[node]
            if self.value(outer) == 0:
                continue
            if kind == "variable":
                found[rest[0]] = outer
            elif kind == "sum":
                for k, c in rest[1]:
                    adjoint.setdefault(k, []).append((outer, c))
            elif kind == "product":
                for k, e in rest[0]:
                    others = [(j, d - (j == k)) for j, d in rest[0]]
                    adjoint.setdefault(k, []).append((self.product([(outer, 1), *others]), e))
            elif kind == "function":
                slope = self.slope(rest[0], rest[1])
                adjoint.setdefault(rest[1], []).append((self.product([(outer, 1), (slope, 1)]), 1))
        return found

    def slope(self, name: str, x: int) -> int:
        """The derivative of name(x) in x."""
        one, f = Fraction(1), self.function
        square = self.product([(x, 2)])
        if name in ("exp", "sinh", "cosh", "sin"):
            return f({"exp": "exp", "sinh": "cosh", "cosh": "sinh", "sin": "cos"}[name], x)
        if name == "cos":
            return self.combination([(f("sin", x), -1)])
        if name == "tan":
            return self.combination([(self.product([(f("tan", x), 2)]), 1)], 1)
        if name == "log":
            return self.product([(x, -1)])
        if name == "sqrt":
            return self.combination([(self.product([(f("sqrt", x), -1)]), one / 2)])
        if name in ("asin", "acos"):
            root = self.product([(f("sqrt", self.combination([(square, -1)], 1)), -1)])
            return self.combination([(root, 1 if name == "asin" else -1)])
        if name == "atan":
            return self.product([(self.combination([(square, 1)], 1), -1)])
        if name == "erf":
            bell = f("exp", self.combination([(square, -1)]))
            return self.combination([(self.product([(bell, 1), (f("sqrt", self.pi()), -1)]), 2)])
        if name in ("tanh", "tanh1", "sigmoid", "sigmoid1"):
            return f({"tanh": "tanh1", "tanh1": "tanh2", "sigmoid": "sigmoid1", "sigmoid1": "sigmoid2"}[name], x)
        if name == "tanh2":  # of -2t(1 - t^2) with t' = 1 - t^2
            t = self.product([(f("tanh", x), 2)])
            return self.product([(f("tanh1", x), 1), (self.combination([(t, 6)], -2), 1)])
        if name == "sigmoid2":  # of p(1 - 2s) with p = s(1 - s) and p' = p(1 - 2s), (1 - 2s)^2 = 1 - 4p
            p = f("sigmoid1", x)
            return self.product([(p, 1), (self.combination([(p, -6)], 1), 1)])
        if name == "softplus":
            return f("sigmoid", x)
        if name in ("abs", "relu"):
            return f("sign" if name == "abs" else "step", x)
        if name in ("sign", "step"):
            return self.constant(0)  # wherever it is defined
        raise Refused(f"no derivative of {name} is known")

    def expanded(self, node: int) -> Expansion:
        """The node as a polynomial in nodes that are no sums and no products (and in reciprocals of sums): {((node, exponent), ...):
        coefficient} without zero coefficients. Empty means that it is 0 wherever it is defined."""
        made: dict[int, Expansion] = {}
        for k in self.reachable([node]):
            kind, *rest = self.nodes[k]
            if kind == "sum":
                total: Expansion = {(): rest[0]} if rest[0] else {}
                for j, c in rest[1]:
                    for m, d in made[j].items():
                        total[m] = total.get(m, Fraction(0)) + c * d
                made[k] = {m: c for m, c in total.items() if c}
            elif kind == "product":
                whole: Expansion = {(): Fraction(1)}
                for j, e in rest[0]:
                    power: Expansion = made[j] if e > 0 else {((j, e),): Fraction(1)}
                    if e > 1 and len(power) == 1:  # a monomial
                        ((monomial, c),) = power.items()
                        power, e = {tuple((k, d * e) for k, d in monomial): self._power(c, e)}, 1
                    for _ in range(e if e > 0 else 1):
                        self._work += len(whole) * len(power)
                        require(self._work <= MOST_WORK, "an expansion of too many terms")
                        whole = _times(whole, power)
                made[k] = whole
            else:
                made[k] = {((k, 1),): Fraction(1)}
        return made[node]


def _times(a: Expansion, b: Expansion) -> Expansion:
    require(len(a) <= MOST_TERMS and len(b) <= MOST_TERMS, "an expansion of too many terms")
    total: Expansion = {}
    for m, c in a.items():
        for k, d in b.items():
            exponents = dict(m)
            for node, e in k:
                exponents[node] = exponents.get(node, 0) + e
            key = tuple(sorted((node, e) for node, e in exponents.items() if e))
            total[key] = total.get(key, Fraction(0)) + c * d
    return {m: c for m, c in total.items() if c}


def copied(source: Formulas, nodes: Sequence[int], target: Formulas, unknowns: Sequence[int]) -> list[int]:
    """The nodes in another table, their unknowns replaced by nodes there."""
    made: dict[int, int] = {}
    for k in source.reachable(nodes):
        kind, *rest = source.nodes[k]
        if kind == "variable":
            made[k] = unknowns[rest[0]]
        elif kind == "sum":
            made[k] = target.combination([(made[j], c) for j, c in rest[1]], rest[0])
        elif kind == "product":
            made[k] = target.product([(made[j], e) for j, e in rest[0]])
        else:
            made[k] = target.pi() if kind == "pi" else target.function(rest[0], made[rest[1]])
    return [made[node] for node in nodes]


TOKEN = re.compile(r"\s*(?:(\d+(?:\.\d*)?(?:[eE][+-]?\d{1,4})?|\.\d+)|([A-Za-z_]\w*)|(\*\*|[-+*/^(),]))")


def parse(text: object, formulas: Formulas, names: Sequence[str]) -> int:
    """The node of a formula in the grammar of FORMAT.md. Raises Refused for anything else."""
    require(isinstance(text, str) and len(text) <= MOST_TEXT, "no formula, or one that is too long", "expression")
    return _Parser(str(text), formulas, {name: k for k, name in enumerate(names)}).whole()


class _Parser:
    def __init__(self, text: str, formulas: Formulas, variables: Mapping[str, int]) -> None:
        self.formulas, self.variables, self.position, self.depth = formulas, variables, 0, 0
        self.tokens: list[str] = []
        end = len(text.rstrip())
        at = 0
        while at < end:
            match = TOKEN.match(text, at)
            if match is None:
                raise Refused(f"not understood: {text[at : at + 20]!r}", "expression")
            self.tokens.append(match.group().strip())
            at = match.end()

    def whole(self) -> int:
        node = self._sum()
        require(self.position == len(self.tokens), f"not understood from {self._next!r} on", "expression")
        return node

    @property
    def _next(self) -> str:
        return self.tokens[self.position] if self.position < len(self.tokens) else ""

    def _take(self, *wanted: str) -> str:
        if self._next and self._next in wanted:
            self.position += 1
            return self.tokens[self.position - 1]
        return ""

    def _sum(self) -> int:
        self.depth += 1
        require(self.depth <= MOST_NESTED, "nested too deeply", "expression")
        parts = [(self._product(), 1)]
        while sign := self._take("+", "-"):
            parts.append((self._product(), 1 if sign == "+" else -1))
        self.depth -= 1
        return self.formulas.combination(parts)

    def _product(self) -> int:
        factors = [(self._signed(), 1)]
        while sign := self._take("*", "/"):
            factors.append((self._signed(), 1 if sign == "*" else -1))
            if sign == "/":
                self._guard("nonzero", factors[-1][0])
        return self.formulas.product(factors)

    def _guard(self, kind: str, node: int, name: str = "") -> None:
        value = self.formulas.value(node)
        if value is None:
            self.formulas.guards.append((kind, node))
        elif name not in ("abs", "relu"):  # of a constant these are smooth
            good = {
                "nonzero": value != 0,
                "positive": value > 0 or (name == "sqrt" and value == 0),
                "within": abs(value) <= 1,
            }
            require(good[kind], "a formula that is not defined anywhere", "expression")

    def _signed(self) -> int:
        sign = 1
        while taken := self._take("-", "+"):
            sign = -sign if taken == "-" else sign
        return self.formulas.combination([(self._power(), sign)])

    def _power(self) -> int:
        base = self._atom()
        if not self._take("**", "^"):
            return base
        self.depth += 1
        require(self.depth <= MOST_NESTED, "nested too deeply", "expression")
        exponent = self.formulas.value(self._signed())
        self.depth -= 1
        whole = exponent is not None and exponent.denominator == 1 and abs(exponent) <= GREATEST_POWER
        require(whole, "an exponent that is no integer, or too large", "expression")
        if int(exponent or 0) <= 0:
            self._guard("nonzero", base)
        return self.formulas.product([(base, int(exponent or 0))])

    def _atom(self) -> int:
        token = self._next
        require(token, "the formula ends too soon", "expression")
        self.position += 1
        if token == "(":
            node = self._sum()
            require(self._take(")"), "a parenthesis is not closed", "expression")
            return node
        if token[0].isdigit() or token[0] == ".":
            return self.formulas.constant(Fraction(token))
        if token in self.variables:
            return self.formulas.variable(self.variables[token])
        if token == "pi":
            return self.formulas.pi()
        require(token in FUNCTIONS and self._take("("), f"not understood: {token!r}", "expression")
        node = self._sum()
        require(self._take(")"), "a parenthesis is not closed", "expression")
        if token in PARTIAL:
            self._guard(PARTIAL[token], self.formulas.function("cos", node) if token == "tan" else node, token)
        return self.formulas.function(token, node)
