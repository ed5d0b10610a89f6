"""The expression graph: a formula as a straight-line program in which equal subexpressions are one node.

A node is an integer; its operands are smaller integers, so running through the nodes in order evaluates the
formula, and nothing recurses however deep the formula is. Constants are exact rationals. The few rewritings made
on the way in (folding of rational constants, x*0, x*1, x+0, ...) are identities of real functions wherever the original
formula is defined, so a graph stands for exactly the user's formula.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from enum import IntEnum
from fractions import Fraction
from typing import SupportsInt

from strictsaddle.errors import InputError


class Op(IntEnum):
    """Operations of a node. `left`/`right` of a node are operands (node numbers) unless stated otherwise."""

    CONST = 0  # left: position in Graph.constants
    PI = 1
    VAR = 2  # left: number of the variable
    ADD = 3
    SUB = 4
    MUL = 5
    DIV = 6
    NEG = 7
    POW = 8  # right: the exponent itself, an integer >= 2 (negative exponents become divisions)
    EXP = 9
    LOG = 10
    SQRT = 11
    SIN = 12
    COS = 13
    TAN = 14
    ASIN = 15
    ACOS = 16
    ATAN = 17
    SINH = 18
    COSH = 19
    TANH = 20
    SIGMOID = 21  # 1/(1 + exp(-x))
    SOFTPLUS = 22  # log(1 + exp(x))
    ERF = 23
    RELU = 24  # max(x, 0)
    ABS = 25
    STEP = 26  # derivative of relu: 0 for x < 0, 1 for x > 0, undefined at 0
    SIGN = 27  # derivative of abs: undefined at 0
    # For derivatives, so that their ranges over boxes are exact and their domains are the original function's.
    TANH1 = 28  # 1 - tanh(x)**2, the derivative of tanh
    TANH2 = 29  # its second derivative, -2*tanh(x)*(1 - tanh(x)**2)
    SIGMOID1 = 30  # sigmoid(x)*(1 - sigmoid(x))
    SIGMOID2 = 31  # sigmoid(x)*(1 - sigmoid(x))*(1 - 2*sigmoid(x))
    POSITIVE = 32  # x itself for x > 0, undefined elsewhere


BINARY = frozenset({Op.ADD, Op.SUB, Op.MUL, Op.DIV})
UNARY = frozenset(op for op in Op if op >= Op.EXP) | {Op.NEG}
LEAVES = frozenset({Op.CONST, Op.PI, Op.VAR})
_PARTIAL = frozenset({Op.DIV, Op.LOG, Op.SQRT, Op.TAN, Op.ASIN, Op.ACOS, Op.STEP, Op.SIGN, Op.POSITIVE})
NOT_SMOOTH = frozenset({Op.RELU, Op.ABS, Op.STEP, Op.SIGN})

MAXIMAL_CONSTANT_BITS = 20_000
MAXIMAL_EXPONENT = 1_000

_AT_ZERO = {
    Op.EXP: Fraction(1), Op.SIN: Fraction(0), Op.COS: Fraction(1), Op.TAN: Fraction(0), Op.ASIN: Fraction(0),
    Op.ATAN: Fraction(0), Op.SINH: Fraction(0), Op.COSH: Fraction(1), Op.TANH: Fraction(0),
    Op.SIGMOID: Fraction(1, 2), Op.ERF: Fraction(0), Op.RELU: Fraction(0), Op.ABS: Fraction(0), Op.SQRT: Fraction(0),
    Op.TANH1: Fraction(1), Op.TANH2: Fraction(0), Op.SIGMOID1: Fraction(1, 4), Op.SIGMOID2: Fraction(0),
}  # fmt: skip


class Graph:
    """A growing set of nodes. `ops[k]`, `left[k]`, `right[k]` describe node k; unused operands are -1."""

    def __init__(self) -> None:
        self.ops: list[Op] = []
        self.left: list[int] = []
        self.right: list[int] = []
        self.constants: list[Fraction] = []
        self._defined_everywhere: list[bool] = []
        self._known: dict[tuple[int, int, int], int] = {}
        self._constant_nodes: dict[Fraction, int] = {}

    def __len__(self) -> int:
        return len(self.ops)

    def _node(self, op: Op, left: int = -1, right: int = -1) -> int:
        key = (int(op), left, right)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = len(self.ops)
            self.ops.append(op)
            self.left.append(left)
            self.right.append(right)
            self._defined_everywhere.append(
                op not in _PARTIAL and all(self._defined_everywhere[k] for k in self.operands(found))
            )
        return found

    def mapped(self, nodes: Sequence[int], into: Graph, leaf: Callable[[int], int],
               power: Callable[[int, int], int | None] = lambda variable, exponent: None,
               unary: Callable[[Op, int], int | None] = lambda op, operand: None) -> list[int]:  # fmt: skip
        """The nodes in another graph, with `leaf(i)` in place of variable i, simplified as they are built. `power(i, k)`: what the k-th
        power of variable i becomes, where that is more than the power of its leaf; `unary(op, a)`: what a function of the node a becomes,
        where that is another one."""
        place: dict[int, int] = {}
        binary = {Op.ADD: into.add, Op.SUB: into.sub, Op.MUL: into.mul, Op.DIV: into.div}
        for k in self.reachable(nodes):
            op, left, right = self.ops[k], self.left[k], self.right[k]
            if op is Op.CONST:
                place[k] = into.constant(self.constants[left])
            elif op is Op.PI:
                place[k] = into.pi()
            elif op is Op.VAR:
                place[k] = leaf(left)
            elif op in binary:
                place[k] = binary[op](place[left], place[right])
            elif op is Op.NEG:
                place[k] = into.neg(place[left])
            elif op is Op.POW:
                special = power(self.left[left], right) if self.ops[left] is Op.VAR else None
                place[k] = into.power(place[left], right) if special is None else special
            else:
                other = unary(op, place[left])
                place[k] = into.unary(op, place[left]) if other is None else other
        return [place[k] for k in nodes]

    # leaves
    def constant(self, value: Fraction | int) -> int:
        value = Fraction(value)
        found = self._constant_nodes.get(value)
        if found is None:
            if max(value.numerator.bit_length(), value.denominator.bit_length()) > MAXIMAL_CONSTANT_BITS:
                raise InputError(
                    f"a constant has more than {MAXIMAL_CONSTANT_BITS} binary digits",
                    remedy="Scale the objective or round its constants.",
                )
            self.constants.append(value)
            found = self._constant_nodes[value] = self._node(Op.CONST, len(self.constants) - 1)
        return found

    def variable(self, number: int) -> int:
        return self._node(Op.VAR, number)

    def pi(self) -> int:
        return self._node(Op.PI)

    def value(self, node: int) -> Fraction | None:
        """The rational number that `node` is, or None when it is not a rational constant."""
        return self.constants[self.left[node]] if self.ops[node] is Op.CONST else None

    # arithmetic
    def add(self, a: int, b: int) -> int:
        va, vb = self.value(a), self.value(b)
        if va is not None and vb is not None:
            return self.constant(va + vb)
        if va == 0:
            return b
        if vb == 0:
            return a
        if self.ops[b] is Op.NEG:
            return self.sub(a, self.left[b])
        if self.ops[a] is Op.NEG:
            return self.sub(b, self.left[a])
        return self._node(Op.ADD, min(a, b), max(a, b))

    def sub(self, a: int, b: int) -> int:
        va, vb = self.value(a), self.value(b)
        if va is not None and vb is not None:
            return self.constant(va - vb)
        if vb == 0:
            return a
        if va == 0:
            return self.neg(b)
        if a == b and self._total(a):
            return self.constant(0)
        if self.ops[b] is Op.NEG:
            return self.add(a, self.left[b])
        return self._node(Op.SUB, a, b)

    def neg(self, a: int) -> int:
        va = self.value(a)
        if va is not None:
            return self.constant(-va)
        if self.ops[a] is Op.NEG:
            return self.left[a]
        if self.ops[a] is Op.SUB:
            return self._node(Op.SUB, self.right[a], self.left[a])
        return self._node(Op.NEG, a)

    def mul(self, a: int, b: int) -> int:
        va, vb = self.value(a), self.value(b)
        if va is not None and vb is not None:
            return self.constant(va * vb)
        if va is None and vb is not None:
            a, b, va, vb = b, a, vb, va
        if va is not None:
            if va == 1:
                return b
            if va == -1:
                return self.neg(b)
            if va == 0 and self._total(b):
                return self.constant(0)
            if self.ops[b] is Op.NEG:
                return self.mul(self.constant(-va), self.left[b])
            if self.ops[b] is Op.MUL:  # c*(d*x) = (c*d)*x
                inner = self.value(self.left[b])
                if inner is not None:
                    return self.mul(self.constant(va * inner), self.right[b])
            return self._node(Op.MUL, a, b)
        if self.ops[a] is Op.NEG and self.ops[b] is Op.NEG:
            return self.mul(self.left[a], self.left[b])
        if self.ops[a] is Op.NEG:
            return self.neg(self.mul(self.left[a], b))
        if self.ops[b] is Op.NEG:
            return self.neg(self.mul(a, self.left[b]))
        ca, cb = self._factor(a), self._factor(b)
        if ca != 1 or cb != 1:  # move rational factors to the front
            a, b = (self.right[a] if ca != 1 else a), (self.right[b] if cb != 1 else b)
            return self.mul(self.constant(ca * cb), self.mul(a, b))
        if a == b:
            return self.power(a, 2)
        base_a, k_a = self._base(a)
        base_b, k_b = self._base(b)
        if base_a == base_b and k_a + k_b <= MAXIMAL_EXPONENT:
            return self.power(base_a, k_a + k_b)
        return self._node(Op.MUL, min(a, b), max(a, b))

    def _factor(self, node: int) -> Fraction:
        if self.ops[node] is Op.MUL:
            value = self.value(self.left[node])
            if value is not None:
                return value
        return Fraction(1)

    def _base(self, node: int) -> tuple[int, int]:
        return (self.left[node], self.right[node]) if self.ops[node] is Op.POW else (node, 1)

    def div(self, a: int, b: int) -> int:
        va, vb = self.value(a), self.value(b)
        if vb == 0:
            raise InputError("division by zero")
        if vb is not None:
            return self.constant(va / vb) if va is not None else self.mul(self.constant(1 / vb), a)
        if va == 0 and self._never_zero(b):
            return self.constant(0)
        return self._node(Op.DIV, a, b)

    def power(self, a: int, exponent: int) -> int:
        if abs(exponent) > MAXIMAL_EXPONENT:
            raise InputError(f"the exponent {exponent} is beyond {MAXIMAL_EXPONENT}", remedy="Use smaller exponents.")
        va = self.value(a)
        if va is not None:
            if va == 0 and exponent < 0:
                raise InputError("division by zero")
            bits = max(va.numerator.bit_length(), va.denominator.bit_length())
            if (bits - 1) * abs(exponent) > MAXIMAL_CONSTANT_BITS:
                raise InputError(
                    f"a constant has more than {MAXIMAL_CONSTANT_BITS} binary digits",
                    remedy="Scale the objective or round its constants.",
                )
            return self.constant(va**exponent)
        if exponent < 0:
            return self.div(self.constant(1), self.power(a, -exponent))
        if exponent == 0 and self._total(a):
            return self.constant(1)
        if exponent == 0:  # 1 where a is defined, 0**0 included
            return self.add(self.constant(1), self.mul(self.constant(0), a))
        if exponent == 1:
            return a
        if self.ops[a] is Op.NEG:
            even = self.power(self.left[a], exponent)
            return even if exponent % 2 == 0 else self.neg(even)
        if self.ops[a] is Op.ABS and exponent % 2 == 0:
            return self.power(self.left[a], exponent)
        factor = self._factor(a)
        if factor != 1:
            return self.mul(self.power(self.constant(factor), exponent), self.power(self.right[a], exponent))
        if self.ops[a] is Op.POW and self.right[a] * exponent <= MAXIMAL_EXPONENT:
            return self._node(Op.POW, self.left[a], self.right[a] * exponent)
        if self.ops[a] is Op.SQRT and exponent == 2:
            return self._node(Op.POW, a, 2)  # not x, which is defined below 0 too
        return self._node(Op.POW, a, exponent)

    def raised(self, a: int, b: int) -> int:
        """a**b for any two nodes. Non-integer exponents mean exp(b log a), which is defined for a > 0 only,
        save for half-integers, which use the square root."""
        vb = self.value(b)
        if vb is not None and vb.denominator == 1:
            return self.power(a, int(vb))
        if vb is not None and vb.denominator == 2:
            return self.power(self.unary(Op.SQRT, a), vb.numerator)
        return self.unary(Op.EXP, self.mul(b, self.unary(Op.LOG, a)))

    def unary(self, op: Op, a: int) -> int:
        if op is Op.NEG:
            return self.neg(a)
        if op is Op.LOG and (exponent := self._one_plus_exp(a)) is not None:
            return self.unary(Op.SOFTPLUS, exponent)
        va = self.value(a)
        if va == 0 and op in _AT_ZERO:
            return self.constant(_AT_ZERO[op])
        if va is not None:
            if op is Op.LOG and va <= 0:
                raise InputError(f"log of {va}, which is not positive")
            if op is Op.SQRT and va < 0:
                raise InputError(f"square root of {va}, which is negative")
            if op in (Op.ASIN, Op.ACOS) and abs(va) > 1:
                raise InputError(f"{op.name.lower()} of {va}, which is outside [-1, 1]")
            if op is Op.POSITIVE and va > 0:
                return a
            if op is Op.LOG and va == 1:
                return self.constant(0)
            if op in (Op.RELU, Op.ABS):
                return self.constant(abs(va) if op is Op.ABS else max(va, Fraction(0)))
            if op in (Op.SIGN, Op.STEP) and va != 0:
                return self.constant(int(va > 0) - int(va < 0 and op is Op.SIGN))
            if op is Op.SQRT:
                p, q = math.isqrt(va.numerator), math.isqrt(va.denominator)
                if p * p == va.numerator and q * q == va.denominator:
                    return self.constant(Fraction(p, q))
        return self._node(op, a)

    def _one_plus_exp(self, a: int) -> int | None:
        """x when `a` is 1 + exp(x), else None: the log of that is softplus, which overflows nowhere and has finite derivatives."""
        if self.ops[a] is Op.ADD:
            for one, other in ((self.left[a], self.right[a]), (self.right[a], self.left[a])):
                if self.value(one) == 1 and self.ops[other] is Op.EXP:
                    return self.left[other]
        return None

    def total(self, nodes: Iterable[int]) -> int:
        """The sum of `nodes`, added up pairwise so that the graph stays shallow and intervals stay tight."""
        terms = list(nodes)
        if not terms:
            return self.constant(0)
        while len(terms) > 1:
            terms = [
                self.add(terms[k], terms[k + 1]) if k + 1 < len(terms) else terms[k] for k in range(0, len(terms), 2)
            ]
        return terms[0]

    def polynomial(self, terms: Iterable[tuple[Sequence[SupportsInt], Fraction]]) -> int:
        """The sum of c x^e, for pairs of exponents e, one for each variable, and a coefficient c."""
        summands = []
        for exponents, c in terms:
            node = self.constant(c)
            for k, exponent in enumerate(exponents):
                node = self.mul(node, self.power(self.variable(k), int(exponent))) if int(exponent) else node
            summands.append(node)
        return self.total(summands)

    # what is known of a node
    def reachable(self, roots: Sequence[int]) -> list[int]:
        """The nodes that `roots` depend on, themselves included, in increasing order (so: operands first)."""
        needed = set(roots)
        for node in range(max(roots, default=-1), -1, -1):
            if node in needed:
                needed.update(self.operands(node))
        return sorted(needed)

    def operands(self, node: int) -> tuple[int, ...]:
        op = self.ops[node]
        if op in LEAVES:
            return ()
        return (self.left[node], self.right[node]) if op in BINARY else (self.left[node],)

    def has_kinks(self, node: int) -> bool:
        """Whether the formula of `node` has an operation of NOT_SMOOTH, so that it may not be twice differentiable."""
        return any(self.ops[k] in NOT_SMOOTH for k in self.reachable([node]))

    def variables_of(self, node: int) -> frozenset[int]:
        return frozenset(self.left[k] for k in self.reachable([node]) if self.ops[k] is Op.VAR)

    def _total(self, node: int) -> bool:
        """Whether the formula of `node` is certainly defined for all real values of its variables."""
        return self._defined_everywhere[node]

    def _never_zero(self, node: int) -> bool:
        return self._total(node) and self.ops[node] in (Op.EXP, Op.COSH, Op.SIGMOID, Op.SOFTPLUS, Op.PI)
