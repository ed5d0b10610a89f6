"""Proving the zeros that parametrisations propose: simple ones by Krawczyk's test, singular ones exactly."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from flint import acb, arb, fmpq, fmpq_poly, fmpz

from strictsaddle.arithmetic.exact import at_precision, rational
from strictsaddle.derive.monomial_form import Array, MonomialForm
from strictsaddle.derive.polynomials import PolynomialSystem
from strictsaddle.objective.domain import Domain
from strictsaddle.polynomials.certification import SimpleZero, certify, distinct, real_enclosure
from strictsaddle.polynomials.local_algebra import local_multiplicity
from strictsaddle.polynomials.macaulay import kernel_of_parities, sign_flips
from strictsaddle.polynomials.msolve import RationalParametrisation
from strictsaddle.polynomials.number_field import FieldPoint
from strictsaddle.polynomials.parametrisation import ParametrisedZeros, evaluate, exact_point, factor_of_root

PRECISION = 128
PRECISIONS = (128, 512, 2048)  # bits, until a point is told from a boundary
NEARLY_REAL = 1e-6  # an imaginary part that is tried as 0, relative to the point; the test decides
ACCURACIES = (50, 200)  # bits to which candidates are computed; the second where the first proves too little


@dataclass(frozen=True)
class RealZero:
    """A real stationary point: balls around its coordinates, with the certified zero that they refine (then
    its Hessian is nonsingular) or the exact point.

    `embedding`: the number of the real root of `exact.modulus` that the point belongs to.
    """

    balls: tuple[arb, ...]
    simple: SimpleZero | None = None
    exact: FieldPoint | None = None
    embedding: int = 0
    multiplicity: int = 1

    def refined(self, form: MonomialForm, precision: int) -> tuple[arb, ...]:
        """Balls of about 2^-precision around the coordinates; `form` is that of the objective."""
        if self.exact is not None:
            return tuple(self.exact.embed(v, self.embedding, precision).real for v in self.exact.coordinates)
        assert self.simple is not None
        balls = real_enclosure(form, self.simple, precision)
        return tuple(old if old.is_zero() else ball for old, ball in zip(self.balls, balls, strict=True))

    def lies_in(self, form: MonomialForm, box: Domain) -> bool | None:
        """Whether the point lies in the closed box; None where no precision tells it from the boundary."""
        ends = box.ends
        if ends is None:
            return True
        answers: list[bool | None] = [None] * len(self.balls)
        for precision in PRECISIONS:
            balls = self.refined(form, precision)
            for i, (low, high) in enumerate(zip(*ends, strict=True)):
                if answers[i] is None:
                    coordinate = None if self.exact is None else self.exact.rational_coordinate(i)
                    value = balls[i] if coordinate is None else coordinate
                    answers[i] = _between(rational(low), value, rational(high), 2 * precision)
            if False in answers:
                return False
            if None not in answers:
                return True
        return None


def _between(low: fmpq, value: arb | fmpq, high: fmpq, precision: int) -> bool | None:
    """Whether low <= value <= high; None where a ball does not tell. Comparing rounds the ends to `precision` bits."""
    with at_precision(precision):
        if value < low or value > high:
            return False
        return True if value >= low and value <= high else None


class ZeroSearch:
    """The zeros proved so far, from one parametrisation or several."""

    def __init__(self, system: PolynomialSystem, form: MonomialForm) -> None:
        self.system, self.form = system, form
        self.simple: list[SimpleZero] = []
        self.exact: list[tuple[FieldPoint, int]] = []
        self.unresolved = 0
        self.flips = sign_flips([system.f] if system.symmetric else system.equations(), system.dimension)

    @property
    def count(self) -> int:
        """Different complex zeros proved."""
        return len(self.simple) + sum(point.degree for point, _ in self.exact)

    @property
    def simple_count(self) -> int:
        """Different complex zeros with a nonsingular Hessian that are proved."""
        return len(self.simple) + sum(point.degree for point, _ in self.exact if not self._is_singular(point))

    def knows(self, zero: SimpleZero) -> bool:
        """Whether the zero, which was proved, may be one of those that are known: its box meets one of theirs."""
        return any(_meet(zero.box, other.box) for other in self.simple) or self._is_known(zero.box)

    @property
    def total(self) -> int:
        """The same with (lower bounds of) multiplicities."""
        return len(self.simple) + sum(point.degree * multiplicity for point, multiplicity in self.exact)

    def add(self, parametrisation: RationalParametrisation) -> None:
        zeros = evaluate(parametrisation, ACCURACIES[0])
        found = self._certified(zeros)
        if any(zero is None for zero in found):
            self._add_exactly(zeros, found)
        for accuracy in ACCURACIES[1:]:
            if all(zero is not None or self._is_known(point) for zero, point in zip(found, zeros.points, strict=True)):
                break
            zeros = evaluate(parametrisation, accuracy)
            found = self._certified(zeros)
        proved = [zero for zero in found if zero is not None and not self._is_known(zero.box)]
        self.simple = distinct([*self.simple, *proved])
        if any(zero is None for zero in found):
            self._add_nonsingular(zeros, found)
        self.unresolved = sum(
            zero is None and not self._is_known(point) for zero, point in zip(found, zeros.points, strict=True)
        )

    def _certified(self, zeros: ParametrisedZeros) -> list[SimpleZero | None]:
        """For each parametrised point the simple zero that it is. Newton's method may have left a multiple one for a neighbour, whose box
        then does not meet the point's: that is not this point."""
        found = certify(self.form, zeros.points, zeros.precision)
        return [
            zero if zero is not None and _meet(zero.box, point) else None
            for zero, point in zip(found, zeros.points, strict=True)
        ]

    def add_approximations(self, points: Array, images: Callable[[Array], list[int]]) -> Array:
        """Complex points (m, n), each near a zero, as a rule, and the flips (bit masks) that give the points of its orbit.

        Flips of signs map zeros to zeros, as f is even or odd under them. Returns which points were proved, (m,).
        """
        size = 1.0 + np.abs(points).max(axis=1, initial=0.0)
        real = np.abs(points.imag).max(axis=1, initial=0.0) < NEARLY_REAL * size
        candidates = [
            [acb(z.real, 0.0 if is_real else z.imag) for z in point.tolist()]
            for point, is_real in zip(points, real, strict=True)
        ]
        found = certify(self.form, candidates, max(PRECISIONS))
        orbits = []
        for point, zero in zip(points, found, strict=True):
            if zero is not None:
                orbits += [_flipped(zero, flip) for flip in images(point)]
        self.simple = distinct([*self.simple, *orbits])
        return np.array([zero is not None for zero in found], dtype=bool)

    def _add_exactly(self, zeros: ParametrisedZeros, found: Sequence[SimpleZero | None]) -> None:
        """The conjugacy classes of the singular ones among those points that the test could not prove."""
        for candidate in self._exact_candidates(zeros, found):
            if self._is_singular(candidate):
                multiplicity = local_multiplicity(self.system.equations(), self.system.dimension, candidate, 10**6)
                self.exact.append((candidate, multiplicity))

    def _add_nonsingular(self, zeros: ParametrisedZeros, found: Sequence[SimpleZero | None]) -> None:
        """The conjugacy classes of nonsingular points that no precision proved: badly conditioned ones.

        Conjugates may have been proved already. One that lies in the box of a simple zero is that zero.
        """
        for candidate in self._exact_candidates(zeros, found):
            if self._is_singular(candidate):
                continue
            members = conjugates(candidate)
            same = [zero for zero in self.simple if any(_contained(member, zero.box) for member in members)]
            rest = [zero for zero in self.simple if zero not in same]
            if not any(_meet(member, zero.box) for member in members for zero in rest):
                self.simple = rest
                self.exact.append((candidate, 1))

    def _exact_candidates(self, zeros: ParametrisedZeros, found: Sequence[SimpleZero | None]) -> Iterator[FieldPoint]:
        """Stationary points in number fields, proved, for the zeros not known yet."""
        for root, point, zero in zip(zeros.roots, zeros.points, found, strict=True):
            if zero is not None or self._is_known(point):
                continue
            factor = factor_of_root(zeros.parametrisation.modulus, root)
            candidate = None if factor is None else exact_point(zeros.parametrisation, factor)
            if candidate is not None and candidate.is_stationary(self.system) and _separated(candidate):
                yield candidate

    def _is_singular(self, point: FieldPoint) -> bool:
        return bool(point.characteristic_polynomial(self._hessian(point))[0].is_zero())

    def _hessian(self, point: FieldPoint) -> list[list[fmpq_poly]]:
        powers: dict[tuple[int, int], fmpq_poly] = {}
        return [[point.evaluate(entry, powers) for entry in row] for row in self.system.hessian]

    def _is_known(self, box: Sequence[acb]) -> bool:
        """Whether the box meets one of the exact points. The box of a simple zero never meets a singular one: its
        Hessian is nonsingular there."""
        return any(_meet(box, conjugate) for point, _ in self.exact for conjugate in conjugates(point))

    def real_zeros(self) -> list[RealZero]:
        result = []
        for zero in self.simple:
            if zero.real:
                balls = self._with_exact_zeros(zero, real_enclosure(self.form, zero, PRECISION))
                result.append(self._rational(RealZero(balls, zero)))
        for point, multiplicity in self.exact:
            for embedding in point.real_embeddings():
                balls = tuple(point.embed(value, embedding, 2 * PRECISION).real for value in point.coordinates)
                result.append(RealZero(balls, None, point, embedding, multiplicity))
        return result

    def _with_exact_zeros(self, zero: SimpleZero, balls: tuple[arb, ...]) -> tuple[arb, ...]:
        """Coordinates that a sign symmetry of f proves to be 0. A flip of signs that only touches coordinates
        whose balls, turned around, are still in the box maps the only zero in the box to itself."""
        near = [value.real.contains(-ball) for ball, value in zip(balls, zero.box, strict=True)]
        mask = sum(1 << i for i, flag in enumerate(near) if flag)
        if not mask or not self.flips:
            return balls
        # Flips inside the mask: combinations of the basis that vanish outside it.
        n = self.system.dimension
        outside = [
            sum(((flip >> i) & 1) << k for k, flip in enumerate(self.flips)) for i in range(n) if not mask >> i & 1
        ]
        touched = 0
        for combination in kernel_of_parities(outside, len(self.flips)):
            flip = 0
            for k, basis in enumerate(self.flips):
                flip ^= basis if combination >> k & 1 else 0
            touched |= flip
        return tuple(arb(0) if touched >> i & 1 else ball for i, ball in enumerate(balls))

    def _rational(self, zero: RealZero) -> RealZero:
        """The zero with exact rational coordinates, when all of them are simple fractions.

        The balls hold exactly one zero of the gradient; a rational zero inside them is that one.
        """
        values = [_simplest(ball) for ball in zero.balls]
        if any(value is None for value in values):
            return zero
        point = FieldPoint.rational([value for value in values if value is not None])
        if not point.is_stationary(self.system):
            return zero
        return RealZero(tuple(arb(value) for value in values), None, point)


def _flipped(zero: SimpleZero, flip: int) -> SimpleZero:
    return SimpleZero(tuple(-x if flip >> i & 1 else x for i, x in enumerate(zero.box)), zero.real)


def conjugates(point: FieldPoint) -> list[tuple[acb, ...]]:
    """Enclosures of all conjugates of a point."""
    return [
        tuple(point.embed(value, embedding, 2 * PRECISION) for value in point.coordinates)
        for embedding in range(point.degree)
    ]


def _meet(one: Sequence[acb], other: Sequence[acb]) -> bool:
    return all(x.overlaps(y) for x, y in zip(one, other, strict=True))


def _contained(inner: Sequence[acb], outer: Sequence[acb]) -> bool:
    return all(y.contains(x) for x, y in zip(inner, outer, strict=True))


def _separated(point: FieldPoint) -> bool:
    """Whether the conjugates are different points: no two enclosures meet."""
    boxes = conjugates(point)
    return not any(_meet(a, b) for k, a in enumerate(boxes) for b in boxes[:k])


def _simplest(ball: arb) -> fmpq | None:
    """A fraction with denominator up to 10000 in the ball, if there is one."""
    middle = ball.mid()
    if not ball.is_finite() or abs(middle) > 2**40:
        return None
    mantissa, exponent = middle.man_exp()
    value = fmpq(mantissa) * fmpq(2) ** int(exponent)
    # Continued fraction: convergents are the best approximations.
    before, current, rest = (fmpz(1), fmpz(0)), (value.floor(), fmpz(1)), value
    for _ in range(24):
        candidate = fmpq(current[0], current[1])
        if ball.contains(arb(candidate)) and candidate.q <= 10_000:
            return candidate
        rest = rest - rest.floor()
        if rest == 0 or current[1] > 10_000:
            return None
        rest = 1 / rest
        a = rest.floor()
        before, current = current, (a * current[0] + before[0], a * current[1] + before[1])
    return None
