"""A gradient, with equalities through multipliers, as polynomial equations with everything that must not vanish.

Numerators over Q in the unknowns of `unknowns`, circles and roots. Wherever the formula is defined its denominators, exponentials, and
what it takes logarithms and roots of are not 0: equations are divided by them (and by pi, which must go with that), and `inverted` adds an
unknown t and the equation t * (their product) = 1, after which no solution has one of them 0.

Under a root q = 0 is left out, which needs a reason: were f twice differentiable around such a point, sqrt(q) would be defined around it,
so q >= 0 and grad q = 0 there. That q and grad q have no common zero is proved, unless q > 0 is seen from its form, or f is divided by
the root, or has a logarithm of it. Under equalities nothing follows from the slope of q: there q has to be other than 0 all over the
domain.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from flint import fmpq, fmpq_mpoly, fmpq_mpoly_ctx

from strictsaddle.derive.cancellation import cancelled
from strictsaddle.derive.definedness import Conditions
from strictsaddle.derive.derivatives import positive_by_form
from strictsaddle.derive.polynomials import SquareSystem
from strictsaddle.formula.graph import Graph, Op
from strictsaddle.formula.roles import LinearForm, NotAlgebraic, Role, Roles, periods_of, roles_of
from strictsaddle.polynomials.completeness import compare_dimension
from strictsaddle.routes.algebraic.apart import have_no_common_zero
from strictsaddle.routes.algebraic.fractional import Fractional

MOST_UNKNOWNS = 24


@dataclass(frozen=True)
class Place:
    """Where unknown `number` of the objective is found: its own value, exp(unit * w) or log(w) stands in `place`, or the cosine and sine of
    unit * w (of pi * unit * w for a turn) in `place` and `place` + 1."""

    number: int
    role: Role
    place: int
    unit: fmpq

    @property
    def is_angle(self) -> bool:
        return self.role in ("angle", "turn")


@dataclass(frozen=True)
class Equations:
    """`system`: multipliers first, then what stands for the unknowns, then roots. `places`: one for each unknown. `positive`: places of
    unknowns that are positive. `forbidden`: irreducible polynomials that vanish at no point at which the formula is defined."""

    system: SquareSystem
    multipliers: int
    places: tuple[Place, ...]
    positive: tuple[int, ...]
    forbidden: tuple[fmpq_mpoly, ...]

    @cached_property
    def inverted(self) -> SquareSystem:
        """With one more unknown, the inverse of the product of all that is forbidden."""
        n = self.system.dimension
        context = fmpq_mpoly_ctx.get([f"x{k + 1}" for k in range(n + 1)], "degrevlex")
        unknowns = context.gens()
        product = context.constant(1)
        for factor in self.forbidden:
            product *= factor.compose(*unknowns[:n], ctx=context)
        rows = [row.compose(*unknowns[:n], ctx=context) for row in self.system.rows]
        return SquareSystem.of([*rows, unknowns[n] * product - 1], n + 1)


def equations_of(
    graph: Graph, gradient: Sequence[int], conditions: Conditions, equalities: Sequence[tuple[int, Sequence[int]]]
) -> Equations:
    """The equations for the nodes of a gradient, one for each unknown, common factors cancelled first. conditions: those of f. equalities:
    pairs of a node that vanishes on the domain, and its gradient. Raises NotAlgebraic."""
    groups = (conditions.positive, conditions.nonzero, conditions.edges)
    whole = [*gradient, *(node for h, slopes in equalities for node in (h, *slopes))]
    made = Graph()
    nodes = cancelled(graph, [*whole, *(node for group in groups for node in group)], made)
    before, graph, n = graph, made, len(gradient)
    gradient, rest = nodes[:n], nodes[n : len(whole)]
    equalities = [(rest[k * (n + 1)], rest[k * (n + 1) + 1 : (k + 1) * (n + 1)]) for k in range(len(equalities))]
    ends = [len(whole) + sum(map(len, groups[:k])) for k in range(4)]
    told = Conditions(*(tuple(nodes[ends[k] : ends[k + 1]]) for k in range(3)))
    nodes = nodes[: len(whole)]
    roles = roles_of(graph, nodes)
    for k in range(n):  # on which the gradient does not depend
        roles.roles.setdefault(k, "plain")
    for node in (node for group in (*groups, conditions.closed) for node in group):
        _require_periods(before, node, roles)
    return _Builder(graph, roles, len(gradient), len(equalities)).built(gradient, told, equalities)


def _require_periods(graph: Graph, node: int, roles: Roles) -> None:
    """Raise NotAlgebraic unless a condition has the periods in which points are listed."""
    periods = periods_of(graph, node)
    for k in graph.variables_of(node):
        role = roles.roles.get(k)
        if role not in ("angle", "turn"):
            continue
        found = periods.get(k)
        if found is None or found[1] != (role == "turn") or (found[0] / roles.units[k]).denominator != 1:
            raise NotAlgebraic("a condition of the domain is not periodic in an unknown in which the gradient is")


@dataclass
class _Builder:
    graph: Graph
    roles: Roles
    n: int
    multipliers: int
    values: dict[int, Fractional] = field(default_factory=dict)
    divisors: list[fmpq_mpoly] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.surface: list[fmpq_mpoly] = []
        self.equalities: tuple[int, ...] = ()
        self.conditions = Conditions()
        self.places: list[Place] = []
        position = self.multipliers
        for k in range(self.n):
            role = self.roles.roles[k]
            unit = self.roles.units.get(k, 1)
            self.places.append(Place(k, role, position, fmpq(unit.numerator, unit.denominator)))
            position += 2 if role in ("angle", "turn") else 1
        self.root_places = {node: position + i for i, node in enumerate(sorted(self.roles.roots))}
        self.size = position + len(self.root_places)
        if self.size > MOST_UNKNOWNS:
            raise NotAlgebraic(f"its equations have more than {MOST_UNKNOWNS} unknowns")
        self.context = fmpq_mpoly_ctx.get([f"x{k + 1}" for k in range(self.size + 1)], "degrevlex")
        *self.gens, self.pi = self.context.gens()
        self.one = self.context.constant(1)

    def built(
        self, gradient: Sequence[int], conditions: Conditions, equalities: Sequence[tuple[int, Sequence[int]]]
    ) -> Equations:
        rows = []
        for i, node in enumerate(gradient):
            total = self.value(node)
            for number, (_, slopes) in enumerate(equalities):
                multiplier = Fractional(self.gens[number], self.one)
                total = total.plus(multiplier.times(self.value(slopes[i])), -1)
            rows.append(total.above)
        self.surface = [self.value(h).above for h, _ in equalities]
        self.equalities, self.conditions = tuple(h for h, _ in equalities), conditions
        rows = [*self.surface, *rows]
        for place in self.places:
            if place.is_angle:
                rows.append(self.gens[place.place] ** 2 + self.gens[place.place + 1] ** 2 - 1)
        strict = self._divisors((*conditions.positive, *conditions.nonzero))
        never = _irreducible(strict)
        for node, m in sorted(self.roles.roots.items()):
            inner = self.value(node)
            rows.append(inner.below * self.gens[self.root_places[node]] ** m - inner.above)
            self.divisors += [inner.above, inner.below]
            if node in self.roles.squares and self.gens[self.root_places[node]] not in never:
                self._require_regular(node, inner, never)
        for node in conditions.edges:
            if node not in self.roles.squares and (value := self._rational(node)) is not None:
                self._require_regular(node, value, never)
        positive = [place.place for place in self.places if place.role == "exponential"]
        positive += self.root_places.values()
        self.divisors += [self.gens[k] for k in positive]
        self.divisors += strict + self._divisors(conditions.edges)
        forbidden = _irreducible(self.divisors)
        rows = [_without(row, [*forbidden, self.pi]) for row in rows]
        forbidden = [factor for factor in forbidden if factor != self.pi]
        system = SquareSystem.of([self._without_pi(row) for row in rows], self.size)
        never_zero = tuple(map(self._without_pi, forbidden))
        return Equations(system, self.multipliers, tuple(self.places), tuple(positive), never_zero)

    def _without_pi(self, row: fmpq_mpoly) -> fmpq_mpoly:
        """The polynomial in the unknowns alone. Raises NotAlgebraic where pi is left in it."""
        if any(exponents[self.size] for exponents in row.monoms()):
            raise NotAlgebraic("pi stands among its coefficients")
        context = fmpq_mpoly_ctx.get([f"x{k + 1}" for k in range(self.size)], "degrevlex")
        return context.from_dict({tuple(int(e) for e in exponents[: self.size]): c for exponents, c in row.terms()})

    def _covers(self, roles: Roles) -> bool:
        """Whether the unknowns of the equations are enough for what has these roles."""
        return (
            all(self.roles.roles.get(k) == role for k, role in roles.roles.items())
            and all(
                (c / self.roles.units[k]).denominator == 1
                for f in roles.forms.values()
                for k, c in f.all_coefficients.items()
            )
            and all(node in self.roles.roots and self.roles.roots[node] % m == 0 for node, m in roles.roots.items())
        )

    def _divisors(self, nodes: Sequence[int]) -> list[fmpq_mpoly]:
        """What is not 0 where the nodes are defined and not 0, of those that are rational in the unknowns of the equations."""
        values = (self._rational(node) for node in nodes)
        return [part for value in values if value is not None for part in (value.above, value.below)]

    def _rational(self, node: int) -> Fractional | None:
        """The node as a quotient of polynomials in the unknowns of the equations; None where it is none."""
        try:
            roles = roles_of(self.graph, [node])
        except NotAlgebraic:
            return None
        if not self._covers(roles):
            return None
        self.roles.forms.update(roles.forms)
        return self.value(node)

    def _require_regular(self, node: int, inner: Fractional, never: Sequence[fmpq_mpoly]) -> None:
        """See the head of this file; never: irreducible polynomials that do not vanish where f is defined. Raises NotAlgebraic."""
        q = _without(inner.above, never)
        if q.is_constant() or positive_by_form(self.graph, node):
            return
        if self.multipliers:  # along a surface a root may be smooth where it is 0, whatever the slope of q is across
            if not have_no_common_zero(self.graph, [node, *self.equalities], self.conditions, self.n):
                self._require_none([q, *self.surface, *self._meanings()], never)
            return
        used = self.graph.variables_of(node)
        below = {k for k in self.graph.reachable([node]) if k in self.root_places and k != node}
        if below:
            raise NotAlgebraic("a root of a formula with roots that may be 0 is not looked into")
        system = [q]
        if node in self.root_places:
            system.append(inner.below * self.gens[self.root_places[node]] ** self.roles.roots[node] - inner.above)
        for place in self.places:
            if place.number not in used:
                continue
            if place.is_angle:
                c, s = self.gens[place.place], self.gens[place.place + 1]
                system += [c * q.derivative(place.place + 1) - s * q.derivative(place.place), c**2 + s**2 - 1]
            else:
                system.append(q.derivative(place.place))
        system = [p for p in system if not p.is_zero()]
        if any(p.is_constant() for p in system):
            return
        self._require_none(system, never)

    def _meanings(self) -> list[fmpq_mpoly]:
        """What the unknowns of the equations that stand for roots and angles solve by themselves."""
        rows = []
        for root, m in sorted(self.roles.roots.items()):
            value = self.value(root)
            rows.append(value.below * self.gens[self.root_places[root]] ** m - value.above)
        for place in self.places:
            if place.is_angle:
                rows.append(self.gens[place.place] ** 2 + self.gens[place.place + 1] ** 2 - 1)
        return rows

    def _require_none(self, system: Sequence[fmpq_mpoly], never: Sequence[fmpq_mpoly]) -> None:
        """Raise NotAlgebraic unless the polynomials are proved to have no common zero where those of `never` do not vanish."""
        n = self.size
        context = fmpq_mpoly_ctx.get([f"x{k + 1}" for k in range(n + 1)], "degrevlex")
        unknowns = context.gens()
        inverted = context.constant(1)
        for factor in never:
            inverted *= self._without_pi(factor).compose(*unknowns[:n], ctx=context)
        everything = [self._without_pi(row).compose(*unknowns[:n], ctx=context) for row in system]
        everything.append(unknowns[n] * inverted - 1)
        if compare_dimension(everything, n + 1, 0) != "proved":
            raise NotAlgebraic("it is not proved that what it takes a root of is not 0, or changes its sign there")

    # values of nodes
    def value(self, root: int) -> Fractional:
        """The node as a quotient of polynomials in the unknowns of the equations."""
        waiting = [root]
        while waiting:
            node = waiting[-1]
            if node in self.values:
                waiting.pop()
                continue
            below = [k for k in self._below(node) if k not in self.values]
            if below:
                waiting += below
                continue
            self.values[node] = self._one(node)
            waiting.pop()
        return self.values[root]

    def _below(self, node: int) -> Sequence[int]:
        op = self.graph.ops[node]
        form = self.roles.forms.get(node)
        if form is not None or op in (Op.SQRT, Op.LOG):
            return ()
        return self.graph.operands(node)

    def _one(self, node: int) -> Fractional:
        graph = self.graph
        op, left, right = graph.ops[node], graph.left[node], graph.right[node]
        if (constant := graph.value(node)) is not None:
            return Fractional(self.context.constant(fmpq(constant.numerator, constant.denominator)), self.one)
        if op is Op.PI:
            return Fractional(self.pi, self.one)
        if op is Op.VAR:
            return Fractional(self.gens[self.places[left].place], self.one)
        if op in (Op.ADD, Op.SUB):
            return self.values[left].plus(self.values[right], 1 if op is Op.ADD else -1)
        if op is Op.NEG:
            return Fractional(-self.values[left].above, self.values[left].below)
        if op is Op.MUL:
            return self.values[left].times(self.values[right])
        if op is Op.DIV:
            self.divisors.append(self.values[right].above)
            return self.values[left].over(self.values[right])
        if op is Op.POW:
            return self.values[left].to_the(right)
        if op is Op.POSITIVE:
            self.divisors.append(self.values[left].above)
            return self.values[left]
        if op is Op.SQRT:
            return self._root(left, self.roles.roots[left] // 2)
        if op is Op.LOG and graph.ops[left] is Op.VAR and self.roles.roles[graph.left[left]] == "logarithm":
            return Fractional(self.gens[self.places[graph.left[left]].place], self.one)
        form = self.roles.forms.get(node)
        if form is None:
            raise NotAlgebraic(f"it contains {op.name.lower()}, which is not algebraic")
        if op in (Op.SIN, Op.COS, Op.TAN):
            cosine, sine = self._turned(form)
            if op is Op.TAN:
                self.divisors.append(cosine)
                return Fractional.reduced(sine, cosine)
            return Fractional(cosine if op is Op.COS else sine, self.one)
        return self._of_exponential(op, self._exponential(form))

    def _root(self, node: int, power: int) -> Fractional:
        return Fractional(self.gens[self.root_places[node]] ** power, self.one)

    def _exponential(self, form: LinearForm) -> Fractional:
        above, below = self.one, self.one
        factors = [(self.gens[self.places[k].place], self.roles.multiple(k, c)) for k, c in form.coefficients.items()]
        for node, c in form.logs.items():
            factors.append((self.gens[self.root_places[node]], int(c * self.roles.roots[node])))
        for unknown, exponent in factors:
            if exponent > 0:
                above = above * unknown**exponent
            else:
                below = below * unknown**-exponent
        return Fractional(above, below)

    def _of_exponential(self, op: Op, e: Fractional) -> Fractional:
        """The function of `OF_EXP`, from exp(factor * argument) = a/b."""
        a, b = e.above, e.below
        formulas: dict[Op, Callable[[], Fractional]] = {
            Op.EXP: lambda: e,
            Op.SIGMOID: lambda: Fractional.reduced(a, a + b),
            Op.SIGMOID1: lambda: Fractional.reduced(a * b, (a + b) ** 2),
            Op.SIGMOID2: lambda: Fractional.reduced(a * b * (b - a), (a + b) ** 3),
            Op.SINH: lambda: Fractional.reduced(a**2 - b**2, 2 * a * b),
            Op.COSH: lambda: Fractional.reduced(a**2 + b**2, 2 * a * b),
            Op.TANH: lambda: Fractional.reduced(a - b, a + b),
            Op.TANH1: lambda: Fractional.reduced(4 * a * b, (a + b) ** 2),
            Op.TANH2: lambda: Fractional.reduced(-8 * a * b * (a - b), (a + b) ** 3),
        }
        self.divisors += [a + b] if op not in (Op.EXP, Op.SINH, Op.COSH) else []
        return formulas[op]()

    def _turned(self, form: LinearForm) -> tuple[fmpq_mpoly, fmpq_mpoly]:
        """Cosine and sine of a linear form."""
        c, s = self.one, 0 * self.one
        for k, coefficient in form.all_coefficients.items():
            place = self.places[k].place
            times = self.roles.multiple(k, coefficient)
            x, y = self.gens[place], self.gens[place + 1] * (1 if times > 0 else -1)
            for _ in range(abs(times)):
                c, s = _on_circle(c * x - s * y, place), _on_circle(c * y + s * x, place)
        for _ in range(int(2 * form.turns) % 4):
            c, s = -s, c
        return c, s


def _irreducible(polynomials: Sequence[fmpq_mpoly]) -> list[fmpq_mpoly]:
    """The factors of the polynomials, each once. Raises NotAlgebraic for one that is 0."""
    found: list[fmpq_mpoly] = []
    for polynomial in polynomials:
        if polynomial.is_zero():
            raise NotAlgebraic("it divides by a formula that is 0 wherever it is defined")
        if polynomial.is_constant():
            continue
        for factor, _ in polynomial.factor()[1]:
            monic = factor / factor.leading_coefficient()
            if monic not in found:
                found.append(monic)
    return found


def _on_circle(polynomial: fmpq_mpoly, place: int) -> fmpq_mpoly:
    """The same function on the circle, of degree 1 at most in the sine, which stands after `place`."""
    context = polynomial.context()
    cosine = context.gens()[place]
    total = context.constant(0)
    for exponents, coefficient in polynomial.terms():
        powers = [int(e) for e in exponents]
        pairs, powers[place + 1] = divmod(powers[place + 1], 2)
        total += context.from_dict({tuple(powers): coefficient}) * (1 - cosine**2) ** pairs
    return total


def _without(row: fmpq_mpoly, factors: Sequence[fmpq_mpoly]) -> fmpq_mpoly:
    """The polynomial divided by the factors as often as they go."""
    for factor in factors:
        while not row.is_zero() and not row.is_constant():
            common = row.gcd(factor)
            if common.is_constant():
                break
            row = row / common
    return row
