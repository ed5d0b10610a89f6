"""A polynomial objective on a product of unit spheres, or under other equalities, decided exactly through its Lagrangian.

See `manifolds.riemannian` for why that is enough.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from strictsaddle.derive.monomial_form import MonomialForm
from strictsaddle.derive.polynomials import PolynomialSystem
from strictsaddle.errors import EngineError
from strictsaddle.execution.budget import UNLIMITED, Budget, Stopwatch
from strictsaddle.formula.expansion import NotPolynomial
from strictsaddle.manifolds.regularity import Regularity, regularity
from strictsaddle.manifolds.riemannian import lagrangian
from strictsaddle.objective.domain import Domain
from strictsaddle.objective.objective import Objective
from strictsaddle.polynomials.locate import Located, locate
from strictsaddle.records.events import Listener, PointFound, Progress, silent
from strictsaddle.records.verdict import StationaryPoint, Witness
from strictsaddle.routes.exact.engine import Solution
from strictsaddle.routes.exact.evidence import count_of, point_of
from strictsaddle.routes.exact.points import on_spheres, witness
from strictsaddle.routes.exact.search.search import ExactSearch
from strictsaddle.symmetry.discrete.signed_permutations import SignedPermutationGroup

MOST_LISTED = 9  # unknowns and multipliers, where something else can be tried first
# For exact points where the list is not to be had, if the user sets no limit: counts end it far earlier.
SECONDS_SEARCHING = 120.0
SHARE = 2 / 3  # of what is left of the budget that a step may take when another one follows
REGULARITY_TRUST = (
    "regularity of the equalities rests on msolve's modular computation, which is right with high probability"
)


def solve(
    objective: Objective, *, group: SignedPermutationGroup | None = None, list_all: bool = True, budget: Budget = UNLIMITED,
    listener: Listener = silent,
) -> Solution:  # fmt: skip
    """Every stationary point of a polynomial objective on a product of spheres or under regular equalities, certified.

    Eigenvalues, index and nullity are those of the Riemannian Hessian.

    group: proved symmetries of the objective, for the search of witnesses where msolve's list is not to be had.
    list_all: False where another engine can follow: a system of more than MOST_LISTED unknowns and multipliers is then only searched
    for a witness. budget: of msolve and of the searches. Never raises for what an engine does: a failure has status "failed".
    Raises ValueError when the domain has neither spheres nor equalities, InputError for equalities that are empty or not regular.
    """
    domain = objective.domain
    if domain.codimension == 0:
        raise ValueError("the domain is no product of spheres, and has no equalities")
    watch = Stopwatch()
    try:
        system = lagrangian(objective)
    except NotPolynomial as why:
        return Solution("failed", reason=f"the objective is not in reach of the exact engine: {why}")
    regular = Regularity("exact")
    if domain.equations:
        listener(Progress("proving that the equalities are regular", watch.seconds))
        regular = regularity(domain, objective.variables, budget=budget)
    if regular.proof == "open":
        return Solution("failed", reason=regular.reason, remedy="Simpler equalities may help.")
    task = _Task(system, domain, group, budget, listener, watch)
    large = not list_all and system.dimension > MOST_LISTED and bool(domain.groups)
    return _no_surer_than(regular, task.searched() if large else task.solved())


def _no_surer_than(regular: Regularity, solution: Solution) -> Solution:
    """The solution, its completeness no better proved than the regularity of the constraints; of the witnesses those at which
    regularity is proved by enclosures, as their eigenvalues are known then."""
    if regular.proof == "exact":
        return solution
    proof = "modular" if solution.proof == "exact" else solution.proof
    witnesses = tuple(witness for witness in solution.witnesses if witness.eigenvalues)
    return replace(solution, proof=proof, witnesses=witnesses, trust=(*solution.trust, REGULARITY_TRUST))


@dataclass(frozen=True)
class _Task:
    system: PolynomialSystem
    domain: Domain
    group: SignedPermutationGroup | None
    budget: Budget
    listener: Listener
    watch: Stopwatch

    def searched(self) -> Solution:
        """Without a list, as another engine follows: what the search among exact points finds in half of the time."""
        self._tell("looking for exact points, and for one that refutes")
        found = self._search(0.5)
        reason = (
            f"{self.system.dimension} unknowns and multipliers are too many for a list of all complex stationary points"
        )
        return self._with(found, Solution("failed", reason=reason))

    def solved(self) -> Solution:
        """By msolve's list; what the search finds where that is not to be had."""
        self._tell("solving the Lagrangian's polynomial system")
        try:
            located = locate(self.system, budget=self.budget.share(SHARE))
        except EngineError as error:
            return self._with(self._search(1.0), Solution("failed", reason=error.what, remedy=error.remedy))
        if located.outcome == "infinite":
            return self._infinite(located)
        if located.outcome == "none":
            reason = "there is no stationary point"
            return Solution("none", (), located.complete, located.proof, located.trust, reason=reason)
        self._tell("proving the signs of eigenvalues", found=len(located.zeros))
        points: list[StationaryPoint] = []
        witnesses: list[Witness] = []
        form = MonomialForm.of(self.system)
        for zero in located.zeros:
            point = on_spheres(self.system, self.domain, form, zero)
            found = witness(zero, point, self.domain.codimension)
            witnesses += [found] if found else []
            points.append(point)
            self.listener(PointFound(point))
        return Solution(
            "finite", tuple(points), located.complete, located.proof, located.trust, tuple(witnesses),
            reason=located.reason,
            evidence=(*count_of(located), *(point_of(zero, point) for zero, point in zip(located.zeros, points, strict=True))),
        )  # fmt: skip

    def _infinite(self, located: Located) -> Solution:
        found, reason = self._search(1.0), located.reason
        if found.witness is None:
            reason += ", and no witness against Definition 1 was found among exact points on slices, symmetric ones and unit vectors"
        return self._with(found, Solution("infinite", (), False, "none", (), (), (), reason))

    def _with(self, found: ExactSearch, solution: Solution) -> Solution:
        for point in found.points:
            self.listener(PointFound(point))
        return replace(solution, points=found.points, witnesses=() if found.witness is None else (found.witness,))

    def _search(self, share: float) -> ExactSearch:
        budget = Budget.of(SECONDS_SEARCHING) if self.budget.deadline is None else self.budget.share(share)
        return ExactSearch(self.system, self.domain, self.group, budget).run()

    def _tell(self, phase: str, found: int | None = None) -> None:
        elapsed = self.watch.seconds
        self.listener(Progress(phase, elapsed) if found is None else Progress(phase, elapsed, found=found))
