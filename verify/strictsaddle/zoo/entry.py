"""What the zoo knows of an objective: formula, parameters with ranges, source, and what is known about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from strictsaddle.errors import InputError, near_miss
from strictsaddle.objective.numbers import Number, exact
from strictsaddle.objective.objective import Objective
from strictsaddle.records.terms import Answer, Scope

Family = Literal["tensors", "spheres", "linear networks", "networks", "recovery", "classics"]


class Values(dict[str, Fraction]):
    """The exact numbers of an entry's parameters by name; `texts` those of its textual ones; `given` the names that the user set."""

    def __init__(
        self, numbers: Mapping[str, Fraction], texts: Mapping[str, str] | None = None, given: Iterable[str] = ()
    ) -> None:
        super().__init__(numbers)
        self.texts = dict(texts or {})
        self.given = frozenset(given)


@dataclass(frozen=True)
class Parameter:
    """An exact number that an entry takes: `low <= value <= high`, None for no bound; `integer` for whole numbers only.

    With `above`, the lower bound itself is excluded.
    """

    name: str
    default: Fraction
    description: str
    low: Fraction | None = None
    high: Fraction | None = None
    integer: bool = False
    above: bool = False

    @property
    def range(self) -> str:
        """The allowed values in words."""
        kind = "whole numbers" if self.integer else "numbers"
        if self.low is not None and self.high is not None:
            return f"{kind} {'above' if self.above else 'from'} {self.low} {'up ' if self.above else ''}to {self.high}"
        if self.low is not None:
            return f"{kind} above {self.low}" if self.above else f"{kind}, at least {self.low}"
        return f"{kind}, at most {self.high}" if self.high is not None else f"all {kind}"

    def read(self, value: Number) -> Fraction:
        """The exact value. Raises InputError when it is no number or out of range."""
        try:
            number = exact(value)
        except InputError as error:
            raise error.at(f"parameter {self.name}") from None
        fits = (
            (not self.integer or number.denominator == 1)
            and (self.low is None or (number > self.low if self.above else number >= self.low))
            and (self.high is None or number <= self.high)
        )
        if not fits:
            raise InputError(
                "a value out of range",
                where=f"parameter {self.name}",
                fragment=str(value),
                remedy=f"Allowed are {self.range}; the default is {self.default}.",
            )
        return number


@dataclass(frozen=True)
class TextParameter:
    """A word or the path of a file that an entry takes; `range` says what is allowed, in words."""

    name: str
    default: str
    description: str
    range: str

    def read(self, value: object) -> str:
        """The text. Raises InputError when it is none, or empty."""
        if not isinstance(value, str) or not value.strip():
            raise InputError(
                "a word or the path of a file is wanted",
                where=f"parameter {self.name}",
                fragment=str(value),
                remedy=f"Allowed are {self.range}; the default is {self.default or 'none'}.",
            )
        return value.strip()


@dataclass(frozen=True)
class Known:
    """A statement about an entry, and what of it a machine can compare; `at` holds parameter values, defaults left out.

    `verdict` is that of Definition 1; counts are those of isolated stationary points; None stands for "nothing is
    said". `engine` names what the comparison needs: "exact" for algebra, "interval" for the covering, "none" where no
    engine of this version decides it. `slow`: it takes more than some seconds.
    """

    statement: str
    source: str
    verdict: Answer | None = None
    minima: int | None = None
    saddles: int | None = None
    maxima: int | None = None
    degenerate: int | None = None
    at: Mapping[str, str] | None = None
    scope: Scope = "global"
    modulo_symmetry: Answer | None = None
    engine: Literal["exact", "interval", "none"] = "exact"
    slow: bool = False

    @property
    def parameters(self) -> dict[str, str]:
        """The parameter values that the statement is about, those left at their defaults aside."""
        return dict(self.at or {})

    @property
    def counts(self) -> dict[str, int]:
        """The counts that are claimed, under the names of the JSON."""
        claimed = {
            "local_minimum": self.minima,
            "strict_saddle": self.saddles,
            "local_maximum": self.maxima,
            "degenerate": self.degenerate,
        }
        return {kind: number for kind, number in claimed.items() if number is not None}


@dataclass(frozen=True)
class Entry:
    """An objective of the zoo. `formula` is for readers; `build` makes the objective from a value for each parameter."""

    name: str
    family: Family
    summary: str
    formula: str
    source: str
    build: Callable[[Values], Objective]
    parameters: tuple[Parameter, ...] = ()
    known: tuple[Known, ...] = ()
    texts: tuple[TextParameter, ...] = ()

    def objective(self, given: Mapping[str, Number] | None = None) -> Objective:
        """The objective at `given` values, defaults elsewhere. Raises InputError for unknown names and bad values."""
        numbers = {parameter.name: parameter for parameter in self.parameters}
        words = {parameter.name: parameter for parameter in self.texts}
        declared = [*numbers, *words]
        for name in given or {}:
            if name not in declared:
                names = ", ".join(declared) or "none"
                raise InputError(
                    f"{self.name} has no such parameter",
                    fragment=str(name),
                    remedy=f"{near_miss(str(name), declared)}Its parameters are: {names}.",
                )
        found = given or {}
        values = {name: numbers[name].read(found[name]) if name in found else numbers[name].default for name in numbers}
        texts = {name: words[name].read(found[name]) if name in found else words[name].default for name in words}
        return self.build(Values(values, texts, found))
