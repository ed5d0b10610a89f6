"""What a law is: a statement about an engine and an objective that one case can break."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from strictsaddle.objective.objective import Objective
    from strictsaddle_properties.engine import Engine

# What a case of a law is; `strategies.cases` draws one.
Draws = Literal[
    "nothing", "point", "pair", "factor", "constant", "signed_permutation", "names", "orthonormal", "seed", "constants",
    "smaller",
]  # fmt: skip
LawFunction = Callable[["Engine", "Objective", Any], None]


class Broken(AssertionError):
    """A law does not hold in this case; the message shows both sides."""


class DoesNotApply(Exception):
    """The law says nothing about this objective or this case; the message says why, as a clause.

    `undecided`: it would say something if the engine had proved more.
    """

    def __init__(self, why: str, *, undecided: bool = False) -> None:
        super().__init__(why)
        self.undecided = undecided


@dataclass(frozen=True)
class Law:
    """`holds(engine, objective, case)` raises Broken, or DoesNotApply. `slow`: a case needs a check of its own."""

    name: str
    statement: str
    draws: Draws
    holds: LawFunction
    slow: bool = False


LAWS: dict[str, Law] = {}


def law(statement: str, draws: Draws = "nothing", *, slow: bool = False) -> Callable[[LawFunction], LawFunction]:
    """Make the function that follows a law, called by its own name."""

    def enrol(function: LawFunction) -> LawFunction:
        name = function.__name__
        LAWS[name] = Law(name, statement, draws, function, slow)
        return function

    return enrol
