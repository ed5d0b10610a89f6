"""Gradient and Hessian as they are shown: the Python module runs and agrees with SymPy, the text reads back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import sympy

from strictsaddle.errors import InputError
from strictsaddle.formula.from_sympy import symbols, to_sympy
from strictsaddle.objective.domain import Equalities, Spheres
from strictsaddle.objective.objective import Objective
from strictsaddle_reports import derivation

FORMULAS = [
    "x**4/4 - x**2/2 + y**2/6",
    "exp(x)*sin(y) - cos(x - y)**2/3",
    "tanh(x*y) + sigmoid(x - 2*y) + softplus(x) + erf(y)",
    "log(x**2 + 1)/(y**2 + 2) + sqrt(x**2 + y**2 + 1) + atan(x)*sinh(y) - cosh(x)/9 + pi*x",
    "x",
]


def module(objective: Objective) -> dict[str, Any]:
    names: dict[str, Any] = {}
    exec(compile(derivation.python(objective), "derived.py", "exec"), names)
    return names


@pytest.mark.parametrize("formula", FORMULAS)
def test_the_python_module_agrees_with_sympy(formula: str) -> None:
    objective = Objective("test", "x y", formula)
    x, y = symbols(objective.variables)
    f = to_sympy(objective.graph, objective.node, objective.variables)
    exact = [
        sympy.lambdify((x, y), expression, modules=["numpy", {"erf": __import__("math").erf}])
        for expression in (f, [f.diff(x), f.diff(y)], sympy.hessian(f, (x, y)).tolist())
    ]
    names = module(objective)
    assert names["VARIABLES"] == ("x", "y")
    for at in np.random.default_rng(3).uniform(-2, 2, (20, 2)):
        for function, expected in zip(("objective", "gradient", "hessian"), exact, strict=True):
            np.testing.assert_allclose(
                names[function](at), np.array(expected(*at), dtype=float), rtol=1e-10, atol=1e-12
            )


def test_a_wrong_derivative_would_be_noticed() -> None:
    """The twin: the comparison above tells one function's gradient from another's."""
    found, other = (module(Objective("f", "x y", formula))["gradient"] for formula in ("x**2*y", "x**2*y + x/100"))
    at = np.array([0.3, 0.7])
    assert not np.allclose(found(at), other(at), rtol=1e-10)


def test_the_text_reads_back() -> None:
    said = derivation.text(Objective("f", "x y", FORMULAS[1]))
    entries = dict(line.strip().split(" = ") for line in said.splitlines() if " = " in line)
    assert set(entries) == {"f(x, y)", "df/dx", "df/dy", "d2f/dx^2", "d2f/dx dy", "d2f/dy^2"}
    x, y = symbols(("x", "y"))
    f = to_sympy(*_parsed(entries["f(x, y)"]))
    assert sympy.simplify(to_sympy(*_parsed(entries["d2f/dx dy"])) - f.diff(x, y)) == 0


def _parsed(text: str) -> tuple[Any, int, tuple[str, ...]]:
    made = Objective("f", "x y", text)
    return made.graph, made.node, made.variables


def test_latex() -> None:
    said = derivation.latex(Objective("f", "W1_1_2 lam", "lam*W1_1_2**2/2"))
    assert r"\nabla f(W_{1,1,2}, \mathrm{lam})" in said
    assert said.count(r"\begin{pmatrix}") == 2


def test_latex_refuses_what_no_page_holds() -> None:
    big = Objective("f", "x y", "+".join(f"sin({k}*x)*cos({k}*y)" for k in range(1, 400)))
    with pytest.raises(InputError, match="--python"):
        derivation.latex(big)


def test_names_cannot_break_out_of_the_module() -> None:
    objective = Objective('"""\nimport os\nraise SystemExit\n"""', "x", "x**2")
    assert module(objective)["NAME"] == objective.name


@pytest.mark.parametrize("form", [derivation.text, derivation.latex, derivation.python])
def test_under_a_constraint_derivatives_are_said_to_be_ambient(form: Callable[[Objective], str]) -> None:
    circle = Objective("on a circle", "x y", "x + y**2", domain=Spheres(((0, 1),)))
    hyperbola = Objective("on a hyperbola", "x y", "x + y**2", domain=Equalities(("x*y - 1",)))
    assert "unit spheres for (x y)" in form(circle) and "no constraint" in form(circle)
    assert "x*y - 1 = 0" in form(hyperbola) and "no constraint" in form(hyperbola)
    assert "constraint" not in form(Objective("free", "x y", "x + y**2"))
