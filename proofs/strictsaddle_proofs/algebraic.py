"""All stationary points of a polynomial objective on R^n, in a box, or on spheres: as many zeros of the gradient are proved as there can
be.

On a product of spheres the gradient is that of the Lagrangian L(mu, w) = f(w) - sum_g mu_g (|w_g|^2 - 1), multipliers first. Its Hessian
has the inertia of the Riemannian one, and k negative and k positive eigenvalues more for k spheres (Gould 1985: the constraints'
gradients are independent on spheres).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import prod
from typing import Any

from flint import acb, arb, fmpz

from strictsaddle_proofs.balls import Derivatives, ball, inertia, precision, refined
from strictsaddle_proofs.errors import Refused, require
from strictsaddle_proofs.expression import Formulas, copied
from strictsaddle_proofs.objective import Objective
from strictsaddle_proofs.points import PRECISIONS, Claimed
from strictsaddle_proofs.polynomials import (
    FieldPoint,
    Polynomial,
    consequences,
    degree,
    derivative,
    from_list,
    most_zeros,
    polynomial,
)

FAR = 1e30  # half the side of the square in which Newton's method may end
MOST_ZEROS = 5000


@dataclass(frozen=True)
class System:
    """The gradient of f or of its Lagrangian in k multipliers: as nodes, and as polynomials with their Jacobian."""

    derivatives: Derivatives
    gradient: list[Polynomial]
    hessian: list[list[Polynomial]]
    multipliers: int

    @classmethod
    def of(cls, objective: Objective) -> System:
        n, k = objective.dimension, len(objective.groups)
        formulas = Formulas(n + k)
        unknowns = [formulas.variable(k + i) for i in range(n)]
        (node,) = copied(objective.formulas, [objective.node], formulas, unknowns)
        parts: list[tuple[int, int]] = [(node, 1)]
        for g, group in enumerate(objective.groups):
            norm = formulas.combination([(formulas.product([(unknowns[i], 2)]), 1) for i in group], -1)
            parts.append((formulas.product([(formulas.variable(g), 1), (norm, 1)]), -1))
        derivatives = Derivatives(formulas, formulas.combination(parts))
        gradient = [polynomial(formulas, g) for g in derivatives.gradient]
        return cls(derivatives, gradient, [[derivative(g, j) for j in range(n + k)] for g in gradient], k)

    @property
    def n(self) -> int:
        return self.derivatives.n

    def index(self, signs: tuple[int, int]) -> int:
        """Of the Riemannian Hessian, from the numbers of negative and positive eigenvalues here."""
        return signs[0] - self.multipliers


@dataclass(frozen=True)
class Zero:
    """A proved zero: balls, whether it is real, and negative and zero eigenvalues where it is; whether it is proved to be isolated."""

    balls: list[Any]
    real: bool
    index: int = -1
    nullity: int = 0
    isolated: bool = True


def check(objective: Objective, proof: dict[str, Any], points: Sequence[Claimed], tell: Any) -> str:
    """That the listed points are all the real zeros in the domain; returns "exact" or "modular". Raises Refused or Unchecked."""
    system = System.of(objective)
    equations = [g for g in system.gradient if g]
    require(equations, "the objective is constant", "algebraic")
    zeros: list[Zero] = []
    given = proof.get("simple", [])
    require(isinstance(given, list) and len(given) <= MOST_ZEROS, "not a list of zeros", "simple")
    for number, centre in enumerate(given):
        zeros.append(simple_zero(system, centre, f"simple[{number}]"))
        tell(len(zeros))
    total = len(zeros)
    for number, entry in enumerate(proof.get("exact", [])):
        found, multiplicity = exact_zeros(system, entry, f"exact[{number}]")
        zeros += found
        total += multiplicity * len(found)
        tell(len(zeros))
    for k, one in enumerate(zeros):
        apart = all(any(not x.overlaps(y) for x, y in zip(one.balls, other.balls, strict=True)) for other in zeros[:k])
        require(apart, "two zeros may be the same", "algebraic")
    label = count(proof.get("count"), equations, system.n, total, all(z.isolated for z in zeros))
    with precision(PRECISIONS[-1]):  # bounds of a box are closer to their balls than any zero
        _matched(objective, [zero for zero in zeros if zero.real], points, system.multipliers)
    return label


def simple_zero(system: System, given: Any, where: str) -> Zero:
    """The zero that Newton's method leads to from here, proved to be one, simple, and real or not."""
    good = isinstance(given, list) and len(given) == system.n and all(
        isinstance(z, list) and len(z) == 2 and all(type(x) in (int, float) for x in z) for z in given)  # fmt: skip
    require(good, "not a complex point", where)
    is_real = all(z[1] == 0 for z in given)
    for bits in PRECISIONS:
        with precision(bits):
            start: list[Any] = [arb(float(x)) if is_real else acb(arb(float(x)), arb(float(y))) for x, y in given]
            wide = arb(0, FAR)
            home: list[Any] = [wide if is_real else acb(wide, wide) for _ in given]
            found = refined(system.derivatives, start, home)
            if found is None:
                continue
            if not is_real:
                if any(not z.imag.contains(0) for z in found):
                    return Zero(found, False)
                continue
            signs = inertia(system.derivatives.hessian_at(found))
            if signs is not None:
                return Zero([acb(x) for x in found], True, system.index(signs))
    raise Refused("no proof of a simple zero here", where)


def exact_zeros(system: System, given: Any, where: str) -> tuple[list[Zero], int]:
    """All conjugates of an exact zero, and the multiplicity of each."""
    for bits in PRECISIONS:
        with precision(bits):
            point = FieldPoint.of(given, system.n)
            require(all(point.value(g).is_zero() for g in system.gradient), "the gradient is not 0", where)
            order = given.get("order", 0)
            require(type(order) is int and 0 <= order <= 20, "an order", where)
            multiplicity = point.multiplicity(system.gradient, system.n, order) if order else 1
            # the same at the next order: a power of the maximal ideal is 0 (Nakayama), so the zero is isolated
            isolated = order > 0 and multiplicity == point.multiplicity(system.gradient, system.n, order + 1)
            coefficients = point.characteristic(system.hessian)
            singular = next(k for k, c in enumerate(coefficients) if not c.is_zero())  # at all conjugates alike
            found = []
            for root, balls in zip(point.roots, point.conjugates(), strict=True):
                if root.imag == 0:
                    negative, zero, _ = point.inertia(coefficients, root.real)
                    found.append(
                        Zero(
                            [acb(z.real) for z in balls],
                            True,
                            negative - system.multipliers,
                            zero,
                            isolated or not singular,
                        )
                    )
                else:
                    found.append(Zero(balls, False, -1, singular, isolated or not singular))
            apart = all(
                any(not x.overlaps(y) for x, y in zip(a.balls, b.balls, strict=True))
                for k, a in enumerate(found)
                for b in found[:k]
            )
            if apart:
                return found, multiplicity
    raise Refused("conjugates of the point may be the same", where)


def count(given: Any, equations: Sequence[Polynomial], n: int, total: int, all_isolated: bool) -> str:
    """That there are no more zeros than `total`, with multiplicity."""
    where = "count"
    require(isinstance(given, dict), "no count", where)
    if given.get("how") == "bezout":
        # n equations: isolated zeros, with multiplicity, and the degrees of the components of higher dimension add up to no more than the
        # product of the degrees (Fulton, Intersection Theory, 12.3): where isolated ones reach it there are no others
        bound = prod(degree(g) for g in equations)
        require(
            len(equations) == n and all_isolated and total == bound,
            f"{total} zeros, and Bézout's bound is {bound}",
            where,
        )
        return "exact"
    if given.get("how") == "constant":
        require(
            not total and any(set(map(sum, g)) == {0} for g in equations),
            "no derivative is a constant other than 0",
            where,
        )
        return "exact"
    require(given.get("how") in ("ranks", "modular ranks"), "a count that is not known here", where)
    top, cut, stages = given.get("degree"), given.get("cut"), given.get("consequences", [])
    require(type(top) is type(cut) is int and 0 <= cut <= top <= 60 and isinstance(stages, list), "degrees", where)
    system = list(equations)
    for stage in stages:
        require(
            isinstance(stage, dict) and type(stage.get("degree")) is int and isinstance(stage.get("polynomials"), list),
            "a stage",
            where,
        )
        wanted = [p for p in (from_list(q, n) for q in stage["polynomials"]) if p]
        consequences(system, n, stage["degree"], wanted)
        system += wanted
    prime = None if given["how"] == "ranks" else _drawn_prime()
    bound = most_zeros(system, n, top, cut, prime)
    require(total == bound, f"{total} zeros are proved, and there may be {bound}", where)
    return "exact" if prime is None else "modular"


def _drawn_prime() -> int:
    """A prime near 2^60, drawn anew: nobody can choose coefficients that fail for it."""
    from secrets import randbits

    while True:
        candidate = randbits(60) | 1 << 60 | 1
        if fmpz(candidate).is_prime():
            return candidate


def _matched(objective: Objective, zeros: Sequence[Zero], points: Sequence[Claimed], k: int) -> None:
    """Raise Refused unless the real zeros of the domain and the listed points belong together, one to one."""
    seen: set[int] = set()
    for zero in zeros:
        balls = [z.real for z in zero.balls[k:]]
        inside = objective.contains(balls)
        mine = [number for number, point in enumerate(points) if point.holds(balls)]
        if inside is None and mine:
            inside = _exactly_inside(objective, balls)
        if inside is False:
            continue
        require(inside is True, "a zero on the border of the domain", "algebraic")
        require(objective.is_defined(balls), "the formula is not defined at a zero", "algebraic")
        require(len(mine) == 1, "a stationary point is missing from the list", "algebraic")
        point = points[mine[0]]
        require(mine[0] not in seen, "two stationary points in one box", "algebraic")
        require(
            (point.index, point.nullity) == (zero.index, zero.nullity),
            "an inertia is not the one that is listed",
            "algebraic",
        )
        seen.add(mine[0])
    require(len(seen) == len(points), "there is no stationary point in a box of the list", "algebraic")


def _exactly_inside(objective: Objective, balls: Sequence[Any]) -> bool | None:
    """On the border: a rational point nearby at which the gradient is exactly 0, and which is the same one as it lies in the balls."""
    for denominator in (1, 2, 10, 60, 1000):
        guess = [Fraction(float(x.mid())).limit_denominator(denominator) for x in balls]
        near = all(x.contains(ball(q)) for x, q in zip(balls, guess, strict=True))
        if near and objective.is_zero(objective.derivatives.gradient, guess):
            return objective.contains_exactly(guess)
    return None
