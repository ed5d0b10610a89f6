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

import numpy as np
from flint import arb_mat

from strictsaddle.arithmetic.evaluate import evaluate_arb
from strictsaddle.arithmetic.exact import at_precision, balls_of
from strictsaddle.arithmetic.outward import outward
from strictsaddle.arithmetic.tape import compile_restricted_tape, compile_tape
from strictsaddle.certify.inertia import Inertia, eigenvalue_enclosures, eigenvalue_intervals
from strictsaddle.certify.krawczyk import hessian
from strictsaddle.covering.exclude import excluded
from strictsaddle.derive import derivatives
from strictsaddle.derive.cancellation import cancelled
from strictsaddle.derive.definedness import Conditions, conditions_of, conditions_on
from strictsaddle.derive.derivatives import Derivation, copied, derive, positive_by_form
from strictsaddle.derive.zero_factors import zero_factors
from strictsaddle.execution.budget import Budget
from strictsaddle.execution.executor import executor
from strictsaddle.formula.graph import Graph
from strictsaddle.manifolds.regularity import Regularity, regularity
from strictsaddle.manifolds.riemannian import kernel_basis
from strictsaddle.objective.domain import Euclidean
from strictsaddle.objective.equalities import equality_nodes
from strictsaddle.objective.objective import Objective
from strictsaddle.records.events import Listener, silent
from strictsaddle.records.finding import Finding, all_good
from strictsaddle.records.verdict import Definition1, Stationary, StationaryPoint
from strictsaddle.routes.algebraic.apart import is_apart_from_zero
from strictsaddle.routes.algebraic.multiplier_bounds import determinant, region_of
from strictsaddle.routes.exact.constrained import REGULARITY_TRUST
from strictsaddle.routes.interval import engine
from strictsaddle.routes.route import Case
from strictsaddle.symmetry.continuous.fields import ContinuousSymmetries
from strictsaddle.symmetry.discrete.signed_permutations import trivial_group
from strictsaddle.symmetry.known import KnownSymmetries

BOXES = 50_000
MOST_MINORS = 64
PRECISION = 192
BENDS = "a root or a bend in the formula or the equalities may be at 0 at a feasible point"
OPEN = "it is open whether the gradients of the equalities are linearly independent at all feasible points"


def regular_by_intervals(derivation: Derivation, equalities: Sequence[tuple[int, Sequence[int]]]) -> Regularity:
    """Whether the gradients of equalities are proved to be independent at all their zeros, by minors of their matrix."""
    graph, n, k = derivation.graph, derivation.dimension, len(equalities)
    chosen = list(combinations(range(n), k))[:MOST_MINORS]
    minors = [determinant(graph, [[slopes[j] for j in columns] for _, slopes in equalities]) for columns in chosen]
    found = conditions_on(derivation)
    inner = [conditions_of(graph, h) for h, _ in equalities]
    positive = [*found.positive, *(node for c in inner for node in c.positive)]
    edges = [*found.edges, *found.closed, *(node for c in inner for node in c.edges)]
    made = Graph()
    nodes = cancelled(graph, [*minors, *(h for h, _ in equalities), *positive, *edges], made)
    never = set(nodes[len(minors) + k : len(minors) + k + len(positive)])
    zeros = [zero_factors(made, node, never) for node in nodes[: len(minors) + k]]
    if any(made.value(node) not in (None, 0) for node in zeros[: len(minors)]):
        return Regularity("exact")
    first = len(minors) + k + len(positive)
    tape = compile_restricted_tape(made, zeros, nodes[len(minors) + k : first], nodes[first:], n)
    ends = np.full((1, n), np.inf)
    if excluded(tape, tape.n_outputs, -ends, ends, BOXES)[0]:
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
    points = tuple(_restricted(objective, derivation, known, point, n) for point in found.points)
    modular = regular.proof == "modular"
    stationary = Stationary(True, (*found.trust, *((REGULARITY_TRUST,) if modular else ())), points)
    if any(point.kind == "undecided" for point in points):
        return Finding.undecided(domain.scope, "the kind of a stationary point is not settled", stationary)
    answer = Definition1("strict_saddle", domain.scope, "modular" if modular else "interval", all_good(stationary))
    return Finding(answer, stationary, "interval", found.boxes)


def _smooth(graph: Graph, value: int, equalities: Sequence[int], n: int) -> bool:
    """Whether no root and no bend of f and of the equalities is at 0 at a feasible point, proved. There f may be smooth along the domain,
    and nothing follows from its gradient in space."""
    nodes = (value, *equalities)
    found = [conditions_of(graph, node) for node in nodes]
    plain = [conditions_of(graph, node, smooth=False) for node in nodes]
    bends = [k for c, p in zip(found, plain, strict=True) for k in (*c.edges, *(set(c.nonzero) - set(p.nonzero)))]
    conditions = Conditions((), (), ()).with_those_of(graph, nodes)
    return all(
        positive_by_form(graph, k) or is_apart_from_zero(graph, k, equalities, conditions, n)
        for k in dict.fromkeys(bends)
    )


def _restricted(
    objective: Objective, derivation: Derivation, equalities: Sequence[int], point: StationaryPoint, n: int
) -> StationaryPoint:
    """The record of a zero of the Lagrangian's gradient as one of the objective."""
    k = len(equalities)
    place, mu = point.point[:n], balls_of(point.point[n:])
    inertia = None
    if point.index is not None and point.nullity == 0:
        inertia = Inertia(point.index - k, 0, n - point.index)
    with at_precision(PRECISION):
        balls = balls_of(place)
        matrix = hessian(derivation, balls)
        rows = []
        for h, multiplier in zip(equalities, mu, strict=True):
            slopes = derivatives.gradient(derivation.graph, h, n)
            second = derivatives.hessian(derivation.graph, slopes, n)
            rows.append(evaluate_arb(compile_tape(derivation.graph, slopes, n), list(balls)))
            entries = evaluate_arb(compile_tape(derivation.graph, [e for row in second for e in row], n), list(balls))
            for i in range(n):
                for j in range(n):
                    matrix[i, j] = matrix[i, j] - multiplier * entries[i * n + j]
        basis = kernel_basis(arb_mat(rows))
        spectrum = [] if basis is None else eigenvalue_enclosures(basis.transpose() * matrix * basis)
        value = outward(evaluate_arb(derivation.value_tape, list(balls))[0])
    return replace(
        point, point=place, value=value, eigenvalues=eigenvalue_intervals(spectrum, inertia),
        index=None if inertia is None else inertia.negative, nullity=None if inertia is None else 0,
        kind="undecided" if inertia is None else inertia.kind, orbit=None,
    )  # fmt: skip
