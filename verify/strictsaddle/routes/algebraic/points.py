"""From a real zero of the equations to the stationary point that it stands for, if it stands for one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import product
from math import prod

from flint import arb, fmpq, fmpq_mpoly, fmpq_poly

from strictsaddle.arithmetic.evaluate import evaluate_arb, evaluate_rational
from strictsaddle.arithmetic.exact import at_precision, fraction, rational
from strictsaddle.arithmetic.outward import outward
from strictsaddle.arithmetic.tape import Tape
from strictsaddle.certify.inertia import Inertia, eigenvalue_enclosures, eigenvalue_intervals
from strictsaddle.derive.derivatives import Derivation
from strictsaddle.derive.monomial_form import MonomialForm
from strictsaddle.derive.polynomials import SquareSystem
from strictsaddle.execution.budget import require_time
from strictsaddle.formula.roles import NotAlgebraic
from strictsaddle.manifolds.riemannian import Constraint, constrained_hessian
from strictsaddle.objective.domain import Domain
from strictsaddle.polynomials.number_field import FieldPoint
from strictsaddle.polynomials.zero_search import RealZero
from strictsaddle.records.verdict import StationaryPoint
from strictsaddle.routes.algebraic.equations import Equations, Place

PRECISIONS = (128, 256, 512, 1024)
MOST_PERIODS = 10_000  # of all angles, in a box


@dataclass(frozen=True)
class Placed:
    """What a real zero stands for: balls of the unknowns of the objective, in one period, and of the multipliers."""

    unknowns: list[arb]
    multipliers: list[arb]


@dataclass(frozen=True)
class Reader:
    """`conditions`: a tape, how many of its outputs must be positive, and how many then must not be 0; the others must be >= 0.
    `equalities`: those of the domain."""

    derivation: Derivation
    equations: Equations
    system: SquareSystem
    conditions: tuple[Tape, int, int, int] | None
    equalities: tuple[Constraint, ...]

    @cached_property
    def form(self) -> MonomialForm:
        return MonomialForm.of(self.system)

    def is_defined(self, zero: RealZero) -> bool | None:
        """Whether the zero is a point of the domain at which the formula is twice differentiable; None where no precision tells."""
        for precision in PRECISIONS:
            require_time()
            with at_precision(2 * precision):
                answer = self._is_defined(zero.refined(self.form, precision), self.exact_coordinates(zero))
            if answer is not None:
                return answer
        return None

    def _is_defined(self, balls: Sequence[arb], exact: Sequence[Fraction] | None) -> bool | None:
        answer: bool | None = True
        for k in self.equations.positive:
            if balls[k] < 0:
                return False
            if not balls[k] > 0:
                answer = None
        for factor in self.equations.forbidden:
            value = _value(factor, balls)
            if value.is_zero():
                return False
            if value.contains(0):
                answer = None
        if answer is None or self.conditions is None:
            return answer
        tape, positive, nonzero, edges = self.conditions
        known = None if exact is None else evaluate_rational(tape, exact)
        for k, value in enumerate(evaluate_arb(tape, self.placed(balls).unknowns)):
            if known is not None:
                value = arb(rational(known[k]))
            if positive <= k < positive + nonzero:
                if value.is_zero():
                    return False
                right = not value.contains(0)
            else:
                closed = k >= positive + nonzero + edges
                if value < 0 or (value.is_zero() and k < positive):
                    return False
                right = bool(value >= 0) if closed else bool(value > 0)
            if not value.is_finite() or not right:
                answer = None
        return answer

    def placed(self, balls: Sequence[arb]) -> Placed:
        """The unknowns of the objective; angles from minus to plus half a turn."""
        m = self.equations.multipliers
        return Placed([_unknown(place, balls) for place in self.equations.places], list(balls[:m]))

    def record(self, zero: RealZero) -> StationaryPoint:
        """The stationary point with its proved inertia; its kind is undecided where no precision shows it."""
        nullity = 0 if zero.exact is None else self._nullity(zero.exact)
        inertia: Inertia | None = None
        for precision in PRECISIONS:
            require_time()
            with at_precision(precision + 64):
                place = self.placed(zero.refined(self.form, precision))
                point = place.unknowns
                matrix = constrained_hessian(self.derivation, self.equalities, point, place.multipliers)
                value = outward(evaluate_arb(self.derivation.value_tape, point)[0])
                spectrum = [] if matrix is None else eigenvalue_enclosures(matrix)
                sides = tuple(outward(x) for x in point)
            negative, positive = sum(bool(e < 0) for e in spectrum), sum(bool(e > 0) for e in spectrum)
            if matrix is not None and negative + positive + nullity == len(spectrum):
                inertia = Inertia(negative, nullity, positive)
                break
        return StationaryPoint(
            sides, value, eigenvalue_intervals(spectrum, inertia), None if inertia is None else inertia.negative,
            None if inertia is None else nullity, "undecided" if inertia is None else inertia.kind,
        )  # fmt: skip

    def _nullity(self, exact: FieldPoint) -> int:
        """That of the Jacobian matrix of the equations, which is the Hessian's: the rows of roots, circles and the inverse have derivatives
        other than 0 by what they define, and the others are the gradient's components times something that is not 0."""
        powers: dict[tuple[int, int], fmpq_poly] = {}
        rows = [[exact.evaluate(entry, powers) for entry in row] for row in self.system.hessian]
        return len(rows) - _rank(exact, rows)

    def exact_coordinates(self, zero: RealZero) -> tuple[Fraction, ...] | None:
        """The point in rational numbers, where it has some: those of unknowns that stand for themselves, and exp(0) = 1."""
        if zero.exact is None:
            return None
        found = []
        for place in self.equations.places:
            value = zero.exact.rational_coordinate(place.place)
            if place.role == "plain" and value is not None:
                found.append(fraction(value))
            elif (place.role == "exponential" and value == 1) or (place.is_angle and value == 1):
                found.append(Fraction(0))
            else:
                return None
        return tuple(found)

    @property
    def angles(self) -> list[Place]:
        """The unknowns that are angles."""
        return [place for place in self.equations.places if place.is_angle]

    def shifts(self, point: Sequence[arb], domain: Domain) -> Iterator[list[arb]]:
        """The point in all the periods in which it may lie in a box with these ends, at the present precision."""
        if domain.ends is None or not self.angles:
            yield list(point)
            return
        ranges = []
        for angle in self.angles:
            low, high = (arb(rational(end[angle.number])) for end in domain.ends)
            first = int(((low - point[angle.number]) / period(angle)).lower().floor().unique_fmpz() or 0) - 1
            last = int(((high - point[angle.number]) / period(angle)).upper().ceil().unique_fmpz() or 0) + 1
            ranges.append(range(first, last + 1))
        if prod(map(len, ranges)) > MOST_PERIODS:
            raise NotAlgebraic(f"there are more than {MOST_PERIODS} periods in the box")
        for turns in product(*ranges):
            moved = list(point)
            for angle, k in zip(self.angles, turns, strict=True):
                moved[angle.number] = moved[angle.number] + k * period(angle)
            yield moved


def period(angle: Place) -> arb:
    """That of an unknown that is an angle."""
    return 2 / arb(angle.unit) * (1 if angle.role == "turn" else arb.pi())


def _unknown(place: Place, balls: Sequence[arb]) -> arb:
    value = balls[place.place]
    if place.role == "plain":
        return value
    if place.role == "logarithm":
        return value.exp()
    unit = arb(place.unit)
    if place.role == "exponential":
        return value.log() / unit if value > 0 else arb("nan")
    return _angle(value, balls[place.place + 1]) / unit / (arb.pi() if place.role == "turn" else 1)


def _angle(c: arb, s: arb) -> arb:
    """The angle of (c, s), which is not 0, in one of the intervals of half a turn about 0, pi/2, pi, -pi/2."""
    if c > 0:
        return (s / c).atan()
    if s > 0:
        return arb.pi() / 2 - (c / s).atan()
    if s < 0:
        return -arb.pi() / 2 - (c / s).atan()
    return arb.pi() + (s / c).atan()  # c < 0, or not finite


def _value(polynomial: fmpq_mpoly, balls: Sequence[arb]) -> arb:
    total = arb(0)
    for exponents, coefficient in polynomial.terms():
        term = arb(coefficient)
        for ball, exponent in zip(balls, exponents, strict=False):
            for _ in range(int(exponent)):
                term = term * ball
        total = total + term
    return total


def _rank(field: FieldPoint, rows: list[list[fmpq_poly]]) -> int:
    """The rank of a matrix over the field of a point."""
    rank = 0
    for column in range(len(rows[0]) if rows else 0):
        k = next((k for k in range(rank, len(rows)) if not rows[k][column].is_zero()), None)
        if k is None:
            continue
        rows[rank], rows[k] = rows[k], rows[rank]
        scale = field.inverse(rows[rank][column])
        for i in range(rank + 1, len(rows)):
            if not rows[i][column].is_zero():
                factor = field.product(rows[i][column], scale)
                rows[i] = [a - field.product(factor, b) for a, b in zip(rows[i], rows[rank], strict=True)]
        rank += 1
    return rank


def inside(point: Sequence[arb], exact: Sequence[Fraction] | None, domain: Domain) -> bool | None:
    """Whether a point lies in the closed box; None where it meets the boundary, and it is open."""
    if domain.ends is None:
        return True
    if exact is not None:
        return domain.contains(exact)
    answer: bool | None = True
    for x, low, high in zip(point, *domain.ends, strict=True):
        below, above = arb(fmpq(low.numerator, low.denominator)), arb(fmpq(high.numerator, high.denominator))
        if x < below or x > above:
            return False
        if not (x > below and x < above):
            answer = None
    return answer
