"""Whether a function is other than 0 all over what equalities leave, by intervals on all of space."""

from __future__ import annotations

import pytest

from strictsaddle.derive.definedness import Conditions
from strictsaddle.formula.expression import parse
from strictsaddle.formula.graph import Graph
from strictsaddle.routes.algebraic.apart import have_no_common_zero


@pytest.mark.parametrize(
    ("function", "equality", "condition", "answer"),
    [
        ("x", "x - y^2 - 1", None, True),
        ("x", "x - y^2", None, False),
        ("x^2 + y^2", "(x-2)^2 + y^2 - 1", None, True),
        ("x^2 + y^2", "(x-1)^2 + y^2 - 1", None, False),
        ("x - 1", "x*y - 1", "x - 2", True),
        ("x - 1", "x*y - 1", "x - 1/2", False),
        ("x*y", "sqrt(x*y) - 10", None, False),  # true, but next to an axis far out intervals cannot tell
        ("x", "sqrt(x + y) - 10", None, False),
    ],
)
def test_answers(function: str, equality: str, condition: str | None, answer: bool) -> None:
    graph = Graph()
    names = ["x", "y"]
    node, h = parse(function, graph, names, {}), parse(equality, graph, names, {})
    asked = () if condition is None else (parse(condition, graph, names, {}),)
    assert have_no_common_zero(graph, [node, h], Conditions(asked), 2) is answer
