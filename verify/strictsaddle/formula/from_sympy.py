"""SymPy expressions in and out of the expression graph."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import sympy

from strictsaddle.errors import InputError
from strictsaddle.formula import kinked
from strictsaddle.formula.expression import rational
from strictsaddle.formula.graph import Graph, Op

_FUNCTIONS: dict[Any, Op] = {
    sympy.exp: Op.EXP, sympy.log: Op.LOG, sympy.sin: Op.SIN, sympy.cos: Op.COS, sympy.tan: Op.TAN,
    sympy.asin: Op.ASIN, sympy.acos: Op.ACOS, sympy.atan: Op.ATAN, sympy.sinh: Op.SINH, sympy.cosh: Op.COSH,
    sympy.tanh: Op.TANH, sympy.erf: Op.ERF, sympy.Abs: Op.ABS, sympy.sign: Op.SIGN,
}  # fmt: skip
_TO_SYMPY: dict[Op, Callable[..., Any]] = {op: function for function, op in _FUNCTIONS.items()} | {
    Op.ADD: lambda a, b: a + b,
    Op.SUB: lambda a, b: a - b,
    Op.MUL: lambda a, b: a * b,
    Op.DIV: lambda a, b: a / b,
    Op.NEG: lambda a: -a,
    Op.SQRT: sympy.sqrt,
    Op.SIGMOID: lambda a: 1 / (1 + sympy.exp(-a)),
    Op.SOFTPLUS: lambda a: sympy.log(1 + sympy.exp(a)),
    Op.RELU: lambda a: sympy.Max(a, 0),
    Op.STEP: lambda a: sympy.Heaviside(a),
    Op.TANH1: lambda a: 1 - sympy.tanh(a) ** 2,
    Op.TANH2: lambda a: -2 * sympy.tanh(a) * (1 - sympy.tanh(a) ** 2),
    Op.SIGMOID1: lambda a: sympy.exp(-a) / (1 + sympy.exp(-a)) ** 2,
    Op.SIGMOID2: lambda a: sympy.exp(-a) * (sympy.exp(-a) - 1) / (1 + sympy.exp(-a)) ** 3,
    Op.POSITIVE: lambda a: a,
}


def symbols(variables: Sequence[str]) -> list[sympy.Symbol]:
    """One real symbol a variable."""
    return [sympy.Symbol(name, real=True) for name in variables]


def from_any(given: Any, graph: Graph, variables: Sequence[str]) -> int:
    """Add a SymPy expression, or what a Python function returns of symbols, to `graph`. Raises InputError for anything else."""
    if isinstance(given, sympy.Expr):
        _require_plain(given)
        return from_sympy(given, graph, variables)
    if callable(given):
        return from_callable(given, graph, variables)
    raise InputError(
        f"a formula is wanted, not {type(given).__name__}", fragment=repr(given)[:80],
        remedy="Give it as text, as a SymPy expression, or as a Python function.",
    )  # fmt: skip


def _require_plain(expression: sympy.Expr) -> None:
    """Raise InputError for symbols of which something is assumed but that they are real: SymPy has simplified under that, and unknowns are
    all real numbers."""
    for symbol in sorted(expression.free_symbols, key=str):
        if any(
            (symbol.is_nonnegative, symbol.is_nonpositive, symbol.is_integer, symbol.is_nonzero, symbol.is_imaginary)
        ):
            raise InputError(
                "SymPy assumes more of a symbol than that it is real", fragment=str(symbol),
                remedy=f'Make it by Symbol("{symbol}", real=True). Where it is positive is said by a domain: '
                f'Euclidean(where=["{symbol} > 0"]).',
            )  # fmt: skip


def from_callable(function: Callable[..., Any], graph: Graph, variables: Sequence[str]) -> int:
    """Call `function` with one real SymPy symbol a variable, or with one array of them all where it takes one argument, and add what it
    returns to `graph`."""
    given: Sequence[Any] = symbols(variables)
    if len(variables) > 1 and _takes_one(function):
        import numpy as np

        given = [np.array(given, dtype=object)]
    try:
        returned = function(*given)
    except (TypeError, AttributeError) as error:
        if "ufunc" not in str(error) and "no callable" not in str(error):
            raise
        raise InputError(
            "a function of NumPy cannot be applied to symbols", fragment=str(error)[:120],
            remedy="Use SymPy's, such as sympy.sin in the place of np.sin.",
        ) from None  # fmt: skip
    try:
        result = sympy.sympify(returned, strict=True)
    except sympy.SympifyError:
        raise InputError(
            f"the function returned {type(returned).__name__}, not a SymPy expression",
            remedy="Return a formula in its arguments, or give the formula as text.",
        ) from None
    return from_sympy(result, graph, variables)


def _takes_one(function: Callable[..., Any]) -> bool:
    """Whether it takes exactly one argument, by its signature."""
    try:
        wanted = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):  # built-in ones may have none
        return False
    plain = [p for p in wanted if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    return len(plain) == 1 and not any(p.kind == p.VAR_POSITIONAL for p in wanted)


def from_sympy(expression: sympy.Expr, graph: Graph, variables: Sequence[str]) -> int:
    """Add a SymPy expression to `graph`; symbols go by name. Raises InputError for what the grammar lacks."""
    number = {name: k for k, name in enumerate(variables)}
    done: dict[Any, int] = {}
    for part in sympy.postorder_traversal(expression):
        if part not in done:
            done[part] = _node(part, graph, number, done)
    return done[expression]


def _node(part: Any, graph: Graph, number: dict[str, int], done: dict[Any, int]) -> int:
    if isinstance(part, sympy.Rational):
        return graph.constant(Fraction(int(part.p), int(part.q)))
    if isinstance(part, sympy.Float):
        return graph.constant(rational(str(part) if part._prec > 53 else str(float(part))))
    if part == sympy.pi:
        return graph.pi()
    if part == sympy.E:
        return graph.unary(Op.EXP, graph.constant(1))
    if isinstance(part, sympy.Symbol):
        if part.name not in number:
            raise InputError("the expression has a symbol that is no variable", fragment=part.name)
        return graph.variable(number[part.name])
    operands = [done[argument] for argument in part.args]
    if isinstance(part, sympy.Add):
        return graph.total(operands)
    if isinstance(part, sympy.Mul):
        node = operands[0]
        for operand in operands[1:]:
            node = graph.mul(node, operand)
        return node
    if isinstance(part, sympy.Pow):
        return graph.raised(operands[0], operands[1])
    if isinstance(part, sympy.Max) and len(operands) == 2 and sympy.S.Zero in part.args:
        return graph.unary(Op.RELU, operands[1 - part.args.index(sympy.S.Zero)])
    if isinstance(part, (sympy.Max, sympy.Min)):
        return kinked.greatest(graph, operands) if isinstance(part, sympy.Max) else kinked.least(graph, operands)
    if part.func in _FUNCTIONS:
        return graph.unary(_FUNCTIONS[part.func], operands[0])
    raise InputError(
        "this SymPy function is not in the expression grammar",
        fragment=str(part),
        remedy="See the README for the list.",
    )


def to_sympy(graph: Graph, root: int, variables: Sequence[str]) -> sympy.Expr:
    """The formula of `root` as a SymPy expression in real symbols."""
    names = symbols(variables)
    done: dict[int, Any] = {}
    for node in graph.reachable([root]):
        op = graph.ops[node]
        value = graph.value(node)
        if value is not None:
            done[node] = sympy.Rational(value.numerator, value.denominator)
        elif op is Op.PI:
            done[node] = sympy.pi
        elif op is Op.VAR:
            done[node] = names[graph.left[node]]
        elif op is Op.POW:
            done[node] = done[graph.left[node]] ** graph.right[node]
        else:
            done[node] = _TO_SYMPY[op](*(done[k] for k in graph.operands(node)))
    return done[root]
