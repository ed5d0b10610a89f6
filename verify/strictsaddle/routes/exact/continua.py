"""Exact witnesses against Definition 1 on continua of stationary points of a polynomial.

Where stationary points form curves or surfaces, msolve has no finite list. A witness (stationary, H >= 0, H
singular) is then looked for

* at the origin and other vectors of small integers;
* on slices: minimise f from random starts; where the Hessian at the minimum found has a kernel of dimension
  k, k coordinates can be held fixed at simple fractions nearby, and f restricted to the others has isolated
  stationary points, whose coordinates msolve and factorisation give in a number field.

A guess becomes a witness only when the *whole* gradient vanishes and the inertia of the *whole* Hessian is
right in exact arithmetic.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

import numpy as np
from flint import fmpq, fmpq_mpoly, fmpq_poly

from strictsaddle.arithmetic.arrays import Floats
from strictsaddle.arithmetic.exact import at_precision
from strictsaddle.derive.monomial_form import MonomialForm
from strictsaddle.derive.polynomials import PolynomialSystem
from strictsaddle.errors import EngineError
from strictsaddle.execution.budget import UNLIMITED, Budget, OutOfTime
from strictsaddle.polynomials.locate import exact_real_zeros
from strictsaddle.polynomials.number_field import FieldPoint
from strictsaddle.polynomials.zero_search import RealZero
from strictsaddle.records.terms import Kind
from strictsaddle.records.verdict import Continuum, Witness
from strictsaddle.routes.exact.points import classified, exact_inertia, witness

STARTS = 12
MOST_INTEGER_VECTORS = 800
NEARLY_ZERO = 1e-5  # eigenvalue, relative to the largest: a guess, proved or dropped later
DENOMINATORS = (1, 2, 3, 4, 5, 10)
SLICE_SECONDS = 20.0
MOST_ENTRIES = 20_000_000  # of the matrix of coefficients; beyond, building it takes too long
SEARCH_SECONDS = 20.0  # of the whole search, even where the user sets no limit: it may find nothing
Found = tuple[tuple[Witness, ...], tuple[Continuum, ...]]


def find_witnesses(
    system: PolynomialSystem, *, seed: int = 0, budget: Budget = UNLIMITED, slices: bool = True
) -> Found:
    """A witness with the continuum it lies on, or nothing. `slices`: whether msolve may be used."""
    budget = budget.at_most(SEARCH_SECONDS)
    form = _form(system)
    if form is None:
        return (), ()
    with at_precision(128):
        for values in _integer_vectors(system, form):
            zero = _refuting(system, FieldPoint.rational([fmpq(v) for v in values]))
            if zero is not None:
                return _recorded(system, form, zero)
            if budget.is_over:
                break
        for point in _minima(system, form, seed) if slices else ():
            zero = _on_slices(system, form, point, budget)
            if zero is not None:
                return _recorded(system, form, zero)
            if budget.is_over:
                break
    return (), ()


def witness_near(system: PolynomialSystem, point: Floats, budget: Budget) -> Found:
    """The same from slices through the neighbourhood of one point (n,), an approximate minimum on a continuum."""
    form = _form(system)
    if form is None:
        return (), ()
    with at_precision(128):
        zero = _on_slices(system, form, point, budget)
        return ((), ()) if zero is None else _recorded(system, form, zero)


def _form(system: PolynomialSystem) -> MonomialForm | None:
    """The system in doubles and balls; None where it is too large for that."""
    n = system.dimension
    return None if (n + 1) * (n + 2) // 2 * len(system.f) > MOST_ENTRIES else MonomialForm.of(system)


def _recorded(system: PolynomialSystem, form: MonomialForm, zero: RealZero) -> Found:
    point = classified(system, form, zero)
    found = witness(zero, point)
    if found is None:
        return (), ()
    dimension = continuum_dimension(system, zero)
    if dimension is None:
        return (found,), ()
    # H >= 0 with no more zero eigenvalues than the continuum explains, or a least value: minima.
    morse_bott = point.nullity == dimension
    least = morse_bott or _is_least(system.f, zero)
    kind: Kind = "degenerate_minimum" if least else "degenerate"
    description = "all derivatives of f share a factor that vanishes here"
    normal = point.eigenvalues[dimension:] if morse_bott else ()
    return (found,), (Continuum(dimension, point.point, point.index, kind, None, description, normal),)


def _is_least(f: fmpq_mpoly, zero: RealZero) -> bool:
    """Whether f - f(w), factored over Q, is a product of even powers and of factors that are visibly positive."""
    if zero.exact is None:
        return False
    value = zero.exact.evaluate(f)
    if value.degree() > 0:
        return False
    leading, factors = (f - value[0]).factor()
    odd = [factor for factor, exponent in factors if exponent % 2]
    # A factor with even exponents and coefficients of one sign only has that sign wherever it isn't 0.
    signs = [_visible_sign(factor) for factor in odd]
    product = 1 if leading > 0 else -1
    for sign in signs:
        product *= sign
    return product > 0


def _visible_sign(factor: fmpq_mpoly) -> int:
    """1 or -1 where the polynomial is nowhere of the other sign, by its form; else 0."""
    if any(int(e) % 2 for exponents in factor.monoms() for e in exponents):
        return 0
    if all(c > 0 for c in factor.coeffs()):
        return 1
    return -1 if all(c < 0 for c in factor.coeffs()) else 0


def _refuting(
    system: PolynomialSystem, point: FieldPoint, embedding: int = 0, budget: Budget = UNLIMITED
) -> RealZero | None:
    """The point as an exact zero if it is stationary with H >= 0 singular; None else, or when that isn't known in time."""
    if not point.is_stationary(system):
        return None
    try:
        inertia = exact_inertia(system, point, embedding, budget)
    except OutOfTime:
        return None
    if inertia.negative or not inertia.zero:
        return None
    balls = tuple(point.embed(value, embedding, 256).real for value in point.coordinates)
    return RealZero(balls, None, point, embedding)


def small_vectors(n: int) -> list[tuple[int, ...]]:
    """Vectors with entries -1, 0, 1, the origin first: all of them, or, in many unknowns, the simplest."""
    if 3**n <= MOST_INTEGER_VECTORS:
        return sorted(product((0, 1, -1), repeat=n), key=lambda v: sum(map(abs, v)))
    units = [tuple(sign * int(i == k) for i in range(n)) for k in range(n) for sign in (1, -1)]
    return [(0,) * n, *units, (1,) * n]


def _integer_vectors(system: PolynomialSystem, form: MonomialForm) -> Iterator[tuple[int, ...]]:
    """The small vectors at which the gradient is zero as far as doubles can tell."""
    vectors = small_vectors(system.dimension)
    gradient, _, error, _ = form.doubles(np.array(vectors, dtype=np.complex128))
    for k in np.flatnonzero((np.abs(gradient) <= error).all(axis=1)):
        yield vectors[k]


def _minima(system: PolynomialSystem, form: MonomialForm, seed: int) -> Iterator[Floats]:
    """Approximate local minima from random starts, those with a nearly singular Hessian only."""
    from scipy.optimize import minimize

    n = system.dimension
    generator = np.random.default_rng(seed)

    def value(x: Floats) -> tuple[float, Floats]:
        f, g, _ = form.real_doubles(x)
        return f, g

    for number in range(STARTS):
        start = generator.normal(scale=1.0 if number % 2 else 2.0, size=n)
        with np.errstate(all="ignore"):
            found = minimize(value, start, jac=True, method="BFGS", options={"gtol": 1e-10, "maxiter": 500})
            x = found.x
            for _ in range(5):  # Newton with a pseudo-inverse converges on continua too
                _, g, h = form.real_doubles(x)
                if not (np.isfinite(h).all() and np.isfinite(g).all()):
                    break
                x = x - np.linalg.pinv(h, rcond=1e-7, hermitian=True) @ g
            _, g, h = form.real_doubles(x)
        if not (np.isfinite(h).all() and np.isfinite(x).all()) or np.abs(g).max() > 1e-8 * (1 + np.abs(h).max()):
            continue
        eigenvalues = np.linalg.eigvalsh(h)
        scale = max(abs(eigenvalues[0]), abs(eigenvalues[-1]))
        if scale > 0 and eigenvalues[0] > -NEARLY_ZERO * scale and eigenvalues[0] < NEARLY_ZERO * scale:
            yield x


def _on_slices(system: PolynomialSystem, form: MonomialForm, x: Floats, budget: Budget) -> RealZero | None:
    """A witness with some coordinates fixed at simple fractions near those of x."""
    from scipy.linalg import qr

    n = system.dimension
    _, _, h = form.real_doubles(x)
    eigenvalues, vectors = np.linalg.eigh(h)
    nullity = int((np.abs(eigenvalues) < NEARLY_ZERO * max(abs(eigenvalues[0]), abs(eigenvalues[-1]))).sum())
    kernel = vectors[:, np.argsort(np.abs(eigenvalues))[:nullity]]
    # The coordinates in which the kernel moves most independently parametrise the continuum near x.
    _, _, order = qr(kernel.T, pivoting=True, mode="economic")
    fixed = sorted(int(i) for i in order[:nullity])
    free = [i for i in range(n) if i not in fixed]
    tried: set[tuple[tuple[int, int], ...]] = set()
    for denominator in DENOMINATORS:
        values = {i: fmpq(round(float(x[i]) * denominator), denominator) for i in fixed}
        key = tuple((int(v.p), int(v.q)) for v in values.values())
        if key in tried:
            continue
        tried.add(key)
        if budget.is_over:
            return None
        for zero in _slice_zeros(system, values, free, budget.at_most(SLICE_SECONDS)):
            refuting = _refuting(system, zero[0], zero[1], budget)
            if refuting is not None:
                return refuting
    return None


def _slice_zeros(
    system: PolynomialSystem, values: dict[int, fmpq], free: Sequence[int], budget: Budget
) -> Iterator[tuple[FieldPoint, int]]:
    """Exact real stationary points of f on a slice, as points of the whole space."""
    if not free:
        yield FieldPoint.rational([values[i] for i in range(system.dimension)]), 0
        return
    try:
        found = exact_real_zeros(system.restricted(values, free), budget=budget)
    except EngineError:
        return
    place = {variable: k for k, variable in enumerate(free)}
    for point in found:
        coordinates = tuple(
            point.coordinates[place[i]] if i in place else fmpq_poly([values[i]]) for i in range(system.dimension)
        )
        whole = FieldPoint(point.modulus, coordinates)
        for embedding in whole.real_embeddings():
            yield whole, embedding


def continuum_dimension(system: PolynomialSystem, zero: RealZero) -> int | None:
    """n - 1 where that is certain: the derivatives of f share a factor that vanishes at the point and whose
    own gradient does not, so its zeros are a smooth hypersurface of stationary points. None when unknown."""
    common = None
    for g in system.equations():
        common = g if common is None else common.gcd(g)
    if zero.exact is None or common is None or common.is_constant():
        return None
    for factor, _ in common.factor()[1]:
        if zero.exact.evaluate(factor).is_zero() and not all(
            zero.exact.evaluate(factor.derivative(i)).is_zero() for i in range(system.dimension)
        ):
            return system.dimension - 1
    return None
