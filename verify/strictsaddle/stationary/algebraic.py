"""All stationary points of a polynomial objective on R^n: msolve proposes, and everything it says is proved
again or labelled.

Each root of msolve's parametrisation gives an approximate complex point. Krawczyk's test proves a zero of the
gradient near it, simple and the only one. Where the Hessian is singular no such test can succeed; there the
point is taken over the irreducible factor of the parametrisation that has the root, and substituted into the
gradient exactly. Multiplicities of these are bounded from below in their local algebras. The list is complete
when the multiplicities add up to the dimension of the quotient algebra; `completeness` proves that dimension,
or msolve's word is taken for it and the proof is called `modular`.

msolve loses solutions when the linear form that it eliminates with does not separate them and some are
multiple; the sum then falls short of the dimension, and the system is solved again with another linear form.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from flint import acb, arb, ctx, fmpq, fmpq_mpoly, fmpq_mpoly_ctx, fmpq_poly, fmpz, fmpz_poly

from strictsaddle.derive.polynomials import PolynomialSystem
from strictsaddle.errors import EngineError
from strictsaddle.stationary import msolve
from strictsaddle.stationary.certification import SimpleZero, certify, distinct, real_enclosure
from strictsaddle.stationary.completeness import compare_dimension, kernel_of_parities, local_multiplicity, sign_flips
from strictsaddle.stationary.evaluation import MonomialForm
from strictsaddle.stationary.number_field import FieldPoint
from strictsaddle.stationary.parametrisation import (
    ParametrisedZeros,
    evaluate,
    exact_point,
    factor_of_root,
)

MODULAR_TRUST = "completeness rests on msolve's modular lift, which is right with high probability"
LINEAR_FORM_TRUST = (
    "completeness rests on two random linear forms, each of which separates all solutions with high probability"
)
# Coefficients of the linear forms that separate solutions: any would do, large ones hardly ever fail.
LINEAR_FORMS = ((1009, -2713, 3967, -5081, 6089, -7177, 8093, -9103), (-3571, 7919, 1543, -4639, 9973, 2609, -6791, 5501))
PRECISION = 128
MOST_PROVED = 2000  # complex points; beyond, the matrices of a proof of completeness are out of reach
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


@dataclass(frozen=True)
class Located:
    """What is known of the zeros of a gradient.

    `outcome`: "finite", "none" (no complex zero at all), "infinite" (infinitely many complex ones),
    "constant" (f is constant). `complete`: `zeros` are all real ones; `proof` and `trust` say what that rests
    on. `reason`: why not complete.
    """

    outcome: Literal["finite", "none", "infinite", "constant"]
    zeros: tuple[RealZero, ...] = ()
    complete: bool = False
    proof: Literal["exact", "modular", "none"] = "none"
    trust: tuple[str, ...] = ()
    reason: str = ""
    complex_zeros: int = 0


def locate(system: PolynomialSystem, *, time_limit: float | None = None, prove_completeness: bool = True) -> Located:
    """All real stationary points of a polynomial. `time_limit` in seconds is msolve's.

    Raises EngineError (MsolveMissing among them) when msolve does not deliver.
    """
    equations = system.equations()
    if not equations:
        return Located("constant", complete=False, reason="the objective is constant")
    if any(g.is_constant() for g in equations):
        return Located("none", complete=True, proof="exact", reason="a partial derivative is a constant other than zero")
    before, ctx.prec = ctx.prec, PRECISION
    try:
        return _solve(system, equations, time_limit, prove_completeness)
    finally:
        ctx.prec = before


def _solve(
    system: PolynomialSystem, equations: tuple[fmpq_mpoly, ...], time_limit: float | None, prove: bool
) -> Located:
    n = system.dimension
    started = time.monotonic()
    answer = _univariate(equations[0]) if n == 1 else msolve.solve(equations, n, time_limit=time_limit)
    if isinstance(answer, msolve.InfinitelyMany):
        return Located("infinite", reason="there are infinitely many complex stationary points, says msolve")
    if isinstance(answer, msolve.NoSolution):
        emptiness = compare_dimension(equations, n, 0) if prove else "open"
        if emptiness == "proved":
            return Located("none", complete=True, proof="exact")
        if emptiness == "doubtful":
            raise EngineError("msolve says that there is no complex stationary point, and linear algebra contradicts it")
        return Located("none", complete=True, proof="modular", trust=(MODULAR_TRUST,))
    search = _Search(system, MonomialForm.of(system))
    search.add(answer)
    dimension = answer.quotient_dimension
    agreements = 0
    if answer.modulus.degree() < dimension and search.total != dimension:
        for form in LINEAR_FORMS:
            left = None if time_limit is None else time_limit - (time.monotonic() - started)
            other = _solve_with_form(equations, n, form, left)
            if not isinstance(other, msolve.RationalParametrisation) or other.quotient_dimension != dimension:
                break
            search.add(other)
            if search.total == dimension:
                break
            agreements += search.unresolved == 0 and other.modulus.degree() == search.count
    return _judged(search, equations, n, dimension, agreements, prove)


def _judged(
    search: _Search, equations: tuple[fmpq_mpoly, ...], n: int, dimension: int, agreements: int, prove: bool
) -> Located:
    """The located points with what is known of their completeness."""
    zeros = tuple(sorted(search.real_zeros(), key=_by_coordinates))
    if n == 1 and search.unresolved == 0:
        # The gradient itself is the univariate polynomial, so its roots are all there is.
        return Located("finite", zeros, True, "exact", complex_zeros=search.count)
    if search.total > dimension:
        raise EngineError("msolve's count of complex stationary points is below the number proved")
    checked = compare_dimension(equations, n, search.total) if prove and search.total <= MOST_PROVED else "open"
    if checked == "proved":
        return Located("finite", zeros, True, "exact", complex_zeros=search.count)
    if checked == "open" and search.total == dimension:
        return Located("finite", zeros, True, "modular", (MODULAR_TRUST,), complex_zeros=search.count)
    if checked == "open" and agreements == len(LINEAR_FORMS):
        trust = (MODULAR_TRUST, LINEAR_FORM_TRUST)
        return Located("finite", zeros, True, "modular", trust, complex_zeros=search.count)
    if search.total == dimension:
        reason = f"msolve counts {dimension} complex stationary points, and linear algebra modulo a prime counts more"
        return Located("finite", zeros, reason=reason, complex_zeros=search.count)
    reason = (
        f"only {search.total} of {dimension} complex stationary points, counted with multiplicity, could be proved; "
        "the others may be real"
    )
    return Located("finite", zeros, reason=reason, complex_zeros=search.count)


def exact_real_zeros(system: PolynomialSystem, *, time_limit: float | None = None) -> list[FieldPoint]:
    """Stationary points with real conjugates, exactly, in number fields of moderate degree: verified, but not
    claimed to be all.

    Raises EngineError as `locate` does.
    """
    equations = system.equations()
    if not equations or any(g.is_constant() for g in equations):
        return []
    n = system.dimension
    answer = _univariate(equations[0]) if n == 1 else msolve.solve(equations, n, time_limit=time_limit)
    if not isinstance(answer, msolve.RationalParametrisation):
        return []
    result = []
    for factor, _ in answer.modulus.factor()[1]:
        point = exact_point(answer, factor)
        if point is not None and point.real_embeddings() and point.is_stationary(system):
            result.append(point)
    return sorted(result, key=lambda point: (point.degree, str(point.modulus)))


def _univariate(gradient: fmpq_mpoly) -> msolve.RationalParametrisation:
    """The parametrisation x1 = t of the roots of a polynomial in one variable."""
    coefficients = [fmpq(0)] * (gradient.total_degree() + 1)
    for exponents, coefficient in gradient.terms():
        coefficients[int(exponents[0])] = coefficient
    whole = fmpq_poly(coefficients).numer()
    modulus = fmpz_poly([1])
    for factor, _ in whole.factor()[1]:
        modulus *= factor
    return msolve.RationalParametrisation(
        modulus, (fmpz_poly([0, 1]) * modulus.derivative(),), (fmpz(1),), int(whole.degree())
    )


def _solve_with_form(
    equations: Sequence[fmpq_mpoly], n: int, coefficients: Sequence[int], time_limit: float | None
) -> msolve.Answer:
    """The same system with one more unknown, a linear form in the others, for msolve to eliminate with."""
    context = fmpq_mpoly_ctx.get([f"x{k + 1}" for k in range(n + 1)], "degrevlex")
    unknowns = context.gens()
    form = unknowns[n]
    for k in range(n):
        form -= (coefficients[k % len(coefficients)] + 16 * (k // len(coefficients))) * unknowns[k]
    lifted = [equation.compose(*unknowns[:n], ctx=context) for equation in equations]
    answer = msolve.solve([*lifted, form], n + 1, time_limit=time_limit)
    if isinstance(answer, msolve.RationalParametrisation):
        return replace(answer, numerators=answer.numerators[:n], divisors=answer.divisors[:n])
    return answer


class _Search:
    """The zeros proved so far, from one parametrisation or several."""

    def __init__(self, system: PolynomialSystem, form: MonomialForm) -> None:
        self.system, self.form = system, form
        self.simple: list[SimpleZero] = []
        self.exact: list[tuple[FieldPoint, int]] = []
        self.unresolved = 0
        self.flips = sign_flips([system.f], system.dimension)

    @property
    def count(self) -> int:
        """Different complex zeros proved."""
        return len(self.simple) + sum(point.degree for point, _ in self.exact)

    @property
    def total(self) -> int:
        """The same with (lower bounds of) multiplicities."""
        return len(self.simple) + sum(point.degree * multiplicity for point, multiplicity in self.exact)

    def add(self, parametrisation: msolve.RationalParametrisation) -> None:
        zeros = evaluate(parametrisation, ACCURACIES[0])
        found = certify(self.form, zeros.points, zeros.precision)
        if any(zero is None for zero in found):
            self._add_exactly(zeros, found)
        for accuracy in ACCURACIES[1:]:
            if all(zero is not None or self._is_known(point) for zero, point in zip(found, zeros.points, strict=True)):
                break
            zeros = evaluate(parametrisation, accuracy)
            found = certify(self.form, zeros.points, zeros.precision)
        self.unresolved = sum(
            zero is None and not self._is_known(point) for zero, point in zip(found, zeros.points, strict=True)
        )
        proved = [zero for zero in found if zero is not None and not self._is_known(zero.box)]
        self.simple = distinct([*self.simple, *proved])

    def _add_exactly(self, zeros: ParametrisedZeros, found: Sequence[SimpleZero | None]) -> None:
        """The conjugacy classes of those points that the test could not prove."""
        for root, point, zero in zip(zeros.roots, zeros.points, found, strict=True):
            if zero is not None or self._is_known(point):
                continue
            factor = factor_of_root(zeros.parametrisation.modulus, root)
            candidate = None if factor is None else exact_point(zeros.parametrisation, factor)
            if candidate is None or not candidate.is_stationary(self.system) or not _separated(candidate):
                continue
            hessian = self._hessian(candidate)
            if not candidate.characteristic_polynomial(hessian)[0].is_zero():
                continue  # nonsingular: a matter of precision, not of exactness
            multiplicity = local_multiplicity(self.system.equations(), self.system.dimension, candidate, 10**6)
            self.exact.append((candidate, multiplicity))

    def _hessian(self, point: FieldPoint) -> list[list[fmpq_poly]]:
        powers: dict[tuple[int, int], fmpq_poly] = {}
        return [[point.evaluate(entry, powers) for entry in row] for row in self.system.hessian]

    def _is_known(self, box: Sequence[acb]) -> bool:
        """Whether the box meets one of the exact points. A simple zero never does: its Hessian is nonsingular
        on its box."""
        return any(
            all(x.overlaps(y) for x, y in zip(box, conjugate, strict=True))
            for point, _ in self.exact
            for conjugate in conjugates(point)
        )

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


def conjugates(point: FieldPoint) -> list[tuple[acb, ...]]:
    """Enclosures of all conjugates of a point."""
    return [
        tuple(point.embed(value, embedding, 2 * PRECISION) for value in point.coordinates)
        for embedding in range(point.degree)
    ]


def _separated(point: FieldPoint) -> bool:
    """Whether the conjugates are different points: no two enclosures meet."""
    boxes = conjugates(point)
    return not any(
        all(x.overlaps(y) for x, y in zip(a, b, strict=True)) for k, a in enumerate(boxes) for b in boxes[:k]
    )


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


def _by_coordinates(zero: RealZero) -> list[float]:
    return [float(ball.mid()) for ball in zero.balls]
