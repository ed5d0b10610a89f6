"""Declarative files: an objective as a TOML or JSON file that holds an expression or a network, data only."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path

from strictsaddle.errors import InputError, StrictSaddleError, listed, near_miss
from strictsaddle.formula.expression import check_name, parse, place, rational
from strictsaddle.formula.graph import Graph, Op
from strictsaddle.formula.roles import periods_of
from strictsaddle.networks import data as network_data
from strictsaddle.networks import network
from strictsaddle.networks import table as network_table
from strictsaddle.objective.architecture import Row
from strictsaddle.objective.domain import Box, Domain, Equalities, Euclidean, spheres
from strictsaddle.objective.objective import Objective
from strictsaddle.reading import text as reading
from strictsaddle.reading.tables import Table, items, number, shown, texts

KEYS = ("name", "variables", "expression", "parameters", "domain", "network", "data")
MAXIMAL_NAME = 200
# What stands before the formula's first character; a multi-line string drops the line break after its quotes.
_OPENING_TOML = re.compile(r"""(?m)^[ \t]*expression[ \t]*=[ \t]*(?:(?:"{3}|'{3})\n?|["'])""")
_OPENING_JSON = re.compile(r'"expression"\s*:\s*"')


def read(path: str | Path, parameters: Mapping[str, str] | None = None, given: str | None = None) -> Objective:
    """The objective of a TOML or JSON file (by its suffix; see INTERFACE for the format), or of the text `given` in its place.

    `parameters` replaces values of declared parameters; for a network only `ridge` can be replaced. Raises InputError
    with the file, the key or the line, the fragment and a remedy, and NotYetError for networks without a method.
    """
    path = Path(path)
    content, text = (reading.json_object if path.suffix.lower() == ".json" else reading.toml)(path, given)
    table = Table(content, str(path), "", KEYS)
    forms = [key for key in ("expression", "network") if key in table]
    if len(forms) != 1:
        raise InputError(
            "the file holds neither an expression nor a network"
            if not forms
            else "the file holds both an expression and a network",
            where=str(path),
            remedy='Write either expression = "..." with variables = [...], or a table [network] with a table [data].',
        )
    name = _name(table, path)
    overrides = {key: _override(key, value) for key, value in (parameters or {}).items()}
    if forms == ["network"]:
        return _network(table, name, path, overrides)
    return _expression(table, name, path, overrides, text)


def data_file(path: Path) -> Path | None:
    """The file of data that a declarative file names, as it would be opened; None when it names none. Raises InputError as `read`."""
    content, _ = (reading.json_object if path.suffix.lower() == ".json" else reading.toml)(path)
    data = content.get("data")
    named = data.get("csv") if isinstance(data, Mapping) else None
    return path.parent / named if isinstance(named, str) else None


def _name(table: Table, path: Path) -> str:
    if "name" not in table:
        return path.stem
    name = table.text("name").strip()
    if len(name) > MAXIMAL_NAME or not name.isprintable():
        raise InputError(
            f"a name is one line of at most {MAXIMAL_NAME} characters, all printable",
            where=table.where("name"),
            fragment=ascii(name)[1:-1],
        )
    return name


def _override(name: str, value: str) -> Fraction:
    try:
        return rational(value)
    except InputError as error:
        raise error.at(f"-p {name}") from None


def _declared(overrides: Mapping[str, Fraction], known: Sequence[str], where: str, otherwise: str) -> None:
    """Raise InputError for an override of something that is not in `known`."""
    for name in overrides:
        if name not in known:
            declared = f"Declared are {listed(known)}." if known else otherwise
            raise InputError(
                "-p sets a parameter that is not declared",
                where=where,
                fragment=name,
                remedy=near_miss(name, known) + declared,
            )


def _without(table: Table, keys: Sequence[str], form: str) -> None:
    for key in keys:
        if key in table:
            raise InputError(f"this key does not go with {form}", where=str(table.file), fragment=key)


def _network(table: Table, name: str, path: Path, overrides: Mapping[str, Fraction]) -> Objective:
    _without(table, ("variables", "parameters"), "[network], whose parameters are W1_1_1, ...")
    for given in overrides:
        if given != "ridge":
            near = near_miss(given, ["ridge"])
            raise InputError(
                "-p sets a parameter that is not declared",
                where=str(path),
                fragment=given,
                remedy=f"{near}Of a network, -p can set ridge.",
            )
    rows = table.value("data")
    made = network_table.read(table.content["network"], rows, path.parent, str(path), overrides.get("ridge"))
    domain = domain_of(table, made.variables)
    try:
        return network.build(made, name, domain)
    except StrictSaddleError as error:
        raise error.at(str(path)) from None


def _expression(table: Table, name: str, path: Path, overrides: Mapping[str, Fraction], text: str) -> Objective:
    named = table.value("variables")
    variables = named.split() if isinstance(named, str) else texts(named, table.where("variables"), "names")
    values: dict[str, Fraction] = {}
    if "parameters" in table:
        given = table.content["parameters"]
        declared = Table(given, str(path), "parameters", list(given) if isinstance(given, Mapping) else ())
        _declared(overrides, list(declared.content), str(path), "")
        for key in declared.content:
            _check_parameter(key, declared)
        values = {
            key: overrides[key] if key in overrides else number(value, declared.where(key))
            for key, value in declared.content.items()
        }
    else:
        _declared(overrides, (), str(path), "The file has no table [parameters].")
    formula = table.text("expression")
    domain = domain_of(table, variables)
    rows: list[Row] = []
    if "data" in table:
        if not re.search(r"\bsum\s*\(", formula):
            raise InputError(
                "there are data, and the expression has no sum over them", where=table.where("data"),
                remedy="Write sum(EXPRESSION for (x, y) in data) in it, or leave [data] out.",
            )  # fmt: skip
        found = network_data.read(table.content["data"], path.parent, str(path), labels=False, targets_needed=False)
        rows = [(*inputs, *targets) for inputs, targets in zip(found.inputs, found.targets, strict=True)]
    try:
        made = Objective(name, variables, formula, values, domain, data=rows)
    except StrictSaddleError as error:
        raise _located(error, formula, text, path) from None
    _require_periods(table, made)
    return made


def _require_periods(table: Table, objective: Objective) -> None:
    """Raise InputError unless the formula has, by its form, the periods that the file says."""
    if (
        "domain" not in table
        or not isinstance(table.content["domain"], Mapping)
        or "period" not in table.content["domain"]
    ):
        return
    given = table.content["domain"]["period"]
    place = f"{table.file}, domain.period"
    if not isinstance(given, Mapping):
        raise InputError(
            "a table of periods is wanted", where=place, fragment=shown(given), remedy='Write period = { t = "2*pi" }.'
        )
    known = periods_of(objective.graph, objective.node)
    for name, value in given.items():
        if name not in objective.variables:
            near = near_miss(str(name), objective.variables)
            raise InputError("an unknown that there is not", where=place, fragment=str(name),
                             remedy=f"{near}Variables are {listed(objective.variables)}.")  # fmt: skip
        graph = Graph()
        try:
            node = parse(str(value), graph, (), objective.parameters)
        except StrictSaddleError as error:
            raise error.at(place) from None
        number, turns = _multiple_of_pi(graph, node)
        found = known.get(objective.variables.index(name))
        wanted = number if found is not None and found[1] else turns
        if found is None or not wanted or wanted < 0 or (found[0] * wanted / 2).denominator != 1:
            what = (
                "no period is seen by its form"
                if found is None
                else f"its periods are the multiples of {_period(*found)}"
            )
            raise InputError(
                f"the formula does not have this period: {what}", where=f"{place}.{name}", fragment=str(value),
                remedy="Leave the period out: periods are found in sin, cos and tan of linear forms.",
            )  # fmt: skip


def _multiple_of_pi(graph: Graph, node: int) -> tuple[Fraction, Fraction]:
    """(a, b), one of them 0, where the node is the number a, or b times pi; both 0 where it is neither."""
    value = graph.value(node)
    if value is not None:
        return value, Fraction(0)
    if graph.ops[node] is Op.PI:
        return Fraction(0), Fraction(1)
    if graph.ops[node] is Op.MUL and graph.ops[graph.right[node]] is Op.PI:
        return Fraction(0), graph.value(graph.left[node]) or Fraction(0)
    return Fraction(0), Fraction(0)


def _period(unit: Fraction, turn: bool) -> str:
    return str(2 / unit) if turn else f"{2 / unit}*pi"


def _check_parameter(name: str, table: Table) -> None:
    try:
        check_name(name, "a parameter")
    except InputError as error:
        raise error.at(table.place) from None


def _located(error: StrictSaddleError, formula: str, text: str, path: Path) -> StrictSaddleError:
    """An error of the formula, its line and column turned into those of the file where the file has it verbatim."""
    inner = re.fullmatch(r"line (\d+), column (\d+)", error.where)
    if inner is None:
        return error.at(str(path))
    line, column = int(inner[1]), int(inner[2])
    opening = (_OPENING_JSON if path.suffix.lower() == ".json" else _OPENING_TOML).search(text)
    if opening is None or not text.startswith(formula, opening.end()):  # escapes, or an unusual way to write the key
        return error.at(f"{path}, expression")
    lines = formula.split("\n")
    offset = sum(len(before) + 1 for before in lines[: line - 1]) + column - 1
    where = f"{path}, {place(text, opening.end() + offset)}"
    return type(error)(error.what, where=where, fragment=error.fragment, remedy=error.remedy)


def domain_of(table: Table, variables: Sequence[str]) -> Domain:
    """The domain of the table [domain] in a file's `table`: R^n without one, else a box, spheres or equalities, and conditions."""
    if "domain" not in table:
        return Euclidean()
    inner = Table(table.content["domain"], table.file, "domain", ("box", "spheres", "equalities", "where", "period"))
    kinds = [key for key in ("box", "spheres", "equalities") if key in inner]
    where = texts(inner.value("where"), inner.where("where"), "conditions") if "where" in inner else []
    if not kinds and ("where" in inner or "period" in inner):
        return Euclidean(tuple(where))
    if where and kinds == ["spheres"]:
        raise InputError(
            "spheres take no conditions", where=inner.where("where"), fragment=shown(where),
            remedy='Write them as equalities, such as equalities = ["x**2 + y**2 - 1"].',
        )  # fmt: skip
    if len(kinds) != 1:
        raise InputError(
            "the domain has more than one of box, spheres and equalities"
            if inner.content
            else "the domain has neither box nor spheres nor equalities",
            where=inner.place,
            remedy="Give one of them, or no [domain] for all of R^n.",
        )
    try:
        if "box" in inner:
            return _box(inner.value("box"), inner.where("box"), variables, where)
        if "equalities" in inner:
            equations = texts(inner.value("equalities"), inner.where("equalities"), "formulas")
            return Equalities(tuple(equations), where=tuple(where))
        place_of_spheres = inner.where("spheres")
        groups = items(inner.value("spheres"), place_of_spheres, "lists of variables")
        return spheres([texts(group, place_of_spheres, "variables") for group in groups], variables)
    except StrictSaddleError as error:
        raise error if error.where.startswith(table.file) else error.at(table.file) from None


def _box(value: object, where: str, variables: Sequence[str], conditions: Sequence[str]) -> Box | Euclidean:
    """A box from [low, high] for all variables, or a list of such pairs: one for all, or one a variable. With infinite ends, or
    conditions beside it, what it says is a condition too."""
    count = len(variables)
    found = items(value, where, "pairs [low, high]")
    flat = len(found) == 2 and all(not isinstance(entry, Sequence) or isinstance(entry, str) for entry in found)
    pairs = [found] if flat else list(found)
    bounds: list[tuple[Fraction | None, ...]] = []
    for place_of_pair, pair in enumerate(pairs, start=1):
        inside = where if flat else f"{where}, pair {place_of_pair}"
        if len(items(pair, inside, "two bounds")) != 2:
            raise InputError("a pair [low, high] is wanted here", where=inside, fragment=shown(pair))
        low, high = pair
        bounds.append((_end(low, inside, "-"), _end(high, inside, "+")))
    if len(bounds) == 1:
        bounds *= count
    if len(bounds) != count:
        raise InputError(
            f"{len(bounds)} pairs for {count} variables",
            where=where,
            fragment=shown(value),
            remedy="Give one pair a variable, or one pair for all.",
        )
    finite = [(low, high) for low, high in bounds if low is not None and high is not None]
    if len(finite) == count and not conditions:
        return Box(tuple(low for low, _ in finite), tuple(high for _, high in finite))
    Box(tuple(low for low, _ in finite), tuple(high for _, high in finite))  # raises where bounds are reversed
    sides = [f"{name} >= {low}" for name, (low, _) in zip(variables, bounds, strict=True) if low is not None]
    sides += [f"{name} <= {high}" for name, (_, high) in zip(variables, bounds, strict=True) if high is not None]
    return Euclidean((*sides, *conditions))


def _end(value: object, where: str, sign: str) -> Fraction | None:
    """A bound; None for infinity of this sign."""
    if shown(value).strip("\"' ").lower() in {"+": ("inf", "+inf"), "-": ("-inf",)}[sign]:
        return None
    return _bound(value, where)


def _bound(value: object, where: str) -> Fraction:
    try:
        return number(value, where)
    except InputError as error:
        if shown(value).strip().lower().lstrip("+-") in ("inf", "infinity", "nan", "∞"):
            if where == "--box":
                raise InputError(
                    "this option takes finite bounds alone", where=where, fragment=shown(value),
                    remedy='Half-lines stand in a file, as in box = [[0, "inf"]], or as conditions, where = ["x > 0"].',
                ) from None  # fmt: skip
            raise InputError(
                "a bound that is no number, and not infinity on its side",
                where=where,
                fragment=shown(value),
                remedy='Write [0, "inf"] or ["-inf", 0] for a half-line, and leave [domain] out for all of R^n.',
            ) from None
        raise error


def limited(objective: Objective, box: str) -> Objective:
    """The objective on the part of its domain that lies in the box [LO, HI] of all variables, from the text "LO,HI".

    Raises InputError for other text, reversed or infinite bounds, an empty intersection, and for spheres.
    """
    bounds = box.split(",")
    if len(bounds) != 2:
        raise InputError("two bounds are wanted", where="--box", fragment=box, remedy="Write --box LO,HI.")
    low, high = (_bound(bound, "--box") for bound in bounds)
    return within(objective, low, high, "--box", box)


def within(objective: Objective, low: Fraction, high: Fraction, where: str, box: str) -> Objective:
    """The same for the bounds themselves, which were given as `where` and written as `box`."""
    if low > high:
        raise InputError("the bounds are reversed", where=where, fragment=box, remedy="Write the lower bound first.")
    domain = objective.domain
    if domain.ends is not None:
        lower = tuple(max(low, bound) for bound in domain.ends[0])
        upper = tuple(min(high, bound) for bound in domain.ends[1])
        for name, least, greatest in zip(objective.variables, lower, upper, strict=True):
            if least > greatest:
                raise InputError(
                    "nothing of the objective's own box is left",
                    where=f"{where}, variable {name}",
                    fragment=box,
                )
        return objective.on(Box(lower, upper))
    if domain.where and not domain.equations:
        sides = [side for name in objective.variables for side in (f"{name} >= {low}", f"{name} <= {high}")]
        return objective.on(Euclidean((*domain.where, *sides)))
    if not domain.everything:
        raise InputError(
            "the objective lives on spheres or other equalities, which a box cannot limit",
            where=where,
            fragment=box,
            remedy=f"Leave {where} out.",
        )
    return objective.on(Box((low,) * objective.dimension, (high,) * objective.dimension))
