"""All stationary points of a polynomial objective on R^n: msolve proposes, and everything it says is proved
again or labelled.

Each root of msolve's parametrisation gives an approximate complex point. Krawczyk's test proves a zero of the
gradient near it, simple and the only one. Where the Hessian is singular no such test can succeed; there the
point is taken over the irreducible factor of the parametrisation that has the root, and substituted into the
gradient exactly. Multiplicities of these are bounded from below in their local algebras. The list is complete
when the multiplicities add up to the dimension of the quotient algebra, and nothing less counts. `completeness` proves that
dimension; as many simple zeros as Bézout's bound allows are all there are, too; else it is counted modulo primes that are
drawn in this run, and the proof is called `modular`. msolve's own count, with primes that it chooses, proves nothing.

Where there are more than MOST_PARAMETRISED complex points, which a basis modulo a prime tells (`modular_count`), the
parametrisation would take long; then approximate points come from loops of coefficients (`monodromy`).

msolve loses solutions when the linear form that it eliminates with does not separate them and some are
multiple; the sum then falls short of the dimension, and the system is solved again with another linear form.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import prod
from typing import Literal

import numpy as np
from flint import acb, fmpq, fmpq_mpoly, fmpq_poly, fmpz, fmpz_poly

from strictsaddle.arithmetic.exact import at_precision
from strictsaddle.derive.monomial_form import MonomialForm
from strictsaddle.derive.polynomials import PolynomialSystem
from strictsaddle.errors import EngineError
from strictsaddle.execution.budget import UNLIMITED, Budget
from strictsaddle.polynomials import msolve
from strictsaddle.polynomials.certification import SimpleZero, certify, newton_doubles
from strictsaddle.polynomials.completeness import Comparison, compared
from strictsaddle.polynomials.linear_form import coefficients, solve_with_form
from strictsaddle.polynomials.modular_count import Count, count_zeros
from strictsaddle.polynomials.monodromy import Monodromy
from strictsaddle.polynomials.number_field import FieldPoint
from strictsaddle.polynomials.parametrisation import exact_point
from strictsaddle.polynomials.zero_search import PRECISION, RealZero, ZeroSearch

MOST_FIELD_BITS = 20_000  # degree times bits of the coefficients, for exact points that are only searched for
# Coefficients of the linear forms that separate solutions: any would do, large ones hardly ever fail.
LEAST_SECONDS = 0.1  # of a second run of msolve, which corrects the first
LINEAR_FORMS = (
    (1009, -2713, 3967, -5081, 6089, -7177, 8093, -9103),
    (-3571, 7919, 1543, -4639, 9973, 2609, -6791, 5501),
)
MOST_PARAMETRISED = 150  # complex points; more are found sooner by loops, as a parametrisation of them has huge numbers
MOST_FOLLOWED = 20_000  # complex points; beyond, to tell them apart takes too long
MOST_ATTEMPTS = 4  # with the points that could not be proved left out
SHARE_OF_LOOPS = 0.9  # of the time, where msolve may follow
NEWTON_STARTS, NEWTON_PRECISION = 48, 256
MOST_PROVED = 2000  # complex points; beyond, the matrices of a proof of completeness are out of reach

Report = Callable[[int, int], None]


@dataclass(frozen=True)
class Located:
    """What is known of the zeros of a gradient.

    `outcome`: "finite", "none" (no complex zero at all), "infinite" (infinitely many complex ones),
    "constant" (f is constant). `complete`: `zeros` are all real ones; `proof` and `trust` say what that rests
    on. `reason`: why not complete. `simple`, `exact` (with multiplicities): all the complex zeros that are proved. `ranks`: of the matrix
    that proves their number, where one does.
    """

    outcome: Literal["finite", "none", "infinite", "constant"]
    zeros: tuple[RealZero, ...] = ()
    complete: bool = False
    proof: Literal["exact", "modular", "none"] = "none"
    trust: tuple[str, ...] = ()
    reason: str = ""
    complex_zeros: int = 0
    simple: tuple[SimpleZero, ...] = ()
    exact: tuple[tuple[FieldPoint, int], ...] = ()
    ranks: Comparison | None = None


def locate(
    system: PolynomialSystem,
    *,
    budget: Budget = UNLIMITED,
    prove_completeness: bool = True,
    report: Report | None = None,
) -> Located:
    """All real stationary points of a polynomial. `budget` is that of msolve and of the loops; `report` is
    told how many complex ones were found, and how many there are.

    Raises EngineError (MsolveMissing among them) when msolve does not deliver.
    """
    equations = system.equations()
    if not equations:
        return Located("constant", complete=False, reason="the objective is constant")
    if any(g.is_constant() for g in equations):
        return Located(
            "none", complete=True, proof="exact", reason="a partial derivative is a constant other than zero"
        )
    with at_precision(PRECISION):
        return _solve(system, equations, budget, prove_completeness, report)


def _solve(
    system: PolynomialSystem,
    equations: tuple[fmpq_mpoly, ...],
    budget: Budget,
    prove: bool,
    report: Report | None,
) -> Located:
    n = system.dimension
    followed: Located | None = None
    count: Count | None = None
    if system.symmetric and bezout_bound(equations) > MOST_PARAMETRISED:  # loops need a potential
        count = count_zeros(equations, n, budget=budget)
        if count is not None and MOST_PARAMETRISED < count.zeros <= MOST_FOLLOWED:
            followed = _by_loops(system, equations, count, budget.share(SHARE_OF_LOOPS), prove, report)
            if followed.complete:
                return followed
    try:
        answer = _univariate(equations[0]) if n == 1 else msolve.solve(equations, n, budget=budget)
    except EngineError:
        if followed is None or not followed.zeros:
            raise
        return followed
    if isinstance(answer, msolve.InfinitelyMany):
        return Located("infinite", reason="there are infinitely many complex stationary points, says msolve")
    if isinstance(answer, msolve.NoSolution):
        return _judged(ZeroSearch(system, MonomialForm.of(system)), equations, n, 0, prove, count, budget)
    search = ZeroSearch(system, MonomialForm.of(system))
    search.add(answer)
    dimension = answer.quotient_dimension
    if answer.modulus.degree() < dimension and search.total != dimension:
        for form in LINEAR_FORMS:
            other = solve_with_form(equations, n, coefficients(form, n), budget)
            if not isinstance(other, msolve.RationalParametrisation) or other.quotient_dimension != dimension:
                break
            search.add(other)
            if search.total == dimension:
                break
    # In one unknown the gradient is the polynomial itself, and the modulus the product of its different factors.
    different = int(answer.modulus.degree()) if n == 1 else None
    return _judged(search, equations, n, dimension, prove, count, budget, different)


def _by_loops(
    system: PolynomialSystem,
    equations: tuple[fmpq_mpoly, ...],
    count: Count,
    budget: Budget,
    prove: bool,
    report: Report | None,
) -> Located:
    """The zeros that `monodromy` leads to, proved; all of them when they are so many as were counted."""
    form = MonomialForm.of(system)
    loops = Monodromy(system, form)
    for _ in range(MOST_ATTEMPTS):
        loops.run(count.zeros, budget, lambda total: None if report is None else report(total, count.zeros))
        search = ZeroSearch(system, form)
        proved = search.add_approximations(loops.zeros, loops.flips.images)
        if search.total >= count.zeros or loops.total < count.zeros or proved.all():
            break
        loops.keep(proved)  # the others stood for zeros that are not known yet
    return _judged(search, equations, system.dimension, count.zeros, prove, count, budget)


def bezout_bound(equations: Sequence[fmpq_mpoly]) -> int:
    """The product of the degrees. n equations in n unknowns have no more isolated complex zeros, and where they have as many they
    have no others: each component of the zero set counts for at least its degree (Fulton, Intersection Theory, 12.3)."""
    return prod(int(g.total_degree()) for g in equations)


def _judged(
    search: ZeroSearch,
    equations: tuple[fmpq_mpoly, ...],
    n: int,
    dimension: int,
    prove: bool,
    count: Count | None,
    budget: Budget,
    different: int | None = None,
) -> Located:
    """The located points with what is known of their completeness.

    different: how many different complex zeros there are, where that is known exactly. dimension: of the quotient algebra, as
    msolve says, or as was counted; `count`: the number of zeros modulo drawn primes, where it is known already. Raises EngineError
    where what was proved contradicts what was counted.
    """
    zeros = tuple(sorted(search.real_zeros(), key=_by_coordinates))

    def complete(proof: Literal["exact", "modular"], *trust: str) -> Located:
        outcome: Literal["finite", "none"] = "finite" if search.count else "none"
        return Located(outcome, zeros, True, proof, trust, complex_zeros=search.count, simple=tuple(search.simple),
                       exact=tuple(search.exact))  # fmt: skip

    def incomplete(reason: str) -> Located:
        return Located("finite", zeros, reason=reason, complex_zeros=search.count)

    if different is not None and search.count == different:
        return complete("exact")
    if len(equations) == n and search.total == search.simple_count == bezout_bound(equations):
        return complete("exact")
    if search.total > dimension:
        raise EngineError("the count of complex stationary points is below the number proved")
    ranks = compared(equations, n, search.total) if prove and search.total <= MOST_PROVED else Comparison("open")
    checked = ranks.answer
    if checked == "proved":
        return replace(complete("exact"), ranks=ranks)
    if search.total < dimension:
        return incomplete(
            f"only {search.total} of {dimension} complex stationary points, counted with multiplicity, could be proved; "
            "the others may be real"
        )
    if checked == "doubtful" and not search.total:
        raise EngineError("msolve says that there is no complex stationary point, and linear algebra contradicts it")
    if checked == "doubtful":
        return incomplete(
            f"msolve counts {dimension} complex stationary points, and linear algebra modulo a prime counts more"
        )
    try:
        count = count or count_zeros(equations, n, budget=budget)
    except EngineError as error:
        return incomplete(
            f"{search.total} complex stationary points are proved, and it is open whether they are all: {error.what}"
        )
    if count is None or count.zeros != search.total:
        counted = "no number that primes agree on" if count is None else str(count.zeros)
        return incomplete(
            f"{search.total} complex stationary points are proved, and modulo primes drawn at random there are {counted}"
        )
    if missed(search):
        raise EngineError(
            "a stationary point that Newton's method finds, and that is proved, is missing from msolve's list"
        )
    return complete("modular", count.trust)


def missed(search: ZeroSearch) -> bool:
    """Whether Newton's method in doubles leads to a real zero, proved, that is not among the zeros of the search."""
    form, random = search.form, np.random.default_rng(0)
    starts = random.standard_normal((NEWTON_STARTS, form.dimension)) * np.exp(
        random.normal(0.0, 1.5, (NEWTON_STARTS, 1))
    )
    with np.errstate(all="ignore"):
        ends = newton_doubles(form, starts)
    candidates = [[acb(float(x), 0.0) for x in end] for end in ends]
    found = certify(form, candidates, NEWTON_PRECISION)
    return any(zero is not None and zero.real and not search.knows(zero) for zero in found)


def exact_real_zeros(system: PolynomialSystem, *, budget: Budget = UNLIMITED) -> list[FieldPoint]:
    """Stationary points with real conjugates, exactly, in number fields of moderate degree: verified, but not
    claimed to be all.

    Raises EngineError as `locate` does.
    """
    equations = system.equations()
    if not equations or any(g.is_constant() for g in equations):
        return []
    n = system.dimension
    answer = _univariate(equations[0]) if n == 1 else msolve.solve(equations, n, budget=budget)
    if isinstance(answer, msolve.RationalParametrisation) and answer.modulus.degree() < answer.quotient_dimension:
        # the last unknown may not separate the solutions; then what is parametrised need not be solutions at all
        answer = solve_with_form(equations, n, coefficients(LINEAR_FORMS[0], n), budget.at_least(LEAST_SECONDS))
    if not isinstance(answer, msolve.RationalParametrisation):
        return []
    result = []
    for factor, _ in answer.modulus.factor()[1]:
        if factor.degree() * factor.height_bits() > MOST_FIELD_BITS:
            continue  # a division in such a field may take minutes
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


def _by_coordinates(zero: RealZero) -> list[float]:
    return [float(ball.mid()) for ball in zero.balls]
