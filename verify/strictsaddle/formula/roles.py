"""What the equations of a gradient are polynomials in: unknowns, exponentials of them, sines and cosines, and roots.

The nodes of a gradient are read once, from above. An unknown that stands only in exp, tanh, sigmoid, sinh, cosh of linear forms is
replaced by z = exp(u w), u rational, one that stands only in log(w) by that logarithm, and one that stands only in sin, cos, tan by the
point (cos(u w), sin(u w)) of a circle, u rational or rational times pi; sqrt(q) and exp(r log(q)), r rational, are powers of a positive
root of q. What stands in two of these roles is not algebraic.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import gcd, lcm
from typing import Literal

from strictsaddle.formula.graph import Graph, Op

Role = Literal["plain", "exponential", "logarithm", "angle", "turn"]  # turn: an angle after multiplication by pi
OF_EXP = {
    Op.EXP: 1, Op.SIGMOID: 1, Op.SIGMOID1: 1, Op.SIGMOID2: 1, Op.SINH: 1, Op.COSH: 1, Op.TANH: 2, Op.TANH1: 2, Op.TANH2: 2,
}  # fmt: skip
# each is rational in exp(factor * argument)
OF_ANGLE = frozenset({Op.SIN, Op.COS, Op.TAN})
RATIONAL = frozenset({Op.CONST, Op.PI, Op.ADD, Op.SUB, Op.MUL, Op.DIV, Op.NEG, Op.POW, Op.POSITIVE})
MOST_MULTIPLE = 64  # of the unit of an unknown, beyond which degrees are hopeless


class NotAlgebraic(Exception):
    """The equations are not algebraic, or not in a way that is looked for; the message says why, as a clause."""


@dataclass(frozen=True)
class LinearForm:
    """sum of coefficients * unknowns + sum of logs * log(node) + pi * (turns + sum of turning * unknowns), all rational."""

    coefficients: dict[int, Fraction]
    logs: dict[int, Fraction]
    turns: Fraction = Fraction(0)
    turning: dict[int, Fraction] = field(default_factory=dict)

    @property
    def all_coefficients(self) -> dict[int, Fraction]:
        """Of unknowns, those that are multiplied by pi among them; no unknown is in both, where roles are known."""
        return {**self.coefficients, **self.turning}

    def times(self, factor: Fraction) -> LinearForm:
        return LinearForm(
            {k: c * factor for k, c in self.coefficients.items() if factor},
            {k: c * factor for k, c in self.logs.items() if factor},
            self.turns * factor,
            {k: c * factor for k, c in self.turning.items() if factor},
        )

    def plus(self, other: LinearForm) -> LinearForm:
        return LinearForm(
            _sum(self.coefficients, other.coefficients),
            _sum(self.logs, other.logs),
            self.turns + other.turns,
            _sum(self.turning, other.turning),
        )


@dataclass
class Roles:
    """`units[k]`: the greatest rational of which all coefficients of unknown k in exponents or angles are multiples; `roots`: node ->
    m where its m-th root is an unknown of the equations, those under a square root in `squares`; `forms`: of the arguments of
    transcendental nodes."""

    roles: dict[int, Role] = field(default_factory=dict)
    units: dict[int, Fraction] = field(default_factory=dict)
    roots: dict[int, int] = field(default_factory=dict)
    squares: set[int] = field(default_factory=set)
    forms: dict[int, LinearForm] = field(default_factory=dict)
    places: dict[int, str] = field(default_factory=dict)  # in words

    def multiple(self, k: int, coefficient: Fraction) -> int:
        """How often the unit of unknown k goes into a coefficient."""
        return int(coefficient / self.units[k])


def roles_of(graph: Graph, nodes: Sequence[int]) -> Roles:
    """The role of each unknown that the nodes depend on. Raises NotAlgebraic."""
    found = Roles()
    waiting, seen = list(nodes), set(nodes)
    while waiting:
        node = waiting.pop()
        op, left = graph.ops[node], graph.left[node]
        if op is Op.VAR:
            _play(found, left, "plain", "by itself")
            below: Sequence[int] = ()
        elif op in OF_EXP:
            form = _form(graph, left)
            if form.turns or form.turning:
                raise NotAlgebraic("exp of a multiple of pi is not algebraic")
            found.forms[node] = form = form.times(Fraction(OF_EXP[op]))
            _use(found, form, "exponential", op)
            for inner, c in form.logs.items():
                found.roots[inner] = lcm(found.roots.get(inner, 1), c.denominator)
            below = list(form.logs)
        elif op in OF_ANGLE:
            found.forms[node] = form = _form(graph, left)
            if form.logs or (2 * form.turns).denominator != 1:
                raise NotAlgebraic(
                    f"{op.name.lower()} of a logarithm, or of a fraction of a right angle, is not looked for"
                )
            _use(found, form, "angle", op)
            below = ()
        elif op is Op.LOG and graph.ops[left] is Op.VAR:
            _play(found, graph.left[left], "logarithm", "in log")
            below = ()
        elif op is Op.SQRT:
            found.roots[left] = lcm(found.roots.get(left, 1), 2)
            found.squares.add(left)
            below = (left,)
        elif op in RATIONAL:
            below = graph.operands(node)
        else:
            raise NotAlgebraic(f"it contains {op.name.lower()}, which is not algebraic")
        for k in below:
            if k not in seen:
                seen.add(k)
                waiting.append(k)
    multiples = (found.multiple(k, c) for form in found.forms.values() for k, c in form.all_coefficients.items())
    if any(abs(multiple) > MOST_MULTIPLE for multiple in multiples):
        raise NotAlgebraic("the multiples in its exponents or angles are too far apart")
    return found


def _play(found: Roles, k: int, role: Role, where: str) -> None:
    before = found.places.setdefault(k, where)
    if found.roles.setdefault(k, role) != role:
        raise NotAlgebraic(f"an unknown stands {before} and {where}")


def _use(found: Roles, form: LinearForm, role: Role, op: Op) -> None:
    where = f"in {op.name.lower()}"
    for k, c in form.coefficients.items():
        _play(found, k, role, where)
        found.units[k] = _common(found.units.get(k, Fraction(0)), c)
    for k, c in form.turning.items():
        _play(found, k, "turn", where)
        found.units[k] = _common(found.units.get(k, Fraction(0)), c)


def _common(a: Fraction, b: Fraction) -> Fraction:
    """The greatest rational that goes into both a whole number of times."""
    below = lcm(a.denominator, b.denominator)
    return Fraction(gcd(int(a * below), int(b * below)), below)


def _form(graph: Graph, root: int, *, constants: bool = False) -> LinearForm:
    """The node as a linear form without constant; constants: whether rational ones are left out. Raises NotAlgebraic."""
    forms: dict[int, LinearForm | None] = {}
    for node in graph.reachable([root]):
        constant = constants and graph.value(node) is not None
        forms[node] = LinearForm({}, {}) if constant else _one(graph, node, forms)
    form = forms[root]
    if form is None:
        raise NotAlgebraic("an exponent or angle is no linear form of the unknowns without constant")
    return form


def _one(graph: Graph, node: int, forms: dict[int, LinearForm | None]) -> LinearForm | None:
    op, left, right = graph.ops[node], graph.left[node], graph.right[node]
    if op is Op.VAR:
        return LinearForm({left: Fraction(1)}, {})
    if op is Op.LOG:
        return LinearForm({}, {left: Fraction(1)})
    if op is Op.PI:
        return LinearForm({}, {}, Fraction(1))
    if graph.value(node) == 0:
        return LinearForm({}, {})
    if op is Op.NEG:
        inner = forms[left]
        return None if inner is None else inner.times(Fraction(-1))
    if op is Op.MUL and (factor := graph.value(left)) is not None:
        inner = forms[right]
        return None if inner is None else inner.times(factor)
    if op is Op.MUL and (of_pi := _times_pi(forms[left], forms[right]) or _times_pi(forms[right], forms[left])):
        return of_pi
    if op in (Op.ADD, Op.SUB):
        a, b = forms[left], forms[right]
        return None if a is None or b is None else a.plus(b if op is Op.ADD else b.times(Fraction(-1)))
    return None


def _times_pi(a: LinearForm | None, b: LinearForm | None) -> LinearForm | None:
    """The product, where a is a rational multiple of pi, and b a linear form without it."""
    if a is None or b is None or a.coefficients or a.logs or a.turning or not a.turns or b.logs or b.turns or b.turning:
        return None
    return LinearForm({}, {}, Fraction(0), b.times(a.turns).coefficients)


def periods_of(graph: Graph, node: int) -> dict[int, tuple[Fraction, bool]]:
    """Unknowns in which the formula is periodic by its form, as they stand in sines, cosines and tangents of linear forms alone: number
    -> (u, whether pi is to be multiplied by); 2 pi / u, or 2 / u, is a period."""
    found, plain = Roles(), set[int]()
    waiting, seen = [node], {node}
    while waiting:
        k = waiting.pop()
        below: Sequence[int] = graph.operands(k)
        if graph.ops[k] is Op.VAR:
            plain.add(graph.left[k])
        elif graph.ops[k] in OF_ANGLE:
            try:
                form = _form(graph, graph.left[k], constants=True)
                _use(found, form, "angle", graph.ops[k])
                below = tuple(form.logs)
            except NotAlgebraic:
                pass  # what stands below has another role
        for operand in below:
            if operand not in seen:
                seen.add(operand)
                waiting.append(operand)
    return {
        k: (found.units[k], role == "turn") for k, role in found.roles.items() if k not in plain and k in found.units
    }


def _sum(a: dict[int, Fraction], b: dict[int, Fraction]) -> dict[int, Fraction]:
    total = {k: a.get(k, Fraction(0)) + b.get(k, Fraction(0)) for k in (*a, *b)}
    return {k: c for k, c in total.items() if c}
