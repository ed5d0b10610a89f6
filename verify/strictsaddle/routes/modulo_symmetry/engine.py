"""Strict-saddle modulo symmetry: is H > 0 on the normal space of the orbit at every minimum, and negative
somewhere else?

Fields X(w) = Aw + b with g·X = 0 identically make up the algebra of a group G of affine maps that leave f
unchanged; d(w) is the dimension of their span at w, which is that of the orbit. At a stationary point they
are null vectors of H. So the property fails exactly when the set

    B = {w : g(w) = 0, H(w) >= 0, dim ker H(w) > d(w)}

is not empty. B is invariant under G, and closed: in a limit, dim ker H can only grow and d only fall.

So B is empty if no point of a slice through the orbits (`slice`; of a deep linear network, of points that
`linear_networks.orbits` finds) lies in it. Each is judged on an
enclosure: there H + TTᵀ > 0, T the matrix of fields, or v·Hv < 0 for some v; either excludes B
(`symmetry.orbits.normal_hessian`). What neither settles is taken over its number field, where H's inertia and
d are exact; a point of B found there, or at a rational candidate, refutes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

from flint import arb

from strictsaddle.arithmetic.evaluate import evaluate_arb
from strictsaddle.arithmetic.exact import at_precision, ball, balls_of, rational
from strictsaddle.arithmetic.outward import outward
from strictsaddle.certify.inertia import eigenvalue_enclosures, semidefinite_spectrum
from strictsaddle.certify.krawczyk import hessian
from strictsaddle.derive.derivatives import Derivation, derive
from strictsaddle.derive.polynomials import PolynomialSystem, system
from strictsaddle.errors import EngineError
from strictsaddle.execution.budget import UNLIMITED, Budget
from strictsaddle.formula.expansion import NotPolynomial
from strictsaddle.objective.objective import Objective
from strictsaddle.records.terms import Answer
from strictsaddle.records.verdict import Definition1, ModuloSymmetry, StationaryPoint, Witness
from strictsaddle.routes.modulo_symmetry.judge import (
    PRECISION,
    FoundOrbit,
    found_orbit,
    sentence,
)
from strictsaddle.routes.modulo_symmetry.linear_networks.engine import modulo_linear_network
from strictsaddle.routes.modulo_symmetry.linear_networks.recognise import least_fit
from strictsaddle.routes.modulo_symmetry.on_slice import Sliced, on_slice
from strictsaddle.routes.modulo_symmetry.on_spheres import modulo_on_spheres
from strictsaddle.routes.modulo_symmetry.orbit_covering import cover_orbits
from strictsaddle.routes.modulo_symmetry.records import isolated
from strictsaddle.routes.refutation.rational import stationary_inertia
from strictsaddle.symmetry.continuous.fields import ContinuousSymmetries, find_continuous
from strictsaddle.symmetry.orbits import orbit_dimension, tangents

SECONDS_A_NODE = 1e-3  # of the formula: to set a covering modulo symmetry up, roughly
SECONDS_COVERING = 20.0
LEAST_SECONDS = 1.0  # for a slice


class Refuted(NamedTuple):
    """A point of B: the sentence that refutes, and the point as a witness against Definition 1, which it refutes all the more."""

    reason: str
    witness: Witness


def modulo_symmetry(
    objective: Objective,
    definition_1: Definition1,
    symmetries: ContinuousSymmetries | None = None,
    candidates: Sequence[Sequence[Fraction]] = (),
    *,
    budget: Budget = UNLIMITED,
) -> ModuloSymmetry:
    """The answer of `examine` without the orbits."""
    return examine(objective, definition_1, symmetries, candidates, budget=budget)[0]


def examine(
    objective: Objective,
    definition_1: Definition1,
    symmetries: ContinuousSymmetries | None = None,
    candidates: Sequence[Sequence[Fraction]] = (),
    *,
    budget: Budget = UNLIMITED,
) -> tuple[ModuloSymmetry, tuple[FoundOrbit, ...]]:
    """`examined` without the witness."""
    return examined(objective, definition_1, symmetries, candidates, budget=budget)[:2]


def examined(
    objective: Objective,
    definition_1: Definition1,
    symmetries: ContinuousSymmetries | None = None,
    candidates: Sequence[Sequence[Fraction]] = (),
    *,
    budget: Budget = UNLIMITED,
) -> tuple[ModuloSymmetry, tuple[FoundOrbit, ...], Witness | None]:
    """The verdict of Definition 1 with Hessians taken normal to the orbits of the continuous symmetry, and orbits of
    stationary points whose signs are settled; not all of them, and one may come more than once. The last value is an exact point
    that was found on the way and refutes Definition 1, whatever is known modulo symmetry.

    symmetries: those of the formula (found here when left out; on a box: of the formula, which hold locally).
    candidates: exact points that may refute; 0, Definition 1's witness and, for linear networks, a fit of least rank are tried anyway.
    budget: of msolve and of the covering.

    Fields that are overlooked spoil refutations alone: where there may be more than those found, `not_strict_saddle` is claimed only
    when the nullity exceeds what all of them together could explain.

    For `strict_saddle` all points of the slice are known; `reason` says whether that is proved or rests on
    msolve's modular computation.
    """
    on_box = objective.domain.ends is not None
    if symmetries is None or on_box:
        symmetries = find_continuous(objective, on_domain=not on_box)
    count = len(symmetries.generators)
    known: tuple[FoundOrbit, ...] = ()
    point: Witness | None = None

    witness = definition_1.witness

    def answer(verdict: Answer, reason: str) -> tuple[ModuloSymmetry, tuple[FoundOrbit, ...], Witness | None]:
        if verdict == "not_strict_saddle" and (overlooked := _overlooked(objective, symmetries, definition_1, budget)):
            verdict, reason = "undecided", overlooked
        return ModuloSymmetry(verdict, symmetries.name, count, reason), known, point

    if definition_1.verdict == "strict_saddle":
        return answer("strict_saddle", "Definition 1 holds, and all the more modulo symmetry")
    if count == 0:
        return answer(definition_1.verdict, "no continuous symmetry is known, so this is Definition 1's question")
    inexact = witness is not None and witness.coordinates is None
    if witness is not None and inexact and witness.nullity is not None and witness.nullity > count:
        place = ", ".join(f"{0.5 * (i.low + i.high):.6g}" for i in witness.point)
        return answer("not_strict_saddle", sentence(place, witness.nullity, f"at most {count}"))
    if objective.domain.groups:
        on_spheres = modulo_on_spheres(objective, definition_1, symmetries, budget)
        known = on_spheres.orbits
        return answer(on_spheres.answer, on_spheres.reason)
    known = _through_witness(objective, definition_1, symmetries)
    refuted = _refuted(objective, symmetries, _candidates(objective, definition_1, candidates))
    if refuted is not None:
        point = refuted.witness
        return answer("not_strict_saddle", refuted.reason)
    open_reason = ""
    try:
        polynomials = system(objective.graph, objective.node, objective.dimension)
        sliced = _on_slice(objective, polynomials, symmetries, budget)
        open_reason, known, point = sliced.reason, sliced.orbits or known, sliced.witness
        if sliced.answer != "undecided":
            return answer(sliced.answer, open_reason)
    except NotPolynomial:
        pass  # a covering needs no polynomial
    except EngineError as error:
        open_reason = error.what
    return answer(*_by_covering(objective, symmetries, open_reason, budget))


def _overlooked(
    objective: Objective, symmetries: ContinuousSymmetries, definition_1: Definition1, budget: Budget
) -> str:
    """Why a refutation with the known fields may be spoilt by others, in a sentence; empty where it is not."""
    count, most = len(symmetries.generators), symmetries.most(objective, budget)
    if most == count:
        return ""
    nullity = None if definition_1.witness is None else definition_1.witness.nullity
    if most is not None and nullity is not None and nullity > most:
        return ""
    known = "no continuous symmetry is" if count == 0 else f"{count} independent continuous symmetries are"
    others = "others are not excluded" if most is None else f"up to {most} are not excluded"
    return f"a degenerate stationary point is known, but {known} known and {others}: it may lie on the orbit of one that was overlooked"


def _by_covering(
    objective: Objective, symmetries: ContinuousSymmetries, before: str, budget: Budget
) -> tuple[Answer, str]:
    """The answer of `orbit_covering`; `before` says why the slice of a polynomial left it open."""
    if objective.graph.has_kinks(objective.node):
        return (
            "undecided",
            "the objective is not twice differentiable everywhere, and there is no method for its orbits",
        )
    left = budget.left()
    if left is not None and left < SECONDS_A_NODE * len(objective.graph):
        return "undecided", before or "there was no time left for the covering modulo symmetry"
    found = cover_orbits(objective, derive(objective), symmetries, budget.at_most(SECONDS_COVERING))
    if found.closed and found.everything:
        return "strict_saddle", found.reason
    return "undecided", "; ".join(part for part in (before, found.reason) if part)


def _through_witness(
    objective: Objective, definition_1: Definition1, symmetries: ContinuousSymmetries
) -> tuple[FoundOrbit, ...]:
    """The orbit through the point that refutes Definition 1."""
    witness = definition_1.witness
    if witness is None:
        return ()
    with at_precision(PRECISION):
        if witness.coordinates is not None:
            exact = [Fraction(x) for x in witness.coordinates]
            balls = [arb(rational(x)) for x in exact]
        else:
            balls = balls_of(witness.point)
        return found_orbit(hessian(derive(objective), tuple(balls)), tangents(symmetries, balls), balls)


def isolated_point(objective: Objective, orbit: FoundOrbit) -> StationaryPoint | None:
    """The record of an orbit of dimension 0 on R^n, where its enclosure in doubles holds no other stationary point:
    the Hessian is non-singular at each of its points, and so is every average of Hessians on it."""
    if not objective.domain.everything:
        return None
    with at_precision(PRECISION):
        box = tuple(outward(x) for x in orbit.point)
        balls = balls_of(box)
        derivation = derive(objective)
        if any(value.contains(0) for value in eigenvalue_enclosures(hessian(derivation, tuple(balls)))):
            return None
        return isolated(orbit.signs, box, evaluate_arb(derivation.value_tape, list(orbit.point))[0])


# refutation at exact points


def _candidates(
    objective: Objective, definition_1: Definition1, given: Sequence[Sequence[Fraction]]
) -> Iterator[tuple[Fraction, ...]]:
    yield (Fraction(0),) * objective.dimension
    if definition_1.witness is not None and definition_1.witness.coordinates is not None:
        yield tuple(Fraction(x) for x in definition_1.witness.coordinates)
    fit = least_fit(objective)
    if fit is not None:
        yield fit
    yield from map(tuple, given)


def _refuted(
    objective: Objective, symmetries: ContinuousSymmetries, candidates: Iterator[tuple[Fraction, ...]]
) -> Refuted | None:
    """The first candidate that lies in B and in the domain; None when there is none."""
    derivation = derive(objective)
    for point in candidates:
        if not objective.domain.contains(point):
            continue
        found = stationary_inertia(derivation, point)
        if found is None:
            continue
        _, negative, zero = found
        dimension = orbit_dimension(symmetries, point)
        if negative == 0 and zero > dimension:
            return Refuted(
                sentence(", ".join(map(str, point)), zero, dimension), _exact_witness(derivation, point, zero)
            )
    return None


def _exact_witness(derivation: Derivation, point: Sequence[Fraction], nullity: int) -> Witness:
    balls = [ball(x) for x in point]
    spectrum = semidefinite_spectrum(hessian(derivation, balls), nullity)
    proof = "in exact rational arithmetic the gradient is zero and the Hessian is positive semidefinite and singular"
    return Witness(tuple(outward(x) for x in balls), tuple(map(str, point)), spectrum, nullity, proof)


# the slice


def _on_slice(
    objective: Objective, polynomials: PolynomialSystem, symmetries: ContinuousSymmetries, budget: Budget
) -> Sliced:
    with at_precision(PRECISION):
        by_rank = modulo_linear_network(objective, polynomials, symmetries, budget=budget)
    if not isinstance(by_rank, str):
        return Sliced(*by_rank)
    left = budget.left()
    if left is not None and left < LEAST_SECONDS:
        return Sliced("undecided", by_rank)
    return on_slice(objective, polynomials, symmetries, budget)
