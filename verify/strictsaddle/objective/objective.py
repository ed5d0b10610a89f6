"""The objective: a formula in named real unknowns, with exact constants, on a domain."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any, cast

from strictsaddle.errors import InputError, NotYetError, listed, near_miss
from strictsaddle.formula.expression import RESERVED, check_name, parse
from strictsaddle.formula.graph import Graph, Op
from strictsaddle.formula.look_alikes import look_of
from strictsaddle.formula.printing import text as graph_text
from strictsaddle.objective.domain import Box, Domain, Equalities, Euclidean, Spheres
from strictsaddle.objective.domain import spheres as named_spheres
from strictsaddle.objective.numbers import Number, exact

if TYPE_CHECKING:
    from strictsaddle.objective.architecture import Network


@dataclass(frozen=True, init=False, eq=False)
class Objective:
    """A function of n real unknowns to be examined.

    Parameters
    ----------
    name: what reports call it; or, as the only argument, a SymPy expression.
    variables: names, as a list or as one string with blanks between ("x y"), or SymPy symbols; those of a SymPy expression when left out.
    expression: the formula as text (see `formula.expression`), a SymPy expression, or a Python function of n SymPy symbols, or of one
        array of them.
    parameters: name -> exact number (text, int, Fraction; floats stand for their decimal); available to text formulas.
    domain: all of R^n when left out.
    data: rows of numbers for "sum(... for (x, y) in data)".

    `graph` and `node` hold the formula; `expression` is its text; `network` the architecture, if it came from one;
    `source` where it was published; `frame` a change of variables that may make it simpler, to be proved by whoever uses it; `rows` the
    data of a text formula.
    """

    name: str
    variables: tuple[str, ...]
    graph: Graph = field(repr=False)
    node: int = field(repr=False)
    parameters: Mapping[str, Fraction]
    domain: Domain
    network: Network | None
    source: str
    expression: str
    frame: Frame | None = field(repr=False)
    rows: tuple[tuple[Fraction, ...], ...] = field(repr=False)

    def __init__(
        self,
        name: Any,
        variables: str | Sequence[Any] | None = None,
        expression: Any = None,
        parameters: Mapping[str, Number] | None = None,
        domain: Domain | None = None,
        *,
        source: str = "",
        data: Sequence[Sequence[Number]] = (),
    ) -> None:
        if expression is None:
            name, expression = _named(name)
        if variables is None:
            variables = _symbols_of(expression)
        names = tuple(variables.replace(",", " ").split()) if isinstance(variables, str) else tuple(map(str, variables))
        values = {key: _parameter(key, value) for key, value in (parameters or {}).items()}
        check_names(names, values)
        graph = Graph()
        rows = tuple(tuple(map(exact, row)) for row in data)
        if isinstance(expression, str):
            node = parse(expression, graph, names, values, rows)
            shown = expression.strip()
        else:
            from strictsaddle.formula.from_sympy import from_any

            node = from_any(expression, graph, names)
            shown = graph_text(graph, node, names)
        _fill(self, name, names, graph, node, values, domain or Euclidean(), None, source, shown, rows)

    @classmethod
    def from_graph(
        cls,
        name: str,
        variables: Sequence[str],
        graph: Graph,
        node: int,
        parameters: Mapping[str, Fraction] | None = None,
        domain: Domain | None = None,
        *,
        network: Network | None = None,
        source: str = "",
        expression: str | None = None,
        rows: tuple[tuple[Fraction, ...], ...] = (),
    ) -> Objective:
        """An objective whose formula has been built as a graph already. `expression` is only what is shown."""
        check_names(tuple(variables), parameters or {})
        shown = graph_text(graph, node, variables) if expression is None else expression
        made = cls.__new__(cls)
        _fill(made, name, tuple(variables), graph, node, dict(parameters or {}), domain or Euclidean(), network,
              source, shown, rows)  # fmt: skip
        return made

    @property
    def dimension(self) -> int:
        """The number of unknowns."""
        return len(self.variables)

    def on(self, domain: Domain) -> Objective:
        """The same formula on another domain."""
        return Objective.from_graph(
            self.name, self.variables, self.graph, self.node, self.parameters, domain,
            network=self.network, source=self.source, expression=self.expression, rows=self.rows,
        )  # fmt: skip

    def with_parameters(self, **values: Number) -> Objective:
        """The same formula at other values of its parameters, exact numbers. Raises InputError for names that the formula's text does not
        have, and for what came from a network or a Python function; NotYetError under conditions and equalities, which may have had the old
        values in them."""
        self.require_no_equalities("other values of parameters")
        self.require_no_conditions("other values of parameters")
        known = [name for name in self.parameters if self.network is None and _is_word_of(name, self.expression)]
        for name in values:
            if name not in known:
                raise InputError(
                    "the formula has no such parameter", fragment=name,
                    remedy=f"{near_miss(name, known)}It has: {listed(known) or 'none'}.",
                )  # fmt: skip
        return Objective(
            self.name,
            self.variables,
            self.expression,
            {**self.parameters, **values},
            self.domain,
            source=self.source,
            data=self.rows,
        )

    def with_frame(self, frame: Frame) -> Objective:
        """The same objective with a frame to try."""
        made = self.on(self.domain)
        object.__setattr__(made, "frame", frame)
        return made

    def require_no_equalities(self, what: str) -> None:
        """Raises NotYetError where the domain is given by equalities other than spheres; `what` takes none, in the plural."""
        if isinstance(self.domain, Equalities):
            raise NotYetError(
                f"{what} do not take equalities yet, other than unit spheres",
                where="domain.equalities",
                fragment="; ".join(self.domain.equations),
                remedy="`strictsaddle check` and `strictsaddle stationary` take them.",
            )

    def require_no_conditions(self, what: str) -> None:
        """Raises NotYetError where the domain has conditions; `what` takes none, in the plural."""
        if self.domain.where:
            raise NotYetError(
                f"{what} take no conditions yet", where="domain.where", fragment="; ".join(self.domain.where),
                remedy="`strictsaddle check` and `strictsaddle stationary` take them; or give a box.",
            )  # fmt: skip

    @property
    def digest(self) -> str:
        """ "sha256:..." of the formula with its exact constants, the variables' names and the domain: equal digests
        mean the same question, whatever name, parameters or order of summands and factors led to it."""
        graph = self.graph
        known: dict[int, str] = {}
        for node in graph.reachable([self.node]):
            op, value = graph.ops[node], graph.value(node)
            detail: object = str(value) if value is not None else None
            if op in (Op.VAR, Op.POW):
                detail = graph.left[node] if op is Op.VAR else graph.right[node]
            operands = [known[k] for k in graph.operands(node)]
            known[node] = _sha256([op.name, sorted(operands) if op in (Op.ADD, Op.MUL) else operands, detail])
        return "sha256:" + _sha256([list(self.variables), self.domain.to_dict(), known[self.node]])

    def to_dict(self) -> dict[str, Any]:
        """The `objective` part of the JSON of a verdict."""
        return {
            "name": self.name,
            "variables": list(self.variables),
            "parameters": {key: str(value) for key, value in self.parameters.items()},
            "expression": self.expression,
            "domain": self.domain.to_dict(),
            "digest": self.digest,
        }


@dataclass(frozen=True, eq=False)
class Frame:
    """A change of variables that may make an objective simpler: f(w) = g(A w), `straight` is g and `matrix` is A, (n, n). Whoever offers
    one claims nothing; `objective.frame` proves it."""

    straight: Objective
    matrix: tuple[tuple[Fraction, ...], ...]


def _is_word_of(name: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) is not None


def is_of_sympy(given: Any) -> bool:
    """Whether it is an expression of SymPy, which is not imported to find that out."""
    return any(str(kind.__module__).partition(".")[0] == "sympy" for kind in type(given).__mro__)


def _named(given: Any) -> tuple[str, Any]:
    """A name for a SymPy expression that was given alone, and itself."""
    if is_of_sympy(given):
        text = str(given)
        return (text if len(text) <= 60 else f"{text[:56]} ..."), given
    raise InputError("an objective needs a formula", fragment=str(given)[:80],
                     remedy='Write Objective("name", "x y", "x**2 - y**2"), or hand in a SymPy expression alone.')  # fmt: skip


def _symbols_of(expression: Any) -> list[str]:
    """The names of a SymPy expression's symbols, in SymPy's order. Raises InputError for what has none."""
    symbols = getattr(expression, "free_symbols", None)
    if not symbols:
        raise InputError("there are no variables", remedy='Name the unknowns, as in variables = ["x", "y"].')
    return sorted(map(str, symbols))


def _sha256(canonical: list[object]) -> str:
    return hashlib.sha256(json.dumps(canonical, separators=(",", ":")).encode()).hexdigest()


def _fill(made: Objective, name: str, variables: tuple[str, ...], graph: Graph, node: int,
          parameters: Mapping[str, Fraction], domain: Domain, network: Network | None, source: str,
          expression: str, rows: tuple[tuple[Fraction, ...], ...]) -> None:  # fmt: skip
    if isinstance(domain, Box) and len(domain.lower) != len(variables):
        raise InputError(
            f"the box has {len(domain.lower)} pairs for {len(variables)} variables",
            where="domain.box",
            remedy="Give one pair a variable, or one pair for all.",
        )
    if isinstance(domain, Spheres) and any(isinstance(name, str) for group in domain.groups for name in group):
        domain = named_spheres(cast("Sequence[Sequence[str]]", domain.groups), variables)
    if isinstance(domain, Spheres):
        outside = [number for group in domain.groups for number in group if number not in range(len(variables))]
        if outside:
            raise InputError(
                f"a sphere names variable number {outside[0]}, and there are {len(variables)}, from 0 on",
                where="domain.spheres", fragment=str(domain.groups),
            )  # fmt: skip
    if domain.where:
        from strictsaddle.objective.inequalities import resolved_where

        domain = replace(
            cast("Euclidean | Equalities", domain), where=resolved_where(domain.where, variables, parameters)
        )
    if isinstance(domain, Equalities) and not domain.polynomials:
        from strictsaddle.objective.equalities import resolved

        domain = resolved(domain, variables, parameters)
    values = {"name": name, "variables": variables, "graph": graph, "node": node, "parameters": parameters,
              "domain": domain, "network": network, "source": source, "expression": expression, "frame": None,
              "rows": rows}  # fmt: skip
    for key, value in values.items():
        object.__setattr__(made, key, value)


def _parameter(name: str, value: Number) -> Fraction:
    try:
        return exact(value)
    except InputError as error:
        raise error.at(f"parameter {name}") from None


def check_names(variables: Sequence[str], parameters: Mapping[str, Fraction]) -> None:
    """Raise InputError unless there are variables and all names are usable and different."""
    if not variables:
        raise InputError("there are no variables", remedy='Name the unknowns, as in variables = ["x", "y"].')
    for name in variables:
        check_name(name, "a variable")
    for name in parameters:
        check_name(name, "a parameter")
    seen = set(parameters)
    for name in variables:
        if name in seen:
            raise InputError("a name is given twice", fragment=name, remedy="Names must differ.")
        seen.add(name)
    looks: dict[str, str] = {look_of(name): name for name in RESERVED}
    for name in (*variables, *parameters):
        other = looks.setdefault(look_of(name), name)
        if other != name:
            raise InputError(
                f"a name looks like another one, {other!a}, and is not the same: its characters are {name!a}",
                remedy="Write both with the same letters, or choose names that can be told apart.",
            )  # fmt: skip
