"""Is f bounded below, has it a minimiser, and which local minima are global? Other questions than Definition 1.

Proofs, each sound by itself:

* below a bound: interval evaluation of f over the whole domain; on a compact domain, continuity;
* unbounded below: along a ray p + tv, where f is a polynomial in t that tends to minus infinity, or where its derivative by t lies
  below a negative number for all t from some T on;
* a minimiser: f is above one of its values outside of a box. By interval evaluation of f, as it is written, on half-spaces
  |w_i| >= R; for polynomials by a quasi-homogeneous leading form that is positive: with pure powers c_i w_i^(2k_i) and weights
  1/(2k_i) let no monomial weigh more than 1, and let those of weight 1 be positive on max_i |u_i| = 1. For w_i = s^(1/(2k_i)) u_i
  they grow like s, and all others like smaller powers of s;
* a minimiser inside of a natural domain: see `least_place`;
* none: all local minima are listed, and there are none, or f is smaller somewhere than at each of them.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from flint import arb, fmpq_mpoly, fmpq_mpoly_ctx

from strictsaddle.arithmetic.evaluate import evaluate_arb, evaluate_float, evaluate_interval
from strictsaddle.arithmetic.exact import at_precision, fraction, rational
from strictsaddle.arithmetic.outward import outward
from strictsaddle.arithmetic.tape import Tape, compile_tape
from strictsaddle.covering.exclude import excluded
from strictsaddle.definition_1.least_place import FORMS, is_above_outside_a_compact_set, restricted_value
from strictsaddle.definition_1.minima import orbits_of
from strictsaddle.derive.definedness import ends_of
from strictsaddle.derive.derivatives import Derivation, derive, forward
from strictsaddle.errors import InputError
from strictsaddle.execution.budget import UNLIMITED, Budget
from strictsaddle.formula.expansion import polynomial
from strictsaddle.formula.graph import Graph
from strictsaddle.formula.roles import periods_of
from strictsaddle.objective.domain import Euclidean
from strictsaddle.objective.objective import Objective
from strictsaddle.records.terms import Interval, Proof
from strictsaddle.records.verdict import Definition1, Minimum, Stationary, StationaryPoint
from strictsaddle.symmetry.discrete.signed_permutations import SignedPermutationGroup

PRECISION = 128
SHELLS = (2.0, 8.0, 64.0, 4096.0)
SHELL_BOXES = 20_000
STARTS = (8.0, 1024.0)  # of a ray, the T of the head of this file
MOST_PAIRS = 8  # unknowns, for directions along two axes
RANDOM_RAYS = 24
SAMPLE = 4000
MOST_NODES = 20_000  # of a formula: beyond, rays cost more than they are worth
MOST_UNKNOWNS = 60
MOST_SPLIT = 4  # unknowns, for a search by boxes


@dataclass(frozen=True)
class _Known:
    """A fact (None: not known) and why, in a clause."""

    holds: bool | None = None
    why: str = ""


def minimum(
    objective: Objective,
    stationary: Stationary,
    definition_1: Definition1,
    group: SignedPermutationGroup | None,
    budget: Budget = UNLIMITED,
) -> Minimum:
    """What is proved about the least value of f on its domain, from its points and its form; within the budget."""
    with at_precision(PRECISION):
        return _Examination(objective, stationary, definition_1, group, budget).found()


class _Examination:
    def __init__(
        self,
        objective: Objective,
        stationary: Stationary,
        definition_1: Definition1,
        group: SignedPermutationGroup | None,
        budget: Budget,
    ) -> None:
        self.objective, self.stationary, self.group, self.budget = objective, stationary, group, budget
        self.n = objective.dimension
        self.derivation: Derivation = derive(objective.on(Euclidean(objective.domain.where)))
        self.f = polynomial(objective.graph, objective.node, self.n)
        self.points = stationary.isolated
        self.minima = list(stationary.minima)
        # A minimiser is a stationary point only where f is differentiable, which must be so everywhere.
        reach = 1.0 if objective.domain.groups else np.inf
        ends = np.full((1, self.n), reach)
        self.smooth = self.f is not None or self._has_values(self.derivation.gradient_tape, -ends, ends)
        # whether the formula is not defined everywhere; None on spheres, boxes and under equalities
        plain = objective.domain.ends is None and not objective.domain.codimension
        self.natural = not self._is_defined(-ends, ends) if plain else None
        self.listed = stationary.all_minima_listed and self.smooth
        self.proof: Proof = definition_1.proof if self.listed and definition_1.proof != "none" else "interval"
        self.rng = np.random.default_rng(0)

    def found(self) -> Minimum:
        domain = self.objective.domain
        if domain.ends is not None:
            return self._on_box()
        if domain.groups:
            return self._on_spheres()
        if domain.equations:
            return Minimum(reason="not looked into under equalities")
        if self.natural is not None and (self.natural or domain.where):
            known = self._inside()
            if known.holds:
                return self._with_minimiser(known.why)
        if domain.where:
            return Minimum(reason="it is not proved whether there is a minimiser where the conditions hold")
        return self._on_space()

    # domains

    def _on_box(self) -> Minimum:
        if not self._is_defined(*ends_of(self.objective)):
            return Minimum(reason="it is not proved that the formula is defined on all of the box")
        why = "f is continuous on the box, which is compact; whether it is least inside or on the boundary is not looked into"
        return Minimum(True, True, reason=why, proof="interval")

    def _on_spheres(self) -> Minimum:
        if not self.objective.domain.is_compact(self.n):
            return Minimum(reason="there are unknowns on no sphere")
        if not self._is_defined(np.full((1, self.n), -1.0), np.full((1, self.n), 1.0)):
            return Minimum(reason="it is not proved that the formula is defined on all of the spheres")
        return self._with_minimiser("f is continuous and the spheres are compact")

    def _on_space(self) -> Minimum:
        if self.n > MOST_UNKNOWNS or len(self.objective.graph) > MOST_NODES:
            return self._without_more("the formula is too large for a look at its growth", None)
        if len(periods_of(self.objective.graph, self.objective.node)) == self.n and self.smooth:
            return self._with_minimiser("f is continuous, and periodic in every unknown")
        coercive = self._coercive()
        if coercive.holds:
            return self._with_minimiser(coercive.why)
        if self.n <= MOST_SPLIT and not self.natural and (inside := self._inside()).holds:
            return self._with_minimiser(inside.why)
        sinking = self._sinking()
        if sinking.holds:
            count = len(self.minima) if self.listed else None
            return Minimum(
                False, False, None, 0, count, f"f is unbounded below: {sinking.why}", "exact" if self.f else "interval"
            )
        bounded = self._bounded()
        if self.listed and not self.minima:
            why = "there is no local minimum, hence no minimiser"
            return Minimum(bounded.holds, False, None, 0, 0, "; ".join(filter(None, (why, bounded.why))), self.proof)
        if self.listed and (lower := self._lower_place()):
            why = f"f is smaller at {lower} than at each local minimum, and these are all, so there is no minimiser"
            reason = "; ".join(filter(None, (why, bounded.why)))
            return Minimum(bounded.holds, False, None, 0, len(self.minima), reason, self.proof)
        return self._without_more("it is not proved whether there is a minimiser", bounded)

    def _without_more(self, why: str, bounded: _Known | None) -> Minimum:
        holds = None if bounded is None else bounded.holds
        reason = "; ".join(filter(None, (why, bounded.why if bounded else "")))
        return Minimum(holds, reason=reason, proof="interval" if holds else "none")

    def _with_minimiser(self, why: str) -> Minimum:
        if not self.listed or not self.minima:
            return Minimum(True, True, reason=f"{why}; not all local minima are known", proof="interval")
        value = Interval(min(p.value.low for p in self.minima), min(p.value.high for p in self.minima))
        above = [p for p in self.minima if p.value.low > value.high]
        least = [p for p in self.minima if p.value.low <= value.high]
        if not self._equal(least):
            why += "; it is not proved which of the least local minima have the same value"
            return Minimum(True, True, value, None, None, why, self.proof)
        return Minimum(True, True, value, len(least), len(above), f"{why}, and all local minima are known", self.proof)

    def _equal(self, points: Sequence[StationaryPoint]) -> bool:
        """Whether f is proved to have the same value at all of them."""
        if len(points) == 1 or all(p.value == points[0].value and p.value.low == p.value.high for p in points):
            return True
        every = zip(self.minima, orbits_of(self.minima, self.group, self.listed), strict=True)
        numbers = {number for p, number in every if p in points}
        return len(numbers) == 1 and None not in numbers

    # facts

    def _is_defined(self, lower: Any, upper: Any) -> bool:
        return self.f is not None or self._has_values(self.derivation.value_tape, lower, upper)

    def _has_values(self, tape: Tape, lower: Any, upper: Any) -> bool:
        return not np.isnan(evaluate_interval(tape, lower, upper)[0]).any()

    def _bounded(self) -> _Known:
        if self.objective.network is not None and min(self.objective.network.ridge) >= 0:
            return _Known(True, "f is at least 0, as the loss is never negative")
        ends = np.full((1, self.n), np.inf)
        tape = restricted_value(self.derivation, 0.0) if self.natural else self.derivation.value_tape
        low = float(np.max(evaluate_interval(tape, -ends, ends)[0][0, : FORMS if self.natural else 1]))
        return _Known(True, f"f is at least {low:.6g} by its form") if np.isfinite(low) else _Known()

    def _inside(self) -> _Known:
        """Whether a minimiser is proved to be inside of the natural domain, which makes it a stationary point."""
        level = min((p.value.high for p in self.points), default=np.inf)
        if not np.isfinite(level) or self.n > MOST_UNKNOWNS or len(self.objective.graph) > MOST_NODES:
            return _Known()
        if not is_above_outside_a_compact_set(self.derivation, level, self._late):
            return _Known()
        self.listed = self.stationary.all_minima_listed
        return _Known(
            True, f"f is greater than {level:.6g}, which is one of its values, outside of a compact part of its domain"
        )

    def _late(self) -> bool:
        return self.budget.is_over

    def _coercive(self) -> _Known:
        network = self.objective.network
        if network is not None and min(network.ridge) > 0:  # no loss is ever negative
            return _Known(True, "there is a ridge on every parameter, and the loss is never negative")
        if self.f is not None and _leading_form_is_positive(self.f, self.n):
            return _Known(
                True,
                "the leading terms of f, in fitting weights, are positive, so f tends to infinity in all directions",
            )
        ends = np.full((1, self.n), np.inf)
        if not self._is_defined(-ends, ends):
            return _Known()
        origin = Interval(*outward(evaluate_arb(self.derivation.value_tape, [arb(0)] * self.n)[0]))
        level = min((p.value.high for p in self.points), default=origin.high)
        if not np.isfinite(level):
            return _Known()
        graph = Graph()
        images = [graph.variable(k) for k in range(self.n)]
        (node,) = self.objective.graph.mapped([self.objective.node], graph, images.__getitem__)
        tape = compile_tape(graph, [graph.sub(node, graph.constant(Fraction(level)))], self.n)
        reach = max((max(abs(i.low), abs(i.high)) for p in self.points for i in p.point), default=0.0)
        for radius in SHELLS:
            if self._late():
                break
            if radius > reach and self._is_above(tape, radius):
                why = f"f is greater than {level:.6g}, which is one of its values, wherever a coordinate is beyond {radius:g}"
                return _Known(True, why)
        return _Known()

    def _is_above(self, tape: Tape, radius: float) -> bool:
        """Whether the tape's output is positive wherever a coordinate is at least `radius` in size: it has no zero on any of the
        2n half-spaces, which are connected, and is positive at one point of each."""
        for i, sign in itertools.product(range(self.n), (1.0, -1.0)):
            lower, upper = np.full((1, self.n), -np.inf), np.full((1, self.n), np.inf)
            (lower if sign > 0 else upper)[0, i] = sign * radius
            place = [arb(sign * radius if k == i else 0) for k in range(self.n)]
            if not evaluate_arb(tape, place)[0] > 0 or not excluded(tape, 1, lower, upper, SHELL_BOXES, radius)[0]:
                return False
        return True

    def _rays(self) -> Iterator[tuple[tuple[Fraction, ...], tuple[Fraction, ...]]]:
        """Points and directions, rational and short: axes, pairs of axes, then random ones, from 0 and from random points."""
        zero = (Fraction(0),) * self.n
        units = [tuple(Fraction(s * int(k == i)) for k in range(self.n)) for i in range(self.n) for s in (1, -1)]
        yield from ((zero, v) for v in units)
        if self.n <= MOST_PAIRS:
            for a, b in itertools.combinations(units, 2):
                v = tuple(x + y for x, y in zip(a, b, strict=True))
                if any(v):
                    yield zero, v
        for k in range(RANDOM_RAYS):
            v = tuple(Fraction(int(x)) for x in self.rng.integers(-3, 4, self.n))
            p = zero if k % 2 else tuple(Fraction(int(x)) for x in self.rng.integers(-2, 3, self.n))
            if any(v):
                yield p, v
        for v in units:
            yield tuple(Fraction(int(x)) for x in self.rng.integers(-2, 3, self.n)), v

    def _sinking(self) -> _Known:
        for p, v in self._rays():
            if self._late():
                break
            if self._sinks_along(p, v):
                ray = ", ".join(
                    f"{name} = {_affine(a, b)}"
                    for name, a, b in zip(self.objective.variables, p, v, strict=True)
                    if a or b
                )
                rest = "" if all(a or b for a, b in zip(p, v, strict=True)) else " and the other unknowns 0"
                return _Known(True, f"it tends to minus infinity for {ray}{rest}, t to infinity")
        return _Known()

    def _sinks_along(self, p: Sequence[Fraction], v: Sequence[Fraction]) -> bool:
        if self.f is not None:
            context = fmpq_mpoly_ctx.get(["t"], "degrevlex")
            t = context.gens()[0]
            line = [context.constant(rational(a)) + rational(b) * t for a, b in zip(p, v, strict=True)]
            along = self.f.compose(*line, ctx=context)
            return not along.is_zero() and along.total_degree() > 0 and along.leading_coefficient() < 0
        graph = Graph()
        t_node = graph.variable(0)
        images = [graph.add(graph.constant(a), graph.mul(graph.constant(b), t_node)) for a, b in zip(p, v, strict=True)]
        try:
            (node,) = self.objective.graph.mapped([self.objective.node], graph, images.__getitem__)
        except InputError:  # the substitution divides by zero or the like
            return False
        slope = compile_tape(graph, forward(graph, [node], {0: graph.constant(1)}), 1)
        value = compile_tape(graph, [node], 1)
        for start in STARTS:
            low, high = np.array([[start]]), np.array([[np.inf]])
            if evaluate_interval(slope, low, high)[1][0, 0] < 0.0 and not np.isnan(
                evaluate_interval(value, low, high)[0][0, 0]
            ):
                return True
        return False

    def _lower_place(self) -> str:
        """A place where f is proved to be smaller than at every local minimum, in words; empty where none is found."""
        least = min(p.value.low for p in self.minima)
        sizes = np.exp(self.rng.uniform(-1.0, np.log(1e3), (SAMPLE, 1)))
        places = self.rng.standard_normal((SAMPLE, self.n)) * sizes
        axes = np.concatenate([r * np.concatenate([np.eye(self.n), -np.eye(self.n)]) for r in (1.0, 10.0, 100.0, 1e4)])
        places = np.concatenate([axes, places])
        with np.errstate(all="ignore"):
            values = evaluate_float(self.derivation.value_tape, places)[:, 0]
        values = np.where(np.isfinite(values), values, np.inf)
        place = places[int(np.argmin(values))]
        if not evaluate_arb(self.derivation.value_tape, [arb(float(x)) for x in place])[0] < arb(least):
            return ""
        return "(" + ", ".join(f"{x:.6g}" for x in place) + ")"


def _leading_form_is_positive(f: fmpq_mpoly, n: int) -> bool:
    """The condition of the head of this file."""
    terms = [(tuple(int(e) for e in exponents), c) for exponents, c in f.terms()]
    degrees = []
    for i in range(n):
        pure = [(e[i], c) for e, c in terms if e[i] and sum(e) == e[i]]
        if not pure:
            return False
        degree, coefficient = max(pure)
        if degree % 2 or coefficient <= 0:
            return False
        degrees.append(degree)
    weights = [
        sum((Fraction(e, d) for e, d in zip(exponents, degrees, strict=True)), Fraction(0)) for exponents, _ in terms
    ]
    if max(weights) > 1:
        return False
    leading = [term for term, weight in zip(terms, weights, strict=True) if weight == 1]
    if len(leading) == n:
        return True
    graph = Graph()
    variables = [graph.variable(k) for k in range(n)]
    nodes = []
    for exponents, c in leading:
        node = graph.constant(fraction(c))
        for variable, exponent in zip(variables, exponents, strict=True):
            node = graph.mul(node, graph.power(variable, exponent)) if exponent else node
        nodes.append(node)
    tape = compile_tape(graph, [graph.total(nodes)], n)
    for i, sign in itertools.product(range(n), (1.0, -1.0)):
        lower, upper = np.full((1, n), -1.0), np.full((1, n), 1.0)
        lower[0, i] = upper[0, i] = sign
        place = [arb(sign if k == i else 0) for k in range(n)]
        if not evaluate_arb(tape, place)[0] > 0 or not excluded(tape, 1, lower, upper, SHELL_BOXES)[0]:
            return False
    return True


def _affine(a: Fraction, b: Fraction) -> str:
    """a + b t in words."""
    if not b:
        return str(a)
    slope = {1: "t", -1: "-t"}.get(b.numerator if b.denominator == 1 else 0, f"{b}*t")
    return slope if not a else f"{a} + {slope}"
