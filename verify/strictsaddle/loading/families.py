"""From what a user types to a family of objectives: the same names and files, with intervals of parameters, -p lam=1/10:1/5."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from strictsaddle.errors import InputError, NotYetError, StrictSaddleError, listed, near_miss
from strictsaddle.formula.expression import parse, rational
from strictsaddle.formula.graph import Graph
from strictsaddle.formula.printing import formula
from strictsaddle.loading import load
from strictsaddle.networks.network import build
from strictsaddle.objective.family import Family, Parameter, Values
from strictsaddle.objective.numbers import Number, exact
from strictsaddle.objective.objective import Objective

MOST_PARAMETERS = 3
GREATEST = 10**100  # of the ends of an interval: far within what doubles hold
MOST_SHOWN = 2_000  # characters of a network's formula


def is_interval(value: str) -> bool:
    """Whether the text of a parameter's value is an interval."""
    return ":" in value


def read_parameter(name: str, value: str) -> Parameter:
    """The parameter that NAME=LO:HI opens. Raises InputError for other text and for ends in the wrong order."""
    parts = value.split(":")
    where = f"-p {name}"
    if len(parts) != 2:
        raise InputError(
            "an interval of values is written LO:HI",
            where=where,
            fragment=value,
            remedy=f"Write for example -p {name}=0:2.",
        )
    try:
        low, high = (rational(part) for part in parts)
    except InputError as error:
        raise error.at(where) from None
    if max(abs(low), abs(high)) > GREATEST:
        raise InputError(
            "an end of the interval is too large",
            where=where,
            fragment=value,
            remedy="Ends are at most 10^100 in size.",
        )
    if low >= high:
        raise InputError("the interval's ends are not in ascending order", where=where, fragment=value,
                         remedy="Write the lower end first; for one value, write it alone.")  # fmt: skip
    return Parameter(name, low, high)


def load_family(spec: str, values: Mapping[str, str], box: str | None = None) -> Family:
    """The family that `spec` stands for with the parameters that are given as LO:HI left open, the others set.

    Raises InputError when there is no such objective, when a parameter is not one of its formula, or when other values of it make another
    formula; NotYetError where the domain depends on it.
    """
    found = tuple(read_parameter(name, value) for name, value in values.items() if is_interval(value))
    fixed = {name: value for name, value in values.items() if not is_interval(value)}
    if not found:
        raise InputError("no parameter has an interval of values", where="-p", remedy="Write for example -p lam=0:2.")
    if len(found) > MOST_PARAMETERS:
        raise InputError(f"more than {MOST_PARAMETERS} parameters have an interval of values", where="-p",
                         fragment=", ".join(p.name for p in found))  # fmt: skip

    def make(chosen: Values) -> Objective:
        return load(spec, {**fixed, **{name: str(value) for name, value in chosen.items()}}, box)

    one = make({p.name: p.low for p in found})
    return _checked(one, found, make)


def _checked(member: Objective, parameters: tuple[Parameter, ...], make: Callable[[Values], Objective]) -> Family:
    """The family of a member, once it is known that it can be asked about."""
    names = [p.name for p in parameters]
    joint = _of_network(member, names) if member.network is not None else _of_expression(member, names)
    family = Family(member.name, joint, parameters, member.domain, make)
    if family.domain.groups or family.domain.equations:
        raise InputError("intervals of parameters are taken on R^n, on boxes and under conditions, and this is on another domain",
                         where="-p", remedy="Ask for single values.")  # fmt: skip
    family.require_same()
    return family


def _of_network(member: Objective, names: Sequence[str]) -> Objective:
    """J + ridge |w|^2 with the ridge as an unknown, by whatever name it goes; that it is this one is compared at three values."""
    assert member.network is not None
    if len(names) != 1 or len(set(member.network.ridge)) != 1:
        raise InputError("of a network, the ridge alone can have an interval of values, where it is the same for all parameters",
                         where="-p", fragment=", ".join(names))  # fmt: skip
    n = member.dimension
    bare = build(replace(member.network, ridge=(Fraction(0),) * n), member.name)
    graph = Graph()
    (loss,) = bare.graph.mapped([bare.node], graph, graph.variable)
    penalties = [graph.mul(graph.variable(n), graph.power(graph.variable(k), 2)) for k in range(n)]
    node = graph.add(loss, graph.total(penalties))
    shown = (
        formula(graph, node, (*member.variables, *names), MOST_SHOWN)
        or f"{member.network.describe()} with ridge {names[0]}"
    )
    return Objective.from_graph(member.name, (*member.variables, *names), graph, node, expression=shown)


def _of_expression(member: Objective, names: Sequence[str]) -> Objective:
    """The member's formula, read once more with these parameters as unknowns."""
    unknown = [name for name in names if name not in member.parameters]
    if unknown:
        has = f"Its parameters are {listed(member.parameters)}." if member.parameters else "It has no parameters."
        raise InputError("-p opens a parameter that the formula does not have", where="-p", fragment=unknown[0],
                         remedy=near_miss(unknown[0], list(member.parameters)) + has)  # fmt: skip
    others = {name: value for name, value in member.parameters.items() if name not in names}
    variables = (*member.variables, *names)
    graph = Graph()
    try:
        node = parse(member.expression, graph, variables, others, member.rows)
    except StrictSaddleError:
        raise InputError("the formula does not show how it depends on the parameter", where="-p", fragment=", ".join(names),
                         remedy="Write it with the parameter in it, as an expression.") from None  # fmt: skip
    return Objective.from_graph(member.name, variables, graph, node, others, expression=member.expression)


def family_of(objective: Objective, ranges: Mapping[str, Sequence[Number]]) -> Family:
    """The family of an objective that is at hand, some of its parameters open: ranges: name -> (low, high). Raises what `load_family`
    raises."""
    parameters = []
    for name, ends in ranges.items():
        pair = tuple(ends)
        if isinstance(ends, str) or len(pair) != 2:
            raise InputError(
                "two ends are wanted", where=f"parameter {name}", fragment=str(ends), remedy="Write (0, 2)."
            )
        parameters.append(read_parameter(name, ":".join(str(exact(end)) for end in pair)))
    if objective.domain.where:
        raise NotYetError("conditions may depend on the parameter, and their text is not known any more", where="domain.where",
                          remedy="Hand the objective in as a file: strictsaddle sweep FILE.toml.")  # fmt: skip
    if objective.network is not None and list(ranges) not in ([], ["ridge"]):
        raise InputError("of a network, the ridge alone can have an interval of values", where="sweep", fragment=", ".join(ranges),
                         remedy="Write ridge=(1/100, 1).")  # fmt: skip
    if not parameters:
        raise InputError(
            "no parameter has an interval of values",
            where="sweep",
            remedy="Write for example sweep(objective, lam=(0, 2)).",
        )

    def make(chosen: Values) -> Objective:
        if objective.network is not None:
            (value,) = chosen.values()
            network = replace(objective.network, ridge=(value,) * objective.dimension)
            return build(network, objective.name, objective.domain, source=objective.source)
        values = {**objective.parameters, **chosen}
        return Objective(objective.name, objective.variables, objective.expression, values, objective.domain, source=objective.source,
                         data=objective.rows)  # fmt: skip

    return _checked(objective, tuple(parameters), make)
