"""A graph written back as text of the expression grammar, so that what is shown can be read in again."""

from __future__ import annotations

from collections.abc import Sequence

from strictsaddle.formula.graph import Graph, Op

MAXIMAL_TEXT = 20_000
_SUM, _PRODUCT, _POWER, _ATOM = 0, 1, 2, 3
_DERIVED = {
    Op.TANH1: ("1 - tanh(?)**2", _SUM),
    Op.TANH2: ("-2*tanh(?)*(1 - tanh(?)**2)", _SUM),
    Op.SIGMOID1: ("sigmoid(?)*(1 - sigmoid(?))", _PRODUCT),
    Op.SIGMOID2: ("sigmoid(?)*(1 - sigmoid(?))*(1 - 2*sigmoid(?))", _PRODUCT),
}


def text(graph: Graph, root: int, variables: Sequence[str]) -> str:
    """The formula of `root`; formulas of more than MAXIMAL_TEXT characters are shown as their size instead."""
    found = formula(graph, root, variables)
    if found is None:
        return f"a formula of {len(graph.reachable([root]))} operations in {len(variables)} unknowns"
    return found


def formula(graph: Graph, root: int, variables: Sequence[str], limit: int = MAXIMAL_TEXT) -> str | None:
    """The formula of `root`, or None when it has more than `limit` characters."""
    written: dict[int, tuple[str, int]] = {}

    def wrapped(node: int, least: int) -> str:
        body, strength = written[node]
        return body if strength >= least else f"({body})"

    for node in graph.reachable([root]):
        op = graph.ops[node]
        left, right = graph.left[node], graph.right[node]
        if op is Op.CONST:
            value = graph.constants[left]
            plain = value.denominator == 1 and value >= 0
            entry = (str(value), _ATOM if plain else _SUM if value < 0 else _PRODUCT)
        elif op is Op.PI:
            entry = ("pi", _ATOM)
        elif op is Op.VAR:
            entry = (variables[left], _ATOM)
        elif op is Op.ADD:
            entry = (f"{wrapped(left, _SUM)} + {wrapped(right, _SUM)}", _SUM)
        elif op is Op.SUB:
            entry = (f"{wrapped(left, _SUM)} - {wrapped(right, _PRODUCT)}", _SUM)
        elif op is Op.MUL:
            entry = (f"{wrapped(left, _PRODUCT)}*{wrapped(right, _POWER)}", _PRODUCT)
        elif op is Op.DIV:
            entry = (f"{wrapped(left, _PRODUCT)}/{wrapped(right, _POWER)}", _PRODUCT)
        elif op is Op.NEG:
            entry = (f"-{wrapped(left, _POWER)}", _SUM)
        elif op is Op.POW:
            entry = (f"{wrapped(left, _ATOM)}**{right}", _POWER)
        elif op is Op.POSITIVE:
            entry = written[left]
        elif op in _DERIVED:
            body, strength = _DERIVED[op]
            entry = (body.replace("?", written[left][0]), strength)
        else:
            entry = (f"{op.name.lower()}({written[left][0]})", _ATOM)
        if len(entry[0]) > limit:
            return None
        written[node] = entry
    return written[root][0]
