"""A verdict on R^n about an objective that is unchanged along directions, from the one about what is left of it across them.

Let f(w + b) = f(w) for all w and all b in the span B of rational vectors, and let J be unknowns in which a basis of B is the unit matrix.
Each w is in exactly one way v + b with v_J = 0. So the stationary points of f are the v + b for those v of h(v) = f(v), v_J = 0, and as
H b = 0, the Hessian of f at v + b is that of h on the complement {v_J = 0} of B: it has the same index, and |J| more times the eigenvalue
0. Modulo its symmetry, f is what h is modulo its own. Definition 1 fails where h has a minimum, or anything else without negative
curvature; saddles and maxima of h are strict saddles of f.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from strictsaddle.certify.square_system import substituted
from strictsaddle.definition_1.another import Examine, verdict_about
from strictsaddle.errors import InputError
from strictsaddle.execution.budget import Budget
from strictsaddle.formula.graph import Graph
from strictsaddle.objective.objective import Objective
from strictsaddle.records.events import Listener
from strictsaddle.records.finding import refutation
from strictsaddle.records.terms import Interval, Proof
from strictsaddle.records.verdict import (
    Continuum,
    Definition1,
    Minimum,
    ModuloSymmetry,
    Stationary,
    StationaryPoint,
    Verdict,
    Witness,
)
from strictsaddle.routes.route import Case

ZERO = Interval(0.0, 0.0)


@dataclass(frozen=True)
class Across:
    """`objective`: f with 0 in the place of the unknowns `fixed`, in those that are left, `kept`."""

    objective: Objective
    fixed: tuple[int, ...]
    kept: tuple[int, ...]


def across_translations(case: Case) -> Across | None:
    """What is left of an objective on R^n across its translations; None where it has none, or nothing is left."""
    objective = case.objective
    if not objective.domain.everything or objective.network is not None:
        return None
    translations = case.symmetry.fields.translations
    if not 0 < len(translations) < objective.dimension:
        return None
    fixed = tuple(next(k for k, x in enumerate(field.shift) if x) for field in translations)
    # the fields are reduced: each is 1 in its own unknown, and 0 in the others'
    if any(field.shift[k] != (j == i) for i, field in enumerate(translations) for j, k in enumerate(fixed)):
        return None
    kept = tuple(k for k in range(objective.dimension) if k not in fixed)
    try:
        graph, (node,) = substituted(
            objective.graph, [objective.node], dict.fromkeys(fixed, Fraction(0)), {k: i for i, k in enumerate(kept)}
        )
    except InputError:  # the substitution divides by zero or the like
        return None
    return Across(_named(objective, graph, node, kept), fixed, kept)


def _named(objective: Objective, graph: Graph, node: int, kept: tuple[int, ...]) -> Objective:
    names = [objective.variables[k] for k in kept]
    return Objective.from_graph(f"{objective.name} across its translations", names, graph, node)


def carried(case: Case, across: Across, budget: Budget, tell: Listener, examine: Examine) -> Verdict:
    """What `examine` says of the objective across its translations, carried back."""
    inner = verdict_about(across.objective, case, budget, tell, examine)
    stationary = _stationary(inner.stationary, across)
    definition_1 = _definition_1(inner, across, stationary)
    return replace(
        inner, objective=case.objective.to_dict(), definition_1=definition_1, stationary=stationary,
        modulo_symmetry=_modulo(case, inner), minimum=_minimum(inner.minimum), symmetry=case.symmetry.record, evidence=(),
    )  # fmt: skip


def _place(point: tuple[Interval, ...], across: Across) -> tuple[Interval, ...]:
    inner = dict(zip(across.kept, point, strict=True))
    return tuple(inner.get(k, ZERO) for k in range(len(across.fixed) + len(across.kept)))


def _stationary(inner: Stationary, across: Across) -> Stationary:
    more = len(across.fixed)
    continua = [_continuum(point, across) for point in inner.isolated]
    continua += [
        replace(
            item, dimension=None if item.dimension is None else item.dimension + more, point=_place(item.point, across)
        )
        for item in inner.continua
    ]
    trust = (*inner.trust, "each stationary point goes along the translations: the list has one of each continuum")
    return Stationary(inner.complete, trust, (), tuple(continua), minima_complete=inner.minima_complete)


def _continuum(point: StationaryPoint, across: Across) -> Continuum:
    kind = point.kind
    if kind == "local_minimum":
        kind = "degenerate_minimum"
    elif kind == "local_maximum":
        kind = "strict_saddle"
    spectrum = point.eigenvalues if point.nullity == 0 else ()
    what = "a point and all its translations; eigenvalues are those across them"
    return Continuum(len(across.fixed), _place(point.point, across), point.index, kind, point.orbit, what, spectrum)


def _definition_1(inner: Verdict, across: Across, stationary: Stationary) -> Definition1:
    more, answer = len(across.fixed), inner.definition_1
    if answer.witness is not None:
        found = answer.witness
        coordinates = None
        if found.coordinates is not None:
            texts = dict(zip(across.kept, found.coordinates, strict=True))
            coordinates = tuple(texts.get(k, "0") for k in range(more + len(across.kept)))
        witness = Witness(
            _place(found.point, across), coordinates, (ZERO,) * more + found.eigenvalues if found.eigenvalues else (),
            None if found.nullity is None else found.nullity + more, f"across its translations: {found.proof}",
            None if found.dimension is None else found.dimension + more,
        )  # fmt: skip
        return replace(answer, reason=refutation(witness), witness=witness)
    minima = [point for point in inner.stationary.isolated if point.kind == "local_minimum"]
    if minima:
        least = min(minima, key=lambda point: (not _is_exact(point), point.value.high))
        place = _place(least.point, across)
        exact = _is_exact(least)
        coordinates = tuple(str(Fraction(side.low)) for side in place) if exact else None
        witness = Witness(
            place, coordinates, (ZERO,) * more + least.eigenvalues, more,
            "it is a minimum across the translations of the objective, and goes along them", more,
        )  # fmt: skip
        proof: Proof = "exact" if exact and inner.resources.engine == "exact" else "interval"
        return Definition1("not_strict_saddle", answer.scope, proof, refutation(witness), witness)
    if answer.verdict == "strict_saddle" and not inner.stationary.minima_complete:
        return replace(
            answer,
            verdict="undecided",
            proof="none",
            reason="it is open whether there is a minimum across its translations",
        )
    return replace(answer, on_box=None, reason=f"across its translations, {answer.reason}")


def _is_exact(point: StationaryPoint) -> bool:
    return all(side.low == side.high for side in point.point)


def _modulo(case: Case, inner: Verdict) -> ModuloSymmetry:
    fields = case.symmetry.fields
    left = inner.modulo_symmetry
    answer = inner.definition_1.verdict if left is None else left.verdict
    reason = inner.definition_1.reason if left is None or not left.dimension else left.reason
    if inner.definition_1.verdict == "strict_saddle":
        answer, reason = "strict_saddle", inner.definition_1.reason
    return ModuloSymmetry(answer, fields.name, len(fields.generators), f"across its translations, {reason}")


def _minimum(inner: Minimum | None) -> Minimum | None:
    if inner is None:
        return None
    counted = inner.global_minima or inner.spurious_minima
    reason = f"across its translations: {inner.reason}" + (
        "; minima are no isolated points, so none is counted" if counted else ""
    )
    none = None if inner.global_minima is None else 0
    return replace(inner, global_minima=none, spurious_minima=none, reason=reason)
