"""Gradient and Hessian of an objective for people (text, LaTeX) and for other programs (a Python module)."""

from __future__ import annotations

from fractions import Fraction

from strictsaddle.derive.derivatives import Derivation, derive, sympy_gradient, sympy_hessian
from strictsaddle.errors import InputError
from strictsaddle.formula.graph import Op
from strictsaddle.formula.printing import text as formula
from strictsaddle.objective.domain import Equalities, Spheres
from strictsaddle.objective.objective import Objective
from strictsaddle.records.json_text import json_text
from strictsaddle_reports.formula import latex_name
from strictsaddle_reports.prose import domain_words

LARGEST_FOR_LATEX = 3_000  # operations; SymPy needs minutes for more, and no page holds them

_UNARY = {
    Op.EXP: "np.exp({})", Op.LOG: "np.log({})", Op.SQRT: "np.sqrt({})", Op.SIN: "np.sin({})", Op.COS: "np.cos({})",
    Op.TAN: "np.tan({})", Op.ASIN: "np.arcsin({})", Op.ACOS: "np.arccos({})", Op.ATAN: "np.arctan({})",
    Op.SINH: "np.sinh({})", Op.COSH: "np.cosh({})", Op.TANH: "np.tanh({})", Op.ABS: "np.abs({})",
    Op.NEG: "-{}", Op.SIGN: "np.sign({})", Op.STEP: "np.heaviside({}, 0.5)", Op.RELU: "np.maximum({}, 0.0)",
    Op.SIGMOID: "(1.0 + np.tanh({}/2))/2", Op.SOFTPLUS: "np.logaddexp(0.0, {})", Op.ERF: "math.erf({})",
    Op.TANH1: "1.0 - np.tanh({})**2", Op.TANH2: "-2.0*np.tanh({0})*(1.0 - np.tanh({0})**2)",
    Op.SIGMOID1: "(1.0 - np.tanh({}/2)**2)/4", Op.SIGMOID2: "-np.tanh({0}/2)*(1.0 - np.tanh({0}/2)**2)/4",
    Op.POSITIVE: "({0} if {0} > 0 else math.nan)",
}  # fmt: skip
_BINARY = {Op.ADD: "{} + {}", Op.SUB: "{} - {}", Op.MUL: "{}*{}", Op.DIV: "{}/{}"}


AMBIENT = "The derivatives are those in all unknowns, as if there were no constraint: not the Riemannian ones on the tangent space."


def constraint(objective: Objective) -> list[str]:
    """What the unknowns must satisfy, and that the derivatives do not know of it; nothing where there is no constraint."""
    if not isinstance(objective.domain, (Spheres, Equalities)):
        return []
    return [f"on {domain_words(objective.to_dict())}", AMBIENT]


def text(objective: Objective) -> str:
    """f, its gradient and the upper triangle of its Hessian in the grammar of objectives, one entry a line."""
    found, names = derive(objective), objective.variables
    lines = [
        f"f({', '.join(names)}) = {formula(found.graph, found.value, names)}",
        *constraint(objective),
        "",
        "gradient",
    ]
    for name, node in zip(names, found.gradient, strict=True):
        lines.append(f"  df/d{name} = {formula(found.graph, node, names)}")
    lines += ["", "Hessian (symmetric: the upper triangle)"]
    for i, first in enumerate(names):
        for j in range(i, len(names)):
            below = f"d{first}^2" if i == j else f"d{first} d{names[j]}"
            lines.append(f"  d2f/{below} = {formula(found.graph, found.hessian[i][j], names)}")
    return "\n".join(lines) + "\n"


def as_json(objective: Objective) -> str:
    """The same as JSON that ends with a newline: "gradient" has n formulas, "hessian" n rows of n."""
    found, names = derive(objective), objective.variables

    def written(node: int) -> str:
        return formula(found.graph, node, names)

    record = {
        "objective": objective.to_dict(),
        "gradient": [written(node) for node in found.gradient],
        "hessian": [
            [written(found.hessian[min(i, j)][max(i, j)]) for j in range(len(names))] for i in range(len(names))
        ],
    }
    return json_text(record) + "\n"


def latex(objective: Objective) -> str:
    """Gradient and Hessian as two LaTeX displays. Raises InputError for formulas too large for a page."""
    found, names = derive(objective), objective.variables
    nodes = [*found.gradient, *(node for row in found.hessian for node in row)]
    size = len(found.graph.reachable(nodes))
    if size > LARGEST_FOR_LATEX:
        raise InputError(
            f"the derivatives have {size:,} operations, too many for LaTeX",
            where="--latex",
            remedy="Use --python.",
        )
    from sympy import latex as printed

    def shown(expression: object) -> str:
        symbols = {symbol: latex_name(symbol.name) for symbol in getattr(expression, "free_symbols", ())}
        return str(printed(expression, symbol_names=symbols, mul_symbol=r" \, "))

    gradient = " \\\\\n".join(shown(entry) for entry in sympy_gradient(found))
    hessian = " \\\\\n".join(" & ".join(shown(entry) for entry in row) for row in sympy_hessian(found))
    variables = ", ".join(map(latex_name, names))
    about = "".join(f"% {line}\n" for line in constraint(objective))
    return about + (
        f"\\[\n\\nabla f({variables}) = \\begin{{pmatrix}}\n{gradient}\n\\end{{pmatrix}}\n\\]\n"
        f"\\[\n\\nabla^2 f({variables}) = \\begin{{pmatrix}}\n{hessian}\n\\end{{pmatrix}}\n\\]\n"
    )


def python(objective: Objective) -> str:
    """A Python module with `objective`, `gradient` and `hessian` of a point w, as straight-line code.

    Constants are rounded to the nearest doubles. Equal subexpressions are computed once.
    """
    found, names = derive(objective), objective.variables
    n = len(names)
    about = "".join(f"# {line}\n" for line in constraint(objective))
    blocks = [
        "import math\n\nimport numpy as np\n",
        f"{about}NAME = {objective.name!a}\nVARIABLES = {names!a}  # w holds them in this order\n",
        _function(
            "objective",
            f"The value at w, an array of shape ({n},).",
            found,
            [found.value],
            "return float({0})",
        ),
        _function(
            "gradient",
            f"The gradient at w, an array of shape ({n},).",
            found,
            found.gradient,
            "return np.array([{all}], dtype=float)",
        ),
        _function(
            "hessian",
            f"The Hessian at w, an array of shape ({n}, {n}).",
            found,
            [node for row in found.hessian for node in row],
            f"return np.array([{{all}}], dtype=float).reshape({n}, {n})",
        ),
    ]
    return "\n\n".join(blocks)


def _function(name: str, says: str, found: Derivation, outputs: list[int], result: str) -> str:
    graph = found.graph
    kept = graph.reachable(outputs)
    written: dict[int, str] = {}
    lines: list[str] = []
    for node in kept:
        op, left, right = graph.ops[node], graph.left[node], graph.right[node]
        if op is Op.CONST:
            written[node] = _constant(graph.constants[left])
            continue
        if op is Op.PI:
            written[node] = "math.pi"
            continue
        if op is Op.VAR:
            code = f"w[{left}]"
        elif op is Op.POW:
            code = f"{written[left]}**{right}"
        elif op in _BINARY:
            code = _BINARY[op].format(written[left], written[right])
        else:
            code = _UNARY[op].format(written[left])
        written[node] = f"t{len(lines)}"
        lines.append(f"    {written[node]} = {code}")
    values = [written[node] for node in outputs]
    final = result.format(values[0], all=", ".join(values))
    return "\n".join([f"def {name}(w):", f'    """{says}"""', *lines, f"    {final}", ""])


def _constant(value: Fraction) -> str:
    """A number that Python reads back as the nearest double; in parentheses when negative."""
    try:
        number = repr(float(value))
    except OverflowError:
        number = "math.inf" if value > 0 else "-math.inf"
    return f"({number})" if number.startswith("-") else number
