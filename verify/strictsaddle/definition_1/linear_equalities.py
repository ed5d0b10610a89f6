"""A verdict under linear equalities, from the one about what is left when they are solved for some of the unknowns.

With A w = b of full rank, w_J = C w_K + d for unknowns J, and h(w_K) = f(w) has the stationary points of f on the plane. E, whose columns
are the derivatives of w by w_K, spans the tangent space; the Hessian of h is E'HE, so its inertia is that of the Riemannian Hessian B'HB, B
an orthonormal basis of the same space, whose eigenvalues are what is listed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from flint import arb_mat, fmpq_mat

from strictsaddle.arithmetic.exact import at_precision, ball, balls_of, fraction, rational
from strictsaddle.arithmetic.tape import outward as outward_doubles
from strictsaddle.certify.inertia import Inertia, eigenvalue_enclosures, eigenvalue_intervals
from strictsaddle.certify.krawczyk import hessian
from strictsaddle.definition_1.another import Examine, verdict_about
from strictsaddle.derive.derivatives import derive
from strictsaddle.errors import InputError
from strictsaddle.execution.budget import Budget
from strictsaddle.formula.graph import Graph
from strictsaddle.formula.printing import text
from strictsaddle.manifolds.riemannian import kernel_basis
from strictsaddle.objective.domain import Euclidean
from strictsaddle.objective.inequalities import WHERE, inequality_nodes
from strictsaddle.objective.objective import Objective
from strictsaddle.records.events import Listener, PointFound
from strictsaddle.records.finding import refutation
from strictsaddle.records.terms import Interval
from strictsaddle.records.verdict import StationaryPoint, Verdict, Witness
from strictsaddle.routes.route import Case

PRECISION = 192
Row = tuple[tuple[Fraction, ...], Fraction]  # coefficients of the kept unknowns, and a constant


@dataclass(frozen=True)
class OnPlane:
    """`objective`: f in the unknowns `kept`; `rows[i]`: unknown i in them. `equations`: the rows of A."""

    objective: Objective
    kept: tuple[int, ...]
    rows: tuple[Row, ...]
    equations: tuple[tuple[Fraction, ...], ...]


def on_plane(objective: Objective) -> OnPlane | None:
    """What is left of an objective under linear equalities; None where there are others. Raises InputError for equalities that contradict
    each other, or follow from each other."""
    domain, n = objective.domain, objective.dimension
    if not domain.equations or not domain.polynomials:
        return None
    if any(sum(exponents) > 1 for terms in domain.polynomials for exponents, _ in terms):
        return None
    matrix = [[Fraction(0)] * (n + 1) for _ in domain.polynomials]
    for row, terms in zip(matrix, domain.polynomials, strict=True):
        for exponents, c in terms:
            row[exponents.index(1) if any(exponents) else n] = c
    reduced, rank = fmpq_mat([[rational(c) for c in row] for row in matrix]).rref()
    found = [[fraction(reduced[r, k]) for k in range(n + 1)] for r in range(rank)]
    pivots = [next(k for k, c in enumerate(row) if c) for row in found]
    if n in pivots:
        raise InputError("no real point satisfies the equalities", where="domain.equalities", remedy="Correct them.")
    if rank < len(matrix):
        raise InputError("an equality follows from the others", where="domain.equalities", remedy="Leave it out.")
    kept = tuple(k for k in range(n) if k not in pivots)
    rows: list[Row] = []
    for i in range(n):
        if i in pivots:
            row = found[pivots.index(i)]
            rows.append((tuple(-row[k] for k in kept), -row[n]))
        else:
            rows.append((tuple(Fraction(int(k == i)) for k in kept), Fraction(0)))
    graph = Graph()
    leaves = [
        graph.total(
            [*(graph.mul(graph.constant(c), graph.variable(k)) for k, c in enumerate(row) if c), graph.constant(d)]
        )
        for row, d in rows
    ]
    try:
        (node,) = objective.graph.mapped([objective.node], graph, leaves.__getitem__)
    except InputError as error:
        raise error.at("the formula under its equalities") from None
    names = [objective.variables[k] for k in kept]
    where = _where(objective, leaves, graph, names)
    made = Objective.from_graph(f"{objective.name} on its plane", names, graph, node, domain=Euclidean(where))
    return OnPlane(made, kept, tuple(rows), tuple(tuple(row[:n]) for row in matrix))


def _where(objective: Objective, leaves: Sequence[int], graph: Graph, names: Sequence[str]) -> tuple[str, ...]:
    """The conditions of the domain in the kept unknowns."""
    own = Graph()
    asked = inequality_nodes(objective.domain, own, objective.variables)
    found = []
    for nodes, relation in ((asked.strict, ">"), (asked.closed, ">=")):
        for node in own.mapped(nodes, graph, leaves.__getitem__) if nodes else ():
            value = graph.value(node)
            if value is not None and (value < 0 or (value == 0 and relation == ">")):
                raise InputError("a condition never holds under the equalities", where=WHERE)
            if value is None:
                found.append(f"{text(graph, node, names)} {relation} 0")
    return tuple(found)


def carried(case: Case, plane: OnPlane, budget: Budget, tell: Listener, examine: Examine) -> Verdict:
    """What `examine` says of the objective on the plane, carried back."""
    inner = verdict_about(plane.objective, case, budget, tell, examine)
    points = tuple(_point(case.objective, plane, point) for point in inner.stationary.isolated)
    for point in points:
        tell(PointFound(point))
    names = ", ".join(case.objective.variables[k] for k in plane.kept)
    trust = (*inner.stationary.trust, f"the equalities are linear, and were solved for all unknowns but {names}")
    stationary = replace(
        inner.stationary,
        trust=trust,
        isolated=points,
        unresolved=None,
        continua=tuple(
            replace(found, point=_box(plane, found.point), eigenvalues=()) for found in inner.stationary.continua
        ),
    )
    definition_1 = inner.definition_1
    if definition_1.witness is not None:
        witness = _witness(plane, definition_1.witness)
        definition_1 = replace(definition_1, witness=witness, reason=refutation(witness))
    return replace(
        inner, objective=case.objective.to_dict(), definition_1=replace(definition_1, on_box=None), stationary=stationary,
        modulo_symmetry=None, symmetry=None, evidence=(),
    )  # fmt: skip


def _box(plane: OnPlane, point: Sequence[Interval]) -> tuple[Interval, ...]:
    """All w for w_K in a box, rounded outward."""
    found = []
    for row, d in plane.rows:
        low = high = d
        for c, side in zip(row, point, strict=True):
            ends = c * Fraction(side.low), c * Fraction(side.high)
            low, high = low + min(ends), high + max(ends)
        found.append(Interval(outward_doubles(low)[0] + 0.0, outward_doubles(high)[1] + 0.0))
    return tuple(found)


def _point(objective: Objective, plane: OnPlane, point: StationaryPoint) -> StationaryPoint:
    place = _box(plane, point.point)
    with at_precision(PRECISION):
        basis = kernel_basis(arb_mat([[ball(c) for c in row] for row in plane.equations]))
        assert basis is not None  # the rows are independent, and exact
        matrix = hessian(derive(objective), balls_of(place))
        spectrum = eigenvalue_enclosures(basis.transpose() * matrix * basis)
    inertia = None
    if point.index is not None and point.nullity is not None:
        inertia = Inertia(point.index, point.nullity, len(plane.kept) - point.index - point.nullity)
    return replace(point, point=place, eigenvalues=eigenvalue_intervals(spectrum, inertia))


def _witness(plane: OnPlane, witness: Witness) -> Witness:
    coordinates = None
    if witness.coordinates is not None:
        exact = [Fraction(x) for x in witness.coordinates]
        values = (sum((c * x for c, x in zip(row, exact, strict=True)), d) for row, d in plane.rows)
        coordinates = tuple(map(str, values))
    return replace(witness, point=_box(plane, witness.point), coordinates=coordinates, eigenvalues=(), exact=None)
