"""What every route is: asked about a case, within a budget, it returns a Finding."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, Protocol

from strictsaddle.execution.budget import Budget
from strictsaddle.execution.options import Options
from strictsaddle.objective.objective import Objective
from strictsaddle.records.events import Listener
from strictsaddle.records.finding import Engine, Finding

if TYPE_CHECKING:
    from strictsaddle.derive.derivatives import Derivation
    from strictsaddle.symmetry.known import KnownSymmetries


@dataclass(frozen=True)
class Case:
    """One objective, how it is to be examined, and what is derived from it once."""

    objective: Objective
    options: Options = Options()  # noqa: RUF009  # frozen

    @cached_property
    def derivation(self) -> Derivation:
        """Gradient, Hessian and tapes of the formula."""
        from strictsaddle.derive.derivatives import derive

        return derive(self.objective)

    @cached_property
    def symmetry(self) -> KnownSymmetries:
        """The proved symmetries. Raises NotYetError under equalities other than spheres."""
        from strictsaddle.symmetry.known import KnownSymmetries

        return KnownSymmetries.of(self.objective)

    @cached_property
    def not_polynomial(self) -> str | None:
        """Why the objective is no polynomial with rational coefficients, in words; None where it is one."""
        from strictsaddle.formula.expansion import NotPolynomial, expand

        try:
            expand(self.objective.graph, self.objective.node, self.objective.dimension)
        except NotPolynomial as reason:
            return str(reason)
        return None


class Route(Protocol):
    """A kind of proof. `compiled`: whether it needs the kernels of coverings, which are compiled before its budget counts."""

    name: ClassVar[Engine]
    compiled: ClassVar[bool]

    def run(self, case: Case, budget: Budget, tell: Listener) -> Finding:
        """What is proved within the budget. Raises nothing for what an engine does."""
