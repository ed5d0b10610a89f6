"""Equalities of any kind: is the domain they leave smooth, and, by covering, all zeros of the Lagrangian's gradient.

L(w, mu) = f(w) - sum_g mu_g h_g(w). Where the gradients of the h_g are independent all over the domain, the zeros of grad L are the
stationary points with their multipliers, and L's Hessian has k = the number of equalities more eigenvalues of either sign than the
Riemannian Hessian (see `manifolds.riemannian`). L is covered like an objective on R^(n + k); only a complete list of its zeros says
anything, as curvatures of L are not those of f.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

from strictsaddle.arithmetic.evaluate import evaluate_arb
from strictsaddle.arithmetic.exact import at_precision, balls_of
from strictsaddle.arithmetic.outward import outward
from strictsaddle.certify.inertia import Inertia, eigenvalue_enclosures, eigenvalue_intervals
from strictsaddle.derive import derivatives
from strictsaddle.derive.definedness import Conditions, conditions_on
from strictsaddle.derive.derivatives import Derivation, copied, derive, positive_by_form
from strictsaddle.execution.budget import Budget
from strictsaddle.execution.executor import executor
from strictsaddle.formula.graph import Graph
from strictsaddle.manifolds.regularity import Regularity, regularity
from strictsaddle.manifolds.riemannian import Constraint, constrained_hessian
from strictsaddle.objective.domain import Euclidean
from strictsaddle.objective.equalities import equality_nodes
from strictsaddle.objective.objective import Objective
from strictsaddle.records.events import Listener, silent
from strictsaddle.records.finding import Finding, all_good
from strictsaddle.records.verdict import Definition1, Stationary, StationaryPoint
from strictsaddle.routes.algebraic.apart import have_no_common_zero
from strictsaddle.routes.algebraic.multiplier_bounds import determinant, region_of
from strictsaddle.routes.exact.constrained import REGULARITY_TRUST
from strictsaddle.routes.interval import engine
from strictsaddle.routes.route import Case
from strictsaddle.symmetry.continuous.fields import ContinuousSymmetries
from strictsaddle.symmetry.discrete.signed_permutations import trivial_group
from strictsaddle.symmetry.known import KnownSymmetries

MOST_MINORS = 64
PRECISION = 192
BENDS = "a root or a bend in the formula or the equalities may be at 0 at a feasible point"
OPEN = "it is open whether the gradients of the equalities are linearly independent at all feasible points"


def regular_by_intervals(derivation: Derivation, equalities: Sequence[tuple[int, Sequence[int]]]) -> Regularity:
    """Whether the gradients of equalities are proved to be independent at all their zeros, by minors of their matrix."""
    graph, n, nodes = derivation.graph, derivation.dimension, [h for h, _ in equalities]
    chosen = list(combinations(range(n), len(nodes)))[:MOST_MINORS]
    minors = [determinant(graph, [[slopes[j] for j in columns] for _, slopes in equalities]) for columns in chosen]
    conditions = conditions_on(derivation).with_those_of(graph, nodes)
    if have_no_common_zero(graph, [*minors, *nodes], conditions, n):
        return Regularity("exact")
    return Regularity("open", OPEN)


def covered(case: Case, budget: Budget, tell: Listener) -> Finding:
    """Every stationary point under the equalities, by covering the Lagrangian's gradient; undecided where it is not closed."""
    objective = case.objective
    domain, n = objective.domain, objective.dimension
    graph, value = copied(objective.graph, objective.node)
    nodes = equality_nodes(domain, graph, objective.variables)
    k = len(nodes)
    if not _smooth(graph, value, nodes, n):
        return Finding.undecided(domain.scope, BENDS)
    derivation = derive(objective.on(Euclidean(domain.where)))
    known = equality_nodes(domain, derivation.graph, objective.variables)
    pairs = [(h, derivatives.gradient(derivation.graph, h, n)) for h in known]
    regular = regular_by_intervals(derivation, pairs)
    if regular.proof == "open" and domain.polynomials:
        regular = regularity(domain, objective.variables, budget=budget)
    if regular.proof == "open":
        return Finding.undecided(domain.scope, regular.reason)
    terms = [graph.mul(graph.variable(n + g), h) for g, h in enumerate(nodes)]
    names = (*objective.variables, *(f"mu_{g + 1}" for g in range(k)))
    lagrangian = Objective.from_graph(
        "the Lagrangian", names, graph, graph.sub(value, graph.total(terms)), domain=Euclidean(domain.where)
    )
    none = ContinuousSymmetries(n + k, (), (), "unknown")
    symmetry = KnownSymmetries(lagrangian, trivial_group(lagrangian), none, none)
    with executor(case.options.processes) as pool:
        found = engine.enclose(
            lagrangian, symmetry=symmetry, pool=pool, budget=budget, listener=silent, seed=case.options.start,
            known=region_of(derivation, pairs),
        )  # fmt: skip
    if not found.complete or found.chosen is not None:
        reason = found.reason or "not all of its zeros are listed"
        return Finding.undecided(domain.scope, f"by covering the gradient of the Lagrangian: {reason}")
    constraints = [Constraint.of(derivation.graph, slopes, n) for _, slopes in pairs]
    points = tuple(_restricted(derivation, constraints, point, n) for point in found.points)
    modular = regular.proof == "modular"
    stationary = Stationary(True, (*found.trust, *((REGULARITY_TRUST,) if modular else ())), points)
    if any(point.kind == "undecided" for point in points):
        return Finding.undecided(domain.scope, "the kind of a stationary point is not settled", stationary)
    answer = Definition1("strict_saddle", domain.scope, "modular" if modular else "interval", all_good(stationary))
    return Finding(answer, stationary, "interval", found.boxes)


def _smooth(graph: Graph, value: int, equalities: Sequence[int], n: int) -> bool:
    """Whether no root and no bend of f and of the equalities is at 0 at a feasible point, proved. There f may be smooth along the domain,
    and nothing follows from its gradient in space."""
    conditions = Conditions().with_those_of(graph, (value, *equalities))
    bends = (k for k in conditions.bends if k not in conditions.nonzero)
    return all(
        positive_by_form(graph, k) or have_no_common_zero(graph, [k, *equalities], conditions, n)
        for k in dict.fromkeys((*conditions.edges, *bends))
    )


def _restricted(
    derivation: Derivation, constraints: Sequence[Constraint], point: StationaryPoint, n: int
) -> StationaryPoint:
    """The record of a zero of the Lagrangian's gradient as one of the objective."""
    k = len(constraints)
    place, mu = point.point[:n], balls_of(point.point[n:])
    inertia = None
    if point.index is not None and point.nullity == 0:
        inertia = Inertia(point.index - k, 0, n - point.index)
    with at_precision(PRECISION):
        balls = balls_of(place)
        matrix = constrained_hessian(derivation, constraints, balls, mu)
        spectrum = [] if matrix is None else eigenvalue_enclosures(matrix)
        value = outward(evaluate_arb(derivation.value_tape, list(balls))[0])
    return replace(
        point, point=place, value=value, eigenvalues=eigenvalue_intervals(spectrum, inertia),
        index=None if inertia is None else inertia.negative, nullity=None if inertia is None else 0,
        kind="undecided" if inertia is None else inertia.kind, orbit=None,
    )  # fmt: skip
