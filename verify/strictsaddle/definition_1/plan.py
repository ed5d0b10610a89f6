"""Which routes are asked, in which order, and what share of the budget each may take."""

from __future__ import annotations

from collections.abc import Iterator

from strictsaddle.errors import NotYetError
from strictsaddle.routes.route import Case, Route

SHARE_OF_MSOLVE = 0.6  # of the budget, where the covering may follow
SHARE_OF_ALGEBRA = 0.4  # for a gradient that may be algebraic, where the covering follows


def covers_first(case: Case) -> bool:
    """Whether the first route is a covering. Raises NotYetError where one is asked for that there is not."""
    equations = case.objective.domain.equations
    if case.options.method == "interval" and equations:
        raise NotYetError(
            "the interval engine takes no equalities yet, other than unit spheres", where="--method", fragment="interval",
            remedy="Use --method exact; the objective must be a polynomial then.",
        )  # fmt: skip
    if case.options.method == "auto" and not equations:
        return case.not_polynomial is not None or bool(case.objective.domain.where)
    return case.options.method == "interval"


def plan(case: Case) -> Iterator[tuple[Route, float, str]]:
    """Pairs of a route and its share of the time that is left when it begins, with the reason why it is there (empty for one that
    follows because another left the question open). A polynomial is asked of the exact route first, anything else of the algebraic one."""
    from strictsaddle.routes.algebraic.route import AlgebraicRoute, MultiplierRoute
    from strictsaddle.routes.exact.route import ExactRoute
    from strictsaddle.routes.interval.route import IntervalRoute
    from strictsaddle.routes.piecewise.route import PiecewiseRoute

    method = case.options.method
    equations = case.objective.domain.equations
    if method != "interval" and case.objective.graph.has_kinks(case.objective.node):
        yield PiecewiseRoute(), 1.0 if method == "exact" else SHARE_OF_ALGEBRA, "the objective has kinks"
    if method == "interval":
        covers_first(case)
        yield IntervalRoute(), 1.0, "as asked for"
    elif (
        case.not_polynomial is not None
        or case.objective.domain.where
        or (equations and not case.objective.domain.polynomials)
    ):
        other = "an equality is no polynomial" if equations else "the domain has conditions"
        why = f"not a polynomial: {case.not_polynomial}" if case.not_polynomial else other
        why = "as asked for" if method == "exact" else why
        alone = bool(equations) or method == "exact"
        yield AlgebraicRoute(), 1.0 if alone else SHARE_OF_ALGEBRA, why
        if not alone:
            yield IntervalRoute(), 1.0, why
        elif equations and method == "auto":
            yield MultiplierRoute(), 1.0, why
    elif equations:
        yield ExactRoute(alone=True), 1.0, "equalities are for Lagrange multipliers"
    elif method == "exact":
        yield ExactRoute(alone=True), 1.0, "as asked for"
    else:
        # what the exact route does with orbits has a share of its own
        share = 1.0 if case.symmetry.fields.generators else SHARE_OF_MSOLVE
        yield ExactRoute(alone=False), share, "the objective is a polynomial with rational coefficients"
        yield IntervalRoute(), 1.0, ""
