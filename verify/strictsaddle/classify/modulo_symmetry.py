"""Strict-saddle modulo symmetry: is H > 0 on the normal space of the orbit at every minimum, and negative somewhere else?

Fields X(w) = Aw + b with g·X = 0 identically make up the algebra of a group G of affine maps that leave f unchanged; d(w) is the
dimension of their span at w, which is that of the orbit. At a stationary point they are null vectors of H. So the property fails
exactly when the set

    B = {w : g(w) = 0, H(w) >= 0, dim ker H(w) > d(w)}

is not empty. B is invariant under G, and closed: in a limit, dim ker H can only grow and d only fall.

*Slice.* Let B have a point w. The closure of its orbit lies in B; take there a point m of least norm. Flows stay in the closure,
so m·X(m) = 0 for all fields X ("balanced"). The set of balanced points of B is closed, and invariant under the orthogonal maps in G
(they permute the fields and keep norms). Their orbits are bounded; so for any vector c there is a balanced point of B at which c·w is
largest on such an orbit's closure, and there c·Aw = 0 for the linear fields with A skew. The maps that fix c keep c·w, so
the same can be done once more with another vector, for the skew A with Ac = 0; and so on. So B is empty if no real solution of

    g(w) = 0,   w·X(w) = 0 for all X,   c_i·Aw = 0 for all skew A with Ac_1 = ... = Ac_(i-1) = 0                 (S)

lies in it. The c_i are unit vectors, which makes the last equations short, or, where that leaves infinitely many solutions, one
vector without pattern. (S) is a polynomial system that has, as a rule, finitely many solutions. Each real one is judged on an enclosure: there
H + TTᵀ > 0, T the matrix of fields, or v·Hv < 0 for some v; either excludes B (`symmetry.orbits.normal_hessian`). What neither settles
is taken over its number field, where H's inertia and d are exact; a point of B found there, or at a rational candidate, refutes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from flint import arb, arb_mat, ctx, fmpq, fmpq_mat, fmpq_mpoly, fmpq_mpoly_ctx, fmpq_poly

from strictsaddle.classify.inertia import eigenvalue_enclosures, inertia_from_signs
from strictsaddle.classify.refute import exact_hessian, positive_definite, rational_inertia
from strictsaddle.derive.derivatives import derive
from strictsaddle.derive.kernels import evaluate_rational
from strictsaddle.derive.polynomials import NotPolynomial, PolynomialSystem, system
from strictsaddle.errors import EngineError
from strictsaddle.objective.domain import Box, Spheres
from strictsaddle.objective.objective import Objective
from strictsaddle.stationary import msolve
from strictsaddle.stationary.number_field import FieldPoint
from strictsaddle.stationary.parametrisation import evaluate, exact_point, factor_of_root
from strictsaddle.symmetry.continuous import ContinuousSymmetries, Generator, fields_that_lower, find_continuous
from strictsaddle.symmetry.orbits import normal_hessian, orbit_dimension, tangents
from strictsaddle.verdict import Answer, Definition1, ModuloSymmetry

# A vector c as above, and the linear forms that separate solutions for msolve: any would do, these have no pattern.
SLICE = (31, -17, 43, 29, -53, 11, 37, -23, 61, 13, -47, 19)
LINEAR_FORMS = ((1009, -2713, 3967, -5081, 6089, -7177, 8093, -9103), (-3571, 7919, 1543, -4639, 9973, 2609, -6791, 5501))
PRECISION = 192


def modulo_symmetry(
    objective: Objective,
    definition_1: Definition1,
    symmetries: ContinuousSymmetries | None = None,
    candidates: Sequence[Sequence[Fraction]] = (),
    *,
    time_limit: float | None = 60.0,
) -> ModuloSymmetry:
    """The verdict of Definition 1 with Hessians taken normal to the orbits of the continuous symmetry.

    symmetries: those of the formula (found here when left out; on a box: of the formula, which hold locally).
    candidates: exact points that may refute; 0 and Definition 1's witness are tried anyway.
    time_limit: seconds for each run of msolve.

    For `strict_saddle` the solutions of the slice (S) are all known; that rests on msolve's modular computation, and `reason` says so.
    """
    if symmetries is None or isinstance(objective.domain, Box):
        symmetries = find_continuous(objective, on_domain=not isinstance(objective.domain, Box))
    count = len(symmetries.generators)

    def answer(verdict: Answer, reason: str) -> ModuloSymmetry:
        return ModuloSymmetry(verdict, symmetries.name, count, reason)

    if definition_1.verdict == "strict_saddle":
        return answer("strict_saddle", "Definition 1 holds, and all the more modulo symmetry")
    if count == 0:
        return answer(definition_1.verdict, "there is no continuous symmetry, so this is Definition 1's question")
    if isinstance(objective.domain, Spheres):
        return answer("undecided", "there is no method yet for continuous symmetries on spheres")
    refuted = _refuted(objective, symmetries, _candidates(objective, definition_1, candidates))
    if refuted is not None:
        return answer("not_strict_saddle", refuted)
    try:
        polynomials = system(objective.graph, objective.node, objective.dimension)
        verdict, reason = _on_slice(objective, polynomials, symmetries, time_limit)
        return answer(verdict, reason)
    except NotPolynomial as complaint:
        return answer("undecided", f"the objective is no polynomial ({complaint}), and there is no method for its orbits yet")
    except EngineError as error:
        return answer("undecided", f"{error.what}")


# refutation at exact points


def _candidates(
    objective: Objective, definition_1: Definition1, given: Sequence[Sequence[Fraction]]
) -> Iterator[tuple[Fraction, ...]]:
    yield (Fraction(0),) * objective.dimension
    if definition_1.witness is not None and definition_1.witness.coordinates is not None:
        yield tuple(Fraction(x) for x in definition_1.witness.coordinates)
    yield from map(tuple, given)


def _refuted(
    objective: Objective, symmetries: ContinuousSymmetries, candidates: Iterator[tuple[Fraction, ...]]
) -> str | None:
    """A sentence about the first candidate that lies in B and in the domain; None when there is none."""
    derivation = derive(objective)
    for point in candidates:
        if not _in_domain(objective, point):
            continue
        slope = evaluate_rational(derivation.gradient_tape, point)
        if slope is None or any(slope):
            continue
        matrix = exact_hessian(derivation, point)
        if matrix is None:
            continue
        negative, zero, _ = rational_inertia(matrix)
        dimension = orbit_dimension(symmetries, point)
        if negative == 0 and zero > dimension:
            return _sentence(", ".join(map(str, point)), zero, dimension)
    return None


def _sentence(place: str, nullity: int, dimension: int) -> str:
    return (
        f"at the stationary point ({place}) the Hessian has no negative eigenvalue and nullity {nullity}, "
        f"while the orbit has dimension {dimension}"
    )


def _in_domain(objective: Objective, point: Sequence[Fraction]) -> bool:
    domain = objective.domain
    return not isinstance(domain, Box) or all(
        low <= x <= high for low, x, high in zip(domain.lower, point, domain.upper, strict=True)
    )


# the slice


@dataclass(frozen=True)
class _Slice:
    """The real solutions of (S) as balls, each with its exact form where that was computed; `complex_count` of all."""

    points: tuple[tuple[arb, ...], ...]
    roots: tuple[int, ...]
    parametrisation: msolve.RationalParametrisation | None
    complex_count: int
    trust: str


def _on_slice(
    objective: Objective, polynomials: PolynomialSystem, symmetries: ContinuousSymmetries, time_limit: float | None
) -> tuple[Answer, str]:
    before, ctx.prec = ctx.prec, PRECISION
    try:
        found: _Slice | str = ""
        implied = _implied_equations(objective, polynomials)
        for short in (True, False):
            equations = [*polynomials.equations(), *implied, *slice_equations(polynomials, symmetries, short)]
            found = _solutions(equations, polynomials.dimension, time_limit)
            if isinstance(found, _Slice) or not _skew(symmetries.linear):
                break
        if isinstance(found, str):
            return "undecided", found
        minima = saddles = 0
        for point, root in zip(found.points, found.roots, strict=True):
            kind = _judged(polynomials, symmetries, point)
            if kind is None:
                kind = _judged_exactly(polynomials, symmetries, found, root)
            if kind == "minimum":
                minima += 1
            elif kind == "saddle":
                saddles += 1
            elif kind is None:
                return "undecided", "a stationary point's normal Hessian is too close to singular to be decided"
            elif isinstance(objective.domain, Box):
                return "undecided", f"{kind}, but its orbit may miss the box"
            else:
                return "not_strict_saddle", kind
        return "strict_saddle", (
            f"every orbit of stationary points that could violate it meets a slice that has {found.complex_count} complex "
            f"stationary points, {len(found.points)} of them real: {minima} with a Hessian that is positive definite normal to "
            f"the orbit, {saddles} with a negative eigenvalue; {found.trust}"
        )
    finally:
        ctx.prec = before


def slice_equations(polynomials: PolynomialSystem, symmetries: ContinuousSymmetries, short: bool) -> list[fmpq_mpoly]:
    """The equations of (S) beside g = 0, without those that are identically 0; `short`: with unit vectors for c."""
    context = polynomials.f.context()
    unknowns = context.gens()
    found = []
    for field in symmetries.generators:
        image = _image(field, unknowns, context)
        found.append(sum((w * x for w, x in zip(unknowns, image, strict=True)), context.constant(0)))
    skew = _skew(symmetries.linear)
    if short:
        forms: list[list[Fraction]] = []
        for k in range(polynomials.dimension):
            if not skew or _spans(forms, [Fraction(int(i == k)) for i in range(polynomials.dimension)]):
                continue  # w_k is 0 already: to make it largest would say nothing, and use up the rotations
            forms += [list(field.matrix[k]) for field in skew]
            found += [_image(field, unknowns, context)[k] for field in skew]
            skew = _combinations(skew, [[field.matrix[i][k] for field in skew] for i in range(polynomials.dimension)])
    else:
        c = [SLICE[k % len(SLICE)] * (1 + k // len(SLICE)) for k in range(polynomials.dimension)]
        for field in skew:
            image = _image(field, unknowns, context)
            found.append(sum((a * x for a, x in zip(c, image, strict=True)), context.constant(0)))
    return [equation for equation in found if not equation.is_zero()]


def _implied_equations(objective: Objective, polynomials: PolynomialSystem) -> list[fmpq_mpoly]:
    """Combinations g·X of degree at most 2 that are not identically 0: they follow from g = 0, and save msolve most of its work."""
    if polynomials.f.total_degree() <= 2:
        return []
    context = polynomials.f.context()
    found = []
    for field in fields_that_lower(objective, 2):
        image = _image(field, context.gens(), context)
        product = sum((g * x for g, x in zip(polynomials.gradient, image, strict=True)), context.constant(0))
        if not product.is_zero() and product.total_degree() <= 2:
            found.append(product)
    return found


def _image(field: Generator, unknowns: Sequence[fmpq_mpoly], context: fmpq_mpoly_ctx) -> list[fmpq_mpoly]:
    return [
        sum((fmpq(a.numerator, a.denominator) * w for a, w in zip(row, unknowns, strict=True) if a),
            context.constant(fmpq(b.numerator, b.denominator)))
        for row, b in zip(field.matrix, field.shift, strict=True)
    ]  # fmt: skip


def _skew(linear: Sequence[Generator]) -> list[Generator]:
    """A basis of the combinations of linear fields whose matrix is skew."""
    n = len(linear[0].matrix) if linear else 0
    sums = [[field.matrix[i][j] + field.matrix[j][i] for field in linear] for i in range(n) for j in range(i, n)]
    return _combinations(linear, sums)


def _combinations(linear: Sequence[Generator], conditions: Sequence[Sequence[Fraction]]) -> list[Generator]:
    """A basis of the combinations sum_k t_k field_k with sum_k row_k t_k = 0 for each row of `conditions`."""
    if not linear:
        return []
    n = len(linear[0].matrix)
    reduced, rank = fmpq_mat([[fmpq(x.numerator, x.denominator) for x in row] for row in conditions]).rref()
    pivots = [next(k for k in range(len(linear)) if reduced[r, k] != 0) for r in range(rank)]
    basis = []
    for free in (k for k in range(len(linear)) if k not in pivots):
        weights = {free: Fraction(1)}
        for r, pivot in enumerate(pivots):
            if reduced[r, free] != 0:
                weights[pivot] = -Fraction(int(reduced[r, free].p), int(reduced[r, free].q))
        matrix = tuple(
            tuple(sum((t * linear[k].matrix[i][j] for k, t in weights.items()), Fraction(0)) for j in range(n))
            for i in range(n)
        )
        basis.append(Generator(matrix, (Fraction(0),) * n))
    return basis


def _spans(rows: Sequence[Sequence[Fraction]], row: Sequence[Fraction]) -> bool:
    """Whether `row` is a combination of `rows`."""

    def rank(matrix: Sequence[Sequence[Fraction]]) -> int:
        return int(fmpq_mat([[fmpq(x.numerator, x.denominator) for x in line] for line in matrix]).rank())

    return bool(rows) and rank([*rows, row]) == rank(rows)


def _solutions(equations: Sequence[fmpq_mpoly], n: int, time_limit: float | None) -> _Slice | str:
    """The real solutions, with what their completeness rests on; or a sentence that says why they are not known."""
    trust = "that these are all rests on msolve's modular computation"
    answer = _solve(equations, n, 0, time_limit)
    if isinstance(answer, msolve.NoSolution):
        return _Slice((), (), None, 0, trust)
    if isinstance(answer, msolve.InfinitelyMany):
        return "the slice through the orbits has infinitely many complex stationary points"
    if answer.modulus.degree() < answer.quotient_dimension:
        # Multiple solutions, or a linear form that does not separate them all: another form must agree.
        other = _solve(equations, n, 1, time_limit)
        if not isinstance(other, msolve.RationalParametrisation) or other.modulus.degree() != answer.modulus.degree():
            return "msolve does not find as many solutions with one linear form as with another"
        trust += " and on two random linear forms, each of which separates all solutions with high probability"
    zeros = evaluate(answer, 2 * PRECISION // 3)
    real = [k for k, root in enumerate(zeros.roots) if root.imag.is_zero()]
    points = tuple(tuple(value.real for value in zeros.points[k]) for k in real)
    return _Slice(points, tuple(real), answer, int(answer.modulus.degree()), trust)


def _solve(equations: Sequence[fmpq_mpoly], n: int, form: int, time_limit: float | None) -> msolve.Answer:
    """msolve's answer with one more unknown, a linear form in the others, to eliminate with."""
    context = fmpq_mpoly_ctx.get([f"x{k + 1}" for k in range(n + 1)], "degrevlex")
    unknowns = context.gens()
    coefficients = LINEAR_FORMS[form]
    extra = unknowns[n]
    for k in range(n):
        extra -= (coefficients[k % len(coefficients)] + 16 * (k // len(coefficients))) * unknowns[k]
    lifted = [equation.compose(*unknowns[:n], ctx=context) for equation in equations]
    answer = msolve.solve([*lifted, extra], n + 1, time_limit=time_limit)
    if isinstance(answer, msolve.RationalParametrisation):
        return msolve.RationalParametrisation(
            answer.modulus, answer.numerators[:n], answer.divisors[:n], answer.quotient_dimension
        )
    return answer


def _judged(polynomials: PolynomialSystem, symmetries: ContinuousSymmetries, point: Sequence[arb]) -> str | None:
    """ "minimum" when H + TTᵀ > 0 at all points of the balls, "saddle" when some v·Hv < 0 there; else None."""
    n = polynomials.dimension
    hessian = arb_mat([[_value(polynomials.hessian[i][j], point) for j in range(n)] for i in range(n)])
    if positive_definite(normal_hessian(hessian, tangents(symmetries, point))):
        return "minimum"
    return "saddle" if eigenvalue_enclosures(hessian)[0] < 0 else None


def _value(polynomial: fmpq_mpoly, point: Sequence[arb]) -> arb:
    total = arb(0)
    for exponents, coefficient in polynomial.terms():
        term = arb(coefficient)
        for w, exponent in zip(point, exponents, strict=True):
            for _ in range(int(exponent)):
                term *= w
        total += term
    return total


def _judged_exactly(
    polynomials: PolynomialSystem, symmetries: ContinuousSymmetries, found: _Slice, root: int
) -> str | None:
    """The same over the number field of the solution; a point of B gives the sentence that refutes. None when it cannot be had."""
    assert found.parametrisation is not None
    zeros = evaluate(found.parametrisation, 2 * PRECISION // 3)
    factor = factor_of_root(found.parametrisation.modulus, zeros.roots[root])
    point = None if factor is None else exact_point(found.parametrisation, factor)
    if point is None or not point.is_stationary(polynomials):
        return None
    embedding = next((k for k in point.real_embeddings() if point.roots(128)[k].overlaps(zeros.roots[root])), None)
    if embedding is None:
        return None
    powers: dict[tuple[int, int], fmpq_poly] = {}
    hessian = [[point.evaluate(entry, powers) for entry in row] for row in polynomials.hessian]
    inertia = inertia_from_signs([point.sign(c, embedding) for c in point.characteristic_polynomial(hessian)])
    if inertia is None:
        return None
    if inertia.negative:
        return "saddle"
    dimension = _exact_orbit_dimension(polynomials, symmetries, point)
    if inertia.zero == dimension:
        return "minimum"
    place = ", ".join(value.real.str(6, radius=False) for value in zeros.points[root])
    return _sentence(place, inertia.zero, dimension)


def _exact_orbit_dimension(polynomials: PolynomialSystem, symmetries: ContinuousSymmetries, point: FieldPoint) -> int:
    """The rank of the fields at the point: TTᵀ is symmetric and real, so it is n less the multiplicity of its eigenvalue 0."""
    n, context = polynomials.dimension, polynomials.f.context()
    columns = [
        [point.evaluate(x) for x in _image(field, context.gens(), context)] for field in symmetries.generators
    ]
    modulus = fmpq_poly(point.modulus)
    gram = [
        [sum((column[i] * column[j] for column in columns), fmpq_poly([0])) % modulus for j in range(n)] for i in range(n)
    ]
    coefficients = point.characteristic_polynomial(gram)
    return n - next(k for k, c in enumerate(coefficients) if c != fmpq_poly([0]))
