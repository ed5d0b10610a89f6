"""Conditions on a domain: "x > 0", "0 < x + y <= 1", read exactly. Strict ones leave their boundary out, the others keep it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from strictsaddle.errors import InputError, StrictSaddleError
from strictsaddle.formula.expression import parse
from strictsaddle.formula.graph import Graph
from strictsaddle.formula.printing import text as graph_text
from strictsaddle.objective.domain import Domain

WHERE = "domain.where"
MOST = 64
_RELATION = re.compile(r"(<=|>=|<|>|≤|≥)")
_WRITTEN = re.compile(r"(?P<formula>.*) (?P<relation>>=?) 0", re.DOTALL)


@dataclass(frozen=True)
class Inequalities:
    """Nodes of a graph: those of `strict` are > 0 on a domain, those of `closed` are >= 0."""

    strict: tuple[int, ...] = ()
    closed: tuple[int, ...] = ()


def resolved_where(
    where: Sequence[str], variables: Sequence[str], parameters: Mapping[str, Fraction]
) -> tuple[str, ...]:
    """The conditions as "h > 0" or "h >= 0", with the values of parameters. Raises InputError for what is no condition, or never holds."""
    if len(where) > MOST:
        raise InputError(f"there are more than {MOST} conditions", where=WHERE, remedy="Write fewer.")
    found: list[str] = []
    for text in where:
        if not isinstance(text, str):
            raise InputError("a condition is a text", where=WHERE, fragment=str(text), remedy='Write it as "x > 0".')
        parts = _RELATION.split(text)
        if len(parts) < 3:
            raise InputError(
                "a condition compares two formulas", where=WHERE, fragment=text, remedy='Write it as "x > 0", or "0 < x < 1".'
            )  # fmt: skip
        for left, relation, right in zip(parts[::2], parts[1::2], parts[2::2], strict=False):
            graph = Graph()
            try:
                a, b = (parse(side, graph, variables, parameters) for side in (left, right))
            except StrictSaddleError as error:
                raise error.at(f'{WHERE}, "{text}"') from None
            node = graph.sub(a, b) if relation[0] in ">≥" else graph.sub(b, a)
            strict = relation in ("<", ">")
            value = graph.value(node)
            if value is not None and (value < 0 or (strict and value == 0)):
                raise InputError(
                    "a condition never holds", where=WHERE, fragment=text, remedy="Correct it, or leave it out."
                )
            if value is None:
                found.append(f"{graph_text(graph, node, variables)} {'>' if strict else '>='} 0")
    return tuple(dict.fromkeys(found))


def inequality_nodes(domain: Domain, graph: Graph, variables: Sequence[str]) -> Inequalities:
    """The conditions of a domain as nodes of a graph."""
    nodes: dict[str, list[int]] = {">": [], ">=": []}
    for text in domain.where:
        written = _WRITTEN.fullmatch(text)
        if written is None:
            raise InputError("a condition that was not read", where=WHERE, fragment=text)
        nodes[written["relation"]].append(parse(written["formula"], graph, variables))
    return Inequalities(tuple(nodes[">"]), tuple(nodes[">="]))
