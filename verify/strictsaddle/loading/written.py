"""An objective written as a declarative file, which reads back as the same objective."""

from __future__ import annotations

import json
from collections.abc import Sequence
from fractions import Fraction

from strictsaddle.errors import InputError
from strictsaddle.formula.expression import MAXIMAL_LENGTH
from strictsaddle.formula.printing import formula
from strictsaddle.objective.architecture import Network
from strictsaddle.objective.objective import Objective


def toml(objective: Objective, comment: str = "") -> str:
    """The text of a TOML file; comment: lines that stand before it. Raises InputError for a formula that is too long to be written."""
    lines = [f"# {line}" for line in comment.splitlines()]
    lines.append(f"name = {_text(objective.name)}")
    if objective.network is not None:
        lines += _network(objective.network)
    else:
        lines += _formula(objective)
    return "\n".join([*lines, *_domain(objective)]) + "\n"


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _number(value: Fraction) -> str:
    """A whole number as it is, another one as text."""
    return str(value) if value.denominator == 1 and abs(value) < 2**53 else _text(str(value))


def _rows(rows: Sequence[Sequence[Fraction]]) -> str:
    return "[" + ", ".join("[" + ", ".join(_number(x) for x in row) + "]" for row in rows) + "]"


def _formula(objective: Objective) -> list[str]:
    expression = objective.expression
    if not (objective.parameters or objective.rows):  # a formula that came from Python may be known by its graph alone
        found = formula(objective.graph, objective.node, objective.variables, MAXIMAL_LENGTH)
        if found is None:
            raise InputError("the formula is too long to be written down", where="-o", fragment=objective.name)
        expression = found
    lines = [
        f"variables = [{', '.join(_text(name) for name in objective.variables)}]",
        f"expression = {_text(' '.join(expression.split()))}",
    ]
    if objective.parameters:
        lines += ["", "[parameters]", *(f"{name} = {_number(value)}" for name, value in objective.parameters.items())]
    if objective.rows:
        lines += ["", "[data]", f"inputs = {_rows(objective.rows)}"]
    return lines


def _network(network: Network) -> list[str]:
    lines = ["", "[network]", f"widths = [{', '.join(map(str, network.widths))}]"]
    if network.activations:
        names = ", ".join(_text(name) for name in network.activations)
        lines.append(
            f"activation = [{names}]"
            if len(set(network.activations)) > 1
            else f"activation = {_text(network.activations[0])}"
        )
    lines += [f"loss = {_text(network.loss)}", f"bias = {str(network.bias).lower()}"]
    if len(set(network.ridge)) == 1:
        lines.append(f"ridge = {_number(network.ridge[0])}")
    else:
        entries = ", ".join(
            f"{name} = {_number(value)}" for name, value in zip(network.variables, network.ridge, strict=True)
        )
        lines.append(f"ridge = {{ {entries} }}")
    return [*lines, "", "[data]", f"inputs = {_rows(network.inputs)}", f"targets = {_rows(network.targets)}"]


def _domain(objective: Objective) -> list[str]:
    domain = objective.domain
    if domain.everything:
        return []
    lines = ["", "[domain]"]
    if domain.ends is not None:
        pairs = ", ".join(f"[{_number(low)}, {_number(high)}]" for low, high in zip(*domain.ends, strict=True))
        lines.append(f"box = [{pairs}]")
    if domain.groups:
        groups = ", ".join(
            "[" + ", ".join(_text(objective.variables[k]) for k in group) + "]" for group in domain.groups
        )
        lines.append(f"spheres = [{groups}]")
    if domain.equations:
        lines.append(f"equalities = [{', '.join(map(_text, domain.equations))}]")
    if domain.where:
        lines.append(f"where = [{', '.join(map(_text, domain.where))}]")
    return lines
