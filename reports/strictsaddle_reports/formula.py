"""The objective's formula typeset, as MathML and as LaTeX, from the expression in the record.

The parameters stay symbols. A formula that is too long to be read, or an expression that describes rather than defines
(a network with its data), is not typeset: the reports then show its text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from strictsaddle.errors import InputError
from strictsaddle.formula.expression import parse
from strictsaddle.formula.graph import Graph, Op

LONGEST = 600
_THIN_SPACE = r" \, "
_NAME = re.compile(r"([^\W\d_]+)_?(\d+(?:_\d+)*)?\Z")
_GREEK = re.compile(
    "alpha|beta|gamma|delta|epsilon|zeta|eta|theta|iota|kappa|mu|nu|xi|rho|sigma|tau|upsilon|phi|chi|psi|omega"
)


def mathml(objective: Mapping[str, Any]) -> str | None:
    """A `math` element for HTML, or None where the formula is not typeset."""
    expression = _expression(objective)
    if expression is None:
        return None
    from sympy.printing.mathml import mathml as printed

    body = printed(expression, printer="presentation")
    head = printed(_function_head(objective), printer="presentation")
    # Without a space lam*y**2 would read as one name
    body = body.replace("<mo>-</mo>", "<mo>−</mo>")
    body = body.replace("<mo>&InvisibleTimes;</mo>", '<mo>&InvisibleTimes;</mo><mspace width="0.17em"/>')
    return f'<math display="block"><mrow>{head}<mo>=</mo>{body}</mrow></math>'


def latex(objective: Mapping[str, Any]) -> str | None:
    """The formula in LaTeX's mathematical mode ("f(x, y) = ..."), or None where it is not typeset."""
    expression = _expression(objective)
    if expression is None:
        return None
    from sympy import latex as printed

    names = {symbol: latex_name(symbol.name) for symbol in expression.free_symbols}
    variables = ", ".join(latex_name(str(name)) for name in objective["variables"])
    return f"f({variables}) = {printed(expression, symbol_names=names, mul_symbol=_THIN_SPACE)}"


def latex_name(name: str) -> str:
    """A variable's name in mathematical mode: W1_2_3 becomes W_{1,2,3}, lam stays upright."""
    match = _NAME.match(name)
    if match is None or not name.isascii():
        from strictsaddle_reports.latex import escape

        return rf"\text{{{escape(name)}}}"
    letters, numbers = match.groups()
    body = letters if len(letters) == 1 else rf"\{letters}" if _GREEK.fullmatch(letters) else rf"\mathrm{{{letters}}}"
    return f"{body}_{{{numbers.replace('_', ',')}}}" if numbers else body


def _expression(objective: Mapping[str, Any]) -> Any:
    """The expression as SymPy's with the parameters as symbols, or None."""
    text = str(objective["expression"])
    if len(text) > LONGEST:
        return None
    from strictsaddle.formula.from_sympy import to_sympy

    names = [*objective["variables"], *objective["parameters"]]
    try:
        graph = Graph()
        node = parse(text, graph, names)
        if any(graph.ops[k] is Op.LOG for k in graph.reachable([node])) and "log" not in text:
            # x**k has become exp(k*log(x)), which nobody wrote: with k's value it is a power again
            values = {name: Fraction(value) for name, value in objective["parameters"].items()}
            graph = Graph()
            node = parse(text, graph, list(objective["variables"]), values)
        return to_sympy(graph, node, names)
    except (InputError, ValueError):
        return None


def _function_head(objective: Mapping[str, Any]) -> Any:
    from sympy import Function, Symbol

    return Function("f")(*(Symbol(str(name)) for name in objective["variables"]))
